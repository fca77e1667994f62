//===- Pci.h - devices of a PCI bus ----------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_DRIVERS_PCI_H
#define FLUX_RUNTIME_DRIVERS_PCI_H

#include "runtime/hal/Hal.h"

namespace flux::drivers {

/// A function of a device: what its configuration says.
class PciFunction {
public:
  uint32_t read(unsigned offset) const;
  void write(unsigned offset, uint32_t value) const;
  /// Where the registers \p number are in physical memory; gives them a place
  /// if firmware did not.  False if there are none, or none in memory.
  bool getRegisters(unsigned number, hal::MemoryRange &range) const;

private:
  friend class PciBus;
  uint32_t address = 0; ///< among all configurations
};

/// The bus that the processor is at.
class PciBus {
public:
  /// False if the machine has none.
  static bool open(const hal::BootInfo &info);
  /// The next function; begins with the first.  False at the end.
  bool next(PciFunction &function);

private:
  unsigned number = 0; ///< device and function
};

/// Maps registers at \p physical, which must not be memory; 0 if that fails.
uint64_t mapRegisters(uint64_t physical, uint64_t size);

} // namespace flux::drivers

#endif // FLUX_RUNTIME_DRIVERS_PCI_H
