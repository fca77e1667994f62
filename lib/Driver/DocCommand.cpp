//===- DocCommand.cpp - fluxc doc -----------------------------------------===//
//
// The command around the pages: a document that does not compile gets messages
// and no page; one whose tests fail gets a page that says so.
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"
#include "Commands.h"
#include "Compilation.h"
#include "Output.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Tooling/Page.h"
#include "llvm/ADT/STLExtras.h"
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

namespace {

/// What `fluxc doc` was asked for.
struct DocOptions {
  std::vector<std::string> inputs;
  std::string output; ///< empty: NAME.html
  bool warningsAreErrors = false;
  bool runsTests = true;
  /// For imports, settings and tests.
  Options compile;
};

/// Keeps the first error.
class FirstError : public DiagnosticRenderer {
public:
  explicit FirstError(std::string &message) : message(message) {}
  void handle(const Diagnostic &diagnostic) override {
    if (diagnostic.severity == Severity::Error && message.empty())
      message = diagnostic.message;
  }

private:
  std::string &message;
};

} // namespace

/// Compiles and runs the tests of \p analysis, which was read from \p input.
static PageTests runTests(const Analysis &analysis, StringRef input,
                          const DocOptions &options) {
  PageTests tests;
  if (!options.runsTests || analysis.getModule().tests.empty())
    return tests;
  Options compile = options.compile;
  compile.inputText = analysis.getText();
  compile.test = true;
  compile.testOutcomes = &tests.outcomes;
  compile.level = OptLevel::O0; // they run once
  // Its messages were given already.
  llvm::SourceMgr sources;
  DiagnosticEngine diags(sources);
  diags.addRenderer(std::make_unique<FirstError>(tests.whyNot));
  Timing timing;
  Compilation(compile, diags, timing, input).run();
  return tests;
}

static ExitStatus writePage(StringRef input, StringRef output,
                            const DocOptions &options,
                            DiagnosticEngine &diags) {
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
  Analysis analysis(text.getBuffer(), input,
                    {options.compile.stdDir, options.compile.importDirs});
  if (!report(analysis, text.getBuffer(), options.warningsAreErrors, diags))
    return exitErrors;
  PageTests tests = runTests(analysis, input, options);
  size_t numFailed =
      llvm::count_if(tests.outcomes, [](const TestOutcome &test) {
        return test.status != TestOutcome::Passed;
      });
  unsigned before = diags.getNumErrors();
  if (numFailed)
    diags.report(llvm::SMRange(), diag::page_of_failed_tests, input, numFailed,
                 tests.outcomes.size());
  std::string page = renderPage(analysis, tests);
  std::string error = writeFile(output, page, /*executable=*/false);
  if (error.empty())
    return diags.getNumErrors() == before ? exitSuccess : exitErrors;
  diags.report(llvm::SMRange(), diag::cannot_write, output, error);
  return exitErrors;
}

ExitStatus flux::runDoc(const OptionTable &table,
                        const llvm::opt::InputArgList &args,
                        DiagnosticEngine &diags) {
  DocOptions options;
  options.inputs = args.getAllArgValues(OPT_INPUT);
  options.output = args.getLastArgValue(OPT_o).str();
  options.warningsAreErrors = args.hasArg(OPT_Werror);
  options.runsTests = !args.hasArg(OPT_no_tests);
  if (options.inputs.empty()) {
    diags.report(llvm::SMRange(), diag::no_input)
        .note("usage: fluxc doc [options] document.flux.md...");
    return exitUsage;
  }
  if (options.inputs.size() > 1 && !options.output.empty()) {
    diags.report(llvm::SMRange(), diag::output_for_several_inputs, "-o",
                 options.inputs.size());
    return exitUsage;
  }
  if (!readDocOptions(table, args, diags, options.compile))
    return exitUsage;
  ExitStatus status = exitSuccess;
  for (const std::string &input : options.inputs) {
    std::string name = options.output;
    if (name.empty() && input == "-") {
      name = "-";
    } else if (name.empty()) {
      StringRef stem = llvm::sys::path::filename(input);
      if (!stem.consume_back(".flux.md"))
        stem = llvm::sys::path::stem(stem);
      name = stem.str() + ".html";
    }
    status = std::max(status, writePage(input, name, options, diags));
  }
  return status;
}
