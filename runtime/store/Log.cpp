//===- Log.cpp - which files there are ------------------------------------===//
//
// Nothing that is read is trusted: a record counts if its checksum is right for
// its place, and newer ones first, so a damaged one costs its own file only.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Crc32.h"
#include "runtime/store/Store.h"

namespace flux::store {

static constexpr uint8_t magic[8] = {'F', 'L', 'U', 'X', 'S', 'T', 0x1A, 1};

//===--- headers ----------------------------------------------------------===//

/// All that follows from the size of a disk.  False if it is too small.
bool Store::setGeometry(uint64_t numSectors) {
  if (numSectors < minSectors)
    return false;
  uint64_t files = numSectors / 32;
  numSlots = files < 8 ? 8 : files > maxFiles ? maxFiles : unsigned(files);
  logSectors = 2 * numSlots;
  dataStart = numHeaders + 2 * logSectors;
  clusterShift = 3;
  while ((numSectors - dataStart) >> clusterShift > maxClusters)
    ++clusterShift;
  numClusters = static_cast<unsigned>((numSectors - dataStart) >> clusterShift);
  return true;
}

bool Store::isHeader(const Header &header) const {
  return __builtin_memcmp(header.magic, magic, sizeof magic) == 0 &&
         header.crc == crc32(&header, sizeof header - 4);
}

Mark Store::look(BlockDevice &target) {
  if (target.numSectors < minSectors)
    return Mark::Other;
  Mark result = Mark::Nothing;
  for (unsigned i = 0; i != numHeaders; ++i) {
    if (!target.read(i, page, 1)) {
      result = result == Mark::Nothing ? Mark::Unreadable : result;
      continue;
    }
    if (isHeader(*reinterpret_cast<Header *>(page)))
      return Mark::Store;
    for (unsigned at = 0; at != sectorSize; ++at)
      if (page[at] != 0)
        result = Mark::Other;
  }
  return result;
}

int64_t Store::writeHeaders(unsigned which, uint64_t newGeneration) {
  auto *headers = reinterpret_cast<Header *>(page);
  __builtin_memset(page, 0, 2 * sectorSize);
  __builtin_memcpy(headers[0].magic, magic, sizeof magic);
  headers[0].generation = newGeneration;
  headers[0].numSectors = device->numSectors;
  headers[0].crc = crc32(page, sizeof(Header) - 4);
  __builtin_memcpy(&headers[1], &headers[0], sizeof(Header));
  return device->write(2 * which, page, 2) && device->flush() ? 0
                                                              : DeviceFailed;
}

int64_t Store::format(BlockDevice &target) {
  if (!setGeometry(target.numSectors))
    return NoRoom;
  device = &target;
  // Records of an older store must not count; its headers go first.
  __builtin_memset(page, 0, sizeof page);
  for (uint64_t at = 0; at < dataStart; at += pageSectors) {
    uint64_t count = dataStart - at;
    if (!target.write(at, page, count < pageSectors ? count : pageSectors) ||
        (at == 0 && !target.flush())) {
      device = nullptr;
      return DeviceFailed;
    }
  }
  int64_t error = target.flush() ? writeHeaders(0, 1) : int64_t(DeviceFailed);
  device = nullptr;
  return error != 0 ? error : mount(target);
}

int64_t Store::mount(BlockDevice &target) {
  device = nullptr;
  generation = 0;
  uint64_t size = 0;
  for (unsigned i = 0; i != numHeaders; ++i) {
    auto &header = *reinterpret_cast<Header *>(page);
    if (!target.read(i, page, 1) || !isHeader(header) ||
        header.generation <= generation ||
        header.numSectors > target.numSectors || header.numSectors < minSectors)
      continue;
    generation = header.generation;
    size = header.numSectors;
    half = i / 2;
  }
  if (generation == 0)
    return DeviceFailed;
  setGeometry(size);
  device = &target;
  for (Slot &slot : slots)
    slot = Slot();
  for (Writer &writer : writers)
    writer.references = 0;
  nextSalt = 1;
  logEnd = 0;
  hasFailed = mustCompact = false;
  cached = noSlot;
  __builtin_memset(used, 0, sizeof used);
  numFree = numClusters;
  readLog();
  claimClusters();
  return 0;
}

//===--- records ----------------------------------------------------------===//

void Store::Record::setName(Bytes text) {
  nameLength = static_cast<uint8_t>(text.size);
  __builtin_memset(name, 0, sizeof name);
  __builtin_memcpy(name, text.data, text.size);
}

unsigned Store::Record::getNumClusters() const {
  unsigned result = 0;
  for (unsigned i = 0; i != numExtents; ++i)
    result += extents[i].count;
  return result;
}

uint32_t Store::computeCrc(const Record &record, uint64_t ofGeneration,
                           unsigned position) const {
  uint64_t place[] = {ofGeneration, position};
  return crc32(&record.kind, sizeof record - sizeof record.crc,
               crc32(place, sizeof place));
}

/// True if a record is one, and makes sense.
bool Store::isGood(const Record &record, unsigned position) const {
  if (record.crc != computeCrc(record, generation, position) ||
      record.slot >= numSlots ||
      (record.removes >= numSlots && record.removes != noSlot))
    return false;
  if (record.kind == IsRemoval)
    return true;
  if (record.kind != IsFile || record.nameLength == 0 ||
      record.nameLength > maxNameLength || record.numExtents > maxExtents)
    return false;
  for (unsigned i = 0; i != record.numExtents; ++i)
    if (record.extents[i].count == 0 ||
        uint32_t(record.extents[i].start) + record.extents[i].count >
            numClusters)
      return false;
  uint64_t sectors = record.size / payload + (record.size % payload != 0);
  uint64_t clusterSectors = uint64_t(1) << clusterShift;
  return (sectors + clusterSectors - 1) >> clusterShift ==
         record.getNumClusters();
}

/// Finds the last record of each slot.
void Store::readLog() {
  for (unsigned base = 0; base < logSectors; base += pageSectors) {
    unsigned count =
        logSectors - base < pageSectors ? logSectors - base : pageSectors;
    uint64_t start = getLogStart(half) + base;
    bool isWhole = device->read(start, page, count);
    for (unsigned i = 0; i != count; ++i) {
      uint8_t *at = page + i * sectorSize;
      if (!isWhole && !device->read(start + i, at, 1))
        continue;
      auto &record = *reinterpret_cast<Record *>(at);
      if (!isGood(record, base + i))
        continue;
      logEnd = base + i + 1;
      if (record.salt >= nextSalt)
        nextSalt = record.salt + 1;
      if (record.removes != noSlot)
        slots[record.removes].state = SlotState::Empty;
      Slot &slot = slots[record.slot];
      slot.state = record.kind == IsFile ? SlotState::Found : SlotState::Empty;
      slot.position = static_cast<uint16_t>(base + i);
      slot.salt = record.salt;
      slot.hash = crc32(record.name, record.nameLength);
    }
  }
}

/// Lets records count, the newest first.  An old one that a damaged one had
/// replaced must not take anything from others.
void Store::claimClusters() {
  for (unsigned position = logEnd; position-- != 0;)
    for (unsigned i = 0; i != numSlots; ++i) {
      Slot &slot = slots[i];
      if (slot.state != SlotState::Found || slot.position != position)
        continue;
      const Record *record = load(i);
      Record copy;
      if (record != nullptr)
        copy = *record; // findSlot() loads others
      if (record != nullptr && findSlot(copy.getName()) == noSlot &&
          claim(copy)) {
        slot.state = SlotState::Live;
      } else {
        slot.state = SlotState::Empty;
        mustCompact = true;
      }
    }
}

/// Takes the clusters of a record, all or none.
bool Store::claim(const Record &record) {
  for (unsigned i = 0; i != record.numExtents; ++i) {
    Extent extent = record.extents[i];
    for (unsigned k = 0; k != extent.count; ++k)
      if (isUsed(extent.start + k)) {
        while (i-- != 0)
          mark(record.extents[i].start, record.extents[i].count, false);
        return false;
      }
    mark(extent.start, extent.count, true);
  }
  return true;
}

/// The record of a slot, or null; valid until the next one is loaded.
const Store::Record *Store::load(unsigned slot) {
  unsigned position = slots[slot].position;
  if (cached != position) {
    cached = noSlot;
    if (!device->read(getLogStart(half) + position, &cache, 1) ||
        !isGood(cache, position))
      return nullptr;
    cached = position;
  }
  return cache.kind == IsFile && cache.slot == slot ? &cache : nullptr;
}

unsigned Store::findSlot(Bytes name) {
  uint32_t hash = crc32(name.data, name.size);
  for (unsigned i = 0; i != numSlots; ++i) {
    if (slots[i].state != SlotState::Live || slots[i].hash != hash)
      continue;
    const Record *record = load(i);
    if (record != nullptr && record->nameLength == name.size &&
        __builtin_memcmp(record->name, name.data, name.size) == 0)
      return i;
  }
  return noSlot;
}

/// Makes a change, for ever.
int64_t Store::append(Record &record) {
  if (!hasFailed && (logEnd == logSectors || mustCompact))
    hasFailed = compact() != 0;
  if (hasFailed)
    return DeviceFailed;
  record.crc = computeCrc(record, generation, logEnd);
  if (!device->write(getLogStart(half) + logEnd, &record, 1) ||
      !device->flush()) {
    hasFailed = true;
    return DeviceFailed;
  }
  ++logEnd;
  return 0;
}

/// A later generation, of which half \p which has no records: some may be there
/// of an attempt that was cut off, or of one whose headers are damaged.
uint64_t Store::findGeneration(unsigned which) {
  uint64_t result = generation + 1;
  for (unsigned base = 0; base < logSectors; base += pageSectors) {
    unsigned count =
        logSectors - base < pageSectors ? logSectors - base : pageSectors;
    uint64_t start = getLogStart(which) + base;
    bool isWhole = device->read(start, page, count);
    for (unsigned i = 0; i != count; ++i) {
      uint8_t *at = page + i * sectorSize;
      auto &record = *reinterpret_cast<Record *>(at);
      if ((!isWhole && !device->read(start + i, at, 1)) ||
          record.crc != computeCrc(record, result, base + i))
        continue;
      ++result; // and once more from the begin
      base = 0u - pageSectors;
      break;
    }
  }
  return result;
}

/// Copies what counts to the other half of the log, and lets that one count.
int64_t Store::compact() {
  unsigned count = 0, batch = 0, other = 1 - half;
  uint64_t next = findGeneration(other);
  auto write = [&] {
    unsigned size = batch;
    batch = 0;
    return size == 0 ||
           device->write(getLogStart(other) + count - size, page, size);
  };
  for (unsigned i = 0; i != numSlots; ++i) {
    slots[i].moved = noSlot;
    if (slots[i].state != SlotState::Live)
      continue;
    const Record *record = load(i);
    if (record == nullptr)
      continue; // damaged meanwhile
    auto &copy = *reinterpret_cast<Record *>(page + batch * sectorSize);
    copy = *record;
    copy.removes = noSlot;
    copy.crc = computeCrc(copy, next, count);
    slots[i].moved = static_cast<uint16_t>(count++);
    if (++batch == pageSectors && !write())
      return DeviceFailed;
  }
  if (!write() || !device->flush())
    return DeviceFailed;
  if (int64_t error = writeHeaders(other, next))
    return error;
  for (unsigned i = 0; i != numSlots; ++i) {
    if (slots[i].moved == noSlot)
      slots[i].state = SlotState::Empty;
    slots[i].position = slots[i].moved;
  }
  generation = next;
  half = other;
  logEnd = count;
  mustCompact = false;
  cached = noSlot;
  return 0;
}

} // namespace flux::store
