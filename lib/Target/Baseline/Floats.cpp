//===- Floats.cpp - arithmetic, comparisons and conversions of floats -----===//
//
// Scalar SSE2 and the rounding of SSE4.1, which every x86-64-v2 has.  Constants
// are made in registers, so that they need no data and no relocations.
//
//===----------------------------------------------------------------------===//

#include "FunctionCompiler.h"
#include "llvm/IR/Constants.h"

using namespace flux::baseline;
using namespace flux::x86;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;

void FunctionCompiler::loadFloat(Xmm reg, unsigned width, uint64_t bits) {
  if (bits == 0) {
    as.bits(Bits::Xor, reg, reg);
    return;
  }
  as.movImm(scratch, width == 4 ? int64_t(uint32_t(bits)) : int64_t(bits));
  as.movToXmm(width, reg, scratch);
}

void FunctionCompiler::compileFloatBinary(const llvm::BinaryOperator &inst) {
  using llvm::Instruction;
  PartType type = partOf(&inst);
  Sse op = inst.getOpcode() == Instruction::FAdd   ? Sse::Add
           : inst.getOpcode() == Instruction::FSub ? Sse::Sub
           : inst.getOpcode() == Instruction::FMul ? Sse::Mul
                                                   : Sse::Div;
  Xmm left = useFloat(inst.getOperand(0));
  const llvm::Value *rhs = inst.getOperand(1);
  Source right = sourceOf(rhs);
  if (right.kind != Source::Slot) {
    Xmm reg = useFloat(rhs);
    releaseOperands(inst);
    Xmm dst = reuse(left + firstXmm) - firstXmm;
    as.sse(op, type.width, dst, reg);
    defineFloat(&inst, dst);
    return;
  }
  releaseOperands(inst);
  Xmm dst = reuse(left + firstXmm) - firstXmm;
  as.sse(op, type.width, dst, Mem::at(RBP, right.slot));
  defineFloat(&inst, dst);
}

Flags FunctionCompiler::compareFloats(const llvm::CmpInst &inst) {
  using llvm::CmpInst;
  const llvm::Value *lhs = inst.getOperand(0), *rhs = inst.getOperand(1);
  PartType type = partOf(lhs);
  CmpInst::Predicate predicate = inst.getPredicate();
  // Of the flags of ucomisd, `above` and `above or equal` are false for NaN.
  switch (predicate) {
  case CmpInst::FCMP_OLT:
  case CmpInst::FCMP_OLE:
  case CmpInst::FCMP_UGT:
  case CmpInst::FCMP_UGE:
    std::swap(lhs, rhs);
    predicate = CmpInst::getSwappedPredicate(predicate);
    break;
  default:
    break;
  }
  if (predicate == CmpInst::FCMP_TRUE || predicate == CmpInst::FCMP_FALSE) {
    releaseOperands(inst);
    as.alu(Alu::Cmp, 4, RAX, RAX);
    return {predicate == CmpInst::FCMP_TRUE ? Cond::E : Cond::NE};
  }
  Xmm left = useFloat(lhs), right = useFloat(rhs);
  as.compare(type.width, left, right);
  releaseOperands(inst);
  switch (predicate) {
  case CmpInst::FCMP_OEQ:
    return {Cond::E, Flags::AndNot};
  case CmpInst::FCMP_UNE:
    return {Cond::NE, Flags::Or};
  case CmpInst::FCMP_OGT:
    return {Cond::A};
  case CmpInst::FCMP_OGE:
    return {Cond::AE};
  case CmpInst::FCMP_ULT:
    return {Cond::B};
  case CmpInst::FCMP_ULE:
    return {Cond::BE};
  case CmpInst::FCMP_ONE:
    return {Cond::NE};
  case CmpInst::FCMP_UEQ:
    return {Cond::E};
  case CmpInst::FCMP_ORD:
    return {Cond::NP};
  default:
    return {Cond::P};
  }
}

//===----------------------------------------------------------------------===//
// Signs
//===----------------------------------------------------------------------===//

static uint64_t getSignBit(unsigned width) {
  return uint64_t(1) << (width * 8 - 1);
}

void FunctionCompiler::compileFNeg(const llvm::UnaryOperator &inst) {
  PartType type = partOf(&inst);
  Xmm source = useFloat(inst.getOperand(0));
  release(inst.getOperand(0));
  Xmm dst = reuse(source + firstXmm) - firstXmm;
  loadFloat(scratchXmm, type.width, getSignBit(type.width));
  as.bits(Bits::Xor, dst, scratchXmm);
  defineFloat(&inst, dst);
}

/// fabs keeps the magnitude.
void FunctionCompiler::compileSignBit(const llvm::CallInst &call,
                                      bool keepsMagnitude) {
  PartType type = partOf(&call);
  Xmm source = useFloat(call.getArgOperand(0));
  release(call.getArgOperand(0));
  Xmm dst = reuse(source + firstXmm) - firstXmm;
  uint64_t sign = getSignBit(type.width);
  loadFloat(scratchXmm, type.width, keepsMagnitude ? sign - 1 : sign);
  as.bits(Bits::And, dst, scratchXmm);
  defineFloat(&call, dst);
}

void FunctionCompiler::compileCopySign(const llvm::CallInst &call) {
  PartType type = partOf(&call);
  uint64_t sign = getSignBit(type.width);
  Xmm magnitude = useFloat(call.getArgOperand(0));
  Xmm signs = useFloat(call.getArgOperand(1));
  Xmm dst = allocateFloat();
  loadFloat(dst, type.width, sign);
  as.bits(Bits::And, dst, signs);
  loadFloat(scratchXmm, type.width, sign - 1);
  as.bits(Bits::And, scratchXmm, magnitude);
  as.bits(Bits::Or, dst, scratchXmm);
  release(call.getArgOperand(0));
  release(call.getArgOperand(1));
  defineFloat(&call, dst);
}

/// minimum and maximum give NaN if an operand is NaN, and order the zeros;
/// minnum and maxnum give the other operand.
void FunctionCompiler::compileFloatMinMax(const llvm::CallInst &call,
                                          bool isMax, bool ignoresNaN) {
  PartType type = partOf(&call);
  unsigned width = type.width;
  Xmm a = useFloat(call.getArgOperand(0)), b = useFloat(call.getArgOperand(1));
  Xmm dst = allocateFloat();
  as.movXmm(dst, a);
  as.compare(width, a, b);
  uint32_t unordered = as.shortJump(Cond::P);
  uint32_t differ = as.shortJump(Cond::NE);
  as.bits(isMax ? Bits::And : Bits::Or, dst, b); // zeros of both signs
  uint32_t done1 = as.shortJump();
  as.patchShort(differ);
  as.sse(isMax ? Sse::Max : Sse::Min, width, dst, b);
  uint32_t done2 = as.shortJump();
  as.patchShort(unordered);
  uint32_t done3 = 0;
  if (ignoresNaN) {
    as.compare(width, a, a);
    done3 = as.shortJump(Cond::NP);
    as.movXmm(dst, b);
    as.patchShort(done3);
  } else {
    as.sse(Sse::Add, width, dst, b);
  }
  as.patchShort(done1);
  as.patchShort(done2);
  release(call.getArgOperand(0));
  release(call.getArgOperand(1));
  defineFloat(&call, dst);
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

void FunctionCompiler::compileFloatCast(const llvm::CastInst &inst) {
  using llvm::Instruction;
  const llvm::Value *value = inst.getOperand(0);
  if (inst.getOpcode() == Instruction::BitCast) {
    llvm::Type *fromType = value->getType(), *toType = inst.getType();
    PartType from = partOf(value), to = partOf(&inst);
    if (fromType == toType || from.isFloat == to.isFloat) {
      copyValue(value, inst);
    } else if (from.isFloat) {
      Xmm source = useFloat(value);
      release(value);
      Reg dst = allocateInt();
      as.movFromXmm(from.width, dst, source);
      defineInt(&inst, dst);
    } else {
      Reg source = useInt(value);
      release(value);
      Xmm dst = allocateFloat();
      as.movToXmm(to.width, dst, source);
      defineFloat(&inst, dst);
    }
    return;
  }
  PartType from = partOf(value), to = partOf(&inst);
  bool isUnsigned64 = inst.getOpcode() == Instruction::UIToFP ? from.width == 8
                      : inst.getOpcode() == Instruction::FPToUI ? to.width == 8
                                                                : false;
  switch (inst.getOpcode()) {
  case Instruction::FPTrunc:
  case Instruction::FPExt: {
    Xmm source = useFloat(value);
    release(value);
    Xmm dst = allocateFloat();
    as.convertFloat(from.width, dst, source);
    defineFloat(&inst, dst);
    return;
  }
  case Instruction::UIToFP:
  case Instruction::SIToFP: {
    if (isUnsigned64)
      return convertFromUnsigned64(inst);
    bool isSigned = inst.getOpcode() == Instruction::SIToFP;
    if (from.isBool && isSigned) {
      unit.fail("a bool as a signed number");
      return;
    }
    Reg source = from.width < 4 ? useExtended(value, isSigned) : useInt(value);
    unsigned width = from.width == 8 ? 8 : 4;
    if (from.width == 4 && !isSigned) {
      as.mov(4, scratch, source);
      source = scratch;
      width = 8;
    }
    release(value);
    Xmm dst = allocateFloat();
    as.bits(Bits::Xor, dst, dst); // no wait for what it held
    as.convertInt(to.width, dst, width, source);
    defineFloat(&inst, dst);
    return;
  }
  default: {
    if (isUnsigned64)
      return convertToUnsigned64(inst);
    bool isSigned = inst.getOpcode() == Instruction::FPToSI;
    if (to.isBool) {
      unit.fail("a float as a bool");
      return;
    }
    Xmm source = useFloat(value);
    release(value);
    Reg dst = allocateInt();
    unsigned width = to.width == 8 || (to.width == 4 && !isSigned) ? 8 : 4;
    as.truncate(width, dst, from.width, source);
    defineInt(&inst, dst);
    return;
  }
  }
}

void FunctionCompiler::convertFromUnsigned64(const llvm::CastInst &inst) {
  const llvm::Value *value = inst.getOperand(0);
  unsigned width = partOf(&inst).width;
  Reg source = useInt(value);
  Reg half = allocateInt();
  Xmm dst = allocateFloat();
  as.bits(Bits::Xor, dst, dst);
  as.test(8, source, source);
  uint32_t large = as.shortJump(Cond::S);
  as.convertInt(width, dst, 8, source);
  uint32_t done = as.shortJump();
  as.patchShort(large);
  // Half of it, with the lost bit kept for rounding, twice.
  as.mov(8, half, source);
  as.shift(Shift::Shr, 8, half, 1);
  as.mov(8, scratch, source);
  as.alu(Alu::And, 4, scratch, 1);
  as.alu(Alu::Or, 8, half, scratch);
  as.convertInt(width, dst, 8, half);
  as.sse(Sse::Add, width, dst, dst);
  as.patchShort(done);
  release(value);
  defineFloat(&inst, dst);
}

/// 2^63 as a float of \p width bytes.
static uint64_t getHalfRange(unsigned width) {
  return width == 4 ? 0x5f000000 : 0x43e0000000000000;
}

void FunctionCompiler::convertToUnsigned64(const llvm::CastInst &inst) {
  const llvm::Value *value = inst.getOperand(0);
  unsigned width = partOf(value).width;
  Xmm source = useFloat(value);
  Reg dst = allocateInt();
  Xmm rest = allocateFloat(); // not behind a jump, where nothing may move
  loadFloat(scratchXmm, width, getHalfRange(width));
  as.compare(width, source, scratchXmm);
  uint32_t large = as.shortJump(Cond::AE);
  as.truncate(8, dst, width, source);
  uint32_t done = as.shortJump();
  as.patchShort(large);
  as.movXmm(rest, source);
  as.sse(Sse::Sub, width, rest, scratchXmm);
  as.truncate(8, dst, width, rest);
  as.movImm(scratch, INT64_MIN);
  as.alu(Alu::Xor, 8, dst, scratch);
  as.patchShort(done);
  release(value);
  defineInt(&inst, dst);
}

/// llvm.fptosi.sat and llvm.fptoui.sat: what does not fit becomes the nearest
/// number that does, NaN becomes 0.
void FunctionCompiler::compileSaturatingTruncation(const llvm::CallInst &call,
                                                   bool isSigned) {
  const llvm::Value *value = call.getArgOperand(0);
  PartType to = partOf(&call), from = partOf(value);
  if (to.isBool || !from.isFloat) {
    unit.fail("a conversion of an unknown type");
    return;
  }
  unsigned bits = to.width * 8;
  const llvm::fltSemantics &semantics = value->getType()->getFltSemantics();
  // The bounds as floats: what is not below `high` is too great.
  auto getBits = [&](unsigned exponent, bool negative) {
    llvm::APFloat bound(semantics);
    bound.convertFromAPInt(llvm::APInt::getOneBitSet(66, exponent),
                           /*IsSigned=*/false, llvm::APFloat::rmTowardZero);
    if (negative)
      bound.changeSign();
    return bound.bitcastToAPInt().getZExtValue();
  };
  uint64_t high = getBits(isSigned ? bits - 1 : bits, false);
  uint64_t low = isSigned ? getBits(bits - 1, true) : 0;
  uint64_t most = isSigned     ? (uint64_t(1) << (bits - 1)) - 1
                  : bits == 64 ? UINT64_MAX
                               : (uint64_t(1) << bits) - 1;
  int64_t least = isSigned ? -int64_t(most) - 1 : 0;

  Xmm source = useFloat(value);
  Reg dst = allocateInt();
  Xmm rest = allocateFloat();
  as.movImm(dst, 0);
  as.compare(from.width, source, source);
  uint32_t isNaN = as.jump(Cond::P);
  as.movImm(dst, least);
  loadFloat(scratchXmm, from.width, low);
  as.compare(from.width, source, scratchXmm);
  uint32_t isLow = as.jump(Cond::BE);
  as.movImm(dst, int64_t(most));
  loadFloat(scratchXmm, from.width, high);
  as.compare(from.width, source, scratchXmm);
  uint32_t isHigh = as.jump(Cond::AE);
  if (isSigned || bits < 64) {
    as.truncate(8, dst, from.width, source);
  } else {
    loadFloat(scratchXmm, from.width, getHalfRange(from.width));
    as.movXmm(rest, source);
    as.truncate(8, dst, from.width, source);
    as.compare(from.width, source, scratchXmm);
    uint32_t small = as.shortJump(Cond::B);
    as.sse(Sse::Sub, from.width, rest, scratchXmm);
    as.truncate(8, dst, from.width, rest);
    as.movImm(scratch, INT64_MIN);
    as.alu(Alu::Xor, 8, dst, scratch);
    as.patchShort(small);
  }
  patchAll({isNaN, isLow, isHigh});
  release(value);
  defineInt(&call, dst);
}
