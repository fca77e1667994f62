//===- FloatClass.cpp - whether a float is NaN, infinite, zero, ... -------===//
//
// LLVM's passes make one intrinsic of comparisons that ask for a class of
// floats.  Floats of one class and sign are neighbours when their bits are
// read as integers (IEEE 754, section 3.4), so the question becomes whether the
// bits lie in one of a few ranges.
//
//===----------------------------------------------------------------------===//
#include "Code.h"
#include "llvm/ADT/FloatingPointMode.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

/// Whether the bits of \p value lie in a class of \p mask.
static Value *isInClass(IRBuilder<> &builder, Value *value, unsigned mask) {
  const fltSemantics &semantics = value->getType()->getFltSemantics();
  unsigned width = value->getType()->getPrimitiveSizeInBits();
  APInt infinity = APFloat::getInf(semantics).bitcastToAPInt();
  APInt normal = APFloat::getSmallestNormalized(semantics).bitcastToAPInt();
  APInt quiet = APFloat::getQNaN(semantics).bitcastToAPInt();
  APInt sign = APInt::getSignMask(width);
  // Where the classes begin, upwards; a NaN has no sign for LLVM.
  std::pair<APInt, unsigned> classes[] = {{APInt(width, 0), fcPosZero},
                                          {APInt(width, 1), fcPosSubnormal},
                                          {normal, fcPosNormal},
                                          {infinity, fcPosInf},
                                          {infinity + 1, fcSNan},
                                          {quiet, fcQNan},
                                          {sign, fcNegZero},
                                          {sign | 1, fcNegSubnormal},
                                          {sign | normal, fcNegNormal},
                                          {sign | infinity, fcNegInf},
                                          {sign | (infinity + 1), fcSNan},
                                          {sign | quiet, fcQNan}};
  constexpr unsigned count = std::size(classes);

  Value *bits = builder.CreateBitCast(value, builder.getIntNTy(width));
  Value *result = nullptr;
  for (unsigned i = 0; i != count; ++i) {
    if (!(mask & classes[i].second))
      continue;
    const APInt &low = classes[i].first;
    while (i + 1 != count && (mask & classes[i + 1].second))
      ++i;
    APInt size =
        (i + 1 == count ? APInt(width, 0) : classes[i + 1].first) - low;
    // All there is has the size 0.
    if (size.isZero())
      return builder.getTrue();
    Value *isInside = builder.CreateICmpULT(
        builder.CreateSub(bits, builder.getInt(low)), builder.getInt(size));
    result = result ? builder.CreateOr(result, isInside) : isInside;
  }
  return result ? result : builder.getFalse();
}

void flux::fbc::expandFloatClasses(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction :
         llvm::make_early_inc_range(llvm::instructions(function))) {
      auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
      if (!call || call->getIntrinsicID() != llvm::Intrinsic::is_fpclass)
        continue;
      llvm::Value *value = call->getArgOperand(0);
      if (!value->getType()->isFloatTy() && !value->getType()->isDoubleTy())
        continue;
      llvm::IRBuilder<> builder(call);
      auto *mask = llvm::cast<llvm::ConstantInt>(call->getArgOperand(1));
      call->replaceAllUsesWith(
          isInClass(builder, value, unsigned(mask->getZExtValue())));
      call->eraseFromParent();
    }
}
