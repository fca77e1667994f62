//===- Program.h - packages as processes -----------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_PROGRAM_H
#define FLUX_RUNTIME_KERNEL_PROGRAM_H

#include "runtime/kernel/Console.h"
#include "runtime/kernel/Process.h"

namespace flux::kernel {

/// What programs get if nothing else is said.
inline constexpr uint16_t defaultCapabilities =
    isa::EffectSPAWN | isa::EffectCOMMUNICATE | isa::EffectIO_READ |
    isa::EffectIO_WRITE | isa::EffectMEMORY | isa::EffectFILESYSTEM;

/// What programs of this image get.
uint16_t getProgramCapabilities();

/// Starts the program \p file, which must stay, as a process, with an entry
/// that fits it if there is none.  Returns null, or what is wrong.  Needs the
/// kernel's lock.
const char *startProgram(Bytes file, const StartInfo &info, Process *&process);

/// The life of a process that runs its file, a package or machine code.
void runFile(Process &process);

/// Where the bytes at an address of a process lie, which may have no memory
/// yet; null if they are in no region or the right is missing.
uint8_t *access(Process &process, uint64_t address, uint64_t size,
                uint8_t right);
/// What it may do.
inline uint16_t getCapabilities(const Process &process) {
  return process.hasSpace ? process.capabilities : process.machine.capabilities;
}

/// The bytes at an address of a process, with memory behind them; null if they
/// are in no region, the right is missing or there is no memory.  Needs the
/// kernel's lock.
uint8_t *reach(Process &process, uint64_t address, uint64_t size,
               uint8_t right);

/// Makes a process that holds a copy of the program at \p file, verified, and
/// does not run yet, for \p loader, which is the current one.  Returns null, or
/// what is wrong.  Must be called without the lock; \p file must have memory
/// behind it.
const char *loadProgram(Process &loader, Bytes file, const StartInfo &info,
                        Process *&process);

/// Writes to the console, and reads from it what there is, but something, or
/// nothing at the end.  Addresses outside of the regions give a trap.
vm::HostResult writeStream(Process &process, Stream stream, uint64_t address,
                           uint64_t size);
vm::HostResult readStream(Process &process, uint64_t address, uint64_t size,
                          uint64_t &result);

/// Writes all bytes to an open file, or gives an error of files.
vm::HostResult writeFile(Process &process, uint64_t handle, uint64_t address,
                         uint64_t size, int64_t &result);

/// Finds what each import of the package means; returns null, or what is wrong.
const char *bindImports(Process &process, Arena &arena);
/// What the kernel offers to the machine of \p process, besides memory.
void offerServices(vm::Host &host);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_PROGRAM_H
