//===- Describe.h - the machine and the system as text ---------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_DESCRIBE_H
#define FLUX_RUNTIME_KERNEL_DESCRIBE_H

#include "runtime/kernel/Log.h"

namespace flux::kernel {

enum class Subject : uint8_t { Hardware, Configuration, System };

/// Writes lines `NAME: VALUE` about \p subject to \p out, as far as they fit;
/// returns how long they are in all.  Needs the kernel's lock.
uint64_t describe(Subject subject, uint8_t *out, uint64_t size);

/// What firmware told about the machine.
const hal::BootInfo &getBootInfo();

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_DESCRIBE_H
