//===- Internal.h - what the backends share --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_INTERNAL_H
#define FLUX_RUNTIME_HAL_INTERNAL_H

#include "runtime/hal/Hal.h"

namespace flux::hal {

/// What traps find through a register of the processor; known to the start
/// files.
struct Processor {
  uint64_t stackTop;    ///< of the stack on which traps are handled
  uint64_t stackBottom; ///< its other end
  uint64_t index;
  uint64_t hardwareId;
  void *own; ///< what the kernel keeps for it
};
inline constexpr uint64_t processorStackSize = 16384;

/// The processors; entry 0 is the one that booted.
extern Processor processors[maxCpus] __asm__("flux_hal_processors");
static_assert(sizeof(Processor) == 40 && offsetof(Processor, own) == 32);

/// The stack on which the machine starts and processor 0 handles traps.
extern "C" char flux_boot_stack[], flux_boot_stack_top[];
/// The parts of the kernel, from its first byte on; each starts with a page.
extern "C" char flux_kernel_begin[], flux_kernel_text[], flux_kernel_rodata[],
    flux_kernel_data[], flux_kernel_end[];

/// The address of what lies in front of the code, maybe far from it.
#if defined(__aarch64__)
#define FLUX_FAR_ADDRESS(SYMBOL)                                               \
  ({                                                                           \
    uint64_t address;                                                          \
    __asm__("adrp %0, " #SYMBOL "\n\tadd %0, %0, :lo12:" #SYMBOL               \
            : "=r"(address));                                                  \
    address;                                                                   \
  })
#else
#define FLUX_FAR_ADDRESS(SYMBOL) reinterpret_cast<uint64_t>(SYMBOL)
#endif

/// Fills processors[0], and makes the record of the machine with what it tells
/// of the kernel.  Made now, it takes no room in images.
BootInfo &initFirstProcessor();
/// Takes the kernel out of the memory, and gives the processors their numbers
/// of the hardware, this one first: the one that is called \p self.
void finishBootInfo(BootInfo &info, uint64_t self);

#if defined(__x86_64__)
/// Below 1 MiB: the code by which further processors start, with the code that
/// puts another kernel over this one, and what that one is told.
inline constexpr uint64_t trampolinePage = 0x8000, kexecPlace = 0x8400,
                          handoverPlace = 0x9000;
/// Copies that code, as long as its place can be written.
void prepareNextKernel();
#endif

/// The record of a processor that is to start on a stack.
Processor &prepareProcessor(unsigned index, void *stackTop);

/// The files that flux-os-image puts into the kernel.
extern "C" const uint8_t flux_archive[], flux_archive_end[];

/// Maps [base, base + size) to itself, in whole pages.  False if there is no
/// memory for tables.
bool mapRange(uint64_t base, uint64_t size, uint8_t rights);
/// Maps what initPaging() needs to know only of this machine.
bool mapDevices();

template <class T>
T readRegister(uint64_t address) {
  return *reinterpret_cast<volatile T *>(address);
}
template <class T>
void writeRegister(uint64_t address, T value) {
  *reinterpret_cast<volatile T *>(address) = value;
}

/// A serial port in memory.
struct Uart {
  enum Kind : uint8_t { None, Ns16550, Pl011 };
  Kind kind = None;
  uint64_t base = 0;
  uint8_t shift = 0; ///< of the numbers of its registers

  void put(char c) const;
  int get() const;
};

/// Copies a text of the firmware, which may lie in memory that is used later.
const char *keepCommandLine(const char *text);
/// True if the command line has \p word among its words.
bool hasWord(const char *commandLine, const char *word);

} // namespace flux::hal

#endif // FLUX_RUNTIME_HAL_INTERNAL_H
