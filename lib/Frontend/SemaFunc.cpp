//===- SemaFunc.cpp - functions as values ---------------------------------===//
//
// The name of a function is a value, and what holds a function is called like
// one.  There are no closures, so a value is an address and nothing else; what
// calling it may do to the world is a matter of its type, or of whoever names
// the function.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;

void Sema::noteFunctions(StringRef place, const ConstValue &value) {
  if (value.kind == ConstValue::Func && (function || agent))
    noteCall(place, value.function);
  for (const ConstValue &element : value.elements)
    noteFunctions(place, element);
}

const Type *Sema::checkFunctionName(NameExpr *expr, FunctionDecl &decl,
                                    const Type *expected) {
  FunctionDecl *callee = &decl;
  if (!decl.resultType)
    resolveSignature(decl);
  if (decl.generics.isGeneric()) {
    std::optional<TypeList> args;
    if (!expr->typeArgs.empty()) {
      args = resolveTypeArgs(decl.name, expr->range, decl.generics,
                             expr->typeArgs);
    } else {
      TypeList bindings(decl.generics.params.size());
      if (expected && expected->isFunc() &&
          expected->params.size() == decl.params.size()) {
        for (auto [param, type] : llvm::zip(decl.params, expected->params))
          unify(param->type, type, decl.generics.params, bindings);
        unify(decl.resultType, expected->element, decl.generics.params,
              bindings);
      }
      if (finishInference(decl.name, decl.generics, bindings, expr->range))
        args = bindings;
    }
    if (!args)
      return types.getError();
    callee = getInstance(decl, *args, expr->range);
  } else if (refuseTypeArgs(expr->range, expr->typeArgs)) {
    return types.getError();
  }
  expr->function = callee;
  // Who gets the value may call it: naming it counts as a call (EFF-1).
  if (function || agent)
    noteCall(expr->range, callee);
  TypeList params;
  for (const VarDecl *param : callee->params) {
    if (param->type->isError())
      return param->type;
    if (param->isVarParam) {
      diags.report(expr->range, diag::not_supported,
                   "a function with 'var' parameters as a value");
      return types.getError();
    }
    params.push_back(param->type);
  }
  if (callee->resultType->isError())
    return callee->resultType;
  return types.getFunc(params, callee->resultType);
}

//===----------------------------------------------------------------------===//
// Calls of values
//===----------------------------------------------------------------------===//

const Type *Sema::checkValueCall(CallExpr *expr) {
  refuseInTile(expr->range, "a call of a function value");
  const Type *type = nullptr;
  auto *member = dyn_cast<MemberExpr>(expr->target);
  if (member) {
    // Not every `x.f(...)` means a field: other languages have methods.
    const Type *base = check(member->base);
    bool isField =
        base->isStruct() &&
        llvm::any_of(base->decl->fields, [&](const FieldDecl &field) {
          return field.name == member->name;
        });
    if (base->isError() || isField)
      type = member->type = checkMemberOf(member, base);
    if (!type) {
      StringRef value = member->base->range;
      diags.report(member->name, diag::no_methods, member->name)
          .note("write '" + member->name + "(" +
                (value.size() <= 20 ? value : StringRef("...")) + ", ...)'");
      type = types.getError();
    }
  } else {
    type = check(expr->target);
  }
  if (!type->isFunc()) {
    checkArgs(expr);
    if (type->isError())
      return type;
    if (!expr->isNamed || member) {
      diags.report(expr->target->range, diag::cannot_call, type->str());
      return types.getError();
    }
    const VarDecl *var = lookupVar(expr->name);
    diags.report(expr->name, diag::not_callable, expr->name)
        .note(DiagnosticEngine::rangeOf(
                  var ? var->name : lookupModuleName(expr->name)->place),
              "it is declared here");
    return types.getError();
  }
  if (refuseTypeArgs(expr->name, expr->typeArgs) ||
      !checkArgCount(expr, type->params.size()))
    return type->element;
  for (auto [arg, param] : llvm::zip(expr->args, type->params))
    expect(arg, param, "the argument");
  return type->element;
}
