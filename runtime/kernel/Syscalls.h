//===- Syscalls.h - the calls of the system --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_SYSCALLS_H
#define FLUX_RUNTIME_KERNEL_SYSCALLS_H

#include "runtime/kernel/Process.h"

namespace flux::kernel {

enum class Syscall : uint16_t {
#define SYSCALL(NUMBER, NAME, CAPABILITY, FIRST, SECOND, RESULT, DOC)          \
  NAME = NUMBER,
#include "runtime/kernel/Syscalls.def"
};

enum class Error : uint8_t {
#define SYSERROR(NUMBER, NAME, TEXT) NAME = NUMBER,
#include "runtime/kernel/Syscalls.def"
};

/// The instruction SYSCALL of a process: the call R60 with \p args.
vm::HostResult callSystem(Process &process, const uint64_t args[2],
                          uint64_t &result);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_SYSCALLS_H
