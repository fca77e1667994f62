//===- Options.h - the command line, understood ----------------*- C++ -*-===//
#ifndef FLUX_DRIVER_OPTIONS_H
#define FLUX_DRIVER_OPTIONS_H

#include "flux/Driver/Phases.h"
#include "flux/Target/ObjectEmitter.h"
#include <string>
#include <vector>

namespace flux {

enum class DebugInfo : uint8_t {
  Default, ///< executables know their calls; other forms hold nothing
  None,    ///< -g0
  Full,    ///< -g
};

enum class CodeGenerator : uint8_t {
  Auto,     ///< the baseline compiler where it can be used
  Baseline, ///< an error where it cannot
  LLVM,
};

enum class InputLanguage : uint8_t { Document, FIR, LLVMIR };

/// What a document says, for people, once it is analysed.
enum class Report : uint8_t {
  None,
  Paraphrase,
  Settings,
  Authority,
  AuthorityJSON,
};

struct TestOutcome;

/// What fluxc was asked to do; --help and its like are done before.
struct Options {
  std::vector<std::string> inputs; ///< "-" is standard input
  std::string output;              ///< empty: see getOutputName()
  Phase emit = Phase::Exe;
  Report report = Report::None; ///< what to write of phase Sema
  bool page = false;            ///< what to write of phase Exe: a page
  std::optional<Phase> stopAfter;
  std::string dumpDir; ///< empty: no dumps
  bool force = false;  ///< -f
  bool writeDependencies = false;
  std::string dependencyFile; ///< empty: OUTPUT.d
  std::optional<InputLanguage> inputLanguage;
  std::vector<std::string> importDirs; ///< -I
  std::string stdDir;                  ///< empty: the library in fluxc

  std::optional<OptLevel> level;           ///< nullopt: the document or -O2
  std::vector<const TargetSpec *> targets; ///< none: the document or the host
  /// `--native`: a package holds the program for these, too.
  std::vector<const TargetSpec *> nativeTargets;
  std::string signKey;       ///< 32 bytes; empty: packages are not signed
  std::string cpu, features; ///< empty: the document or the target
  CodeGenerator codeGenerator = CodeGenerator::Auto;
  DebugInfo debug = DebugInfo::Default;
  std::string debugDir = ".";
  unsigned jobs = 0; ///< 0: as many as the machine runs at once

  std::string cacheDir;       ///< empty: no cache
  bool cacheWasNamed = false; ///< not the default folder
  bool verifyCache = false;
  uint64_t cacheLimit = uint64_t(1) << 30; ///< bytes

  /// `--set`: "name=value".
  std::vector<std::string> settings;
  bool locked = false;    ///< nothing may be decided that is not in flux.lock
  bool writeLock = false; ///< flux.lock is to be written

  bool test = false; ///< --test
  bool updateOutputs = false;
  std::string testFilter;
  unsigned testSeconds = 60;
  bool testsAsJSON = false, paintTests = false;

  // What `fluxc doc` sets to have the tests run:
  std::optional<llvm::StringRef> inputText;         ///< of the only input
  std::vector<TestOutcome> *testOutcomes = nullptr; ///< null: print them

  bool timing = false;
  bool verifyEach = false;
  bool poisonMemory = false;

  /// True if tests are to be run, not only to be looked at.
  bool runsTests() const { return test && emit == Phase::Exe && !stopAfter; }
  /// The last phase to run.
  Phase getLastPhase() const { return stopAfter.value_or(emit); }
  /// What \p input holds.
  InputLanguage getLanguage(llvm::StringRef input) const;
  /// True if several targets get a result each, not one for all.
  bool hasOnePerTarget() const {
    return targets.size() > 1 && emit > Phase::FIROpt && emit != Phase::C;
  }
  /// True if `-o` names a folder for the results, or parts of their names.
  bool namesOutputs() const;
  /// True if the folders of results are made.
  bool makesFolders() const { return namesOutputs(); }
  /// The last part of the name of a program for \p target: "", "wasm", "html".
  llvm::StringRef getProgramExtension(llvm::StringRef target) const;
  /// Where the result for \p input and \p target goes; "-" is standard output.
  std::string getOutputName(llvm::StringRef input,
                            llvm::StringRef target) const;
};

} // namespace flux

#endif // FLUX_DRIVER_OPTIONS_H
