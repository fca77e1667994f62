//===- Syscalls.h - the system calls of Linux that are used ----*- C++ -*-===//
//
// Only what all architectures share stands here; numbers and registers are in
// the header of the architecture.  Results are the kernel's: negative is an
// error code.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_RT_LINUX_SYSCALLS_H
#define FLUX_RUNTIME_RT_LINUX_SYSCALLS_H

#if defined(__FLUX_VM__) || defined(__FLUX_IMAGE__)
#include "runtime/rt/vm/System.h"
#elif defined(__x86_64__)
#include "runtime/rt/linux/X86_64.h"
#elif defined(__aarch64__)
#include "runtime/rt/linux/Arm64.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "runtime/rt/linux/RiscV64.h"
#else
#error "no system calls for this architecture"
#endif

#if !defined(__FLUX_VM__) && !defined(__FLUX_IMAGE__)
namespace flux::rt {

enum Errno : int {
  ENOENT = 2,
  EINTR = 4,
  EBADF = 9,
  EAGAIN = 11,
  EINVAL = 22,
  EMFILE = 24,
  EROFS = 30,
  ENAMETOOLONG = 36,
};

template <class T>
int64_t toArgument(T *pointer) {
  return static_cast<int64_t>(reinterpret_cast<uint64_t>(pointer));
}

[[noreturn]] inline void exitGroup(int status) {
  for (;;)
    systemCall(Syscall::ExitGroup, status);
}

/// Waits until \p fd can be read (`events` 1) or written (4).
inline void waitFor(int64_t fd, int16_t events) {
  struct {
    int fd;
    int16_t events, result;
  } request = {static_cast<int>(fd), events, 0};
  systemCall(Syscall::Ppoll, toArgument(&request), 1, 0, 0);
}

/// Reads at most \p length bytes; waits if \p fd does not block.
inline int64_t readSome(int64_t fd, void *buffer, int64_t length) {
  for (;;) {
    int64_t result = systemCall(Syscall::Read, fd, toArgument(buffer), length);
    if (result == -EAGAIN)
      waitFor(fd, 1);
    else if (result != -EINTR)
      return result;
  }
}

/// Writes all of \p data; returns 0 or the error.
inline int64_t writeAll(int64_t fd, const char *data, int64_t length) {
  while (length > 0) {
    int64_t result = systemCall(Syscall::Write, fd, toArgument(data), length);
    if (result == -EAGAIN) {
      waitFor(fd, 4);
    } else if (result >= 0) {
      data += result;
      length -= result;
    } else if (result != -EINTR) {
      return result;
    }
  }
  return 0;
}

/// True if standard output is shown to somebody as it comes.
inline bool isTerminal() {
  constexpr int getAttributes = 0x5401; // TCGETS
  char attributes[64];
  return systemCall(Syscall::Ioctl, 1, getAttributes, toArgument(attributes)) ==
         0;
}

/// Fresh zeroed memory, or null.
inline void *mapPages(uint64_t size) {
  constexpr int readWrite = 3, privateAnonymous = 0x22;
  int64_t result = systemCall(Syscall::Mmap, 0, static_cast<int64_t>(size),
                              readWrite, privateAnonymous, -1, 0);
  return result < 0 && result > -4096 ? nullptr
                                      : reinterpret_cast<void *>(result);
}

/// Gives back what mapPages gave.
inline void unmapPages(void *memory, uint64_t size) {
  systemCall(Syscall::Munmap, toArgument(memory), static_cast<int64_t>(size));
}

/// Makes \p size bytes of what mapPages gave zero; whole pages go back to the
/// system until they are used again.
inline void zeroPages(void *memory, uint64_t size) {
  constexpr uint64_t page = 4096;
  constexpr int dontNeed = 4;
  auto begin = reinterpret_cast<uint64_t>(memory), end = begin + size;
  uint64_t first = (begin + page - 1) & -page, last = end & -page;
  if (first >= last ||
      systemCall(Syscall::Madvise, static_cast<int64_t>(first),
                 static_cast<int64_t>(last - first), dontNeed) != 0) {
    __builtin_memset(memory, 0, size);
    return;
  }
  __builtin_memset(memory, 0, first - begin);
  __builtin_memset(reinterpret_cast<void *>(last), 0, end - last);
}

/// Lets large memory that mapPages gave have large pages.
inline void useHugePages(void *memory, uint64_t size) {
  constexpr uint64_t hugePageSize = uint64_t(2) << 20;
  constexpr int useHugePages = 14;
  if (size >= hugePageSize)
    systemCall(Syscall::Madvise, toArgument(memory), static_cast<int64_t>(size),
               useHugePages);
}

/// Makes memory that mapPages gave unusable for ever: whoever reads it faults.
inline void loseMemory(void *memory, uint64_t size) {
  constexpr int none = 0, privateAnonymousFixed = 0x32;
  systemCall(Syscall::Mmap, toArgument(memory), static_cast<int64_t>(size),
             none, privateAnonymousFixed, -1, 0);
}

} // namespace flux::rt
#endif

#endif // FLUX_RUNTIME_RT_LINUX_SYSCALLS_H
