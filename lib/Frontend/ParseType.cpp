//===- ParseType.cpp - types as written -----------------------------------===//
//
// Names are resolved by Sema; here is only the form.  A type that was reported
// but whose end is clear becomes an array without element, which Sema takes
// for an error that is already known.
//
//===----------------------------------------------------------------------===//
#include "ParserImpl.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using llvm::StringRef;

TypeExpr *Parser::makeErrorType(StringRef range) {
  auto *type = context.make<TypeExpr>();
  type->kind = TypeExpr::Array;
  type->range = range;
  return type;
}

/// A type, and `! E` after it.
TypeExpr *Parser::parseType() {
  NestingScope scope(*this);
  if (!scope.isOk)
    return nullptr;
  const char *begin = token.text.begin();
  TypeExpr *value = nullptr; // `! E`: nothing
  if ((!is(TokenKind::exclaim) || atLineStart()) && !(value = parsePlainType()))
    return nullptr;
  return parseErrorSuffix(value, begin);
}

/// `! E` behind \p value, if there is one.
TypeExpr *Parser::parseErrorSuffix(TypeExpr *value, const char *begin) {
  if (!is(TokenKind::exclaim) || atLineStart())
    return value;
  advance();
  auto *type = context.make<TypeExpr>();
  type->kind = TypeExpr::Result;
  type->element = value;
  if (!(type->error = parsePlainType()))
    return nullptr;
  type->range = rangeFrom(begin);
  if (is(TokenKind::exclaim) && !atLineStart()) {
    reportUnexpected(diag::expected_token, "one '! E' only");
    return nullptr;
  }
  return type;
}

/// What follows the parameters: `-> T`, `-> T ! E`, `-> (A, B)`, `! E`, and
/// `-> (func(T) -> R)`.
TypeExpr *Parser::parseResultType() {
  const char *begin = token.text.begin();
  TypeExpr *value = nullptr;
  if (consumeIf(TokenKind::arrow)) {
    if (!is(TokenKind::l_paren) || atLineStart())
      return parseType();
    StringRef opener = token.text;
    advance();
    ++bracketDepth;
    llvm::SmallVector<TypeExpr *, 4> elements;
    do {
      TypeExpr *element = parseType();
      if (!element)
        return nullptr;
      elements.push_back(element);
    } while (consumeIf(TokenKind::comma) && !is(TokenKind::r_paren));
    if (!expect(TokenKind::r_paren, "',' or ')'", opener))
      return nullptr;
    if (elements.size() == 1 && elements[0]->kind == TypeExpr::Func) {
      value = elements[0]; // what follows is not part of it
    } else {
      value = context.make<TypeExpr>();
      value->kind = TypeExpr::Tuple;
      value->args = context.copy(llvm::ArrayRef(elements));
      value->range = rangeFrom(opener.begin());
    }
  }
  return parseErrorSuffix(value, begin);
}

TypeExpr *Parser::parsePlainType() {
  const char *begin = token.text.begin();
  switch (token.kind) {
  case TokenKind::l_square:
    return parseBracketType();
  case TokenKind::amp:
  case TokenKind::ampamp:
    reportNotSupported(token.text, "a reference type '&T'");
    advance();
    return parseType() ? makeErrorType(rangeFrom(begin)) : nullptr;
  case TokenKind::Identifier:
    if (!atLineStart())
      return parseNamedType();
    break;
  case TokenKind::kw_fn:
    diags.report(token.text, diag::foreign_keyword, "fn", "func")
        .fixIt(DiagnosticEngine::rangeOf(token.text), "func");
    advance();
    if (is(TokenKind::l_paren))
      return parseFuncType();
    break;
  case TokenKind::kw_region: {
    auto *type = context.make<TypeExpr>();
    type->kind = TypeExpr::Named;
    type->range = type->name = token.text;
    advance();
    return type;
  }
  case TokenKind::l_paren: {
    auto report = diags.report(token.text, diag::tuple_type);
    report.note("use a 'struct' for a value with several parts");
    return nullptr;
  }
  default:
    break;
  }
  reportUnexpected(diag::expected_type);
  return nullptr;
}

/// A name, and the forms of the design and of other languages that begin so.
TypeExpr *Parser::parseNamedType() {
  StringRef name = token.text;
  advance();
  auto *type = context.make<TypeExpr>();
  type->kind = TypeExpr::Named;
  type->range = type->name = name;
  if (atLineStart())
    return type;
  if (is(TokenKind::dot) && continuesPostfix()) {
    advance();
    type->module = name;
    if (!parseName("the name of a type", type->name))
      return nullptr;
    name = type->range = rangeFrom(name.begin());
    if (atLineStart())
      return type;
  }
  if (is(TokenKind::l_paren) && name == "func")
    return parseFuncType();
  if (is(TokenKind::less)) {
    if (!parseTypeArgs(type->args))
      return nullptr;
    type->range = rangeFrom(name.begin());
  } else if (is(TokenKind::l_square)) {
    StringRef opener = token.text;
    advance();
    ++bracketDepth;
    Expr *count = nullptr;
    if (!is(TokenKind::r_square) && !(count = parseExpr()))
      return nullptr;
    if (!expect(TokenKind::r_square, "']'", opener))
      return nullptr;
    StringRef range = rangeFrom(name.begin());
    std::string repaired =
        "[" + name.str() + (count ? "; " + count->range.str() : "") + "]";
    diags.report(range, diag::brackets_after_type)
        .fixIt(DiagnosticEngine::rangeOf(range), repaired);
    type = makeErrorType(range);
  }
  if (is(TokenKind::question) && !atLineStart()) {
    StringRef place = token.text;
    std::string repaired = "Option<" + type->range.str() + ">";
    advance();
    StringRef range = rangeFrom(name.begin());
    diags.report(place, diag::wrong_operator, "?", repaired)
        .fixIt(DiagnosticEngine::rangeOf(range), repaired);
    type = makeErrorType(rangeFrom(name.begin()));
  }
  return type;
}

/// `[T]`, `[var T]`, `[T; N]` and, in tiles, `[var T; N]`, `[T; M, N]`.
TypeExpr *Parser::parseBracketType() {
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  auto *type = context.make<TypeExpr>();
  type->kind = TypeExpr::Slice;
  type->isWritable = consumeIf(TokenKind::kw_var);
  if (!(type->element = parseType()))
    return nullptr;
  if (is(TokenKind::semi)) {
    advance();
    type->kind = TypeExpr::Array;
    if (!(type->count = parseExpr()))
      return nullptr;
    llvm::SmallVector<Expr *, 4> more;
    while (consumeIf(TokenKind::comma)) {
      more.push_back(parseExpr());
      if (!more.back())
        return nullptr;
    }
    type->moreCounts = context.copy(llvm::ArrayRef(more));
  }
  if (!expect(TokenKind::r_square, type->count ? "']'" : "';' or ']'", opener))
    return nullptr;
  type->range = rangeFrom(opener.begin());
  return type;
}

//===----------------------------------------------------------------------===//
// Functions and generics
//===----------------------------------------------------------------------===//

/// `func(T, var U) -> R uses FLAGS`; the current token is the `(`.
TypeExpr *Parser::parseFuncType() {
  const char *begin = token.text.begin() - StringRef("func").size();
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  llvm::SmallVector<TypeExpr *, 4> params;
  while (!is(TokenKind::r_paren)) {
    bool isVarParam = consumeIf(TokenKind::kw_var);
    TypeExpr *param = parseType();
    if (!param)
      return nullptr;
    param->isVarParam = isVarParam;
    params.push_back(param);
    if (!consumeIf(TokenKind::comma))
      break;
  }
  if (!expect(TokenKind::r_paren, "',' or ')'", opener))
    return nullptr;
  auto *type = context.make<TypeExpr>();
  type->kind = TypeExpr::Func;
  type->args = context.copy(llvm::ArrayRef(params));
  if ((is(TokenKind::arrow) || is(TokenKind::exclaim)) && !atLineStart() &&
      !(type->element = parseResultType()))
    return nullptr;
  if (is(TokenKind::kw_uses) && !atLineStart()) {
    llvm::SmallVector<StringRef, 4> words;
    type->statesEffects = true;
    if (!parseUses(type->effects, words, /*inType=*/true))
      return nullptr;
  }
  type->range = rangeFrom(begin);
  return type;
}

/// Consumes `>`, also as the beginning of `>>`, `>=` and `>>=`.
bool Parser::expectGreater(StringRef opener) {
  switch (token.kind) {
  case TokenKind::greater:
    --bracketDepth;
    advance();
    return true;
  case TokenKind::greatergreater:
    token.kind = TokenKind::greater;
    break;
  case TokenKind::greaterequal:
    token.kind = TokenKind::equal;
    break;
  case TokenKind::greatergreaterequal:
    token.kind = TokenKind::greaterequal;
    break;
  default:
    reportUnexpected(diag::expected_token, "',' or '>'", opener);
    return false;
  }
  --bracketDepth;
  previousEnd = token.text.begin() + 1;
  token.text = token.text.drop_front();
  token.startsLine = false;
  return true;
}

/// `<T, U>` behind a name.
bool Parser::parseTypeArgs(llvm::ArrayRef<TypeExpr *> &args) {
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  llvm::SmallVector<TypeExpr *, 4> list;
  do {
    TypeExpr *type = parseType();
    if (!type)
      return false;
    list.push_back(type);
  } while (consumeIf(TokenKind::comma));
  args = context.copy(llvm::ArrayRef(list));
  return expectGreater(opener);
}

/// `<T, U: eq + hash>` behind the name of a declaration.
bool Parser::parseTypeParams(Generics &generics) {
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  llvm::SmallVector<TypeParamDecl *, 4> params;
  do {
    auto *param = context.make<TypeParamDecl>();
    if (!parseName("the name of a type parameter", param->name))
      return false;
    llvm::SmallVector<StringRef, 4> constraints;
    if (consumeIf(TokenKind::colon)) {
      do {
        StringRef word;
        if (!parseName("a constraint", word))
          return false;
        constraints.push_back(word);
      } while (consumeIf(TokenKind::plus));
    }
    param->constraints = context.copy(llvm::ArrayRef(constraints));
    params.push_back(param);
    typeParams.push_back(param->name);
  } while (consumeIf(TokenKind::comma));
  generics.params = context.copy(llvm::ArrayRef(params));
  return expectGreater(opener);
}

bool flux::isFlagAhead(const char *at) {
  StringRef rest(at, strnlen(at, 256));
  rest = rest.ltrim(" \t\r\n");
  StringRef word = rest.take_while(
      [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
  rest = rest.drop_front(word.size()).ltrim(" \t");
  return findEffect(word) && !rest.starts_with(":");
}

namespace {

/// Looks ahead in the text for a list of types and its `>` (GEN-2).  It reads
/// characters, because the lexer reports what it does not know.
class TypeListScanner {
public:
  explicit TypeListScanner(const char *at) : at(at) {}

  /// After `<`: true if a list of types and `>` follow, and then something
  /// that cannot be the operand of a comparison, or `(`.
  bool scan() {
    if (!scanList('>', 0))
      return false;
    if (*at == '.' && (llvm::isAlpha(at[1]) || at[1] == '_'))
      return true; // `Enum<T>.Variant`
    skipSpace();
    return *at == '\0' || StringRef("(),];}\n\r:").contains(*at) ||
           StringRef(at, 2) == "//";
  }

private:
  static constexpr unsigned maxDepth = 16;

  void skipSpace() {
    while (*at == ' ' || *at == '\t')
      ++at;
  }
  bool consume(char c) {
    skipSpace();
    if (*at != c)
      return false;
    ++at;
    return true;
  }
  StringRef scanWord() {
    skipSpace();
    const char *begin = at;
    if (llvm::isAlpha(*at) || *at == '_')
      while (llvm::isAlnum(*at) || *at == '_')
        ++at;
    return StringRef(begin, at - begin);
  }
  bool scanList(char closer, unsigned depth) {
    do {
      skipVar();
      if (!scanType(depth))
        return false;
    } while (consume(','));
    return consume(closer);
  }
  /// `var`, which may stand before parameters and elements.
  void skipVar() {
    const char *begin = at;
    if (scanWord() != "var")
      at = begin;
  }
  /// `uses FLAGS`, if it is there.
  bool scanUses() {
    const char *begin = at;
    if (scanWord() != "uses") {
      at = begin;
      return true;
    }
    while (!scanWord().empty()) {
      const char *comma = at;
      if (!consume(','))
        return true;
      if (!isFlagAhead(at)) {
        at = comma;
        return true;
      }
    }
    return false;
  }
  /// A type, and `! E` after it or alone.
  bool scanType(unsigned depth) {
    if (consume('!'))
      return scanPlainType(depth);
    if (!scanPlainType(depth))
      return false;
    while (consume('!'))
      if (!scanPlainType(depth))
        return false;
    return scanUses(); // `func() ! E uses FLAGS`
  }
  bool scanPlainType(unsigned depth) {
    if (depth > maxDepth)
      return false;
    if (consume('[')) {
      skipVar();
      if (!scanType(depth + 1))
        return false;
      if (consume(';'))
        while (llvm::isAlnum(*at) || StringRef("_ +-*().,").contains(*at))
          ++at;
      return consume(']');
    }
    StringRef word = scanWord();
    return !word.empty() && scanSuffix(word, depth);
  }
  /// What may follow a word: `.name`, `<...>`, `(...) -> R`.
  bool scanSuffix(StringRef word, unsigned depth) {
    if (consume('.') && scanWord().empty())
      return false;
    if (word == "func") {
      if (!consume('(') || !(consume(')') || scanList(')', depth + 1)))
        return false;
      skipSpace();
      if (StringRef(at, 2) == "->") {
        at += 2;
        if (!(consume('(') ? scanList(')', depth + 1) : scanType(depth + 1)))
          return false;
      }
      return scanUses();
    }
    return !consume('<') || scanList('>', depth + 1);
  }

  const char *at;
};

} // namespace

/// True if the current `<` begins type arguments, not a comparison.
bool Parser::atTypeArgs() const {
  return is(TokenKind::less) && !atLineStart() &&
         TypeListScanner(token.text.end()).scan();
}
