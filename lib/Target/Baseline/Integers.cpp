//===- Integers.cpp - arithmetic and comparisons of integers --------------===//
//
// A value of 1 or 2 bytes leaves the rest of its register undefined; what looks
// at the rest extends it first.  A bool is a byte that is 0 or 1.
//
//===----------------------------------------------------------------------===//

#include "FunctionCompiler.h"
#include "llvm/IR/Constants.h"

using namespace flux::baseline;
using namespace flux::x86;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

void FunctionCompiler::compileBinary(const llvm::BinaryOperator &inst) {
  using llvm::Instruction;
  PartType type = partOf(&inst);
  unsigned width = std::max<unsigned>(type.width, 4);
  const llvm::Value *lhs = inst.getOperand(0), *rhs = inst.getOperand(1);
  if (isa<llvm::Constant>(lhs) && inst.isCommutative())
    std::swap(lhs, rhs);
  Reg left = useInt(lhs);
  Operand right = operand(rhs);
  releaseOperands(inst);

  Alu op = Alu::Add;
  switch (inst.getOpcode()) {
  case Instruction::Mul: {
    Reg dst;
    if (right.kind == Operand::Immediate) {
      dst = owned & (uint32_t(1) << left) ? allocateInt() : left;
      as.imul(width, dst, left, right.imm);
    } else {
      dst = Reg(reuse(left));
      if (right.kind == Operand::Memory)
        as.imul(width, dst, right.mem);
      else
        as.imul(width, dst, right.reg);
    }
    if (type.isBool)
      as.alu(Alu::And, 4, dst, 1);
    defineInt(&inst, dst);
    return;
  }
  case Instruction::Sub:
    op = Alu::Sub;
    break;
  case Instruction::And:
    op = Alu::And;
    break;
  case Instruction::Or:
    op = Alu::Or;
    break;
  case Instruction::Xor:
    op = Alu::Xor;
    break;
  default:
    break;
  }
  Reg dst = Reg(reuse(left));
  alu(op, width, dst, right);
  if (type.isBool && (op == Alu::Add || op == Alu::Sub))
    as.alu(Alu::And, 4, dst, 1);
  defineInt(&inst, dst);
}

void FunctionCompiler::compileShift(const llvm::BinaryOperator &inst) {
  using llvm::Instruction;
  PartType type = partOf(&inst);
  Shift op = inst.getOpcode() == Instruction::Shl    ? Shift::Shl
             : inst.getOpcode() == Instruction::LShr ? Shift::Shr
                                                     : Shift::Sar;
  if (type.isBool) {
    unit.fail("a shift of an i1");
    return;
  }
  shiftBy(op, type.width, inst.getOperand(0), inst.getOperand(1), inst);
}

/// Shifts or rotates; the one of \p value and \p amount that is no constant is
/// released.  The amount is taken modulo 32 or 64, or is smaller anyway.
void FunctionCompiler::shiftBy(Shift op, unsigned width,
                               const llvm::Value *value,
                               const llvm::Value *amount,
                               const llvm::Instruction &result) {
  int64_t known;
  if (getConstantBits(amount, 0, known)) {
    Reg source = useInt(value);
    releaseOperands(result);
    Reg dst = Reg(reuse(source));
    as.shift(op, width, dst, uint8_t(known & (width * 8 - 1)));
    defineInt(&result, dst);
    return;
  }
  Source count = sourceOf(amount), source = sourceOf(value);
  releaseOperands(result);
  // The amount belongs into cl; what lives in rcx moves away.
  constexpr uint32_t rcx = uint32_t(1) << RCX;
  if (source.kind == Source::Register)
    pin(source.reg);
  if (count.kind == Source::Register)
    pin(count.reg);
  Reg dst = allocateInt(rcx);
  loadSource(source, dst, Extend::None, width);
  if (count.kind != Source::Register || count.reg != RCX) {
    evict(RCX);
    pin(RCX);
    loadSource(count, RCX, Extend::None, count.width);
  }
  as.shiftByCL(op, width, dst);
  defineInt(&result, dst);
}

Reg FunctionCompiler::useExtended(const llvm::Value *value, bool isSigned) {
  Source source = sourceOf(value);
  Reg reg = allocateInt();
  if (source.kind == Source::Register) {
    if (isSigned)
      as.signExtend(source.width, 4, reg, Reg(source.reg));
    else
      as.zeroExtend(source.width, reg, Reg(source.reg));
  } else {
    loadSource(source, reg, isSigned ? Extend::Sign : Extend::Zero,
               source.width);
  }
  return reg;
}

void FunctionCompiler::compileDivision(const llvm::BinaryOperator &inst) {
  using llvm::Instruction;
  PartType type = partOf(&inst);
  if (type.isBool) {
    unit.fail("a division of i1");
    return;
  }
  unsigned opcode = inst.getOpcode();
  bool isSigned = opcode == Instruction::SDiv || opcode == Instruction::SRem;
  bool isRemainder = opcode == Instruction::SRem || opcode == Instruction::URem;
  const llvm::Value *lhs = inst.getOperand(0), *rhs = inst.getOperand(1);
  int64_t divisor;
  if (!isSigned && type.width >= 4 && getConstantBits(rhs, 0, divisor) &&
      divisor > 0 && llvm::isPowerOf2_64(uint64_t(divisor)) &&
      divisor - 1 <= INT32_MAX) {
    Reg source = useInt(lhs);
    release(lhs);
    Reg dst = Reg(reuse(source));
    if (isRemainder)
      as.alu(Alu::And, type.width, dst, int32_t(divisor - 1));
    else
      as.shift(Shift::Shr, type.width, dst,
               uint8_t(llvm::countr_zero(uint64_t(divisor))));
    defineInt(&inst, dst);
    return;
  }

  unsigned width = std::max<unsigned>(type.width, 4);
  bool isNarrow = type.width < 4;
  Extend extend = isSigned ? Extend::Sign : Extend::Zero;
  auto extendNarrow = [&](Reg reg) {
    if (isNarrow && isSigned)
      as.signExtend(type.width, 4, reg, reg);
    else if (isNarrow)
      as.zeroExtend(type.width, reg, reg);
  };
  Source left = sourceOf(lhs), right = sourceOf(rhs);
  release(lhs);
  release(rhs);
  // The divisor may stay where it is, but not in rax or rdx.
  bool inMemory = right.kind == Source::Slot && !isNarrow;
  bool inRegister = right.kind == Source::Register && right.reg != RAX &&
                    right.reg != RDX && !isNarrow;
  if (!inMemory && !inRegister) {
    loadSource(right, scratch, extend, type.width);
    if (right.kind == Source::Register)
      extendNarrow(scratch);
  }
  if (inRegister)
    pin(right.reg);
  if (left.kind == Source::Register)
    pin(left.reg);
  constexpr uint32_t fixed = uint32_t(1) << RAX | uint32_t(1) << RDX;
  // What evict() moves away is still in its register, too.
  evict(RAX, fixed);
  evict(RDX, fixed);
  pin(RAX);
  pin(RDX);
  if (left.kind != Source::Register || left.reg != RAX)
    loadSource(left, RAX, extend, type.width);
  if (left.kind == Source::Register || left.kind == Source::Immediate)
    extendNarrow(RAX);
  if (isSigned)
    as.signExtendAccumulator(width);
  else
    as.movImm(RDX, 0);
  Unary op = isSigned ? Unary::Idiv : Unary::Div;
  if (inMemory)
    as.unary(op, width, Mem::at(RBP, right.slot));
  else
    as.unary(op, width, inRegister ? Reg(right.reg) : scratch);
  defineInt(&inst, isRemainder ? RDX : RAX);
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

void FunctionCompiler::compileExtension(const llvm::CastInst &inst,
                                        bool isSigned) {
  const llvm::Value *value = inst.getOperand(0);
  PartType from = partOf(value), to = partOf(&inst);
  Source source = sourceOf(value);
  release(value);
  if (source.kind == Source::Register)
    pin(source.reg);
  bool canReuse =
      source.kind == Source::Register && !(owned & (uint32_t(1) << source.reg));
  Reg dst = canReuse ? Reg(source.reg) : allocateInt();
  Reg src = dst;
  if (source.kind == Source::Slot && isSigned && !from.isBool) {
    as.loadSigned(from.width, to.width, dst, Mem::at(RBP, source.slot));
    defineInt(&inst, dst);
    return;
  }
  if (source.kind == Source::Register)
    src = Reg(source.reg);
  else
    loadSource(source, dst, Extend::None, from.width);
  if (from.isBool) {
    as.zeroExtend(1, dst, src);
    if (isSigned)
      as.unary(Unary::Neg, 8, dst);
  } else if (isSigned) {
    as.signExtend(from.width, to.width, dst, src);
  } else if (source.kind != Source::Slot) {
    as.zeroExtend(from.width, dst, src);
  }
  defineInt(&inst, dst);
}

void FunctionCompiler::compileCast(const llvm::CastInst &inst) {
  const llvm::Value *value = inst.getOperand(0);
  PartType from = partOf(value), to = partOf(&inst);
  if (inst.getOpcode() == llvm::Instruction::SExt ||
      (inst.getOpcode() != llvm::Instruction::Trunc && from.width < to.width)) {
    compileExtension(inst, inst.getOpcode() == llvm::Instruction::SExt);
    return;
  }
  // Zero extension of a bool to a byte, or less of the same bits.
  Source source = sourceOf(value);
  release(value);
  if (source.kind == Source::Register)
    pin(source.reg);
  Reg dst;
  if (source.kind == Source::Register) {
    dst = Reg(reuse(source.reg));
  } else {
    dst = allocateInt();
    loadSource(source, dst, Extend::None, std::min(from.width, to.width));
  }
  if (to.isBool && !from.isBool)
    as.alu(Alu::And, 4, dst, 1);
  defineInt(&inst, dst);
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

/// True if the one use of \p inst is the instruction that follows, which then
/// looks at the flags.
bool FunctionCompiler::isFused(const llvm::CmpInst &inst) {
  const llvm::Instruction *user = inst.getNextNode();
  if (!inst.hasOneUse() || inst.user_back() != user)
    return false;
  if (auto *branch = dyn_cast<llvm::BranchInst>(user))
    return branch->isConditional();
  auto *select = dyn_cast<llvm::SelectInst>(user);
  return select && select->getCondition() == &inst;
}

static Cond getCond(llvm::CmpInst::Predicate predicate) {
  using llvm::CmpInst;
  switch (predicate) {
  case CmpInst::ICMP_EQ:
    return Cond::E;
  case CmpInst::ICMP_NE:
    return Cond::NE;
  case CmpInst::ICMP_UGT:
    return Cond::A;
  case CmpInst::ICMP_UGE:
    return Cond::AE;
  case CmpInst::ICMP_ULT:
    return Cond::B;
  case CmpInst::ICMP_ULE:
    return Cond::BE;
  case CmpInst::ICMP_SGT:
    return Cond::G;
  case CmpInst::ICMP_SGE:
    return Cond::GE;
  case CmpInst::ICMP_SLT:
    return Cond::L;
  default:
    return Cond::LE;
  }
}

Flags FunctionCompiler::compareInts(const llvm::CmpInst &inst) {
  const llvm::Value *lhs = inst.getOperand(0), *rhs = inst.getOperand(1);
  llvm::CmpInst::Predicate predicate = inst.getPredicate();
  if (isa<llvm::Constant>(lhs) && !isa<llvm::Constant>(rhs)) {
    std::swap(lhs, rhs);
    predicate = llvm::CmpInst::getSwappedPredicate(predicate);
  }
  PartType type = partOf(lhs);
  // As a signed number, a bool is 0 or -1.
  if (type.isBool && llvm::CmpInst::isSigned(predicate))
    predicate = llvm::ICmpInst::getUnsignedPredicate(
        llvm::CmpInst::getSwappedPredicate(predicate));
  Operand right = operand(rhs, /*exact=*/true);
  Operand left = right.kind == Operand::Immediate
                     ? operand(lhs, /*exact=*/true)
                     : Operand{Operand::Register, useInt(lhs), 0, {}};
  if (left.kind == Operand::Immediate)
    left = {Operand::Register, useInt(lhs), 0, {}};
  if (left.kind == Operand::Memory)
    as.alu(Alu::Cmp, type.width, left.mem, right.imm);
  else if (right.kind == Operand::Immediate && right.imm == 0)
    as.test(type.width, left.reg, left.reg);
  else
    alu(Alu::Cmp, type.width, left.reg, right);
  releaseOperands(inst);
  return {getCond(predicate)};
}

Flags FunctionCompiler::compare(const llvm::CmpInst &inst) {
  return inst.isIntPredicate() ? compareInts(inst) : compareFloats(inst);
}

Flags FunctionCompiler::conditionOf(const llvm::Value *value) {
  if (auto *inst = dyn_cast<llvm::CmpInst>(value); inst && isFused(*inst))
    return compare(*inst);
  Operand flag = operand(value, /*exact=*/true);
  if (flag.kind == Operand::Immediate)
    flag = {Operand::Register, useInt(value), 0, {}};
  if (flag.kind == Operand::Memory)
    as.alu(Alu::Cmp, 1, flag.mem, 0);
  else
    as.test(1, flag.reg, flag.reg);
  release(value);
  return {Cond::NE};
}

Reg FunctionCompiler::materializeFlags(Flags flags) {
  Reg reg = allocateInt();
  as.setcc(flags.cond, reg);
  if (flags.parity != Flags::Ignored) {
    bool isOr = flags.parity == Flags::Or;
    as.setcc(isOr ? Cond::P : Cond::NP, scratch);
    as.alu(isOr ? Alu::Or : Alu::And, 1, reg, scratch);
  }
  return reg;
}

void FunctionCompiler::compileCompare(const llvm::CmpInst &inst) {
  if (isFused(inst))
    return;
  defineInt(&inst, materializeFlags(compare(inst)));
}

void FunctionCompiler::compileSelect(const llvm::SelectInst &inst) {
  llvm::SmallVector<PartType, 4> parts;
  if (!unit.getParts(inst.getType(), parts) ||
      !inst.getCondition()->getType()->isIntegerTy(1)) {
    unit.fail("a select of an unknown type");
    return;
  }
  Flags flags = conditionOf(inst.getCondition());
  if (flags.parity != Flags::Ignored) {
    Reg flag = materializeFlags(flags);
    as.test(1, flag, flag);
    flags = {Cond::NE};
  }
  // Loading operands does not change the flags.
  llvm::SmallVector<RegID, 4> results;
  for (unsigned i = 0, e = parts.size(); i < e; ++i) {
    pinned = 0;
    for (RegID reg : results)
      pin(reg);
    RegID yes = use(inst.getTrueValue(), i);
    RegID no = use(inst.getFalseValue(), i);
    RegID dst = allocate(parts[i].isFloat);
    if (parts[i].isFloat) {
      as.movXmm(dst - firstXmm, no - firstXmm);
      uint32_t done = as.shortJump(negate(flags.cond));
      as.movXmm(dst - firstXmm, yes - firstXmm);
      as.patchShort(done);
    } else {
      as.mov(8, Reg(dst), Reg(no));
      as.cmov(flags.cond, parts[i].width, Reg(dst), Reg(yes));
    }
    results.push_back(dst);
  }
  release(inst.getTrueValue());
  release(inst.getFalseValue());
  for (unsigned i = 0, e = results.size(); i < e; ++i)
    define(&inst, results[i], i);
}
