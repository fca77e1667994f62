//===- ParseExpr.cpp - expressions ----------------------------------------===//
//
// Precedence climbing over the one table of section 5 of the language
// reference.  Operators in a row make a left-deep tree without recursion here,
// but later phases walk trees recursively, so the depth of every tree is
// counted and limited.  The habits of other languages (`!x`, `a and b`,
// `c ? a : b`, `x++`) are understood far enough to say what to write.
//
//===----------------------------------------------------------------------===//
#include "ParserImpl.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace flux;
using llvm::cast;
using llvm::isa;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

unsigned flux::getPrecedence(BinaryOp op) {
  switch (op) {
  case BinaryOp::Mul:
  case BinaryOp::Div:
  case BinaryOp::Rem:
  case BinaryOp::Shl:
  case BinaryOp::Shr:
  case BinaryOp::And:
  case BinaryOp::MulWrap:
    return 6;
  case BinaryOp::Add:
  case BinaryOp::Sub:
  case BinaryOp::Or:
  case BinaryOp::Xor:
  case BinaryOp::AddWrap:
  case BinaryOp::SubWrap:
  case BinaryOp::AddSat:
  case BinaryOp::SubSat:
    return 5;
  case BinaryOp::Eq:
  case BinaryOp::Ne:
  case BinaryOp::Lt:
  case BinaryOp::Le:
  case BinaryOp::Gt:
  case BinaryOp::Ge:
    return 4;
  case BinaryOp::LogicalAnd:
    return 2;
  case BinaryOp::LogicalOr:
    return 1;
  }
  llvm_unreachable("all operators are covered");
}

static constexpr unsigned notPrecedence = 3, comparisonPrecedence = 4;

namespace {

struct OperatorToken {
  BinaryOp op;
  TokenKind kind;
};

/// In the order of BinaryOp.
constexpr OperatorToken operatorTokens[] = {
    {BinaryOp::Mul, TokenKind::star},
    {BinaryOp::Div, TokenKind::slash},
    {BinaryOp::Rem, TokenKind::percent},
    {BinaryOp::Shl, TokenKind::lessless},
    {BinaryOp::Shr, TokenKind::greatergreater},
    {BinaryOp::And, TokenKind::amp},
    {BinaryOp::MulWrap, TokenKind::star_wrap},
    {BinaryOp::Add, TokenKind::plus},
    {BinaryOp::Sub, TokenKind::minus},
    {BinaryOp::Or, TokenKind::pipe},
    {BinaryOp::Xor, TokenKind::caret},
    {BinaryOp::AddWrap, TokenKind::plus_wrap},
    {BinaryOp::SubWrap, TokenKind::minus_wrap},
    {BinaryOp::AddSat, TokenKind::plus_sat},
    {BinaryOp::SubSat, TokenKind::minus_sat},
    {BinaryOp::Eq, TokenKind::equalequal},
    {BinaryOp::Ne, TokenKind::exclaimequal},
    {BinaryOp::Lt, TokenKind::less},
    {BinaryOp::Le, TokenKind::lessequal},
    {BinaryOp::Gt, TokenKind::greater},
    {BinaryOp::Ge, TokenKind::greaterequal},
    {BinaryOp::LogicalAnd, TokenKind::ampamp},
    {BinaryOp::LogicalOr, TokenKind::pipepipe},
};

/// For each token 1 + the binary operator that it is, or 0.
struct OperatorTable {
  uint8_t entries[256] = {};
  constexpr OperatorTable() {
    for (const OperatorToken &entry : operatorTokens)
      entries[static_cast<unsigned>(entry.kind)] =
          static_cast<uint8_t>(entry.op) + 1;
  }
};
constexpr OperatorTable operatorTable;

} // namespace

StringRef flux::getSpelling(BinaryOp op) {
  return getTokenName(operatorTokens[static_cast<unsigned>(op)].kind);
}

/// The operator that the current token is or, in another language, would be.
std::optional<BinaryOp> Parser::getBinaryOperator() const {
  if (is(TokenKind::Identifier)) {
    if (token.text == "and")
      return BinaryOp::LogicalAnd;
    if (token.text == "or")
      return BinaryOp::LogicalOr;
    return std::nullopt;
  }
  if (uint8_t entry = operatorTable.entries[static_cast<unsigned>(token.kind)])
    return static_cast<BinaryOp>(entry - 1);
  return std::nullopt;
}

/// Adds a level above the trees of treeDepth and \p otherDepth; false if that
/// is one too many, and then the tree must not grow.
bool Parser::deepen(unsigned otherDepth, StringRef place) {
  unsigned depth = std::max(treeDepth, otherDepth) + 1;
  treeDepth = std::min(depth, ParserLimits::maxChain);
  if (depth <= ParserLimits::maxChain)
    return true;
  if (!isChainReported)
    diags.report(place, diag::chain_too_long, ParserLimits::maxChain,
                 "operators");
  isChainReported = true;
  return false;
}

/// Reports `x++` and `x--`, whose first character was \p first.
bool Parser::reportIncrement(const Token &first) {
  if (token.kind != first.kind || token.text.begin() != first.text.end())
    return false;
  if (first.kind == TokenKind::minus) {
    // `a--b` subtracts a negated value.
    const char *next = token.text.end();
    while (*next == ' ' || *next == '\t')
      ++next;
    if (llvm::isAlnum(*next) || StringRef("_(\"'-~[").contains(*next))
      return false;
  } else if (first.kind != TokenKind::plus) {
    return false;
  }
  StringRef spelled(first.text.begin(), 2);
  diags.report(spelled, diag::no_increment, spelled)
      .fixIt(DiagnosticEngine::rangeOf(spelled),
             " " + first.text.str() + "= 1");
  advance();
  return true;
}

Expr *Parser::parseExpr() {
  NestingScope scope(*this);
  return scope.isOk ? parseBinary(1) : nullptr;
}

Expr *Parser::parseCondition() {
  const char *begin = token.text.begin();
  llvm::SaveAndRestore blockAhead(blockFollows, true);
  Expr *condition = parseExpr();
  if (!condition || !is(TokenKind::equal) || atLineStart())
    return condition;
  StringRef place = token.text;
  diags.report(place, diag::assignment_in_condition)
      .fixIt(DiagnosticEngine::rangeOf(place), "==");
  advance();
  Expr *rhs = parseExpr();
  if (!rhs)
    return nullptr;
  return context.make<BinaryExpr>(rangeFrom(begin), BinaryOp::Eq, condition,
                                  rhs, place);
}

Expr *Parser::parseBinary(unsigned minPrecedence) {
  const char *begin = token.text.begin();
  Expr *lhs = is(TokenKind::kw_not) ? parseNot(minPrecedence) : parsePrefix();
  bool afterComparison = false;
  while (lhs && !atLineStart()) {
    std::optional<BinaryOp> op = getBinaryOperator();
    if (!op || getPrecedence(*op) < minPrecedence)
      break;
    unsigned precedence = getPrecedence(*op);
    Token opToken = token;
    advance();
    if (opToken.kind == TokenKind::Identifier)
      diags
          .report(opToken.text, diag::wrong_operator, opToken.text,
                  getSpelling(*op))
          .fixIt(DiagnosticEngine::rangeOf(opToken.text), getSpelling(*op));
    if (reportIncrement(opToken))
      return nullptr;
    unsigned lhsDepth = treeDepth;
    Expr *rhs = parseBinary(precedence + 1);
    if (!rhs)
      return nullptr;
    if (afterComparison && precedence == comparisonPrecedence)
      diags.report(opToken.text, diag::comparison_chain)
          .note("join the comparisons with '&&'");
    afterComparison = precedence == comparisonPrecedence;
    if (deepen(lhsDepth, opToken.text))
      lhs = context.make<BinaryExpr>(rangeFrom(begin), *op, lhs, rhs,
                                     opToken.text);
  }
  return lhs;
}

/// `not` and its operand, a whole comparison.
Expr *Parser::parseNot(unsigned minPrecedence) {
  NestingScope scope(*this);
  if (!scope.isOk)
    return nullptr;
  StringRef place = token.text;
  if (minPrecedence > notPrecedence)
    diags.report(place, diag::not_needs_parentheses).note("write '(not ...)'");
  advance();
  Expr *operand = parseBinary(notPrecedence);
  if (!operand)
    return nullptr;
  if (!deepen(0, place))
    return operand;
  return context.make<UnaryExpr>(rangeFrom(place.begin()), UnaryOp::Not,
                                 operand);
}

Expr *Parser::parsePrefix() {
  UnaryOp op;
  switch (token.kind) {
  case TokenKind::minus:
    op = UnaryOp::Neg;
    break;
  case TokenKind::tilde:
    op = UnaryOp::BitNot;
    break;
  case TokenKind::exclaim:
    diags.report(token.text, diag::wrong_operator, "!", "not")
        .fixIt(DiagnosticEngine::rangeOf(token.text), "not ");
    op = UnaryOp::Not;
    break;
  case TokenKind::kw_not:
    return parseNot(/*minPrecedence=*/7);
  case TokenKind::amp:
    reportNotSupported(token.text, "taking a reference with '&'");
    return nullptr;
  case TokenKind::plus: {
    Token first = token;
    advance();
    if (!reportIncrement(first))
      diags.report(first.text, diag::expected_expression, "'+'")
          .note("numbers have no plus sign")
          .fixIt(DiagnosticEngine::rangeOf(first.text), "");
    return nullptr;
  }
  default:
    return parsePostfix();
  }
  NestingScope scope(*this);
  if (!scope.isOk)
    return nullptr;
  StringRef place = token.text;
  advance();
  // The zero of a scale lies anywhere: -5 degF is no negated 5 degF.
  bool isNumber = is(TokenKind::IntLiteral) || is(TokenKind::FloatLiteral);
  isNegated = op == UnaryOp::Neg && isNumber;
  Expr *operand = parsePrefix();
  bool isTaken = isNumber && op == UnaryOp::Neg && !isNegated;
  isNegated = false;
  if (!operand)
    return nullptr;
  if (isTaken) {
    if (isa<FloatLiteralExpr, IntLiteralExpr>(operand))
      operand->range = rangeFrom(place.begin());
    return operand;
  }
  if (!deepen(0, place))
    return operand;
  return context.make<UnaryExpr>(rangeFrom(place.begin()), op, operand);
}

//===----------------------------------------------------------------------===//
// Postfix
//===----------------------------------------------------------------------===//

/// True if the current `(`, `[` or `.` belongs to the expression before it.
bool Parser::continuesPostfix() const {
  if (atLineStart())
    return false;
  if (mode == ParseMode::Code)
    return true;
  if (is(TokenKind::l_paren)) // a remark
    return token.text.begin() == previousEnd;
  if (is(TokenKind::dot)) { // a full stop
    char next = *token.text.end();
    return llvm::isAlpha(next) || next == '_';
  }
  return true;
}

Expr *Parser::parsePostfix() {
  if (mode != ParseMode::Code)
    skipArticle();
  Token first = token;
  const char *begin = first.text.begin();
  Expr *expr = parsePrimary();
  while (expr && continuesPostfix()) {
    switch (token.kind) {
    case TokenKind::l_square:
      expr = parseIndex(expr, begin);
      continue;
    case TokenKind::dot: {
      bool isPlainName = isa<NameExpr>(expr) && expr->range.begin() == begin;
      expr = parseMember(expr, begin, isPlainName);
      continue;
    }
    case TokenKind::l_paren: { // calls a value
      unsigned depth = treeDepth;
      StringRef opener = token.text;
      Expr *call = parseArguments(begin, "", expr->range);
      if (!call)
        return nullptr;
      if (!deepen(depth, opener))
        return makeInvalid(call->range);
      if (auto *valueCall = llvm::dyn_cast<CallExpr>(call)) {
        valueCall->target = expr;
        valueCall->isNamed = false;
      } else if (isa<StructLiteralExpr>(call)) {
        diags.report(expr->range, diag::named_arguments, expr->range);
        call = makeInvalid(call->range);
      }
      expr = call;
      continue;
    }
    case TokenKind::kw_in: {
      auto *call = llvm::dyn_cast<CallExpr>(expr);
      if (!call || !call->module.empty() || call->name != "slice" ||
          !call->region.empty())
        return parseInUnit(expr, begin);
      advance();
      if (!parseName("the name of a region", call->region))
        return nullptr;
      call->range = rangeFrom(begin);
      continue;
    }
    case TokenKind::question:
      if (!(expr = parseTry(expr, begin)))
        return nullptr;
      continue;
    case TokenKind::kw_as:
      if (mode != ParseMode::Code) // `as` is a word of steps
        return parseInUnit(expr, begin);
      if (!reportMistakenOperator())
        return nullptr;
      continue;
    default:
      return parseInUnit(expr, begin);
    }
  }
  return parseInUnit(expr, begin);
}

/// Reports `as`; true if the expression may go on.
bool Parser::reportMistakenOperator() {
  Token op = token;
  advance();
  TypeExpr *type = parseType();
  StringRef name = type ? type->range : "T";
  diags.report(op.text, diag::wrong_operator, "as", name + "(...)")
      .note("a type converts when it is called");
  return type;
}

/// `operand?`, and `a ? b : c` of other languages.
Expr *Parser::parseTry(Expr *operand, const char *begin) {
  StringRef place = token.text;
  advance();
  // What cannot follow an operand must be the second one of `?:`.
  bool hasOperand = mode == ParseMode::Code && !atLineStart() &&
                    (is(TokenKind::Identifier) || is(TokenKind::IntLiteral) ||
                     is(TokenKind::FloatLiteral) || is(TokenKind::StrLiteral) ||
                     is(TokenKind::kw_true) || is(TokenKind::kw_false));
  if (hasOperand && token.text != "and" && token.text != "or") {
    diags.report(place, diag::no_conditional).note("write an 'if' statement");
    if (!parseExpr() || !consumeIf(TokenKind::colon))
      return nullptr;
    return parseExpr() ? makeInvalid(rangeFrom(begin)) : nullptr;
  }
  if (!deepen(0, place))
    return operand;
  return context.make<TryExpr>(rangeFrom(begin), operand);
}

/// `[index]`, `[low..high]` and its open forms, each behind the indices of
/// rows, and `[..; m, n]`.
Expr *Parser::parseIndex(Expr *base, const char *begin) {
  StringRef opener = token.text;
  unsigned depth = treeDepth;
  advance();
  ++bracketDepth;
  Expr *low = nullptr, *high = nullptr;
  bool isRange = false;
  if (!is(TokenKind::dotdot) && !is(TokenKind::dotdotequal)) {
    if (!(low = parseExpr()))
      return nullptr;
    depth = std::max(depth, treeDepth);
  }
  while (low && consumeIf(TokenKind::comma)) {
    auto *row = context.make<IndexExpr>(rangeFrom(begin), base, low);
    row->isRow = true;
    base = row;
    low = nullptr;
    if (!is(TokenKind::dotdot) && !is(TokenKind::dotdotequal) &&
        !(low = parseExpr()))
      return nullptr;
    treeDepth = depth = std::max(depth, treeDepth);
    if (!deepen(0, opener))
      return base;
    depth = treeDepth;
  }
  if (is(TokenKind::dotdotequal)) {
    diags.report(token.text, diag::expected_token, "'..'", "'..='")
        .note("a slice ends before its second index")
        .fixIt(DiagnosticEngine::rangeOf(token.text), "..");
    token.kind = TokenKind::dotdot;
  }
  if (is(TokenKind::dotdot)) {
    isRange = true;
    advance();
    if (!is(TokenKind::r_square) && !is(TokenKind::semi)) {
      if (!(high = parseExpr()))
        return nullptr;
      depth = std::max(depth, treeDepth);
    }
  }
  llvm::SmallVector<Expr *, 4> sizes;
  if (isRange && is(TokenKind::semi)) {
    do {
      advance();
      sizes.push_back(parseExpr());
      if (!sizes.back())
        return nullptr;
      depth = std::max(depth, treeDepth);
    } while (is(TokenKind::comma));
  }
  if (!expect(TokenKind::r_square, "']'", opener))
    return nullptr;
  treeDepth = depth;
  if (!deepen(0, opener))
    return base;
  if (isRange) {
    auto *range =
        context.make<SliceRangeExpr>(rangeFrom(begin), base, low, high);
    range->sizes = context.copy(llvm::ArrayRef(sizes));
    return range;
  }
  return context.make<IndexExpr>(rangeFrom(begin), base, low);
}

/// The type arguments of a call or struct literal, which may be null.
static void setTypeArgs(Expr *expr, llvm::ArrayRef<TypeExpr *> typeArgs) {
  if (auto *call = llvm::dyn_cast_if_present<CallExpr>(expr))
    call->typeArgs = typeArgs;
  else if (auto *literal = llvm::dyn_cast_if_present<StructLiteralExpr>(expr))
    literal->typeArgs = typeArgs;
}

/// `.name` or, after a plain name, `.name(arguments)`.
Expr *Parser::parseMember(Expr *base, const char *begin, bool isPlainName) {
  StringRef dot = token.text;
  advance();
  StringRef name;
  if (!parseName("the name of a field or function", name))
    return nullptr;
  if (isPlainName && cast<NameExpr>(base)->typeArgs.empty() && atTypeArgs())
    return parseGenericName(begin, base->range, name);
  if (!is(TokenKind::l_paren) || !continuesPostfix()) {
    if (!deepen(0, dot))
      return base;
    return context.make<MemberExpr>(rangeFrom(begin), base, name);
  }
  if (isPlainName) {
    Expr *call = parseArguments(begin, base->range, name);
    setTypeArgs(call, cast<NameExpr>(base)->typeArgs);
    return call;
  }
  // A field that holds a function is called, by parsePostfix.
  if (!deepen(0, dot))
    return base;
  return context.make<MemberExpr>(rangeFrom(begin), base, name);
}

/// The arguments of a call or the fields of a struct.
Expr *Parser::parseArguments(const char *begin, StringRef module,
                             StringRef name) {
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  llvm::SmallVector<Expr *, 8> args;
  llvm::SmallVector<FieldInit, 8> fields;
  StringRef mixed; // the first argument of the other form
  unsigned depth = 0;
  while (!is(TokenKind::r_paren)) {
    StringRef marker = token.text;
    bool isVarArg = consumeIf(TokenKind::kw_var);
    StringRef label = token.text;
    bool isName = is(TokenKind::Identifier);
    Expr *value = parseExpr();
    if (!value)
      return nullptr;
    value->isVarArg = isVarArg;
    if (is(TokenKind::colon) && isName && isa<NameExpr>(value) &&
        value->range == label) {
      advance();
      if (isVarArg)
        diags.report(marker, diag::stray_var_marker);
      if (!(value = parseExpr()))
        return nullptr;
      if (!args.empty() && mixed.empty())
        mixed = label;
      fields.push_back(FieldInit{label, value});
    } else {
      if (!fields.empty() && mixed.empty())
        mixed = value->range;
      args.push_back(value);
    }
    depth = std::max(depth, treeDepth);
    if (!consumeIf(TokenKind::comma))
      break;
  }
  if (!expect(TokenKind::r_paren, "',' or ')'", opener))
    return nullptr;
  StringRef range = rangeFrom(begin);
  treeDepth = depth;
  if (!deepen(0, opener))
    return makeInvalid(range);
  if (!mixed.empty()) {
    diags.report(mixed, diag::mixed_arguments);
    return makeInvalid(range);
  }
  if (!fields.empty())
    return context.make<StructLiteralExpr>(
        range, module, name, context.copy(llvm::ArrayRef(fields)));
  return context.make<CallExpr>(range, module, name,
                                context.copy(llvm::ArrayRef(args)));
}

//===----------------------------------------------------------------------===//
// Primary
//===----------------------------------------------------------------------===//

/// Reports what stands where an expression should; true if it was consumed
/// and parsing can go on.
bool Parser::reportMistakenPrimary() {
  switch (token.kind) {
  case TokenKind::kw_nil:
  case TokenKind::kw_null:
    diags.report(token.text, diag::no_null, token.text)
        .note("a value that may be missing is an 'Option<T>': 'some(x)' or "
              "'none'");
    advance();
    return true;
  case TokenKind::kw_spawn:
  case TokenKind::kw_ask:
  case TokenKind::kw_tell:
  case TokenKind::kw_delegate:
    reportNotSupported(token.text, "'" + token.text + "'");
    return false;
  case TokenKind::kw_fn:
    diags.report(token.text, diag::no_closures)
        .note("declare the function by name, outside, and use the name");
    return false;
  case TokenKind::kw_if:
  case TokenKind::kw_match:
    diags.report(token.text, diag::expected_expression, describeToken())
        .note("'" + token.text + "' is a statement and has no value");
    return false;
  default:
    reportUnexpected(diag::expected_expression);
    return false;
  }
}

Expr *Parser::parsePrimary() {
  Token first = token;
  treeDepth = 1;
  switch (first.kind) {
  case TokenKind::IntLiteral:
    advance();
    if (const Unit *unit = takeUnit(first))
      return makeQuantity(first, *unit);
    return context.make<IntLiteralExpr>(first.text, first.intValue,
                                        first.suffix);
  case TokenKind::FloatLiteral:
    advance();
    if (const Unit *unit = takeUnit(first))
      return makeQuantity(first, *unit);
    return context.make<FloatLiteralExpr>(first.text, first.floatValue,
                                          first.suffix);
  case TokenKind::StrLiteral:
    if (mode != ParseMode::Code &&
        first.strValue.find_first_of("{}") != StringRef::npos)
      bracedString = first.text;
    advance();
    return context.make<StrLiteralExpr>(first.text, first.strValue);
  case TokenKind::kw_true:
  case TokenKind::kw_false:
    advance();
    return context.make<BoolLiteralExpr>(first.text,
                                         first.kind == TokenKind::kw_true);
  case TokenKind::kw_none:
    advance();
    return context.make<CallExpr>(first.text, StringRef(), first.text,
                                  llvm::ArrayRef<Expr *>());
  case TokenKind::l_paren:
    return parseParenthesized();
  case TokenKind::l_square:
    return parseArrayLiteral();
  case TokenKind::Identifier:
    break;
  default:
    return reportMistakenPrimary() ? makeInvalid(first.text) : nullptr;
  }

  advance();
  if (context.types.lookupBuiltin(first.text) || isTypeParam(first.text))
    return parseConversion(first.text);
  const char *begin = first.text.begin();
  StringRef module, name = first.text;
  if (atQualifier(first)) {
    advance();
    module = name;
    if (!parseName("the name of what '" + module.str() + "' exports", name))
      return nullptr;
  }
  if (atTypeArgs())
    return parseGenericName(begin, module, name);
  if (is(TokenKind::l_paren) && continuesPostfix())
    return parseArguments(begin, module, name);
  if (is(TokenKind::l_brace) && mode == ParseMode::Code && !token.startsLine &&
      !(blockFollows && bracketDepth == 0))
    return parseBraceLiteral(rangeFrom(begin));
  if (!module.empty())
    return context.make<NameExpr>(rangeFrom(begin), module, name);
  return context.make<NameExpr>(name);
}

/// True if \p name, the last token, is a module before the current point.
bool Parser::atQualifier(const Token &name) const {
  return is(TokenKind::dot) && state.importNames.contains(name.text) &&
         continuesPostfix();
}

/// `name<T>(...)` or the generic function `name<T>` as a value; the current
/// token is the `<`.
Expr *Parser::parseGenericName(const char *begin, StringRef module,
                               StringRef name) {
  llvm::ArrayRef<TypeExpr *> typeArgs;
  if (!parseTypeArgs(typeArgs))
    return nullptr;
  treeDepth = 1;
  if (!is(TokenKind::l_paren) || !continuesPostfix()) {
    auto *value = module.empty()
                      ? context.make<NameExpr>(name)
                      : context.make<NameExpr>(
                            StringRef(begin, name.end() - begin), module, name);
    value->typeArgs = typeArgs;
    return value;
  }
  if (!is(TokenKind::l_paren)) {
    reportUnexpected(diag::expected_token, "'('");
    return nullptr;
  }
  Expr *expr = parseArguments(begin, module, name);
  setTypeArgs(expr, typeArgs);
  return expr;
}

/// `Point { x: 1 }` of other languages, reported.
Expr *Parser::parseBraceLiteral(StringRef name) {
  StringRef opener = token.text;
  bool isFlat = skipBraces();
  auto report = diags.report(opener, diag::struct_literal_braces);
  StringRef near = findNearMiss(name, {"loop", "defer", "else"});
  if (!near.empty() && name == statementWord)
    report.fixIt(DiagnosticEngine::rangeOf(name), near);
  else if (isFlat)
    report.fixIt(DiagnosticEngine::rangeOf(opener), "(")
        .fixIt(DiagnosticEngine::rangeOf(StringRef(previousEnd - 1, 1)), ")");
  return makeInvalid(rangeFrom(name.begin()));
}

/// `T(x)`, `T%(x)`, `T|(x)`, `T?(x)`; the current token follows the type's
/// name.
Expr *Parser::parseConversion(StringRef word) {
  ConvertMode convertMode = ConvertMode::Checked;
  if (!atLineStart() &&
      (is(TokenKind::percent) || is(TokenKind::pipe) ||
       is(TokenKind::question)) &&
      *token.text.end() == '(') {
    convertMode = is(TokenKind::percent) ? ConvertMode::Wrapping
                  : is(TokenKind::pipe)  ? ConvertMode::Saturating
                                         : ConvertMode::Optional;
    advance();
  }
  if (!is(TokenKind::l_paren) || !continuesPostfix()) {
    auto report = diags.report(word, diag::type_as_value, word);
    if (is(TokenKind::Identifier) && !atLineStart()) {
      report.note("a variable is declared as 'let name: " + word + " = value'");
      return nullptr;
    }
    return makeInvalid(word);
  }
  Expr *expr = parseArguments(word.begin(), "", word);
  if (!expr || isa<InvalidExpr>(expr))
    return expr;
  auto *call = llvm::dyn_cast<CallExpr>(expr);
  if (!call || call->args.size() != 1) {
    diags.report(expr->range, diag::one_operand, word);
    return makeInvalid(expr->range);
  }
  return context.make<ConvertExpr>(expr->range, convertMode, word,
                                   call->args.front());
}

Expr *Parser::parseParenthesized() {
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  Expr *expr = parseExpr();
  if (!expr || !expect(TokenKind::r_paren, "')'", opener))
    return nullptr;
  return expr;
}

/// `[a, b, c]` or `[value; count]`.
Expr *Parser::parseArrayLiteral() {
  StringRef opener = token.text;
  advance();
  ++bracketDepth;
  llvm::SmallVector<Expr *, 16> elements;
  unsigned depth = 0;
  Expr *count = nullptr;
  while (!is(TokenKind::r_square)) {
    Expr *element = parseExpr();
    if (!element)
      return nullptr;
    elements.push_back(element);
    depth = std::max(depth, treeDepth);
    if (is(TokenKind::semi) && elements.size() == 1) {
      advance();
      if (!(count = parseExpr()))
        return nullptr;
      depth = std::max(depth, treeDepth);
      break;
    }
    if (!consumeIf(TokenKind::comma))
      break;
  }
  if (!expect(TokenKind::r_square, count ? "']'" : "',' or ']'", opener))
    return nullptr;
  StringRef range = rangeFrom(opener.begin());
  treeDepth = depth;
  if (!deepen(0, opener))
    return makeInvalid(range);
  if (count)
    return context.make<ArrayFillExpr>(range, elements.front(), count);
  return context.make<ArrayLiteralExpr>(range,
                                        context.copy(llvm::ArrayRef(elements)));
}
