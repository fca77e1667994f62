//===- FIROps.cpp - verifiers and interfaces of the operations ------------===//
//
// What TableGen cannot say: types that depend on each other, and how locals
// that hold scalars are promoted to SSA values by MLIR's mem2reg.
//
//===----------------------------------------------------------------------===//
#include "Initializer.h"
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace flux::fir;

#define GET_OP_CLASSES
#include "flux/Dialect/FIR/FIROps.cpp.inc"

using EffectList = SmallVectorImpl<MemoryEffects::EffectInstance>;

static bool isAggregate(Type type) {
  return isa<ArrayType, StructType, EnumType, NamedType>(type);
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

LogicalResult ConvertOp::verify() {
  if (getOperand().getType().isInteger(1) || getType().isInteger(1))
    return emitOpError("does not convert i1; use arith.extui or a comparison");
  if (!isa<FloatType>(getOperand().getType()))
    return success();
  if (getMode() == ConvertMode::Wrapping)
    return emitOpError("floats have no low bits to keep; use 'checked' or "
                       "'saturating'");
  if (getFrom() != Signedness::Signed)
    return emitOpError("floats are read as 'signed'");
  return success();
}

void ConvertOp::getEffects(EffectList &effects) {
  if (getMode() == ConvertMode::Checked)
    effects.emplace_back(MemoryEffects::Write::get());
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

static LogicalResult verifyScalarAccess(Operation *op, RefType ref) {
  if (!isAggregate(ref.getPointee()))
    return success();
  return op->emitOpError("an SSA value cannot be of type ")
         << ref.getPointee() << "; use fir.copy";
}
LogicalResult LoadOp::verify() {
  return verifyScalarAccess(*this, getRef().getType());
}
LogicalResult StoreOp::verify() {
  return verifyScalarAccess(*this, getRef().getType());
}

static LogicalResult verifyPlace(Operation *op, RefType result, Type pointee) {
  if (result.getPointee() == pointee)
    return success();
  return op->emitOpError("gives ")
         << result << ", must give " << RefType::get(pointee);
}

LogicalResult FieldOp::verify() {
  auto type = dyn_cast<StructType>(getRef().getType().getPointee());
  if (!type)
    return emitOpError("needs the place of a struct, not ")
           << getRef().getType();
  if (getIndex() >= type.getFields().size())
    return emitOpError("field ")
           << getIndex() << " does not exist; struct '" << type.getName()
           << "' has " << type.getFields().size() << " fields, from 0";
  return verifyPlace(*this, getType(), type.getFields()[getIndex()]);
}

static FailureOr<EnumType> getEnum(Operation *op, RefType ref) {
  if (auto type = dyn_cast<EnumType>(ref.getPointee()))
    return type;
  return op->emitOpError("needs the place of an enum, not ") << ref;
}

static LogicalResult verifyVariant(Operation *op, RefType ref,
                                   unsigned number) {
  FailureOr<EnumType> type = getEnum(op, ref);
  if (failed(type) || number < type->getVariants().size())
    return success(succeeded(type));
  return op->emitOpError("variant ")
         << number << " does not exist; enum '" << type->getName() << "' has "
         << type->getVariants().size() << " variants, from 0";
}

LogicalResult SetVariantOp::verify() {
  return verifyVariant(*this, getRef().getType(), getVariant());
}

LogicalResult GetVariantOp::verify() {
  FailureOr<EnumType> type = getEnum(*this, getRef().getType());
  if (failed(type) || getType() == type->getTagType())
    return success(succeeded(type));
  return emitOpError("gives ")
         << getType() << ", must give " << type->getTagType();
}

LogicalResult PayloadOp::verify() {
  if (failed(verifyVariant(*this, getRef().getType(), getVariant())))
    return failure();
  auto type = cast<EnumType>(getRef().getType().getPointee());
  return verifyPlace(*this, getType(), type.getVariant(getVariant()));
}

/// The element that a place or slice is about.
static Type getContent(Type type) {
  if (auto ref = dyn_cast<RefType>(type))
    return ref.getPointee();
  return cast<SliceType>(type).getElement();
}

LogicalResult RetypeOp::verify() {
  Type from = getOperand().getType(), to = getType();
  bool isNamed =
      isa<NamedType>(getContent(from)) != isa<NamedType>(getContent(to));
  if (isa<RefType>(from) == isa<RefType>(to) && isNamed)
    return success();
  return emitOpError("changes between !fir.named and the type it names, not ")
         << from << " to " << to;
}

LogicalResult FitsOp::verify() {
  auto to = dyn_cast<IntegerType>(getTypeAttr().getValue());
  if (!to || !to.isSignless() || to.getWidth() == 1 ||
      getOperand().getType().isInteger(1))
    return emitOpError("is about i8, i16, i32 and i64");
  if (!isa<FloatType>(getOperand().getType()) ||
      getFrom() == Signedness::Signed)
    return success();
  return emitOpError("floats are read as 'signed'");
}

LogicalResult ElementOp::verify() {
  Type base = getBase().getType();
  if (auto slice = dyn_cast<SliceType>(base))
    return verifyPlace(*this, getType(), slice.getElement());
  auto array = dyn_cast<ArrayType>(cast<RefType>(base).getPointee());
  if (!array)
    return emitOpError("needs a slice or the place of an array, not ") << base;
  return verifyPlace(*this, getType(), array.getElement());
}

void ElementOp::getEffects(EffectList &effects) {
  if (!getInbounds())
    effects.emplace_back(MemoryEffects::Write::get());
}

void RowOp::getEffects(EffectList &effects) {
  if (!getInbounds())
    effects.emplace_back(MemoryEffects::Write::get());
}

SmallVector<MemorySlot> LocalOp::getPromotableSlots() {
  Type type = getType().getPointee();
  if (!isa<IntegerType, FloatType, SliceType, StrType>(type))
    return {};
  return {MemorySlot{getRef(), type}};
}

/// A program never reads a variable before its first store, but paths may meet
/// on which the variable is dead: any cheap value does.
Value LocalOp::getDefaultValue(const MemorySlot &slot, OpBuilder &builder) {
  Location loc = getLoc();
  if (isa<StrType>(slot.elemType))
    return StrConstOp::create(builder, loc, slot.elemType,
                              builder.getStringAttr(""));
  if (auto slice = dyn_cast<SliceType>(slot.elemType)) {
    auto empty = RefType::get(ArrayType::get(0, slice.getElement()));
    Value place = LocalOp::create(builder, loc, empty, StringAttr(),
                                  StringAttr(), IntegerAttr());
    return SliceOfOp::create(builder, loc, slice, place);
  }
  return arith::ConstantOp::create(
      builder, loc, cast<TypedAttr>(builder.getZeroAttr(slot.elemType)));
}

void LocalOp::handleBlockArgument(const MemorySlot &, BlockArgument,
                                  OpBuilder &) {}

std::optional<PromotableAllocationOpInterface>
LocalOp::handlePromotionComplete(const MemorySlot &slot, Value defaultValue,
                                 OpBuilder &) {
  if (defaultValue && defaultValue.use_empty()) {
    Operation *definition = defaultValue.getDefiningOp();
    auto array = dyn_cast<SliceOfOp>(definition);
    Operation *place = array ? array.getArray().getDefiningOp() : nullptr;
    definition->erase();
    if (place)
      place->erase();
  }
  erase();
  return std::nullopt;
}

bool LoadOp::loadsFrom(const MemorySlot &slot) { return getRef() == slot.ptr; }
bool LoadOp::storesTo(const MemorySlot &) { return false; }
Value LoadOp::getStored(const MemorySlot &, OpBuilder &, Value,
                        const DataLayout &) {
  llvm_unreachable("a load stores nothing");
}
bool LoadOp::canUsesBeRemoved(const MemorySlot &slot,
                              const SmallPtrSetImpl<OpOperand *> &blocking,
                              SmallVectorImpl<OpOperand *> &,
                              const DataLayout &) {
  return blocking.size() == 1 && (*blocking.begin())->get() == slot.ptr &&
         getType() == slot.elemType;
}
DeletionKind LoadOp::removeBlockingUses(const MemorySlot &,
                                        const SmallPtrSetImpl<OpOperand *> &,
                                        OpBuilder &, Value reachingDefinition,
                                        const DataLayout &) {
  getResult().replaceAllUsesWith(reachingDefinition);
  return DeletionKind::Delete;
}

bool StoreOp::loadsFrom(const MemorySlot &) { return false; }
bool StoreOp::storesTo(const MemorySlot &slot) { return getRef() == slot.ptr; }
Value StoreOp::getStored(const MemorySlot &, OpBuilder &, Value,
                         const DataLayout &) {
  return getValue();
}
bool StoreOp::canUsesBeRemoved(const MemorySlot &slot,
                               const SmallPtrSetImpl<OpOperand *> &blocking,
                               SmallVectorImpl<OpOperand *> &,
                               const DataLayout &) {
  return blocking.size() == 1 && (*blocking.begin())->get() == slot.ptr &&
         getValue() != slot.ptr;
}
DeletionKind StoreOp::removeBlockingUses(const MemorySlot &,
                                         const SmallPtrSetImpl<OpOperand *> &,
                                         OpBuilder &, Value,
                                         const DataLayout &) {
  return DeletionKind::Delete;
}

//===----------------------------------------------------------------------===//
// Globals
//===----------------------------------------------------------------------===//

bool flux::fir::isInitializer(Attribute value, Type type) {
  if (isa<IntegerType, FloatType>(type)) {
    auto typed = dyn_cast<TypedAttr>(value);
    return typed && typed.getType() == type;
  }
  if (isa<StrType>(type))
    return isa<StringAttr>(value);
  if (isa<FunctionType>(type))
    return isa<FlatSymbolRefAttr>(value);
  auto elements = dyn_cast<ArrayAttr>(value);
  if (auto enumType = dyn_cast<EnumType>(type)) {
    if (!elements || elements.size() != 2)
      return false;
    auto number = dyn_cast<IntegerAttr>(elements[0]);
    return number && number.getType() == enumType.getTagType() &&
           number.getValue().ult(enumType.getVariants().size()) &&
           isInitializer(elements[1],
                         enumType.getVariant(number.getValue().getZExtValue()));
  }
  if (auto structType = dyn_cast<StructType>(type))
    return elements && elements.size() == structType.getFields().size() &&
           llvm::all_of_zip(elements, structType.getFields(), isInitializer);
  if (isa<SliceType>(type))
    return elements && elements.empty();
  auto array = dyn_cast<ArrayType>(type);
  if (!array)
    return false;
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.getElementType() == array.getElement() &&
           uint64_t(dense.getNumElements()) == array.getCount();
  return elements && elements.size() == array.getCount() &&
         llvm::all_of(elements, [&](Attribute element) {
           return isInitializer(element, array.getElement());
         });
}

LogicalResult GlobalOp::verify() {
  if (!getFill()) {
    if (isInitializer(getValue(), getType()))
      return success();
    return emitOpError("value does not match type ") << getType();
  }
  auto elements = dyn_cast<ArrayAttr>(getValue());
  auto array = dyn_cast<ArrayType>(getType());
  if (!array || !elements || elements.size() != 1 ||
      !isInitializer(elements[0], array.getElement()))
    return emitOpError("'fill' needs an array type and the value of one "
                       "element in brackets");
  return success();
}

/// Checks the functions that \p value of type \p type names.
static LogicalResult verifyFunctions(GlobalOp global,
                                     SymbolTableCollection &symbols,
                                     Attribute value, Type type) {
  if (auto symbol = dyn_cast<FlatSymbolRefAttr>(value)) {
    auto function =
        symbols.lookupNearestSymbolFrom<func::FuncOp>(global, symbol);
    if (function && function.getFunctionType() == type)
      return success();
    return global.emitOpError("no function of type ")
           << type << " is named " << symbol;
  }
  auto elements = dyn_cast<ArrayAttr>(value);
  if (!elements)
    return success();
  if (auto enumType = dyn_cast<EnumType>(type)) // number and fields
    return verifyFunctions(
        global, symbols, elements[1],
        enumType.getVariant(cast<IntegerAttr>(elements[0]).getInt()));
  auto record = dyn_cast<StructType>(type);
  for (auto [index, element] : llvm::enumerate(elements))
    if (failed(verifyFunctions(global, symbols, element,
                               record ? record.getFields()[index]
                                      : cast<ArrayType>(type).getElement())))
      return failure();
  return success();
}

LogicalResult GlobalOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyFunctions(*this, symbols, getValue(), getType());
}

LogicalResult AddressOfOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto global =
      symbols.lookupNearestSymbolFrom<GlobalOp>(*this, getGlobalAttr());
  if (!global)
    return emitOpError("no fir.global is named ") << getGlobalAttr();
  return verifyPlace(*this, getType(), global.getType());
}

//===----------------------------------------------------------------------===//
// Slices and strings
//===----------------------------------------------------------------------===//

LogicalResult SliceOfOp::verify() {
  auto array = dyn_cast<ArrayType>(getArray().getType().getPointee());
  if (!array)
    return emitOpError("needs the place of an array, not ")
           << getArray().getType();
  auto wanted = SliceType::get(array.getElement());
  if (getType() == wanted)
    return success();
  return emitOpError("gives ") << getType() << ", must give " << wanted;
}

LogicalResult RegionExitOp::verify() {
  if (getRegion().getDefiningOp<RegionEnterOp>())
    return success();
  return emitOpError("ends a region that no fir.region_enter of this function "
                     "began");
}

LogicalResult RegionOp::verify() {
  if (getSizeAttr().getInt() > 0)
    return success();
  return emitOpError("needs a size of at least one byte");
}

LogicalResult RegionOfOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (symbols.lookupNearestSymbolFrom<RegionOp>(*this, getNameAttr()))
    return success();
  return emitOpError("no fir.region is named ") << getNameAttr();
}

/// Checks that \p function takes the places of \p pointee, or nothing for null.
static LogicalResult verifyVisitor(Operation *op, Type function, Type pointee) {
  auto type = dyn_cast<FunctionType>(function);
  if (type && type.getNumResults() == 0 &&
      type.getNumInputs() == (pointee ? 1 : 0)) {
    if (!pointee)
      return success();
    auto ref = dyn_cast<RefType>(type.getInput(0));
    if (ref && (ref.getPointee() == pointee || isa<NamedType>(pointee)))
      return success();
  }
  InFlightDiagnostic error =
      op->emitOpError("visits by a function that takes ");
  if (pointee)
    error << RefType::get(pointee);
  else
    error << "nothing";
  return error << " and gives nothing, not " << function;
}

LogicalResult KeepOp::verify() {
  Type pointee = getSlot().getType().getPointee();
  if (!isa<SliceType, StrType>(pointee))
    return emitOpError("needs the place of a slice or string, not ")
           << getSlot().getType();
  if (!getEach())
    return success();
  if (isa<StrType>(pointee))
    return emitOpError("bytes of a string hold no references");
  return verifyVisitor(*this, getEach().getType(),
                       cast<SliceType>(pointee).getElement());
}

LogicalResult KeepRootOp::verify() {
  return verifyVisitor(*this, getBy().getType(),
                       getPlace().getType().getPointee());
}

LogicalResult CommitOp::verify() {
  if (getLimitAttr().getInt() < 0)
    return emitOpError("limit is negative");
  return verifyVisitor(*this, getRoots().getType(), Type());
}

LogicalResult FillOp::verify() {
  Type element = getSlice().getType().getElement();
  Type wanted = isAggregate(element) ? RefType::get(element) : element;
  if (getValue().getType() == wanted)
    return success();
  return emitOpError("fills ") << getSlice().getType() << " with "
                               << getValue().getType() << ", needs " << wanted;
}

static LogicalResult verifyBytes(Operation *op, SliceType type) {
  if (type.getElement().isInteger(8))
    return success();
  return op->emitOpError("bytes are !fir.slice<i8>, not ") << type;
}
LogicalResult StrBytesOp::verify() { return verifyBytes(*this, getType()); }
LogicalResult StrFromBytesOp::verify() {
  return verifyBytes(*this, getBytes().getType());
}
