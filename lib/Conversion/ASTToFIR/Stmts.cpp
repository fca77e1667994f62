//===- Stmts.cpp - functions and statements -------------------------------===//
//
// Statements become blocks.  After a terminator nothing is emitted until a
// block starts that something branches to.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;
using mlir::Location;
using mlir::Value;
namespace arith = mlir::arith;

FunctionLowering::FunctionLowering(ModuleLowering &module,
                                   mlir::func::FuncOp function)
    : module(module), function(function), builder(function.getContext()),
      here(function.getLoc()) {
  builder.setInsertionPointToEnd(function.addEntryBlock());
}

void FunctionLowering::startBlock(mlir::Block *block) {
  function.getBody().push_back(block);
  builder.setInsertionPointToEnd(block);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value FunctionLowering::makeLocal(Location loc, fir::RefType type,
                                  mlir::StringAttr name,
                                  mlir::StringAttr sourceType, unsigned arg) {
  mlir::OpBuilder::InsertionGuard guard(builder);
  if (lastLocal)
    builder.setInsertionPointAfter(lastLocal);
  else
    builder.setInsertionPointToStart(&function.getBody().front());
  auto local = fir::LocalOp::create(builder, loc, type, name, sourceType,
                                    arg ? builder.getI32IntegerAttr(arg)
                                        : mlir::IntegerAttr());
  lastLocal = local;
  return local;
}

Value FunctionLowering::makeTemporary(Location loc, fir::RefType type) {
  llvm::SmallVector<Value> &free = freePlaces[type];
  Value place = free.empty() ? makeLocal(loc, type) : free.pop_back_val();
  liveTemporaries.push_back(place);
  return place;
}

void FunctionLowering::freeTemporaries(size_t mark) {
  while (liveTemporaries.size() > mark) {
    Value place = liveTemporaries.pop_back_val();
    freePlaces[place.getType()].push_back(place);
  }
}

Value FunctionLowering::getPlace(const VarDecl *var) {
  Value &place = places[var];
  if (!place) { // a piece of state, used here for the first time
    mlir::OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&function.getBody().front());
    place = fir::AddressOfOp::create(builder, module.getLoc(var->name),
                                     module.getRefType(var->type),
                                     module.getState(var));
  }
  return place;
}

Value FunctionLowering::declare(const VarDecl &var, unsigned arg) {
  if (var.kind == VarDecl::State)
    return getPlace(&var);
  Value place = makeLocal(here, module.getRefType(var.type),
                          builder.getStringAttr(var.name),
                          module.getTypeName(var.type), arg);
  if (module.isPoisoning() && var.type->isAggregate())
    poisonable.push_back(place);
  return places[&var] = place;
}

//===----------------------------------------------------------------------===//
// Bodies
//===----------------------------------------------------------------------===//

void FunctionLowering::emitFunction(const FunctionDecl &decl) {
  mlir::Block &entry = function.getBody().front();
  unsigned next = 0;
  if (decl.resultType->isAggregate())
    resultPlace = entry.getArgument(next++);
  for (auto [number, param] : llvm::enumerate(decl.params)) {
    Value arg = entry.getArgument(next++);
    if (param->type->isAggregate() || param->isVarParam) {
      places[param] = arg;
      continue;
    }
    here = module.getLoc(param->name);
    store(here, arg, declare(*param, number + 1));
  }
  if (decl.isTile)
    emitShapes(decl, next);
  emitStatements(*decl.body);
  here = module.getLoc(decl.body->end.data() ? decl.body->end : decl.name);
  if (isReachable()) {
    if (decl.resultType->isVoid())
      mlir::func::ReturnOp::create(builder, here);
    else
      fir::UnreachableOp::create(builder, here); // DECL-5
  }
  emitReturnBlock();
}

void FunctionLowering::emitSteps(const Block &steps, Value turnStart) {
  now = turnStart;
  emitStatements(steps);
  if (isReachable())
    mlir::func::ReturnOp::create(builder, module.getLoc(steps.range));
}

void FunctionLowering::emitStatements(const Block &block) {
  size_t depth = cleanups.size();
  for (const Stmt *stmt : block.statements) {
    size_t mark = liveTemporaries.size();
    emitStmt(*stmt);
    freeTemporaries(mark);
    if (!isReachable())
      break;
  }
  while (cleanups.size() > depth)
    popCleanup();
  if (module.isPoisoning() && isReachable())
    poisonLocals(block);
}

/// Overwrites the arrays and structs that the block declared.
void FunctionLowering::poisonLocals(const Block &block) {
  for (const Stmt *stmt : block.statements)
    if (auto *decl = dyn_cast<DeclStmt>(stmt))
      if (decl->var->type->isAggregate() && places.contains(decl->var))
        fir::PoisonOp::create(builder, here, places.lookup(decl->var));
}

void FunctionLowering::emitStmt(const Stmt &stmt) {
  here = module.getLoc(stmt.range);
  switch (stmt.kind) {
  case Stmt::Block:
    return emitStatements(cast<Block>(stmt));
  case Stmt::Decl: {
    const VarDecl &var = *cast<DeclStmt>(stmt).var;
    if (var.name != "_")
      return emitInitialize(*var.init, declare(var));
    if (var.type->isAggregate())
      emitPlace(*var.init);
    else
      emitValue(*var.init);
    return;
  }
  case Stmt::Assign:
    return emitAssign(cast<AssignStmt>(stmt));
  case Stmt::Expression:
    if (auto *tryExpr = dyn_cast<TryExpr>(cast<ExprStmt>(stmt).expr))
      emitTry(*tryExpr);
    else
      emitCall(*cast<CallExpr>(cast<ExprStmt>(stmt).expr), /*place=*/{});
    return;
  case Stmt::If:
    return emitIf(&cast<IfStmt>(stmt));
  case Stmt::While:
    return emitWhile(cast<WhileStmt>(stmt));
  case Stmt::Loop:
    return emitLoop(cast<LoopStmt>(stmt));
  case Stmt::ForRange:
    return emitForRange(cast<ForRangeStmt>(stmt));
  case Stmt::ForEach:
    return emitForEach(cast<ForEachStmt>(stmt));
  case Stmt::Break:
  case Stmt::Continue: {
    const LoopTargets &targets = loops.back();
    return emitExit(stmt.kind == Stmt::Break ? targets.breakTo
                                             : targets.continueTo,
                    targets.depth);
  }
  case Stmt::Return:
    return emitReturn(cast<ReturnStmt>(stmt).value);
  case Stmt::Trap: {
    Value message = emitValue(*cast<TrapStmt>(stmt).message);
    fir::TrapOp::create(builder, here, message);
    return;
  }
  case Stmt::Defer:
    cleanups.push_back({&cast<DeferStmt>(stmt), nullptr, {}});
    return;
  case Stmt::DeclTuple:
    return emitDeclTuple(cast<DeclTupleStmt>(stmt));
  case Stmt::Match:
    return emitMatch(cast<MatchStmt>(stmt));
  case Stmt::Region:
    return emitRegion(cast<RegionStmt>(stmt));
  case Stmt::Set: {
    const auto &set = cast<SetStmt>(stmt);
    if (set.declares)
      return emitInitialize(*set.value, declare(*set.var));
    return emitReplace(*set.value, getPlace(set.var));
  }
  case Stmt::Every:
    return emitEvery(cast<EveryStmt>(stmt));
  case Stmt::Yield:
    return emitReturn(/*value=*/nullptr);
  case Stmt::Read:
    return emitRead(cast<ReadStmt>(stmt));
  case Stmt::Message:
    return emitMessage(cast<MessageStmt>(stmt));
  case Stmt::When:
    return emitWhen(cast<WhenStmt>(stmt));
  case Stmt::Wait:
    return emitWait(cast<WaitStmt>(stmt));
  case Stmt::Expect:
    return emitExpect(cast<ExpectStmt>(stmt));
  }
  llvm_unreachable("covered switch");
}

//===----------------------------------------------------------------------===//
// Assignment
//===----------------------------------------------------------------------===//

/// True if \p expr reads no memory that an assignment could change: it is made
/// of literals, constants and variables that hold no array or struct.
static bool readsOnlyScalars(const Expr *expr) {
  auto all = [](auto &&exprs) {
    return llvm::all_of(exprs,
                        [](const Expr *e) { return readsOnlyScalars(e); });
  };
  while (true) {
    switch (expr->kind) {
    case Expr::IntLiteral:
    case Expr::FloatLiteral:
    case Expr::BoolLiteral:
    case Expr::StrLiteral:
      return true;
    case Expr::Name:
      return cast<NameExpr>(expr)->constant || !expr->type->isAggregate();
    case Expr::Unary:
      expr = cast<UnaryExpr>(expr)->operand;
      continue;
    case Expr::Convert:
      expr = cast<ConvertExpr>(expr)->operand;
      continue;
    case Expr::Binary:
      if (!readsOnlyScalars(cast<BinaryExpr>(expr)->rhs))
        return false;
      expr = cast<BinaryExpr>(expr)->lhs;
      continue;
    case Expr::Member:
      return cast<MemberExpr>(expr)->variant;
    case Expr::Call:
      return cast<CallExpr>(expr)->variant && all(cast<CallExpr>(expr)->args);
    case Expr::ArrayFill:
      expr = cast<ArrayFillExpr>(expr)->value;
      continue;
    case Expr::ArrayLiteral:
      return all(cast<ArrayLiteralExpr>(expr)->elements);
    case Expr::StructLiteral:
      return all(llvm::map_range(
          cast<StructLiteralExpr>(expr)->fields,
          [](const FieldInit &init) -> const Expr * { return init.value; }));
    default:
      return false;
    }
  }
}

void FunctionLowering::emitInitialize(const Expr &value, Value place) {
  if (value.type->isAggregate())
    return emitInto(value, place);
  Value result = emitValue(value);
  store(here, result, place);
}

/// Initializes memory that \p value may read: places of one type are the same
/// or apart, so copies need no temporary; everything else that reads does.
void FunctionLowering::emitReplace(const Expr &value, Value place) {
  bool isCopy = isa<NameExpr, IndexExpr, MemberExpr>(value);
  if (!value.type->isAggregate() || isCopy || readsOnlyScalars(&value))
    return emitInitialize(value, place);
  Value result = emitPlace(value);
  fir::CopyOp::create(builder, here, result, place);
}

void FunctionLowering::emitAssign(const AssignStmt &stmt) {
  Value place = emitPlace(*stmt.place);
  if (!stmt.op)
    return emitReplace(*stmt.value, place);
  Value old = load(here, place);
  Value operand = emitValue(*stmt.value);
  store(here,
        emitOperation(stmt.opRange, *stmt.op, stmt.place->type, old, operand,
                      stmt.value->type),
        place);
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

void FunctionLowering::emitIf(const IfStmt *stmt) {
  mlir::Block *join = nullptr;
  Location loc = here;
  auto leave = [&] {
    if (!isReachable())
      return;
    if (!join)
      join = new mlir::Block;
    branch(here, join);
  };
  while (true) {
    auto *thenBlock = new mlir::Block, *elseBlock = new mlir::Block;
    emitBranch(*stmt->condition, thenBlock, elseBlock);
    startBlock(thenBlock);
    emitStatements(*stmt->thenBlock);
    leave();
    if (!stmt->elseStmt) {
      if (!join) {
        join = elseBlock;
      } else {
        startBlock(elseBlock);
        branch(loc, join);
      }
      break;
    }
    startBlock(elseBlock);
    if (auto *next = dyn_cast<IfStmt>(stmt->elseStmt)) {
      stmt = next;
      here = module.getLoc(stmt->range);
      continue;
    }
    emitStatements(*cast<Block>(stmt->elseStmt));
    leave();
    break;
  }
  if (join)
    startBlock(join);
}

void FunctionLowering::emitLoopBody(const Block &body, mlir::Block *breakTo,
                                    mlir::Block *continueTo, Location loc) {
  loops.push_back({breakTo, continueTo, cleanups.size()});
  emitStatements(body);
  loops.pop_back();
  if (isReachable())
    branch(loc, continueTo);
}

void FunctionLowering::emitWhile(const WhileStmt &stmt) {
  Location loc = here;
  auto *head = new mlir::Block, *body = new mlir::Block,
       *exit = new mlir::Block;
  branch(loc, head);
  startBlock(head);
  emitBranch(*stmt.condition, body, exit);
  startBlock(body);
  emitLoopBody(*stmt.body, exit, head, loc);
  startBlock(exit);
}

void FunctionLowering::emitLoop(const LoopStmt &stmt) {
  Location loc = here;
  auto *body = new mlir::Block;
  mlir::Block *exit = stmt.hasBreak ? new mlir::Block : nullptr;
  branch(loc, body);
  startBlock(body);
  emitLoopBody(*stmt.body, exit, body, loc);
  if (exit)
    startBlock(exit);
}

/// The loop variable is also the counter: nothing in the body can change it.
/// An inclusive loop tests before it counts, so that it can reach the largest
/// value of the type.
void FunctionLowering::emitForRange(const ForRangeStmt &stmt) {
  const Type *type = stmt.var->type;
  Location loc = here;
  Value low = stmt.low ? emitValue(*stmt.low) : emitInt(loc, type, 0);
  Value high = emitValue(*stmt.high);
  Value counter = stmt.var->name == "_"
                      ? makeTemporary(loc, module.getRefType(type))
                      : declare(*stmt.var);
  store(loc, low, counter);

  bool isSigned = type->isSigned;
  auto less = [&](Value a, Value b, bool orEqual) -> Value {
    BinaryOp op = orEqual ? BinaryOp::Le : BinaryOp::Lt;
    return emitComparison(loc, op, type, a, b);
  };
  auto *body = new mlir::Block, *step = new mlir::Block,
       *exit = new mlir::Block;
  mlir::Block *head = body;
  if (stmt.inclusive) {
    mlir::cf::CondBranchOp::create(builder, loc, less(low, high, true), body,
                                   exit);
  } else {
    head = new mlir::Block;
    branch(loc, head);
    startBlock(head);
    mlir::cf::CondBranchOp::create(
        builder, loc, less(load(loc, counter), high, false), body, exit);
  }

  startBlock(body);
  emitLoopBody(*stmt.body, exit, step, loc);
  if (step->hasNoPredecessors()) {
    delete step;
    startBlock(exit);
    return;
  }
  startBlock(step);
  Value value = load(loc, counter);
  if (stmt.inclusive) {
    auto *more = new mlir::Block;
    Value isLast = emitComparison(loc, BinaryOp::Eq, type, value, high);
    mlir::cf::CondBranchOp::create(builder, loc, isLast, exit, more);
    startBlock(more);
  }
  auto flags = isSigned ? arith::IntegerOverflowFlags::nsw
                        : arith::IntegerOverflowFlags::nuw;
  Value next =
      arith::AddIOp::create(builder, loc, value, emitInt(loc, type, 1), flags);
  store(loc, next, counter);
  branch(loc, head);
  startBlock(exit);
}

/// Slices and strings are evaluated once.  The elements of an array that is a
/// variable are read round by round, so a body that assigns to the array sees
/// its own changes in later rounds.
void FunctionLowering::emitForEach(const ForEachStmt &stmt) {
  const Type *sequence = stmt.sequence->type;
  const Type *element = stmt.var->type;
  Location loc = here;
  Value base = sequence->isArray() ? emitPlace(*stmt.sequence)
                                   : emitValue(*stmt.sequence);
  if (sequence->isStr())
    base = fir::StrBytesOp::create(
        builder, loc, fir::SliceType::get(builder.getI8Type()), base);
  Value length = sequence->isArray()
                     ? emitI64(builder, loc, int64_t(sequence->count))
                     : Value(fir::LenOp::create(builder, loc, base));

  bool isNamed = stmt.index && stmt.index->name != "_";
  Value counter =
      isNamed ? declare(*stmt.index)
              : makeTemporary(loc, fir::RefType::get(builder.getI64Type()));
  store(loc, emitI64(builder, loc, 0), counter);

  auto *head = new mlir::Block, *body = new mlir::Block,
       *step = new mlir::Block, *exit = new mlir::Block;
  branch(loc, head);
  startBlock(head);
  Value number = load(loc, counter);
  Value more = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt,
                                     number, length);
  mlir::cf::CondBranchOp::create(builder, loc, more, body, exit);

  startBlock(body);
  if (stmt.var->name != "_") {
    Value from = emitElement(loc, base, element, number,
                             fir::Signedness::Signed, /*inbounds=*/true);
    Value copy = declare(*stmt.var);
    if (element->isAggregate())
      fir::CopyOp::create(builder, loc, from, copy);
    else
      store(loc, load(loc, from), copy);
  }
  emitLoopBody(*stmt.body, exit, step, loc);
  if (step->hasNoPredecessors()) {
    delete step;
    startBlock(exit);
    return;
  }
  startBlock(step);
  Value next = arith::AddIOp::create(builder, loc, load(loc, counter),
                                     emitI64(builder, loc, 1),
                                     arith::IntegerOverflowFlags::nsw);
  store(loc, next, counter);
  branch(loc, head);
  startBlock(exit);
}
