//===- AgentOps.cpp - verifiers of settings, devices and agents -----------===//
//
// These operations name things outside of the program.  The verifiers see to
// it that each name is there, that values can travel in a message, and that
// times are positive.
//
//===----------------------------------------------------------------------===//
#include "Initializer.h"
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace flux::fir;

/// Numbers, bools and strings can be sent, read and set.
static bool isPlain(Type type) {
  return isa<IntegerType, FloatType, StrType>(type);
}

static LogicalResult verifyPlain(Operation *op, TypeRange types) {
  for (Type type : types)
    if (!isPlain(type))
      return op->emitOpError("a value of type ")
             << type << " cannot leave the program";
  return success();
}

static LogicalResult verifyName(Operation *op, llvm::StringRef name,
                                llvm::StringRef what) {
  if (!name.empty())
    return success();
  return op->emitOpError("has no ") << what;
}

static LogicalResult verifyTime(Operation *op, std::optional<uint64_t> time) {
  if (!time || int64_t(*time) > 0)
    return success();
  return op->emitOpError("a time is positive");
}

//===----------------------------------------------------------------------===//
// Settings and devices
//===----------------------------------------------------------------------===//

LogicalResult SettingOp::verify() {
  if (failed(verifyPlain(*this, getType())))
    return failure();
  if (getValue() && !isInitializer(*getValue(), getType()))
    return emitOpError("value does not match type ") << getType();
  return success();
}

LogicalResult SettingValueOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto setting =
      symbols.lookupNearestSymbolFrom<SettingOp>(*this, getSettingAttr());
  if (!setting)
    return emitOpError("no fir.setting is named ") << getSettingAttr();
  if (setting.getType() == getType())
    return success();
  return emitOpError("gives ")
         << getType() << ", must give " << setting.getType();
}

LogicalResult FactOp::verify() {
  if (failed(verifyName(*this, getName(), "name")))
    return failure();
  return verifyPlain(*this, getType());
}

LogicalResult SensorReadOp::verify() {
  if (failed(verifyName(*this, getQuantity(), "quantity")) ||
      failed(verifyName(*this, getBus(), "bus")))
    return failure();
  return verifyName(*this, getDriver(), "driver");
}

//===----------------------------------------------------------------------===//
// Agents
//===----------------------------------------------------------------------===//

template <class Send>
static LogicalResult verifySend(Send op) {
  if (failed(verifyName(op, op.getAgent(), "agent")) ||
      failed(verifyName(op, op.getMessage(), "message")) ||
      failed(verifyTime(op, op.getTime())))
    return failure();
  return verifyPlain(op, op.getArgs().getTypes());
}

LogicalResult TellOp::verify() { return verifySend(*this); }
LogicalResult DelegateOp::verify() { return verifySend(*this); }
LogicalResult AskOp::verify() {
  if (failed(verifySend(*this)))
    return failure();
  return verifyPlain(*this, getAnswer().getType());
}

LogicalResult ReceiveOp::verify() {
  if (failed(verifyName(*this, getEvent(), "event")))
    return failure();
  return verifyPlain(*this, getArgs().getTypes());
}

LogicalResult ReplyOp::verify() {
  return verifyPlain(*this, getValue().getType());
}
LogicalResult SubscribeOp::verify() {
  return verifyName(*this, getTopic(), "topic");
}
LogicalResult EmitOp::verify() {
  if (failed(verifyName(*this, getTopic(), "topic")))
    return failure();
  return verifyPlain(*this, getArgs().getTypes());
}

LogicalResult BarrierOp::verify() {
  if (failed(verifyName(*this, getName(), "name")))
    return failure();
  if (getAgents().empty())
    return emitOpError("has no agents");
  return verifyTime(*this, getTime());
}

static LogicalResult verifyCapability(Operation *op, llvm::StringRef name) {
  constexpr llvm::StringLiteral names[] = {
      "SPAWN",    "COMMUNICATE", "COMPILE",    "IO_READ", "IO_WRITE",  "MEMORY",
      "HARDWARE", "NETWORK",     "FILESYSTEM", "DEBUG",   "SUPERVISOR"};
  if (llvm::is_contained(names, name))
    return success();
  return op->emitOpError("'") << name << "' is not a capability";
}

LogicalResult GrantOp::verify() {
  if (failed(verifyCapability(*this, getCapability())) ||
      failed(verifyName(*this, getAgent(), "agent")))
    return failure();
  return verifyTime(*this, getTime());
}
LogicalResult RevokeOp::verify() {
  if (failed(verifyCapability(*this, getCapability())))
    return failure();
  return verifyName(*this, getAgent(), "agent");
}
LogicalResult RestartOp::verify() {
  return getAgent() ? verifyName(*this, *getAgent(), "agent") : success();
}

LogicalResult SuperviseOp::verify() {
  constexpr llvm::StringLiteral strategies[] = {"one-for-one", "rest-for-one",
                                                "all"};
  if (llvm::is_contained(strategies, getStrategy()))
    return success();
  return emitOpError("'") << getStrategy() << "' is not a strategy";
}
