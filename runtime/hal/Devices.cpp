//===- Devices.cpp - what the devices of a device tree do ----------------===//
//
// ARM64 and RISC-V have the same clocks of the day, the same way to give a seed
// of chance, and the same need to map what registers they use.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/DeviceTree.h"

namespace flux::hal {

Devices devices;

uint64_t readWallClock() {
  uint64_t at = devices.wallClock;
  if (at == 0)
    return 0;
  // Reading the low half keeps the high half.
  uint64_t low = readRegister<uint32_t>(at);
  return devices.isGoldfish
             ? low | uint64_t(readRegister<uint32_t>(at + 4)) << 32
             : low * 1000000000;
}

bool readEntropy(uint8_t *out) {
  if (!devices.hasSeed)
    return false;
  __builtin_memcpy(out, devices.seed, sizeof devices.seed);
  __builtin_memset(devices.seed, 0, sizeof devices.seed);
  devices.hasSeed = false;
  return true;
}

bool mapDevices() {
  const MemoryRange ranges[] = {
      {devices.uart.base, pageSize},
      {devices.wallClock, pageSize},
      {devices.testDevice, pageSize},
      {devices.localInterrupts, pageSize},
      {devices.powerManagement, pageSize},
      devices.distributor,
      devices.interface,
  };
  for (const MemoryRange &range : ranges)
    if (range.base != 0 &&
        !mapRange(range.base, range.size, Read | Write | Device))
      return false;
  return true;
}

} // namespace flux::hal
