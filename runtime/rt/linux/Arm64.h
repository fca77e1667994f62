//===- Arm64.h - system calls and registers of ARM64 Linux -----*- C++ -*-===//
#ifndef FLUX_RUNTIME_RT_LINUX_ARM64_H
#define FLUX_RUNTIME_RT_LINUX_ARM64_H

#include "runtime/rt/linux/Generic.h"

namespace flux::rt {

inline int64_t systemCall(Syscall number, int64_t a = 0, int64_t b = 0,
                          int64_t c = 0, int64_t d = 0, int64_t e = 0,
                          int64_t f = 0) {
  register int64_t x8 __asm__("x8") = static_cast<int64_t>(number);
  register int64_t x0 __asm__("x0") = a;
  register int64_t x1 __asm__("x1") = b;
  register int64_t x2 __asm__("x2") = c;
  register int64_t x3 __asm__("x3") = d;
  register int64_t x4 __asm__("x4") = e;
  register int64_t x5 __asm__("x5") = f;
  __asm__ volatile("svc #0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}

/// Fetches from the `ucontext` of a signal handler where the program stood.
inline SignalRegisters readSignalRegisters(const void *context) {
  // After flags, link, stack_t, signal mask and room for a larger one (176
  // bytes): the address of a fault, x0..x30 sp pc.
  auto *registers = static_cast<const uint64_t *>(context) + 23;
  return {registers[32], registers[31], registers[29], registers[30]};
}

/// `struct sigaction` of the kernel.
struct SignalAction {
  SignalHandler handler;
  uint64_t flags;
  void (*restorer)();
  uint64_t mask;
};
inline SignalAction makeSignalAction(SignalHandler handler, uint64_t flags) {
  constexpr uint64_t hasRestorer = 0x04000000;
  return {handler, flags | hasRestorer, flux_signal_return, 0};
}

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_LINUX_ARM64_H
