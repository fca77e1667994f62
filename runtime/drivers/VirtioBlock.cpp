//===- VirtioBlock.cpp - disks --------------------------------------------===//
//
// One request at a time through a buffer of the driver, since what callers have
// need not be one piece of physical memory.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/VirtioBlock.h"
#include "runtime/kernel/Memory.h"

namespace flux::drivers {

/// How long a device may take.
static constexpr uint64_t patience = uint64_t(10) * 1000000000;

bool VirtioBlock::open(const Virtio &which) {
  constexpr uint64_t flushFeature = 1 << 9;
  device = which;
  uint64_t features;
  buffer = static_cast<uint8_t *>(kernel::allocateForever(bufferPages));
  if (buffer == nullptr || !device.begin(flushFeature, features) ||
      !device.makeQueue(0, 8, queue))
    return false;
  canFlush = features & flushFeature;
  numSectors = device.readConfig(0) | uint64_t(device.readConfig(4)) << 32;
  readSectors = [](BlockDevice &self, uint64_t sector, void *out,
                   uint64_t count) {
    return static_cast<VirtioBlock &>(self).transfer(
        Read, sector, static_cast<uint8_t *>(out), count);
  };
  writeSectors = [](BlockDevice &self, uint64_t sector, const void *data,
                    uint64_t count) {
    return static_cast<VirtioBlock &>(self).transfer(
        Write, sector, static_cast<uint8_t *>(const_cast<void *>(data)), count);
  };
  flushSectors = [](BlockDevice &self) {
    auto &block = static_cast<VirtioBlock &>(self);
    return !block.canFlush || block.request(Flush, 0, 0);
  };
  device.run();
  works = true;
  return true;
}

void VirtioBlock::stop() {
  device.stop();
  works = false;
}

bool VirtioBlock::request(Request what, uint64_t sector, uint32_t bytes) {
  struct Header {
    uint32_t type, reserved;
    uint64_t sector;
  };
  if (!works)
    return false;
  uint8_t *header = queue.getSmall();
  auto *status = reinterpret_cast<volatile uint8_t *>(header + sizeof(Header));
  const Header content = {what, 0, sector};
  __builtin_memcpy(header, &content, sizeof content);
  *status = 0xFF;
  queue.set(0, header, sizeof(Header), Queue::HasNext, bytes != 0 ? 1 : 2);
  queue.set(1, buffer, bytes,
            Queue::HasNext | (what == Read ? Queue::DeviceWrites : 0), 2);
  queue.set(2, header + sizeof(Header), 1, Queue::DeviceWrites);
  uint32_t length;
  if (device.exchange(queue, patience, length) == Queue::Taken::Buffer)
    return *status == 0;
  // It may be still at work: from now on it must not.
  stop();
  return false;
}

bool VirtioBlock::transfer(Request what, uint64_t sector, uint8_t *data,
                           uint64_t count) {
  constexpr uint64_t most = bufferPages * hal::pageSize / sectorSize;
  while (count != 0) {
    uint64_t step = count < most ? count : most;
    auto bytes = static_cast<uint32_t>(step * sectorSize);
    if (what == Write)
      __builtin_memcpy(buffer, data, bytes);
    if (!request(what, sector, bytes))
      return false;
    if (what == Read)
      __builtin_memcpy(data, buffer, bytes);
    data += bytes;
    sector += step;
    count -= step;
  }
  return true;
}

} // namespace flux::drivers
