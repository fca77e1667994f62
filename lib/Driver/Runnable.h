//===- Runnable.h - what keeps a program from being made -------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_RUNNABLE_H
#define FLUX_LIB_DRIVER_RUNNABLE_H

#include "mlir/IR/BuiltinOps.h"

namespace flux {

class DiagnosticEngine;

/// Reports each operation of \p fir, made from the buffer \p bufferID, that
/// needs a device or other agents; false if there is one.
bool checkRunnable(mlir::ModuleOp fir, unsigned bufferID,
                   DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_LIB_DRIVER_RUNNABLE_H
