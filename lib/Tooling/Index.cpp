//===- Index.cpp - which name means what, by place ------------------------===//
//
// Names are known by the place of their declaration.  What is declared in
// another document, or nowhere, becomes a symbol when something names it.
//
//===----------------------------------------------------------------------===//
#include "Indexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Symbols
//===----------------------------------------------------------------------===//

unsigned Indexer::declare(Symbol symbol) {
  const void *key = symbol.name.data();
  if (symbol.builtin)
    key = symbol.builtin;
  if (symbol.import) // several may be named by one text
    key = symbol.import;
  auto [it, isNew] = numbers.try_emplace(key, index.symbols.size());
  if (isNew) {
    symbol.isForeign = symbol.kind == SymbolKind::Fact ||
                       (!symbol.builtin && !isInText(symbol.name));
    if (!symbol.builtin && !symbol.isForeign)
      index.occurrences.push_back({symbol.name, it->second, true});
    index.symbols.push_back(symbol);
  }
  return it->second;
}

/// Notes that the name at \p range means what is declared at \p key.
void Indexer::addUse(StringRef range, const void *key) {
  auto it = numbers.find(key);
  if (it != numbers.end() && isInText(range) && !range.empty())
    index.occurrences.push_back({range, it->second, false});
}

void Indexer::declareVar(const VarDecl *var, SymbolKind kind) {
  if (!var || var->name.empty() || var->name == "_" || !isInText(var->name))
    return;
  Symbol symbol;
  symbol.kind = var->kind == VarDecl::State     ? SymbolKind::State
                : var->kind == VarDecl::Setting ? SymbolKind::Setting
                                                : kind;
  symbol.name = var->name;
  symbol.type = var->type;
  symbol.var = var;
  const char *begin = var->name.begin();
  symbol.scope = StringRef(begin, std::max(scopeEnd, begin) - begin);
  declare(symbol);
}

//===----------------------------------------------------------------------===//
// Uses: what is declared elsewhere becomes a symbol when something names it
//===----------------------------------------------------------------------===//

void Indexer::useVar(StringRef range, const VarDecl &var) {
  if (var.fact) {
    Symbol symbol;
    symbol.kind = SymbolKind::Fact;
    symbol.name = var.name;
    symbol.type = var.type;
    symbol.var = &var;
    declare(symbol);
  }
  addUse(range, var.name.data());
}

Symbol Indexer::makeSymbol(const FunctionDecl &decl) {
  Symbol symbol;
  symbol.kind = SymbolKind::Function;
  symbol.name = decl.name;
  symbol.type = decl.resultType;
  symbol.function = &decl;
  return symbol;
}

Symbol Indexer::makeSymbol(const ConstDecl &decl) {
  Symbol symbol;
  symbol.kind = SymbolKind::Constant;
  symbol.name = decl.name;
  symbol.type = decl.type;
  symbol.constant = &decl;
  return symbol;
}

Symbol Indexer::makeSymbol(StructDecl &decl) {
  Symbol symbol;
  symbol.kind = SymbolKind::Struct;
  symbol.name = decl.name;
  symbol.structure = &decl;
  return symbol;
}

Symbol Indexer::makeSymbol(EnumDecl &decl) {
  Symbol symbol;
  symbol.kind = SymbolKind::Enum;
  symbol.name = decl.name;
  symbol.enumeration = &decl;
  return symbol;
}

void Indexer::use(StringRef range, const Symbol &symbol) {
  if (!isInText(symbol.name))
    declare(symbol);
  addUse(range, symbol.name.data());
}

void Indexer::useFunction(StringRef range, const FunctionDecl &decl) {
  use(range, makeSymbol(decl.pattern ? *decl.pattern : decl));
}

void Indexer::useStruct(StringRef range, StructDecl &decl) {
  use(range, makeSymbol(decl.pattern ? *decl.pattern : decl));
}

void Indexer::useModule(StringRef range) {
  if (auto it = imports.find(range); it != imports.end())
    addUse(range, it->second);
}

/// What the declarations of \p owner are called, or those of one of its tests.
const Indexer::NameMap &Indexer::getNames(const Module &owner, unsigned scope) {
  auto [it, isNew] = names.try_emplace({&owner, scope});
  NameMap &map = it->second;
  if (!isNew)
    return map;
  auto isHere = [&](const auto *decl) {
    return getTestScope(owner, decl->name) == scope;
  };
  for (StructDecl *decl : owner.structs)
    if (isHere(decl))
      map[decl->name].structure = decl;
  for (EnumDecl *decl : owner.enums)
    if (isHere(decl))
      map[decl->name].enumeration = decl;
  for (const ConstDecl *decl : owner.constants)
    if (isHere(decl))
      map[decl->name].constant = decl;
  for (const FunctionDecl *decl : owner.functions)
    if (!decl->testNumber && isHere(decl))
      map[decl->name].function = decl;
  return map;
}

void Indexer::use(StringRef range, const Named &named) {
  if (named.structure)
    useStruct(range, *named.structure);
  else if (named.enumeration)
    use(range, makeSymbol(*named.enumeration));
  else if (named.constant)
    use(range, makeSymbol(*named.constant));
  else if (named.function)
    useFunction(range, *named.function);
}

/// A type of this document, a type parameter, or what an import gives without
/// its module.
void Indexer::useType(StringRef name) {
  if (auto it = locals.find(name); it != locals.end())
    return addUse(name, it->second);
  for (unsigned scope : {getTestScope(module, name), 0u}) {
    const NameMap &own = getNames(module, scope);
    if (auto it = own.find(name); it != own.end())
      return use(name, it->second);
  }
  use(name, imported.lookup(name));
}

/// \p owner tells whose the fields are.
void Indexer::useField(StringRef range, llvm::ArrayRef<FieldDecl> fields,
                       const Symbol &owner) {
  for (const FieldDecl &field : fields) {
    if (field.name != range)
      continue;
    if (!isInText(field.name)) {
      Symbol symbol = owner;
      symbol.kind = SymbolKind::Field;
      symbol.name = field.name;
      symbol.type = field.type;
      declare(symbol);
    }
    addUse(range, field.name.data());
  }
}

/// `owner.name`, which means \p variant of \p type.
void Indexer::useVariant(StringRef owner, StringRef name,
                         const VariantDecl &variant, const Type *type) {
  EnumDecl *decl = type && type->isEnum() ? type->enumDecl : nullptr;
  if (decl && decl->pattern)
    decl = decl->pattern;
  if (decl && decl->builtin == EnumDecl::User) {
    // `shapes.Shape` before the variant of an imported enum.
    auto [module, last] = owner.rsplit('.');
    if (!last.empty())
      useModule(module);
    use(last.empty() ? owner : last, makeSymbol(*decl));
    if (!isInText(variant.name)) {
      Symbol symbol;
      symbol.kind = SymbolKind::Variant;
      symbol.name = variant.name;
      symbol.enumeration = decl;
      symbol.variant = &variant;
      declare(symbol);
    }
  }
  addUse(name, variant.name.data());
}

void Indexer::noteTarget(StringRef name, std::vector<StringRef> &list) {
  if (!name.empty() && !llvm::is_contained(list, name))
    list.push_back(name);
}

const char *Indexer::getSectionEnd(StringRef place) const {
  for (const Section &section : document.sections)
    if (place.begin() >= section.range.begin() &&
        place.begin() < section.range.end())
      return section.range.end();
  return text.end();
}

//===----------------------------------------------------------------------===//
// Questions
//===----------------------------------------------------------------------===//

Index::Index(const Module &module, const Document &document, StringRef text) {
  Indexer(*this, module, document, text).run();
}

const Occurrence *Index::find(const char *place) const {
  auto it = llvm::partition_point(occurrences, [&](const Occurrence &entry) {
    return entry.range.begin() <= place;
  });
  if (it == occurrences.begin())
    return nullptr;
  --it;
  return place <= it->range.end() ? &*it : nullptr;
}

std::vector<Occurrence> Index::getOccurrencesOf(unsigned symbol) const {
  std::vector<Occurrence> result;
  for (const Occurrence &entry : occurrences)
    if (entry.symbol == symbol)
      result.push_back(entry);
  return result;
}

std::vector<const Symbol *> Index::getVisible(const char *place) const {
  std::vector<const Symbol *> result;
  for (const Symbol &symbol : symbols) {
    bool isVisible = true;
    switch (symbol.kind) {
    case SymbolKind::Variable:
    case SymbolKind::Parameter:
      isVisible = place > symbol.scope.begin() && place <= symbol.scope.end();
      break;
    case SymbolKind::TypeParam:
      isVisible = place > symbol.scope.begin() && place <= symbol.scope.end();
      break;
    case SymbolKind::State:
      isVisible = place > symbol.scope.begin();
      break;
    case SymbolKind::Field:
    case SymbolKind::Variant:
    case SymbolKind::Builtin:
    case SymbolKind::Fact:
      isVisible = false;
      break;
    case SymbolKind::Module:
    case SymbolKind::Setting:
    case SymbolKind::Constant:
    case SymbolKind::Function:
    case SymbolKind::Struct:
    case SymbolKind::Enum:
      break;
    }
    if (isVisible && !symbol.isForeign)
      result.push_back(&symbol);
  }
  return result;
}

const Expr *Index::findExpr(const char *place) const {
  const Expr *best = nullptr;
  for (const Expr *expr : exprs)
    if (expr->range.begin() <= place && place <= expr->range.end() &&
        (!best || expr->range.size() < best->range.size()))
      best = expr;
  return best;
}
