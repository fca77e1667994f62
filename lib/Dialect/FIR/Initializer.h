//===- Initializer.h - values of globals and settings ----------*- C++ -*-===//
#ifndef FLUX_LIB_DIALECT_FIR_INITIALIZER_H
#define FLUX_LIB_DIALECT_FIR_INITIALIZER_H

#include "mlir/IR/Attributes.h"
#include "mlir/IR/Types.h"

namespace flux::fir {

/// True if \p value can initialise memory of type \p type.
bool isInitializer(mlir::Attribute value, mlir::Type type);

} // namespace flux::fir

#endif // FLUX_LIB_DIALECT_FIR_INITIALIZER_H
