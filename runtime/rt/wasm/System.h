//===- System.h - what linux/Syscalls.h gives, for WebAssembly --*- C++ -*-===//
#ifndef FLUX_RUNTIME_RT_WASM_SYSTEM_H
#define FLUX_RUNTIME_RT_WASM_SYSTEM_H

#include <stdint.h>

namespace flux::rt {

/// The errors that the runtime itself finds.
enum Errno : int {
  EBADF = 9,
  EINVAL = 22,
  ENAMETOOLONG = 36,
};

/// The first number that is not one of the console.
inline constexpr int64_t firstHandle = 3;
inline bool isHandle(int64_t handle) {
  return handle >= firstHandle && handle <= INT32_MAX;
}
/// The error of a path that no system takes, or 0.
int64_t checkPath(const char *path, int64_t length);

[[noreturn]] void exitGroup(int status);
/// Reads at most \p length bytes.
int64_t readSome(int64_t handle, void *buffer, int64_t length);
/// Writes all of \p data; returns 0 or the error.
int64_t writeAll(int64_t handle, const char *data, int64_t length);
/// True if standard output is shown to somebody as it comes.
bool isTerminal();

/// Fresh zeroed memory, or null.
void *mapPages(uint64_t size);
/// Gives back what mapPages gave.
void unmapPages(void *memory, uint64_t size);
inline void useHugePages(void *, uint64_t) {}
inline void zeroPages(void *memory, uint64_t size) {
  __builtin_memset(memory, 0, static_cast<__SIZE_TYPE__>(size));
}
/// Makes memory that mapPages gave unusable for long.  There is no way to make
/// reads of it fail: they find a pattern.
void loseMemory(void *memory, uint64_t size);

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_WASM_SYSTEM_H
