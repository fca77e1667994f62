//===- BlockDevice.h - what disks are to those who use them ----*- C++ -*-===//
//
// Drivers, a part of another device, a file of the host and the disks of tests
// look alike to slots and stores, which so run unchanged in the kernel, in
// flux-os-image and in unit tests.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BASE_BLOCKDEVICE_H
#define FLUX_RUNTIME_BASE_BLOCKDEVICE_H

#include <stdint.h>

namespace flux {

/// A device of sectors.  Each function returns false if the device failed or
/// the sectors are not all in it; a sector whose write failed, or was not yet
/// flushed when the power went, holds the old or the new bytes.
struct BlockDevice {
  static constexpr uint64_t sectorSize = 512;

  uint64_t numSectors = 0;
  /// Reads \p count sectors from \p sector on.
  bool (*readSectors)(BlockDevice &self, uint64_t sector, void *out,
                      uint64_t count) = nullptr;
  bool (*writeSectors)(BlockDevice &self, uint64_t sector, const void *data,
                       uint64_t count) = nullptr;
  /// Returns when all that was written before stays without power.
  bool (*flushSectors)(BlockDevice &self) = nullptr;

  bool read(uint64_t sector, void *out, uint64_t count) {
    return has(sector, count) && readSectors(*this, sector, out, count);
  }
  bool write(uint64_t sector, const void *data, uint64_t count) {
    return has(sector, count) && writeSectors(*this, sector, data, count);
  }
  bool flush() { return flushSectors(*this); }

private:
  bool has(uint64_t sector, uint64_t count) const {
    return sector <= numSectors && count <= numSectors - sector;
  }
};

} // namespace flux

#endif // FLUX_RUNTIME_BASE_BLOCKDEVICE_H
