//===- Arithmetic.cpp - integer arithmetic that traps ---------------------===//
//
// The patterns are those that X86's FastISel folds into one jump: the overflow
// bit of an intrinsic, or one compare, used by the branch that follows.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using namespace flux::lowering;
using rt::TrapKind;

void FunctionLowering::addArithmeticHandlers() {
  on<fir::AddOp, &FunctionLowering::lowerAdd>();
  on<fir::SubOp, &FunctionLowering::lowerSub>();
  on<fir::MulOp, &FunctionLowering::lowerMul>();
  on<fir::DivOp, &FunctionLowering::lowerDiv>();
  on<fir::RemOp, &FunctionLowering::lowerRem>();
  on<fir::NegOp, &FunctionLowering::lowerNeg>();
  on<fir::AbsOp, &FunctionLowering::lowerAbs>();
  on<fir::ShlOp, &FunctionLowering::lowerShl>();
  on<fir::ShrOp, &FunctionLowering::lowerShr>();
  on<fir::AddSatOp, &FunctionLowering::lowerAddSat>();
  on<fir::SubSatOp, &FunctionLowering::lowerSubSat>();
}

static bool isSigned(fir::Signedness sign) {
  return sign == fir::Signedness::Signed;
}

//===----------------------------------------------------------------------===//
// Sums, differences, products
//===----------------------------------------------------------------------===//

/// The result for two constants, unless it overflows.
static llvm::Constant *foldOverflowing(llvm::Intrinsic::ID id, llvm::Value *lhs,
                                       llvm::Value *rhs) {
  auto *left = llvm::dyn_cast<llvm::ConstantInt>(lhs);
  auto *right = llvm::dyn_cast<llvm::ConstantInt>(rhs);
  if (!left || !right)
    return nullptr;
  const llvm::APInt &a = left->getValue(), &b = right->getValue();
  bool overflow = false;
  llvm::APInt result;
  switch (id) {
  case llvm::Intrinsic::sadd_with_overflow:
    result = a.sadd_ov(b, overflow);
    break;
  case llvm::Intrinsic::uadd_with_overflow:
    result = a.uadd_ov(b, overflow);
    break;
  case llvm::Intrinsic::ssub_with_overflow:
    result = a.ssub_ov(b, overflow);
    break;
  case llvm::Intrinsic::usub_with_overflow:
    result = a.usub_ov(b, overflow);
    break;
  case llvm::Intrinsic::smul_with_overflow:
    result = a.smul_ov(b, overflow);
    break;
  default:
    result = a.umul_ov(b, overflow);
    break;
  }
  return overflow ? nullptr : llvm::ConstantInt::get(lhs->getType(), result);
}

/// The runtime function that does the operation and its check, at -O0 (see
/// runtime/rt/Checked.cpp).
static llvm::StringRef getCheckedName(TrapKind kind) {
  switch (kind) {
  case TrapKind::AddOverflow:
    return "add";
  case TrapKind::SubOverflow:
    return "sub";
  case TrapKind::MulOverflow:
    return "mul";
  default:
    return "";
  }
}

llvm::Value *FunctionLowering::createOverflowing(
    llvm::Intrinsic::ID id, llvm::Value *lhs, llvm::Value *rhs, TrapKind kind,
    rt::ValueType type, llvm::ArrayRef<TrapValue> reported) {
  if (llvm::Constant *folded = foldOverflowing(id, lhs, rhs))
    return folded;
  if (!module.isOptimized())
    if (llvm::StringRef operation = getCheckedName(kind); !operation.empty())
      return builder.CreateCall(
          module.getCheckedFunction(operation, type, lhs->getType()),
          {makeSite(kind, type), lhs, rhs});
  // Where there is no product of 128 bits, LLVM would call a function for each
  // product.  Small factors, which most are, cannot overflow; the others are
  // left to what -O0 calls.
  if (kind == TrapKind::MulOverflow && lhs->getType()->isIntegerTy(64) &&
      module.getDataLayout().getPointerSize() == 4) {
    bool sign = id == llvm::Intrinsic::smul_with_overflow;
    llvm::Value *product =
        sign ? builder.CreateNSWMul(lhs, rhs) : builder.CreateNUWMul(lhs, rhs);
    auto fold = [&](llvm::Value *factor) {
      llvm::Value *half = builder.getInt64(uint64_t(1) << 31);
      return sign ? builder.CreateAdd(factor, half) : factor;
    };
    auto *large = llvm::BasicBlock::Create(module.getContext());
    auto *next = llvm::BasicBlock::Create(module.getContext(), "", function);
    builder.CreateCondBr(
        builder.CreateICmpUGT(builder.CreateOr(fold(lhs), fold(rhs)),
                              builder.getInt64(UINT32_MAX)),
        large, next, module.getUnlikely());
    builder.SetInsertPoint(large);
    builder.CreateCall(module.getCheckedFunction("mul", type, lhs->getType()),
                       {makeSite(kind, type), lhs, rhs});
    builder.CreateBr(next);
    trapBlocks.push_back(large);
    builder.SetInsertPoint(next);
    return product;
  }
  llvm::Value *both = builder.CreateCall(
      module.getLLVMIntrinsic(id, lhs->getType()), {lhs, rhs});
  llvm::Value *result = builder.CreateExtractValue(both, 0);
  llvm::SmallVector<TrapValue, 2> values(reported);
  if (kind == TrapKind::AddOverflow)
    values[0] = {result, values[0].isSigned, /*minus=*/rhs};
  else if (kind == TrapKind::SubOverflow)
    values[0] = {result, values[0].isSigned, nullptr, /*plus=*/rhs};
  check(builder.CreateExtractValue(both, 1), kind, type, values);
  return result;
}

void FunctionLowering::lowerAdd(fir::AddOp op) {
  bool sign = isSigned(op.getSign());
  llvm::Value *lhs = getFirst(op.getLhs()), *rhs = getFirst(op.getRhs());
  set(op, createOverflowing(sign ? llvm::Intrinsic::sadd_with_overflow
                                 : llvm::Intrinsic::uadd_with_overflow,
                            lhs, rhs, TrapKind::AddOverflow,
                            getValueType(lhs->getType(), sign),
                            {{lhs, sign}, {rhs, sign}}));
}

void FunctionLowering::lowerSub(fir::SubOp op) {
  bool sign = isSigned(op.getSign());
  llvm::Value *lhs = getFirst(op.getLhs()), *rhs = getFirst(op.getRhs());
  set(op, createOverflowing(sign ? llvm::Intrinsic::ssub_with_overflow
                                 : llvm::Intrinsic::usub_with_overflow,
                            lhs, rhs, TrapKind::SubOverflow,
                            getValueType(lhs->getType(), sign),
                            {{lhs, sign}, {rhs, sign}}));
}

void FunctionLowering::lowerMul(fir::MulOp op) {
  bool sign = isSigned(op.getSign());
  llvm::Value *lhs = getFirst(op.getLhs()), *rhs = getFirst(op.getRhs());
  auto *factor = llvm::dyn_cast<llvm::ConstantInt>(rhs);
  if (module.isOptimized() && !sign && factor && !factor->isZero() &&
      !llvm::isa<llvm::Constant>(lhs)) {
    // x86 tells the overflow of an unsigned product only by its slowest
    // multiply; one compare leaves the product to shifts and sums.
    llvm::APInt limit = llvm::APInt::getMaxValue(factor->getBitWidth())
                            .udiv(factor->getValue());
    check(builder.CreateICmpUGT(lhs,
                                llvm::ConstantInt::get(lhs->getType(), limit)),
          TrapKind::MulOverflow, getValueType(lhs->getType(), false),
          {{lhs, false}, {rhs, false}});
    set(op, builder.CreateNUWMul(lhs, rhs));
    return;
  }
  set(op, createOverflowing(sign ? llvm::Intrinsic::smul_with_overflow
                                 : llvm::Intrinsic::umul_with_overflow,
                            lhs, rhs, TrapKind::MulOverflow,
                            getValueType(lhs->getType(), sign),
                            {{lhs, sign}, {rhs, sign}}));
}

void FunctionLowering::lowerNeg(fir::NegOp op) {
  llvm::Value *operand = getFirst(op.getOperand());
  llvm::Type *type = operand->getType();
  set(op, createOverflowing(llvm::Intrinsic::ssub_with_overflow,
                            llvm::ConstantInt::get(type, 0), operand,
                            TrapKind::NegOverflow, getValueType(type, true),
                            {{operand, true}}));
}

void FunctionLowering::lowerAbs(fir::AbsOp op) {
  llvm::Value *operand = getFirst(op.getOperand());
  llvm::Type *type = operand->getType();
  llvm::Value *smallest = builder.getInt(
      llvm::APInt::getSignedMinValue(type->getIntegerBitWidth()));
  check(builder.CreateICmpEQ(operand, smallest), TrapKind::AbsOverflow,
        getValueType(type, true), {{operand, true}});
  llvm::Value *zero = llvm::ConstantInt::get(type, 0);
  set(op, builder.CreateSelect(builder.CreateICmpSLT(operand, zero),
                               builder.CreateSub(zero, operand), operand));
}

//===----------------------------------------------------------------------===//
// Quotients
//===----------------------------------------------------------------------===//

void FunctionLowering::lowerDivision(mlir::Operation *op, bool isSigned,
                                     bool isRemainder) {
  llvm::Value *lhs = getFirst(op->getOperand(0));
  llvm::Value *rhs = getFirst(op->getOperand(1));
  llvm::Type *type = lhs->getType();
  rt::ValueType valueType = getValueType(type, isSigned);
  auto *divisor = llvm::dyn_cast<llvm::ConstantInt>(rhs);
  if (!divisor || divisor->isZero())
    check(builder.CreateICmpEQ(rhs, llvm::ConstantInt::get(type, 0)),
          isRemainder ? TrapKind::RemByZero : TrapKind::DivByZero, valueType,
          {{lhs, isSigned}});
  if (isSigned && (!divisor || divisor->isMinusOne())) {
    llvm::Value *smallest = builder.getInt(
        llvm::APInt::getSignedMinValue(type->getIntegerBitWidth()));
    llvm::Value *isSmallest = builder.CreateICmpEQ(lhs, smallest);
    llvm::Value *isMinusOne =
        builder.CreateICmpEQ(rhs, llvm::Constant::getAllOnesValue(type));
    check(builder.CreateAnd(isMinusOne, isSmallest),
          isRemainder ? TrapKind::RemOverflow : TrapKind::DivOverflow,
          valueType, {{lhs, true}, {rhs, true}});
  }
  llvm::Value *result;
  if (divisor && divisor->isZero())
    result = llvm::ConstantInt::get(type, 0); // never reached
  else if (isRemainder)
    result =
        isSigned ? builder.CreateSRem(lhs, rhs) : builder.CreateURem(lhs, rhs);
  else
    result =
        isSigned ? builder.CreateSDiv(lhs, rhs) : builder.CreateUDiv(lhs, rhs);
  // A constant quotient that overflows folds to poison; it is never reached.
  if (llvm::isa<llvm::PoisonValue>(result))
    result = llvm::ConstantInt::get(type, 0);
  set(op->getResult(0), result);
}

void FunctionLowering::lowerDiv(fir::DivOp op) {
  lowerDivision(op, isSigned(op.getSign()), /*isRemainder=*/false);
}

void FunctionLowering::lowerRem(fir::RemOp op) {
  lowerDivision(op, isSigned(op.getSign()), /*isRemainder=*/true);
}

//===----------------------------------------------------------------------===//
// Shifts and saturating arithmetic
//===----------------------------------------------------------------------===//

/// The amount in the type of \p lhs.
llvm::Value *FunctionLowering::checkShiftAmount(mlir::Value amount,
                                                llvm::Value *lhs,
                                                bool isSigned) {
  llvm::Value *value = getFirst(amount);
  llvm::Type *type = lhs->getType();
  unsigned width = type->getIntegerBitWidth();
  llvm::Value *failed = builder.CreateICmpUGE(value, builder.getInt64(width));
  check(failed, TrapKind::ShiftAmount, getValueType(type, isSigned),
        {{value, true}});
  if (auto *known = llvm::dyn_cast<llvm::ConstantInt>(failed);
      known && known->isOne())
    return llvm::ConstantInt::get(type, 0); // never reached
  return builder.CreateZExtOrTrunc(value, type);
}

void FunctionLowering::lowerShl(fir::ShlOp op) {
  llvm::Value *lhs = getFirst(op.getLhs());
  llvm::Value *amount =
      checkShiftAmount(op.getAmount(), lhs, isSigned(op.getSign()));
  set(op, builder.CreateShl(lhs, amount));
}

void FunctionLowering::lowerShr(fir::ShrOp op) {
  bool sign = isSigned(op.getSign());
  llvm::Value *lhs = getFirst(op.getLhs());
  llvm::Value *amount = checkShiftAmount(op.getAmount(), lhs, sign);
  set(op,
      sign ? builder.CreateAShr(lhs, amount) : builder.CreateLShr(lhs, amount));
}

void FunctionLowering::lowerAddSat(fir::AddSatOp op) {
  llvm::Value *lhs = getFirst(op.getLhs());
  llvm::Intrinsic::ID id = isSigned(op.getSign()) ? llvm::Intrinsic::sadd_sat
                                                  : llvm::Intrinsic::uadd_sat;
  set(op, builder.CreateCall(module.getLLVMIntrinsic(id, lhs->getType()),
                             {lhs, getFirst(op.getRhs())}));
}

void FunctionLowering::lowerSubSat(fir::SubSatOp op) {
  llvm::Value *lhs = getFirst(op.getLhs());
  llvm::Intrinsic::ID id = isSigned(op.getSign()) ? llvm::Intrinsic::ssub_sat
                                                  : llvm::Intrinsic::usub_sat;
  set(op, builder.CreateCall(module.getLLVMIntrinsic(id, lhs->getType()),
                             {lhs, getFirst(op.getRhs())}));
}
