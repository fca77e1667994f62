//===- ProseBlocks.cpp - the blocks that are no program -------------------===//
//
// Apart from flux-mutants.cpp because blocks of Markdown and blocks of
// statements have the same name.
//
//===----------------------------------------------------------------------===//
#include "ProseBlocks.h"
#include "Markdown.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux;
using llvm::StringRef;

static StringRef getName(BlockKind kind) {
  switch (kind) {
  case BlockKind::Heading:
    return "heading";
  case BlockKind::Quote:
    return "quote";
  case BlockKind::Fence:
    return "fence";
  case BlockKind::HTML:
    return "html";
  case BlockKind::Break:
    return "break";
  default:
    return "text";
  }
}

std::vector<ProseBlock>
flux::findProseBlocks(const Document &document, StringRef text,
                      llvm::ArrayRef<StringRef> program) {
  std::vector<ProseBlock> result;
  text.consume_front("\xEF\xBB\xBF");
  std::optional<Block> root = parseMarkdown(text, DocumentLimits::maxUnits);
  if (!root)
    return result;
  for (const Block &block : root->children) {
    auto overlaps = [&](StringRef range) {
      return range.begin() < block.range.end() &&
             block.range.begin() < range.end();
    };
    const Section *section = &document.sections.front();
    for (const Section &candidate : document.sections)
      if (candidate.range.begin() <= block.range.begin())
        section = &candidate;
    bool isTest = llvm::any_of(section->tests, [&](const TestFence &test) {
      return overlaps(test.code.body) || overlaps(test.code.opening) ||
             (test.output && overlaps(test.output->opening));
    });
    bool isTitle = block.kind == BlockKind::Heading &&
                   block.text.begin() == document.title.begin();
    bool isHeading =
        block.kind == BlockKind::Heading && section->kind != SectionKind::Prose;
    if (isTest || isTitle || isHeading || section->kind == SectionKind::Test ||
        llvm::any_of(program, overlaps))
      continue;
    result.push_back({block.range.rtrim(), getName(block.kind), section});
  }
  return result;
}
