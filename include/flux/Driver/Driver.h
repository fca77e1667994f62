//===- Driver.h - from argv to exit status ---------------------*- C++ -*-===//
#ifndef FLUX_DRIVER_DRIVER_H
#define FLUX_DRIVER_DRIVER_H

#include "llvm/ADT/ArrayRef.h"

namespace flux {

/// Exit statuses of fluxc.
enum ExitStatus : int {
  exitSuccess = 0,
  exitErrors = 1,    ///< errors in documents, or files that do not work
  exitUsage = 2,     ///< the command line makes no sense
  exitInternal = 70, ///< a fault of fluxc
};

/// Runs fluxc.  \p args are the arguments without the program's name.
int runDriver(llvm::ArrayRef<const char *> args);

} // namespace flux

#endif // FLUX_DRIVER_DRIVER_H
