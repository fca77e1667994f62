//===- Places.h - where FIR comes from in documents ------------*- C++ -*-===//
#ifndef FLUX_DIALECT_FIR_PLACES_H
#define FLUX_DIALECT_FIR_PLACES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace flux::fir {

/// A place in a document.
struct Place {
  mlir::StringAttr file; ///< null if unknown
  unsigned line = 0, column = 0;
  /// Where fir-inline brought an operation into another function: the symbol
  /// of the one that it comes from; else null.
  mlir::StringAttr function;
};

/// The innermost place that \p location names.
Place getPlace(mlir::Location location);
/// The place where \p location was inlined, named by the function that was
/// called there; null if fir-inline did not do that.
mlir::NameLoc getInlinedCall(mlir::CallSiteLoc location);
/// The name of \p function in the document.
llvm::StringRef getSourceName(mlir::func::FuncOp function);

} // namespace flux::fir

#endif // FLUX_DIALECT_FIR_PLACES_H
