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
  case TypeKind::InOut: {
    const Type *element = substitute(type->element, params, args, place);
    return element->isError() ? element : types.getInOut(element);
  }
  case TypeKind::Func: {
    auto list = each(type->params);
    const Type *result = substitute(type->element, params, args, place);
    if (result->isError() || hasError(list))
      return types.getError();
    return types.getFunc(list, result, type->statesEffects, type->effects);
  }
  case TypeKind::Enum:
  case TypeKind::Struct: {
    if (const Type *tried = types.getTryType(type)) {
      const Type *value = substitute(tried, params, args, place);
      if (value->isError() || type->isOption())
        return value->isError() ? value : types.getOption(value);
      const Type *error = substitute(type->getErrorType(), params, args, place);
      return error->isError() ? error : types.getResult(value, error);
    }
    auto list = each(type->getTypeArgs());
    if (hasError(list))
      return types.getError();
    if (type->isTuple())
      return types.getTuple(list);
    return type->isStruct()
               ? getInstance(*type->decl->pattern, list, place)
               : getInstance(*type->enumDecl->pattern, list, place);
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
  case TypeKind::InOut:
    return unify(pattern->element, actual->element, params, bindings);
  case TypeKind::Func:
    unifyLists(pattern->params, actual->params);
    return unify(pattern->element, actual->element, params, bindings);
  case TypeKind::Enum:
    if (pattern->enumDecl->builtin != actual->enumDecl->builtin ||
        pattern->enumDecl->pattern != actual->enumDecl->pattern)
      return;
    if (const Type *tried = types.getTryType(pattern)) {
      unify(tried, types.getTryType(actual), params, bindings);
      if (pattern->isResult())
        unify(pattern->getErrorType(), actual->getErrorType(), params,
              bindings);
      return;
    }
    return unifyLists(pattern->getTypeArgs(), actual->getTypeArgs());
  case TypeKind::Struct:
    if (pattern->decl->pattern == actual->decl->pattern &&
        pattern->isTuple() == actual->isTuple())
      unifyLists(pattern->getTypeArgs(), actual->getTypeArgs());
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
                        ArrayRef<const Type *> args, StringRef place,
                        bool isType) {
  std::string text = name.str() + "<";
  for (const Type *arg : args)
    text += (text.back() == '<' ? "" : ", ") + arg->str();
  text += ">";
  instance.args = context.copy(args);
  instance.displayName = context.copyString(text);
  instance.place = place;
  instance.parent = function;
  const Generics *parent = typeInstance;
  if (!parent && function && !isType)
    parent = &function->generics;
  instance.depth = parent ? parent->depth + 1 : 1;
  if (++numInstances > SemaLimits::maxInstances) {
    if (numInstances == SemaLimits::maxInstances + 1)
      diags.report(place, diag::too_many_instances, SemaLimits::maxInstances);
    return false;
  }
  if (instance.depth <= SemaLimits::maxInstanceDepth &&
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

void Sema::substituteFields(llvm::MutableArrayRef<FieldDecl> fields,
                            const Generics &pattern, const Generics &instance) {
  llvm::SaveAndRestore making(typeInstance, &instance);
  for (FieldDecl &field : fields)
    field.type =
        substitute(field.type, pattern.params, instance.args, instance.place);
}

static const Type *getTypeOf(StructDecl *decl, TypeContext &types) {
  return types.getStruct(decl);
}

static const Type *getTypeOf(EnumDecl *decl, TypeContext &types) {
  return types.getEnum(decl);
}

template <typename Decl>
const Type *Sema::getInstance(Decl &pattern, ArrayRef<const Type *> args,
                              StringRef place) {
  if (Sema &owner = getSema(pattern.module); &owner != this) {
    llvm::SaveAndRestore asks(owner.function, function);
    llvm::SaveAndRestore makes(owner.typeInstance, typeInstance);
    return owner.getInstance(pattern, args, place);
  }
  void *&slot = instances[makeKey(&pattern, args)];
  auto *decl = static_cast<Decl *>(slot);
  if (decl) // one without arguments was refused
    return decl->generics.args.empty() ? types.getError()
                                       : getTypeOf(decl, types);
  slot = decl = context.make<Decl>();
  decl->name = pattern.name;
  decl->range = pattern.range;
  decl->pattern = &pattern;
  decl->module = pattern.module;
  decl->isLinear = pattern.isLinear;
  if (!nameInstance(decl->generics, pattern.getDisplayName(), args, place,
                    true)) {
    decl->generics.args = {};
    return types.getError();
  }
  const Type *type = getTypeOf(decl, types);
  if (!type->isOpen())
    module.typeInstances.push_back(type);
  if (program.numResolving || program.isFinishing)
    program.unfinished.push_back(type);
  else
    complete(type);
  return type;
}

template const Type *Sema::getInstance(StructDecl &, ArrayRef<const Type *>,
                                       StringRef);
template const Type *Sema::getInstance(EnumDecl &, ArrayRef<const Type *>,
                                       StringRef);

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
  bool isOk = nameInstance(decl->generics, pattern.getDisplayName(), args,
                           place, false);
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
  // Where a type stands in another one decides what must be known of it.
  llvm::SaveAndRestore lenient(sliceDepth, sliceDepth + 1);
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
  if (!good)
    return std::nullopt;
  if (!llvm::all_of(args, [](const Type *arg) { return arg->isComplete(); }))
    program.lateChecks.push_back({this, name, &generics, args, place});
  else if (!checkConstraints(name, generics, args, place))
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
                           ArrayRef<const Type *> bindings, StringRef place,
                           StringRef suffix) {
  for (auto [param, binding] : llvm::zip(generics.params, bindings)) {
    if (!binding) {
      diags.report(place, diag::cannot_infer, param->name, name)
          .note("write the type arguments: '" + name + "<" +
                llvm::join(llvm::map_range(
                               generics.params,
                               [](TypeParamDecl *p) { return p->name.str(); }),
                           ", ") +
                ">" + suffix + "'");
      return false;
    }
    if (binding->isError())
      return false;
  }
  return checkConstraints(name, generics, bindings, place);
}

/// True for expressions that take their type from what is expected.
bool Sema::needsExpectation(const Expr *expr) {
  if (auto *array = dyn_cast<ArrayLiteralExpr>(expr))
    return llvm::all_of(array->elements, [&](const Expr *element) {
      return needsExpectation(element);
    });
  if (auto *fill = dyn_cast<ArrayFillExpr>(expr))
    return needsExpectation(fill->value);
  if (auto *literal = dyn_cast<StructLiteralExpr>(expr)) {
    EnumDecl *decl = literal->module.empty() || !literal->typeArgs.empty()
                         ? nullptr
                         : lookupEnum(literal->module);
    llvm::SmallVector<Expr *, 8> values;
    for (const FieldInit &init : literal->fields)
      values.push_back(init.value);
    return decl && needsExpectation(*decl, literal->name, values);
  }
  if (auto *member = dyn_cast<MemberExpr>(expr)) {
    auto *name = dyn_cast<NameExpr>(member->base);
    EnumDecl *decl = name && name->typeArgs.empty()
                         ? lookupEnum(name->module, name->name)
                         : nullptr;
    return decl && needsExpectation(*decl, member->name, {});
  }
  if (auto *call = dyn_cast<CallExpr>(expr)) {
    if (!call->isNamed)
      return false;
    if (!call->module.empty()) {
      EnumDecl *decl =
          call->typeArgs.empty() ? lookupEnum(call->module) : nullptr;
      return decl && needsExpectation(*decl, call->name, call->args);
    }
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
  case TypeKind::InOut:
    return isPartlyOpen(type->element, generics);
  case TypeKind::Func:
    return isPartlyOpen(type->element, generics) ||
           llvm::any_of(type->params, [&](const Type *param) {
             return isPartlyOpen(param, generics);
           });
  case TypeKind::Struct:
  case TypeKind::Enum:
    return llvm::any_of(type->getTypeArgs(), [&](const Type *arg) {
      return isPartlyOpen(arg, generics);
    });
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
  if (accepts(expr, type))
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
    return args ? makeComplete(getInstance(pattern, *args, expr->name))
                : types.getError();
  }
  if (expected && expected->isStruct() && expected->decl->pattern == &pattern)
    return expected;
  TypeList bindings(generics.params.size()), patterns;
  llvm::SmallVector<Expr *, 8> values;
  matchFields(*expr, pattern.fields, values, patterns);
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
  return makeComplete(getInstance(pattern, bindings, expr->name));
}

const Type *Sema::makeComplete(const Type *type) {
  return complete(type) ? type : types.getError();
}

void Sema::matchFields(const StructLiteralExpr &expr,
                       ArrayRef<FieldDecl> fields,
                       llvm::SmallVectorImpl<Expr *> &values, TypeList &types) {
  for (const FieldInit &init : expr.fields)
    for (const FieldDecl &field : fields)
      if (field.name == init.name) {
        values.push_back(init.value);
        types.push_back(field.type);
        break;
      }
}
