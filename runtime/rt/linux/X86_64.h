//===- X86_64.h - system calls and registers of x86_64 Linux ---*- C++ -*-===//
#ifndef FLUX_RUNTIME_RT_LINUX_X86_64_H
#define FLUX_RUNTIME_RT_LINUX_X86_64_H

#include "runtime/rt/linux/Signal.h"

namespace flux::rt {

enum class Syscall : int64_t {
  Read = 0,
  Write = 1,
  Close = 3,
  Mmap = 9,
  Mprotect = 10,
  Munmap = 11,
  RtSigaction = 13,
  Ioctl = 16,
  Mincore = 27,
  Madvise = 28,
  Fcntl = 72,
  Fsync = 74,
  Sigaltstack = 131,
  Getdents = 217,
  ClockGettime = 228,
  ClockNanosleep = 230,
  ExitGroup = 231,
  Openat = 257,
  Unlinkat = 263,
  Renameat = 264,
  Ppoll = 271,
  Getrandom = 318,
  Statx = 332,
  Openat2 = 437,
};

inline int64_t systemCall(Syscall number, int64_t a = 0, int64_t b = 0,
                          int64_t c = 0, int64_t d = 0, int64_t e = 0,
                          int64_t f = 0) {
  int64_t result;
  register int64_t r10 __asm__("r10") = d;
  register int64_t r8 __asm__("r8") = e;
  register int64_t r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                     "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

/// Fetches from the `ucontext` of a signal handler where the program stood.
inline SignalRegisters readSignalRegisters(const void *context) {
  // After flags, link and stack_t (40 bytes): r8..r15 rdi rsi rbp rbx rdx rax
  // rcx rsp rip.
  auto *registers = static_cast<const uint64_t *>(context) + 5;
  return {registers[16], registers[15], registers[10], 0};
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

/// A call pushes its return address.
inline constexpr bool hasLinkRegister = false;

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_LINUX_X86_64_H
