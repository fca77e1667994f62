//===- Store.cpp - what is in files ---------------------------------------===//
//
// A writer fills free clusters, and behind the last confirmed byte the sector
// that holds it, whose confirmed bytes stay what they are.  Only its record
// makes that a content: bytes first, then a flush, then the record, then a
// flush.
//
//===----------------------------------------------------------------------===//

#include "runtime/store/Store.h"
#include "runtime/base/Crc32.h"

namespace flux::store {

/// 0, or what is wrong with a name.
static int64_t checkName(Bytes name) {
  if (name.size == 0)
    return NoSuchFile;
  if (name.size > Store::maxNameLength)
    return NameTooLong;
  for (uint64_t i = 0; i != name.size; ++i)
    if (name.data[i] == 0 || name.data[i] == '/')
      return name.data[i] == 0 ? BadName : NoSuchFile;
  // These mean folders.
  bool isDots = name.data[0] == '.' &&
                (name.size == 1 || (name.size == 2 && name.data[1] == '.'));
  return isDots ? int64_t(BadName) : 0;
}

//===--- clusters ---------------------------------------------------------===//

void Store::mark(unsigned start, unsigned count, bool isUsed) {
  for (unsigned i = start; i != start + count; ++i)
    if (isUsed)
      used[i / 8] |= static_cast<uint8_t>(1 << i % 8);
    else
      used[i / 8] &= static_cast<uint8_t>(~(1 << i % 8));
  numFree += isUsed ? -count : count;
}

/// Frees all clusters of a record but the first \p from.
void Store::freeClusters(const Record &record, unsigned from) {
  for (unsigned i = 0; i != record.numExtents; ++i) {
    Extent extent = record.extents[i];
    unsigned kept = from < extent.count ? from : extent.count;
    mark(extent.start + kept, extent.count - kept, false);
    from -= kept;
  }
}

/// Adds a cluster: the next one, else one of the largest free part.
bool Store::addCluster(Record &record) {
  Extent *last =
      record.numExtents != 0 ? &record.extents[record.numExtents - 1] : nullptr;
  if (last != nullptr) {
    unsigned next = last->start + last->count;
    if (next != numClusters && !isUsed(next)) {
      ++last->count;
      mark(next, 1, true);
      return true;
    }
  }
  if (numFree == 0 || record.numExtents == maxExtents)
    return false;
  unsigned best = 0, bestSize = 0;
  for (unsigned i = 0, size = 0; i != numClusters; ++i) {
    size = isUsed(i) ? 0 : size + 1;
    if (size > bestSize) {
      bestSize = size;
      best = i + 1 - size;
    }
  }
  // Not where another writer goes on.
  constexpr unsigned large = 16;
  if (bestSize >= large)
    for (const Writer &writer : writers)
      if (writer.references != 0 && writer.record.numExtents != 0) {
        Extent other = writer.record.extents[writer.record.numExtents - 1];
        if (other.start + other.count == best) {
          best += bestSize / 2;
          break;
        }
      }
  record.extents[record.numExtents++] = {static_cast<uint16_t>(best), 1};
  mark(best, 1, true);
  return true;
}

/// Where on the disk sector \p sector of a file lies.
uint64_t Store::locate(const Record &record, uint64_t sector) const {
  uint64_t cluster = sector >> clusterShift;
  unsigned i = 0;
  for (; cluster >= record.extents[i].count; ++i)
    cluster -= record.extents[i].count;
  return dataStart + ((record.extents[i].start + cluster) << clusterShift) +
         (sector & ((uint64_t(1) << clusterShift) - 1));
}

static uint32_t computeCrc(const uint8_t *bytes, unsigned size, uint32_t salt,
                           uint64_t index) {
  uint64_t place[] = {salt, index};
  return crc32(bytes, size, crc32(place, sizeof place));
}

void Store::seal(uint8_t *sector, uint32_t salt, uint64_t index) {
  uint32_t crc = flux::store::computeCrc(sector, payload, salt, index);
  __builtin_memcpy(sector + payload, &crc, sizeof crc);
}

/// Reads sectors of a file, which lie in one cluster, into the page.
bool Store::readSectors(const Record &record, uint64_t sector, unsigned count) {
  if (!device->read(locate(record, sector), page, count))
    return false;
  for (unsigned i = 0; i != count; ++i) {
    const uint8_t *at = page + i * sectorSize;
    uint32_t crc;
    __builtin_memcpy(&crc, at + payload, sizeof crc);
    if (crc != flux::store::computeCrc(at, payload, record.salt, sector + i))
      return false;
  }
  return true;
}

//===--- reading ----------------------------------------------------------===//

int64_t Store::find(Bytes name, File &file) {
  if (int64_t error = checkName(name))
    return error;
  unsigned slot = findSlot(name);
  if (slot == noSlot)
    return NoSuchFile;
  file = {slots[slot].salt, static_cast<uint16_t>(slot)};
  return 0;
}

bool Store::exists(Bytes name) {
  return checkName(name) == 0 &&
         (findSlot(name) != noSlot || findWriter(name) != nullptr);
}

int64_t Store::getSize(File file) {
  const Slot &slot = slots[file.slot];
  if (slot.state != SlotState::Live || slot.salt != file.salt)
    return Replaced;
  const Record *record = load(file.slot);
  return record != nullptr ? static_cast<int64_t>(record->size)
                           : int64_t(DeviceFailed);
}

int64_t Store::read(File file, uint64_t offset, uint8_t *out, uint64_t size) {
  int64_t known = getSize(file);
  if (known < 0)
    return known;
  auto total = static_cast<uint64_t>(known);
  if (offset >= total)
    return 0;
  if (size > total - offset)
    size = total - offset;
  const Record &record = *load(file.slot);
  for (uint64_t done = 0; done != size;) {
    uint64_t first = (offset + done) / payload;
    uint64_t skip = (offset + done) % payload;
    uint64_t wanted = (skip + size - done + payload - 1) / payload;
    uint64_t clusterSectors = uint64_t(1) << clusterShift;
    uint64_t inCluster = clusterSectors - (first & (clusterSectors - 1));
    if (wanted > inCluster)
      wanted = inCluster;
    auto count =
        static_cast<unsigned>(wanted < pageSectors ? wanted : pageSectors);
    if (!readSectors(record, first, count))
      return done != 0 ? static_cast<int64_t>(done) : int64_t(DeviceFailed);
    for (unsigned i = 0; i != count; ++i, skip = 0) {
      uint64_t piece = payload - skip;
      if (piece > size - done)
        piece = size - done;
      __builtin_memcpy(out + done, page + i * sectorSize + skip, piece);
      done += piece;
    }
  }
  return static_cast<int64_t>(size);
}

Bytes Store::nextName(unsigned &slot) {
  while (slot < numSlots) {
    unsigned current = slot++;
    if (slots[current].state != SlotState::Live)
      continue;
    if (const Record *record = load(current))
      return record->getName();
  }
  return {};
}

unsigned Store::getNumFiles() const {
  unsigned result = 0;
  for (const Slot &slot : slots)
    result += slot.state == SlotState::Live;
  return result;
}

uint64_t Store::getFreeBytes() const {
  return (uint64_t(numFree) << clusterShift) * payload;
}

//===--- writing ----------------------------------------------------------===//

Store::Writer *Store::findWriter(Bytes name) {
  for (Writer &writer : writers)
    if (writer.references != 0 && !writer.isStale &&
        writer.record.nameLength == name.size &&
        __builtin_memcmp(writer.record.name, name.data, name.size) == 0)
      return &writer;
  return nullptr;
}

int64_t Store::open(Bytes name, Mode mode) {
  if (int64_t error = checkName(name))
    return error;
  if (hasFailed)
    return DeviceFailed;
  unsigned slot = findSlot(name);
  Writer *other = findWriter(name);
  if (mode == Mode::CreateNew && (slot != noSlot || other != nullptr))
    return Exists;
  // Who writes at the end of one file shares the end.
  if (mode == Mode::Append && other != nullptr) {
    ++other->references;
    return other - writers;
  }
  unsigned number = 0, needed = slot == noSlot;
  while (number != maxWriters && writers[number].references != 0)
    ++number;
  if (number == maxWriters)
    return TooManyWriters;
  for (const Writer &writer : writers)
    needed += writer.references != 0 && !writer.isBound && !writer.isStale;
  if (slot == noSlot && getNumFiles() + needed > numSlots)
    return NoRoom;
  Writer &writer = writers[number];
  writer.isBound = writer.isStale = writer.hasTail = false;
  writer.isChanged = true;
  writer.numCommitted = 0;
  Record &record = writer.record;
  if (mode == Mode::Append && slot != noSlot) {
    const Record *loaded = load(slot);
    if (loaded == nullptr)
      return DeviceFailed;
    record = *loaded;
    record.removes = noSlot;
    writer.isBound = true;
    writer.isChanged = false;
    writer.numCommitted = record.getNumClusters();
    if (unsigned left = record.size % payload) {
      if (!readSectors(record, record.size / payload, 1))
        return DeviceFailed;
      __builtin_memcpy(writer.tail, page, left);
    }
  } else {
    __builtin_memset(&record, 0, sizeof record);
    record.kind = IsFile;
    record.removes = noSlot;
    record.slot = noSlot;
    record.salt = nextSalt++;
    record.setName(name);
  }
  writer.references = 1;
  return number;
}

int64_t Store::write(unsigned number, const uint8_t *data, uint64_t size) {
  Writer &writer = writers[number];
  if (writer.isStale || hasFailed)
    return writer.isStale ? Replaced : DeviceFailed;
  Record &record = writer.record;
  unsigned numHad = record.getNumClusters();
  for (uint64_t left = size; left != 0;) {
    uint64_t sector = record.size / payload;
    unsigned filled = record.size % payload;
    if (filled == 0 && sector >> clusterShift == numHad) {
      if (!addCluster(record))
        return NoRoom;
      ++numHad;
    }
    uint64_t clusterSectors = uint64_t(1) << clusterShift;
    uint64_t inCluster = clusterSectors - (sector & (clusterSectors - 1));
    unsigned count = 0;
    uint64_t before = record.size;
    writer.isChanged = true;
    while (left != 0 && count != inCluster && count != pageSectors) {
      uint8_t *at = page + count * sectorSize;
      uint64_t piece = payload - filled < left ? payload - filled : left;
      if (filled + piece < payload) {
        __builtin_memcpy(writer.tail + filled, data, piece);
        writer.hasTail = true;
      } else {
        __builtin_memcpy(at, writer.tail, filled);
        __builtin_memcpy(at + filled, data, piece);
        seal(at, record.salt, sector + count++);
        writer.hasTail = false;
      }
      data += piece;
      left -= piece;
      record.size += piece;
      if (filled + piece < payload)
        break;
      filled = 0;
    }
    if (count != 0 && !device->write(locate(record, sector), page, count)) {
      // What the sectors hold now is not known.
      abandon(writer);
      record.size = before;
      return DeviceFailed;
    }
  }
  return static_cast<int64_t>(size);
}

/// Writes the last sector, which is not full.
int64_t Store::writeTail(Writer &writer) {
  if (!writer.hasTail)
    return 0;
  unsigned left = writer.record.size % payload;
  uint64_t sector = writer.record.size / payload;
  __builtin_memset(page, 0, sectorSize);
  __builtin_memcpy(page, writer.tail, left);
  seal(page, writer.record.salt, sector);
  if (!device->write(locate(writer.record, sector), page, 1))
    return DeviceFailed;
  writer.hasTail = false;
  return 0;
}

/// Gives back what a writer has that is no content.
void Store::abandon(Writer &writer) {
  if (!writer.isStale)
    freeClusters(writer.record, writer.numCommitted);
  writer.isStale = true;
}

/// Slot \p slot holds nothing any more; \p old is what it held, if that is
/// known.
void Store::emptySlot(unsigned slot, const Record *old) {
  if (old != nullptr)
    freeClusters(*old, 0);
  slots[slot].state = SlotState::Empty;
  for (Writer &writer : writers)
    if (writer.references != 0 && writer.isBound && writer.record.slot == slot)
      abandon(writer);
}

/// A record was written: its slot holds its file.
void Store::changeSlot(const Record &record) {
  Slot &slot = slots[record.slot];
  slot.state = SlotState::Live;
  slot.position = static_cast<uint16_t>(logEnd - 1);
  slot.salt = record.salt;
  slot.hash = crc32(record.name, record.nameLength);
}

int64_t Store::commit(unsigned number) {
  Writer &writer = writers[number];
  if (writer.isStale)
    return Replaced;
  if (!writer.isChanged)
    return 0;
  if (hasFailed)
    return DeviceFailed;
  if (int64_t error = writeTail(writer))
    return error;
  if (!device->flush())
    return DeviceFailed;
  Record &record = writer.record, old;
  bool hasOld = false, isNew = !writer.isBound;
  if (isNew) {
    unsigned slot = findSlot(record.getName());
    if (slot != noSlot) {
      if (const Record *loaded = load(slot)) {
        old = *loaded;
        hasOld = true;
      }
    } else {
      slot = 0;
      while (slot != numSlots && slots[slot].state == SlotState::Live)
        ++slot;
      if (slot == numSlots)
        return NoRoom;
    }
    record.slot = static_cast<uint16_t>(slot);
  }
  if (int64_t error = append(record))
    return error;
  if (isNew)
    emptySlot(record.slot, hasOld ? &old : nullptr);
  changeSlot(record);
  writer.isBound = true;
  writer.isChanged = false;
  writer.numCommitted = record.getNumClusters();
  return 0;
}

int64_t Store::close(unsigned number) {
  Writer &writer = writers[number];
  int64_t error = writer.isStale ? 0 : commit(number);
  if (--writer.references == 0)
    abandon(writer);
  return error;
}

//===--- names ------------------------------------------------------------===//

int64_t Store::rename(Bytes from, Bytes to) {
  int64_t error = checkName(from);
  if (error == 0)
    error = checkName(to);
  if (error != 0)
    return error;
  unsigned slot = findSlot(from);
  if (slot == noSlot) {
    Writer *writer = findWriter(from);
    if (writer == nullptr)
      return NoSuchFile;
    writer->record.setName(to);
    return 0;
  }
  unsigned target = findSlot(to);
  if (target == slot)
    return 0;
  Record old, record;
  const Record *loaded = target != noSlot ? load(target) : nullptr;
  if (loaded != nullptr)
    old = *loaded;
  bool hasOld = loaded != nullptr;
  loaded = load(slot);
  if (loaded == nullptr)
    return DeviceFailed;
  record = *loaded;
  record.setName(to);
  record.removes = static_cast<uint16_t>(target);
  if (int64_t failure = append(record))
    return failure;
  if (target != noSlot)
    emptySlot(target, hasOld ? &old : nullptr);
  changeSlot(record);
  for (Writer &writer : writers)
    if (writer.references != 0 && writer.isBound && writer.record.slot == slot)
      writer.record.setName(to);
  return 0;
}

int64_t Store::remove(Bytes name) {
  if (int64_t error = checkName(name))
    return error;
  unsigned slot = findSlot(name);
  Writer *writer = findWriter(name);
  if (slot == noSlot && writer == nullptr)
    return NoSuchFile;
  if (slot != noSlot) {
    Record record, old;
    const Record *loaded = load(slot);
    if (loaded == nullptr)
      return DeviceFailed;
    old = *loaded;
    __builtin_memset(&record, 0, sizeof record);
    record.kind = IsRemoval;
    record.slot = static_cast<uint16_t>(slot);
    record.removes = noSlot;
    record.salt = old.salt;
    if (int64_t error = append(record))
      return error;
    emptySlot(slot, &old);
  }
  // Whoever writes it writes what nobody can find.
  while ((writer = findWriter(name)) != nullptr)
    abandon(*writer);
  return 0;
}

} // namespace flux::store
