//===- Indexer.cpp - the walk that finds names ----------------------------===//
//
// Every node of the tree is visited once.  The tree may be that of a wrong
// document: whatever Sema could not resolve is left out.
//
//===----------------------------------------------------------------------===//
#include "Indexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux;
using llvm::cast;
using llvm::StringRef;

/// Declares the type parameters of a declaration, for as long as it is walked.
void Indexer::walk(const Generics &generics) {
  for (const TypeParamDecl *param : generics.params) {
    if (!isInText(param->name))
      continue;
    Symbol symbol;
    symbol.kind = SymbolKind::TypeParam;
    symbol.name = param->name;
    symbol.type = param->type;
    symbol.typeParam = param;
    const char *begin = param->name.begin();
    symbol.scope = StringRef(begin, std::max(scopeEnd, begin) - begin);
    declare(symbol);
    locals[param->name] = param->name.data();
  }
}

void Indexer::walk(const TypeExpr *type) {
  if (!type)
    return;
  if (type->kind == TypeExpr::Named) {
    if (type->module.empty()) {
      useType(type->name);
    } else if (auto it = imports.find(type->module); it != imports.end()) {
      useModule(type->module);
      if (it->second->module)
        use(type->name, getNames(*it->second->module).lookup(type->name));
    }
  }
  walk(type->element);
  walk(type->error);
  // The size of a tile's parameter may declare a name.
  auto walkSize = [&](const Expr *expr) {
    const auto *size = llvm::dyn_cast_or_null<NameExpr>(expr);
    if (size && size->module.empty() && locals.contains(size->name))
      addUse(size->name, locals.lookup(size->name));
    else
      walk(expr);
  };
  walkSize(type->count);
  for (const Expr *count : type->moreCounts)
    walkSize(count);
  for (const TypeExpr *arg : type->args)
    walk(arg);
}

void Indexer::walkFields(const StructLiteralExpr *expr) {
  Symbol owner;
  llvm::ArrayRef<FieldDecl> fields;
  if (expr->variant) {
    useVariant(expr->module, expr->name, *expr->variant, expr->type);
    owner.variant = expr->variant;
    if (expr->type && expr->type->isEnum())
      owner.enumeration = expr->type->enumDecl->pattern
                              ? expr->type->enumDecl->pattern
                              : expr->type->enumDecl;
    fields = expr->variant->fields;
  } else if (expr->type && expr->type->isStruct()) {
    StructDecl *decl = expr->type->decl;
    useModule(expr->module);
    useStruct(expr->name, *decl);
    owner.structure = decl->pattern ? decl->pattern : decl;
    fields = owner.structure->fields;
  } else if (expr->module.empty()) {
    useType(expr->name);
  }
  for (const TypeExpr *arg : expr->typeArgs)
    walk(arg);
  for (const FieldInit &init : expr->fields) {
    useField(init.name, fields, owner);
    walk(init.value);
  }
}

void Indexer::walkPattern(const Pattern &pattern, const Type *subject) {
  walk(pattern.low);
  walk(pattern.high);
  if (pattern.kind == Pattern::Name && subject && subject->isEnum())
    for (const VariantDecl &variant : subject->enumDecl->variants)
      if (variant.name == pattern.name)
        useVariant("", pattern.name, variant, subject);
  for (const VarDecl *var : pattern.bindings)
    declareVar(var, SymbolKind::Variable);
}

void Indexer::walkCall(const CallExpr *expr) {
  for (const TypeExpr *arg : expr->typeArgs)
    walk(arg);
  if (expr->target)
    walk(expr->target);
  if (expr->callee) {
    useModule(expr->module);
    useFunction(expr->name, *expr->callee);
  } else if (expr->variant && !expr->module.empty()) {
    useVariant(expr->module, expr->name, *expr->variant, expr->type);
  } else if (expr->builtin && isInText(expr->name)) {
    Symbol symbol;
    symbol.kind = SymbolKind::Builtin;
    symbol.name = expr->builtin->name;
    symbol.builtin = expr->builtin;
    declare(symbol);
    // Steps are calls of built-in functions that they do not name.
    const char *begin =
        expr->module.empty() ? expr->name.begin() : expr->module.begin();
    if (isInText(StringRef(begin, 0)))
      addUse(StringRef(begin, expr->name.end() - begin), expr->builtin);
  }
  for (const Expr *arg : expr->args)
    walk(arg);
  if (expr->regionVar && !expr->region.empty())
    useVar(expr->region, *expr->regionVar);
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
    useModule(e->module);
    for (const TypeExpr *arg : e->typeArgs)
      walk(arg);
    if (e->var)
      useVar(e->name, *e->var);
    else if (e->constant)
      use(e->name, makeSymbol(*e->constant));
    else if (e->function)
      useFunction(e->name, *e->function);
    return;
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
  case Expr::Call:
    return walkCall(cast<CallExpr>(expr));
  case Expr::StructLiteral:
    return walkFields(cast<StructLiteralExpr>(expr));
  case Expr::Convert:
    useType(cast<ConvertExpr>(expr)->typeName);
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
    walk(e->high);
    for (const Expr *size : e->sizes)
      walk(size);
    return;
  }
  case Expr::Member: {
    const auto *e = cast<MemberExpr>(expr);
    if (e->variant) {
      // `Enum.Variant`, `Enum<T>.Variant`, also behind a module.
      const auto *owner = cast<NameExpr>(e->base);
      useModule(owner->module);
      for (const TypeExpr *arg : owner->typeArgs)
        walk(arg);
      return useVariant(owner->name, e->name, *e->variant, e->type);
    }
    walk(e->base);
    const Type *type = e->base ? e->base->type : nullptr;
    if (type && type->isStruct() && type->decl) {
      Symbol owner;
      owner.structure = type->decl->pattern ? type->decl->pattern : type->decl;
      useField(e->name, owner.structure->fields, owner);
    }
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
    for (StringRef agent : s->agents)
      noteTarget(agent, index.agents);
    if (s->verb == Verb::Subscribe || s->verb == Verb::Emit)
      noteTarget(s->what, index.topics);
    return walkBlock(s->onFailure);
  }
  case Stmt::When:
    noteTarget(cast<WhenStmt>(stmt)->agent, index.agents);
    if (cast<WhenStmt>(stmt)->isTopic)
      noteTarget(cast<WhenStmt>(stmt)->event, index.topics);
    for (const VarDecl *param : cast<WhenStmt>(stmt)->params)
      declareVar(param, SymbolKind::Variable);
    return walkBlock(cast<WhenStmt>(stmt)->body);
  case Stmt::Wait:
    walk(cast<WaitStmt>(stmt)->condition);
    return walk(cast<WaitStmt>(stmt)->time);
  }
}

void Indexer::walk(const FunctionDecl &decl) {
  locals.clear();
  scopeEnd = getSectionEnd(decl.range);
  if (decl.body && !decl.body->end.empty())
    scopeEnd = decl.body->end.end();
  walk(decl.generics);
  for (const VarDecl *size : decl.dimensions) {
    declareVar(size, SymbolKind::Variable);
    locals[size->name] = size->name.data();
  }
  for (const VarDecl *param : decl.params) {
    walk(param->typeExpr);
    declareVar(param, SymbolKind::Parameter);
  }
  walk(decl.resultExpr);
  walkBlock(decl.body);
  locals.clear();
}

void Indexer::walk(const AgentDecl &decl) {
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
    Symbol symbol = makeSymbol(*decl);
    declare(symbol);
    declareFields(decl->fields, symbol);
  }
  for (EnumDecl *decl : module.enums) {
    Symbol symbol = makeSymbol(*decl);
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

/// The modules that the document imports, and what it takes out of them.
void Indexer::declareImports() {
  for (const ImportDecl *import : module.imports) {
    imports.try_emplace(import->name, import);
    Symbol symbol;
    symbol.kind = SymbolKind::Module;
    symbol.name = import->name;
    symbol.import = import;
    declare(symbol);
    if (!import->module)
      continue;
    for (StringRef name : import->names) {
      Named named = getNames(*import->module).lookup(name);
      imported.try_emplace(name, named);
      use(name, named);
    }
  }
}

void Indexer::run() {
  declareTypes();
  for (const ConstDecl *decl : module.constants)
    declare(makeSymbol(*decl));
  for (const FunctionDecl *decl : module.functions) {
    if (decl->testNumber)
      continue; // nothing can name a test
    declare(makeSymbol(*decl));
  }

  scopeEnd = text.end();
  for (const SettingDecl *setting : module.settings)
    declareVar(setting->var, SymbolKind::Variable);
  for (const RegionDecl *decl : module.regions)
    declareVar(decl->var, SymbolKind::Variable);
  declareImports();

  for (const StructDecl *decl : module.structs) {
    scopeEnd = decl->range.end();
    walk(decl->generics);
    for (const FieldDecl &field : decl->fields)
      walk(field.typeExpr);
    locals.clear();
  }
  for (const EnumDecl *decl : module.enums) {
    scopeEnd = decl->range.end();
    walk(decl->generics);
    for (const VariantDecl &variant : decl->variants)
      for (const FieldDecl &field : variant.fields)
        walk(field.typeExpr);
    locals.clear();
  }
  for (const ConstDecl *decl : module.constants) {
    walk(decl->typeExpr);
    walk(decl->init);
  }
  for (const FunctionDecl *decl : module.functions)
    walk(*decl);
  for (const SettingDecl *setting : module.settings)
    for (const Expr *expr : {setting->init, setting->low, setting->high})
      walk(expr);
  if (module.agent)
    walk(*module.agent);
  for (StringRef name : module.exports)
    use(name, getNames(module).lookup(name));
  for (const PhraseDecl &phrase : module.vocabulary)
    if (phrase.module.empty())
      use(phrase.function, getNames(module).lookup(phrase.function));

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
