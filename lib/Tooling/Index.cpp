//===- Index.cpp - which name means what, by place ------------------------===//
//
// Walks the tree once and notes each name with what it means.  Names are known
// by the place of their declaration.  The tree may be that of a wrong document:
// whatever Sema could not resolve is left out.
//
//===----------------------------------------------------------------------===//
#include "flux/Tooling/Index.h"
#include "flux/Frontend/StepNodes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux;
using llvm::cast;
using llvm::StringRef;

namespace flux {

class Indexer {
public:
  Indexer(Index &index, const Module &module, const Document &document,
          StringRef text)
      : index(index), module(module), document(document), text(text) {}
  void run();

private:
  bool isInText(StringRef range) const {
    return range.begin() >= text.begin() && range.end() <= text.end();
  }
  unsigned declare(Symbol symbol);
  void addUse(StringRef range, const void *key);
  void declareVar(const VarDecl *var, SymbolKind kind);
  void walk(const FunctionDecl &decl);
  void walk(const AgentDecl &decl);
  void walk(const TypeExpr *type);
  void walk(const Expr *expr);
  void walk(const Stmt *stmt);
  void walkBlock(const Block *block);
  void declareFields(llvm::ArrayRef<FieldDecl> fields, const Symbol &owner);
  void declareTypes();
  void walkBinding(StringRef name, const VarDecl *var);
  void walkFields(const StructLiteralExpr *expr);
  void walkAll(llvm::ArrayRef<TypeExpr *> types) {
    for (const TypeExpr *type : types)
      walk(type);
  }
  void addFunction(StringRef use, const FunctionDecl &function);
  void walkPattern(const Pattern &pattern, const Type *subject);
  void addVariant(StringRef owner, StringRef name, const VariantDecl &variant);
  const char *getSectionEnd(StringRef place) const;

  Index &index;
  const Module &module;
  const Document &document;
  StringRef text;
  llvm::DenseMap<const void *, unsigned> numbers; ///< by the name's place
  llvm::DenseMap<StringRef, const void *> types;  ///< places of their names
  const char *scopeEnd = nullptr;
};

} // namespace flux

//===----------------------------------------------------------------------===//
// Symbols
//===----------------------------------------------------------------------===//

unsigned Indexer::declare(Symbol symbol) {
  const void *key = symbol.builtin
                        ? static_cast<const void *>(symbol.builtin)
                        : static_cast<const void *>(symbol.name.data());
  auto [it, isNew] = numbers.try_emplace(key, index.symbols.size());
  if (isNew) {
    symbol.isForeign = !symbol.builtin && !isInText(symbol.name);
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
  symbol.kind = var->kind == VarDecl::State ? SymbolKind::State : kind;
  symbol.name = var->name;
  symbol.type = var->type;
  symbol.var = var;
  const char *begin = var->name.begin();
  symbol.scope = StringRef(begin, std::max(scopeEnd, begin) - begin);
  declare(symbol);
}

const char *Indexer::getSectionEnd(StringRef place) const {
  for (const Section &section : document.sections)
    if (place.begin() >= section.range.begin() &&
        place.begin() < section.range.end())
      return section.range.end();
  return text.end();
}

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

void Indexer::walk(const TypeExpr *type) {
  if (!type)
    return;
  if (type->kind == TypeExpr::Named) {
    auto it = types.find(type->name);
    if (it != types.end())
      addUse(type->name, it->second);
  }
  walk(type->element);
  walk(type->error);
  walk(type->count);
  walkAll(type->args);
}

void Indexer::addFunction(StringRef use, const FunctionDecl &function) {
  Symbol symbol;
  symbol.kind = SymbolKind::Function;
  symbol.name = function.name;
  symbol.type = function.resultType;
  symbol.function = &function;
  if (!isInText(symbol.name))
    declare(symbol);
  addUse(use, function.name.data());
}

/// `owner.name`, which means \p variant.
void Indexer::addVariant(StringRef owner, StringRef name,
                         const VariantDecl &variant) {
  if (auto it = types.find(owner); it != types.end())
    addUse(owner, it->second);
  addUse(name, variant.name.data());
}

void Indexer::walkFields(const StructLiteralExpr *expr) {
  llvm::ArrayRef<FieldDecl> fields;
  walkAll(expr->typeArgs);
  if (expr->variant) {
    addVariant(expr->module, expr->name, *expr->variant);
    fields = expr->variant->fields;
  } else if (auto it = types.find(expr->name); it != types.end()) {
    addUse(expr->name, it->second);
    if (expr->type && expr->type->isStruct())
      fields = expr->type->decl->fields;
  }
  for (const FieldInit &init : expr->fields) {
    for (const FieldDecl &field : fields)
      if (field.name == init.name)
        addUse(init.name, field.name.data());
    walk(init.value);
  }
}

void Indexer::walkPattern(const Pattern &pattern, const Type *subject) {
  walk(pattern.low);
  walk(pattern.high);
  if (pattern.kind == Pattern::Name && subject && subject->isEnum())
    for (const VariantDecl &variant : subject->enumDecl->variants)
      if (variant.name == pattern.name)
        addUse(pattern.name, variant.name.data());
  for (const VarDecl *var : pattern.bindings)
    declareVar(var, SymbolKind::Variable);
}

void Indexer::walk(const Expr *expr) {
  if (!expr)
    return;
  if (expr->type && isInText(expr->range) && !expr->range.empty())
    index.exprs.push_back(expr);
  switch (expr->kind) {
  case Expr::IntLiteral:
  case Expr::FloatLiteral:
  case Expr::BoolLiteral:
  case Expr::StrLiteral:
  case Expr::Invalid:
    return;
  case Expr::Name: {
    const auto *e = cast<NameExpr>(expr);
    if (e->var) {
      addUse(e->name, e->var->name.data());
    } else if (e->constant) {
      Symbol symbol;
      symbol.kind = SymbolKind::Constant;
      symbol.name = e->constant->name;
      symbol.type = e->constant->type;
      symbol.constant = e->constant;
      if (!isInText(symbol.name))
        declare(symbol);
      addUse(e->name, e->constant->name.data());
    } else if (e->function) {
      addFunction(e->name, *e->function);
    }
    return walkAll(e->typeArgs);
  }
  case Expr::Unary:
    return walk(cast<UnaryExpr>(expr)->operand);
  case Expr::Binary: {
    // Long chains lean to the left.
    llvm::SmallVector<const Expr *, 8> rights;
    const Expr *left = expr;
    while (const auto *e = llvm::dyn_cast_or_null<BinaryExpr>(left)) {
      rights.push_back(e->rhs);
      left = e->lhs;
    }
    walk(left);
    for (const Expr *right : llvm::reverse(rights))
      walk(right);
    return;
  }
  case Expr::Call: {
    const auto *e = cast<CallExpr>(expr);
    walkAll(e->typeArgs);
    if (e->callee) {
      addFunction(e->name, *e->callee);
    } else if (e->variant && !e->module.empty()) {
      addVariant(e->module, e->name, *e->variant);
    } else if (e->builtin && isInText(e->name)) {
      Symbol symbol;
      symbol.kind = SymbolKind::Builtin;
      symbol.name = e->builtin->name;
      symbol.builtin = e->builtin;
      declare(symbol);
      const char *begin =
          e->module.empty() ? e->name.begin() : e->module.begin();
      addUse(StringRef(begin, e->name.end() - begin), e->builtin);
    }
    for (const Expr *arg : e->args)
      walk(arg);
    if (e->regionVar && !e->region.empty())
      addUse(e->region, e->regionVar->name.data());
    return;
  }
  case Expr::StructLiteral:
    return walkFields(cast<StructLiteralExpr>(expr));
  case Expr::Convert:
    return walk(cast<ConvertExpr>(expr)->operand);
  case Expr::Index: {
    const auto *e = cast<IndexExpr>(expr);
    walk(e->base);
    return walk(e->index);
  }
  case Expr::SliceRange: {
    const auto *e = cast<SliceRangeExpr>(expr);
    walk(e->base);
    walk(e->low);
    return walk(e->high);
  }
  case Expr::Member: {
    const auto *e = cast<MemberExpr>(expr);
    if (e->variant) {
      const auto *owner = cast<NameExpr>(e->base);
      addVariant(owner->range, e->name, *e->variant);
      return walkAll(owner->typeArgs);
    }
    walk(e->base);
    const Type *type = e->base ? e->base->type : nullptr;
    if (type && type->isStruct() && type->decl)
      for (const FieldDecl &field : type->decl->fields)
        if (field.name == e->name)
          addUse(e->name, field.name.data());
    return;
  }
  case Expr::ArrayLiteral:
    for (const Expr *element : cast<ArrayLiteralExpr>(expr)->elements)
      walk(element);
    return;
  case Expr::ArrayFill: {
    const auto *e = cast<ArrayFillExpr>(expr);
    walk(e->value);
    return walk(e->count);
  }
  case Expr::Try:
    return walk(cast<TryExpr>(expr)->operand);
  case Expr::InUnit:
    return walk(cast<InUnitExpr>(expr)->operand);
  case Expr::Tuple:
    for (const Expr *element : cast<TupleExpr>(expr)->elements)
      walk(element);
    return;
  }
}

void Indexer::walkBlock(const Block *block) {
  if (!block)
    return;
  const char *outer = scopeEnd;
  if (!block->end.empty() && isInText(block->end))
    scopeEnd = block->end.end();
  // Where braces are missing, a scope ends where what follows it begins.
  const char *end = scopeEnd;
  for (size_t i = 0; i < block->statements.size(); ++i) {
    const Stmt *stmt = block->statements[i];
    bool isNested = !llvm::isa<DeclStmt, SetStmt, ReadStmt, MessageStmt>(stmt);
    scopeEnd = end;
    if (isNested && i + 1 < block->statements.size() &&
        isInText(block->statements[i + 1]->range))
      scopeEnd = block->statements[i + 1]->range.begin();
    walk(stmt);
  }
  scopeEnd = outer;
}

/// A step that binds \p name, or changes what it is bound to.
void Indexer::walkBinding(StringRef name, const VarDecl *var) {
  if (!var)
    return;
  declareVar(var, SymbolKind::Variable);
  if (name.data() != var->name.data())
    addUse(name, var->name.data());
}

void Indexer::walk(const Stmt *stmt) {
  if (!stmt)
    return;
  switch (stmt->kind) {
  case Stmt::Block:
    return walkBlock(cast<Block>(stmt));
  case Stmt::Decl: {
    const VarDecl *var = cast<DeclStmt>(stmt)->var;
    walk(var->typeExpr);
    walk(var->init);
    return declareVar(var, SymbolKind::Variable);
  }
  case Stmt::DeclTuple: {
    const auto *s = cast<DeclTupleStmt>(stmt);
    walk(s->init);
    for (const VarDecl *var : s->vars)
      declareVar(var, SymbolKind::Variable);
    return;
  }
  case Stmt::Match: {
    const auto *s = cast<MatchStmt>(stmt);
    walk(s->subject);
    for (const MatchArm &arm : s->arms) {
      const char *outer = scopeEnd;
      if (arm.body && !arm.body->end.empty())
        scopeEnd = arm.body->end.end();
      for (const Pattern &pattern : arm.patterns)
        walkPattern(pattern, s->subject ? s->subject->type : nullptr);
      walkBlock(arm.body);
      scopeEnd = outer;
    }
    return walkBlock(s->elseBlock);
  }
  case Stmt::Region: {
    const auto *s = cast<RegionStmt>(stmt);
    walk(s->size);
    declareVar(s->var, SymbolKind::Variable);
    return walkBlock(s->body);
  }
  case Stmt::Expect:
    return walk(cast<ExpectStmt>(stmt)->condition);
  case Stmt::Assign: {
    const auto *s = cast<AssignStmt>(stmt);
    walk(s->place);
    return walk(s->value);
  }
  case Stmt::Expression:
    return walk(cast<ExprStmt>(stmt)->expr);
  case Stmt::If:
    while (const auto *s = llvm::dyn_cast_or_null<IfStmt>(stmt)) {
      walk(s->condition);
      walkBlock(s->thenBlock);
      stmt = s->elseStmt;
    }
    return walk(stmt);
  case Stmt::While: {
    const auto *s = cast<WhileStmt>(stmt);
    walk(s->condition);
    return walkBlock(s->body);
  }
  case Stmt::Loop:
    return walkBlock(cast<LoopStmt>(stmt)->body);
  case Stmt::ForRange: {
    const auto *s = cast<ForRangeStmt>(stmt);
    walk(s->low);
    walk(s->high);
    if (s->body && !s->body->end.empty())
      scopeEnd = s->body->end.end();
    declareVar(s->var, SymbolKind::Variable);
    return walkBlock(s->body);
  }
  case Stmt::ForEach: {
    const auto *s = cast<ForEachStmt>(stmt);
    walk(s->sequence);
    if (s->body && !s->body->end.empty())
      scopeEnd = s->body->end.end();
    declareVar(s->index, SymbolKind::Variable);
    declareVar(s->var, SymbolKind::Variable);
    return walkBlock(s->body);
  }
  case Stmt::Break:
  case Stmt::Continue:
  case Stmt::Yield:
    return;
  case Stmt::Return:
    return walk(cast<ReturnStmt>(stmt)->value);
  case Stmt::Trap:
    return walk(cast<TrapStmt>(stmt)->message);
  case Stmt::Defer:
    return walkBlock(cast<DeferStmt>(stmt)->body);
  case Stmt::Set: {
    const auto *s = cast<SetStmt>(stmt);
    walk(s->value);
    return walkBinding(s->name, s->var);
  }
  case Stmt::Every:
    return walkBlock(cast<EveryStmt>(stmt)->body);
  case Stmt::Read:
    return walkBinding(cast<ReadStmt>(stmt)->name, cast<ReadStmt>(stmt)->var);
  case Stmt::Message: {
    const auto *s = cast<MessageStmt>(stmt);
    for (const Expr *arg : s->args)
      walk(arg);
    walkBinding(s->name, s->var);
    return walkBlock(s->onFailure);
  }
  case Stmt::When:
    for (const VarDecl *param : cast<WhenStmt>(stmt)->params)
      declareVar(param, SymbolKind::Variable);
    return walkBlock(cast<WhenStmt>(stmt)->body);
  case Stmt::Wait:
    walk(cast<WaitStmt>(stmt)->condition);
    return walk(cast<WaitStmt>(stmt)->time);
  }
}

void Indexer::walk(const FunctionDecl &decl) {
  scopeEnd = getSectionEnd(decl.range);
  if (decl.body && !decl.body->end.empty())
    scopeEnd = decl.body->end.end();
  for (const VarDecl *param : decl.params) {
    walk(param->typeExpr);
    declareVar(param, SymbolKind::Parameter);
  }
  walk(decl.resultExpr);
  walkBlock(decl.body);
}

void Indexer::walk(const AgentDecl &decl) {
  scopeEnd = text.end();
  for (const SettingDecl *setting : module.settings)
    declareVar(setting->var, SymbolKind::Variable);
  // Names of Init come first: Loop uses them.
  for (const Block *block : {decl.init, decl.loop}) {
    if (!block)
      continue;
    scopeEnd = getSectionEnd(block->range);
    walkBlock(block);
  }
}

/// Declares fields whose owner is that of \p owner.
void Indexer::declareFields(llvm::ArrayRef<FieldDecl> fields,
                            const Symbol &owner) {
  for (const FieldDecl &field : fields) {
    Symbol symbol = owner;
    symbol.kind = SymbolKind::Field;
    symbol.name = field.name;
    symbol.type = field.type;
    declare(symbol);
  }
}

void Indexer::declareTypes() {
  for (StructDecl *decl : module.structs) {
    types.try_emplace(decl->name, decl->name.data());
    Symbol symbol;
    symbol.kind = SymbolKind::Struct;
    symbol.name = decl->name;
    symbol.structure = decl;
    declare(symbol);
    declareFields(decl->fields, symbol);
  }
  for (EnumDecl *decl : module.enums) {
    types.try_emplace(decl->name, decl->name.data());
    Symbol symbol;
    symbol.kind = SymbolKind::Enum;
    symbol.name = decl->name;
    symbol.enumeration = decl;
    declare(symbol);
    for (const VariantDecl &variant : decl->variants) {
      symbol.kind = SymbolKind::Variant;
      symbol.name = variant.name;
      symbol.variant = &variant;
      declare(symbol);
      declareFields(variant.fields, symbol);
    }
  }
}

void Indexer::run() {
  declareTypes();
  for (const ConstDecl *decl : module.constants) {
    Symbol symbol;
    symbol.kind = SymbolKind::Constant;
    symbol.name = decl->name;
    symbol.type = decl->type;
    symbol.constant = decl;
    declare(symbol);
  }
  for (const FunctionDecl *decl : module.functions) {
    if (decl->testNumber)
      continue; // nothing can name a test
    Symbol symbol;
    symbol.kind = SymbolKind::Function;
    symbol.name = decl->name;
    symbol.type = decl->resultType;
    symbol.function = decl;
    declare(symbol);
  }

  for (const StructDecl *decl : module.structs)
    for (const FieldDecl &field : decl->fields)
      walk(field.typeExpr);
  for (const EnumDecl *decl : module.enums)
    for (const VariantDecl &variant : decl->variants)
      for (const FieldDecl &field : variant.fields)
        walk(field.typeExpr);
  for (const ConstDecl *decl : module.constants) {
    walk(decl->typeExpr);
    walk(decl->init);
  }
  for (const FunctionDecl *decl : module.functions)
    walk(*decl);
  if (module.agent)
    walk(*module.agent);

  // Of two readings of one name the declaration wins.
  llvm::sort(index.occurrences, [](const Occurrence &a, const Occurrence &b) {
    return std::tuple(a.range.begin(), !a.declares, a.symbol) <
           std::tuple(b.range.begin(), !b.declares, b.symbol);
  });
  index.occurrences.erase(
      std::unique(index.occurrences.begin(), index.occurrences.end(),
                  [](const Occurrence &a, const Occurrence &b) {
                    return a.range.begin() == b.range.begin();
                  }),
      index.occurrences.end());
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
    case SymbolKind::State:
      isVisible = place > symbol.scope.begin();
      break;
    case SymbolKind::Field:
    case SymbolKind::Variant:
    case SymbolKind::Builtin:
      isVisible = false;
      break;
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
