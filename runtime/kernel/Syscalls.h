//===- Syscalls.h - the calls of the system --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_SYSCALLS_H
#define FLUX_RUNTIME_KERNEL_SYSCALLS_H

#include "runtime/kernel/Process.h"

namespace flux::kernel {

enum class Syscall : uint16_t {
#define SYSCALL(NUMBER, NAME, CAPABILITY, FIRST, SECOND, RESULT, ERRORS, DOC)  \
  NAME = NUMBER,
#include "runtime/kernel/Syscalls.def"
};

enum class Error : uint8_t {
#define SYSERROR(NUMBER, NAME, TEXT) NAME = NUMBER,
#include "runtime/kernel/Syscalls.def"
};

/// The call \p number of a process with \p args; \p error is an Error.
vm::HostResult callSystem(Process &process, uint64_t number,
                          const uint64_t args[2], uint64_t &result,
                          uint64_t &error);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_SYSCALLS_H
