//===- Compilation.cpp - one input through the phases ---------------------===//
//
// The one pipeline: document, syntax tree, FIR, LLVM IR, object, executable.
// Each phase can be the last one, and each result can be dumped.  After Sema
// nothing may fail because of the document; what does is a fault of fluxc.
//
//===----------------------------------------------------------------------===//

#include "Compilation.h"
#include "BytecodePhases.h"
#include "CSource.h"
#include "Cache.h"
#include "CodeGeneration.h"
#include "LLVMInput.h"
#include "LockCheck.h"
#include "Output.h"
#include "Runnable.h"
#include "TargetChoice.h"
#include "Testing.h"
#include "flux/Conversion/ASTToFIR.h"
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Passes.h"
#include "flux/Frontend/Imports.h"
#include "flux/Frontend/Paraphrase.h"
#include "flux/Frontend/Parser.h"
#include "flux/Frontend/Sema.h"
#include "flux/Source/Document.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace flux;
using llvm::StringRef;

struct Compilation::State {
  State(const Options &options, DiagnosticEngine &diags, Timing &timing,
        StringRef input)
      : options(options), diags(diags), timing(timing), input(input),
        isFIR(options.getLanguage(input) == InputLanguage::FIR),
        isLLVM(options.getLanguage(input) == InputLanguage::LLVMIR),
        importOptions{readFile, options.stdDir, options.importDirs,
                      options.locked || options.writeLock},
        context(mlir::MLIRContext::Threading::DISABLED) {}

  Options options; ///< a document may ask for another form
  DiagnosticEngine &diags;
  Timing &timing;
  StringRef input;
  bool isFIR, isLLVM;
  unsigned bufferID = 0;
  std::string locationName; ///< the input's name in locations

  TargetChoice choice;

  Document document;
  ASTContext astContext;
  ImportOptions importOptions;
  ImportLoader imports{importOptions, astContext, diags};
  Module *tree = nullptr;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> fir;
  std::optional<Program> program;
  std::vector<std::unique_ptr<TargetBuild>> builds; ///< one a target
  std::unique_ptr<Cache> cache;
  Results results{options, diags, timing, input};
  llvm::SmallVector<char, 0> result; ///< if it is the same for all targets

  bool read();
  bool readDocument();
  bool readFIR();
  bool readLLVM();
  void createContext();
  bool makeFIR();
  bool simplifyFIR();
  bool makesC() const;
  bool writeAsC(std::string &text);
  bool makeC();
  void startBuilds();
  std::string getContentKey();
  bool makePrograms();
  bool writeResults();
  bool writePackage();
  bool writeReport();
  bool prepareTests(const TargetSpec &target);
  bool runTests(const TargetSpec &target, llvm::ArrayRef<char> program);
  bool testsRun() const;
  bool runTestsInC();
  bool finishPhase(Phase phase,
                   llvm::function_ref<void(llvm::raw_ostream &)> print) {
    return results.finishPhase(phase, "", print, result);
  }
  bool goesBeyond(Phase phase) const { return options.getLastPhase() > phase; }
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

bool Compilation::State::readDocument() {
  unsigned before = diags.getNumErrors();
  document = parseDocument(
      diags.getSources().getMemoryBuffer(bufferID)->getMemBufferRef(), diags);
  diags.setTrail([this](llvm::SMLoc loc) { return describe(loc); });
  results.title = document.title.str();
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

  chooseTargets(tree->compile, options, diags, choice);
  checkForm(choice.targets, options, diags);
  addNativeTargets(choice, options, diags);
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
  if (options.getLastPhase() >= Phase::Exe)
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
  if (!chooseTargets(CompileSettings(), options, diags, choice) ||
      !checkForm(choice.targets, options, diags) ||
      !addNativeTargets(choice, options, diags))
    return false;
  createContext();
  fir = mlir::parseSourceString<mlir::ModuleOp>(
      diags.getSources().getMemoryBuffer(bufferID)->getBuffer(),
      mlir::ParserConfig(&context), locationName);
  timing.mark("fir");
  return fir && !diags.hasErrors();
}

bool Compilation::State::readLLVM() {
  return chooseTargets(CompileSettings(), options, diags, choice) &&
         checkForm(choice.targets, options, diags) &&
         addNativeTargets(choice, options, diags) &&
         checkLLVM(bufferID, options, choice.targets, diags);
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
  return true;
}

bool Compilation::State::simplifyFIR() {
  auto print = [&](llvm::raw_ostream &os) { fir->print(os); };
  if (choice.level != OptLevel::O0) {
    mlir::PassManager passes(&context, mlir::ModuleOp::getOperationName());
    passes.enableVerifier(options.verifyEach);
    // C is for people, too: it has each function, local and loop once.
    bool mayGrow =
        (choice.level == OptLevel::O2 || choice.level == OptLevel::O3) &&
        !makesC();
    if (mayGrow) {
      passes.addPass(fir::createInliningPass());
      passes.addNestedPass<mlir::func::FuncOp>(
          fir::createLocalForwardingPass());
    }
    passes.addNestedPass<mlir::func::FuncOp>(mlir::createCanonicalizerPass());
    passes.addNestedPass<mlir::func::FuncOp>(mlir::createCSEPass());
    passes.addPass(fir::createRegionPromotionPass());
    passes.addNestedPass<mlir::func::FuncOp>(fir::createCheckEliminationPass());
    passes.addNestedPass<mlir::func::FuncOp>(fir::createCopyRecognitionPass());
    if (mayGrow)
      passes.addNestedPass<mlir::func::FuncOp>(fir::createLoopVersioningPass());
    if (mlir::failed(passes.run(*fir)))
      failInternally("a FIR pass failed");
    timing.mark("fir-opt");
  }
  return finishPhase(Phase::FIROpt, print);
}

/// True if programs are written as C, be it only for their tests.
bool Compilation::State::makesC() const {
  return options.getLastPhase() == Phase::C ||
         (options.runsTests() && choice.targets[0].runtime == "c");
}

bool Compilation::State::writeAsC(std::string &text) {
  bool done =
      simplifyFIR() && writeC(
                           *fir, {options, diags, bufferID, input, isFIR},
                           [this](StringRef fileName, unsigned line) {
                             return getLineText(fileName, line);
                           },
                           text);
  timing.mark("c");
  return done;
}

bool Compilation::State::makeC() {
  std::string text;
  return writeAsC(text) &&
         finishPhase(Phase::C, [&](llvm::raw_ostream &os) { os << text; });
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

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

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

//===----------------------------------------------------------------------===//
// Targets
//===----------------------------------------------------------------------===//

/// A key of all that the input says.  FIR has no text of lines, which traps
/// show.
std::string Compilation::State::getContentKey() {
  CacheKey key("content");
  key.add(isLLVM);
  key.add(isFIR);
  key.add(diags.getSources().getMemoryBuffer(bufferID)->getBuffer());
  for (const auto &imported : imports.getDocuments()) {
    key.add(imported->fileName);
    key.add(
        diags.getSources().getMemoryBuffer(imported->bufferID)->getBuffer());
  }
  if (isLLVM)
    return key.finish();
  std::string bytecode;
  llvm::raw_string_ostream os(bytecode);
  if (mlir::failed(mlir::writeBytecodeToFile(*fir, os)))
    return "";
  key.add(bytecode);
  return key.finish();
}

/// Gets ready to make code for all targets, and finds what was made before.
void Compilation::State::startBuilds() {
  program.emplace(
      Program{options,
              diags,
              timing,
              results,
              isFIR,
              locationName,
              choice.level,
              context,
              fir.get(),
              [this](StringRef fileName, unsigned line) {
                return getLineText(fileName, line);
              },
              isFIR || isLLVM
                  ? StringRef()
                  : diags.getSources().getMemoryBuffer(bufferID)->getBuffer(),
              {locationName}});
  for (const auto &imported : imports.getDocuments())
    program->documents.push_back(imported->fileName);
  if (isLLVM)
    program->importModule = [this](llvm::LLVMContext &context,
                                   const TargetSpec &target) {
      return importLLVM(bufferID, options, target, context, diags);
    };
  for (const TargetSpec &target : choice.targets)
    builds.push_back(std::make_unique<TargetBuild>(*program, target));
  if (!options.stopAfter && goesBeyond(Phase::LLVMOpt) &&
      llvm::any_of(builds, [](const auto &build) { return build->usesLLVM(); }))
    cache = Cache::open(options);
  if (!cache)
    return;
  program->cache = cache.get();
  program->contentKey = getContentKey();
  for (const auto &build : builds)
    build->findResult();
  timing.mark("cache");
}

/// Makes code for all targets; false if one of them fails.
bool Compilation::State::makePrograms() {
  startBuilds();
  auto isFound = [](const auto &build) { return build->isFound(); };
  if (!llvm::all_of(builds, isFound)) {
    if (!isLLVM && !simplifyFIR())
      return false;
    generateCode(*program, builds);
  }
  if (cache) {
    unsigned units = 0, unitsFound = 0;
    for (const auto &build : builds) {
      if (!build->hasFailed())
        build->storeResult();
      units += build->getNumUnits();
      unitsFound += build->getNumUnitsFound();
    }
    cache->finish(diags);
    timing.mark("cache");
    timing.note("cache: " + llvm::utostr(llvm::count_if(builds, isFound)) +
                " of " + llvm::utostr(builds.size()) + " programs, " +
                llvm::utostr(unitsFound) + " of " + llvm::utostr(units) +
                " units found");
  }
  return llvm::none_of(builds,
                       [](const auto &build) { return build->hasFailed(); });
}

/// Writes the package, which is the first program, with all that belongs to it.
bool Compilation::State::writePackage() {
  std::vector<NativeProgram> programs;
  for (const auto &build : builds) {
    if (build->hasFailed())
      return false;
    programs.push_back({build->getTarget().name, build->getResult()});
  }
  llvm::SmallVector<char, 0> package(programs[0].executable);
  std::string error;
  llvm::StringRef key = options.signKey;
  if (!finishPackage(package, llvm::ArrayRef(programs).drop_front(),
                     {key.bytes_begin(), key.size()}, error)) {
    diags.report(llvm::SMRange(), diag::no_bytecode, error);
    return false;
  }
  return results.write(programs[0].target, package);
}

/// Writes what was made; a target that failed leaves the others alone.
bool Compilation::State::writeResults() {
  if (options.stopAfter)
    return true;
  bool written = true;
  if (builds.empty()) { // the same for all targets
    for (const TargetSpec *target : options.targets)
      written &= results.write(target->name, result);
    if (options.targets.empty())
      written &= results.write(choice.targets.empty() ? getHostTarget().name
                                                      : choice.targets[0].name,
                               result);
  }
  if (completesPackages(options))
    written = writePackage();
  for (const auto &build : builds)
    if (!build->hasFailed() && !completesPackages(options))
      written &= results.write(build->getTarget().name, build->getResult());
  std::vector<std::string> imported;
  for (const auto &document : imports.getDocuments())
    if (!document->path.empty())
      imported.push_back(document->path);
  written = written && results.writeDependencies(imported);
  timing.mark("write");
  return written;
}

bool Compilation::State::prepareTests(const TargetSpec &target) {
  std::string whyNot;
  if (isFIR || isLLVM)
    whyNot = isFIR ? "FIR has no tests" : "LLVM IR has no tests";
  else if (target.runtime == "c")
    whyNot =
        findCCompiler().empty() ? "there is no C compiler ($CC or 'cc')" : "";
  else if (!isHostTarget(target) && !findEmulator(target))
    whyNot = "programs for '" + target.name + "' run here only with '" +
             (target.emulator.empty() ? "an emulator" : target.emulator[0]) +
             "'";
  if (!whyNot.empty()) {
    diags.report(llvm::SMRange(), diag::cannot_run_tests, input, whyNot);
    return false;
  }
  return true;
}

bool Compilation::State::runTests(const TargetSpec &target,
                                  llvm::ArrayRef<char> program) {
  bool passed =
      flux::runTests({options, diags, input, locationName, document, *tree,
                      options.targets.size() > 1 ? StringRef(target.name) : "",
                      findEmulator(target).value_or(TestEmulator())},
                     StringRef(program.data(), program.size()));
  timing.mark("test");
  return passed;
}

/// True if there is a test that runs: code that must be refused is no program.
bool Compilation::State::testsRun() const {
  return llvm::any_of(tree->tests,
                      [](const TestDecl &test) { return test.function; });
}

/// Tests of C are tests of what a C compiler makes of it.
bool Compilation::State::runTestsInC() {
  std::string text, program;
  if (!writeAsC(text))
    return false;
  std::string whyNot = compileC(text, choice.level, program);
  timing.mark("cc");
  if (!whyNot.empty()) {
    diags.report(llvm::SMRange(), diag::cannot_run_tests, input, whyNot);
    return false;
  }
  return runTests(choice.targets[0], program);
}

ExitStatus Compilation::run() {
  State &s = *state;
  unsigned before = s.diags.getNumErrors();
  auto work = [&] {
    if (!s.read() || !(s.isFIR    ? s.readFIR()
                       : s.isLLVM ? s.readLLVM()
                                  : s.readDocument()))
      return false;
    if (s.options.runsTests() &&
        !llvm::all_of(s.choice.targets, [&](const TargetSpec &target) {
          return s.prepareTests(target);
        }))
      return false;
    if (s.goesBeyond(Phase::Sema) && !s.isLLVM && !s.makeFIR())
      return false;
    if (s.options.getLastPhase() == Phase::C)
      return s.makeC() && s.writeResults();
    if (s.options.runsTests() && !s.testsRun()) {
      bool passed = true;
      for (const TargetSpec &target : s.choice.targets)
        passed &= s.runTests(target, {});
      return passed;
    }
    if (s.makesC())
      return s.runTestsInC();
    if (s.options.getLastPhase() == Phase::FIROpt && !s.simplifyFIR())
      return false;
    bool made = !s.goesBeyond(Phase::FIROpt) || s.makePrograms();
    if (!s.options.runsTests())
      return s.writeResults() && made;
    for (const auto &build : s.builds)
      if (!build->hasFailed())
        made &= s.runTests(build->getTarget(), build->getResult());
    return made;
  };
  bool done = work();
  s.diags.setTrail(nullptr);
  return done && s.diags.getNumErrors() == before ? exitSuccess : exitErrors;
}
