//===- ForwardLocals.cpp - what is stored once is known -------------------===//
//
// Most locals of a document are written once: parameters, and what `let` names.
// Their loads say nothing but the value that was stored, and hide from the
// other passes what it was computed from.  The local and its store stay,
// because debug information describes them.
//
// A load may take the value of the one store that dominates it, also in a loop:
// the value dominates the store, so between the last time that the value was
// computed and the load the store ran, else some path would lead to the load
// around it.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace flux::fir;

namespace {

class LocalForwarding
    : public PassWrapper<LocalForwarding, OperationPass<func::FuncOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LocalForwarding)

  StringRef getArgument() const override { return "fir-forward-locals"; }
  StringRef getDescription() const override {
    return "Use the values of locals that are stored once";
  }
  void runOnOperation() override;
};

} // namespace

/// The only store to \p local; null if there are others, or other uses than
/// loads, which are added to \p loads.
static StoreOp findStore(LocalOp local, SmallVectorImpl<LoadOp> &loads) {
  StoreOp store;
  for (OpOperand &use : local.getRef().getUses()) {
    Operation *user = use.getOwner();
    if (auto load = dyn_cast<LoadOp>(user)) {
      loads.push_back(load);
      continue;
    }
    if (store || !isa<StoreOp>(user) || use.getOperandNumber() != 1)
      return {};
    store = cast<StoreOp>(user);
  }
  return store;
}

void LocalForwarding::runOnOperation() {
  DominanceInfo dominance(getOperation());
  SmallVector<LocalOp> locals(getOperation().getOps<LocalOp>());
  for (LocalOp local : locals) {
    SmallVector<LoadOp> loads;
    StoreOp store = findStore(local, loads);
    if (!store)
      continue;
    for (LoadOp load : loads)
      if (dominance.properlyDominates(store.getOperation(), load)) {
        load.replaceAllUsesWith(store.getValue());
        load.erase();
      }
  }
}

std::unique_ptr<Pass> flux::fir::createLocalForwardingPass() {
  return std::make_unique<LocalForwarding>();
}
