//===- ParseUnits.cpp - numbers with units --------------------------------===//
//
// In steps a number may be followed by a unit, and `x in unit` takes the number
// out of a quantity again.  Quantities become literals in base units here, so
// that later phases only see their dimension.
//
//===----------------------------------------------------------------------===//
#include "../ParserImpl.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <cstring>

using namespace flux;
using llvm::StringRef;

/// True if the `%` at \p sign is the unit: no operand follows.
static bool isPercent(StringRef sign, StringRef rest) {
  rest = rest.drop_front(sign.size());
  StringRef next = rest.ltrim(" \t");
  if (next.empty() || next.front() == '\n' || next.front() == '\r')
    return true;
  if (next.front() == '(') // a remark
    return next.size() != rest.size();
  if (llvm::isDigit(next.front()) ||
      StringRef("_\"'-~[").contains(next.front()))
    return false;
  if (!llvm::isAlpha(next.front()))
    return true;
  StringRef word = next.take_while(llvm::isAlpha);
  return llvm::is_contained(
      llvm::ArrayRef<StringRef>({"to", "as", "in", "for", "within", "from",
                                 "on", "with", "or", "and"}),
      word);
}

/// The unit of \p number, the token before the current one, or null.
const Unit *Parser::takeUnit(const Token &number) {
  if (mode == ParseMode::Code)
    return nullptr;
  if (!number.suffix.empty())
    return findUnit(number.suffix);
  if (is(TokenKind::percent)) {
    const char *at = token.text.begin();
    if (!isPercent(token.text, StringRef(at, std::strcspn(at, "\n"))))
      return nullptr;
    advance();
    return findUnit("%");
  }
  if (!is(TokenKind::Identifier) || atLineStart())
    return nullptr;
  StringRef word = token.text;
  if (const Unit *unit = findUnit(word)) {
    advance();
    return unit;
  }
  StringRef other = llvm::StringSwitch<StringRef>(word)
                        .Cases({"C", "degrees_C", "celsius", "Celsius"}, "degC")
                        .Cases({"F", "fahrenheit", "Fahrenheit"}, "degF")
                        .Default(findNearMiss(word, getUnitNames()));
  if (other.empty() || word.equals_insensitive("times") ||
      word.equals_insensitive("to") || word.equals_insensitive("within"))
    return nullptr;
  diags.report(word, diag::unknown_unit, word)
      .fixIt(DiagnosticEngine::rangeOf(word), other);
  advance();
  return findUnit(other);
}

/// A quantity as a literal in base units.
Expr *Parser::makeQuantity(const Token &number, const Unit &unit) {
  StringRef range = rangeFrom(number.text.begin());
  StringRef digits = number.text.drop_back(number.suffix.size());
  const DimensionInfo &info = getInfo(unit.dimension);
  if (!info.isInteger) {
    double value = number.kind == TokenKind::FloatLiteral
                       ? number.floatValue
                       : double(number.intValue);
    if (std::exchange(isNegated, false))
      value = -value;
    return context.make<FloatLiteralExpr>(range, toBase(value, unit),
                                          StringRef(), &unit);
  }
  std::optional<int64_t> value = toBaseInteger(digits, false, unit);
  if (!value) {
    diags.report(range, diag::quantity_out_of_range, range, info.name);
    return makeInvalid(range);
  }
  return context.make<IntLiteralExpr>(range, uint64_t(*value), StringRef(),
                                      &unit);
}

/// `quantity in unit`.
Expr *Parser::parseInUnit(Expr *operand, const char *begin) {
  while (operand && mode != ParseMode::Code && is(TokenKind::kw_in) &&
         !atLineStart()) {
    advance();
    StringRef word = token.text;
    const Unit *unit = is(TokenKind::Identifier) || is(TokenKind::percent)
                           ? findUnit(word)
                           : nullptr;
    if (!unit) {
      if (!is(TokenKind::Identifier)) {
        reportUnexpected(diag::expected_in_step, "a unit after 'in'");
        return nullptr;
      }
      auto report = diags.report(word, diag::unknown_unit, word);
      if (StringRef near = findNearMiss(word, getUnitNames()); !near.empty())
        report.fixIt(DiagnosticEngine::rangeOf(word), near);
      else
        report.note("'fluxc --print-steps' lists the units");
      advance();
      return makeInvalid(rangeFrom(begin));
    }
    advance();
    if (!deepen(0, word))
      return operand;
    operand = context.make<InUnitExpr>(rangeFrom(begin), operand, unit);
  }
  return operand;
}
