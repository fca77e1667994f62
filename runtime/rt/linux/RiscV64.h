//===- RiscV64.h - system calls and registers of RISC-V Linux --*- C++ -*-===//
#ifndef FLUX_RUNTIME_RT_LINUX_RISCV64_H
#define FLUX_RUNTIME_RT_LINUX_RISCV64_H

#include "runtime/rt/linux/Generic.h"

namespace flux::rt {

inline int64_t systemCall(Syscall number, int64_t a = 0, int64_t b = 0,
                          int64_t c = 0, int64_t d = 0, int64_t e = 0,
                          int64_t f = 0) {
  register int64_t a7 __asm__("a7") = static_cast<int64_t>(number);
  register int64_t a0 __asm__("a0") = a;
  register int64_t a1 __asm__("a1") = b;
  register int64_t a2 __asm__("a2") = c;
  register int64_t a3 __asm__("a3") = d;
  register int64_t a4 __asm__("a4") = e;
  register int64_t a5 __asm__("a5") = f;
  __asm__ volatile("ecall"
                   : "+r"(a0)
                   : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
                   : "memory");
  return a0;
}

/// Fetches from the `ucontext` of a signal handler where the program stood.
inline SignalRegisters readSignalRegisters(const void *context) {
  // After flags, link, stack_t, signal mask and room for a larger one (176
  // bytes): pc ra sp gp tp t0 t1 t2 s0 ...
  auto *registers = static_cast<const uint64_t *>(context) + 22;
  return {registers[0], registers[2], registers[8], registers[1]};
}

/// `struct sigaction` of the kernel, which returns from signals by itself.
struct SignalAction {
  SignalHandler handler;
  uint64_t flags;
  uint64_t mask;
};
inline SignalAction makeSignalAction(SignalHandler handler, uint64_t flags) {
  return {handler, flags, 0};
}

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_LINUX_RISCV64_H
