//===- Bounds.cpp - what is known about integers at a place ---------------===//
//
// See Bounds.h.  Every question has a budget of steps: a proof that needs more
// is not found, and the check stays.
//
//===----------------------------------------------------------------------===//
#include "Bounds.h"
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/PostOrderIterator.h"

using namespace mlir;
using namespace flux::fir;

namespace {
constexpr unsigned maxSteps = 200, maxDepth = 16, maxRounds = 64;
/// Lengths are below 2^48 (fir.len).
constexpr WideInt maxLength = (WideInt(1) << 48) - 1;
} // namespace

Interval flux::fir::getLimits(unsigned width, bool isSigned) {
  WideInt one = 1;
  if (isSigned)
    return {-(one << (width - 1)), (one << (width - 1)) - 1};
  return {0, (one << width) - 1};
}

static Interval intersect(Interval a, Interval b) {
  Interval result = {std::max(a.low, b.low), std::min(a.high, b.high)};
  // Code that cannot run may have contradicting conditions: anything is right.
  return result.low <= result.high ? result : a;
}

/// What the branch of \p pred gives to \p argument; null if not known.
static Value getIncoming(BlockArgument argument, Block::pred_iterator pred) {
  auto branch = dyn_cast<BranchOpInterface>((*pred)->getTerminator());
  if (!branch)
    return {};
  return branch.getSuccessorOperands(
      pred.getSuccessorIndex())[argument.getArgNumber()];
}

static Interval unite(Interval a, Interval b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

static std::optional<int64_t> getConstant(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

/// True for integers whose limits the analysis can hold.
static bool isTracked(Value value) {
  auto type = dyn_cast<IntegerType>(value.getType());
  return type && type.getWidth() > 1 && type.getWidth() <= 64;
}

static Interval getTypeLimits(Value value) {
  return getLimits(cast<IntegerType>(value.getType()).getWidth(),
                   /*isSigned=*/true);
}

//===----------------------------------------------------------------------===//
// Terms
//===----------------------------------------------------------------------===//

/// True for signed sums that trap on overflow, or are known not to.
static bool isExactSum(Operation *op) {
  if (auto add = dyn_cast<AddOp>(op))
    return add.getSign() == Signedness::Signed;
  auto add = dyn_cast<arith::AddIOp>(op);
  return add && bitEnumContainsAll(add.getOverflowFlags(),
                                   arith::IntegerOverflowFlags::nsw);
}

/// True for conversions between types of one width, with and without a sign,
/// which leave the bits.
static bool isSameNumber(Operation *op) {
  auto convert = dyn_cast<ConvertOp>(op);
  return convert && convert.getMode() != ConvertMode::Saturating &&
         convert.getOperand().getType() == convert.getType();
}

/// Takes constants out of sums that are exact, and lengths to what has them.
Bounds::Sum Bounds::simplify(Value value) {
  WideInt offset = 0;
  while (Operation *op = value.getDefiningOp()) {
    if (auto constant = getConstant(value))
      return {{}, offset + *constant};
    if (auto len = dyn_cast<LenOp>(op)) {
      Sum sum = getLength(len.getOperand());
      return {sum.term, sum.offset + offset};
    }
    if (isSameNumber(op)) {
      value = op->getOperand(0);
      continue;
    }
    Value lhs, rhs;
    bool subtracts = false;
    if (auto add = dyn_cast<AddOp>(op)) {
      if (add.getSign() == Signedness::Signed)
        lhs = add.getLhs(), rhs = add.getRhs();
    } else if (auto sub = dyn_cast<SubOp>(op)) {
      subtracts = true;
      if (sub.getSign() == Signedness::Signed)
        lhs = sub.getLhs(), rhs = sub.getRhs();
    } else if (auto add = dyn_cast<arith::AddIOp>(op)) {
      if (bitEnumContainsAll(add.getOverflowFlags(),
                             arith::IntegerOverflowFlags::nsw))
        lhs = add.getLhs(), rhs = add.getRhs();
    } else if (auto sub = dyn_cast<arith::SubIOp>(op)) {
      subtracts = true;
      if (bitEnumContainsAll(sub.getOverflowFlags(),
                             arith::IntegerOverflowFlags::nsw))
        lhs = sub.getLhs(), rhs = sub.getRhs();
    }
    if (!lhs)
      break;
    if (auto constant = getConstant(rhs)) {
      offset += subtracts ? -WideInt(*constant) : WideInt(*constant);
      value = lhs;
    } else if (auto constant = getConstant(lhs); constant && !subtracts) {
      offset += *constant;
      value = rhs;
    } else {
      break;
    }
  }
  return {{value}, offset};
}

Bounds::Sum Bounds::getLength(Value sequence) {
  while (Operation *op = sequence.getDefiningOp()) {
    if (auto whole = dyn_cast<SliceOfOp>(op)) {
      auto array = cast<ArrayType>(whole.getArray().getType().getPointee());
      return {{}, WideInt(array.getCount())};
    }
    if (auto alloc = dyn_cast<AllocOp>(op))
      return simplify(alloc.getCount());
    if (auto bytes = dyn_cast<StrBytesOp>(op)) {
      sequence = bytes.getStr();
      continue;
    }
    if (auto literal = dyn_cast<StrConstOp>(op))
      return {{}, WideInt(literal.getValue().size())};
    if (auto shape = dyn_cast<ShapeOp>(op))
      return simplify(shape.getCount());
    if (auto row = dyn_cast<RowOp>(op))
      return simplify(row.getLength());
    auto part = dyn_cast<SubsliceOp>(op);
    if (!part)
      break;
    auto low = getConstant(part.getLow());
    // s[low..low + n] has n elements.
    if (auto sum = part.getHigh().getDefiningOp();
        !low && sum && isExactSum(sum)) {
      bool isFirst = sum->getOperand(0) == part.getLow();
      if (isFirst || sum->getOperand(1) == part.getLow())
        return simplify(sum->getOperand(isFirst ? 1 : 0));
    }
    if (!low)
      break;
    Sum high = simplify(part.getHigh());
    return {high.term, high.offset - *low};
  }
  return {{sequence, /*isLength=*/true}, 0};
}

//===----------------------------------------------------------------------===//
// Facts: conditions and checks on the way
//===----------------------------------------------------------------------===//

/// True if the conditional \p branch went to its \p taken side whenever \p at
/// is about to run.
bool Bounds::reaches(Operation *branch, bool taken, Operation *at) {
  auto condition = cast<cf::CondBranchOp>(branch);
  Block *side = taken ? condition.getTrueDest() : condition.getFalseDest();
  Block *other = taken ? condition.getFalseDest() : condition.getTrueDest();
  return side != other && side->getSinglePredecessor() &&
         dominance.dominates(side, at->getBlock());
}

void Bounds::addComparison(arith::CmpIOp compare, bool holds,
                           SmallVectorImpl<Fact> &facts) {
  using arith::CmpIPredicate;
  if (!isTracked(compare.getLhs()))
    return;
  CmpIPredicate predicate = compare.getPredicate();
  if (!holds)
    predicate = arith::invertPredicate(predicate);
  Sum lhs = simplify(compare.getLhs()), rhs = simplify(compare.getRhs());
  // lhs + offset <= rhs or, with the sides exchanged, the other way round.
  auto add = [&](const Sum &lesser, const Sum &greater, WideInt gap) {
    facts.push_back(
        {lesser.term, greater.term, greater.offset - lesser.offset - gap});
  };
  // What is below a number of the lower half is in that half, too.
  auto addUnsigned = [&](const Sum &lesser, const Sum &greater, WideInt gap) {
    if (getAnywhere(greater.term).low + greater.offset < 0)
      return;
    add(lesser, greater, gap);
    add({}, lesser, 0);
  };
  switch (predicate) {
  case CmpIPredicate::slt:
    return add(lhs, rhs, 1);
  case CmpIPredicate::sle:
    return add(lhs, rhs, 0);
  case CmpIPredicate::sgt:
    return add(rhs, lhs, 1);
  case CmpIPredicate::sge:
    return add(rhs, lhs, 0);
  case CmpIPredicate::eq:
    add(lhs, rhs, 0);
    return add(rhs, lhs, 0);
  case CmpIPredicate::ult:
    return addUnsigned(lhs, rhs, 1);
  case CmpIPredicate::ule:
    return addUnsigned(lhs, rhs, 0);
  case CmpIPredicate::ugt:
    return addUnsigned(rhs, lhs, 1);
  case CmpIPredicate::uge:
    return addUnsigned(rhs, lhs, 0);
  case CmpIPredicate::ne:
    return;
  }
}

void Bounds::collectFactsOfValue(Value value, Operation *at,
                                 SmallVectorImpl<Fact> &facts) {
  unsigned numUsers = 0;
  for (Operation *user : value.getUsers()) {
    if (++numUsers > maxUsers)
      return;
    if (auto compare = dyn_cast<arith::CmpIOp>(user)) {
      for (Operation *branch : compare->getUsers())
        if (isa<cf::CondBranchOp>(branch))
          for (bool taken : {true, false})
            if (reaches(branch, taken, at))
              addComparison(compare, taken, facts);
      continue;
    }
    if (auto element = dyn_cast<ElementOp>(user)) {
      if (element.getIndex() != value || !dominance.properlyDominates(user, at))
        continue;
      Sum index = simplify(value), length;
      Value base = element.getBase();
      if (auto ref = dyn_cast<RefType>(base.getType()))
        length.offset = cast<ArrayType>(ref.getPointee()).getCount();
      else
        length = getLength(base);
      facts.push_back(
          {index.term, length.term, length.offset - index.offset - 1});
      facts.push_back({{}, index.term, index.offset});
      continue;
    }
    if (auto row = dyn_cast<RowOp>(user)) {
      if (row.getIndex() != value || !dominance.properlyDominates(user, at))
        continue;
      Sum index = simplify(value), count = simplify(row.getCount());
      facts.push_back(
          {index.term, count.term, count.offset - index.offset - 1});
      facts.push_back({{}, index.term, index.offset});
      continue;
    }
    auto part = dyn_cast<SubsliceOp>(user);
    if (!part || !dominance.properlyDominates(user, at))
      continue;
    Sum low = simplify(part.getLow()), high = simplify(part.getHigh());
    Sum length = getLength(part.getSlice());
    facts.push_back({{}, low.term, low.offset});
    facts.push_back({low.term, high.term, high.offset - low.offset});
    facts.push_back({high.term, length.term, length.offset - high.offset});
  }
}

/// The facts about sums of \p term and constants, too: `i + 1 < n`.
void Bounds::collectFacts(Term term, Operation *at,
                          SmallVectorImpl<Fact> &facts) {
  if (!term.value)
    return;
  SmallVector<Value, 8> values;
  if (!term.isLength)
    values.push_back(term.value);
  unsigned numUsers = 0;
  for (Operation *user : term.value.getUsers()) {
    if (++numUsers > maxUsers)
      break;
    if (user->getNumResults() != 1 || !isTracked(user->getResult(0)))
      continue;
    Value result = user->getResult(0);
    if (simplify(result).term == term && result != term.value)
      values.push_back(result);
  }
  for (size_t i = 0; i < values.size() && values.size() < maxUsers; ++i)
    for (Operation *user : values[i].getUsers())
      if (isSameNumber(user) && ++numUsers <= maxUsers)
        values.push_back(user->getResult(0));
  for (Value value : values)
    collectFactsOfValue(value, at, facts);
}

//===----------------------------------------------------------------------===//
// Intervals
//===----------------------------------------------------------------------===//

static WideInt clamp(WideInt value, const Interval &limits) {
  return std::clamp(value, limits.low, limits.high);
}

/// What the branches to the block of \p argument give it; nothing if none of
/// them was seen to run.
std::optional<Interval> Bounds::evaluateArgument(BlockArgument argument) {
  Block *block = argument.getOwner();
  if (block->isEntryBlock())
    return getTypeLimits(argument);
  std::optional<Interval> result;
  for (Block::pred_iterator pred = block->pred_begin(), end = block->pred_end();
       pred != end; ++pred) {
    Value value = getIncoming(argument, pred);
    if (!value)
      return getTypeLimits(argument);
    if (!isKnown(value))
      continue;
    Interval incoming = evaluate({value}, (*pred)->getTerminator());
    result = result ? unite(*result, incoming) : incoming;
  }
  return result;
}

/// What \p value, the result of an operation, can be.
Interval Bounds::evaluateResult(Value value) {
  Interval limits = getTypeLimits(value);
  Operation *op = value.getDefiningOp();
  if (auto constant = getConstant(value))
    return {*constant, *constant};
  auto operand = [&](unsigned i) { return evaluate({op->getOperand(i)}, op); };
  auto clip = [&](WideInt low, WideInt high) -> Interval {
    return {clamp(low, limits), clamp(high, limits)};
  };
  auto product = [&](Interval a, Interval b) {
    WideInt all[] = {a.low * b.low, a.low * b.high, a.high * b.low,
                     a.high * b.high};
    return clip(*llvm::min_element(all), *llvm::max_element(all));
  };
  auto quotient = [&](Interval a, Interval b) {
    if (b.low <= 0)
      return limits;
    WideInt all[] = {a.low / b.low, a.low / b.high, a.high / b.low,
                     a.high / b.high};
    return clip(*llvm::min_element(all), *llvm::max_element(all));
  };
  auto remainder = [&](Interval a, Interval b) {
    if (b.low <= 0)
      return limits;
    return Interval{a.low >= 0 ? 0 : std::max(a.low, 1 - b.high),
                    a.high <= 0 ? 0 : std::min(a.high, b.high - 1)};
  };
  if (isa<LenOp>(op))
    return {0, maxLength};
  if (std::optional<Interval> unsignedResult = evaluateUnsigned(op))
    return *unsignedResult;
  if (auto add = dyn_cast<AddOp>(op);
      add && add.getSign() == Signedness::Signed) {
    Interval a = operand(0), b = operand(1);
    return clip(a.low + b.low, a.high + b.high);
  }
  if (auto sub = dyn_cast<SubOp>(op);
      sub && sub.getSign() == Signedness::Signed) {
    Interval a = operand(0), b = operand(1);
    return clip(a.low - b.high, a.high - b.low);
  }
  if (auto mul = dyn_cast<MulOp>(op);
      mul && mul.getSign() == Signedness::Signed)
    return product(operand(0), operand(1));
  if (auto div = dyn_cast<DivOp>(op);
      div && div.getSign() == Signedness::Signed)
    return quotient(operand(0), operand(1));
  if (auto rem = dyn_cast<RemOp>(op);
      rem && rem.getSign() == Signedness::Signed)
    return remainder(operand(0), operand(1));
  if (isa<arith::DivSIOp>(op))
    return quotient(operand(0), operand(1));
  if (isa<arith::RemSIOp>(op))
    return remainder(operand(0), operand(1));
  if (auto add = dyn_cast<arith::AddIOp>(op)) {
    Interval a = operand(0), b = operand(1);
    Interval exact = {a.low + b.low, a.high + b.high};
    return limits.contains(exact) ||
                   bitEnumContainsAll(add.getOverflowFlags(),
                                      arith::IntegerOverflowFlags::nsw)
               ? clip(exact.low, exact.high)
               : limits;
  }
  if (isa<arith::AndIOp>(op)) {
    Interval a = operand(0), b = operand(1);
    if (a.low < 0 && b.low < 0)
      return limits;
    return {0, a.low < 0   ? b.high
               : b.low < 0 ? a.high
                           : std::min(a.high, b.high)};
  }
  if (auto shift = dyn_cast<ShrOp>(op);
      (shift && shift.getSign() == Signedness::Signed) ||
      isa<arith::ShRSIOp>(op)) {
    Interval a = operand(0);
    auto amount = getConstant(op->getOperand(1));
    if (amount && *amount >= 0 && *amount < 64)
      return {a.low >> *amount, a.high >> *amount};
    return {std::min<WideInt>(a.low, 0), std::max<WideInt>(a.high, 0)};
  }
  if (isa<arith::ExtSIOp>(op) && isTracked(op->getOperand(0)))
    return operand(0);
  if (isa<arith::ExtUIOp>(op)) {
    unsigned width = cast<IntegerType>(op->getOperand(0).getType()).getWidth();
    Interval all = getLimits(width, /*isSigned=*/false);
    if (width == 1)
      return all;
    Interval a = operand(0);
    return a.low >= 0 ? a : all;
  }
  if (auto convert = dyn_cast<ConvertOp>(op)) {
    Value from = convert.getOperand();
    if (!isTracked(from))
      return limits;
    Interval a = operand(0);
    unsigned width = cast<IntegerType>(from.getType()).getWidth();
    if (convert.getFrom() == Signedness::Unsigned && a.low < 0)
      a = getLimits(width, /*isSigned=*/false);
    if (limits.contains(a))
      return a;
    if (convert.getMode() == ConvertMode::Wrapping ||
        convert.getTo() == Signedness::Unsigned)
      return limits;
    return clip(a.low, a.high);
  }
  if (isa<arith::SelectOp>(op))
    return unite(operand(1), operand(2));
  if (isa<arith::MinSIOp>(op)) {
    Interval a = operand(0), b = operand(1);
    return {std::min(a.low, b.low), std::min(a.high, b.high)};
  }
  if (isa<arith::MaxSIOp>(op)) {
    Interval a = operand(0), b = operand(1);
    return {std::max(a.low, b.low), std::max(a.high, b.high)};
  }
  if (isa<AbsOp>(op)) {
    Interval a = operand(0);
    return clip(a.low >= 0 ? a.low : 0, std::max(a.high, -a.low));
  }
  return limits;
}

/// What \p term can be where \p at is about to run: what it can be anywhere,
/// and what the facts that hold there leave of it.
Interval Bounds::evaluate(Term term, Operation *at) {
  if (!term.value)
    return {0, 0};
  Interval result = getAnywhere(term);
  SmallVector<Fact, 8> facts;
  collectFacts(term, at, facts);
  for (const Fact &fact : facts) {
    if (fact.lesser == term && fact.greater != term) {
      WideInt high = getAnywhere(fact.greater).high + fact.offset;
      result = intersect(result, {result.low, high});
    }
    if (fact.greater == term && fact.lesser != term) {
      WideInt low = getAnywhere(fact.lesser).low - fact.offset;
      result = intersect(result, {low, result.high});
    }
  }
  return result;
}

Interval Bounds::getAnywhere(Term term) const {
  if (!term.value)
    return {0, 0};
  if (term.isLength)
    return {0, maxLength};
  if (!isTracked(term.value))
    return getLimits(64, /*isSigned=*/true);
  auto it = intervals.find(term.value);
  return it == intervals.end() ? getTypeLimits(term.value) : it->second;
}

/// False for values whose operations were not seen to run yet.
bool Bounds::isKnown(Value value) const {
  return !isTracked(value) || intervals.contains(value) || getConstant(value);
}

/// Evaluates all values once, in an order in which most operands come first.
/// Returns true if some interval changed.
bool Bounds::evaluateAll(ArrayRef<Block *> blocks, Round round) {
  bool changed = false;
  auto update = [&](Value value, Interval interval) {
    auto [it, isNew] = intervals.try_emplace(value, interval);
    if (isNew) {
      changed = true;
      return;
    }
    Interval &old = it->second;
    if (round != Round::Narrow) {
      interval = unite(old, interval);
      Interval limits = getTypeLimits(value);
      if (round == Round::Widen && interval.low < old.low)
        interval.low = limits.low;
      if (round == Round::Widen && interval.high > old.high)
        interval.high = limits.high;
    }
    changed |= interval.low != old.low || interval.high != old.high;
    old = interval;
  };
  for (Block *block : blocks) {
    for (BlockArgument argument : block->getArguments())
      if (isTracked(argument))
        if (std::optional<Interval> interval = evaluateArgument(argument))
          update(argument, *interval);
    for (Operation &op : *block) {
      if (!llvm::all_of(op.getOperands(),
                        [&](Value operand) { return isKnown(operand); }))
        continue;
      for (Value result : op.getResults())
        if (isTracked(result))
          update(result, evaluateResult(result));
    }
  }
  return changed;
}

/// Intervals of all values by abstract interpretation (Cousot and Cousot, POPL
/// 1977): what grows for too long is taken to grow for ever, and then
/// conditions take back what they exclude.
Bounds::Bounds(func::FuncOp function, DominanceInfo &dominance)
    : dominance(dominance) {
  Block *entry = &function.getBody().front();
  llvm::ReversePostOrderTraversal<Block *> order(entry);
  SmallVector<Block *> blocks(order.begin(), order.end());
  evaluateAll(blocks, Round::Grow);
  evaluateAll(blocks, Round::Grow);
  unsigned rounds = 0;
  while (evaluateAll(blocks, Round::Widen))
    if (++rounds == maxRounds) {
      intervals.clear();
      return;
    }
  evaluateAll(blocks, Round::Narrow);
  evaluateAll(blocks, Round::Narrow);
}

//===----------------------------------------------------------------------===//
// Proofs
//===----------------------------------------------------------------------===//

bool Bounds::prove(Term left, Term right, WideInt offset, Operation *at) {
  if (left == right)
    return offset >= 0;
  if (!spend() || depth >= maxDepth)
    return false;
  if (evaluate(left, at).high <= evaluate(right, at).low + offset)
    return true;
  ++depth;
  bool proved = proveThroughFacts(left, right, offset, at) ||
                proveThroughDefinitions(left, right, offset, at);
  --depth;
  return proved;
}

bool Bounds::proveThroughFacts(Term left, Term right, WideInt offset,
                               Operation *at) {
  SmallVector<Fact, 8> facts;
  collectFacts(left, at, facts);
  for (const Fact &fact : facts)
    if (fact.lesser == left && fact.greater != left &&
        prove(fact.greater, right, offset - fact.offset, at))
      return true;
  facts.clear();
  collectFacts(right, at, facts);
  for (const Fact &fact : facts)
    if (fact.greater == right && fact.lesser != right &&
        prove(left, fact.lesser, offset - fact.offset, at))
      return true;
  return false;
}

/// For the variable of a loop (or a value that paths agree on), the claim must
/// hold for each value that it is given.  A claim that leads back to itself
/// holds by induction if it did not get stronger on the way round.
bool Bounds::proveForArgument(BlockArgument argument, bool isLeft, Term left,
                              Term right, WideInt offset) {
  Block *block = argument.getOwner();
  if (block->isEntryBlock() || block->hasNoPredecessors())
    return false;
  for (const Open &question : open)
    if (question.left == left && question.right == right)
      return offset >= question.offset;
  // The other side must be the same in each round.
  Value other = isLeft ? right.value : left.value;
  if (other && !dominance.properlyDominates(other, &block->front()))
    return false;
  if (auto otherArgument = dyn_cast_if_present<BlockArgument>(other);
      otherArgument && otherArgument.getOwner() == block)
    return false;
  open.push_back({left, right, offset});
  bool proved = true;
  for (Block::pred_iterator pred = block->pred_begin(), end = block->pred_end();
       proved && pred != end; ++pred) {
    Value value = getIncoming(argument, pred);
    if (!value) {
      proved = false;
      break;
    }
    Operation *branch = (*pred)->getTerminator();
    Sum sum = simplify(value);
    proved = isLeft ? prove(sum.term, right, offset - sum.offset, branch)
                    : prove(left, sum.term, offset + sum.offset, branch);
  }
  open.pop_back();
  return proved;
}

bool Bounds::proveThroughDefinitions(Term left, Term right, WideInt offset,
                                     Operation *at) {
  if (left.value && !left.isLength) {
    if (auto argument = dyn_cast<BlockArgument>(left.value)) {
      if (proveForArgument(argument, /*isLeft=*/true, left, right, offset))
        return true;
    } else {
      Operation *op = left.value.getDefiningOp();
      auto fromOperand = [&](unsigned i, WideInt more) {
        Sum sum = simplify(op->getOperand(i));
        return prove(sum.term, right, offset - sum.offset + more, at);
      };
      auto isSignedOf = [&](auto kind) {
        return kind && kind.getSign() == Signedness::Signed;
      };
      // x % y < y and x % y <= x, x / y <= x, for x >= 0 and y > 0.
      // A divisor below half of the range reads the same without a sign.
      bool isRem = isa<RemOp, arith::RemSIOp, arith::RemUIOp>(op);
      bool isDiv = isSignedOf(dyn_cast<DivOp>(op)) || isa<arith::DivSIOp>(op);
      auto getLow = [&](unsigned i) {
        Sum sum = simplify(op->getOperand(i));
        return evaluate(sum.term, at).low + sum.offset;
      };
      if ((isRem || isDiv) && getLow(1) > 0) {
        if (isRem && fromOperand(1, 1))
          return true;
        if (evaluate({op->getOperand(0)}, at).low >= 0 && fromOperand(0, 0))
          return true;
      }
      if (isSignedOf(dyn_cast<ShrOp>(op)) || isa<arith::ShRSIOp>(op))
        if (evaluate({op->getOperand(0)}, at).low >= 0 && fromOperand(0, 0))
          return true;
      if (isa<arith::MinSIOp>(op) && (fromOperand(0, 0) || fromOperand(1, 0)))
        return true;
      if (isa<arith::ExtSIOp>(op) && fromOperand(0, 0))
        return true;
      // x - y <= x - low(y), x + y <= x + high(y): exact sums.
      if (isSignedOf(dyn_cast<SubOp>(op)) &&
          fromOperand(0, evaluate({op->getOperand(1)}, at).low))
        return true;
      if (isSignedOf(dyn_cast<AddOp>(op)) &&
          (fromOperand(0, -evaluate({op->getOperand(1)}, at).high) ||
           fromOperand(1, -evaluate({op->getOperand(0)}, at).high)))
        return true;
    }
  }
  if (right.value && !right.isLength) {
    if (auto argument = dyn_cast<BlockArgument>(right.value))
      return proveForArgument(argument, /*isLeft=*/false, left, right, offset);
    Operation *op = right.value.getDefiningOp();
    auto fromOperand = [&](unsigned i, WideInt more) {
      Sum sum = simplify(op->getOperand(i));
      return prove(left, sum.term, offset + sum.offset + more, at);
    };
    if (auto add = dyn_cast<AddOp>(op);
        add && add.getSign() == Signedness::Signed)
      return fromOperand(0, evaluate({add.getRhs()}, at).low) ||
             fromOperand(1, evaluate({add.getLhs()}, at).low);
    if (isa<arith::MaxSIOp>(op))
      return fromOperand(0, 0) || fromOperand(1, 0);
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Questions
//===----------------------------------------------------------------------===//

void Bounds::startQuestion() {
  steps = maxSteps;
  depth = 0;
  open.clear();
}

Interval Bounds::getInterval(Value value, Operation *at) {
  Sum sum = simplify(value);
  Interval interval = evaluate(sum.term, at);
  Interval shifted = {interval.low + sum.offset, interval.high + sum.offset};
  return intersect(evaluate({value}, at), shifted);
}

bool Bounds::isAtMost(Value left, Value right, WideInt offset, Operation *at) {
  startQuestion();
  Sum lhs = simplify(left), rhs = simplify(right);
  return prove(lhs.term, rhs.term, offset + rhs.offset - lhs.offset, at);
}

bool Bounds::isInBounds(Value index, Value base, Operation *at) {
  Sum sum = simplify(index), length;
  if (auto ref = dyn_cast<RefType>(base.getType()))
    length.offset = cast<ArrayType>(ref.getPointee()).getCount();
  else
    length = getLength(base);
  return isBetween(sum, length, at);
}

bool Bounds::isBelow(Value index, Value count, Operation *at) {
  return isBetween(simplify(index), simplify(count), at);
}

bool Bounds::isBetween(const Sum &index, const Sum &count, Operation *at) {
  startQuestion();
  if (!prove(index.term, count.term, count.offset - index.offset - 1, at))
    return false;
  startQuestion();
  return prove({}, index.term, index.offset, at);
}
