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

//===----------------------------------------------------------------------===//
// Effects
//===----------------------------------------------------------------------===//

void Sema::noteCall(StringRef place, const FunctionDecl *callee) {
  // In a generic body an instance has no body of its own.
  if (callee->pattern &&
      llvm::any_of(callee->generics.args,
                   [](const Type *arg) { return arg->isOpen(); }))
    callee = callee->pattern;
  context.effects.add(function, {place, callee});
}

void Sema::noteFunctions(StringRef place, const ConstValue &value,
                         const Type *type) {
  // A field of an unknown type may still have been given a value.
  if ((!function && !agent) || type->isError())
    return;
  if (value.kind == ConstValue::Func && !type->statesEffects)
    noteCall(place, value.function);
  llvm::ArrayRef<FieldDecl> fields;
  if (type->isStruct())
    fields = type->decl->fields;
  else if (value.kind == ConstValue::Variant)
    fields = type->enumDecl->variants[size_t(value.intValue)].fields;
  for (auto [index, element] : llvm::enumerate(value.elements))
    noteFunctions(place, element,
                  type->isArray() ? type->element : fields[index].type);
}

/// What a value of a type that states effects may do is answered for where it
/// becomes one of a type that does not.
bool Sema::accepts(Expr *expr, const Type *to) {
  const Type *from = expr->type;
  if (!isAssignable(from, to))
    return false;
  if (from->isFunc() && to->isFunc() && !to->statesEffects &&
      (function || agent))
    noteEffect(expr->range, from->effects, expr->range);
  return true;
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
          unify(param->type, type->isInOut() ? type->element : type,
                decl.generics.params, bindings);
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
  bool isLimited = expected && expected->isFunc() && expected->statesEffects;
  // Who gets the value may call it: naming it counts as a call (EFF-1), if the
  // type does not tell whoever calls it (EFF-5).
  if (isLimited)
    context.effects.addLimit({expr->range, callee, expected->effects});
  else if (function || agent)
    noteCall(expr->range, callee);
  TypeList params;
  for (const VarDecl *param : callee->params) {
    if (param->type->isError())
      return param->type;
    if (param->shape.size() > 1) {
      diags.report(expr->range, diag::shaped_value, callee->name)
          .note(DiagnosticEngine::rangeOf(param->name),
                "the parameter is declared here");
      return types.getError();
    }
    params.push_back(param->isVarParam ? types.getInOut(param->type)
                                       : param->type);
  }
  if (callee->resultType->isError())
    return callee->resultType;
  return types.getFunc(params, callee->resultType, isLimited,
                       isLimited ? expected->effects : EffectSet(0));
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
  noteEffect(expr->range, type->effects,
             expr->isNamed ? expr->name : expr->target->range);
  for (auto [arg, param] : llvm::zip(expr->args, type->params))
    checkArgument(arg, param->isInOut() ? param->element : param,
                  param->isInOut(), "");
  checkExclusive(*expr);
  return type->element;
}
