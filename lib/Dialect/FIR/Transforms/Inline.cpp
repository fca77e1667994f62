//===- Inline.cpp - small functions become part of their callers ----------===//
//
// LLVM inlines, too, but after checks have become branches: what a caller knows
// about the arguments of `fn element(i: i64, j: i64)` is of use to the passes
// that eliminate checks and version loops only if the body stands in the caller
// while they run.  So what is small is inlined here, callees before callers;
// how much it pays to inline all else is LLVM's question.
//
// A trap must still tell the function of the document that it is in, and the
// calls that led there.  So each operation from an inlined body has the
// location
//
//   callsite(place in the callee at NAME(place of the call))
//
// in which NAME is the symbol of the callee.  A function that all its callers
// took in stays as a declaration: it is the scope of these places.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace flux::fir;

namespace {

/// A body is small if it has at most so many blocks, and operations that become
/// instructions.
constexpr unsigned maxBlocks = 8, maxOps = 40;
/// Operations that a caller may take in.
constexpr unsigned maxGrowth = 2000;

class Inlining : public PassWrapper<Inlining, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Inlining)

  StringRef getArgument() const override { return "fir-inline"; }
  StringRef getDescription() const override {
    return "Make small functions part of their callers";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<cf::ControlFlowDialect>();
  }
  void runOnOperation() override;

private:
  enum class State : uint8_t { New, Open, Done };
  struct Function {
    func::FuncOp op;
    SmallVector<func::CallOp> calls;
    State state = State::New;
    bool isInlined = false; ///< somewhere
    unsigned size = 0;      ///< what it costs a caller; 0: it stays a call
    unsigned growth = 0;    ///< by what it took in
  };
  /// A function, and the next of its calls to be visited.
  struct Visit {
    Function *function;
    size_t next = 0;
  };

  Function *getCallee(func::CallOp call) {
    auto it = functions.find(call.getCalleeAttr().getAttr());
    return it == functions.end() ? nullptr : &it->second;
  }
  void visit(Function &root);
  void finish(Function &function);
  void removeUnused();

  llvm::DenseMap<StringAttr, Function> functions;
};

/// Puts the body of one function in the place of a call.
class CallInliner {
public:
  CallInliner(func::CallOp call, func::FuncOp callee)
      : call(call), callee(callee),
        callPlace(NameLoc::get(callee.getSymNameAttr(), call.getLoc())) {}
  void run();

private:
  void cloneBlock(Block &from, OpBuilder &to);
  Location getLocation(Location place);

  func::CallOp call;
  func::FuncOp callee;
  Location callPlace;
  IRMapping mapping;
  Block *after = nullptr; ///< where returns lead; null: to the call
  llvm::DenseMap<Attribute, Attribute> locations;
};

} // namespace

//===----------------------------------------------------------------------===//
// One call
//===----------------------------------------------------------------------===//

Location CallInliner::getLocation(Location place) {
  Attribute &location = locations[place];
  if (!location)
    location = CallSiteLoc::get(place, callPlace);
  return cast<LocationAttr>(location);
}

void CallInliner::cloneBlock(Block &from, OpBuilder &to) {
  Block *entry = &call->getParentOfType<func::FuncOp>().getBody().front();
  for (Operation &op : from) {
    if (auto end = dyn_cast<func::ReturnOp>(op)) {
      SmallVector<Value> results;
      for (Value operand : end.getOperands())
        results.push_back(mapping.lookupOrDefault(operand));
      if (after)
        cf::BranchOp::create(to, getLocation(end.getLoc()), after, results);
      else
        call.replaceAllUsesWith(results);
      continue;
    }
    Operation *copy = to.clone(op, mapping);
    copy->setLoc(getLocation(op.getLoc()));
    // A local is there for the whole call of the function that it is now in.
    if (isa<LocalOp>(copy))
      copy->moveBefore(entry, entry->begin());
  }
}

void CallInliner::run() {
  Region &body = callee.getBody();
  for (auto [argument, operand] :
       llvm::zip_equal(body.getArguments(), call.getOperands()))
    mapping.map(argument, operand);
  if (body.hasOneBlock()) {
    OpBuilder builder(call);
    cloneBlock(body.front(), builder);
    call.erase();
    return;
  }

  Block *before = call->getBlock();
  after = before->splitBlock(call);
  Region *region = before->getParent();
  for (Value result : call.getResults())
    result.replaceAllUsesWith(
        after->addArgument(result.getType(), call.getLoc()));
  for (Block &block : llvm::drop_begin(body)) {
    auto *copy = new Block;
    region->getBlocks().insert(Region::iterator(after), copy);
    mapping.map(&block, copy);
    for (BlockArgument argument : block.getArguments())
      mapping.map(argument, copy->addArgument(argument.getType(),
                                              getLocation(argument.getLoc())));
  }
  // A block may stand before the blocks that define what it uses.
  SmallVector<Block *> copies = {before};
  auto builder = OpBuilder::atBlockEnd(before);
  cloneBlock(body.front(), builder);
  for (Block &block : llvm::drop_begin(body)) {
    copies.push_back(mapping.lookup(&block));
    builder.setInsertionPointToEnd(copies.back());
    cloneBlock(block, builder);
  }
  for (Block *copy : llvm::drop_begin(copies))
    for (Operation &op : *copy)
      for (OpOperand &operand : op.getOpOperands())
        operand.set(mapping.lookupOrDefault(operand.get()));
  call.erase();
}

//===----------------------------------------------------------------------===//
// What is inlined
//===----------------------------------------------------------------------===//

/// True for values that are too large to have one for each inlined call in the
/// frame of a caller, which may be recursive.
static bool holdsArray(Type type) {
  if (auto record = dyn_cast<StructType>(type))
    return llvm::any_of(record.getFields(), holdsArray);
  if (auto variants = dyn_cast<EnumType>(type))
    return llvm::any_of(variants.getVariants(), holdsArray);
  return isa<ArrayType, NamedType>(type);
}

/// About the number of instructions of \p function; 0 if it is to stay a call.
static unsigned getSize(func::FuncOp function) {
  // The loops of a tile are made as the tile says.
  if (!function.isPrivate() || function.isExternal() ||
      function->hasAttr(tileAttr) ||
      std::distance(function.begin(), function.end()) > maxBlocks)
    return 0;
  unsigned size = 1;
  bool returns = false;
  for (Block &block : function.getBody())
    for (Operation &op : block) {
      if (auto local = dyn_cast<LocalOp>(op)) {
        if (holdsArray(local.getType().getPointee()))
          return 0;
        continue;
      }
      returns |= isa<func::ReturnOp>(op);
      if (isa<LoadOp>(op) || op.hasTrait<OpTrait::ConstantLike>() ||
          isa<cf::BranchOp, func::ReturnOp, LenOp, FieldOp, StrBytesOp>(op))
        continue;
      // Arguments and results of calls take instructions, too.
      size +=
          isa<func::CallOp, func::CallIndirectOp>(op) ? 1 + op.getNumOperands()
          : isa<StoreOp>(op) && op.getOperand(1).getDefiningOp<LocalOp>() ? 0
                                                                          : 1;
      if (size > maxOps)
        return 0;
    }
  return returns ? size : 0;
}

void Inlining::finish(Function &function) {
  func::FuncOp caller = function.op;
  function.state = State::Done;
  if (caller.isExternal())
    return;
  for (func::CallOp call : function.calls) {
    Function *callee = getCallee(call);
    if (!callee || callee->size == 0 || callee->state != State::Done ||
        callee == &function || function.growth + callee->size > maxGrowth ||
        (caller->hasAttr(tileAttr) && !callee->op.getBody().hasOneBlock()))
      continue;
    callee->isInlined = true;
    function.growth += callee->size;
    CallInliner(call, callee->op).run();
  }
  function.size = getSize(caller);
}

/// Visits callees first.  Calls within a cycle of functions stay: some function
/// of it is not done yet when its callers are.
void Inlining::visit(Function &root) {
  SmallVector<Visit> path;
  auto enter = [&](Function &function) {
    function.state = State::Open;
    path.push_back({&function});
  };
  enter(root);
  while (!path.empty()) {
    Visit &last = path.back();
    if (last.next == last.function->calls.size()) {
      finish(*last.function);
      path.pop_back();
      continue;
    }
    Function *callee = getCallee(last.function->calls[last.next++]);
    if (callee && callee->state == State::New)
      enter(*callee);
  }
}

/// Takes the bodies of functions that nothing refers to any more.
void Inlining::removeUnused() {
  llvm::DenseSet<StringAttr> used;
  getOperation().walk([&](Operation *op) {
    if (!isa<func::FuncOp>(op))
      op->getAttrDictionary().walk(
          [&](FlatSymbolRefAttr symbol) { used.insert(symbol.getAttr()); });
  });
  for (auto function : getOperation().getOps<func::FuncOp>()) {
    const Function &entry = functions.find(function.getSymNameAttr())->second;
    if (!entry.isInlined || used.contains(function.getSymNameAttr()))
      continue;
    function.getBody().dropAllReferences();
    function.getBody().getBlocks().clear();
  }
}

void Inlining::runOnOperation() {
  functions.clear();
  auto all = getOperation().getOps<func::FuncOp>();
  for (func::FuncOp function : all) {
    Function &entry = functions[function.getSymNameAttr()];
    entry.op = function;
    function.walk([&](func::CallOp call) { entry.calls.push_back(call); });
  }
  for (func::FuncOp function : all)
    if (Function &entry = functions.find(function.getSymNameAttr())->second;
        entry.state == State::New)
      visit(entry);
  removeUnused();
}

std::unique_ptr<Pass> flux::fir::createInliningPass() {
  return std::make_unique<Inlining>();
}
