//===- Testing.h - the tests of a document ---------------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_TESTING_H
#define FLUX_LIB_DRIVER_TESTING_H

#include "flux/Driver/Options.h"
#include "flux/Frontend/AST.h"
#include "flux/Source/Document.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Support/TestOutcome.h"
#include <chrono>
#include <memory>

namespace flux {

/// The command before the path of a program for another machine.
struct TestEmulator {
  std::vector<std::string> command; ///< its path and arguments; empty: none
  bool serves = false; ///< it is our loader, which runs a program many times
};

/// Finds the emulator of \p target; nullopt if it is not installed.  Programs
/// of this machine need none.
std::optional<TestEmulator> findEmulator(const TargetSpec &target);

/// What the tests of one document are run with.
struct TestRun {
  const Options &options;
  DiagnosticEngine &diags;
  llvm::StringRef input;        ///< the document's path
  llvm::StringRef locationName; ///< its name in messages
  const Document &document;
  const Module &module;
  llvm::StringRef target; ///< told if there are several; else empty
  TestEmulator emulator;
};

/// Runs the tests of \p run that the options choose, the running ones in
/// processes of \p program, and prints what came out to standard output, or
/// collects it if the options say so.  True if all succeed, or are collected.
bool runTests(const TestRun &run, llvm::StringRef program);

/// What a process did.
struct ProcessResult {
  enum End : uint8_t { Exited, Signalled, TimedOut, WroteTooMuch, NotStarted };
  End end = NotStarted;
  int status = 0; ///< exit status, signal or errno
  std::string output, errors;
};

/// Programs in memory, to be run many times.
class TestProcess {
public:
  /// \p program is an executable file's content.
  TestProcess(llvm::StringRef program, const TestEmulator &emulator);
  ~TestProcess();
  TestProcess(const TestProcess &) = delete;
  TestProcess &operator=(const TestProcess &) = delete;

  /// Runs the program with \p numArguments arguments and no input, for at most
  /// \p seconds, and without anything of the runs before.
  ProcessResult run(unsigned numArguments, unsigned seconds);

private:
  using Time = std::chrono::steady_clock::time_point;
  struct Child;
  int start(Child &child, const std::vector<const char *> &arguments) const;
  ProcessResult runAlone(unsigned numArguments, Time end) const;
  ProcessResult runInServer(unsigned numArguments, Time end);

  int file;
  std::unique_ptr<Child> server;
  const TestEmulator &emulator;
};

} // namespace flux

#endif // FLUX_LIB_DRIVER_TESTING_H
