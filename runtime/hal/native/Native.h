//===- Native.h - the kernel as a process of Linux -------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_NATIVE_NATIVE_H
#define FLUX_RUNTIME_HAL_NATIVE_NATIVE_H

#include "runtime/hal/Hal.h"
#include <string>

namespace flux::hal::native {

/// A machine that is played.
struct Machine {
  std::string archive; ///< the files that come with the kernel
  std::string options; ///< the kernel's command line
  std::string input;   ///< what is typed at the console
  uint64_t memory = uint64_t(16) << 20;
  unsigned processors = 1;
  int console = 1; ///< descriptor
  int disk = -1;   ///< the same of a file, or none
  /// Each processor is interrupted all the time, without a reason.
  bool hasStorm = false;
};

/// Boots \p machine.  The process ends with the status of the machine; it must
/// have one thread.
[[noreturn]] void boot(const Machine &machine);
/// The file that is the disk, or -1.
int getDisk();

} // namespace flux::hal::native

#endif // FLUX_RUNTIME_HAL_NATIVE_NATIVE_H
