//===- Markdown.h - the blocks of a CommonMark document --------*- C++ -*-===//
//
// The document reader needs to know what CommonMark says is a heading, a list
// or a fence, and exactly where; it needs nothing of inline markup.  This file
// is all that it sees of libcmark.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_SOURCE_MARKDOWN_H
#define FLUX_LIB_SOURCE_MARKDOWN_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <vector>

namespace flux {

enum class BlockKind {
  Root,
  Heading,
  Paragraph,
  List,
  Item,
  Quote,
  Fence,
  IndentedCode,
  HTML,
  Break,
};

/// A block of the document.  Every StringRef points into the document.
struct Block {
  BlockKind kind = BlockKind::Root;
  /// From the first character of the block to the end of its last line; of an
  /// HTML block, only its first line.
  llvm::StringRef range;
  unsigned level = 0;      ///< Heading
  bool underlined = false; ///< Heading: a setext heading
  bool ordered = false;    ///< List
  bool closed = false;     ///< Fence: the closing fence exists
  llvm::StringRef text;    ///< Heading: without its markers
  llvm::StringRef opening; ///< Fence: the opening line
  llvm::StringRef info;    ///< Fence: the info string
  llvm::StringRef body;    ///< Fence: the lines between the fences
  std::vector<Block> children;
};

/// Parses \p text, which must be UTF-8 without NUL and without `\r` other than
/// before `\n`.  Returns nullopt for more than \p maxUnits lines, list markers
/// and the like: time and memory grow with their number.
std::optional<Block> parseMarkdown(llvm::StringRef text, size_t maxUnits);

/// Calls \p visit for each line of \p text, trimmed on both sides.
void forEachLine(llvm::StringRef text,
                 llvm::function_ref<void(llvm::StringRef)> visit);

} // namespace flux

#endif // FLUX_LIB_SOURCE_MARKDOWN_H
