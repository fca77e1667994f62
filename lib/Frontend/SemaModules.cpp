//===- SemaModules.cpp - names of other documents -------------------------===//
//
// Each document is analysed by a Sema of its own, imported ones first.  What a
// document may use of another is what that one exports (MOD-3); whether a
// document is right does not depend on who imports it.
//
//===----------------------------------------------------------------------===//

#include "Lifetimes.h"
#include "Linear.h"
#include "SemaImpl.h"
#include "flux/Frontend/Effects.h"
#include "flux/Frontend/Imports.h"

using namespace flux;
using llvm::StringRef;

/// Appends \p module and what it imports, imported ones first.  Imports make
/// no cycles and are not nested deeply.
static void orderModules(Module &module, llvm::DenseSet<Module *> &seen,
                         std::vector<Module *> &order) {
  if (!seen.insert(&module).second)
    return;
  for (ImportDecl *import : module.imports)
    if (import->module)
      orderModules(*import->module, seen, order);
  order.push_back(&module);
}

bool flux::analyzeModule(Module &module, ASTContext &context,
                         DiagnosticEngine &diags) {
  unsigned before = diags.getNumErrors();
  llvm::DenseSet<Module *> seen;
  std::vector<Module *> order;
  orderModules(module, seen, order);
  SemaProgram program;
  std::vector<Module *> analysed;
  for (Module *part : order) {
    program.semas.push_back(
        std::make_unique<Sema>(*part, context, diags, program));
    program.byModule[part] = program.semas.back().get();
    program.semas.back()->run();
    analysed.push_back(part);
    // Whoever imports it would report the same faults once more.
    if (diags.getNumErrors() != before)
      break;
  }
  // Instances of one document may need instances of another one.
  for (bool again = true; again;) {
    again = false;
    for (const std::unique_ptr<Sema> &sema : program.semas)
      again |= sema->checkInstances();
  }
  for (const std::unique_ptr<Sema> &sema : program.semas)
    sema->findRecursiveTypes();
  checkLifetimes(analysed, diags);
  if (diags.getNumErrors() == before)
    checkLinear(analysed, diags);
  if (diags.getNumErrors() == before)
    checkEffects(analysed, context.effects, diags);
  return diags.getNumErrors() == before;
}

//===----------------------------------------------------------------------===//
// Imports
//===----------------------------------------------------------------------===//

void Sema::declareImports() {
  for (ImportDecl *import : module.imports)
    declareName(import->name, ModuleName::Import, import);
  for (ImportDecl *import : module.imports) {
    if (!import->module)
      continue;
    for (StringRef name : import->module->exports)
      if (const Builtin *builtin = findBuiltin(import->name, name))
        diags.report(import->name, diag::export_hides_builtin,
                     builtin->getFullName(), import->name);
    bool wasUsed = import->isUsed;
    for (StringRef name : import->names) {
      const ModuleName *entry = findExport(*import, name);
      if (entry)
        declareName(name, entry->kind, entry->decl, import);
      else
        reportNotExported(*import, name);
    }
    import->isUsed = wasUsed; // naming it here is no use
  }
}

ImportDecl *Sema::findImport(StringRef name) const {
  if (name.empty())
    return nullptr;
  auto it = names.find(name);
  if (it == names.end() || it->second.kind != ModuleName::Import)
    return nullptr;
  return static_cast<ImportDecl *>(it->second.decl);
}

const ModuleName *Sema::findExport(ImportDecl &import, StringRef name) {
  import.isUsed = true;
  if (!import.module)
    return nullptr;
  Sema &other = getSema(import.module);
  return other.exported.contains(name) ? other.lookupModuleName(name) : nullptr;
}

void Sema::reportNotExported(const ImportDecl &import, StringRef name) {
  auto report = diags.report(name, diag::not_exported, import.name, name);
  if (!import.module)
    return;
  Sema &other = getSema(import.module);
  if (const ModuleName *hidden = other.lookupModuleName(name)) {
    report.note(DiagnosticEngine::rangeOf(hidden->place),
                "it is declared here; '## export: " + name +
                    "' in that document exports it");
    return;
  }
  llvm::SmallVector<StringRef> candidates(import.module->exports.begin(),
                                          import.module->exports.end());
  for (const Builtin &builtin : getBuiltins())
    if (builtin.module == import.name)
      candidates.push_back(builtin.name);
  if (StringRef near = findNearMiss(name, candidates); !near.empty())
    offerName(report, diags, name, near);
}

void Sema::reportUnknownModule(StringRef name) {
  llvm::SmallVector<StringRef> candidates;
  for (const Builtin &builtin : getBuiltins())
    if (!builtin.module.empty())
      candidates.push_back(builtin.module);
  for (const ImportDecl *import : module.imports)
    candidates.push_back(import->name);
  llvm::sort(candidates);
  candidates.erase(llvm::unique(candidates), candidates.end());
  auto report = diags.report(name, diag::unknown_module, name);
  if (!findLibraryDocument("std/" + name.str()).empty())
    report.note("'## import: std/" + name + "' makes it known");
  else if (StringRef near = findNearMiss(name, candidates); !near.empty())
    offerName(report, diags, name, near);
}

const ModuleName *Sema::lookupQualified(StringRef qualifier, StringRef name) {
  ImportDecl *import = findImport(qualifier);
  if (!import) {
    reportUnknownModule(qualifier);
    return nullptr;
  }
  const ModuleName *entry = findExport(*import, name);
  if (!entry)
    reportNotExported(*import, name);
  return entry;
}

void Sema::checkImports() {
  if (module.isLibrary)
    return;
  for (const ImportDecl *import : module.imports)
    if (import->module && !import->isUsed)
      diags.report(import->range, diag::unused_import, import->name);
}

//===----------------------------------------------------------------------===//
// Exports
//===----------------------------------------------------------------------===//

void Sema::declareExports() {
  for (StringRef name : module.exports) {
    const ModuleName *entry = lookupModuleName(name);
    bool isOwn = entry && entry->kind != ModuleName::Import && !entry->import;
    if (!isOwn) {
      auto report = diags.report(name, diag::unknown_export, name);
      if (entry)
        report.note("a document exports only what it declares itself");
      else if (StringRef near = suggestName(name); !near.empty())
        offerName(report, diags, name, near);
    } else if (!exported.insert(name).second) {
      diags.report(name, diag::repeated_export, name);
    }
  }
}

void Sema::checkExportedType(StringRef place, const Type *type) {
  while (type && (type->isSlice() || type->isArray()))
    type = type->element;
  // Types that have no name of their own.
  if (type && type->isTuple())
    for (const FieldDecl &field : type->decl->fields)
      checkExportedType(place, field.type);
  if (type && (type->isOption() || type->isResult()))
    for (const VariantDecl &variant : type->enumDecl->variants)
      for (const FieldDecl &field : variant.fields)
        checkExportedType(place, field.type);
  StringRef name;
  if (type && type->isStruct() && type->decl->module == &module)
    name = type->decl->name;
  else if (type && type->isEnum() && type->enumDecl->module == &module)
    name = type->enumDecl->name;
  if (name.empty() || exported.contains(name))
    return;
  diags.report(place, diag::private_type, place, name)
      .note(DiagnosticEngine::rangeOf(name), "the type is declared here");
}

void Sema::checkExports() {
  for (StringRef name : module.exports) {
    const ModuleName *entry = lookupModuleName(name);
    if (!entry)
      continue; // reported
    switch (entry->kind) {
    case ModuleName::Function: {
      const auto *decl = static_cast<FunctionDecl *>(entry->decl);
      for (const VarDecl *param : decl->params)
        checkExportedType(decl->name, param->type);
      checkExportedType(decl->name, decl->resultType);
      break;
    }
    case ModuleName::Struct: {
      const auto *decl = static_cast<StructDecl *>(entry->decl);
      for (const FieldDecl &field : decl->fields)
        checkExportedType(decl->name, field.type);
      break;
    }
    case ModuleName::Enum: {
      const auto *decl = static_cast<EnumDecl *>(entry->decl);
      for (const VariantDecl &variant : decl->variants)
        for (const FieldDecl &field : variant.fields)
          checkExportedType(decl->name, field.type);
      break;
    }
    case ModuleName::Const:
      checkExportedType(name, static_cast<ConstDecl *>(entry->decl)->type);
      break;
    case ModuleName::Region:
      diags.report(name, diag::exported_region, name);
      break;
    case ModuleName::Import:
    case ModuleName::None:
      break;
    }
  }
}
