//===- ConstEval.cpp - the value of constant expressions ------------------===//
//
// Constants and array sizes are computed by the compiler with exactly the
// rules of the running program; what would trap there is an error here.
// Integers are computed in 128 bits, which holds every sum and difference and
// all but the largest products of 64-bit values.
//
//===----------------------------------------------------------------------===//

#include "SemaImpl.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/APSInt.h"
#include <cmath>

using namespace flux;
using llvm::cast;
using llvm::StringRef;

static ConstValue makeInt(__int128 value) {
  ConstValue result;
  result.kind = ConstValue::Int;
  result.intValue = value;
  return result;
}

static ConstValue makeBool(bool value) {
  ConstValue result;
  result.kind = ConstValue::Bool;
  result.intValue = value;
  return result;
}

/// Rounds to binary32 where that is the type.
static ConstValue makeFloat(double value, const Type *type) {
  ConstValue result;
  result.kind = ConstValue::Float;
  result.floatValue = type->width == 32 ? double(float(value)) : value;
  return result;
}

static __int128 minOf(const Type *type) {
  return type->isSigned ? -(__int128(1) << (type->width - 1)) : 0;
}
static __int128 maxOf(const Type *type) {
  return (__int128(1) << (type->width - type->isSigned)) - 1;
}
static bool fits(__int128 value, const Type *type) {
  return value >= minOf(type) && value <= maxOf(type);
}
static __int128 wrap(unsigned __int128 value, const Type *type) {
  unsigned __int128 mask =
      (static_cast<unsigned __int128>(1) << type->width) - 1;
  value &= mask;
  if (type->isSigned && (value >> (type->width - 1)))
    return __int128(value) - (__int128(1) << type->width);
  return __int128(value);
}
static __int128 clamp(__int128 value, const Type *type) {
  return std::min(std::max(value, minOf(type)), maxOf(type));
}

/// True if two constants of one type, which has equality, are equal.
static bool areEqual(const ConstValue &a, const ConstValue &b) {
  switch (a.kind) {
  case ConstValue::Float:
    return a.floatValue == b.floatValue;
  case ConstValue::Str:
    return a.strValue == b.strValue;
  case ConstValue::Variant:
    return a.intValue == b.intValue &&
           llvm::all_of_zip(a.elements, b.elements, areEqual);
  default:
    return a.intValue == b.intValue;
  }
}

std::optional<ConstValue>
Sema::evaluateConstruction(const Construction &construction) {
  ConstValue result;
  result.kind = ConstValue::Variant;
  result.intValue = construction.number;
  llvm::SmallVector<ConstValue> values(construction.variant->fields.size());
  for (auto [index, expr] : construction.fields) {
    std::optional<ConstValue> value = evaluate(expr);
    if (!value)
      return std::nullopt;
    values[index] = *value;
  }
  result.elements = context.copy(llvm::ArrayRef<ConstValue>(values));
  return result;
}

std::optional<ConstValue> Sema::evaluate(const Expr *expr) {
  if (!expr->type || expr->type->isError())
    return std::nullopt;
  if (expr->type->isEnum())
    if (Construction construction = getConstruction(expr); construction.variant)
      return evaluateConstruction(construction);
  if (expr->type->isParam()) {
    diags.report(expr->range, diag::not_constant, expr->range)
        .note("its type is not known where the generic function is declared");
    return std::nullopt;
  }
  switch (expr->kind) {
  case Expr::IntLiteral: {
    uint64_t value = cast<IntLiteralExpr>(expr)->value;
    return expr->type->isFloat() ? makeFloat(double(value), expr->type)
                                 : makeInt(value);
  }
  case Expr::FloatLiteral:
    return makeFloat(cast<FloatLiteralExpr>(expr)->value, expr->type);
  case Expr::BoolLiteral:
    return makeBool(cast<BoolLiteralExpr>(expr)->value);
  case Expr::StrLiteral: {
    ConstValue result;
    result.kind = ConstValue::Str;
    result.strValue = cast<StrLiteralExpr>(expr)->value;
    return result;
  }
  case Expr::Name: {
    const auto *name = cast<NameExpr>(expr);
    if (name->constant && name->constant->value.kind != ConstValue::None)
      return name->constant->value;
    if (name->function) {
      ConstValue result;
      result.kind = ConstValue::Func;
      result.function = name->function;
      return result;
    }
    if (!name->constant)
      diags.report(expr->range, diag::not_constant, expr->range)
          .note("a constant may use literals, constants and operators");
    return std::nullopt;
  }
  case Expr::Unary:
    return evaluateUnary(cast<UnaryExpr>(expr));
  case Expr::Binary:
    return evaluateBinary(cast<BinaryExpr>(expr));
  case Expr::Convert:
    return evaluateConvert(cast<ConvertExpr>(expr));
  case Expr::Index:
    return evaluateIndex(cast<IndexExpr>(expr));
  case Expr::Member: {
    const auto *member = cast<MemberExpr>(expr);
    if (member->member == MemberExpr::Len && member->base->type->isArray())
      return makeInt(member->base->type->count);
    std::optional<ConstValue> base = evaluate(member->base);
    if (!base)
      return std::nullopt;
    if (member->member == MemberExpr::Len && base->kind == ConstValue::Str)
      return makeInt(base->strValue.size());
    if (member->member == MemberExpr::Field)
      return base->elements[member->index];
    break;
  }
  case Expr::StructLiteral:
  case Expr::ArrayLiteral:
  case Expr::ArrayFill:
    if (expr->type->isSlice())
      break;
    return evaluateAggregate(expr);
  case Expr::Call:
  case Expr::SliceRange:
  case Expr::Try:
  case Expr::Tuple:
  case Expr::InUnit:
  case Expr::Invalid:
    break;
  }
  diags.report(expr->range, diag::not_constant, expr->range)
      .note("a constant may use literals, constants and operators");
  return std::nullopt;
}

std::optional<ConstValue> Sema::evaluateUnary(const UnaryExpr *expr) {
  std::optional<ConstValue> operand = evaluate(expr->operand);
  if (!operand)
    return std::nullopt;
  const Type *type = expr->type->getNumber();
  switch (expr->op) {
  case UnaryOp::Not:
    return makeBool(!operand->intValue);
  case UnaryOp::BitNot:
    return makeInt(
        wrap(~static_cast<unsigned __int128>(operand->intValue), type));
  case UnaryOp::Neg:
    if (type->isFloat())
      return makeFloat(-operand->floatValue, type);
    if (!fits(-operand->intValue, type)) {
      diags.report(expr->range, diag::constant_overflow, expr->range,
                   type->str());
      return std::nullopt;
    }
    return makeInt(-operand->intValue);
  }
  llvm_unreachable("covered switch");
}

std::optional<ConstValue> Sema::evaluateBinary(const BinaryExpr *expr) {
  std::optional<ConstValue> lhs = evaluate(expr->lhs);
  if (!lhs)
    return std::nullopt;
  BinaryOp op = expr->op;
  if ((op == BinaryOp::LogicalAnd && !lhs->intValue) ||
      (op == BinaryOp::LogicalOr && lhs->intValue))
    return lhs;
  std::optional<ConstValue> rhs = evaluate(expr->rhs);
  if (!rhs)
    return std::nullopt;
  if (op == BinaryOp::LogicalAnd || op == BinaryOp::LogicalOr)
    return rhs;

  const Type *type = expr->type, *operandType = expr->lhs->type;
  auto compare = [&](auto a, auto b) -> std::optional<ConstValue> {
    switch (op) {
    case BinaryOp::Eq:
      return makeBool(a == b);
    case BinaryOp::Ne:
      return makeBool(a != b);
    case BinaryOp::Lt:
      return makeBool(a < b);
    case BinaryOp::Le:
      return makeBool(a <= b);
    case BinaryOp::Gt:
      return makeBool(a > b);
    case BinaryOp::Ge:
      return makeBool(a >= b);
    default:
      return std::nullopt;
    }
  };
  if (lhs->kind == ConstValue::Variant)
    return makeBool(areEqual(*lhs, *rhs) == (op == BinaryOp::Eq));
  if (lhs->kind == ConstValue::Str)
    return compare(lhs->strValue, rhs->strValue);
  if (operandType->isFloat()) {
    double a = lhs->floatValue, b = rhs->floatValue;
    switch (op) {
    case BinaryOp::Add:
      return makeFloat(a + b, type);
    case BinaryOp::Sub:
      return makeFloat(a - b, type);
    case BinaryOp::Mul:
      return makeFloat(a * b, type);
    case BinaryOp::Div:
      return makeFloat(a / b, type);
    default:
      return compare(a, b);
    }
  }

  __int128 a = lhs->intValue, b = rhs->intValue, value = 0;
  bool overflow = false;
  switch (op) {
  case BinaryOp::Add:
    value = a + b;
    break;
  case BinaryOp::Sub:
    value = a - b;
    break;
  case BinaryOp::Mul:
    overflow = __builtin_mul_overflow(a, b, &value);
    break;
  case BinaryOp::Div:
  case BinaryOp::Rem:
    if (b == 0) {
      diags.report(expr->range, diag::constant_division, expr->range);
      return std::nullopt;
    }
    overflow = !fits(a / b, type);
    value = op == BinaryOp::Div ? a / b : a % b;
    break;
  case BinaryOp::Shl:
  case BinaryOp::Shr:
    if (b < 0 || b >= type->width) {
      diags.report(expr->range, diag::constant_shift, expr->range, type->str());
      return std::nullopt;
    }
    value = op == BinaryOp::Shr
                ? a >> int(b)
                : wrap(static_cast<unsigned __int128>(a) << int(b), type);
    break;
  case BinaryOp::And:
    value = a & b;
    break;
  case BinaryOp::Or:
    value = a | b;
    break;
  case BinaryOp::Xor:
    value = a ^ b;
    break;
  case BinaryOp::AddWrap:
    value = wrap(static_cast<unsigned __int128>(a + b), type);
    break;
  case BinaryOp::SubWrap:
    value = wrap(static_cast<unsigned __int128>(a - b), type);
    break;
  case BinaryOp::MulWrap:
    value = wrap(static_cast<unsigned __int128>(a) *
                     static_cast<unsigned __int128>(b),
                 type);
    break;
  case BinaryOp::AddSat:
    value = clamp(a + b, type);
    break;
  case BinaryOp::SubSat:
    value = clamp(a - b, type);
    break;
  default:
    return compare(a, b);
  }
  if (overflow || !fits(value, type)) {
    diags.report(expr->range, diag::constant_overflow, expr->range,
                 type->str());
    return std::nullopt;
  }
  return makeInt(value);
}

std::optional<ConstValue> Sema::evaluateConvert(const ConvertExpr *expr) {
  std::optional<ConstValue> operand = evaluate(expr->operand);
  if (!operand)
    return std::nullopt;
  bool isOptional = expr->mode == ConvertMode::Optional;
  const Type *to = isOptional ? types.getTryType(expr->type) : expr->type;
  const Type *from = expr->operand->type;
  if (to->isStr()) {
    diags.report(expr->range, diag::not_constant, expr->range);
    return std::nullopt;
  }
  if (to->isFloat())
    return makeFloat(from->isFloat()   ? operand->floatValue
                     : to->width == 32 ? double(float(operand->intValue))
                                       : double(operand->intValue),
                     to);
  __int128 value = operand->intValue;
  bool bad = false;
  if (from->isFloat()) {
    double x = std::trunc(operand->floatValue);
    bad = !(x >= double(minOf(to)) &&
            x < std::ldexp(1, to->width - to->isSigned));
    if (!bad)
      value = __int128(x);
    else if (expr->mode == ConvertMode::Saturating)
      value = std::isnan(x) ? 0 : (x < 0 ? minOf(to) : maxOf(to));
  }
  if (expr->mode == ConvertMode::Wrapping)
    return makeInt(wrap(static_cast<unsigned __int128>(value), to));
  if (expr->mode == ConvertMode::Saturating)
    return makeInt(clamp(value, to));
  if (isOptional) {
    ConstValue option;
    option.kind = ConstValue::Variant;
    option.intValue = bad || !fits(value, to) ? NoneVariant : SomeVariant;
    if (option.intValue == SomeVariant)
      option.elements =
          context.copy(llvm::ArrayRef<ConstValue>(makeInt(value)));
    return option;
  }
  if (bad || !fits(value, to)) {
    diags.report(expr->range, diag::constant_overflow, expr->range, to->str());
    return std::nullopt;
  }
  return makeInt(value);
}

std::optional<ConstValue> Sema::evaluateIndex(const IndexExpr *expr) {
  std::optional<ConstValue> base = evaluate(expr->base);
  if (!base)
    return std::nullopt;
  std::optional<ConstValue> index = evaluate(expr->index);
  if (!index)
    return std::nullopt;
  bool isStr = base->kind == ConstValue::Str;
  uint64_t count = isStr ? base->strValue.size() : expr->base->type->count;
  if (index->intValue < 0 || index->intValue >= __int128(count)) {
    diags.report(expr->index->range, diag::index_out_of_bounds,
                 int64_t(index->intValue), count);
    return std::nullopt;
  }
  if (isStr)
    return makeInt(uint8_t(base->strValue[size_t(index->intValue)]));
  if (base->kind == ConstValue::Fill)
    return base->elements[0];
  return base->elements[size_t(index->intValue)];
}

std::optional<ConstValue> Sema::evaluateAggregate(const Expr *expr) {
  ConstValue result;
  result.kind = ConstValue::Aggregate;
  llvm::SmallVector<ConstValue> values;
  auto add = [&](const Expr *element) {
    std::optional<ConstValue> value = evaluate(element);
    if (value)
      values.push_back(*value);
    return value.has_value();
  };
  if (auto *fill = llvm::dyn_cast<ArrayFillExpr>(expr)) {
    if (!add(fill->value))
      return std::nullopt;
    result.kind = ConstValue::Fill;
  } else if (auto *array = llvm::dyn_cast<ArrayLiteralExpr>(expr)) {
    values.reserve(array->elements.size());
    for (const Expr *element : array->elements)
      if (!add(element))
        return std::nullopt;
  } else {
    auto *literal = cast<StructLiteralExpr>(expr);
    values.resize(literal->fields.size());
    for (const FieldInit &init : literal->fields) {
      std::optional<ConstValue> value = evaluate(init.value);
      if (!value)
        return std::nullopt;
      values[init.index] = *value;
    }
  }
  result.elements = context.copy(llvm::ArrayRef<ConstValue>(values));
  return result;
}
