//===- fuzz-slots.cpp - damaged disks -------------------------------------===//
//
// What a stage 0 reads from a disk that anybody may have written: tables of
// parts, records, headers of slots, images.  It must start nothing that is
// not signed, and read nothing outside the disk and its memory.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Crc32.h"
#include "runtime/base/Sha256.h"
#include "runtime/boot/Handover.h"
#include "runtime/boot/Slots.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

using namespace flux;
using namespace flux::slots;

namespace {

constexpr uint64_t sectorSize = BlockDevice::sectorSize;
constexpr uint16_t machine = 183;

struct MemoryDisk : BlockDevice {
  std::vector<uint8_t> bytes;

  explicit MemoryDisk(uint64_t sectors) : bytes(sectors * sectorSize) {
    numSectors = sectors;
    readSectors = [](BlockDevice &self, uint64_t sector, void *out,
                     uint64_t count) {
      std::memcpy(out, &static_cast<MemoryDisk &>(self).bytes[sector * 512],
                  count * sectorSize);
      return true;
    };
    writeSectors = [](BlockDevice &self, uint64_t sector, const void *data,
                      uint64_t count) {
      std::memcpy(&static_cast<MemoryDisk &>(self).bytes[sector * 512], data,
                  count * sectorSize);
      return true;
    };
    flushSectors = [](BlockDevice &) { return true; };
  }
};

struct FuzzLoader : Loader {
  std::vector<std::unique_ptr<uint8_t[]>> chunks;
  uint64_t used = 0;

  FuzzLoader() {
    allocate = [](Loader &self, uint64_t size) -> uint8_t * {
      auto &loader = static_cast<FuzzLoader &>(self);
      constexpr uint64_t most = 1 << 24;
      if (size > most - loader.used)
        return nullptr;
      loader.used += size;
      loader.chunks.emplace_back(new uint8_t[size]);
      return loader.chunks.back().get();
    };
    place = [](Loader &self, const SlotHeader &header) {
      return self.allocate(self, header.memorySize);
    };
    release = [](Loader &self) {
      static_cast<FuzzLoader &>(self).chunks.clear();
      static_cast<FuzzLoader &>(self).used = 0;
    };
    report = [](Loader &, Slot, const char *message) {
      if (message == nullptr)
        std::abort();
    };
  }
};

/// A table with right sums around what the input says, so that it is not the
/// sums that refuse everything.
void seal(MemoryDisk &disk) {
  GptHeader header;
  std::memcpy(&header, &disk.bytes[sectorSize], gptHeaderSize);
  std::memcpy(header.signature, gptSignature, sizeof gptSignature);
  header.revision = gptRevision;
  header.headerSize = gptHeaderSize;
  header.self = 1;
  header.entrySize = sizeof(GptEntry);
  uint64_t size = uint64_t(header.numEntries) * sizeof(GptEntry);
  if (header.entries < disk.numSectors &&
      size <= (disk.numSectors - header.entries) * sectorSize)
    header.entriesCrc = crc32(&disk.bytes[header.entries * sectorSize], size);
  header.headerCrc = 0;
  header.headerCrc = crc32(&header, gptHeaderSize);
  std::memcpy(&disk.bytes[sectorSize], &header, gptHeaderSize);
}

/// A header that is good but for some bytes, and what the input says is the
/// image, which is then looked at, as its hash is right.
void writeSlot(MemoryDisk &disk, uint64_t sector, SlotKind kind,
               const uint8_t *data, size_t size) {
  constexpr size_t most = 6 * sectorSize;
  SlotHeader header = {};
  std::memcpy(header.magic, slotMagic, sizeof slotMagic);
  header.format = slotFormat;
  header.handover = Handover::currentVersion;
  header.machine = machine;
  header.kind = kind;
  header.offset = SlotHeader::maxImages;
  header.size = 64;
  header.memorySize = 4096;
  auto *bytes = reinterpret_cast<uint8_t *>(&header);
  unsigned numChanges = size != 0 ? *data % 8 : 0;
  for (data += size != 0, size -= size != 0; numChanges-- != 0 && size >= 2;
       data += 2, size -= 2)
    bytes[8 + data[0] % 160] = data[1];
  size = std::min(size, most);
  if (header.packedSize == 0)
    header.packedSize = size;
  uint8_t *image = &disk.bytes[(sector + SlotHeader::maxImages) * sectorSize];
  std::memcpy(image, data, size);
  if (header.offset < 14 &&
      header.packedSize <= (14 - header.offset) * sectorSize) {
    Sha256 hash;
    hash.add(&disk.bytes[(sector + header.offset) * sectorSize],
             header.packedSize);
    hash.finish(header.hash);
  }
  std::memcpy(&disk.bytes[sector * sectorSize], &header, sizeof header);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  constexpr uint64_t sectors = 64;
  if (size < 2)
    return 0;
  MemoryDisk disk(sectors);
  unsigned mode = data[0];
  std::memcpy(&disk.bytes[sectorSize], data + 1,
              std::min<uint64_t>(size - 1, (sectors - 1) * sectorSize));
  if (mode & 1)
    seal(disk);
  Policy policy;
  policy.machine = machine;
  policy.hasKey = mode >> 1 & 1;
  // A disk whose parts are where they should be.
  Slots slots;
  if (mode & 4) {
    const char *const names[] = {statePartition, "flux-a", "flux-b", "flux-r"};
    constexpr uint64_t stateSectors = 16, slotSectors = 14;
    GptEntry entries[4] = {};
    uint64_t next = 3;
    for (unsigned i = 0; i != 4; ++i) {
      entries[i].type.bytes[0] = 1;
      entries[i].first = next;
      next += i == 0 ? stateSectors : slotSectors;
      entries[i].last = next - 1;
      for (unsigned n = 0; names[i][n] != '\0'; ++n)
        entries[i].name[n] = static_cast<char16_t>(names[i][n]);
    }
    GptHeader header = {};
    header.firstUsable = 3;
    header.lastUsable = sectors - 2;
    header.entries = 2;
    header.numEntries = 4;
    std::memcpy(&disk.bytes[2 * sectorSize], entries, sizeof entries);
    std::memcpy(&disk.bytes[sectorSize], &header, gptHeaderSize);
    seal(disk);
  }
  if ((mode & 12) == 12)
    for (unsigned i = 0; i != 3; ++i)
      writeSlot(disk, 3 + 16 + 14 * i,
                i == 2 ? SlotKind::Recovery : SlotKind::System, data + 1,
                size - 1);
  if (slots.open(disk) != nullptr)
    return 0;
  FuzzLoader loader;
  auto loaded = std::make_unique<Loaded>();
  if (load(slots, policy, loader, *loaded) && policy.hasKey)
    std::abort(); // nobody has the key
  auto updater = std::make_unique<Updater>();
  if (updater->begin(slots, policy, Slot::Recovery, size) == nullptr &&
      updater->add(data, size) == nullptr && updater->finish() == nullptr &&
      policy.hasKey)
    std::abort();
  return 0;
}
