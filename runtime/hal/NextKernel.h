//===- NextKernel.h - one kernel starts another ----------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_NEXTKERNEL_H
#define FLUX_RUNTIME_HAL_NEXTKERNEL_H

#include "runtime/boot/Handover.h"
#include "runtime/hal/Hal.h"

namespace flux::hal {

/// A kernel in memory that is to run instead of this one.
struct NextKernel {
  void *image;
  uint64_t size, memorySize; ///< with what it needs behind
  uint64_t loadAddress;      ///< 0: where it is
  uint64_t entry;            ///< offset
};

/// Where the record for the next kernel has to be, Handover::maxSize bytes;
/// null if that may be anywhere.
void *getHandoverPlace();
/// True if \p next can run where it wants to.
bool canStart(const NextKernel &next, const BootInfo &info);
/// Lets caches write back what they hold of this memory, where they would not
/// be used by the next kernel from its start on.
void cleanMemory(MemoryRange range);
/// Starts it.  All memory that was used must be clean; no other processor may
/// run, and no device may write to memory.
[[noreturn]] void startKernel(const NextKernel &next,
                              const slots::Handover &record);
/// Starts the machine anew, as if the power had come.
[[noreturn]] void reset();

/// Takes over what another kernel told; false if \p told is no such record.
/// The tables that it leads to are still to be read.
bool useHandover(const void *told, BootInfo &info);

} // namespace flux::hal

#endif // FLUX_RUNTIME_HAL_NEXTKERNEL_H
