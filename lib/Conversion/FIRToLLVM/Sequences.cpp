//===- Sequences.cpp - slices and strings ---------------------------------===//
//
// A slice or string is two values: address and length.  Checks of ranges are
// skipped where the bounds are visibly those of the whole.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using namespace flux::lowering;
using rt::TrapKind;

void FunctionLowering::addSequenceHandlers() {
  on<fir::SliceOfOp, &FunctionLowering::lowerSliceOf>();
  on<fir::SubsliceOp, &FunctionLowering::lowerSubslice>();
  on<fir::ShapeOp, &FunctionLowering::lowerShape>();
  on<fir::RowOp, &FunctionLowering::lowerRow>();
  on<fir::SubstrOp, &FunctionLowering::lowerSubstr>();
  on<fir::LenOp, &FunctionLowering::lowerLen>();
  on<fir::FillOp, &FunctionLowering::lowerFill>();
  on<fir::AllocOp, &FunctionLowering::lowerAlloc>();
  on<fir::RegionEnterOp, &FunctionLowering::lowerRegionEnter>();
  on<fir::RegionExitOp, &FunctionLowering::lowerRegionExit>();
  on<fir::KeepOp, &FunctionLowering::lowerKeep>();
  on<fir::KeepRootOp, &FunctionLowering::lowerKeepRoot>();
  on<fir::KeepRegionOp, &FunctionLowering::lowerKeepRegion>();
  on<fir::CommitOp, &FunctionLowering::lowerCommit>();
  on<fir::RegionOfOp, &FunctionLowering::lowerRegionOf>();
  on<fir::StrConstOp, &FunctionLowering::lowerStrConst>();
  on<fir::StrBytesOp, &FunctionLowering::lowerStrBytes>();
  on<fir::StrFromBytesOp, &FunctionLowering::lowerStrFromBytes>();
  on<fir::StrCmpOp, &FunctionLowering::lowerStrCmp>();
}

/// True for so few elements that calling the runtime takes longer than they do.
static bool isSmallConstant(llvm::Value *count, uint64_t elementSize) {
  constexpr uint64_t largest = 256;
  auto *constant = llvm::dyn_cast<llvm::ConstantInt>(count);
  return constant && constant->getValue().ule(largest) && elementSize != 0 &&
         constant->getZExtValue() * elementSize <= largest;
}

static bool isZero(llvm::Value *value) {
  auto *constant = llvm::dyn_cast<llvm::ConstantInt>(value);
  return constant && constant->isZero();
}

void FunctionLowering::lowerSliceOf(fir::SliceOfOp op) {
  auto array = llvm::cast<fir::ArrayType>(op.getArray().getType().getPointee());
  set(op, getFirst(op.getArray()), builder.getInt64(array.getCount()));
}

void FunctionLowering::lowerLen(fir::LenOp op) {
  set(op, get(op.getOperand()).second);
}

void FunctionLowering::lowerSubslice(fir::SubsliceOp op) {
  Halves slice = get(op.getSlice());
  llvm::Value *low = getFirst(op.getLow()), *high = getFirst(op.getHigh());
  if (isZero(low) && high == slice.second) {
    set(op, slice.first, slice.second);
    return;
  }
  // Read as unsigned, a negative bound is above every length.
  if (module.isOptimized()) {
    llvm::Value *failed = builder.getFalse();
    if (high != slice.second)
      failed = builder.CreateICmpUGT(high, slice.second);
    if (!isZero(low))
      failed = builder.CreateOr(builder.CreateICmpUGT(low, high), failed);
    check(failed, TrapKind::SliceRange, rt::ValueType::I64,
          {{low, true}, {high, true}, {slice.second, true}});
  } else {
    checkByCall("flux_check_range", TrapKind::SliceRange,
                {low, high, slice.second});
  }
  if (isZero(low)) {
    set(op, slice.first, high);
    return;
  }
  const TypeInfo &element = module.getType(op.getType().getElement());
  set(op, indexAddress(slice.first, low, element),
      builder.CreateSub(high, low, "", /*HasNUW=*/true, /*HasNSW=*/true));
}

/// Behind the check all slices of one size share the value that is their
/// length, so that one loop guard proves the indices of all of them.
void FunctionLowering::lowerShape(fir::ShapeOp op) {
  Halves slice = get(op.getSlice());
  llvm::Value *count = getFirst(op.getCount());
  llvm::Value *length = slice.second ? slice.second : slice.first;
  check(builder.CreateICmpNE(length, count), TrapKind::Shape,
        rt::ValueType::I64, {{length, true}, {count, true}});
  if (slice.second)
    set(op, slice.first, count);
  else
    set(op, count);
}

/// The product stays below the number of elements, so it does not overflow.
void FunctionLowering::lowerRow(fir::RowOp op) {
  llvm::Value *index = getFirst(op.getIndex());
  llvm::Value *length = getFirst(op.getLength());
  if (!op.getInbounds())
    checkIndex(index, getFirst(op.getCount()),
               op.getSign() == fir::Signedness::Signed);
  llvm::Value *first = builder.CreateMul(index, length, "", /*HasNUW=*/true,
                                         /*HasNSW=*/true);
  const TypeInfo &element = module.getType(op.getType().getElement());
  set(op, indexAddress(getFirst(op.getSlice()), first, element), length);
}

void FunctionLowering::lowerSubstr(fir::SubstrOp op) {
  Halves str = get(op.getStr());
  llvm::Value *low = getFirst(op.getLow()), *high = getFirst(op.getHigh());
  if (!isZero(low) || high != str.second) {
    llvm::Type *ptr = builder.getPtrTy(), *i64 = builder.getInt64Ty();
    builder.CreateCall(
        module.getRuntimeFunction("flux_str_check_range", builder.getVoidTy(),
                                  {ptr, ptr, i64, i64, i64}),
        {makeSite(TrapKind::SliceRange), str.first, str.second, low, high});
  }
  if (isZero(low)) {
    set(op, str.first, high);
    return;
  }
  set(op, offsetAddress(str.first, low),
      builder.CreateSub(high, low, "", /*HasNUW=*/true, /*HasNSW=*/true));
}

/// Allocates \p bytes in a region as flux_region_alloc (runtime/rt) does.
llvm::Value *FunctionLowering::allocateInline(llvm::Value *region,
                                              uint64_t bytes) {
  llvm::Type *ptr = builder.getPtrTy(), *i64 = builder.getInt64Ty();
  llvm::Value *nextPlace = offsetAddress(region, 8);
  llvm::Value *next = builder.CreateAlignedLoad(ptr, nextPlace, llvm::Align(8));
  llvm::Value *end =
      builder.CreateAlignedLoad(ptr, offsetAddress(region, 16), llvm::Align(8));
  llvm::Value *left = builder.CreateSub(builder.CreatePtrToInt(end, i64),
                                        builder.CreatePtrToInt(next, i64));
  llvm::Value *size = builder.getInt64(bytes);
  check(builder.CreateICmpSGT(size, left), TrapKind::RegionFull,
        rt::ValueType::I64, {{size, true}, {left, true}});
  llvm::Value *taken = builder.getInt64(llvm::alignTo(bytes, 16));
  if (bytes % 16 != 0)
    taken = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, taken, left);
  builder.CreateAlignedStore(offsetAddress(next, taken), nextPlace,
                             llvm::Align(8));
  return next;
}

void FunctionLowering::lowerAlloc(fir::AllocOp op) {
  llvm::Value *count = getFirst(op.getCount());
  const TypeInfo &element = module.getType(op.getType().getElement());
  llvm::Type *i64 = builder.getInt64Ty();
  llvm::PointerType *ptr = builder.getPtrTy();
  if (isZero(count))
    return set(op, llvm::ConstantPointerNull::get(ptr), count);
  llvm::Value *size = builder.getInt64(element.size);
  llvm::Value *data;
  if (op.getRegion() && module.isOptimized() &&
      isSmallConstant(count, element.size))
    data = allocateInline(getFirst(op.getRegion()),
                          llvm::cast<llvm::ConstantInt>(count)->getZExtValue() *
                              element.size);
  else if (op.getRegion())
    data = builder.CreateCall(
        module.getRuntimeFunction("flux_region_alloc", ptr,
                                  {ptr, ptr, i64, i64}),
        {makeSite(TrapKind::AllocSize), getFirst(op.getRegion()), count, size});
  else
    data = builder.CreateCall(
        module.getRuntimeFunction("flux_alloc", ptr, {ptr, i64, i64}),
        {makeSite(TrapKind::AllocSize), count, size});
  if (module.isOptimized() && !llvm::isa<llvm::Constant>(count))
    builder.CreateAssumption(builder.CreateICmpULT(
        count, builder.getInt64(uint64_t(1) << lengthBits)));
  set(op, data, count);
}

/// The handle is the address of what the runtime keeps for the region, which
/// lies in the frame of the function that begins it.
void FunctionLowering::lowerRegionEnter(fir::RegionEnterOp op) {
  llvm::Type *ptr = builder.getPtrTy(), *i64 = builder.getInt64Ty();
  llvm::Value *handle =
      createAlloca(llvm::ArrayType::get(i64, 4), llvm::Align(16));
  builder.CreateCall(
      module.getRuntimeFunction("flux_region_enter", builder.getVoidTy(),
                                {ptr, ptr, i64}),
      {makeSite(TrapKind::AllocSize), handle, getFirst(op.getSize())});
  set(op, handle);
}

void FunctionLowering::lowerRegionExit(fir::RegionExitOp op) {
  llvm::StringRef name =
      op.getPoison() ? "flux_region_poison" : "flux_region_exit";
  builder.CreateCall(module.getRuntimeFunction(name, builder.getVoidTy(),
                                               {builder.getPtrTy()}),
                     {getFirst(op.getRegion())});
}

void FunctionLowering::lowerRegionOf(fir::RegionOfOp op) {
  set(op, module.getRegion(op.getNameAttr().getAttr()));
}

//===----------------------------------------------------------------------===//
// The state of an agent
//===----------------------------------------------------------------------===//

void FunctionLowering::lowerKeep(fir::KeepOp op) {
  llvm::PointerType *ptr = builder.getPtrTy();
  uint64_t size = 1; // of a byte of a string
  if (auto slice =
          llvm::dyn_cast<fir::SliceType>(op.getSlot().getType().getPointee()))
    size = module.getType(slice.getElement()).size;
  llvm::Value *each = op.getEach() ? getFirst(op.getEach())
                                   : llvm::ConstantPointerNull::get(ptr);
  builder.CreateCall(
      module.getRuntimeFunction("flux_state_keep", builder.getVoidTy(),
                                {ptr, builder.getInt64Ty(), ptr}),
      {getFirst(op.getSlot()), builder.getInt64(size), each});
}

void FunctionLowering::lowerKeepRoot(fir::KeepRootOp op) {
  llvm::Type *ptr = builder.getPtrTy();
  builder.CreateCall(module.getRuntimeFunction("flux_state_root",
                                               builder.getVoidTy(),
                                               {ptr, ptr, ptr}),
                     {makeSite(TrapKind::StateFull), getFirst(op.getPlace()),
                      getFirst(op.getBy())});
}

void FunctionLowering::lowerKeepRegion(fir::KeepRegionOp op) {
  builder.CreateCall(module.getRuntimeFunction("flux_state_region",
                                               builder.getVoidTy(),
                                               {builder.getPtrTy()}),
                     {getFirst(op.getRegion())});
}

void FunctionLowering::lowerCommit(fir::CommitOp op) {
  llvm::StringRef name =
      op.getPoison() ? "flux_agent_commit_poison" : "flux_agent_commit";
  builder.CreateCall(
      module.getRuntimeFunction(name, builder.getVoidTy(),
                                {builder.getPtrTy(), builder.getInt64Ty()}),
      {getFirst(op.getRoots()), builder.getInt64(op.getLimit())});
}

//===----------------------------------------------------------------------===//
// fill
//===----------------------------------------------------------------------===//

/// The byte that \p value consists of, or null.
static llvm::Value *getRepeatedByte(llvm::Value *value,
                                    llvm::IRBuilder<> &builder) {
  if (value->getType()->isIntegerTy(1))
    return builder.CreateZExt(value, builder.getInt8Ty());
  if (value->getType()->isIntegerTy(8))
    return value;
  llvm::APInt bits;
  if (auto *integer = llvm::dyn_cast<llvm::ConstantInt>(value))
    bits = integer->getValue();
  else if (auto *real = llvm::dyn_cast<llvm::ConstantFP>(value))
    bits = real->getValueAPF().bitcastToAPInt();
  else
    return nullptr;
  if (bits.getBitWidth() % 8 != 0 || !bits.isSplat(8))
    return nullptr;
  return builder.getInt8(bits.trunc(8).getZExtValue());
}

void FunctionLowering::lowerFill(fir::FillOp op) {
  Halves slice = get(op.getSlice());
  mlir::Type elementType = op.getSlice().getType().getElement();
  const TypeInfo &element = module.getType(elementType);
  Halves value = get(op.getValue());
  if (element.size == 0)
    return;
  if (!element.isAggregate && !element.isPair) {
    if (llvm::Value *byte = getRepeatedByte(value.first, builder)) {
      llvm::Value *size = builder.CreateMul(
          slice.second, builder.getInt64(element.size), "", /*HasNUW=*/true,
          /*HasNSW=*/true);
      builder.CreateMemSet(slice.first, byte, size, element.align);
      return;
    }
  }

  llvm::LLVMContext &context = module.getContext();
  llvm::BasicBlock *before = builder.GetInsertBlock();
  auto *loop = llvm::BasicBlock::Create(context, "", function);
  auto *after = llvm::BasicBlock::Create(context, "", function);
  llvm::Value *zero = builder.getInt64(0);
  builder.CreateCondBr(builder.CreateICmpEQ(slice.second, zero), after, loop);
  builder.SetInsertPoint(loop);
  llvm::PHINode *index = builder.CreatePHI(builder.getInt64Ty(), 2);
  llvm::Value *target = indexAddress(slice.first, index, element);
  if (element.isAggregate)
    builder.CreateMemCpy(target, element.align, value.first, element.align,
                         element.size);
  else
    store(value, target, element);
  llvm::Value *next = builder.CreateAdd(index, builder.getInt64(1), "",
                                        /*HasNUW=*/true, /*HasNSW=*/true);
  builder.CreateCondBr(builder.CreateICmpEQ(next, slice.second), after, loop);
  index->addIncoming(zero, before);
  index->addIncoming(next, loop);
  builder.SetInsertPoint(after);
}

//===----------------------------------------------------------------------===//
// Strings
//===----------------------------------------------------------------------===//

void FunctionLowering::lowerStrConst(fir::StrConstOp op) {
  set(op, module.getLiteral(op.getValueAttr()),
      builder.getInt64(op.getValue().size()));
}

void FunctionLowering::lowerStrBytes(fir::StrBytesOp op) {
  Halves str = get(op.getStr());
  set(op, str.first, str.second);
}

void FunctionLowering::lowerStrFromBytes(fir::StrFromBytesOp op) {
  Halves bytes = get(op.getBytes());
  llvm::Type *ptr = builder.getPtrTy();
  builder.CreateCall(
      module.getRuntimeFunction("flux_str_check_utf8", builder.getVoidTy(),
                                {ptr, ptr, builder.getInt64Ty()}),
      {makeSite(TrapKind::InvalidUTF8), bytes.first, bytes.second});
  set(op, bytes.first, bytes.second);
}

void FunctionLowering::lowerStrCmp(fir::StrCmpOp op) {
  fir::StrPredicate predicate = op.getPredicate();
  bool isEquality =
      predicate == fir::StrPredicate::Eq || predicate == fir::StrPredicate::Ne;
  llvm::SmallVector<llvm::Value *, 4> arguments;
  appendArguments(op.getLhs(), arguments);
  appendArguments(op.getRhs(), arguments);
  llvm::Type *ptr = builder.getPtrTy(), *i64 = builder.getInt64Ty();
  llvm::Function *compare = module.getRuntimeFunction(
      isEquality ? "flux_str_equal" : "flux_str_compare",
      isEquality ? builder.getInt1Ty() : builder.getInt32Ty(),
      {ptr, i64, ptr, i64});
  llvm::Value *order = builder.CreateCall(compare, arguments);
  llvm::Value *zero = builder.getInt32(0);
  switch (predicate) {
  case fir::StrPredicate::Eq:
    return set(op, order);
  case fir::StrPredicate::Ne:
    return set(op, builder.CreateNot(order));
  case fir::StrPredicate::Lt:
    return set(op, builder.CreateICmpSLT(order, zero));
  case fir::StrPredicate::Le:
    return set(op, builder.CreateICmpSLE(order, zero));
  case fir::StrPredicate::Gt:
    return set(op, builder.CreateICmpSGT(order, zero));
  case fir::StrPredicate::Ge:
    return set(op, builder.CreateICmpSGE(order, zero));
  }
}
