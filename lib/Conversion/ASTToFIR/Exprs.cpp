//===- Exprs.cpp - expressions --------------------------------------------===//
//
// Three ways to evaluate: to an SSA value (scalars, slices, strings), into
// memory (arrays, structs), and to a place (what has one).  Chains of binary
// operators are walked without recursion, because generated code has chains of
// any length.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/ADT/STLExtras.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;
using mlir::Location;
using mlir::Value;
namespace arith = mlir::arith;

//===----------------------------------------------------------------------===//
// Literals
//===----------------------------------------------------------------------===//

Value flux::emitI64(mlir::OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI64IntegerAttr(value));
}

Value FunctionLowering::emitInt(Location loc, const Type *type,
                                uint64_t value) {
  llvm::APInt bits(type->width, value, /*isSigned=*/false,
                   /*implicitTrunc=*/true);
  return arith::ConstantOp::create(
      builder, loc, mlir::IntegerAttr::get(module.getType(type), bits));
}

Value FunctionLowering::emitBool(Location loc, bool value) {
  return arith::ConstantOp::create(builder, loc, builder.getBoolAttr(value));
}

Value FunctionLowering::emitFloat(Location loc, const Type *type,
                                  double value) {
  llvm::APFloat exact =
      type->width == 32 ? llvm::APFloat(float(value)) : llvm::APFloat(value);
  return arith::ConstantOp::create(
      builder, loc, mlir::FloatAttr::get(module.getType(type), exact));
}

Value FunctionLowering::emitStr(Location loc, llvm::StringRef value) {
  return fir::StrConstOp::create(builder, loc,
                                 fir::StrType::get(builder.getContext()),
                                 builder.getStringAttr(value));
}

//===----------------------------------------------------------------------===//
// Values, memory, places
//===----------------------------------------------------------------------===//

Value FunctionLowering::emitValue(const Expr &expr) {
  switch (expr.kind) {
  case Expr::IntLiteral: {
    uint64_t value = cast<IntLiteralExpr>(expr).value;
    if (!expr.type->isFloat())
      return emitInt(here, expr.type, value);
    return emitFloat(here, expr.type,
                     expr.type->width == 32 ? float(value) : double(value));
  }
  case Expr::FloatLiteral:
    return emitFloat(here, expr.type, cast<FloatLiteralExpr>(expr).value);
  case Expr::BoolLiteral:
    return emitBool(here, cast<BoolLiteralExpr>(expr).value);
  case Expr::StrLiteral:
    return emitStr(here, cast<StrLiteralExpr>(expr).value);
  case Expr::Name:
    return emitName(cast<NameExpr>(expr));
  case Expr::Unary:
    return emitUnary(cast<UnaryExpr>(expr));
  case Expr::Binary:
    return emitBinary(cast<BinaryExpr>(expr));
  case Expr::Call:
    return emitCall(cast<CallExpr>(expr), /*place=*/{});
  case Expr::Convert:
    return emitConvert(cast<ConvertExpr>(expr));
  case Expr::Index:
    if (cast<IndexExpr>(expr).isRow)
      return emitRow(cast<IndexExpr>(expr));
    return load(here, emitPlace(expr));
  case Expr::SliceRange:
    return emitSliceRange(cast<SliceRangeExpr>(expr));
  case Expr::Member:
    return emitMember(cast<MemberExpr>(expr));
  case Expr::InUnit:
    return emitInUnit(cast<InUnitExpr>(expr));
  case Expr::Try:
    return load(here, emitPlace(expr));
  case Expr::ArrayLiteral: // `[]` is a slice
    return fir::AllocOp::create(builder, here, module.getType(expr.type),
                                emitI64(builder, here, 0), Value());
  case Expr::Tuple:
  case Expr::StructLiteral:
  case Expr::ArrayFill:
  case Expr::Invalid:
    break;
  }
  llvm_unreachable("arrays and structs are no SSA values");
}

Value FunctionLowering::emitFunctionValue(const FunctionDecl &decl) {
  mlir::func::FuncOp function = module.getFunction(&decl);
  return mlir::func::ConstantOp::create(
      builder, here, function.getFunctionType(), function.getSymName());
}

Value FunctionLowering::emitName(const NameExpr &expr) {
  if (expr.var && expr.type->isRegion())
    return getRegion(expr.var);
  if (expr.var && expr.var->setting)
    return emitSetting(*expr.var->setting);
  if (expr.var && expr.var->fact)
    return emitFact(*expr.var->fact, expr.var->type);
  if (expr.var)
    return load(here, getPlace(expr.var));
  if (expr.function)
    return emitFunctionValue(*expr.function);
  return emitConstant(expr.constant->value, expr.type);
}

Value FunctionLowering::emitConstant(const ConstValue &value,
                                     const Type *type) {
  switch (value.kind) {
  case ConstValue::Int:
    return emitInt(here, type, uint64_t(value.intValue));
  case ConstValue::Float:
    return emitFloat(here, type, value.floatValue);
  case ConstValue::Bool:
    return emitBool(here, value.intValue != 0);
  case ConstValue::Str:
    return emitStr(here, value.strValue);
  case ConstValue::Variant:
    return emitTag(*type->enumDecl, uint64_t(value.intValue));
  case ConstValue::Func:
    return emitFunctionValue(*value.function);
  case ConstValue::None:
  case ConstValue::Aggregate:
  case ConstValue::Fill:
    break;
  }
  llvm_unreachable("arrays and structs are no SSA values");
}

/// Sets \p result to the value of a number that is written out.
static bool getLiteral(const Expr &expr, ConstValue &result) {
  const auto *unary = dyn_cast<UnaryExpr>(&expr);
  const Expr &literal =
      unary && unary->op == UnaryOp::Neg ? *unary->operand : expr;
  bool isFloat = expr.type->isFloat();
  result.kind = isFloat ? ConstValue::Float : ConstValue::Int;
  if (auto *number = dyn_cast<IntLiteralExpr>(&literal)) {
    result.intValue = number->value;
    result.floatValue = double(number->value);
  } else if (auto *number = dyn_cast<FloatLiteralExpr>(&literal)) {
    result.floatValue = number->value;
  } else {
    return false;
  }
  if (&literal != &expr) {
    result.intValue = -result.intValue;
    result.floatValue = -result.floatValue;
  }
  return true;
}

/// Long lists of numbers are data, not code; null for all others.
Value FunctionLowering::emitTable(const ArrayLiteralExpr &expr) {
  constexpr size_t minElements = 16;
  if (!expr.type->element->isNumber() || expr.elements.size() < minElements)
    return {};
  std::vector<ConstValue> values(expr.elements.size());
  for (auto [element, value] : llvm::zip(expr.elements, values))
    if (!getLiteral(*element, value))
      return {};
  return fir::AddressOfOp::create(builder, here, module.getRefType(expr.type),
                                  module.makeTable(here, values, expr.type));
}

void FunctionLowering::emitInto(const Expr &expr, Value place) {
  if (Construction construction = getConstruction(&expr); construction.variant)
    return emitConstruction(construction, place);
  switch (expr.kind) {
  case Expr::Convert: // `T?(x)` is the only one that gives an aggregate
    return emitOptionalConvert(cast<ConvertExpr>(expr), place);
  case Expr::Tuple:
    for (auto [index, element] :
         llvm::enumerate(cast<TupleExpr>(expr).elements))
      emitInitialize(*element, emitField(place, element->type, index));
    return;
  case Expr::Call:
    emitCall(cast<CallExpr>(expr), place);
    return;
  case Expr::StructLiteral:
    for (const FieldInit &init : cast<StructLiteralExpr>(expr).fields) {
      Value field = fir::FieldOp::create(builder, here,
                                         module.getRefType(init.value->type),
                                         place, init.index);
      emitInitialize(*init.value, field);
    }
    return;
  case Expr::ArrayLiteral:
    if (Value table = emitTable(cast<ArrayLiteralExpr>(expr))) {
      fir::CopyOp::create(builder, here, table, place);
      return;
    }
    for (auto [index, element] :
         llvm::enumerate(cast<ArrayLiteralExpr>(expr).elements)) {
      emitInitialize(*element,
                     emitElement(here, place, element->type,
                                 emitI64(builder, here, index),
                                 fir::Signedness::Signed, /*inbounds=*/true));
    }
    return;
  case Expr::ArrayFill: {
    const Expr &element = *cast<ArrayFillExpr>(expr).value;
    Value value =
        element.type->isAggregate() ? emitPlace(element) : emitValue(element);
    emitFill(emitSliceOf(here, place, expr.type), value, element.type);
    return;
  }
  default:
    fir::CopyOp::create(builder, here, emitPlace(expr), place);
    return;
  }
}

Value FunctionLowering::emitElement(Location loc, Value base,
                                    const Type *element, Value index,
                                    fir::Signedness sign, bool inbounds) {
  fir::RefType wanted = module.getRefType(element), type = wanted;
  if (isa<fir::SliceType>(base.getType()))
    type = fir::RefType::get(module.getElementType(element));
  Value place =
      fir::ElementOp::create(builder, loc, type, sign, base, index, inbounds);
  return type == wanted ? place
                        : fir::RetypeOp::create(builder, loc, wanted, place);
}

void FunctionLowering::emitFill(Value slice, Value value, const Type *element) {
  if (mlir::Type named = module.getElementType(element);
      named != module.getType(element))
    value =
        fir::RetypeOp::create(builder, here, fir::RefType::get(named), value);
  fir::FillOp::create(builder, here, slice, value);
}

Value FunctionLowering::emitPlace(const Expr &expr) {
  if (auto *name = dyn_cast<NameExpr>(&expr); name && !name->function) {
    if (name->var)
      return getPlace(name->var);
    return fir::AddressOfOp::create(builder, here, module.getRefType(expr.type),
                                    module.getGlobal(*name->constant));
  }
  if (auto *index = dyn_cast<IndexExpr>(&expr)) {
    const Expr &base = *index->base;
    Value value = base.type->isArray() ? emitPlace(base) : emitValue(base);
    if (base.type->isStr())
      value = fir::StrBytesOp::create(
          builder, here, fir::SliceType::get(builder.getI8Type()), value);
    Value number = emitIndex(*index->index);
    return emitElement(module.getLoc(expr.range), value, expr.type, number,
                       getSign(index->index->type), /*inbounds=*/false);
  }
  if (auto *tryExpr = dyn_cast<TryExpr>(&expr)) {
    Value payload = emitTry(*tryExpr);
    return expr.type->isTuple() ? payload : emitField(payload, expr.type, 0);
  }
  if (auto *member = dyn_cast<MemberExpr>(&expr);
      member && member->member == MemberExpr::Field) {
    Value base = emitPlace(*member->base);
    return fir::FieldOp::create(builder, here, module.getRefType(expr.type),
                                base, member->index);
  }
  Value place = makeTemporary(here, module.getRefType(expr.type));
  emitInto(expr, place);
  return place;
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

Value FunctionLowering::emitUnary(const UnaryExpr &expr) {
  const Type *type = expr.type->getNumber();
  // The smallest value of a type has no positive counterpart.
  if (auto *literal = dyn_cast<IntLiteralExpr>(expr.operand);
      literal && expr.op == UnaryOp::Neg && type->isInt())
    return emitInt(here, type, -literal->value);

  Value operand = emitValue(*expr.operand);
  switch (expr.op) {
  case UnaryOp::Not:
    return arith::XOrIOp::create(builder, here, operand, emitBool(here, true));
  case UnaryOp::BitNot:
    return arith::XOrIOp::create(builder, here, operand,
                                 emitInt(here, type, ~uint64_t(0)));
  case UnaryOp::Neg:
    break;
  }
  if (type->isFloat())
    return arith::NegFOp::create(builder, here, operand);
  return fir::NegOp::create(builder, module.getLoc(expr.range), operand);
}

static bool isLogical(BinaryOp op) {
  return op == BinaryOp::LogicalAnd || op == BinaryOp::LogicalOr;
}

Value FunctionLowering::emitBinary(const BinaryExpr &expr) {
  llvm::SmallVector<const BinaryExpr *, 8> chain;
  const Expr *first = &expr;
  const BinaryExpr *enums = nullptr;
  while (auto *binary = dyn_cast<BinaryExpr>(first)) {
    if (binary->lhs->type->isAggregate()) {
      enums = binary;
      break;
    }
    chain.push_back(binary);
    first = binary->lhs;
  }
  Value value = enums ? emitEnumComparison(*enums) : emitValue(*first);
  for (const BinaryExpr *binary : llvm::reverse(chain)) {
    if (isLogical(binary->op)) {
      value = emitLogical(*binary, value);
      continue;
    }
    Value rhs = emitValue(*binary->rhs);
    value = emitOperation(binary->opRange, binary->op,
                          binary->lhs->type->getNumber(), value, rhs,
                          binary->rhs->type->getNumber());
  }
  return value;
}

Value FunctionLowering::emitLogical(const BinaryExpr &expr, Value lhs) {
  auto *more = new mlir::Block, *join = new mlir::Block;
  Value result = join->addArgument(builder.getI1Type(), here);
  if (expr.op == BinaryOp::LogicalAnd)
    mlir::cf::CondBranchOp::create(builder, here, lhs, more, mlir::ValueRange(),
                                   join, mlir::ValueRange(lhs));
  else
    mlir::cf::CondBranchOp::create(builder, here, lhs, join,
                                   mlir::ValueRange(lhs), more,
                                   mlir::ValueRange());
  startBlock(more);
  Value rhs = emitValue(*expr.rhs);
  branch(here, join, rhs);
  startBlock(join);
  return result;
}

void FunctionLowering::emitBranch(const Expr &condition, mlir::Block *ifTrue,
                                  mlir::Block *ifFalse) {
  if (auto *literal = dyn_cast<BoolLiteralExpr>(&condition))
    return branch(here, literal->value ? ifTrue : ifFalse);
  if (auto *unary = dyn_cast<UnaryExpr>(&condition))
    return emitBranch(*unary->operand, ifFalse, ifTrue);
  auto *binary = dyn_cast<BinaryExpr>(&condition);
  if (!binary || !isLogical(binary->op)) {
    mlir::cf::CondBranchOp::create(builder, here, emitValue(condition), ifTrue,
                                   ifFalse);
    return;
  }
  BinaryOp op = binary->op;
  llvm::SmallVector<const Expr *, 8> operands; // last first
  while (binary && binary->op == op) {
    operands.push_back(binary->rhs);
    const Expr *lhs = binary->lhs;
    binary = dyn_cast<BinaryExpr>(lhs);
    if (!binary || binary->op != op)
      operands.push_back(lhs);
  }
  for (const Expr *operand : llvm::reverse(operands)) {
    if (operand == operands.front())
      return emitBranch(*operand, ifTrue, ifFalse);
    auto *next = new mlir::Block;
    if (op == BinaryOp::LogicalAnd)
      emitBranch(*operand, next, ifFalse);
    else
      emitBranch(*operand, ifTrue, next);
    startBlock(next);
  }
}

Value FunctionLowering::emitOperation(llvm::StringRef place, BinaryOp op,
                                      const Type *type, Value lhs, Value rhs,
                                      const Type *rhsType) {
  if (op >= BinaryOp::Eq)
    return emitComparison(here, op, type, lhs, rhs);
  if (!type->isFloat())
    return emitIntOperation(place, op, type, lhs, rhs, rhsType);
  switch (op) {
  case BinaryOp::Add:
    return arith::AddFOp::create(builder, here, lhs, rhs, floatFlags);
  case BinaryOp::Sub:
    return arith::SubFOp::create(builder, here, lhs, rhs, floatFlags);
  case BinaryOp::Mul:
    return arith::MulFOp::create(builder, here, lhs, rhs, floatFlags);
  case BinaryOp::Div:
    return arith::DivFOp::create(builder, here, lhs, rhs);
  default:
    llvm_unreachable("not defined on floats");
  }
}

Value FunctionLowering::emitIntOperation(llvm::StringRef place, BinaryOp op,
                                         const Type *type, Value lhs, Value rhs,
                                         const Type *rhsType) {
  fir::Signedness sign = getSign(type);
  auto loc = [&] { return module.getLoc(place); };
  switch (op) {
  case BinaryOp::Add:
    return fir::AddOp::create(builder, loc(), lhs.getType(), sign, lhs, rhs);
  case BinaryOp::Sub:
    return fir::SubOp::create(builder, loc(), lhs.getType(), sign, lhs, rhs);
  case BinaryOp::Mul:
    return fir::MulOp::create(builder, loc(), lhs.getType(), sign, lhs, rhs);
  case BinaryOp::Div:
    return fir::DivOp::create(builder, loc(), lhs.getType(), sign, lhs, rhs);
  case BinaryOp::Rem:
    return fir::RemOp::create(builder, loc(), lhs.getType(), sign, lhs, rhs);
  case BinaryOp::AddSat:
    return fir::AddSatOp::create(builder, loc(), lhs.getType(), sign, lhs, rhs);
  case BinaryOp::SubSat:
    return fir::SubSatOp::create(builder, loc(), lhs.getType(), sign, lhs, rhs);
  case BinaryOp::Shl:
    return fir::ShlOp::create(builder, loc(), lhs.getType(), sign, lhs,
                              emitToI64(here, rhs, rhsType));
  case BinaryOp::Shr:
    return fir::ShrOp::create(builder, loc(), lhs.getType(), sign, lhs,
                              emitToI64(here, rhs, rhsType));
  case BinaryOp::AddWrap:
    return arith::AddIOp::create(builder, here, lhs, rhs);
  case BinaryOp::SubWrap:
    return arith::SubIOp::create(builder, here, lhs, rhs);
  case BinaryOp::MulWrap:
    return arith::MulIOp::create(builder, here, lhs, rhs);
  case BinaryOp::And:
    return arith::AndIOp::create(builder, here, lhs, rhs);
  case BinaryOp::Or:
    return arith::OrIOp::create(builder, here, lhs, rhs);
  case BinaryOp::Xor:
    return arith::XOrIOp::create(builder, here, lhs, rhs);
  default:
    llvm_unreachable("comparisons and logic are lowered elsewhere");
  }
}

Value flux::emitScalarComparison(mlir::OpBuilder &builder, Location loc,
                                 BinaryOp op, const Type *type, Value lhs,
                                 Value rhs) {
  // In the order Eq, Ne, Lt, Le, Gt, Ge of BinaryOp.
  unsigned number = unsigned(op) - unsigned(BinaryOp::Eq);
  using I = arith::CmpIPredicate;
  using F = arith::CmpFPredicate;
  static constexpr I signedInts[] = {I::eq,  I::ne,  I::slt,
                                     I::sle, I::sgt, I::sge};
  static constexpr I unsignedInts[] = {I::eq,  I::ne,  I::ult,
                                       I::ule, I::ugt, I::uge};
  static constexpr F floats[] = {F::OEQ, F::UNE, F::OLT,
                                 F::OLE, F::OGT, F::OGE};
  if (type->isFloat())
    return arith::CmpFOp::create(builder, loc, floats[number], lhs, rhs);
  if (type->isStr())
    return fir::StrCmpOp::create(builder, loc, fir::StrPredicate(number), lhs,
                                 rhs);
  bool isSigned = getSign(type) == fir::Signedness::Signed;
  return arith::CmpIOp::create(
      builder, loc, isSigned ? signedInts[number] : unsignedInts[number], lhs,
      rhs);
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

Value FunctionLowering::emitToI64(Location loc, Value value, const Type *type) {
  if (type->width == 64)
    return value;
  mlir::Type i64 = builder.getI64Type();
  return type->isSigned
             ? arith::ExtSIOp::create(builder, loc, i64, value).getResult()
             : arith::ExtUIOp::create(builder, loc, i64, value).getResult();
}

Value FunctionLowering::emitConvert(const ConvertExpr &expr) {
  const Type *from = expr.operand->type, *to = expr.type;
  Value value = emitValue(*expr.operand);
  if (from == to)
    return value;
  if (to->isStr())
    return fir::StrFromBytesOp::create(builder, module.getLoc(expr.range),
                                       fir::StrType::get(builder.getContext()),
                                       value);

  mlir::Type type = module.getType(to);
  if (from->isBool())
    return arith::ExtUIOp::create(builder, here, type, value);
  if (to->isFloat()) {
    if (from->isInt() && from->isSigned)
      return arith::SIToFPOp::create(builder, here, type, value);
    if (from->isInt())
      return arith::UIToFPOp::create(builder, here, type, value);
    if (from->width < to->width)
      return arith::ExtFOp::create(builder, here, type, value);
    return arith::TruncFOp::create(builder, here, type, value);
  }

  bool isWrapping = expr.mode == ConvertMode::Wrapping;
  if (from->isInt()) {
    bool fits = !from->isSigned || to->isSigned;
    if (from->width < to->width && (fits || isWrapping))
      return from->isSigned ? arith::ExtSIOp::create(builder, here, type, value)
                                  .getResult()
                            : arith::ExtUIOp::create(builder, here, type, value)
                                  .getResult();
    if (isWrapping && from->width == to->width)
      return value;
    if (isWrapping)
      return arith::TruncIOp::create(builder, here, type, value);
  }
  fir::ConvertMode mode = expr.mode == ConvertMode::Saturating
                              ? fir::ConvertMode::Saturating
                              : fir::ConvertMode::Checked;
  return fir::ConvertOp::create(builder, module.getLoc(expr.range), type, mode,
                                getSign(from), getSign(to), value);
}

//===----------------------------------------------------------------------===//
// Elements, slices, members
//===----------------------------------------------------------------------===//

Value FunctionLowering::emitIndex(const Expr &index) {
  Value value = emitValue(index);
  return emitToI64(here, value, index.type);
}

Value FunctionLowering::emitSliceOf(Location loc, Value place,
                                    const Type *array) {
  auto type = fir::SliceType::get(module.getType(array->element));
  auto wanted = fir::SliceType::get(module.getElementType(array->element));
  Value slice = fir::SliceOfOp::create(builder, loc, type, place);
  return type == wanted ? slice
                        : fir::RetypeOp::create(builder, loc, wanted, slice);
}

Value FunctionLowering::emitSliceRange(const SliceRangeExpr &expr) {
  const Type *base = expr.base->type;
  Location loc = module.getLoc(expr.range);
  Value whole = base->isArray() ? emitSliceOf(loc, emitPlace(*expr.base), base)
                                : emitValue(*expr.base);
  if (!expr.low && !expr.high)
    return whole;
  Value low = expr.low ? emitIndex(*expr.low) : emitI64(builder, loc, 0);
  Value high;
  if (expr.high)
    high = emitIndex(*expr.high);
  else if (base->isArray())
    high = emitI64(builder, loc, int64_t(base->count));
  else
    high = fir::LenOp::create(builder, loc, whole);
  if (base->isStr())
    return fir::SubstrOp::create(builder, loc, whole.getType(), whole, low,
                                 high);
  return fir::SubsliceOp::create(builder, loc, whole, low, high);
}

Value FunctionLowering::emitMember(const MemberExpr &expr) {
  const Expr &base = *expr.base;
  switch (expr.member) {
  case MemberExpr::Variant:
    return emitTag(*expr.type->enumDecl, getConstruction(&expr).number);
  case MemberExpr::Field:
    return load(here, emitPlace(expr));
  case MemberExpr::Bytes:
    return fir::StrBytesOp::create(builder, here, module.getType(expr.type),
                                   emitValue(base));
  case MemberExpr::Len:
    break;
  }
  if (!base.type->isArray())
    return fir::LenOp::create(builder, here, emitValue(base));
  if (!isa<NameExpr>(base)) // evaluated for its traps and effects
    emitPlace(base);
  return emitI64(builder, here, int64_t(base.type->count));
}
