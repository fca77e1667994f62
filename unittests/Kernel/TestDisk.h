//===- TestDisk.h - disks with a table of parts -----------------*- C++ -*-===//
#ifndef FLUX_UNITTESTS_KERNEL_TESTDISK_H
#define FLUX_UNITTESTS_KERNEL_TESTDISK_H

#include "runtime/base/Crc32.h"
#include "runtime/boot/Gpt.h"
#include "unittests/Store/FaultyDisk.h"

namespace flux {

/// Bytes as they are on the disk.
inline uint8_t *sectorOf(FaultyDisk &disk, uint64_t sector) {
  return reinterpret_cast<uint8_t *>(disk.bytes.data()) +
         sector * BlockDevice::sectorSize;
}

/// Writes both tables of a GPT with parts of the given names and sectors.
inline void
writeTestGpt(FaultyDisk &disk,
             const std::vector<std::pair<std::string, uint64_t>> &parts,
             unsigned tableSectors = 32) {
  const auto numEntries = static_cast<uint32_t>(4 * tableSectors);
  std::vector<slots::GptEntry> entries(numEntries);
  uint64_t next = 2 + tableSectors;
  for (size_t i = 0; i != parts.size(); ++i) {
    slots::GptEntry &entry = entries[i];
    entry.type.bytes[0] = 1;
    entry.self.bytes[0] = static_cast<uint8_t>(i + 1);
    entry.first = next;
    next += parts[i].second;
    entry.last = next - 1;
    for (size_t n = 0; n != parts[i].first.size(); ++n)
      entry.name[n] = static_cast<char16_t>(parts[i].first[n]);
  }
  uint64_t last = disk.numSectors - 1;
  for (bool isBackup : {false, true}) {
    slots::GptHeader header = {};
    memcpy(header.signature, slots::gptSignature, 8);
    header.revision = slots::gptRevision;
    header.headerSize = slots::gptHeaderSize;
    header.self = isBackup ? last : 1;
    header.other = isBackup ? 1 : last;
    header.firstUsable = 2 + tableSectors;
    header.lastUsable = last - tableSectors - 1;
    header.disk.bytes[0] = 42;
    header.entries = isBackup ? last - tableSectors : 2;
    header.numEntries = numEntries;
    header.entrySize = sizeof(slots::GptEntry);
    header.entriesCrc = crc32(entries.data(), numEntries * sizeof entries[0]);
    header.headerCrc = crc32(&header, slots::gptHeaderSize);
    memcpy(sectorOf(disk, header.self), &header, slots::gptHeaderSize);
    for (unsigned i = 0; i != tableSectors; ++i)
      memcpy(sectorOf(disk, header.entries + i), &entries[4 * i], 512);
  }
}

} // namespace flux

#endif // FLUX_UNITTESTS_KERNEL_TESTDISK_H
