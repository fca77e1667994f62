//===- BytecodeCompiler.cpp - packages from LLVM IR -----------------------===//
//
// Drives the code generator of the virtual machine: the runtime comes as LLVM
// IR, so that the optimiser sees the program as a whole; what is left of both
// is selected, allocated, written as assembly and assembled.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/BytecodeCompiler.h"
#include "../RuntimeObject.h"
#include "Code.h"
#include "Container.h"
#include "Data.h"
#include "Selector.h"
#include "runtime/bytecode/Assembler.h"
#include "runtime/bytecode/Verifier.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/Internalize.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopStrengthReduce.h"
#include "llvm/Transforms/Scalar/LoopTermFold.h"
#include "llvm/Transforms/Scalar/LowerConstantIntrinsics.h"
#include "llvm/Transforms/Utils/BreakCriticalEdges.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"

using namespace flux;
using namespace flux::fbc;
using llvm::StringRef;

// What the heap and the data stack can hold; memory is taken where it is
// touched.
static constexpr uint64_t heapSize = uint64_t(512) << 20;
static constexpr uint64_t stackSize = uint64_t(8) << 20;
static constexpr uint32_t callLimit = 1 << 20;

static constexpr StringRef entryName = "flux_vm_start";
static constexpr StringRef heapSizeName = "flux_vm_heap_size";
static constexpr StringRef heapName = "flux_vm_heap_next";
/// LLVM's optimiser may call these where nobody did.
static constexpr StringRef comparisons[] = {"memcmp", "bcmp"};

bool flux::makesPackages(const TargetSpec &target) {
  return target.runtime == "bytecode";
}

//===----------------------------------------------------------------------===//
// The runtime
//===----------------------------------------------------------------------===//

bool flux::linkBytecodeRuntime(llvm::Module &module, std::string &error) {
  llvm::LLVMContext &context = module.getContext();
  llvm::Expected<std::unique_ptr<llvm::Module>> runtime =
      llvm::parseBitcodeFile(
          llvm::MemoryBufferRef(getRuntimeObject("bytecode"), "runtime"),
          context);
  if (!runtime) {
    error = llvm::toString(runtime.takeError());
    return false;
  }
  (*runtime)->setTargetTriple(module.getTargetTriple());
  (*runtime)->setDataLayout(module.getDataLayout());
  // Flags of the other machine's ABI mean nothing here.
  if (llvm::NamedMDNode *flags = (*runtime)->getModuleFlagsMetadata())
    flags->eraseFromParent();
  for (llvm::Function &function : **runtime)
    for (StringRef name : {"target-cpu", "target-features", "tune-cpu",
                           "frame-pointer", "min-legal-vector-width"})
      function.removeFnAttr(name);

  // Backtraces tell the functions of the document.
  if (llvm::Function *main = module.getFunction("flux_main"))
    main->addFnAttr(llvm::Attribute::NoInline);

  llvm::Type *i32 = llvm::Type::getInt32Ty(context);
  llvm::Type *i64 = llvm::Type::getInt64Ty(context);
  llvm::Type *ptr = llvm::PointerType::get(context, 0);
  module.getOrInsertFunction(entryName, llvm::FunctionType::get(i32, false));
  for (StringRef name : comparisons)
    module.getOrInsertFunction(
        name, llvm::FunctionType::get(i32, {ptr, ptr, i64}, false));
  new llvm::GlobalVariable(module, i64, /*isConstant=*/true,
                           llvm::GlobalValue::ExternalLinkage,
                           llvm::ConstantInt::get(i64, heapSize), heapSizeName);
  if (llvm::Linker::linkModules(module, std::move(*runtime),
                                llvm::Linker::LinkOnlyNeeded)) {
    error = "the program and the runtime define the same name";
    return false;
  }
  // The optimiser may do as it likes with all that nobody calls from outside.
  llvm::internalizeModule(module, [](const llvm::GlobalValue &value) {
    return value.getName() == entryName ||
           llvm::is_contained(comparisons, value.getName());
  });
  return true;
}

/// The machine that LLVM takes this one for: it has the same kinds of
/// addresses, a register and a number, and compares as it jumps.  Null if there
/// is none.
static std::unique_ptr<llvm::TargetMachine>
createModel(const llvm::Module &module) {
  std::string error;
  const llvm::Triple &triple = module.getTargetTriple();
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  if (target == nullptr)
    return nullptr;
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, "", "+m,+a,+f,+d", llvm::TargetOptions(), std::nullopt));
}

namespace {

struct CountByAddresses : llvm::PassInfoMixin<CountByAddresses> {
  llvm::PreservedAnalyses run(llvm::Function &function,
                              llvm::FunctionAnalysisManager &analyses) {
    countByAddresses(
        analyses.getResult<llvm::LoopAnalysis>(function),
        analyses.getResult<llvm::DominatorTreeAnalysis>(function),
        analyses.getResult<llvm::ScalarEvolutionAnalysis>(function));
    return llvm::PreservedAnalyses::none();
  }
};

} // namespace

/// Takes away what is not needed, and brings the rest into the form that
/// selection expects.
static void prepare(llvm::Module &module) {
  llvm::internalizeModule(module, [](const llvm::GlobalValue &value) {
    return value.getName() == entryName;
  });
  expandFloatClasses(module);
  // Nothing follows a trap.
  for (llvm::Function &function : module) {
    llvm::SmallVector<llvm::Instruction *, 4> behind;
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (isTrap(instruction) &&
          !llvm::isa<llvm::UnreachableInst>(instruction.getNextNode()))
        behind.push_back(instruction.getNextNode());
    // From the last to the first of a block: what follows one is removed.
    for (llvm::Instruction *instruction : llvm::reverse(behind))
      llvm::changeToUnreachable(instruction);
  }
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  std::unique_ptr<llvm::TargetMachine> model = createModel(module);
  llvm::PassBuilder builder(model.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  llvm::ModulePassManager passes;
  passes.addPass(llvm::GlobalDCEPass());
  llvm::FunctionPassManager each;
  each.addPass(llvm::LowerConstantIntrinsicsPass());
  // Addresses that grow from turn to turn instead of sums in each turn.
  if (model) {
    each.addPass(llvm::LoopSimplifyPass());
    each.addPass(CountByAddresses());
    llvm::LoopPassManager ofLoops;
    ofLoops.addPass(llvm::LoopStrengthReducePass());
    ofLoops.addPass(llvm::LoopTermFoldPass());
    each.addPass(llvm::createFunctionToLoopPassAdaptor(std::move(ofLoops)));
  }
  // Keeping dominators up to date edge by edge takes longer than all else.
  each.addPass(llvm::InvalidateAllAnalysesPass());
  each.addPass(llvm::BreakCriticalEdgesPass());
  passes.addPass(llvm::createModuleToFunctionPassAdaptor(std::move(each)));
  passes.run(module, modules);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// \p text as the assembler reads a name.
static std::string toName(StringRef text) {
  std::string result;
  for (char c : text) {
    if (llvm::isAlnum(c) || c == '_' || c == '.')
      result += c;
    else
      result += "$" + llvm::utohexstr(static_cast<uint8_t>(c));
  }
  if (result.empty() || llvm::isDigit(result[0]))
    result.insert(result.begin(), '$');
  return result;
}

/// Names of functions by their number, each once; those of the document as it
/// writes them.
static std::vector<std::string> nameFunctions(const Data &data) {
  std::vector<std::string> names = {"_start"};
  llvm::StringSet<> taken;
  taken.insert(names[0]);
  for (const llvm::Function *function : data.getFunctions()) {
    StringRef text = function->getName();
    if (const llvm::DISubprogram *subprogram = function->getSubprogram())
      text = subprogram->getName();
    std::string name = toName(text);
    if (!taken.insert(name).second) {
      std::string base = name;
      for (unsigned i = 2; !taken.insert(name).second; ++i)
        name = base + "$" + llvm::utostr(i);
    }
    names.push_back(std::move(name));
  }
  return names;
}

/// The effects of the imports that the host offers.
static StringRef getImportEffects(StringRef name) {
  static constexpr std::pair<StringRef, StringRef> effects[] = {
#define HOST(NAME, PARAMETERS, ARGUMENTS, RESULTS, EFFECTS, WRITES, DOC)       \
  {"flux." #NAME, #EFFECTS},
#include "runtime/vm/HostCalls.def"
  };
  for (auto [known, effect] : effects)
    if (known == name)
      return effect == "0" ? "" : effect;
  return "";
}

//===----------------------------------------------------------------------===//
// Assembling
//===----------------------------------------------------------------------===//

bool flux::assembleBytecode(BytecodeProgram &program, std::string &error) {
  Chunks chunks;
  Arena arena(Chunks::get, Chunks::fail, &chunks);
  bytecode::AssemblerError assemblerError;
  Bytes text = {reinterpret_cast<const uint8_t *>(program.assembly.data()),
                program.assembly.size()};
  Bytes result = bytecode::assemble(text, arena, assemblerError);
  if (result.size == 0) {
    error = ("the assembler refuses line " + llvm::Twine(assemblerError.line) +
             ": " + assemblerError.message)
                .str();
    return false;
  }
  bytecode::Package package;
  bytecode::VerifyError verifyError;
  if (const char *message = package.read(result)) {
    error = message;
    return false;
  }
  if (!bytecode::verify(package, arena, verifyError)) {
    error = (llvm::Twine("the verifier refuses word ") +
             llvm::Twine(verifyError.word) + ": " + verifyError.message)
                .str();
    return false;
  }
  bytecode::Contents contents(package);
  llvm::SmallVector<uint8_t, 0> packed;
  packDocument(contents, packed);
  program.package.assign(bytecode::getPackageSize(contents), 0);
  bytecode::writePackage(contents,
                         reinterpret_cast<uint8_t *>(program.package.data()));
  return true;
}

bool flux::compileBytecode(llvm::Module &module, const BytecodeOptions &options,
                           BytecodeProgram &program, std::string &error) {
  prepare(module);
  Data data(module);
  std::vector<std::string> names = nameFunctions(data);
  CallTableData places;
  ModuleState state = {module, data, {}, PlaceCollector(places), "", nullptr};
  std::string code;
  llvm::raw_string_ostream codeText(program.code), codeAssembly(code);
  for (auto [i, source] : llvm::enumerate(data.getFunctions())) {
    Function function;
    function.name = names[i + 1];
    Selector(state, *source, function).run();
    if (!state.error.empty()) {
      error = state.error;
      return false;
    }
    print(function, names, state.imports, places, codeText);
    allocateRegisters(function);
    writeAssembly(function, names, state.imports, codeAssembly);
  }

  llvm::raw_string_ostream os(program.assembly);
  if (!options.documentName.empty()) {
    os << ".document ";
    quote(options.documentName, os);
    os << ' ';
    quote(options.documentText, os);
    os << '\n';
  }
  os << ".stack " << stackSize << "\n.calls " << callLimit << '\n';
  for (const Import &import : state.imports) {
    os << ".import import." << toName(import.name) << " \"" << import.name
       << "\" " << import.args << " -> " << import.results;
    StringRef effects = getImportEffects(import.name);
    os << (effects.empty() ? "" : " ") << effects << '\n';
  }
  if (!data.write(os, error))
    return false;
  if (module.getNamedGlobal(heapName))
    os << ".region " << heapRegion << " rw " << heapSize << '\n';
  writePlaces(places, os);
  const llvm::Function *entry = module.getFunction(entryName);
  os << ".func " << names[0] << " 0 -> 1\n  calli 1, "
     << names[data.getNumber(entry)] << "\n  mov r16, r17\n  ret\n"
     << code;
  return true;
}
