//===- Compilation.cpp - one input through the phases ---------------------===//
//
// The one pipeline: document, syntax tree, FIR, LLVM IR, object, executable.
// Each phase can be the last one, and each result can be dumped.  After Sema
// nothing may fail because of the document; what does is a fault of fluxc.
//
//===----------------------------------------------------------------------===//

#include "Compilation.h"
#include "LockCheck.h"
#include "Output.h"
#include "Runnable.h"
#include "TargetChoice.h"
#include "Testing.h"
#include "flux/Conversion/ASTToFIR.h"
#include "flux/Conversion/FIRToLLVM.h"
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Passes.h"
#include "flux/Frontend/Imports.h"
#include "flux/Frontend/Paraphrase.h"
#include "flux/Frontend/Parser.h"
#include "flux/Frontend/Sema.h"
#include "flux/Source/Document.h"
#include "flux/Support/Version.h"
#include "flux/Target/BaselineCompiler.h"
#include "flux/Target/Linker.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/thread.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include <atomic>
#include <malloc.h>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

using namespace flux;
using llvm::StringRef;

struct Compilation::State {
  State(const Options &options, DiagnosticEngine &diags, Timing &timing,
        StringRef input)
      : options(options), diags(diags), timing(timing), input(input),
        isFIR(options.isFIR(input)),
        importOptions{readFile, options.stdDir, options.importDirs,
                      options.locked || options.writeLock},
        context(mlir::MLIRContext::Threading::DISABLED) {}

  const Options &options;
  DiagnosticEngine &diags;
  Timing &timing;
  StringRef input;
  bool isFIR;
  unsigned bufferID = 0;
  std::string locationName; ///< the input's name in locations

  TargetChoice choice;
  const TargetSpec *target = &choice.target;
  OptLevel level = OptLevel::O2;

  Document document;
  ASTContext astContext;
  ImportOptions importOptions;
  ImportLoader imports{importOptions, astContext, diags};
  Module *tree = nullptr;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> fir;
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmModule;
  std::unique_ptr<llvm::TargetMachine> machine;
  PartPlan plan; ///< if there are several parts
  std::vector<llvm::SmallVector<char, 0>> objects;
  llvm::SmallVector<char, 0> result; ///< of the last phase

  bool read();
  bool readDocument();
  bool readFIR();
  bool setTarget(const CompileSettings &settings);
  void createContext();
  bool makeFIR();
  bool makeLLVM();
  bool makeMachineCode();
  unsigned countParts();
  using TakePart = llvm::function_ref<std::optional<unsigned>()>;
  void runInParts(unsigned count, llvm::function_ref<void(TakePart)> work);
  bool makeParts(unsigned count);
  std::string whyNotBaseline() const;
  std::optional<bool> makeBaseline(unsigned count);
  bool makeExecutable();
  FIRToLLVMOptions getConversionOptions();
  std::unique_ptr<llvm::TargetMachine> makeMachine();
  std::unique_ptr<llvm::Module> convert(llvm::LLVMContext &llvmContext,
                                        Part part);
  std::vector<ObjectFile> getObjectFiles() const;
  bool reportLink(LinkStatus status, StringRef error);
  bool writeResult();
  bool writeReport();
  bool prepareTests();
  bool runTests();
  bool finishPhase(Phase phase, llvm::function_ref<void(llvm::raw_ostream &)>);
  bool goesBeyond(Phase phase) const { return options.getLastPhase() > phase; }
  bool check(const std::string &error, StringRef path) {
    if (!error.empty())
      diags.report(llvm::SMRange(), diag::cannot_write, path, error);
    return error.empty();
  }
  unsigned findBuffer(StringRef fileName) const;
  StringRef getLineText(StringRef fileName, unsigned line) const;
  std::string describe(llvm::SMLoc loc) const;
};

Compilation::Compilation(const Options &options, DiagnosticEngine &diags,
                         Timing &timing, StringRef input)
    : state(std::make_unique<State>(options, diags, timing, input)) {}

Compilation::~Compilation() = default;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// A large document needs hundreds of MiB of heap, whose page faults show in
/// the time: they are taken in large pages.  The size has a limit because
/// memory may have one.
static void prepareLargeHeap(size_t sourceBytes) {
  constexpr size_t heapPerByte = 64, hugePage = 2u << 20;
  constexpr size_t leastBytes = 64u << 20, mostBytes = 256u << 20;
  const size_t heapBytes =
      std::clamp(sourceBytes * heapPerByte, leastBytes, mostBytes);
  mallopt(M_TOP_PAD, heapBytes);
  // Just below the size that malloc would map apart: the heap must grow.
  constexpr size_t large = 120u << 10;
  void *volatile first = malloc(large), *volatile second = malloc(large);
  free(second);
  free(first);
  mallopt(M_TOP_PAD, heapStep);
  uintptr_t end = reinterpret_cast<uintptr_t>(sbrk(0));
  uintptr_t start = llvm::alignTo(end - heapBytes, hugePage);
  madvise(reinterpret_cast<void *>(start), end - start, MADV_HUGEPAGE);
}

/// The same for the heap that malloc gives to another thread: it lies in a
/// reservation of this size and alignment.  A wrong guess does nothing.
static void prepareThreadHeap() {
  constexpr uintptr_t reservation = 64u << 20;
  void *volatile inside = malloc(1);
  uintptr_t start = reinterpret_cast<uintptr_t>(inside) & ~(reservation - 1);
  madvise(reinterpret_cast<void *>(start), reservation, MADV_HUGEPAGE);
  free(inside);
}

bool Compilation::State::read() {
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> buffer = nullptr;
  if (options.inputText)
    buffer = llvm::MemoryBuffer::getMemBufferCopy(*options.inputText, input);
  else
    buffer = readFile(input, DocumentLimits::maxBytes);
  if (!buffer) {
    diags.report(llvm::SMRange(), diag::cannot_read, input,
                 buffer.getError().message());
    return false;
  }
  constexpr size_t largeBytes = 128u << 10;
  if ((*buffer)->getBufferSize() >= largeBytes)
    prepareLargeHeap((*buffer)->getBufferSize());
  bufferID = diags.getSources().AddNewSourceBuffer(std::move(*buffer), {});
  // Results must not depend on where a document lies.
  locationName = llvm::sys::path::is_absolute(input)
                     ? llvm::sys::path::filename(input).str()
                 : input == "-" ? "<stdin>"
                                : input.str();
  timing.mark("read");
  return true;
}

std::string Compilation::State::describe(llvm::SMLoc loc) const {
  unsigned id = diags.getSources().FindBufferContainingLoc(loc);
  for (const auto &imported : imports.getDocuments())
    if (imported->bufferID == id)
      return imported->document.describe(loc);
  return document.describe(loc);
}

bool Compilation::State::setTarget(const CompileSettings &settings) {
  bool valid = chooseTarget(settings, options, diags, choice);
  level = choice.level;
  return valid;
}

bool Compilation::State::readDocument() {
  unsigned before = diags.getNumErrors();
  document = parseDocument(
      diags.getSources().getMemoryBuffer(bufferID)->getMemBufferRef(), diags);
  diags.setTrail([this](llvm::SMLoc loc) { return describe(loc); });
  timing.mark("document");
  if (!goesBeyond(Phase::Document))
    return diags.getNumErrors() == before;

  tree = parseModule(document, astContext, diags, {options.test, nullptr});
  timing.mark("parse");
  if (!tree->imports.empty()) {
    imports.load(*tree, input, locationName);
    timing.mark("import");
  }
  // Names that an error swallowed would be errors of their own.
  if (diags.getNumErrors() != before)
    return false;
  if (!finishPhase(Phase::AST,
                   [&](llvm::raw_ostream &os) { printAST(*tree, os); }))
    return false;
  if (!goesBeyond(Phase::AST))
    return true;

  setTarget(tree->compile);
  addOverrides(*tree, options, diags);
  bool valid = analyzeModule(*tree, astContext, diags);
  timing.mark("sema");
  if (!valid || diags.getNumErrors() != before ||
      !checkLock(*tree, document, input, options, diags))
    return false;
  if (options.emit == Phase::Sema && !options.stopAfter)
    return writeReport();
  if (options.test)
    return true;
  if (options.getLastPhase() == Phase::Exe)
    return checkEntry(*tree, document.title, input, diags);
  return true;
}

//===----------------------------------------------------------------------===//
// FIR
//===----------------------------------------------------------------------===//

void Compilation::State::createContext() {
  context.printOpOnDiagnostic(false);
  context.loadDialect<fir::FIRDialect, mlir::arith::ArithDialect,
                      mlir::cf::ControlFlowDialect, mlir::func::FuncDialect>();
  context.getDiagEngine().registerHandler([this](mlir::Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
      return;
    auto place = llvm::dyn_cast<mlir::FileLineColLoc>(diagnostic.getLocation());
    if (!isFIR)
      failInternally((place ? place.getFilename().getValue() + ":" +
                                  llvm::Twine(place.getLine()) + ": "
                            : llvm::Twine()) +
                     diagnostic.str());
    llvm::SMLoc loc;
    if (place && place.getFilename().getValue() == locationName)
      loc = diags.getSources().FindLocForLineAndColumn(
          bufferID, place.getLine(), place.getColumn());
    auto builder = diags.report(loc, diag::invalid_fir, diagnostic.str());
    for (mlir::Diagnostic &note : diagnostic.getNotes())
      builder.note(note.str());
  });
}

bool Compilation::State::readFIR() {
  if (!setTarget(CompileSettings()))
    return false;
  createContext();
  fir = mlir::parseSourceString<mlir::ModuleOp>(
      diags.getSources().getMemoryBuffer(bufferID)->getBuffer(),
      mlir::ParserConfig(&context), locationName);
  timing.mark("fir");
  return fir && !diags.hasErrors();
}

bool Compilation::State::makeFIR() {
  auto print = [&](llvm::raw_ostream &os) { fir->print(os); };
  if (!isFIR) {
    createContext();
    fir = convertASTToFIR(*tree, context, diags.getSources(), locationName,
                          options.poisonMemory);
    timing.mark("fir");
    if (options.verifyEach) {
      if (mlir::failed(mlir::verify(*fir)))
        failInternally("FIR is not valid");
      timing.mark("fir-verify");
    }
  }
  if (!finishPhase(Phase::FIR, print))
    return false;
  if (goesBeyond(Phase::FIROpt) && !checkRunnable(*fir, bufferID, diags))
    return false;
  if (!goesBeyond(Phase::FIR))
    return true;

  if (level != OptLevel::O0) {
    mlir::PassManager passes(&context, mlir::ModuleOp::getOperationName());
    passes.enableVerifier(options.verifyEach);
    passes.addNestedPass<mlir::func::FuncOp>(mlir::createCanonicalizerPass());
    passes.addNestedPass<mlir::func::FuncOp>(mlir::createCSEPass());
    passes.addPass(fir::createRegionPromotionPass());
    passes.addNestedPass<mlir::func::FuncOp>(fir::createCheckEliminationPass());
    passes.addNestedPass<mlir::func::FuncOp>(fir::createCopyRecognitionPass());
    if (level == OptLevel::O2 || level == OptLevel::O3)
      passes.addNestedPass<mlir::func::FuncOp>(fir::createLoopVersioningPass());
    if (mlir::failed(passes.run(*fir)))
      failInternally("a FIR pass failed");
    timing.mark("fir-opt");
  }
  return finishPhase(Phase::FIROpt, print);
}

//===----------------------------------------------------------------------===//
// LLVM IR and machine code
//===----------------------------------------------------------------------===//

/// The buffer of a document by its name in locations; 0 if there is none.
unsigned Compilation::State::findBuffer(StringRef fileName) const {
  if (fileName == locationName)
    return bufferID;
  for (const auto &imported : imports.getDocuments())
    if (imported->fileName == fileName)
      return imported->bufferID;
  return 0;
}

StringRef Compilation::State::getLineText(StringRef fileName,
                                          unsigned line) const {
  unsigned id = findBuffer(fileName);
  llvm::SMLoc start;
  if (id)
    start = diags.getSources().FindLocForLineAndColumn(id, line, 1);
  if (!start.isValid())
    return "";
  StringRef text = diags.getSources().getMemoryBuffer(id)->getBuffer();
  text = text.drop_front(start.getPointer() - text.data());
  return text.take_until([](char c) { return c == '\n' || c == '\r'; });
}

FIRToLLVMOptions Compilation::State::getConversionOptions() {
  FIRToLLVMOptions conversion;
  bool isExecutable = options.getLastPhase() == Phase::Exe;
  if (options.debug == DebugInfo::Full)
    conversion.debug = DebugLevel::Full;
  else if (options.debug == DebugInfo::Default && isExecutable)
    conversion.debug = DebugLevel::LineTables;
  else
    conversion.debug = DebugLevel::None;
  conversion.optimized = level != OptLevel::O0;
  conversion.tuneCPU = target->tune;
  conversion.framePointers = needsFramePointers(*target);
  // LLVM's own thresholds of these levels (llvm/Analysis/InlineCost.h).
  conversion.inlineThreshold = level == OptLevel::O2   ? 225
                               : level == OptLevel::O3 ? 250
                                                       : 0;
  conversion.producer = ("fluxc " + getVersion()).str();
  conversion.compileDir = options.debugDir;
  if (!isFIR)
    conversion.lineText = [this](StringRef fileName, unsigned line) {
      return getLineText(fileName, line);
    };
  return conversion;
}

std::unique_ptr<llvm::TargetMachine> Compilation::State::makeMachine() {
  std::string error;
  std::unique_ptr<llvm::TargetMachine> result =
      createTargetMachine(*target, level, error);
  if (!result)
    failInternally(error);
  return result;
}

std::unique_ptr<llvm::Module>
Compilation::State::convert(llvm::LLVMContext &llvmContext, Part part) {
  FIRToLLVMOptions conversion = getConversionOptions();
  conversion.part = part.index;
  conversion.numParts = part.count;
  conversion.plan = part.count > 1 ? &plan : nullptr;
  llvm::Triple triple(target->triple);
  std::unique_ptr<llvm::Module> module =
      convertFIRToLLVM(*fir, llvmContext, triple,
                       triple.computeDataLayout(target->abi), conversion);
  if (options.verifyEach) {
    std::string message;
    llvm::raw_string_ostream os(message);
    if (llvm::verifyModule(*module, &os))
      failInternally(message);
  }
  return module;
}

bool Compilation::State::makeLLVM() {
  machine = makeMachine();
  llvmModule = convert(llvmContext, Part());
  timing.mark("llvm");
  auto print = [&](llvm::raw_ostream &os) { llvmModule->print(os, nullptr); };
  if (!finishPhase(Phase::LLVM, print))
    return false;
  if (!goesBeyond(Phase::LLVM))
    return true;

  if (options.debug == DebugInfo::Default)
    dropDebugSections(*llvmModule);
  if (level != OptLevel::O0) {
    optimizeModule(*llvmModule, *machine, level, options.verifyEach);
    timing.mark("llvm-opt");
  }
  return finishPhase(Phase::LLVMOpt, print);
}

bool Compilation::State::makeMachineCode() {
  Phase last = options.getLastPhase();
  if (last != Phase::Asm && !options.dumpDir.empty()) {
    // Generating code consumes the module.
    std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*llvmModule);
    llvm::SmallString<0> text;
    emitModule(*copy, *machine, EmitFormat::Assembly, text);
    if (!finishPhase(Phase::Asm, [&](llvm::raw_ostream &os) { os << text; }))
      return false;
  }
  EmitFormat format = last == Phase::Asm   ? EmitFormat::Assembly
                      : last == Phase::Obj ? EmitFormat::Object
                                           : EmitFormat::ObjectWithCallTable;
  llvm::SmallVector<char, 0> &object = objects.emplace_back();
  if (!emitModule(*llvmModule, *machine, format, object))
    failInternally("no code can be generated for " + target->name);
  timing.mark("codegen");
  return finishPhase(
      last == Phase::Asm ? Phase::Asm : Phase::Obj,
      [&](llvm::raw_ostream &os) { os.write(object.data(), object.size()); });
}

/// In how many parts code is generated.  This must not depend on the number of
/// threads, because it shows in the result.  The forms for reading need the
/// program as a whole.
unsigned Compilation::State::countParts() {
  constexpr size_t maxParts = 64;
  const size_t operationsPerPart = level == OptLevel::O0 ? 4096 : 2048;
  if (options.getLastPhase() < Phase::Obj || !options.dumpDir.empty())
    return 1;
  size_t operations = 0;
  for (auto function : fir->getOps<mlir::func::FuncOp>())
    for (mlir::Block &block : function.getBody())
      operations += block.getOperations().size();
  return std::clamp<size_t>(operations / operationsPerPart, 1, maxParts);
}

/// Runs \p work on as many threads as may be used; it takes the numbers of
/// parts until there are none.
void Compilation::State::runInParts(unsigned count,
                                    llvm::function_ref<void(TakePart)> work) {
  unsigned jobs =
      options.jobs ? options.jobs : std::thread::hardware_concurrency();
  jobs = std::clamp(jobs, 1u, count);
  if (jobs > 1)
    context.enableMultithreading(); // its tables are locked from now on
  // Finds the starts of the lines, which all parts read.
  getLineText(locationName, 1);
  for (const auto &imported : imports.getDocuments())
    getLineText(imported->fileName, 1);
  if (count > 1)
    plan = planParts(*fir, count, level != OptLevel::O0);
  std::atomic<unsigned> next = 0;
  auto take = [&]() -> std::optional<unsigned> {
    unsigned index = next++;
    return index < count ? std::optional(index) : std::nullopt;
  };
  constexpr std::optional<unsigned> stackSize = 64u << 20;
  std::vector<llvm::thread> threads;
  for (unsigned i = 1; i < jobs; ++i)
    threads.emplace_back(stackSize, [&] {
      prepareThreadHeap();
      work(take);
    });
  work(take);
  for (llvm::thread &thread : threads)
    thread.join();
}

bool Compilation::State::makeParts(unsigned count) {
  bool isExecutable = options.getLastPhase() == Phase::Exe;
  objects.resize(count);
  runInParts(count, [&](TakePart takePart) {
    std::unique_ptr<llvm::TargetMachine> machine = makeMachine();
    while (std::optional<unsigned> index = takePart()) {
      Part part = {*index, count};
      llvm::LLVMContext llvmContext;
      std::unique_ptr<llvm::Module> module = convert(llvmContext, part);
      if (options.debug == DebugInfo::Default)
        dropDebugSections(*module);
      if (!emitModule(*module, *machine,
                      isExecutable ? EmitFormat::ObjectWithCallTable
                                   : EmitFormat::Object,
                      objects[part.index], part))
        failInternally("no code can be generated for " + target->name);
    }
  });

  std::string error;
  if (isExecutable) {
    llvm::SmallVector<char, 0> calls;
    if (!mergeCallTables(objects, *makeMachine(), calls, error))
      failInternally(error);
    objects.push_back(std::move(calls));
    timing.mark("codegen");
    return true;
  }
  timing.mark("codegen");
  llvm::SmallVector<char, 0> merged;
  if (!reportLink(linkRelocatable(*target, getObjectFiles(), merged, error),
                  error))
    return false;
  timing.mark("link");
  return finishPhase(Phase::Obj, [&](llvm::raw_ostream &os) {
    os.write(merged.data(), merged.size());
  });
}

/// Why the baseline compiler is not tried; empty if it is.
std::string Compilation::State::whyNotBaseline() const {
  if (options.codeGenerator == CodeGenerator::LLVM)
    return "another one was asked for";
  if (level != OptLevel::O0)
    return "the level is " + getSpelling(level).str() + " instead of -O0";
  if (options.debug == DebugInfo::Full)
    return "it writes no debug information";
  if (options.getLastPhase() < Phase::Obj || !options.dumpDir.empty())
    return "it has no other form than machine code";
  if (!hasBaselineCompiler(*target))
    return "it makes no code for " + target->name;
  return "";
}

/// Makes the object with the baseline compiler; nullopt if LLVM has to.
std::optional<bool> Compilation::State::makeBaseline(unsigned count) {
  std::string whyNot = whyNotBaseline();
  bool isExecutable = options.getLastPhase() == Phase::Exe;
  if (whyNot.empty()) {
    std::vector<std::unique_ptr<BaselineUnit>> units(count);
    std::vector<std::string> reasons(count);
    runInParts(count, [&](TakePart takePart) {
      while (std::optional<unsigned> index = takePart()) {
        llvm::LLVMContext llvmContext;
        std::unique_ptr<llvm::Module> module =
            convert(llvmContext, {*index, count});
        units[*index] = compileBaseline(*module, reasons[*index]);
      }
    });
    for (const std::string &reason : reasons)
      if (whyNot.empty())
        whyNot = reason;
    timing.mark("baseline");
    if (whyNot.empty()) {
      llvm::SmallVector<char, 0> &object = objects.emplace_back();
      writeBaselineObject(units, isExecutable, object);
      timing.mark("object");
      return finishPhase(Phase::Obj, [&](llvm::raw_ostream &os) {
        os.write(object.data(), object.size());
      });
    }
  }
  if (options.codeGenerator != CodeGenerator::Baseline)
    return std::nullopt;
  diags.report(llvm::SMRange(), diag::baseline_not_possible, whyNot);
  return false;
}

std::vector<ObjectFile> Compilation::State::getObjectFiles() const {
  std::vector<ObjectFile> files;
  for (const llvm::SmallVector<char, 0> &object : objects)
    files.push_back({locationName, object});
  return files;
}

bool Compilation::State::reportLink(LinkStatus status, StringRef error) {
  switch (status) {
  case LinkStatus::Success:
    return true;
  case LinkStatus::NoTemporaryFile:
    diags.report(llvm::SMRange(), diag::cannot_write, "temporary file", error);
    return false;
  case LinkStatus::Failure:
    // FIR may name what is not there, a document cannot.
    if (!target->linkerScript.empty())
      diags.report(llvm::SMRange(), diag::linker_script, target->linkerScript,
                   error);
    else if (!isFIR)
      failInternally(error);
    else
      diags.report(llvm::SMRange(), diag::invalid_fir, error);
    return false;
  }
  llvm_unreachable("unknown status");
}

bool Compilation::State::makeExecutable() {
  std::string error;
  llvm::SmallVector<char, 0> executable;
  LinkStatus status =
      linkExecutable(*target, getObjectFiles(),
                     options.debug == DebugInfo::Full, executable, error);
  timing.mark("link");
  return reportLink(status, error) &&
         finishPhase(Phase::Exe, [&](llvm::raw_ostream &os) {
           os.write(executable.data(), executable.size());
         });
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// Dumps the result of \p phase if that was asked for, and keeps it if it is
/// what fluxc was called for.
bool Compilation::State::finishPhase(
    Phase phase, llvm::function_ref<void(llvm::raw_ostream &)> print) {
  bool isResult = options.emit == phase && !options.stopAfter;
  if (!isResult && options.dumpDir.empty())
    return true;
  llvm::SmallVector<char, 0> text;
  llvm::raw_svector_ostream os(text);
  print(os);
  StringRef bytes(text.data(), text.size());
  bool dumped = true;
  if (!options.dumpDir.empty()) {
    const PhaseInfo &info = getInfo(phase);
    std::string name =
        llvm::utostr(static_cast<unsigned>(phase) + 1) + "-" + info.name.str();
    if (name.size() == info.name.size() + 2)
      name = "0" + name;
    if (!info.extension.empty())
      name += "." + info.extension.str();
    // Several inputs have a folder each.
    llvm::SmallString<256> path(options.dumpDir);
    if (options.inputs.size() > 1)
      llvm::sys::path::append(path, llvm::sys::path::filename(input));
    if (std::error_code error = llvm::sys::fs::create_directories(path))
      dumped = check(error.message(), path);
    llvm::sys::path::append(path, name);
    dumped = dumped && check(writeFile(path, bytes, phase == Phase::Exe), path);
  }
  if (isResult)
    result = std::move(text);
  timing.mark("write");
  return dumped;
}

/// \p path as a word of a makefile.
static std::string escapeForMake(StringRef path) {
  std::string result;
  for (char c : path) {
    if (c == ' ' || c == '#' || c == '\\')
      result += '\\';
    if (c == '$')
      result += '$';
    result += c;
  }
  return result;
}

bool Compilation::State::writeResult() {
  if (options.stopAfter)
    return true;
  std::string path = options.getOutputName(input);
  if (!check(writeFile(path, StringRef(result.data(), result.size()),
                       options.emit == Phase::Exe),
             path))
    return false;
  if (options.writeDependencies) {
    std::string file = options.dependencyFile;
    if (file.empty())
      file = path + ".d";
    std::string rule = escapeForMake(path) + ": " + escapeForMake(input);
    for (const auto &imported : imports.getDocuments())
      if (!imported->path.empty())
        rule += " \\\n  " + escapeForMake(imported->path);
    if (!check(writeFile(file, rule + "\n", /*executable=*/false), file))
      return false;
  }
  timing.mark("write");
  return true;
}

bool Compilation::State::writeReport() {
  AuthorityPlaces places;
  places.locate = [this](StringRef place) {
    auto loc = llvm::SMLoc::getFromPointer(place.begin());
    unsigned id = diags.getSources().FindBufferContainingLoc(loc);
    auto [line, column] = diags.getSources().getLineAndColumn(loc, id);
    std::string file = locationName;
    for (const auto &imported : imports.getDocuments())
      if (imported->bufferID == id)
        file = imported->fileName;
    return std::tuple(file, line, column);
  };
  places.describe = [this](StringRef place) {
    return describe(llvm::SMLoc::getFromPointer(place.begin()));
  };
  return finishPhase(Phase::Sema, [&](llvm::raw_ostream &os) {
    switch (options.report) {
    case Report::Paraphrase:
      return printParaphrase(*tree, os);
    case Report::Settings:
      return printSettingsSection(*tree, os);
    case Report::AuthorityJSON:
      return printAuthorityJSON(*tree, astContext.effects, places, os);
    case Report::None:
    case Report::Authority:
      return printAuthority(*tree, astContext.effects, places, os);
    }
  });
}

bool Compilation::State::prepareTests() {
  std::string whyNot;
  if (isFIR)
    whyNot = "FIR has no tests";
  else if (!isHostTarget(*target) && !findEmulator(*target))
    whyNot = "programs for '" + target->name + "' run here only with '" +
             (target->emulator.empty() ? "an emulator" : target->emulator[0]) +
             "'";
  if (!whyNot.empty()) {
    diags.report(llvm::SMRange(), diag::cannot_run_tests, input, whyNot);
    return false;
  }
  return true;
}

bool Compilation::State::runTests() {
  bool passed =
      flux::runTests({options, diags, input, locationName, document, *tree,
                      findEmulator(*target).value_or(TestEmulator())},
                     StringRef(result.data(), result.size()));
  timing.mark("test");
  return passed;
}

ExitStatus Compilation::run() {
  State &s = *state;
  unsigned before = s.diags.getNumErrors();
  auto work = [&] {
    if (!s.read() || !(s.isFIR ? s.readFIR() : s.readDocument()))
      return false;
    if (s.options.runsTests() && !s.prepareTests())
      return false;
    if (s.goesBeyond(Phase::Sema) && !s.makeFIR())
      return false;
    unsigned numParts = s.goesBeyond(Phase::FIROpt) ? s.countParts() : 1;
    std::optional<bool> baseline;
    if (s.goesBeyond(Phase::FIROpt))
      baseline = s.makeBaseline(numParts);
    if (baseline) {
      if (!*baseline)
        return false;
    } else if (numParts > 1) {
      if (!s.makeParts(numParts))
        return false;
    } else {
      if (s.goesBeyond(Phase::FIROpt) && !s.makeLLVM())
        return false;
      if (s.goesBeyond(Phase::LLVMOpt) && !s.makeMachineCode())
        return false;
    }
    if (s.options.getLastPhase() == Phase::Exe && !s.makeExecutable())
      return false;
    return s.options.runsTests() ? s.runTests() : s.writeResult();
  };
  bool done = work();
  s.diags.setTrail(nullptr);
  return done && s.diags.getNumErrors() == before ? exitSuccess : exitErrors;
}
