//===- WasmModule.h - finished WebAssembly modules -------------*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_WASMMODULE_H
#define FLUX_LIB_TARGET_WASMMODULE_H

#include "llvm/ADT/SmallVector.h"

namespace flux {

/// Turns what the linker wrote into what programs are: the tables of calls of
/// all parts become one section `flux.calls` (docs/wasm.md), and unless
/// \p keepDebug what only tools read goes away.  False if \p module is not a
/// module.
bool finishWasmModule(llvm::SmallVectorImpl<char> &module, bool keepDebug);

} // namespace flux

#endif // FLUX_LIB_TARGET_WASMMODULE_H
