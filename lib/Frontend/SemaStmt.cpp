//===- SemaStmt.cpp - statements and steps --------------------------------===//
//
// Each check answers whether control reaches the end of the statement, which
// finds unreachable code and missing returns (DECL-5) in the same walk.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"
#include "llvm/ADT/ScopeExit.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;
using llvm::StringRef;

bool Sema::checkBlock(Block &block) {
  ScopeMark scope = pushScope();
  bool outer = std::exchange(atSectionLevel, false);
  bool reachesEnd = checkStatements(block);
  atSectionLevel = outer;
  popScope(scope);
  return reachesEnd;
}

bool Sema::checkStatements(Block &block) {
  bool reachesEnd = true, reported = false;
  for (Stmt *stmt : block.statements) {
    if (!reachesEnd && !reported) {
      diags.report(stmt->range, diag::unreachable_code);
      reported = true;
    }
    reachesEnd &= checkStmt(stmt);
  }
  return reachesEnd;
}

bool Sema::checkStmt(Stmt *stmt) {
  switch (stmt->kind) {
  case Stmt::Block:
    return checkBlock(*cast<Block>(stmt));
  case Stmt::Decl:
    checkDecl(cast<DeclStmt>(stmt)->var);
    return true;
  case Stmt::Assign:
    checkAssign(cast<AssignStmt>(stmt));
    return true;
  case Stmt::Expression:
    return checkExprStmt(cast<ExprStmt>(stmt));
  case Stmt::If:
    return checkIf(cast<IfStmt>(stmt));
  case Stmt::While: {
    auto *loop = cast<WhileStmt>(stmt);
    refuseInTile(stmt->range.take_front(5), "'while'");
    checkCondition(loop->condition);
    loops.push_back(nullptr);
    checkBlock(*loop->body);
    loops.pop_back();
    return true;
  }
  case Stmt::Loop:
    refuseInTile(stmt->range.take_front(4), "'loop'");
    return checkLoop(cast<LoopStmt>(stmt));
  case Stmt::ForRange:
    checkForRange(cast<ForRangeStmt>(stmt));
    return true;
  case Stmt::ForEach:
    checkForEach(cast<ForEachStmt>(stmt));
    return true;
  case Stmt::Break:
  case Stmt::Continue: {
    bool isBreak = stmt->kind == Stmt::Break;
    if (loops.empty())
      diags.report(stmt->range,
                   deferDepth ? diag::jump_out_of_defer : diag::outside_of_loop,
                   isBreak ? "break" : "continue");
    else if (isBreak && loops.back())
      loops.back()->hasBreak = true;
    return false;
  }
  case Stmt::Return:
    checkReturn(cast<ReturnStmt>(stmt));
    return false;
  case Stmt::Trap:
    refuseInTile(stmt->range.take_front(4), "'trap'");
    expect(cast<TrapStmt>(stmt)->message, types.getStr(), "the message");
    return false;
  case Stmt::Defer: {
    // A deferred block is its own world of jumps.
    refuseInTile(stmt->range.take_front(5), "'defer'");
    llvm::SmallVector<LoopStmt *> outer;
    std::swap(outer, loops);
    ++deferDepth;
    checkBlock(*cast<DeferStmt>(stmt)->body);
    --deferDepth;
    std::swap(outer, loops);
    return true;
  }
  case Stmt::DeclTuple:
    checkDeclTuple(cast<DeclTupleStmt>(stmt));
    return true;
  case Stmt::Match:
    return checkMatch(cast<MatchStmt>(stmt));
  case Stmt::Region:
    return checkRegion(cast<RegionStmt>(stmt));
  case Stmt::Set:
    checkSet(cast<SetStmt>(stmt));
    return true;
  case Stmt::Every: {
    auto *every = cast<EveryStmt>(stmt);
    if (agent) // tests have no timers, which the parser reported
      every->timer = agent->numTimers++;
    checkBlock(*every->body);
    return true;
  }
  case Stmt::Yield:
    return false;
  case Stmt::Read:
    checkRead(cast<ReadStmt>(stmt));
    return true;
  case Stmt::Message: {
    auto *message = cast<MessageStmt>(stmt);
    checkMessage(message);
    // An agent that starts anew does not go on.
    return message->verb != Verb::Restart || !message->agents.empty();
  }
  case Stmt::When:
    checkWhen(cast<WhenStmt>(stmt));
    return true;
  case Stmt::Wait:
    checkWait(cast<WaitStmt>(stmt));
    return true;
  case Stmt::Expect:
    expect(cast<ExpectStmt>(stmt)->condition, types.getBool(),
           "the expectation");
    return true;
  }
  llvm_unreachable("covered switch");
}

void Sema::checkCondition(Expr *condition) {
  if (condition)
    expect(condition, types.getBool(), "the condition");
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

void Sema::checkDecl(VarDecl *var) {
  const Type *type = var->typeExpr ? resolveType(var->typeExpr) : nullptr;
  if (!var->init) {
    type = types.getError(); // the parser reported it
  } else if (type) {
    if (type->isError())
      check(var->init, type);
    else
      expect(var->init, type, "the value");
  } else {
    allowsTuple = var->name == "_";
    type = check(var->init);
    allowsTuple = false;
    if (type->isVoid()) {
      diags.report(var->init->range, diag::no_value);
      type = types.getError();
    }
  }
  if (var->name == "_" && type->isResult())
    diags.report(var->init->range, diag::ignored_failure, type->str())
        .note("'match' on it, or pass the error on with '?'");
  var->type = type;
  frameBytes += type->getSize();
  declareVar(var);
}

void Sema::checkAssign(AssignStmt *stmt) {
  if (auto *name = dyn_cast<NameExpr>(stmt->place);
      name && name->range == "_" && !stmt->op) {
    diags.report(name->range, diag::assign_to_underscore)
        .fixIt(DiagnosticEngine::rangeOf(name->range), "let _");
    check(stmt->value);
    return;
  }
  const Type *type = check(stmt->place);
  if (type->isError()) {
    check(stmt->value);
    return;
  }
  checkAssignable(stmt->place);
  if (!stmt->op) {
    expect(stmt->value, type, "the value");
    return;
  }
  // `a op= b` has the types of `a op b`.
  BinaryOp op = *stmt->op;
  bool isShift = op == BinaryOp::Shl || op == BinaryOp::Shr;
  bool floats = op == BinaryOp::Add || op == BinaryOp::Sub ||
                op == BinaryOp::Mul || op == BinaryOp::Div;
  bool good = type->actsAsInt() || (floats && type->actsAsNumber());
  const Type *value = check(stmt->value, isShift ? nullptr : type);
  if (value->isError())
    return;
  good &= isShift ? value->actsAsInt() : value == type;
  if (good)
    return;
  if (value->isVoid()) {
    diags.report(stmt->value->range, diag::no_value);
    return;
  }
  auto report = diags.report(stmt->opRange, diag::bad_operands, stmt->opRange,
                             type->str(), value->str());
  if (type != value && type->isNumber() && value->isNumber())
    report.fixIt(DiagnosticEngine::rangeOf(stmt->value->range),
                 type->str() + "(" + stmt->value->range + ")");
}

//===----------------------------------------------------------------------===//
// Calls as statements
//===----------------------------------------------------------------------===//

bool Sema::checkExprStmt(ExprStmt *stmt) {
  auto *call = dyn_cast<CallExpr>(stmt->expr);
  allowsTuple = true;
  const Type *type = check(stmt->expr);
  allowsTuple = false;
  if (isa<InvalidExpr>(stmt->expr) || type->isError())
    return !(call && call->builtin &&
             call->builtin->signature.ends_with("never"));
  if (isa<TryExpr>(stmt->expr)) {
    if (!type->isVoid())
      diags.report(stmt->range, diag::unused_result, "?", type->str())
          .fixIt({llvm::SMLoc::getFromPointer(stmt->range.begin()),
                  llvm::SMLoc::getFromPointer(stmt->range.begin())},
                 "let _ = ");
    return true;
  }
  if (!call) {
    diags.report(stmt->range, diag::unused_expression)
        .note("to compute it for its traps only, write 'let _ = ...'");
    return true;
  }
  if (type->isResult()) {
    diags.report(stmt->range, diag::ignored_failure, type->str())
        .note("'match' on it, or pass the error on with '?'");
  } else if (!type->isVoid()) {
    diags.report(stmt->range, diag::unused_result, call->name, type->str())
        .fixIt({llvm::SMLoc::getFromPointer(stmt->range.begin()),
                llvm::SMLoc::getFromPointer(stmt->range.begin())},
               "let _ = ");
  }
  return !call->builtin || !call->builtin->signature.ends_with("never");
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

bool Sema::checkIf(IfStmt *stmt) {
  // Chains of `elif` are long in generated code: no recursion over them.
  bool reachesEnd = false;
  while (true) {
    checkCondition(stmt->condition);
    reachesEnd |= checkBlock(*stmt->thenBlock);
    if (!stmt->elseStmt)
      return true;
    if (auto *next = dyn_cast<IfStmt>(stmt->elseStmt)) {
      stmt = next;
      continue;
    }
    return checkBlock(*cast<Block>(stmt->elseStmt)) || reachesEnd;
  }
}

bool Sema::checkLoop(LoopStmt *stmt) {
  loops.push_back(stmt);
  checkBlock(*stmt->body);
  loops.pop_back();
  return stmt->hasBreak;
}

void Sema::checkForRange(ForRangeStmt *stmt) {
  const Type *type;
  bool lowTyped = stmt->low && !isUntyped(stmt->low);
  if (lowTyped) {
    type = check(stmt->low);
    check(stmt->high, type->actsAsInt() ? type : nullptr);
  } else {
    type = check(stmt->high, isOpen(stmt->high) ? types.getI64() : nullptr);
    if (stmt->low)
      check(stmt->low, type->actsAsInt() ? type : nullptr);
  }
  bool good = true;
  for (Expr *end : {stmt->low, stmt->high}) {
    if (!end || end->type->actsAsInt())
      continue;
    good = false;
    if (!end->type->isError())
      diags.report(end->range, diag::bad_range, end->type->str());
  }
  Expr *follower = lowTyped ? stmt->high : stmt->low;
  if (good && follower && follower->type != type) {
    reportMismatch(follower, type, "the bound");
    good = false;
  }
  if (!good)
    type = types.getError();
  stmt->var->type = type;
  ScopeMark scope = pushScope();
  declareVar(stmt->var);
  loops.push_back(nullptr);
  checkBlock(*stmt->body);
  loops.pop_back();
  popScope(scope);
}

void Sema::checkForEach(ForEachStmt *stmt) {
  const Type *sequence = check(stmt->sequence);
  const Type *element = types.getError();
  if (sequence->isArray() || sequence->isSlice()) {
    element = sequence->element;
  } else if (sequence->isStr()) {
    element = types.getInt(8, false);
  } else if (sequence->isInt()) {
    diags.report(stmt->sequence->range, diag::not_iterable, sequence->str())
        .fixIt(DiagnosticEngine::rangeOf(stmt->sequence->range),
               "0.." + stmt->sequence->range);
  } else if (!sequence->isError()) {
    diags.report(stmt->sequence->range, diag::not_iterable, sequence->str());
  }
  ScopeMark scope = pushScope();
  if (stmt->index) {
    stmt->index->type = types.getI64();
    declareVar(stmt->index);
  }
  stmt->var->type = element;
  frameBytes += element->getSize();
  declareVar(stmt->var);
  loops.push_back(nullptr);
  checkBlock(*stmt->body);
  loops.pop_back();
  popScope(scope);
}

void Sema::checkReturn(ReturnStmt *stmt) {
  if (deferDepth) {
    diags.report(stmt->range, diag::jump_out_of_defer, "return");
    return;
  }
  const Type *result = function ? function->resultType : types.getVoid();
  if (!stmt->value) {
    if (!result->isVoid() && !result->isError())
      diags.report(stmt->range, diag::return_without_value, function->name,
                   result->str());
    return;
  }
  if (auto *tuple = dyn_cast<TupleExpr>(stmt->value)) {
    checkTuple(tuple, result);
    return;
  }
  allowsTuple = result->isTuple();
  if (result->isVoid()) {
    check(stmt->value);
    diags.report(stmt->value->range, diag::return_with_value,
                 function ? function->name : "the section");
    return;
  }
  expect(stmt->value, result, "the result");
}
