//===- Gpt.cpp - the parts of a disk --------------------------------------===//
//
// Nothing of a table is believed before its sums are right and its numbers lie
// in the disk; there are two tables, and one is enough.
//
//===----------------------------------------------------------------------===//

#include "runtime/boot/Gpt.h"
#include "runtime/base/Crc32.h"

namespace flux::slots {

static constexpr uint64_t sectorSize = BlockDevice::sectorSize;

const char *Gpt::read(uint64_t sector) {
  constexpr uint64_t bufferSectors = 8;
  uint8_t buffer[bufferSectors * sectorSize];
  if (!disk->read(sector, buffer, 1))
    return "the disk cannot be read";
  __builtin_memcpy(&header, buffer, gptHeaderSize);
  if (__builtin_memcmp(header.signature, gptSignature, sizeof gptSignature) !=
      0)
    return "the disk has no GPT";
  if (header.revision != gptRevision || header.headerSize < gptHeaderSize ||
      header.headerSize > sectorSize)
    return "the GPT is of another version";
  uint32_t sum = header.headerCrc;
  __builtin_memset(buffer + __builtin_offsetof(GptHeader, headerCrc), 0, 4);
  if (crc32(buffer, header.headerSize) != sum || header.self != sector)
    return "the header of the GPT is damaged";
  // More rows than anybody makes are not read.
  constexpr uint32_t maxEntries = 1024;
  if (header.entrySize != sizeof(GptEntry) || header.numEntries > maxEntries)
    return "the table of the GPT has an unknown form";
  constexpr uint64_t perSector = sectorSize / sizeof(GptEntry);
  uint64_t count = (header.numEntries + perSector - 1) / perSector;
  if (header.entries < 2 || header.entries > disk->numSectors - count ||
      header.firstUsable > header.lastUsable ||
      header.lastUsable >= disk->numSectors)
    return "the header of the GPT makes no sense";
  sum = 0;
  uint64_t left = header.numEntries * sizeof(GptEntry);
  for (uint64_t i = 0; i < count; i += bufferSectors) {
    uint64_t piece = count - i < bufferSectors ? count - i : bufferSectors;
    if (!disk->read(header.entries + i, buffer, piece))
      return "the disk cannot be read";
    uint64_t size = left < piece * sectorSize ? left : piece * sectorSize;
    sum = crc32(buffer, size, sum);
    left -= size;
  }
  return sum == header.entriesCrc ? nullptr : "the table of the GPT is damaged";
}

const char *Gpt::open(BlockDevice &device) {
  // Both headers, both tables of at least a sector, and something in between.
  constexpr uint64_t leastSectors = 6;
  disk = &device;
  fromBackup = false;
  const char *message = "the disk is too small";
  if (disk->numSectors >= leastSectors) {
    message = read(1);
    if (message == nullptr)
      return nullptr;
    fromBackup = true;
    if (read(disk->numSectors - 1) == nullptr)
      return nullptr;
  }
  header = {};
  return message;
}

static constexpr unsigned rowsPerSector = sectorSize / sizeof(GptEntry);

bool Gpt::isUsed(const GptEntry &entry) const {
  return !entry.type.isZero() && entry.first >= header.firstUsable &&
         entry.first <= entry.last && entry.last <= header.lastUsable;
}

bool Gpt::getEntry(unsigned index, GptEntry &out) {
  GptEntry rows[rowsPerSector];
  if (index >= header.numEntries ||
      !disk->read(header.entries + index / rowsPerSector, rows, 1))
    return false;
  out = rows[index % rowsPerSector];
  return isUsed(out);
}

static bool hasName(const GptEntry &entry, const char *name) {
  for (unsigned i = 0; i != GptEntry::maxName; ++i) {
    if (entry.name[i] != static_cast<unsigned char>(name[i]))
      return false;
    if (name[i] == '\0')
      return true;
  }
  return name[GptEntry::maxName] == '\0';
}

static Partition &asPartition(BlockDevice &self) {
  return static_cast<Partition &>(self);
}

bool Gpt::find(const char *name, Partition &out) {
  GptEntry rows[rowsPerSector];
  for (unsigned i = 0; i != header.numEntries; ++i) {
    unsigned row = i % rowsPerSector;
    if (row == 0 && !disk->read(header.entries + i / rowsPerSector, rows, 1))
      return false;
    const GptEntry &entry = rows[row];
    if (!isUsed(entry) || !hasName(entry, name))
      continue;
    out.disk = disk;
    out.first = entry.first;
    out.numSectors = entry.last - entry.first + 1;
    out.readSectors = [](BlockDevice &self, uint64_t sector, void *to,
                         uint64_t count) {
      Partition &part = asPartition(self);
      return part.disk->read(part.first + sector, to, count);
    };
    out.writeSectors = [](BlockDevice &self, uint64_t sector, const void *from,
                          uint64_t count) {
      Partition &part = asPartition(self);
      return part.disk->write(part.first + sector, from, count);
    };
    out.flushSectors = [](BlockDevice &self) {
      return asPartition(self).disk->flush();
    };
    return true;
  }
  return false;
}

bool findPartition(BlockDevice &disk, const char *name, Partition &out) {
  Gpt gpt;
  return gpt.open(disk) == nullptr && gpt.find(name, out);
}

} // namespace flux::slots
