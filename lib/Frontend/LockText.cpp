//===- LockText.cpp - the text of a program in flux.lock ------------------===//
//
// Layout, remarks, comments and prose may change freely, so what is hashed is a
// normal form of each line: the words and signs of it.  The search for what a
// changed line was tries every edit of one letter; a hash of 40 bits makes a
// wrong hit as good as impossible.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/LockText.h"

#include "flux/Frontend/AST.h"
#include "flux/Frontend/Lexer.h"
#include "flux/Source/Document.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/xxhash.h"

using namespace flux;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

static bool isWordCharacter(char c) {
  return llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Drops blanks, but for one between two words; strings stay as they are.
static void normalize(StringRef line, std::string &result) {
  result.clear();
  bool isString = false, afterBlank = false;
  for (size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (isString) {
      result += c;
      if (c == '\\' && i + 1 < line.size())
        result += line[++i];
      isString = c != '"';
      continue;
    }
    if (c == ' ' || c == '\t') {
      afterBlank = true;
      continue;
    }
    if (afterBlank && !result.empty() && isWordCharacter(result.back()) &&
        isWordCharacter(c))
      result += ' ';
    afterBlank = false;
    result += c;
    isString = c == '"';
    // A character literal may be a quotation mark or a blank.
    StringRef rest = line.substr(i);
    if (c == '\'' && rest.size() > 2) {
      size_t size = rest[1] == '\\' ? 4 : 3;
      if (rest.take_front(size).ends_with("'")) {
        result += rest.substr(1, size - 1);
        i += size - 1;
      }
    }
  }
}

static constexpr unsigned hashDigits = 10;

static std::string hashLine(StringRef text, unsigned depth) {
  constexpr uint64_t mask = (uint64_t(1) << (hashDigits * 4)) - 1;
  return llvm::utohexstr((llvm::xxh3_64bits(text) + depth) & mask,
                         /*LowerCase=*/true, hashDigits);
}

static std::string hashLine(const LockedLine &line) {
  return hashLine(line.text, line.depth);
}

std::string flux::getTextValue(const TextUnit &unit) {
  std::string value;
  for (const LockedLine &line : unit.lines)
    value += (value.empty() ? "" : " ") + hashLine(line);
  return value;
}

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

namespace {

class TextCollector {
public:
  explicit TextCollector(const Module &module) : module(module) {}
  std::vector<TextUnit> collect(const Document &document);

private:
  void startUnit(const llvm::Twine &name);
  void addLine(StringRef range) { addLine(range, range); }
  void addLine(StringRef range, StringRef text, unsigned depth = 0) {
    LockedLine line;
    line.range = range;
    line.depth = depth;
    normalize(text, line.text);
    units.back().lines.push_back(std::move(line));
  }
  void addSection(const Section &section);
  void addSteps(llvm::ArrayRef<Step> steps, unsigned depth);
  void addRows(llvm::ArrayRef<std::vector<StringRef>> rows, StringRef prose);
  void addCode(StringRef body, bool declares);

  const Module &module;
  std::vector<TextUnit> units;
  llvm::StringMap<unsigned> names;
};

} // namespace

void TextCollector::startUnit(const llvm::Twine &name) {
  TextUnit unit;
  unit.name = name.str();
  if (unsigned count = ++names[unit.name]; count > 1)
    unit.name += " " + llvm::utostr(count);
  units.push_back(std::move(unit));
}

void TextCollector::addSteps(llvm::ArrayRef<Step> steps, unsigned depth) {
  for (const Step &step : steps) {
    // Remarks are prose; they stand at the end or before nested steps.
    std::string text;
    const char *at = step.text.begin(), *end = at;
    for (StringRef remark : module.remarks)
      if (remark.begin() >= at && remark.end() <= step.text.end()) {
        text.append(at, remark.begin());
        if (at != remark.begin())
          end = remark.begin();
        at = remark.end();
      }
    text.append(at, step.text.end());
    if (!StringRef(at, step.text.end() - at).trim(" \t.").empty())
      end = step.text.end();
    StringRef range(step.text.begin(), end - step.text.begin());
    addLine(range.rtrim(" \t."), StringRef(text).rtrim(" \t."), depth);
    addSteps(step.children, depth + 1);
  }
}

/// Adds a table without the column \p prose.
void TextCollector::addRows(llvm::ArrayRef<std::vector<StringRef>> rows,
                            StringRef prose) {
  if (rows.empty())
    return;
  for (const std::vector<StringRef> &row : rows) {
    std::string text;
    StringRef first, last;
    for (size_t i = 0; i < row.size(); ++i) {
      if (i < rows[0].size() && rows[0][i].equals_insensitive(prose))
        continue;
      text += row[i].str() + "|";
      if (first.empty())
        first = row[i];
      if (!row[i].empty())
        last = row[i];
    }
    if (!first.empty())
      addLine(StringRef(first.begin(), last.end() - first.begin()), text);
  }
}

/// Adds the lines of a fence.  If it \p declares, each declaration is a unit.
void TextCollector::addCode(StringRef body, bool declares) {
  ASTContext context;
  llvm::SourceMgr sources;
  DiagnosticEngine silent(sources);
  Lexer lexer(body, context, silent);
  unsigned depth = 0;
  std::string text;
  StringRef range;
  auto flush = [&] {
    if (!text.empty())
      addLine(range, text);
    text.clear();
  };
  std::vector<Token> tokens;
  for (Token token = lexer.next(); token.kind != TokenKind::End;
       token = lexer.next())
    tokens.push_back(token);
  for (auto [index, token] : llvm::enumerate(tokens)) {
    if (token.startsLine)
      flush();
    if (declares && token.startsLine && depth == 0) {
      // `fn name`, `linear struct Name`: keywords, then the name.
      std::string name = token.text.str();
      auto rest = llvm::ArrayRef(tokens).drop_front(index + 1);
      const Token *word = llvm::find_if(rest, [](const Token &next) {
        return next.startsLine || !isKeyword(next.kind);
      });
      for (const Token &keyword : llvm::make_range(rest.begin(), word))
        name += " " + keyword.text.str();
      if (word != rest.end() && word->kind == TokenKind::Identifier &&
          !word->startsLine)
        name += " " + word->text.str();
      startUnit(name);
    }
    if (text.empty())
      range = token.text;
    else if (range.end() != token.text.begin())
      text += ' ';
    text += token.text;
    range = StringRef(range.begin(), token.text.end() - range.begin());
    if (token.text == "{" || token.text == "(" || token.text == "[")
      ++depth;
    else if (depth &&
             (token.text == "}" || token.text == ")" || token.text == "]"))
      --depth;
  }
  flush();
}

void TextCollector::addSection(const Section &section) {
  if (section.kind == SectionKind::Test)
    return; // tests are no part of the program
  bool isProse = section.kind == SectionKind::Prose;
  if (!isProse) {
    StringRef word = getSectionWord(section.kind);
    StringRef name =
        section.name.take_while([](char c) { return isWordCharacter(c); });
    if (section.kind == SectionKind::Import)
      name = section.name;
    startUnit(name.empty() ? word : word + " " + name);
    addLine(section.heading);
  }
  for (const KeyValue &entry : section.keys) {
    StringRef range = entry.key;
    if (entry.value.begin() > range.begin())
      range = StringRef(range.begin(), entry.value.end() - range.begin());
    addLine(range, (entry.key + ":" + entry.value).str());
  }
  for (const auto &table : section.tables)
    addRows(table, "description");
  addRows(section.rows, "doc");
  for (StringRef name : section.names)
    addLine(name);
  addSteps(section.steps, /*depth=*/0);
  for (const Fence &fence : section.fences)
    addCode(fence.body, isProse);
}

std::vector<TextUnit> TextCollector::collect(const Document &document) {
  for (const Section &section : document.sections)
    addSection(section);
  return std::move(units);
}

std::vector<TextUnit> flux::collectTextUnits(const Document &document,
                                             const Module &module) {
  return TextCollector(module).collect(document);
}

//===----------------------------------------------------------------------===//
// Repairs
//===----------------------------------------------------------------------===//

namespace {

/// Looks for the line that \p line was before an edit of one letter.
class LineRestorer {
public:
  LineRestorer(const LockedLine &line, llvm::ArrayRef<StringRef> pinned)
      : line(line.range), depth(line.depth), pinned(pinned) {}
  /// True if there is one; text() is then it.
  bool run();
  StringRef text() const { return candidate; }

private:
  bool matches() {
    normalize(candidate, normal);
    return llvm::is_contained(pinned, hashLine(normal, depth));
  }

  StringRef line;
  unsigned depth;
  llvm::ArrayRef<StringRef> pinned;
  std::string candidate, normal;
};

} // namespace

bool LineRestorer::run() {
  constexpr size_t maxLength = 400; // longer lines would take too long
  if (line.size() > maxLength)
    return false;
  // Letters too many first: without them, a blank in their place would do.
  for (size_t i = 0; i < line.size(); ++i) {
    candidate = line.str();
    candidate.erase(i, 1);
    if (matches())
      return true;
  }
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    candidate = line.str();
    std::swap(candidate[i], candidate[i + 1]);
    if (matches())
      return true;
  }
  auto tryLetters = [&](size_t at) {
    constexpr char firstPrintable = ' ', lastPrintable = '~';
    for (char c = lastPrintable; c >= firstPrintable; --c) {
      candidate[at] = c;
      if (matches())
        return true;
    }
    return false;
  };
  for (size_t i = 0; i < line.size(); ++i) {
    candidate = line.str();
    if (tryLetters(i))
      return true;
  }
  for (size_t i = 0; i <= line.size(); ++i) {
    candidate = line.str();
    candidate.insert(i, 1, ' ');
    if (tryLetters(i))
      return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

namespace {

class TextComparer {
public:
  TextComparer(bool isLocked, DiagnosticEngine &diags)
      : isLocked(isLocked), diags(diags) {}
  void compare(const TextUnit &unit, StringRef value);
  DiagnosticBuilder report(llvm::SMRange range, StringRef name, StringRef how) {
    return diags.report(range,
                        isLocked ? diag::text_not_locked : diag::text_changed,
                        name, how);
  }

private:
  bool isLocked;
  DiagnosticEngine &diags;
  unsigned numSearches = 0;
};

} // namespace

void TextComparer::compare(const TextUnit &unit, StringRef value) {
  llvm::SmallVector<StringRef> pinned;
  value.split(pinned, ' ', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  // Lines at both ends that are the same need no look.
  llvm::ArrayRef<LockedLine> lines = unit.lines;
  llvm::ArrayRef<StringRef> old = pinned;
  while (!lines.empty() && !old.empty() &&
         hashLine(lines.front()) == old.front()) {
    lines = lines.drop_front();
    old = old.drop_front();
  }
  while (!lines.empty() && !old.empty() &&
         hashLine(lines.back()) == old.back()) {
    lines = lines.drop_back();
    old = old.drop_back();
  }
  if (lines.empty() && old.empty())
    return;
  StringRef place =
      lines.empty() ? unit.lines.front().range : lines.front().range;
  auto builder = report(DiagnosticEngine::rangeOf(place), unit.name,
                        lines.empty() ? "has lost a line" : "differs");
  // The search is for typos, of which there are few.
  constexpr unsigned maxSearches = 4;
  if (lines.size() == 1 && numSearches++ < maxSearches) {
    LineRestorer restorer(lines.front(), old);
    if (restorer.run())
      builder
          .note("the line was '" + shorten(restorer.text(), 120) +
                "' when flux.lock was written")
          .fixIt(DiagnosticEngine::rangeOf(place), restorer.text());
  }
  if (isLocked)
    builder.note("'--write-lock' accepts the text as it is");
}

bool flux::checkDecisions(const Module &module, StringRef document,
                          const LockFile &lock, DiagnosticEngine &diags) {
  unsigned before = diags.getNumErrors();
  for (const Decision &decision : module.decisions) {
    std::optional<StringRef> pinned = lock.lookup(
        LockFile::getSectionName(document, decision.kind), decision.key);
    if (!pinned)
      diags
          .report(decision.place, diag::not_in_lock, decision.kind,
                  decision.key)
          .note("'--write-lock' writes the file, once what was decided is "
                "right");
    else if (*pinned != decision.value)
      diags.report(decision.place, diag::lock_differs, decision.kind,
                   decision.key, decision.value, *pinned);
  }
  return diags.getNumErrors() == before;
}

void flux::pinModule(const Module &module, const Document &document,
                     StringRef name, LockFile &lock) {
  lock.removeDocument(name);
  for (const Decision &decision : module.decisions)
    lock.set(LockFile::getSectionName(name, decision.kind), decision.key,
             decision.value);
  for (const TextUnit &unit : collectTextUnits(document, module))
    lock.set(LockFile::getSectionName(name, textKind), unit.name,
             getTextValue(unit));
}

bool flux::checkTextUnits(llvm::ArrayRef<TextUnit> units, StringRef document,
                          const LockFile &lock, bool isLocked,
                          DiagnosticEngine &diags) {
  std::string section = LockFile::getSectionName(document, textKind);
  const LockFile::Section *pinned = lock.findSection(section);
  if (!pinned)
    return true;
  TextComparer comparer(isLocked, diags);
  unsigned before = diags.getNumErrors();
  llvm::StringMap<bool> seen;
  for (const TextUnit &unit : units) {
    seen[unit.name] = true;
    if (std::optional<StringRef> value = lock.lookup(section, unit.name))
      comparer.compare(unit, *value);
    else
      comparer.report(unit.lines.empty()
                          ? llvm::SMRange()
                          : DiagnosticEngine::rangeOf(unit.lines[0].range),
                      unit.name, "is new");
  }
  for (const auto &[name, value] : *pinned)
    if (!seen.contains(name))
      comparer.report(llvm::SMRange(), name, "is missing");
  return diags.getNumErrors() == before;
}
