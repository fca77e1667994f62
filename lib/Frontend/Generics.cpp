//===- Generics.cpp - type parameters and instances -----------------------===//
//
// A generic declaration is checked once, where it stands, with types that can
// do only what their constraints promise (TypeKind::Param); what passes there
// passes with every type that fits.  An instance can fail by its size, and by
// its lifetimes, which depend on what the types lead to (Summaries.cpp).
// Instances are found by their type arguments.  The signature of one is made
// by substitution when it is first named; its body is cloned and analysed
// later, from a list, so that chains of instances need no recursion.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"
#include "flux/Frontend/Lexer.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace flux;
using llvm::ArrayRef;
using llvm::dyn_cast;
using llvm::StringRef;

static constexpr StringRef constraintWords[] = {"copy", "eq",    "ord",  "num",
                                                "int",  "float", "hash", "msg"};

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

void Sema::declareTypeParams(Generics &generics) {
  if (generics.params.size() > SemaLimits::maxTypeParams) {
    diags.report(generics.params[SemaLimits::maxTypeParams]->name,
                 diag::too_many_type_params, SemaLimits::maxTypeParams);
    generics.params = generics.params.take_front(SemaLimits::maxTypeParams);
  }
  for (size_t i = 0; i < generics.params.size(); ++i) {
    TypeParamDecl &param = *generics.params[i];
    for (StringRef word : param.constraints) {
      unsigned closure = getConstraintClosure(word);
      if (!closure) {
        auto report = diags.report(word, diag::unknown_constraint, word);
        if (StringRef near = findNearMiss(word, constraintWords); !near.empty())
          report.fixIt(DiagnosticEngine::rangeOf(word), near);
      }
      param.closure |= closure;
    }
    param.type = types.getParam(&param);
    StringRef name = param.name, previous;
    if (types.lookupBuiltin(name) || findBuiltin("", name)) {
      diags.report(name, diag::redeclared_builtin, name);
      continue;
    }
    if (const ModuleName *other = lookupModuleName(name))
      previous = other->place;
    for (size_t j = 0; j < i; ++j)
      if (generics.params[j]->name == name)
        previous = generics.params[j]->name;
    if (!previous.empty())
      diags.report(name, diag::redeclared_name, name)
          .note(DiagnosticEngine::rangeOf(previous),
                "the first declaration is here");
  }
}

Sema::TypeParamMap Sema::bindTypeParams(const Generics &generics,
                                        ArrayRef<const Type *> args) {
  TypeParamMap result;
  for (auto [index, param] : llvm::enumerate(generics.params))
    result[param->name] = {args.empty() ? param->type : args[index],
                           param->name};
  return result;
}

//===----------------------------------------------------------------------===//
// Substitution and unification
//===----------------------------------------------------------------------===//

/// The types that a struct type was made of: type arguments or results.
static Sema::TypeList getTypeArgs(const Type *type) {
  if (!type->isTuple())
    return Sema::TypeList(type->decl->generics.args);
  Sema::TypeList result;
  for (const FieldDecl &field : type->decl->fields)
    result.push_back(field.type);
  return result;
}

const Type *Sema::substitute(const Type *type, ArrayRef<TypeParamDecl *> params,
                             ArrayRef<const Type *> args, StringRef place) {
  auto each = [&](ArrayRef<const Type *> list) {
    llvm::SmallVector<const Type *, 4> result;
    for (const Type *item : list)
      result.push_back(substitute(item, params, args, place));
    return result;
  };
  auto hasError = [](ArrayRef<const Type *> list) {
    return llvm::any_of(list, [](const Type *item) { return item->isError(); });
  };
  if (!type->isOpen())
    return type;
  switch (type->kind) {
  case TypeKind::Param:
    for (auto [param, arg] : llvm::zip(params, args))
      if (param == type->param)
        return arg ? arg : type;
    return type;
  case TypeKind::Array:
    return makeArray(place, substitute(type->element, params, args, place),
                     type->count);
  case TypeKind::Slice: {
    const Type *element = substitute(type->element, params, args, place);
    return element->isError() ? element
                              : types.getSlice(element, type->isWritable);
  }
  case TypeKind::Func: {
    auto list = each(type->params);
    const Type *result = substitute(type->element, params, args, place);
    if (result->isError() || hasError(list))
      return types.getError();
    return types.getFunc(list, result);
  }
  case TypeKind::Enum: {
    const Type *value = substitute(types.getTryType(type), params, args, place);
    if (value->isError())
      return value;
    return type->isOption() ? types.getOption(value)
                            : types.getResult(value, type->getErrorType());
  }
  case TypeKind::Struct: {
    auto list = each(getTypeArgs(type));
    if (hasError(list))
      return types.getError();
    if (type->isTuple())
      return types.getTuple(list);
    return getInstance(*type->decl->pattern, list, place);
  }
  default:
    return type;
  }
}

/// Binds the \p params in \p pattern to what stands in their place in
/// \p actual.  What does not fit is left to the check of the argument.
void Sema::unify(const Type *pattern, const Type *actual,
                 ArrayRef<TypeParamDecl *> params,
                 llvm::MutableArrayRef<const Type *> bindings) {
  if (pattern->isParam()) {
    for (auto [param, binding] : llvm::zip(params, bindings))
      if (param == pattern->param && !binding && !actual->isVoid())
        binding = actual;
    return;
  }
  if (!pattern->isOpen() || pattern->kind != actual->kind)
    return;
  auto unifyLists = [&](ArrayRef<const Type *> list,
                        ArrayRef<const Type *> others) {
    for (auto [item, other] : llvm::zip(list, others))
      unify(item, other, params, bindings);
  };
  switch (pattern->kind) {
  case TypeKind::Array:
  case TypeKind::Slice:
    return unify(pattern->element, actual->element, params, bindings);
  case TypeKind::Func:
    unifyLists(pattern->params, actual->params);
    return unify(pattern->element, actual->element, params, bindings);
  case TypeKind::Enum:
    if (pattern->enumDecl->builtin == actual->enumDecl->builtin)
      unify(types.getTryType(pattern), types.getTryType(actual), params,
            bindings);
    return;
  case TypeKind::Struct:
    if (pattern->decl->pattern == actual->decl->pattern &&
        pattern->isTuple() == actual->isTuple())
      unifyLists(getTypeArgs(pattern), getTypeArgs(actual));
    return;
  default:
    return;
  }
}

//===----------------------------------------------------------------------===//
// Instances
//===----------------------------------------------------------------------===//

/// Names the instance and checks the limits; reports and returns false where
/// one is exceeded.
bool Sema::nameInstance(Generics &instance, StringRef name,
                        ArrayRef<const Type *> args, StringRef place) {
  std::string text = name.str() + "<";
  for (const Type *arg : args)
    text += (text.back() == '<' ? "" : ", ") + arg->str();
  text += ">";
  instance.args = context.copy(args);
  instance.displayName = context.copyString(text);
  instance.place = place;
  instance.parent = function;
  instance.depth = function ? function->generics.depth + 1 : 1;
  if (++numInstances > SemaLimits::maxInstances) {
    if (numInstances == SemaLimits::maxInstances + 1)
      diags.report(place, diag::too_many_instances, SemaLimits::maxInstances);
    return false;
  }
  if (instance.depth <= SemaLimits::maxInstanceDepth &&
      structDepth <= SemaLimits::maxInstanceDepth &&
      text.size() <= SemaLimits::maxInstanceName)
    return true;
  constexpr size_t shown = 60;
  auto report = diags.report(place, diag::endless_instances, name);
  report.note("it would be '" + shorten(text, shown) +
              (text.size() > shown ? "...'" : "'"));
  constexpr unsigned maxNotes = 4;
  unsigned notes = 0;
  for (const FunctionDecl *decl = function;
       decl && decl->pattern && notes < maxNotes;
       decl = decl->generics.parent, ++notes) {
    StringRef shownName = shorten(decl->generics.displayName, shown);
    report.note(DiagnosticEngine::rangeOf(decl->generics.place),
                "needed by '" + shownName +
                    (shownName.size() < decl->generics.displayName.size()
                         ? "...', which is made here"
                         : "', which is made here"));
  }
  return false;
}

static std::vector<const void *> makeKey(const void *decl,
                                         ArrayRef<const Type *> args) {
  std::vector<const void *> key = {decl};
  key.insert(key.end(), args.begin(), args.end());
  return key;
}

const Type *Sema::getInstance(StructDecl &pattern, ArrayRef<const Type *> args,
                              StringRef place) {
  if (Sema &owner = getSema(pattern.module); &owner != this) {
    llvm::SaveAndRestore asks(owner.function, function);
    return owner.getInstance(pattern, args, place);
  }
  resolveStruct(pattern);
  if (pattern.state != StructDecl::Resolved)
    return types.getError(); // reported: it contains itself
  void *&slot = instances[makeKey(&pattern, args)];
  if (slot)
    return types.getStruct(static_cast<StructDecl *>(slot));
  auto *decl = context.make<StructDecl>();
  slot = decl;
  decl->name = pattern.name;
  decl->range = pattern.range;
  decl->pattern = &pattern;
  decl->module = pattern.module;
  ++structDepth;
  llvm::scope_exit leave([&] { --structDepth; });
  bool isOk = nameInstance(decl->generics, pattern.name, args, place);
  decl->fields = context.copy(ArrayRef<FieldDecl>(pattern.fields));
  for (FieldDecl &field : decl->fields)
    field.type =
        isOk ? substitute(field.type, pattern.generics.params, args, place)
             : types.getError();
  layOut(*decl, place);
  const Type *type = types.getStruct(decl);
  if (isOk && !type->isOpen())
    module.structInstances.push_back(decl);
  return type;
}

FunctionDecl *Sema::getInstance(FunctionDecl &pattern,
                                ArrayRef<const Type *> args, StringRef place) {
  if (Sema &owner = getSema(pattern.module); &owner != this) {
    llvm::SaveAndRestore asks(owner.function, function);
    return owner.getInstance(pattern, args, place);
  }
  void *&slot = instances[makeKey(&pattern, args)];
  if (slot)
    return static_cast<FunctionDecl *>(slot);
  auto *decl = context.make<FunctionDecl>();
  slot = decl;
  decl->name = pattern.name;
  decl->range = pattern.range;
  decl->pattern = &pattern;
  decl->module = pattern.module;
  bool isOk = nameInstance(decl->generics, pattern.name, args, place);
  auto substituteType = [&](const Type *type) {
    return isOk ? substitute(type, pattern.generics.params, args, place)
                : types.getError();
  };
  llvm::SmallVector<VarDecl *, 8> params;
  for (const VarDecl *param : pattern.params) {
    auto *copy = context.make<VarDecl>(*param);
    copy->type = substituteType(param->type);
    params.push_back(copy);
  }
  decl->params = context.copy(ArrayRef(params));
  decl->resultType = substituteType(pattern.resultType);
  bool isOpen = llvm::any_of(args, [](const Type *t) { return t->isOpen(); });
  if (isOk && !isOpen)
    module.functionInstances.push_back(decl);
  return decl;
}

bool Sema::checkInstances() {
  size_t first = numChecked;
  // Bodies ask for more instances: the list grows while it is walked.
  for (; numChecked < module.functionInstances.size(); ++numChecked) {
    FunctionDecl &decl = *module.functionInstances[numChecked];
    const FunctionDecl &pattern = *decl.pattern;
    if (pattern.hasErrors || !pattern.body)
      continue;
    decl.body = cloneBody(*pattern.body, context);
    unsigned errors = diags.getNumErrors();
    checkFunction(decl);
    if (diags.getNumErrors() != errors)
      diags.report(decl.generics.place, diag::instance_made_here,
                   shorten(decl.generics.displayName, 60));
  }
  return numChecked != first;
}

//===----------------------------------------------------------------------===//
// Type arguments
//===----------------------------------------------------------------------===//

/// Checks \p args against the constraints of \p generics.
bool Sema::checkConstraints(StringRef name, const Generics &generics,
                            ArrayRef<const Type *> args, StringRef place) {
  bool good = true;
  for (auto [param, arg] : llvm::zip(generics.params, args)) {
    for (StringRef word : param->constraints) {
      unsigned closure = getConstraintClosure(word);
      bool isMet = true;
      for (unsigned bit = 1; bit <= closure; bit <<= 1)
        isMet &= !(closure & bit) || arg->satisfies(Constraint(bit));
      if (isMet)
        continue;
      good = false;
      auto report = diags.report(place, diag::constraint_not_met, arg->str(),
                                 word, param->name, name);
      report.note(DiagnosticEngine::rangeOf(word), "it is required here");
      if (arg->isParam())
        report.note(DiagnosticEngine::rangeOf(arg->param->name),
                    "declare '" + arg->param->name + ": " + word + "'");
      break;
    }
  }
  return good;
}

/// Resolves written type arguments; nullopt where they were reported.
std::optional<Sema::TypeList>
Sema::resolveTypeArgs(StringRef name, StringRef place, const Generics &generics,
                      ArrayRef<TypeExpr *> written) {
  llvm::SaveAndRestore direct(sliceDepth, 0u); // constraints need to know
  TypeList args;
  bool good = true;
  for (TypeExpr *type : written) {
    args.push_back(resolveType(type));
    good &= !args.back()->isError();
  }
  size_t wanted = generics.params.size();
  if (written.size() != wanted) {
    diags.report(place, diag::type_argument_count, name, wanted,
                 wanted == 1 ? "" : "s", written.size());
    return std::nullopt;
  }
  if (!good || !checkConstraints(name, generics, args, place))
    return std::nullopt;
  return args;
}

bool Sema::refuseTypeArgs(StringRef name, ArrayRef<TypeExpr *> written) {
  if (written.empty())
    return false;
  diags.report(name, diag::not_generic, name)
      .note("to compare, put the comparisons into parentheses");
  return true;
}

/// Completes \p bindings or reports what cannot be inferred.
bool Sema::finishInference(StringRef name, const Generics &generics,
                           ArrayRef<const Type *> bindings, StringRef place) {
  for (auto [param, binding] : llvm::zip(generics.params, bindings)) {
    if (!binding) {
      diags.report(place, diag::cannot_infer, param->name, name)
          .note("write the type arguments: '" + name + "<" +
                llvm::join(llvm::map_range(
                               generics.params,
                               [](TypeParamDecl *p) { return p->name.str(); }),
                           ", ") +
                ">(...)'");
      return false;
    }
    if (binding->isError())
      return false;
  }
  return checkConstraints(name, generics, bindings, place);
}

/// True for expressions that take their type from what is expected.
bool Sema::needsExpectation(const Expr *expr) const {
  if (auto *array = dyn_cast<ArrayLiteralExpr>(expr))
    return llvm::all_of(array->elements, [&](const Expr *element) {
      return needsExpectation(element);
    });
  if (auto *fill = dyn_cast<ArrayFillExpr>(expr))
    return needsExpectation(fill->value);
  if (auto *call = dyn_cast<CallExpr>(expr)) {
    if (!call->module.empty() || !call->isNamed)
      return false;
    if (call->name == "some")
      return call->args.size() == 1 && needsExpectation(call->args[0]);
    return call->name == "none" || call->name == "ok" || call->name == "err";
  }
  if (auto *name = dyn_cast<NameExpr>(expr)) {
    if (!name->module.empty())
      return false;
    const ModuleName *entry = lookupModuleName(name->name);
    return entry && entry->kind == ModuleName::Function;
  }
  return isUntyped(expr);
}

/// Infers type arguments from values, in this order: values with a type of
/// their own, the expected result, and literals.
void Sema::inferFromValues(ArrayRef<Expr *> values,
                           ArrayRef<const Type *> patterns,
                           ArrayRef<VarDecl *> params,
                           const Type *resultPattern, const Type *expected,
                           const Generics &generics, TypeList &bindings) {
  auto infer = [&](Expr *value, const Type *pattern, bool isVarParam) {
    acceptsVarArg = value->isVarArg && isVarParam;
    const Type *hint =
        substitute(pattern, generics.params, bindings, value->range);
    // A pattern that is partly known guides what is known of it.
    check(value, isPartlyOpen(hint, generics) ? nullptr : hint);
    unify(pattern, value->type, generics.params, bindings);
  };
  for (auto [index, value] : llvm::enumerate(values))
    if (patterns[index]->isOpen() && !needsExpectation(value))
      infer(value, patterns[index],
            !params.empty() && params[index]->isVarParam);
  if (resultPattern && expected)
    unify(resultPattern, expected, generics.params, bindings);
  // Functions last: literals may decide what they take.
  for (bool functions : {false, true})
    for (auto [value, pattern] : llvm::zip(values, patterns))
      if (pattern->isOpen() && llvm::isa<NameExpr>(value) == functions &&
          !value->type) {
        const Type *hint =
            substitute(pattern, generics.params, bindings, value->range);
        if (isPartlyOpen(hint, generics) || functions)
          inferLast(value, pattern, hint, generics, bindings);
      }
}

/// True if a parameter of \p generics is left in \p type.
bool Sema::isPartlyOpen(const Type *type, const Generics &generics) const {
  switch (type->kind) {
  case TypeKind::Param:
    return llvm::is_contained(generics.params, type->param);
  case TypeKind::Array:
  case TypeKind::Slice:
    return isPartlyOpen(type->element, generics);
  case TypeKind::Func:
    return isPartlyOpen(type->element, generics) ||
           llvm::any_of(type->params, [&](const Type *param) {
             return isPartlyOpen(param, generics);
           });
  case TypeKind::Struct:
    return llvm::any_of(getTypeArgs(type), [&](const Type *arg) {
      return isPartlyOpen(arg, generics);
    });
  case TypeKind::Enum: {
    const Type *value = types.getTryType(type);
    return value && isPartlyOpen(value, generics);
  }
  default:
    return false;
  }
}

void Sema::inferLast(Expr *value, const Type *pattern, const Type *hint,
                     const Generics &generics, TypeList &bindings) {
  check(value,
        isPartlyOpen(hint, generics) && !hint->isFunc() ? nullptr : hint);
  unify(pattern, value->type, generics.params, bindings);
}

//===----------------------------------------------------------------------===//
// Uses
//===----------------------------------------------------------------------===//

bool Sema::expectOnce(Expr *expr, const Type *type, StringRef what) {
  if (!expr->type)
    return expect(expr, type, what);
  if (isAssignable(expr->type, type))
    return !expr->type->isError();
  reportMismatch(expr, type, what);
  return false;
}

/// A literal of a type parameter must fit every type that this may be.
const Type *Sema::checkParamLiteral(IntLiteralExpr *expr, const Type *type,
                                    bool negated) {
  constexpr uint64_t maxI8 = 127;
  if (expr->value <= maxI8 && !(negated && expr->value))
    return type;
  diags
      .report(expr->range, diag::literal_of_parameter,
              (negated ? "-" : "") + expr->range.str(), type->str())
      .note("'" + type->str() +
            "(...)' converts, and traps if the value does not fit");
  return types.getError();
}

/// The constraint that allows \p op.
static StringRef getConstraintOf(BinaryOp op) {
  switch (op) {
  case BinaryOp::Add:
  case BinaryOp::Sub:
  case BinaryOp::Mul:
  case BinaryOp::Div:
    return "num";
  case BinaryOp::Eq:
  case BinaryOp::Ne:
    return "eq";
  case BinaryOp::Lt:
  case BinaryOp::Le:
  case BinaryOp::Gt:
  case BinaryOp::Ge:
    return "ord";
  default:
    return "int";
  }
}

void Sema::noteMissingAbility(DiagnosticBuilder &report, const Type *type,
                              BinaryOp op) {
  if (type->isFunc()) {
    report.note("functions cannot be compared");
    return;
  }
  report.note(DiagnosticEngine::rangeOf(type->param->name),
              "'" + type->str() + "' can do only what its constraints say; '" +
                  getSpelling(op) + "' needs '" + getConstraintOf(op) + "'");
}

FunctionDecl *Sema::resolveGenericCall(CallExpr *expr, FunctionDecl &pattern,
                                       const Type *expected) {
  const Generics &generics = pattern.generics;
  std::optional<TypeList> args;
  if (!expr->typeArgs.empty()) {
    args = resolveTypeArgs(expr->name, expr->name, generics, expr->typeArgs);
  } else {
    TypeList bindings(generics.params.size());
    llvm::SmallVector<const Type *, 8> patterns;
    for (const VarDecl *param : pattern.params)
      patterns.push_back(param->type);
    inferFromValues(expr->args, patterns, pattern.params, pattern.resultType,
                    expected, generics, bindings);
    if (finishInference(expr->name, generics, bindings, expr->name))
      args = bindings;
  }
  if (!args) {
    checkArgs(expr);
    return nullptr;
  }
  return getInstance(pattern, *args, expr->name);
}

/// The instance of \p pattern that \p expr makes, or an error.
const Type *Sema::resolveGenericLiteral(StructLiteralExpr *expr,
                                        StructDecl &pattern,
                                        const Type *expected) {
  const Generics &generics = pattern.generics;
  if (!expr->typeArgs.empty()) {
    auto args =
        resolveTypeArgs(expr->name, expr->name, generics, expr->typeArgs);
    return args ? getInstance(pattern, *args, expr->name) : types.getError();
  }
  if (expected && expected->isStruct() && expected->decl->pattern == &pattern)
    return expected;
  TypeList bindings(generics.params.size());
  llvm::SmallVector<Expr *, 8> values;
  llvm::SmallVector<const Type *, 8> patterns;
  for (const FieldInit &init : expr->fields)
    for (const FieldDecl &field : pattern.fields)
      if (field.name == init.name) {
        values.push_back(init.value);
        patterns.push_back(field.type);
        break;
      }
  inferFromValues(values, patterns, {}, nullptr, nullptr, generics, bindings);
  // Unknown and missing fields are the better message.
  if (values.size() != pattern.fields.size() &&
      llvm::is_contained(bindings, nullptr)) {
    for (const Type *&binding : bindings)
      if (!binding)
        binding = types.getError();
  } else if (!finishInference(expr->name, generics, bindings, expr->name)) {
    return types.getError();
  }
  return getInstance(pattern, bindings, expr->name);
}

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
