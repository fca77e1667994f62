//===- SelectOps.cpp - arithmetic, conversions and jumps ------------------===//
//
// Each operation of LLVM IR exists for every width.  The machine has it for 64
// bits, often for 32; narrower ones are computed with 64 bits and brought back
// into the form in which registers hold them.
//
//===----------------------------------------------------------------------===//

#include "Selector.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux::fbc;
namespace isa = flux::isa;
using llvm::CmpInst;
using llvm::dyn_cast;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

bool Selector::selectWithImmediate(const llvm::BinaryOperator &op,
                                   unsigned width) {
  std::optional<int64_t> known = getKnown(op.getOperand(1));
  if (!known || !llvm::isInt<32>(*known))
    return false;
  bool isHalf = width == 32, isFull = width == 64;
  Opcode opcode = Opcode::NOP;
  bool needsForm = false;
  switch (op.getOpcode()) {
  case llvm::Instruction::Add:
    opcode = isHalf ? Opcode::IADDI32 : Opcode::IADDI;
    needsForm = !isHalf;
    break;
  case llvm::Instruction::Mul:
    opcode = Opcode::IMULI;
    needsForm = true;
    break;
  case llvm::Instruction::And:
    opcode = Opcode::ANDI;
    break;
  case llvm::Instruction::Or:
    opcode = Opcode::ORI;
    break;
  case llvm::Instruction::Xor:
    opcode = Opcode::XORI;
    break;
  case llvm::Instruction::Shl:
    opcode = isHalf ? Opcode::ISHLI32 : Opcode::ISHLI;
    needsForm = !isHalf;
    break;
  case llvm::Instruction::LShr:
    opcode = isHalf ? Opcode::USHRI32 : Opcode::USHRI;
    break;
  case llvm::Instruction::AShr:
    if (!isHalf && !isFull)
      return false;
    opcode = isHalf ? Opcode::ISHRI32 : Opcode::ISHRI;
    break;
  default:
    return false;
  }
  Reg left = getReg(op.getOperand(0));
  if (needsForm && !isFull)
    normalize(emitImmediate(opcode, left, *known), width, getResult(&op));
  else
    emitImmediate(opcode, left, *known, getResult(&op));
  return true;
}

void Selector::selectBinary(const llvm::BinaryOperator &op) {
  if (op.getType()->isFloatingPointTy())
    return selectFloat(op);
  if (!op.getType()->isIntegerTy() || widthOf(&op) > 64)
    return fail("an integer of this type is not supported");
  unsigned width = widthOf(&op);
  if (selectWithImmediate(op, width))
    return;
  bool isHalf = width == 32, isFull = width == 64;
  Opcode opcode = Opcode::NOP;
  bool needsForm = false, isSigned = false;
  switch (op.getOpcode()) {
  case llvm::Instruction::Add:
    opcode = isHalf ? Opcode::IADD32 : Opcode::IADD;
    needsForm = true;
    break;
  case llvm::Instruction::Sub:
    opcode = isHalf ? Opcode::ISUB32 : Opcode::ISUB;
    needsForm = true;
    break;
  case llvm::Instruction::Mul:
    opcode = isHalf ? Opcode::IMUL32 : Opcode::IMUL;
    needsForm = true;
    break;
  case llvm::Instruction::SDiv:
    opcode = isHalf ? Opcode::IDIV32 : Opcode::IDIV;
    needsForm = isSigned = true;
    break;
  case llvm::Instruction::SRem:
    opcode = isHalf ? Opcode::IMOD32 : Opcode::IMOD;
    needsForm = isSigned = true;
    break;
  case llvm::Instruction::UDiv:
    opcode = isHalf ? Opcode::UDIV32 : Opcode::UDIV;
    break;
  case llvm::Instruction::URem:
    opcode = isHalf ? Opcode::UMOD32 : Opcode::UMOD;
    break;
  case llvm::Instruction::And:
    opcode = Opcode::IAND;
    break;
  case llvm::Instruction::Or:
    opcode = Opcode::IOR;
    break;
  case llvm::Instruction::Xor:
    opcode = Opcode::IXOR;
    break;
  case llvm::Instruction::Shl:
    opcode = isHalf ? Opcode::ISHL32 : Opcode::ISHL;
    needsForm = true;
    break;
  case llvm::Instruction::LShr:
    opcode = isHalf ? Opcode::USHR32 : Opcode::USHR;
    break;
  case llvm::Instruction::AShr:
    opcode = isHalf ? Opcode::ISHR32 : Opcode::ISHR;
    needsForm = true;
    break;
  default:
    return fail(llvm::Twine("'") + op.getOpcodeName() + "' is not supported");
  }
  bool isArithmeticShift = op.getOpcode() == llvm::Instruction::AShr;
  Reg left = isSigned || isArithmeticShift ? getSigned(op.getOperand(0))
                                           : getReg(op.getOperand(0));
  Reg right = isSigned ? getSigned(op.getOperand(1)) : getReg(op.getOperand(1));
  if (needsForm && !isHalf && !isFull)
    normalize(emitBinary(opcode, left, right), width, getResult(&op));
  else
    emitBinary(opcode, left, right, getResult(&op));
}

void Selector::selectFloat(const llvm::BinaryOperator &op) {
  bool isDouble = op.getType()->isDoubleTy();
  Opcode opcode = Opcode::NOP;
  switch (op.getOpcode()) {
  case llvm::Instruction::FAdd:
    opcode = isDouble ? Opcode::FADD : Opcode::FADD32;
    break;
  case llvm::Instruction::FSub:
    opcode = isDouble ? Opcode::FSUB : Opcode::FSUB32;
    break;
  case llvm::Instruction::FMul:
    opcode = isDouble ? Opcode::FMUL : Opcode::FMUL32;
    break;
  case llvm::Instruction::FDiv:
    opcode = isDouble ? Opcode::FDIV : Opcode::FDIV32;
    break;
  default:
    return fail(llvm::Twine("'") + op.getOpcodeName() + "' is not supported");
  }
  if (!isDouble && !op.getType()->isFloatTy())
    return fail("a float of this type is not supported");
  Reg left = getReg(op.getOperand(0)), right = getReg(op.getOperand(1));
  emitBinary(opcode, left, right, getResult(&op));
}

/// Values that read only the low bits of \p value: what lies above them may be
/// anything.
static bool isReadAsLowBits(const llvm::Value *value, bool isHalf) {
  return llvm::all_of(value->users(), [&](const llvm::User *user) {
    if (auto *store = dyn_cast<llvm::StoreInst>(user))
      return store->getPointerOperand() != value;
    if (!isHalf)
      return false;
    if (auto *binary = dyn_cast<llvm::BinaryOperator>(user))
      return !binary->isBitwiseLogicOp() &&
             !(binary->getOpcode() == llvm::Instruction::Mul &&
               llvm::isa<llvm::Constant>(binary->getOperand(1)));
    return llvm::isa<llvm::ZExtInst>(user) &&
           user->getType()->isIntegerTy(64) &&
           !llvm::cast<llvm::PossiblyNonNegInst>(user)->hasNonNeg();
  });
}

void Selector::selectCast(const llvm::CastInst &op) {
  const Value *from = op.getOperand(0);
  llvm::Type *type = op.getType(), *fromType = from->getType();
  auto isScalar = [](llvm::Type *type) {
    return type->isIntegerTy() || type->isPointerTy() || type->isFloatTy() ||
           type->isDoubleTy();
  };
  if (!isScalar(type) || !isScalar(fromType) || widthOf(&op) > 64 ||
      widthOf(from) > 64)
    return fail("a value of this type is not supported");
  unsigned width = widthOf(&op), fromWidth = widthOf(from);
  switch (op.getOpcode()) {
  case llvm::Instruction::Trunc: {
    auto &trunc = llvm::cast<llvm::TruncInst>(op);
    bool fits = width == 32 ? trunc.hasNoSignedWrap() && fromWidth == 64
                            : trunc.hasNoUnsignedWrap();
    if (fits || isReadAsLowBits(&op, width == 32))
      return set(&op, getReg(from));
    normalize(getReg(from), width, getResult(&op));
    return;
  }
  case llvm::Instruction::ZExt:
    if (fromWidth != 32 || llvm::cast<llvm::ZExtInst>(op).hasNonNeg())
      return set(&op, getReg(from));
    emitUnary(Opcode::ZEXT32, getReg(from), getResult(&op));
    return;
  case llvm::Instruction::SExt: {
    // The load has done it.
    if (auto *load = dyn_cast<llvm::LoadInst>(from);
        load && fromWidth < 32 && addresses.count(load))
      return set(&op, getReg(from));
    Reg reg = getSigned(from);
    if (width == 64 || (width == 32 && fromWidth < 32))
      return set(&op, reg);
    normalize(reg, width, getResult(&op));
    return;
  }
  case llvm::Instruction::PtrToInt:
  case llvm::Instruction::PtrToAddr:
    if (width == 64)
      return set(&op, getReg(from));
    normalize(getReg(from), width, getResult(&op));
    return;
  case llvm::Instruction::IntToPtr:
    return set(&op, getUnsigned(from));
  case llvm::Instruction::BitCast:
    if (width == 32 && type->isIntegerTy() && fromType->isFloatTy())
      emitUnary(Opcode::SEXT32, getReg(from), getResult(&op));
    else
      set(&op, getReg(from));
    return;
  case llvm::Instruction::AddrSpaceCast:
    return set(&op, getReg(from));
  default:
    return selectFloatCast(op);
  }
}

void Selector::selectFloatCast(const llvm::CastInst &op) {
  const Value *from = op.getOperand(0);
  bool isDouble = op.getType()->isDoubleTy();
  unsigned width = widthOf(&op);
  switch (op.getOpcode()) {
  case llvm::Instruction::FPExt:
    emitUnary(Opcode::F32TOF64, getReg(from), getResult(&op));
    return;
  case llvm::Instruction::FPTrunc:
    emitUnary(Opcode::F64TOF32, getReg(from), getResult(&op));
    return;
  case llvm::Instruction::SIToFP:
    emitUnary(isDouble ? Opcode::I2F : Opcode::I2F32, getSigned(from),
              getResult(&op));
    return;
  case llvm::Instruction::UIToFP: {
    bool isWide = widthOf(from) == 64;
    Opcode opcode = isDouble ? (isWide ? Opcode::U2F : Opcode::I2F)
                             : (isWide ? Opcode::U2F32 : Opcode::I2F32);
    emitUnary(opcode, getUnsigned(from), getResult(&op));
    return;
  }
  // What does not fit is undefined, but may be computed before somebody knows
  // whether it fits: it must not trap.
  case llvm::Instruction::FPToSI:
  case llvm::Instruction::FPToUI: {
    bool isSigned = op.getOpcode() == llvm::Instruction::FPToSI;
    Reg result =
        emitUnary(isSigned ? Opcode::F2ISAT : Opcode::F2USAT, toDouble(from));
    if (width == 64)
      return set(&op, result);
    normalize(result, width, getResult(&op));
    return;
  }
  default:
    fail(llvm::Twine("'") + op.getOpcodeName() + "' is not supported");
  }
}

Reg Selector::toDouble(const Value *value) {
  Reg reg = getReg(value);
  return value->getType()->isFloatTy() ? emitUnary(Opcode::F32TOF64, reg) : reg;
}

/// A binary64 as a value of \p type.
Reg Selector::toSingle(Reg reg, const llvm::Type *type, Reg rd) {
  if (type->isFloatTy())
    return emitUnary(Opcode::F64TOF32, reg, rd);
  if (rd == noReg)
    return reg;
  copy(rd, reg);
  return rd;
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

/// A comparison with zero, whose other side tells the answer.
static const llvm::Value *getTested(const llvm::CmpInst &op) {
  if (!llvm::isa<llvm::ICmpInst>(op) || !op.isEquality())
    return nullptr;
  auto *zero = dyn_cast<llvm::Constant>(op.getOperand(1));
  return zero && zero->isNullValue() ? op.getOperand(0) : nullptr;
}

/// True if whoever needs \p op compares again: jumps of the same block do.
bool Selector::isFolded(const llvm::CmpInst &op) const {
  return !op.use_empty() && llvm::all_of(op.users(), [&](const auto *user) {
    auto *instruction = llvm::cast<llvm::Instruction>(user);
    if (instruction->getParent() != op.getParent())
      return false;
    if (auto *choice = dyn_cast<llvm::SelectInst>(instruction))
      return choice->getCondition() == &op && choice->getTrueValue() != &op &&
             choice->getFalseValue() != &op && getTested(op) != nullptr;
    return instruction->isTerminator() &&
           instruction->getOpcode() ==
               op.getParent()->getTerminator()->getOpcode() &&
           instruction->getNumSuccessors() == 2;
  });
}

Selector::Comparison Selector::getComparison(const llvm::ICmpInst &op) {
  bool isSigned = CmpInst::isSigned(op.getPredicate());
  if (widthOf(op.getOperand(0)) > 64) {
    fail("an integer of this type is not supported");
    return {op.getPredicate(), isa::RegZero, isa::RegZero};
  }
  auto side = [&](unsigned i) {
    return isSigned ? getSigned(op.getOperand(i)) : getReg(op.getOperand(i));
  };
  Reg left = side(0), right = side(1);
  return {op.getPredicate(), left, right};
}

Reg Selector::emitComparison(Comparison comparison, Reg rd) {
  auto [predicate, left, right] = comparison;
  switch (predicate) {
  case CmpInst::ICMP_EQ:
    return emitBinary(Opcode::CMP_EQ, left, right, rd);
  case CmpInst::ICMP_NE:
    return emitBinary(Opcode::CMP_NE, left, right, rd);
  case CmpInst::ICMP_SLT:
    return emitBinary(Opcode::CMP_LT, left, right, rd);
  case CmpInst::ICMP_SGT:
    return emitBinary(Opcode::CMP_GT, left, right, rd);
  case CmpInst::ICMP_SLE:
    return emitBinary(Opcode::CMP_LE, left, right, rd);
  case CmpInst::ICMP_SGE:
    return emitBinary(Opcode::CMP_GE, left, right, rd);
  case CmpInst::ICMP_ULT:
    return emitBinary(Opcode::CMP_LTU, left, right, rd);
  case CmpInst::ICMP_ULE:
    return emitBinary(Opcode::CMP_LEU, left, right, rd);
  case CmpInst::ICMP_UGT:
    return emitBinary(Opcode::CMP_LTU, right, left, rd);
  default:
    return emitBinary(Opcode::CMP_LEU, right, left, rd);
  }
}

Reg Selector::emitFloatComparison(const llvm::FCmpInst &op) {
  bool isDouble = op.getOperand(0)->getType()->isDoubleTy();
  if (!isDouble && !op.getOperand(0)->getType()->isFloatTy()) {
    fail("a float of this type is not supported");
    return isa::RegZero;
  }
  Reg a = getReg(op.getOperand(0)), b = getReg(op.getOperand(1));
  auto equal = [&](Reg x, Reg y) {
    return emitBinary(isDouble ? Opcode::FCMP_EQ : Opcode::FCMP32_EQ, x, y);
  };
  auto less = [&](Reg x, Reg y) {
    return emitBinary(isDouble ? Opcode::FCMP_LT : Opcode::FCMP32_LT, x, y);
  };
  auto lessEqual = [&](Reg x, Reg y) {
    return emitBinary(isDouble ? Opcode::FCMP_LE : Opcode::FCMP32_LE, x, y);
  };
  auto both = [&](Opcode opcode, Reg x, Reg y) {
    return emitBinary(opcode, x, y);
  };
  auto opposite = [&](Reg x) { return emitImmediate(Opcode::XORI, x, 1); };
  switch (op.getPredicate()) {
  case CmpInst::FCMP_FALSE:
    return isa::RegZero;
  case CmpInst::FCMP_TRUE:
    return getNumber(1);
  case CmpInst::FCMP_OEQ:
    return equal(a, b);
  case CmpInst::FCMP_UNE:
    return opposite(equal(a, b));
  case CmpInst::FCMP_OLT:
    return less(a, b);
  case CmpInst::FCMP_OGT:
    return less(b, a);
  case CmpInst::FCMP_OLE:
    return lessEqual(a, b);
  case CmpInst::FCMP_OGE:
    return lessEqual(b, a);
  case CmpInst::FCMP_UGE:
    return opposite(less(a, b));
  case CmpInst::FCMP_ULE:
    return opposite(less(b, a));
  case CmpInst::FCMP_UGT:
    return opposite(lessEqual(a, b));
  case CmpInst::FCMP_ULT:
    return opposite(lessEqual(b, a));
  case CmpInst::FCMP_ONE:
  case CmpInst::FCMP_UEQ: {
    Reg below = less(a, b), above = less(b, a);
    Reg differ = both(Opcode::IOR, below, above);
    return op.getPredicate() == CmpInst::FCMP_ONE ? differ : opposite(differ);
  }
  default: {
    Reg first = equal(a, a), second = equal(b, b);
    Reg ordered = both(Opcode::IAND, first, second);
    return op.getPredicate() == CmpInst::FCMP_ORD ? ordered : opposite(ordered);
  }
  }
}

void Selector::selectSelect(const llvm::SelectInst &op) {
  Reg condition;
  bool swap = false;
  auto *comparison = dyn_cast<llvm::CmpInst>(op.getCondition());
  if (const Value *tested = comparison && isFolded(*comparison)
                                ? getTested(*comparison)
                                : nullptr) {
    condition = getReg(tested);
    swap = comparison->getPredicate() == CmpInst::ICMP_EQ;
  } else {
    condition = getReg(op.getCondition());
  }
  llvm::SmallVector<Source, 4> yes, no;
  appendSources(swap ? op.getFalseValue() : op.getTrueValue(), yes);
  appendSources(swap ? op.getTrueValue() : op.getFalseValue(), no);
  auto toReg = [&](Source source) {
    return source.isNumber() ? getNumber(source.number) : source.reg;
  };
  for (auto [result, a, b] : llvm::zip_equal(getParts(&op), yes, no)) {
    Reg first = toReg(a), second = toReg(b);
    Instruction &select = emit(Opcode::SELECT);
    select.reg[0] = result;
    select.reg[1] = condition;
    select.reg[2] = first;
    select.reg[3] = second;
  }
}

//===----------------------------------------------------------------------===//
// Jumps
//===----------------------------------------------------------------------===//

/// Jumps to \p yes if that holds.  \p right tells the right side, if it may be
/// part of the instruction.
void Selector::emitBranch(Comparison comparison, const Value *right,
                          uint32_t yes) {
  auto [predicate, a, b] = comparison;
  Opcode opcode = Opcode::NOP;
  bool swap = false;
  // A number of the instruction is quicker than a register.
  bool isZero = b == isa::RegZero;
  switch (predicate) {
  case CmpInst::ICMP_EQ:
    opcode = isZero ? Opcode::JZ : Opcode::BEQ;
    break;
  case CmpInst::ICMP_NE:
    opcode = isZero ? Opcode::JNZ : Opcode::BNE;
    break;
  case CmpInst::ICMP_SGT:
    swap = true;
    [[fallthrough]];
  case CmpInst::ICMP_SLT:
    opcode = Opcode::BLT;
    break;
  case CmpInst::ICMP_SLE:
    swap = true;
    [[fallthrough]];
  case CmpInst::ICMP_SGE:
    opcode = Opcode::BGE;
    break;
  case CmpInst::ICMP_UGT:
    swap = true;
    [[fallthrough]];
  case CmpInst::ICMP_ULT:
    opcode = Opcode::BLTU;
    break;
  case CmpInst::ICMP_ULE:
    swap = true;
    [[fallthrough]];
  default:
    opcode = Opcode::BGEU;
    break;
  }
  Instruction &jump = emit(opcode);
  jump.reg[1] = swap ? b : a;
  if (opcode != Opcode::JZ && opcode != Opcode::JNZ)
    jump.reg[2] = swap ? a : b;
  jump.target = yes;
}

/// The jump that compares with a number of eight bits; NOP if there is none.
static Opcode findImmediateJump(CmpInst::Predicate predicate, int64_t &number) {
  bool isNext =
      predicate == CmpInst::ICMP_SGT || predicate == CmpInst::ICMP_SLE ||
      predicate == CmpInst::ICMP_UGT || predicate == CmpInst::ICMP_ULE;
  if (isNext &&
      (number == INT64_MAX || (CmpInst::isUnsigned(predicate) && number == -1)))
    return Opcode::NOP;
  number += isNext;
  if (!llvm::isInt<8>(number))
    return Opcode::NOP;
  switch (predicate) {
  case CmpInst::ICMP_EQ:
    return Opcode::BEQI;
  case CmpInst::ICMP_NE:
    return Opcode::BNEI;
  case CmpInst::ICMP_SLT:
  case CmpInst::ICMP_SLE:
    return Opcode::BLTI;
  case CmpInst::ICMP_SGE:
  case CmpInst::ICMP_SGT:
    return Opcode::BGEI;
  case CmpInst::ICMP_ULT:
  case CmpInst::ICMP_ULE:
    return Opcode::BLTUI;
  default:
    return Opcode::BGEUI;
  }
}

/// Jumps to \p yes if \p op holds, with the flags.
void Selector::emitFloatBranch(const llvm::FCmpInst &op, uint32_t yes) {
  Opcode jump = Opcode::NOP;
  switch (op.getPredicate()) {
  case CmpInst::FCMP_OEQ:
    jump = Opcode::JE;
    break;
  case CmpInst::FCMP_UNE:
    jump = Opcode::JNE;
    break;
  case CmpInst::FCMP_OLT:
    jump = Opcode::JB;
    break;
  case CmpInst::FCMP_OLE:
    jump = Opcode::JBE;
    break;
  case CmpInst::FCMP_OGT:
    jump = Opcode::JG;
    break;
  case CmpInst::FCMP_OGE:
    jump = Opcode::JGE;
    break;
  case CmpInst::FCMP_ULT:
    jump = Opcode::JL;
    break;
  case CmpInst::FCMP_ULE:
    jump = Opcode::JLE;
    break;
  case CmpInst::FCMP_UGT:
    jump = Opcode::JA;
    break;
  case CmpInst::FCMP_UGE:
    jump = Opcode::JAE;
    break;
  default:
    break;
  }
  if (jump == Opcode::NOP || !op.getOperand(0)->getType()->isDoubleTy()) {
    Reg holds = emitFloatComparison(op);
    Instruction &branch = emit(Opcode::JNZ);
    branch.reg[1] = holds;
    branch.target = yes;
    return;
  }
  Reg a = getReg(op.getOperand(0)), b = getReg(op.getOperand(1));
  Instruction &compare = emit(Opcode::FCMP);
  compare.reg[1] = a;
  compare.reg[2] = b;
  emit(jump).target = yes;
}

void Selector::emitBranch(const Value *condition, uint32_t yes, uint32_t no) {
  auto *comparison = dyn_cast<llvm::CmpInst>(condition);
  auto overflow = overflows.find(condition);
  if (comparison && isFolded(*comparison)) {
    if (auto *floats = dyn_cast<llvm::FCmpInst>(comparison)) {
      emitFloatBranch(*floats, yes);
    } else {
      auto &integers = llvm::cast<llvm::ICmpInst>(*comparison);
      std::optional<int64_t> known = getKnown(integers.getOperand(1));
      unsigned width = widthOf(integers.getOperand(0));
      int64_t number = known.value_or(0);
      if (integers.isSigned() && width < 64)
        number = llvm::SignExtend64(static_cast<uint64_t>(number), width);
      Opcode opcode = known && width <= 64
                          ? findImmediateJump(integers.getPredicate(), number)
                          : Opcode::NOP;
      if (opcode != Opcode::NOP) {
        Reg left = integers.isSigned() ? getSigned(integers.getOperand(0))
                                       : getReg(integers.getOperand(0));
        Instruction &jump = emit(opcode);
        jump.reg[1] = left;
        jump.imm = number;
        jump.target = yes;
      } else {
        Comparison registers = getComparison(integers);
        emitBranch(registers, nullptr, yes);
      }
    }
  } else if (overflow != overflows.end()) {
    emitBranch(overflow->second, nullptr, yes);
  } else {
    Reg reg = getReg(condition);
    Instruction &jump = emit(Opcode::JNZ);
    jump.reg[1] = reg;
    jump.target = yes;
  }
  emit(Opcode::JMP).target = no;
}

void Selector::selectTerminator(const llvm::Instruction &op) {
  if (auto *ret = dyn_cast<llvm::ReturnInst>(&op)) {
    llvm::SmallVector<Source, 4> sources;
    if (ret->getReturnValue())
      appendSources(ret->getReturnValue(), sources);
    emit(Pseudo::Return).ins.append(sources.begin(), sources.end());
    return;
  }
  if (llvm::isa<llvm::UnreachableInst>(op)) {
    if (!op.getPrevNode() || !isTrap(*op.getPrevNode()))
      emit(Opcode::INVALID);
    return;
  }
  if (auto *choice = dyn_cast<llvm::SwitchInst>(&op))
    return selectSwitch(*choice);
  if (op.getNumSuccessors() == 1) {
    addCopies(*op.getParent(), *op.getSuccessor(0));
    return emitJump(op.getSuccessor(0));
  }
  if (op.getNumSuccessors() == 2 && op.getNumOperands() == 3)
    return emitBranch(llvm::cast<llvm::BranchInst>(op).getCondition(),
                      blockOf(op.getSuccessor(0)), blockOf(op.getSuccessor(1)));
  fail(llvm::Twine("'") + op.getOpcodeName() + "' is not supported");
}

void Selector::selectSwitch(const llvm::SwitchInst &op) {
  if (widthOf(op.getCondition()) > 64)
    return fail("an integer of this type is not supported");
  Reg value = getReg(op.getCondition());
  std::vector<std::pair<int64_t, uint32_t>> cases;
  for (const auto &item : op.cases())
    cases.emplace_back(*state.data.evaluate(item.getCaseValue()),
                       blockOf(item.getCaseSuccessor()));
  llvm::sort(cases);
  selectCases(value, cases, blockOf(op.getDefaultDest()));
}

/// Jumps to the block of the case that \p value is; \p cases are sorted.
void Selector::selectCases(Reg value,
                           llvm::ArrayRef<std::pair<int64_t, uint32_t>> cases,
                           uint32_t otherwise) {
  constexpr size_t fewCases = 3;
  constexpr uint64_t leastRoom = 8, roomPerCase = 3, mostEntries = 4096;
  if (cases.size() > fewCases) {
    int64_t first = cases.front().first;
    uint64_t range = static_cast<uint64_t>(cases.back().first) -
                     static_cast<uint64_t>(first) + 1;
    if (range != 0 && range <= mostEntries && llvm::isInt<31>(first) &&
        range <= std::max<uint64_t>(leastRoom, roomPerCase * cases.size())) {
      Reg index =
          first == 0 ? value : emitImmediate(Opcode::IADDI, value, -first);
      Instruction &jump = emit(Opcode::BR_TABLE);
      jump.reg[1] = index;
      jump.table.assign(range + 1, otherwise);
      for (auto [number, target] : cases)
        jump.table[static_cast<size_t>(number - first)] = target;
      return;
    }
    // Halves, the upper one in a block of its own.
    auto middle = cases.size() / 2;
    auto upper = static_cast<uint32_t>(out.blocks.size());
    Reg limit = getNumber(cases[middle].first);
    Block next;
    next.loopDepth = current().loopDepth;
    out.blocks.push_back(std::move(next));
    out.order.insert(std::next(llvm::find(out.order, block)), upper);
    Instruction &jump = emit(Opcode::BGE);
    jump.reg[1] = value;
    jump.reg[2] = limit;
    jump.target = upper;
    auto outer = numbers;
    selectCases(value, cases.take_front(middle), otherwise);
    std::swap(block, upper);
    numbers = outer;
    selectCases(value, cases.drop_front(middle), otherwise);
    block = upper;
    return;
  }
  for (auto [number, target] : cases) {
    if (llvm::isInt<8>(number)) {
      Instruction &jump = emit(Opcode::BEQI);
      jump.reg[1] = value;
      jump.imm = number;
      jump.target = target;
      continue;
    }
    Reg right = getNumber(number);
    Instruction &jump = emit(Opcode::BEQ);
    jump.reg[1] = value;
    jump.reg[2] = right;
    jump.target = target;
  }
  emit(Opcode::JMP).target = otherwise;
}
