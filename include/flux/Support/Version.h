//===- Version.h - which compiler this is ----------------------*- C++ -*-===//
//
// The version is written once, in the top CMakeLists.txt; programs, SARIF logs
// and object files ask for it here.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_SUPPORT_VERSION_H
#define FLUX_SUPPORT_VERSION_H

#include "llvm/ADT/StringRef.h"

namespace flux {

/// The version of the compiler, for example "0.1.0".
llvm::StringRef getVersion();

} // namespace flux

#endif // FLUX_SUPPORT_VERSION_H
