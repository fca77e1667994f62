//===- fuzz-document.cpp - any bytes as a document ------------------------===//
//
// The document reader is the first to see what comes from outside.  Beyond not
// crashing, every part of its result must lie in the document, sections must
// cover it without overlap, and every message must be renderable.
//
//===----------------------------------------------------------------------===//
#include "flux/Source/Document.h"
#include "flux/Support/Diagnostics.h"
#include <functional>

using namespace flux;
using llvm::StringRef;

namespace {

void require(bool condition) {
  if (!condition)
    __builtin_trap();
}

class Checker {
public:
  explicit Checker(StringRef text) : text(text) {}

  void check(const Document &document) {
    checkPart(document.title);
    const char *end = nullptr;
    for (const Section &section : document.sections) {
      for (StringRef part :
           {section.heading, section.word, section.name, section.range})
        checkPart(part);
      require(!end || section.range.begin() == end);
      end = section.range.end();
      for (const KeyValue &key : section.keys) {
        for (StringRef part : {key.key, key.value, key.remark})
          checkLine(part);
        require(!key.key.empty() && !key.value.empty());
      }
      checkSteps(section.steps, 1);
      for (const Fence &fence : section.fences) {
        for (StringRef part : {fence.language, fence.info, fence.body})
          checkPart(part);
        require(fence.language == "flux");
      }
    }
    require(!end || end == text.end());
  }

private:
  void checkPart(StringRef part) {
    require(part.empty() ||
            (part.begin() >= text.begin() && part.end() <= text.end()));
  }
  void checkLine(StringRef part) {
    checkPart(part);
    require(!part.contains('\n') && part == part.trim(" \t\r\n"));
  }
  void checkSteps(const std::vector<Step> &steps, unsigned depth) {
    require(steps.empty() || depth <= DocumentLimits::maxStepDepth);
    unsigned number = 0;
    for (const Step &step : steps) {
      checkLine(step.text);
      require(!step.text.empty() && step.number == ++number);
      checkSteps(step.children, depth + 1);
    }
  }

  StringRef text;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(
      StringRef(reinterpret_cast<const char *>(data), size), "fuzz.flux.md");
  llvm::MemoryBufferRef ref = *buffer;
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());

  std::string output;
  llvm::raw_string_ostream os(output);
  DiagnosticEngine diags(sources);
  diags.addRenderer(createTextRenderer(sources, os, /*colors=*/true));
  diags.addRenderer(createJSONRenderer(sources, os));
  diags.addRenderer(createSARIFRenderer(sources, os));
  Document document = parseDocument(ref, diags);
  diags.finish();
  Checker(ref.getBuffer()).check(document);
  for (const char &c : ref.getBuffer().take_front(4096))
    document.describe(llvm::SMLoc::getFromPointer(&c));
  return 0;
}
