//===- Clone.cpp - copies of the bodies of generic functions --------------===//
//
// Each instance of a generic function has a body of its own, because Sema
// writes types into the tree.  Parsing once and copying is many times faster
// than parsing again, and places in messages stay those of the declaration.
// What Sema found out is left behind, but for what must hold in all instances.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"

using namespace flux;
using llvm::ArrayRef;
using llvm::cast;
using llvm::cast_if_present;

namespace {

class Cloner {
public:
  explicit Cloner(ASTContext &context) : context(context) {}
  Block *clone(const Block *block);

private:
  Stmt *clone(const Stmt *stmt);
  Expr *clone(const Expr *expr);
  Expr *cloneKind(const Expr *expr);
  TypeExpr *clone(const TypeExpr *type);
  VarDecl *clone(const VarDecl *var);
  ArrayRef<Expr *> clone(ArrayRef<Expr *> exprs);
  ArrayRef<TypeExpr *> clone(ArrayRef<TypeExpr *> types);
  ArrayRef<VarDecl *> clone(ArrayRef<VarDecl *> vars);
  Stmt *cloneIf(const IfStmt *stmt);
  Stmt *cloneMatch(const MatchStmt *stmt);
  Expr *cloneBinary(const BinaryExpr *expr);
  Expr *cloneCall(const CallExpr *expr);

  ASTContext &context;
};

} // namespace

ArrayRef<Expr *> Cloner::clone(ArrayRef<Expr *> exprs) {
  llvm::MutableArrayRef<Expr *> result = context.copy(exprs);
  for (Expr *&expr : result)
    expr = clone(expr);
  return result;
}

ArrayRef<TypeExpr *> Cloner::clone(ArrayRef<TypeExpr *> types) {
  llvm::MutableArrayRef<TypeExpr *> result = context.copy(types);
  for (TypeExpr *&type : result)
    type = clone(type);
  return result;
}

TypeExpr *Cloner::clone(const TypeExpr *type) {
  if (!type)
    return nullptr;
  auto *result = context.make<TypeExpr>(*type);
  result->args = clone(type->args);
  result->element = clone(type->element);
  result->count = clone(type->count);
  result->moreCounts = clone(type->moreCounts);
  result->error = clone(type->error);
  return result;
}

VarDecl *Cloner::clone(const VarDecl *var) {
  if (!var)
    return nullptr;
  auto *result = context.make<VarDecl>();
  result->kind = var->kind;
  result->name = var->name;
  result->typeExpr = clone(var->typeExpr);
  result->init = clone(var->init);
  return result;
}

ArrayRef<VarDecl *> Cloner::clone(ArrayRef<VarDecl *> vars) {
  llvm::MutableArrayRef<VarDecl *> result = context.copy(vars);
  for (VarDecl *&var : result)
    var = clone(var);
  return result;
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

/// Chains of operators lean left and are long: no recursion along them.
Expr *Cloner::cloneBinary(const BinaryExpr *expr) {
  llvm::SmallVector<const BinaryExpr *, 8> chain;
  const Expr *first = expr;
  while (auto *binary = llvm::dyn_cast<BinaryExpr>(first)) {
    chain.push_back(binary);
    first = binary->lhs;
  }
  Expr *result = clone(first);
  for (const BinaryExpr *binary : llvm::reverse(chain))
    result = context.make<BinaryExpr>(binary->range, binary->op, result,
                                      clone(binary->rhs), binary->opRange);
  return result;
}

Expr *Cloner::cloneCall(const CallExpr *expr) {
  auto *result = context.make<CallExpr>(expr->range, expr->module, expr->name,
                                        clone(expr->args));
  result->typeArgs = clone(expr->typeArgs);
  // Where Sema made the target of a name, it makes it again.
  if (!expr->isNamed)
    result->target = clone(expr->target);
  result->isNamed = expr->isNamed;
  result->region = expr->region;
  return result;
}

Expr *Cloner::clone(const Expr *expr) {
  if (!expr)
    return nullptr;
  Expr *result = cloneKind(expr);
  result->isVarArg = expr->isVarArg;
  return result;
}

Expr *Cloner::cloneKind(const Expr *expr) {
  switch (expr->kind) {
  case Expr::IntLiteral: {
    auto *e = cast<IntLiteralExpr>(expr);
    return context.make<IntLiteralExpr>(e->range, e->value, e->suffix);
  }
  case Expr::FloatLiteral: {
    auto *e = cast<FloatLiteralExpr>(expr);
    return context.make<FloatLiteralExpr>(e->range, e->value, e->suffix);
  }
  case Expr::BoolLiteral:
    return context.make<BoolLiteralExpr>(expr->range,
                                         cast<BoolLiteralExpr>(expr)->value);
  case Expr::StrLiteral:
    return context.make<StrLiteralExpr>(expr->range,
                                        cast<StrLiteralExpr>(expr)->value);
  case Expr::Name: {
    auto *e = cast<NameExpr>(expr);
    auto *result = context.make<NameExpr>(e->range, e->module, e->name);
    result->typeArgs = clone(e->typeArgs);
    return result;
  }
  case Expr::Unary: {
    auto *e = cast<UnaryExpr>(expr);
    return context.make<UnaryExpr>(e->range, e->op, clone(e->operand));
  }
  case Expr::Binary:
    return cloneBinary(cast<BinaryExpr>(expr));
  case Expr::Call:
    return cloneCall(cast<CallExpr>(expr));
  case Expr::StructLiteral: {
    auto *e = cast<StructLiteralExpr>(expr);
    llvm::SmallVector<FieldInit, 8> fields;
    for (const FieldInit &field : e->fields)
      fields.push_back({field.name, clone(field.value)});
    auto *result = context.make<StructLiteralExpr>(
        e->range, e->module, e->name,
        context.copy(ArrayRef<FieldInit>(fields)));
    result->typeArgs = clone(e->typeArgs);
    return result;
  }
  case Expr::Convert: {
    auto *e = cast<ConvertExpr>(expr);
    return context.make<ConvertExpr>(e->range, e->mode, e->typeName,
                                     clone(e->operand));
  }
  case Expr::Index: {
    auto *e = cast<IndexExpr>(expr);
    auto *result =
        context.make<IndexExpr>(e->range, clone(e->base), clone(e->index));
    result->isRow = e->isRow;
    return result;
  }
  case Expr::SliceRange: {
    auto *e = cast<SliceRangeExpr>(expr);
    auto *result = context.make<SliceRangeExpr>(e->range, clone(e->base),
                                                clone(e->low), clone(e->high));
    result->isReadOnly = e->isReadOnly;
    result->sizes = clone(e->sizes);
    return result;
  }
  case Expr::Member: {
    auto *e = cast<MemberExpr>(expr);
    return context.make<MemberExpr>(e->range, clone(e->base), e->name);
  }
  case Expr::ArrayLiteral:
    return context.make<ArrayLiteralExpr>(
        expr->range, clone(cast<ArrayLiteralExpr>(expr)->elements));
  case Expr::ArrayFill: {
    auto *e = cast<ArrayFillExpr>(expr);
    return context.make<ArrayFillExpr>(e->range, clone(e->value),
                                       clone(e->count));
  }
  case Expr::Try:
    return context.make<TryExpr>(expr->range,
                                 clone(cast<TryExpr>(expr)->operand));
  case Expr::Tuple:
    return context.make<TupleExpr>(expr->range,
                                   clone(cast<TupleExpr>(expr)->elements));
  case Expr::InUnit: {
    auto *e = cast<InUnitExpr>(expr);
    return context.make<InUnitExpr>(e->range, clone(e->operand), e->unit);
  }
  case Expr::Invalid:
    return context.make<InvalidExpr>(expr->range);
  }
  llvm_unreachable("covered switch");
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

/// Chains of `elif` are long in generated code: no recursion over them.
Stmt *Cloner::cloneIf(const IfStmt *stmt) {
  IfStmt *first = nullptr;
  Stmt **slot = nullptr;
  while (true) {
    auto *copy = context.make<IfStmt>(stmt->range, clone(stmt->condition),
                                      clone(stmt->thenBlock), nullptr);
    if (slot)
      *slot = copy;
    else
      first = copy;
    slot = &copy->elseStmt;
    if (!stmt->elseStmt)
      return first;
    auto *next = llvm::dyn_cast<IfStmt>(stmt->elseStmt);
    if (!next) {
      *slot = clone(stmt->elseStmt);
      return first;
    }
    stmt = next;
  }
}

Stmt *Cloner::cloneMatch(const MatchStmt *stmt) {
  llvm::MutableArrayRef<MatchArm> arms =
      context.copy(ArrayRef<MatchArm>(stmt->arms));
  for (MatchArm &arm : arms) {
    arm.patterns = context.copy(ArrayRef<Pattern>(arm.patterns));
    for (Pattern &pattern : arm.patterns) {
      pattern.bindings = clone(pattern.bindings);
      pattern.low = clone(pattern.low);
      pattern.high = clone(pattern.high);
    }
    arm.body = clone(arm.body);
  }
  return context.make<MatchStmt>(stmt->range, clone(stmt->subject), arms,
                                 clone(stmt->elseBlock));
}

Block *Cloner::clone(const Block *block) {
  if (!block)
    return nullptr;
  llvm::MutableArrayRef<Stmt *> statements = context.copy(block->statements);
  for (Stmt *&stmt : statements)
    stmt = clone(stmt);
  return context.make<Block>(block->range, statements, block->end);
}

Stmt *Cloner::clone(const Stmt *stmt) {
  switch (stmt->kind) {
  case Stmt::Block:
    return clone(cast<Block>(stmt));
  case Stmt::Decl:
    return context.make<DeclStmt>(stmt->range,
                                  clone(cast<DeclStmt>(stmt)->var));
  case Stmt::Assign: {
    auto *s = cast<AssignStmt>(stmt);
    return context.make<AssignStmt>(s->range, clone(s->place), clone(s->value),
                                    s->op, s->opRange);
  }
  case Stmt::Expression:
    return context.make<ExprStmt>(stmt->range,
                                  clone(cast<ExprStmt>(stmt)->expr));
  case Stmt::If:
    return cloneIf(cast<IfStmt>(stmt));
  case Stmt::While: {
    auto *s = cast<WhileStmt>(stmt);
    return context.make<WhileStmt>(s->range, clone(s->condition),
                                   clone(s->body));
  }
  case Stmt::Loop:
    return context.make<LoopStmt>(stmt->range,
                                  clone(cast<LoopStmt>(stmt)->body));
  case Stmt::ForRange: {
    auto *s = cast<ForRangeStmt>(stmt);
    return context.make<ForRangeStmt>(s->range, clone(s->var), clone(s->low),
                                      clone(s->high), s->inclusive,
                                      clone(s->body));
  }
  case Stmt::ForEach: {
    auto *s = cast<ForEachStmt>(stmt);
    return context.make<ForEachStmt>(s->range, clone(s->index), clone(s->var),
                                     clone(s->sequence), clone(s->body));
  }
  case Stmt::Break:
    return context.make<BreakStmt>(stmt->range);
  case Stmt::Continue:
    return context.make<ContinueStmt>(stmt->range);
  case Stmt::Return:
    return context.make<ReturnStmt>(stmt->range,
                                    clone(cast<ReturnStmt>(stmt)->value));
  case Stmt::Trap:
    return context.make<TrapStmt>(stmt->range,
                                  clone(cast<TrapStmt>(stmt)->message));
  case Stmt::Defer:
    return context.make<DeferStmt>(stmt->range,
                                   clone(cast<DeferStmt>(stmt)->body));
  case Stmt::DeclTuple: {
    auto *s = cast<DeclTupleStmt>(stmt);
    return context.make<DeclTupleStmt>(s->range, clone(s->vars),
                                       clone(s->init));
  }
  case Stmt::Region: {
    auto *s = cast<RegionStmt>(stmt);
    return context.make<RegionStmt>(s->range, clone(s->var), clone(s->size),
                                    clone(s->body));
  }
  case Stmt::Match:
    return cloneMatch(cast<MatchStmt>(stmt));
  case Stmt::Expect:
    return context.make<ExpectStmt>(stmt->range,
                                    clone(cast<ExpectStmt>(stmt)->condition));
  case Stmt::Set: {
    auto *s = cast<SetStmt>(stmt);
    return context.make<SetStmt>(s->range, s->name, clone(s->value));
  }
  case Stmt::Every: {
    auto *s = cast<EveryStmt>(stmt);
    return context.make<EveryStmt>(s->range, s->nanoseconds, clone(s->body));
  }
  case Stmt::Yield:
    return context.make<YieldStmt>(stmt->range);
  case Stmt::Read:
  case Stmt::Message:
  case Stmt::When:
  case Stmt::Wait:
    break; // steps are no part of functions
  }
  llvm_unreachable("covered switch");
}

Block *flux::cloneBody(const Block &body, ASTContext &context) {
  return Cloner(context).clone(&body);
}
