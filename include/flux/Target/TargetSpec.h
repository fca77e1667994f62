//===- TargetSpec.h - what a target is -------------------------*- C++ -*-===//
#ifndef FLUX_TARGET_TARGETSPEC_H
#define FLUX_TARGET_TARGETSPEC_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace flux {

/// A target, resolved.  The descriptions are data: targets/*.json, embedded
/// into the compiler when it is built.
struct TargetSpec {
  std::string name;   ///< "x86_64-linux"
  std::string triple; ///< "x86_64-unknown-linux-gnu"
  std::string cpu, features;
  std::string tune;            ///< CPU that code is scheduled for
  std::string linkerEmulation; ///< "elf_x86_64"
};

/// Names that the original design gives to targets and boards but that this
/// compiler cannot produce yet ("arm64", "wasm32", ...).
llvm::ArrayRef<llvm::StringLiteral> getPlannedTargets();
/// Names of the targets that it can produce.
llvm::ArrayRef<llvm::StringRef> getTargetNames();
/// Other names that findTarget() knows: "native", "x86_64".
llvm::ArrayRef<llvm::StringRef> getTargetAliases();
/// Finds a target by name or alias ("native", "x86_64"); null if there is none.
const TargetSpec *findTarget(llvm::StringRef name);

} // namespace flux

#endif // FLUX_TARGET_TARGETSPEC_H
