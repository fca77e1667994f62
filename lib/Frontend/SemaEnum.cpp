//===- SemaEnum.cpp - enums, their values, and what may fail --------------===//
//
// `Option<T>` and `T ! E` are enums that the compiler declares for each T and
// E, so constructing, matching and comparing them needs no rules of its own;
// only their constructors take the type from where they stand.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;

Construction flux::getConstruction(const Expr *expr) {
  Construction result;
  if (auto *call = dyn_cast<CallExpr>(expr)) {
    result.variant = call->variant;
    if (call->variant)
      for (auto [index, arg] : llvm::enumerate(call->args))
        result.fields.push_back({index, arg});
  } else if (auto *literal = dyn_cast<StructLiteralExpr>(expr)) {
    result.variant = literal->variant;
    if (literal->variant)
      for (const FieldInit &init : literal->fields)
        result.fields.push_back({init.index, init.value});
  } else if (auto *member = dyn_cast<MemberExpr>(expr)) {
    result.variant = member->variant;
  }
  if (result.variant)
    result.number = result.variant - expr->type->enumDecl->variants.data();
  return result;
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

void Sema::resolveEnum(EnumDecl &decl) {
  if (decl.state == TypeDecl::Resolved)
    return;
  if (decl.state == TypeDecl::Resolving) {
    diags.report(decl.name, diag::recursive_enum, decl.name)
        .note("a slice can hold values of the enum: '[" +
              decl.getDisplayName() + "]'");
    return;
  }
  if (decl.pattern) {
    resolveEnum(*decl.pattern);
    if (decl.pattern->state != TypeDecl::Resolved)
      return;
  }
  decl.state = TypeDecl::Resolving;
  ++program.numResolving;
  llvm::scope_exit leave([&] { leaveDecl(); });
  llvm::SaveAndRestore direct(sliceDepth, 0u);
  if (decl.pattern) {
    decl.variants = context.copy<VariantDecl>(decl.pattern->variants);
    for (VariantDecl &variant : decl.variants) {
      variant.fields = context.copy<FieldDecl>(variant.fields);
      substituteFields(variant.fields, decl.pattern->generics, decl.generics);
    }
  } else {
    resolveVariants(decl);
  }
  for (VariantDecl &variant : decl.variants)
    sizeFields(decl, variant.fields,
               decl.pattern ? decl.generics.place : variant.name);
  layOutEnum(decl);
  decl.state = TypeDecl::Resolved;
}

void Sema::resolveVariants(EnumDecl &decl) {
  if (decl.variants.empty())
    diags.report(decl.name, diag::enum_without_variants, decl.name);
  if (decl.variants.size() > SemaLimits::maxVariants)
    diags.report(decl.name, diag::too_many_variants, decl.name,
                 SemaLimits::maxVariants);
  declareTypeParams(decl.generics);
  TypeParamMap outer = bindTypeParams(decl.generics, {});
  std::swap(outer, typeParams);
  llvm::DenseMap<StringRef, StringRef> variants;
  for (VariantDecl &variant : decl.variants) {
    auto [it, isNew] = variants.try_emplace(variant.name, variant.name);
    if (!isNew)
      diags.report(variant.name, diag::redeclared_name, variant.name)
          .note(DiagnosticEngine::rangeOf(it->second),
                "the first declaration is here");
    checkFieldNames(variant.fields);
    for (FieldDecl &field : variant.fields)
      field.type = resolveType(field.typeExpr);
  }
  std::swap(outer, typeParams);
}

const Type *Sema::resolveResult(TypeExpr *expr) {
  const Type *value =
      expr->element ? resolveType(expr->element) : types.getVoid();
  const Type *error = resolveType(expr->error);
  if (value->isError() || error->isError())
    return types.getError();
  if (!error->isEnum() || error->isOption() || error->isResult()) {
    diags.report(expr->error->range, diag::error_not_enum, error->str());
    return types.getError();
  }
  return types.getResult(value, error);
}

const Type *Sema::resolveTuple(TypeExpr *expr) {
  llvm::SmallVector<const Type *> elements;
  bool good = true;
  for (TypeExpr *element : expr->args) {
    elements.push_back(resolveType(element));
    good &= !elements.back()->isError();
  }
  if (elements.size() < 2 || elements.size() > TypeContext::maxTupleElements) {
    diags.report(expr->range, diag::tuple_size, TypeContext::maxTupleElements);
    return types.getError();
  }
  return good ? types.getTuple(elements) : types.getError();
}

const Type *Sema::resolveOption(TypeExpr *expr) {
  if (expr->args.size() != 1) {
    for (TypeExpr *arg : expr->args)
      resolveType(arg);
    diags.report(expr->range, diag::option_arguments).note("write 'Option<T>'");
    return types.getError();
  }
  const Type *element = resolveType(expr->args[0]);
  return element->isError() ? element : types.getOption(element);
}

namespace {

/// Finds the structs and enums that contain slices of themselves: what is on a
/// cycle (Tarjan), because a cycle without slice was reported.
class RecursionFinder {
public:
  void visit(const Type *type);

private:
  struct Node {
    unsigned number, low;
    bool isOpen = true;
  };
  void visitDecl(const void *key, const Type *type, bool &isRecursive);

  llvm::DenseMap<const void *, Node> nodes;
  llvm::SmallVector<std::pair<const void *, bool *>> open;
  llvm::SmallVector<const void *> path;
};

} // namespace

void RecursionFinder::visit(const Type *type) {
  if (!type)
    return;
  while (type->isArray() || type->isSlice() || type->isInOut())
    type = type->element;
  if (type->isFunc()) {
    for (const Type *param : type->params)
      visit(param);
    return visit(type->element);
  }
  if (type->isStruct() || type->isEnum())
    visitDecl(type->getDecl(), type, type->getDecl()->isRecursive);
}

void RecursionFinder::visitDecl(const void *key, const Type *type,
                                bool &isRecursive) {
  auto [it, isNew] = nodes.try_emplace(
      key, Node{unsigned(nodes.size()), unsigned(nodes.size())});
  if (!isNew) {
    if (it->second.isOpen && !path.empty()) {
      if (path.back() == key)
        isRecursive = true; // directly
      Node &from = nodes.find(path.back())->second;
      from.low = std::min(from.low, it->second.number);
    }
    return;
  }
  open.push_back({key, &isRecursive});
  size_t mark = open.size() - 1;
  path.push_back(key);
  if (type->isStruct())
    for (const FieldDecl &field : type->decl->fields)
      visit(field.type);
  else
    for (const VariantDecl &variant : type->enumDecl->variants)
      for (const FieldDecl &field : variant.fields)
        visit(field.type);
  path.pop_back();
  Node node = nodes.find(key)->second;
  if (!path.empty()) {
    Node &from = nodes.find(path.back())->second;
    from.low = std::min(from.low, node.low);
  }
  if (node.low != node.number)
    return;
  bool isCycle = open.size() - mark > 1;
  while (open.size() > mark) {
    auto [member, flag] = open.pop_back_val();
    nodes.find(member)->second.isOpen = false;
    *flag |= isCycle;
  }
}

void Sema::findRecursiveTypes() {
  RecursionFinder finder;
  for (StructDecl *decl : module.structs)
    if (!decl->generics.isGeneric())
      finder.visit(types.getStruct(decl));
  for (EnumDecl *decl : module.enums)
    if (!decl->generics.isGeneric())
      finder.visit(types.getEnum(decl));
  for (const Type *type : module.typeInstances)
    finder.visit(type);
}

//===----------------------------------------------------------------------===//
// Variants of generic enums
//===----------------------------------------------------------------------===//

/// Reports `Enum.Variant<T>`.
bool Sema::checkTypeArgPlace(llvm::ArrayRef<TypeExpr *> typeArgs,
                             StringRef owner, StringRef variant) {
  if (typeArgs.empty() || typeArgs[0]->range.begin() < variant.begin())
    return true;
  StringRef list(variant.end(), typeArgs.back()->range.end() - variant.end());
  diags.report(list, diag::type_argument_place)
      .note("write '" + owner + list + ">." + variant + "'");
  return false;
}

/// True if \p values do not tell the type arguments of \p decl.
bool Sema::needsExpectation(const EnumDecl &decl, StringRef name,
                            llvm::ArrayRef<Expr *> values) {
  const Generics &generics = decl.generics;
  if (!generics.isGeneric())
    return false;
  if (llvm::all_of(values, [&](Expr *e) { return needsExpectation(e); }))
    return true;
  for (const VariantDecl &variant : decl.variants)
    if (variant.name == name)
      return !llvm::all_of(generics.params, [&](TypeParamDecl *param) {
        Generics one;
        one.params = param;
        return llvm::any_of(variant.fields, [&](const FieldDecl &field) {
          return isPartlyOpen(field.type, one);
        });
      });
  return false;
}

const Type *Sema::resolveVariantType(EnumDecl &decl, StringRef place,
                                     llvm::ArrayRef<TypeExpr *> typeArgs,
                                     llvm::ArrayRef<Expr *> values,
                                     llvm::ArrayRef<const Type *> patterns,
                                     const Type *expected) {
  const Generics &generics = decl.generics;
  bool isReported = isExpectedUnknown;
  if (decl.state != TypeDecl::Resolved) // it contains itself
    return types.getError();
  if (!generics.isGeneric())
    return refuseTypeArgs(place, typeArgs) ? types.getError()
                                           : types.getEnum(&decl);
  if (!typeArgs.empty()) {
    auto args = resolveTypeArgs(decl.name, place, generics, typeArgs);
    return args ? makeComplete(getInstance(decl, *args, place))
                : types.getError();
  }
  if (expected && expected->isEnum() && expected->enumDecl->pattern == &decl)
    return expected;
  TypeList bindings(generics.params.size());
  inferFromValues(values, patterns, {}, nullptr, nullptr, generics, bindings);
  if ((isReported && llvm::is_contained(bindings, nullptr)) ||
      !finishInference(decl.name, generics, bindings, place, ".Variant"))
    return types.getError();
  return makeComplete(getInstance(decl, bindings, place));
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

EnumDecl *Sema::lookupEnum(StringRef qualifier, StringRef name) {
  const ModuleName *entry = nullptr;
  if (!qualifier.empty()) {
    ImportDecl *import = findImport(qualifier);
    entry = import ? findExport(*import, name) : nullptr;
  } else {
    entry = lookupModuleName(name);
  }
  if (!entry || entry->kind != ModuleName::Enum)
    return nullptr;
  auto *decl = static_cast<EnumDecl *>(entry->decl);
  resolveEnum(*decl);
  return decl;
}

const VariantDecl *Sema::findVariant(const EnumDecl &decl, StringRef name) {
  for (const VariantDecl &variant : decl.variants)
    if (variant.name == name)
      return &variant;
  llvm::SmallVector<StringRef> candidates;
  for (const VariantDecl &variant : decl.variants)
    candidates.push_back(variant.name);
  auto report = diags.report(name, diag::unknown_variant, decl.name, name);
  if (StringRef near = findNearMiss(name, candidates); !near.empty())
    offerName(report, diags, name, near);
  if (decl.builtin == EnumDecl::User)
    report.note(DiagnosticEngine::rangeOf(decl.name),
                "the enum is declared here");
  return nullptr;
}

/// The fields of \p variant as they are declared, for messages.
static std::string spellFields(const VariantDecl &variant) {
  std::string text = variant.name.str();
  for (auto [index, field] : llvm::enumerate(variant.fields))
    text += (index ? ", " : "(") + field.name.str() + ": ...";
  return variant.fields.empty() ? text : text + ")";
}

/// What \p variant, of \p decl, is in \p type, which may be an instance.
static const VariantDecl *getVariantOf(const Type *type, const EnumDecl &decl,
                                       const VariantDecl *variant) {
  return &type->enumDecl->variants[variant - decl.variants.data()];
}

/// `Enum.Variant` without fields.
const Type *Sema::checkVariantName(MemberExpr *expr, EnumDecl &decl,
                                   const Type *expected) {
  const VariantDecl *variant = findVariant(decl, expr->name);
  if (!variant)
    return types.getError();
  if (!variant->fields.empty()) {
    diags
        .report(expr->range, diag::variant_fields, variant->name,
                variant->fields.size(), variant->fields.size() == 1 ? "" : "s",
                "none")
        .note("write '" + decl.name + "." + spellFields(*variant) + "'");
    return types.getError();
  }
  auto *name = cast<NameExpr>(expr->base);
  const Type *type =
      resolveVariantType(decl, name->range, name->typeArgs, {}, {}, expected);
  if (type->isError())
    return type;
  expr->member = MemberExpr::Variant;
  expr->variant = getVariantOf(type, decl, variant);
  return type;
}

/// Checks how many values a variant gets.
bool Sema::checkVariantCount(CallExpr *expr, const EnumDecl &decl,
                             const VariantDecl &variant) {
  size_t count = variant.fields.size();
  bool isUser = decl.builtin == EnumDecl::User;
  if (expr->args.size() == count && (!isUser || count != 0))
    return true;
  checkArgs(expr);
  std::string found =
      expr->args.empty() ? "'()'" : std::to_string(expr->args.size());
  auto report = diags.report(expr->range, diag::variant_fields, variant.name,
                             count, count == 1 ? "" : "s", found);
  if (isUser)
    report.note("write '" + decl.name + "." + spellFields(variant) + "'");
  return false;
}

/// `Enum.Variant(a, b)`, and the constructors of built-in enums.
const Type *Sema::checkVariantCall(CallExpr *expr, const Type *type,
                                   const VariantDecl *variant) {
  const EnumDecl &decl = *type->enumDecl;
  if (!checkVariantCount(expr, decl, *variant))
    return types.getError();
  StringRef what = decl.builtin == EnumDecl::User ? "the field" : "the value";
  bool good = true;
  for (auto [arg, field] : llvm::zip(expr->args, variant->fields))
    good &= decl.pattern ? expectOnce(arg, field.type, what) // was inferred
                         : expect(arg, field.type, what);
  if (!good)
    return types.getError();
  expr->variant = variant;
  return type;
}

/// `Enum.Variant(a, b)` of an enum of a document.
const Type *Sema::checkEnumCall(CallExpr *expr, EnumDecl &decl,
                                const Type *expected) {
  const VariantDecl *variant = findVariant(decl, expr->name);
  if (!variant || !checkTypeArgPlace(expr->typeArgs, expr->module, expr->name))
    return checkArgs(expr);
  if (!checkVariantCount(expr, decl, *variant))
    return types.getError();
  TypeList patterns;
  for (const FieldDecl &field : variant->fields)
    patterns.push_back(field.type);
  const Type *type = resolveVariantType(decl, expr->module, expr->typeArgs,
                                        expr->args, patterns, expected);
  if (type->isError())
    return checkArgs(expr);
  return checkVariantCall(expr, type, getVariantOf(type, decl, variant));
}

/// The named values of a struct or a variant.
bool Sema::checkFieldInits(StructLiteralExpr &expr, StringRef name,
                           llvm::ArrayRef<FieldDecl> fields) {
  bool good = true;
  llvm::DenseMap<StringRef, unsigned> numbers;
  for (auto [index, field] : llvm::enumerate(fields))
    numbers.try_emplace(field.name, index);
  llvm::SmallVector<FieldInit *> given(fields.size());
  for (FieldInit &init : expr.fields) {
    auto it = numbers.find(init.name);
    if (it == numbers.end()) {
      if (!init.value->type)
        check(init.value);
      llvm::SmallVector<StringRef> candidates;
      for (const FieldDecl &field : fields)
        candidates.push_back(field.name);
      auto report =
          diags.report(init.name, diag::unknown_field, name, init.name);
      if (StringRef near = findNearMiss(init.name, candidates); !near.empty())
        offerName(report, diags, init.name, near);
      good = false;
      continue;
    }
    init.index = it->second;
    if (FieldInit *&previous = given[init.index]) {
      diags.report(init.name, diag::repeated_field, init.name)
          .note(DiagnosticEngine::rangeOf(previous->name),
                "the first value is here");
      good = false;
    } else {
      previous = &init;
    }
    good &= expectOnce(init.value, fields[init.index].type, "the field");
  }
  std::string missing;
  for (auto [index, field] : llvm::enumerate(fields))
    if (!given[index])
      missing += (missing.empty() ? "'" : ", '") + field.name.str() + "'";
  if (good && !missing.empty()) {
    diags.report(expr.range, diag::missing_fields, name, missing);
    good = false;
  }
  return good;
}

/// `Enum.Variant(field: value)`.
const Type *Sema::checkVariantLiteral(StructLiteralExpr *expr,
                                      const Type *expected) {
  EnumDecl *decl = lookupEnum(expr->module);
  const VariantDecl *variant = decl ? findVariant(*decl, expr->name) : nullptr;
  const Type *type = types.getError();
  if (!decl) {
    auto report = diags.report(expr->module, diag::unknown_type, expr->module);
    if (StringRef near = suggestName(expr->module); !near.empty())
      offerName(report, diags, expr->module, near);
    report.note("named arguments make structs and variants of enums");
  } else if (variant &&
             checkTypeArgPlace(expr->typeArgs, expr->module, expr->name)) {
    TypeList patterns;
    llvm::SmallVector<Expr *, 8> values;
    matchFields(*expr, variant->fields, values, patterns);
    type = resolveVariantType(*decl, expr->module, expr->typeArgs, values,
                              patterns, expected);
  }
  if (type->isError()) {
    for (FieldInit &init : expr->fields)
      if (!init.value->type)
        check(init.value);
    return type;
  }
  variant = getVariantOf(type, *decl, variant);
  if (!checkFieldInits(*expr, variant->name, variant->fields))
    return types.getError();
  expr->variant = variant;
  return type;
}

/// `some(x)`, `none`, `ok(x)` and `err(e)`.
const Type *Sema::checkBuiltinVariant(CallExpr *expr, const Type *expected) {
  bool isReported = isExpectedUnknown;
  bool isOption = expr->name == "some" || expr->name == "none";
  bool fits =
      expected && (isOption ? expected->isOption() : expected->isResult());
  if (fits) {
    bool isSecond = expr->name == "some" || expr->name == "err";
    return checkVariantCall(expr, expected,
                            &expected->enumDecl->variants[isSecond]);
  }
  const Type *type = nullptr;
  for (Expr *arg : expr->args) {
    type = check(arg);
    if (type->isVoid())
      diags.report(arg->range, diag::no_value);
    if (type->isVoid() || type->isError())
      return types.getError();
  }
  if (expr->name == "some" && expr->args.size() == 1) {
    const Type *option = types.getOption(type);
    expr->variant = &option->enumDecl->variants[SomeVariant];
    return option;
  }
  if (expr->name == "some") {
    checkArgCount(expr, 1);
    return types.getError();
  }
  if (isReported)
    return types.getError();
  auto report = diags.report(expr->range, diag::unknown_variant_type,
                             expr->range.take_front(expr->name.size()));
  if (expected)
    report.note("expected '" + expected->str() + "' here");
  else
    report.note(isOption ? "write the type: 'let x: Option<T> = none'"
                         : "write the type: 'let x: T ! E = " + expr->name +
                               "(...)'");
  return types.getError();
}

//===----------------------------------------------------------------------===//
// Passing on failures, several results
//===----------------------------------------------------------------------===//

const Type *Sema::checkTry(TryExpr *expr) {
  const Type *type = check(expr->operand);
  if (type->isError())
    return type;
  if (type->isVoid()) {
    diags.report(expr->operand->range, diag::no_value);
    return types.getError();
  }
  if (!type->isOption() && !type->isResult()) {
    diags.report(expr->range, diag::try_operand, type->str());
    return types.getError();
  }
  StringRef place = expr->range.take_back(1);
  if (deferDepth) {
    diags.report(place, diag::jump_out_of_defer, "?");
    return types.getError();
  }
  if (!function) {
    diags.report(place, diag::try_in_step)
        .note("'match' on it in a function and call that");
    return types.getError();
  }
  const Type *result = function->resultType;
  if (result->isError())
    return types.getError();
  bool good = type->isOption() ? result->isOption()
                               : result->isResult() && result->getErrorType() ==
                                                           type->getErrorType();
  if (!good) {
    auto report = diags.report(place, diag::try_result, type->str(),
                               function->name, result->str());
    if (type->isResult() && result->isResult())
      report.note("'match' on it and return an error of type '" +
                  result->getErrorType()->str() + "'");
    return types.getError();
  }
  return types.getTryType(type);
}

/// `a, b` after `return`.
bool Sema::checkTuple(TupleExpr *expr, const Type *result) {
  expr->type = types.getError();
  bool fits = result && result->isTuple() &&
              result->decl->fields.size() == expr->elements.size();
  if (!fits) {
    for (Expr *element : expr->elements)
      check(element);
    if (result && !result->isError())
      diags.report(expr->range, diag::tuple_mismatch, expr->elements.size(),
                   result->str());
    return false;
  }
  bool good = true;
  for (auto [element, field] : llvm::zip(expr->elements, result->decl->fields))
    good &= expect(element, field.type, "the result");
  if (good)
    expr->type = result;
  return good;
}

void Sema::checkDeclTuple(DeclTupleStmt *stmt) {
  allowsTuple = true;
  const Type *type = check(stmt->init);
  allowsTuple = false;
  bool fits = type->isTuple() && type->decl->fields.size() == stmt->vars.size();
  if (type->isVoid())
    diags.report(stmt->init->range, diag::no_value);
  else if (!fits && !type->isError())
    diags.report(stmt->init->range, diag::tuple_mismatch, stmt->vars.size(),
                 type->str());
  for (auto [index, var] : llvm::enumerate(stmt->vars)) {
    var->type = fits ? type->decl->fields[index].type : types.getError();
    if (var->name == "_" && var->type->isResult())
      diags.report(var->name, diag::ignored_failure, var->type->str());
    frameBytes += var->type->getSize();
    declareVar(var);
  }
}
