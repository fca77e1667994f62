//===- Completion.h - what can be written at a place -----------*- C++ -*-===//
#ifndef FLUX_TOOLING_COMPLETION_H
#define FLUX_TOOLING_COMPLETION_H

#include "flux/Tooling/Analysis.h"

namespace flux {

struct Completion {
  enum Kind : uint8_t {
    Keyword,
    Word, ///< of a step, a key, a heading
    Variable,
    Constant,
    Function,
    Struct,
    Field,
    Type,
    Module,
  };
  Kind kind;
  std::string label;
  std::string insert; ///< what is written; empty: the label
  std::string detail; ///< one line: a type or a signature
  std::string doc;    ///< Markdown; empty also where \c symbol has more
  int symbol = -1;    ///< number in the index
  /// What is replaced; empty: the word before the place.
  llvm::StringRef range;
};

/// The word before \p place that completions replace.
llvm::StringRef getWordBefore(const Analysis &analysis, const char *place);

/// What can be written at \p place instead of the word there, best first: only
/// what has the letters of that word, in this order.
std::vector<Completion> complete(const Analysis &analysis, const char *place);

} // namespace flux

#endif // FLUX_TOOLING_COMPLETION_H
