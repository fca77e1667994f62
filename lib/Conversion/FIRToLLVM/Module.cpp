//===- Module.cpp - functions, parts and the entry of the lowering --------===//
//
// One walk with an IRBuilder, since a conversion in MLIR's framework would
// cost more than all of LLVM's -O0 code generation.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/IR/MDBuilder.h"

using namespace flux;
using namespace flux::lowering;

ModuleLowering::ModuleLowering(mlir::ModuleOp source, llvm::Module &target,
                               const FIRToLLVMOptions &options)
    : source(source), target(target), options(options) {
  llvm::LLVMContext &context = getContext();
  llvm::Type *ptr = llvm::PointerType::get(context, 0);
  llvm::Type *i8 = llvm::Type::getInt8Ty(context);
  llvm::Type *i64 = llvm::Type::getInt64Ty(context);
  pairType = llvm::StructType::get(ptr, i64);
  llvm::Type *i32 = llvm::Type::getInt32Ty(context);
  siteType = llvm::StructType::get(i32, i32, i32, i32,
                                   llvm::Type::getInt16Ty(context), i8, i8, i8);

  llvm::MDBuilder metadata(context);
  auto lengthEnd = llvm::APInt::getOneBitSet(64, lengthBits);
  lengthRange = metadata.createRange(llvm::APInt(64, 0), lengthEnd);
  boolRange = metadata.createRange(llvm::APInt(8, 0), llvm::APInt(8, 2));
  unlikely = metadata.createUnlikelyBranchWeights();

  llvm::AttrBuilder builder(context);
  builder.addAttribute(llvm::Attribute::NoUnwind);
  builder.addAttribute("frame-pointer", getFramePointers(options));
  if (!options.tuneCPU.empty())
    builder.addAttribute("tune-cpu", options.tuneCPU);
  // Recursion must meet the guard page, whatever the size of the frames.
  builder.addAttribute("probe-stack", "inline-asm");
  // Calls that a backtrace tells and the depth of recursion are those of the
  // document, whatever the level.
  builder.addAttribute("disable-tail-calls", "true");
  // The runtime has no such functions for loops to turn into.
  builder.addAttribute("no-builtin-strlen");
  builder.addAttribute("no-builtin-wcslen");
  functionAttributes = llvm::AttributeSet::get(context, builder);
  llvm::AttrBuilder boolean(context);
  boolean.addAttribute(llvm::Attribute::ZExt);
  boolResultAttributes = llvm::AttributeSet::get(context, boolean);
  boolean.addRangeAttr(
      llvm::ConstantRange(llvm::APInt(8, 0), llvm::APInt(8, 2)));
  boolAttributes = llvm::AttributeSet::get(context, boolean);
  llvm::AttrBuilder length(context);
  length.addRangeAttr(llvm::ConstantRange(llvm::APInt(64, 0), lengthEnd));
  lengthAttributes = llvm::AttributeSet::get(context, length);

  for (mlir::Operation &op : source.getBody()->getOperations()) {
    if (auto function = llvm::dyn_cast<mlir::func::FuncOp>(op)) {
      functionOrder.push_back(function.getSymNameAttr());
      functions[function.getSymNameAttr()] = {function};
    } else if (auto global = llvm::dyn_cast<fir::GlobalOp>(op)) {
      globalOps[global.getSymNameAttr()] = global;
    } else if (auto region = llvm::dyn_cast<fir::RegionOp>(op)) {
      regionOps[region.getSymNameAttr()] = region;
    }
  }
  if (options.optimized)
    findTakenAddresses();
  if (options.debug != DebugLevel::None)
    debugInfo = std::make_unique<DebugInfo>(source, target, options);
}

void ModuleLowering::assignParts() {
  if (!isPartial())
    return;
  for (auto [symbol, planned] :
       llvm::zip_equal(functionOrder, options.plan->functions)) {
    FunctionEntry &entry = functions[symbol];
    entry.part = planned.part;
    entry.isShared = planned.isShared;
    entry.isSmall = planned.isSmall;
  }
}

llvm::AttributeList ModuleLowering::getAttributes(mlir::func::FuncOp op) {
  llvm::LLVMContext &context = getContext();
  llvm::SmallVector<llvm::AttributeSet> params;
  // A result in registers has no place.
  for (unsigned i = !getResultParts(op).empty(), e = op.getNumArguments();
       i < e; ++i) {
    mlir::Type type = op.getArgumentTypes()[i];
    if (auto ref = llvm::dyn_cast<fir::RefType>(type)) {
      const TypeInfo &pointee = getType(ref.getPointee());
      llvm::AttrBuilder builder(context);
      bool isVar = bool(op.getArgAttr(i, fir::varParamAttr));
      if (!isVar || op.getArgAttr(i, fir::exclusiveAttr))
        builder.addAttribute(llvm::Attribute::NoAlias);
      builder.addAttribute(llvm::Attribute::NonNull);
      builder.addDereferenceableAttr(pointee.size);
      builder.addAlignmentAttr(pointee.align);
      if (!isVar && !op.getArgAttr(i, fir::resultPlaceAttr))
        builder.addAttribute(llvm::Attribute::ReadOnly);
      params.push_back(llvm::AttributeSet::get(context, builder));
    } else if (getType(type).isPair) {
      params.push_back({});
      params.push_back(lengthAttributes);
    } else {
      params.push_back(type.isInteger(1) ? boolAttributes
                                         : llvm::AttributeSet());
    }
  }
  bool returnsBool =
      op.getNumResults() == 1 && op.getResultTypes()[0].isInteger(1);
  return llvm::AttributeList::get(
      context, functionAttributes,
      returnsBool ? boolResultAttributes : llvm::AttributeSet(), params);
}

void ModuleLowering::appendParams(mlir::Type type,
                                  llvm::SmallVectorImpl<llvm::Type *> &params) {
  const TypeInfo &info = getType(type);
  params.push_back(info.param);
  if (info.isPair)
    params.push_back(llvm::Type::getInt64Ty(getContext()));
}

llvm::Type *ModuleLowering::getResultType(mlir::TypeRange results) {
  if (results.empty())
    return llvm::Type::getVoidTy(getContext());
  const TypeInfo &info = getType(results[0]);
  return info.isPair ? pairType : info.value;
}

/// The prefix keeps the document's names apart from those of the runtime and of
/// the functions that LLVM itself calls ("memcpy").
std::string ModuleLowering::getSymbol(llvm::StringRef name) {
  if (name == entryPoint || name.starts_with("flux."))
    return name.str();
  return ("flux." + name).str();
}

llvm::FunctionType *ModuleLowering::getFunctionType(mlir::FunctionType type) {
  llvm::SmallVector<llvm::Type *> params;
  for (mlir::Type input : type.getInputs())
    appendParams(input, params);
  return llvm::FunctionType::get(getResultType(type.getResults()), params,
                                 /*isVarArg=*/false);
}

llvm::AttributeList ModuleLowering::getCallAttributes(mlir::FunctionType type) {
  llvm::SmallVector<llvm::AttributeSet> params;
  for (mlir::Type input : type.getInputs()) {
    params.push_back(input.isInteger(1) ? boolAttributes
                                        : llvm::AttributeSet());
    if (getType(input).isPair)
      params.push_back(lengthAttributes);
  }
  bool returnsBool =
      type.getNumResults() == 1 && type.getResult(0).isInteger(1);
  llvm::AttrBuilder function(getContext());
  function.addAttribute(llvm::Attribute::NoUnwind);
  return llvm::AttributeList::get(
      getContext(), llvm::AttributeSet::get(getContext(), function),
      returnsBool ? boolResultAttributes : llvm::AttributeSet(), params);
}

llvm::Function *ModuleLowering::declare(FunctionEntry &entry) {
  mlir::func::FuncOp op = entry.op;
  llvm::SmallVector<llvm::Type *> params;
  llvm::ArrayRef<RegisterPart> parts = getResultParts(op);
  for (mlir::Type type : op.getArgumentTypes().drop_front(!parts.empty()))
    appendParams(type, params);
  llvm::Type *result =
      parts.empty() ? getResultType(op.getResultTypes()) : getPartsType(parts);

  llvm::StringRef name = op.getName();
  bool isEntry = name == entryPoint;
  bool isOwn = !isPartial() || (options.optimized &&
                                entry.part == options.part && !entry.isShared);
  bool isInternal = !isEntry && isOwn && !op.getBody().empty();
  auto *function =
      llvm::Function::Create(llvm::FunctionType::get(result, params, false),
                             isInternal ? llvm::Function::InternalLinkage
                                        : llvm::Function::ExternalLinkage,
                             getSymbol(name), target);
  function->setAttributes(getAttributes(op));
  if (isEntry)
    adaptEntryPoint(*function);
  if (!isInternal) {
    function->setVisibility(llvm::GlobalValue::HiddenVisibility);
    function->setDSOLocal(true);
  }
  entry.function = function;
  constexpr size_t maxImports = 32;
  if (options.optimized && entry.part != options.part &&
      imports.size() < maxImports && entry.isSmall) {
    function->setLinkage(llvm::GlobalValue::AvailableExternallyLinkage);
    imports.push_back(&entry);
  }
  return function;
}

llvm::Function *ModuleLowering::getFunction(mlir::StringAttr symbol) {
  FunctionEntry &entry = functions.find(symbol)->second;
  return entry.function ? entry.function : declare(entry);
}

void ModuleLowering::run() {
  assignParts();
  if (options.part == 0)
    for (auto global : source.getOps<fir::GlobalOp>())
      if (!global.getConstant())
        getGlobal(global.getSymNameAttr());
  if (options.part == 0)
    for (auto region : source.getOps<fir::RegionOp>())
      getRegion(region.getSymNameAttr());

  llvm::SmallVector<FunctionEntry *> own;
  for (mlir::StringAttr symbol : functionOrder) {
    FunctionEntry &entry = functions[symbol];
    if (entry.op.getBody().empty() || entry.part != options.part)
      continue;
    // Declared in order, so that the module does not depend on who calls whom.
    getFunction(symbol);
    own.push_back(&entry);
  }
  FunctionLowering lowering(*this);
  for (FunctionEntry *entry : own)
    lowering.run(entry->op, entry->function);
  // What imported functions call is not imported again: along a chain of calls
  // every part would get the whole program.
  for (FunctionEntry *entry : std::exchange(imports, {}))
    lowering.run(entry->op, entry->function);
  for (FunctionEntry *entry : imports)
    entry->function->setLinkage(llvm::GlobalValue::ExternalLinkage);
  finishSiteTable();
  if (debugInfo)
    debugInfo->finish();
}

std::unique_ptr<llvm::Module>
flux::convertFIRToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
                       const llvm::Triple &triple, llvm::StringRef dataLayout,
                       const FIRToLLVMOptions &options) {
  auto target = std::make_unique<llvm::Module>("flux", context);
  target->setTargetTriple(triple);
  target->setDataLayout(dataLayout);
  ModuleLowering(module, *target, options).run();
  return target;
}
