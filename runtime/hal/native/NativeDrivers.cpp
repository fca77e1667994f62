//===- NativeDrivers.cpp - the devices of a process of Linux --------------===//
//
// A file is the disk.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Drivers.h"
#include "runtime/drivers/Smbus.h"
#include "runtime/hal/native/Native.h"
#include <sys/stat.h>
#include <unistd.h>

namespace flux::drivers {

static BlockDevice disk;
static int file = -1;

void init(const hal::BootInfo &) {
  file = hal::native::getDisk();
  struct stat state;
  if (file < 0 || fstat(file, &state) != 0)
    return;
  disk.numSectors =
      static_cast<uint64_t>(state.st_size) / BlockDevice::sectorSize;
  disk.readSectors = [](BlockDevice &, uint64_t sector, void *out,
                        uint64_t count) {
    uint64_t bytes = count * BlockDevice::sectorSize;
    return pread(file, out, bytes,
                 static_cast<off_t>(sector * BlockDevice::sectorSize)) ==
           static_cast<ssize_t>(bytes);
  };
  disk.writeSectors = [](BlockDevice &, uint64_t sector, const void *data,
                         uint64_t count) {
    uint64_t bytes = count * BlockDevice::sectorSize;
    return pwrite(file, data, bytes,
                  static_cast<off_t>(sector * BlockDevice::sectorSize)) ==
           static_cast<ssize_t>(bytes);
  };
  disk.flushSectors = [](BlockDevice &) { return fdatasync(file) == 0; };
}

unsigned getBlockDeviceCount() { return disk.numSectors != 0; }
BlockDevice &getBlockDevice(unsigned) { return disk; }
void stop() {}
net::NetDevice *getNetDevice() { return nullptr; }
bool hasSmbus() { return false; }
int64_t callSmbus(uint32_t, bool, uint32_t) { return NobodyThere; }

} // namespace flux::drivers
