//===- System.h - what programs of the virtual machine ask for -*- C++ -*-===//
//
// The same functions that linux/Syscalls.h makes of system calls, made of the
// services of the host (runtime/vm/HostCalls.def).  A function called
// `import:NAME` is an import to lib/Target/Bytecode; to programs of machine
// code in images (__FLUX_IMAGE__) it is a call of the kernel, made in
// Calls.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_RT_VM_SYSTEM_H
#define FLUX_RUNTIME_RT_VM_SYSTEM_H

#include <stdint.h>

namespace flux::rt {

enum Errno : int { EBADF = 9 };

namespace host {
#ifdef __FLUX_IMAGE__
#define FLUX_IMPORT(NAME) __asm__("flux_host_" #NAME)
#else
#define FLUX_IMPORT(NAME) __asm__("import:flux." #NAME)
#endif
extern "C" {
int64_t flux_host_read(void *data, int64_t size) FLUX_IMPORT(read);
int64_t flux_host_write(int64_t stream, const void *data, int64_t size)
    FLUX_IMPORT(write);
int64_t flux_host_file_open(const char *path, int64_t size, int64_t mode)
    FLUX_IMPORT(file_open);
int64_t flux_host_file_read(int64_t handle, void *data, int64_t size)
    FLUX_IMPORT(file_read);
int64_t flux_host_file_write(int64_t handle, const void *data, int64_t size)
    FLUX_IMPORT(file_write);
int64_t flux_host_file_size(int64_t handle) FLUX_IMPORT(file_size);
int64_t flux_host_file_names(int64_t handle, void *data, int64_t size)
    FLUX_IMPORT(file_names);
int64_t flux_host_file_sync(int64_t handle) FLUX_IMPORT(file_sync);
int64_t flux_host_file_close(int64_t handle) FLUX_IMPORT(file_close);
int64_t flux_host_file_rename(const char *path, int64_t size, const char *to,
                              int64_t toSize) FLUX_IMPORT(file_rename);
int64_t flux_host_file_remove(const char *path, int64_t size)
    FLUX_IMPORT(file_remove);
int64_t flux_host_file_kind(const char *path, int64_t size)
    FLUX_IMPORT(file_kind);
int64_t flux_host_arguments() FLUX_IMPORT(arguments);
int64_t flux_host_argument(int64_t index, void *data, int64_t size)
    FLUX_IMPORT(argument);
[[noreturn]] void flux_host_exit(int64_t status) FLUX_IMPORT(exit);
int64_t flux_host_clock(int64_t which) FLUX_IMPORT(clock);
void flux_host_sleep(int64_t nanoseconds) FLUX_IMPORT(sleep);
int64_t flux_host_random(void *data, int64_t size) FLUX_IMPORT(random);
void flux_host_zero(void *data, uint64_t size) FLUX_IMPORT(zero);
[[noreturn]] void flux_host_trap(uint64_t kind, const void *site, uint64_t a,
                                 uint64_t b, uint64_t c) FLUX_IMPORT(trap);
#ifdef __FLUX_IMAGE__
int64_t flux_host_is_terminal(int64_t stream);
/// Lets \p handler run on a stack that ends at \p stackEnd after a fault.
void flux_host_handle_faults(void (*handler)(uint64_t address, uint64_t pc,
                                             uint64_t stack,
                                             uint64_t framePointer,
                                             uint64_t link),
                             void *stackEnd);
#endif
}
#undef FLUX_IMPORT
} // namespace host

/// Ends the program; the host writes what it holds.
[[noreturn]] inline void exitGroup(int status) { host::flux_host_exit(status); }

/// Fresh zeroed memory from the heap's region, or null.
void *mapPages(uint64_t size);
/// Gives back what mapPages gave.
void unmapPages(void *memory, uint64_t size);
/// Makes memory that mapPages gave worthless; it is given out again only when
/// nothing else is left.
void loseMemory(void *memory, uint64_t size);
/// What Linux is told about large chunks means nothing here.
inline void useHugePages(void *, uint64_t) {}

#ifdef __FLUX_IMAGE__
inline int64_t readSome(int64_t, void *buffer, int64_t length) {
  return host::flux_host_read(buffer, length);
}
inline int64_t writeAll(int64_t stream, const char *data, int64_t length) {
  int64_t result = host::flux_host_write(stream, data, length);
  return result < 0 ? result : 0;
}
inline bool isTerminal() { return host::flux_host_is_terminal(1) == 1; }

/// What the kernel tells of a fault.
struct SignalRegisters {
  uint64_t instruction, stackPointer, framePointer, link;
};
#ifdef __x86_64__
inline constexpr bool hasLinkRegister = false;
#else
inline constexpr bool hasLinkRegister = true;
#endif
#endif // __FLUX_IMAGE__

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_VM_SYSTEM_H
