//===- FaultyDisk.h - a disk whose power fails -----------------*- C++ -*-===//
//
// What a disk may do to those who trust it too much: of the sectors that were
// not flushed when the power goes, each holds what it held before or anything
// that was written to it since, whatever became of the others.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_UNITTESTS_STORE_FAULTYDISK_H
#define FLUX_UNITTESTS_STORE_FAULTYDISK_H

#include "runtime/base/BlockDevice.h"
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace flux {

class FaultyDisk : public BlockDevice {
public:
  explicit FaultyDisk(uint64_t sectors) : bytes(sectors * sectorSize, '\0') {
    numSectors = sectors;
    readSectors = [](BlockDevice &self, uint64_t sector, void *out,
                     uint64_t count) {
      return static_cast<FaultyDisk &>(self).doRead(sector, out, count);
    };
    writeSectors = [](BlockDevice &self, uint64_t sector, const void *data,
                      uint64_t count) {
      return static_cast<FaultyDisk &>(self).doWrite(sector, data, count);
    };
    flushSectors = [](BlockDevice &self) {
      return static_cast<FaultyDisk &>(self).doFlush();
    };
  }
  FaultyDisk(const FaultyDisk &) = delete;

  /// The power goes when \p count more sectors were written; the write or flush
  /// that it interrupts, and all that follows, fails.
  void cutAfter(uint64_t count) { writesLeft = count; }
  bool isOff() const { return off; }
  /// The power goes now, if it has not gone yet, and comes back.
  void restart(std::mt19937_64 &random) {
    for (auto &[sector, versions] : unflushed) {
      size_t choice = random() % versions.size();
      std::memcpy(&bytes[sector * sectorSize], versions[choice].data(),
                  sectorSize);
    }
    unflushed.clear();
    off = false;
    writesLeft = noCut;
  }
  uint64_t getNumWrites() const { return writes; }

  /// What reads give; bytes that are changed here are damaged ones.
  std::string bytes;
  /// Reads of this sector fail.
  uint64_t badSector = ~uint64_t(0);

private:
  static constexpr uint64_t noCut = ~uint64_t(0);

  bool doRead(uint64_t sector, void *out, uint64_t count) {
    if (off || badSector - sector < count)
      return false;
    std::memcpy(out, &bytes[sector * sectorSize], count * sectorSize);
    return true;
  }
  bool doWrite(uint64_t sector, const void *data, uint64_t count) {
    for (uint64_t i = 0; i != count; ++i) {
      if (off || writesLeft == 0) {
        off = true;
        return false;
      }
      if (writesLeft != noCut)
        --writesLeft;
      ++writes;
      char *at = &bytes[(sector + i) * sectorSize];
      auto &versions = unflushed[sector + i];
      if (versions.empty())
        versions.push_back(std::string(at, sectorSize));
      std::memcpy(at, static_cast<const char *>(data) + i * sectorSize,
                  sectorSize);
      versions.push_back(std::string(at, sectorSize));
    }
    return true;
  }
  bool doFlush() {
    off |= writesLeft == 0;
    if (off)
      return false;
    unflushed.clear();
    return true;
  }

  /// Of each sector what it held when it was flushed, and all it was given
  /// since.
  std::map<uint64_t, std::vector<std::string>> unflushed;
  uint64_t writesLeft = noCut, writes = 0;
  bool off = false;
};

} // namespace flux

#endif // FLUX_UNITTESTS_STORE_FAULTYDISK_H
