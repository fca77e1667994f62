//===- KernelObject.h - the kernels inside flux-os-image -------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_KERNELOBJECT_H
#define FLUX_LIB_IMAGE_KERNELOBJECT_H

#include "llvm/ADT/StringRef.h"

namespace flux {

/// The linker script of the kernels; `@BASE@` stands for their address.
llvm::StringRef getKernelScript();

} // namespace flux

#endif // FLUX_LIB_IMAGE_KERNELOBJECT_H
