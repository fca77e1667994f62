//===- CSource.cpp - programs as C source ---------------------------------===//
//
// `--emit=c` writes C whatever the target is; the target `c` is for those who
// want nothing else, and has no other form.
//
//===----------------------------------------------------------------------===//

#include "CSource.h"
#include "flux/Conversion/FIRToC.h"
#include "flux/Dialect/FIR/Places.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Support/Version.h"
#include "flux/Target/TargetSpec.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

using namespace flux;
using llvm::StringRef;

bool flux::checkForm(llvm::ArrayRef<TargetSpec> targets, Options &options,
                     DiagnosticEngine &diags) {
  const TargetSpec *source = llvm::find_if(
      targets, [](const TargetSpec &target) { return target.runtime == "c"; });
  if (source == targets.end())
    return true;
  if (targets.size() > 1) {
    diags
        .report(llvm::SMRange(), diag::invalid_option_value, source->name,
                "--target")
        .note("its programs are C source, which another run makes");
    return false;
  }
  if (options.emit == Phase::Exe && !options.stopAfter && !options.test)
    options.emit = Phase::C;
  Phase last = options.getLastPhase();
  if (last <= Phase::FIROpt || last == Phase::C || options.test)
    return true;
  diags
      .report(llvm::SMRange(), diag::invalid_option_value, getInfo(last).name,
              "--emit")
      .note("programs of the target '" + source->name +
            "' are C source: '--emit=c'");
  return false;
}

bool flux::writeC(mlir::ModuleOp fir, const CSourceInput &input,
                  std::function<StringRef(StringRef, unsigned)> lineText,
                  std::string &text) {
  FIRToCOptions conversion;
  conversion.producer = ("fluxc " + getVersion()).str();
  std::string output = input.options.getOutputName(input.input, "");
  if (output == "-")
    output = "program.c";
  conversion.fileName = llvm::sys::path::filename(output).str();
  conversion.lines = input.options.debug != DebugInfo::None;
  if (!input.isFIR)
    conversion.lineText = std::move(lineText);
  conversion.unsupported = [&](mlir::Location location, StringRef what) {
    fir::Place place = fir::getPlace(location);
    llvm::SMLoc loc;
    if (place.line)
      loc = input.diags.getSources().FindLocForLineAndColumn(
          input.bufferID, place.line, place.column);
    input.diags.report(loc, diag::invalid_fir,
                       (what + " is not supported in C").str());
  };
  llvm::raw_string_ostream os(text);
  return convertFIRToC(fir, conversion, os);
}

std::vector<std::string> flux::findCCompiler() {
  std::string command = llvm::sys::Process::GetEnv("CC").value_or("cc");
  llvm::SmallVector<StringRef> words;
  StringRef(command).split(words, ' ', -1, /*KeepEmpty=*/false);
  if (words.empty())
    return {};
  llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(words[0]);
  if (!path)
    return {};
  std::vector<std::string> result(words.begin(), words.end());
  result[0] = *path;
  return result;
}

std::string flux::compileC(StringRef text, OptLevel level,
                           std::string &program) {
  std::vector<std::string> command = findCCompiler();
  int file = -1;
  llvm::SmallString<128> source, result;
  std::error_code error =
      llvm::sys::fs::createTemporaryFile("flux-test", "c", file, source);
  llvm::FileRemover removeSource(source);
  if (!error) {
    llvm::raw_fd_ostream os(file, /*shouldClose=*/true);
    os << text;
    os.flush();
    error = os.error();
    os.clear_error();
  }
  if (!error)
    error = llvm::sys::fs::createTemporaryFile("flux-test", "", result);
  if (error)
    return "the C source cannot be written: " + error.message();
  llvm::FileRemover removeResult(result);
  // What the user's $CC says comes last, and wins.
  std::vector<StringRef> args = {command[0], "-std=c11",
                                 level == OptLevel::O0 ? "-O0" : "-O1"};
  args.insert(args.end(), command.begin() + 1, command.end());
  args.insert(args.end(), {"-o", result, source, "-lm"});
  std::string reason;
  if (llvm::sys::ExecuteAndWait(command[0], args, std::nullopt, {}, 0, 0,
                                &reason) != 0)
    return reason.empty() ? "the C compiler refuses the C source" : reason;
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> made =
      llvm::MemoryBuffer::getFile(result);
  if (!made)
    return "the program cannot be read: " + made.getError().message();
  program = (*made)->getBuffer().str();
  return "";
}
