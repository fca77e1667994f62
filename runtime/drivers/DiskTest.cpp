//===- DiskTest.cpp - whether disks keep what they are given --------------===//
//
// On purpose, as the option `test=disks` of the kernel says: tests of images
// look afterwards whether the disk has it, too.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Drivers.h"
#include "runtime/kernel/Lock.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Memory.h"

namespace flux::drivers {

/// Fills the end of \p disk with what its begin leads to; null if that is what
/// is there then.
static const char *test(BlockDevice &disk) {
  constexpr uint64_t count = 80, bytes = count * BlockDevice::sectorSize;
  constexpr unsigned pages = 2 * bytes / hal::pageSize;
  static_assert(2 * bytes % hal::pageSize == 0);
  auto *written = static_cast<uint8_t *>(kernel::allocateForever(pages));
  if (written == nullptr)
    return "no memory";
  uint8_t *read = written + bytes;
  if (disk.numSectors < 2 * count)
    return "it is too small";
  uint64_t place = disk.numSectors - count;
  if (!disk.read(0, written, 1))
    return "it cannot be read";
  for (uint64_t i = BlockDevice::sectorSize; i != bytes; ++i)
    written[i] = static_cast<uint8_t>(written[i - 512] + 1);
  if (!disk.write(place, written, count) || !disk.flush())
    return "it cannot be written";
  if (!disk.read(place, read, count) ||
      __builtin_memcmp(written, read, bytes) != 0)
    return "it does not have what was written";
  if (disk.read(disk.numSectors, read, 1) || disk.read(~uint64_t(0), read, 2))
    return "it has more sectors than it says";
  return nullptr;
}

void testDisks() {
  kernel::Guard guard;
  for (unsigned i = 0; i != getBlockDeviceCount(); ++i) {
    const char *message = test(getBlockDevice(i));
    log(message != nullptr ? kernel::Level::Error : kernel::Level::Info,
        "disk %u: %s", i, message != nullptr ? message : "good");
  }
}

} // namespace flux::drivers
