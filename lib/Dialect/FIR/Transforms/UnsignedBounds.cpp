//===- UnsignedBounds.cpp - integers that are read without a sign ---------===//
//
// Bounds reads all integers with a sign.  Numbers of the lower half of the
// range read the same without one, so what is known to be there needs no facts
// of its own; the rest is what conditions say directly.
//
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"

using namespace mlir;
using namespace flux::fir;

/// What the result of \p op can be, which reads its operands without a sign;
/// nothing for other operations, and where nothing better than the type is
/// known.
std::optional<Interval> Bounds::evaluateUnsigned(Operation *op) {
  auto isUnsigned = [](auto kind) {
    return kind && kind.getSign() == Signedness::Unsigned;
  };
  auto isExact = [](auto kind) {
    return kind && bitEnumContainsAll(kind.getOverflowFlags(),
                                      arith::IntegerOverflowFlags::nuw);
  };
  bool isAdd =
      isUnsigned(dyn_cast<AddOp>(op)) || isExact(dyn_cast<arith::AddIOp>(op));
  bool isSub =
      isUnsigned(dyn_cast<SubOp>(op)) || isExact(dyn_cast<arith::SubIOp>(op));
  bool isMul =
      isUnsigned(dyn_cast<MulOp>(op)) || isExact(dyn_cast<arith::MulIOp>(op));
  bool isDiv = isUnsigned(dyn_cast<DivOp>(op)) || isa<arith::DivUIOp>(op);
  bool isRem = isUnsigned(dyn_cast<RemOp>(op)) || isa<arith::RemUIOp>(op);
  bool isShift = isUnsigned(dyn_cast<ShrOp>(op)) || isa<arith::ShRUIOp>(op);
  if (!isAdd && !isSub && !isMul && !isDiv && !isRem && !isShift)
    return std::nullopt;
  unsigned width = cast<IntegerType>(op->getResult(0).getType()).getWidth();
  Interval all = getLimits(width, /*isSigned=*/false);
  WideInt half = all.high / 2;
  auto read = [&](unsigned i) {
    Interval signedReading = getInterval(op->getOperand(i), op);
    return signedReading.low >= 0 ? signedReading : all;
  };
  Interval a = read(0), b = read(1), result = all;
  if (isAdd)
    result = {a.low + b.low, a.high + b.high};
  else if (isSub)
    result = {std::max<WideInt>(a.low - b.high, 0), a.high - b.low};
  else if (isMul && a.high <= half && b.high <= half)
    result = {a.low * b.low, a.high * b.high};
  else if (isDiv && b.low > 0)
    result = {a.low / b.high, a.high / b.low};
  else if (isRem && b.low > 0)
    result = {0, std::min(a.high, b.high - 1)};
  else if (isShift && b.low >= 0 && b.high < width)
    result = {a.low >> unsigned(b.high), a.high >> unsigned(b.low)};
  // What is above reads as negative.
  if (result.high > half)
    return std::nullopt;
  return result;
}

bool Bounds::isBelowUnsigned(Value left, Value right, bool orEqual,
                             Operation *at) {
  using arith::CmpIPredicate;
  unsigned numUsers = 0;
  for (Operation *user : left.getUsers()) {
    if (++numUsers > maxUsers)
      return false;
    auto compare = dyn_cast<arith::CmpIOp>(user);
    if (!compare)
      continue;
    bool isLeft = compare.getLhs() == left;
    Value other = isLeft ? compare.getRhs() : compare.getLhs();
    if (right && other != right)
      continue;
    for (Operation *branch : compare->getUsers())
      for (bool taken : {true, false}) {
        if (!isa<cf::CondBranchOp>(branch) || !reaches(branch, taken, at))
          continue;
        CmpIPredicate predicate = compare.getPredicate();
        if (!taken)
          predicate = arith::invertPredicate(predicate);
        if (predicate == (isLeft ? CmpIPredicate::ult : CmpIPredicate::ugt) ||
            (orEqual &&
             predicate == (isLeft ? CmpIPredicate::ule : CmpIPredicate::uge)))
          return true;
      }
  }
  return false;
}
