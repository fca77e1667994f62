//===- Drivers.h - the devices of this machine -----------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_DRIVERS_DRIVERS_H
#define FLUX_RUNTIME_DRIVERS_DRIVERS_H

#include "runtime/base/BlockDevice.h"
#include "runtime/hal/Hal.h"
#include "runtime/net/NetDevice.h"

namespace flux::drivers {

/// Looks for devices and starts them.  Called once, before other processors
/// and programs run.
void init(const hal::BootInfo &info);

// The following, and the functions of devices, need the kernel's lock.

/// The disks, in the order in which they were found.
unsigned getBlockDeviceCount();
BlockDevice &getBlockDevice(unsigned index);
/// The card for a network, or null.
net::NetDevice *getNetDevice();

/// Stops all devices: they touch no memory any more, as another kernel needs.
void stop();

/// Reads, writes and compares sectors of all disks, as `test=disks` asks for.
/// What they had is lost.
void testDisks();

} // namespace flux::drivers

#endif // FLUX_RUNTIME_DRIVERS_DRIVERS_H
