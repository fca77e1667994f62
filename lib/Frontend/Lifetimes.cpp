//===- Lifetimes.cpp - no slice outlives what it points to ----------------===//
//
// MEM-2.  The lifetime of a value is a number: 0 static, 1 turn (parameters,
// slice(), results of calls), then the depth of a block.  A value that holds
// slices may be stored in a variable only if its number is not above the depth
// of the variable's block, and returned only if it is at most 1.  What a
// variable may hold is the largest number that is ever assigned to it, which
// a few rounds over the assignments compute; places behind slices need no care,
// because elements of `[var T]` hold no references (TYPE-3).
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;

namespace {

/// Static, turn and the depth of a function's body.
enum : unsigned { Static = 0, Turn = 1, Body = 2 };

struct Assignment {
  VarDecl *var;
  const Expr *value;
};

class LifetimeChecker {
public:
  explicit LifetimeChecker(DiagnosticEngine &diags) : diags(diags) {}
  void run(Block &body, llvm::ArrayRef<VarDecl *> params,
           llvm::ArrayRef<const Expr *> passedOn);

private:
  void collect(const Stmt *stmt);
  void assign(VarDecl *var, const Expr *value);
  /// Finds the calls in \p expr (may be null): what a function stores through
  /// a `var` parameter may come from each of its arguments.
  void collectCalls(const Expr *expr);
  /// Lifetime of what the value of \p expr points to.
  unsigned lifetimeOf(const Expr *expr);
  /// Lifetime of the memory that \p place names.
  unsigned storageOf(const Expr *place);
  static VarDecl *findRoot(const Expr *place);

  DiagnosticEngine &diags;
  std::vector<Assignment> assignments;
  std::vector<const Expr *> returned;
};

} // namespace

unsigned LifetimeChecker::storageOf(const Expr *place) {
  while (true) {
    if (auto *name = dyn_cast<NameExpr>(place)) {
      if (!name->var || name->var->kind == VarDecl::State)
        return Static;
      // A parameter's own memory may be a temporary of the caller.
      return std::max<unsigned>(name->var->depth, Body);
    }
    if (auto *member = dyn_cast<MemberExpr>(place)) {
      place = member->base;
    } else if (auto *index = dyn_cast<IndexExpr>(place)) {
      if (index->base->type->isSlice())
        return lifetimeOf(index->base);
      place = index->base;
    } else {
      return Static; // Sema refused to slice a temporary
    }
  }
}

unsigned LifetimeChecker::lifetimeOf(const Expr *expr) {
  if (!expr->type->holdsReference())
    return Static;
  if (Construction construction = getConstruction(expr); construction.variant) {
    unsigned result = Static;
    for (auto [index, value] : construction.fields)
      result = std::max(result, lifetimeOf(value));
    return result;
  }
  switch (expr->kind) {
  case Expr::Name: {
    const VarDecl *var = cast<NameExpr>(expr)->var;
    return var ? var->lifetime : unsigned(Static);
  }
  case Expr::Call: {
    unsigned result = Turn;
    for (const Expr *arg : cast<CallExpr>(expr)->args)
      result = std::max(result, lifetimeOf(arg));
    return result;
  }
  case Expr::StructLiteral: {
    unsigned result = Static;
    for (const FieldInit &init : cast<StructLiteralExpr>(expr)->fields)
      result = std::max(result, lifetimeOf(init.value));
    return result;
  }
  case Expr::ArrayLiteral: {
    unsigned result = Static;
    for (const Expr *element : cast<ArrayLiteralExpr>(expr)->elements)
      result = std::max(result, lifetimeOf(element));
    return result;
  }
  case Expr::Try:
    return lifetimeOf(cast<TryExpr>(expr)->operand);
  case Expr::Tuple: {
    unsigned result = Static;
    for (const Expr *element : cast<TupleExpr>(expr)->elements)
      result = std::max(result, lifetimeOf(element));
    return result;
  }
  case Expr::ArrayFill:
    return lifetimeOf(cast<ArrayFillExpr>(expr)->value);
  case Expr::Convert:
    return lifetimeOf(cast<ConvertExpr>(expr)->operand);
  case Expr::Index:
    return lifetimeOf(cast<IndexExpr>(expr)->base);
  case Expr::Member:
    return lifetimeOf(cast<MemberExpr>(expr)->base);
  case Expr::SliceRange: {
    const Expr *base = cast<SliceRangeExpr>(expr)->base;
    if (!base->type->isArray())
      return lifetimeOf(base);
    return std::max(storageOf(base), lifetimeOf(base));
  }
  default:
    return Static; // literals
  }
}

VarDecl *LifetimeChecker::findRoot(const Expr *place) {
  while (true) {
    if (auto *name = dyn_cast<NameExpr>(place))
      return name->var;
    if (auto *member = dyn_cast<MemberExpr>(place))
      place = member->base;
    else if (auto *index = dyn_cast<IndexExpr>(place);
             index && !index->base->type->isSlice())
      place = index->base;
    else
      return nullptr;
  }
}

void LifetimeChecker::assign(VarDecl *var, const Expr *value) {
  if (var && value && value->type && value->type->holdsReference())
    assignments.push_back({var, value});
}

void LifetimeChecker::collectCalls(const Expr *expr) {
  if (!expr)
    return;
  switch (expr->kind) {
  case Expr::Unary:
    return collectCalls(cast<UnaryExpr>(expr)->operand);
  case Expr::Binary:
    collectCalls(cast<BinaryExpr>(expr)->lhs);
    return collectCalls(cast<BinaryExpr>(expr)->rhs);
  case Expr::Call: {
    const auto *call = cast<CallExpr>(expr);
    for (const Expr *arg : call->args) {
      collectCalls(arg);
      if (arg->isVarArg)
        for (const Expr *other : call->args)
          if (other != arg)
            assign(findRoot(arg), other);
    }
    return;
  }
  case Expr::StructLiteral:
    for (const FieldInit &field : cast<StructLiteralExpr>(expr)->fields)
      collectCalls(field.value);
    return;
  case Expr::Convert:
    return collectCalls(cast<ConvertExpr>(expr)->operand);
  case Expr::Index:
    collectCalls(cast<IndexExpr>(expr)->base);
    return collectCalls(cast<IndexExpr>(expr)->index);
  case Expr::SliceRange:
    collectCalls(cast<SliceRangeExpr>(expr)->base);
    collectCalls(cast<SliceRangeExpr>(expr)->low);
    return collectCalls(cast<SliceRangeExpr>(expr)->high);
  case Expr::Member:
    return collectCalls(cast<MemberExpr>(expr)->base);
  case Expr::ArrayLiteral:
    for (const Expr *element : cast<ArrayLiteralExpr>(expr)->elements)
      collectCalls(element);
    return;
  case Expr::ArrayFill:
    return collectCalls(cast<ArrayFillExpr>(expr)->value);
  default:
    return; // literals and names
  }
}

void LifetimeChecker::collect(const Stmt *stmt) {
  switch (stmt->kind) {
  case Stmt::Block:
    for (const Stmt *child : cast<Block>(stmt)->statements)
      collect(child);
    return;
  case Stmt::Decl:
    collectCalls(cast<DeclStmt>(stmt)->var->init);
    return assign(cast<DeclStmt>(stmt)->var, cast<DeclStmt>(stmt)->var->init);
  case Stmt::DeclTuple:
    for (VarDecl *var : cast<DeclTupleStmt>(stmt)->vars)
      if (var->type->holdsReference())
        assign(var, cast<DeclTupleStmt>(stmt)->init);
    return;
  case Stmt::Match: {
    const auto *match = cast<MatchStmt>(stmt);
    for (const MatchArm &arm : match->arms) {
      for (const Pattern &pattern : arm.patterns)
        for (VarDecl *var : pattern.bindings)
          if (var->type->holdsReference())
            assign(var, match->subject);
      collect(arm.body);
    }
    if (match->elseBlock)
      collect(match->elseBlock);
    return;
  }
  case Stmt::Assign:
    collectCalls(cast<AssignStmt>(stmt)->place);
    collectCalls(cast<AssignStmt>(stmt)->value);
    return assign(findRoot(cast<AssignStmt>(stmt)->place),
                  cast<AssignStmt>(stmt)->value);
  case Stmt::Set:
    collectCalls(cast<SetStmt>(stmt)->value);
    return assign(cast<SetStmt>(stmt)->var, cast<SetStmt>(stmt)->value);
  case Stmt::If: {
    const auto *branch = cast<IfStmt>(stmt);
    while (true) {
      collectCalls(branch->condition);
      collect(branch->thenBlock);
      if (!branch->elseStmt)
        return;
      const auto *next = dyn_cast<IfStmt>(branch->elseStmt);
      if (!next)
        return collect(branch->elseStmt);
      branch = next;
    }
  }
  case Stmt::While:
    collectCalls(cast<WhileStmt>(stmt)->condition);
    return collect(cast<WhileStmt>(stmt)->body);
  case Stmt::Loop:
    return collect(cast<LoopStmt>(stmt)->body);
  case Stmt::ForRange:
    collectCalls(cast<ForRangeStmt>(stmt)->low);
    collectCalls(cast<ForRangeStmt>(stmt)->high);
    return collect(cast<ForRangeStmt>(stmt)->body);
  case Stmt::ForEach: {
    const auto *loop = cast<ForEachStmt>(stmt);
    collectCalls(loop->sequence);
    if (loop->var->type->holdsReference())
      assign(loop->var, loop->sequence);
    return collect(loop->body);
  }
  case Stmt::Defer:
    return collect(cast<DeferStmt>(stmt)->body);
  case Stmt::Every:
    return collect(cast<EveryStmt>(stmt)->body);
  case Stmt::Return:
    if (const Expr *value = cast<ReturnStmt>(stmt)->value) {
      collectCalls(value);
      returned.push_back(value);
    }
    return;
  case Stmt::Expression:
    return collectCalls(cast<ExprStmt>(stmt)->expr);
  case Stmt::Trap:
    return collectCalls(cast<TrapStmt>(stmt)->message);
  case Stmt::Break:
  case Stmt::Continue:
  case Stmt::Yield:
  case Stmt::Expect:
    return;
  }
}

void LifetimeChecker::run(Block &body, llvm::ArrayRef<VarDecl *> params,
                          llvm::ArrayRef<const Expr *> passedOn) {
  returned.assign(passedOn.begin(), passedOn.end());
  for (VarDecl *param : params)
    param->lifetime = param->type->holdsReference() ? Turn : Static;
  collect(&body);

  // Chains of assignments are short; after many rounds assume the worst that
  // is allowed, which is always sound.
  constexpr unsigned maxRounds = 32;
  for (unsigned round = 0; round <= maxRounds; ++round) {
    bool changed = false;
    for (const Assignment &assignment : assignments) {
      unsigned lifetime = round == maxRounds ? assignment.var->depth
                                             : lifetimeOf(assignment.value);
      if (lifetime > assignment.var->lifetime) {
        assignment.var->lifetime = lifetime;
        changed = true;
      }
    }
    if (!changed)
      break;
  }

  for (const Assignment &assignment : assignments) {
    VarDecl *var = assignment.var;
    unsigned lifetime = lifetimeOf(assignment.value);
    unsigned limit =
        var->kind == VarDecl::State ? unsigned(Static) : var->depth;
    if (lifetime <= limit)
      continue;
    if (var->kind == VarDecl::State)
      diags.report(assignment.value->range, diag::state_escape, var->name)
          .note("memory of a turn is freed when the turn ends; only string "
                "literals live on");
    else
      diags.report(assignment.value->range, diag::slice_escape, var->name)
          .note(DiagnosticEngine::rangeOf(var->name),
                "the variable is declared here, in an outer block");
  }
  for (const Expr *value : returned)
    if (lifetimeOf(value) > Turn)
      diags.report(value->range, diag::return_escape)
          .note("copy the elements into a slice made by 'slice(n, value)', or "
                "take the memory as a '[var T]' parameter");
}

void flux::checkLifetimes(Block &body, llvm::ArrayRef<VarDecl *> params,
                          llvm::ArrayRef<const Expr *> passedOn,
                          DiagnosticEngine &diags) {
  LifetimeChecker(diags).run(body, params, passedOn);
}
