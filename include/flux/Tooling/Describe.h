//===- Describe.h - what a name is, in words -------------------*- C++ -*-===//
#ifndef FLUX_TOOLING_DESCRIBE_H
#define FLUX_TOOLING_DESCRIBE_H

#include "flux/Tooling/Analysis.h"

namespace flux {

/// The declaration of \p symbol on one line of code: "fn f(x: i64) -> i64".
std::string getSignature(const Symbol &symbol);

/// The documentation of \p symbol: the prose of its section, the comment above
/// it, or the text of a built-in function.
std::string getDocumentation(const Symbol &symbol, const Analysis &analysis);

/// Markdown about what stands at \p place, and the text that it is about; empty
/// if there is nothing to say.
std::string describePlace(const Analysis &analysis, const char *place,
                          llvm::StringRef &range);

} // namespace flux

#endif // FLUX_TOOLING_DESCRIBE_H
