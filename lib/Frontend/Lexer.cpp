//===- Lexer.cpp - tokens of code and steps -------------------------------===//
//
// Documents of a hundred thousand lines pass through here, so a token costs no
// allocation: its text is a piece of the document, keywords and punctuators
// are found in tables that the compiler builds from Tokens.def, and only
// strings with escapes are copied.  Every malformed token is reported here
// once and becomes TokenKind::Error, on which the parser stays silent.
//
//===----------------------------------------------------------------------===//
#include "flux/Frontend/Lexer.h"
#include "flux/Frontend/AST.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include <array>
#include <cmath>
#include <cstdlib>

using namespace flux;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

namespace {

struct Spelling {
  TokenKind kind;
  StringRef text;
};

constexpr Spelling keywords[] = {
#define KEYWORD(NAME) {TokenKind::kw_##NAME, #NAME},
#include "flux/Frontend/Tokens.def"
};

constexpr Spelling punctuators[] = {
#define PUNCTUATOR(NAME, SPELLING) {TokenKind::NAME, SPELLING},
#include "flux/Frontend/Tokens.def"
};

/// Spellings grouped by their first character, longest first, so that the
/// first one that matches is the right one.
template <size_t N>
struct SpellingTable {
  std::array<Spelling, N> entries{};
  std::array<uint8_t, 129> start{};

  constexpr explicit SpellingTable(const Spelling (&list)[N]) {
    size_t size = 0;
    for (unsigned c = 0; c != 128; ++c) {
      start[c] = static_cast<uint8_t>(size);
      for (size_t length = 16; length != 0; --length)
        for (const Spelling &s : list)
          if (s.text.data()[0] == char(c) && s.text.size() == length)
            entries[size++] = s;
    }
    start[128] = static_cast<uint8_t>(size);
  }
  llvm::ArrayRef<Spelling> startingWith(char c) const {
    unsigned index = static_cast<unsigned char>(c);
    if (index >= 128)
      return {};
    return llvm::ArrayRef<Spelling>(entries).slice(
        start[index], start[index + 1] - start[index]);
  }
};

constexpr SpellingTable keywordTable(keywords);
constexpr SpellingTable punctuatorTable(punctuators);

/// Characters that text programs write where code has ASCII.
struct Typographic {
  StringRef utf8, ascii;
};
constexpr Typographic typographics[] = {
    {"\u201c", "\""}, {"\u201d", "\""}, {"\u201e", "\""}, {"\u2018", "'"},
    {"\u2019", "'"},  {"\u00d7", "*"},  {"\u00f7", "/"},  {"\u2212", "-"},
    {"\u2013", "-"},  {"\u2014", "-"},  {"\u2264", "<="}, {"\u2265", ">="},
    {"\u2260", "!="}, {"\u2192", "->"}, {"\u2026", ".."}, {"\u00a0", " "},
};

bool isWordStart(char c) { return llvm::isAlpha(c) || c == '_'; }
bool isWord(char c) { return llvm::isAlnum(c) || c == '_'; }
bool isLineEnd(char c) { return c == '\n' || c == '\r'; }
bool isAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// Bytes of the UTF-8 character at \p text, or 1 where it is malformed.
size_t getCharacterSize(StringRef text) {
  size_t size = llvm::getNumBytesForUTF8(llvm::UTF8(text.front()));
  if (size > text.size() || size > 4)
    return 1;
  for (size_t i = 1; i != size; ++i)
    if ((text[i] & 0xc0) != 0x80)
      return 1;
  return size;
}

/// Decodes the character at \p text; malformed bytes stand for themselves.
uint32_t decodeCharacter(StringRef text, size_t size) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (size == 1)
    return byte(0);
  uint32_t value = byte(0) & (0x7f >> size);
  for (size_t i = 1; i != size; ++i)
    value = value << 6 | (byte(i) & 0x3f);
  return value;
}

bool isTextDirection(uint32_t c) {
  return c == 0x61c || c == 0x200e || c == 0x200f ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/// True for the blocks of Unicode that hold mostly letters.
bool isForeignLetter(uint32_t c) {
  return (c >= 0xc0 && c < 0x2000) || (c >= 0x3040 && c < 0xe000);
}

} // namespace

StringRef flux::getTokenName(TokenKind kind) {
  switch (kind) {
  case TokenKind::End:
    return "the end of the code";
  case TokenKind::Identifier:
    return "a name";
  case TokenKind::IntLiteral:
  case TokenKind::FloatLiteral:
    return "a number";
  case TokenKind::StrLiteral:
    return "a string";
  case TokenKind::Error:
    return "an unreadable token";
#define KEYWORD(NAME)                                                          \
  case TokenKind::kw_##NAME:                                                   \
    return #NAME;
#define PUNCTUATOR(NAME, SPELLING)                                             \
  case TokenKind::NAME:                                                        \
    return SPELLING;
#include "flux/Frontend/Tokens.def"
  }
  llvm_unreachable("all kinds are covered");
}

bool flux::isKeyword(TokenKind kind) {
  return kind >= keywords[0].kind && kind < punctuators[0].kind;
}

bool flux::isIdentifier(StringRef text) {
  if (text.empty() || llvm::isDigit(text.front()) ||
      !llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; }))
    return false;
  return llvm::none_of(
      keywordTable.startingWith(text.front()),
      [&](const Spelling &keyword) { return text == keyword.text; });
}

StringRef flux::shorten(StringRef text, size_t limit) {
  if (text.size() <= limit)
    return text;
  while (limit != 0 && (text[limit] & 0xc0) == 0x80)
    --limit;
  return text.take_front(limit);
}

void flux::appendUTF8(uint32_t codePoint, llvm::SmallVectorImpl<char> &out) {
  char buffer[UNI_MAX_UTF8_BYTES_PER_CODE_POINT], *end = buffer;
  if (llvm::ConvertCodePointToUTF8(codePoint, end))
    out.append(buffer, end);
}

//===----------------------------------------------------------------------===//
// Pieces and trivia
//===----------------------------------------------------------------------===//

Lexer::Lexer(llvm::ArrayRef<StringRef> pieces, ASTContext &context,
             DiagnosticEngine &diags)
    : pieces(pieces), context(context), diags(diags) {
  if (!pieces.empty()) {
    position = pieces.front().begin();
    end = pieces.front().end();
  }
}

Token Lexer::make(TokenKind kind, const char *begin) {
  Token token;
  token.kind = kind;
  token.startsLine = startsLine;
  token.text = StringRef(begin, position - begin);
  startsLine = false;
  return token;
}

/// Reports and skips a text-direction character at the position, if any.
bool Lexer::skipTextDirection() {
  StringRef rest(position, end - position);
  size_t size = getCharacterSize(rest);
  uint32_t c = decodeCharacter(rest, size);
  if (size == 1 || !isTextDirection(c))
    return false;
  diags.report(rest.take_front(size), diag::text_direction_character,
               llvm::utohexstr(c, /*LowerCase=*/false, /*Width=*/4));
  position += size;
  return true;
}

void Lexer::skipBlockComment() {
  const char *begin = position;
  position += 2;
  for (unsigned depth = 1; depth != 0;) {
    if (position == end) {
      diags.report(StringRef(begin, 2), diag::unterminated_comment);
      endsInComment = true;
      return;
    }
    if (peek() == '*' && peek(1) == '/') {
      position += 2;
      --depth;
    } else if (peek() == '/' && peek(1) == '*') {
      position += 2;
      ++depth;
    } else if (isAscii(*position)) {
      startsLine |= isLineEnd(*position);
      ++position;
    } else if (!skipTextDirection()) {
      ++position;
    }
  }
}

/// Moves to the next token; false at the end of all pieces.
bool Lexer::skipTrivia() {
  while (true) {
    while (position == end) {
      startsLine = true;
      if (piece + 1 >= pieces.size())
        return false;
      ++piece;
      position = pieces[piece].begin();
      end = pieces[piece].end();
    }
    switch (*position) {
    case '\n':
    case '\r':
      startsLine = true;
      ++position;
      break;
    case ' ':
    case '\t':
    case '\f':
      ++position;
      break;
    case '/':
      if (peek(1) == '/') {
        while (position != end && !isLineEnd(*position))
          if (isAscii(*position) || !skipTextDirection())
            ++position;
        break;
      }
      if (peek(1) != '*')
        return true;
      skipBlockComment();
      break;
    default:
      return true;
    }
  }
}

Token Lexer::next() {
  if (!skipTrivia())
    return make(TokenKind::End, position);
  char c = *position;
  if (isWordStart(c))
    return lexWord();
  if (llvm::isDigit(c))
    return lexNumber();
  if (c == '"')
    return lexString();
  if (c == '\'')
    return lexCharacter();
  return lexPunctuator();
}

Token Lexer::lexWord() {
  const char *begin = position;
  while (position != end && isWord(*position))
    ++position;
  if (position != end && !isAscii(*position)) {
    StringRef rest(position, end - position);
    bool isTypographic = llvm::any_of(typographics, [&](const Typographic &t) {
      return rest.starts_with(t.utf8);
    });
    uint32_t c = decodeCharacter(rest, getCharacterSize(rest));
    if (!isTypographic && !isTextDirection(c)) {
      while (position != end && (isWord(*position) || !isAscii(*position)))
        ++position;
      Token token = make(TokenKind::Error, begin);
      diags.report(token.text, diag::name_not_ascii, shorten(token.text, 40));
      return token;
    }
  }
  StringRef text(begin, position - begin);
  for (const Spelling &keyword : keywordTable.startingWith(*begin))
    if (text == keyword.text)
      return make(keyword.kind, begin);
  return make(TokenKind::Identifier, begin);
}

Token Lexer::lexPunctuator() {
  StringRef rest(position, end - position);
  for (const Spelling &spelling : punctuatorTable.startingWith(*position)) {
    if (rest.starts_with(spelling.text)) {
      const char *begin = position;
      position += spelling.text.size();
      return make(spelling.kind, begin);
    }
  }
  return lexUnknown();
}

/// Reports one run of characters that no token can begin with.
Token Lexer::lexUnknown() {
  const char *begin = position;
  if (skipTextDirection())
    return make(TokenKind::Error, begin);
  StringRef rest(position, end - position);
  for (const Typographic &t : typographics) {
    if (rest.starts_with(t.utf8)) {
      position += t.utf8.size();
      Token token = make(TokenKind::Error, begin);
      diags.report(token.text, diag::typographic_character, t.utf8, t.ascii)
          .fixIt(DiagnosticEngine::rangeOf(token.text), t.ascii);
      return token;
    }
  }
  bool startsAsWord = !isAscii(*position);
  size_t size = getCharacterSize(rest);
  bool isLetter = size > 1 && isForeignLetter(decodeCharacter(rest, size));
  auto belongs = [&] {
    if (!isAscii(*position) || (startsAsWord && isWord(*position)))
      return true;
    return !isWord(*position) && !llvm::isSpace(*position) &&
           *position != '"' && *position != '\'' &&
           punctuatorTable.startingWith(*position).empty();
  };
  do
    ++position;
  while (position != end && belongs());
  Token token = make(TokenKind::Error, begin);
  std::string shown;
  for (char c : shorten(token.text, 40)) {
    if (isAscii(c) && !llvm::isPrint(c))
      shown += "\\x" + llvm::utohexstr(c, /*LowerCase=*/false, /*Width=*/2);
    else
      shown += c;
  }
  if (isLetter || (startsAsWord && llvm::any_of(token.text, isWord)))
    diags.report(token.text, diag::name_not_ascii, shown);
  else
    diags.report(token.text, diag::unknown_character, shown);
  return token;
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// Reads digits and underscores.  \p value may be null; on overflow it sticks
/// at the largest value and the result is Bad, as for every reported error.
Lexer::Digits Lexer::lexDigits(unsigned radix, uint64_t *value) {
  const char *begin = position;
  bool isBad = false, overflow = false;
  uint64_t result = 0;
  while (position != end) {
    char c = *position;
    if (c == '_') {
      bool afterDigit = position != begin && llvm::isHexDigit(position[-1]);
      bool beforeDigit =
          radix == 16 ? llvm::isHexDigit(peek(1)) : llvm::isDigit(peek(1));
      if ((!afterDigit || !beforeDigit) && !isBad) {
        diags.report(StringRef(position, 1), diag::misplaced_underscore);
        isBad = true;
      }
      ++position;
      continue;
    }
    unsigned digit = llvm::hexDigitValue(c);
    if (digit == ~0U || (radix != 16 && digit > 9))
      break;
    if (digit >= radix) {
      if (!isBad)
        diags.report(StringRef(position, 1), diag::bad_digit,
                     StringRef(position, 1),
                     radix == 2 ? "a binary" : "an octal");
      isBad = true;
    }
    overflow |= __builtin_mul_overflow(result, uint64_t(radix), &result);
    overflow |= __builtin_add_overflow(result, uint64_t(digit), &result);
    ++position;
  }
  if (value)
    *value = overflow ? UINT64_MAX : result;
  if (overflow && value && !isBad)
    return Digits::Bad;
  return isBad ? Digits::Bad : Digits::Ok;
}

Token Lexer::lexNumber() {
  const char *begin = position;
  unsigned errorsBefore = diags.getNumErrors();
  auto reported = [&] { return diags.getNumErrors() != errorsBefore; };
  uint64_t value = 0;

  unsigned radix = 10;
  if (*position == '0') {
    char prefix = llvm::toLower(peek(1));
    radix = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 10;
  }
  if (radix != 10) {
    position += 2;
    const char *digits = position;
    bool tooLarge = lexDigits(radix, &value) == Digits::Bad && !reported();
    if (position == digits)
      diags.report(StringRef(begin, 2), diag::missing_digits,
                   StringRef(begin, 2));
    Token token = make(TokenKind::IntLiteral, begin);
    token.intValue = value;
    if (tooLarge)
      diags.report(token.text, diag::integer_too_large);
    return finishNumber(token, /*isFloat=*/false, reported());
  }

  bool tooLarge = lexDigits(10, &value) == Digits::Bad && !reported();
  bool isFloat = false;
  if (peek() == '.' && llvm::isDigit(peek(1))) {
    isFloat = true;
    ++position;
    lexDigits(10, nullptr);
  }
  if (llvm::toLower(peek()) == 'e') {
    isFloat = true;
    const char *exponent = position++;
    if (peek() == '+' || peek() == '-')
      ++position;
    if (llvm::isDigit(peek()))
      lexDigits(10, nullptr);
    else
      diags.report(StringRef(exponent, position - exponent),
                   diag::missing_digits, StringRef(begin, position - begin));
  }
  if (!isFloat) {
    Token token = make(TokenKind::IntLiteral, begin);
    token.intValue = value;
    if (tooLarge)
      diags.report(token.text, diag::integer_too_large);
    return finishNumber(token, /*isFloat=*/false, reported());
  }

  Token token = make(TokenKind::FloatLiteral, begin);
  if (!reported()) {
    llvm::SmallString<64> digits;
    for (char c : token.text)
      if (c != '_')
        digits += c;
    token.floatValue = std::strtod(digits.c_str(), nullptr);
    if (std::isinf(token.floatValue))
      diags.report(token.text, diag::float_too_large);
  }
  return finishNumber(token, /*isFloat=*/true, reported());
}

/// Reads the suffix and whatever else is glued to a number.
Token Lexer::finishNumber(Token token, bool isFloat, bool isBad) {
  const char *suffix = position;
  while (position != end && isWord(*position))
    ++position;
  token.suffix = StringRef(suffix, position - suffix);
  token.text = StringRef(token.text.begin(), position - token.text.begin());
  bool isDecimal = token.text.size() < 2 || token.text[0] != '0' ||
                   !StringRef("xXbBoO").contains(token.text[1]);
  if (unitsAllowed && isDecimal && !token.suffix.empty() && !isBad &&
      !context.types.lookupBuiltin(token.suffix)) {
    if (findUnit(token.suffix))
      return token;
    auto report = diags.report(token.suffix, diag::unknown_unit,
                               shorten(token.suffix, 40));
    if (StringRef near = findNearMiss(token.suffix, getUnitNames());
        !near.empty())
      report.fixIt(DiagnosticEngine::rangeOf(token.suffix), near);
    else
      report.note("'fluxc --print-steps' lists the units");
    isBad = true;
  }
  if (!token.suffix.empty() && !isBad) {
    const Type *type = context.types.lookupBuiltin(token.suffix);
    if (!type || (isFloat ? !type->isFloat() : !type->isNumber())) {
      auto report = diags.report(token.suffix, diag::unknown_suffix,
                                 shorten(token.suffix, 40));
      if (isFloat && type && type->isInt())
        report.note("a number with a fraction or an exponent is a float");
      isBad = true;
    }
  }
  if (isBad)
    token.kind = TokenKind::Error;
  return token;
}

//===----------------------------------------------------------------------===//
// Strings and characters
//===----------------------------------------------------------------------===//

/// Reads the escape at the position, which is at the backslash.
bool Lexer::decodeEscape(uint32_t &value, bool inString) {
  const char *begin = position++;
  auto spelled = [&] { return StringRef(begin, position - begin); };
  auto unknown = [&] {
    if (position != end && !isLineEnd(*position))
      position += getCharacterSize(StringRef(position, end - position));
    diags.report(spelled(), diag::unknown_escape, spelled());
    return false;
  };
  switch (peek()) {
  case 'n':
    value = '\n';
    break;
  case 't':
    value = '\t';
    break;
  case 'r':
    value = '\r';
    break;
  case '0':
    value = 0;
    break;
  case '\\':
  case '\'':
  case '"':
    value = *position;
    break;
  case 'x':
    if (!llvm::isHexDigit(peek(1)) || !llvm::isHexDigit(peek(2)))
      return unknown();
    value = llvm::hexDigitValue(peek(1)) * 16 + llvm::hexDigitValue(peek(2));
    position += 3;
    if (inString && value >= 0x80) {
      diags.report(spelled(), diag::escape_out_of_range, spelled());
      return false;
    }
    return true;
  case 'u': {
    if (peek(1) != '{' || !llvm::isHexDigit(peek(2)))
      return unknown();
    const char *p = position + 2;
    value = 0;
    unsigned count = 0;
    for (; p != end && llvm::isHexDigit(*p); ++p, ++count)
      if (count < 7)
        value = value * 16 + llvm::hexDigitValue(*p);
    if (p == end || *p != '}')
      return unknown();
    position = p + 1;
    if (count > 6 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
      diags.report(spelled(), diag::escape_out_of_range, spelled());
      return false;
    }
    return true;
  }
  default:
    return unknown();
  }
  ++position;
  return true;
}

void Lexer::decodeString(StringRef raw, ASTContext &context,
                         DiagnosticEngine &diags,
                         llvm::SmallVectorImpl<char> &out) {
  Lexer lexer(raw, context, diags);
  while (lexer.position != lexer.end) {
    uint32_t value = 0;
    if (*lexer.position != '\\')
      out.push_back(*lexer.position++);
    else if (lexer.decodeEscape(value, /*inString=*/true))
      appendUTF8(value, out);
  }
}

Token Lexer::lexString() {
  const char *begin = position++;
  llvm::SmallString<64> decoded;
  bool isCopied = false, isBad = false;
  const char *run = position; // not yet copied
  while (position != end && *position != '"' && !isLineEnd(*position)) {
    if (*position == '\\') {
      decoded.append(run, position);
      isCopied = true;
      uint32_t value = 0;
      if (decodeEscape(value, /*inString=*/true))
        appendUTF8(value, decoded);
      else
        isBad = true;
      run = position;
    } else if (isAscii(*position)) {
      ++position;
    } else if (skipTextDirection()) {
      isBad = true;
    } else {
      ++position;
    }
  }
  if (peek() != '"' || position == end) {
    diags.report(StringRef(begin, position - begin), diag::unterminated_string);
    return make(TokenKind::Error, begin);
  }
  StringRef rest(run, position - run);
  ++position;
  Token token = make(isBad ? TokenKind::Error : TokenKind::StrLiteral, begin);
  if (isCopied)
    decoded += rest;
  token.strValue = isCopied ? context.copyString(decoded) : rest;
  return token;
}

Token Lexer::lexCharacter() {
  const char *begin = position++;
  unsigned count = 0;
  bool isBad = false;
  uint32_t value = 0;
  while (position != end && *position != '\'' && !isLineEnd(*position)) {
    ++count;
    if (*position == '\\') {
      isBad |= !decodeEscape(value, /*inString=*/false);
      continue;
    }
    if (!isAscii(*position) && skipTextDirection()) {
      isBad = true;
      continue;
    }
    StringRef rest(position, end - position);
    size_t size = getCharacterSize(rest);
    value = decodeCharacter(rest, size);
    position += size;
  }
  bool isClosed = position != end && *position == '\'';
  if (isClosed) {
    ++position;
  } else {
    // The rest of the line is no literal; take the quote alone.
    position = begin + 1;
  }
  Token token = make(TokenKind::IntLiteral, begin);
  token.intValue = value;
  if (isBad || count != 1 || !isClosed) {
    if (!isBad) {
      auto report = diags.report(token.text, diag::bad_character);
      if (isClosed && count > 1)
        report.fixIt(DiagnosticEngine::rangeOf(token.text),
                     "\"" + token.text.drop_front().drop_back() + "\"");
    }
    token.kind = TokenKind::Error;
  }
  return token;
}
