//===- LoweringSupport.cpp - what all lowerings of FIR need ---------------===//
//
// The order of blocks, and the bounds of conversions from floats.
//
//===----------------------------------------------------------------------===//

#include "flux/Dialect/FIR/LoweringSupport.h"
#include "mlir/IR/Block.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <algorithm>

using namespace flux;

llvm::SmallVector<mlir::Block *> fir::getBlockOrder(mlir::Region &region) {
  llvm::SmallVector<mlir::Block *> order;
  llvm::SmallPtrSet<mlir::Block *, 16> seen;
  llvm::SmallVector<std::pair<mlir::Block *, unsigned>> stack;
  auto push = [&](mlir::Block *block) {
    if (seen.insert(block).second)
      stack.push_back({block, block->getNumSuccessors()});
  };
  push(&region.front());
  while (!stack.empty()) {
    auto &[block, remaining] = stack.back();
    if (remaining) {
      push(block->getSuccessor(--remaining));
      continue;
    }
    order.push_back(block);
    stack.pop_back();
  }
  std::reverse(order.begin(), order.end());
  return order;
}

fir::TruncationBounds
fir::getTruncationBounds(const llvm::fltSemantics &semantics, unsigned width,
                         bool isSigned) {
  llvm::APInt min(width + 2, 0);
  if (isSigned)
    min = llvm::APInt::getSignedMinValue(width).sext(width + 2);
  // The least value minus one, if it is a float: what is above it truncates to
  // a value that fits.  Otherwise no float lies between it and the least.
  llvm::APFloat low(semantics), high(semantics);
  bool isExact =
      low.convertFromAPInt(min - 1, /*IsSigned=*/true,
                           llvm::APFloat::rmTowardZero) == llvm::APFloat::opOK;
  if (!isExact)
    low.convertFromAPInt(min, /*IsSigned=*/true, llvm::APFloat::rmTowardZero);
  high.convertFromAPInt(
      llvm::APInt::getOneBitSet(width + 1, width - unsigned(isSigned)),
      /*IsSigned=*/false, llvm::APFloat::rmTowardZero);
  return {low, high, !isExact};
}
