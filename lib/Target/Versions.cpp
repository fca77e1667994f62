//===- Versions.cpp - hot loops for several CPUs --------------------------===//
//
// A program for all x86-64 machines uses vectors of two numbers where most have
// room for four or eight.  The loops that gain are found by trying: what has
// vector loops once it is optimized for the best CPU gets a version for each.
// There is no libc whose loader would choose: a function with versions becomes
// a jump through a variable, and the program starts with a call that fills
// these.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/Versions.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace flux;
using llvm::StringRef;

static constexpr StringRef x86CPUs[] = {"x86-64-v2", "x86-64-v3", "x86-64-v4"};

/// Of rt::VersionEntry (runtime/rt/rt.h): what a function can be besides the
/// version that every machine can run.
static constexpr unsigned maxVersions = 2;

static constexpr llvm::StringLiteral sectionName = "flux_versions";

llvm::ArrayRef<StringRef> flux::getVersionCPUs(StringRef runtime) {
  if (runtime == "x86_64")
    return x86CPUs;
  return {};
}

/// True if the vectoriser made a loop of \p function.
static bool hasVectorLoop(const llvm::Function &function) {
  for (const llvm::BasicBlock &block : function) {
    const llvm::Instruction *last = block.getTerminator();
    const llvm::MDNode *loop =
        last ? last->getMetadata(llvm::LLVMContext::MD_loop) : nullptr;
    if (!loop)
      continue;
    for (const llvm::MDOperand &operand : loop->operands())
      if (auto *node = llvm::dyn_cast_or_null<llvm::MDNode>(operand))
        if (node->getNumOperands() != 0)
          if (auto *name = llvm::dyn_cast<llvm::MDString>(node->getOperand(0)))
            if (name->getString() == "llvm.loop.isvectorized")
              return true;
  }
  return false;
}

namespace {

/// What became of a module that was optimized for the best CPU.
struct Trial {
  std::vector<std::string> hot; ///< functions with vector loops
  llvm::StringSet<> left;       ///< functions that were not inlined away
};

} // namespace

static Trial optimizeTrial(const llvm::Module &module, TargetSpec target,
                           StringRef cpu, OptLevel level) {
  target.cpu = cpu.str();
  std::string error;
  std::unique_ptr<llvm::TargetMachine> machine =
      createTargetMachine(target, level, error);
  Trial result;
  if (!machine)
    return result;
  std::unique_ptr<llvm::Module> trial = llvm::CloneModule(module);
  simplifyModule(*trial, *machine, level, /*verifyEach=*/false);
  optimizeModule(*trial, *machine, level, /*verifyEach=*/false);
  for (const llvm::Function &function : *trial) {
    if (function.isDeclaration() || function.hasAvailableExternallyLinkage())
      continue;
    result.left.insert(function.getName());
    if (hasVectorLoop(function))
      result.hot.push_back(function.getName().str());
  }
  return result;
}

namespace {

/// The functions of one version.
class Version {
public:
  /// \p base is the CPU that all code is for, part of the names of originals.
  Version(const Trial &trial, StringRef base, StringRef cpu)
      : trial(trial), base(base), cpu(cpu) {}

  /// Copies \p function and what was inlined into it, so that it will be again.
  llvm::Function *copy(llvm::Function *function);

private:
  const Trial &trial;
  StringRef base, cpu;
  llvm::DenseMap<llvm::Function *, llvm::Function *> copies;
};

} // namespace

llvm::Function *Version::copy(llvm::Function *function) {
  llvm::SmallVector<llvm::Function *> work;
  auto getCopy = [&](llvm::Function *original) {
    llvm::Function *&result = copies[original];
    if (result)
      return result;
    llvm::ValueToValueMapTy values;
    result = llvm::CloneFunction(original, values);
    StringRef name = original->getName();
    if (name.consume_back(base))
      name.consume_back(".");
    result->setName(name + "." + cpu);
    result->setLinkage(llvm::GlobalValue::InternalLinkage);
    result->addFnAttr("target-cpu", cpu);
    work.push_back(result);
    return result;
  };
  llvm::Function *result = getCopy(function);
  while (!work.empty())
    for (llvm::Instruction &instruction :
         llvm::instructions(work.pop_back_val()))
      for (llvm::Use &use : instruction.operands()) {
        auto *used = llvm::dyn_cast<llvm::Function>(use.get());
        if (used && !used->isDeclaration() && used->hasLocalLinkage() &&
            !trial.left.contains(used->getName()) &&
            !used->hasFnAttribute(llvm::Attribute::AlwaysInline))
          use.set(getCopy(used));
      }
  return result;
}

/// Fills \p function with a jump to what \p slot holds.
static void makeJump(llvm::Function *function, llvm::GlobalVariable *slot) {
  auto *block = llvm::BasicBlock::Create(function->getContext(), "", function);
  llvm::IRBuilder<> builder(block);
  llvm::Value *version = builder.CreateLoad(slot->getValueType(), slot);
  llvm::SmallVector<llvm::Value *, 8> arguments;
  for (llvm::Argument &argument : function->args())
    arguments.push_back(&argument);
  llvm::CallInst *call =
      builder.CreateCall(function->getFunctionType(), version, arguments);
  llvm::AttributeList attributes = function->getAttributes();
  call->setAttributes(
      attributes.removeFnAttributes(function->getContext())
          .addFnAttribute(function->getContext(), llvm::Attribute::NoUnwind));
  call->setTailCallKind(llvm::CallInst::TCK_MustTail);
  if (call->getType()->isVoidTy())
    builder.CreateRetVoid();
  else
    builder.CreateRet(call);
}

/// Makes \p function, whose code moves to a function of its own, choose between
/// versions; gives the entry of the table.
static llvm::Constant *makeVersions(llvm::Function *original,
                                    const TargetSpec &target,
                                    llvm::MutableArrayRef<Version> versions) {
  llvm::Module &module = *original->getParent();
  llvm::LLVMContext &context = module.getContext();
  std::string name = original->getName().str();
  auto *jump = llvm::Function::Create(original->getFunctionType(),
                                      original->getLinkage(),
                                      original->getAddressSpace(), "", &module);
  jump->takeName(original);
  jump->setVisibility(original->getVisibility());
  jump->setDSOLocal(original->isDSOLocal());
  jump->setAttributes(original->getAttributes());
  jump->addFnAttr(llvm::Attribute::AlwaysInline);
  original->replaceAllUsesWith(jump);
  original->setName(name + "." + target.cpu);
  original->setVisibility(llvm::GlobalValue::DefaultVisibility);
  original->setLinkage(llvm::GlobalValue::InternalLinkage);

  auto *ptr = llvm::PointerType::get(context, 0);
  auto *slot = new llvm::GlobalVariable(module, ptr, /*isConstant=*/false,
                                        llvm::GlobalValue::InternalLinkage,
                                        original, name + ".version");
  makeJump(jump, slot);
  llvm::SmallVector<llvm::Constant *, 1 + maxVersions> entry(
      1 + maxVersions, llvm::ConstantPointerNull::get(ptr));
  entry[0] = slot;
  llvm::ArrayRef<StringRef> cpus = getVersionCPUs(target.runtime);
  // The first of these CPUs is what every machine has.
  for (auto [cpu, version] : llvm::zip_equal(target.versions, versions))
    entry[llvm::find(cpus, cpu) - cpus.begin()] = version.copy(original);
  return llvm::ConstantStruct::getAnon(entry);
}

/// Lets the program begin with the choice, also for entries in other parts.
static void callResolver(llvm::Function *entryPoint) {
  llvm::Module &module = *entryPoint->getParent();
  llvm::IRBuilder<> builder(&entryPoint->getEntryBlock(),
                            entryPoint->getEntryBlock().getFirstInsertionPt());
  auto bound = [&](StringRef prefix) {
    auto *global = new llvm::GlobalVariable(
        module, builder.getInt8Ty(), /*isConstant=*/true,
        llvm::GlobalValue::ExternalWeakLinkage, nullptr, prefix + sectionName);
    global->setVisibility(llvm::GlobalValue::HiddenVisibility);
    return global;
  };
  llvm::FunctionCallee resolver =
      module.getOrInsertFunction("flux_select_versions", builder.getVoidTy(),
                                 builder.getPtrTy(), builder.getPtrTy());
  llvm::CallInst *call =
      builder.CreateCall(resolver, {bound("__start_"), bound("__stop_")});
  if (llvm::DISubprogram *subprogram = entryPoint->getSubprogram())
    call->setDebugLoc(llvm::DILocation::get(
        module.getContext(), subprogram->getLine(), 0, subprogram));
}

void flux::addVersions(llvm::Module &module, const TargetSpec &target,
                       OptLevel level) {
  if (target.versions.empty() || level == OptLevel::O0 ||
      level == OptLevel::O1 || level == OptLevel::Oz)
    return;
  Trial trial = optimizeTrial(module, target, target.versions.back(), level);
  std::vector<Version> versions;
  for (const std::string &cpu : target.versions)
    versions.emplace_back(trial, target.cpu, cpu);
  llvm::SmallVector<llvm::Constant *> entries;
  for (const std::string &name : trial.hot)
    // A function that a pass made, or parted from another, has no code yet.
    if (llvm::Function *function = module.getFunction(name);
        function && !function->isDeclaration())
      entries.push_back(makeVersions(function, target, versions));
  for (llvm::Constant *entry : entries) {
    auto *global = new llvm::GlobalVariable(
        module, entry->getType(), /*isConstant=*/true,
        llvm::GlobalValue::PrivateLinkage, entry, "flux.versions");
    global->setSection(sectionName);
    global->setAlignment(llvm::Align(8));
    llvm::appendToUsed(module, {global}); // the linker must keep it
  }
  llvm::Function *entryPoint = module.getFunction("flux_main");
  if (entryPoint && !entryPoint->isDeclaration())
    callResolver(entryPoint);
}
