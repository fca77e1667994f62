//===- SemaVar.cpp - var parameters ---------------------------------------===//
//
// A `var` parameter is the caller's place for the time of the call (VAR-1 to
// VAR-3).  The marker at the call, the exact type and the rule that no other
// argument of the call views the same variable are what make this read like a
// value that goes in and comes out.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;
using llvm::StringRef;

bool Sema::checkArgument(Expr *arg, const Type *paramType, bool isVarParam,
                         StringRef name) {
  if (!isVarParam) {
    acceptsRegion = paramType && paramType->isRegion() && isa<NameExpr>(arg);
    bool isGood = expectOnce(arg, paramType, "the argument");
    acceptsRegion = false;
    return isGood;
  }
  if (!arg->isVarArg) {
    if (!arg->type)
      check(arg, paramType);
    auto begin = llvm::SMLoc::getFromPointer(arg->range.begin());
    diags
        .report(arg->range, diag::missing_var_marker,
                name.empty() ? arg->range : name)
        .fixIt({begin, begin}, "var ");
    return false;
  }
  const Type *type = arg->type; // inference may have checked it
  if (!type) {
    acceptsVarArg = true;
    type = check(arg, paramType);
  }
  if (type->isError() || paramType->isError())
    return false;
  if (!checkAssignable(arg))
    return false;
  if (type == paramType)
    return true;
  diags.report(arg->range, diag::var_argument_type, paramType->str(),
               type->str());
  return false;
}

/// The variable in whose memory \p place lies, or through which it is reached;
/// null for what is no place.
static const VarDecl *getRootVariable(const Expr *place) {
  while (true) {
    if (auto *name = dyn_cast<NameExpr>(place))
      return name->var;
    if (auto *member = dyn_cast<MemberExpr>(place))
      place = member->base;
    else if (auto *index = dyn_cast<IndexExpr>(place))
      place = index->base;
    else if (auto *range = dyn_cast<SliceRangeExpr>(place))
      place = range->base;
    else
      return nullptr;
  }
}

/// Finds an expression in \p expr, the text of an argument, whose value views
/// the memory of \p var; null if there is none.  Results of calls are values
/// of their own.
static const Expr *findView(const Expr *expr, const VarDecl *var) {
  if (!expr->type ||
      (!expr->type->isAggregate() && !expr->type->holdsReference()))
    return nullptr; // the value is copied before the call
  switch (expr->kind) {
  case Expr::Name:
  case Expr::Member:
  case Expr::Index:
  case Expr::SliceRange:
    return getRootVariable(expr) == var ? expr : nullptr;
  case Expr::Convert:
    return findView(cast<ConvertExpr>(expr)->operand, var);
  case Expr::StructLiteral:
    for (const FieldInit &field : cast<StructLiteralExpr>(expr)->fields)
      if (const Expr *view = findView(field.value, var))
        return view;
    return nullptr;
  case Expr::ArrayLiteral:
    for (const Expr *element : cast<ArrayLiteralExpr>(expr)->elements)
      if (const Expr *view = findView(element, var))
        return view;
    return nullptr;
  case Expr::ArrayFill:
    return findView(cast<ArrayFillExpr>(expr)->value, var);
  default:
    return nullptr;
  }
}

void Sema::checkExclusive(const CallExpr &call) {
  for (auto [number, changed] : llvm::enumerate(call.args)) {
    const VarDecl *root =
        changed->isVarArg ? getRootVariable(changed) : nullptr;
    if (!root)
      continue;
    for (auto [otherNumber, other] : llvm::enumerate(call.args)) {
      const Expr *view = nullptr;
      if (!other->isVarArg)
        view = findView(other, root);
      else if (otherNumber > number && getRootVariable(other) == root)
        view = other;
      if (!view)
        continue;
      diags.report(view->range, diag::overlapping_arguments, root->name)
          .note(DiagnosticEngine::rangeOf(changed->range),
                "the call changes it here");
      return;
    }
  }
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

bool Sema::checkAssignable(Expr *place) {
  if (isMutablePlace(place))
    return true;
  if (!isPlace(place)) {
    diags.report(place->range, diag::not_assignable)
        .note("a variable, an element or a field can be assigned");
    return false;
  }
  // Find what forbids it: the variable at the root, or a read-only slice.
  const Expr *root = place;
  while (!isa<NameExpr>(root)) {
    if (auto *member = dyn_cast<MemberExpr>(root)) {
      root = member->base;
    } else {
      auto *index = cast<IndexExpr>(root);
      if (index->base->type->isSlice()) {
        diags
            .report(place->range, diag::read_only_slice,
                    index->base->type->str())
            .note("to write through it, it must be a '[var T]'");
        return false;
      }
      if (index->base->type->isStr()) {
        diags.report(place->range, diag::immutable_str);
        return false;
      }
      root = index->base;
    }
  }
  auto *name = cast<NameExpr>(root);
  StringRef what = "a constant";
  StringRef where = name->constant ? name->constant->name : StringRef();
  if (name->var) {
    where = name->var->name;
    what = name->var->kind == VarDecl::Param     ? "a parameter"
           : name->var->kind == VarDecl::LoopVar ? "a loop variable"
           : name->var->kind == VarDecl::Region  ? "a region"
                                                 : "declared with 'let'";
  }
  auto report =
      diags.report(place->range, diag::immutable_place, name->range, what);
  if (name->var && name->var->kind == VarDecl::Let)
    report.note(DiagnosticEngine::rangeOf(where), "declare it with 'var'");
  else if (name->var && name->var->kind == VarDecl::Param)
    report.note(DiagnosticEngine::rangeOf(where),
                "a parameter that changes the caller's variable is declared "
                "as 'var " +
                    where + ": ...'");
  else
    report.note(DiagnosticEngine::rangeOf(where), "it is declared here");
  return false;
}
