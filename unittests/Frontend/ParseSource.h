//===- ParseSource.h - what a document parses to ---------------*- C++ -*-===//
//
// Tests of the parser compare the printed tree and the ids and places of the
// messages.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_UNITTESTS_FRONTEND_PARSESOURCE_H
#define FLUX_UNITTESTS_FRONTEND_PARSESOURCE_H

#include "flux/Frontend/Parser.h"
#include "flux/Support/Diagnostics.h"
#include "gtest/gtest.h"

namespace flux {

/// Collects messages as "FLX0301 3:1 'the text of its range'" lines.
class Recorder : public DiagnosticRenderer {
public:
  Recorder(const llvm::SourceMgr &sources, std::string &messages)
      : sources(sources), messages(messages) {}
  void handle(const Diagnostic &diagnostic) override {
    auto [line, column] = sources.getLineAndColumn(diagnostic.range.Start);
    const char *begin = diagnostic.range.Start.getPointer();
    messages += getDiagInfo(diagnostic.id).code.str() + " " +
                std::to_string(line) + ":" + std::to_string(column) + " '" +
                std::string(begin, diagnostic.range.End.getPointer()) + "'\n";
  }

private:
  const llvm::SourceMgr &sources;
  std::string &messages;
};

/// A parsed document.
class ParseSource {
public:
  explicit ParseSource(llvm::StringRef source) : diags(sources) {
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(source, "a.md");
    llvm::MemoryBufferRef ref = *buffer;
    sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
    diags.setErrorLimit(0);
    diags.addRenderer(std::make_unique<Recorder>(sources, messages));
    Document document = parseDocument(ref, diags);
    module = parseModule(document, context, diags);
    llvm::raw_string_ostream os(tree);
    printAST(*module, os);
  }
  /// The document with \p code in one fence, from line 4 on.
  static ParseSource code(const std::string &code) {
    return ParseSource("# T\n\n```flux\n" + code + "\n```\n");
  }
  /// The document whose function has \p body, from line 5 on.
  static ParseSource body(const std::string &body) {
    return code("fn f() {\n" + body + "\n}");
  }

  llvm::SourceMgr sources;
  DiagnosticEngine diags;
  ASTContext context;
  Module *module;
  std::string messages, tree;
};

} // namespace flux

#endif // FLUX_UNITTESTS_FRONTEND_PARSESOURCE_H
