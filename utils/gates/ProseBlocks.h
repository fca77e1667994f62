//===- ProseBlocks.h - the blocks that are no program ----------*- C++ -*-===//
#ifndef FLUX_UTILS_GATES_PROSEBLOCKS_H
#define FLUX_UTILS_GATES_PROSEBLOCKS_H

#include "flux/Source/Document.h"
#include "llvm/ADT/ArrayRef.h"

namespace flux {

/// A top-level block that readers read and the compiler does not.
struct ProseBlock {
  llvm::StringRef range;
  llvm::StringRef
      kind; ///< "text", "heading", "quote", "fence", "html", "break"
  const Section *section;
};

/// The blocks of \p document, read from \p text, that overlap neither
/// \p program, pieces of the text, nor a test, nor a section's heading.
std::vector<ProseBlock>
findProseBlocks(const Document &document, llvm::StringRef text,
                llvm::ArrayRef<llvm::StringRef> program);

} // namespace flux

#endif // FLUX_UTILS_GATES_PROSEBLOCKS_H
