//===- Conversions.cpp - numbers to integers, three ways ------------------===//
//
// Checked conversions compare only against the bounds that can be crossed.
// Bounds of floats are chosen so that they are exact: a float truncates to at
// most MAX if it is below MAX + 1, a power of two.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "flux/Dialect/FIR/LoweringSupport.h"

using namespace flux;
using namespace flux::lowering;
using rt::TrapKind;

void FunctionLowering::addConversionHandlers() {
  on<fir::ConvertOp, &FunctionLowering::lowerConvert>();
  on<fir::FitsOp, &FunctionLowering::lowerFits>();
}

static llvm::APInt getMin(unsigned width, bool isSigned) {
  return isSigned ? llvm::APInt::getSignedMinValue(width)
                  : llvm::APInt(width, 0);
}

static llvm::APInt getMax(unsigned width, bool isSigned) {
  return isSigned ? llvm::APInt::getSignedMaxValue(width)
                  : llvm::APInt::getMaxValue(width);
}

/// True if some value of `from` is above the greatest of `to`.
static bool canExceed(unsigned from, bool fromSigned, unsigned to,
                      bool toSigned) {
  return from - fromSigned > to - toSigned;
}

/// True if some value of `from` is below the least of `to`.
static bool canFallBelow(unsigned from, bool fromSigned, unsigned to,
                         bool toSigned) {
  return fromSigned && (!toSigned || from > to);
}

void FunctionLowering::lowerConvert(fir::ConvertOp op) {
  bool fromSigned = op.getFrom() == fir::Signedness::Signed;
  bool toSigned = op.getTo() == fir::Signedness::Signed;
  llvm::Value *value = getFirst(op.getOperand());
  auto *to = llvm::cast<llvm::IntegerType>(valueType(op.getResult()));

  if (value->getType()->isFloatingPointTy()) {
    if (op.getMode() != fir::ConvertMode::Saturating) {
      set(op, convertFloatChecked(value, to, toSigned));
      return;
    }
    llvm::Intrinsic::ID id =
        toSigned ? llvm::Intrinsic::fptosi_sat : llvm::Intrinsic::fptoui_sat;
    set(op, builder.CreateIntrinsic(id, {to, value->getType()}, {value}));
    return;
  }
  switch (op.getMode()) {
  case fir::ConvertMode::Checked:
    set(op, convertIntChecked(value, to, fromSigned, toSigned));
    return;
  case fir::ConvertMode::Saturating:
    set(op, convertIntSaturating(value, to, fromSigned, toSigned));
    return;
  case fir::ConvertMode::Wrapping:
    set(op, builder.CreateIntCast(value, to, fromSigned));
    return;
  }
}

void FunctionLowering::lowerFits(fir::FitsOp op) {
  bool fromSigned = op.getFrom() == fir::Signedness::Signed;
  bool toSigned = op.getTo() == fir::Signedness::Signed;
  llvm::Value *value = getFirst(op.getOperand()), *narrow = nullptr;
  auto *to = llvm::cast<llvm::IntegerType>(
      module.getType(op.getTypeAttr().getValue()).value);
  llvm::Value *failed =
      value->getType()->isFloatingPointTy()
          ? isOutOfRange(value, to, toSigned)
          : isTooWide(value, to, fromSigned, toSigned, narrow);
  set(op, failed ? builder.CreateNot(failed) : builder.getTrue());
}

/// True if \p value does not fit; null if all values do.  Sets \p narrow to the
/// result if the test needs it.
llvm::Value *FunctionLowering::isTooWide(llvm::Value *value,
                                         llvm::IntegerType *to, bool fromSigned,
                                         bool toSigned, llvm::Value *&narrow) {
  llvm::Type *from = value->getType();
  unsigned fromWidth = from->getIntegerBitWidth();
  unsigned toWidth = to->getBitWidth();
  bool above = canExceed(fromWidth, fromSigned, toWidth, toSigned);
  bool below = canFallBelow(fromWidth, fromSigned, toWidth, toSigned);
  if (above && below && toSigned) {
    // To a narrower signed type: the value must survive the way back.
    narrow = builder.CreateTrunc(value, to);
    return builder.CreateICmpNE(builder.CreateSExt(narrow, from), value);
  }
  // Read as unsigned, negative values are too great as well.
  if (above)
    return builder.CreateICmpUGT(
        value, builder.getInt(getMax(toWidth, toSigned).zext(fromWidth)));
  if (below)
    return builder.CreateICmpSLT(value, llvm::ConstantInt::get(from, 0));
  return nullptr;
}

llvm::Value *FunctionLowering::convertIntChecked(llvm::Value *value,
                                                 llvm::IntegerType *to,
                                                 bool fromSigned,
                                                 bool toSigned) {
  llvm::Value *narrow = nullptr;
  if (llvm::Value *failed = isTooWide(value, to, fromSigned, toSigned, narrow))
    check(failed, TrapKind::ConvertInt,
          getValueType(value->getType(), fromSigned), {{value, fromSigned}},
          getValueType(to, toSigned));
  return narrow ? narrow : builder.CreateIntCast(value, to, fromSigned);
}

llvm::Value *FunctionLowering::convertIntSaturating(llvm::Value *value,
                                                    llvm::IntegerType *to,
                                                    bool fromSigned,
                                                    bool toSigned) {
  unsigned fromWidth = value->getType()->getIntegerBitWidth();
  unsigned toWidth = to->getBitWidth();
  if (canFallBelow(fromWidth, fromSigned, toWidth, toSigned)) {
    llvm::APInt min = getMin(toWidth, toSigned);
    llvm::Value *bound = builder.getInt(toSigned ? min.sext(fromWidth)
                                                 : llvm::APInt(fromWidth, 0));
    value =
        builder.CreateSelect(builder.CreateICmpSLT(value, bound), bound, value);
  }
  if (canExceed(fromWidth, fromSigned, toWidth, toSigned)) {
    llvm::Value *bound =
        builder.getInt(getMax(toWidth, toSigned).zext(fromWidth));
    value = builder.CreateSelect(
        builder.CreateICmp(fromSigned ? llvm::CmpInst::ICMP_SGT
                                      : llvm::CmpInst::ICMP_UGT,
                           value, bound),
        bound, value);
  }
  return builder.CreateIntCast(value, to, fromSigned);
}

/// True if a float truncates to no value of \p to, or is NaN.
llvm::Value *FunctionLowering::isOutOfRange(llvm::Value *value,
                                            llvm::IntegerType *to,
                                            bool toSigned) {
  llvm::Type *from = value->getType();
  fir::TruncationBounds bounds = fir::getTruncationBounds(
      from->getFltSemantics(), to->getBitWidth(), toSigned);

  // `unordered or`: NaN fails as well.
  llvm::Value *tooLow = builder.CreateFCmp(
      bounds.isLowIncluded ? llvm::CmpInst::FCMP_ULT : llvm::CmpInst::FCMP_ULE,
      value, llvm::ConstantFP::get(from, bounds.low));
  llvm::Value *tooHigh =
      builder.CreateFCmpUGE(value, llvm::ConstantFP::get(from, bounds.high));
  return builder.CreateOr(tooLow, tooHigh);
}

llvm::Value *FunctionLowering::convertFloatChecked(llvm::Value *value,
                                                   llvm::IntegerType *to,
                                                   bool toSigned) {
  unsigned width = to->getBitWidth();
  check(isOutOfRange(value, to, toSigned), TrapKind::ConvertFloat,
        getValueType(value->getType(), true), {{value, false}},
        getValueType(to, toSigned));
  // Through a signed type that holds all values, which is one instruction.
  unsigned needed = width + unsigned(!toSigned);
  llvm::Value *result =
      needed > 64 ? builder.CreateFPToUI(value, to)
                  : builder.CreateFPToSI(
                        value, builder.getIntNTy(needed <= 32 ? 32 : 64));
  if (llvm::isa<llvm::PoisonValue>(result))
    return llvm::ConstantInt::get(to, 0); // a constant that always traps
  return builder.CreateTrunc(result, to);
}
