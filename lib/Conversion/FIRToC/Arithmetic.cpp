//===- Arithmetic.cpp - integer arithmetic that traps ---------------------===//
//
// Each operation is a call of a small function that checks it: C leaves
// overflow, large shifts and conversions undefined.  Integers have no sign in
// FIR and one type in C: what reads them otherwise converts.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using namespace flux::c;

void FunctionWriter::addArithmeticHandlers() {
  on<fir::AddOp, &FunctionWriter::writeAdd>();
  on<fir::SubOp, &FunctionWriter::writeSub>();
  on<fir::MulOp, &FunctionWriter::writeMul>();
  on<fir::DivOp, &FunctionWriter::writeDiv>();
  on<fir::RemOp, &FunctionWriter::writeRem>();
  on<fir::NegOp, &FunctionWriter::writeNeg>();
  on<fir::AbsOp, &FunctionWriter::writeAbs>();
  on<fir::ShlOp, &FunctionWriter::writeShl>();
  on<fir::ShrOp, &FunctionWriter::writeShr>();
  on<fir::AddSatOp, &FunctionWriter::writeAddSat>();
  on<fir::SubSatOp, &FunctionWriter::writeSubSat>();
  on<fir::ConvertOp, &FunctionWriter::writeConvert>();
  on<fir::FitsOp, &FunctionWriter::writeFits>();
}

static bool isSigned(fir::Signedness sign) {
  return sign == fir::Signedness::Signed;
}

/// "i64", "u8", "f32", as helpers are called.
static std::string getShortName(mlir::Type type, bool isSigned) {
  if (llvm::isa<mlir::FloatType>(type))
    return type.isF32() ? "f32" : "f64";
  return (isSigned ? "i" : "u") +
         std::to_string(type.isIndex() ? 64 : type.getIntOrFloatBitWidth());
}

/// Takes an argument of a helper.  Bytes are unsigned, which compilers warn
/// about where a constant is passed as a signed one.
Expr FunctionWriter::takeArgument(mlir::Value value, bool isSigned) {
  bool isSignedByte = isSigned && value.getType().isInteger(8);
  return isSignedByte && value.getDefiningOp<mlir::arith::ConstantOp>()
             ? readAs(value, true)
             : take(value);
}

void FunctionWriter::writeChecked(mlir::Operation *op, llvm::StringRef name,
                                  bool isSigned) {
  mlir::Type type = op->getResult(0).getType();
  std::string text = module.useHelper(name, getShortName(type, isSigned)) +
                     "(" + trapArguments();
  Effect effect = Effect::Traps;
  for (mlir::Value operand : op->getOperands()) {
    Expr value = takeArgument(operand, isSigned);
    effect = std::max(effect, value.effect);
    text += ", " + value.text;
  }
  Expr result = {text + ")"};
  result.effect = effect;
  result.isCall = true;
  set(op->getResult(0), std::move(result));
}

void FunctionWriter::writeAdd(fir::AddOp op) {
  writeChecked(op, "add", isSigned(op.getSign()));
}
void FunctionWriter::writeSub(fir::SubOp op) {
  writeChecked(op, "sub", isSigned(op.getSign()));
}
void FunctionWriter::writeMul(fir::MulOp op) {
  writeChecked(op, "mul", isSigned(op.getSign()));
}
void FunctionWriter::writeDiv(fir::DivOp op) {
  writeChecked(op, "div", isSigned(op.getSign()));
}
void FunctionWriter::writeRem(fir::RemOp op) {
  writeChecked(op, "rem", isSigned(op.getSign()));
}
void FunctionWriter::writeNeg(fir::NegOp op) { writeChecked(op, "neg", true); }
void FunctionWriter::writeAbs(fir::AbsOp op) { writeChecked(op, "abs", true); }
void FunctionWriter::writeShl(fir::ShlOp op) {
  writeChecked(op, "shl", isSigned(op.getSign()));
}
void FunctionWriter::writeShr(fir::ShrOp op) {
  writeChecked(op, "shr", isSigned(op.getSign()));
}

void FunctionWriter::writeSaturating(mlir::Operation *op, llvm::StringRef name,
                                     bool isSigned) {
  mlir::Type type = op->getResult(0).getType();
  Expr lhs = takeArgument(op->getOperand(0), isSigned);
  Expr rhs = takeArgument(op->getOperand(1), isSigned);
  Expr result = {module.useHelper(name, getShortName(type, isSigned)) + "(" +
                 lhs.text + ", " + rhs.text + ")"};
  result.effect = std::max(lhs.effect, rhs.effect);
  result.isCall = true;
  set(op->getResult(0), std::move(result));
}

void FunctionWriter::writeAddSat(fir::AddSatOp op) {
  writeSaturating(op, "add_sat", isSigned(op.getSign()));
}
void FunctionWriter::writeSubSat(fir::SubSatOp op) {
  writeSaturating(op, "sub_sat", isSigned(op.getSign()));
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

/// True if every value of the one type is one of the other.
static bool alwaysFits(unsigned from, bool fromSigned, unsigned to,
                       bool toSigned) {
  if (fromSigned && !toSigned)
    return false;
  return from - fromSigned <= to - toSigned;
}

void FunctionWriter::writeConvert(fir::ConvertOp op) {
  mlir::Type from = op.getOperand().getType(), to = op.getResult().getType();
  bool fromSigned = isSigned(op.getFrom()), toSigned = isSigned(op.getTo());
  bool isFloat = llvm::isa<mlir::FloatType>(from);
  bool fits = !isFloat && alwaysFits(from.getIntOrFloatBitWidth(), fromSigned,
                                     to.getIntOrFloatBitWidth(), toSigned);
  if (fits || op.getMode() == fir::ConvertMode::Wrapping)
    return set(op, convertInteger(take(op.getOperand()), from, fromSigned, to));
  Expr value = takeArgument(op.getOperand(), fromSigned);
  bool traps = op.getMode() == fir::ConvertMode::Checked;
  std::string helper = module.useHelper(
      traps ? "convert" : "saturate", getShortName(from, fromSigned || isFloat),
      getShortName(to, toSigned));
  Expr result = {helper + "(" + (traps ? trapArguments() + ", " : "") +
                 value.text + ")"};
  result.effect = std::max(value.effect, traps ? Effect::Traps : Effect::None);
  result.isCall = true;
  set(op, std::move(result));
}

void FunctionWriter::writeFits(fir::FitsOp op) {
  mlir::Type from = op.getOperand().getType();
  mlir::Type to = op.getTypeAttr().getValue();
  bool fromSigned = isSigned(op.getFrom()), toSigned = isSigned(op.getTo());
  bool isFloat = llvm::isa<mlir::FloatType>(from);
  Expr value = takeArgument(op.getOperand(), fromSigned);
  Expr result = {"true"};
  if (isFloat || !alwaysFits(from.getIntOrFloatBitWidth(), fromSigned,
                             to.getIntOrFloatBitWidth(), toSigned))
    result.text =
        module.useHelper("fits", getShortName(from, fromSigned || isFloat),
                         getShortName(to, toSigned)) +
        "(" + value.text + ")";
  else if (value.effect >= Effect::Traps)
    addStatement("(void)" + value.at(Level::Unary) + ";");
  result.effect = result.text == "true" ? Effect::None : value.effect;
  set(op, std::move(result));
}
