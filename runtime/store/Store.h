//===- Store.h - files that stay -------------------------------*- C++ -*-===//
//
// Files on a disk whose power may go at any time.  What a file is, is one
// record of one sector in a log: a sector is written or not, so each change
// happens or does not.  The log has two halves, and what lives of a full one is
// copied to the other before a header makes that one count: it takes half a log
// at most, so there is always room.  Bytes of files are never written where
// confirmed ones are; each sector of them has a checksum of its own.
//
// The disk: four headers, two of each half of the log; the halves; clusters.
// Memory does not grow with the disk: a bit a cluster, 16 bytes a file.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_STORE_STORE_H
#define FLUX_RUNTIME_STORE_STORE_H

#include "runtime/base/Arena.h"
#include "runtime/base/BlockDevice.h"

namespace flux::store {

/// What goes wrong, with the numbers that Linux gives it.
enum Error : int64_t {
  NoSuchFile = -2,
  DeviceFailed = -5, ///< also: the bytes are damaged
  Exists = -17,
  BadName = -22,
  TooManyWriters = -23,
  NoRoom = -28,
  NameTooLong = -36,
  Replaced = -116, ///< the file that was opened is gone
};

/// What a disk holds.
enum class Mark : uint8_t { Nothing, Store, Other, Unreadable };

class Store {
public:
  static constexpr uint64_t minSectors = 64;
  static constexpr unsigned maxNameLength = 104, maxFiles = 256, maxWriters = 8;

  /// A file as a reader holds it; it ends with this content of the file.
  struct File {
    uint32_t salt = 0;
    uint16_t slot = 0;
  };

  /// Looks at the sectors where a store has its headers.
  Mark look(BlockDevice &device);
  /// Makes an empty store, of whatever there was.  0 or an error, as of all
  /// that follow.
  int64_t format(BlockDevice &device);
  /// Begins to work on the store of \p device, and writes nothing to it.
  int64_t mount(BlockDevice &device);
  bool isMounted() const { return device != nullptr; }

  /// Finds a file.  Names have 1 to maxNameLength bytes, none of them 0 or '/'.
  int64_t find(Bytes name, File &file);
  int64_t getSize(File file);
  /// Bytes read, 0 at the end.
  int64_t read(File file, uint64_t offset, uint8_t *out, uint64_t size);
  /// True if there is a file of this name, or one that is written for the first
  /// time.
  bool exists(Bytes name);

  enum class Mode : uint8_t { Create, Append, CreateNew };
  /// Begins to write a file; what is written becomes its content with commit()
  /// and close(), and nobody sees it before.  The number of the writer.
  int64_t open(Bytes name, Mode mode);
  /// All bytes or an error.
  int64_t write(unsigned writer, const uint8_t *data, uint64_t size);
  uint64_t getWrittenSize(unsigned writer) const {
    return writers[writer].record.size;
  }
  /// What was written stays from now on.
  int64_t commit(unsigned writer);
  /// The same, and gives the writer back, whatever the result is.
  int64_t close(unsigned writer);

  /// Gives a file another name, in place of the file that has it.
  int64_t rename(Bytes from, Bytes to);
  int64_t remove(Bytes name);
  /// The name of the first file from \p slot on, which is set behind it; empty
  /// at the end.  Valid until the next call.
  Bytes nextName(unsigned &slot);

  unsigned getNumFiles() const;
  uint64_t getFreeBytes() const;

private:
  static constexpr uint64_t sectorSize = BlockDevice::sectorSize;
  /// Bytes of a file in a sector, in front of their checksum.
  static constexpr unsigned payload = sectorSize - 4;
  static constexpr unsigned pageSectors = 8, numHeaders = 4;
  static constexpr unsigned maxExtents = 96, maxClusters = 32768;
  static constexpr uint16_t noSlot = 0xFFFF;

  struct Header {
    uint8_t magic[8];
    uint64_t generation, numSectors;
    uint8_t zero[sectorSize - 28];
    uint32_t crc;
  };
  static_assert(sizeof(Header) == sectorSize);

  struct Extent {
    uint16_t start, count; ///< clusters
  };
  enum Kind : uint16_t { IsFile = 1, IsRemoval = 2 };
  /// A change: slot \p slot holds this file from now on, or nothing.
  struct Record {
    uint32_t crc; ///< with the generation of the half and the place in it
    uint16_t kind, slot;
    uint16_t removes; ///< another slot that is empty from now on, or noSlot
    uint8_t nameLength, numExtents;
    uint32_t salt; ///< of the checksums of its sectors
    uint64_t size;
    uint8_t name[maxNameLength];
    Extent extents[maxExtents];

    Bytes getName() const { return {name, nameLength}; }
    void setName(Bytes text);
    unsigned getNumClusters() const;
  };
  static_assert(sizeof(Record) == sectorSize);

  enum class SlotState : uint8_t { Empty, Found, Live };
  struct Slot {
    SlotState state = SlotState::Empty;
    uint16_t position = 0, moved = 0; ///< of its record in the log
    uint32_t hash = 0, salt = 0;
  };

  struct Writer {
    unsigned references = 0;
    bool isBound = false; ///< its slot holds what was written up to a commit
    bool isStale = false; ///< its file is gone
    bool isChanged = false, hasTail = false;
    unsigned numCommitted = 0; ///< clusters
    Record record = {};
    uint8_t tail[payload] = {}; ///< what does not fill a sector yet
  };

  bool setGeometry(uint64_t numSectors);
  bool isHeader(const Header &header) const;
  int64_t writeHeaders(unsigned half, uint64_t generation);
  uint64_t getLogStart(unsigned half) const {
    return numHeaders + uint64_t(half) * logSectors;
  }
  uint32_t computeCrc(const Record &record, uint64_t generation,
                      unsigned position) const;
  bool isGood(const Record &record, unsigned position) const;
  void readLog();
  void claimClusters();
  bool claim(const Record &record);
  const Record *load(unsigned slot);
  unsigned findSlot(Bytes name);
  int64_t append(Record &record);
  uint64_t findGeneration(unsigned which);
  int64_t compact();
  void changeSlot(const Record &record);
  void emptySlot(unsigned slot, const Record *old);

  bool isUsed(unsigned cluster) const {
    return used[cluster / 8] >> cluster % 8 & 1;
  }
  void mark(unsigned start, unsigned count, bool isUsed);
  void freeClusters(const Record &record, unsigned from);
  bool addCluster(Record &record);
  uint64_t locate(const Record &record, uint64_t sector) const;
  bool readSectors(const Record &record, uint64_t sector, unsigned count);
  static void seal(uint8_t *sector, uint32_t salt, uint64_t index);
  Writer *findWriter(Bytes name);
  void abandon(Writer &writer);
  int64_t writeTail(Writer &writer);

  // All zero without a device, so that a store takes no room in an image.
  BlockDevice *device = nullptr;
  uint64_t generation = 0, dataStart = 0;
  uint32_t nextSalt = 0;
  unsigned half = 0, logSectors = 0, logEnd = 0, numSlots = 0;
  unsigned clusterShift = 0, numClusters = 0, numFree = 0;
  bool hasFailed = false;   ///< of the last record nobody knows if it is there
  bool mustCompact = false; ///< there are records that do not count
  unsigned cached = 0;      ///< the position of the record in the cache
  Record cache = {};
  Slot slots[maxFiles] = {};
  Writer writers[maxWriters] = {};
  uint8_t used[maxClusters / 8] = {};
  alignas(8) uint8_t page[pageSectors * sectorSize] = {};
};

} // namespace flux::store

#endif // FLUX_RUNTIME_STORE_STORE_H
