//===- ImageTool.h - flux-os-image -----------------------------*- C++ -*-===//
#ifndef FLUX_IMAGE_IMAGETOOL_H
#define FLUX_IMAGE_IMAGETOOL_H

#include "llvm/ADT/ArrayRef.h"

namespace flux {

/// Does what the command line says; returns the status of the process.
int runImageTool(llvm::ArrayRef<const char *> arguments);

} // namespace flux

#endif // FLUX_IMAGE_IMAGETOOL_H
