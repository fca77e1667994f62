//===- Memory.cpp - places: locals, fields, elements ----------------------===//
//
// Slices and strings lie in memory as two words; bools as a byte.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/IR/MDBuilder.h"

using namespace flux;
using namespace flux::lowering;
using rt::TrapKind;

void FunctionLowering::addMemoryHandlers() {
  on<fir::LocalOp, &FunctionLowering::lowerLocal>();
  on<fir::LoadOp, &FunctionLowering::lowerLoad>();
  on<fir::StoreOp, &FunctionLowering::lowerStore>();
  on<fir::CopyOp, &FunctionLowering::lowerCopy>();
  on<fir::PoisonOp, &FunctionLowering::lowerPoison>();
  on<fir::FieldOp, &FunctionLowering::lowerField>();
  on<fir::ElementOp, &FunctionLowering::lowerElement>();
  on<fir::SetVariantOp, &FunctionLowering::lowerSetVariant>();
  on<fir::GetVariantOp, &FunctionLowering::lowerGetVariant>();
  on<fir::PayloadOp, &FunctionLowering::lowerPayload>();
  on<fir::RetypeOp, &FunctionLowering::lowerRetype>();
  on<fir::AddressOfOp, &FunctionLowering::lowerAddressOf>();
}

/// Checks split the entry block, so that allocas go to its start: elsewhere
/// they would be dynamic.
llvm::AllocaInst *FunctionLowering::createAlloca(llvm::Type *type,
                                                 llvm::Align align,
                                                 const llvm::Twine &name) {
  llvm::BasicBlock::iterator point =
      lastAlloca ? std::next(lastAlloca->getIterator()) : entryBlock->begin();
  return lastAlloca = new llvm::AllocaInst(type, /*AddrSpace=*/0, nullptr,
                                           align, name, point);
}

void FunctionLowering::lowerLocal(fir::LocalOp op) {
  mlir::Type pointee = op.getType().getPointee();
  const TypeInfo &info = module.getType(pointee);
  llvm::Align align = info.align;
  if (info.isAggregate && info.size >= 16)
    align = std::max(align, llvm::Align(16)); // for vector instructions
  llvm::AllocaInst *storage =
      createAlloca(info.memory, align, op.getName().value_or(""));
  set(op, storage);
  if (subprogram)
    module.getDebugInfo()->declareLocal(op, storage,
                                        builder.getCurrentDebugLocation(),
                                        builder.GetInsertBlock());
}

/// Offsets stay within one object, so they neither wrap nor leave it.
static llvm::GEPNoWrapFlags insideObject() {
  return llvm::GEPNoWrapFlags::inBounds() |
         llvm::GEPNoWrapFlags::noUnsignedWrap();
}

/// Counts lie in memory, so they fit an address.  FastISel for WebAssembly
/// takes for granted that they have its width.
llvm::Value *FunctionLowering::asOffset(llvm::Value *count) {
  llvm::Type *word = module.getDataLayout().getIntPtrType(module.getContext());
  return builder.CreateZExtOrTrunc(count, word);
}

/// True for a known offset that no global reaches, since no type is larger
/// (TYPE-4): it stands behind a check that fails.  Code could not add it to the
/// address of the global.
static bool leavesGlobals(llvm::Value *base, llvm::Value *count,
                          uint64_t size) {
  constexpr uint64_t largest = uint64_t(1) << 30;
  auto *known = llvm::dyn_cast<llvm::ConstantInt>(count);
  return known && llvm::isa<llvm::Constant>(base) && size != 0 &&
         known->getValue().abs().uge(largest / size);
}

llvm::Value *FunctionLowering::offsetAddress(llvm::Value *base,
                                             llvm::Value *offset) {
  if (leavesGlobals(base, offset, 1))
    return base;
  return builder.CreateGEP(builder.getInt8Ty(), base, asOffset(offset), "",
                           insideObject());
}

llvm::Value *FunctionLowering::indexAddress(llvm::Value *base,
                                            llvm::Value *index,
                                            const TypeInfo &element) {
  if (leavesGlobals(base, index, element.size))
    return base;
  return builder.CreateGEP(element.memory, base, asOffset(index), "",
                           insideObject());
}

Halves FunctionLowering::load(llvm::Value *address, const TypeInfo &type) {
  if (type.isPair) {
    llvm::Value *first =
        builder.CreateAlignedLoad(type.value, address, llvm::Align(8));
    llvm::LoadInst *second = builder.CreateAlignedLoad(
        builder.getInt64Ty(), offsetAddress(address, 8), llvm::Align(8));
    if (module.isOptimized())
      second->setMetadata(llvm::LLVMContext::MD_range, module.getLengthRange());
    return {first, second};
  }
  llvm::LoadInst *value =
      builder.CreateAlignedLoad(type.getStored(), address, type.align);
  if (type.getStored() == type.value)
    return {value};
  if (module.isOptimized())
    value->setMetadata(llvm::LLVMContext::MD_range, module.getBoolRange());
  return {builder.CreateTrunc(value, type.value)};
}

void FunctionLowering::store(Halves value, llvm::Value *address,
                             const TypeInfo &type) {
  if (!type.isPair) {
    llvm::Value *stored = value.first;
    if (type.getStored() != type.value)
      stored = builder.CreateZExt(stored, type.memory);
    builder.CreateAlignedStore(stored, address, type.align);
    return;
  }
  builder.CreateAlignedStore(value.first, address, llvm::Align(8));
  builder.CreateAlignedStore(value.second, offsetAddress(address, 8),
                             llvm::Align(8));
}

void FunctionLowering::lowerLoad(fir::LoadOp op) {
  Halves value =
      load(getFirst(op.getRef()), module.getType(op.getResult().getType()));
  set(op, value.first, value.second);
}

/// True if \p op only moves a parameter to where debuggers find it.
static bool isPrologue(fir::StoreOp op) {
  auto local = op.getRef().getDefiningOp<fir::LocalOp>();
  return local && local.getArg() &&
         llvm::isa<mlir::BlockArgument>(op.getValue());
}

void FunctionLowering::lowerStore(fir::StoreOp op) {
  // Code without a location belongs to the prologue: a breakpoint at the
  // function stops behind it.
  llvm::DebugLoc location = builder.getCurrentDebugLocation();
  if (isPrologue(op))
    builder.SetCurrentDebugLocation(llvm::DebugLoc());
  store(get(op.getValue()), getFirst(op.getRef()),
        module.getType(op.getValue().getType()));
  builder.SetCurrentDebugLocation(location);
}

void FunctionLowering::lowerCopy(fir::CopyOp op) {
  const TypeInfo &info = module.getType(op.getSource().getType().getPointee());
  builder.CreateMemCpy(getFirst(op.getTarget()), info.align,
                       getFirst(op.getSource()), info.align, info.size);
}

void FunctionLowering::lowerPoison(fir::PoisonOp op) {
  const TypeInfo &info = module.getType(op.getPlace().getType().getPointee());
  constexpr uint8_t pattern = 0xDD; // as flux_region_poison
  builder.CreateMemSet(getFirst(op.getPlace()), builder.getInt8(pattern),
                       info.size, info.align, /*isVolatile=*/true);
}

void FunctionLowering::lowerField(fir::FieldOp op) {
  const TypeInfo &info = module.getType(op.getRef().getType().getPointee());
  set(op, offsetAddress(getFirst(op.getRef()), info.offsets[op.getIndex()]));
}

/// Traps unless \p index is below \p count; read as unsigned, a negative one is
/// above all counts.
void FunctionLowering::checkIndex(llvm::Value *index, llvm::Value *count,
                                  bool isSigned) {
  auto kind = isSigned ? TrapKind::IndexSigned : TrapKind::IndexUnsigned;
  if (module.isOptimized() ||
      (llvm::isa<llvm::Constant>(index) && llvm::isa<llvm::Constant>(count)))
    check(builder.CreateICmpUGE(index, count), kind, rt::ValueType::I64,
          {{index, isSigned}, {count, true}});
  else
    checkByCall("flux_check_index", kind, {index, count});
}

void FunctionLowering::lowerElement(fir::ElementOp op) {
  bool isSigned = op.getSign() == fir::Signedness::Signed;
  Halves base = get(op.getBase());
  llvm::Value *index = getFirst(op.getIndex());
  llvm::Value *length = base.second;
  if (!length) {
    auto ref = llvm::cast<fir::RefType>(op.getBase().getType());
    length = builder.getInt64(
        llvm::cast<fir::ArrayType>(ref.getPointee()).getCount());
  }
  if (!op.getInbounds())
    checkIndex(index, length, isSigned);
  const TypeInfo &element =
      module.getType(op.getResult().getType().getPointee());
  set(op, indexAddress(base.first, index, element));
}

void FunctionLowering::lowerSetVariant(fir::SetVariantOp op) {
  auto type = llvm::cast<fir::EnumType>(op.getRef().getType().getPointee());
  const TypeInfo &tag = module.getType(type.getTagType());
  builder.CreateAlignedStore(llvm::ConstantInt::get(tag.value, op.getVariant()),
                             getFirst(op.getRef()), tag.align);
}

void FunctionLowering::lowerGetVariant(fir::GetVariantOp op) {
  auto type = llvm::cast<fir::EnumType>(op.getRef().getType().getPointee());
  const TypeInfo &tag = module.getType(op.getType());
  llvm::LoadInst *load =
      builder.CreateAlignedLoad(tag.value, getFirst(op.getRef()), tag.align);
  unsigned width = tag.value->getIntegerBitWidth();
  uint64_t count = type.getVariants().size();
  if (module.isOptimized() && count < uint64_t(1) << width)
    load->setMetadata(
        llvm::LLVMContext::MD_range,
        llvm::MDBuilder(module.getContext())
            .createRange(llvm::APInt(width, 0), llvm::APInt(width, count)));
  set(op, load);
}

void FunctionLowering::lowerPayload(fir::PayloadOp op) {
  const TypeInfo &info = module.getType(op.getRef().getType().getPointee());
  set(op, offsetAddress(getFirst(op.getRef()), info.payloadOffset));
}

void FunctionLowering::lowerRetype(fir::RetypeOp op) {
  Halves value = get(op.getOperand());
  set(op, value.first, value.second);
}

void FunctionLowering::lowerAddressOf(fir::AddressOfOp op) {
  set(op, module.getGlobal(op.getGlobalAttr().getAttr()));
}
