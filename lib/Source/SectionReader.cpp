//===- SectionReader.cpp - the keys and steps of a section ----------------===//
//
// In a section that is part of the program no line may be ignored: each is a
// key, a step, commentary or an error (DOC-5).
//
//===----------------------------------------------------------------------===//
#include "SectionReader.h"

#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

static StringRef getFirstLine(StringRef text) {
  return text.take_until([](char c) { return c == '\n'; }).rtrim();
}

/// `![alt](url)` alone on its line, perhaps as a link, is commentary.
static bool isImage(StringRef line) {
  return (line.starts_with("![") || line.starts_with("[![")) &&
         (line.ends_with(")") || line.ends_with("]"));
}

static bool isCommentary(const Block &block) {
  switch (block.kind) {
  case BlockKind::Quote:
  case BlockKind::HTML:
  case BlockKind::Break:
  case BlockKind::Fence: // `flux` fences are judged by the document reader
    return true;
  case BlockKind::Paragraph: {
    bool images = true;
    forEachLine(block.range, [&](StringRef line) { images &= isImage(line); });
    return images;
  }
  default:
    return false;
  }
}

static void reportUnexpected(const Block &block, StringRef what,
                             const Section &section, StringRef expected,
                             DiagnosticEngine &diags) {
  diags
      .report(getFirstLine(block.range), diag::unexpected_block, what,
              getSectionWord(section.kind))
      .note("expected " + expected);
}

/// Reports what is neither key nor step; \p block is no commentary.
static void reportUnexpected(const Block &block, const Section &section,
                             StringRef expected, DiagnosticEngine &diags) {
  switch (block.kind) {
  case BlockKind::Heading:
    diags.report(getFirstLine(block.range), diag::heading_in_section,
                 getSectionWord(section.kind), block.level);
    return;
  case BlockKind::IndentedCode:
    return reportUnexpected(block, "indented code", section, expected, diags);
  case BlockKind::List:
    return reportUnexpected(block,
                            block.ordered ? "a numbered list" : "a nested list",
                            section, expected, diags);
  default:
    return reportUnexpected(block, "text", section, expected, diags);
  }
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

using Cells = llvm::SmallVector<StringRef, 4>;

static Cells splitRow(StringRef line) {
  Cells cells;
  line.consume_front("|");
  size_t start = 0, i = 0;
  for (; i < line.size(); ++i) {
    if (line[i] == '\\')
      ++i;
    else if (line[i] == '|') {
      cells.push_back(line.slice(start, i).trim());
      start = i + 1;
    }
  }
  if (start < line.size())
    cells.push_back(line.substr(start).trim());
  return cells;
}

static bool isDelimiterRow(StringRef line) {
  if (!line.contains('|'))
    return false;
  return llvm::all_of(splitRow(line), [](StringRef cell) {
    cell.consume_front(":");
    cell.consume_back(":");
    return !cell.empty() && cell.ltrim('-').empty();
  });
}

/// True if \p lines begin with a header and the line below it.
static bool isTable(llvm::ArrayRef<StringRef> lines) {
  return lines.size() > 1 && lines[0].contains('|') && isDelimiterRow(lines[1]);
}

void flux::readTable(const Block &block, Section &section,
                     DiagnosticEngine &diags) {
  if (isCommentary(block))
    return;
  if (block.kind != BlockKind::Paragraph)
    return reportUnexpected(block, section,
                            "prose, a table, or a 'flux' fence, not indented",
                            diags);
  llvm::SmallVector<StringRef> lines;
  forEachLine(block.range, [&](StringRef line) { lines.push_back(line); });
  llvm::ArrayRef<StringRef> rest = lines;
  while (!rest.empty() && !isTable(rest))
    rest = rest.drop_front(); // prose
  if (rest.empty())
    return;
  if (!section.rows.empty()) {
    diags.report(rest[0], diag::second_table, getSectionWord(section.kind));
    return;
  }
  for (auto [number, line] : llvm::enumerate(rest)) {
    if (number == 1)
      continue;
    Cells cells = splitRow(line);
    if (number && cells.size() > section.rows[0].size()) {
      diags.report(line, diag::table_row, cells.size(), section.rows[0].size());
      continue;
    }
    section.rows.emplace_back(cells.begin(), cells.end());
  }
}

//===----------------------------------------------------------------------===//
// Keys
//===----------------------------------------------------------------------===//

namespace {

constexpr StringRef expectedKey =
    "'key: value' lines, '- key: value' bullets or a two-column table";

class KeyReader {
public:
  KeyReader(Section &section, DiagnosticEngine &diags)
      : section(section), diags(diags) {}

  void read(const Block &block);

private:
  void readParagraph(StringRef text);
  void readLine(StringRef line);
  void readTable(llvm::ArrayRef<StringRef> lines);
  void addKey(StringRef key, StringRef value, StringRef line);

  Section &section;
  DiagnosticEngine &diags;
};

} // namespace

void KeyReader::addKey(StringRef key, StringRef value, StringRef line) {
  StringRef remark;
  if (value.ends_with(")")) {
    unsigned depth = 0;
    for (size_t i = value.size(); i-- > 0;) {
      depth += value[i] == ')';
      depth -= value[i] == '(';
      if (depth)
        continue;
      // `f(x)` is a value, `f (x)` is a value and a remark.
      if (i == 0 || llvm::isSpace(value[i - 1])) {
        remark = value.substr(i).drop_front().drop_back().trim();
        value = value.take_front(i).rtrim();
      }
      break;
    }
  }
  if (key.empty()) {
    diags.report(line, diag::malformed_key, line.take_front(40))
        .note("expected " + expectedKey);
    return;
  }
  if (value.empty()) {
    diags.report(key, diag::key_without_value, key.take_front(40));
    return;
  }
  section.keys.push_back({key, value, remark});
}

void KeyReader::readLine(StringRef line) {
  if (isImage(line))
    return;
  size_t colon = line.find(':');
  if (colon == StringRef::npos)
    return addKey("", "", line);
  StringRef value = line.substr(colon + 1).ltrim();
  if (value.starts_with(":"))
    return addKey("", "", line);
  addKey(line.take_front(colon).rtrim(), value, line);
}

void KeyReader::readTable(llvm::ArrayRef<StringRef> lines) {
  if (section.kind == SectionKind::Settings) { // its columns have titles
    auto &rows = section.tables.emplace_back();
    for (size_t i = 0; i < lines.size(); ++i)
      if (i != 1) {
        Cells cells = splitRow(lines[i]);
        rows.emplace_back(cells.begin(), cells.end());
      }
    return;
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i == 1) // the delimiter row
      continue;
    Cells cells = splitRow(lines[i]);
    if (cells.size() != 2) {
      diags.report(lines[i], diag::table_columns, cells.size());
      if (i == 0)
        return;
      continue;
    }
    if (i == 0 && cells[0].equals_insensitive("key") &&
        cells[1].equals_insensitive("value"))
      continue;
    addKey(cells[0], cells[1], lines[i]);
  }
}

void KeyReader::readParagraph(StringRef text) {
  llvm::SmallVector<StringRef> lines;
  forEachLine(text, [&](StringRef line) { lines.push_back(line); });
  size_t header = 0;
  while (header + 1 < lines.size() &&
         !(lines[header].contains('|') && isDelimiterRow(lines[header + 1])))
    readLine(lines[header++]);
  if (header + 1 < lines.size())
    readTable(llvm::ArrayRef(lines).drop_front(header));
  else
    readLine(lines[header]);
}

void KeyReader::read(const Block &block) {
  if (isCommentary(block))
    return;
  if (block.kind == BlockKind::Paragraph)
    return readParagraph(block.range);
  if (block.kind != BlockKind::List || block.ordered)
    return reportUnexpected(block, section, expectedKey, diags);
  for (const Block &item : block.children) {
    if (item.children.empty())
      addKey("", "", getFirstLine(item.range));
    for (const Block &child : item.children) {
      if (child.kind == BlockKind::Paragraph)
        forEachLine(child.range, [&](StringRef line) { readLine(line); });
      else if (!isCommentary(child))
        reportUnexpected(child, section, expectedKey, diags);
    }
  }
}

void flux::readKeys(const Block &block, Section &section,
                    DiagnosticEngine &diags) {
  KeyReader(section, diags).read(block);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// `name, name (remark)`.
static void readNameLine(StringRef line, Section &section) {
  if (isImage(line))
    return;
  if (line.ends_with(")"))
    line = line.take_until([](char c) { return c == '('; }).rtrim();
  llvm::SmallVector<StringRef, 4> parts;
  line.split(parts, ',');
  for (StringRef part : parts)
    section.names.push_back(part.trim(" \t`"));
}

void flux::readNames(const Block &block, Section &section,
                     DiagnosticEngine &diags) {
  constexpr StringRef expected = "lines or bullets with names";
  if (isCommentary(block))
    return;
  auto readParagraph = [&](const Block &paragraph) {
    forEachLine(paragraph.range,
                [&](StringRef line) { readNameLine(line, section); });
  };
  if (block.kind == BlockKind::Paragraph)
    return readParagraph(block);
  if (block.kind != BlockKind::List || block.ordered)
    return reportUnexpected(block, section, expected, diags);
  for (const Block &item : block.children)
    for (const Block &child : item.children) {
      if (child.kind == BlockKind::Paragraph)
        readParagraph(child);
      else if (!isCommentary(child))
        reportUnexpected(child, section, expected, diags);
    }
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

namespace {

constexpr StringRef expectedStep = "list items, or lines with one step each";

class StepReader {
public:
  StepReader(Section &section, DiagnosticEngine &diags)
      : section(section), diags(diags) {}

  void read(const Block &block);

private:
  void readList(const Block &list, std::vector<Step> &steps, unsigned depth);
  void readItem(const Block &item, std::vector<Step> &steps, unsigned depth);
  static void addStep(std::vector<Step> &steps, StringRef text) {
    Step &step = steps.emplace_back();
    step.text = text;
    step.number = steps.size();
  }

  Section &section;
  DiagnosticEngine &diags;
};

} // namespace

void StepReader::readItem(const Block &item, std::vector<Step> &steps,
                          unsigned depth) {
  if (item.children.empty() ||
      item.children.front().kind != BlockKind::Paragraph) {
    diags.report(getFirstLine(item.range), diag::empty_step);
    return;
  }
  const Block &first = item.children.front();
  StringRef text = getFirstLine(first.range);
  addStep(steps, text);

  // Everything else in the item must be nested steps or commentary.
  auto checkContinuation = [&](StringRef line) {
    if (line.begin() == text.begin() || isImage(line))
      return;
    auto start = llvm::SMLoc::getFromPointer(line.begin());
    diags.report(line, diag::step_continuation).fixIt({start, start}, "- ");
  };
  forEachLine(first.range, checkContinuation);
  for (const Block &child : llvm::drop_begin(item.children)) {
    if (child.kind == BlockKind::List)
      readList(child, steps.back().children, depth + 1);
    else if (child.kind == BlockKind::Paragraph)
      forEachLine(child.range, checkContinuation);
    else if (!isCommentary(child))
      reportUnexpected(child, section, expectedStep, diags);
  }
}

void StepReader::readList(const Block &list, std::vector<Step> &steps,
                          unsigned depth) {
  if (depth > DocumentLimits::maxStepDepth) {
    diags.report(getFirstLine(list.range), diag::steps_too_deep,
                 DocumentLimits::maxStepDepth);
    return;
  }
  for (const Block &item : list.children)
    readItem(item, steps, depth);
}

void StepReader::read(const Block &block) {
  if (isCommentary(block))
    return;
  if (block.kind == BlockKind::List)
    return readList(block, section.steps, /*depth=*/1);
  if (block.kind != BlockKind::Paragraph)
    return reportUnexpected(block, section, expectedStep, diags);
  if (block.range.starts_with("|"))
    return reportUnexpected(block, "a table", section, expectedStep, diags);
  forEachLine(block.range, [&](StringRef line) {
    if (!isImage(line))
      addStep(section.steps, line);
  });
}

void flux::readSteps(const Block &block, Section &section,
                     DiagnosticEngine &diags) {
  StepReader(section, diags).read(block);
}
