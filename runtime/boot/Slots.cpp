//===- Slots.cpp - starting, confirming and updating images ---------------===//
//
// A try is counted before an image starts, so what hangs or crashes runs out of
// tries, and the other slot is started.  What does not verify is passed over,
// not forgotten: what is read wrongly once may be right the next time.
//
//===----------------------------------------------------------------------===//

#include "runtime/boot/Slots.h"
#include "runtime/base/Branches.h"
#include "runtime/base/Lzma.h"
#include "runtime/base/Sha256.h"

namespace flux::slots {

static constexpr uint64_t sectorSize = BlockDevice::sectorSize;

const char *getPartitionName(Slot slot) {
  static const char names[numSlots][7] = {"flux-a", "flux-b", "flux-r"};
  return names[unsigned(slot)];
}

static SlotKind getKind(Slot slot) {
  return slot == Slot::Recovery ? SlotKind::Recovery : SlotKind::System;
}

const char *Slots::open(BlockDevice &device) {
  Gpt gpt;
  if (const char *message = gpt.open(device))
    return message;
  disk = gpt.getHeader().disk;
  constexpr uint64_t stateSectors = 16;
  bool found =
      gpt.find(statePartition, state) && state.numSectors >= stateSectors;
  for (unsigned i = 0; i != numSlots; ++i)
    found = found && gpt.find(getPartitionName(static_cast<Slot>(i)), parts[i]);
  if (!found)
    return "the disk has no slots";
  isRecordLost = !readRecord(state, record);
  return nullptr;
}

void Slots::restore(const Policy &policy) {
  SlotHeader header;
  for (unsigned i = 0; isRecordLost && i != numUpdatable; ++i)
    if (readHeader(parts[i], policy, SlotKind::System, 0, header) == nullptr &&
        header.lowestVersion > record.lowestVersion)
      record.lowestVersion = header.lowestVersion;
}

//===--- starting ---------------------------------------------------------===//

/// Reads in pieces that all devices take.
static bool readAll(BlockDevice &slot, uint64_t sector, uint8_t *out,
                    uint64_t count) {
  constexpr uint64_t piece = 64;
  for (uint64_t done = 0; done != count;) {
    uint64_t size = count - done < piece ? count - done : piece;
    if (!slot.read(sector + done, out + done * sectorSize, size))
      return false;
    done += size;
  }
  return true;
}

static void *allocateScratch(void *loader, uint64_t size) {
  auto &self = *static_cast<Loader *>(loader);
  uint8_t *result = self.allocate(self, size);
  if (result != nullptr)
    __builtin_memset(result, 0, size);
  return result;
}

static const char *loadFrom(BlockDevice &part, SlotKind kind,
                            uint64_t lowestVersion, const Policy &policy,
                            Loader &loader, Loaded &out) {
  SlotHeader &header = out.header;
  if (const char *message =
          readHeader(part, policy, kind, lowestVersion, header))
    return message;
  uint64_t sectors = (header.packedSize + sectorSize - 1) / sectorSize;
  uint8_t *packed = loader.allocate(loader, sectors * sectorSize);
  static constexpr char noMemory[] = "there is not enough memory for the image";
  if (packed == nullptr)
    return noMemory;
  if (!readAll(part, header.offset, packed, sectors))
    return "the slot cannot be read";
  Sha256 hash;
  uint8_t sum[Sha256::size];
  hash.add(packed, header.packedSize);
  hash.finish(sum);
  if (__builtin_memcmp(sum, header.hash, sizeof sum) != 0)
    return "the image is damaged";
  out.image = loader.place(loader, header);
  if (out.image == nullptr)
    return noMemory;
  Arena scratch(allocateScratch, nullptr, &loader);
  if (!unpackLzma({packed, header.packedSize}, out.image, header.size, scratch))
    return "the image cannot be unpacked";
  convertBranches(header.machine, out.image, header.size, Targets::Relative);
  return nullptr;
}

bool load(Slots &slots, const Policy &policy, Loader &loader, Loaded &out) {
  slots.restore(policy);
  SlotRecord left = slots.record;
  for (;;) {
    Slot slot = out.slot = left.choose();
    const char *message =
        loadFrom(slots.parts[unsigned(slot)], getKind(slot),
                 slots.record.lowestVersion, policy, loader, out);
    if (slot != Slot::Recovery && message == nullptr &&
        !slots.record[slot].successful) {
      --slots.record[slot].tries;
      if (!writeRecord(slots.state, slots.record))
        message = "its try cannot be counted";
    }
    if (message == nullptr)
      return true;
    loader.report(loader, slot, message);
    if (slot == Slot::Recovery)
      return false;
    loader.release(loader);
    left.disable(slot);
  }
}

bool confirm(Slots &slots, Slot slot, uint64_t lowest) {
  if (slot == Slot::Recovery)
    return true;
  SlotRecord &record = slots.record;
  if (!slots.isRecordLost && record[slot].successful &&
      record[slot].priority != 0 && lowest <= record.lowestVersion)
    return true;
  record.confirm(slot, lowest);
  return writeRecord(slots.state, record);
}

//===--- updating ---------------------------------------------------------===//

const char *Updater::check(const SlotHeader *all, bool checksContents) {
  BlockDevice &part = slots->parts[unsigned(target)];
  bool found = false;
  for (unsigned i = 0; i != SlotHeader::maxImages; ++i) {
    const SlotHeader &header = all[i];
    if (__builtin_memcmp(header.magic, slotMagic, sizeof slotMagic) != 0)
      continue;
    Policy own = policy;
    own.machine = header.machine;
    // What follows the headers is all that will be written.
    const char *message =
        checkHeader(header, own, SlotKind::System, slots->record.lowestVersion,
                    (total + sectorSize - 1) / sectorSize);
    if (message == nullptr && checksContents)
      message = checkContents(part, header, block, SlotHeader::maxImages);
    if (message != nullptr)
      return message;
    found |= policy.machine == 0 || policy.machine == header.machine;
  }
  return found ? nullptr : "the update is for another architecture";
}

const char *Updater::begin(Slots &disk, const Policy &accepted, Slot running,
                           uint64_t size) {
  slots = &disk;
  policy = accepted;
  total = size;
  position = 0;
  const SlotRecord &record = disk.record;
  if (running == Slot::Recovery)
    target = record[Slot::A].isBootable() ? Slot::B : Slot::A;
  else if (!record[running].successful)
    return "what runs is not confirmed yet";
  else
    target = getOther(running);
  if (size <= blockSize)
    return "the update is cut off";
  return size <= disk.parts[unsigned(target)].numSectors * sectorSize
             ? nullptr
             : "the update is larger than the slot";
}

/// Writes the block that ends at \p position.
const char *Updater::writeBlock() {
  uint64_t size = (position - 1) % blockSize + 1, at = position - size;
  if (at == 0) {
    __builtin_memcpy(headers, block, sizeof headers);
    if (const char *message = check(headers, /*checksContents=*/false))
      return message;
    slots->record.disable(target);
    return writeRecord(slots->state, slots->record)
               ? nullptr
               : "the disk cannot be written";
  }
  __builtin_memset(block + size, 0, blockSize - size);
  return slots->parts[unsigned(target)].write(
             at / sectorSize, block, (size + sectorSize - 1) / sectorSize)
             ? nullptr
             : "the disk cannot be written";
}

const char *Updater::add(const void *data, uint64_t size) {
  const auto *bytes = static_cast<const uint8_t *>(data);
  if (size > total - position)
    return "the update is longer than announced";
  while (size != 0) {
    uint64_t used = position % blockSize, count = blockSize - used;
    if (count > size)
      count = size;
    __builtin_memcpy(block + used, bytes, count);
    bytes += count;
    size -= count;
    position += count;
    if (position % blockSize != 0 && position != total)
      continue;
    if (const char *message = writeBlock())
      return message;
  }
  return nullptr;
}

const char *Updater::finish() {
  if (position != total)
    return "the update is cut off";
  Partition &part = slots->parts[unsigned(target)];
  // The old headers describe nothing any more; the new ones come when all that
  // they tell of is there.
  if (!part.flush() || !part.write(0, headers, SlotHeader::maxImages) ||
      !part.flush())
    return "the disk cannot be written";
  // A disk that kept something else shall not be trusted.
  SlotHeader *written = headers;
  for (unsigned i = 0; i != SlotHeader::maxImages; ++i)
    if (!part.read(i, &written[i], 1))
      return "the slot cannot be read";
  if (const char *message = check(written, /*checksContents=*/true))
    return message;
  slots->record.activate(target, firstTries);
  return writeRecord(slots->state, slots->record)
             ? nullptr
             : "the disk cannot be written";
}

} // namespace flux::slots
