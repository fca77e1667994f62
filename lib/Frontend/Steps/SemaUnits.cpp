//===- SemaUnits.cpp - dimensions in expressions --------------------------===//
//
// Quantities are added and compared within one dimension only, and a number
// without a unit is no quantity (UNIT-1 to UNIT-5).  Points on a scale, such as
// temperatures, have differences but no sums.
//
//===----------------------------------------------------------------------===//
#include "../SemaImpl.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;

/// The unit to suggest for \p dimension.
static std::string suggestUnit(Dimension dimension, StringRef number) {
  const Unit *unit = getDisplayUnit(dimension);
  return unit ? (number + " " + unit->getName()).str() : number.str();
}

const Type *Sema::reportDimensions(BinaryExpr *expr, const Type *lhs,
                                   const Type *rhs) {
  // What nobody declared is to blame first: its type is a guess.
  for (auto [side, wanted] : {std::pair(expr->lhs, rhs), {expr->rhs, lhs}})
    if (auto *name = dyn_cast<NameExpr>(side); name && name->var &&
                                               name->var->setting &&
                                               name->var->setting->isInferred)
      return reportConflict(name, wanted);
  bool lhsNumber = lhs->isNumber(), rhsNumber = rhs->isNumber();
  if (lhsNumber != rhsNumber && (lhs->isQuantity() || rhs->isQuantity())) {
    Expr *number = lhsNumber ? expr->lhs : expr->rhs;
    const Type *quantity = lhsNumber ? rhs : lhs;
    auto report = diags.report(number->range, diag::number_without_unit,
                               getSpelling(expr->op), quantity->str());
    if (isUntyped(number) && getDisplayUnit(quantity->dimension))
      report.fixIt(DiagnosticEngine::rangeOf(number->range),
                   suggestUnit(quantity->dimension, number->range));
    else if (const Unit *unit = getDisplayUnit(quantity->dimension))
      report.note("'x in " + unit->getName() + "' is a plain number");
    return types.getError();
  }
  auto report = diags.report(expr->opRange, diag::dimension_mismatch,
                             getSpelling(expr->op), lhs->str(), rhs->str());
  if (lhs->isQuantity() && lhs == rhs && getInfo(lhs->dimension).isPoint() &&
      getInfo(lhs->dimension).difference != Dimension::Time)
    report.note("only their difference has a meaning");
  return types.getError();
}

const Type *Sema::getOtherSide(BinaryOp op, const Type *type, Expr *other) {
  if (type->actsAsNumber() || type->isFunc() || type->isEnum())
    return type;
  bool scales = op == BinaryOp::Mul || op == BinaryOp::Div;
  if (type->isQuantity() && scales)
    return type->element;
  if (!isOpen(other))
    return nullptr;
  return type->isQuantity() && op == BinaryOp::Add
             ? types.getQuantity(getInfo(type->dimension).difference)
             : type;
}

const Type *Sema::checkQuantities(BinaryExpr *expr, const Type *lhs,
                                  const Type *rhs) {
  auto get = [&](Dimension dimension) { return types.getQuantity(dimension); };
  bool isComparison = expr->op >= BinaryOp::Eq && expr->op <= BinaryOp::Ge;
  const DimensionInfo *left =
      lhs->isQuantity() ? &getInfo(lhs->dimension) : nullptr;
  const DimensionInfo *right =
      rhs->isQuantity() ? &getInfo(rhs->dimension) : nullptr;
  if (isComparison)
    return lhs == rhs ? types.getBool() : reportDimensions(expr, lhs, rhs);
  switch (expr->op) {
  case BinaryOp::Add:
    if (!left || !right)
      break;
    if (lhs == rhs && !left->isPoint())
      return lhs;
    if (left->isPoint() && rhs == get(left->difference))
      return lhs;
    if (right->isPoint() && lhs == get(right->difference))
      return rhs;
    break;
  case BinaryOp::Sub:
    if (!left || !right)
      break;
    if (lhs == rhs)
      return get(left->difference);
    if (left->isPoint() && rhs == get(left->difference))
      return lhs;
    break;
  case BinaryOp::Mul:
    if (left && !left->isPoint() && rhs == lhs->element)
      return lhs;
    if (right && !right->isPoint() && lhs == rhs->element)
      return rhs;
    break;
  case BinaryOp::Div:
    if (left && !left->isPoint() && rhs == lhs->element)
      return lhs;
    if (left && lhs == rhs && !left->isPoint())
      return lhs->element;
    break;
  default:
    break;
  }
  bool scales = expr->op == BinaryOp::Mul || expr->op == BinaryOp::Div;
  if (!scales)
    return reportDimensions(expr, lhs, rhs);
  diags
      .report(expr->opRange, diag::dimension_mismatch, getSpelling(expr->op),
              lhs->str(), rhs->str())
      .note("a quantity is multiplied or divided by a number of type '" +
            (lhs->isQuantity() ? lhs : rhs)->element->str() +
            "'; 'x in unit' is a plain number");
  return types.getError();
}

const Type *Sema::checkInUnit(InUnitExpr *expr) {
  const Type *wanted = types.getQuantity(expr->unit->dimension);
  const Type *actual =
      check(expr->operand, isOpen(expr->operand) ? wanted : nullptr);
  if (actual->isError())
    return actual;
  if (actual == wanted)
    return types.getF64();
  diags.report(expr->range, diag::dimension_mismatch, "in", actual->str(),
               wanted->str());
  return types.getError();
}

void Sema::addUnits(CallExpr *call) {
  llvm::SmallVector<Expr *, 8> args;
  for (Expr *arg : call->args) {
    if (!arg->type || !arg->type->isQuantity()) {
      args.push_back(arg);
      continue;
    }
    const Unit *unit = getDisplayUnit(arg->type->dimension);
    if (!unit) {
      diags.report(arg->range, diag::not_printable, arg->type->str())
          .note("subtract another one and print the time between them");
      return;
    }
    auto *number = context.make<InUnitExpr>(arg->range, arg, unit);
    number->type = types.getF64();
    args.push_back(number);
    auto *name = context.make<StrLiteralExpr>(
        arg->range, context.copyString((" " + unit->getName()).str()));
    name->type = types.getStr();
    args.push_back(name);
  }
  call->args = context.copy(llvm::ArrayRef<Expr *>(args));
}
