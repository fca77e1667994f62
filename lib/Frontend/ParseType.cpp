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

TypeExpr *Parser::parseType() {
  NestingScope scope(*this);
  if (!scope.isOk)
    return nullptr;
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
  if (is(TokenKind::less)) {
    if (!refuseGenerics())
      return nullptr;
    type = makeErrorType(rangeFrom(name.begin()));
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
    reportNotSupported(token.text, "an optional type '" + name + "?'");
    advance();
    type = makeErrorType(rangeFrom(name.begin()));
  }
  return type;
}

/// `[T]`, `[var T]` and `[T; N]`.
TypeExpr *Parser::parseBracketType() {
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  auto *type = context.make<TypeExpr>();
  type->kind = TypeExpr::Slice;
  type->isWritable = consumeIf(TokenKind::kw_var);
  if (!(type->element = parseType()))
    return nullptr;
  if (is(TokenKind::semi) && !type->isWritable) {
    advance();
    type->kind = TypeExpr::Array;
    if (!(type->count = parseExpr()))
      return nullptr;
  }
  if (!expect(TokenKind::r_square,
              type->count        ? "']'"
              : type->isWritable ? "']' after the type of the elements"
                                 : "';' or ']'",
              opener))
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
