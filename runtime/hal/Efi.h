//===- Efi.h - what is left of the firmware EFI ----------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_EFI_H
#define FLUX_RUNTIME_HAL_EFI_H

#include "runtime/hal/Hal.h"

namespace flux::hal {

/// What EFI told, for the kernel that starts as on a bare machine.  It lies in
/// memory that is used later.
struct EfiHandover {
  static constexpr uint64_t expectedMagic = 0x1A494645'58554C46; // "FLUXEFI"
  static constexpr unsigned maxRanges = 96;

  uint64_t magic = 0;
  uint64_t tree = 0; ///< the device tree; 0: none
  uint64_t rsdp = 0; ///< the tables of ACPI; 0: none
  uint64_t numRanges = 0;
  MemoryRange ranges[maxRanges]; ///< memory that may be used
  char commandLine[1];           ///< up to a NUL
};

/// Null if \p start is something else.
inline const EfiHandover *getEfiHandover(const void *start) {
  auto *handover = static_cast<const EfiHandover *>(start);
  return handover != nullptr && handover->magic == EfiHandover::expectedMagic
             ? handover
             : nullptr;
}
/// Takes the memory and the command line over.
void useEfiHandover(const EfiHandover &handover, BootInfo &info);

/// Goes on with a machine that has no firmware any more; each architecture has
/// its own.  \p handover lies below 4 GiB.
extern "C" [[noreturn]] void flux_hal_leave_efi(const EfiHandover *handover);
/// Where the kernel has to lie, up to its end; null if it may lie anywhere.
struct EfiPlace {
  uint64_t begin, dataEnd, end;
};
extern "C" const EfiPlace flux_hal_efi_place;

} // namespace flux::hal

#endif // FLUX_RUNTIME_HAL_EFI_H
