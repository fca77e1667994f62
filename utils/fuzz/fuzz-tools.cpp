//===- fuzz-tools.cpp - the formatter and the editor on any document ------===//
//
// The formatter must never make another program of a document, what the
// language server asks of a document must work at every place in it, and every
// document without errors has a page.  The input is read as a whole document,
// as the body of one fence and as a list of steps.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Completion.h"
#include "flux/Tooling/Describe.h"
#include "flux/Tooling/Format.h"
#include "flux/Tooling/Highlight.h"
#include "flux/Tooling/Hints.h"
#include "flux/Tooling/Page.h"

using namespace flux;
using llvm::StringRef;

static void check(bool condition) {
  if (!condition)
    __builtin_trap();
}

/// A page closes what it opens, and no text of the document becomes a script.
static void checkPage(const Analysis &analysis) {
  PageTests tests;
  for (const TestDecl &test : analysis.getModule().tests) {
    TestOutcome outcome;
    outcome.name = test.name;
    outcome.line = std::get<1>(analysis.locate(test.place));
    outcome.set(TestOutcome::Status(tests.outcomes.size() % 2), test.name);
    tests.outcomes.push_back(outcome);
  }
  std::string page = renderPage(analysis, tests);
  check(StringRef(page).ends_with("</html>\n"));
  check(!StringRef(page).contains_insensitive("<script"));
}

static void use(const std::string &text) {
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(text, "fuzz.flux.md");
  llvm::MemoryBufferRef ref = *buffer;
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  DiagnosticEngine diags(sources);
  check(formatDocument(ref, diags).status != FormatResult::Broken);

  Analysis analysis(text);
  auto isInText = [&](StringRef range) {
    return range.begin() >= analysis.getText().begin() &&
           range.end() <= analysis.getText().end();
  };
  const char *end = analysis.getText().begin();
  for (const Highlight &entry : highlight(analysis)) {
    const StringRef range = entry.range;
    check(isInText(range) && range.begin() >= end);
    end = range.end();
  }
  for (StringRef fold : findFolds(analysis))
    check(isInText(fold));
  for (const InlayHint &hint : findHints(analysis, analysis.getText()))
    check(isInText(StringRef(hint.place, 0)));
  for (const Occurrence &occurrence : analysis.getIndex().getOccurrences())
    check(isInText(occurrence.range));
  constexpr size_t maxPlaces = 16;
  const size_t step = text.size() / maxPlaces + 1;
  for (size_t at = 0; at <= text.size(); at += step) {
    const char *place = analysis.getText().begin() + at;
    StringRef range;
    describePlace(analysis, place, range);
    complete(analysis, place);
    if (std::optional<CallHelp> help = findCall(analysis, place))
      for (auto [begin, end] : help->parameters)
        check(begin <= end && end <= help->label.size());
  }
  if (!analysis.getNumErrors())
    checkPage(analysis);
  unsigned left = 4;
  for (const Diagnostic &diagnostic : analysis.getDiagnostics())
    if (!diagnostic.fixIts.empty() && left && left--)
      getVerifiedRepairs(analysis, diagnostic);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  use(text);
  use("# T\n\n```flux\n" + text + "\n```\n");
  use("# T\n\n## Loop\n\n- " + text + "\n");
  getNextWords(text);
  getFormWords(text);
  return 0;
}
