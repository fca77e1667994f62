//===- User.h - programs of machine code, in user mode ---------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_USER_H
#define FLUX_RUNTIME_KERNEL_USER_H

#include "runtime/kernel/Process.h"

namespace flux::kernel {

/// The call of a program in user mode that names a function for faults, and the
/// end of the stack on which it runs: it gets the address, the place of the
/// fault, and the registers for the stack, its frame and the return address.
/// Calls below are those of runtime/vm/HostCalls.def in their order, calls from
/// 100 on those of Syscalls.def.
inline constexpr uint64_t setFaultHandlerCall = 64;

/// True if \p file is a program of machine code.
bool isUserProgram(Bytes file);
/// The life of a process that runs one.
void runUserProgram(Process &process);

// The following need the kernel's lock.

/// The memory at an address of such a program, with pages behind it; null if it
/// has none there, or not the right.
uint8_t *findUserMemory(Process &process, uint64_t address, uint64_t size,
                        uint8_t right);
/// The same, without pages.
bool hasUserMemory(const Process &process, uint64_t address, uint64_t size,
                   uint8_t right);
/// Makes memory zero; whole pages go back to the machine.
void giveBackUserMemory(Process &process, uint64_t address, uint64_t size);
/// Makes an area of memory or of registers of devices, whose addresses are a
/// multiple of pages; its address, or 0 if it cannot be had.
uint64_t allocateUserArea(Process &process, uint64_t size, uint8_t rights);
uint64_t mapUserDevice(Process &process, uint64_t physical, uint64_t size);
/// Removes one; false if there is none at \p address.
bool freeUserArea(Process &process, uint64_t address, bool isDevice);
/// Gives one other rights, among them to be executed, but not written then.
bool protectUserArea(Process &process, uint64_t address, uint8_t rights);
/// Removes what is no memory of the machine, at the end of a process.
void freeUserDevices(Process &process);
/// Gives the page of a fault its memory, or lets the program handle the fault.
/// False if neither can be.
bool handleUserFault(Process &process, hal::Frame *frame,
                     const hal::Fault &fault);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_USER_H
