//===- ParseType.cpp - types as written -----------------------------------===//
//
// Names are resolved by Sema; here is only the form.  A type that was reported
// but whose end is clear becomes an array without element, which Sema takes
// for an error that is already known.
//
//===----------------------------------------------------------------------===//
#include "ParserImpl.h"

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
  if (!is(TokenKind::exclaim) || atLineStart()) {
    value = parsePlainType();
    if (!value || !is(TokenKind::exclaim) || atLineStart())
      return value;
  }
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

/// What follows the parameters: `-> T`, `-> T ! E`, `-> (A, B)`, `! E`.
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
    value = context.make<TypeExpr>();
    value->kind = TypeExpr::Tuple;
    value->args = context.copy(llvm::ArrayRef(elements));
    value->range = rangeFrom(opener.begin());
  }
  if (!is(TokenKind::exclaim) || atLineStart())
    return value;
  advance();
  auto *type = context.make<TypeExpr>();
  type->kind = TypeExpr::Result;
  type->element = value;
  if (!(type->error = parsePlainType()))
    return nullptr;
  type->range = rangeFrom(begin);
  return type;
}

/// Consumes a `>`, also the first one of `>>` and `>=`.
bool Parser::consumeGreater() {
  TokenKind rest;
  switch (token.kind) {
  case TokenKind::greater:
    advance();
    return true;
  case TokenKind::greatergreater:
    rest = TokenKind::greater;
    break;
  case TokenKind::greaterequal:
    rest = TokenKind::equal;
    break;
  case TokenKind::greatergreaterequal:
    rest = TokenKind::greaterequal;
    break;
  default:
    reportUnexpected(diag::expected_token, "',' or '>'");
    return false;
  }
  token.kind = rest;
  token.text = token.text.drop_front();
  token.startsLine = false;
  previousEnd = token.text.begin();
  return true;
}

/// `<A, B>` after the name of a type.
bool Parser::parseTypeArguments(TypeExpr &type) {
  advance();
  ++bracketDepth;
  llvm::SmallVector<TypeExpr *, 2> args;
  do {
    TypeExpr *arg = parseType();
    if (!arg)
      return false;
    args.push_back(arg);
  } while (consumeIf(TokenKind::comma));
  --bracketDepth;
  if (!consumeGreater())
    return false;
  type.args = context.copy(llvm::ArrayRef(args));
  type.range = rangeFrom(type.name.begin());
  return true;
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
    reportNotSupported(token.text, "a function type");
    return nullptr;
  case TokenKind::kw_region:
    reportNotSupported(token.text, "the type 'region'");
    advance();
    return makeErrorType(rangeFrom(begin));
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
  if (is(TokenKind::less)) {
    if (!parseTypeArguments(*type))
      return nullptr;
  } else if (is(TokenKind::l_paren) && name == "func") {
    reportNotSupported(name, "a function type");
    return nullptr;
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

/// `[T]`, `[var T]`, `[T; N]` and, in tiles, `[var T; N]`.
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
  }
  if (!expect(TokenKind::r_square, type->count ? "']'" : "';' or ']'", opener))
    return nullptr;
  type->range = rangeFrom(opener.begin());
  return type;
}

/// Reports `<T>` at the current `<` and skips it; false if its end is unclear.
bool Parser::refuseGenerics() {
  reportNotSupported(token.text, "a type parameter '<...>'");
  unsigned depth = 0;
  do {
    if (is(TokenKind::less))
      ++depth;
    else if (is(TokenKind::greater))
      --depth;
    else if (is(TokenKind::greatergreater))
      depth -= std::min(depth, 2u);
    else if (is(TokenKind::End) || is(TokenKind::l_brace) || atLineStart())
      return false;
    advance();
  } while (depth != 0);
  return true;
}
