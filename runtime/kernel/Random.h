//===- Random.h - bytes that nobody can predict ----------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_RANDOM_H
#define FLUX_RUNTIME_KERNEL_RANDOM_H

#include <stdint.h>

namespace flux::kernel {

// The following need the kernel's lock.

/// Lets later bytes depend on \p data, of which nobody can predict 32 bytes.
void addEntropy(const uint8_t *data, uint64_t size);
/// Fills \p out; false if the machine has no source of chance.
bool fillRandom(uint8_t *out, uint64_t size);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_RANDOM_H
