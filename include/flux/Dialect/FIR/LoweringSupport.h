//===- LoweringSupport.h - what all lowerings of FIR need ------*- C++ -*-===//
//
// LLVM IR and C are made of the same functions: the order of their blocks and
// the bounds of conversions have to be the same in both.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_DIALECT_FIR_LOWERINGSUPPORT_H
#define FLUX_DIALECT_FIR_LOWERINGSUPPORT_H

#include "mlir/IR/Region.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/SmallVector.h"

namespace flux::fir {

/// The reachable blocks of \p region, which has one at least, in reverse
/// post-order.  Successors are visited last to first: the `true` side of a
/// branch then follows its condition.
llvm::SmallVector<mlir::Block *> getBlockOrder(mlir::Region &region);

/// Which floats truncate to a value of an integer type: those above `low`, or
/// equal to it if `isLowIncluded`, and below `high`.
struct TruncationBounds {
  llvm::APFloat low, high;
  bool isLowIncluded;
};

/// The bounds of floats of \p semantics for integers of \p width bits.
TruncationBounds getTruncationBounds(const llvm::fltSemantics &semantics,
                                     unsigned width, bool isSigned);

} // namespace flux::fir

#endif // FLUX_DIALECT_FIR_LOWERINGSUPPORT_H
