//===- NoDevices.cpp - a module reaches no devices ------------------------===//
//
// What runtime/drivers gives on other machines: the host has disks and
// networks, but does not lend them to modules.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Drivers.h"

namespace flux::drivers {

void init(const hal::BootInfo &) {}
unsigned getBlockDeviceCount() { return 0; }
/// Nobody asks for one of none.
BlockDevice &getBlockDevice(unsigned) { __builtin_trap(); }

} // namespace flux::drivers
