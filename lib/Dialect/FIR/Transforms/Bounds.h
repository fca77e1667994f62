//===- Bounds.h - what is known about integers at a place ------*- C++ -*-===//
//
// Answers "is a <= b + c here?" on demand, from how a and b are computed, from
// the conditions that lead here and from the checks that were passed on the
// way. The method is that of Bodik, Gupta and Sarkar, "ABCD: Eliminating Array
// Bounds Checks on Demand" (PLDI 2000), on SSA values with dominance in place
// of pi nodes; intervals add what two constants bound.
//
// Sums that trap on overflow are exact wherever their result is used.  A fact
// about a loop's variable may rest on the operation that it is about, in an
// earlier round: there the operation did not trap, or was proved not to.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_DIALECT_FIR_TRANSFORMS_BOUNDS_H
#define FLUX_LIB_DIALECT_FIR_TRANSFORMS_BOUNDS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace flux::fir {

/// Wide enough for sums and products of 64-bit integers.
using WideInt = __int128;

/// The numbers from low to high, both included.
struct Interval {
  WideInt low, high;
  bool contains(const Interval &other) const {
    return low <= other.low && other.high <= high;
  }
};

/// The values of a signed or unsigned integer of \p width bits.
Interval getLimits(unsigned width, bool isSigned);

/// Answers questions about one function, whose scalars are SSA values.
class Bounds {
public:
  Bounds(mlir::func::FuncOp function, mlir::DominanceInfo &dominance);

  /// What \p value, read as signed, can be when \p at is about to run.
  Interval getInterval(mlir::Value value, mlir::Operation *at);
  /// True if \p left <= \p right + \p offset is proved (as signed integers).
  bool isAtMost(mlir::Value left, mlir::Value right, WideInt offset,
                mlir::Operation *at);
  /// True if 0 <= \p index < the number of elements of \p base, the place of an
  /// array or a slice.
  bool isInBounds(mlir::Value index, mlir::Value base, mlir::Operation *at);
  /// True if a condition on the way to \p at says that \p left is, read without
  /// a sign, below \p right (null: any other value), or, \p orEqual, equal.
  bool isBelowUnsigned(mlir::Value left, mlir::Value right, bool orEqual,
                       mlir::Operation *at);
  /// True if 0 <= \p index < \p count.
  bool isBelow(mlir::Value index, mlir::Value count, mlir::Operation *at);

private:
  static constexpr unsigned maxUsers = 64; ///< of a value, that are looked at
  /// An integer value, the length of a slice or str, or (null) zero.
  struct Term {
    mlir::Value value;
    bool isLength = false;
    bool operator==(const Term &) const = default;
  };
  /// term + offset
  struct Sum {
    Term term;
    WideInt offset = 0;
  };
  bool isBetween(const Sum &index, const Sum &count, mlir::Operation *at);
  /// lesser <= greater + offset
  struct Fact {
    Term lesser, greater;
    WideInt offset;
  };
  /// A question that is being answered further up, at a loop's variable.
  struct Open {
    Term left, right;
    WideInt offset;
  };

  bool prove(Term left, Term right, WideInt offset, mlir::Operation *at);
  bool proveThroughDefinitions(Term left, Term right, WideInt offset,
                               mlir::Operation *at);
  bool proveThroughFacts(Term left, Term right, WideInt offset,
                         mlir::Operation *at);
  bool proveForArgument(mlir::BlockArgument argument, bool isLeft, Term left,
                        Term right, WideInt offset);
  Sum simplify(mlir::Value value);
  Sum getLength(mlir::Value sequence);
  Interval evaluate(Term term, mlir::Operation *at);
  Interval evaluateResult(mlir::Value value);
  std::optional<Interval> evaluateUnsigned(mlir::Operation *op);
  std::optional<Interval> evaluateArgument(mlir::BlockArgument argument);
  Interval getAnywhere(Term term) const;
  bool isKnown(mlir::Value value) const;
  enum class Round : uint8_t { Grow, Widen, Narrow };
  bool evaluateAll(llvm::ArrayRef<mlir::Block *> blocks, Round round);
  void collectFacts(Term term, mlir::Operation *at,
                    llvm::SmallVectorImpl<Fact> &facts);
  void collectFactsOfValue(mlir::Value value, mlir::Operation *at,
                           llvm::SmallVectorImpl<Fact> &facts);
  void addComparison(mlir::arith::CmpIOp compare, bool holds,
                     llvm::SmallVectorImpl<Fact> &facts);
  bool reaches(mlir::Operation *branch, bool taken, mlir::Operation *at);
  bool spend() { return steps != 0 && --steps != 0; }
  void startQuestion();

  mlir::DominanceInfo &dominance;
  unsigned steps = 0; ///< left for the question
  unsigned depth = 0;
  llvm::SmallVector<Open, 8> open;
  /// What the values can be, wherever they are used.
  llvm::DenseMap<mlir::Value, Interval> intervals;
};

} // namespace flux::fir

#endif // FLUX_LIB_DIALECT_FIR_TRANSFORMS_BOUNDS_H
