//===- Wasi.h - the functions of WASI preview 1 that are used --*- C++ -*-===//
//
// Names, numbers and layouts are those of the specification
// (wasi_snapshot_preview1).  Functions return an error of its own list, or 0.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_RT_WASM_WASI_H
#define FLUX_RUNTIME_RT_WASM_WASI_H

#include <stdint.h>

#define FLUX_WASI(NAME)                                                        \
  __attribute__((import_module("wasi_snapshot_preview1"),                      \
                 import_name(#NAME))) wasi_##NAME

namespace flux::rt {

/// A part of memory to read into or to write.
struct WasiVector {
  const void *data;
  uint32_t length;
};

/// How a descriptor can be used.
struct WasiDescriptor {
  uint8_t kind; ///< WasiKind
  uint16_t flags;
  uint64_t rights;
  uint64_t inherited; ///< rights of what is opened below a folder
};

/// What is known of a file.
struct WasiStatus {
  uint64_t device, inode;
  uint8_t kind; ///< WasiKind
  uint64_t links, size, times[3];
};

enum WasiKind : uint8_t {
  WasiCharacterDevice = 2,
  WasiFolder = 3,
  WasiFile = 4,
};

/// An open folder of the host, by the name that programs know it by.
struct WasiPreopened {
  uint8_t kind; ///< 0: a folder
  uint32_t nameLength;
};

/// Stands before each name in a folder.
struct WasiEntry {
  uint64_t next; ///< where to go on
  uint64_t inode;
  uint32_t nameLength;
  uint8_t kind;
};

/// What to wait for: a clock.
struct WasiSubscription {
  uint64_t data;
  uint8_t kind; ///< 0: a clock
  alignas(8) uint32_t clock;
  uint64_t time, precision;
  uint16_t flags;
};

struct WasiEvent {
  uint64_t data;
  uint16_t error;
  uint8_t kind;
  uint64_t unused[2];
};

enum WasiClock : uint32_t { WasiTimeOfDay = 0, WasiMonotonic = 1 };

extern "C" {

int32_t FLUX_WASI(args_sizes_get)(uint32_t *count, uint32_t *bytes);
int32_t FLUX_WASI(args_get)(char **args, char *bytes);
int32_t FLUX_WASI(clock_time_get)(uint32_t clock, uint64_t precision,
                                  uint64_t *time);
int32_t FLUX_WASI(fd_close)(int32_t descriptor);
int32_t FLUX_WASI(fd_fdstat_get)(int32_t descriptor, WasiDescriptor *result);
int32_t FLUX_WASI(fd_filestat_get)(int32_t descriptor, WasiStatus *result);
int32_t FLUX_WASI(fd_prestat_get)(int32_t descriptor, WasiPreopened *result);
int32_t FLUX_WASI(fd_prestat_dir_name)(int32_t descriptor, char *name,
                                       uint32_t length);
int32_t FLUX_WASI(fd_read)(int32_t descriptor, const WasiVector *parts,
                           uint32_t count, uint32_t *length);
int32_t FLUX_WASI(fd_readdir)(int32_t descriptor, void *buffer, uint32_t length,
                              uint64_t place, uint32_t *used);
int32_t FLUX_WASI(fd_sync)(int32_t descriptor);
int32_t FLUX_WASI(fd_write)(int32_t descriptor, const WasiVector *parts,
                            uint32_t count, uint32_t *length);
int32_t FLUX_WASI(path_filestat_get)(int32_t folder, uint32_t flags,
                                     const char *path, uint32_t length,
                                     WasiStatus *result);
int32_t FLUX_WASI(path_open)(int32_t folder, uint32_t lookup, const char *path,
                             uint32_t length, uint32_t flags, uint64_t rights,
                             uint64_t inherited, uint32_t descriptorFlags,
                             int32_t *result);
int32_t FLUX_WASI(path_rename)(int32_t folder, const char *path,
                               uint32_t length, int32_t toFolder,
                               const char *to, uint32_t toLength);
int32_t FLUX_WASI(path_unlink_file)(int32_t folder, const char *path,
                                    uint32_t length);
int32_t FLUX_WASI(poll_oneoff)(const WasiSubscription *wanted,
                               WasiEvent *events, uint32_t count,
                               uint32_t *numEvents);
[[noreturn]] void FLUX_WASI(proc_exit)(int32_t status);
int32_t FLUX_WASI(random_get)(void *buffer, uint32_t length);

} // extern "C"

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_WASM_WASI_H
