//===- Sema.cpp - declarations and names ----------------------------------===//
//
// Order of declarations does not matter in a document, so names are collected
// first; structs, constants and signatures are then resolved on demand, with
// cycles detected by their state; bodies come last.
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"
#include "SemaImpl.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace flux;
using llvm::StringRef;

void Sema::run() {
  declareNames();
  for (StructDecl *decl : module.structs)
    resolveStruct(*decl);
  for (EnumDecl *decl : module.enums)
    resolveEnum(*decl);
  for (ConstDecl *decl : module.constants)
    resolveConst(*decl);
  for (FunctionDecl *decl : module.functions)
    if (!decl->resultType)
      resolveSignature(*decl);
  checkMain();
  checkVocabulary();
  for (FunctionDecl *decl : module.functions)
    checkFunction(*decl);
  if (module.agent)
    checkAgent(*module.agent);
  else
    checkSettings();
  checkInstances();
  findRecursiveTypes();
  applyOverrides();
  checkPolicy();
  checkExports();
  checkImports();
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

void Sema::declareNames() {
  declareImports();
  testNames.resize(module.testCode.size());
  declareNamesOf(/*inTests=*/false);
  declareNamesOf(/*inTests=*/true);
  declareExports();
}

/// Gives the second type of some name that tests declare a name for FIR, which
/// knows no scopes.
static void setScopedName(TypeDecl &decl, unsigned scope, ASTContext &context,
                          llvm::DenseSet<StringRef> &seen) {
  if (scope && !seen.insert(decl.name).second)
    decl.generics.displayName =
        context.copyString((decl.name + "'" + llvm::Twine(scope)).str());
}

void Sema::declareNamesOf(bool inTests) {
  llvm::DenseSet<StringRef> seen;
  auto isHere = [&](StringRef name) {
    return (getTestScope(module, name) != 0) == inTests;
  };
  for (StructDecl *decl : module.structs) {
    decl->module = &module;
    if (!isHere(decl->name))
      continue;
    setScopedName(*decl, getTestScope(module, decl->name), context, seen);
    declareName(decl->name, ModuleName::Struct, decl);
  }
  for (EnumDecl *decl : module.enums) {
    decl->module = &module;
    if (!isHere(decl->name))
      continue;
    setScopedName(*decl, getTestScope(module, decl->name), context, seen);
    declareName(decl->name, ModuleName::Enum, decl);
  }
  for (ConstDecl *decl : module.constants) {
    decl->module = &module;
    if (isHere(decl->name))
      declareName(decl->name, ModuleName::Const, decl);
  }
  if (!inTests)
    for (RegionDecl *decl : module.regions) {
      decl->module = &module;
      decl->var->type = types.getRegion();
      declareName(decl->name, ModuleName::Region, decl);
    }
  for (FunctionDecl *decl : module.functions) {
    decl->module = &module;
    if (!decl->testNumber && isHere(decl->name))
      declareName(decl->name, ModuleName::Function, decl);
  }
}

const ModuleName *Sema::findModuleName(StringRef name) const {
  if (unsigned scope = getTestScope(module, name)) {
    const NameMap &own = testNames[scope - 1];
    if (auto it = own.find(name); it != own.end())
      return &it->second;
  }
  auto it = names.find(name);
  return it == names.end() ? nullptr : &it->second;
}

bool Sema::declareName(StringRef name, ModuleName::Kind kind, void *decl,
                       ImportDecl *import) {
  if (name.empty())
    return false; // the parser reported a missing name
  // `text.fixed` and `Text.Bold` look alike.
  bool isModule = kind == ModuleName::Enum && isBuiltinModule(name);
  if (types.lookupBuiltin(name) || findBuiltin("", name) || isModule ||
      name == "Option") {
    diags.report(name, diag::redeclared_builtin, name);
    return false;
  }
  const ModuleName *other = findModuleName(name);
  if (!other) {
    unsigned scope = getTestScope(module, name);
    (scope ? testNames[scope - 1] : names)
        .try_emplace(name, ModuleName{kind, decl, name, import});
    return true;
  }
  diags.report(name, diag::redeclared_name, name)
      .note(DiagnosticEngine::rangeOf(other->place),
            "the first declaration is here");
  return false;
}

void Sema::popScope(ScopeMark mark) {
  while (visible.size() > mark.numVisible) {
    VarDecl *var = visible.pop_back_val();
    vars.erase(var->name);
    if (var->type && var->type->isResult() && !var->isUsed &&
        var->kind != VarDecl::Param)
      diags.report(var->name, diag::ignored_failure, var->type->str())
          .note("'match' on it, or pass the error on with '?'");
  }
  --depth;
}

void Sema::declareVar(VarDecl *var) {
  var->depth = depth;
  if (var->name.empty() || var->name == "_")
    return;
  StringRef name = var->name;
  if (types.lookupBuiltin(name) || findBuiltin("", name)) {
    diags.report(name, diag::redeclared_builtin, name);
    return;
  }
  StringRef previous;
  if (VarDecl *other = lookupVar(name))
    previous = other->name;
  else if (auto param = typeParams.find(name); param != typeParams.end())
    previous = param->second.place;
  else if (VarDecl *other = inSteps() ? openNames.lookup(name) : nullptr)
    previous = other->name;
  else if (const ModuleName *other = lookupModuleName(name))
    previous = other->place;
  if (!previous.empty()) {
    diags.report(name, diag::redeclared_name, name)
        .note(DiagnosticEngine::rangeOf(previous),
              "the first declaration is here");
    return;
  }
  vars[name] = var;
  visible.push_back(var);
}

/// The commoner ones first.
constexpr StringRef typeWords[] = {"i64", "u8",   "f64", "i32", "u32", "u64",
                                   "str", "bool", "i8",  "u16", "i16", "f32"};

void Sema::appendModuleNames(StringRef place,
                             llvm::SmallVectorImpl<StringRef> &names) {
  unsigned scope = getTestScope(module, place);
  auto append = [&](StringRef name) {
    unsigned declared = getTestScope(module, name);
    if (!declared || declared == scope)
      names.push_back(name);
  };
  for (FunctionDecl *decl : module.functions)
    if (!decl->testNumber)
      append(decl->name);
  for (ConstDecl *decl : module.constants)
    append(decl->name);
  for (StructDecl *decl : module.structs)
    append(decl->name);
  for (EnumDecl *decl : module.enums)
    append(decl->name);
  for (RegionDecl *decl : module.regions)
    append(decl->name);
}

StringRef Sema::suggestName(StringRef name) {
  llvm::SmallVector<StringRef> candidates;
  for (VarDecl *var : visible)
    candidates.push_back(var->name);
  appendModuleNames(name, candidates);
  for (const Builtin &builtin : getBuiltins())
    if (builtin.module.empty())
      candidates.push_back(builtin.name);
  // What stands where a name can.
  llvm::append_range(candidates, llvm::ArrayRef<StringRef>{
                                     "true", "false", "none", "some", "ok",
                                     "err", "break", "continue", "return"});
  llvm::append_range(candidates, typeWords);
  llvm::SmallVector<StringRef, 4> nearest = findNearMisses(name, candidates);
  return nearest.empty() ? StringRef() : nearest.front();
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

const Type *Sema::makeArray(StringRef range, const Type *element,
                            uint64_t count) {
  if (element->isError())
    return element;
  // Behind a slice the size may not be known yet.
  constexpr uint64_t assumedSize = 4096;
  uint64_t size = element->isComplete() ? element->getSize() : assumedSize;
  if (llvm::SaturatingMultiply(count, size) > SemaLimits::maxTypeBytes) {
    diags.report(range, diag::type_too_large, count, element->str());
    return types.getError();
  }
  return types.getArray(element, count);
}

const Type *Sema::resolveArray(StringRef range, const Type *element,
                               Expr *countExpr) {
  if (!countExpr)
    return types.getError();
  llvm::SaveAndRestore direct(sliceDepth, 0u);
  const Type *countType = check(countExpr, types.getI64());
  if (countType->isError())
    return countType;
  if (!countType->isInt()) {
    reportMismatch(countExpr, types.getI64(), "the number of elements");
    return types.getError();
  }
  std::optional<ConstValue> count = evaluate(countExpr);
  if (!count)
    return types.getError();
  if (count->intValue < 1) {
    diags.report(countExpr->range, diag::bad_array_count,
                 int64_t(count->intValue));
    return types.getError();
  }
  return makeArray(range, element, uint64_t(count->intValue));
}

const Type *Sema::resolveType(TypeExpr *expr) {
  if (!expr)
    return types.getError();
  switch (expr->kind) {
  case TypeExpr::Result:
    return resolveResult(expr);
  case TypeExpr::Tuple:
    return resolveTuple(expr);
  case TypeExpr::Named: {
    if (expr->name == "Option" && expr->module.empty())
      return resolveOption(expr);
    const ModuleName *name = nullptr;
    if (!expr->module.empty()) {
      name = lookupQualified(expr->module, expr->name);
      if (!name)
        return types.getError();
    } else {
      const Type *type = types.lookupBuiltin(expr->name);
      if (type && type->isRegion()) {
        diags.report(expr->range, diag::region_type);
        return types.getError();
      }
      if (!type)
        type = typeParams.lookup(expr->name).type;
      if (type)
        return refuseTypeArgs(expr->name, expr->args) ? types.getError() : type;
      name = lookupModuleName(expr->name);
      if (!name)
        if (const Type *handle = resolveHandle(expr))
          return handle;
    }
    auto getType = [&](auto &decl, const Type *plain) -> const Type * {
      const Type *type = plain;
      if (decl.generics.isGeneric()) {
        auto args =
            resolveTypeArgs(decl.name, expr->range, decl.generics, expr->args);
        type = args ? getInstance(decl, *args, expr->range) : types.getError();
      } else if (refuseTypeArgs(expr->name, expr->args)) {
        return types.getError();
      }
      return sliceDepth || complete(type) ? type : types.getError();
    };
    if (name && name->kind == ModuleName::Enum) {
      auto *decl = static_cast<EnumDecl *>(name->decl);
      return getType(*decl, types.getEnum(decl));
    }
    if (name && name->kind == ModuleName::Struct) {
      auto *decl = static_cast<StructDecl *>(name->decl);
      return getType(*decl, types.getStruct(decl));
    }
    if (name) {
      diags.report(expr->range, diag::not_a_type, expr->name)
          .note(DiagnosticEngine::rangeOf(name->place), "it is declared here");
      return types.getError();
    }
    if (expr->name == "any" && expr->module.empty()) {
      diags.report(expr->range, diag::no_any)
          .note("declare an 'enum' with a variant for each type that is "
                "possible, "
                "or a type parameter: 'fn f<T>(x: T)'");
      return types.getError();
    }
    llvm::SmallVector<StringRef> candidates;
    for (StructDecl *decl : module.structs)
      candidates.push_back(decl->name);
    for (EnumDecl *decl : module.enums)
      candidates.push_back(decl->name);
    for (auto &entry : typeParams)
      candidates.push_back(entry.first);
    llvm::sort(candidates);
    candidates.insert(candidates.begin(), std::begin(typeWords),
                      std::end(typeWords));
    llvm::SmallVector<StringRef, 4> nearest =
        findNearMisses(expr->name, candidates);
    StringRef near =
        llvm::StringSwitch<StringRef>(expr->name)
            .Cases({"int", "long", "isize"}, "i64")
            .Cases({"uint", "usize"}, "u64")
            .Cases({"float", "double"}, "f64")
            .Cases({"string", "String", "char"}, "str")
            .Cases({"boolean", "Bool"}, "bool")
            .Case("byte", "u8")
            .Default(nearest.empty() ? StringRef() : nearest.front());
    auto report = diags.report(expr->range, diag::unknown_type, expr->name);
    if (!near.empty())
      offerName(report, diags, expr->range, near);
    return types.getError();
  }
  case TypeExpr::Func: {
    llvm::SaveAndRestore direct(sliceDepth, 0u); // a call passes values
    TypeList params;
    bool good = true;
    for (TypeExpr *param : expr->args) {
      const Type *type = resolveType(param);
      good &= !type->isError();
      params.push_back(param->isVarParam ? types.getInOut(type) : type);
    }
    const Type *result =
        expr->element ? resolveType(expr->element) : types.getVoid();
    return good && !result->isError()
               ? types.getFunc(params, result, expr->statesEffects,
                               expr->effects)
               : types.getError();
  }
  case TypeExpr::Slice: {
    ++sliceDepth;
    const Type *element = resolveType(expr->element);
    --sliceDepth;
    if (element->isError())
      return element;
    return types.getSlice(element, expr->isWritable);
  }
  case TypeExpr::Array:
    if (expr->isWritable || !expr->moreCounts.empty()) {
      diags.report(expr->range, diag::shape_outside_tile,
                   expr->moreCounts.empty() ? "[var T; N]" : "[T; M, N]");
      return types.getError();
    }
    return resolveArray(expr->range, resolveType(expr->element), expr->count);
  }
  llvm_unreachable("covered switch");
}

bool Sema::complete(const Type *type, bool behindSlice) {
  auto completeAll = [&](llvm::ArrayRef<const Type *> list) {
    return llvm::all_of(
        list, [&](const Type *item) { return complete(item, behindSlice); });
  };
  switch (type->kind) {
  case TypeKind::Array:
    return complete(type->element, behindSlice);
  case TypeKind::Slice:
    return complete(type->element, true);
  case TypeKind::InOut:
    return complete(type->element);
  case TypeKind::Func:
    behindSlice = false;
    return completeAll(type->params) && complete(type->element);
  case TypeKind::Struct:
    if (type->isTuple())
      return completeAll(type->getTypeArgs());
    if (!behindSlice)
      getSema(type->decl->module).resolveStruct(*type->decl);
    return behindSlice || type->decl->state == TypeDecl::Resolved;
  case TypeKind::Enum:
    if (type->enumDecl->builtin != EnumDecl::User)
      return completeAll(type->getTypeArgs());
    if (!behindSlice)
      getSema(type->enumDecl->module).resolveEnum(*type->enumDecl);
    return behindSlice || type->enumDecl->state == TypeDecl::Resolved;
  default:
    return true;
  }
}

void Sema::leaveDecl() {
  if (--program.numResolving || program.isFinishing)
    return;
  llvm::SaveAndRestore finishing(program.isFinishing, true);
  for (size_t i = 0; i < program.unfinished.size(); ++i)
    complete(program.unfinished[i]); // may need more instances
  program.unfinished.clear();
  for (const auto &late : std::exchange(program.lateChecks, {}))
    late.sema->checkConstraints(late.name, *late.generics, late.args,
                                late.place);
}

void Sema::checkFieldNames(llvm::ArrayRef<FieldDecl> fields) {
  llvm::DenseMap<StringRef, StringRef> seen;
  for (const FieldDecl &field : fields) {
    auto [it, isNew] = seen.try_emplace(field.name, field.name);
    if (!isNew)
      diags.report(field.name, diag::redeclared_name, field.name)
          .note(DiagnosticEngine::rangeOf(it->second),
                "the first declaration is here");
  }
}

void Sema::sizeFields(const TypeDecl &decl,
                      llvm::MutableArrayRef<FieldDecl> fields,
                      StringRef place) {
  uint64_t size = 0;
  for (FieldDecl &field : fields) {
    if (!complete(field.type))
      field.type = types.getError();
    size = llvm::SaturatingAdd(llvm::alignTo(size, field.type->getAlign()),
                               field.type->getSize());
    if (size > SemaLimits::maxTypeBytes) {
      diags.report(place, diag::struct_too_large, decl.getDisplayName());
      field.type = types.getError();
      size = 0;
    }
  }
}

void Sema::resolveStruct(StructDecl &decl) {
  if (decl.state == TypeDecl::Resolved)
    return;
  if (decl.state == TypeDecl::Resolving) {
    diags.report(decl.name, diag::recursive_struct, decl.name);
    return;
  }
  if (decl.pattern) {
    resolveStruct(*decl.pattern);
    if (decl.pattern->state != TypeDecl::Resolved)
      return;
  }
  decl.state = TypeDecl::Resolving;
  ++program.numResolving;
  llvm::scope_exit leave([&] { leaveDecl(); });
  llvm::SaveAndRestore direct(sliceDepth, 0u);
  if (decl.pattern) {
    decl.fields = context.copy<FieldDecl>(decl.pattern->fields);
    substituteFields(decl.fields, decl.pattern->generics, decl.generics);
  } else {
    declareTypeParams(decl.generics);
    TypeParamMap outer = bindTypeParams(decl.generics, {});
    std::swap(outer, typeParams);
    checkFieldNames(decl.fields);
    for (FieldDecl &field : decl.fields)
      field.type = resolveType(field.typeExpr);
    std::swap(outer, typeParams);
  }
  sizeFields(decl, decl.fields, decl.pattern ? decl.generics.place : decl.name);
  layOutStruct(decl);
  decl.state = TypeDecl::Resolved;
}

void Sema::resolveConst(ConstDecl &decl) {
  if (decl.state == ConstDecl::Resolved)
    return;
  if (decl.state == ConstDecl::Resolving) {
    diags.report(decl.name, diag::recursive_const, decl.name);
    decl.type = types.getError();
    return;
  }
  decl.state = ConstDecl::Resolving;
  llvm::SaveAndRestore direct(sliceDepth, 0u);
  // Constants see the module's names only, whatever body asked for them.
  llvm::DenseMap<StringRef, VarDecl *> hidden;
  TypeParamMap hiddenTypes;
  std::swap(hidden, vars);
  std::swap(hiddenTypes, typeParams);
  llvm::scope_exit restore([&] {
    std::swap(hidden, vars);
    std::swap(hiddenTypes, typeParams);
  });

  const Type *type = decl.typeExpr ? resolveType(decl.typeExpr) : nullptr;
  if (type && !type->isError())
    type = expect(decl.init, type, "the constant") ? type : types.getError();
  else if (!type)
    type = check(decl.init);
  if (!decl.type) // a cycle was reported while the value was checked
    decl.type = type;
  if (type->isVoid()) {
    diags.report(decl.init->range, diag::no_value);
    decl.type = types.getError();
  } else if (!decl.type->isError()) {
    if (type->getSize() > SemaLimits::maxConstBytes) {
      diags.report(decl.name, diag::const_too_large, decl.name);
      decl.type = types.getError();
    } else if (std::optional<ConstValue> value = evaluate(decl.init)) {
      decl.value = *value;
    } else {
      decl.type = types.getError();
    }
  }
  decl.state = ConstDecl::Resolved;
}

//===----------------------------------------------------------------------===//
// Functions and agents
//===----------------------------------------------------------------------===//

void Sema::resolveSignature(FunctionDecl &decl) {
  declareTypeParams(decl.generics);
  TypeParamMap outer = bindTypeParams(decl.generics, {});
  std::swap(outer, typeParams);
  if (decl.isTile && decl.generics.isGeneric())
    diags.report(decl.name, diag::not_supported, "a tile with type parameters");
  if (decl.isTile)
    resolveShapes(decl);
  for (VarDecl *param : decl.params)
    if (!param->type)
      param->type = resolveParamType(param->typeExpr);
  decl.resultType =
      decl.resultExpr ? resolveType(decl.resultExpr) : types.getVoid();
  std::swap(outer, typeParams);
}

void Sema::checkMain() {
  const ModuleName *name = lookupModuleName("main");
  if (name && name->kind == ModuleName::Function) {
    auto *main = static_cast<FunctionDecl *>(name->decl);
    module.main = main;
    bool goodResult = main->resultType->isVoid() ||
                      main->resultType == types.getInt(32, true) ||
                      main->resultType->isError();
    bool goodParams =
        main->params.empty() ||
        (main->params.size() == 1 && !main->params[0]->isVarParam &&
         (main->params[0]->type == types.getSlice(types.getStr(), false) ||
          main->params[0]->type->isError()));
    if (!goodResult || !goodParams || main->generics.isGeneric())
      diags.report(main->name, diag::bad_main);
  }
  bool hasSteps = module.agent && (module.agent->init || module.agent->loop);
  if (module.main && hasSteps)
    diags.report(module.main->name, diag::main_and_steps)
        .note(DiagnosticEngine::rangeOf(module.agent->init
                                            ? module.agent->init->range
                                            : module.agent->loop->range),
              "the steps are here");
}

void Sema::checkFunction(FunctionDecl &decl) {
  if (!decl.body)
    return;
  function = &decl;
  frameBytes = 0;
  const FunctionDecl &pattern = decl.pattern ? *decl.pattern : decl;
  typeParams = bindTypeParams(pattern.generics, decl.generics.args);
  unsigned errors = diags.getNumErrors();
  ScopeMark scope = pushScope(); // depth 1: parameters
  for (VarDecl *param : decl.params)
    declareVar(param);
  for (VarDecl *dimension : decl.dimensions)
    declareVar(dimension);
  bool reachesEnd = checkBlock(*decl.body);
  popScope(scope);
  if (reachesEnd && !decl.resultType->isVoid() && !decl.resultType->isError())
    diags.report(decl.body->end.empty() ? decl.name : decl.body->end,
                 diag::missing_return, decl.name, decl.resultType->str());
  if (frameBytes > SemaLimits::maxFrameBytes)
    diags.report(decl.name, diag::frame_too_large, decl.getDisplayName(),
                 frameBytes);
  decl.hasErrors = diags.getNumErrors() != errors;
  if (!decl.hasErrors && !decl.pattern)
    checkSizes(decl);
  typeParams.clear();
  function = nullptr;
}

void Sema::checkAgent(AgentDecl &decl) {
  agent = &decl;
  frameBytes = 0;
  // Init's names stay visible for Loop: they are the agent's state.
  ScopeMark stateScope = pushScope();
  checkSettings();
  for (Block *block : {decl.init, decl.loop}) {
    if (!block)
      continue;
    unsigned errors = diags.getNumErrors();
    inLoopSection = block == decl.loop;
    ScopeMark scope{0};
    if (inLoopSection)
      scope = pushScope();
    atSectionLevel = true;
    checkStatements(*block);
    if (inLoopSection)
      popScope(scope);
    decl.hasErrors |= diags.getNumErrors() != errors;
  }
  // Only now all types are known.
  closeOpenNames();
  for (CallExpr *call : printCalls)
    addUnits(call);
  reportInferred();
  popScope(stateScope);
  if (frameBytes > SemaLimits::maxFrameBytes)
    diags.report(decl.range, diag::frame_too_large, decl.name, frameBytes);
  agent = nullptr;
}

bool flux::checkEntry(const Module &module, StringRef title, StringRef input,
                      DiagnosticEngine &diags) {
  if (module.main ||
      (module.agent && (module.agent->init || module.agent->loop)))
    return true;
  auto report = diags.report(title.empty() ? llvm::SMRange()
                                           : DiagnosticEngine::rangeOf(title),
                             diag::nothing_to_run, input);
  for (const FunctionDecl *function : module.functions)
    if (editDistance(function->name, "main", 1) <= 1) {
      report.fixIt(DiagnosticEngine::rangeOf(function->name), "main");
      break;
    }
  report
      .note("write 'fn main() { ... }' in a flux block, or steps under "
            "'## Init' or '## Loop'")
      .note("'--emit=obj' compiles documents that are not programs");
  return false;
}
