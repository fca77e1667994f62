//===- Function.cpp - the walk over one function --------------------------===//
//
// Blocks are visited in reverse post-order, so that definitions come before
// their uses; block arguments become phis, created before the walk.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "flux/Dialect/FIR/LoweringSupport.h"
#include "flux/Dialect/FIR/Passes.h"

using namespace flux;
using namespace flux::lowering;

FunctionLowering::FunctionLowering(ModuleLowering &module)
    : module(module), builder(module.getContext()) {
  addControlHandlers();
  addArithmeticHandlers();
  addConversionHandlers();
  addUpstreamHandlers();
  addMemoryHandlers();
  addSequenceHandlers();
  addRuntimeHandlers();
}

void FunctionLowering::addControlHandlers() {
  on<mlir::func::ReturnOp, &FunctionLowering::lowerReturn>();
  on<mlir::func::CallOp, &FunctionLowering::lowerCall>();
  on<mlir::func::CallIndirectOp, &FunctionLowering::lowerCallIndirect>();
  on<mlir::func::ConstantOp, &FunctionLowering::lowerFunctionConstant>();
  on<mlir::cf::BranchOp, &FunctionLowering::lowerBranch>();
  on<mlir::cf::CondBranchOp, &FunctionLowering::lowerCondBranch>();
  on<mlir::cf::SwitchOp, &FunctionLowering::lowerSwitch>();
  on<fir::TrapOp, &FunctionLowering::lowerTrap>();
  on<fir::UnreachableOp, &FunctionLowering::lowerUnreachable>();
}

void FunctionLowering::run(mlir::func::FuncOp source, llvm::Function *target) {
  function = target;
  lastAlloca = nullptr;
  ownName = functionName = getSourceName(source);
  resultParts = module.getResultParts(source);
  values.clear();
  blocks.clear();
  trapBlocks.clear();
  DebugInfo *debug = module.getDebugInfo();
  subprogram = debug ? debug->getSubprogram(source) : nullptr;
  target->setSubprogram(subprogram);
  lastLocation = nullptr;

  llvm::SmallVector<mlir::Block *> order = fir::getBlockOrder(source.getBody());
  tile = source->getAttrOfType<mlir::DictionaryAttr>(fir::tileAttr);
  blockNumbers.clear();
  lastHead = 0;
  if (tile)
    for (auto [number, block] : llvm::enumerate(order))
      blockNumbers[block] = unsigned(number);
  for (mlir::Block *block : order) {
    blocks[block] = llvm::BasicBlock::Create(module.getContext());
    if (block != order.front())
      createPhis(block);
  }
  entryBlock = blocks[order.front()];

  for (mlir::Block *block : order) {
    llvm::BasicBlock *llvmBlock = blocks[block];
    llvmBlock->insertInto(function);
    builder.SetInsertPoint(llvmBlock);
    if (llvmBlock == entryBlock)
      mapArguments(source); // without a location: part of the prologue
    for (mlir::Operation &op : *block) {
      auto handler = handlers.find(op.getName().getTypeID());
      if (handler == handlers.end())
        llvm::report_fatal_error("no lowering to LLVM IR for operation '" +
                                 llvm::Twine(op.getName().getStringRef()) +
                                 "'");
      setLocation(op.getLoc());
      handler->second(*this, &op);
    }
  }
  for (llvm::BasicBlock *block : trapBlocks)
    block->insertInto(function);
  // A check should not keep a small function from being inlined: its trap
  // block is never entered.  Nor should the copy of a loop with checks.
  constexpr unsigned costOfCheck = 50, costOfCopy = 10;
  uint64_t extra = costOfCheck * trapBlocks.size();
  if (auto copied =
          source->getAttrOfType<mlir::IntegerAttr>(fir::copiedOpsAttr))
    extra += costOfCopy * std::min<uint64_t>(copied.getInt(), 1000);
  if (unsigned base = module.getInlineThreshold(); base && extra != 0)
    function->addFnAttr("function-inline-threshold",
                        std::to_string(base + extra));
  builder.SetCurrentDebugLocation(llvm::DebugLoc());
}

void FunctionLowering::setLocation(mlir::Location location) {
  if (location == lastLocation)
    return;
  lastLocation = location;
  place = getPlace(location);
  functionName = place.function
                     ? getSourceName(module.getFunctionOp(place.function))
                     : ownName;
  if (subprogram)
    builder.SetCurrentDebugLocation(
        module.getDebugInfo()->getLocation(subprogram, location));
}

void FunctionLowering::mapArguments(mlir::func::FuncOp source) {
  llvm::Argument *next = function->arg_begin();
  DebugInfo *debug = module.getDebugInfo();
  unsigned number = 0; // of the parameter in the document
  for (auto [i, argument] : llvm::enumerate(source.getArguments())) {
    const TypeInfo &info = module.getType(argument.getType());
    if (i == 0 && !resultParts.empty()) {
      const TypeInfo &result = module.getType(
          llvm::cast<fir::RefType>(argument.getType()).getPointee());
      resultStorage = createAlloca(result.memory, result.align);
      set(argument, resultStorage);
      continue;
    }
    llvm::Argument *first = next++;
    llvm::Value *value = first;
    if (info.param != info.value)
      value = builder.CreateTrunc(first, info.value);
    set(argument, value, info.isPair ? next++ : nullptr);
    if (source.getArgAttr(i, fir::resultPlaceAttr))
      continue;
    ++number;
    auto name =
        source.getArgAttrOfType<mlir::StringAttr>(i, fir::paramNameAttr);
    if (!name || !debug || !debug->isFull())
      continue;
    // A register would not hold the address to the end of the function.
    llvm::Value *storage = first;
    bool isIndirect = !module.isOptimized();
    if (isIndirect) {
      storage = createAlloca(first->getType(), llvm::Align(8));
      builder.CreateStore(first, storage);
    }
    debug->declareParameter(name.getValue(), number, source, storage,
                            isIndirect, subprogram, entryBlock);
  }
}

void FunctionLowering::createPhis(mlir::Block *block) {
  llvm::BasicBlock *llvmBlock = blocks[block];
  unsigned numIncoming = std::distance(block->pred_begin(), block->pred_end());
  for (mlir::BlockArgument argument : block->getArguments()) {
    const TypeInfo &info = module.getType(argument.getType());
    llvm::Value *second = nullptr;
    auto *first = llvm::PHINode::Create(info.value, numIncoming, "", llvmBlock);
    if (info.isPair)
      second = llvm::PHINode::Create(builder.getInt64Ty(), numIncoming, "",
                                     llvmBlock);
    set(argument, first, second);
  }
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

/// Gives the phis of \p target their values for an edge from the current block
/// and returns where the edge leads.  A second edge from the same terminator
/// needs a block of its own if it passes values.
llvm::BasicBlock *FunctionLowering::createEdge(mlir::Block *target,
                                               mlir::ValueRange operands) {
  llvm::BasicBlock *llvmTarget = blocks[target];
  llvm::BasicBlock *from = builder.GetInsertBlock();
  if (operands.empty())
    return llvmTarget;
  llvm::BasicBlock *result = llvmTarget;
  if (!edgesTaken.insert(target).second) {
    from = result = llvm::BasicBlock::Create(module.getContext(), "", function);
    auto *branch = llvm::BranchInst::Create(llvmTarget, from);
    branch->setDebugLoc(builder.getCurrentDebugLocation());
  }
  auto phi = llvmTarget->phis().begin();
  for (mlir::Value operand : operands) {
    Halves value = get(operand);
    (phi++)->addIncoming(value.first, from);
    if (value.second)
      (phi++)->addIncoming(value.second, from);
  }
  return result;
}

void FunctionLowering::lowerBranch(mlir::cf::BranchOp op) {
  edgesTaken.clear();
  llvm::BranchInst *branch =
      builder.CreateBr(createEdge(op.getDest(), op.getDestOperands()));
  if (tile &&
      blockNumbers.lookup(op.getDest()) <= blockNumbers.lookup(op->getBlock()))
    describeLoop(branch, op.getDest());
}

/// Tells LLVM what the tile says about the loop from \p head to \p latch, if it
/// is an innermost one.
void FunctionLowering::describeLoop(llvm::BranchInst *latch,
                                    mlir::Block *head) {
  unsigned number = blockNumbers.lookup(head);
  bool isInnermost = lastHead <= number;
  lastHead = std::max(lastHead, number);
  if (!isInnermost)
    return;
  llvm::LLVMContext &context = module.getContext();
  llvm::SmallVector<llvm::Metadata *> notes = {nullptr};
  auto note = [&](llvm::StringRef name, unsigned value) {
    notes.push_back(llvm::MDNode::get(
        context, {llvm::MDString::get(context, name),
                  llvm::ConstantAsMetadata::get(builder.getInt32(value))}));
  };
  auto lookup = [&](llvm::StringRef name) {
    auto attribute = tile.getAs<mlir::IntegerAttr>(name);
    return attribute ? unsigned(attribute.getInt()) : 0;
  };
  if (unsigned lanes = lookup("lanes")) {
    note("llvm.loop.vectorize.width", lanes);
    if (lanes == 1)
      note("llvm.loop.interleave.count", 1);
  }
  unsigned unroll = lookup("unroll");
  if (unroll > 1)
    note("llvm.loop.unroll.count", unroll);
  else if (unroll == 1)
    notes.push_back(llvm::MDNode::get(
        context, llvm::MDString::get(context, "llvm.loop.unroll.disable")));
  if (notes.size() == 1)
    return;
  llvm::MDNode *loop = llvm::MDNode::getDistinct(context, notes);
  loop->replaceOperandWith(0, loop);
  latch->setMetadata(llvm::LLVMContext::MD_loop, loop);
}

void FunctionLowering::lowerCondBranch(mlir::cf::CondBranchOp op) {
  edgesTaken.clear();
  llvm::BasicBlock *onTrue =
      createEdge(op.getTrueDest(), op.getTrueDestOperands());
  llvm::BasicBlock *onFalse =
      createEdge(op.getFalseDest(), op.getFalseDestOperands());
  builder.CreateCondBr(getFirst(op.getCondition()), onTrue, onFalse);
}

void FunctionLowering::lowerSwitch(mlir::cf::SwitchOp op) {
  edgesTaken.clear();
  auto values = op.getCaseValues();
  llvm::SwitchInst *instruction = builder.CreateSwitch(
      getFirst(op.getFlag()),
      createEdge(op.getDefaultDestination(), op.getDefaultOperands()),
      op.getCaseDestinations().size());
  if (!values)
    return;
  for (auto [i, value] : llvm::enumerate(values->getValues<llvm::APInt>()))
    instruction->addCase(
        builder.getInt(value),
        createEdge(op.getCaseDestinations()[i], op.getCaseOperands(i)));
}

void FunctionLowering::lowerReturn(mlir::func::ReturnOp op) {
  if (!resultParts.empty())
    return returnParts();
  if (op.getNumOperands() == 0) {
    builder.CreateRetVoid();
    return;
  }
  Halves value = get(op.getOperand(0));
  if (!value.second) {
    builder.CreateRet(value.first);
    return;
  }
  llvm::Value *pair = llvm::PoisonValue::get(module.getPairType());
  pair = builder.CreateInsertValue(pair, value.first, 0);
  builder.CreateRet(builder.CreateInsertValue(pair, value.second, 1));
}

void FunctionLowering::appendArguments(
    mlir::Value value, llvm::SmallVectorImpl<llvm::Value *> &arguments) {
  Halves halves = get(value);
  llvm::Type *param = module.getType(value.getType()).param;
  arguments.push_back(halves.first->getType() == param
                          ? halves.first
                          : builder.CreateZExt(halves.first, param));
  if (halves.second)
    arguments.push_back(halves.second);
}

void FunctionLowering::setCallResult(mlir::Value result, llvm::CallInst *call) {
  if (module.getType(result.getType()).isPair)
    set(result, builder.CreateExtractValue(call, 0),
        builder.CreateExtractValue(call, 1));
  else
    set(result, call);
}

void FunctionLowering::lowerCall(mlir::func::CallOp op) {
  mlir::StringAttr symbol = op.getCalleeAttr().getAttr();
  llvm::Function *callee = module.getFunction(symbol);
  llvm::ArrayRef<RegisterPart> parts =
      module.getResultParts(module.getFunctionOp(symbol));
  llvm::SmallVector<llvm::Value *> arguments;
  for (mlir::Value operand : op.getOperands().drop_front(!parts.empty()))
    appendArguments(operand, arguments);
  llvm::CallInst *call = builder.CreateCall(callee, arguments);
  call->addFnAttr(llvm::Attribute::NoMerge); // a backtrace tells calls apart
  if (!parts.empty())
    storeParts(call, parts, getFirst(op.getOperand(0)));
  else if (op.getNumResults())
    setCallResult(op.getResult(0), call);
}

void FunctionLowering::lowerFunctionConstant(mlir::func::ConstantOp op) {
  set(op, module.getFunction(op.getValueAttr().getAttr()));
}

void FunctionLowering::lowerCallIndirect(mlir::func::CallIndirectOp op) {
  auto type = llvm::cast<mlir::FunctionType>(op.getCallee().getType());
  llvm::SmallVector<llvm::Value *> arguments;
  for (mlir::Value operand : op.getCalleeOperands())
    appendArguments(operand, arguments);
  llvm::CallInst *call = builder.CreateCall(
      module.getFunctionType(type), getFirst(op.getCallee()), arguments);
  call->setAttributes(module.getCallAttributes(type));
  call->addFnAttr(llvm::Attribute::NoMerge);
  if (op.getNumResults())
    setCallResult(op.getResult(0), call);
}

void FunctionLowering::lowerTrap(fir::TrapOp op) {
  Halves message = get(op.getMessage());
  emitTrap(rt::TrapKind::Message, rt::ValueType::I64, rt::ValueType::I64,
           {{message.first, false}, {message.second, true}});
}

void FunctionLowering::lowerUnreachable(fir::UnreachableOp op) {
  builder.CreateUnreachable();
}
