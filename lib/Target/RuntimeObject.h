//===- RuntimeObject.h - the runtime inside the compiler -------*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_RUNTIMEOBJECT_H
#define FLUX_LIB_TARGET_RUNTIMEOBJECT_H

#include "flux/Target/TargetSpec.h"

namespace flux {

/// The values of the entry `runtime`: "x86_64", ...
llvm::ArrayRef<llvm::StringRef> getRuntimeNames();
/// The triple of the runtime \p name, one of getRuntimeNames().
llvm::StringRef getRuntimeTriple(llvm::StringRef name);
/// The runtime \p name as the bytes of an object file, or of LLVM IR for
/// bytecode.
llvm::StringRef getRuntimeObject(llvm::StringRef name);

} // namespace flux

#endif // FLUX_LIB_TARGET_RUNTIMEOBJECT_H
