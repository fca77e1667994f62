//===- FIRFolds.cpp - folders and canonical forms -------------------------===//
//
// An operation that would trap must not fold: the trap is part of the program.
// Everything here costs a look at constants; whatever needs an analysis is left
// to LLVM.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace flux::fir;

static bool isConstant(Attribute attr, int64_t value) {
  auto integer = dyn_cast_if_present<IntegerAttr>(attr);
  return integer && integer.getValue().getSExtValue() == value;
}

/// Computes \p result of two constants; null if one is not constant or the
/// computation reports overflow.
static Attribute
foldBinary(Attribute lhs, Attribute rhs,
           llvm::function_ref<APInt(const APInt &, const APInt &, bool &)> f) {
  auto a = dyn_cast_if_present<IntegerAttr>(lhs);
  auto b = dyn_cast_if_present<IntegerAttr>(rhs);
  if (!a || !b)
    return {};
  bool overflow = false;
  APInt value = f(a.getValue(), b.getValue(), overflow);
  return overflow ? Attribute() : IntegerAttr::get(a.getType(), value);
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  if (isConstant(adaptor.getRhs(), 0))
    return getLhs();
  if (isConstant(adaptor.getLhs(), 0))
    return getRhs();
  bool isSigned = getSign() == Signedness::Signed;
  return foldBinary(adaptor.getLhs(), adaptor.getRhs(),
                    [&](const APInt &a, const APInt &b, bool &overflow) {
                      return isSigned ? a.sadd_ov(b, overflow)
                                      : a.uadd_ov(b, overflow);
                    });
}

OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  if (isConstant(adaptor.getRhs(), 0))
    return getLhs();
  if (getLhs() == getRhs())
    return IntegerAttr::get(getType(), 0);
  bool isSigned = getSign() == Signedness::Signed;
  return foldBinary(adaptor.getLhs(), adaptor.getRhs(),
                    [&](const APInt &a, const APInt &b, bool &overflow) {
                      return isSigned ? a.ssub_ov(b, overflow)
                                      : a.usub_ov(b, overflow);
                    });
}

OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  if (isConstant(adaptor.getRhs(), 1))
    return getLhs();
  if (isConstant(adaptor.getLhs(), 1))
    return getRhs();
  if (isConstant(adaptor.getRhs(), 0) || isConstant(adaptor.getLhs(), 0))
    return IntegerAttr::get(getType(), 0);
  bool isSigned = getSign() == Signedness::Signed;
  return foldBinary(adaptor.getLhs(), adaptor.getRhs(),
                    [&](const APInt &a, const APInt &b, bool &overflow) {
                      return isSigned ? a.smul_ov(b, overflow)
                                      : a.umul_ov(b, overflow);
                    });
}

/// True if a / b traps.
static bool divisionTraps(const APInt &a, const APInt &b, bool isSigned) {
  return b.isZero() || (isSigned && a.isMinSignedValue() && b.isAllOnes());
}

OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  if (isConstant(adaptor.getRhs(), 1))
    return getLhs();
  bool isSigned = getSign() == Signedness::Signed;
  return foldBinary(adaptor.getLhs(), adaptor.getRhs(),
                    [&](const APInt &a, const APInt &b, bool &traps) {
                      traps = divisionTraps(a, b, isSigned);
                      if (traps)
                        return a;
                      return isSigned ? a.sdiv(b) : a.udiv(b);
                    });
}

OpFoldResult RemOp::fold(FoldAdaptor adaptor) {
  if (isConstant(adaptor.getRhs(), 1))
    return IntegerAttr::get(getType(), 0);
  bool isSigned = getSign() == Signedness::Signed;
  return foldBinary(adaptor.getLhs(), adaptor.getRhs(),
                    [&](const APInt &a, const APInt &b, bool &traps) {
                      traps = divisionTraps(a, b, isSigned);
                      if (traps)
                        return a;
                      return isSigned ? a.srem(b) : a.urem(b);
                    });
}

OpFoldResult NegOp::fold(FoldAdaptor adaptor) {
  auto value = dyn_cast_if_present<IntegerAttr>(adaptor.getOperand());
  if (!value || value.getValue().isMinSignedValue())
    return {};
  return IntegerAttr::get(getType(), -value.getValue());
}

/// Shifts \p lhs by \p amount; null unless the amount is in range.
static Attribute
foldShift(Attribute lhs, Attribute amount,
          llvm::function_ref<APInt(const APInt &, unsigned)> shift) {
  auto value = dyn_cast_if_present<IntegerAttr>(lhs);
  auto bits = dyn_cast_if_present<IntegerAttr>(amount);
  if (!value || !bits || bits.getValue().uge(value.getValue().getBitWidth()))
    return {};
  return IntegerAttr::get(
      value.getType(),
      shift(value.getValue(), unsigned(bits.getValue().getZExtValue())));
}

OpFoldResult ShlOp::fold(FoldAdaptor adaptor) {
  if (isConstant(adaptor.getAmount(), 0))
    return getLhs();
  return foldShift(
      adaptor.getLhs(), adaptor.getAmount(),
      [](const APInt &value, unsigned bits) { return value.shl(bits); });
}

OpFoldResult ShrOp::fold(FoldAdaptor adaptor) {
  if (isConstant(adaptor.getAmount(), 0))
    return getLhs();
  bool isSigned = getSign() == Signedness::Signed;
  return foldShift(adaptor.getLhs(), adaptor.getAmount(),
                   [&](const APInt &value, unsigned bits) {
                     return isSigned ? value.ashr(bits) : value.lshr(bits);
                   });
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

OpFoldResult ConvertOp::fold(FoldAdaptor adaptor) {
  if (getOperand().getType() == getType() &&
      (getMode() == ConvertMode::Wrapping || getFrom() == getTo()))
    return getOperand();

  unsigned width = getType().getIntOrFloatBitWidth();
  bool toSigned = getTo() == Signedness::Signed;
  if (auto value = dyn_cast_if_present<FloatAttr>(adaptor.getOperand())) {
    llvm::APSInt result(width, /*isUnsigned=*/!toSigned);
    bool isExact;
    auto status = value.getValue().convertToInteger(
        result, llvm::APFloat::rmTowardZero, &isExact);
    if (status == llvm::APFloat::opInvalidOp &&
        getMode() == ConvertMode::Checked)
      return {};
    return IntegerAttr::get(getType(), result);
  }

  auto value = dyn_cast_if_present<IntegerAttr>(adaptor.getOperand());
  if (!value)
    return {};
  // One bit more than either type, so that every value is itself.
  unsigned wide = std::max(width, value.getValue().getBitWidth()) + 1;
  bool fromSigned = getFrom() == Signedness::Signed;
  APInt exact =
      fromSigned ? value.getValue().sext(wide) : value.getValue().zext(wide);
  if (getMode() != ConvertMode::Wrapping) {
    APInt low = toSigned ? APInt::getSignedMinValue(width).sext(wide)
                         : APInt::getZero(wide);
    APInt high = toSigned ? APInt::getSignedMaxValue(width).sext(wide)
                          : APInt::getMaxValue(width).zext(wide);
    bool fits = exact.sge(low) && exact.sle(high);
    if (!fits && getMode() == ConvertMode::Checked)
      return {};
    if (!fits)
      exact = exact.slt(low) ? low : high;
  }
  return IntegerAttr::get(getType(), exact.trunc(width));
}

/// Conversions that lose nothing, and those that only drop bits, are `arith`'s.
LogicalResult ConvertOp::canonicalize(ConvertOp op, PatternRewriter &rewriter) {
  auto from = dyn_cast<IntegerType>(op.getOperand().getType());
  if (!from)
    return failure();
  unsigned width = op.getType().getIntOrFloatBitWidth();
  bool fromSigned = op.getFrom() == Signedness::Signed;
  bool isWrapping = op.getMode() == ConvertMode::Wrapping;
  if (width < from.getWidth() && isWrapping) {
    rewriter.replaceOpWithNewOp<arith::TruncIOp>(op, op.getType(),
                                                 op.getOperand());
    return success();
  }
  bool fits = !fromSigned || op.getTo() == Signedness::Signed;
  if (width <= from.getWidth() || (!fits && !isWrapping))
    return failure();
  if (fromSigned)
    rewriter.replaceOpWithNewOp<arith::ExtSIOp>(op, op.getType(),
                                                op.getOperand());
  else
    rewriter.replaceOpWithNewOp<arith::ExtUIOp>(op, op.getType(),
                                                op.getOperand());
  return success();
}

//===----------------------------------------------------------------------===//
// Places and slices
//===----------------------------------------------------------------------===//

LogicalResult ElementOp::canonicalize(ElementOp op, PatternRewriter &rewriter) {
  if (auto whole = op.getBase().getDefiningOp<SliceOfOp>()) {
    rewriter.modifyOpInPlace(
        op, [&] { op.getBaseMutable().assign(whole.getArray()); });
    return success();
  }
  auto ref = dyn_cast<RefType>(op.getBase().getType());
  APInt index;
  if (!ref || op.getInbounds() ||
      !matchPattern(op.getIndex(), m_ConstantInt(&index)) ||
      index.uge(cast<ArrayType>(ref.getPointee()).getCount()))
    return failure();
  rewriter.modifyOpInPlace(op, [&] { op.setInbounds(true); });
  return success();
}

/// The variant that the same block has just made the place hold: the search
/// ends at whatever else may write it.
OpFoldResult GetVariantOp::fold(FoldAdaptor) {
  constexpr unsigned maxSteps = 32;
  Operation *op = *this;
  for (unsigned i = 0; i < maxSteps && (op = op->getPrevNode()); ++i) {
    if (auto set = dyn_cast<SetVariantOp>(op); set && set.getRef() == getRef())
      return IntegerAttr::get(getType(), set.getVariant());
    // Fields never overlap the tag; other places may be parts of this one.
    auto store = dyn_cast<StoreOp>(op);
    auto field = store ? store.getRef().getDefiningOp<FieldOp>() : nullptr;
    auto payload = field ? field.getRef().getDefiningOp<PayloadOp>() : nullptr;
    if (!isMemoryEffectFree(op) && !(payload && payload.getRef() == getRef()) &&
        !isa<LoadOp, GetVariantOp>(op))
      return {};
  }
  return {};
}

OpFoldResult RetypeOp::fold(FoldAdaptor) {
  auto inner = getOperand().getDefiningOp<RetypeOp>();
  if (inner && inner.getOperand().getType() == getType())
    return inner.getOperand();
  return {};
}

OpFoldResult LenOp::fold(FoldAdaptor) {
  Operation *source = getOperand().getDefiningOp();
  if (auto whole = dyn_cast_if_present<SliceOfOp>(source)) {
    auto array = cast<ArrayType>(whole.getArray().getType().getPointee());
    return IntegerAttr::get(getType(), array.getCount());
  }
  if (auto literal = dyn_cast_if_present<StrConstOp>(source))
    return IntegerAttr::get(getType(), literal.getValue().size());
  if (auto alloc = dyn_cast_if_present<AllocOp>(source))
    return alloc.getCount();
  if (auto bytes = dyn_cast_if_present<StrBytesOp>(source)) {
    getOperandMutable().assign(bytes.getStr());
    return getResult();
  }
  if (auto text = dyn_cast_if_present<StrFromBytesOp>(source)) {
    getOperandMutable().assign(text.getBytes());
    return getResult();
  }
  return {};
}

/// A slice has its own length.
mlir::OpFoldResult ShapeOp::fold(FoldAdaptor) {
  auto length = getCount().getDefiningOp<LenOp>();
  return length && length.getOperand() == getSlice() ? getSlice()
                                                     : mlir::OpFoldResult();
}
