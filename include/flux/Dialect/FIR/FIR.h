//===- FIR.h - the FIR dialect, its types and operations -------*- C++ -*-===//
#ifndef FLUX_DIALECT_FIR_FIR_H
#define FLUX_DIALECT_FIR_FIR_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/MemorySlotInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace flux::fir {
/// Operations that need a device or other agents: programs that have them
/// cannot be made yet.
template <class ConcreteType>
class AgentStep : public mlir::OpTrait::TraitBase<ConcreteType, AgentStep> {};
} // namespace flux::fir

#include "flux/Dialect/FIR/FIRDialect.h.inc"
#include "flux/Dialect/FIR/FIREnums.h.inc"
#define GET_TYPEDEF_CLASSES
#include "flux/Dialect/FIR/FIRTypes.h.inc"
#define GET_OP_CLASSES
#include "flux/Dialect/FIR/FIROps.h.inc"

namespace flux::fir {

/// Names of discardable attributes on `func.func`.
/// The function's name in the document, where the symbol differs.
inline constexpr llvm::StringLiteral sourceNameAttr = "fir.source_name";
/// Unit argument attribute: the caller's place for an aggregate result (always
/// the first argument).
inline constexpr llvm::StringLiteral resultPlaceAttr = "fir.result";
/// Unit argument attribute: the place of a `var` parameter, which the function
/// may change.  Other places are read only.
inline constexpr llvm::StringLiteral varParamAttr = "fir.var";
/// Unit argument attribute, next to fir.var: the types of the signature exclude
/// that another argument leads to the same memory.
inline constexpr llvm::StringLiteral exclusiveAttr = "fir.exclusive";
/// Argument attribute: the name of a parameter that is passed by reference.
/// Parameters passed by value have a fir.local with `arg`.
inline constexpr llvm::StringLiteral paramNameAttr = "fir.name";
/// Parameter and result types as written, for debug information: an array of
/// strings, the result ("" for none) first.
inline constexpr llvm::StringLiteral sourceTypesAttr = "fir.source_types";
/// A tile: a dictionary of its `category`, and of `lanes` and `unroll` (i32)
/// for its innermost loops, where they are not left to the compiler; 1 is off.
inline constexpr llvm::StringLiteral tileAttr = "fir.tile";
/// Module attribute: a dictionary from struct names to arrays of
/// "field: type" strings, for debug information.
inline constexpr llvm::StringLiteral structsAttr = "fir.structs";
/// Module attribute: a dictionary from the names of enums, as types spell them,
/// to an array for each variant: its name and "field: type" strings.
inline constexpr llvm::StringLiteral enumsAttr = "fir.enums";

} // namespace flux::fir

#endif // FLUX_DIALECT_FIR_FIR_H
