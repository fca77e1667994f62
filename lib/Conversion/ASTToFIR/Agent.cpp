//===- Agent.cpp - Init, Loop and the turns that run them -----------------===//
//
// An agent becomes `flux.agent.init`, `flux.agent.loop` and a `flux_main` that
// runs turns (STEP-5).  State and timers are globals.  A timer holds the
// monotonic time at which its `Every` is due, in nanoseconds; zero means at
// once.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using llvm::isa;
using mlir::Location;
using mlir::Value;
namespace arith = mlir::arith;

Value flux::emitNextDue(mlir::OpBuilder &builder, Location loc, Value due,
                        Value now, int64_t period) {
  Value zero = emitI64(builder, loc, 0);
  Value length = emitI64(builder, loc, period);
  Value isFirst =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, due, zero);
  Value base = arith::SelectOp::create(builder, loc, isFirst, now, due);
  Value late = arith::SubIOp::create(builder, loc, now, base);
  Value into = arith::RemUIOp::create(builder, loc, late, length);
  Value start = arith::SubIOp::create(builder, loc, now, into);
  return arith::AddIOp::create(builder, loc, start, length);
}

void FunctionLowering::emitEvery(const EveryStmt &stmt) {
  Location loc = here;
  auto i64 = fir::RefType::get(builder.getI64Type());
  Value timer =
      fir::AddressOfOp::create(builder, loc, i64, module.getTimer(stmt.timer));
  Value due = load(loc, timer);
  Value isDue =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, now, due);
  auto *body = new mlir::Block, *after = new mlir::Block;
  mlir::cf::CondBranchOp::create(builder, loc, isDue, body, after);
  startBlock(body);
  store(loc, emitNextDue(builder, loc, due, now, stmt.nanoseconds), timer);
  emitStatements(*stmt.body);
  if (isReachable())
    branch(loc, after);
  startBlock(after);
}

mlir::func::FuncOp ModuleLowering::declareSteps(llvm::StringRef symbol,
                                                llvm::StringRef name,
                                                const Block &steps,
                                                mlir::TypeRange params) {
  llvm::SmallVector<mlir::Attribute> types(params.size() + 1,
                                           builder.getStringAttr(""));
  auto function = mlir::func::FuncOp::create(
      builder, getLoc(steps.range), symbol, builder.getFunctionType(params, {}),
      {builder.getNamedAttr(fir::sourceNameAttr, builder.getStringAttr(name)),
       builder.getNamedAttr(fir::sourceTypesAttr,
                            builder.getArrayAttr(types))});
  function.setPrivate();
  return function;
}

void ModuleLowering::emitAgent(const AgentDecl &agent) {
  Location loc = getLoc(agent.range);
  for (const VarDecl *var : agent.state) {
    bool isArray = var->type->isArray();
    mlir::Attribute zero =
        isArray ? builder.getArrayAttr(getZero(var->type->element))
                : getZero(var->type);
    state[var] = makeGlobal(getLoc(var->name), "flux.state." + var->name,
                            getType(var->type), zero, /*isConstant=*/false,
                            /*isFill=*/isArray, getTypeName(var->type));
  }
  for (unsigned i = 0; i < agent.numTimers; ++i)
    timers.push_back(makeGlobal(loc, "flux.timer." + llvm::Twine(i),
                                builder.getI64Type(),
                                builder.getI64IntegerAttr(0),
                                /*isConstant=*/false, /*isFill=*/false, {}));

  mlir::func::FuncOp init, loop;
  if (agent.init) {
    init = declareSteps("flux.agent.init", "Init", *agent.init, {});
    FunctionLowering(*this, init).emitSteps(*agent.init, /*now=*/{});
  }
  if (agent.loop) {
    loop = declareSteps("flux.agent.loop", "Loop", *agent.loop,
                        builder.getI64Type());
    FunctionLowering(*this, loop).emitSteps(*agent.loop, loop.getArgument(0));
  }

  emitRoots(agent);
  mlir::func::FuncOp entry = makeEntryPoint(loc);
  mlir::OpBuilder body = mlir::OpBuilder::atBlockEnd(&entry.getBody().front());
  if (init) {
    mlir::func::CallOp::create(body, loc, init);
    emitTurnEnd(body, agent, loc);
  }
  if (loop)
    return emitTurns(agent, entry, loop, loc);
  Value status =
      arith::ConstantOp::create(body, loc, builder.getI32IntegerAttr(0));
  mlir::func::ReturnOp::create(body, loc, status);
}

/// The function that visits the state (MEM-6), if there is something to keep.
void ModuleLowering::emitRoots(const AgentDecl &agent) {
  auto holdsReference = [](const VarDecl *var) {
    return var->type->holdsReference();
  };
  if (!poisons && llvm::none_of(agent.state, holdsReference))
    return;
  roots = makeHelper("flux.agent.state", builder.getFunctionType({}, {}),
                     "the end of the turn");
  mlir::OpBuilder body = mlir::OpBuilder::atBlockEnd(roots.addEntryBlock());
  for (const VarDecl *var : agent.state) {
    if (!holdsReference(var))
      continue;
    Location loc = getLoc(var->name);
    Value place =
        fir::AddressOfOp::create(body, loc, getRefType(var->type), state[var]);
    mlir::func::FuncOp tracer = getTracer(var->type);
    Value by =
        mlir::func::ConstantOp::create(body, loc, tracer.getFunctionType(),
                                       mlir::FlatSymbolRefAttr::get(tracer));
    fir::KeepRootOp::create(body, loc, place, by);
  }
  mlir::func::ReturnOp::create(body, roots.getLoc());
}

/// Which static regions a program has is known when all of it is lowered.
void ModuleLowering::finishRoots() {
  if (!roots)
    return;
  mlir::OpBuilder body =
      mlir::OpBuilder::atBlockBegin(&roots.getBody().front());
  for (auto [decl, symbol] : regions)
    fir::KeepRegionOp::create(
        body, roots.getLoc(),
        fir::RegionOfOp::create(body, roots.getLoc(),
                                fir::RegionType::get(&context), symbol));
}

void ModuleLowering::emitTurnEnd(mlir::OpBuilder &body, const AgentDecl &agent,
                                 Location loc) {
  if (!roots) {
    fir::IntrinsicOp::create(body, loc, mlir::TypeRange(),
                             builder.getStringAttr("agent.turn_end"),
                             mlir::ValueRange());
    return;
  }
  Value visit = mlir::func::ConstantOp::create(
      body, loc, roots.getFunctionType(), mlir::FlatSymbolRefAttr::get(roots));
  fir::CommitOp::create(body, loc, visit,
                        builder.getI64IntegerAttr(agent.stateBytes),
                        poisons ? builder.getUnitAttr() : nullptr);
}

/// True if a turn does anything but run `Every` steps.
static bool worksEachPeriod(const Block &loop) {
  return !llvm::all_of(loop.statements, [](const Stmt *s) {
    return isa<EveryStmt, WhenStmt, YieldStmt>(s);
  });
}

/// Turns run at the start, at each tick of the period (if the steps outside
/// `Every` do anything) and when a timer is due.  A timer that this turn did
/// not reach waits for the next tick, so that it cannot keep the agent awake.
void ModuleLowering::emitTurns(const AgentDecl &agent, mlir::func::FuncOp entry,
                               mlir::func::FuncOp loop, Location loc) {
  constexpr int64_t never = INT64_MAX;
  mlir::Type i64 = builder.getI64Type();
  auto ref = fir::RefType::get(i64);
  mlir::Block *turn = entry.addBlock(), *sleep = entry.addBlock(),
              *done = entry.addBlock();
  mlir::OpBuilder body = mlir::OpBuilder::atBlockEnd(&entry.getBody().front());
  auto call = [&](llvm::StringRef name, mlir::TypeRange results,
                  mlir::ValueRange args) {
    return fir::IntrinsicOp::create(body, loc, results,
                                    builder.getStringAttr(name), args);
  };
  auto earlier = [&](Value wake, Value due, Value turnStart) -> Value {
    Value isAhead = arith::CmpIOp::create(body, loc, arith::CmpIPredicate::sgt,
                                          due, turnStart);
    Value time = arith::SelectOp::create(body, loc, isAhead, due,
                                         emitI64(body, loc, never));
    return arith::MinSIOp::create(body, loc, wake, time);
  };

  mlir::cf::BranchOp::create(body, loc, turn,
                             mlir::ValueRange(emitI64(body, loc, 0)));
  Value tick = turn->addArgument(i64, loc);
  body.setInsertionPointToEnd(turn);
  Value now = call("time.now", i64, {}).getResults()[0];
  mlir::func::CallOp::create(body, loc, loop, now);
  emitTurnEnd(body, agent, loc);
  Value wake = emitI64(body, loc, never), nextTick = tick;
  if (worksEachPeriod(*agent.loop)) {
    Value isDue =
        arith::CmpIOp::create(body, loc, arith::CmpIPredicate::sge, now, tick);
    nextTick = arith::SelectOp::create(
        body, loc, isDue, emitNextDue(body, loc, tick, now, agent.periodNs),
        tick);
    wake = nextTick;
  }
  for (mlir::FlatSymbolRefAttr timer : timers) {
    Value place = fir::AddressOfOp::create(body, loc, ref, timer);
    wake = earlier(wake, fir::LoadOp::create(body, loc, i64, place), now);
  }
  Value isOver = arith::CmpIOp::create(body, loc, arith::CmpIPredicate::eq,
                                       wake, emitI64(body, loc, never));
  mlir::cf::CondBranchOp::create(body, loc, isOver, done, sleep);

  body.setInsertionPointToEnd(sleep);
  call("console.flush", {}, {});
  Value time = call("time.now", i64, {}).getResults()[0];
  Value duration = arith::SubIOp::create(body, loc, wake, time);
  call("time.sleep", {}, duration);
  mlir::cf::BranchOp::create(body, loc, turn, mlir::ValueRange(nextTick));

  body.setInsertionPointToEnd(done);
  Value status =
      arith::ConstantOp::create(body, loc, builder.getI32IntegerAttr(0));
  mlir::func::ReturnOp::create(body, loc, status);
}
