//===- Describe.h - the machine and the system as text ---------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_DESCRIBE_H
#define FLUX_RUNTIME_KERNEL_DESCRIBE_H

#include "runtime/kernel/Log.h"

namespace flux::kernel {

enum class Subject : uint8_t {
  Hardware,
  Configuration,
  System,
  Memory,
  Processes,
  Calls,
  Log
};

/// Writes lines about \p subject, the first three as `NAME: VALUE`, from byte
/// \p position on to \p out, as far as they fit; returns how long they are in
/// all.  Of processes, only \p viewer and its children are told, or all if it
/// is 0.  Needs the kernel's lock.
uint64_t describe(Subject subject, uint8_t *out, uint64_t size,
                  uint64_t position = 0, uint32_t viewer = 0);

/// Does what the option `test=NAME` asks for, which an image has for tests
/// (flux-os-image --link).
extern "C" void flux_run_test(Bytes name);
/// Makes checks of the virtual machine, as one of those; returns a status.
int runChecks();

/// What firmware told about the machine.
const hal::BootInfo &getBootInfo();

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_DESCRIBE_H
