//===- Steps.cpp - settings, sensors and messages -------------------------===//
//
// A setting that has a value is a constant of the program; one without is read
// from the deployment.  A step that can fail gives a bit, which its `If it
// fails` steps test; without them failing is a trap.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using mlir::Location;
using mlir::Value;
namespace arith = mlir::arith;

//===----------------------------------------------------------------------===//
// Settings and facts
//===----------------------------------------------------------------------===//

void ModuleLowering::emitSettings() {
  for (const SettingDecl *setting : module.settings) {
    const Type *type = setting->var->type;
    mlir::StringAttr symbol =
        builder.getStringAttr("flux.setting." + setting->name);
    mlir::Attribute value;
    if (setting->value.kind != ConstValue::None)
      value = getAttribute(setting->value, type);
    fir::SettingOp::create(
        builder, getLoc(setting->name), symbol,
        mlir::TypeAttr::get(getType(type)), value,
        setting->unit ? builder.getStringAttr(setting->unit->getName())
                      : nullptr,
        setting->isInferred ? builder.getUnitAttr() : nullptr,
        builder.getStringAttr(type->str()));
    settings[setting] = mlir::FlatSymbolRefAttr::get(symbol);
  }
}

void ModuleLowering::emitSupervise(const SuperviseDecl &decl) {
  fir::SuperviseOp::create(
      builder, getLoc(decl.range),
      builder.getStringAttr(decl.strategy.empty() ? "one-for-one"
                                                  : decl.strategy),
      builder.getI64IntegerAttr(int64_t(decl.maxRestarts)),
      builder.getI64IntegerAttr(decl.withinNs),
      builder.getI64IntegerAttr(decl.backoffNs),
      builder.getStringAttr(decl.escalate.empty() ? "stop" : decl.escalate));
}

Value FunctionLowering::emitSetting(const SettingDecl &setting) {
  const Type *type = setting.var->type;
  if (setting.value.kind != ConstValue::None)
    return emitConstant(setting.value, type);
  return fir::SettingValueOp::create(builder, here, module.getType(type),
                                     module.getSetting(&setting));
}

Value FunctionLowering::emitFact(const Fact &fact, const Type *type) {
  switch (fact.source) {
  case Fact::Clock:
    return fir::IntrinsicOp::create(builder, here, builder.getI64Type(),
                                    builder.getStringAttr("time.now"),
                                    mlir::ValueRange())
        .getResults()[0];
  case Fact::Agent:
    return emitStr(here, module.getAgentName());
  case Fact::Device:
    return fir::FactOp::create(builder, here, module.getType(type),
                               builder.getStringAttr(fact.name));
  }
  llvm_unreachable("covered switch");
}

Value FunctionLowering::emitInUnit(const InUnitExpr &expr) {
  Value value = emitValue(*expr.operand);
  auto constant = [&](int64_t number) -> Value {
    return arith::ConstantOp::create(builder, here,
                                     builder.getF64FloatAttr(double(number)));
  };
  if (expr.operand->type->getNumber()->isInt())
    value = arith::SIToFPOp::create(builder, here, builder.getF64Type(), value);
  const Unit &unit = *expr.unit;
  if (unit.denominator != 1)
    value =
        arith::MulFOp::create(builder, here, value, constant(unit.denominator));
  if (unit.numerator != 1)
    value =
        arith::DivFOp::create(builder, here, value, constant(unit.numerator));
  if (unit.offset != 0)
    value = arith::AddFOp::create(builder, here, value, constant(unit.offset));
  return value;
}

//===----------------------------------------------------------------------===//
// Sensors and messages
//===----------------------------------------------------------------------===//

void FunctionLowering::bind(const VarDecl &var, bool declares, Value value) {
  store(here, value, declares ? declare(var) : getPlace(&var));
}

void FunctionLowering::emitRead(const ReadStmt &stmt) {
  Value value = fir::SensorReadOp::create(
      builder, here, module.getType(stmt.var->type),
      builder.getStringAttr(stmt.quantity->name),
      builder.getStringAttr(stmt.bus->name),
      builder.getI64IntegerAttr(int64_t(stmt.address)),
      builder.getStringAttr(stmt.driver->name));
  bind(*stmt.var, stmt.declares, value);
}

/// Runs the failure steps unless \p isOk; traps where there are none.
void FunctionLowering::emitFailure(const MessageStmt &stmt, Value isOk) {
  Location loc = here;
  auto *failed = new mlir::Block, *after = new mlir::Block;
  mlir::cf::CondBranchOp::create(builder, loc, isOk, after, failed);
  startBlock(failed);
  if (stmt.onFailure) {
    emitStatements(*stmt.onFailure);
    if (isReachable())
      branch(loc, after);
  } else {
    std::string message =
        getInfo(stmt.verb).name.str() + " failed: " + stmt.what.str();
    fir::TrapOp::create(builder, loc, emitStr(loc, message));
  }
  startBlock(after);
}

void FunctionLowering::emitMessage(const MessageStmt &stmt) {
  llvm::SmallVector<Value> args;
  for (const Expr *arg : stmt.args)
    args.push_back(emitValue(*arg));
  auto text = [&](llvm::StringRef name) { return builder.getStringAttr(name); };
  mlir::StringAttr what = text(stmt.what);
  mlir::StringAttr agent =
      stmt.agents.empty() ? nullptr : text(stmt.agents.front());
  mlir::StringAttr resource =
      stmt.resource.empty() ? nullptr : text(stmt.resource);
  mlir::IntegerAttr time =
      stmt.timeNs ? builder.getI64IntegerAttr(stmt.timeNs) : nullptr;
  mlir::Type i1 = builder.getI1Type();
  switch (stmt.verb) {
  case Verb::Tell:
    return emitFailure(
        stmt, fir::TellOp::create(builder, here, i1, agent, what, args, time));
  case Verb::Delegate:
    return emitFailure(stmt, fir::DelegateOp::create(builder, here, i1, agent,
                                                     what, args, time));
  case Verb::Ask: {
    constexpr int64_t defaultTime = 5'000'000'000;
    if (!time)
      time = builder.getI64IntegerAttr(defaultTime);
    // Declared before the failure steps, which may set it.
    Location loc = here;
    Value place = stmt.declares ? declare(*stmt.var) : getPlace(stmt.var);
    auto ask =
        fir::AskOp::create(builder, loc, i1, module.getType(stmt.var->type),
                           agent, what, args, time);
    auto *answered = new mlir::Block, *failed = new mlir::Block,
         *after = new mlir::Block;
    mlir::cf::CondBranchOp::create(builder, loc, ask.getAnswered(), answered,
                                   failed);
    startBlock(answered);
    store(loc, ask.getAnswer(), place);
    branch(loc, after);
    startBlock(failed);
    if (!stmt.onFailure) {
      fir::TrapOp::create(builder, loc,
                          emitStr(loc, "ASK failed: " + stmt.what.str()));
    } else {
      if (stmt.declares)
        store(loc, emitEmpty(loc, stmt.var->type), place);
      emitStatements(*stmt.onFailure);
      if (isReachable())
        branch(loc, after);
    }
    return startBlock(after);
  }
  case Verb::Reply:
    fir::ReplyOp::create(builder, here, args.front());
    return;
  case Verb::Subscribe:
    fir::SubscribeOp::create(builder, here, what);
    return;
  case Verb::Emit:
    fir::EmitOp::create(builder, here, what, args);
    return;
  case Verb::Barrier: {
    llvm::SmallVector<llvm::StringRef> names(stmt.agents);
    return emitFailure(
        stmt, fir::BarrierOp::create(builder, here, i1, what,
                                     builder.getStrArrayAttr(names), time));
  }
  case Verb::Grant:
    fir::GrantOp::create(builder, here, what, resource, agent, time);
    return;
  case Verb::Revoke:
    fir::RevokeOp::create(builder, here, what, resource, agent);
    return;
  case Verb::Restart:
    fir::RestartOp::create(builder, here, agent);
    if (!agent)
      fir::UnreachableOp::create(builder, here);
    return;
  default:
    llvm_unreachable("no message");
  }
}

/// The value that a name has before anything is known.
Value FunctionLowering::emitEmpty(Location loc, const Type *type) {
  const Type *number = type->getNumber();
  if (number->isStr())
    return emitStr(loc, "");
  if (number->isBool())
    return emitBool(loc, false);
  return number->isFloat() ? emitFloat(loc, number, 0)
                           : emitInt(loc, number, 0);
}

void FunctionLowering::emitWhen(const WhenStmt &stmt) {
  Location loc = here;
  llvm::SmallVector<mlir::Type> types = {builder.getI1Type()};
  for (const VarDecl *param : stmt.params)
    types.push_back(module.getType(param->type));
  auto message = fir::ReceiveOp::create(
      builder, loc, types, builder.getStringAttr(stmt.event),
      stmt.agent.empty() ? nullptr : builder.getStringAttr(stmt.agent),
      stmt.isTopic ? builder.getUnitAttr() : nullptr);
  auto *body = new mlir::Block, *after = new mlir::Block;
  mlir::cf::CondBranchOp::create(builder, loc, message.getReceived(), body,
                                 after);
  startBlock(body);
  for (auto [param, value] : llvm::zip_equal(stmt.params, message.getArgs()))
    store(loc, value, declare(*param));
  emitStatements(*stmt.body);
  if (isReachable())
    branch(loc, after);
  startBlock(after);
}

//===----------------------------------------------------------------------===//
// Wait
//===----------------------------------------------------------------------===//

/// Looks ten times a second whether the condition holds or the time is over.
void FunctionLowering::emitWait(const WaitStmt &stmt) {
  Location loc = here;
  mlir::Type i64 = builder.getI64Type();
  auto call = [&](llvm::StringRef name, mlir::TypeRange results,
                  mlir::ValueRange args) {
    return fir::IntrinsicOp::create(builder, loc, results,
                                    builder.getStringAttr(name), args);
  };
  Value time = stmt.time ? emitValue(*stmt.time) : Value();
  if (!stmt.condition) {
    call("time.sleep", {}, time);
    return;
  }
  constexpr int64_t pause = 100'000'000;
  Value start;
  if (time)
    start = call("time.now", i64, {}).getResults()[0];
  auto *test = new mlir::Block, *wait = new mlir::Block,
       *after = new mlir::Block;
  branch(loc, test);
  startBlock(test);
  size_t mark = liveTemporaries.size();
  emitBranch(*stmt.condition, after, wait);
  freeTemporaries(mark);
  startBlock(wait);
  if (time) {
    auto *sleep = new mlir::Block;
    Value now = call("time.now", i64, {}).getResults()[0];
    Value passed = arith::SubIOp::create(builder, loc, now, start);
    Value isOver = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::sge, passed, time);
    mlir::cf::CondBranchOp::create(builder, loc, isOver, after, sleep);
    startBlock(sleep);
    // The rest of the time may be shorter than a pause.
    Value rest = arith::SubIOp::create(builder, loc, time, passed);
    call(
        "time.sleep", {},
        arith::MinSIOp::create(builder, loc, rest, emitI64(builder, loc, pause))
            .getResult());
  } else {
    call("time.sleep", {}, emitI64(builder, loc, pause));
  }
  branch(loc, test);
  startBlock(after);
}
