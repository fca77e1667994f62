//===- Upstream.cpp - operations of arith ---------------------------------===//
//
// They mean in LLVM IR what they mean in MLIR; only bools need care, because
// FastISel compares and selects no i1.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using namespace flux::lowering;
using llvm::CmpInst;
using llvm::Instruction;

void FunctionLowering::addUpstreamHandlers() {
  using namespace mlir::arith;
  on<ConstantOp, &FunctionLowering::lowerConstant>();
  on<CmpIOp, &FunctionLowering::lowerCmpI>();
  on<CmpFOp, &FunctionLowering::lowerCmpF>();
  on<SelectOp, &FunctionLowering::lowerSelect>();
  on<NegFOp, &FunctionLowering::lowerNegF>();
  on<AddIOp, &FunctionLowering::lowerBinary<Instruction::Add>>();
  on<SubIOp, &FunctionLowering::lowerBinary<Instruction::Sub>>();
  on<MulIOp, &FunctionLowering::lowerBinary<Instruction::Mul>>();
  on<AndIOp, &FunctionLowering::lowerBinary<Instruction::And>>();
  on<OrIOp, &FunctionLowering::lowerBinary<Instruction::Or>>();
  on<XOrIOp, &FunctionLowering::lowerBinary<Instruction::Xor>>();
  on<ShLIOp, &FunctionLowering::lowerBinary<Instruction::Shl>>();
  on<ShRSIOp, &FunctionLowering::lowerBinary<Instruction::AShr>>();
  on<ShRUIOp, &FunctionLowering::lowerBinary<Instruction::LShr>>();
  on<DivSIOp, &FunctionLowering::lowerBinary<Instruction::SDiv>>();
  on<DivUIOp, &FunctionLowering::lowerBinary<Instruction::UDiv>>();
  on<RemSIOp, &FunctionLowering::lowerBinary<Instruction::SRem>>();
  on<RemUIOp, &FunctionLowering::lowerBinary<Instruction::URem>>();
  on<AddFOp, &FunctionLowering::lowerBinary<Instruction::FAdd>>();
  on<SubFOp, &FunctionLowering::lowerBinary<Instruction::FSub>>();
  on<MulFOp, &FunctionLowering::lowerBinary<Instruction::FMul>>();
  on<DivFOp, &FunctionLowering::lowerBinary<Instruction::FDiv>>();
  on<ExtSIOp, &FunctionLowering::lowerCast<Instruction::SExt>>();
  on<ExtUIOp, &FunctionLowering::lowerCast<Instruction::ZExt>>();
  on<TruncIOp, &FunctionLowering::lowerCast<Instruction::Trunc>>();
  on<SIToFPOp, &FunctionLowering::lowerCast<Instruction::SIToFP>>();
  on<UIToFPOp, &FunctionLowering::lowerCast<Instruction::UIToFP>>();
  on<FPToSIOp, &FunctionLowering::lowerCast<Instruction::FPToSI>>();
  on<FPToUIOp, &FunctionLowering::lowerCast<Instruction::FPToUI>>();
  on<ExtFOp, &FunctionLowering::lowerCast<Instruction::FPExt>>();
  on<TruncFOp, &FunctionLowering::lowerCast<Instruction::FPTrunc>>();
  on<BitcastOp, &FunctionLowering::lowerCast<Instruction::BitCast>>();
  on<MinSIOp, &FunctionLowering::lowerMinMax<CmpInst::ICMP_SLT>>();
  on<MaxSIOp, &FunctionLowering::lowerMinMax<CmpInst::ICMP_SGT>>();
  on<MinUIOp, &FunctionLowering::lowerMinMax<CmpInst::ICMP_ULT>>();
  on<MaxUIOp, &FunctionLowering::lowerMinMax<CmpInst::ICMP_UGT>>();
  on<MinimumFOp,
     &FunctionLowering::lowerFloatMinMax<llvm::Intrinsic::minimum>>();
  on<MaximumFOp,
     &FunctionLowering::lowerFloatMinMax<llvm::Intrinsic::maximum>>();
}

void FunctionLowering::lowerConstant(mlir::arith::ConstantOp op) {
  if (auto integer = llvm::dyn_cast<mlir::IntegerAttr>(op.getValue()))
    set(op, builder.getInt(integer.getValue()));
  else
    set(op, llvm::ConstantFP::get(
                valueType(op),
                llvm::cast<mlir::FloatAttr>(op.getValue()).getValue()));
}

template <Instruction::BinaryOps opcode>
void FunctionLowering::lowerBinary(mlir::Operation *op) {
  llvm::Value *result = builder.CreateBinOp(opcode, getFirst(op->getOperand(0)),
                                            getFirst(op->getOperand(1)));
  if (auto flags =
          llvm::dyn_cast<mlir::arith::ArithIntegerOverflowFlagsInterface>(op))
    if (auto *instruction = llvm::dyn_cast<Instruction>(result)) {
      if (flags.hasNoSignedWrap())
        instruction->setHasNoSignedWrap();
      if (flags.hasNoUnsignedWrap())
        instruction->setHasNoUnsignedWrap();
    }
  if (auto math = llvm::dyn_cast<mlir::arith::ArithFastMathInterface>(op))
    if (auto *instruction = llvm::dyn_cast<Instruction>(result);
        instruction && llvm::isa<llvm::FPMathOperator>(instruction))
      instruction->setHasAllowReassoc(
          bitEnumContainsAll(math.getFastMathFlagsAttr().getValue(),
                             mlir::arith::FastMathFlags::reassoc));
  set(op->getResult(0), result);
}

template <Instruction::CastOps opcode>
void FunctionLowering::lowerCast(mlir::Operation *op) {
  mlir::Value result = op->getResult(0);
  set(result, builder.CreateCast(opcode, getFirst(op->getOperand(0)),
                                 valueType(result)));
}

void FunctionLowering::lowerNegF(mlir::arith::NegFOp op) {
  set(op, builder.CreateFNeg(getFirst(op.getOperand())));
}

void FunctionLowering::lowerCmpI(mlir::arith::CmpIOp op) {
  static constexpr CmpInst::Predicate predicates[] = {
      CmpInst::ICMP_EQ,  CmpInst::ICMP_NE,  CmpInst::ICMP_SLT,
      CmpInst::ICMP_SLE, CmpInst::ICMP_SGT, CmpInst::ICMP_SGE,
      CmpInst::ICMP_ULT, CmpInst::ICMP_ULE, CmpInst::ICMP_UGT,
      CmpInst::ICMP_UGE};
  CmpInst::Predicate predicate = predicates[unsigned(op.getPredicate())];
  llvm::Value *lhs = getFirst(op.getLhs()), *rhs = getFirst(op.getRhs());
  if (lhs->getType()->isIntegerTy(1) && CmpInst::isEquality(predicate)) {
    llvm::Value *differ = builder.CreateXor(lhs, rhs);
    set(op, predicate == CmpInst::ICMP_NE ? differ : builder.CreateNot(differ));
    return;
  }
  set(op, builder.CreateICmp(predicate, lhs, rhs));
}

void FunctionLowering::lowerCmpF(mlir::arith::CmpFOp op) {
  // Numbered alike in MLIR and LLVM IR, from `false` to `true`.
  static_assert(unsigned(mlir::arith::CmpFPredicate::AlwaysFalse) ==
                    CmpInst::FCMP_FALSE &&
                unsigned(mlir::arith::CmpFPredicate::AlwaysTrue) ==
                    CmpInst::FCMP_TRUE);
  static constexpr CmpInst::Predicate predicates[] = {
      CmpInst::FCMP_FALSE, CmpInst::FCMP_OEQ, CmpInst::FCMP_OGT,
      CmpInst::FCMP_OGE,   CmpInst::FCMP_OLT, CmpInst::FCMP_OLE,
      CmpInst::FCMP_ONE,   CmpInst::FCMP_ORD, CmpInst::FCMP_UEQ,
      CmpInst::FCMP_UGT,   CmpInst::FCMP_UGE, CmpInst::FCMP_ULT,
      CmpInst::FCMP_ULE,   CmpInst::FCMP_UNE, CmpInst::FCMP_UNO,
      CmpInst::FCMP_TRUE};
  set(op, builder.CreateFCmp(predicates[unsigned(op.getPredicate())],
                             getFirst(op.getLhs()), getFirst(op.getRhs())));
}

void FunctionLowering::lowerSelect(mlir::arith::SelectOp op) {
  llvm::Value *condition = getFirst(op.getCondition());
  Halves yes = get(op.getTrueValue()), no = get(op.getFalseValue());
  if (yes.first->getType()->isIntegerTy(1)) {
    set(op, builder.CreateOr(
                builder.CreateAnd(condition, yes.first),
                builder.CreateAnd(builder.CreateNot(condition), no.first)));
    return;
  }
  set(op, builder.CreateSelect(condition, yes.first, no.first),
      yes.second ? builder.CreateSelect(condition, yes.second, no.second)
                 : nullptr);
}

template <CmpInst::Predicate predicate>
void FunctionLowering::lowerMinMax(mlir::Operation *op) {
  llvm::Value *lhs = getFirst(op->getOperand(0));
  llvm::Value *rhs = getFirst(op->getOperand(1));
  set(op->getResult(0),
      builder.CreateSelect(builder.CreateICmp(predicate, lhs, rhs), lhs, rhs));
}

template <llvm::Intrinsic::ID id>
void FunctionLowering::lowerFloatMinMax(mlir::Operation *op) {
  llvm::Value *lhs = getFirst(op->getOperand(0));
  set(op->getResult(0),
      builder.CreateCall(module.getLLVMIntrinsic(id, lhs->getType()),
                         {lhs, getFirst(op->getOperand(1))}));
}
