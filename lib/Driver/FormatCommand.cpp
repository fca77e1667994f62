//===- FormatCommand.cpp - fluxc fmt --------------------------------------===//
//
// The command around the formatter: documents are replaced as a whole or not at
// all, and one that has errors, or that would come out as another program, is
// left alone.
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"
#include "Commands.h"
#include "Output.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Tooling/Format.h"
#include "llvm/Support/FileSystem.h"

using namespace flux;
using llvm::StringRef;

/// Prints the lines in which \p before and \p after differ, as a patch.
static void printDifference(StringRef path, StringRef before, StringRef after) {
  llvm::SmallVector<StringRef, 0> old, now;
  before.split(old, '\n');
  after.split(now, '\n');
  auto isBlank = [](StringRef line) { return line.trim().empty(); };
  llvm::outs() << "--- " << path << "\n+++ " << path << '\n';
  // The layout only drops empty lines, so lines pair up one by one.
  for (size_t i = 0, j = 0; i < old.size() || j < now.size();) {
    size_t from = i, to = j;
    while (i < old.size() && (j == now.size() || old[i] != now[j])) {
      bool drops = isBlank(old[i]) && (j == now.size() || !isBlank(now[j]));
      ++i;
      j += !drops;
    }
    if (i == old.size())
      j = now.size();
    if (i == from && j == to) {
      ++i, ++j;
      continue;
    }
    llvm::outs() << "@@ -" << from + 1 << ',' << i - from << " +" << to + 1
                 << ',' << j - to << " @@\n";
    for (; from != i; ++from)
      llvm::outs() << '-' << old[from] << '\n';
    for (; to != j; ++to)
      llvm::outs() << '+' << now[to] << '\n';
  }
}

static ExitStatus formatFile(StringRef path, bool check, bool diff,
                             DiagnosticEngine &diags) {
  auto buffer = readFile(path, DocumentLimits::maxBytes);
  if (!buffer) {
    diags.report(llvm::SMRange(), diag::cannot_read, path,
                 buffer.getError().message());
    return exitErrors;
  }
  llvm::MemoryBufferRef text = (*buffer)->getMemBufferRef();
  diags.getSources().AddNewSourceBuffer(std::move(*buffer), {});
  FormatResult result = formatDocument(text, diags);
  switch (result.status) {
  case FormatResult::Invalid:
    return exitErrors;
  case FormatResult::Broken:
    failInternally("the layout of '" + path + "' would change the program");
  case FormatResult::Unchanged:
    result.text = text.getBuffer().str();
    break;
  case FormatResult::Changed:
    break;
  }
  bool changed = result.status == FormatResult::Changed;
  if (diff && changed)
    printDifference(path, text.getBuffer(), result.text);
  if (check && changed)
    llvm::outs() << path << '\n';
  if (check || diff)
    return changed && check ? exitErrors : exitSuccess;
  if (!changed && path != "-")
    return exitSuccess;
  std::string error =
      writeFile(path, result.text, llvm::sys::fs::can_execute(path));
  if (error.empty())
    return exitSuccess;
  diags.report(llvm::SMRange(), diag::cannot_write, path, error);
  return exitErrors;
}

ExitStatus flux::runFormat(const llvm::opt::InputArgList &args,
                           DiagnosticEngine &diags) {
  std::vector<std::string> paths = args.getAllArgValues(OPT_INPUT);
  if (paths.empty()) {
    diags.report(llvm::SMRange(), diag::no_input)
        .note("usage: fluxc fmt [options] document.flux.md...");
    return exitUsage;
  }
  ExitStatus status = exitSuccess;
  for (const std::string &path : paths)
    status = std::max(status, formatFile(path, args.hasArg(OPT_check),
                                         args.hasArg(OPT_diff), diags));
  return status;
}
