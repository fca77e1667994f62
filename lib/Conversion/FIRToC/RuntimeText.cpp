//===- RuntimeText.cpp - the parts of the runtime that are C --------------===//
//
// The files are split where a blank line stands between declarations.  Each
// piece is known by the name that it declares; the words in it tell what else
// it needs.
//
//===----------------------------------------------------------------------===//
#include "RuntimeText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include <string>

using namespace flux;
using namespace flux::c;
using llvm::StringRef;

namespace {

/// Where a piece goes.
enum class Section : uint8_t { Types, Inlined, Behind };

struct SourceFile {
  Section section;
  StringRef text;
};

/// A declaration at the outermost level of a file.
struct Piece {
  Section section;
  StringRef text;                        ///< with its comment
  std::string name;                      ///< empty: there is none
  llvm::SmallVector<StringRef> includes; ///< lines
  llvm::SmallVector<size_t> needs;       ///< other pieces
};

struct Library {
  std::vector<Piece> pieces;
  llvm::StringMap<size_t> names;

  Library();
};

} // namespace

static constexpr SourceFile sourceFiles[] = {
#include "RuntimeFiles.inc"
};

static bool isLetter(char c) { return llvm::isAlnum(c) || c == '_'; }

/// The size of the string or character at the start of \p text.
static size_t getQuotedSize(StringRef text) {
  size_t size = 1;
  while (size < text.size() && text[size] != text[0])
    size += text[size] == '\\' ? 2 : 1;
  return std::min(size + 1, text.size());
}

void c::forEachWord(StringRef text, llvm::function_ref<void(StringRef)> visit) {
  while (!text.empty()) {
    if (text.starts_with("//")) {
      text = text.drop_until([](char c) { return c == '\n'; });
    } else if (text[0] == '"' || text[0] == '\'') {
      text = text.drop_front(getQuotedSize(text));
    } else if (isLetter(text[0])) {
      StringRef word = text.take_while(isLetter);
      visit(word);
      text = text.drop_front(word.size());
    } else {
      text = text.drop_front();
    }
  }
}

/// The code of a piece: without the comment before it and `#include`.
static StringRef skipHead(StringRef text, Piece *piece) {
  while (text.starts_with("//") || text.starts_with("#include")) {
    auto [line, rest] = text.split('\n');
    if (piece && line.starts_with("#include"))
      piece->includes.push_back(line);
    text = rest;
  }
  return text;
}

/// The name that a declaration declares.
static std::string findName(StringRef code) {
  if (code.consume_front("#define "))
    return code.take_while(isLetter).str();
  StringRef head = code.take_until([](char c) {
    return c == '(' || c == '[' || c == '=' || c == '{' || c == ';';
  });
  // typedef struct NAME NAME; and `typedef void (*NAME)(...)`
  StringRef rest = code.drop_front(head.size());
  if (rest.consume_front("(*"))
    return rest.take_while(isLetter).str();
  head = head.rtrim();
  return head.take_back(head.size() - head.find_last_of(" *\n") - 1).str();
}

Library::Library() {
  for (const SourceFile &file : sourceFiles) {
    StringRef rest = file.text;
    int depth = 0;
    size_t at = 0;
    auto finish = [&](size_t size) {
      Piece piece;
      piece.section = file.section;
      piece.text = rest.take_front(size).trim('\n');
      StringRef code = skipHead(piece.text, &piece);
      if (!code.empty())
        piece.name = findName(code);
      pieces.push_back(std::move(piece));
      rest = rest.drop_front(size);
      at = 0;
    };
    while (at < rest.size()) {
      StringRef here = rest.substr(at);
      if (here.starts_with("//")) {
        at += std::min(here.find('\n'), here.size());
        continue;
      }
      if (here[0] == '"' || here[0] == '\'') {
        at += getQuotedSize(here);
        continue;
      }
      depth += here[0] == '{' || here[0] == '(';
      depth -= here[0] == '}' || here[0] == ')';
      bool isEnd = depth == 0 && here.starts_with("\n\n");
      ++at;
      if (isEnd)
        finish(at);
    }
    finish(at);
  }
  for (auto [i, piece] : llvm::enumerate(pieces))
    if (!piece.name.empty())
      names.try_emplace(piece.name, i);
  for (auto [i, piece] : llvm::enumerate(pieces))
    forEachWord(skipHead(piece.text, nullptr), [&, i = i](StringRef word) {
      auto known = names.find(word);
      if (known != names.end() && known->second != i &&
          !llvm::is_contained(pieces[i].needs, known->second))
        pieces[i].needs.push_back(known->second);
    });
}

static const Library &getLibrary() {
  static const Library library;
  return library;
}

RuntimeText::RuntimeText() : used(getLibrary().pieces.size()) {}

void RuntimeText::use(StringRef name) {
  const Library &library = getLibrary();
  auto known = library.names.find(name);
  if (known == library.names.end())
    return;
  llvm::SmallVector<size_t> open = {known->second};
  while (!open.empty()) {
    size_t number = open.pop_back_val();
    if (used[number])
      continue;
    used[number] = true;
    llvm::append_range(open, library.pieces[number].needs);
  }
}

void RuntimeText::printIncludes(llvm::raw_ostream &os) const {
  std::vector<StringRef> lines;
  for (auto [i, piece] : llvm::enumerate(getLibrary().pieces))
    if (used[i])
      llvm::append_range(lines, piece.includes);
  llvm::sort(lines);
  lines.erase(llvm::unique(lines), lines.end());
  for (StringRef line : lines)
    os << line << '\n';
}

/// The messages of traps have their one home.
static StringRef getTrapMessage(StringRef kind) {
  return llvm::StringSwitch<StringRef>(kind)
#define TRAP(NAME, VALUES, MESSAGE) .Case(#NAME, MESSAGE)
#include "runtime/base/TrapKinds.def"
      .Default("");
}

/// A line as it stands in programs.
static void printLine(llvm::raw_ostream &os, StringRef line) {
  if (line.consume_front("FLUX_SHARED"))
    os << "static";
  auto [before, behind] = line.split("FLUX_MESSAGE(");
  os << before;
  if (!behind.empty()) {
    auto [kind, rest] = behind.split(')');
    os << '"' << getTrapMessage(kind) << '"' << rest;
  }
  os << '\n';
}

/// The piece without its lines `#include`.
static void printPiece(llvm::raw_ostream &os, const Piece &piece) {
  os << '\n';
  for (StringRef line : llvm::split(piece.text, '\n'))
    if (!line.starts_with("#include"))
      printLine(os, line);
}

void RuntimeText::printSection(llvm::raw_ostream &os, unsigned section) const {
  for (auto [i, piece] : llvm::enumerate(getLibrary().pieces))
    if (used[i] && unsigned(piece.section) == section && !piece.name.empty())
      printPiece(os, piece);
}

void RuntimeText::printPrelude(llvm::raw_ostream &os) const {
  printSection(os, unsigned(Section::Types));
  bool isFirst = true;
  for (auto [i, piece] : llvm::enumerate(getLibrary().pieces)) {
    StringRef code = skipHead(piece.text, nullptr);
    if (!used[i] || piece.section != Section::Behind ||
        !StringRef(piece.name).starts_with("flux_") || !code.contains(") {"))
      continue;
    if (isFirst)
      os << '\n';
    isFirst = false;
    os << code.take_front(code.find(") {") + 1) << ";\n";
  }
  printSection(os, unsigned(Section::Inlined));
}

void RuntimeText::printDefinitions(llvm::raw_ostream &os) const {
  printSection(os, unsigned(Section::Behind));
}
