//===- Markdown.cpp - the blocks of a CommonMark document -----------------===//
//
// libcmark finds the blocks.  It also parses inline markup, which FLUX does not
// need and for which hostile documents take quadratic time, and it swallows
// link definitions, in which a line of a program could vanish.  So it is given
// a copy of the same length in which every character that means something only
// to inline markup is an `x`, and in which nesting is bounded.  Lines and
// columns of the copy are those of the document.
//
//===----------------------------------------------------------------------===//
#include "Markdown.h"

#include "llvm/ADT/StringExtras.h"
#include <cmark-gfm.h>
#include <memory>
#include <string>

using namespace flux;
using llvm::StringRef;

namespace {

/// Makes the copy for libcmark.
class Masker {
public:
  explicit Masker(StringRef text) : copy(text) {}

  /// Masks the copy and returns the number of its units.
  size_t run();

  std::string copy;

private:
  // Nothing that people write nests deeper; libcmark needs time proportional to
  // the depth for each line.
  static constexpr unsigned maxMarkers = 64;
  static constexpr size_t maxMarkerColumn = 160;

  void maskLine(size_t begin, size_t end);
  size_t skipMarkers(size_t begin, size_t end);
  void maskTag(size_t begin, size_t end);
  void maskText(size_t begin, size_t end);

  size_t units = 0;
};

} // namespace

static bool isBlank(char c) { return c == ' ' || c == '\t'; }

static bool isInlineSyntax(char c) {
  return StringRef("[]!*_&<\\`").contains(c);
}

/// Returns the length of the list or quote marker at the start of \p line.
static size_t getMarkerLength(StringRef line) {
  if (line.starts_with(">"))
    return 1;
  size_t length = line.take_while(llvm::isDigit).size();
  if (length > 9)
    return 0;
  StringRef delimiters = length ? ".)" : "-+*";
  if (length == line.size() || !delimiters.contains(line[length]))
    return 0;
  ++length;
  return length == line.size() || isBlank(line[length]) ? length : 0;
}

/// `* * *`, `---` and `===`, which are breaks and underlines.
static bool isRule(StringRef line) {
  char c = line.front();
  return StringRef("*-_=").contains(c) &&
         llvm::all_of(line, [c](char d) { return d == c || isBlank(d); });
}

size_t Masker::skipMarkers(size_t begin, size_t end) {
  StringRef line = StringRef(copy).slice(begin, end);
  size_t at = 0;
  for (unsigned markers = 0; at < line.size();) {
    if (isBlank(line[at])) {
      ++at;
      continue;
    }
    StringRef rest = line.drop_front(at);
    size_t length = isRule(rest) ? 0 : getMarkerLength(rest);
    if (!length)
      break;
    if (++markers > maxMarkers || at > maxMarkerColumn) {
      copy[begin + at] = 'x';
      break;
    }
    ++units;
    at += length;
  }
  return begin + at;
}

void Masker::maskTag(size_t begin, size_t end) {
  // A line that starts like a tag is an HTML block if the tag is right.  What
  // replaces a character must not make a wrong tag right, for then the line
  // would be commentary; "`" is never allowed outside of quotes.
  bool isData = StringRef(copy).slice(begin, end).starts_with("<![CDATA[");
  for (size_t i = begin + (isData ? 9 : 1); i < end; ++i) {
    char &c = copy[i];
    if (!isInlineSyntax(c))
      continue;
    ++units;
    if (StringRef("[_*").contains(c) || (c == '<' && copy[i + 1] != '/'))
      c = '`';
  }
}

void Masker::maskText(size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (!isInlineSyntax(copy[i]))
      continue;
    // These end an HTML block that began on an earlier line.
    StringRef rest = StringRef(copy).slice(i, end);
    if (rest.starts_with("]]>") || rest.starts_with_insensitive("</script") ||
        rest.starts_with_insensitive("</style") ||
        rest.starts_with_insensitive("</textarea") ||
        rest.starts_with_insensitive("</pre")) {
      units += 2;
      ++i;
      continue;
    }
    copy[i] = 'x';
  }
}

void Masker::maskLine(size_t begin, size_t end) {
  ++units;
  begin = skipMarkers(begin, end);
  StringRef rest = StringRef(copy).slice(begin, end);
  if (rest.empty() || isRule(rest))
    return;
  if (rest.front() == '<')
    return maskTag(begin, end);
  size_t run = rest.take_while([](char c) { return c == '`'; }).size();
  if (run >= 3) {
    // A fence, unless there is a "`" in its info string: one is enough.
    begin += run;
    size_t tick = StringRef(copy).slice(begin, end).find('`');
    maskText(begin, end);
    if (tick != StringRef::npos)
      copy[begin + tick] = '`';
    return;
  }
  maskText(begin, end);
}

size_t Masker::run() {
  for (size_t begin = 0; begin < copy.size();) {
    size_t newline = copy.find('\n', begin);
    size_t end = newline == std::string::npos ? copy.size() : newline;
    if (end > begin && copy[end - 1] == '\r')
      maskLine(begin, end - 1);
    else
      maskLine(begin, end);
    begin = end + 1;
  }
  return units;
}

//===----------------------------------------------------------------------===//
// From libcmark's nodes to blocks
//===----------------------------------------------------------------------===//

namespace {

class Converter {
public:
  explicit Converter(StringRef text) : text(text) {
    lineStarts.push_back(0);
    for (size_t at = text.find('\n'); at != StringRef::npos;
         at = text.find('\n', at + 1))
      lineStarts.push_back(at + 1);
    lineStarts.push_back(text.size() + 1);
  }

  Block convert(cmark_node *node);

private:
  /// The line \p number (from 1) without its end.
  StringRef getLine(int number) {
    return text.slice(lineStarts[number - 1], lineStarts[number] - 1)
        .rtrim('\r');
  }
  void convertHeading(Block &block, int firstLine);
  void convertFence(Block &block, int firstLine, int lastLine);

  StringRef text;
  std::vector<size_t> lineStarts;
};

} // namespace

/// `---` or `===` below the lines of a heading.
static bool isUnderline(StringRef line) {
  StringRef mark = line.trim();
  return !mark.empty() && line.take_while(isBlank).size() < 4 &&
         (mark.ltrim('-').empty() || mark.ltrim('=').empty());
}

static BlockKind getKind(cmark_node *node) {
  switch (cmark_node_get_type(node)) {
  case CMARK_NODE_HEADING:
    return BlockKind::Heading;
  case CMARK_NODE_LIST:
    return BlockKind::List;
  case CMARK_NODE_ITEM:
    return BlockKind::Item;
  case CMARK_NODE_BLOCK_QUOTE:
    return BlockKind::Quote;
  case CMARK_NODE_CODE_BLOCK:
    return BlockKind::Fence;
  case CMARK_NODE_HTML_BLOCK:
    return BlockKind::HTML;
  case CMARK_NODE_THEMATIC_BREAK:
    return BlockKind::Break;
  case CMARK_NODE_DOCUMENT:
    return BlockKind::Root;
  default:
    return BlockKind::Paragraph;
  }
}

void Converter::convertHeading(Block &block, int firstLine) {
  StringRef line = getLine(firstLine);
  StringRef title = line.substr(block.range.begin() - line.begin());
  StringRef rest = title.ltrim('#');
  size_t level = title.size() - rest.size();
  if (level >= 1 && level <= 6 && (rest.empty() || isBlank(rest[0]))) {
    block.range = title.rtrim();
    // `## Title ##`: the closing run belongs to the heading only after a blank.
    rest = rest.trim();
    StringRef open = rest.rtrim('#');
    if (open.empty() || isBlank(open.back()))
      rest = open.rtrim();
    block.text = rest;
    return;
  }
  // The underline is the first line that could be one.
  block.underlined = true;
  int numLines = lineStarts.size() - 1;
  int underline = firstLine + 1;
  while (underline < numLines && !isUnderline(getLine(underline)))
    ++underline;
  size_t start = block.range.begin() - text.begin();
  block.range = text.slice(start, getLine(underline).end() - text.begin());
  block.text =
      text.slice(start, getLine(underline - 1).end() - text.begin()).trim();
}

void Converter::convertFence(Block &block, int firstLine, int lastLine) {
  block.opening =
      block.range.take_until([](char c) { return c == '\n'; }).rtrim();
  char fence = block.opening.front();
  block.info = block.opening.ltrim(fence);
  size_t length = block.opening.size() - block.info.size();
  block.info = block.info.trim();

  size_t bodyStart = std::min(lineStarts[firstLine], text.size());
  size_t bodyEnd = std::min(lineStarts[lastLine], text.size());
  if (lastLine > firstLine) {
    StringRef last = getLine(lastLine).trim();
    block.closed = last.size() >= length && last.ltrim(fence).empty() &&
                   getLine(lastLine).take_while(isBlank).size() < 4;
    if (block.closed)
      bodyEnd = lineStarts[lastLine - 1];
  }
  block.body = text.slice(bodyStart, bodyEnd);
}

Block Converter::convert(cmark_node *node) {
  Block block;
  block.kind = getKind(node);
  if (block.kind == BlockKind::Root) {
    block.range = text;
  } else {
    int numLines = lineStarts.size() - 1;
    int firstLine = std::clamp(cmark_node_get_start_line(node), 1, numLines);
    int lastLine =
        std::clamp(cmark_node_get_end_line(node), firstLine, numLines);
    StringRef line = getLine(firstLine);
    size_t column =
        std::clamp<int>(cmark_node_get_start_column(node) - 1, 0, line.size());
    // libcmark is off by one in the last line of headings and HTML blocks.
    bool oneLine = block.kind == BlockKind::HTML;
    block.range = text.slice(line.begin() - text.begin() + column,
                             getLine(oneLine ? firstLine : lastLine).end() -
                                 text.begin());
    if (block.kind == BlockKind::Heading) {
      block.level = cmark_node_get_heading_level(node);
      convertHeading(block, firstLine);
    } else if (block.kind == BlockKind::Fence) {
      int length, offset;
      char character;
      if (cmark_node_get_fenced(node, &length, &offset, &character))
        convertFence(block, firstLine, lastLine);
      else
        block.kind = BlockKind::IndentedCode;
    } else if (block.kind == BlockKind::List) {
      block.ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
    }
  }
  if (block.kind == BlockKind::Root || block.kind == BlockKind::List ||
      block.kind == BlockKind::Item || block.kind == BlockKind::Quote)
    for (cmark_node *child = cmark_node_first_child(node); child;
         child = cmark_node_next(child))
      block.children.push_back(convert(child));
  return block;
}

std::optional<Block> flux::parseMarkdown(StringRef text, size_t maxUnits) {
  Masker masker(text);
  if (masker.run() > maxUnits)
    return std::nullopt;
  std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser(
      cmark_parser_new(CMARK_OPT_DEFAULT), cmark_parser_free);
  cmark_parser_feed(parser.get(), masker.copy.data(), masker.copy.size());
  std::unique_ptr<cmark_node, decltype(&cmark_node_free)> root(
      cmark_parser_finish(parser.get()), cmark_node_free);
  return Converter(text).convert(root.get());
}

void flux::forEachLine(StringRef text,
                       llvm::function_ref<void(StringRef)> visit) {
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    visit(line.trim(" \t\r"));
    text = rest;
  }
}
