//===- SemaCall.cpp - calls of functions and built-ins --------------------===//
//
// Built-in functions have signatures in the language's own syntax
// (Builtins.def), with a few words for "some number": this file reads them and
// binds those words at each call.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"
#include "llvm/ADT/SmallVector.h"

using namespace flux;
using llvm::StringRef;

namespace {

/// A signature of Builtins.def, split into words.
struct Signature {
  llvm::SmallVector<StringRef, 4> params; ///< types
  StringRef result;                       ///< empty: nothing
  bool takesAny = false;                  ///< `any...`
};

} // namespace

static Signature parseSignature(StringRef text) {
  Signature signature;
  auto [params, result] = text.split(')');
  params = params.drop_front(); // '('
  signature.result = result.split("-> ").second.trim();
  if (params == "any...") {
    signature.takesAny = true;
    return signature;
  }
  while (!params.empty()) {
    StringRef param;
    std::tie(param, params) = params.split(", ");
    signature.params.push_back(param.split(": ").second);
  }
  return signature;
}

/// True if \p word stands for a class of types.
static bool isTypeClass(StringRef word) {
  return word == "num" || word == "int" || word == "float";
}

static bool isInClass(const Type *type, StringRef word) {
  return word == "num"   ? type->actsAsNumber()
         : word == "int" ? type->actsAsInt()
                         : type->actsAsFloat();
}

static const Type *lookupSignatureType(StringRef word, TypeContext &types) {
  const Type *u8 = types.getInt(8, false);
  if (word == "[u8]")
    return types.getSlice(u8, false);
  if (word == "[var u8]")
    return types.getSlice(u8, true);
  return types.lookupBuiltin(word);
}

bool Sema::checkArgCount(CallExpr *expr, size_t expected) {
  if (expr->args.size() == expected)
    return true;
  for (Expr *arg : expr->args)
    if (!arg->type)
      check(arg);
  diags.report(expr->range, diag::wrong_argument_count, expr->name, expected,
               expected == 1 ? "" : "s", expr->args.size());
  return false;
}

/// Checks the arguments of a call that was reported.
const Type *Sema::checkArgs(CallExpr *expr) {
  for (Expr *arg : expr->args)
    if (!arg->type)
      check(arg, types.getError());
  return types.getError();
}

/// True if \p type is a struct with a field \p name.
static bool hasField(const Type *type, StringRef name) {
  return type && type->isStruct() &&
         llvm::any_of(type->decl->fields, [&](const FieldDecl &field) {
           return field.name == name;
         });
}

const Type *Sema::checkCall(CallExpr *expr, const Type *expected) {
  if (expr->target)
    return checkValueCall(expr);
  if (EnumDecl *decl = lookupEnum(expr->module))
    return checkEnumCall(expr, *decl, expected);
  const ModuleName *entry = nullptr;
  if (ImportDecl *import = findImport(expr->module)) {
    entry = findExport(*import, expr->name);
    if (!entry && !findBuiltin(expr->module, expr->name)) {
      for (Expr *arg : expr->args)
        check(arg);
      reportNotExported(*import, expr->name);
      return types.getError();
    }
  } else if (expr->module.empty()) {
    entry = lookupModuleName(expr->name);
  }
  if (!entry && !expr->module.empty()) {
    expr->builtin = findBuiltin(expr->module, expr->name);
    if (expr->builtin) {
      if (refuseTypeArgs(expr->name, expr->typeArgs))
        return checkArgs(expr);
      return checkBuiltinCall(expr, expected);
    }
    const Type *holder = nullptr;
    if (VarDecl *var = lookupVar(expr->module)) {
      holder = var->type;
    } else if (const ModuleName *entry = lookupModuleName(expr->module);
               entry && entry->kind == ModuleName::Const) {
      resolveConst(*static_cast<ConstDecl *>(entry->decl));
      holder = static_cast<ConstDecl *>(entry->decl)->type;
    }
    if (hasField(holder, expr->name)) {
      StringRef range(expr->module.begin(),
                      expr->name.end() - expr->module.begin());
      expr->target = context.make<MemberExpr>(
          range, context.make<NameExpr>(expr->module), expr->name);
      return checkValueCall(expr);
    }
    for (Expr *arg : expr->args)
      check(arg);
    llvm::SmallVector<StringRef> candidates;
    if (isBuiltinModule(expr->module)) {
      for (const Builtin &builtin : getBuiltins())
        if (builtin.module == expr->module)
          candidates.push_back(builtin.name);
      auto report = diags.report(expr->name, diag::unknown_module_function,
                                 expr->module, expr->name);
      if (StringRef near = findNearMiss(expr->name, candidates); !near.empty())
        offerName(report, diags, expr->name, near);
    } else if (expr->module.contains('.')) {
      diags.report(expr->name, diag::no_methods, expr->name)
          .note("write '" + expr->name + "(" + expr->module + ", ...)'");
    } else if (VarDecl *var = lookupVar(expr->module)) {
      diags.report(expr->name, diag::no_methods, expr->name)
          .note("write '" + expr->name + "(" + var->name + ", ...)'");
    } else {
      reportUnknownModule(expr->module);
    }
    return types.getError();
  }

  if (entry) {
    if (entry->kind == ModuleName::Function) {
      auto *callee = static_cast<FunctionDecl *>(entry->decl);
      expr->callee = callee;
      checkTileCall(expr);
      if (!callee->resultType) // asked for by a constant
        resolveSignature(*callee);
      bool isGeneric = callee->generics.isGeneric();
      if (!isGeneric)
        refuseTypeArgs(expr->name, expr->typeArgs);
      if (!checkArgCount(expr, callee->params.size()))
        return isGeneric ? types.getError() : callee->resultType;
      if (isGeneric) {
        callee = resolveGenericCall(expr, *callee, expected);
        if (!callee)
          return types.getError();
        expr->callee = callee;
      }
      noteCall(expr->range, callee);
      bool isGood = true;
      for (auto [arg, param] : llvm::zip(expr->args, callee->params)) {
        acceptsSizes = // what is wrong with the parameter was said
            param->type->isError() && llvm::isa<SliceRangeExpr>(arg);
        isGood &= checkArgument(arg, *param);
        acceptsSizes = false;
      }
      checkExclusive(*expr);
      if (isGood && callee->isTile)
        checkShapes(*expr);
      return callee->resultType;
    }
    if (entry->kind == ModuleName::Const) {
      if (refuseTypeArgs(expr->name, expr->typeArgs))
        return checkArgs(expr);
      expr->target = context.make<NameExpr>(expr->name);
      return checkValueCall(expr);
    }
    for (Expr *arg : expr->args)
      check(arg);
    if (entry->kind == ModuleName::Struct) {
      auto *decl = static_cast<StructDecl *>(entry->decl);
      auto report =
          diags.report(expr->range, diag::struct_without_names, decl->name);
      if (!decl->fields.empty())
        report.note("write '" + decl->name + "(" + decl->fields[0].name +
                    ": ..." + (decl->fields.size() > 1 ? ", ...)'" : ")'"));
      return types.getError();
    }
  }
  if (expr->module.empty() && (expr->name == "some" || expr->name == "none" ||
                               expr->name == "ok" || expr->name == "err"))
    return checkBuiltinVariant(expr, expected);
  if (const Builtin *builtin = findBuiltin("", expr->name)) {
    expr->builtin = builtin;
    if (refuseTypeArgs(expr->name, expr->typeArgs))
      return checkArgs(expr);
    return checkBuiltinCall(expr, expected);
  }
  if (lookupVar(expr->name)) {
    if (refuseTypeArgs(expr->name, expr->typeArgs))
      return checkArgs(expr);
    expr->target = context.make<NameExpr>(expr->name);
    return checkValueCall(expr);
  }
  for (Expr *arg : expr->args)
    check(arg);
  auto report = diags.report(expr->name, diag::unknown_function, expr->name);
  if (StringRef near = suggestName(expr->name); !near.empty()) {
    offerName(report, diags, expr->name, near);
  } else {
    for (const Builtin &builtin : getBuiltins())
      if (builtin.name == expr->name) {
        report.fixIt(DiagnosticEngine::rangeOf(expr->name),
                     builtin.getFullName());
        break;
      }
  }
  return types.getError();
}

const Type *Sema::checkSlice(CallExpr *expr, const Type *expected) {
  if (!checkArgCount(expr, 2))
    return types.getError();
  bool good = checkSliceRegion(expr);
  good &= expect(expr->args[0], types.getI64(), "the number of elements");
  const Type *element = nullptr;
  if (expected && expected->isSlice()) {
    element = expected->element;
    good &= expect(expr->args[1], element, "the element");
  } else {
    element = check(expr->args[1]);
    if (element->isVoid())
      diags.report(expr->args[1]->range, diag::no_value);
  }
  if (!good || element->isError() || element->isVoid())
    return types.getError();
  return types.getSlice(element, true);
}

const Type *Sema::checkHash(CallExpr *expr) {
  if (!checkArgCount(expr, 1))
    return types.getError();
  const Type *type = check(expr->args[0]);
  if (type->isError())
    return type;
  if (type->satisfies(Constraint::Hash))
    return types.getInt(64, false);
  diags.report(expr->args[0]->range, diag::bad_builtin_argument, "hash",
               "a value that is 'hash'", type->str());
  return types.getError();
}

const Type *Sema::checkBuiltinCall(CallExpr *expr, const Type *expected) {
  const Builtin &builtin = *expr->builtin;
  checkTileCall(expr);
  if (builtin.effects)
    noteEffect(expr->range, builtin.effects,
               context.copyString(builtin.getFullName()));
  if (builtin.module.empty() && builtin.name == "slice")
    return checkSlice(expr, expected);
  if (builtin.module.empty() && builtin.name == "hash")
    return checkHash(expr);
  if (builtin.module.empty() && builtin.name == "discard")
    return checkDiscard(expr);

  Signature signature = parseSignature(builtin.signature);
  if (signature.takesAny) {
    if (inSteps())
      printCalls.push_back(expr);
    for (Expr *arg : expr->args) {
      const Type *type = inSteps() ? checkWeakly(arg) : check(arg);
      if (type->isVoid())
        diags.report(arg->range, diag::no_value);
      else if (!type->isPrintable()) {
        auto report =
            diags.report(arg->range, diag::not_printable, type->str());
        if (type->isEnum())
          report.note("enums print if all of their fields do");
        if (type->isSlice() && type->element == types.getInt(8, false))
          report.note("write bytes with 'console.write', or convert them "
                      "with 'str(...)'");
      }
    }
    return types.getVoid();
  }
  if (!checkArgCount(expr, signature.params.size()))
    return types.getError();

  // A class word is bound by the first argument that has a type of its own.
  const Type *bound = nullptr;
  StringRef boundWord;
  bool good = true;
  for (auto [arg, word] : llvm::zip(expr->args, signature.params)) {
    if (!isTypeClass(word))
      continue;
    boundWord = word;
    if (bound || isUntyped(arg))
      continue;
    bound = check(arg);
  }
  if (!boundWord.empty() && !bound) {
    const Type *hint =
        expected && isInClass(expected, boundWord) ? expected : nullptr;
    bound = boundWord == "float" ? (hint ? hint : types.getF64())
                                 : defaultType(expr->args[0], hint);
  }
  if (bound && bound->isError())
    good = false;
  else if (bound && !isInClass(bound, boundWord)) {
    diags.report(expr->args[0]->range, diag::bad_builtin_argument,
                 builtin.getFullName(),
                 boundWord == "num"   ? "a number"
                 : boundWord == "int" ? "an integer"
                                      : "a float",
                 bound->str());
    good = false;
  }
  for (auto [arg, word] : llvm::zip(expr->args, signature.params)) {
    const Type *type =
        isTypeClass(word) ? bound : lookupSignatureType(word, types);
    if (!good && isTypeClass(word)) {
      if (!arg->type)
        check(arg);
      continue;
    }
    if (arg->type) { // bound the class word
      if (!isAssignable(arg->type, type)) {
        reportMismatch(arg, type, "the argument");
        good = false;
      }
      continue;
    }
    good &= expect(arg, type, "the argument");
  }
  if (!good)
    return types.getError();
  if (signature.result.empty() || signature.result == "never")
    return types.getVoid();
  return isTypeClass(signature.result)
             ? bound
             : lookupSignatureType(signature.result, types);
}
