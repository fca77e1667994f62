//===- Types.cpp - FIR types and constant data in LLVM IR -----------------===//
//
// Values are scalars; a slice or string is two of them, because FastISel gives
// up on structs as SSA values.  In memory everything is laid out as C does.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;
using namespace flux::lowering;

const TypeInfo &ModuleLowering::getType(mlir::Type type) {
  std::unique_ptr<TypeInfo> &slot = types[type];
  if (slot)
    return *slot;
  auto info = std::make_unique<TypeInfo>();
  llvm::LLVMContext &context = getContext();

  if (auto array = llvm::dyn_cast<fir::ArrayType>(type)) {
    const TypeInfo &element = getType(array.getElement());
    info->isAggregate = true;
    info->memory = llvm::ArrayType::get(element.memory, array.getCount());
    info->size = element.size * array.getCount();
    info->align = element.align;
  } else if (auto record = llvm::dyn_cast<fir::StructType>(type)) {
    llvm::SmallVector<llvm::Type *> fields;
    info->isAggregate = true;
    for (mlir::Type field : record.getFields()) {
      const TypeInfo &fieldInfo = getType(field);
      info->size = llvm::alignTo(info->size, fieldInfo.align);
      info->offsets.push_back(info->size);
      info->size += fieldInfo.size;
      info->align = std::max(info->align, fieldInfo.align);
      fields.push_back(fieldInfo.memory);
    }
    info->size = llvm::alignTo(info->size, info->align);
    info->memory = llvm::StructType::get(context, fields);
  } else if (llvm::isa<fir::SliceType, fir::StrType>(type)) {
    info->isPair = true;
    info->value = llvm::PointerType::get(context, 0);
    info->memory = pairType;
    info->size = 16;
    info->align = llvm::Align(8);
  } else if (type.isF32() || type.isF64()) {
    info->value = info->memory = type.isF32()
                                     ? llvm::Type::getFloatTy(context)
                                     : llvm::Type::getDoubleTy(context);
    info->size = type.isF32() ? 4 : 8;
    info->align = llvm::Align(info->size);
  } else if (type.isIntOrIndex()) {
    unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
    info->value = llvm::Type::getIntNTy(context, width);
    info->memory = width == 1 ? llvm::Type::getInt8Ty(context) : info->value;
    info->size = llvm::PowerOf2Ceil(llvm::divideCeil(width, 8));
    info->align = llvm::Align(info->size);
  } else if (llvm::isa<fir::CapabilityType>(type)) {
    info->value = info->memory = llvm::Type::getInt32Ty(context);
    info->size = 4;
    info->align = llvm::Align(4);
  } else {
    info->value = info->memory = llvm::PointerType::get(context, 0);
    info->size = 8;
    info->align = llvm::Align(8);
  }
  // FastISel passes no i1.
  info->param = type.isInteger(1) ? info->memory : info->value;
  // The slot may have moved while the elements were made.
  return *(types[type] = std::move(info));
}

//===----------------------------------------------------------------------===//
// Constant data
//===----------------------------------------------------------------------===//

llvm::GlobalVariable *ModuleLowering::makeConstant(llvm::Constant *initializer,
                                                   llvm::Align align) {
  auto *global = new llvm::GlobalVariable(
      target, initializer->getType(), /*isConstant=*/true,
      llvm::GlobalValue::PrivateLinkage, initializer);
  global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  global->setAlignment(align);
  return global;
}

llvm::Constant *ModuleLowering::getLiteral(mlir::StringAttr text) {
  // Debuggers print text up to the NUL, and linkers merge what ends with one.
  llvm::Constant *&slot = literals[text];
  if (!slot)
    slot = makeConstant(
        llvm::ConstantDataArray::getString(getContext(), text.getValue()),
        llvm::Align(1));
  return slot;
}

/// Elements of numbers as they lie in memory; empty if \p value holds something
/// else.  \p storage keeps the bytes that had to be made.
static llvm::StringRef getRawElements(mlir::Attribute value, uint64_t count,
                                      unsigned size,
                                      llvm::SmallVectorImpl<char> &storage) {
  llvm::ArrayRef<char> raw;
  bool isSplat = false;
  if (auto dense = llvm::dyn_cast<mlir::DenseArrayAttr>(value)) {
    raw = dense.getRawData();
  } else if (auto dense = llvm::dyn_cast<mlir::DenseElementsAttr>(value)) {
    if (dense.getElementType().isInteger(1)) {
      for (bool element : dense.getValues<bool>())
        storage.push_back(element);
      return {storage.data(), storage.size()};
    }
    raw = dense.getRawData();
    isSplat = dense.isSplat();
  }
  if (!isSplat)
    return {raw.data(), raw.size()};
  for (uint64_t i = 0; i < count; ++i)
    storage.append(raw.begin(), raw.begin() + size);
  return {storage.data(), storage.size()};
}

/// An array of \p count elements, or of one element \p count times.
llvm::Constant *ModuleLowering::getTypedArray(mlir::Attribute value,
                                              mlir::Type element,
                                              uint64_t count, bool fill) {
  const TypeInfo &info = getType(element);
  auto *type = llvm::ArrayType::get(info.memory, count);
  auto list = llvm::dyn_cast<mlir::ArrayAttr>(value);
  if (!list) {
    llvm::SmallVector<char, 0> storage;
    return llvm::ConstantDataArray::getRaw(
        getRawElements(value, count, info.size, storage), count, info.memory);
  }
  if (!fill) {
    llvm::SmallVector<llvm::Constant *> elements;
    elements.reserve(count);
    for (mlir::Attribute item : list)
      elements.push_back(getInitializer(item, element));
    return llvm::ConstantArray::get(type, elements);
  }
  llvm::Constant *item = getInitializer(list[0], element);
  if (item->isNullValue())
    return llvm::ConstantAggregateZero::get(type);
  return llvm::ConstantArray::get(
      type, llvm::SmallVector<llvm::Constant *, 0>(count, item));
}

llvm::Constant *ModuleLowering::getInitializer(mlir::Attribute value,
                                               mlir::Type type) {
  const TypeInfo &info = getType(type);
  if (auto integer = llvm::dyn_cast<mlir::IntegerAttr>(value))
    return llvm::ConstantInt::get(
        info.memory,
        integer.getValue().zextOrTrunc(info.memory->getIntegerBitWidth()));
  if (auto real = llvm::dyn_cast<mlir::FloatAttr>(value))
    return llvm::ConstantFP::get(info.memory, real.getValue());
  llvm::IntegerType *i64 = llvm::Type::getInt64Ty(getContext());
  if (auto text = llvm::dyn_cast<mlir::StringAttr>(value))
    return llvm::ConstantStruct::get(
        pairType, getLiteral(text),
        llvm::ConstantInt::get(i64, text.getValue().size()));
  if (auto array = llvm::dyn_cast<fir::ArrayType>(type))
    return getTypedArray(value, array.getElement(), array.getCount(), false);
  if (auto record = llvm::dyn_cast<fir::StructType>(type)) {
    llvm::SmallVector<llvm::Constant *> fields;
    for (auto [item, field] : llvm::zip_equal(
             llvm::cast<mlir::ArrayAttr>(value), record.getFields()))
      fields.push_back(getInitializer(item, field));
    return llvm::ConstantStruct::get(llvm::cast<llvm::StructType>(info.memory),
                                     fields);
  }
  // A constant slice is the address of its elements.
  mlir::Type element = llvm::cast<fir::SliceType>(type).getElement();
  uint64_t count = llvm::TypeSwitch<mlir::Attribute, uint64_t>(value)
                       .Case<mlir::ArrayAttr, mlir::DenseArrayAttr>(
                           [](auto list) { return list.size(); })
                       .Case([](mlir::DenseElementsAttr list) {
                         return list.getNumElements();
                       });
  return llvm::ConstantStruct::get(
      pairType,
      makeConstant(getTypedArray(value, element, count, false),
                   getType(element).align),
      llvm::ConstantInt::get(i64, count));
}

llvm::GlobalVariable *ModuleLowering::getGlobal(mlir::StringAttr symbol) {
  llvm::GlobalVariable *&slot = globals[symbol];
  if (slot)
    return slot;
  fir::GlobalOp op = globalOps.lookup(symbol);
  mlir::Type type = op.getType();
  const TypeInfo &info = getType(type);
  llvm::Constant *initializer = nullptr;
  llvm::GlobalValue::LinkageTypes linkage = llvm::GlobalValue::InternalLinkage;
  // Agent state lives once, in the first part; constants may be duplicated.
  bool isShared = options.numParts > 1 && !op.getConstant();
  if (op.getConstant())
    linkage = llvm::GlobalValue::PrivateLinkage;
  else if (isShared)
    linkage = llvm::GlobalValue::ExternalLinkage;
  if (!isShared || options.part == 0) {
    if (auto array = llvm::dyn_cast<fir::ArrayType>(type))
      initializer = getTypedArray(op.getValue(), array.getElement(),
                                  array.getCount(), op.getFill());
    else
      initializer = getInitializer(op.getValue(), type);
  }
  auto *global =
      new llvm::GlobalVariable(target, info.memory, op.getConstant(), linkage,
                               initializer, getSymbol(symbol.getValue()));
  global->setAlignment(info.align);
  if (isShared) {
    global->setVisibility(llvm::GlobalValue::HiddenVisibility);
    global->setDSOLocal(true);
  }
  if (debugInfo && initializer && !op.getConstant())
    debugInfo->declareGlobal(op, global);
  return globals[symbol] = global;
}
