//===- Slots.h - starting, confirming and updating images ------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BOOT_SLOTS_H
#define FLUX_RUNTIME_BOOT_SLOTS_H

#include "runtime/boot/Gpt.h"
#include "runtime/boot/SlotHeader.h"
#include "runtime/boot/SlotRecord.h"

namespace flux::slots {

/// How often an image may be started to prove itself.
inline constexpr uint8_t firstTries = 3;

/// The name of a slot's part of the disk.
const char *getPartitionName(Slot slot);
inline constexpr char statePartition[] = "flux-state";

/// The slots of a disk.
struct Slots {
  Partition state, parts[numSlots];
  Guid disk;
  SlotRecord record;

  /// Null, or why the disk has no slots.
  const char *open(BlockDevice &device);
  /// If the record was lost: what signed images in the slots do not let come
  /// back is forbidden again.
  void restore(const Policy &policy);

  bool isRecordLost = false;
};

/// Where images are unpacked to, and who is told of what is wrong.
struct Loader {
  /// Memory that stays until the next slot is tried; null without memory.
  uint8_t *(*allocate)(Loader &self, uint64_t size);
  /// The place of the unpacked image, at which all of its memory is.
  uint8_t *(*place)(Loader &self, const SlotHeader &header);
  /// Another slot is tried; what was allocated is not used any more.
  void (*release)(Loader &self);
  void (*report)(Loader &self, Slot slot, const char *message);
};

struct Loaded {
  Slot slot;
  SlotHeader header;
  uint8_t *image;
};

/// Chooses a slot, verifies what is in it, unpacks it, and counts the try on
/// the disk.  False if there is no image that may be started.
bool load(Slots &slots, const Policy &policy, Loader &loader, Loaded &out);

/// The image that was started from \p slot works; \p lowest is the lowest
/// version that it lets come back.  False if the disk failed.
bool confirm(Slots &slots, Slot slot, uint64_t lowest);

/// Writes an update: what `flux-os-image --format=update` makes, piece by
/// piece.  Until the last step, which is one write of the record, the slot that
/// runs stays what is started next.
class Updater {
public:
  Updater() = default;

  /// Begins an update of \p size bytes while \p running runs.  A policy without
  /// a machine accepts images for all.  Null, or what is wrong.
  const char *begin(Slots &slots, const Policy &policy, Slot running,
                    uint64_t size);
  const char *add(const void *data, uint64_t size);
  /// Reads it back, verifies it and lets it be started.
  const char *finish();
  Slot getTarget() const { return target; }

private:
  static constexpr uint64_t blockSize =
      SlotHeader::maxImages * BlockDevice::sectorSize;

  const char *writeBlock();
  const char *check(const SlotHeader *headers, bool checksContents);

  Slots *slots = nullptr;
  Policy policy;
  Slot target = Slot::A;
  uint64_t total = 0, position = 0; ///< bytes
  /// The headers, which are written last, and the block that is being filled.
  SlotHeader headers[SlotHeader::maxImages];
  alignas(16) uint8_t block[blockSize];
};

} // namespace flux::slots

#endif // FLUX_RUNTIME_BOOT_SLOTS_H
