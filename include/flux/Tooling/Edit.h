//===- Edit.h - changes to the text of a document --------------*- C++ -*-===//
#ifndef FLUX_TOOLING_EDIT_H
#define FLUX_TOOLING_EDIT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace flux {

/// Replace \c range, a piece of the document's buffer, by \c text.
struct Edit {
  llvm::StringRef range;
  std::string text;
};

/// Sorts \p edits by place.
void sortEdits(std::vector<Edit> &edits);

/// Applies \p edits, which must be sorted and must not overlap, to \p text.
std::string applyEdits(llvm::StringRef text, llvm::ArrayRef<Edit> edits);

} // namespace flux

#endif // FLUX_TOOLING_EDIT_H
