//===- Headings.cpp - which headings are part of the program --------------===//
//
// One word decides whether a section is program or prose.  The danger is the
// heading that was meant to be one and is read as the other; DOC-4 makes those
// errors, with a repair for either meaning.
//
//===----------------------------------------------------------------------===//
#include "Headings.h"

#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

namespace {

struct ReservedWord {
  llvm::StringLiteral word;
  SectionKind kind;
};

constexpr ReservedWord reservedWords[] = {
    {"Compile", SectionKind::Compile},
    {"Agent", SectionKind::Agent},
    {"Init", SectionKind::Init},
    {"Loop", SectionKind::Loop},
    {"function", SectionKind::Function},
    {"fn", SectionKind::Function},
    {"Settings", SectionKind::Settings},
    {"Supervise", SectionKind::Supervise},
    {"Policy", SectionKind::Policy},
    {"Test", SectionKind::Test},
    {"tile", SectionKind::Tile},
    {"region", SectionKind::Region},
    {"import", SectionKind::Import},
    {"export", SectionKind::Export},
    {"struct", SectionKind::Struct},
    {"enum", SectionKind::Enum},
    {"vocabulary", SectionKind::Vocabulary},
};

/// Words that people give to prose and that only happen to be near.
constexpr llvm::StringLiteral ordinaryWords[] = {
    "text",    "rest",    "best",    "pool",    "title",   "time",
    "file",    "tie",     "till",    "reason",  "legion",  "impact",
    "report",  "expert",  "expect",  "effort",  "strict",  "police",
    "complex", "combine", "compare", "compose", "compete", "junction",
    "fiction", "meetings"};

} // namespace

StringRef flux::getSectionWord(SectionKind kind) {
  if (kind == SectionKind::Meta)
    return "meta";
  for (const ReservedWord &reserved : reservedWords)
    if (reserved.kind == kind)
      return reserved.word;
  return "";
}

static const ReservedWord *findReserved(StringRef word) {
  for (const ReservedWord &reserved : reservedWords)
    if (word.equals_insensitive(reserved.word))
      return &reserved;
  return nullptr;
}

static bool isWordCharacter(char c) { return llvm::isAlnum(c) || c == '_'; }

/// The first word of \p heading, if it ends at a blank, a colon or the end.
static StringRef getFirstWord(StringRef heading) {
  StringRef word = heading.take_while(isWordCharacter);
  StringRef rest = heading.drop_front(word.size());
  bool whole = rest.empty() || llvm::isSpace(rest[0]) || rest[0] == ':';
  return whole ? word : StringRef();
}

bool flux::consumeProseMarker(StringRef &heading) {
  if (!heading.consume_back("{.prose}"))
    return false;
  heading = heading.rtrim();
  return true;
}

bool flux::startsWithReservedWord(StringRef heading) {
  return findReserved(getFirstWord(heading));
}

static void offerProse(DiagnosticBuilder &builder, StringRef heading) {
  auto end = llvm::SMLoc::getFromPointer(heading.end());
  builder.fixIt({end, end}, " {.prose}");
}

/// True for sections that lists of steps, keys or names can be.
static bool mayHoldList(SectionKind kind) {
  switch (kind) {
  case SectionKind::Function:
  case SectionKind::Tile:
  case SectionKind::Region:
  case SectionKind::Import:
  case SectionKind::Struct:
  case SectionKind::Enum:
    return false;
  default:
    return true;
  }
}

/// Reports \p heading if it was probably meant to be a reserved one.
static void checkNearMiss(StringRef heading, bool beforeList,
                          DiagnosticEngine &diags) {
  // `**Loop**`, `Loop.` and `1. Loop` would be prose as well.
  constexpr StringRef decoration = "*_`\"'.,;!?#() \t";
  StringRef word = heading.take_until([](char c) { return c == ':'; });
  bool named = word.size() < heading.size();
  word = word.trim(decoration).ltrim("0123456789").trim(decoration);
  bool callable = false;
  if (!word.empty() && word.find_first_of(" \t\n") != StringRef::npos) {
    // `functon add(x: i64)`: only a signature makes the rest more than prose.
    StringRef first = getFirstWord(heading);
    StringRef rest = heading.drop_front(first.size()).ltrim();
    StringRef name = rest.take_while(isWordCharacter);
    callable = !name.empty() && rest.drop_front(name.size()).starts_with("(");
    if (!callable)
      return;
    word = first;
  }
  if (word.empty())
    return;
  bool isOrdinary = llvm::any_of(ordinaryWords, [&](StringRef ordinary) {
    return word.equals_insensitive(ordinary);
  });
  // Of a list under an ordinary word nobody can tell whether it holds steps.
  if (isOrdinary && !beforeList)
    return;

  unsigned limit = word.size() >= 6 && !isOrdinary ? 2 : 1, best = limit;
  llvm::SmallVector<const ReservedWord *, 2> nearest;
  for (const ReservedWord &reserved : reservedWords) {
    // One edit turns `fn` into half of all two-letter words.
    bool isFunction = reserved.kind == SectionKind::Function;
    if (callable ? !isFunction : reserved.word.size() < 3)
      continue;
    if (isOrdinary && !mayHoldList(reserved.kind))
      continue;
    unsigned distance = editDistance(word, reserved.word, best);
    if (distance > best)
      continue;
    if (distance < best)
      nearest.clear();
    best = distance;
    nearest.push_back(&reserved);
  }
  if (nearest.empty())
    return;
  // Decoration goes with the word: `**Loop**` becomes `Loop`.
  StringRef written = callable ? word
                      : named
                          ? heading.take_until([](char c) { return c == ':'; })
                          : heading;
  auto builder = diags.report(heading, diag::near_miss_heading, heading,
                              nearest.front()->word);
  for (const ReservedWord *reserved : nearest)
    builder.fixIt(DiagnosticEngine::rangeOf(written), reserved->word);
  offerProse(builder, heading);
}

HeadingInfo flux::classifyHeading(StringRef heading, bool beforeList,
                                  DiagnosticEngine &diags) {
  StringRef text = heading;
  if (consumeProseMarker(text))
    return {};
  StringRef word = getFirstWord(text);
  const ReservedWord *reserved = findReserved(word);
  if (!reserved) {
    checkNearMiss(text, beforeList, diags);
    return {};
  }

  StringRef name = text.drop_front(word.size()).ltrim();
  bool colon = name.consume_front(":");
  name = name.trim();
  bool alone = !colon && name.empty();
  bool named = colon && !name.empty();
  bool formed = false;
  switch (reserved->kind) {
  case SectionKind::Compile:
  case SectionKind::Init:
  case SectionKind::Loop:
  case SectionKind::Settings:
  case SectionKind::Supervise:
  case SectionKind::Policy:
  case SectionKind::Vocabulary:
    formed = alone;
    break;
  case SectionKind::Agent:
    formed = alone || !name.empty();
    break;
  case SectionKind::Function:
    formed = !name.empty();
    break;
  case SectionKind::Import:
  case SectionKind::Tile:
  case SectionKind::Struct:
  case SectionKind::Enum:
    formed = named;
    break;
  default:
    formed = alone || named;
    break;
  }
  if (!formed) {
    auto builder = diags.report(heading, diag::heading_form, reserved->word);
    if (reserved->kind == SectionKind::Function ||
        reserved->kind == SectionKind::Tile)
      builder.note("write '## " + reserved->word +
                   ": name(parameter: type) -> type'");
    else if (reserved->kind == SectionKind::Import)
      builder.note("write '## import: std/NAME' or '## import: FILE.flux.md'");
    else
      builder.fixIt(DiagnosticEngine::rangeOf(text), reserved->word);
    offerProse(builder, heading);
    return {};
  }
  return {reserved->kind, word, name};
}

/// True if \p block can be the contents of a section of steps or keys.
static bool looksNormative(const Block &block) {
  if (block.kind == BlockKind::List)
    return true;
  if (block.kind != BlockKind::Paragraph)
    return false;
  StringRef word = block.range.take_while(isWordCharacter);
  return !word.empty() && block.range.drop_front(word.size()).starts_with(":");
}

void flux::checkHeadingLevel(const Block &heading, const Block *following,
                             bool hasTitle, DiagnosticEngine &diags) {
  StringRef text = heading.text;
  StringRef word = getFirstWord(text);
  const ReservedWord *reserved = findReserved(word);
  if (!reserved || consumeProseMarker(text))
    return;
  SectionKind kind = reserved->kind;
  if (heading.level == 3 &&
      (kind == SectionKind::Test || kind == SectionKind::Struct ||
       kind == SectionKind::Enum))
    return;
  StringRef name = text.drop_front(word.size()).ltrim();
  bool colon = name.consume_front(":");
  name = name.ltrim();
  bool isMeant = false;
  if (kind == SectionKind::Function || kind == SectionKind::Tile) {
    StringRef called = name.take_while(isWordCharacter);
    isMeant =
        !called.empty() && name.drop_front(called.size()).starts_with("(");
  } else if (kind == SectionKind::Import || kind == SectionKind::Export ||
             kind == SectionKind::Struct || kind == SectionKind::Enum) {
    isMeant = colon && !name.empty();
  } else if (name.empty() || (colon && (kind == SectionKind::Agent ||
                                        kind == SectionKind::Test))) {
    isMeant = (heading.level == 1 && hasTitle) ||
              (following && looksNormative(*following));
  }
  if (!isMeant)
    return;
  StringRef marks(heading.range.begin(), text.begin() - heading.range.begin());
  auto builder = diags.report(heading.range, diag::near_miss_heading,
                              (marks + text).str(), ("## " + text).str());
  builder.fixIt(DiagnosticEngine::rangeOf(marks), "## ");
  offerProse(builder, heading.text);
}

void flux::checkHeadingLine(StringRef line, DiagnosticEngine &diags) {
  constexpr size_t maxMarks = 4;
  StringRef marks = line.take_while(
      [](char c) { return !llvm::isAlnum(c) && c != '_' && c >= ' '; });
  if (marks.size() > maxMarks || !marks.contains('#'))
    return;
  StringRef text = line.drop_front(marks.size());
  StringRef word = getFirstWord(text);
  if (!findReserved(word))
    return;
  StringRef rest = text.drop_front(word.size());
  if (!rest.empty() && !rest.starts_with(":"))
    return;
  diags.report(line, diag::near_miss_heading, line, ("## " + text).str())
      .fixIt(DiagnosticEngine::rangeOf(marks), "## ");
}

HeadingInfo flux::classifySubheading(StringRef heading, SectionKind above,
                                     DiagnosticEngine &diags) {
  StringRef text = heading;
  if (consumeProseMarker(text))
    return {};
  if (above == SectionKind::Tile && text.equals_insensitive("meta"))
    return {SectionKind::Meta, text, ""};
  auto [word, name] = text.split(':');
  bool named = word.size() < text.size();
  word = word.trim();
  name = name.trim();
  for (SectionKind kind :
       {SectionKind::Test, SectionKind::Struct, SectionKind::Enum})
    if (word.equals_insensitive(getSectionWord(kind)) &&
        (named ? !name.empty() : kind == SectionKind::Test))
      return {kind, word, name};
  // Only the colon tells a misspelt word from the many that prose may use.
  if (!named || name.empty())
    return {};
  for (StringRef ordinary : ordinaryWords)
    if (word.equals_insensitive(ordinary))
      return {};
  for (StringRef near : {"test", "struct", "enum"}) {
    if (editDistance(word, near, 1) > 1)
      continue;
    auto builder =
        diags.report(heading, diag::near_miss_heading, heading, near);
    builder.fixIt(DiagnosticEngine::rangeOf(word), near);
    offerProse(builder, heading);
    break;
  }
  return {};
}
