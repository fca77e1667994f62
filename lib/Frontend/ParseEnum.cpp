//===- ParseEnum.cpp - enums and match ------------------------------------===//
//
// What a name in a pattern means, a variant or a constant, depends on the type
// of the subject, so a pattern keeps the name and Sema decides.  Habits of
// other languages (`=>`, `case`, `_` for the rest, `Enum.Variant`) are
// understood far enough to say what to write.
//
//===----------------------------------------------------------------------===//
#include "ParserImpl.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace flux;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

/// The variants up to `}` or the end.
bool Parser::parseVariants(EnumDecl &decl, StringRef opener) {
  llvm::SmallVector<VariantDecl, 8> variants;
  while (!is(TokenKind::r_brace)) {
    statementBegin = token.text.begin();
    if (opener.empty() && is(TokenKind::End))
      break;
    if (is(TokenKind::End) || (!opener.empty() && atDeclarationMargin())) {
      reportUnexpected(diag::expected_token, "'}'", opener);
      return false;
    }
    VariantDecl variant;
    if (parseVariant(variant))
      variants.push_back(variant);
    else
      recoverStatement();
  }
  decl.variants = context.copy(llvm::ArrayRef(variants));
  return true;
}

/// `field: T, ...` up to `)` or the end.
bool Parser::parsePayload(llvm::SmallVectorImpl<FieldDecl> &fields) {
  while (!is(TokenKind::r_paren) && !is(TokenKind::End)) {
    FieldDecl field;
    if (!parseName("the name of a field", field.name))
      return false;
    if (!is(TokenKind::colon)) {
      reportUnexpected(diag::expected_token, "':' and the field's type");
      return false;
    }
    advance();
    if (!(field.typeExpr = parseType()))
      return false;
    fields.push_back(field);
    if (!consumeIf(TokenKind::comma))
      break;
  }
  return true;
}

/// `Name` or `Name(field: T, ...)`, and the comma after it.
bool Parser::parseVariant(VariantDecl &variant) {
  const char *begin = token.text.begin();
  if (!parseName("the name of a variant", variant.name))
    return false;
  if (is(TokenKind::l_paren) && !atLineStart()) {
    StringRef opener = token.text;
    advance();
    ++bracketDepth;
    llvm::SmallVector<FieldDecl, 4> fields;
    if (!parsePayload(fields) ||
        !expect(TokenKind::r_paren, "',' or ')'", opener))
      return false;
    variant.fields = context.copy(llvm::ArrayRef(fields));
  }
  variant.range = rangeFrom(begin);
  if (is(TokenKind::equal) && !atLineStart()) {
    diags.report(token.text, diag::variant_value, variant.name);
    advance();
    if (!parseExpr())
      return false;
  }
  return parsePartEnd();
}

/// What ends a field of a struct or a variant of an enum.
bool Parser::parsePartEnd() {
  if (consumeIf(TokenKind::comma) || is(TokenKind::r_brace) ||
      is(TokenKind::End) || atLineStart())
    return true;
  if (is(TokenKind::semi) || is(TokenKind::pipe)) {
    diags
        .report(token.text, diag::expected_token, "',' or the end of the line",
                describeToken())
        .fixIt(DiagnosticEngine::rangeOf(token.text), ",");
    advance();
    return true;
  }
  reportUnexpected(diag::expected_token, "',' or the end of the line");
  return false;
}

void Parser::parseEnum() {
  const char *begin = token.text.begin();
  advance();
  auto *decl = context.make<EnumDecl>();
  if (!parseName("the name of the enum", decl->name) ||
      (is(TokenKind::less) && !parseTypeParams(decl->generics)))
    return recoverDeclaration();
  if (!is(TokenKind::l_brace)) {
    diags.report(getErrorPlace(), diag::missing_braces, "the enum's name",
                 describeToken());
    return recoverDeclaration();
  }
  StringRef opener = token.text;
  advance();
  if (!parseVariants(*decl, opener))
    return;
  advance();
  decl->range = rangeFrom(begin);
  state.module.enums.push_back(decl);
  if (!is(TokenKind::End) && !token.startsLine && !is(TokenKind::semi)) {
    reportUnexpected(diag::expected_token, "the end of the line");
    recoverDeclaration();
  }
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

/// The names in `(a, _)` after the name of a variant.
bool Parser::parseBindings(Pattern &pattern) {
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  llvm::SmallVector<VarDecl *, 4> bindings;
  while (!is(TokenKind::r_paren)) {
    auto *var = context.make<VarDecl>();
    var->kind = VarDecl::Let;
    if (!parseName("a name for a field, or '_'", var->name))
      return false;
    bindings.push_back(var);
    if (is(TokenKind::l_paren) || is(TokenKind::dot)) {
      diags.report(token.text, diag::nested_pattern)
          .note("bind the field to a name and 'match' on that name");
      return false;
    }
    if (is(TokenKind::colon)) {
      diags.report(token.text, diag::expected_token, "',' or ')'", "':'")
          .note("fields are bound by position: write the new names only");
      return false;
    }
    if (!consumeIf(TokenKind::comma))
      break;
  }
  if (!expect(TokenKind::r_paren, "',' or ')'", opener))
    return false;
  pattern.hasBindings = true;
  pattern.bindings = context.copy(llvm::ArrayRef(bindings));
  return true;
}

bool Parser::parsePattern(Pattern &pattern) {
  const char *begin = token.text.begin();
  pattern.kind = Pattern::Value;
  switch (token.kind) {
  case TokenKind::kw_none:
  case TokenKind::Identifier:
    if (state.importNames.contains(token.text)) { // `module.CONSTANT`
      if (!(pattern.low = parsePostfix()))
        return false;
      break;
    }
    pattern.kind = Pattern::Name;
    pattern.name = token.text;
    advance();
    if (is(TokenKind::dot)) { // `Enum.Variant`
      StringRef owner(begin, token.text.end() - begin);
      advance();
      diags.report(owner, diag::qualified_pattern, owner.drop_back())
          .fixIt(DiagnosticEngine::rangeOf(owner), "");
      if (!parseName("the name of a variant", pattern.name))
        return false;
    }
    if (is(TokenKind::l_paren) && !parseBindings(pattern))
      return false;
    if (!pattern.hasBindings)
      pattern.low = context.make<NameExpr>(pattern.name);
    break;
  case TokenKind::IntLiteral:
  case TokenKind::FloatLiteral:
  case TokenKind::StrLiteral:
  case TokenKind::kw_true:
  case TokenKind::kw_false:
  case TokenKind::minus:
    if (!(pattern.low = parsePrefix()))
      return false;
    break;
  default:
    reportUnexpected(diag::expected_token, "a pattern");
    return false;
  }
  if (!pattern.hasBindings &&
      (is(TokenKind::dotdot) || is(TokenKind::dotdotequal))) {
    pattern.kind = Pattern::Range;
    pattern.inclusive = is(TokenKind::dotdotequal);
    advance();
    if (!(pattern.high = parsePrefix()))
      return false;
  }
  pattern.range = rangeFrom(begin);
  return true;
}

//===----------------------------------------------------------------------===//
// match
//===----------------------------------------------------------------------===//

/// The patterns and the block of one arm.
bool Parser::parseArm(MatchArm &arm) {
  llvm::SmallVector<Pattern, 2> patterns;
  {
    llvm::SaveAndRestore blockAhead(blockFollows, true);
    do {
      Pattern pattern;
      if (!parsePattern(pattern))
        return false;
      patterns.push_back(pattern);
    } while (consumeIf(TokenKind::pipe));
  }
  arm.patterns = context.copy(llvm::ArrayRef(patterns));
  if (is(TokenKind::equal) || is(TokenKind::colon) || is(TokenKind::arrow)) {
    StringRef place = token.text;
    advance();
    if (is(TokenKind::greater)) { // `=>`
      place = StringRef(place.begin(), token.text.end() - place.begin());
      advance();
    }
    diags.report(place, diag::arm_arrow, place)
        .note("the statements of an arm stand in braces: 'A(x) { ... }'");
    if (!is(TokenKind::l_brace))
      return false;
  }
  arm.body = parseBlock("the pattern");
  return arm.body;
}

Stmt *Parser::parseMatch() {
  const char *begin = token.text.begin();
  advance();
  Expr *subject = parseHeader();
  if (!subject)
    return nullptr;
  if (!is(TokenKind::l_brace)) {
    diags.report(getErrorPlace(), diag::missing_braces, "the value to match",
                 describeToken());
    return nullptr;
  }
  StringRef opener = token.text;
  NestingScope scope(*this);
  if (!scope.isOk) {
    skipBraces();
    return nullptr;
  }
  advance();
  llvm::SmallVector<MatchArm, 8> arms;
  Block *elseBlock = nullptr;
  bool isBroken = false;
  while (!is(TokenKind::r_brace)) {
    if (is(TokenKind::End)) {
      if (!isBraceReported)
        reportUnexpected(diag::expected_token, "'}'", opener);
      isBraceReported = true;
      return nullptr;
    }
    statementBegin = token.text.begin();
    isChainReported = false;
    StringRef first = token.text;
    bool isRest = is(TokenKind::kw_else);
    if (isWord("case") || isWord("default") || first == "_") {
      bool isCase = isWord("case");
      auto report =
          isCase ? diags.report(first, diag::expected_token, "a pattern",
                                describeToken())
                 : diags.report(first, diag::foreign_keyword, first, "else");
      report.fixIt(DiagnosticEngine::rangeOf(first), isCase ? "" : "else");
      isRest = !isCase;
      if (isCase)
        advance();
    }
    MatchArm arm;
    bool isOk;
    if (isRest) {
      if (elseBlock)
        diags.report(first, diag::unreachable_arm, "a second 'else'");
      advance();
      Block *rest = parseBlock("'else'");
      isOk = rest;
      if (!elseBlock)
        elseBlock = rest;
    } else {
      if (elseBlock)
        diags.report(first, diag::unreachable_arm, "an arm after 'else'");
      isOk = parseArm(arm);
      if (isOk)
        arms.push_back(arm);
    }
    if (leavesFunction)
      return nullptr;
    if (!isOk) {
      isBroken = true;
      recoverStatement();
    }
    if (is(TokenKind::comma) || is(TokenKind::semi))
      advance();
  }
  advance();
  auto *stmt = context.make<MatchStmt>(
      rangeFrom(begin), subject, context.copy(llvm::ArrayRef(arms)), elseBlock);
  // What a broken arm would match is not known: nothing is said about the rest.
  if (isBroken)
    stmt->subject = makeInvalid(subject->range);
  return stmt;
}
