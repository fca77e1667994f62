//===- LockCheck.h - decisions that come from outside -----------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_LOCKCHECK_H
#define FLUX_LIB_DRIVER_LOCKCHECK_H

#include "llvm/ADT/StringRef.h"

namespace flux {

class DiagnosticEngine;
struct Document;
struct Module;
struct Options;

/// Compares what was decided for \p module, and the text of \p document, from
/// which it was parsed, with the `flux.lock` beside \p input, or writes that
/// file, as \p options say.  Reports and returns false where something is not
/// allowed.
bool checkLock(const Module &module, const Document &document,
               llvm::StringRef input, const Options &options,
               DiagnosticEngine &diags);

/// Gives \p module the values of `--set`, read like parts of a document, so
/// that messages can show them.
void addOverrides(Module &module, const Options &options,
                  DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_LIB_DRIVER_LOCKCHECK_H
