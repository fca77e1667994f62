//===- TrapSites.cpp - checks that trap, and what they report -------------===//
//
// Checks are the most frequent thing in compiled code.  On the hot path each
// is one compare or overflow flag and one branch that is not taken; the call
// that reports stands in a block of its own at the end of the function.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include <bit>

using namespace flux;
using namespace flux::lowering;

//===----------------------------------------------------------------------===//
// Data, laid out as runtime/base/TrapSite.h says
//===----------------------------------------------------------------------===//

llvm::StringRef ModuleLowering::getLineText(const Place &place) {
  if (!place.line || !place.file || !options.lineText)
    return "";
  if (lastLine.line != place.line || lastLine.file != place.file)
    lastLine = {place.file, place.line,
                options.lineText(place.file.getValue(), place.line)};
  return lastLine.text;
}

llvm::Constant *ModuleLowering::getTrapSite(llvm::StringRef function,
                                            const Place &place,
                                            rt::TrapKind kind,
                                            rt::ValueType type,
                                            rt::ValueType resultType) {
  rt::TrapSite site = {};
  site.line = place.line;
  site.column = place.column > UINT16_MAX ? 0 : place.column;
  site.kind = kind;
  site.type = type;
  site.resultType = resultType;
  llvm::StringRef file = place.file ? place.file.getValue() : "unknown";
  llvm::StringRef text = getLineText(place);
  return isOptimized() ? makeSite(file, function, text, site)
                       : addSiteToTable(file, function, text, site);
}

llvm::Constant *ModuleLowering::getCString(llvm::StringRef text) {
  llvm::Constant *&slot = siteTexts[text];
  if (!slot)
    slot = makeConstant(llvm::ConstantDataArray::getString(getContext(), text),
                        llvm::Align(1));
  return slot;
}

/// When code is optimised, each site and text is data of its own, so that those
/// of checks that are proved away disappear.
llvm::Constant *ModuleLowering::makeSite(llvm::StringRef file,
                                         llvm::StringRef function,
                                         llvm::StringRef text,
                                         const rt::TrapSite &site) {
  llvm::LLVMContext &context = getContext();
  auto integer = [&](unsigned width, uint64_t value) -> llvm::Constant * {
    return llvm::ConstantInt::get(llvm::IntegerType::get(context, width),
                                  value);
  };
  llvm::Constant *texts[] = {getCString(file), getCString(function),
                             getCString(text)};
  llvm::Constant *numbers[] = {integer(32, site.line), integer(16, site.column),
                               integer(8, site.kind), integer(8, site.type),
                               integer(8, site.resultType)};
  llvm::SmallVector<llvm::Constant *, 8> key(std::begin(texts),
                                             std::end(texts));
  key.append(std::begin(numbers), std::end(numbers));
  llvm::GlobalVariable *&slot =
      trapSites[llvm::ConstantStruct::getAnon(context, key)];
  if (slot)
    return slot;
  slot = makeConstant(llvm::ConstantAggregateZero::get(siteType),
                      llvm::Align(alignof(rt::TrapSite)));
  llvm::SmallVector<llvm::Constant *, 8> fields;
  llvm::Type *word = target.getDataLayout().getIntPtrType(context);
  llvm::Type *i32 = llvm::Type::getInt32Ty(context);
  llvm::Constant *here = llvm::ConstantExpr::getPtrToInt(slot, word);
  for (llvm::Constant *text : texts) {
    llvm::Constant *distance = llvm::ConstantExpr::getSub(
        llvm::ConstantExpr::getPtrToInt(text, word), here);
    fields.push_back(word == i32 ? distance
                                 : llvm::ConstantExpr::getTrunc(distance, i32));
  }
  fields.append(std::begin(numbers), std::end(numbers));
  slot->setInitializer(llvm::ConstantStruct::get(siteType, fields));
  return slot;
}

/// Without optimisation, a piece of data for each of thousands of sites would
/// take as long as the code: all of them are the bytes of one array.
llvm::Constant *ModuleLowering::addSiteToTable(llvm::StringRef file,
                                               llvm::StringRef function,
                                               llvm::StringRef text,
                                               rt::TrapSite site) {
  llvm::Type *i8 = llvm::Type::getInt8Ty(getContext());
  if (!siteTable)
    siteTable = makeConstant(llvm::ConstantInt::get(i8, 0),
                             llvm::Align(alignof(rt::TrapSite)));
  uint32_t offsets[] = {addToTable(file), addToTable(function),
                        addToTable(text)};
  siteBytes.resize(llvm::alignTo(siteBytes.size(), alignof(rt::TrapSite)));
  auto here = uint32_t(siteBytes.size());
  site.file = int32_t(offsets[0] - here);
  site.function = int32_t(offsets[1] - here);
  site.text = int32_t(offsets[2] - here);
  static_assert(std::endian::native == std::endian::little,
                "the table holds the bytes of a little-endian target");
  const char *bytes = reinterpret_cast<const char *>(&site);
  siteBytes.append(bytes, bytes + sizeof site);
  return llvm::ConstantExpr::getGetElementPtr(
      i8, siteTable,
      llvm::ConstantInt::get(llvm::Type::getInt64Ty(getContext()), here));
}

uint32_t ModuleLowering::addToTable(llvm::StringRef text) {
  auto [it, inserted] = siteOffsets.try_emplace(text, siteBytes.size());
  if (inserted) {
    siteBytes.append(text.begin(), text.end());
    siteBytes.push_back('\0');
  }
  return it->second;
}

void ModuleLowering::finishSiteTable() {
  if (siteTable)
    siteTable->replaceInitializer(llvm::ConstantDataArray::getString(
        getContext(), llvm::StringRef(siteBytes.data(), siteBytes.size()),
        /*AddNull=*/false));
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

llvm::Function *ModuleLowering::getCheckedFunction(llvm::StringRef operation,
                                                   rt::ValueType valueType,
                                                   llvm::Type *type) {
  llvm::Function *&slot = checkedFunctions[{operation, valueType}];
  if (slot)
    return slot;
  static constexpr llvm::StringLiteral names[] = {"i8", "i16", "i32", "i64",
                                                  "u8", "u16", "u32", "u64"};
  slot = getRuntimeFunction(
      ("flux_" + operation + "_" + names[valueType]).str(), type,
      {llvm::PointerType::get(getContext(), 0), type, type});
  adaptCheckedFunction(*slot, valueType);
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
    if (item.minus)
      value = builder.CreateSub(value, item.minus);
    if (item.plus)
      value = builder.CreateAdd(value, item.plus);
    llvm::Type *valueType = value->getType();
    if (valueType->isFloatingPointTy())
      value = builder.CreateBitCast(
          value, builder.getIntNTy(valueType->getPrimitiveSizeInBits()));
    if (valueType->isPointerTy())
      value = builder.CreatePtrToInt(value, i64);
    arguments.push_back(item.isSigned ? builder.CreateSExtOrTrunc(value, i64)
                                      : builder.CreateZExtOrTrunc(value, i64));
  }
  // One call for several traps would forget which inlined call led to it.
  builder.CreateCall(module.getTrapFunction(reported.size()), arguments)
      ->addFnAttr(llvm::Attribute::NoMerge);
  builder.CreateUnreachable();
}

void FunctionLowering::checkByCall(llvm::StringRef function, rt::TrapKind kind,
                                   llvm::ArrayRef<llvm::Value *> values) {
  llvm::SmallVector<llvm::Type *, 4> params(values.size(),
                                            builder.getInt64Ty());
  params.insert(params.begin(), builder.getPtrTy());
  llvm::SmallVector<llvm::Value *, 4> arguments(values);
  arguments.insert(arguments.begin(), makeSite(kind));
  builder.CreateCall(
      module.getRuntimeFunction(function, builder.getVoidTy(), params),
      arguments);
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
