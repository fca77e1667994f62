//===- Intrinsics.cpp - LLVM's intrinsic functions ------------------------===//
//
// Those that lib/Conversion/FIRToLLVM uses, and their near relations.
//
//===----------------------------------------------------------------------===//

#include "FunctionCompiler.h"
#include "llvm/IR/Constants.h"

using namespace flux::baseline;
using namespace flux::x86;
using llvm::Intrinsic::ID;

/// The modes of roundsd.
static constexpr uint8_t roundNearest = 8, roundDown = 9, roundUp = 10,
                         roundToZero = 11, roundByMode = 4;

void FunctionCompiler::compileIntrinsic(const llvm::CallInst &call) {
  namespace Intrinsic = llvm::Intrinsic;
  switch (call.getIntrinsicID()) {
  case Intrinsic::lifetime_start:
  case Intrinsic::lifetime_end:
  case Intrinsic::assume:
  case Intrinsic::donothing:
  case Intrinsic::experimental_noalias_scope_decl:
  case Intrinsic::dbg_declare:
  case Intrinsic::dbg_value:
  case Intrinsic::dbg_label:
    for (const llvm::Value *operand : call.args())
      release(operand);
    return;
  case Intrinsic::memcpy:
    return compileMemCpy(call, "memcpy");
  case Intrinsic::memmove:
    return compileMemCpy(call, "memmove");
  case Intrinsic::memset:
    return compileMemSet(call);
  case Intrinsic::trap:
    as.ud2();
    return;
  case Intrinsic::expect:
  case Intrinsic::launder_invariant_group:
    copyValue(call.getArgOperand(0), call);
    release(call.arg_size() > 1 ? call.getArgOperand(1) : nullptr);
    return;
  case Intrinsic::sadd_with_overflow:
    return compileWithOverflow(call, Alu::Add, true);
  case Intrinsic::uadd_with_overflow:
    return compileWithOverflow(call, Alu::Add, false);
  case Intrinsic::ssub_with_overflow:
    return compileWithOverflow(call, Alu::Sub, true);
  case Intrinsic::usub_with_overflow:
    return compileWithOverflow(call, Alu::Sub, false);
  case Intrinsic::smul_with_overflow:
    return compileMulWithOverflow(call, true);
  case Intrinsic::umul_with_overflow:
    return compileMulWithOverflow(call, false);
  case Intrinsic::sadd_sat:
    return compileSaturating(call, Alu::Add, true);
  case Intrinsic::uadd_sat:
    return compileSaturating(call, Alu::Add, false);
  case Intrinsic::ssub_sat:
    return compileSaturating(call, Alu::Sub, true);
  case Intrinsic::usub_sat:
    return compileSaturating(call, Alu::Sub, false);
  case Intrinsic::smin:
    return compileMinMax(call, Cond::G);
  case Intrinsic::smax:
    return compileMinMax(call, Cond::L);
  case Intrinsic::umin:
    return compileMinMax(call, Cond::A);
  case Intrinsic::umax:
    return compileMinMax(call, Cond::B);
  case Intrinsic::abs:
    return compileAbs(call);
  case Intrinsic::ctlz:
    return compileCountZeros(call, true);
  case Intrinsic::cttz:
    return compileCountZeros(call, false);
  case Intrinsic::ctpop:
    return compilePopulation(call);
  case Intrinsic::bswap:
    return compileByteSwap(call);
  case Intrinsic::fshl:
    return compileFunnelShift(call, false);
  case Intrinsic::fshr:
    return compileFunnelShift(call, true);
  case Intrinsic::sqrt:
    return compileSqrt(call);
  case Intrinsic::floor:
    return compileRound(call, roundDown);
  case Intrinsic::ceil:
    return compileRound(call, roundUp);
  case Intrinsic::trunc:
    return compileRound(call, roundToZero);
  case Intrinsic::roundeven:
    return compileRound(call, roundNearest);
  case Intrinsic::rint:
  case Intrinsic::nearbyint:
    return compileRound(call, roundByMode);
  case Intrinsic::fabs:
    return compileSignBit(call, /*keepsMagnitude=*/true);
  case Intrinsic::copysign:
    return compileCopySign(call);
  case Intrinsic::minimum:
    return compileFloatMinMax(call, /*isMax=*/false, /*ignoresNaN=*/false);
  case Intrinsic::maximum:
    return compileFloatMinMax(call, /*isMax=*/true, /*ignoresNaN=*/false);
  case Intrinsic::minnum:
    return compileFloatMinMax(call, /*isMax=*/false, /*ignoresNaN=*/true);
  case Intrinsic::maxnum:
    return compileFloatMinMax(call, /*isMax=*/true, /*ignoresNaN=*/true);
  case Intrinsic::fmuladd:
    return compileMulAdd(call);
  case Intrinsic::fptosi_sat:
    return compileSaturatingTruncation(call, /*isSigned=*/true);
  case Intrinsic::fptoui_sat:
    return compileSaturatingTruncation(call, /*isSigned=*/false);
  default:
    unit.fail("the intrinsic '" + call.getCalledFunction()->getName() + "'");
  }
}

void FunctionCompiler::copyValue(const llvm::Value *from,
                                 const llvm::Instruction &to) {
  llvm::SmallVector<PartType, 4> parts;
  if (!unit.getParts(to.getType(), parts)) {
    unit.fail("a value of an unknown type");
    return;
  }
  llvm::SmallVector<RegID, 4> regs;
  for (unsigned i = 0, e = parts.size(); i < e; ++i)
    regs.push_back(use(from, i));
  release(from);
  for (unsigned i = 0, e = parts.size(); i < e; ++i)
    define(&to, reuse(regs[i]), i);
}

//===----------------------------------------------------------------------===//
// Overflow
//===----------------------------------------------------------------------===//

void FunctionCompiler::compileWithOverflow(const llvm::CallInst &call, Alu op,
                                           bool isSigned) {
  const llvm::Value *lhs = call.getArgOperand(0), *rhs = call.getArgOperand(1);
  PartType type = partOf(lhs);
  if (type.isBool) {
    unit.fail("an overflow of i1");
    return;
  }
  Reg left = useInt(lhs);
  Operand right = operand(rhs, /*exact=*/true);
  release(lhs);
  release(rhs);
  Reg dst = Reg(reuse(left));
  Reg flag = allocateInt();
  alu(op, type.width, dst, right);
  as.setcc(isSigned ? Cond::O : Cond::B, flag);
  define(&call, dst, 0);
  define(&call, flag, 1);
}

void FunctionCompiler::compileMulWithOverflow(const llvm::CallInst &call,
                                              bool isSigned) {
  const llvm::Value *lhs = call.getArgOperand(0), *rhs = call.getArgOperand(1);
  PartType type = partOf(lhs);
  if (type.isBool) {
    unit.fail("an overflow of i1");
    return;
  }
  Source left = sourceOf(lhs), right = sourceOf(rhs);
  release(lhs);
  release(rhs);
  if (left.kind == Source::Register)
    pin(left.reg);
  if (right.kind == Source::Register)
    pin(right.reg);
  // The product is in rdx:rax, of bytes in ax.
  constexpr uint32_t fixed = uint32_t(1) << RAX | uint32_t(1) << RDX;
  loadSource(right, scratch, Extend::None, type.width);
  evict(RAX, fixed);
  evict(RDX, fixed);
  pin(RAX);
  pin(RDX);
  loadSource(left, RAX, Extend::None, type.width);
  as.unary(isSigned ? Unary::Imul : Unary::Mul, type.width, scratch);
  as.setcc(Cond::O, RDX);
  define(&call, RAX, 0);
  define(&call, RDX, 1);
}

void FunctionCompiler::compileSaturating(const llvm::CallInst &call, Alu op,
                                         bool isSigned) {
  const llvm::Value *lhs = call.getArgOperand(0), *rhs = call.getArgOperand(1);
  PartType type = partOf(lhs);
  if (type.isBool) {
    unit.fail("saturation of i1");
    return;
  }
  Reg left = useInt(lhs);
  Operand right = operand(rhs, /*exact=*/true);
  release(lhs);
  release(rhs);
  Reg dst = Reg(reuse(left));
  alu(op, type.width, dst, right);
  uint32_t fits = as.shortJump(negate(isSigned ? Cond::O : Cond::B));
  if (!isSigned) {
    as.movImm(dst, op == Alu::Add ? -1 : 0);
  } else {
    // The sign of the wrapped result is the wrong one.
    as.shift(Shift::Sar, type.width, dst, uint8_t(type.width * 8 - 1));
    as.movImm(scratch, int64_t(uint64_t(1) << (type.width * 8 - 1)));
    as.alu(Alu::Xor, type.width, dst, scratch);
  }
  as.patchShort(fits);
  defineInt(&call, dst);
}

void FunctionCompiler::compileMinMax(const llvm::CallInst &call, Cond cond) {
  const llvm::Value *lhs = call.getArgOperand(0), *rhs = call.getArgOperand(1);
  PartType type = partOf(lhs);
  if (type.isBool) {
    unit.fail("a minimum of i1");
    return;
  }
  Reg left = useInt(lhs), right = useInt(rhs);
  release(lhs);
  release(rhs);
  Reg dst = Reg(reuse(left));
  as.alu(Alu::Cmp, type.width, dst, right);
  as.cmov(cond, type.width, dst, right);
  defineInt(&call, dst);
}

void FunctionCompiler::compileAbs(const llvm::CallInst &call) {
  const llvm::Value *value = call.getArgOperand(0);
  PartType type = partOf(value);
  Reg source = useInt(value);
  release(value);
  Reg dst = allocateInt();
  as.mov(8, dst, source);
  as.unary(Unary::Neg, type.width, dst);
  as.cmov(Cond::S, type.width, dst, source);
  defineInt(&call, dst);
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

void FunctionCompiler::compileCountZeros(const llvm::CallInst &call,
                                         bool leading) {
  const llvm::Value *value = call.getArgOperand(0);
  PartType type = partOf(value);
  if (type.isBool) {
    unit.fail("zeros of i1");
    return;
  }
  unsigned width = std::max<unsigned>(type.width, 4);
  int32_t bits = type.width * 8;
  Reg source =
      type.width < 4 ? useExtended(value, /*isSigned=*/false) : useInt(value);
  release(value);
  Reg dst = allocateInt();
  // Of zero, bsr and bsf leave nothing but a flag.
  if (leading) {
    as.movImm(scratch, 2 * bits - 1);
    as.bsr(width, dst, source);
    as.cmov(Cond::E, 4, dst, scratch);
    as.alu(Alu::Xor, 4, dst, bits - 1);
  } else {
    as.movImm(scratch, bits);
    as.bsf(width, dst, source);
    as.cmov(Cond::E, 4, dst, scratch);
  }
  defineInt(&call, dst);
}

void FunctionCompiler::compilePopulation(const llvm::CallInst &call) {
  const llvm::Value *value = call.getArgOperand(0);
  PartType type = partOf(value);
  Reg source =
      type.width < 4 ? useExtended(value, /*isSigned=*/false) : useInt(value);
  release(value);
  Reg dst = allocateInt();
  as.popcnt(std::max<unsigned>(type.width, 4), dst, source);
  defineInt(&call, dst);
}

void FunctionCompiler::compileByteSwap(const llvm::CallInst &call) {
  const llvm::Value *value = call.getArgOperand(0);
  PartType type = partOf(value);
  Reg source = useInt(value);
  release(value);
  Reg dst = Reg(reuse(source));
  if (type.width == 2)
    as.shift(Shift::Rol, 2, dst, 8);
  else
    as.bswap(type.width, dst);
  defineInt(&call, dst);
}

void FunctionCompiler::compileFunnelShift(const llvm::CallInst &call,
                                          bool right) {
  const llvm::Value *high = call.getArgOperand(0);
  const llvm::Value *low = call.getArgOperand(1);
  const llvm::Value *amount = call.getArgOperand(2);
  PartType type = partOf(high);
  if (type.isBool) {
    unit.fail("a rotation of i1");
    return;
  }
  if (high == low)
    return shiftBy(right ? Shift::Ror : Shift::Rol, type.width, high, amount,
                   call);
  if (type.width < 4) {
    unit.fail("a funnel shift of a narrow type");
    return;
  }
  Source count = sourceOf(amount), highSource = sourceOf(high),
         lowSource = sourceOf(low);
  for (const llvm::Value *operand : call.args())
    release(operand);
  for (const Source &source : {count, highSource, lowSource})
    if (source.kind == Source::Register)
      pin(source.reg);
  constexpr uint32_t rcx = uint32_t(1) << RCX;
  Reg dst = allocateInt(rcx);
  // shld takes bits of the second operand into the first.
  loadSource(right ? lowSource : highSource, dst, Extend::None, type.width);
  loadSource(right ? highSource : lowSource, scratch, Extend::None, type.width);
  if (count.kind != Source::Register || count.reg != RCX) {
    evict(RCX);
    pin(RCX);
    loadSource(count, RCX, Extend::None, count.width);
  }
  as.doubleShiftByCL(right, type.width, dst, scratch);
  defineInt(&call, dst);
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

void FunctionCompiler::compileRound(const llvm::CallInst &call, uint8_t mode) {
  PartType type = partOf(&call);
  Xmm source = useFloat(call.getArgOperand(0));
  release(call.getArgOperand(0));
  Xmm dst = allocateFloat();
  as.round(type.width, dst, source, mode);
  defineFloat(&call, dst);
}

void FunctionCompiler::compileSqrt(const llvm::CallInst &call) {
  PartType type = partOf(&call);
  Xmm source = useFloat(call.getArgOperand(0));
  release(call.getArgOperand(0));
  Xmm dst = allocateFloat();
  as.sse(Sse::Sqrt, type.width, dst, source);
  defineFloat(&call, dst);
}

/// The product may be rounded.
void FunctionCompiler::compileMulAdd(const llvm::CallInst &call) {
  PartType type = partOf(&call);
  Xmm a = useFloat(call.getArgOperand(0)), b = useFloat(call.getArgOperand(1));
  Xmm c = useFloat(call.getArgOperand(2));
  Xmm dst = allocateFloat();
  as.movXmm(dst, a);
  as.sse(Sse::Mul, type.width, dst, b);
  as.sse(Sse::Add, type.width, dst, c);
  for (const llvm::Value *operand : call.args())
    release(operand);
  defineFloat(&call, dst);
}
