//===- NoDevices.cpp - a module reaches no devices ------------------------===//
//
// What runtime/drivers, the network and disks with slots give on other
// machines: the host has disks and networks, but does not lend them to modules.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Drivers.h"
#include "runtime/drivers/Smbus.h"
#include "runtime/kernel/Network.h"
#include "runtime/kernel/Stage0.h"

namespace flux::drivers {

void init(const hal::BootInfo &) {}
unsigned getBlockDeviceCount() { return 0; }
/// Nobody asks for one of none.
BlockDevice &getBlockDevice(unsigned) { __builtin_trap(); }
net::NetDevice *getNetDevice() { return nullptr; }
void stop() {}
bool hasSmbus() { return false; }
int64_t callSmbus(uint32_t, bool, uint32_t) { return NobodyThere; }

} // namespace flux::drivers

namespace flux::kernel::network {

bool isName(Bytes name) {
  static constexpr char prefix[] = "net/";
  constexpr uint64_t length = sizeof prefix - 1;
  return name.size >= length &&
         __builtin_memcmp(name.data, prefix, length) == 0;
}

void init() {}
int64_t open(Process &, Guard &, Bytes) { return NoNetwork; }
int64_t read(Process &, Guard &, uint64_t, uint8_t *, uint64_t) {
  return BadHandle;
}
int64_t write(Process &, Guard &, uint64_t, const uint8_t *, uint64_t) {
  return BadHandle;
}
int64_t close(Process &, Guard &, uint64_t) { return BadHandle; }
void release(const Process &) {}
uint64_t poll() { return never; }

} // namespace flux::kernel::network

namespace flux::kernel {

void startFromDisk() {}
slots::Slots *getSlots() { return nullptr; }
void openSlot() {}
uint64_t getProofTime() { return never; }
void onProofTime() {}
void onFirstProgramEnd(int) {}
void endMachine(int status) { hal::powerOff(status); }

} // namespace flux::kernel
