//===- Program.h - packages as processes -----------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_PROGRAM_H
#define FLUX_RUNTIME_KERNEL_PROGRAM_H

#include "runtime/kernel/Process.h"

namespace flux::kernel {

/// What programs get if nothing else is said.
inline constexpr uint16_t defaultCapabilities =
    isa::EffectSPAWN | isa::EffectCOMMUNICATE | isa::EffectIO_READ |
    isa::EffectIO_WRITE | isa::EffectMEMORY | isa::EffectFILESYSTEM;

/// Starts the package \p file, which must stay, as a process.  Returns null, or
/// what is wrong.  Needs the kernel's lock.
const char *startProgram(Bytes file, const StartInfo &info, Process *&process);

/// The bytes at an address of a process, with memory behind them; null if they
/// are in no region, the right is missing or there is no memory.  Needs the
/// kernel's lock.
uint8_t *reach(Process &process, uint64_t address, uint64_t size,
               uint8_t right);

/// What the kernel offers to the machine of \p process.
vm::Host makeHost(Process &process);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_PROGRAM_H
