//===- Generic.h - what newer architectures of Linux share -----*- C++ -*-===//
#ifndef FLUX_RUNTIME_RT_LINUX_GENERIC_H
#define FLUX_RUNTIME_RT_LINUX_GENERIC_H

#include "runtime/rt/linux/Signal.h"

namespace flux::rt {

/// The numbers that Linux gives to every architecture since ARM64.
enum class Syscall : int64_t {
  Fcntl = 25,
  Ioctl = 29,
  Unlinkat = 35,
  Openat = 56,
  Close = 57,
  Getdents = 61,
  Read = 63,
  Write = 64,
  Ppoll = 73,
  Fsync = 82,
  ExitGroup = 94,
  ClockGettime = 113,
  ClockNanosleep = 115,
  Sigaltstack = 132,
  RtSigaction = 134,
  Munmap = 215,
  Mmap = 222,
  Mprotect = 226,
  Mincore = 232,
  Madvise = 233,
  Renameat = 276, // with flags, of which there are none
  Getrandom = 278,
  Statx = 291,
  Openat2 = 437,
};

/// A call leaves its return address in a register.
inline constexpr bool hasLinkRegister = true;

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_LINUX_GENERIC_H
