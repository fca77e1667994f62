//===- Registers.cpp - small aggregates as results ------------------------===//
//
// FIR returns arrays, structs and enums through a place of the caller.  Where
// code is optimised, small ones come back in registers instead: what `?` looks
// at is then not stored and loaded at each call.  Functions whose address is
// taken keep the place, because an indirect call does not know them.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using namespace flux::lowering;

namespace {

/// A scalar of an aggregate.
struct Leaf {
  uint64_t offset;
  llvm::Type *type;
};

} // namespace

static constexpr uint64_t wordBytes = 8;

/// Finds the scalars of \p type; false if there are too many to look at.
static bool collectLeaves(ModuleLowering &module, mlir::Type type,
                          uint64_t offset,
                          llvm::SmallVectorImpl<Leaf> &leaves) {
  constexpr size_t maxLeaves = 64;
  if (leaves.size() > maxLeaves)
    return false;
  const TypeInfo &info = module.getType(type);
  if (auto array = llvm::dyn_cast<fir::ArrayType>(type)) {
    const uint64_t size = module.getType(array.getElement()).size;
    for (uint64_t i = 0; i < array.getCount(); ++i)
      if (!collectLeaves(module, array.getElement(), offset + i * size, leaves))
        return false;
    return true;
  }
  if (auto record = llvm::dyn_cast<fir::StructType>(type))
    return llvm::all_of_zip(record.getFields(), info.offsets,
                            [&](mlir::Type field, uint64_t fieldOffset) {
                              return collectLeaves(
                                  module, field, offset + fieldOffset, leaves);
                            });
  if (auto variants = llvm::dyn_cast<fir::EnumType>(type)) {
    uint64_t payload = offset + info.payloadOffset;
    leaves.push_back({offset, module.getType(variants.getTagType()).memory});
    return llvm::all_of(variants.getVariants(), [&](mlir::Type variant) {
      return collectLeaves(module, variant, payload, leaves);
    });
  }
  if (info.isAggregate)
    return false;
  leaves.push_back({offset, info.getStored()});
  if (info.isPair)
    leaves.push_back(
        {offset + wordBytes, llvm::Type::getInt64Ty(module.getContext())});
  return true;
}

/// Each word is one register, of the type of what lies there if that is one
/// scalar, else an integer.
static void makeParts(llvm::ArrayRef<Leaf> leaves, uint64_t size,
                      llvm::Align align, llvm::LLVMContext &context,
                      llvm::SmallVectorImpl<RegisterPart> &parts) {
  for (uint64_t word = 0; word < size; word += wordBytes) {
    const Leaf *only = nullptr;
    bool isShared = false;
    for (const Leaf &leaf : leaves) {
      if (leaf.offset / wordBytes != word / wordBytes)
        continue;
      isShared |=
          only && (only->offset != leaf.offset || only->type != leaf.type);
      only = &leaf;
    }
    if (!only)
      continue; // padding
    if (!isShared) {
      parts.push_back({only->offset, only->type,
                       llvm::commonAlignment(align, only->offset)});
      continue;
    }
    uint64_t rest = std::min(wordBytes, size - word), offset = word;
    for (uint64_t bytes : {8, 4, 2, 1})
      if (rest & bytes) {
        parts.push_back({offset,
                         llvm::Type::getIntNTy(context, unsigned(bytes * 8)),
                         llvm::commonAlignment(align, offset)});
        offset += bytes;
      }
  }
}

llvm::ArrayRef<RegisterPart>
ModuleLowering::getResultParts(mlir::func::FuncOp op) {
  if (!isOptimized() || op.getNumArguments() == 0 ||
      !op.getArgAttr(0, fir::resultPlaceAttr) ||
      addressTaken.contains(op.getSymNameAttr()))
    return {};
  mlir::Type type =
      llvm::cast<fir::RefType>(op.getArgumentTypes()[0]).getPointee();
  auto [it, isNew] = resultParts.try_emplace(type.getAsOpaquePointer());
  if (!isNew)
    return it->second;
  // What the calling conventions of all targets return in registers.
  constexpr unsigned maxInts = 3, maxFloats = 2;
  llvm::SmallVector<Leaf> leaves;
  llvm::SmallVector<RegisterPart, 3> parts;
  uint64_t size = getType(type).size;
  if (size > maxInts * wordBytes || !collectLeaves(*this, type, 0, leaves))
    return {};
  makeParts(leaves, size, getType(type).align, getContext(), parts);
  size_t floats = llvm::count_if(parts, [](const RegisterPart &part) {
    return part.type->isFloatingPointTy();
  });
  if (floats > maxFloats || parts.size() - floats > maxInts)
    return {};
  return it->second = std::move(parts);
}

llvm::Type *ModuleLowering::getPartsType(llvm::ArrayRef<RegisterPart> parts) {
  if (parts.size() == 1)
    return parts[0].type;
  llvm::SmallVector<llvm::Type *, 3> types;
  for (const RegisterPart &part : parts)
    types.push_back(part.type);
  return llvm::StructType::get(getContext(), types);
}

/// A function can be a value only by these operations.
void ModuleLowering::findTakenAddresses() {
  source.walk([&](mlir::Operation *op) {
    if (llvm::isa<mlir::func::ConstantOp, fir::GlobalOp>(op))
      op->getAttrDictionary().walk([&](mlir::FlatSymbolRefAttr symbol) {
        addressTaken.insert(symbol.getAttr());
      });
  });
}

/// Returns what lies in the result place of a function that returns it in
/// registers.
void FunctionLowering::returnParts() {
  llvm::Value *result =
      llvm::PoisonValue::get(module.getPartsType(resultParts));
  for (auto [i, part] : llvm::enumerate(resultParts)) {
    llvm::Value *value = builder.CreateAlignedLoad(
        part.type, offsetAddress(resultStorage, part.offset), part.align);
    result = resultParts.size() == 1
                 ? value
                 : builder.CreateInsertValue(result, value, unsigned(i));
  }
  builder.CreateRet(result);
}

/// Stores what \p call returned in registers to the place that FIR passed.
void FunctionLowering::storeParts(llvm::CallInst *call,
                                  llvm::ArrayRef<RegisterPart> parts,
                                  llvm::Value *place) {
  for (auto [i, part] : llvm::enumerate(parts)) {
    llvm::Value *value = parts.size() == 1
                             ? static_cast<llvm::Value *>(call)
                             : builder.CreateExtractValue(call, unsigned(i));
    builder.CreateAlignedStore(value, offsetAddress(place, part.offset),
                               part.align);
  }
}
