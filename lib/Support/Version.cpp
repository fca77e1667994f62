//===- Version.cpp - which compiler this is -------------------------------===//
//
// One translation unit holds the version, so that a new one rebuilds one file.
//
//===----------------------------------------------------------------------===//
#include "flux/Support/Version.h"

llvm::StringRef flux::getVersion() { return FLUX_VERSION; }
