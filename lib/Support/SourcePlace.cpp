//===- SourcePlace.cpp - a range as file, line and column -----------------===//
//
// Diagnostics hold pointers into buffers; every renderer needs lines, columns
// and words for them.
//
//===----------------------------------------------------------------------===//
#include "SourcePlace.h"

#include "llvm/Support/JSON.h"

using namespace flux;
using llvm::StringRef;

/// Returns the line of \p buffer that holds \p pointer, without its end.
static StringRef getLineAround(StringRef buffer, const char *pointer) {
  size_t offset = pointer - buffer.begin();
  size_t before = buffer.take_front(offset).rfind('\n');
  size_t start = before == StringRef::npos ? 0 : before + 1;
  return buffer.slice(start, buffer.find('\n', offset)).rtrim('\r');
}

std::optional<SourcePlace> flux::getPlace(const llvm::SourceMgr &sources,
                                          llvm::SMRange range) {
  if (!range.Start.isValid())
    return std::nullopt;
  unsigned id = sources.FindBufferContainingLoc(range.Start);
  if (!id)
    return std::nullopt;
  const llvm::MemoryBuffer *memory = sources.getMemoryBuffer(id);
  StringRef buffer = memory->getBuffer();
  const char *start = range.Start.getPointer();
  const char *end = range.End.getPointer();
  if (end < start || end > buffer.end())
    end = start;

  SourcePlace place;
  place.file = memory->getBufferIdentifier();
  place.lineText = getLineAround(buffer, start);
  place.line = sources.FindLineNumber(range.Start, id);
  place.column = start - place.lineText.begin() + 1;
  place.endLineText = getLineAround(buffer, end);
  place.endLine = sources.FindLineNumber(llvm::SMLoc::getFromPointer(end), id);
  place.endColumn = end - place.endLineText.begin() + 1;
  return place;
}

StringRef flux::getSeverityName(Severity severity) {
  switch (severity) {
  case Severity::Note:
    return "note";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  llvm_unreachable("covered switch");
}

std::string flux::describeFixIt(const FixIt &fixIt) {
  if (fixIt.text.empty()) {
    const char *start = fixIt.range.Start.getPointer();
    StringRef old(start, fixIt.range.End.getPointer() - start);
    return "remove '" + old.str() + "'";
  }
  StringRef verb =
      fixIt.range.Start == fixIt.range.End ? "insert" : "replace with";
  return (verb + " '" + fixIt.text + "'").str();
}

std::string flux::toUTF8(StringRef text) {
  return llvm::json::isUTF8(text) ? text.str() : llvm::json::fixUTF8(text);
}
