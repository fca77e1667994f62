//===- LLVMInput.cpp - programs that come as LLVM IR ----------------------===//
//
// LLVM IR is made for one machine, and for a C library.  What is the same on
// all machines with 64-bit addresses is taken over; what needs an operating
// system, or cannot be expressed, is refused by name before any code is made.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/LLVMInput.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/CodeGen/ExpandReductions.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Verifier.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/Compiler.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/IPO/Internalize.h"
#include "llvm/Transforms/Scalar/Scalarizer.h"
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace flux;
using llvm::StringRef;

static constexpr StringRef documentEntry = "flux_main";

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static std::unique_ptr<llvm::Module> parse(llvm::MemoryBufferRef input,
                                           llvm::LLVMContext &context,
                                           LLVMInputError &error) {
  llvm::SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> module =
      llvm::parseIR(input, diagnostic, context);
  if (!module) {
    error.message = diagnostic.getMessage().str();
    error.line = static_cast<unsigned>(std::max(diagnostic.getLineNo(), 0));
    error.column =
        static_cast<unsigned>(std::max(diagnostic.getColumnNo(), 0)) + 1;
    return nullptr;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  bool brokenDebugInfo = false;
  if (llvm::verifyModule(*module, &os, &brokenDebugInfo)) {
    error.message = StringRef(text).split('\n').first.str();
    return nullptr;
  }
  if (brokenDebugInfo)
    llvm::StripDebugInfo(*module);
  return module;
}

bool flux::canReadLLVM(llvm::MemoryBufferRef input) {
  // More is needed by no program that is worth compiling.
  [[maybe_unused]] constexpr rlim_t memory = rlim_t(4) << 30;
  constexpr rlim_t seconds = 60;
  pid_t child = fork();
  if (child < 0)
    return true;
  if (child == 0) {
    rlimit limit = {seconds, seconds};
    setrlimit(RLIMIT_CPU, &limit);
#if !LLVM_ADDRESS_SANITIZER_BUILD // which takes all addresses at once
    limit = {memory, memory};
    setrlimit(RLIMIT_AS, &limit);
#endif
    limit = {0, 0};
    setrlimit(RLIMIT_CORE, &limit);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    llvm::LLVMContext context;
    LLVMInputError error;
    std::unique_ptr<llvm::Module> module = parse(input, context, error);
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

//===----------------------------------------------------------------------===//
// Checking
//===----------------------------------------------------------------------===//

namespace {

/// Looks for what cannot be compiled.
class Checker {
public:
  Checker(llvm::Module &module, StringRef text, LLVMInputError &error)
      : module(module), text(text), error(error) {}
  bool run();

private:
  bool checkModule();
  bool checkGlobal(const llvm::GlobalVariable &global);
  bool check(llvm::Function &function);
  bool check(llvm::Instruction &instruction);
  bool checkCall(llvm::CallBase &call);
  bool isFree(llvm::Type *type) const;
  bool refuse(const llvm::Twine &what);
  bool refuse(const llvm::Instruction &where, const llvm::Twine &what);
  void locate(StringRef start, const llvm::GlobalValue &value);

  llvm::Module &module;
  StringRef text; ///< empty for bitcode
  LLVMInputError &error;
  llvm::SmallVector<llvm::Instruction *, 8> barriers;
};

} // namespace

bool Checker::refuse(const llvm::Twine &what) {
  error.isUnsupported = true;
  error.message = what.str();
  return false;
}

/// Finds the line that defines \p value, which begins with \p start.
void Checker::locate(StringRef start, const llvm::GlobalValue &value) {
  std::string name = ("@" + value.getName()).str();
  unsigned line = 0;
  for (StringRef rest = text; !rest.empty();) {
    StringRef head;
    std::tie(head, rest) = rest.split('\n');
    ++line;
    size_t at = head.find(name);
    if (!head.starts_with(start) || at == StringRef::npos)
      continue;
    StringRef behind = head.drop_front(at + name.size());
    if (behind.starts_with("(") || behind.starts_with(" ")) {
      error.line = line;
      error.column = static_cast<unsigned>(at) + 1;
      return;
    }
  }
}

bool Checker::refuse(const llvm::Instruction &where, const llvm::Twine &what) {
  const llvm::Function &function = *where.getFunction();
  error.function = function.getName().str();
  locate("define", function);
  if (const llvm::DILocation *place = where.getDebugLoc())
    error.place = (place->getFilename() + ":" + llvm::Twine(place->getLine()) +
                   ":" + llvm::Twine(place->getColumn()))
                      .str();
  return refuse(what);
}

bool Checker::checkModule() {
  const llvm::DataLayout &layout = module.getDataLayout();
  llvm::Triple triple(module.getTargetTriple());
  if (layout.isBigEndian() || layout.getPointerSizeInBits() != 64)
    return refuse(
        "LLVM IR for '" + triple.str() +
        "', which is no little-endian machine with 64-bit addresses,");
  if (!module.getModuleInlineAsm().empty())
    return refuse("assembly of a processor");
  if (!module.ifunc_empty())
    return refuse("a function that is chosen when the program starts");
  for (StringRef name : {"llvm.global_ctors", "llvm.global_dtors"})
    if (const llvm::GlobalVariable *list = module.getNamedGlobal(name))
      if (auto *type = llvm::dyn_cast<llvm::ArrayType>(list->getValueType());
          type && type->getNumElements() != 0)
        return refuse("code that runs before or after 'main'");
  return true;
}

bool Checker::checkGlobal(const llvm::GlobalVariable &global) {
  auto fail = [&](const llvm::Twine &what) {
    locate("@", global);
    return refuse(what + " ('" + global.getName() + "')");
  };
  if (global.isThreadLocal())
    return fail("a variable of a thread");
  if (global.getAddressSpace() != 0)
    return fail("a variable in another address space");
  return true;
}

/// Types that some machine alone has.
bool Checker::isFree(llvm::Type *type) const {
  return llvm::none_of(type->subtypes(),
                       [&](llvm::Type *part) { return !isFree(part); }) &&
         !type->isX86_FP80Ty() && !type->isFP128Ty() &&
         !type->isPPC_FP128Ty() && !type->isX86_AMXTy() && !type->isHalfTy() &&
         !type->isBFloatTy() && !type->isScalableTy() &&
         !type->isTargetExtTy() &&
         !(type->isPointerTy() && type->getPointerAddressSpace() != 0) &&
         !(type->isIntegerTy() && type->getIntegerBitWidth() > 128);
}

bool Checker::checkCall(llvm::CallBase &call) {
  if (auto *assembly =
          llvm::dyn_cast<llvm::InlineAsm>(call.getCalledOperand())) {
    // Nothing to execute: only to keep an optimizer from knowing a value.
    bool isValue = call.arg_size() == 1 &&
                   call.getType() == call.getArgOperand(0)->getType();
    if (StringRef(assembly->getAsmString()).trim().empty() &&
        (call.getType()->isVoidTy() || isValue)) {
      barriers.push_back(&call);
      return true;
    }
    return refuse(call, "assembly of a processor");
  }
  if (call.getFunctionType()->isVarArg())
    return refuse(call, "a call with any number of arguments");
  const llvm::Function *callee = call.getCalledFunction();
  if (callee && callee->isIntrinsic() && callee->isTargetIntrinsic())
    return refuse(call,
                  "the function '" + callee->getName() + "' of a processor");
  return true;
}

bool Checker::check(llvm::Instruction &instruction) {
  if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction)) {
    if (!checkCall(*call))
      return false;
  } else if (llvm::isa<llvm::InvokeInst, llvm::LandingPadInst, llvm::ResumeInst,
                       llvm::FuncletPadInst, llvm::CatchSwitchInst,
                       llvm::CatchReturnInst, llvm::CleanupReturnInst>(
                 instruction)) {
    return refuse(instruction, "an exception");
  } else if (llvm::isa<llvm::CallBrInst, llvm::IndirectBrInst>(instruction)) {
    return refuse(instruction, "a jump to an address");
  } else if (llvm::isa<llvm::VAArgInst>(instruction)) {
    return refuse(instruction, "a function with any number of arguments");
  }
  auto isBad = [&](llvm::Type *type) { return !isFree(type); };
  llvm::Type *bad =
      isBad(instruction.getType()) ? instruction.getType() : nullptr;
  for (const llvm::Use &operand : instruction.operands())
    if (isBad(operand->getType()))
      bad = operand->getType();
  if (auto *alloca = llvm::dyn_cast<llvm::AllocaInst>(&instruction))
    if (isBad(alloca->getAllocatedType()))
      bad = alloca->getAllocatedType();
  if (!bad)
    return true;
  std::string name;
  llvm::raw_string_ostream os(name);
  bad->print(os);
  return refuse(instruction, "the type '" + name + "'");
}

bool Checker::check(llvm::Function &function) {
  if (function.isDeclaration())
    return true;
  auto fail = [&](const llvm::Twine &what) {
    error.function = function.getName().str();
    locate("define", function);
    return refuse(what);
  };
  if (function.isVarArg())
    return fail("a function with any number of arguments");
  if (function.hasGC() || function.hasPrefixData() ||
      function.hasPrologueData())
    return fail("data in front of a function");
  for (const llvm::Argument &argument : function.args())
    if (!isFree(argument.getType()))
      return fail("a parameter of this type");
  for (llvm::Instruction &instruction : llvm::instructions(function))
    if (!check(instruction))
      return false;
  return true;
}

bool Checker::run() {
  if (!checkModule())
    return false;
  for (const llvm::GlobalVariable &global : module.globals())
    if (!checkGlobal(global))
      return false;
  for (llvm::Function &function : module)
    if (!check(function))
      return false;
  for (llvm::Instruction *barrier : barriers) {
    if (!barrier->getType()->isVoidTy())
      barrier->replaceAllUsesWith(barrier->getOperand(0));
    barrier->eraseFromParent();
  }
  return true;
}

std::unique_ptr<llvm::Module> flux::readLLVM(llvm::MemoryBufferRef input,
                                             llvm::LLVMContext &context,
                                             LLVMInputError &error) {
  std::unique_ptr<llvm::Module> module = parse(input, context, error);
  if (!module)
    return nullptr;
  auto *start = reinterpret_cast<const unsigned char *>(input.getBufferStart());
  bool isBitcode = llvm::isBitcode(start, start + input.getBufferSize());
  Checker checker(*module, isBitcode ? StringRef() : input.getBuffer(), error);
  return checker.run() ? std::move(module) : nullptr;
}

//===----------------------------------------------------------------------===//
// Adapting
//===----------------------------------------------------------------------===//

/// Makes `flux_main`, which calls main with the arguments as C has them.
static bool makeEntry(llvm::Module &module) {
  if (llvm::Function *entry = module.getFunction(documentEntry))
    return !entry->isDeclaration();
  llvm::Function *main = module.getFunction("main");
  if (!main || main->isDeclaration() || main->arg_size() > 2 ||
      !main->getReturnType()->isIntegerTy(32))
    return false;
  llvm::LLVMContext &context = module.getContext();
  llvm::Type *i32 = llvm::Type::getInt32Ty(context);
  llvm::Type *i64 = llvm::Type::getInt64Ty(context);
  llvm::Type *ptr = llvm::PointerType::get(context, 0);
  for (auto [i, type] : llvm::enumerate(main->getFunctionType()->params()))
    if (type != (i == 0 ? i32 : ptr))
      return false;
  auto *entry = llvm::Function::Create(
      llvm::FunctionType::get(i32, {ptr, i64}, false),
      llvm::Function::ExternalLinkage, documentEntry, module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", entry));
  llvm::SmallVector<llvm::Value *, 2> args;
  if (main->arg_size() > 0)
    args.push_back(builder.CreateTrunc(
        builder.CreateAdd(entry->getArg(1), builder.getInt64(1)), i32));
  if (main->arg_size() > 1)
    args.push_back(
        builder.CreateCall(module.getOrInsertFunction(
                               "flux_c_arguments",
                               llvm::FunctionType::get(ptr, {ptr, i64}, false)),
                           {entry->getArg(0), entry->getArg(1)}));
  builder.CreateRet(builder.CreateCall(main, args));
  return true;
}

/// What clang says about a function for one machine.
static void removeMachine(llvm::Module &module) {
  for (llvm::Function &function : module) {
    // How much is optimized is said by the options of this compiler.
    if (function.hasFnAttribute(llvm::Attribute::OptimizeNone)) {
      function.removeFnAttr(llvm::Attribute::OptimizeNone);
      function.removeFnAttr(llvm::Attribute::NoInline);
    }
    for (StringRef name :
         {"target-cpu", "target-features", "tune-cpu", "frame-pointer",
          "min-legal-vector-width", "probe-stack", "stack-probe-size",
          "stack-protector-buffer-size", "no-trapping-math",
          "patchable-function", "zero-call-used-regs"})
      function.removeFnAttr(name);
    for (llvm::Attribute::AttrKind kind :
         {llvm::Attribute::StackProtect, llvm::Attribute::StackProtectReq,
          llvm::Attribute::StackProtectStrong, llvm::Attribute::SafeStack,
          llvm::Attribute::UWTable})
      function.removeFnAttr(kind);
    function.setPersonalityFn(nullptr);
  }
  // Flags of its ABI; those of debug information are LLVM's own.
  llvm::NamedMDNode *flags = module.getModuleFlagsMetadata();
  if (!flags)
    return;
  llvm::SmallVector<llvm::MDNode *, 4> kept;
  for (llvm::MDNode *flag : flags->operands()) {
    auto *name = flag->getNumOperands() == 3
                     ? llvm::dyn_cast<llvm::MDString>(flag->getOperand(1))
                     : nullptr;
    if (name && (name->getString() == "Debug Info Version" ||
                 name->getString() == "Dwarf Version"))
      kept.push_back(flag);
  }
  flags->clearOperands();
  for (llvm::MDNode *flag : kept)
    flags->addOperand(flag);
}

/// Functions of a C library that are instructions, or nearly.
static void replaceMath(llvm::Module &module) {
  using namespace llvm::Intrinsic;
  static constexpr std::pair<StringRef, ID> known[] = {
      {"sqrt", sqrt},         {"fabs", fabs},          {"floor", floor},
      {"ceil", ceil},         {"trunc", trunc},        {"rint", rint},
      {"round", round},       {"fmin", minnum},        {"fmax", maxnum},
      {"copysign", copysign}, {"nearbyint", nearbyint}};
  for (auto [name, id] : known)
    for (bool isFloat : {false, true}) {
      llvm::Function *function =
          module.getFunction(name.str() + (isFloat ? "f" : ""));
      llvm::Type *type = isFloat ? llvm::Type::getFloatTy(module.getContext())
                                 : llvm::Type::getDoubleTy(module.getContext());
      if (!function || !function->isDeclaration() ||
          function->getReturnType() != type || function->isVarArg())
        continue;
      llvm::Function *intrinsic = getOrInsertDeclaration(&module, id, {type});
      if (function->getFunctionType() != intrinsic->getFunctionType())
        continue;
      function->replaceAllUsesWith(intrinsic);
      function->eraseFromParent();
    }
}

/// Machines without vectors get their elements one by one.
static void scalarize(llvm::Module &module) {
  auto isVector = [](const llvm::Instruction &instruction) {
    return instruction.getType()->isVectorTy() ||
           llvm::any_of(instruction.operands(), [](const llvm::Use &use) {
             return use->getType()->isVectorTy();
           });
  };
  llvm::FunctionAnalysisManager functions;
  llvm::PassBuilder builder;
  builder.registerFunctionAnalyses(functions);
  llvm::ScalarizerPassOptions options;
  options.ScalarizeLoadStore = true;
  options.ScalarizeVariableInsertExtract = true;
  for (llvm::Function &function : module)
    if (llvm::any_of(llvm::instructions(function), isVector)) {
      llvm::ExpandReductionsPass().run(function, functions);
      functions.clear();
      llvm::ScalarizerPass(options).run(function, functions);
    }
}

bool flux::adaptLLVM(llvm::Module &module, const TargetSpec &target,
                     bool isWholeProgram) {
  llvm::Triple triple(target.triple);
  module.setTargetTriple(triple);
  module.setDataLayout(triple.computeDataLayout(target.abi));
  removeMachine(module);
  for (llvm::GlobalAlias &alias :
       llvm::make_early_inc_range(module.aliases())) {
    alias.replaceAllUsesWith(alias.getAliasee());
    if (isWholeProgram)
      alias.eraseFromParent();
  }
  for (llvm::GlobalObject &object : module.global_objects()) {
    // The mark of names that a C program chose itself.
    StringRef name = object.getName();
    if (name.consume_front("\1"))
      object.setName(name.str());
    object.setComdat(nullptr);
    object.setSection("");
    object.setVisibility(llvm::GlobalValue::DefaultVisibility);
    object.setDLLStorageClass(llvm::GlobalValue::DefaultStorageClass);
    if (object.hasAvailableExternallyLinkage()) {
      if (auto *function = llvm::dyn_cast<llvm::Function>(&object))
        function->deleteBody();
      object.setLinkage(llvm::GlobalValue::ExternalLinkage);
    }
  }
  if (target.runtime == "bytecode")
    scalarize(module);
  if (!isWholeProgram)
    return true;
  replaceMath(module);
  if (!makeEntry(module))
    return false;
  // Its names are its own: some may be those of functions of the runtime.
  llvm::internalizeModule(module, [](const llvm::GlobalValue &value) {
    return value.getName() == documentEntry;
  });
  return true;
}
