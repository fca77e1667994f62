//===- FormatCode.cpp - the layout of code --------------------------------===//
//
// Works on tokens and comments, not on the syntax tree: whatever the language
// grows, its tokens are laid out, and nothing but the blanks between them can
// change.  Line ends stay where the author put them (a line end is part of the
// syntax); what is decided here is how far a line is indented and how much
// stands between two tokens of a line.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/AST.h"
#include "flux/Frontend/Lexer.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Tooling/Format.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

namespace {

constexpr unsigned indentWidth = 2, tabWidth = 4;

/// A token or a comment.
struct Atom {
  enum Role : uint8_t {
    Plain,
    Comment,     ///< `/* */`
    LineComment, ///< `//`
    Unary,       ///< a sign
    TypeBracket, ///< `<`, `>` and `>>` around types
    Conversion,  ///< `%` and `|` of `u8%(x)`
  };
  Role role = Plain;
  TokenKind kind = TokenKind::End;
  bool startsLine = false;   ///< the first one on its line
  bool startsPiece = false;  ///< the first one of its piece
  bool isOperandEnd = false; ///< what follows may be a binary operator
  unsigned piece = 0;
  StringRef text;
  StringRef gap; ///< the blanks before it, back to the atom or piece before
  bool isComment() const { return role == Comment || role == LineComment; }
};

class CodeFormatter {
public:
  CodeFormatter(llvm::ArrayRef<StringRef> pieces,
                llvm::ArrayRef<unsigned> indents, std::vector<Edit> &edits)
      : pieces(pieces), indents(indents), edits(edits) {}

  /// Reads the atoms; false if a token cannot be read.
  bool read();
  void format();
  void formatLine();

private:
  /// An open bracket.
  struct Bracket {
    TokenKind kind;
    bool hangs;      ///< its line ends behind it
    bool isDecl;     ///< the braces of a struct or enum
    unsigned indent; ///< of the line that opens it
  };

  void readGap(StringRef gap, unsigned piece);
  void add(Atom atom);
  void assignRoles();
  bool closesTypes(size_t open);
  bool isUnary(size_t index) const;
  size_t previousToken(size_t index) const;
  unsigned placeLine(size_t index);
  void follow(size_t index, unsigned lineIndent);
  unsigned getSpaces(size_t index) const;
  void replace(StringRef range, const std::string &text) {
    if (range != text)
      edits.push_back({range, text});
  }
  unsigned getBaseIndent(const Atom &atom) const {
    return brackets.empty() ? indents[atom.piece]
                            : brackets.back().indent + indentWidth;
  }

  llvm::ArrayRef<StringRef> pieces;
  llvm::ArrayRef<unsigned> indents;
  std::vector<Edit> &edits;
  std::vector<Atom> atoms;

  // Where the layout is.
  llvm::SmallVector<Bracket, 16> brackets;
  unsigned statementIndent = 0;
  int shift = 0;              ///< how far the statement moved to the right
  bool isDeclaration = false; ///< the statement is a struct or enum
};

} // namespace

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

/// Appends \p atom, whose gap is what lies between it and the one before.
void CodeFormatter::add(Atom atom) {
  const char *begin = pieces[atom.piece].begin();
  atom.startsPiece = atoms.empty() || atoms.back().piece != atom.piece;
  if (!atom.startsPiece)
    begin = atoms.back().text.end();
  atom.gap = StringRef(begin, atom.text.begin() - begin);
  atom.startsLine = atom.startsPiece || atom.gap.contains('\n');
  atoms.push_back(atom);
}

/// Finds the comments in what lies between two tokens.
void CodeFormatter::readGap(StringRef gap, unsigned piece) {
  while (true) {
    gap = gap.drop_while(
        [](char c) { return isBlank(c) || c == '\n' || c == '\r'; });
    if (gap.empty())
      return;
    Atom atom;
    atom.piece = piece;
    if (gap.starts_with("//")) {
      atom.role = Atom::LineComment;
      atom.text = gap.take_until([](char c) { return c == '\n'; });
      if (atom.text.size() < gap.size())
        atom.text.consume_back("\r");
    } else {
      atom.role = Atom::Comment;
      size_t size = 2;
      for (unsigned depth = 1; depth && size < gap.size();) {
        StringRef rest = gap.drop_front(size);
        bool opens = rest.starts_with("/*"), closes = rest.starts_with("*/");
        depth += opens;
        depth -= closes;
        size += opens || closes ? 2 : 1;
      }
      atom.text = gap.take_front(size);
    }
    add(atom);
    gap = gap.drop_front(atom.text.size());
  }
}

bool CodeFormatter::read() {
  ASTContext context;
  llvm::SourceMgr sources;
  DiagnosticEngine diags(sources); // without renderers: errors are counted
  Lexer lexer(pieces, context, diags);
  unsigned piece = 0;
  const char *at = pieces.empty() ? nullptr : pieces.front().begin();
  auto contains = [](StringRef text, const char *place) {
    return place >= text.begin() && place < text.end();
  };
  while (!pieces.empty()) {
    Token token = lexer.next();
    bool isEnd = token.kind == TokenKind::End;
    while (isEnd ? piece < pieces.size()
                 : !contains(pieces[piece], token.text.begin())) {
      readGap(StringRef(at, pieces[piece].end() - at), piece);
      if (++piece == pieces.size())
        break;
      at = pieces[piece].begin();
    }
    if (isEnd)
      break;
    readGap(StringRef(at, token.text.begin() - at), piece);
    Atom atom;
    atom.kind = token.kind;
    atom.piece = piece;
    atom.text = token.text;
    add(atom);
    at = token.text.end();
  }
  if (diags.hasErrors())
    return false;
  assignRoles();
  return true;
}

//===----------------------------------------------------------------------===//
// What a token is
//===----------------------------------------------------------------------===//

static bool endsOperand(TokenKind kind) {
  switch (kind) {
  case TokenKind::Identifier:
  case TokenKind::IntLiteral:
  case TokenKind::FloatLiteral:
  case TokenKind::StrLiteral:
  case TokenKind::r_paren:
  case TokenKind::r_square:
  case TokenKind::question:
  case TokenKind::kw_true:
  case TokenKind::kw_false:
  case TokenKind::kw_nil:
  case TokenKind::kw_null:
  case TokenKind::kw_none:
    return true;
  default:
    return false;
  }
}

/// Keywords that an operand or a statement follows, with a blank.
static bool isSpacedKeyword(TokenKind kind) {
  switch (kind) {
  case TokenKind::kw_if:
  case TokenKind::kw_elif:
  case TokenKind::kw_else:
  case TokenKind::kw_while:
  case TokenKind::kw_for:
  case TokenKind::kw_in:
  case TokenKind::kw_match:
  case TokenKind::kw_return:
  case TokenKind::kw_not:
  case TokenKind::kw_trap:
  case TokenKind::kw_let:
  case TokenKind::kw_var:
  case TokenKind::kw_const:
  case TokenKind::kw_defer:
    return true;
  default:
    return false;
  }
}

/// Operators between two operands, and the signs that stand like them.
static bool isBinary(const Atom &atom) {
  return atom.role == Atom::Plain && atom.kind >= TokenKind::arrow &&
         atom.kind != TokenKind::question && atom.kind != TokenKind::tilde;
}

size_t CodeFormatter::previousToken(size_t index) const {
  while (index-- > 0)
    if (!atoms[index].isComment())
      return index;
  return SIZE_MAX;
}

/// Tells whether the `<` at \p open begins a list of types, and marks its
/// brackets.  `f(a < b, c > (d))` could be either: then the blank before it
/// says what the author saw in it.
bool CodeFormatter::closesTypes(size_t open) {
  constexpr size_t maxTokens = 200;
  llvm::SmallVector<size_t, 4> marks = {open};
  unsigned depth = 1;
  bool hasComma = false;
  size_t i = open + 1;
  for (; depth && i < std::min(atoms.size(), open + maxTokens); ++i) {
    if (atoms[i].isComment() || atoms[i].startsLine)
      return false;
    switch (atoms[i].kind) {
    case TokenKind::less:
      ++depth;
      marks.push_back(i);
      break;
    case TokenKind::greater:
      --depth;
      marks.push_back(i);
      break;
    case TokenKind::greatergreater:
      if (depth < 2)
        return false;
      depth -= 2;
      marks.push_back(i);
      break;
    case TokenKind::comma:
      hasComma |= depth == 1;
      break;
    case TokenKind::Identifier:
    case TokenKind::IntLiteral:
    case TokenKind::colon:
    case TokenKind::semi:
    case TokenKind::dot:
    case TokenKind::l_square:
    case TokenKind::r_square:
    case TokenKind::l_paren:
    case TokenKind::r_paren:
    case TokenKind::arrow:
    case TokenKind::exclaim:
    case TokenKind::plus:
    case TokenKind::kw_var:
      break;
    default:
      return false;
    }
  }
  if (depth)
    return false;
  if (i < atoms.size() && !atoms[i].startsLine && !atoms[i].isComment()) {
    switch (atoms[i].kind) {
    case TokenKind::l_paren:
      if (hasComma && !atoms[open].gap.empty())
        return false;
      break;
    case TokenKind::r_paren:
    case TokenKind::r_square:
    case TokenKind::l_brace:
    case TokenKind::r_brace:
    case TokenKind::comma:
    case TokenKind::semi:
    case TokenKind::dot:
    case TokenKind::equal:
    case TokenKind::exclaim:
    case TokenKind::question:
    case TokenKind::kw_uses:
      break;
    default:
      return false;
    }
  }
  for (size_t mark : marks)
    atoms[mark].role = Atom::TypeBracket;
  return true;
}

bool CodeFormatter::isUnary(size_t index) const {
  size_t previous = previousToken(index);
  return previous == SIZE_MAX || !atoms[previous].isOperandEnd;
}

void CodeFormatter::assignRoles() {
  TypeContext types;
  llvm::SmallVector<TokenKind, 16> open;
  for (size_t i = 0; i < atoms.size(); ++i) {
    Atom &atom = atoms[i];
    if (atom.isComment())
      continue;
    size_t previous = previousToken(i);
    bool isStatement =
        atom.startsLine && (open.empty() || open.back() == TokenKind::l_brace);
    switch (atom.kind) {
    case TokenKind::minus:
      if (isStatement || isUnary(i))
        atom.role = Atom::Unary;
      break;
    case TokenKind::tilde:
      atom.role = Atom::Unary;
      break;
    case TokenKind::percent:
    case TokenKind::pipe:
      if (previous != SIZE_MAX && i + 1 < atoms.size() &&
          atoms[previous].kind == TokenKind::Identifier &&
          atoms[i + 1].kind == TokenKind::l_paren && atoms[i + 1].gap.empty() &&
          types.lookupBuiltin(atoms[previous].text))
        atom.role = Atom::Conversion;
      break;
    case TokenKind::less:
      if (atom.role == Atom::Plain && previous != SIZE_MAX &&
          atoms[previous].kind == TokenKind::Identifier)
        closesTypes(i);
      break;
    case TokenKind::l_paren:
    case TokenKind::l_square:
    case TokenKind::l_brace:
      open.push_back(atom.kind);
      break;
    case TokenKind::r_paren:
    case TokenKind::r_square:
    case TokenKind::r_brace:
      if (!open.empty())
        open.pop_back();
      break;
    default:
      break;
    }
    atom.isOperandEnd =
        endsOperand(atom.kind) ||
        (atom.role == Atom::TypeBracket && atom.kind != TokenKind::less);
  }
}

//===----------------------------------------------------------------------===//
// Blanks within a line
//===----------------------------------------------------------------------===//

/// How many blanks stand before the atom \p index, which continues its line.
unsigned CodeFormatter::getSpaces(size_t index) const {
  const Atom &before = atoms[index - 1], &atom = atoms[index];
  const unsigned written = atom.gap.size();
  // A blank that the author may leave out.
  const unsigned free = std::min(written, 1u);
  if (atom.role == Atom::LineComment)
    return std::max(written, 1u);
  if (atom.isComment() || before.isComment())
    return written;

  const TokenKind left = before.kind, right = atom.kind;
  switch (right) {
  case TokenKind::comma:
  case TokenKind::semi:
  case TokenKind::r_paren:
  case TokenKind::r_square:
  case TokenKind::dot:
  case TokenKind::colon:
  case TokenKind::question:
    return 0;
  case TokenKind::dotdot:
  case TokenKind::dotdotequal:
    if (before.isOperandEnd)
      return 0;
    break;
  default:
    break;
  }
  if (left == TokenKind::l_paren || left == TokenKind::l_square ||
      left == TokenKind::dot)
    return 0;
  if (left == TokenKind::dotdot || left == TokenKind::dotdotequal)
    return right == TokenKind::l_brace ? 1 : 0;
  if (left == TokenKind::colon || left == TokenKind::comma ||
      left == TokenKind::semi)
    return 1;
  if (before.role == Atom::Unary)
    return atom.role == Atom::Unary ? free : 0;
  if (before.role == Atom::Conversion || atom.role == Atom::Conversion)
    return 0;
  if (atom.role == Atom::TypeBracket)
    return 0;
  if (before.role == Atom::TypeBracket && left == TokenKind::less)
    return 0;
  if (left == TokenKind::l_brace && right == TokenKind::r_brace)
    return free;
  if (right == TokenKind::l_paren || right == TokenKind::l_square) {
    if (before.isOperandEnd)
      return 0;
    if (isKeyword(left) && !isSpacedKeyword(left))
      return free;
  }
  return 1;
}

void CodeFormatter::formatLine() {
  for (size_t i = 1; i < atoms.size(); ++i)
    replace(atoms[i].gap, std::string(getSpaces(i), ' '));
}

//===----------------------------------------------------------------------===//
// Indentation
//===----------------------------------------------------------------------===//

/// The column that \p gap ends in.
static unsigned getColumn(StringRef gap) {
  unsigned column = 0;
  for (char c : gap.substr(gap.rfind('\n') + 1))
    column = c == '\t' ? (column / tabWidth + 1) * tabWidth : column + 1;
  return column;
}

/// The indentation of the line that the atom \p index starts.
unsigned CodeFormatter::placeLine(size_t index) {
  const Atom &atom = atoms[index];
  const int written = getColumn(atom.gap);
  auto shifted = [&](unsigned least) -> unsigned {
    return std::max(written + shift, int(least));
  };
  size_t previous = previousToken(index);
  const Atom *before = previous == SIZE_MAX ? nullptr : &atoms[previous];

  auto startStatement = [&](unsigned indent) {
    if (atom.isComment())
      return indent;
    statementIndent = indent;
    shift = int(indent) - written;
    isDeclaration =
        atom.kind == TokenKind::kw_struct || atom.kind == TokenKind::kw_enum;
    return indent;
  };

  if (!brackets.empty() && brackets.back().kind != TokenKind::l_brace) {
    const Bracket &top = brackets.back();
    bool closes = !atom.isComment() && (atom.kind == TokenKind::r_paren ||
                                        atom.kind == TokenKind::r_square);
    if (!top.hangs)
      return shifted(statementIndent + (closes ? 0 : indentWidth));
    if (closes)
      return top.indent;
    bool startsItem = before && (before->kind == TokenKind::comma ||
                                 before->kind == top.kind);
    if (!startsItem)
      return shifted(top.indent + 2 * indentWidth);
    if (!atom.isComment())
      shift = int(top.indent + indentWidth) - written;
    return top.indent + indentWidth;
  }

  if (!atom.isComment() && atom.kind == TokenKind::r_brace) {
    unsigned indent =
        brackets.empty() ? getBaseIndent(atom) : brackets.back().indent;
    return startStatement(indent);
  }
  // A line goes on after a binary operator or a comma (LEX-4).
  bool isFieldEnd = !brackets.empty() && brackets.back().isDecl;
  if (before && !atom.startsPiece &&
      (isBinary(*before) || before->kind == TokenKind::colon ||
       (before->kind == TokenKind::comma && !isFieldEnd)))
    return shifted(statementIndent + indentWidth);
  return startStatement(getBaseIndent(atom));
}

/// Keeps track of the brackets that the atom \p index opens or closes.
void CodeFormatter::follow(size_t index, unsigned lineIndent) {
  const Atom &atom = atoms[index];
  if (atom.isComment())
    return;
  switch (atom.kind) {
  case TokenKind::l_paren:
  case TokenKind::l_square: {
    size_t next = index + 1;
    while (next < atoms.size() && atoms[next].isComment() &&
           !atoms[next].startsLine)
      ++next;
    bool hangs = next == atoms.size() || atoms[next].startsLine;
    brackets.push_back({atom.kind, hangs, false, lineIndent});
    break;
  }
  case TokenKind::l_brace:
    brackets.push_back({atom.kind, true, isDeclaration, statementIndent});
    break;
  case TokenKind::r_paren:
  case TokenKind::r_square:
  case TokenKind::r_brace:
    if (!brackets.empty())
      brackets.pop_back();
    break;
  default:
    break;
  }
}

void CodeFormatter::format() {
  unsigned lineIndent = 0;
  for (size_t i = 0; i < atoms.size(); ++i) {
    const Atom &atom = atoms[i];
    if (atom.startsLine) {
      lineIndent = placeLine(i);
      std::string text;
      if (!atom.startsPiece) {
        StringRef end = atom.gap.contains("\r\n") ? "\r\n" : "\n";
        // One empty line at most.
        text = end.str();
        if (atom.gap.count('\n') > 1)
          text += end;
      }
      replace(atom.gap, text + std::string(lineIndent, ' '));
    } else {
      replace(atom.gap, std::string(getSpaces(i), ' '));
    }
    follow(i, lineIndent);

    bool endsPiece = i + 1 == atoms.size() || atoms[i + 1].startsPiece;
    if (!endsPiece)
      continue;
    const char *end = atom.text.end();
    StringRef rest(end, pieces[atom.piece].end() - end);
    if (rest.contains('\n'))
      replace(rest, rest.contains("\r\n") ? "\r\n" : "\n");
  }
}

void flux::formatCode(llvm::ArrayRef<StringRef> pieces,
                      llvm::ArrayRef<unsigned> indents,
                      std::vector<Edit> &edits) {
  CodeFormatter formatter(pieces, indents, edits);
  if (formatter.read())
    formatter.format();
}

void flux::formatCodeLine(StringRef line, std::vector<Edit> &edits) {
  unsigned indent = 0;
  CodeFormatter formatter(line, indent, edits);
  if (formatter.read())
    formatter.formatLine();
}
