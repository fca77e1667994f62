//===- Highlight.h - what each piece of a program is -----------*- C++ -*-===//
#ifndef FLUX_TOOLING_HIGHLIGHT_H
#define FLUX_TOOLING_HIGHLIGHT_H

#include "flux/Tooling/Analysis.h"

namespace flux {

/// A piece of normative text.
struct Highlight {
  enum Kind : uint8_t {
    Comment,
    Keyword, ///< also the verbs of steps
    Number,
    String,
    Operator,
    Type,
    Variable,
    Parameter,
    Constant,
    Function,
    Field,  ///< also keys
    Module, ///< an imported document
  };
  Kind kind;
  llvm::StringRef range; ///< on one line
  bool declares = false;
  int symbol = -1; ///< number in the index
};

/// The pieces of all code, signatures and steps, by place.  Names that mean
/// nothing are left out.
std::vector<Highlight> highlight(const Analysis &analysis);

/// True if what follows the word in the headings of such sections is code.
bool hasCodeInHeading(SectionKind kind);

/// The name of \p kind: "keyword".
llvm::StringRef getHighlightName(Highlight::Kind kind);
constexpr unsigned numHighlightKinds = Highlight::Module + 1;

} // namespace flux

#endif // FLUX_TOOLING_HIGHLIGHT_H
