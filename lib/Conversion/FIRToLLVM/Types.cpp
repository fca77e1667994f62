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
  } else if (auto variants = llvm::dyn_cast<fir::EnumType>(type)) {
    const TypeInfo &tag = getType(variants.getTagType());
    uint64_t payload = 0;
    info->isAggregate = true;
    info->align = tag.align;
    for (mlir::Type variant : variants.getVariants()) {
      const TypeInfo &fields = getType(variant);
      payload = std::max(payload, fields.size);
      info->align = std::max(info->align, fields.align);
    }
    info->payloadOffset = llvm::alignTo(tag.size, info->align);
    info->size = llvm::alignTo(info->payloadOffset + payload, info->align);
    // The tag, and words for what the variants share.
    llvm::Type *word = llvm::Type::getIntNTy(context, info->align.value() * 8);
    info->memory = llvm::StructType::get(
        context, {tag.memory, llvm::ArrayType::get(
                                  word, (info->size - info->payloadOffset) /
                                            info->align.value())});
  } else if (auto named = llvm::dyn_cast<fir::NamedType>(type)) {
    info->isAggregate = true;
    info->size = named.getSize();
    info->align = llvm::Align(named.getAlign());
    info->memory =
        llvm::ArrayType::get(llvm::Type::getInt8Ty(context), info->size);
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
    info->value = llvm::PointerType::get(context, 0);
    info->memory = getAddressType();
    info->size = 8;
    info->align = llvm::Align(8);
  }
  // FastISel passes no i1.
  info->param = type.isInteger(1) ? info->memory : info->value;
  // The slot may have moved while the elements were made.
  return *(types[type] = std::move(info));
}

llvm::Type *ModuleLowering::getAddressType() {
  llvm::Type *ptr = llvm::PointerType::get(getContext(), 0);
  if (target.getDataLayout().getPointerSize() == 8)
    return ptr;
  return llvm::StructType::get(ptr, llvm::Type::getInt32Ty(getContext()));
}

llvm::Constant *ModuleLowering::getAddress(llvm::Constant *pointer) {
  auto *padded = llvm::dyn_cast<llvm::StructType>(getAddressType());
  if (!padded)
    return pointer;
  return llvm::ConstantStruct::get(
      padded, pointer,
      llvm::ConstantInt::get(llvm::Type::getInt32Ty(getContext()), 0));
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

/// Constants of any types, each at its offset.  The type of an enum does not
/// tell what the fields of a variant are, so its constants have types of their
/// own, and so has all that contains them.
llvm::Constant *ModuleLowering::packConstants(
    llvm::ArrayRef<std::pair<uint64_t, llvm::Constant *>> parts,
    uint64_t size) {
  llvm::SmallVector<llvm::Constant *> elements;
  uint64_t end = 0;
  auto padTo = [&](uint64_t offset) {
    if (offset > end)
      elements.push_back(llvm::ConstantAggregateZero::get(llvm::ArrayType::get(
          llvm::Type::getInt8Ty(getContext()), offset - end)));
    end = offset;
  };
  for (auto [offset, constant] : parts) {
    padTo(offset);
    elements.push_back(constant);
    end += target.getDataLayout().getTypeAllocSize(constant->getType());
  }
  padTo(size);
  return llvm::ConstantStruct::getAnon(getContext(), elements, /*Packed=*/true);
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
    if (llvm::all_of(elements, [&](llvm::Constant *constant) {
          return constant->getType() == info.memory;
        }))
      return llvm::ConstantArray::get(type, elements);
    llvm::SmallVector<std::pair<uint64_t, llvm::Constant *>> parts;
    for (auto [i, constant] : llvm::enumerate(elements))
      parts.push_back({i * info.size, constant});
    return packConstants(parts, count * info.size);
  }
  llvm::Constant *item = getInitializer(list[0], element);
  if (item->isNullValue())
    return llvm::ConstantAggregateZero::get(type);
  return llvm::ConstantArray::get(
      llvm::ArrayType::get(item->getType(), count),
      llvm::SmallVector<llvm::Constant *, 0>(count, item));
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
  if (auto symbol = llvm::dyn_cast<mlir::FlatSymbolRefAttr>(value))
    return getAddress(getFunction(symbol.getAttr()));
  llvm::IntegerType *i64 = llvm::Type::getInt64Ty(getContext());
  if (auto text = llvm::dyn_cast<mlir::StringAttr>(value))
    return llvm::ConstantStruct::get(
        pairType, getLiteral(text),
        llvm::ConstantInt::get(i64, text.getValue().size()));
  if (auto array = llvm::dyn_cast<fir::ArrayType>(type))
    return getTypedArray(value, array.getElement(), array.getCount(), false);
  if (auto record = llvm::dyn_cast<fir::StructType>(type)) {
    llvm::SmallVector<llvm::Constant *> fields;
    llvm::SmallVector<std::pair<uint64_t, llvm::Constant *>> parts;
    bool isPlain = true;
    for (auto [item, field, offset] :
         llvm::zip_equal(llvm::cast<mlir::ArrayAttr>(value), record.getFields(),
                         info.offsets)) {
      fields.push_back(getInitializer(item, field));
      parts.push_back({offset, fields.back()});
      isPlain &= fields.back()->getType() == getType(field).memory;
    }
    if (!isPlain)
      return packConstants(parts, info.size);
    return llvm::ConstantStruct::get(llvm::cast<llvm::StructType>(info.memory),
                                     fields);
  }
  if (auto variants = llvm::dyn_cast<fir::EnumType>(type)) {
    auto parts = llvm::cast<mlir::ArrayAttr>(value);
    auto number = llvm::cast<mlir::IntegerAttr>(parts[0]);
    uint64_t payloadOffset = info.payloadOffset, size = info.size;
    llvm::Constant *fields = getInitializer(
        parts[1],
        variants.getVariant(unsigned(number.getValue().getZExtValue())));
    return packConstants({{0, getInitializer(number, variants.getTagType())},
                          {payloadOffset, fields}},
                         size);
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
  bool isShared = isPartial() && !op.getConstant();
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
  auto *global = new llvm::GlobalVariable(
      target, initializer ? initializer->getType() : info.memory,
      op.getConstant(), linkage, initializer, getSymbol(symbol.getValue()));
  global->setAlignment(info.align);
  if (isShared) {
    global->setVisibility(llvm::GlobalValue::HiddenVisibility);
    global->setDSOLocal(true);
  }
  if (debugInfo && initializer && !op.getConstant())
    debugInfo->declareGlobal(op, global);
  return globals[symbol] = global;
}

llvm::GlobalVariable *ModuleLowering::getRegion(mlir::StringAttr symbol) {
  llvm::GlobalVariable *&slot = globals[symbol];
  if (slot)
    return slot;
  // Region of runtime/rt/rt.h: begin, next, end, link.
  llvm::Type *ptr = llvm::PointerType::get(getContext(), 0);
  auto *type = llvm::ArrayType::get(getAddressType(), 4);
  std::string name = getSymbol(symbol.getValue());
  bool isShared = isPartial();
  llvm::Constant *initializer = nullptr;
  if (!isShared || options.part == 0) {
    llvm::Type *i8 = llvm::Type::getInt8Ty(getContext());
    uint64_t size = regionOps.lookup(symbol).getSize();
    auto *memoryType = llvm::ArrayType::get(i8, size);
    auto *memory = new llvm::GlobalVariable(
        target, memoryType, /*isConstant=*/false,
        llvm::GlobalValue::InternalLinkage,
        llvm::ConstantAggregateZero::get(memoryType), name + ".memory");
    memory->setAlignment(llvm::Align(16));
    llvm::Constant *end = llvm::ConstantExpr::getGetElementPtr(
        i8, memory,
        llvm::ConstantInt::get(llvm::Type::getInt64Ty(getContext()), size));
    initializer = llvm::ConstantArray::get(
        type, {getAddress(memory), getAddress(memory), getAddress(end),
               getAddress(llvm::ConstantPointerNull::get(
                   llvm::cast<llvm::PointerType>(ptr)))});
  }
  slot = new llvm::GlobalVariable(target, type, /*isConstant=*/false,
                                  isShared ? llvm::GlobalValue::ExternalLinkage
                                           : llvm::GlobalValue::InternalLinkage,
                                  initializer, name);
  slot->setAlignment(llvm::Align(8));
  if (isShared) {
    slot->setVisibility(llvm::GlobalValue::HiddenVisibility);
    slot->setDSOLocal(true);
  }
  return slot;
}
