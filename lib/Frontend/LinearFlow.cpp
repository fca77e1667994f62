//===- LinearFlow.cpp - linear values on the ways through a body ----------===//
//
// Ways that meet must have used up the same values, a round of a loop ends as
// it began, and nothing is left behind where a block is left (LIN-3).
//
//===----------------------------------------------------------------------===//

#include "Linear.h"

using namespace flux;
using namespace flux::linear;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Ways
//===----------------------------------------------------------------------===//

Point LinearAnalysis::join(Point a, const Point &b, StringRef range) {
  if (!b.isReachable)
    return a;
  if (!a.isReachable)
    return b;
  const VarDecl *reported = nullptr;
  for (unsigned i = 0, e = unsigned(owners.size()); i != e; ++i) {
    State other = i < b.states.size() ? b.states[i] : State::Empty;
    State &state = at(a, i);
    if (state == other)
      continue;
    if (owners[i] != reported) {
      auto report = diags.report(range, diag::linear_paths, getName(i));
      if (!takenAt[i].empty())
        report.note(DiagnosticEngine::rangeOf(takenAt[i]),
                    "it is used up here");
    }
    reported = owners[i];
    state = State::Empty;
  }
  return a;
}

/// A round of a loop ends: it starts again with what it started with.
void LinearAnalysis::checkRound(LoopInfo &loop, StringRef range) {
  if (!here.isReachable)
    return;
  const VarDecl *reported = nullptr;
  for (unsigned i = 0, e = unsigned(loop.entry.states.size()); i != e; ++i) {
    State state = at(here, i);
    if (state == loop.entry.states[i] || owners[i] == reported)
      continue;
    reported = owners[i];
    loop.reported.push_back(i);
    if (state == State::Empty)
      diags.report(takenAt[i].empty() ? range : takenAt[i],
                   diag::linear_in_loop, getName(i));
    else
      diags.report(range, diag::linear_paths, getName(i));
  }
}

void LinearAnalysis::leave(size_t depth, StringRef range, bool returns) {
  if (!here.isReachable)
    return;
  const VarDecl *reported = nullptr;
  for (size_t s = scopes.size(); s > depth; --s) {
    const Scope &scope = scopes[s - 1];
    for (unsigned place : scope.deferred)
      at(here, place) = State::Empty;
    for (const VarDecl *var : scope.vars) {
      Places places = getVariable(var);
      bool holds = var->isVarParam || var->kind == VarDecl::State;
      for (unsigned i = places.first; i < places.first + places.count; ++i) {
        State state = at(here, i);
        if (var == reported || (state == State::Empty) != holds)
          continue;
        reported = var;
        if (holds) {
          auto report = diags.report(range, diag::linear_left_empty, var->name);
          if (!takenAt[i].empty())
            report.note(DiagnosticEngine::rangeOf(takenAt[i]),
                        "it was used up here");
        } else if (returns) {
          diags.report(range, diag::linear_left, var->name, var->type->str());
        } else {
          diags.report(var->name, diag::linear_unused, var->name,
                       var->type->str());
        }
      }
    }
  }
}

/// The block of the innermost scope ends by itself.
void LinearAnalysis::endScope() {
  leave(scopes.size() - 1,
        scopes.back().vars.empty() ? StringRef()
                                   : scopes.back().vars.front()->name,
        /*returns=*/false);
  Scope &scope = scopes.back();
  for (unsigned place : scope.pinned)
    --pins[place];
  // The next round makes new ones.
  for (const VarDecl *var : scope.vars)
    if (var->kind != VarDecl::State)
      fill(getVariable(var), State::Empty);
  scopes.pop_back();
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

void LinearAnalysis::visitBody(const Block &block) {
  for (const Stmt *stmt : block.statements) {
    if (!here.isReachable)
      return;
    visit(*stmt);
  }
}

void LinearAnalysis::visit(const Block &block) {
  scopes.emplace_back();
  visitBody(block);
  endScope();
}

/// A block that may be skipped.
void LinearAnalysis::visitOptional(const Block &block) {
  Point before = here;
  visit(block);
  here = join(std::move(before), here, block.range);
}

void LinearAnalysis::bind(const VarDecl *var, StringRef range) {
  if (var->name == "_") {
    if (var->type->isLinear())
      diags.report(range, diag::linear_dropped, var->type->str());
    return;
  }
  declare(var, State::Full);
}

void LinearAnalysis::assign(const AssignStmt &stmt) {
  const Expr *place = stmt.place;
  checkChange(place);
  for (const Expr *at = place;;) { // what leads to the place is read first
    if (auto *index = dyn_cast<IndexExpr>(at)) {
      use(index->index);
      at = index->base;
    } else if (auto *member = dyn_cast<MemberExpr>(at)) {
      at = member->base;
    } else {
      break;
    }
  }
  use(stmt.value);
  Places places = getPlaces(place);
  if (!places.var)
    return;
  if (places.isInside)
    return touch(places, place->range);
  for (unsigned i = places.first; i < places.first + places.count; ++i)
    if (at(here, i) != State::Empty || pins[i] != 0) {
      diags.report(place->range, diag::linear_overwritten, getName(i),
                   place->type->str());
      break;
    }
  fill(places, State::Full);
}

void LinearAnalysis::visitIf(const IfStmt &stmt) {
  // Chains of `elif` are long.
  const IfStmt *branch = &stmt;
  Point end;
  end.isReachable = false;
  while (true) {
    use(branch->condition);
    Point before = here;
    visit(*branch->thenBlock);
    end = join(std::move(end), here, branch->thenBlock->range);
    here = std::move(before);
    if (!branch->elseStmt)
      break;
    auto *next = dyn_cast<IfStmt>(branch->elseStmt);
    if (!next) {
      visit(*branch->elseStmt);
      break;
    }
    branch = next;
  }
  here = join(std::move(end), here, stmt.condition->range);
}

void LinearAnalysis::visitMatch(const MatchStmt &stmt) {
  use(stmt.subject);
  const Type *type = stmt.subject->type;
  bool isLinear = type->isLinear();
  Point before = here, end;
  end.isReachable = false;
  llvm::SmallVector<bool> named(isLinear ? type->enumDecl->variants.size() : 0);
  auto holdsLinear = [&](unsigned variant) {
    return llvm::any_of(
        type->enumDecl->variants[variant].fields,
        [](const FieldDecl &field) { return field.type->isLinear(); });
  };
  for (const MatchArm &arm : stmt.arms) {
    here = before;
    scopes.emplace_back();
    for (const Pattern &pattern : arm.patterns) {
      if (isLinear) {
        named[pattern.variant] = true;
        if (pattern.bindings.empty() && holdsLinear(pattern.variant))
          diags.report(pattern.range, diag::linear_dropped, type->str());
      }
      for (const VarDecl *var : pattern.bindings)
        bind(var, pattern.range);
    }
    visit(*arm.body);
    endScope();
    end = join(std::move(end), here, arm.body->range);
  }
  here = before;
  if (!stmt.elseBlock) {
    here = std::move(end);
    return;
  }
  for (auto [variant, isNamed] : llvm::enumerate(named))
    if (!isNamed && holdsLinear(unsigned(variant))) {
      diags.report(stmt.elseBlock->range, diag::linear_dropped, type->str());
      break;
    }
  visit(*stmt.elseBlock);
  here = join(std::move(end), here, stmt.elseBlock->range);
}

/// \p condition is computed before each round, null for none; \p canSkip: the
/// loop ends without `break`, too.
void LinearAnalysis::visitLoop(const Block &body, const Expr *condition,
                               bool canSkip) {
  LoopInfo loop{here, {}, scopes.size(), {}};
  loop.entry.states.resize(owners.size()); // Empty: 0
  loops.push_back(&loop);
  use(condition);
  Point after = here;
  after.isReachable &= canSkip;
  visit(body);
  checkRound(loop, body.range);
  loops.pop_back();
  for (const Point &point : loop.breaks)
    after = join(std::move(after), point, body.range);
  for (unsigned place : loop.reported) // one message is enough
    at(after, place) = State::Empty;
  here = std::move(after);
}

/// What the block uses up is spoken for; what it only uses stays until then.
void LinearAnalysis::visitDefer(const DeferStmt &stmt) {
  Point before = here;
  std::vector<bool> outer(owners.size());
  std::swap(outer, touched);
  llvm::SmallVector<LoopInfo *> outerLoops;
  std::swap(outerLoops, loops);
  visit(*stmt.body);
  std::swap(outerLoops, loops);
  std::swap(outer, touched);
  Point after = std::exchange(here, before);
  if (!after.isReachable)
    after = before; // it traps: what is left then does not matter
  for (unsigned i = 0, e = unsigned(before.states.size()); i != e; ++i) {
    State old = before.states[i], now = at(after, i);
    if (old == State::Full && now == State::Empty) {
      at(here, i) = State::Deferred;
      scopes.back().deferred.push_back(i);
    } else if (old != now) {
      diags.report(stmt.range, diag::linear_paths, getName(i));
    } else if (i < outer.size() && outer[i] && old != State::Empty) {
      ++pins[i];
      scopes.back().pinned.push_back(i);
    }
  }
  touched.resize(owners.size());
  for (size_t i = 0; i < outer.size(); ++i)
    if (outer[i])
      touched[i] = true;
}

void LinearAnalysis::visit(const Stmt &stmt) {
  switch (stmt.kind) {
  case Stmt::Block:
    return visit(cast<Block>(stmt));
  case Stmt::Decl: {
    const VarDecl *var = cast<DeclStmt>(stmt).var;
    use(var->init);
    return bind(var, var->init->range);
  }
  case Stmt::DeclTuple:
    use(cast<DeclTupleStmt>(stmt).init);
    for (const VarDecl *var : cast<DeclTupleStmt>(stmt).vars)
      bind(var, stmt.range);
    return;
  case Stmt::Assign:
    return assign(cast<AssignStmt>(stmt));
  case Stmt::Expression: {
    const Expr *expr = cast<ExprStmt>(stmt).expr;
    use(expr);
    if (expr->type && expr->type->isLinear())
      diags.report(expr->range, diag::linear_dropped, expr->type->str());
    return;
  }
  case Stmt::If:
    return visitIf(cast<IfStmt>(stmt));
  case Stmt::While:
    return visitLoop(*cast<WhileStmt>(stmt).body,
                     cast<WhileStmt>(stmt).condition,
                     /*canSkip=*/true);
  case Stmt::Loop:
    return visitLoop(*cast<LoopStmt>(stmt).body, nullptr, /*canSkip=*/false);
  case Stmt::ForRange:
    use(cast<ForRangeStmt>(stmt).low);
    use(cast<ForRangeStmt>(stmt).high);
    return visitLoop(*cast<ForRangeStmt>(stmt).body, nullptr, true);
  case Stmt::ForEach:
    useBase(cast<ForEachStmt>(stmt).sequence);
    return visitLoop(*cast<ForEachStmt>(stmt).body, nullptr, true);
  case Stmt::Break:
    if (loops.empty())
      return;
    leave(loops.back()->depth, stmt.range, /*returns=*/true);
    loops.back()->breaks.push_back(here);
    here.isReachable = false;
    return;
  case Stmt::Continue:
    if (loops.empty())
      return;
    leave(loops.back()->depth, stmt.range, /*returns=*/true);
    checkRound(*loops.back(), stmt.range);
    here.isReachable = false;
    return;
  case Stmt::Return:
    use(cast<ReturnStmt>(stmt).value);
    leave(0, stmt.range, /*returns=*/true);
    here.isReachable = false;
    return;
  case Stmt::Trap:
    use(cast<TrapStmt>(stmt).message);
    here.isReachable = false;
    return;
  case Stmt::Defer:
    return visitDefer(cast<DeferStmt>(stmt));
  case Stmt::Match:
    return visitMatch(cast<MatchStmt>(stmt));
  case Stmt::Region:
    use(cast<RegionStmt>(stmt).size);
    return visit(*cast<RegionStmt>(stmt).body);
  case Stmt::Set: {
    const auto &set = cast<SetStmt>(stmt);
    use(set.value);
    if (set.declares)
      return bind(set.var, set.value->range);
    Places places = getVariable(set.var);
    if (places.var && at(here, places.first) != State::Empty)
      diags.report(set.name, diag::linear_overwritten, set.name,
                   set.var->type->str());
    fill(places, State::Full);
    return;
  }
  case Stmt::Every:
    return visitOptional(*cast<EveryStmt>(stmt).body);
  case Stmt::When:
    return visitOptional(*cast<WhenStmt>(stmt).body);
  case Stmt::Message: {
    const auto &message = cast<MessageStmt>(stmt);
    for (const Expr *arg : message.args)
      use(arg);
    if (message.onFailure)
      visitOptional(*message.onFailure);
    return;
  }
  case Stmt::Wait:
    use(cast<WaitStmt>(stmt).time);
    use(cast<WaitStmt>(stmt).condition);
    return;
  case Stmt::Expect:
    return use(cast<ExpectStmt>(stmt).condition);
  case Stmt::Yield:
    leave(0, stmt.range, /*returns=*/true);
    here.isReachable = false;
    return;
  case Stmt::Read:
    return;
  }
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

void LinearAnalysis::run(const FunctionDecl &decl) {
  scopes.emplace_back();
  for (const VarDecl *param : decl.params)
    declare(param, State::Full);
  checkType(decl.name, decl.resultType);
  visit(*decl.body);
  endScope();
}

void LinearAnalysis::run(const AgentDecl &agent) {
  // The state is in no block: it stays.
  for (const Block *steps : {agent.init, agent.loop}) {
    if (!steps)
      continue;
    here = Point();
    scopes.emplace_back();
    if (steps == agent.loop)
      for (const VarDecl *var : agent.state)
        declare(var, State::Full);
    visitBody(*steps);
    endScope();
  }
}

void flux::checkLinear(llvm::ArrayRef<Module *> modules,
                       DiagnosticEngine &diags) {
  for (const Module *module : modules) {
    auto checkFields = [&](llvm::ArrayRef<FieldDecl> fields) {
      for (const FieldDecl &field : fields)
        if (field.type && (field.type->isSlice() || field.type->isArray()) &&
            field.type->element->isLinear())
          diags.report(field.name, diag::linear_element,
                       field.type->element->str(),
                       "an element of an array or slice");
    };
    for (const StructDecl *decl : module->structs) {
      checkFields(decl->fields);
      for (const FieldDecl &field : decl->fields)
        if (decl->isLinear && field.type && field.type->isLinear())
          diags
              .report(field.name, diag::linear_element, field.type->str(),
                      "a field of a 'linear struct'")
              .note("a struct with linear fields is linear by itself");
    }
    for (const EnumDecl *decl : module->enums)
      for (const VariantDecl &variant : decl->variants)
        checkFields(variant.fields);
    for (const ConstDecl *decl : module->constants)
      if (decl->type && decl->type->isLinear())
        diags.report(decl->name, diag::linear_element, decl->type->str(),
                     "a constant");
    for (const auto *list : {&module->functions, &module->functionInstances})
      for (const FunctionDecl *decl : *list)
        // Where type arguments are linear, the call was refused.
        if (decl->body && !decl->hasErrors && !decl->generics.isGeneric() &&
            llvm::none_of(decl->generics.args,
                          [](const Type *arg) { return arg->isLinear(); }))
          LinearAnalysis(*module, diags).run(*decl);
    if (module->agent && !module->agent->hasErrors)
      LinearAnalysis(*module, diags).run(*module->agent);
  }
}
