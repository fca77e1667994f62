//===- ReadDocument.h - a document and what was said about it --*- C++ -*-===//
//
// Tests name what a document becomes and the ids and places of its messages.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_UNITTESTS_SOURCE_READDOCUMENT_H
#define FLUX_UNITTESTS_SOURCE_READDOCUMENT_H

#include "flux/Source/Document.h"
#include "flux/Support/Diagnostics.h"
#include "gtest/gtest.h"

namespace flux {

class ReadDocument {
public:
  explicit ReadDocument(llvm::StringRef source) : diags(sources) {
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(source, "a.md");
    llvm::MemoryBufferRef ref = *buffer;
    sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
    text = ref.getBuffer();
    diags.setErrorLimit(0);
    diags.addRenderer(std::make_unique<Recorder>(*this));
    document = parseDocument(ref, diags);
  }

  /// The place of the first occurrence of \p what.
  llvm::SMLoc find(llvm::StringRef what) const {
    return llvm::SMLoc::getFromPointer(text.begin() + text.find(what));
  }
  /// "12:3" of a pointer into the document.
  std::string place(llvm::StringRef part) const {
    auto [line, column] =
        sources.getLineAndColumn(llvm::SMLoc::getFromPointer(part.begin()));
    return std::to_string(line) + ":" + std::to_string(column);
  }

  llvm::SourceMgr sources;
  DiagnosticEngine diags;
  llvm::StringRef text;
  Document document;
  /// One line a message: "FLX0101 3:1 'the text of its range'".
  std::string messages;
  std::vector<Diagnostic> diagnostics;

private:
  struct Recorder : DiagnosticRenderer {
    explicit Recorder(ReadDocument &owner) : owner(owner) {}
    void handle(const Diagnostic &diagnostic) override {
      const char *start = diagnostic.range.Start.getPointer();
      llvm::StringRef range(start, diagnostic.range.End.getPointer() - start);
      owner.messages += getDiagInfo(diagnostic.id).code.str() + " " +
                        owner.place(range) + " '" + range.str() + "'\n";
      owner.diagnostics.push_back(diagnostic);
    }
    ReadDocument &owner;
  };
};

} // namespace flux

#endif // FLUX_UNITTESTS_SOURCE_READDOCUMENT_H
