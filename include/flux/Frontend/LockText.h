//===- LockText.h - the text of a program in flux.lock ----------*- C++ -*-===//
//
// A changed number, unit or operator is another program, and no rule of the
// language can tell it from the one that was meant.  flux.lock can: it holds a
// short hash of each line that is part of the program, unit by unit.  A
// change is then seen, and because the hash of the old line is known, a typo of
// one letter can be undone with certainty.  Rules: docs/language.md, LOCK-3.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_LOCKTEXT_H
#define FLUX_FRONTEND_LOCKTEXT_H

#include "flux/Frontend/Lock.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace flux {

class DiagnosticEngine;
struct Document;
struct Module;

/// A line of the program.
struct LockedLine {
  llvm::StringRef range; ///< in the document
  unsigned depth = 0;    ///< of a nested step
  /// What counts of it; blanks may differ, remarks and comments are left out.
  std::string text;
};

/// A section, or a declaration of a fence.
struct TextUnit {
  std::string name; ///< "Loop", "fn area"
  std::vector<LockedLine> lines;
};

/// The units of \p document, from which \p module was parsed, in the order of
/// the document.  Tests are no part of the program.
std::vector<TextUnit> collectTextUnits(const Document &document,
                                       const Module &module);

/// The kind of the section of flux.lock that holds units.
inline constexpr llvm::StringLiteral textKind = "text";

/// The value of \p unit in flux.lock: the hashes of its lines.
std::string getTextValue(const TextUnit &unit);

/// Compares \p units with what \p lock holds of \p document, if it holds any
/// text of it: reports each difference, as an error if the build \p isLocked,
/// else as a note.  Returns false after an error.
bool checkTextUnits(llvm::ArrayRef<TextUnit> units, llvm::StringRef document,
                    const LockFile &lock, bool isLocked,
                    DiagnosticEngine &diags);

/// Reports each decision of \p module, the document called \p document, that
/// \p lock does not hold; returns false if there is one.
bool checkDecisions(const Module &module, llvm::StringRef document,
                    const LockFile &lock, DiagnosticEngine &diags);

/// Replaces what \p lock holds of the document called \p name by the text of
/// \p document and the decisions of \p module.
void pinModule(const Module &module, const Document &document,
               llvm::StringRef name, LockFile &lock);

} // namespace flux

#endif // FLUX_FRONTEND_LOCKTEXT_H
