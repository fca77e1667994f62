//===- Host.h - what a module imports from its host -------------*- C++ -*-===//
//
// The host interface of docs/wasm.md: the functions of the import module
// `flux`.  A module imports only those that it uses.  Text and other bytes are
// passed as address and length in its memory; numbers below 0 are the errors of
// runtime/rt/Errors.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_RT_WASM_HOST_H
#define FLUX_RUNTIME_RT_WASM_HOST_H

#include <stdint.h>

#define FLUX_HOST(NAME)                                                        \
  __attribute__((import_module("flux"), import_name(#NAME))) host_##NAME

namespace flux::rt {

extern "C" {

//===--- the program ------------------------------------------------------===//

/// Copies the arguments to \p buffer if all of them have room in \p size bytes:
/// each as UTF-8 with a zero byte behind it.  Returns how many bytes they take.
int32_t FLUX_HOST(arguments)(char *buffer, int32_t size);
/// Ends the program.  Does not return.
[[noreturn]] void FLUX_HOST(exit)(int32_t status);
/// The program broke a rule in \p function, which it has told: the host adds
/// the calls that led there to standard error, as it finds them on its stack.
void FLUX_HOST(calls)(const char *function, int32_t length);

//===--- console and files ------------------------------------------------===//

/// 0 is standard input, 1 standard output, 2 standard error.  Returns how many
/// bytes were read, at least 1 unless at the end, or written.
int32_t FLUX_HOST(read)(int32_t handle, void *buffer, int32_t length);
int32_t FLUX_HOST(write)(int32_t handle, const void *data, int32_t length);
/// 1 if somebody sees standard output as it comes.
int32_t FLUX_HOST(terminal)();
/// Opens a file; \p mode is of OpenMode.  Returns a handle from 3 on.
int32_t FLUX_HOST(open)(const char *path, int32_t length, int32_t mode);
int32_t FLUX_HOST(close)(int32_t handle);
int64_t FLUX_HOST(size)(int32_t handle);
/// The next names in an open folder, each with a zero byte behind it, as many
/// as have room; 0 at the end.
int32_t FLUX_HOST(names)(int32_t handle, char *buffer, int32_t length);
int32_t FLUX_HOST(sync)(int32_t handle);
int32_t FLUX_HOST(rename)(const char *path, int32_t length, const char *to,
                          int32_t toLength);
int32_t FLUX_HOST(remove)(const char *path, int32_t length);
/// 1 is a file, 2 a folder, 3 something else.
int32_t FLUX_HOST(kind)(const char *path, int32_t length);

//===--- time and chance --------------------------------------------------===//

/// Nanoseconds of a clock that never goes back, and since 1970.
int64_t FLUX_HOST(now)();
int64_t FLUX_HOST(utc)();
void FLUX_HOST(sleep)(int64_t nanoseconds);
/// Fills \p buffer with bytes that nobody can predict.
int32_t FLUX_HOST(entropy)(void *buffer, int32_t length);

} // extern "C"

enum OpenMode : int32_t {
  OpenToRead,
  OpenToReplace,
  OpenToAppend,
  OpenNew,
};

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_WASM_HOST_H
