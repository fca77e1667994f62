//===- ObjectEmitter.cpp - LLVM IR to assembly and objects ----------------===//
//
// Drives LLVM: one target machine, LLVM's own optimisation pipelines with the
// settings that clang uses, and the code generator.  The generator is put
// together by hand only because the call-site table needs a handler inside of
// the assembly printer (CallTable.cpp).
//
//===----------------------------------------------------------------------===//

#include "flux/Target/ObjectEmitter.h"
#include "BackEnds.h"
#include "CallTable.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/RuntimeLibcallInfo.h"
#include "llvm/CodeGen/AsmPrinter.h"
#include "llvm/CodeGen/AsmPrinterHandler.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/ReplaceConstant.h"
#include "llvm/MC/MCStreamer.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/StandardInstrumentations.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"
#include <mutex>

using namespace flux;

static constexpr std::pair<OptLevel, llvm::StringLiteral> levelSpellings[] = {
    {OptLevel::O0, "-O0"}, {OptLevel::O1, "-O1"}, {OptLevel::O2, "-O2"},
    {OptLevel::O3, "-O3"}, {OptLevel::Os, "-Os"}, {OptLevel::Oz, "-Oz"},
};

llvm::StringRef flux::getSpelling(OptLevel level) {
  return levelSpellings[static_cast<unsigned>(level)].second;
}

std::optional<OptLevel> flux::parseOptLevel(llvm::StringRef text) {
  text.consume_front("-");
  for (const auto &[level, spelling] : levelSpellings)
    if (spelling.drop_front() == text)
      return level;
  return std::nullopt;
}

std::unique_ptr<llvm::TargetMachine>
flux::createTargetMachine(const TargetSpec &target, OptLevel level,
                          std::string &error) {
  llvm::Triple triple(target.triple);
  const llvm::Target *backEnd = findBackEnd(target, error);
  if (!backEnd)
    return nullptr;
  llvm::CodeGenOptLevel codeGenLevel =
      level == OptLevel::O0   ? llvm::CodeGenOptLevel::None
      : level == OptLevel::O1 ? llvm::CodeGenOptLevel::Less
      : level == OptLevel::O3 ? llvm::CodeGenOptLevel::Aggressive
                              : llvm::CodeGenOptLevel::Default;
  llvm::TargetOptions options;
  options.MCOptions.AsmVerbose = true;
  options.MCOptions.ABIName = target.abi;
  std::unique_ptr<llvm::TargetMachine> machine(backEnd->createTargetMachine(
      triple, target.cpu, target.getFeatureList(), options,
      target.relocationModel == "pic" ? llvm::Reloc::PIC_ : llvm::Reloc::Static,
      target.codeModel == "medium"  ? llvm::CodeModel::Medium
      : target.codeModel == "large" ? llvm::CodeModel::Large
                                    : llvm::CodeModel::Small,
      codeGenLevel));
  // LLVM's choice at -O0 takes more than twice as long.  (For RISC-V,
  // GlobalISel would be faster, too, but calls functions of a C library.)
  if (level == OptLevel::O0 && triple.isAArch64()) {
    machine->setGlobalISel(false);
    machine->setFastISel(true);
  }
  return machine;
}

static llvm::OptimizationLevel getPipelineLevel(OptLevel level) {
  switch (level) {
  case OptLevel::O0:
    return llvm::OptimizationLevel::O0;
  case OptLevel::O1:
    return llvm::OptimizationLevel::O1;
  case OptLevel::O2:
    return llvm::OptimizationLevel::O2;
  case OptLevel::O3:
    return llvm::OptimizationLevel::O3;
  case OptLevel::Os:
    return llvm::OptimizationLevel::Os;
  case OptLevel::Oz:
    return llvm::OptimizationLevel::Oz;
  }
  llvm_unreachable("unknown optimisation level");
}

/// Settings of passes that only their command-line options reach.
static void setPassOptions() {
  static std::once_flag once;
  constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral> settings[] = {
      // LLVM takes a wish for vectors as the permission to sum floats in
      // another order.  Here it is none (TILE-5): the flags of the operations
      // alone count.
      {"hints-allow-reordering", "false"},
      // On ARM64 alone, two rounds of loops that do not become vectors would
      // be done at once: a division for each start of the loop, which took
      // longer than it saved where loops are short (sieve: 1.8 times the
      // instructions).
      {"force-target-max-scalar-interleave", "1"},
  };
  std::call_once(once, [&] {
    for (auto [name, value] : settings)
      if (llvm::cl::Option *option =
              llvm::cl::getRegisteredOptions().lookup(name))
        option->addOccurrence(0, name, value);
  });
}

/// The block that does nothing but return from \p function, and to which blocks
/// can be added; null if the function returns from several places or none.
static llvm::BasicBlock *getExit(llvm::Function &function) {
  llvm::ReturnInst *found = nullptr;
  for (llvm::BasicBlock &block : function)
    if (auto *end = llvm::dyn_cast<llvm::ReturnInst>(block.getTerminator())) {
      if (found)
        return nullptr;
      found = end;
    }
  if (!found)
    return nullptr;
  llvm::BasicBlock *block = found->getParent();
  llvm::Value *value = found->getReturnValue();
  auto *phi = llvm::dyn_cast_or_null<llvm::PHINode>(value);
  bool isPhi = phi && phi->getParent() == block;
  // A call in the place of a jump has to stay before the return.
  if (block->getTerminatingMustTailCall())
    return nullptr;
  if (block != &function.getEntryBlock() &&
      (!value || isPhi || llvm::isa<llvm::Constant>(value)) &&
      block->getFirstNonPHIIt() == found->getIterator())
    return block;
  llvm::BasicBlock *exit = block->splitBasicBlock(found, "exit");
  if (value) {
    auto *result =
        llvm::PHINode::Create(value->getType(), 2, "result", exit->begin());
    result->addIncoming(value, block);
    found->setOperand(0, result);
  }
  return exit;
}

/// Lets the blocks of traps go on to the end of their function.  Where
/// functions end in several ways, LLVM saves registers at their entry, also for
/// those calls that return at once; now it does so behind the way out (fib: 20
/// % fewer instructions on ARM64).  To be done when nothing looks at the IR any
/// more, because passes learn from what traps.
static void closeTrapBlocks(llvm::Module &module) {
  llvm::MapVector<llvm::Function *, llvm::SmallVector<llvm::CallInst *>> traps;
  for (llvm::Function &function : module)
    if (!function.doesNotReturn())
      for (llvm::BasicBlock &block : function)
        if (llvm::isa<llvm::UnreachableInst>(block.getTerminator()) &&
            block.size() > 1)
          if (auto *call = llvm::dyn_cast<llvm::CallInst>(
                  block.getTerminator()->getPrevNode()))
            if (llvm::Function *callee = call->getCalledFunction();
                callee && callee->isDeclaration() &&
                callee->getName().starts_with("flux_trap"))
              traps[&function].push_back(call);
  for (auto &[function, calls] : traps) {
    llvm::BasicBlock *exit = getExit(*function);
    if (!exit)
      continue;
    for (llvm::CallInst *call : calls) {
      // A jump would leave no trace of who trapped.
      call->setTailCallKind(llvm::CallInst::TCK_NoTail);
      call->getCalledFunction()->removeFnAttr(llvm::Attribute::NoReturn);
      call->removeFnAttr(llvm::Attribute::NoReturn);
      llvm::BasicBlock *block = call->getParent();
      block->getTerminator()->eraseFromParent();
      llvm::BranchInst::Create(exit, block)->setDebugLoc(call->getDebugLoc());
      for (llvm::PHINode &phi : exit->phis())
        phi.addIncoming(llvm::PoisonValue::get(phi.getType()), block);
    }
  }
}

const TargetSpec *flux::getSharedTarget(const TargetSpec &target) {
  // Simplified for x86-64, programs for the others are no worse.
  const TargetSpec *shared = findTarget("x86_64-linux");
  llvm::Triple triple(target.triple);
  if (triple.isAArch64() || triple.isRISCV64())
    return shared;
  auto getMachine = [](const TargetSpec &target) {
    return std::tie(target.triple, target.cpu, target.tune, target.features,
                    target.abi, target.relocationModel, target.codeModel,
                    target.versions);
  };
  return getMachine(target) == getMachine(*shared) ? shared : nullptr;
}

/// Runs over \p module what \p build makes of LLVM's passes.
static void runPasses(
    llvm::Module &module, llvm::TargetMachine &machine, OptLevel level,
    bool verifyEach,
    llvm::function_ref<llvm::ModulePassManager(llvm::PassBuilder &)> build) {
  // LLVM's defaults vectorise and unroll at every level, which makes -O1 as
  // slow as -O2.
  llvm::PipelineTuningOptions tuning;
  bool aboveO1 = level != OptLevel::O1;
  tuning.LoopUnrolling = tuning.LoopInterleaving = tuning.LoopVectorization =
      tuning.SLPVectorization = aboveO1 && level != OptLevel::Oz;

  llvm::PassInstrumentationCallbacks callbacks;
  llvm::StandardInstrumentations instrumentations(
      module.getContext(), /*DebugLogging=*/false, verifyEach);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  if (verifyEach)
    instrumentations.registerCallbacks(callbacks, &modules);
  llvm::PassBuilder builder(&machine, tuning, std::nullopt, &callbacks);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  build(builder).run(module, modules);
}

void flux::simplifyModule(llvm::Module &module, llvm::TargetMachine &machine,
                          OptLevel level, bool verifyEach) {
  if (level == OptLevel::O0)
    return;
  setPassOptions();
  // The levels for size live in attributes: the pipelines for Os and Oz only
  // add to what these tell every pass.
  if (level == OptLevel::Os || level == OptLevel::Oz)
    for (llvm::Function &function : module)
      if (!function.isDeclaration()) {
        function.addFnAttr(llvm::Attribute::OptimizeForSize);
        if (level == OptLevel::Oz)
          function.addFnAttr(llvm::Attribute::MinSize);
      }
  runPasses(module, machine, level, verifyEach,
            [level](llvm::PassBuilder &builder) {
              return builder.buildModuleSimplificationPipeline(
                  getPipelineLevel(level), llvm::ThinOrFullLTOPhase::None);
            });
}

void flux::optimizeModule(llvm::Module &module, llvm::TargetMachine &machine,
                          OptLevel level, bool verifyEach) {
  if (level == OptLevel::O0)
    return;
  runPasses(module, machine, level, verifyEach,
            [level](llvm::PassBuilder &builder) {
              return builder.buildModuleOptimizationPipeline(
                  getPipelineLevel(level), llvm::ThinOrFullLTOPhase::None);
            });

  // A small function that is called often runs 10 % slower where it crosses
  // lines of the instruction cache that it need not.
  const llvm::Align cacheLine(64);
  bool hasLines = !machine.getTargetTriple().isWasm();
  if (hasLines && (level == OptLevel::O2 || level == OptLevel::O3))
    for (llvm::Function &function : module)
      if (!function.isDeclaration())
        function.setAlignment(cacheLine);

  // Only there it was found to help.
  const llvm::Triple &triple = machine.getTargetTriple();
  if ((triple.isAArch64() || triple.isRISCV64()) &&
      (level == OptLevel::O2 || level == OptLevel::O3))
    closeTrapBlocks(module);
}

void flux::dropDebugSections(llvm::Module &module) {
  llvm::NamedMDNode *units = module.getNamedMetadata("llvm.dbg.cu");
  if (!units || units->getNumOperands() != 1)
    return;
  auto *unit = llvm::cast<llvm::DICompileUnit>(units->getOperand(0));
  auto *silent = llvm::DICompileUnit::getDistinct(
      module.getContext(), unit->getSourceLanguage(), unit->getFile(),
      unit->getProducer(), unit->isOptimized(), /*Flags=*/"",
      /*RuntimeVersion=*/0, /*SplitDebugFilename=*/"",
      llvm::DICompileUnit::NoDebug, {}, {}, {}, {}, {}, /*DWOId=*/0,
      /*SplitDebugInlining=*/false, /*DebugInfoForProfiling=*/false,
      llvm::DICompileUnit::DebugNameTableKind::None,
      /*RangesBaseAddress=*/false, /*SysRoot=*/"", /*SDK=*/"");
  units->setOperand(0, silent);
  auto replaceUnit = [&](llvm::DISubprogram *subprogram) {
    if (subprogram && subprogram->getUnit())
      subprogram->replaceUnit(silent);
  };
  for (llvm::Function &function : module) {
    replaceUnit(function.getSubprogram());
    // Functions that were inlined in FIR are named only here.
    for (llvm::Instruction &instruction : llvm::instructions(function))
      for (const llvm::DILocation *place = instruction.getDebugLoc();
           place && place->getInlinedAt(); place = place->getInlinedAt())
        replaceUnit(place->getScope()->getSubprogram());
  }
}

/// The constant distance of \p pointer from a global if it is more than code
/// can add to an address of 32 bits.
static bool isFar(const llvm::Value *pointer, const llvm::DataLayout &layout) {
  constexpr int64_t farthest = int64_t(1) << 30;
  llvm::APInt offset(layout.getIndexTypeSizeInBits(pointer->getType()), 0);
  const llvm::Value *base = pointer->stripAndAccumulateConstantOffsets(
      layout, offset, /*AllowNonInbounds=*/true);
  return llvm::isa<llvm::GlobalValue>(base) && offset.abs().sgt(farthest);
}

/// Programs compute addresses far from their objects: behind checks that fail,
/// or for loops whose index starts there.  On x86 LLVM puts such a distance
/// into the relocation of an access, which has 32 bits for it and for the
/// distance from the code.  So the address of the global is hidden, and the
/// distance is added.
static void separateFarAddresses(llvm::Module &module) {
  const llvm::DataLayout &layout = module.getDataLayout();
  llvm::SetVector<llvm::Constant *> constants;
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
      llvm::SmallVector<llvm::Value *, 4> work(instruction.operands());
      while (!work.empty()) {
        auto *expression =
            llvm::dyn_cast<llvm::ConstantExpr>(work.pop_back_val());
        if (!expression)
          continue;
        if (llvm::isa<llvm::GEPOperator>(expression) &&
            isFar(expression, layout))
          constants.insert(expression);
        llvm::append_range(work, expression->operands());
      }
    }
  if (constants.empty())
    return;
  llvm::convertUsersOfConstantsToInstructions(
      constants.getArrayRef(), /*RestrictToFunc=*/nullptr,
      /*RemoveDeadConstants=*/true, /*IncludeSelf=*/true);
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function)) {
      auto *gep = llvm::dyn_cast<llvm::GetElementPtrInst>(&instruction);
      if (!gep || !llvm::isa<llvm::GlobalValue>(gep->getPointerOperand()) ||
          !isFar(gep, layout))
        continue;
      llvm::Type *type = gep->getPointerOperandType();
      auto *hide = llvm::InlineAsm::get(
          llvm::FunctionType::get(type, {type}, /*isVarArg=*/false), "", "=r,0",
          /*hasSideEffects=*/false);
      llvm::IRBuilder<> builder(gep);
      gep->setOperand(0, builder.CreateCall(hide, gep->getPointerOperand()));
    }
}

bool flux::emitModule(llvm::Module &module, llvm::TargetMachine &machine,
                      EmitFormat format, llvm::SmallVectorImpl<char> &out,
                      Part part) {
  bool callTable = format == EmitFormat::ObjectWithCallTable;
  bool isWasm = machine.getTargetTriple().isWasm();
  if (machine.getTargetTriple().isX86())
    separateFarAddresses(module);
  if (callTable && !isWasm) {
    // The table is computed from the unwinding directives, and from distances
    // within one section: a function that is cold would get another one.
    machine.Options.ForceDwarfFrameSection = true;
    for (llvm::Function &function : module)
      if (!function.isDeclaration())
        function.removeFnAttr(llvm::Attribute::Cold);
  }

  llvm::raw_svector_ostream os(out);
  llvm::legacy::PassManager passes;
  // Without it no runtime function is known, and memset becomes a loop.
  passes.add(new llvm::RuntimeLibraryInfoWrapper(machine.getTargetTriple()));
  auto *machineModule = new llvm::MachineModuleInfoWrapperPass(&machine);
  llvm::TargetPassConfig *config = machine.createPassConfig(passes);
  config->setDisableVerify(true);
  passes.add(config);
  passes.add(machineModule);
  if (config->addISelPasses())
    return false;
  config->addMachinePasses();
  config->setInitialized();

  auto streamer = machine.createMCStreamer(
      os, nullptr,
      format == EmitFormat::Assembly ? llvm::CodeGenFileType::AssemblyFile
                                     : llvm::CodeGenFileType::ObjectFile,
      machineModule->getMMI().getContext());
  if (!streamer) {
    llvm::consumeError(streamer.takeError());
    return false;
  }
  llvm::AsmPrinter *printer =
      machine.getTarget().createAsmPrinter(machine, std::move(*streamer));
  if (!printer)
    return false;
  if (callTable)
    printer->addAsmPrinterHandler(isWasm
                                      ? createWasmCallTableHandler(*printer)
                                      : createCallTableHandler(*printer, part));
  passes.add(printer);
  passes.add(llvm::createFreeMachineFunctionPass());
  passes.run(module);
  return true;
}
