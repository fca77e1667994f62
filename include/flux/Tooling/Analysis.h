//===- Analysis.h - one document, as far as understood ---------*- C++ -*-===//
//
// What tools need to know about a document while it is being written: its
// tree, its names and its messages, also where it is wrong.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_TOOLING_ANALYSIS_H
#define FLUX_TOOLING_ANALYSIS_H

#include "flux/Frontend/AST.h"
#include "flux/Source/Document.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Tooling/Edit.h"
#include "flux/Tooling/Index.h"

namespace flux {

/// Where imported documents are looked for.
struct AnalysisOptions {
  std::string stdDir;                  ///< empty: the library in the program
  std::vector<std::string> importDirs; ///< for `NAME/NAME`
};

class Analysis {
public:
  /// Reads, parses and checks \p text; \p name is the document's name.
  explicit Analysis(llvm::StringRef text,
                    llvm::StringRef name = "document.flux.md",
                    const AnalysisOptions &searched = {});

  llvm::StringRef getText() const { return text; }
  llvm::MemoryBufferRef getBuffer() const {
    return {text, sources.getMemoryBuffer(1)->getBufferIdentifier()};
  }
  const Document &getDocument() const { return document; }
  const Module &getModule() const { return *module; }
  TypeContext &getTypes() const { return context.types; }
  /// What code may do to the world, as far as it could be found.
  const EffectGraph &getEffects() const { return context.effects; }
  /// The place of \p text in the document, or in what it imports: the name of
  /// the file, line and column, from 1.
  std::tuple<std::string, unsigned, unsigned>
  locate(llvm::StringRef place) const;
  /// The text that \p place is in, this document or one that it imports, and
  /// the path that it was read from.
  llvm::MemoryBufferRef getSource(llvm::StringRef place) const;
  const Index &getIndex() const { return index; }
  /// The section that holds \p place.
  const Section &getSection(const char *place) const;

  llvm::ArrayRef<Diagnostic> getDiagnostics() const { return diagnostics; }
  /// Errors of the reader and the parsers.  Where there are any, those of Sema
  /// are not counted: they may be echoes.
  unsigned getNumParseErrors() const { return numParseErrors; }
  unsigned getNumErrors() const { return numErrors; }

private:
  llvm::SMRange moveIntoText(llvm::SMRange range) const;
  void moveIntoText(Diagnostic &diagnostic) const;

  llvm::SourceMgr sources;
  llvm::StringRef text;
  Document document;
  mutable ASTContext context; ///< types are made on demand
  Module *module = nullptr;
  Index index;
  std::vector<Diagnostic> diagnostics;
  unsigned numParseErrors = 0, numErrors = 0;
};

/// The edits of the repairs of \p diagnostic that work: the document has fewer
/// errors with them.  Each element is one repair.
std::vector<std::vector<Edit>> getVerifiedRepairs(const Analysis &analysis,
                                                  const Diagnostic &diagnostic);

} // namespace flux

#endif // FLUX_TOOLING_ANALYSIS_H
