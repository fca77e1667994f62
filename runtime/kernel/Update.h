//===- Update.h - new images for the machine -------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_UPDATE_H
#define FLUX_RUNTIME_KERNEL_UPDATE_H

#include "runtime/kernel/Process.h"

namespace flux::kernel::update {

/// Errors, with the numbers that Linux gives them, beside those of files.
enum UpdateError : int64_t { BadUpdate = -5, IsBusy = -16, NoSlots = -19 };

/// The one handle of `boot/update`.
inline constexpr uint64_t handle = 1023;
bool isName(Bytes name);

// The following need the kernel's lock.

/// Begins an update of the disk that this machine was started from; needs
/// SUPERVISOR.
int64_t open(Process &process);
/// Adds what `flux-os-image --format=update` made, piece by piece.
int64_t write(const Process &process, const uint8_t *data, uint64_t size);
/// Verifies what is there then, and lets it be started.
int64_t close(const Process &process);
/// Gives up what a process began: nothing has changed.
void release(const Process &process);

} // namespace flux::kernel::update

#endif // FLUX_RUNTIME_KERNEL_UPDATE_H
