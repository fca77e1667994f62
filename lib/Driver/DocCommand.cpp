//===- DocCommand.cpp - fluxc doc -----------------------------------------===//
//
// The command around the pages: a document that does not compile gets messages
// and no page.
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"
#include "Commands.h"
#include "Output.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Tooling/Page.h"
#include "llvm/Support/Path.h"

using namespace flux;
using llvm::StringRef;

/// Reports what \p analysis found, at the same places in \p text, of which it
/// has a copy.  Returns false if there are errors.
static bool report(const Analysis &analysis, StringRef text,
                   bool warningsAreErrors, DiagnosticEngine &diags) {
  unsigned before = diags.getNumErrors();
  auto move = [&](llvm::SMRange &range) {
    auto movePlace = [&](llvm::SMLoc loc) {
      size_t offset = loc.getPointer() - analysis.getText().begin();
      return llvm::SMLoc::getFromPointer(text.begin() + offset);
    };
    if (range.isValid())
      range = {movePlace(range.Start), movePlace(range.End)};
  };
  for (Diagnostic diagnostic : analysis.getDiagnostics()) {
    if (warningsAreErrors && diagnostic.severity == Severity::Warning)
      diagnostic.severity = Severity::Error;
    move(diagnostic.range);
    for (DiagNote &note : diagnostic.notes)
      move(note.range);
    for (FixIt &fix : diagnostic.fixIts)
      move(fix.range);
    diags.deliver(std::move(diagnostic));
  }
  return diags.getNumErrors() == before;
}

/// What the compiler knows besides the text.
static std::vector<PagePart> makeParts(const Analysis &analysis) {
  std::vector<PagePart> parts;
  const Module &module = analysis.getModule();
  std::string settings;
  for (const Decision &decision : module.decisions)
    settings += decision.kind.str() + " " + decision.key + " = " +
                decision.value + "\n";
  if (!settings.empty())
    parts.push_back({"decisions", "Decided by the compiler", settings});

  PagePart authority{"authority", "Authority", ""};
  AuthorityPlaces places;
  places.locate = [&](StringRef place) { return analysis.locate(place); };
  places.describe = [&](StringRef place) {
    return analysis.getDocument().describe(
        llvm::SMLoc::getFromPointer(place.begin()));
  };
  llvm::raw_string_ostream os(authority.text);
  printAuthority(module, analysis.getEffects(), places, os);
  parts.push_back(std::move(authority));

  std::string tests;
  for (const TestDecl &test : module.tests)
    tests += test.name + "\n";
  if (!tests.empty())
    parts.push_back({"tests", "Tests", tests});
  return parts;
}

static ExitStatus writePage(StringRef input, StringRef output,
                            bool warningsAreErrors, DiagnosticEngine &diags) {
  auto buffer = readFile(input, DocumentLimits::maxBytes);
  if (!buffer) {
    diags.report(llvm::SMRange(), diag::cannot_read, input,
                 buffer.getError().message());
    return exitErrors;
  }
  llvm::MemoryBufferRef text = (*buffer)->getMemBufferRef();
  diags.getSources().AddNewSourceBuffer(std::move(*buffer), {});
  if (text.getBufferSize() > maxPageSource) {
    diags.report(text.getBuffer().take_front(0), diag::document_too_large,
                 maxPageSource, "bytes, which is the limit for 'fluxc doc'");
    return exitErrors;
  }
  Analysis analysis(text.getBuffer(), input);
  if (!report(analysis, text.getBuffer(), warningsAreErrors, diags))
    return exitErrors;
  std::string page = renderPage(analysis, makeParts(analysis));
  std::string error = writeFile(output, page, /*executable=*/false);
  if (error.empty())
    return exitSuccess;
  diags.report(llvm::SMRange(), diag::cannot_write, output, error);
  return exitErrors;
}

ExitStatus flux::runDoc(const llvm::opt::InputArgList &args,
                        DiagnosticEngine &diags) {
  std::vector<std::string> inputs = args.getAllArgValues(OPT_INPUT);
  std::string output = args.getLastArgValue(OPT_o).str();
  if (inputs.empty()) {
    diags.report(llvm::SMRange(), diag::no_input)
        .note("usage: fluxc doc [options] document.flux.md...");
    return exitUsage;
  }
  if (inputs.size() > 1 && !output.empty()) {
    diags.report(llvm::SMRange(), diag::output_for_several_inputs, "-o",
                 inputs.size());
    return exitUsage;
  }
  ExitStatus status = exitSuccess;
  for (const std::string &input : inputs) {
    std::string name = output;
    if (name.empty() && input == "-") {
      name = "-";
    } else if (name.empty()) {
      StringRef stem = llvm::sys::path::filename(input);
      if (!stem.consume_back(".flux.md"))
        stem = llvm::sys::path::stem(stem);
      name = stem.str() + ".html";
    }
    status = std::max(status,
                      writePage(input, name, args.hasArg(OPT_Werror), diags));
  }
  return status;
}
