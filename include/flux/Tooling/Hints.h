//===- Hints.h - what editors show beside the text -------------*- C++ -*-===//
#ifndef FLUX_TOOLING_HINTS_H
#define FLUX_TOOLING_HINTS_H

#include "flux/Tooling/Analysis.h"
#include <optional>

namespace flux {

/// The call whose arguments are being written.
struct CallHelp {
  std::string label; ///< the signature
  /// Begin and end of each parameter in the label.
  std::vector<std::pair<unsigned, unsigned>> parameters;
  unsigned active = 0; ///< number of the parameter
  std::string doc;     ///< Markdown; may be empty
};

/// Finds the innermost call that is open at \p place.
std::optional<CallHelp> findCall(const Analysis &analysis, const char *place);

/// A text to be shown at a place.
struct InlayHint {
  const char *place;
  std::string text; ///< ": i64"
};

/// The types, and units, of the names in \p range that state none.
std::vector<InlayHint> findHints(const Analysis &analysis,
                                 llvm::StringRef range);

/// Pieces of more than one line that can be folded: sections, fences, braces,
/// comments and nested steps, by place.
std::vector<llvm::StringRef> findFolds(const Analysis &analysis);

} // namespace flux

#endif // FLUX_TOOLING_HINTS_H
