//===- Handover.h - what a kernel tells the one it starts ------*- C++ -*-===//
//
// Stage 0 stays on a disk for years, images come and go, so this is an
// interface between programs of different ages: a record of parts that tell
// their kind and size, of which unknown ones are passed over.  The version
// rises when old kernels would misunderstand it; where the tree of devices is
// can be found in all versions, so that the console can say so.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BOOT_HANDOVER_H
#define FLUX_RUNTIME_BOOT_HANDOVER_H

#include "runtime/base/Arena.h"
#include "runtime/boot/Gpt.h"
#include "runtime/boot/SlotHeader.h"
#include "runtime/boot/SlotRecord.h"

namespace flux::slots {

/// The begin of the record; the parts follow.
struct Handover {
  static constexpr uint64_t expectedMagic = 0x1A48'5855'4C46'2B46;
  static constexpr uint32_t currentVersion = 1;
  static constexpr uint32_t maxSize = 8192;

  uint64_t magic;
  uint32_t version;
  uint32_t size; ///< of all

  enum class Kind : uint32_t {
    Memory = 1,  ///< pairs of an address and a size
    CommandLine, ///< without a NUL
    Tree,        ///< address of the device tree
    Rsdp,        ///< address of the tables of ACPI
    Slot,        ///< StartedSlot
  };
  /// Before each part, which begins at a multiple of 8.
  struct Part {
    Kind kind;
    uint32_t size; ///< of what follows
  };

  /// The contents of a part; no data if there is none.
  Bytes find(Kind kind) const;
  /// Null if \p start is something else.
  static const Handover *recognize(const void *start);
};

/// Where the started kernel lies, and what it has to know to confirm itself.
struct StartedSlot {
  Guid disk;
  Slot slot;
  Confirmation confirmation;
  uint8_t isConfirmed; ///< as stage 0 saw it
  uint8_t unused[5];
  uint64_t version, lowestVersion; ///< of the image
  Policy policy;
};
static_assert(sizeof(StartedSlot) == 112);

/// Writes a record into \p buffer of Handover::maxSize bytes.
class HandoverWriter {
public:
  explicit HandoverWriter(void *buffer);
  /// Adds a part; false if there is no room for it.
  bool add(Handover::Kind kind, const void *data, uint64_t size);
  Handover &getRecord() { return *record; }

private:
  Handover *record;
};

} // namespace flux::slots

#endif // FLUX_RUNTIME_BOOT_HANDOVER_H
