//===- TrapSites.cpp - checks that trap, and what they report -------------===//
//
// Checks are the most frequent thing in compiled code.  On the hot path each
// is one compare or overflow flag and one branch that is not taken; the call
// that reports stands in a block of its own at the end of the function.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using namespace flux::lowering;

//===----------------------------------------------------------------------===//
// Data, laid out as runtime/base/TrapSite.h says
//===----------------------------------------------------------------------===//

llvm::Constant *ModuleLowering::getFileConstant(mlir::StringAttr name) {
  llvm::Constant *&slot = files[name];
  if (!slot) {
    llvm::Constant *text = getCString(name ? name.getValue() : "unknown");
    slot = makeConstant(
        llvm::ConstantStruct::get(llvm::StructType::get(text->getType()), text),
        llvm::Align(8));
  }
  return slot;
}

llvm::Constant *ModuleLowering::getLineText(unsigned line) {
  llvm::Constant *&slot = lineTexts[line];
  if (!slot)
    slot = getCString(line && options.lineText ? options.lineText(line) : "");
  return slot;
}

llvm::Constant *ModuleLowering::getTrapSite(llvm::Constant *function,
                                            const Place &place,
                                            rt::TrapKind kind,
                                            rt::ValueType type,
                                            rt::ValueType resultType) {
  llvm::LLVMContext &context = getContext();
  auto integer = [&](unsigned width, uint64_t value) {
    return llvm::ConstantInt::get(llvm::IntegerType::get(context, width),
                                  value);
  };
  unsigned column = place.column > UINT16_MAX ? 0 : place.column;
  llvm::Constant *site = llvm::ConstantStruct::get(
      siteType,
      {getFileConstant(place.file), function, getLineText(place.line),
       integer(32, place.line), integer(16, column), integer(8, kind),
       integer(8, type), integer(8, resultType)});
  llvm::GlobalVariable *&slot = trapSites[site];
  if (!slot)
    slot = makeConstant(site, llvm::Align(8));
  return slot;
}

llvm::Function *ModuleLowering::getTrapFunction(unsigned numValues) {
  llvm::Function *&slot = trapFunctions[numValues];
  if (slot)
    return slot;
  llvm::SmallVector<llvm::Type *, 4> params(
      numValues, llvm::Type::getInt64Ty(getContext()));
  params.insert(params.begin(), llvm::PointerType::get(getContext(), 0));
  slot = getRuntimeFunction("flux_trap" + std::to_string(numValues),
                            llvm::Type::getVoidTy(getContext()), params);
  slot->addFnAttr(llvm::Attribute::NoReturn);
  slot->addFnAttr(llvm::Attribute::Cold);
  return slot;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

rt::ValueType lowering::getValueType(llvm::Type *type, bool isSigned) {
  using rt::ValueType;
  if (type->isFloatingPointTy())
    return type->isFloatTy() ? ValueType::F32 : ValueType::F64;
  unsigned width = type->getIntegerBitWidth();
  if (width <= 8)
    return isSigned ? ValueType::I8 : ValueType::U8;
  if (width <= 16)
    return isSigned ? ValueType::I16 : ValueType::U16;
  if (width <= 32)
    return isSigned ? ValueType::I32 : ValueType::U32;
  return isSigned ? ValueType::I64 : ValueType::U64;
}

llvm::Constant *FunctionLowering::makeSite(rt::TrapKind kind,
                                           rt::ValueType type,
                                           rt::ValueType resultType) {
  if (!functionName)
    functionName = module.getCString(functionNameText);
  return module.getTrapSite(functionName, place, kind, type, resultType);
}

/// Ends the current block, whose end is a trap.
void FunctionLowering::emitTrap(rt::TrapKind kind, rt::ValueType type,
                                rt::ValueType resultType,
                                llvm::ArrayRef<TrapValue> reported) {
  llvm::SmallVector<llvm::Value *, 4> arguments;
  arguments.push_back(makeSite(kind, type, resultType));
  llvm::Type *i64 = builder.getInt64Ty();
  for (const TrapValue &item : reported) {
    llvm::Value *value = item.value;
    llvm::Type *valueType = value->getType();
    if (valueType->isFloatingPointTy())
      value = builder.CreateBitCast(
          value, builder.getIntNTy(valueType->getPrimitiveSizeInBits()));
    if (valueType->isPointerTy())
      value = builder.CreatePtrToInt(value, i64);
    arguments.push_back(item.isSigned
                            ? builder.CreateSExtOrTrunc(value, i64)
                            : builder.CreateZExtOrTrunc(value, i64));
  }
  // One call for several traps would forget which inlined call led to it.
  builder.CreateCall(module.getTrapFunction(reported.size()), arguments)
      ->addFnAttr(llvm::Attribute::NoMerge);
  builder.CreateUnreachable();
}

void FunctionLowering::check(llvm::Value *failed, rt::TrapKind kind,
                             rt::ValueType type,
                             llvm::ArrayRef<TrapValue> reported,
                             rt::ValueType resultType) {
  if (auto *known = llvm::dyn_cast<llvm::ConstantInt>(failed);
      known && known->isZero())
    return;
  llvm::LLVMContext &context = module.getContext();
  auto *trap = llvm::BasicBlock::Create(context);
  auto *next = llvm::BasicBlock::Create(context, "", function);
  builder.CreateCondBr(failed, trap, next,
                       module.isOptimized() ? module.getUnlikely() : nullptr);
  builder.SetInsertPoint(trap);
  emitTrap(kind, type, resultType, reported);
  trapBlocks.push_back(trap);
  builder.SetInsertPoint(next);
}
