//===- CheckElimination.cpp - checks that never fail ----------------------===//
//
// FLUX checks every sum, conversion and access.  Most checks inside of loops
// repeat what the loop's condition says, or are about numbers that are far from
// the limits; LLVM finds some of them, late and at a price for each.  Here they
// go where the operations still say what they mean.
//
// The analysis needs SSA values, but the function keeps its locals in memory,
// because debug information describes them there: the questions are asked about
// a copy whose locals are promoted, and the answers change the original.
//
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/DataLayoutInterfaces.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/Mem2Reg.h"

using namespace mlir;
using namespace flux::fir;

namespace {

using OverflowFlags = arith::IntegerOverflowFlags;

/// A check in the function, and the same in the copy.
struct Check {
  Operation *original, *copy;
};

class CheckElimination
    : public PassWrapper<CheckElimination, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CheckElimination)

  StringRef getArgument() const override { return "fir-eliminate-checks"; }
  StringRef getDescription() const override {
    return "Remove checks that ranges and conditions prove";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect>();
  }
  void runOnOperation() override;
};

} // namespace

static bool isCheck(Operation *op) {
  if (auto element = dyn_cast<ElementOp>(op))
    return !element.getInbounds();
  if (auto row = dyn_cast<RowOp>(op))
    return !row.getInbounds();
  if (auto convert = dyn_cast<ConvertOp>(op))
    return convert.getMode() == ConvertMode::Checked &&
           isa<IntegerType>(convert.getOperand().getType());
  return isa<AddOp, SubOp, MulOp, DivOp, RemOp, NegOp, ShlOp, ShrOp>(op);
}

static bool isAtLeast(Interval interval, WideInt bound) {
  return interval.low >= bound;
}

/// The flag that says that \p op, of two operands, does not overflow; none if
/// that is not proved.
template <class Op, class Compute>
static std::optional<OverflowFlags> getNoWrap(Op op, Bounds &bounds,
                                              Compute compute) {
  Interval lhs = bounds.getInterval(op.getLhs(), op);
  Interval rhs = bounds.getInterval(op.getRhs(), op);
  bool isSigned = op.getSign() == Signedness::Signed;
  // Values below half of the range read the same with and without a sign.
  if (!isSigned && !(isAtLeast(lhs, 0) && isAtLeast(rhs, 0)))
    return std::nullopt;
  Interval result = compute(lhs, rhs);
  unsigned width = op.getType().getIntOrFloatBitWidth();
  if (!getLimits(width, isSigned).contains(result))
    return std::nullopt;
  return isSigned ? OverflowFlags::nsw : OverflowFlags::nuw;
}

template <class NewOp, class Op>
static Value replaceArithmetic(Op op, std::optional<OverflowFlags> flags,
                               OpBuilder &builder) {
  if (!flags)
    return {};
  return NewOp::create(builder, op.getLoc(), op.getLhs(), op.getRhs(), *flags);
}

/// A value without a check for \p op, whose like in the copy is \p asked; null
/// if the check may fail.
static Value simplifyArithmetic(Operation *op, Operation *asked, Bounds &bounds,
                                OpBuilder &builder) {
  if (auto add = dyn_cast<AddOp>(op)) {
    auto question = cast<AddOp>(asked);
    std::optional<OverflowFlags> flags =
        getNoWrap(question, bounds, [](Interval a, Interval b) {
          return Interval{a.low + b.low, a.high + b.high};
        });
    // What is below another number is not the largest one.
    if (!flags && add.getSign() == Signedness::Unsigned &&
        matchPattern(question.getRhs(), m_One()) &&
        bounds.isBelowUnsigned(question.getLhs(), {}, /*orEqual=*/false, asked))
      flags = OverflowFlags::nuw;
    return replaceArithmetic<arith::AddIOp>(add, flags, builder);
  }
  if (auto sub = dyn_cast<SubOp>(op)) {
    auto question = cast<SubOp>(asked);
    std::optional<OverflowFlags> flags =
        getNoWrap(question, bounds, [](Interval a, Interval b) {
          return Interval{a.low - b.high, a.high - b.low};
        });
    // Of two numbers that are not negative, the smaller one is taken away.
    if (!flags && isAtLeast(bounds.getInterval(question.getRhs(), asked), 0) &&
        isAtLeast(bounds.getInterval(question.getLhs(), asked), 0) &&
        bounds.isAtMost(question.getRhs(), question.getLhs(), 0, asked))
      flags = sub.getSign() == Signedness::Signed ? OverflowFlags::nsw
                                                  : OverflowFlags::nuw;
    if (!flags && sub.getSign() == Signedness::Unsigned &&
        bounds.isBelowUnsigned(question.getRhs(), question.getLhs(),
                               /*orEqual=*/true, asked))
      flags = OverflowFlags::nuw;
    return replaceArithmetic<arith::SubIOp>(sub, flags, builder);
  }
  if (auto mul = dyn_cast<MulOp>(op))
    return replaceArithmetic<arith::MulIOp>(
        mul,
        getNoWrap(cast<MulOp>(asked), bounds,
                  [](Interval a, Interval b) {
                    WideInt all[] = {a.low * b.low, a.low * b.high,
                                     a.high * b.low, a.high * b.high};
                    return Interval{*llvm::min_element(all),
                                    *llvm::max_element(all)};
                  }),
        builder);
  if (auto neg = dyn_cast<NegOp>(op)) {
    Interval value = bounds.getInterval(cast<NegOp>(asked).getOperand(), asked);
    if (value.low <= getLimits(neg.getType().getIntOrFloatBitWidth(), true).low)
      return {};
    auto zero = arith::ConstantOp::create(
        builder, op->getLoc(), builder.getIntegerAttr(neg.getType(), 0));
    return arith::SubIOp::create(builder, op->getLoc(), zero, neg.getOperand(),
                                 OverflowFlags::nsw);
  }
  if (isa<DivOp, RemOp>(op)) {
    // A positive divisor; one that is read without a sign is not zero then.
    Interval divisor = bounds.getInterval(asked->getOperand(1), asked);
    if (divisor.low < 1)
      return {};
    Value lhs = op->getOperand(0), rhs = op->getOperand(1);
    Location loc = op->getLoc();
    if (auto div = dyn_cast<DivOp>(op))
      return div.getSign() == Signedness::Signed
                 ? Value(arith::DivSIOp::create(builder, loc, lhs, rhs))
                 : Value(arith::DivUIOp::create(builder, loc, lhs, rhs));
    return cast<RemOp>(op).getSign() == Signedness::Signed
               ? Value(arith::RemSIOp::create(builder, loc, lhs, rhs))
               : Value(arith::RemUIOp::create(builder, loc, lhs, rhs));
  }
  return {};
}

/// The amount of a shift as an integer of the type that is shifted, without a
/// check; null if it may be out of range.
static Value simplifyShift(Operation *op, Operation *asked, Bounds &bounds,
                           OpBuilder &builder) {
  Interval amount = bounds.getInterval(asked->getOperand(1), asked);
  Type type = op->getResult(0).getType();
  if (amount.low < 0 || amount.high >= type.getIntOrFloatBitWidth())
    return {};
  Location loc = op->getLoc();
  Value narrow = op->getOperand(1);
  if (narrow.getType() != type)
    narrow = arith::TruncIOp::create(builder, loc, type, narrow);
  Value lhs = op->getOperand(0);
  if (isa<ShlOp>(op))
    return arith::ShLIOp::create(builder, loc, lhs, narrow);
  return cast<ShrOp>(op).getSign() == Signedness::Signed
             ? Value(arith::ShRSIOp::create(builder, loc, lhs, narrow))
             : Value(arith::ShRUIOp::create(builder, loc, lhs, narrow));
}

/// True if what \p convert is given fits what it gives.
static bool alwaysFits(ConvertOp convert, Bounds &bounds) {
  Interval value = bounds.getInterval(convert.getOperand(), convert);
  // Without a sign, only values that are not negative are known.
  if (convert.getFrom() == Signedness::Unsigned && value.low < 0)
    return false;
  return getLimits(convert.getType().getIntOrFloatBitWidth(),
                   convert.getTo() == Signedness::Signed)
      .contains(value);
}

/// Takes the check out of the original if it is proved never to fail.
static void eliminate(const Check &check, Bounds &bounds) {
  auto [original, copy] = check;
  if (auto element = dyn_cast<ElementOp>(original)) {
    auto asked = cast<ElementOp>(copy);
    if (bounds.isInBounds(asked.getIndex(), asked.getBase(), copy))
      element.setInbounds(true);
    return;
  }
  if (auto row = dyn_cast<RowOp>(original)) {
    auto asked = cast<RowOp>(copy);
    if (bounds.isBelow(asked.getIndex(), asked.getCount(), copy))
      row.setInbounds(true);
    return;
  }
  if (auto convert = dyn_cast<ConvertOp>(original)) {
    if (alwaysFits(cast<ConvertOp>(copy), bounds))
      convert.setMode(ConvertMode::Wrapping);
    return;
  }
  OpBuilder builder(original);
  Value value = isa<ShlOp, ShrOp>(original)
                    ? simplifyShift(original, copy, bounds, builder)
                    : simplifyArithmetic(original, copy, bounds, builder);
  if (!value)
    return;
  original->getResult(0).replaceAllUsesWith(value);
  original->erase();
}

void CheckElimination::runOnOperation() {
  func::FuncOp function = getOperation();
  SmallVector<Operation *> originals, copies;
  function.walk([&](Operation *op) {
    if (isCheck(op))
      originals.push_back(op);
  });
  if (originals.empty())
    return markAllAnalysesPreserved();

  OwningOpRef<func::FuncOp> copy = function.clone();
  SmallVector<PromotableAllocationOpInterface> locals;
  copy->walk([&](Operation *op) {
    if (isCheck(op))
      copies.push_back(op);
    if (auto local = dyn_cast<LocalOp>(op))
      locals.push_back(local);
  });
  DominanceInfo dominance(*copy);
  OpBuilder builder(&copy->getBody());
  (void)tryToPromoteMemorySlots(locals, builder, DataLayout(), dominance);

  Bounds bounds(*copy, dominance);
  for (auto [original, asked] : llvm::zip_equal(originals, copies))
    eliminate({original, asked}, bounds);
}

std::unique_ptr<Pass> flux::fir::createCheckEliminationPass() {
  return std::make_unique<CheckElimination>();
}

void flux::fir::registerFIRPasses() {
  PassRegistration<CheckElimination>();
  registerPass(createCopyRecognitionPass);
  registerPass(createInliningPass);
  registerPass(createLocalForwardingPass);
  registerPass(createLoopVersioningPass);
  registerPass(createRegionPromotionPass);
}
