//===- Upstream.cpp - operations of arith ---------------------------------===//
//
// They mean what they mean in MLIR: integers wrap, which C only promises for
// unsigned ones, and floats are IEEE 754.  Comparisons whose outcome is known
// are not written, because compilers warn about them.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using namespace flux::c;
namespace arith = mlir::arith;

void FunctionWriter::addUpstreamHandlers() {
  on<arith::ConstantOp, &FunctionWriter::writeConstant>();
  on<arith::CmpIOp, &FunctionWriter::writeCmpI>();
  on<arith::CmpFOp, &FunctionWriter::writeCmpF>();
  on<arith::SelectOp, &FunctionWriter::writeSelect>();
  on<arith::NegFOp, &FunctionWriter::writeNegF>();
  on<arith::AddIOp, &FunctionWriter::writeIntegerOp>();
  on<arith::SubIOp, &FunctionWriter::writeIntegerOp>();
  on<arith::MulIOp, &FunctionWriter::writeIntegerOp>();
  on<arith::AndIOp, &FunctionWriter::writeIntegerOp>();
  on<arith::OrIOp, &FunctionWriter::writeIntegerOp>();
  on<arith::XOrIOp, &FunctionWriter::writeIntegerOp>();
  on<arith::ShLIOp, &FunctionWriter::writeShift>();
  on<arith::ShRSIOp, &FunctionWriter::writeShift>();
  on<arith::ShRUIOp, &FunctionWriter::writeShift>();
  on<arith::DivSIOp, &FunctionWriter::writeDivision>();
  on<arith::DivUIOp, &FunctionWriter::writeDivision>();
  on<arith::RemSIOp, &FunctionWriter::writeDivision>();
  on<arith::RemUIOp, &FunctionWriter::writeDivision>();
  on<arith::AddFOp, &FunctionWriter::writeFloatOp>();
  on<arith::SubFOp, &FunctionWriter::writeFloatOp>();
  on<arith::MulFOp, &FunctionWriter::writeFloatOp>();
  on<arith::DivFOp, &FunctionWriter::writeFloatOp>();
  on<arith::ExtSIOp, &FunctionWriter::writeCast>();
  on<arith::ExtUIOp, &FunctionWriter::writeCast>();
  on<arith::TruncIOp, &FunctionWriter::writeCast>();
  on<arith::SIToFPOp, &FunctionWriter::writeCast>();
  on<arith::UIToFPOp, &FunctionWriter::writeCast>();
  on<arith::FPToSIOp, &FunctionWriter::writeCast>();
  on<arith::FPToUIOp, &FunctionWriter::writeCast>();
  on<arith::ExtFOp, &FunctionWriter::writeCast>();
  on<arith::TruncFOp, &FunctionWriter::writeCast>();
  on<arith::MinSIOp, &FunctionWriter::writeMinMax>();
  on<arith::MaxSIOp, &FunctionWriter::writeMinMax>();
  on<arith::MinUIOp, &FunctionWriter::writeMinMax>();
  on<arith::MaxUIOp, &FunctionWriter::writeMinMax>();
  on<arith::MinimumFOp, &FunctionWriter::writeMinMax>();
  on<arith::MaximumFOp, &FunctionWriter::writeMinMax>();
}

static unsigned getWidth(mlir::Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

static std::string getIntegerName(unsigned width, bool isSigned) {
  return (isSigned ? "int" : "uint") + std::to_string(width) + "_t";
}

static Expr makeCast(const std::string &type, const Expr &value) {
  Expr result = {"(" + type + ")" + value.at(Level::Unary)};
  result.level = Level::Unary;
  result.effect = value.effect;
  return result;
}

static Expr makeBinary(const Expr &lhs, llvm::StringRef sign, const Expr &rhs,
                       Level level) {
  // Where people do not know by heart which operator comes first, compilers
  // want parentheses.
  bool isComparison = level == Level::Relation || level == Level::Equality;
  Level left = level >= Level::Sum ? level
               : isComparison      ? Level::Sum
                                   : Level::Unary;
  Level right = level >= Level::Sum ? Level(unsigned(level) + 1) : left;
  Expr result = {(lhs.at(left) + " " + sign + " " + rhs.at(right)).str()};
  result.level = level;
  result.effect = std::max(lhs.effect, rhs.effect);
  return result;
}

void FunctionWriter::writeConstant(arith::ConstantOp op) {
  std::string text = module.getNumber(op.getValue(), op.getType());
  Expr value = {text};
  if (text[0] == '-' || text[0] == '(')
    value.level = Level::Unary;
  values[op.getResult()] = value;
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

Expr FunctionWriter::readAs(mlir::Value value, bool isSigned) {
  unsigned width = getWidth(value.getType());
  if (auto constant = value.getDefiningOp<arith::ConstantOp>()) {
    llvm::APInt number =
        llvm::cast<mlir::IntegerAttr>(constant.getValue()).getValue();
    if (width == 1)
      return take(value);
    if (isSigned && width > 8)
      return take(value);
    std::string text = llvm::toString(number, 10, isSigned);
    if (!isSigned && width >= 32)
      text += "u";
    Expr result = {text};
    if (text[0] == '-')
      result.level = Level::Unary;
    return result;
  }
  Expr expr = take(value);
  bool isKept = width == 1 || (width == 8) != isSigned;
  return isKept ? expr : makeCast(getIntegerName(width, isSigned), expr);
}

Expr FunctionWriter::convertInteger(const Expr &value, mlir::Type from,
                                    bool fromSigned, mlir::Type to) {
  unsigned fromWidth = getWidth(from), toWidth = getWidth(to);
  if (fromWidth == toWidth)
    return value;
  if (toWidth == 1) {
    Expr bit = makeBinary(value, "&", {"1"}, Level::BitAnd);
    return makeBinary(bit, "!=", {"0"}, Level::Equality);
  }
  Expr read = value;
  bool isKept = fromWidth == 1 || (fromWidth == 8) != fromSigned;
  if (toWidth > fromWidth && !isKept)
    read = makeCast(getIntegerName(fromWidth, fromSigned), value);
  if (fromWidth == 1 && fromSigned && toWidth > 1) {
    Expr result = {value.at(Level::Or) + " ? -1 : 0"};
    result.level = Level::Conditional;
    result.effect = value.effect;
    read = result;
  }
  return makeCast(module.getName(to), read);
}

void FunctionWriter::writeIntegerOp(mlir::Operation *op) {
  mlir::Type type = op->getResult(0).getType();
  unsigned width = getWidth(type);
  bool isSum = llvm::isa<arith::AddIOp, arith::SubIOp>(op);
  bool isProduct = llvm::isa<arith::MulIOp>(op);
  llvm::StringRef sign = llvm::isa<arith::AddIOp>(op)   ? "+"
                         : llvm::isa<arith::SubIOp>(op) ? "-"
                         : isProduct                    ? "*"
                         : llvm::isa<arith::AndIOp>(op) ? "&"
                         : llvm::isa<arith::OrIOp>(op)  ? "|"
                                                        : "^";
  Level level = isSum                          ? Level::Sum
                : isProduct                    ? Level::Product
                : llvm::isa<arith::AndIOp>(op) ? Level::BitAnd
                : llvm::isa<arith::OrIOp>(op)  ? Level::BitOr
                                               : Level::BitXor;
  Expr lhs = take(op->getOperand(0)), rhs = take(op->getOperand(1));
  if (!isSum && !isProduct) {
    if (width != 1)
      return set(op->getResult(0), makeBinary(lhs, sign, rhs, level));
    if (sign == "^") {
      if (rhs.text == "true")
        return set(op->getResult(0), lhs.getNegation());
      return set(op->getResult(0), makeBinary(lhs, "!=", rhs, Level::Equality));
    }
    return set(op->getResult(0), makeBinary(lhs, sign, rhs, level));
  }
  auto flags = llvm::cast<arith::ArithIntegerOverflowFlagsInterface>(op);
  // Narrow integers are computed as `int`, where they do not overflow.
  if (width >= 32 && flags.hasNoSignedWrap())
    return set(op->getResult(0), makeBinary(lhs, sign, rhs, level));
  if (width >= 32) {
    std::string name = getIntegerName(width, false);
    lhs = makeCast(name, lhs);
    rhs = makeCast(name, rhs);
  } else if (width == 1) {
    Expr result = isProduct ? makeBinary(lhs, "&", rhs, Level::BitAnd)
                            : makeBinary(lhs, "!=", rhs, Level::Equality);
    return set(op->getResult(0), result);
  }
  set(op->getResult(0),
      makeCast(module.getName(type), makeBinary(lhs, sign, rhs, level)));
}

void FunctionWriter::writeDivision(mlir::Operation *op) {
  bool isSigned = llvm::isa<arith::DivSIOp, arith::RemSIOp>(op);
  bool isRemainder = llvm::isa<arith::RemSIOp, arith::RemUIOp>(op);
  mlir::Type type = op->getResult(0).getType();
  Expr lhs = readAs(op->getOperand(0), isSigned);
  Expr rhs = readAs(op->getOperand(1), isSigned);
  Expr result = makeBinary(lhs, isRemainder ? "%" : "/", rhs, Level::Product);
  bool isKept = isSigned && getWidth(type) >= 32;
  set(op->getResult(0),
      isKept ? result : makeCast(module.getName(type), result));
}

void FunctionWriter::writeShift(mlir::Operation *op) {
  mlir::Type type = op->getResult(0).getType();
  bool isLeft = llvm::isa<arith::ShLIOp>(op);
  bool isSigned = llvm::isa<arith::ShRSIOp>(op);
  Expr amount = take(op->getOperand(1));
  Expr value = isLeft ? makeCast("uint64_t", take(op->getOperand(0)))
                      : readAs(op->getOperand(0), isSigned);
  // A number alone is an `int` of C, which may have 32 bits only.
  if (!isLeft && op->getOperand(0).getDefiningOp<arith::ConstantOp>())
    value = makeCast(isSigned ? "int64_t" : "uint64_t", value);
  set(op->getResult(0),
      makeCast(module.getName(type),
               makeBinary(value, isLeft ? "<<" : ">>", amount, Level::Shift)));
}

/// What a comparison with the least or greatest value says whatever the other
/// side is.
static std::optional<bool> foldAtLimit(arith::CmpIPredicate predicate,
                                       const llvm::APInt &limit) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::ult:
    return limit.isZero() ? std::optional(false) : std::nullopt;
  case P::uge:
    return limit.isZero() ? std::optional(true) : std::nullopt;
  case P::ugt:
    return limit.isMaxValue() ? std::optional(false) : std::nullopt;
  case P::ule:
    return limit.isMaxValue() ? std::optional(true) : std::nullopt;
  case P::slt:
    return limit.isMinSignedValue() ? std::optional(false) : std::nullopt;
  case P::sge:
    return limit.isMinSignedValue() ? std::optional(true) : std::nullopt;
  case P::sgt:
    return limit.isMaxSignedValue() ? std::optional(false) : std::nullopt;
  case P::sle:
    return limit.isMaxSignedValue() ? std::optional(true) : std::nullopt;
  default:
    return std::nullopt;
  }
}

static std::optional<llvm::APInt> getConstant(mlir::Value value) {
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    if (auto number = llvm::dyn_cast<mlir::IntegerAttr>(constant.getValue()))
      return number.getValue();
  return std::nullopt;
}

void FunctionWriter::writeCmpI(arith::CmpIOp op) {
  using P = arith::CmpIPredicate;
  P predicate = op.getPredicate();
  bool isEquality = predicate == P::eq || predicate == P::ne;
  bool isSigned =
      isEquality ? getWidth(op.getLhs().getType()) != 8 : predicate < P::ult;
  Expr lhs = readAs(op.getLhs(), isSigned), rhs = readAs(op.getRhs(), isSigned);
  std::optional<bool> known;
  if (auto limit = getConstant(op.getRhs()))
    known = foldAtLimit(predicate, *limit);
  if (auto limit = getConstant(op.getLhs()); limit && !known) {
    static constexpr P swapped[] = {P::eq,  P::ne,  P::sgt, P::sge, P::slt,
                                    P::sle, P::ugt, P::uge, P::ult, P::ule};
    known = foldAtLimit(swapped[unsigned(predicate)], *limit);
  }
  if (!known && lhs.text == rhs.text && lhs.effect <= Effect::Reads)
    known = predicate == P::eq || predicate == P::sle || predicate == P::sge ||
            predicate == P::ule || predicate == P::uge;
  if (known) {
    for (const Expr &side : {lhs, rhs})
      if (side.effect >= Effect::Traps)
        addStatement("(void)" + side.at(Level::Unary) + ";");
    return set(op, {*known ? "true" : "false"});
  }
  static constexpr const char *signs[] = {"==", "!=", "<",  "<=", ">",
                                          ">=", "<",  "<=", ">",  ">="};
  static constexpr const char *opposites[] = {
      "!=", "==", ">=", ">", "<=", "<", ">=", ">", "<=", "<"};
  Level level = isEquality ? Level::Equality : Level::Relation;
  Expr result = makeBinary(lhs, signs[unsigned(predicate)], rhs, level);
  result.negated =
      makeBinary(lhs, opposites[unsigned(predicate)], rhs, level).text;
  set(op, std::move(result));
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

void FunctionWriter::writeFloatOp(mlir::Operation *op) {
  bool isSum = llvm::isa<arith::AddFOp, arith::SubFOp>(op);
  llvm::StringRef sign = llvm::isa<arith::AddFOp>(op)   ? "+"
                         : llvm::isa<arith::SubFOp>(op) ? "-"
                         : llvm::isa<arith::MulFOp>(op) ? "*"
                                                        : "/";
  Expr lhs = take(op->getOperand(0)), rhs = take(op->getOperand(1));
  set(op->getResult(0),
      makeBinary(lhs, sign, rhs, isSum ? Level::Sum : Level::Product));
}

void FunctionWriter::writeNegF(arith::NegFOp op) {
  Expr value = take(op.getOperand());
  // Not a second minus right behind the first, which would be `--`.
  Expr result = {"-" + value.at(Level::Primary)};
  result.level = Level::Unary;
  result.effect = value.effect;
  set(op, std::move(result));
}

void FunctionWriter::writeCmpF(arith::CmpFOp op) {
  using P = arith::CmpFPredicate;
  P predicate = op.getPredicate();
  auto compare = [&](const char *sign) {
    bool isEquality = sign[0] == '=' || sign[0] == '!';
    return makeBinary(take(op.getLhs()), sign, take(op.getRhs()),
                      isEquality ? Level::Equality : Level::Relation);
  };
  auto direct = [&](const char *sign, const char *opposite) {
    Expr result = compare(sign);
    if (opposite[0])
      result.negated = compare(opposite).text;
    set(op, std::move(result));
  };
  switch (predicate) {
  case P::OEQ:
    return direct("==", "!=");
  case P::UNE:
    return direct("!=", "==");
  case P::OGT:
    return direct(">", "");
  case P::OGE:
    return direct(">=", "");
  case P::OLT:
    return direct("<", "");
  case P::OLE:
    return direct("<=", "");
  case P::UGT:
    return set(op, compare("<=").getNegation());
  case P::UGE:
    return set(op, compare("<").getNegation());
  case P::ULT:
    return set(op, compare(">=").getNegation());
  case P::ULE:
    return set(op, compare(">").getNegation());
  case P::AlwaysFalse:
  case P::AlwaysTrue:
    take(op.getLhs());
    take(op.getRhs());
    return set(op, {predicate == P::AlwaysTrue ? "true" : "false"});
  case P::ONE:
  case P::UEQ:
  case P::ORD:
  case P::UNO:
    break;
  }
  std::string a = takeStable(op.getLhs()).text;
  std::string b = takeStable(op.getRhs()).text;
  bool isOrder = predicate == P::ORD || predicate == P::UNO;
  Expr result = {isOrder ? a + " != " + a + " || " + b + " != " + b
                         : a + " < " + b + " || " + a + " > " + b};
  result.level = Level::Or;
  bool isNegated = predicate == P::UEQ || predicate == P::ORD;
  set(op, isNegated ? result.getNegation() : result);
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

void FunctionWriter::writeCast(mlir::Operation *op) {
  mlir::Value operand = op->getOperand(0);
  mlir::Type from = operand.getType(), to = op->getResult(0).getType();
  if (llvm::isa<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>(op))
    return set(
        op->getResult(0),
        convertInteger(take(operand), from, llvm::isa<arith::ExtSIOp>(op), to));
  Expr value;
  if (llvm::isa<arith::SIToFPOp, arith::UIToFPOp>(op))
    value = readAs(operand, llvm::isa<arith::SIToFPOp>(op));
  else
    value = take(operand);
  if (llvm::isa<arith::FPToUIOp>(op))
    value = makeCast("uint64_t", value);
  set(op->getResult(0), makeCast(module.getName(to), value));
}

void FunctionWriter::writeMinMax(mlir::Operation *op) {
  mlir::Type type = op->getResult(0).getType();
  bool isMin = llvm::isa<arith::MinSIOp, arith::MinUIOp, arith::MinimumFOp>(op);
  if (llvm::isa<mlir::FloatType>(type)) {
    Expr lhs = take(op->getOperand(0)), rhs = take(op->getOperand(1));
    Expr result = {
        module.useHelper(isMin ? "min" : "max", type.isF32() ? "f32" : "f64") +
        "(" + lhs.text + ", " + rhs.text + ")"};
    result.effect = std::max(lhs.effect, rhs.effect);
    return set(op->getResult(0), std::move(result));
  }
  bool isSigned = llvm::isa<arith::MinSIOp, arith::MaxSIOp>(op);
  takeStable(op->getOperand(0));
  takeStable(op->getOperand(1));
  Expr lhs = readAs(op->getOperand(0), isSigned);
  Expr rhs = readAs(op->getOperand(1), isSigned);
  Expr result = {makeBinary(lhs, isMin ? "<" : ">", rhs, Level::Relation).text +
                 " ? " + take(op->getOperand(0)).text + " : " +
                 take(op->getOperand(1)).text};
  result.level = Level::Conditional;
  set(op->getResult(0), std::move(result));
}

void FunctionWriter::writeSelect(arith::SelectOp op) {
  // Only one side is evaluated in C.
  for (mlir::Value side : {op.getTrueValue(), op.getFalseValue()})
    if (pending.contains(side) && values.lookup(side).effect >= Effect::Traps)
      materialize(side);
  Expr condition = take(op.getCondition());
  if (condition.effect >= Effect::Traps)
    for (mlir::Value side : {op.getTrueValue(), op.getFalseValue()})
      if (pending.contains(side) && values.lookup(side).effect != Effect::None)
        materialize(side);
  Expr yes = take(op.getTrueValue()), no = take(op.getFalseValue());
  bool isPlace = llvm::isa<fir::RefType>(op.getType());
  auto side = [&](const Expr &value) {
    return isPlace ? value.address() : value.at(Level::Or);
  };
  Expr result = {condition.at(Level::Or) + " ? " + side(yes) + " : " +
                 side(no)};
  result.level = Level::Conditional;
  result.isAddress = isPlace;
  result.effect = std::max({condition.effect, yes.effect, no.effect});
  set(op, std::move(result));
}
