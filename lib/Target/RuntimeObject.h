//===- RuntimeObject.h - the runtime inside the compiler -------*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_RUNTIMEOBJECT_H
#define FLUX_LIB_TARGET_RUNTIMEOBJECT_H

#include "flux/Target/TargetSpec.h"

namespace flux {

/// The runtime for \p target as the bytes of an object file.
llvm::StringRef getRuntimeObject(const TargetSpec &target);

} // namespace flux

#endif // FLUX_LIB_TARGET_RUNTIMEOBJECT_H
