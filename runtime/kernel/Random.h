//===- Random.h - bytes that nobody can predict ----------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_RANDOM_H
#define FLUX_RUNTIME_KERNEL_RANDOM_H

#include <stdint.h>

namespace flux::kernel {

/// Fills \p out; false if the machine has no source of chance.  Needs the
/// kernel's lock.
bool fillRandom(uint8_t *out, uint64_t size);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_RANDOM_H
