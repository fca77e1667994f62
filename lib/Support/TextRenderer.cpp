//===- TextRenderer.cpp - messages for a terminal -------------------------===//
//
// A reader wants the place, the line and a caret under the fault.  Lines hold
// tabs, wide characters, control characters and sometimes megabytes; the caret
// must stand right under all of them, and nothing from the document may reach
// the terminal as a control sequence.
//
//===----------------------------------------------------------------------===//
#include "SourcePlace.h"

#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"

using namespace flux;
using llvm::StringRef;

namespace {

constexpr unsigned maxColumns = 100;
constexpr unsigned tabWidth = 4; // as CommonMark counts them

/// One character as the terminal shows it.
struct Cell {
  StringRef shown;
  unsigned width; ///< columns
  unsigned size;  ///< bytes of the source
};

class TextRenderer : public DiagnosticRenderer {
public:
  TextRenderer(const llvm::SourceMgr &sources, llvm::raw_ostream &os,
               bool colors)
      : sources(sources), os(os), colors(colors) {}

  void handle(const Diagnostic &diagnostic) override;

private:
  void paint(StringRef sequence) {
    if (colors)
      os << "\033[" << sequence << 'm';
  }
  void printHead(const std::optional<SourcePlace> &place, Severity severity,
                 StringRef message, StringRef code);
  void printLine(const SourcePlace &place);
  void printDetail(StringRef text);

  const llvm::SourceMgr &sources;
  llvm::raw_ostream &os;
  bool colors;
};

} // namespace

/// Decodes the first character of \p text, which stands in \p column (from 0).
static Cell decode(StringRef text, unsigned column) {
  static constexpr StringRef spaces = "    ", unprintable = "\xEF\xBF\xBD";
  if (text[0] == '\t') {
    unsigned width = tabWidth - column % tabWidth;
    return {spaces.take_front(width), width, 1};
  }
  unsigned size = llvm::getNumBytesForUTF8(text[0]);
  if (size > text.size())
    return {unprintable, 1, 1};
  int width = llvm::sys::unicode::columnWidthUTF8(text.take_front(size));
  if (width >= 0)
    return {text.take_front(size), unsigned(width), size};
  bool valid = width != llvm::sys::unicode::ErrorInvalidUTF8;
  return {unprintable, 1, valid ? size : 1};
}

/// \p text on one line and without anything that a terminal would obey.
static std::string sanitize(StringRef text) {
  std::string result;
  while (!text.empty()) {
    Cell cell = decode(text, 0);
    if (text[0] == '\n')
      result += "\\n";
    else if (text[0] == '\t')
      result += ' ';
    else
      result += cell.shown;
    text = text.drop_front(cell.size);
  }
  return result;
}

void TextRenderer::printHead(const std::optional<SourcePlace> &place,
                             Severity severity, StringRef message,
                             StringRef code) {
  paint("1");
  if (place)
    os << sanitize(place->file) << ':' << place->line << ':' << place->column
       << ": ";
  else
    os << "fluxc: ";
  paint(severity == Severity::Error     ? "31"
        : severity == Severity::Warning ? "35"
                                        : "36");
  os << getSeverityName(severity) << ": ";
  paint("0");
  paint("1");
  os << sanitize(message);
  paint("0");
  if (!code.empty())
    os << " [" << code << ']';
  os << '\n';
}

void TextRenderer::printLine(const SourcePlace &place) {
  // Only the part around the caret is decoded: a line may be megabytes long.
  // Up to `lead` bytes before the caret are shown, from a character's start.
  constexpr size_t lead = 60, window = 4 * maxColumns;
  StringRef line = place.lineText;
  size_t caret = std::min<size_t>(place.column - 1, line.size());
  size_t end = place.endLine == place.line
                   ? std::min<size_t>(place.endColumn - 1, line.size())
                   : line.size();
  size_t first = 0;
  if (line.size() > maxColumns && caret > lead) {
    first = caret - lead;
    while (first > 0 && (line[first] & 0xC0) == 0x80)
      --first;
  }

  std::string text = first ? "..." : "", marks = first ? "   " : "";
  unsigned column = text.size();
  size_t offset = first, stop = std::min(line.size(), first + window);
  while (offset < stop && column < maxColumns) {
    Cell cell = decode(line.drop_front(offset), column);
    text += cell.shown;
    bool atCaret = caret >= offset && caret < offset + cell.size;
    char mark = atCaret ? '^' : offset > caret && offset < end ? '~' : ' ';
    marks.append(cell.width, mark == '^' ? '~' : mark);
    if (atCaret && cell.width)
      marks[marks.size() - cell.width] = '^';
    // A wide character outside of a range of its own gets one mark.
    if (atCaret && offset + cell.size > end && cell.width > 1)
      std::fill(marks.end() - cell.width + 1, marks.end(), ' ');
    column += cell.width;
    offset += cell.size;
  }
  if (caret >= offset)
    marks += '^';
  if (offset < line.size())
    text += "...";
  os << text << '\n';
  marks.erase(marks.find_last_not_of(' ') + 1);
  paint("1;32");
  os << marks;
  paint("0");
  os << '\n';
}

void TextRenderer::printDetail(StringRef text) {
  os << "  = " << sanitize(text) << '\n';
}

void TextRenderer::handle(const Diagnostic &diagnostic) {
  auto place = getPlace(sources, diagnostic.range);
  printHead(place, diagnostic.severity, diagnostic.message,
            getDiagInfo(diagnostic.id).code);
  if (place)
    printLine(*place);
  if (!diagnostic.trail.empty())
    printDetail(diagnostic.trail);
  for (const DiagNote &note : diagnostic.notes) {
    auto notePlace = getPlace(sources, note.range);
    if (!notePlace) {
      printDetail("note: " + note.message);
      continue;
    }
    printHead(notePlace, Severity::Note, note.message, "");
    printLine(*notePlace);
  }
  for (const FixIt &fixIt : diagnostic.fixIts) {
    std::string text = "help: " + describeFixIt(fixIt);
    auto fixPlace = getPlace(sources, fixIt.range);
    if (place && fixPlace && fixIt.range.Start != diagnostic.range.Start)
      text += llvm::formatv(" at {0}:{1}", fixPlace->line, fixPlace->column);
    printDetail(text);
  }
}

std::unique_ptr<DiagnosticRenderer>
flux::createTextRenderer(const llvm::SourceMgr &sources, llvm::raw_ostream &os,
                         bool colors) {
  return std::make_unique<TextRenderer>(sources, os, colors);
}
