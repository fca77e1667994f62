//===- CopyLoops.cpp - loops that copy bytes ------------------------------===//
//
// Text is copied byte by byte: there is no other way to write it.  LLVM makes a
// block copy of such a loop where it knows that source and target are apart,
// which slices do not tell.  Here the loop becomes one call of the runtime,
// which looks where they lie.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Passes.h"
#include "mlir/Analysis/CFGLoopInfo.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <vector>

using namespace mlir;
using namespace flux::fir;

namespace {

constexpr unsigned maxOps = 24;

/// `while i < bound { target[i] = source[i]; i += 1 }`
class CopyLoop {
public:
  explicit CopyLoop(CFGLoop &loop) : loop(loop) {}
  bool match();
  void replace();

private:
  bool matchHead();
  bool matchIncrement();
  bool matchCopy();
  bool isOnlyUsedHere(LocalOp local);
  bool isFixed(LocalOp local);
  bool matchBase(ElementOp element);
  Value emitBase(ElementOp element, OpBuilder &builder);

  CFGLoop &loop;
  Block *head = nullptr, *body = nullptr, *exit = nullptr;
  LocalOp counter;
  StoreOp increment;
  Value bound;
  ElementOp source, target;
  llvm::SmallPtrSet<Operation *, maxOps> explained;
};

class CopyRecognition
    : public PassWrapper<CopyRecognition, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CopyRecognition)

  StringRef getArgument() const override { return "fir-recognize-copies"; }
  StringRef getDescription() const override {
    return "Copy bytes by the runtime instead of by loops";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, cf::ControlFlowDialect>();
  }
  void runOnOperation() override;
};

} // namespace

static LocalOp getLocal(Value value) {
  auto load = value.getDefiningOp<LoadOp>();
  return load ? load.getRef().getDefiningOp<LocalOp>() : LocalOp();
}

bool CopyLoop::matchHead() {
  head = loop.getHeader();
  body = loop.getLoopLatch();
  if (loop.getNumBlocks() != 2 || !body || body == head ||
      !loop.getLoopPredecessor() || head->getNumArguments() != 0 ||
      body->getNumArguments() != 0 || !isa<cf::BranchOp>(body->getTerminator()))
    return false;
  auto branch = dyn_cast<cf::CondBranchOp>(head->getTerminator());
  if (!branch || branch.getTrueDest() != body ||
      !branch.getFalseDestOperands().empty())
    return false;
  exit = branch.getFalseDest();
  auto compare = branch.getCondition().getDefiningOp<arith::CmpIOp>();
  if (!compare || compare->getBlock() != head ||
      compare.getPredicate() != arith::CmpIPredicate::slt ||
      !compare.getLhs().getType().isInteger(64) ||
      loop.contains(compare.getRhs().getParentBlock()))
    return false;
  bound = compare.getRhs();
  counter = getLocal(compare.getLhs());
  for (Operation &op : *head)
    if (!isa<LoadOp>(op) && &op != compare && &op != branch)
      return false;
  return counter && isOnlyUsedHere(counter);
}

/// True if \p local is only loaded and stored, and loaded in this loop only.
bool CopyLoop::isOnlyUsedHere(LocalOp local) {
  for (OpOperand &use : local.getRef().getUses()) {
    Operation *user = use.getOwner();
    bool isStored = isa<StoreOp>(user) && use.getOperandNumber() == 1;
    bool isLoaded = isa<LoadOp>(user) && loop.contains(user->getBlock());
    if (!isStored && !isLoaded)
      return false;
  }
  return true;
}

/// True if \p local is the same in all rounds.
bool CopyLoop::isFixed(LocalOp local) {
  for (OpOperand &use : local.getRef().getUses()) {
    Operation *user = use.getOwner();
    if (!isa<LoadOp>(user) &&
        (!isa<StoreOp>(user) || use.getOperandNumber() != 1 ||
         loop.contains(user->getBlock())))
      return false;
  }
  return true;
}

bool CopyLoop::matchIncrement() {
  for (Operation &op : *body)
    if (auto store = dyn_cast<StoreOp>(op);
        store && store.getRef() == counter.getRef()) {
      if (increment)
        return false;
      increment = store;
    }
  auto sum = increment ? increment.getValue().getDefiningOp<arith::AddIOp>()
                       : arith::AddIOp();
  if (!sum || sum->getBlock() != body || getLocal(sum.getLhs()) != counter ||
      !loop.contains(sum.getLhs().getParentBlock()) ||
      !matchPattern(sum.getRhs(), m_One()))
    return false;
  explained.insert(increment);
  explained.insert(sum);
  return true;
}

/// An element of bytes that do not change, at the counter.
bool CopyLoop::matchBase(ElementOp element) {
  auto slice = dyn_cast<SliceType>(element.getBase().getType());
  if (!slice || !slice.getElement().isInteger(8) || !element.getInbounds() ||
      element->getBlock() != body || element.getSign() != Signedness::Signed)
    return false;
  auto index = element.getIndex().getDefiningOp<LoadOp>();
  if (!index || getLocal(element.getIndex()) != counter ||
      !loop.contains(index->getBlock()) ||
      (index->getBlock() == body && !index->isBeforeInBlock(increment)))
    return false;
  explained.insert(element);
  Value base = element.getBase();
  if (!loop.contains(base.getParentBlock()))
    return true;
  LocalOp local = getLocal(base);
  return local && isFixed(local);
}

bool CopyLoop::matchCopy() {
  StoreOp write, keep;
  for (Operation &op : *body) {
    auto store = dyn_cast<StoreOp>(op);
    if (!store || store == increment)
      continue;
    StoreOp &which = store.getRef().getDefiningOp<LocalOp>() ? keep : write;
    if (which)
      return false;
    which = store;
    explained.insert(store);
  }
  target = write ? write.getRef().getDefiningOp<ElementOp>() : ElementOp();
  Value value = write ? write.getValue() : Value();
  if (keep) { // in the variable of `for i, c in source`
    auto local = keep.getRef().getDefiningOp<LocalOp>();
    auto load = value ? value.getDefiningOp<LoadOp>() : LoadOp();
    if (!load || getLocal(value) != local || !isOnlyUsedHere(local) ||
        load->getBlock() != body || !keep->isBeforeInBlock(load))
      return false;
    value = keep.getValue();
  }
  auto read = value ? value.getDefiningOp<LoadOp>() : LoadOp();
  if (!read || read->getBlock() != body)
    return false;
  source = read.getRef().getDefiningOp<ElementOp>();
  return source && target && matchBase(source) && matchBase(target);
}

bool CopyLoop::match() {
  if (!loop.isInnermost() || !matchHead() || !matchIncrement() || !matchCopy())
    return false;
  unsigned numOps = 0;
  for (Block *block : {head, body})
    for (Operation &op : *block) {
      if (++numOps > maxOps ||
          (block == body && !isa<LoadOp, cf::BranchOp>(op) &&
           !explained.contains(&op)))
        return false;
      for (Operation *user : op.getUsers())
        if (!loop.contains(user->getBlock()))
          return false;
    }
  return true;
}

Value CopyLoop::emitBase(ElementOp element, OpBuilder &builder) {
  Value base = element.getBase();
  if (!loop.contains(base.getParentBlock()))
    return base;
  return LoadOp::create(builder, element.getLoc(), base.getType(),
                        getLocal(base).getRef());
}

/// All accesses are in bounds, so that both parts exist where there is a round.
void CopyLoop::replace() {
  Region *region = head->getParent();
  auto *start = new Block, *copy = new Block;
  region->getBlocks().insert(Region::iterator(head), start);
  region->getBlocks().insert(Region::iterator(head), copy);
  Operation *entering = loop.getLoopPredecessor()->getTerminator();
  for (unsigned i = 0, e = entering->getNumSuccessors(); i != e; ++i)
    if (entering->getSuccessor(i) == head)
      entering->setSuccessor(start, i);

  Location loc = target.getLoc();
  auto builder = OpBuilder::atBlockEnd(start);
  Value first =
      LoadOp::create(builder, loc, builder.getI64Type(), counter.getRef());
  Value more = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                     first, bound);
  cf::CondBranchOp::create(builder, loc, more, copy, exit);
  builder.setInsertionPointToEnd(copy);
  auto part = [&](ElementOp element) -> Value {
    return SubsliceOp::create(builder, loc, element.getBase().getType(),
                              emitBase(element, builder), first, bound);
  };
  Value to = part(target), from = part(source);
  IntrinsicOp::create(builder, loc, TypeRange(),
                      builder.getStringAttr("memory.copy"),
                      ValueRange{to, from});
  cf::BranchOp::create(builder, loc, exit);
  for (Block *block : {head, body})
    block->dropAllReferences();
  head->erase();
  body->erase();
}

void CopyRecognition::runOnOperation() {
  func::FuncOp function = getOperation();
  if (function.isExternal() || function.getBody().hasOneBlock())
    return markAllAnalysesPreserved();
  bool mayCopy = false;
  function.walk([&](ElementOp element) {
    auto slice = dyn_cast<SliceType>(element.getBase().getType());
    mayCopy |= slice && slice.getElement().isInteger(8) &&
               element.getInbounds() &&
               llvm::any_of(element->getUsers(),
                            [](Operation *user) { return isa<StoreOp>(user); });
  });
  if (!mayCopy)
    return markAllAnalysesPreserved();
  DominanceInfo dominance(function);
  CFGLoopInfo loops(dominance.getDomTree(&function.getBody()));
  std::vector<CopyLoop> copies;
  for (CFGLoop *loop : loops.getLoopsInPreorder()) {
    CopyLoop copy(*loop);
    if (copy.match())
      copies.push_back(std::move(copy));
  }
  for (CopyLoop &copy : copies)
    copy.replace();
}

std::unique_ptr<Pass> flux::fir::createCopyRecognitionPass() {
  return std::make_unique<CopyRecognition>();
}
