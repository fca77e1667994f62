//===- SemaTile.cpp - what a tile may be ----------------------------------===//
//
// A tile is a kernel that the compiler may run many elements at a time: it has
// no effects, its loops are bounded, and the sizes of what it works on are
// known when it starts.  Rules: docs/language.md, section "Tiles".
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"

using namespace flux;
using llvm::StringRef;

/// True for `[T; N]` whose size is a name that stands for nothing else, and for
/// `[var T; N]`.
bool Sema::isShape(const TypeExpr &expr) const {
  if (expr.kind != TypeExpr::Array || !expr.count)
    return false;
  const auto *name = llvm::dyn_cast<NameExpr>(expr.count);
  return expr.isWritable || (name && !names.count(name->range));
}

/// Gives the parameters of \p decl that have a shape the type of a slice, and
/// finds the names of sizes.
void Sema::resolveShapes(FunctionDecl &decl) {
  llvm::SmallVector<VarDecl *> dimensions;
  for (VarDecl *param : decl.params) {
    TypeExpr &expr = *param->typeExpr;
    if (!isShape(expr))
      continue;
    const Type *element = resolveType(expr.element);
    param->type = element;
    if (element->isError())
      continue;
    if (!element->isNumber() && !element->isBool()) {
      diags.report(expr.element->range, diag::shape_element, element->str());
      param->type = types.getError();
      continue;
    }
    auto *name = llvm::dyn_cast<NameExpr>(expr.count);
    if (!name || names.count(name->range)) {
      const Type *array =
          resolveArray(expr.range, element, expr.count); // checks the size
      param->type = array;
      if (array->isError())
        continue;
      param->count = array->count;
      param->type = types.getSlice(element, expr.isWritable);
      continue;
    }
    for (VarDecl *dimension : dimensions)
      if (dimension->name == name->range)
        param->dimension = dimension;
    if (!param->dimension) {
      auto *dimension = context.make<VarDecl>();
      dimension->kind = VarDecl::Let;
      dimension->name = name->range;
      dimension->type = types.getI64();
      dimensions.push_back(dimension);
      param->dimension = dimension;
    }
    param->type = types.getSlice(element, expr.isWritable);
  }
  decl.dimensions = context.copy(llvm::ArrayRef(dimensions));
}

/// Reports \p what, which may not stand in a tile; true if it is in one.
bool Sema::refuseInTile(StringRef place, const llvm::Twine &what) {
  if (!function || !function->isTile)
    return false;
  diags.report(place, diag::not_in_tile, what.str());
  return true;
}

/// Reports a call that a tile may not make.
void Sema::checkTileCall(const CallExpr *expr) {
  if (!function || !function->isTile)
    return;
  if (expr->callee && !expr->callee->isTile)
    diags
        .report(expr->range, diag::not_in_tile,
                "a call of '" + expr->callee->name.str() + "'")
        .note(DiagnosticEngine::rangeOf(expr->callee->name),
              "it is a function; a tile calls tiles only");
  if (expr->builtin && expr->builtin->lowering != BuiltinLowering::Intrinsic &&
      expr->builtin->module != "math")
    diags
        .report(expr->range, diag::not_in_tile,
                "a call of '" + expr->builtin->getFullName() + "'")
        .note("a tile may call the functions of 'math' and 'bits'");
}
