//===- Gpt.h - the parts of a disk -----------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BOOT_GPT_H
#define FLUX_RUNTIME_BOOT_GPT_H

#include "runtime/base/BlockDevice.h"

namespace flux::slots {

struct Guid {
  uint8_t bytes[16] = {};
  bool operator==(const Guid &other) const {
    return __builtin_memcmp(bytes, other.bytes, sizeof bytes) == 0;
  }
  bool isZero() const {
    uint8_t bits = 0;
    for (uint8_t byte : bytes)
      bits |= byte;
    return bits == 0;
  }
};

/// The header of a GPT, in the second and in the last sector of a disk (UEFI
/// 2.10, section 5.3.2).
struct GptHeader {
  uint8_t signature[8];
  uint32_t revision, headerSize, headerCrc, reserved;
  uint64_t self, other, firstUsable, lastUsable;
  Guid disk;
  uint64_t entries;
  uint32_t numEntries, entrySize, entriesCrc;
};
inline constexpr unsigned gptHeaderSize = 92;
inline constexpr uint8_t gptSignature[8] = {'E', 'F', 'I', ' ',
                                            'P', 'A', 'R', 'T'};
inline constexpr uint32_t gptRevision = 0x10000;
static_assert(__builtin_offsetof(GptHeader, entriesCrc) == gptHeaderSize - 4);

/// A row of its table.
struct GptEntry {
  static constexpr unsigned maxName = 36;

  Guid type; ///< zeros: not used
  Guid self;
  uint64_t first, last; ///< sectors, both of the part
  uint64_t attributes;
  char16_t name[maxName];
};
static_assert(sizeof(GptEntry) == 128);

/// A part of a disk, as a device of its own.
struct Partition : BlockDevice {
  BlockDevice *disk = nullptr;
  uint64_t first = 0;
};

/// Reads the table of a disk.  The one at its end is taken if the one at its
/// begin is damaged.
class Gpt {
public:
  /// Null, or why there is no table.
  const char *open(BlockDevice &device);
  /// True if the table at the begin of the disk is damaged.
  bool isFromBackup() const { return fromBackup; }
  const GptHeader &getHeader() const { return header; }
  unsigned getCount() const { return header.numEntries; }
  /// False if row \p index is not used, makes no sense, or cannot be read.
  bool getEntry(unsigned index, GptEntry &out);
  /// The part with the name \p name, an ASCII text.
  bool find(const char *name, Partition &out);

private:
  const char *read(uint64_t sector);
  bool isUsed(const GptEntry &entry) const;

  BlockDevice *disk = nullptr;
  GptHeader header = {};
  bool fromBackup = false;
};

/// The part \p name of \p disk.
bool findPartition(BlockDevice &disk, const char *name, Partition &out);

} // namespace flux::slots

#endif // FLUX_RUNTIME_BOOT_GPT_H
