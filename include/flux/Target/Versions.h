//===- Versions.h - hot loops for several CPUs -----------------*- C++ -*-===//
#ifndef FLUX_TARGET_VERSIONS_H
#define FLUX_TARGET_VERSIONS_H

#include "flux/Target/ObjectEmitter.h"

namespace flux {

/// Gives the functions of \p module in which LLVM makes vector loops a version
/// for each of the CPUs that \p target lists (`versions`), and lets the runtime
/// choose when the program starts.  \p module must not be optimized yet;
/// without versions, or at levels that make no vector code, nothing happens.
void addVersions(llvm::Module &module, const TargetSpec &target,
                 OptLevel level);

/// The CPUs that the runtime named \p runtime can choose from, each able to do
/// what those before it can; empty if it cannot choose.
llvm::ArrayRef<llvm::StringRef> getVersionCPUs(llvm::StringRef runtime);

} // namespace flux

#endif // FLUX_TARGET_VERSIONS_H
