//===- SelectCalls.cpp - calls and intrinsics -----------------------------===//
//
// Some functions that LLVM knows by name are instructions here; what is neither
// an instruction nor a short sequence of them is not supported, and said so.
//
//===----------------------------------------------------------------------===//

#include "Selector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/InlineAsm.h"

using namespace flux::fbc;
namespace isa = flux::isa;
using llvm::CmpInst;
using llvm::dyn_cast;
namespace Intrinsic = llvm::Intrinsic;

void Selector::finishCall(const llvm::CallInst &op, Instruction call) {
  // More arguments than registers lie in memory of the caller; the number of a
  // function is none.
  Source number;
  if (call.pseudo == Pseudo::CallNumber)
    number = call.ins.pop_back_val();
  if (call.ins.size() > isa::maxArguments) {
    constexpr size_t inRegisters = isa::maxArguments - 1;
    auto slot =
        static_cast<int32_t>(makeSlot(8 * (call.ins.size() - inRegisters)));
    for (size_t i = inRegisters; i != call.ins.size(); ++i) {
      Source &source = call.ins[i];
      Reg value = source.isNumber() ? getNumber(source.number) : source.reg;
      emitAccess(Opcode::STORE, value,
                 {noReg, slot, static_cast<int64_t>(8 * (i - inRegisters))});
    }
    call.ins.resize(inRegisters);
    call.ins.push_back(Source::ofReg(materialize({noReg, slot, 0})));
  }
  if (call.pseudo == Pseudo::CallNumber)
    call.ins.push_back(number);
  // A call may name another type than the function has, if it does not return.
  Parts parts;
  if (!op.getType()->isVoidTy())
    parts = getParts(&op);
  unsigned results = static_cast<unsigned>(parts.size());
  if (const llvm::Function *callee = op.getCalledFunction(); !callee)
    if (auto *other = dyn_cast<llvm::Function>(op.getCalledOperand()))
      countParts(other->getReturnType(), results);
  for (unsigned i = 0; i != results; ++i)
    call.outs.push_back(i < parts.size() ? parts[i] : out.makeRegister());
  call.place = placeNumber;
  current().code.push_back(std::move(call));
  for (unsigned i = results; i < parts.size(); ++i)
    copy(parts[i], isa::RegZero);
}

/// C hides values from its optimizer behind assembly that has no instructions:
/// the result is the operand that is bound to it.
void Selector::selectAssembly(const llvm::CallInst &op) {
  auto *assembly = llvm::cast<llvm::InlineAsm>(op.getCalledOperand());
  bool isEmpty = llvm::StringRef(assembly->getAsmString()).trim().empty();
  if (isEmpty && op.getType()->isVoidTy())
    return;
  if (isEmpty && op.getType()->isSingleValueType() && op.arg_size() == 1 &&
      op.getArgOperand(0)->getType() == op.getType()) {
    set(&op, getReg(op.getArgOperand(0)));
    return;
  }
  fail("assembly of another machine is not supported");
}

void Selector::selectCall(const llvm::CallInst &op) {
  if (auto *intrinsic = dyn_cast<llvm::IntrinsicInst>(&op)) {
    if (!selectIntrinsic(*intrinsic))
      fail("'" + intrinsic->getCalledFunction()->getName() +
           "' is not supported");
    return;
  }
  unsigned parts = 0;
  if (op.isInlineAsm())
    return selectAssembly(op);
  if (!countParts(op.getType(), parts))
    return fail("a result of this type is not supported");
  if (op.getFunctionType()->isVarArg())
    return fail("a call with any number of arguments is not supported");
  auto *callee =
      dyn_cast<llvm::Function>(op.getCalledOperand()->stripPointerCasts());
  if (callee && callee->isDeclaration() && op.arg_size() == 3) {
    llvm::StringRef name = callee->getName();
    if (name == "memcpy" || name == "memmove" || name == "memset") {
      Reg to = getReg(op.getArgOperand(0)), with = getReg(op.getArgOperand(1));
      Reg length = getReg(op.getArgOperand(2));
      Instruction &bulk =
          emit(name == "memset" ? Opcode::MEMSET : Opcode::MEMCPY);
      bulk.reg[1] = to;
      bulk.reg[2] = with;
      bulk.reg[3] = length;
      if (!op.use_empty())
        set(&op, to);
      return;
    }
  }
  Instruction call;
  for (unsigned i = 0; i != op.arg_size(); ++i) {
    const Value *argument = op.getArgOperand(i);
    if (!countParts(argument->getType(), parts))
      return fail("an argument of this type is not supported");
    if (op.isByValArgument(i)) {
      // The callee may change it: it gets a copy.
      uint64_t size =
          layout.getTypeAllocSize(op.getParamByValType(i)).getFixedValue();
      Reg from = getReg(argument), length = getNumber(int64_t(size));
      auto slot = static_cast<int32_t>(makeSlot(size));
      Reg to = materialize({noReg, slot, 0});
      Instruction &copy = emit(Opcode::MEMCPY);
      copy.reg[1] = to;
      copy.reg[2] = from;
      copy.reg[3] = length;
      call.ins.push_back(Source::ofReg(to));
      continue;
    }
    appendSources(argument, call.ins);
  }
  if (!callee) {
    call.pseudo = Pseudo::CallNumber;
    call.ins.push_back(Source::ofReg(getReg(op.getCalledOperand())));
  } else if (uint32_t number = state.data.getNumber(callee)) {
    call.pseudo = Pseudo::Call;
    call.imm = number;
  } else if (callee->getName().starts_with("import:")) {
    call.pseudo = Pseudo::CallImport;
    call.imm = state.getImport(*callee);
  } else {
    return fail("'" + callee->getName() +
                "' has no body, and its name does not begin with 'import:'");
  }
  finishCall(op, std::move(call));
}

bool flux::fbc::isTrap(const llvm::Instruction &op) {
  auto *call = dyn_cast<llvm::IntrinsicInst>(&op);
  return call && (call->getIntrinsicID() == Intrinsic::trap ||
                  call->getIntrinsicID() == Intrinsic::debugtrap ||
                  call->getIntrinsicID() == Intrinsic::ubsantrap);
}

bool Selector::selectIntrinsic(const llvm::IntrinsicInst &op) {
  if (auto *overflow = dyn_cast<llvm::WithOverflowInst>(&op))
    return selectOverflow(*overflow), true;
  if (auto *saturating = dyn_cast<llvm::SaturatingInst>(&op))
    return selectSaturating(*saturating), true;
  if (auto *transfer = dyn_cast<llvm::MemTransferInst>(&op))
    return selectCopy(*transfer), true;
  if (auto *fill = dyn_cast<llvm::MemSetInst>(&op))
    return selectFill(*fill), true;
  switch (op.getIntrinsicID()) {
  case Intrinsic::lifetime_start:
  case Intrinsic::lifetime_end:
  case Intrinsic::assume:
  case Intrinsic::donothing:
  case Intrinsic::dbg_declare:
  case Intrinsic::dbg_value:
  case Intrinsic::dbg_assign:
  case Intrinsic::dbg_label:
  case Intrinsic::invariant_end:
  case Intrinsic::experimental_noalias_scope_decl:
  case Intrinsic::sideeffect:
  case Intrinsic::prefetch:
  // What ALLOCA took comes back when the function returns.
  case Intrinsic::stackrestore:
    return true;
  case Intrinsic::stacksave:
  case Intrinsic::invariant_start:
    set(&op, isa::RegZero);
    return true;
  case Intrinsic::trap:
  case Intrinsic::debugtrap:
  case Intrinsic::ubsantrap:
    emit(Opcode::INVALID);
    return true;
  case Intrinsic::expect:
  case Intrinsic::expect_with_probability:
  case Intrinsic::ssa_copy:
  case Intrinsic::launder_invariant_group:
  case Intrinsic::strip_invariant_group:
  case Intrinsic::threadlocal_address:
    set(&op, getReg(op.getArgOperand(0)));
    return true;
  case Intrinsic::ptrmask: {
    Reg a = getReg(op.getArgOperand(0)), b = getReg(op.getArgOperand(1));
    emitBinary(Opcode::IAND, a, b, getResult(&op));
    return true;
  }
  case Intrinsic::is_constant:
  case Intrinsic::objectsize:
    set(&op, isa::RegZero);
    return true;
  default:
    break;
  }
  if (op.getType()->isIntegerTy() && widthOf(&op) <= 64 &&
      selectIntegerIntrinsic(op))
    return true;
  return selectFloatIntrinsic(op);
}

/// lo, hi = whether the result fits; the bit is left to whoever asks.
void Selector::selectOverflow(const llvm::WithOverflowInst &op) {
  unsigned width = widthOf(op.getLHS());
  if (width > 64)
    return fail("an integer of this type is not supported");
  bool isSigned = op.isSigned();
  auto opcode = op.getBinaryOp();
  Comparison overflow;
  Reg result = noReg;
  if (width == 64 && isSigned) {
    Reg a = getReg(op.getLHS()), b = getReg(op.getRHS());
    Instruction &instruction =
        emit(opcode == llvm::Instruction::Add   ? Opcode::IADDO
             : opcode == llvm::Instruction::Sub ? Opcode::ISUBO
                                                : Opcode::IMULO);
    instruction.reg[0] = result = out.makeRegister();
    instruction.reg[1] = a;
    instruction.reg[2] = b;
    instruction.reg[3] = out.makeRegister();
    overflow = {CmpInst::ICMP_NE, instruction.reg[3], isa::RegZero};
  } else if (width == 64) {
    Reg a = getReg(op.getLHS()), b = getReg(op.getRHS());
    if (opcode == llvm::Instruction::Add) {
      result = emitBinary(Opcode::IADD, a, b);
      overflow = {CmpInst::ICMP_ULT, result, a};
    } else if (opcode == llvm::Instruction::Sub) {
      result = emitBinary(Opcode::ISUB, a, b);
      overflow = {CmpInst::ICMP_ULT, a, b};
    } else {
      result = emitBinary(Opcode::IMUL, a, b);
      Reg high = emitBinary(Opcode::UMULH, a, b);
      overflow = {CmpInst::ICMP_NE, high, isa::RegZero};
    }
  } else {
    Opcode wide = opcode == llvm::Instruction::Add   ? Opcode::IADD
                  : opcode == llvm::Instruction::Sub ? Opcode::ISUB
                                                     : Opcode::IMUL;
    if (width > 32 && opcode == llvm::Instruction::Mul)
      return fail("an integer of this type is not supported");
    Reg a = isSigned ? getSigned(op.getLHS()) : getUnsigned(op.getLHS());
    Reg b = isSigned ? getSigned(op.getRHS()) : getUnsigned(op.getRHS());
    Reg full = emitBinary(wide, a, b);
    result = normalize(full, width);
    Reg back = isSigned ? toSigned(result, width) : toUnsigned(result, width);
    overflow = {CmpInst::ICMP_NE, back, full};
  }
  // Jumps compare themselves; for others the bit is made here.
  bool onlyJumps = llvm::all_of(op.users(), [&](const llvm::User *user) {
    auto *extract = dyn_cast<llvm::ExtractValueInst>(user);
    if (!extract)
      return false;
    return extract->getIndices()[0] == 0 ||
           llvm::all_of(extract->users(), [&](const llvm::User *jump) {
             auto *branch = dyn_cast<llvm::BranchInst>(jump);
             return branch && branch->getParent() == op.getParent();
           });
  });
  if (onlyJumps) {
    overflows[&op] = overflow;
    set(&op, {result, isa::RegZero});
    return;
  }
  set(&op, {result, emitComparison(overflow)});
}

void Selector::selectSaturating(const llvm::SaturatingInst &op) {
  unsigned width = widthOf(&op);
  bool isAdd = op.getBinaryOp() == llvm::Instruction::Add;
  if (width > 64)
    return fail("an integer of this type is not supported");
  auto choose = [&](Reg condition, Reg yes, Reg no) {
    Instruction &select = emit(Opcode::SELECT);
    select.reg[0] = getResult(&op);
    select.reg[1] = condition;
    select.reg[2] = yes;
    select.reg[3] = no;
  };
  if (!op.isSigned()) {
    Reg a = getReg(op.getLHS()), b = getReg(op.getRHS());
    if (!isAdd) {
      // a - min(a, b); the sign of 32 bits keeps the order.
      Reg least = emitBinary(Opcode::UMIN, a, b);
      emitBinary(width == 32 ? Opcode::ISUB32 : Opcode::ISUB, a, least,
                 getResult(&op));
      return;
    }
    Reg sum = normalize(
        emitBinary(width == 32 ? Opcode::IADD32 : Opcode::IADD, a, b), width);
    Reg over = emitBinary(Opcode::CMP_LTU, sum, a);
    Reg most = getNumber(toCanonical(~uint64_t(0), width));
    return choose(over, most, sum);
  }
  Reg a = getSigned(op.getLHS()), b = getSigned(op.getRHS());
  if (width == 64) {
    Reg result = out.makeRegister(), over = out.makeRegister();
    Instruction &instruction = emit(isAdd ? Opcode::IADDO : Opcode::ISUBO);
    instruction.reg[0] = result;
    instruction.reg[1] = a;
    instruction.reg[2] = b;
    instruction.reg[3] = over;
    // What overflowed has the wrong sign.
    Reg sign = emitImmediate(Opcode::ISHRI, result, 63);
    Reg low = getNumber(INT64_MIN);
    return choose(over, emitBinary(Opcode::IXOR, sign, low), result);
  }
  int64_t most = (int64_t(1) << (width - 1)) - 1;
  Reg full = emitBinary(isAdd ? Opcode::IADD : Opcode::ISUB, a, b);
  Reg high = getNumber(most), low = getNumber(-most - 1);
  Reg below = emitBinary(Opcode::IMIN, full, high);
  Reg result = emitBinary(Opcode::IMAX, below, low);
  if (width == 32)
    copy(getResult(&op), result);
  else
    normalize(result, width, getResult(&op));
}

/// Bits of two integers side by side, of which some are taken; a rotation if
/// both are the same.
void Selector::selectFunnel(const llvm::IntrinsicInst &op) {
  unsigned width = widthOf(&op);
  bool isLeft = op.getIntrinsicID() == Intrinsic::fshl;
  const Value *first = op.getArgOperand(0), *second = op.getArgOperand(1);
  const Value *amount = op.getArgOperand(2);
  std::optional<int64_t> known = getKnown(amount);
  if (first == second && (width == 64 || width == 32)) {
    Reg value = getReg(first);
    Reg count = noReg;
    bool turnsLeft = isLeft;
    if (known)
      count = getNumber(
          static_cast<int64_t>(static_cast<uint64_t>(*known) % width));
    else
      count = getReg(amount);
    if (width == 32 && !isLeft) {
      count = emitBinary(Opcode::ISUB, isa::RegZero, count);
      turnsLeft = true;
    }
    emitBinary(width == 32 ? Opcode::ROTATE_L32
               : turnsLeft ? Opcode::ROTATE_L
                           : Opcode::ROTATE_R,
               value, count, getResult(&op));
    return;
  }
  Reg high = getUnsigned(first), low = getUnsigned(second);
  if (known) {
    auto shift = static_cast<int64_t>(static_cast<uint64_t>(*known) % width);
    if (shift == 0)
      return set(&op, getReg(isLeft ? first : second));
    int64_t left = isLeft ? shift : int64_t(width) - shift;
    Reg upper = emitImmediate(Opcode::ISHLI, high, left);
    Reg lower = emitImmediate(Opcode::USHRI, low, int64_t(width) - left);
    normalize(emitBinary(Opcode::IOR, upper, lower), width, getResult(&op));
    return;
  }
  // The side that would be shifted by the whole width is shifted by one more.
  Reg count = getReg(amount);
  if (llvm::isPowerOf2_32(width)) {
    count = emitImmediate(Opcode::ANDI, count, int64_t(width) - 1);
  } else {
    Reg modulus = getNumber(width);
    count = emitBinary(Opcode::UMOD, count, modulus);
  }
  Reg last = getNumber(int64_t(width) - 1);
  Reg rest = emitBinary(Opcode::ISUB, last, count);
  Reg upper, lower;
  if (isLeft) {
    upper = emitBinary(Opcode::ISHL, high, count);
    lower =
        emitBinary(Opcode::USHR, emitImmediate(Opcode::USHRI, low, 1), rest);
  } else {
    upper =
        emitBinary(Opcode::ISHL, emitImmediate(Opcode::ISHLI, high, 1), rest);
    lower = emitBinary(Opcode::USHR, low, count);
  }
  normalize(emitBinary(Opcode::IOR, upper, lower), width, getResult(&op));
}

bool Selector::selectIntegerIntrinsic(const llvm::IntrinsicInst &op) {
  unsigned width = widthOf(&op);
  const Value *value = op.getArgOperand(0);
  auto choose = [&](Opcode opcode, bool isSigned) {
    const Value *other = op.getArgOperand(1);
    Reg a = isSigned ? getSigned(value) : getReg(value);
    Reg b = isSigned ? getSigned(other) : getReg(other);
    if (isSigned && width < 32)
      normalize(emitBinary(opcode, a, b), width, getResult(&op));
    else
      emitBinary(opcode, a, b, getResult(&op));
    return true;
  };
  switch (op.getIntrinsicID()) {
  case Intrinsic::smin:
    return choose(Opcode::IMIN, true);
  case Intrinsic::smax:
    return choose(Opcode::IMAX, true);
  case Intrinsic::umin:
    return choose(Opcode::UMIN, false);
  case Intrinsic::umax:
    return choose(Opcode::UMAX, false);
  case Intrinsic::abs:
    normalize(emitUnary(Opcode::IABS, getSigned(value)), width, getResult(&op));
    return true;
  case Intrinsic::scmp:
  case Intrinsic::ucmp: {
    bool isSigned = op.getIntrinsicID() == Intrinsic::scmp;
    const Value *other = op.getArgOperand(1);
    if (widthOf(value) > 64)
      return false;
    Reg a = isSigned ? getSigned(value) : getReg(value);
    Reg b = isSigned ? getSigned(other) : getReg(other);
    Opcode less = isSigned ? Opcode::CMP_LT : Opcode::CMP_LTU;
    Reg above = emitBinary(less, b, a), below = emitBinary(less, a, b);
    Reg result = emitBinary(Opcode::ISUB, above, below);
    if (width == 32 || width == 64)
      set(&op, result);
    else
      normalize(result, width, getResult(&op));
    return true;
  }
  case Intrinsic::ctpop:
    emitUnary(Opcode::POPCOUNT, getUnsigned(value), getResult(&op));
    return true;
  case Intrinsic::ctlz: {
    Reg zeros = emitUnary(Opcode::CLZ, getUnsigned(value));
    if (width == 64)
      set(&op, zeros);
    else
      emitImmediate(Opcode::IADDI, zeros, int64_t(width) - 64, getResult(&op));
    return true;
  }
  case Intrinsic::cttz: {
    Reg bits = getReg(value);
    if (width < 64) {
      // A bit above the others stops the count.
      Reg stop = getNumber(int64_t(1) << width);
      bits = emitBinary(Opcode::IOR, bits, stop);
    }
    emitUnary(Opcode::CTZ, bits, getResult(&op));
    return true;
  }
  case Intrinsic::bswap: {
    Reg swapped = emitUnary(Opcode::BSWAP, getReg(value));
    if (width == 64)
      set(&op, swapped);
    else
      emitImmediate(width == 32 ? Opcode::ISHRI : Opcode::USHRI, swapped,
                    64 - int64_t(width), getResult(&op));
    return true;
  }
  case Intrinsic::bitreverse: {
    static constexpr std::pair<int64_t, uint64_t> steps[] = {
        {1, 0x5555555555555555},
        {2, 0x3333333333333333},
        {4, 0x0F0F0F0F0F0F0F0F}};
    Reg bits = emitUnary(Opcode::BSWAP, getReg(value));
    for (auto [distance, mask] : steps) {
      Reg chosen = getNumber(static_cast<int64_t>(mask));
      Reg high = emitBinary(
          Opcode::IAND, emitImmediate(Opcode::USHRI, bits, distance), chosen);
      Reg low = emitImmediate(Opcode::ISHLI,
                              emitBinary(Opcode::IAND, bits, chosen), distance);
      bits = emitBinary(Opcode::IOR, high, low);
    }
    if (width == 64)
      set(&op, bits);
    else
      emitImmediate(width == 32 ? Opcode::ISHRI : Opcode::USHRI, bits,
                    64 - int64_t(width), getResult(&op));
    return true;
  }
  case Intrinsic::fshl:
  case Intrinsic::fshr:
    return selectFunnel(op), true;
  case Intrinsic::fptosi_sat:
  case Intrinsic::fptoui_sat: {
    bool isSigned = op.getIntrinsicID() == Intrinsic::fptosi_sat;
    Reg result =
        emitUnary(isSigned ? Opcode::F2ISAT : Opcode::F2USAT, toDouble(value));
    if (width == 64)
      return set(&op, result), true;
    if (isSigned) {
      int64_t most = (int64_t(1) << (width - 1)) - 1;
      Reg high = getNumber(most), low = getNumber(-most - 1);
      result = emitBinary(Opcode::IMIN, result, high);
      result = emitBinary(Opcode::IMAX, result, low);
    } else {
      Reg high = getNumber((int64_t(1) << width) - 1);
      result = emitBinary(Opcode::UMIN, result, high);
    }
    normalize(result, width, getResult(&op));
    return true;
  }
  default:
    return false;
  }
}

bool Selector::selectFloatIntrinsic(const llvm::IntrinsicInst &op) {
  llvm::Type *type = op.getType();
  if (!type->isFloatTy() && !type->isDoubleTy())
    return false;
  bool isDouble = type->isDoubleTy();
  const Value *value = op.getArgOperand(0);
  // binary32 is computed as binary64 where that gives the same.
  auto unary = [&](Opcode opcode) {
    toSingle(emitUnary(opcode, toDouble(value)), type, getResult(&op));
    return true;
  };
  auto binary = [&](Opcode opcode) {
    Reg a = toDouble(value), b = toDouble(op.getArgOperand(1));
    toSingle(emitBinary(opcode, a, b), type, getResult(&op));
    return true;
  };
  switch (op.getIntrinsicID()) {
  case Intrinsic::fabs:
    if (isDouble)
      emitUnary(Opcode::FABS, getReg(value), getResult(&op));
    else
      emitImmediate(Opcode::ANDI, getReg(value), INT32_MAX, getResult(&op));
    return true;
  case Intrinsic::sqrt:
    emitUnary(isDouble ? Opcode::FSQRT : Opcode::FSQRT32, getReg(value),
              getResult(&op));
    return true;
  case Intrinsic::floor:
    return unary(Opcode::FFLOOR);
  case Intrinsic::ceil:
    return unary(Opcode::FCEIL);
  case Intrinsic::trunc:
    return unary(Opcode::FTRUNC);
  case Intrinsic::rint:
  case Intrinsic::nearbyint:
  case Intrinsic::roundeven:
    return unary(Opcode::FNEAREST);
  case Intrinsic::minimum:
    return binary(Opcode::FMIN);
  case Intrinsic::maximum:
    return binary(Opcode::FMAX);
  case Intrinsic::minnum:
  case Intrinsic::maxnum:
  case Intrinsic::minimumnum:
  case Intrinsic::maximumnum: {
    // The other one, if one is no number.
    bool isLeast = op.getIntrinsicID() == Intrinsic::minnum ||
                   op.getIntrinsicID() == Intrinsic::minimumnum;
    Reg a = toDouble(value), b = toDouble(op.getArgOperand(1));
    Reg both = emitBinary(isLeast ? Opcode::FMIN : Opcode::FMAX, a, b);
    auto choose = [&](Reg tested, Reg other, Reg otherwise) {
      Reg isNumber = emitBinary(Opcode::FCMP_EQ, tested, tested);
      Reg rd = out.makeRegister();
      Instruction &select = emit(Opcode::SELECT);
      select.reg[0] = rd;
      select.reg[1] = isNumber;
      select.reg[2] = otherwise;
      select.reg[3] = other;
      return rd;
    };
    toSingle(choose(a, b, choose(b, a, both)), type, getResult(&op));
    return true;
  }
  case Intrinsic::copysign: {
    Reg a = getReg(value), b = getReg(op.getArgOperand(1));
    if (isDouble) {
      emitBinary(Opcode::FCOPYSIGN, a, b, getResult(&op));
      return true;
    }
    Reg size = emitImmediate(Opcode::ANDI, a, INT32_MAX);
    Reg sign = emitImmediate(Opcode::ANDI, b, INT32_MIN);
    emitBinary(Opcode::IOR, size, sign, getResult(&op));
    return true;
  }
  case Intrinsic::fmuladd: {
    Reg a = getReg(value), b = getReg(op.getArgOperand(1));
    Reg c = getReg(op.getArgOperand(2));
    Reg product = emitBinary(isDouble ? Opcode::FMUL : Opcode::FMUL32, a, b);
    emitBinary(isDouble ? Opcode::FADD : Opcode::FADD32, product, c,
               getResult(&op));
    return true;
  }
  default:
    return false;
  }
}
