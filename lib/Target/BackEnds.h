//===- BackEnds.h - the back ends of LLVM that fluxc holds -----*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_BACKENDS_H
#define FLUX_LIB_TARGET_BACKENDS_H

#include "flux/Target/TargetSpec.h"

namespace llvm {
class Target;
} // namespace llvm

namespace flux {

/// LLVM's back end for \p target, initialised alone, since each costs time at
/// the start.  Null and \p error if there is none.  May be called on several
/// threads.
const llvm::Target *findBackEnd(const TargetSpec &target, std::string &error);

/// The features that every CPU must have ("+64bit") or must not ("-relax") to
/// run what fluxc makes for \p target.
llvm::ArrayRef<llvm::StringRef> getNeededFeatures(const TargetSpec &target);

} // namespace flux

#endif // FLUX_LIB_TARGET_BACKENDS_H
