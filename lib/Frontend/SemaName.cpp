//===- SemaName.cpp - what a name stands for ------------------------------===//
//
// A name in an expression is a variable, a constant or a function; whatever
// else has that name gets a message that says how it is used.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"
#include "flux/Frontend/Builtins.h"

using namespace flux;
using llvm::StringRef;

const Type *Sema::checkName(NameExpr *expr, const Type *expected) {
  StringRef name = expr->name;
  if (const Type *type = checkStepName(expr, expected))
    return type;
  const ModuleName *entry = nullptr;
  if (!expr->module.empty()) {
    if (lookupEnum(expr->module)) { // `Enum.Variant<T>`
      checkTypeArgPlace(expr->typeArgs, expr->module, name);
      return types.getError();
    }
    entry = lookupQualified(expr->module, name);
    if (!entry)
      return types.getError();
  } else if (VarDecl *var = lookupVar(name)) {
    if (refuseTypeArgs(name, expr->typeArgs))
      return types.getError();
    expr->var = var;
    var->isUsed = true;
    if (var->type && var->type->isRegion() &&
        !std::exchange(acceptsRegion, false)) {
      diags.report(name, diag::region_value, name);
      return types.getError();
    }
    return var->type ? var->type : types.getError();
  } else {
    entry = lookupModuleName(name);
  }
  if (entry) {
    if (entry->kind == ModuleName::Function)
      return checkFunctionName(expr, *static_cast<FunctionDecl *>(entry->decl),
                               expected);
    if (refuseTypeArgs(name, expr->typeArgs))
      return types.getError();
    name = expr->range;
    switch (entry->kind) {
    case ModuleName::Const: {
      auto *decl = static_cast<ConstDecl *>(entry->decl);
      resolveConst(*decl);
      expr->constant = decl;
      noteFunctions(expr->range, decl->value, decl->type);
      return decl->type;
    }
    case ModuleName::Struct:
      diags.report(name, diag::struct_as_value, name)
          .note("to make one, write '" + name + "(field: value, ...)'");
      return types.getError();
    case ModuleName::Enum:
      diags.report(name, diag::enum_as_value, name)
          .note("to make a value, write '" + name + ".Variant'");
      return types.getError();
    case ModuleName::Region:
      if (std::exchange(acceptsRegion, false)) {
        auto *decl = static_cast<RegionDecl *>(entry->decl);
        expr->var = useRegion(name, *decl);
        return expr->var->type;
      }
      diags.report(name, diag::region_value, name);
      return types.getError();
    case ModuleName::Import:
      diags.report(name, diag::module_as_value, name)
          .note("what it exports is written '" + name + ".NAME'");
      return types.getError();
    case ModuleName::Function:
    case ModuleName::None:
      break;
    }
  }
  if (types.lookupBuiltin(name)) {
    diags.report(name, diag::type_as_value, name);
    return types.getError();
  }
  if (findBuiltin("", name)) {
    diags.report(name, diag::function_as_value, name)
        .note("to call it, write '" + name + "(...)'");
    return types.getError();
  }
  auto report = diags.report(name, diag::unknown_name, name);
  if (StringRef near = suggestName(name); !near.empty())
    offerName(report, diags, name, near);
  else if (agent)
    report.note("bind it with 'Set " + name + " to ...' in an earlier step");
  return types.getError();
}
