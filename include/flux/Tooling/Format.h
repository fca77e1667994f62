//===- Format.h - the one layout of programs -------------------*- C++ -*-===//
//
// `fluxc fmt` and the language server lay out the normative text of a document:
// code, steps, keys and the signatures in headings.  What comes out differs
// from what went in by blanks, line ends and the numbers of list items only.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_TOOLING_FORMAT_H
#define FLUX_TOOLING_FORMAT_H

#include "flux/Source/Document.h"
#include "flux/Tooling/Edit.h"
#include <optional>

namespace flux {

class DiagnosticEngine;

/// Appends the edits that lay out code: \p pieces are the bodies of fences,
/// \p indents their indentation in the document.  Adds nothing where a token
/// cannot be read.
void formatCode(llvm::ArrayRef<llvm::StringRef> pieces,
                llvm::ArrayRef<unsigned> indents, std::vector<Edit> &edits);

/// Appends the edits that put the blanks between the tokens of \p line right.
void formatCodeLine(llvm::StringRef line, std::vector<Edit> &edits);

/// Appends the edits that lay out the steps of \p section: markers, nesting
/// and blanks.
void formatSteps(const Section &section, std::vector<Edit> &edits);

/// What formatting made of a document.
struct FormatResult {
  enum Status : uint8_t {
    Unchanged,
    Changed,
    Invalid, ///< the document has errors, which were reported
    Broken,  ///< the layout would change the program: a fault of the formatter
  } status = Unchanged;
  std::vector<Edit> edits; ///< Changed: sorted
  std::string text;        ///< Changed: the whole document
};

/// Lays out the document in \p buffer (which must be a buffer of the engine's
/// SourceMgr), and checks that the result is the same program.
FormatResult formatDocument(llvm::MemoryBufferRef buffer,
                            DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_TOOLING_FORMAT_H
