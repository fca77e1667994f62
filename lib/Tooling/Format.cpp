//===- Format.cpp - the layout of a document ------------------------------===//
//
// Decides which text of a document is laid out, and proves that the program
// stayed the same: the result is parsed again, and its tokens, steps, keys and
// tree must be those of the original.  A formatter that can change what a
// document means is worse than none.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Format.h"
#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/Parser.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

namespace {

/// A document and its tree.
struct ParsedDocument {
  Document document;
  ASTContext context;
  Module *module = nullptr;
};

} // namespace

static bool isBlank(char c) { return c == ' ' || c == '\t'; }

/// The indentation of the line that opens \p fence.
static unsigned getIndent(const Fence &fence, StringRef text) {
  const char *begin = fence.info.begin();
  while (begin > text.begin() && begin[-1] != '\n')
    --begin;
  return StringRef(begin, fence.info.begin() - begin)
      .take_while(isBlank)
      .size();
}

/// The body of a function section may stand to the right, as in braces.
static unsigned getBodyIndent(StringRef body) {
  constexpr unsigned bodyIndent = 2;
  StringRef line = body.ltrim("\r\n");
  return std::min<unsigned>(line.take_while(isBlank).size() / bodyIndent, 1) *
         bodyIndent;
}

/// `key:value` becomes `key: value`; tables stay as they are.
static void formatKey(const KeyValue &entry, std::vector<Edit> &edits) {
  const char *end = entry.value.begin();
  if (end < entry.key.end())
    return;
  StringRef between(entry.key.end(), end - entry.key.end());
  if (between.trim(" \t") == ":" && between != ": ")
    edits.push_back({between, ": "});
}

static std::vector<Edit> collectEdits(const Document &document,
                                      StringRef text) {
  std::vector<Edit> edits;
  for (const Section &section : document.sections) {
    bool isFunction = section.kind == SectionKind::Function ||
                      section.kind == SectionKind::Tile;
    if (isFunction && !section.name.contains('\n'))
      formatCodeLine(section.name, edits);
    for (const KeyValue &entry : section.keys)
      formatKey(entry, edits);
    formatSteps(section, edits);

    llvm::SmallVector<StringRef, 4> pieces;
    llvm::SmallVector<unsigned, 4> indents;
    auto flush = [&] {
      formatCode(pieces, indents, edits);
      pieces.clear();
      indents.clear();
    };
    for (const Fence &fence : section.fences) {
      pieces.push_back(fence.body);
      indents.push_back(getIndent(fence, text));
      if (isFunction)
        indents.back() += getBodyIndent(section.fences.front().body);
      // The fences of a function are one body, others stand for themselves.
      if (!isFunction)
        flush();
    }
    flush();
    // Code that must be refused stays as it is.
    for (const TestFence &test : section.tests) {
      if (!test.id.empty())
        continue;
      pieces.push_back(test.code.body);
      indents.push_back(getIndent(test.code, text));
      flush();
    }
  }
  sortEdits(edits);
  return edits;
}

//===----------------------------------------------------------------------===//
// The same program
//===----------------------------------------------------------------------===//

static std::string printTree(const ParsedDocument &parsed) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printAST(*parsed.module, os);
  // Counts of array types print as they are written.
  llvm::erase(text, ' ');
  return text;
}

static std::string dropBlanks(StringRef text) {
  std::string result = text.str();
  llvm::erase_if(result, isBlank);
  return result;
}

static bool isSame(llvm::ArrayRef<Step> a, llvm::ArrayRef<Step> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Step &first, const Step &second) {
                      return dropBlanks(first.text) ==
                                 dropBlanks(second.text) &&
                             isSame(first.children, second.children);
                    });
}

/// Compares the tokens of two pieces of code, and where lines end.
static bool hasSameTokens(StringRef a, StringRef b, ParsedDocument &parsed,
                          DiagnosticEngine &diags) {
  Lexer first(a, parsed.context, diags), second(b, parsed.context, diags);
  while (true) {
    Token x = first.next(), y = second.next();
    if (x.kind != y.kind)
      return false;
    if (x.kind == TokenKind::End)
      return true;
    if (x.text != y.text || x.startsLine != y.startsLine)
      return false;
  }
}

static bool isSame(const Section &a, const Section &b, ParsedDocument &parsed,
                   DiagnosticEngine &diags) {
  if (a.kind != b.kind || dropBlanks(a.heading) != dropBlanks(b.heading) ||
      !isSame(a.steps, b.steps) || a.fences.size() != b.fences.size() ||
      a.keys.size() != b.keys.size() || a.tests.size() != b.tests.size())
    return false;
  for (auto [x, y] : llvm::zip_equal(a.keys, b.keys))
    if (x.key != y.key || x.value != y.value || x.remark != y.remark)
      return false;
  if (a.tests.size() != b.tests.size())
    return false;
  for (auto [x, y] : llvm::zip_equal(a.tests, b.tests))
    if (x.code.info != y.code.info ||
        x.output.has_value() != y.output.has_value() ||
        (x.output && x.output->body != y.output->body) ||
        !hasSameTokens(x.code.body, y.code.body, parsed, diags))
      return false;
  for (auto [x, y] : llvm::zip_equal(a.fences, b.fences))
    if (x.info != y.info || !hasSameTokens(x.body, y.body, parsed, diags))
      return false;
  for (auto [x, y] : llvm::zip_equal(a.tests, b.tests))
    if (x.code.info != y.code.info ||
        x.output.has_value() != y.output.has_value() ||
        (x.output && x.output->body != y.output->body) ||
        !hasSameTokens(x.code.body, y.code.body, parsed, diags))
      return false;
  return true;
}

static bool isSame(ParsedDocument &a, ParsedDocument &b) {
  if (a.document.title != b.document.title ||
      a.document.sections.size() != b.document.sections.size())
    return false;
  llvm::SourceMgr sources;
  DiagnosticEngine diags(sources);
  for (auto [x, y] : llvm::zip_equal(a.document.sections, b.document.sections))
    if (!isSame(x, y, a, diags))
      return false;
  return printTree(a) == printTree(b);
}

//===----------------------------------------------------------------------===//
// Formatting
//===----------------------------------------------------------------------===//

static bool parse(llvm::MemoryBufferRef buffer, DiagnosticEngine &diags,
                  ParsedDocument &parsed) {
  unsigned before = diags.getNumErrors();
  parsed.document = parseDocument(buffer, diags);
  diags.setTrail([&document = parsed.document](llvm::SMLoc loc) {
    return document.describe(loc);
  });
  parsed.module = parseModule(parsed.document, parsed.context, diags,
                              {/*all=*/true, /*refused=*/nullptr});
  diags.setTrail(nullptr);
  return diags.getNumErrors() == before;
}

/// The one edit that turns \p text into \p result.
static Edit getDifference(StringRef text, StringRef result) {
  size_t least = std::min(text.size(), result.size()), front = 0, back = 0;
  while (front < least && text[front] == result[front])
    ++front;
  while (back < least - front &&
         text[text.size() - 1 - back] == result[result.size() - 1 - back])
    ++back;
  return {text.drop_front(front).drop_back(back),
          result.drop_front(front).drop_back(back).str()};
}

FormatResult flux::formatDocument(llvm::MemoryBufferRef buffer,
                                  DiagnosticEngine &diags) {
  FormatResult result;
  ParsedDocument before;
  if (!parse(buffer, diags, before)) {
    result.status = FormatResult::Invalid;
    return result;
  }
  StringRef text = buffer.getBuffer();
  result.edits = collectEdits(before.document, text);
  if (result.edits.empty())
    return result;
  result.text = applyEdits(text, result.edits);
  result.status = FormatResult::Changed;

  // A line that follows another one may need a second round; what was laid out
  // must stay as it is.
  constexpr unsigned maxRounds = 8;
  for (unsigned round = 1; round <= maxRounds; ++round) {
    ParsedDocument after;
    llvm::SourceMgr sources;
    DiagnosticEngine silent(sources); // without renderers
    auto copy = llvm::MemoryBuffer::getMemBuffer(result.text);
    if (!parse(*copy, silent, after) || !isSame(before, after))
      break;
    std::vector<Edit> edits = collectEdits(after.document, copy->getBuffer());
    if (edits.empty())
      return result;
    std::string next = applyEdits(copy->getBuffer(), edits);
    result.edits = {getDifference(text, next)};
    result.text = std::move(next);
  }
  result.status = FormatResult::Broken;
  return result;
}
