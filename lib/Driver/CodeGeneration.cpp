//===- CodeGeneration.cpp - FIR to the program of each target -------------===//
//
// LLVM is most of the compile time and uses one thread a module.  So the work
// is cut into units, of one or several targets, that all threads take from one
// list; only linking goes one after the other.  Forms for reading and dumps
// need the program in one piece and are made phase by phase.
//
// Half of LLVM's time goes into simplifying modules, which hardly depends on
// the processor.  So targets for 64-bit processors share it: a unit is lowered
// and simplified once, and goes on as one copy for each.  One target alone
// takes the same way, so that its bytes do not depend on the others.
//
//===----------------------------------------------------------------------===//

#include "CodeGeneration.h"
#include "BytecodePhases.h"
#include "Output.h"
#include "flux/Support/Version.h"
#include "flux/Target/Versions.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/thread.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include <atomic>
#include <sys/mman.h>
#include <thread>

using namespace flux;
using llvm::StringRef;

/// One module on its way through LLVM.
struct TargetBuild::Unit {
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::TargetMachine> machine;
};

/// A unit that has to be made.
struct TargetBuild::Request {
  TargetBuild *build;
  unsigned index;
  std::string key;                 ///< in the cache; empty: not kept
  llvm::SmallVector<char, 0> kept; ///< what the cache has
};

TargetBuild::TargetBuild(const Program &program, const TargetSpec &target)
    : program(program), options(program.options), target(target),
      shared(program.level != OptLevel::O0 && !makesPackages(target) &&
                     !program.importModule
                 ? getSharedTarget(target)
                 : nullptr) {}

TargetBuild::~TargetBuild() = default;

//===----------------------------------------------------------------------===//
// LLVM IR
//===----------------------------------------------------------------------===//

FIRToLLVMOptions
TargetBuild::getConversionOptions(const TargetSpec &machine) const {
  FIRToLLVMOptions conversion;
  bool isExecutable = program.getLastPhase() == Phase::Exe;
  if (options.debug == DebugInfo::Full)
    conversion.debug = DebugLevel::Full;
  else if (options.debug == DebugInfo::Default && isExecutable)
    conversion.debug = DebugLevel::LineTables;
  else
    conversion.debug = DebugLevel::None;
  conversion.optimized = program.level != OptLevel::O0;
  conversion.tuneCPU = machine.tune;
  conversion.framePointers = needsFramePointers(machine);
  // LLVM's own thresholds of these levels (llvm/Analysis/InlineCost.h).
  conversion.inlineThreshold = program.level == OptLevel::O2   ? 225
                               : program.level == OptLevel::O3 ? 250
                                                               : 0;
  conversion.producer = ("fluxc " + getVersion()).str();
  conversion.compileDir = options.debugDir;
  if (!program.isFIR)
    conversion.lineText = program.lineText;
  return conversion;
}

std::unique_ptr<llvm::TargetMachine>
TargetBuild::makeMachine(const TargetSpec &machine) const {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> result =
      createTargetMachine(machine, program.level, error);
  if (!result)
    failInternally(error);
  return result;
}

static void verify(const llvm::Module &module) {
  std::string message;
  llvm::raw_string_ostream os(message);
  if (llvm::verifyModule(module, &os))
    failInternally(message);
}

std::unique_ptr<llvm::Module> TargetBuild::convert(llvm::LLVMContext &context,
                                                   unsigned part) const {
  if (program.importModule)
    return program.importModule(context, target);
  const TargetSpec &machine = getFirstMachine();
  FIRToLLVMOptions conversion = getConversionOptions(machine);
  conversion.part = part;
  conversion.plan = numUnits > 1 ? &partPlan : nullptr;
  llvm::Triple triple(machine.triple);
  std::unique_ptr<llvm::Module> module =
      convertFIRToLLVM(program.fir, context, triple,
                       triple.computeDataLayout(machine.abi), conversion);
  if (options.verifyEach)
    verify(*module);
  return module;
}

/// A copy of \p module for this target.
std::unique_ptr<llvm::Module>
TargetBuild::retarget(const llvm::Module &module) const {
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
  llvm::Triple triple(target.triple);
  retargetModule(*copy, triple, triple.computeDataLayout(target.abi),
                 getConversionOptions(target));
  return copy;
}

void TargetBuild::simplify(llvm::Module &module, bool verifyEach) const {
  simplifyModule(module, *makeMachine(getFirstMachine()), program.level,
                 verifyEach);
}

EmitFormat TargetBuild::getObjectFormat() const {
  return program.getLastPhase() == Phase::Exe ? EmitFormat::ObjectWithCallTable
                                              : EmitFormat::Object;
}

//===----------------------------------------------------------------------===//
// The cache
//===----------------------------------------------------------------------===//

/// Everything but the program that a result of \p kind depends on.
CacheKey TargetBuild::startKey(StringRef kind) const {
  CacheKey key(kind);
  std::string description;
  llvm::raw_string_ostream os(description);
  printTarget(target, os);
  key.add(description);
  key.add(getSpelling(program.level));
  key.add(getInfo(program.getLastPhase()).name);
  key.add(static_cast<uint64_t>(options.debug));
  key.add(static_cast<uint64_t>(options.codeGenerator));
  key.add(options.debugDir);
  return key;
}

/// LLVM IR before it is optimized is all that LLVM knows of a unit.
std::string TargetBuild::getUnitKey(const llvm::Module &module,
                                    const Part &part) const {
  CacheKey key = startKey("unit");
  key.add(part.isFirst);
  key.add(part.name);
  llvm::SmallString<0> bitcode;
  llvm::raw_svector_ostream os(bitcode);
  llvm::WriteBitcodeToFile(module, os);
  key.add(bitcode);
  return key.finish();
}

bool TargetBuild::findResult() {
  // A linker script may name other files.
  if (!program.cache || program.contentKey.empty() || !usesLLVM() ||
      !target.linkerScript.empty())
    return false;
  CacheKey key = startKey("program");
  key.add(program.contentKey);
  resultKey = key.finish();
  found = program.cache->find(resultKey, foundResult);
  if (isFound())
    result = std::move(foundResult);
  return isFound();
}

void TargetBuild::storeResult() {
  if (isFound())
    return;
  llvm::sort(differences); // threads found them
  if (found)
    compare(foundResult, result, "the program");
  if (!resultKey.empty())
    program.cache->store(resultKey, result);
  for (const std::string &what : differences)
    program.diags.report(llvm::SMRange(), diag::cache_differs, what,
                         target.name);
}

void TargetBuild::compare(llvm::ArrayRef<char> kept, llvm::ArrayRef<char> made,
                          const std::string &what) {
  if (kept == made)
    return;
  std::lock_guard<std::mutex> lock(differencesMutex);
  differences.push_back(what);
}

//===----------------------------------------------------------------------===//
// In one piece
//===----------------------------------------------------------------------===//

void TargetBuild::makeWhole() {
  failed = !makeLLVM();
  if (failed || !program.goesBeyond(Phase::LLVMOpt))
    return;
  if (makesPackages(target))
    failed = !makeBytecode();
  else
    failed =
        !makeMachineCode() || (program.getLastPhase() == Phase::Exe && !link());
}

bool TargetBuild::makeLLVM() {
  whole = std::make_unique<Unit>();
  whole->machine = makeMachine(target);
  whole->module = convert(whole->llvmContext, 0);
  program.timing.mark("llvm");
  auto print = [&](llvm::raw_ostream &os) {
    whole->module->print(os, nullptr);
  };
  if (!finishPhase(Phase::LLVM, [&](llvm::raw_ostream &os) {
        if (hasOtherMachine())
          retarget(*whole->module)->print(os, nullptr);
        else
          print(os);
      }))
    return false;
  if (!program.goesBeyond(Phase::LLVM))
    return true;

  if (options.debug == DebugInfo::Default)
    dropDebugSections(*whole->module);
  if (makesPackages(target) && !linkRuntime(*whole->module, program.diags))
    return false;
  if (program.level != OptLevel::O0) {
    addVersions(*whole->module, target, program.level);
    simplify(*whole->module, options.verifyEach);
    if (hasOtherMachine())
      whole->module = retarget(*whole->module);
    optimizeModule(*whole->module, *whole->machine, program.level,
                   options.verifyEach);
    program.timing.mark("llvm-opt");
  }
  return finishPhase(Phase::LLVMOpt, print);
}

bool TargetBuild::makeBytecode() {
  BytecodeProgram code;
  if (!flux::makeBytecode(
          *whole->module, {program.locationName, program.documentText},
          program.goesBeyond(Phase::BytecodeAsm), code, program.diags))
    return false;
  program.timing.mark("bytecode");
  auto write = [&](Phase phase, llvm::ArrayRef<char> bytes) {
    return program.getLastPhase() < phase || finishObject(phase, bytes);
  };
  return write(Phase::FBC, {code.code.data(), code.code.size()}) &&
         write(Phase::BytecodeAsm,
               {code.assembly.data(), code.assembly.size()}) &&
         write(Phase::Exe, code.package);
}

bool TargetBuild::makeMachineCode() {
  Phase last = program.getLastPhase();
  if (last != Phase::Asm && !options.dumpDir.empty()) {
    // Generating code consumes the module.
    std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*whole->module);
    llvm::SmallString<0> text;
    emitModule(*copy, *whole->machine, EmitFormat::Assembly, text);
    if (!finishPhase(Phase::Asm, [&](llvm::raw_ostream &os) { os << text; }))
      return false;
  }
  EmitFormat format =
      last == Phase::Asm ? EmitFormat::Assembly : getObjectFormat();
  llvm::SmallVector<char, 0> &object = objects.emplace_back();
  if (!emitModule(*whole->module, *whole->machine, format, object))
    failInternally("no code can be generated for " + target.name);
  program.timing.mark("codegen");
  return finishObject(last == Phase::Asm ? Phase::Asm : Phase::Obj, object);
}

//===----------------------------------------------------------------------===//
// In units
//===----------------------------------------------------------------------===//

/// Why the baseline compiler is not tried; empty if it is.
std::string TargetBuild::whyNotBaseline() const {
  if (options.codeGenerator == CodeGenerator::LLVM)
    return "another one was asked for";
  if (program.importModule)
    return "the input is LLVM IR";
  if (program.level != OptLevel::O0)
    return "the level is " + getSpelling(program.level).str() +
           " instead of -O0";
  if (options.debug == DebugInfo::Full)
    return "it writes no debug information";
  if (program.getLastPhase() < Phase::Obj || !options.dumpDir.empty())
    return "it has no other form than machine code";
  if (!hasBaselineCompiler(target))
    return "it makes no code for " + target.name;
  return "";
}

void TargetBuild::plan() {
  if (!checkForm(program.getLastPhase(), target, program.diags)) {
    failed = true;
    return;
  }
  std::string whyNot = whyNotBaseline();
  isBaseline = whyNot.empty();
  if (!isBaseline && options.codeGenerator == CodeGenerator::Baseline) {
    program.diags.report(llvm::SMRange(), diag::baseline_not_possible, whyNot);
    failed = true;
    return;
  }
  planUnits();
}

/// Cuts the program into units.  This must not depend on the number of threads,
/// because it shows in the result.  The forms for reading need the program as a
/// whole.
void TargetBuild::planUnits() {
  const bool optimized = program.level != OptLevel::O0;
  const size_t operationsPerUnit = optimized ? 2048 : 4096;
  if (program.getLastPhase() < Phase::Obj || !options.dumpDir.empty() ||
      makesPackages(target) || program.importModule)
    return;
  partPlan = planParts(program.fir, {operationsPerUnit,
                                     /*byDocument=*/!isBaseline, optimized});
  numUnits = partPlan.getNumParts();
  baselineUnits.resize(isBaseline ? numUnits : 0);
  reasons.assign(numUnits, "");
  objects.resize(isBaseline ? 0 : numUnits);
}

/// Targets of one machine would have to work on the same module.
bool TargetBuild::sharesUnitsWith(const TargetBuild &other) const {
  return shared && shared == other.shared && !isBaseline && !other.isBaseline &&
         (hasOtherMachine() || other.hasOtherMachine());
}

/// Looks for a unit in the cache; false if it has to be made.
bool TargetBuild::findUnit(const llvm::Module &module, const Part &part,
                           Request &request) {
  // A program of one unit is kept as a whole.
  if (!program.cache || numUnits == 1)
    return false;
  request.key = getUnitKey(module, part);
  if (!program.cache->find(request.key, request.kept))
    return false;
  ++numUnitsFound;
  if (program.cache->verifies())
    return false;
  objects[request.index] = std::move(request.kept);
  return true;
}

/// Makes the object of a unit that is simplified.
void TargetBuild::finishUnit(llvm::Module &module, const Part &part,
                             const Request &request) {
  std::unique_ptr<llvm::TargetMachine> machine = makeMachine(target);
  // Large programs would be verified for most of the time.
  optimizeModule(module, *machine, program.level, /*verifyEach=*/false);
  if (options.verifyEach)
    verify(module);
  llvm::SmallVector<char, 0> &object = objects[request.index];
  if (!emitModule(module, *machine, getObjectFormat(), object, part))
    failInternally("no code can be generated for " + target.name);
  if (request.key.empty())
    return;
  if (!request.kept.empty())
    compare(request.kept, object, "the part '" + part.name.str() + "'");
  program.cache->store(request.key, object);
}

void TargetBuild::makeUnit(llvm::ArrayRef<TargetBuild *> builds,
                           unsigned index) {
  TargetBuild &first = *builds.front();
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> module = first.convert(llvmContext, index);
  if (first.isBaseline) {
    first.baselineUnits[index] = compileBaseline(*module, first.reasons[index]);
    return;
  }
  if (first.options.debug == DebugInfo::Default)
    dropDebugSections(*module);

  Part part = {first.numUnits == 1, index == 0, first.partPlan.names[index]};
  std::vector<Request> requests;
  for (TargetBuild *build : builds) {
    Request request = {build, index, "", {}};
    if (!build->findUnit(*module, part, request))
      requests.push_back(std::move(request));
  }
  if (requests.empty())
    return;
  addVersions(*module, first.target, first.program.level);
  first.simplify(*module, /*verifyEach=*/false);
  for (const Request &request : requests)
    if (request.build->hasOtherMachine())
      request.build->finishUnit(*request.build->retarget(*module), part,
                                request);
  for (const Request &request : requests)
    if (!request.build->hasOtherMachine())
      request.build->finishUnit(*module, part, request);
}

void TargetBuild::planWhole() {
  numUnits = 0;
  objects.clear();
}

bool TargetBuild::planAgain() {
  if (!isBaseline || failed)
    return false;
  auto reason = llvm::find_if(
      reasons, [](const std::string &reason) { return !reason.empty(); });
  if (reason == reasons.end())
    return false;
  if (options.codeGenerator == CodeGenerator::Baseline) {
    program.diags.report(llvm::SMRange(), diag::baseline_not_possible, *reason);
    failed = true;
    return false;
  }
  isBaseline = false;
  planUnits();
  return true;
}

bool TargetBuild::finishUnits() {
  bool isExecutable = program.getLastPhase() == Phase::Exe;
  if (isBaseline) {
    llvm::SmallVector<char, 0> &object = objects.emplace_back();
    writeBaselineObject(baselineUnits, isExecutable, object);
    program.timing.mark("object");
    return finishObject(Phase::Obj, object);
  }
  if (numUnits == 1)
    return finishObject(Phase::Obj, objects[0]);
  std::string error;
  if (isExecutable) {
    llvm::SmallVector<char, 0> calls;
    if (!mergeCallTables(objects, partPlan.names, *makeMachine(target), calls,
                         error))
      failInternally(error);
    objects.push_back(std::move(calls));
    program.timing.mark("codegen");
    return true;
  }
  llvm::SmallVector<char, 0> merged;
  if (!reportLink(linkRelocatable(target, getObjectFiles(), merged, error),
                  error))
    return false;
  program.timing.mark("link");
  return finishObject(Phase::Obj, merged);
}

void TargetBuild::finish() {
  failed = !finishUnits() || (program.getLastPhase() == Phase::Exe && !link());
}

//===----------------------------------------------------------------------===//
// Linking
//===----------------------------------------------------------------------===//

std::vector<ObjectFile> TargetBuild::getObjectFiles() const {
  std::vector<ObjectFile> files;
  for (const llvm::SmallVector<char, 0> &object : objects)
    files.push_back({program.locationName, object});
  return files;
}

bool TargetBuild::reportLink(LinkStatus status, StringRef error) {
  switch (status) {
  case LinkStatus::Success:
    return true;
  case LinkStatus::NoTemporaryFile:
    program.diags.report(llvm::SMRange(), diag::cannot_write, "temporary file",
                         error);
    return false;
  case LinkStatus::Failure:
    // FIR may name what is not there, a document cannot.
    if (!target.linkerScript.empty())
      program.diags.report(llvm::SMRange(), diag::linker_script,
                           target.linkerScript, error);
    else if (program.importModule)
      program.diags.report(llvm::SMRange(), diag::invalid_llvm_ir, error);
    else if (!program.isFIR)
      failInternally(error);
    else
      program.diags.report(llvm::SMRange(), diag::invalid_fir, error);
    return false;
  }
  llvm_unreachable("unknown status");
}

bool TargetBuild::link() {
  std::string error;
  llvm::SmallVector<char, 0> executable;
  LinkStatus status =
      linkExecutable(target, getObjectFiles(), options.debug == DebugInfo::Full,
                     executable, error);
  program.timing.mark("link");
  return reportLink(status, error) && finishObject(Phase::Exe, executable);
}

bool TargetBuild::finishPhase(
    Phase phase, llvm::function_ref<void(llvm::raw_ostream &)> print) {
  return program.results.finishPhase(phase, target.name, print, result);
}

bool TargetBuild::finishObject(Phase phase, llvm::ArrayRef<char> bytes) {
  return finishPhase(phase, [&](llvm::raw_ostream &os) {
    os.write(bytes.data(), bytes.size());
  });
}

//===----------------------------------------------------------------------===//
// All targets
//===----------------------------------------------------------------------===//

namespace {

/// Targets that share their units.
using Group = llvm::SmallVector<TargetBuild *, 4>;

/// One unit of a group.
struct Task {
  const Group &group;
  unsigned index;
};

} // namespace

/// The heap that malloc gives to another thread lies in a reservation of this
/// size and alignment, whose page faults show in the time: it is taken in large
/// pages.  A wrong guess does nothing.
static void prepareThreadHeap() {
  constexpr uintptr_t reservation = 64u << 20;
  void *volatile inside = malloc(1);
  uintptr_t start = reinterpret_cast<uintptr_t>(inside) & ~(reservation - 1);
  madvise(reinterpret_cast<void *>(start), reservation, MADV_HUGEPAGE);
  free(inside);
}

/// Makes all units of \p tasks on as many threads as may be used.
static void runTasks(const Program &program, llvm::ArrayRef<Task> tasks) {
  unsigned jobs = program.options.jobs ? program.options.jobs
                                       : std::thread::hardware_concurrency();
  jobs = std::clamp<unsigned>(jobs, 1, std::max<size_t>(tasks.size(), 1));
  if (jobs > 1)
    program.context.enableMultithreading(); // its tables are locked from now on
  // Finds the starts of the lines, which all units read.
  for (const std::string &document : program.documents)
    program.lineText(document, 1);
  std::atomic<size_t> next = 0;
  auto work = [&] {
    for (size_t index = next++; index < tasks.size(); index = next++)
      TargetBuild::makeUnit(tasks[index].group, tasks[index].index);
  };
  constexpr std::optional<unsigned> stackSize = 64u << 20;
  std::vector<llvm::thread> threads;
  for (unsigned i = 1; i < jobs; ++i)
    threads.emplace_back(stackSize, [&] {
      prepareThreadHeap();
      work();
    });
  work();
  for (llvm::thread &thread : threads)
    thread.join();
}

void flux::generateCode(const Program &program,
                        llvm::ArrayRef<std::unique_ptr<TargetBuild>> builds) {
  auto run = [&](llvm::function_ref<bool(TargetBuild &)> isWanted) {
    std::vector<Group> groups;
    for (const auto &build : builds) {
      if (build->isFound() || !isWanted(*build) || build->hasFailed() ||
          !build->getNumUnits())
        continue;
      auto group = llvm::find_if(groups, [&](const Group &group) {
        return llvm::all_of(group, [&](const TargetBuild *other) {
          return build->sharesUnitsWith(*other);
        });
      });
      if (group == groups.end())
        group = groups.insert(group, Group());
      group->push_back(build.get());
    }
    std::vector<Task> tasks;
    for (const Group &group : groups)
      for (unsigned i = 0, e = group[0]->getNumUnits(); i < e; ++i)
        tasks.push_back({group, i});
    if (tasks.empty())
      return;
    // Alone it tells the time of each phase, and gives no memory back.
    bool isBaseline = llvm::all_of(
        groups, [](const Group &group) { return group[0]->usesBaseline(); });
    if (tasks.size() == 1 && groups[0].size() == 1 && !isBaseline)
      return groups[0][0]->planWhole();
    runTasks(program, tasks);
    program.timing.mark(isBaseline ? llvm::StringLiteral("baseline")
                                   : llvm::StringLiteral("codegen"));
  };
  for (const auto &build : builds)
    if (!build->isFound())
      build->plan();
  run([](TargetBuild &) { return true; });
  run([](TargetBuild &build) { return build.planAgain(); });
  for (const auto &build : builds)
    if (!build->hasFailed() && !build->isFound()) {
      if (build->getNumUnits())
        build->finish();
      else
        build->makeWhole();
    }
}
