//===- ParseStmt.cpp - statements and blocks ------------------------------===//
//
// A user should see every error of a document in one run, and none that is
// only an echo of another.  A statement that cannot be understood is skipped
// up to the next line that begins outside of its brackets and braces; what
// names it declares and which blocks it holds are kept where they are clear.
//
//===----------------------------------------------------------------------===//
#include "ParserImpl.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace flux;
using llvm::isa;
using llvm::StringRef;

/// True for keywords that begin a statement or declaration, so that an open
/// bracket before them is a mistake.
static bool startsStatement(TokenKind kind) {
  switch (kind) {
  case TokenKind::kw_let:
  case TokenKind::kw_var:
  case TokenKind::kw_if:
  case TokenKind::kw_while:
  case TokenKind::kw_for:
  case TokenKind::kw_loop:
  case TokenKind::kw_break:
  case TokenKind::kw_continue:
  case TokenKind::kw_return:
  case TokenKind::kw_trap:
  case TokenKind::kw_defer:
  case TokenKind::kw_fn:
  case TokenKind::kw_struct:
  case TokenKind::kw_const:
  case TokenKind::kw_enum:
  case TokenKind::kw_match:
    return true;
  default:
    return false;
  }
}

//===----------------------------------------------------------------------===//
// Recovery
//===----------------------------------------------------------------------===//

/// Skips to where the next statement may begin.
void Parser::recoverStatement() {
  unsigned braces = 0;
  auto atBorder = [&] {
    if (braces != 0 || token.text.begin() == statementBegin)
      return false;
    if (token.startsLine && (bracketDepth == 0 || startsStatement(token.kind)))
      return true;
    return is(TokenKind::semi) && bracketDepth == 0;
  };
  while (!is(TokenKind::End) && !atBorder()) {
    switch (token.kind) {
    case TokenKind::l_brace:
      ++braces;
      break;
    case TokenKind::r_brace:
      if (braces == 0) {
        bracketDepth = 0;
        return;
      }
      --braces;
      break;
    case TokenKind::l_paren:
    case TokenKind::l_square:
      ++bracketDepth;
      break;
    case TokenKind::r_paren:
    case TokenKind::r_square:
      bracketDepth -= bracketDepth != 0;
      break;
    default:
      break;
    }
    advance();
  }
  bracketDepth = 0;
}

/// Skips the rest of the head of a statement; true if its block follows.
bool Parser::recoverToBlock() {
  while (!is(TokenKind::End) && !is(TokenKind::l_brace) &&
         !is(TokenKind::r_brace) && !token.startsLine)
    advance();
  bracketDepth = 0;
  return is(TokenKind::l_brace) && !token.startsLine;
}

/// Skips from `{` past its `}`; true if no other brace stands between them.
bool Parser::skipBraces() {
  bool isFlat = true;
  for (unsigned depth = 0; !is(TokenKind::End); advance()) {
    if (is(TokenKind::l_brace)) {
      isFlat &= depth == 0;
      ++depth;
    } else if (is(TokenKind::r_brace) && --depth == 0) {
      advance();
      return isFlat;
    }
  }
  return false;
}

/// Reports what stands behind a statement: perhaps it begins with a misspelt
/// keyword, or one follows.
void Parser::reportStatementEnd() {
  constexpr StringRef keywords[] = {
      "let",    "var",   "if",       "while", "for",  "loop",  "match",
      "return", "break", "continue", "defer", "trap", "region"};
  StringRef word = statementWord, near;
  if (!word.empty())
    near = findNearMiss(word, keywords);
  if (near.empty() && is(TokenKind::Identifier)) {
    word = token.text;
    near = findNearMiss(word, {"elif", "else"});
  }
  if (near.empty() || is(TokenKind::Error))
    return reportUnexpected(diag::expected_statement_end);
  diags.report(getErrorPlace(), diag::expected_statement_end, describeToken())
      .fixIt(DiagnosticEngine::rangeOf(word), near);
}

/// Checks that a statement ends here, and consumes a `;`.
void Parser::expectStatementEnd() {
  if (consumeIf(TokenKind::semi) || is(TokenKind::r_brace) ||
      is(TokenKind::End) || atLineStart())
    return;
  if (is(TokenKind::equal)) {
    diags.report(token.text, diag::assignment_chain);
  } else if (is(TokenKind::r_paren) || is(TokenKind::r_square)) {
    diags.report(token.text, diag::unmatched_bracket, token.text);
  } else {
    reportStatementEnd();
  }
  recoverStatement();
  consumeIf(TokenKind::semi);
}

/// True if the current token stands at the very start of a line.
bool Parser::atMargin() const {
  return token.startsLine && token.text.begin() != previousEnd &&
         (token.text.begin()[-1] == '\n' || token.text.begin()[-1] == '\r');
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// The statements up to `}` or the end; true at `}`.
bool Parser::parseStatements(llvm::SmallVectorImpl<Stmt *> &out,
                             StringRef opener) {
  while (!is(TokenKind::r_brace)) {
    if (is(TokenKind::End)) {
      if (!opener.empty() && !isBraceReported)
        reportUnexpected(diag::expected_token, "'}'", opener);
      isBraceReported = true;
      return false;
    }
    statementBegin = token.text.begin();
    statementWord = is(TokenKind::Identifier) ? token.text : StringRef();
    isChainReported = false;
    Stmt *stmt = parseStatement();
    if (leavesFunction)
      return false;
    if (stmt) {
      out.push_back(stmt);
      expectStatementEnd();
      continue;
    }
    recoverStatement();
    consumeIf(TokenKind::semi);
  }
  return true;
}

/// The word that ends at \p end.
static StringRef getWordBefore(const char *end) {
  const char *begin = end;
  while (llvm::isAlnum(begin[-1]) || begin[-1] == '_')
    --begin;
  return StringRef(begin, end - begin);
}

/// The body of \p owner ("the condition"); null if there is no `{`.
Block *Parser::parseBlock(StringRef owner) {
  if (!is(TokenKind::l_brace)) {
    if (!is(TokenKind::Error)) {
      auto report = diags.report(getErrorPlace(), diag::missing_braces, owner,
                                 describeToken());
      // `if nto x {`: the condition ended with the misspelt word.
      StringRef word = getWordBefore(previousEnd);
      if (is(TokenKind::Identifier) &&
          !findNearMiss(word, StringRef("not")).empty())
        report.fixIt(DiagnosticEngine::rangeOf(word), "not");
    }
    isBraceReported = true;
    return nullptr;
  }
  StringRef opener = token.text;
  NestingScope scope(*this);
  if (!scope.isOk) {
    skipBraces();
    return context.make<Block>(rangeFrom(opener.begin()),
                               llvm::ArrayRef<Stmt *>(), StringRef());
  }
  advance();
  llvm::SmallVector<Stmt *, 16> statements;
  StringRef end;
  if (parseStatements(statements, opener)) {
    end = token.text;
    advance();
  }
  return context.make<Block>(rangeFrom(opener.begin()),
                             context.copy(llvm::ArrayRef(statements)), end);
}

void Parser::parseSectionBody(FunctionDecl *function) {
  isSectionBody = true;
  bodyBegin = token.text.begin();
  for (const TypeParamDecl *param : function->generics.params)
    typeParams.push_back(param->name);
  llvm::SmallVector<Stmt *, 16> statements;
  while (parseStatements(statements, "")) {
    diags.report(token.text, diag::unmatched_bracket, token.text);
    advance();
  }
  function->body = context.make<Block>(rangeFrom(bodyBegin),
                                       context.copy(llvm::ArrayRef(statements)),
                                       StringRef());
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

Stmt *Parser::parseStatement() {
  switch (token.kind) {
  case TokenKind::kw_let:
  case TokenKind::kw_var:
    return parseVariable();
  case TokenKind::kw_const:
    diags.report(token.text, diag::nested_declaration, "const")
        .fixIt(DiagnosticEngine::rangeOf(token.text), "let");
    return parseVariable();
  case TokenKind::kw_if:
    return parseIf();
  case TokenKind::kw_elif:
  case TokenKind::kw_else:
    if (!isBraceReported)
      diags.report(token.text, diag::expected_statement, describeToken())
          .note("it must follow the block of an 'if'");
    return nullptr;
  case TokenKind::kw_while:
    return parseWhile();
  case TokenKind::kw_loop:
    return parseLoop();
  case TokenKind::kw_for:
    return parseFor();
  case TokenKind::kw_break: {
    StringRef place = token.text;
    advance();
    return context.make<BreakStmt>(place);
  }
  case TokenKind::kw_continue: {
    StringRef place = token.text;
    advance();
    return context.make<ContinueStmt>(place);
  }
  case TokenKind::kw_return:
    return parseReturn();
  case TokenKind::kw_trap:
    return parseTrap();
  case TokenKind::kw_defer:
    return parseDefer();
  case TokenKind::kw_match:
    return parseMatch();
  case TokenKind::kw_region:
    return parseRegion();
  case TokenKind::kw_fn:
  case TokenKind::kw_tile:
  case TokenKind::kw_struct:
  case TokenKind::kw_enum:
    reportNestedDeclaration();
    return nullptr;
  case TokenKind::kw_import:
  case TokenKind::kw_export:
  case TokenKind::kw_module:
  case TokenKind::kw_type:
  case TokenKind::kw_trait:
  case TokenKind::kw_impl:
  case TokenKind::kw_spawn:
  case TokenKind::kw_tell:
  case TokenKind::kw_ask:
  case TokenKind::kw_delegate:
  case TokenKind::kw_barrier:
    reportNotSupported(token.text, "'" + token.text + "'");
    return nullptr;
  case TokenKind::l_brace:
    diags.report(token.text, diag::standalone_block);
    return parseBlock("");
  case TokenKind::r_paren:
  case TokenKind::r_square:
    diags.report(token.text, diag::unmatched_bracket, token.text);
    return nullptr;
  case TokenKind::Identifier:
    if (atLinearStruct()) {
      reportNestedDeclaration();
      return nullptr;
    }
    if (isTest && token.text == "expect" && *token.text.end() == '(')
      return parseExpect();
    return parseExpressionStatement();
  case TokenKind::IntLiteral:
  case TokenKind::FloatLiteral:
  case TokenKind::StrLiteral:
  case TokenKind::kw_true:
  case TokenKind::kw_false:
  case TokenKind::kw_not:
  case TokenKind::kw_nil:
  case TokenKind::kw_null:
  case TokenKind::kw_none:
  case TokenKind::l_paren:
  case TokenKind::l_square:
  case TokenKind::minus:
  case TokenKind::plus:
  case TokenKind::tilde:
  case TokenKind::exclaim:
  case TokenKind::amp:
    return parseExpressionStatement();
  default:
    reportUnexpected(diag::expected_statement);
    return nullptr;
  }
}

/// `let` and `var`, and `const` after it was reported.
Stmt *Parser::parseVariable() {
  StringRef keyword = token.text;
  auto kind = is(TokenKind::kw_var) ? VarDecl::Var : VarDecl::Let;
  advance();
  StringRef name;
  if (!parseName("the name of the variable", name))
    return nullptr;
  if (name == "mut" && is(TokenKind::Identifier) && !atLineStart()) {
    StringRef mistake = rangeFrom(keyword.begin());
    diags.report(mistake, diag::foreign_keyword, mistake, "var")
        .fixIt(DiagnosticEngine::rangeOf(mistake), "var");
    kind = VarDecl::Var;
    name = token.text;
    advance();
  }
  if (is(TokenKind::comma) && !atLineStart() && kind == VarDecl::Let)
    return parseVariables(keyword, name);
  auto *var = context.make<VarDecl>();
  var->kind = kind;
  var->name = name;
  auto finish = [&]() -> Stmt * {
    return context.make<DeclStmt>(rangeFrom(keyword.begin()), var);
  };
  // From here on the name is known: a broken rest still declares it.
  auto giveUp = [&] {
    var->init = makeInvalid(name);
    Stmt *stmt = finish();
    recoverStatement();
    return stmt;
  };
  if (is(TokenKind::colon) && !atLineStart()) {
    advance();
    if (!(var->typeExpr = parseType()))
      return giveUp();
  }
  if (!is(TokenKind::equal) || atLineStart()) {
    if (is(TokenKind::semi) || is(TokenKind::r_brace) || is(TokenKind::End) ||
        atLineStart())
      diags.report(name, diag::variable_without_value, name);
    else
      reportUnexpected(diag::expected_token,
                       var->typeExpr ? "'='" : "':' or '='");
    return giveUp();
  }
  advance();
  if (!(var->init = parseExpr()))
    return giveUp();
  return finish();
}

/// `let a, b = value`, at the first comma.
Stmt *Parser::parseVariables(StringRef keyword, StringRef first) {
  llvm::SmallVector<VarDecl *, 4> vars;
  auto add = [&](StringRef name) {
    auto *var = context.make<VarDecl>();
    var->kind = VarDecl::Let;
    var->name = name;
    vars.push_back(var);
  };
  add(first);
  Expr *init = nullptr;
  while (consumeIf(TokenKind::comma)) {
    StringRef name;
    if (!parseName("the name of a variable", name))
      return nullptr;
    add(name);
  }
  if (!is(TokenKind::equal) || atLineStart()) {
    reportUnexpected(diag::expected_token, "',' or '='");
  } else {
    advance();
    init = parseExpr();
  }
  if (!init) {
    init = makeInvalid(first);
    recoverStatement();
  }
  return context.make<DeclTupleStmt>(rangeFrom(keyword.begin()),
                                     context.copy(llvm::ArrayRef(vars)), init);
}

/// The condition of `if` or `while`, up to its block; null if there is none.
Expr *Parser::parseHeader() {
  const char *begin = token.text.begin();
  if (Expr *condition = parseCondition())
    return condition;
  return recoverToBlock() ? makeInvalid(rangeFrom(begin)) : nullptr;
}

Stmt *Parser::parseIf() {
  struct Branch {
    const char *begin;
    Expr *condition;
    Block *block;
  };
  llvm::SmallVector<Branch, 4> branches;
  Stmt *last = nullptr;
  bool isTooLong = false;
  const char *begin = token.text.begin();
  while (true) {
    StringRef keyword = token.text;
    advance();
    Expr *condition = parseHeader();
    if (!condition)
      return nullptr;
    Block *block = parseBlock("the condition");
    if (!block)
      return nullptr;
    if (branches.size() < ParserLimits::maxChain)
      branches.push_back({begin, condition, block});
    else if (!std::exchange(isTooLong, true))
      diags.report(keyword, diag::chain_too_long, ParserLimits::maxChain,
                   "conditions");
    begin = token.text.begin();
    if (is(TokenKind::kw_elif))
      continue;
    if (!is(TokenKind::kw_else))
      break;
    advance();
    if (is(TokenKind::kw_if) && !token.startsLine) {
      StringRef mistake(begin, token.text.end() - begin);
      diags.report(mistake, diag::foreign_keyword, mistake, "elif")
          .fixIt(DiagnosticEngine::rangeOf(mistake), "elif");
      continue;
    }
    last = parseBlock("'else'");
    if (!last)
      return nullptr;
    break;
  }
  while (!branches.empty()) {
    Branch branch = branches.pop_back_val();
    last = context.make<IfStmt>(rangeFrom(branch.begin), branch.condition,
                                branch.block, last);
  }
  return last;
}

Stmt *Parser::parseWhile() {
  const char *begin = token.text.begin();
  advance();
  Expr *condition = parseHeader();
  Block *body = condition ? parseBlock("the condition") : nullptr;
  if (!body)
    return nullptr;
  return context.make<WhileStmt>(rangeFrom(begin), condition, body);
}

Stmt *Parser::parseLoop() {
  const char *begin = token.text.begin();
  advance();
  Block *body = parseBlock("'loop'");
  return body ? context.make<LoopStmt>(rangeFrom(begin), body) : nullptr;
}

Stmt *Parser::parseFor() {
  const char *begin = token.text.begin();
  advance();
  if (is(TokenKind::l_paren)) {
    diags.report(token.text, diag::c_style_for)
        .note("write 'for name in low..high' or 'for name in sequence'");
    if (recoverToBlock())
      parseBlock("");
    return nullptr;
  }
  StringRef names[2];
  unsigned count = 0;
  do {
    if (!parseName("a name for the element", names[count])) {
      if (recoverToBlock())
        parseBlock("");
      return nullptr;
    }
  } while (++count < 2 && consumeIf(TokenKind::comma));
  if (!is(TokenKind::kw_in)) {
    reportUnexpected(diag::expected_token, "'in'");
    if (recoverToBlock())
      parseBlock("");
    return nullptr;
  }
  advance();

  Expr *low = nullptr, *high = nullptr;
  bool isRange = false, inclusive = false;
  {
    llvm::SaveAndRestore blockAhead(blockFollows, true);
    const char *sequence = token.text.begin();
    low = parseExpr();
    if (low && (is(TokenKind::dotdot) || is(TokenKind::dotdotequal))) {
      isRange = true;
      inclusive = is(TokenKind::dotdotequal);
      advance();
      high = parseExpr();
    }
    if (!low || (isRange && !high)) {
      if (!recoverToBlock())
        return nullptr;
      low = low ? low : makeInvalid(rangeFrom(sequence));
      high = makeInvalid(rangeFrom(sequence));
    }
  }
  if (isRange && count == 2) {
    diags.report(names[1], diag::c_style_for)
        .note("a range has one name, because its elements are the numbers");
    count = 1;
  }
  Block *body = parseBlock(isRange ? "the range" : "the sequence");
  if (!body)
    return nullptr;
  auto makeVar = [&](StringRef name) {
    auto *var = context.make<VarDecl>();
    var->kind = VarDecl::LoopVar;
    var->name = name;
    return var;
  };
  VarDecl *first = makeVar(names[0]);
  if (isRange)
    return context.make<ForRangeStmt>(rangeFrom(begin), first, low, high,
                                      inclusive, body);
  if (count == 1)
    return context.make<ForEachStmt>(rangeFrom(begin), nullptr, first, low,
                                     body);
  return context.make<ForEachStmt>(rangeFrom(begin), first, makeVar(names[1]),
                                   low, body);
}

Stmt *Parser::parseReturn() {
  const char *begin = token.text.begin();
  advance();
  Expr *value = nullptr;
  if (!is(TokenKind::semi) && !is(TokenKind::r_brace) && !is(TokenKind::End) &&
      !atLineStart()) {
    value = parseExpr();
    if (!value)
      return nullptr;
    if (is(TokenKind::comma) && !atLineStart()) {
      llvm::SmallVector<Expr *, 4> elements = {value};
      while (consumeIf(TokenKind::comma)) {
        if (!(value = parseExpr()))
          return nullptr;
        elements.push_back(value);
      }
      value = context.make<TupleExpr>(rangeFrom(elements[0]->range.begin()),
                                      context.copy(llvm::ArrayRef(elements)));
    }
  }
  return context.make<ReturnStmt>(rangeFrom(begin), value);
}

Stmt *Parser::parseTrap() {
  const char *begin = token.text.begin();
  advance();
  if (atLineStart()) {
    reportUnexpected(diag::expected_token, "a message");
    return nullptr;
  }
  Expr *message = parseExpr();
  return message ? context.make<TrapStmt>(rangeFrom(begin), message) : nullptr;
}

Stmt *Parser::parseDefer() {
  const char *begin = token.text.begin();
  advance();
  Block *body = nullptr;
  if (is(TokenKind::l_brace)) {
    body = parseBlock("'defer'");
  } else if (Expr *call = parseExpr()) {
    Stmt *stmt = context.make<ExprStmt>(call->range, call);
    body = context.make<Block>(
        call->range, context.copy(llvm::ArrayRef<Stmt *>(stmt)), StringRef());
  } else {
    return nullptr;
  }
  return context.make<DeferStmt>(rangeFrom(begin), body);
}

/// `region name(size) { ... }`.
Stmt *Parser::parseRegion() {
  const char *begin = token.text.begin();
  advance();
  auto *var = context.make<VarDecl>();
  var->kind = VarDecl::Region;
  Expr *size = nullptr;
  if (parseName("the name of the region", var->name)) {
    if (is(TokenKind::l_paren) && !atLineStart())
      size = parseParenthesized();
    else
      reportUnexpected(diag::expected_token, "'(' and the size in bytes");
  }
  if (!size && !recoverToBlock())
    return nullptr;
  Block *body = parseBlock("the size of the region");
  if (!body || !size)
    return nullptr;
  return context.make<RegionStmt>(rangeFrom(begin), var, size, body);
}

//===----------------------------------------------------------------------===//
// Assignments and calls
//===----------------------------------------------------------------------===//

namespace {
struct AssignmentToken {
  TokenKind kind;
  BinaryOp op;
};
} // namespace

static constexpr AssignmentToken assignmentTokens[] = {
    {TokenKind::plusequal, BinaryOp::Add},
    {TokenKind::minusequal, BinaryOp::Sub},
    {TokenKind::starequal, BinaryOp::Mul},
    {TokenKind::slashequal, BinaryOp::Div},
    {TokenKind::percentequal, BinaryOp::Rem},
    {TokenKind::ampequal, BinaryOp::And},
    {TokenKind::pipeequal, BinaryOp::Or},
    {TokenKind::caretequal, BinaryOp::Xor},
    {TokenKind::lesslessequal, BinaryOp::Shl},
    {TokenKind::greatergreaterequal, BinaryOp::Shr},
    {TokenKind::plus_wrapequal, BinaryOp::AddWrap},
    {TokenKind::minus_wrapequal, BinaryOp::SubWrap},
    {TokenKind::star_wrapequal, BinaryOp::MulWrap},
    {TokenKind::plus_satequal, BinaryOp::AddSat},
    {TokenKind::minus_satequal, BinaryOp::SubSat},
};

Stmt *Parser::parseExpressionStatement() {
  const char *begin = token.text.begin();
  Expr *expr = parseExpr();
  if (!expr)
    return nullptr;
  if (token.kind >= TokenKind::l_paren && !atLineStart())
    if (Stmt *assignment = parseAssignment(expr, begin))
      return assignment;
  if (isa<NameExpr>(expr) && !atLineStart()) {
    if (is(TokenKind::Identifier)) {
      reportForeignStatement(expr->range);
      return nullptr;
    }
    if (is(TokenKind::colon)) {
      diags.report(token.text, diag::expected_statement_end, "':'")
          .note("variables are declared with 'let' or 'var'");
      return nullptr;
    }
  }
  return context.make<ExprStmt>(rangeFrom(begin), expr);
}

/// `place = value` and the like; null if the current token does not assign.
Stmt *Parser::parseAssignment(Expr *place, const char *begin) {
  std::optional<BinaryOp> op;
  for (const AssignmentToken &entry : assignmentTokens)
    if (entry.kind == token.kind)
      op = entry.op;
  if (!op && !is(TokenKind::equal))
    return nullptr;
  StringRef opRange = token.text;
  advance();
  if (!isa<NameExpr, IndexExpr, MemberExpr, InvalidExpr>(place)) {
    diags.report(place->range, diag::cannot_assign);
    place = makeInvalid(place->range);
  }
  Expr *value = parseExpr();
  if (!value) {
    value = makeInvalid(opRange);
    recoverStatement();
  }
  return context.make<AssignStmt>(rangeFrom(begin), place, value, op, opRange);
}

/// Two words in a row: the first is perhaps another language's keyword.
void Parser::reportForeignStatement(StringRef word) {
  StringRef own = llvm::StringSwitch<StringRef>(word)
                      .Cases({"func", "function", "def", "fun"}, "fn")
                      .Cases({"auto", "val", "int", "long", "float"}, "let")
                      .Cases({"double", "string", "char", "bool"}, "let")
                      .Case("mut", "var")
                      .Cases({"elseif", "elsif"}, "elif")
                      .Case("until", "while not")
                      .Case("throw", "trap")
                      .Default("");
  if (own.empty())
    return reportStatementEnd();
  diags.report(word, diag::foreign_keyword, word, own)
      .fixIt(DiagnosticEngine::rangeOf(word), own);
}

/// At `fn` or `struct` inside of a function.
void Parser::reportNestedDeclaration() {
  if (isSectionBody && is(TokenKind::kw_fn) &&
      token.text.begin() == bodyBegin) {
    diags.report(token.text, diag::repeated_signature);
    return;
  }
  if (isSectionBody || !atMargin()) {
    diags.report(token.text, diag::nested_declaration, token.text);
    return;
  }
  if (!isBraceReported)
    diags
        .report(token.text, diag::expected_token, "'}'",
                "'" + token.text.str() + "'")
        .note(DiagnosticEngine::rangeOf(functionPlace),
              "the function that begins here is not closed");
  isBraceReported = true;
  leavesFunction = true;
}
