//===- FIRDialect.cpp - the dialect and its types -------------------------===//
//
// Registers FIR with MLIR.  Types refuse what no source program can mean: a
// place of a place, an array of places.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace flux::fir;

#include "flux/Dialect/FIR/FIRDialect.cpp.inc"
#include "flux/Dialect/FIR/FIREnums.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "flux/Dialect/FIR/FIRTypes.cpp.inc"

void FIRDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "flux/Dialect/FIR/FIRTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "flux/Dialect/FIR/FIROps.cpp.inc"
      >();
}

Operation *FIRDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                           Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

/// True for types whose values can lie in memory.
static bool isValueType(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return integer.isSignless() &&
           llvm::is_contained({1u, 8u, 16u, 32u, 64u}, integer.getWidth());
  return type.isF32() || type.isF64() || isa<FunctionType>(type) ||
         (isa<FIRDialect>(type.getDialect()) && !isa<RefType>(type));
}

static LogicalResult
verifyValueType(llvm::function_ref<InFlightDiagnostic()> emitError,
                StringRef holder, Type type) {
  if (isValueType(type))
    return success();
  return emitError() << holder << " cannot hold " << type
                     << "; use i1, i8, i16, i32, i64, f32, f64 or a fir type "
                        "other than !fir.ref";
}

LogicalResult
RefType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                Type pointee) {
  return verifyValueType(emitError, "a place", pointee);
}

LogicalResult
ArrayType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                  uint64_t count, Type element) {
  return verifyValueType(emitError, "an array", element);
}

LogicalResult
SliceType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                  Type element) {
  return verifyValueType(emitError, "a slice", element);
}

LogicalResult
EnumType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                 StringRef name, ArrayRef<Type> variants) {
  constexpr size_t maxVariants = 1 << 16;
  if (variants.empty() || variants.size() > maxVariants)
    return emitError() << "enum '" << name << "' has " << variants.size()
                       << " variants, must have 1 to " << maxVariants;
  for (Type variant : variants)
    if (!isa<StructType>(variant))
      return emitError() << "a variant is a !fir.struct, not " << variant;
  return success();
}

LogicalResult
NamedType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                  StringRef name, uint64_t size, uint64_t align) {
  if (align && align <= 16 && llvm::isPowerOf2_64(align) && size % align == 0)
    return success();
  return emitError() << "'" << name << "' needs an alignment of 1, 2, 4, 8 or "
                     << "16, and a size that is a multiple of it";
}

LogicalResult
StructType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                   StringRef name, ArrayRef<Type> fields) {
  for (Type field : fields)
    if (failed(verifyValueType(emitError, "a struct", field)))
      return failure();
  return success();
}
