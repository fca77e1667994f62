//===- Network.h - streams of processes to other machines ------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_NETWORK_H
#define FLUX_RUNTIME_KERNEL_NETWORK_H

#include "runtime/kernel/Lock.h"
#include "runtime/kernel/Process.h"

namespace flux::kernel::network {

/// Errors, with the numbers that Linux gives them, beside those of files.
enum NetworkError : int64_t {
  NoNetwork = -19,
  StreamEnded = -32,
  StreamReset = -104,
  NoAnswer = -110,
  Refused = -111,
};

/// Handles from this one on are streams.
inline constexpr uint64_t firstHandle = 1024;
inline bool isHandle(uint64_t handle) { return handle >= firstHandle; }
/// True for names of streams, which begin with `net/`.
bool isName(Bytes name);

/// Takes the card that drivers found, if there is one.
void init();

// The following need the kernel's lock, and give it away while they wait.

/// Opens `net/tcp/ADDRESS:PORT`, which connects, or `net/tcp/listen:PORT`,
/// where the first who comes is connected.
int64_t open(Process &process, Guard &guard, Bytes name);
/// Waits for something, and takes what there is; 0 at the end.
int64_t read(Process &process, Guard &guard, uint64_t handle, uint8_t *out,
             uint64_t size);
/// Waits until all is on its way.
int64_t write(Process &process, Guard &guard, uint64_t handle,
              const uint8_t *data, uint64_t size);
/// Waits until the other side has all, for ten seconds at most.
int64_t close(Process &process, Guard &guard, uint64_t handle);

/// Breaks off what a process has.
void release(const Process &process);
/// Does what is due; returns when that is to be done again at the latest.
uint64_t poll();

} // namespace flux::kernel::network

#endif // FLUX_RUNTIME_KERNEL_NETWORK_H
