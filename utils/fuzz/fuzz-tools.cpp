//===- fuzz-tools.cpp - the formatter and the editor on any document ------===//
//
// The formatter must never make another program of a document, and what the
// language server asks of a document must work at every place in it.  The input
// is read as a whole document and as the body of one fence.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Completion.h"
#include "flux/Tooling/Describe.h"
#include "flux/Tooling/Format.h"
#include "flux/Tooling/Highlight.h"

using namespace flux;
using llvm::StringRef;

static void use(const std::string &text) {
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(text, "fuzz.flux.md");
  llvm::MemoryBufferRef ref = *buffer;
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  DiagnosticEngine diags(sources);
  if (formatDocument(ref, diags).status == FormatResult::Broken)
    __builtin_trap();

  Analysis analysis(text);
  for (const Highlight &entry : highlight(analysis))
    if (entry.range.begin() < analysis.getText().begin() ||
        entry.range.end() > analysis.getText().end())
      __builtin_trap();
  constexpr size_t maxPlaces = 16;
  const size_t step = text.size() / maxPlaces + 1;
  for (size_t at = 0; at <= text.size(); at += step) {
    const char *place = analysis.getText().begin() + at;
    StringRef range;
    describePlace(analysis, place, range);
    complete(analysis, place);
  }
  unsigned left = 4;
  for (const Diagnostic &diagnostic : analysis.getDiagnostics())
    if (!diagnostic.fixIts.empty() && left && left--)
      getVerifiedRepairs(analysis, diagnostic);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  use(text);
  use("# T\n\n```flux\n" + text + "\n```\n");
  return 0;
}
