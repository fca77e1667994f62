//===- Defers.cpp - deferred blocks and the ways that lead through them ---===//
//
// A deferred block is emitted once, where its scope ends; every exit that
// leaves the scope goes through it.  Where there are several, each writes its
// number into a selector first, on which the end of the deferred block
// branches. Copies at each exit would be simpler, but nested defers would
// multiply them.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using mlir::Location;
using mlir::Value;

int32_t FunctionLowering::getExitNumber(mlir::Block *target) {
  return exitNumbers.try_emplace(target, int32_t(exitNumbers.size()))
      .first->second;
}

/// Deferred blocks may hold scopes with defers of their own, which must not
/// disturb the number of the exit under way.
Value FunctionLowering::getSelector() {
  mlir::Type i32 = builder.getI32Type();
  while (selectors.size() <= deferNesting)
    selectors.push_back(makeLocal(here, fir::RefType::get(i32)));
  return selectors[deferNesting];
}

void FunctionLowering::selectExit(mlir::Block *target) {
  Value number = mlir::arith::ConstantOp::create(
      builder, here, builder.getI32IntegerAttr(getExitNumber(target)));
  store(here, number, getSelector());
}

mlir::Block *FunctionLowering::enterCleanup(Exit exit) {
  Cleanup &innermost = cleanups.back();
  if (!innermost.entry)
    innermost.entry = new mlir::Block;
  if (llvm::none_of(innermost.exits, [&](const Exit &other) {
        return other.target == exit.target;
      }))
    innermost.exits.push_back(exit);
  return innermost.entry;
}

void FunctionLowering::emitExit(mlir::Block *target, size_t depth) {
  if (cleanups.size() == depth)
    return branch(here, target);
  selectExit(target);
  branch(here, enterCleanup({target, depth}));
}

void FunctionLowering::emitDeferred(const Cleanup &cleanup) {
  if (cleanup.region) {
    fir::RegionExitOp::create(builder, here, cleanup.region,
                              module.isPoisoning());
    return;
  }
  const DeferStmt &stmt = *cleanup.stmt;
  ++deferNesting;
  emitStatements(*stmt.body);
  --deferNesting;
  here = module.getLoc(stmt.range);
}

void FunctionLowering::emitRegion(const RegionStmt &stmt) {
  Value size = emitValue(*stmt.size);
  Location loc = module.getLoc(stmt.var->name);
  Value region = fir::RegionEnterOp::create(
      builder, loc, fir::RegionType::get(builder.getContext()), size);
  regions[stmt.var] = region;
  cleanups.push_back({nullptr, nullptr, {}, region});
  emitStatements(*stmt.body);
  here = loc;
  popCleanup();
}

Value FunctionLowering::getRegion(const VarDecl *var) {
  if (Value region = regions.lookup(var))
    return region;
  if (var->region)
    return fir::RegionOfOp::create(builder, here,
                                   fir::RegionType::get(builder.getContext()),
                                   module.getRegionSymbol(*var->region));
  return load(here, getPlace(var)); // a parameter
}

void FunctionLowering::popCleanup() {
  Cleanup cleanup = cleanups.pop_back_val();
  if (cleanup.exits.empty()) {
    if (isReachable())
      emitDeferred(cleanup);
    return;
  }
  mlir::Block *after = nullptr;
  if (isReachable()) {
    after = new mlir::Block;
    selectExit(after);
    branch(here, cleanup.entry);
    cleanup.exits.push_back({after, cleanups.size()});
  }
  startBlock(cleanup.entry);
  emitDeferred(cleanup);
  bool returns = isReachable();
  if (returns)
    emitDispatch(cleanup.exits);
  if (after && returns)
    startBlock(after);
  else if (after)
    unusedBlocks.emplace_back(after);
}

void FunctionLowering::emitDispatch(llvm::ArrayRef<Exit> exits) {
  llvm::SmallVector<int32_t> numbers;
  llvm::SmallVector<mlir::Block *> targets;
  mlir::Block *other = nullptr; // the next deferred block outwards
  for (const Exit &exit : exits) {
    if (exit.depth != cleanups.size()) {
      other = enterCleanup(exit);
      continue;
    }
    numbers.push_back(getExitNumber(exit.target));
    targets.push_back(exit.target);
  }
  if (!other) {
    other = targets.pop_back_val();
    numbers.pop_back();
  }
  if (targets.empty())
    return branch(here, other);
  llvm::SmallVector<mlir::ValueRange> noOperands(targets.size());
  mlir::cf::SwitchOp::create(builder, here, load(here, getSelector()), other,
                             mlir::ValueRange(), numbers, targets, noOperands);
}

void FunctionLowering::emitReturn(const Expr *value) {
  Location loc = here;
  Value result;
  if (value && value->type->isAggregate())
    emitInto(*value, resultPlace);
  else if (value)
    result = emitValue(*value);
  here = loc;
  emitLeave(result);
}

void FunctionLowering::emitLeave(Value result) {
  Location loc = here;
  if (cleanups.empty()) {
    for (Value place : poisonable)
      fir::PoisonOp::create(builder, loc, place);
    mlir::func::ReturnOp::create(
        builder, loc, result ? mlir::ValueRange(result) : mlir::ValueRange());
    return;
  }
  if (result) {
    if (!savedResult)
      savedResult = makeLocal(loc, fir::RefType::get(result.getType()));
    store(loc, result, savedResult);
  }
  if (!returnBlock)
    returnBlock = new mlir::Block;
  emitExit(returnBlock, 0);
}

/// The block in which returns meet that came through deferred blocks.
void FunctionLowering::emitReturnBlock() {
  if (!returnBlock)
    return;
  if (returnBlock->hasNoPredecessors()) { // every deferred block traps
    unusedBlocks.emplace_back(returnBlock);
    return;
  }
  startBlock(returnBlock);
  Location loc = function.getLoc();
  mlir::func::ReturnOp::create(builder, loc,
                               savedResult
                                   ? mlir::ValueRange(load(loc, savedResult))
                                   : mlir::ValueRange());
}
