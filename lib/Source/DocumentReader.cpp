//===- DocumentReader.cpp - from Markdown blocks to sections --------------===//
//
// Walks the top-level blocks of a document, opens a section at each heading and
// gives each block to the rule of its section.  Rules: docs/language.md,
// section 1.
//
//===----------------------------------------------------------------------===//
#include "Headings.h"
#include "Markdown.h"
#include "SectionReader.h"

#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

using namespace flux;
using llvm::StringRef;

namespace {

class DocumentReader {
public:
  DocumentReader(StringRef text, DiagnosticEngine &diags)
      : text(text), diags(diags) {}

  Document read();

private:
  bool checkText();
  void readBlock(const Block &block);
  void readHeading(const Block &heading);
  void openSection(const Block &heading, const HeadingInfo &info);
  void readSubheading(const Block &heading);
  void readFence(const Block &fence);
  void readFluxFence(const Block &fence);
  bool readTestFence(const Fence &fence);
  void checkTestSections();
  void checkNestedFences(const Block &block);
  void checkFenceOpening(const Block &block);
  Section &current() { return document.sections.back(); }

  StringRef text;
  DiagnosticEngine &diags;
  Document document;
  const Block *following = nullptr; ///< the block after the one that is read
};

/// What the info string of a fence says.
enum class FenceLanguage { Flux, NearMiss, Other };

} // namespace

static StringRef getLanguage(StringRef info) {
  return info.take_until(llvm::isSpace);
}

static FenceLanguage classifyFence(StringRef info) {
  StringRef language = getLanguage(info);
  if (language == "flux")
    return FenceLanguage::Flux;
  if (language == "flex") // a lexer generator
    return FenceLanguage::Other;
  // `{.flux}` and `flux,test` are other tools' ways to write it.
  StringRef word = language.drop_until(llvm::isAlnum);
  word = word.take_while(llvm::isAlnum);
  bool near =
      editDistance(language, "flux", 1) <= 1 || word.equals_insensitive("flux");
  return near ? FenceLanguage::NearMiss : FenceLanguage::Other;
}

static bool hasKeys(SectionKind kind) {
  return kind == SectionKind::Compile || kind == SectionKind::Agent ||
         kind == SectionKind::Import || kind == SectionKind::Meta ||
         kind == SectionKind::Region || kind == SectionKind::Settings ||
         kind == SectionKind::Supervise;
}

/// True for the sections whose `flux` fences are a body.
static bool hasBody(SectionKind kind) {
  return kind == SectionKind::Function || kind == SectionKind::Tile;
}

static bool isTypeSection(SectionKind kind) {
  return kind == SectionKind::Struct || kind == SectionKind::Enum;
}

static bool hasSteps(SectionKind kind) {
  return kind == SectionKind::Init || kind == SectionKind::Loop ||
         kind == SectionKind::Test || kind == SectionKind::Policy ||
         kind == SectionKind::Vocabulary;
}

/// True for the sections that a document has once.
static bool isUnique(SectionKind kind) {
  return kind == SectionKind::Compile || kind == SectionKind::Agent ||
         kind == SectionKind::Init || kind == SectionKind::Loop ||
         kind == SectionKind::Settings || kind == SectionKind::Supervise ||
         kind == SectionKind::Policy || kind == SectionKind::Vocabulary;
}

/// Reports what makes \p text no text at all; nothing else is then read.
bool DocumentReader::checkText() {
  if (text.size() > DocumentLimits::maxBytes) {
    diags.report(text.take_front(0), diag::document_too_large,
                 DocumentLimits::maxBytes, "bytes");
    return false;
  }
  auto *at = reinterpret_cast<const llvm::UTF8 *>(text.begin());
  auto *end = reinterpret_cast<const llvm::UTF8 *>(text.end());
  if (!llvm::isLegalUTF8String(&at, end)) {
    diags.report(
        text.substr(reinterpret_cast<const char *>(at) - text.begin(), 1),
        diag::not_utf8);
    return false;
  }
  size_t control = text.find_if([](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' &&
           c != '\r';
  });
  if (control != StringRef::npos) {
    diags.report(text.substr(control, 1), diag::control_character,
                 llvm::formatv("U+{0:X-4}", int(text[control])).str());
    return false;
  }
  for (size_t i = text.find('\r'); i != StringRef::npos;
       i = text.find('\r', i + 1)) {
    if (text.substr(i + 1).starts_with("\n"))
      continue;
    diags.report(text.substr(i, 1), diag::lone_carriage_return);
    return false;
  }
  return true;
}

void DocumentReader::openSection(const Block &heading,
                                 const HeadingInfo &info) {
  Section section;
  section.kind = info.kind;
  section.heading = heading.text;
  consumeProseMarker(section.heading);
  section.word = info.word;
  section.name = info.name;
  section.range = heading.range;

  if (isUnique(info.kind)) {
    for (const Section &other : document.sections)
      if (other.kind == info.kind) {
        diags
            .report(heading.text, diag::second_section,
                    getSectionWord(info.kind))
            .note(DiagnosticEngine::rangeOf(other.heading),
                  "the first one is here");
        break;
      }
  }
  document.sections.push_back(std::move(section));
}

/// Reads a heading of level 3, which may attach a section to the one above.
void DocumentReader::readSubheading(const Block &heading) {
  int parent = current().parent;
  bool isSub = parent >= 0;
  if (!isSub)
    parent = document.sections.size() - 1;
  SectionKind kind = document.sections[parent].kind;
  HeadingInfo info = classifySubheading(heading.text, kind, diags);
  if (info.kind == SectionKind::Prose) {
    if (kind != SectionKind::Prose)
      diags.report(heading.range, diag::heading_in_section,
                   getSectionWord(kind), heading.level);
    if (!isSub)
      return;
  }
  openSection(heading, info);
  if (info.kind != SectionKind::Prose)
    current().parent = parent;
}

void DocumentReader::readHeading(const Block &heading) {
  SectionKind kind = current().kind;
  if (heading.level != 2 && !heading.underlined)
    checkHeadingLevel(heading, following, !document.title.empty(), diags);
  if (heading.level == 3)
    return readSubheading(heading);
  if (heading.level > 3) {
    if (kind != SectionKind::Prose)
      diags.report(heading.range, diag::heading_in_section,
                   getSectionWord(kind), heading.level);
    return;
  }
  // The underline may have been meant as a break below a step.
  StringRef text = heading.text;
  if (heading.underlined && (hasKeys(kind) || hasSteps(kind)) &&
      !consumeProseMarker(text) && !startsWithReservedWord(text)) {
    StringRef underline = heading.range.rsplit('\n').second.trim();
    auto start = llvm::SMLoc::getFromPointer(underline.begin());
    diags.report(underline, diag::underlined_heading, underline.take_front(40))
        .fixIt({start, start}, "\n");
    return;
  }
  if (heading.level == 2) {
    bool beforeList = following && following->kind == BlockKind::List;
    openSection(heading, classifyHeading(heading.text, beforeList, diags));
    return;
  }
  bool isTitle = document.title.empty();
  if (isTitle)
    document.title = heading.text;
  if (!isTitle || document.sections.size() > 1)
    openSection(heading, {});
}

/// `test`, `test name`, `trap message` and `error FLXnnnn` behind `flux`; false
/// for anything else.
bool DocumentReader::readTestFence(const Fence &fence) {
  Section &section = current();
  StringRef rest = fence.info.drop_front(fence.language.size()).ltrim();
  StringRef word = rest.take_until(llvm::isSpace);
  rest = rest.drop_front(word.size()).ltrim();
  if (word == "test" || (word == "trap" && !rest.empty())) {
    section.tests.push_back({fence, "", rest, std::nullopt, word == "trap"});
    return true;
  }
  if (word != "error")
    return false;
  std::optional<diag::ID> id = findDiagnostic(rest);
  if (!id || getDiagInfo(*id).code != rest.upper() ||
      getDiagInfo(*id).severity != Severity::Error) {
    auto report =
        diags.report(rest.empty() ? word : rest, diag::bad_error_id,
                     rest.empty() ? "nothing" : "'" + rest.str() + "'");
    if (id && getDiagInfo(*id).severity == Severity::Error)
      report.fixIt(DiagnosticEngine::rangeOf(rest), getDiagInfo(*id).code);
    return true;
  }
  section.tests.push_back({fence, rest, "", std::nullopt, false});
  return true;
}

void DocumentReader::readFence(const Block &fence) {
  Section &section = current();
  if (!fence.closed) {
    diags.report(fence.opening, diag::unclosed_fence);
    return;
  }
  StringRef language = getLanguage(fence.info);
  switch (classifyFence(fence.info)) {
  case FenceLanguage::Other:
    // Elsewhere `output` is commentary, as any other language (TEST-3).
    if (language != "output")
      return;
    if (!section.tests.empty() && section.tests.back().id.empty() &&
        !section.tests.back().output)
      section.tests.back().output =
          Fence{language, fence.info, fence.body, fence.opening};
    else if (section.kind == SectionKind::Test)
      diags.report(fence.opening, diag::output_without_test);
    return;
  case FenceLanguage::NearMiss:
    diags
        .report(fence.info, diag::near_miss_fence,
                "the info string '" + language.str() + "'", "flux")
        .fixIt(DiagnosticEngine::rangeOf(language), "flux");
    return;
  case FenceLanguage::Flux:
    return readFluxFence(fence);
  }
}

void DocumentReader::readFluxFence(const Block &block) {
  Section &section = current();
  Fence fence{getLanguage(block.info), block.info, block.body, block.opening};
  StringRef attribute = fence.info.drop_front(fence.language.size());
  if (hasKeys(section.kind) || isUnique(section.kind) ||
      section.kind == SectionKind::Export) {
    diags.report(fence.opening, diag::fence_in_section,
                 getSectionWord(section.kind));
  } else if (!attribute.empty()) {
    if (readTestFence(fence))
      return;
    StringRef word = attribute.ltrim();
    StringRef first = word.take_until(llvm::isSpace);
    auto report =
        diags.report(word, diag::fence_attribute, word.take_front(40));
    StringRef near = findNearMiss(first, {"test", "trap", "error"});
    if (!near.empty())
      report.fixIt(DiagnosticEngine::rangeOf(first), near);
    report.fixIt(DiagnosticEngine::rangeOf(attribute), "");
  } else if (section.kind == SectionKind::Test) {
    auto end = llvm::SMLoc::getFromPointer(fence.info.end());
    diags.report(fence.opening, diag::plain_fence_in_test)
        .fixIt({end, end}, " test");
  } else {
    section.fences.push_back(fence);
  }
}

/// A section that tests nothing would be taken for one that succeeds.
void DocumentReader::checkTestSections() {
  for (const Section &section : document.sections)
    if (section.kind == SectionKind::Test && section.steps.empty() &&
        section.tests.empty())
      diags.report(section.heading, diag::empty_test);
}

void DocumentReader::checkNestedFences(const Block &block) {
  if (block.kind == BlockKind::Fence &&
      classifyFence(block.info) != FenceLanguage::Other)
    diags.report(block.opening, diag::fence_in_container);
  for (const Block &child : block.children)
    checkNestedFences(child);
}

/// A line that is almost ```` ```flux ```` or `## Loop` would make prose of the
/// program below.
void DocumentReader::checkFenceOpening(const Block &block) {
  if (block.kind != BlockKind::Paragraph)
    return;
  forEachLine(block.range, [&](StringRef line) {
    checkHeadingLine(line, diags);
    for (StringRef opening : {"```flux", "~~~flux"}) {
      if (line.size() > opening.size() + 1 ||
          editDistance(line, opening, 1) > 1)
        continue;
      diags
          .report(line, diag::near_miss_fence, "the line '" + line.str() + "'",
                  opening)
          .fixIt(DiagnosticEngine::rangeOf(line), opening);
      return;
    }
  });
}

void DocumentReader::readBlock(const Block &block) {
  if (block.kind == BlockKind::Heading)
    return readHeading(block);
  if (block.kind == BlockKind::Fence)
    return readFence(block);
  if (block.kind == BlockKind::HTML && block.range.starts_with("<!--") &&
      !text.substr(block.range.begin() - text.begin()).contains("-->")) {
    diags.report(block.range.take_front(4), diag::unclosed_comment);
    return;
  }
  checkNestedFences(block);
  checkFenceOpening(block);
  Section &section = current();
  if (hasKeys(section.kind))
    readKeys(block, section, diags);
  else if (section.kind == SectionKind::Export)
    readNames(block, section, diags);
  else if (hasSteps(section.kind))
    readSteps(block, section, diags);
  else if (isTypeSection(section.kind))
    readTable(block, section, diags);
  else if (hasBody(section.kind) && block.kind == BlockKind::IndentedCode)
    diags
        .report(
            block.range.take_until([](char c) { return c == '\n'; }).rtrim(),
            diag::unexpected_block, "indented code",
            getSectionWord(section.kind))
        .note("expected prose or a 'flux' fence, not indented");
}

Document DocumentReader::read() {
  if (!checkText())
    return {};
  StringRef body = text;
  body.consume_front("\xEF\xBB\xBF"); // the mark that some editors write
  std::optional<Block> root = parseMarkdown(body, DocumentLimits::maxUnits);
  if (!root) {
    diags.report(text.take_front(0), diag::document_too_large,
                 DocumentLimits::maxUnits, "lines and list markers");
    return {};
  }
  document.sections.emplace_back();
  current().range = body.take_front(0);
  unsigned before = diags.getNumErrors();
  for (const Block &block : root->children) {
    following = &block == &root->children.back() ? nullptr : &block + 1;
    readBlock(block);
  }
  if (diags.getNumErrors() == before)
    checkTestSections();

  // A section ends where the next begins.
  const char *end = body.end();
  for (Section &section : llvm::reverse(document.sections)) {
    const char *begin = section.range.begin();
    section.range = StringRef(begin, end - begin);
    end = begin;
  }
  return std::move(document);
}

Document flux::parseDocument(llvm::MemoryBufferRef buffer,
                             DiagnosticEngine &diags) {
  return DocumentReader(buffer.getBuffer(), diags).read();
}
