//===- Smbus.h - sensors and memories on the board -------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_DRIVERS_SMBUS_H
#define FLUX_RUNTIME_DRIVERS_SMBUS_H

#include <stdint.h>

namespace flux::drivers {

class PciFunction;

/// Errors, with the numbers that Linux gives them.
enum SmbusError : int64_t { BusFailed = -5, NobodyThere = -6 };

/// A register: its number, in the next byte the address of its device, and
/// this bit if it has two bytes.
inline constexpr uint32_t smbusWord = 1 << 16;

/// Takes a function of a PCI device that is the controller of a bus.
void openSmbus(const PciFunction &function);
/// True if the machine has a bus.  The same for ever once programs run.
bool hasSmbus();
/// Reads or writes a register of a device on the bus; what was read, 0 if it
/// was written, or an error.  Needs the kernel's lock.
int64_t callSmbus(uint32_t where, bool writes, uint32_t value);

} // namespace flux::drivers

#endif // FLUX_RUNTIME_DRIVERS_SMBUS_H
