//===- PointerInduction.cpp - loops that count by an address --------------===//
//
// `while k < n { a[k] = x; k += step }` takes a sum for the address in each
// turn, since LLVM replaces the condition by one on the address only where it
// can tell the number of turns without a division.  Here addresses are below
// 2^36 and lengths below 2^48, so no sum wraps and addresses compare as their
// indices do: with p = a + k, it is `while p < a + n { *p = x; p += step }`.
//
//===----------------------------------------------------------------------===//
#include "Code.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

/// Addresses are below this, or accesses trap.
static constexpr unsigned addressBits = 36;
/// Indices and steps must be below this: together with elements of at most 16
/// bytes no sum below comes near 2^64.
static constexpr unsigned indexBits = 56;
static constexpr uint64_t maxElementSize = 16;
static_assert(addressBits < 63 && indexBits + 1 + 4 < 64);

namespace {

/// A loop that counts an index while the next one is below a bound, or not
/// above it.
struct CountedLoop {
  PHINode *index;
  BinaryOperator *next;
  ICmpInst *condition;
  ICmpInst::Predicate predicate; ///< of the next index and the bound
  Value *start, *step, *bound;
  /// The condition is of the index; it would be of the next one if the bound
  /// were greater by a step.
  bool ofIndex;
  bool startsBelow; ///< or at the bound
};

} // namespace

static std::optional<CountedLoop> findCounter(const Loop &loop, PHINode &index,
                                              ScalarEvolution &evolution) {
  BasicBlock *latch = loop.getLoopLatch();
  CountedLoop result;
  result.index = &index;
  result.start = index.getIncomingValueForBlock(loop.getLoopPreheader());
  result.next = dyn_cast<BinaryOperator>(index.getIncomingValueForBlock(latch));
  auto *branch = dyn_cast<BranchInst>(latch->getTerminator());
  if (!index.getType()->isIntegerTy(64) || !result.next || !branch ||
      !branch->isConditional())
    return std::nullopt;
  using namespace PatternMatch;
  if (!match(result.next, m_c_Add(m_Specific(&index), m_Value(result.step))) ||
      !loop.isLoopInvariant(result.step))
    return std::nullopt;

  result.condition = dyn_cast<ICmpInst>(branch->getCondition());
  if (!result.condition || !result.condition->hasOneUse())
    return std::nullopt;
  Value *left = result.condition->getOperand(0);
  result.bound = result.condition->getOperand(1);
  result.predicate = result.condition->getPredicate();
  if (loop.isLoopInvariant(left)) {
    std::swap(left, result.bound);
    result.predicate = ICmpInst::getSwappedPredicate(result.predicate);
  }
  if (branch->getSuccessor(0) != loop.getHeader())
    result.predicate = ICmpInst::getInversePredicate(result.predicate);
  result.ofIndex = left == &index;
  if ((!result.ofIndex && left != result.next) ||
      !loop.isLoopInvariant(result.bound) ||
      (result.predicate != ICmpInst::ICMP_ULT &&
       result.predicate != ICmpInst::ICMP_ULE) ||
      !result.next->hasNUses(result.ofIndex ? 1 : 2))
    return std::nullopt;

  const SCEV *start = evolution.getSCEV(result.start);
  const SCEV *step = evolution.getSCEV(result.step);
  const SCEV *bound = evolution.getSCEV(result.bound);
  const SCEV *limit = evolution.getConstant(APInt::getOneBitSet(64, indexBits));
  for (const SCEV *value : {start, step, bound})
    if (!evolution.isLoopEntryGuardedByCond(&loop, ICmpInst::ICMP_ULT, value,
                                            limit))
      return std::nullopt;
  if (result.ofIndex)
    bound = evolution.getAddExpr(bound, step, SCEV::FlagNUW);
  result.startsBelow = evolution.isLoopEntryGuardedByCond(
      &loop, ICmpInst::ICMP_ULE, start, bound);
  return result;
}

/// The element at the index, if that is all that the index is for, and each
/// turn accesses it: its address is then one of a program that does not trap.
static GetElementPtrInst *findElement(const CountedLoop &counted,
                                      const Loop &loop, DominatorTree &tree) {
  GetElementPtrInst *element = nullptr;
  for (User *user : counted.index->users()) {
    if (user == counted.next || user == counted.condition)
      continue;
    auto *address = dyn_cast<GetElementPtrInst>(user);
    if (!address || element || address->getNumIndices() != 1 ||
        address->getOperand(1) != counted.index ||
        !loop.isLoopInvariant(address->getPointerOperand()))
      return nullptr;
    element = address;
  }
  // The address of the bound must not be below 0: either it is not below that
  // of the first element, or the base is an address, too.
  if (!element || (!counted.startsBelow && !element->isInBounds()))
    return nullptr;
  const DataLayout &layout = element->getDataLayout();
  TypeSize size = layout.getTypeAllocSize(element->getSourceElementType());
  if (size.isScalable() || size == 0 || size > maxElementSize)
    return nullptr;
  for (User *user : element->users()) {
    auto *access = cast<Instruction>(user);
    if (getLoadStorePointerOperand(access) == element &&
        tree.dominates(access->getParent(), loop.getLoopLatch()))
      return element;
  }
  return nullptr;
}

static void rewrite(const CountedLoop &counted, GetElementPtrInst &element,
                    const Loop &loop) {
  Value *base = element.getPointerOperand();
  Type *type = element.getSourceElementType();
  uint64_t size =
      element.getDataLayout().getTypeAllocSize(type).getFixedValue();
  IRBuilder<> builder(loop.getLoopPreheader()->getTerminator());
  Value *step = counted.step, *bound = counted.bound;
  if (counted.ofIndex)
    bound = builder.CreateAdd(bound, step);
  Value *begin = builder.CreateGEP(type, base, counted.start);
  Value *end = builder.CreateGEP(type, base, bound);
  if (size != 1)
    step = builder.CreateMul(step, builder.getInt64(size));
  builder.SetInsertPoint(counted.index);
  PHINode *pointer = builder.CreatePHI(base->getType(), 2);
  builder.SetInsertPoint(counted.next);
  Value *next = builder.CreatePtrAdd(pointer, step);
  pointer->addIncoming(begin, loop.getLoopPreheader());
  pointer->addIncoming(next, loop.getLoopLatch());
  builder.SetInsertPoint(counted.condition);
  Value *goesOn = builder.CreateICmp(counted.predicate, next, end);
  auto *branch = cast<BranchInst>(loop.getLoopLatch()->getTerminator());
  if (branch->getSuccessor(0) != loop.getHeader())
    branch->swapSuccessors();
  branch->setCondition(goesOn);
  counted.condition->eraseFromParent();
  element.replaceAllUsesWith(pointer);
  element.eraseFromParent();
  // What is left of the index keeps only itself alive.
  counted.next->replaceAllUsesWith(PoisonValue::get(counted.next->getType()));
  counted.next->eraseFromParent();
  counted.index->eraseFromParent();
}

void flux::fbc::countByAddresses(LoopInfo &loops, DominatorTree &tree,
                                 ScalarEvolution &evolution) {
  for (Loop *loop : loops.getLoopsInPreorder()) {
    if (!loop->isInnermost() || !loop->getLoopPreheader() ||
        !loop->getLoopLatch())
      continue;
    for (PHINode &index : make_early_inc_range(loop->getHeader()->phis())) {
      std::optional<CountedLoop> counted = findCounter(*loop, index, evolution);
      if (!counted)
        continue;
      GetElementPtrInst *element = findElement(*counted, *loop, tree);
      if (!element)
        continue;
      evolution.forgetLoop(loop);
      rewrite(*counted, *element, *loop);
      break;
    }
  }
}
