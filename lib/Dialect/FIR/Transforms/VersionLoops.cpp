//===- VersionLoops.cpp - loops whose checks are made once ----------------===//
//
// A check that fails in the last round must not trap before the first one, so
// checks cannot be moved out of loops.  But a copy of the loop without checks
// may run if a condition, tested once, says that none of them will fail; else
// the loop runs as it was.
//
// What is known is kept simple: numbers from 0 to 2^31 - 1 (or 2^30 - 1 or 2^20
// - 1) at the start and the end of the loop, and expressions that only grow
// from round to round, so that their values in the first and the last round
// bound all others.
//
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Passes.h"
#include "mlir/Analysis/CFGLoopInfo.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"
#include <deque>

using namespace mlir;
using namespace flux::fir;

namespace {

constexpr unsigned maxBlocks = 8, maxOps = 100, maxGuards = 16, maxDepth = 8;
constexpr unsigned maxClonedOps = 1000; ///< in one function
constexpr unsigned maxUsers = 256;      ///< of a variable
/// Above the numbers that the copy without checks works with: the first of
/// these for which all products fit i64.
constexpr int64_t limits[] = {int64_t(1) << 31, int64_t(1) << 30,
                              int64_t(1) << 20};

/// An integer in the loop.
struct Term {
  enum Kind : uint8_t {
    Constant,
    Fixed,   ///< the same in all rounds, computed outside or loaded
    Counter, ///< the variable of the loop, before its increment
    Stepped, ///< a variable to which something fixed is added in each round
    Add,
    Sub,
    Mul,
    Div ///< by a positive constant
  } kind;
  Value value;
  LocalOp local = {};   ///< of a leaf that is loaded
  bool isAfter = false; ///< the step of the round was made
  const Term *lhs = nullptr, *rhs = nullptr;
  Interval range = {};
  bool varies = false;
};

/// A variable that grows by \p step, which does not vary, once in each round.
struct Step {
  StoreOp store;
  const Term *step;
};

/// One loop, and what is needed to run it without checks.
class LoopVersion {
public:
  LoopVersion(CFGLoop &loop, DominanceInfo &dominance, int64_t limit)
      : loop(loop), dominance(dominance), limit(limit) {}
  /// True if a copy of the loop has fewer checks.
  bool analyze();
  /// True if it would have for a smaller limit.
  bool isTooLarge() const { return hasLargeTerm; }
  void apply();
  unsigned getNumOps() const { return numOps; }

private:
  bool hasRightShape();
  bool findCounter();
  bool findChecks();
  bool isInside(Value value) const {
    return loop.contains(value.getParentBlock());
  }
  std::optional<SmallVector<StoreOp>> getStores(LocalOp local);
  std::optional<Step> getStep(LocalOp local);
  const Term *getTerm(Value value, unsigned depth = 0);
  const Term *getLoadTerm(LoadOp load, unsigned depth);
  const Term *makeTerm(Term term);
  const Term *makeLeaf(Term::Kind kind, Value value, LocalOp local = {},
                       bool isAfter = false, const Term *step = nullptr);
  bool isFixedSequence(Value value);
  bool addAccess(Operation *op, Value base, Value index);
  Value emitLength(Value base);
  void addLeaves(const Term *term);
  void addGuard(Value condition);
  Value emitFixed(Value value);
  Value emit(const Term *term, bool atEnd);
  Value emitStepped(LocalOp local, const Step &step, bool isAfter);
  Value emitNumber(int64_t number);
  void emitGuards();
  void removeChecks(IRMapping &mapping);

  CFGLoop &loop;
  DominanceInfo &dominance;
  int64_t limit; ///< one of limits
  bool hasLargeTerm = false;
  unsigned numOps = 0;
  LocalOp counter;
  const Term *bound = nullptr; ///< the counter stays below it
  std::deque<Term> terms;
  llvm::DenseMap<Value, const Term *> known;
  llvm::DenseMap<Operation *, std::optional<Step>> steps;
  SmallVector<std::pair<Operation *, const Term *>> accesses;
  SmallVector<Operation *> sums;         ///< and products, that fit
  SmallVector<const Term *> differences; ///< that may not be negative
  SmallVector<const Term *> leaves;
  std::optional<OpBuilder> builder; ///< of the guards
  Location loc = UnknownLoc();
  Value allHold;
};

class LoopVersioning
    : public PassWrapper<LoopVersioning, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LoopVersioning)

  StringRef getArgument() const override { return "fir-version-loops"; }
  StringRef getDescription() const override {
    return "Run loops without checks if a condition says that none will fail";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, cf::ControlFlowDialect>();
  }
  void runOnOperation() override;
};

} // namespace

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

/// True for sums, differences and products of numbers without a sign, which
/// trap where the result does not fit, or are known to fit.
static bool isUnsignedSum(Operation *op) {
  auto isUnsigned = [](auto sum) {
    return sum && sum.getSign() == Signedness::Unsigned;
  };
  auto isExact = [](auto sum) {
    using Flags = arith::IntegerOverflowFlags;
    return sum && bitEnumContainsAll(sum.getOverflowFlags(), Flags::nuw) &&
           !bitEnumContainsAll(sum.getOverflowFlags(), Flags::nsw);
  };
  return isUnsigned(dyn_cast<AddOp>(op)) || isUnsigned(dyn_cast<SubOp>(op)) ||
         isUnsigned(dyn_cast<MulOp>(op)) ||
         isExact(dyn_cast<arith::AddIOp>(op)) ||
         isExact(dyn_cast<arith::SubIOp>(op)) ||
         isExact(dyn_cast<arith::MulIOp>(op));
}

/// The same, also with a sign.
static bool isExactSum(Operation *op) {
  auto isExact = [](auto sum) {
    return sum && bitEnumContainsAll(sum.getOverflowFlags(),
                                     arith::IntegerOverflowFlags::nsw);
  };
  return isUnsignedSum(op) || isa<AddOp, SubOp, MulOp>(op) ||
         isExact(dyn_cast<arith::AddIOp>(op)) ||
         isExact(dyn_cast<arith::SubIOp>(op)) ||
         isExact(dyn_cast<arith::MulIOp>(op));
}

/// A loop without loops and calls in it, entered at one place, that ends each
/// round at one place; no value of it is used behind it.
bool LoopVersion::hasRightShape() {
  Block *head = loop.getHeader(), *latch = loop.getLoopLatch();
  if (!loop.isInnermost() || !latch || !loop.getLoopPredecessor() ||
      head->getNumArguments() != 0 || loop.getNumBlocks() > maxBlocks ||
      !isa<cf::BranchOp>(latch->getTerminator()))
    return false;
  for (Block *block : loop.getBlocks())
    for (Operation &op : *block) {
      if (++numOps > maxOps || op.getNumRegions() != 0 ||
          (isa<IntrinsicOp>(op) && op.getNumResults() == 0) ||
          isa<func::CallOp, func::CallIndirectOp, AllocOp, RegionEnterOp,
              RegionExitOp, LocalOp>(op))
        return false;
      for (Operation *user : op.getUsers())
        if (!loop.contains(user->getBlock()))
          return false;
    }
  return true;
}

/// The stores to \p local in the loop, if it is only loaded and stored.
std::optional<SmallVector<StoreOp>> LoopVersion::getStores(LocalOp local) {
  SmallVector<StoreOp> stores;
  unsigned numUsers = 0;
  for (OpOperand &use : local.getRef().getUses()) {
    if (++numUsers > maxUsers)
      return std::nullopt;
    Operation *user = use.getOwner();
    if (isa<LoadOp>(user))
      continue;
    auto store = dyn_cast<StoreOp>(user);
    if (!store || use.getOperandNumber() != 1)
      return std::nullopt;
    if (loop.contains(store->getBlock()))
      stores.push_back(store);
  }
  return stores;
}

/// `while counter < bound { ...; counter += 1 }`
bool LoopVersion::findCounter() {
  Block *head = loop.getHeader();
  auto branch = dyn_cast<cf::CondBranchOp>(head->getTerminator());
  if (!branch || !loop.contains(branch.getTrueDest()) ||
      loop.contains(branch.getFalseDest()))
    return false;
  auto compare = branch.getCondition().getDefiningOp<arith::CmpIOp>();
  if (!compare ||
      (compare.getPredicate() != arith::CmpIPredicate::slt &&
       compare.getPredicate() != arith::CmpIPredicate::ult) ||
      !compare.getLhs().getType().isInteger(64))
    return false;
  auto load = compare.getLhs().getDefiningOp<LoadOp>();
  auto local = load ? load.getRef().getDefiningOp<LocalOp>() : LocalOp();
  if (!local || load->getBlock() != head)
    return false;
  auto stores = getStores(local);
  if (!stores || stores->size() != 1 ||
      stores->front()->getBlock() != loop.getLoopLatch() ||
      stores->front()->getBlock() == head)
    return false;
  Operation *sum = stores->front().getValue().getDefiningOp();
  if (!sum || !isa<AddOp, arith::AddIOp>(sum) || !isExactSum(sum))
    return false;
  auto before = sum->getOperand(0).getDefiningOp<LoadOp>();
  if (!before || before.getRef() != local.getRef() ||
      !loop.contains(before->getBlock()) ||
      !matchPattern(sum->getOperand(1), m_One()))
    return false;
  counter = local;
  steps[local] = Step{stores->front(), makeTerm({Term::Constant,
                                                 sum->getOperand(1),
                                                 {},
                                                 false,
                                                 nullptr,
                                                 nullptr,
                                                 {1, 1}})};
  loc = compare.getLoc();
  bound = getTerm(compare.getRhs());
  bool isSigned = compare.getPredicate() == arith::CmpIPredicate::slt;
  return bound && !bound->varies && bound->range.high <= limit &&
         (isSigned || bound->range.low >= 0);
}

/// How \p local grows, if it does so once in each round.
std::optional<Step> LoopVersion::getStep(LocalOp local) {
  auto [entry, isNew] = steps.try_emplace(local, std::nullopt);
  if (!isNew)
    return entry->second;
  auto stores = getStores(local);
  if (!stores || stores->size() != 1)
    return std::nullopt;
  StoreOp store = stores->front();
  if (store->getBlock() == loop.getHeader() ||
      !dominance.dominates(store->getBlock(), loop.getLoopLatch()))
    return std::nullopt;
  Operation *sum = store.getValue().getDefiningOp();
  if (!sum || !isa<AddOp, arith::AddIOp>(sum) || !isExactSum(sum))
    return std::nullopt;
  auto before = sum->getOperand(0).getDefiningOp<LoadOp>();
  if (!before || before.getRef() != local.getRef() ||
      !loop.contains(before->getBlock()))
    return std::nullopt;
  const Term *step = getTerm(sum->getOperand(1));
  if (!step || step->varies || step->range.low < 0 || step->range.high >= limit)
    return std::nullopt;
  Step result = {store, step};
  steps[local] = result;
  return result;
}

//===----------------------------------------------------------------------===//
// Terms
//===----------------------------------------------------------------------===//

const Term *LoopVersion::makeTerm(Term term) {
  terms.push_back(term);
  return &terms.back();
}

/// A number from 0 to limit - 1.
const Term *LoopVersion::makeLeaf(Term::Kind kind, Value value, LocalOp local,
                                  bool isAfter, const Term *step) {
  return makeTerm({kind,
                   value,
                   local,
                   isAfter,
                   nullptr,
                   step,
                   {0, limit - 1},
                   /*varies=*/kind != Term::Fixed});
}

/// A slice or string that has the same length in all rounds.
bool LoopVersion::isFixedSequence(Value value) {
  if (!isa<SliceType, StrType>(value.getType()))
    return false;
  if (!isInside(value))
    return true;
  if (auto row = value.getDefiningOp<RowOp>()) {
    const Term *length = getTerm(row.getLength());
    return length && !length->varies;
  }
  if (auto bytes = value.getDefiningOp<StrBytesOp>())
    return isFixedSequence(bytes.getStr());
  auto load = value.getDefiningOp<LoadOp>();
  auto local = load ? load.getRef().getDefiningOp<LocalOp>() : LocalOp();
  if (!local)
    return false;
  auto stores = getStores(local);
  return stores && stores->empty();
}

const Term *LoopVersion::getLoadTerm(LoadOp load, unsigned depth) {
  auto local = load.getRef().getDefiningOp<LocalOp>();
  if (!local)
    return nullptr;
  if (auto stores = getStores(local); stores && stores->empty())
    return makeLeaf(Term::Fixed, load.getResult(), local);
  // In the head the counter may have reached its bound.
  std::optional<Step> step = getStep(local);
  if (!step || load->getBlock() == loop.getHeader())
    return nullptr;
  Block *block = load->getBlock(), *storing = step->store->getBlock();
  bool isAfter = block == storing ? step->store->isBeforeInBlock(load)
                                  : !dominance.dominates(block, storing);
  if (local != counter)
    return makeLeaf(Term::Stepped, load.getResult(), local, isAfter,
                    step->step);
  // The latch comes last: other blocks see the counter before its increment.
  if (block == storing && isAfter)
    return nullptr;
  return makeLeaf(Term::Counter, load.getResult(), local);
}

/// What is known about \p value; null for what may shrink, or leave the range
/// of i64.
const Term *LoopVersion::getTerm(Value value, unsigned depth) {
  if (!value.getType().isInteger(64) || depth > maxDepth)
    return nullptr;
  auto [entry, isNew] = known.try_emplace(value, nullptr);
  if (!isNew)
    return entry->second;
  const Term *result = nullptr;
  APInt constant;
  Operation *op = value.getDefiningOp();
  if (matchPattern(value, m_ConstantInt(&constant))) {
    int64_t number = constant.getSExtValue();
    if (-limit < number && number < limit)
      result = makeTerm({Term::Constant,
                         value,
                         {},
                         false,
                         nullptr,
                         nullptr,
                         {number, number}});
  } else if (!isInside(value)) {
    result = makeLeaf(Term::Fixed, value);
  } else if (auto load = dyn_cast_if_present<LoadOp>(op)) {
    result = getLoadTerm(load, depth);
  } else if (auto len = dyn_cast_if_present<LenOp>(op)) {
    auto row = len.getOperand().getDefiningOp<RowOp>();
    if (row && isInside(len.getOperand()))
      result = getTerm(row.getLength(), depth + 1);
    else if (isFixedSequence(len.getOperand()))
      result = makeLeaf(Term::Fixed, value);
  } else if (op && isExactSum(op)) {
    const Term *lhs = getTerm(op->getOperand(0), depth + 1);
    const Term *rhs = lhs ? getTerm(op->getOperand(1), depth + 1) : nullptr;
    if (rhs) {
      Interval a = lhs->range, b = rhs->range;
      Term term = {Term::Add, value, {}, false, lhs, rhs};
      term.varies = lhs->varies || rhs->varies;
      bool grows = true;
      if (isa<AddOp, arith::AddIOp>(op)) {
        term.range = {a.low + b.low, a.high + b.high};
      } else if (isa<SubOp, arith::SubIOp>(op)) {
        term.kind = Term::Sub;
        term.range = {a.low - b.high, a.high - b.low};
        grows = !rhs->varies;
      } else {
        term.kind = Term::Mul;
        term.range = {a.low * b.low, a.high * b.high};
        grows = a.low >= 0 && b.low >= 0;
      }
      // Numbers of the lower half read the same with and without a sign.
      bool isUnsigned = isUnsignedSum(op);
      grows &= !isUnsigned || (a.low >= 0 && b.low >= 0);
      bool mayBeBelow = isUnsigned && term.range.low < 0;
      if (mayBeBelow)
        term.range.low = 0;
      if (!getLimits(64, /*isSigned=*/true).contains(term.range))
        hasLargeTerm = true;
      else if (grows)
        result = makeTerm(term);
      if (result && mayBeBelow)
        differences.push_back(result);
    }
  } else if (op && isa<arith::DivSIOp>(op) &&
             matchPattern(op->getOperand(1), m_ConstantInt(&constant)) &&
             constant.isStrictlyPositive()) {
    const Term *lhs = getTerm(op->getOperand(0), depth + 1);
    WideInt divisor = constant.getSExtValue();
    if (lhs && lhs->range.low >= 0)
      result = makeTerm({Term::Div,
                         value,
                         {},
                         false,
                         lhs,
                         getTerm(op->getOperand(1), depth + 1),
                         {lhs->range.low / divisor, lhs->range.high / divisor},
                         lhs->varies});
    if (result && !result->rhs)
      result = nullptr;
  }
  return known[value] = result;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// Finds what the copy does without; false if some check would stay, since
/// little is won then.
bool LoopVersion::findChecks() {
  for (Block *block : loop.getBlocks()) {
    if (block == loop.getHeader())
      continue;
    for (Operation &op : *block) {
      if (auto element = dyn_cast<ElementOp>(op)) {
        if (!element.getInbounds() &&
            !addAccess(&op, element.getBase(), element.getIndex()))
          return false;
      } else if (auto row = dyn_cast<RowOp>(op)) {
        if (!row.getInbounds() &&
            !addAccess(&op, row.getCount(), row.getIndex()))
          return false;
      } else if (isa<AddOp, SubOp, MulOp>(op)) {
        const Term *sum = getTerm(op.getResult(0));
        if (!sum)
          return false;
        sums.push_back(&op);
        addLeaves(sum);
      } else if (auto convert = dyn_cast<ConvertOp>(op)) {
        if (convert.getMode() == ConvertMode::Checked)
          return false;
      } else if (isa<DivOp, RemOp, NegOp, AbsOp, ShlOp, ShrOp, SubsliceOp,
                     SubstrOp, StrFromBytesOp>(op)) {
        return false;
      }
    }
  }
  // An overflow flag costs less than a copy of the loop; a product of 64 bits
  // has none on most processors.
  return !accesses.empty() || llvm::any_of(sums, [](Operation *sum) {
    return isa<MulOp>(sum) && sum->getResult(0).getType().isInteger(64);
  });
}

/// \p index is compared with the length of \p base, or with a number.
bool LoopVersion::addAccess(Operation *op, Value base, Value index) {
  const Term *term = getTerm(index);
  if (!term)
    return false;
  if (auto row = base.getDefiningOp<RowOp>(); row && isInside(base))
    base = row.getLength();
  if (base.getType().isInteger(64)) {
    const Term *count = getTerm(base);
    if (!count || count->varies)
      return false;
    addLeaves(count);
  } else if (!isa<RefType>(base.getType()) && !isFixedSequence(base)) {
    return false;
  }
  accesses.push_back({op, term});
  addLeaves(term);
  return true;
}

void LoopVersion::addLeaves(const Term *term) {
  switch (term->kind) {
  case Term::Constant:
    return;
  case Term::Add:
  case Term::Sub:
  case Term::Mul:
  case Term::Div:
    addLeaves(term->lhs);
    addLeaves(term->rhs);
    return;
  case Term::Stepped:
    addLeaves(term->rhs);
    break;
  case Term::Fixed:
  case Term::Counter:
    break;
  }
  for (const Term *leaf : leaves)
    if (leaf->kind == term->kind &&
        (leaf->value == term->value ||
         (leaf->local && leaf->local == term->local)))
      return;
  leaves.push_back(term);
}

bool LoopVersion::analyze() {
  if (!hasRightShape() || !findCounter() || !findChecks())
    return false;
  addLeaves(bound);
  return leaves.size() + accesses.size() + differences.size() <= maxGuards;
}

//===----------------------------------------------------------------------===//
// Guards and the copy
//===----------------------------------------------------------------------===//

Value LoopVersion::emitNumber(int64_t number) {
  return arith::ConstantOp::create(*builder, loc,
                                   builder->getI64IntegerAttr(number));
}

/// A value that is the same in all rounds, before the loop.
Value LoopVersion::emitFixed(Value value) {
  if (!isInside(value))
    return value;
  Operation *op = value.getDefiningOp();
  if (auto load = dyn_cast<LoadOp>(op))
    return LoadOp::create(*builder, loc, value.getType(), load.getRef());
  if (auto bytes = dyn_cast<StrBytesOp>(op))
    return StrBytesOp::create(*builder, loc, value.getType(),
                              emitFixed(bytes.getStr()));
  auto len = cast<LenOp>(op);
  return LenOp::create(*builder, loc, value.getType(),
                       emitFixed(len.getOperand()));
}

/// What \p local is in the last round, before or after its step.
Value LoopVersion::emitStepped(LocalOp local, const Step &step, bool isAfter) {
  Type type = builder->getI64Type();
  Value start = LoadOp::create(*builder, loc, type, local.getRef());
  Value first = LoadOp::create(*builder, loc, type, counter.getRef());
  Value rounds = arith::SubIOp::create(*builder, loc, emit(bound, true), first);
  if (!isAfter)
    rounds = arith::SubIOp::create(*builder, loc, rounds, emitNumber(1));
  Value sum =
      arith::MulIOp::create(*builder, loc, rounds, emit(step.step, true));
  return arith::AddIOp::create(*builder, loc, start, sum);
}

/// What \p term is in the first or last round; at most that in the first.  The
/// sums wrap around where the guards do not hold, and then mean nothing.
Value LoopVersion::emit(const Term *term, bool atEnd) {
  switch (term->kind) {
  case Term::Constant:
    return emitNumber(static_cast<int64_t>(term->range.low));
  case Term::Fixed:
    return emitFixed(term->value);
  case Term::Counter:
    if (atEnd)
      return arith::SubIOp::create(*builder, loc, emit(bound, true),
                                   emitNumber(1));
    return LoadOp::create(*builder, loc, builder->getI64Type(),
                          counter.getRef());
  case Term::Stepped:
    if (atEnd)
      return emitStepped(term->local, *steps[term->local], term->isAfter);
    return LoadOp::create(*builder, loc, builder->getI64Type(),
                          LocalOp(term->local).getRef());
  case Term::Add:
    return arith::AddIOp::create(*builder, loc, emit(term->lhs, atEnd),
                                 emit(term->rhs, atEnd));
  case Term::Sub:
    return arith::SubIOp::create(*builder, loc, emit(term->lhs, atEnd),
                                 emit(term->rhs, atEnd));
  case Term::Mul:
    return arith::MulIOp::create(*builder, loc, emit(term->lhs, atEnd),
                                 emit(term->rhs, atEnd));
  case Term::Div:
    return arith::DivSIOp::create(*builder, loc, emit(term->lhs, atEnd),
                                  emit(term->rhs, atEnd));
  }
  llvm_unreachable("unknown kind of term");
}

void LoopVersion::addGuard(Value condition) {
  allHold =
      allHold ? Value(arith::AndIOp::create(*builder, loc, allHold, condition))
              : condition;
}

/// How many elements \p base has; a number is meant itself.
Value LoopVersion::emitLength(Value base) {
  if (auto ref = dyn_cast<RefType>(base.getType()))
    return emitNumber(cast<ArrayType>(ref.getPointee()).getCount());
  if (auto row = base.getDefiningOp<RowOp>(); row && isInside(base))
    base = row.getLength();
  if (base.getType().isInteger(64))
    return emit(getTerm(base), /*atEnd=*/true);
  return LenOp::create(*builder, loc, builder->getI64Type(), emitFixed(base));
}

void LoopVersion::emitGuards() {
  using arith::CmpIPredicate;
  auto compare = [&](CmpIPredicate predicate, Value lhs, Value rhs) {
    addGuard(arith::CmpIOp::create(*builder, loc, predicate, lhs, rhs));
  };
  Value top = emitNumber(limit);
  for (const Term *leaf : leaves) {
    compare(CmpIPredicate::ult, emit(leaf, /*atEnd=*/false), top);
    if (leaf->kind == Term::Stepped)
      compare(CmpIPredicate::ult,
              emitStepped(leaf->local, *steps[leaf->local], /*isAfter=*/true),
              top);
  }
  for (const Term *difference : differences)
    compare(CmpIPredicate::sge, emit(difference, /*atEnd=*/false),
            emitNumber(0));
  for (auto [op, index] : accesses) {
    auto row = dyn_cast<RowOp>(op);
    Value length = emitLength(row ? row.getCount() : op->getOperand(0));
    compare(CmpIPredicate::slt, emit(index, /*atEnd=*/true), length);
    if (index->range.low < 0)
      compare(CmpIPredicate::sge, emit(index, /*atEnd=*/false), emitNumber(0));
  }
}

/// Takes the checks out of the copies of what has them.
void LoopVersion::removeChecks(IRMapping &mapping) {
  for (auto [op, index] : accesses) {
    Operation *copy = mapping.lookup(op);
    if (auto row = dyn_cast<RowOp>(copy))
      row.setInbounds(true);
    else
      cast<ElementOp>(copy).setInbounds(true);
  }
  for (Operation *sum : sums) {
    Operation *copy = mapping.lookup(sum);
    OpBuilder at(copy);
    Value lhs = copy->getOperand(0), rhs = copy->getOperand(1), exact;
    auto flags = arith::IntegerOverflowFlags::nsw;
    if (isUnsignedSum(copy))
      flags = flags | arith::IntegerOverflowFlags::nuw;
    if (isa<AddOp>(copy))
      exact = arith::AddIOp::create(at, copy->getLoc(), lhs, rhs, flags);
    else if (isa<SubOp>(copy))
      exact = arith::SubIOp::create(at, copy->getLoc(), lhs, rhs, flags);
    else
      exact = arith::MulIOp::create(at, copy->getLoc(), lhs, rhs, flags);
    copy->getResult(0).replaceAllUsesWith(exact);
    copy->erase();
  }
}

void LoopVersion::apply() {
  Block *head = loop.getHeader(), *before = loop.getLoopPredecessor();
  Region *body = head->getParent();
  auto *guard = new Block;
  body->getBlocks().insert(Region::iterator(head), guard);
  builder.emplace(OpBuilder::atBlockEnd(guard));
  emitGuards();

  // In the order of the function, which follows that of the document.
  IRMapping mapping;
  SmallVector<Block *> blocks;
  for (Block &block : *body)
    if (loop.contains(&block))
      blocks.push_back(&block);
  for (Block *block : blocks) {
    auto *copy = new Block;
    body->getBlocks().insert(Region::iterator(head), copy);
    mapping.map(block, copy);
    for (BlockArgument argument : block->getArguments())
      mapping.map(argument,
                  copy->addArgument(argument.getType(), argument.getLoc()));
  }
  for (Block *block : blocks) {
    auto at = OpBuilder::atBlockEnd(mapping.lookup(block));
    for (Operation &op : *block)
      at.clone(op, mapping);
  }
  for (Block *block : blocks)
    for (Operation &op : *mapping.lookup(block))
      for (OpOperand &operand : op.getOpOperands())
        operand.set(mapping.lookupOrDefault(operand.get()));
  removeChecks(mapping);

  cf::CondBranchOp::create(*builder, loc, allHold, mapping.lookup(head), head);
  Operation *entering = before->getTerminator();
  for (unsigned i = 0, e = entering->getNumSuccessors(); i != e; ++i)
    if (entering->getSuccessor(i) == head)
      entering->setSuccessor(guard, i);
}

void LoopVersioning::runOnOperation() {
  func::FuncOp function = getOperation();
  if (function.isExternal() || function.getBody().hasOneBlock())
    return markAllAnalysesPreserved();
  bool hasChecks = false;
  function.walk([&](Operation *op) {
    if (auto element = dyn_cast<ElementOp>(op))
      hasChecks |= !element.getInbounds();
    else if (auto row = dyn_cast<RowOp>(op))
      hasChecks |= !row.getInbounds();
    else
      hasChecks |= isa<MulOp>(op);
  });
  if (!hasChecks)
    return markAllAnalysesPreserved();

  DominanceInfo dominance(function);
  CFGLoopInfo loops(dominance.getDomTree(&function.getBody()));
  std::deque<LoopVersion> versions;
  unsigned numOps = 0;
  for (CFGLoop *loop : loops.getLoopsInPreorder()) {
    for (int64_t limit : limits) {
      versions.emplace_back(*loop, dominance, limit);
      LoopVersion &version = versions.back();
      if (version.analyze() && numOps + version.getNumOps() <= maxClonedOps) {
        numOps += version.getNumOps();
        break;
      }
      bool isTooLarge = version.isTooLarge();
      versions.pop_back();
      if (!isTooLarge)
        break;
    }
  }
  for (LoopVersion &version : versions)
    version.apply();
  if (numOps != 0)
    function->setAttr(copiedOpsAttr,
                      Builder(function.getContext()).getI64IntegerAttr(numOps));
}

std::unique_ptr<Pass> flux::fir::createLoopVersioningPass() {
  return std::make_unique<LoopVersioning>();
}
