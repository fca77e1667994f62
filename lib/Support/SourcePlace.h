//===- SourcePlace.h - a range as file, line and column --------*- C++ -*-===//
//
// Renderers show places; diagnostics hold pointers.  The translation stands
// here once, so that text, JSON and SARIF never disagree about a column.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_SUPPORT_SOURCEPLACE_H
#define FLUX_LIB_SUPPORT_SOURCEPLACE_H

#include "flux/Support/Diagnostics.h"

namespace flux {

/// A resolved range.  Lines and columns count from 1, columns in bytes; the
/// end is exclusive.
struct SourcePlace {
  llvm::StringRef file;
  unsigned line, column, endLine, endColumn;
  llvm::StringRef lineText; ///< the line of the start, without its end
  llvm::StringRef endLineText;
};

/// Resolves \p range; nullopt if it lies in no buffer of \p sources.
std::optional<SourcePlace> getPlace(const llvm::SourceMgr &sources,
                                    llvm::SMRange range);

/// "note", "warning" or "error", which is also how SARIF spells its levels.
llvm::StringRef getSeverityName(Severity severity);

/// Describes the edit of \p fixIt for a reader: "replace with 'x'".
std::string describeFixIt(const FixIt &fixIt);

/// \p text with every byte that is not UTF-8 replaced: JSON needs that.
std::string toUTF8(llvm::StringRef text);

} // namespace flux

#endif // FLUX_LIB_SUPPORT_SOURCEPLACE_H
