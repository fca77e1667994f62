//===- SlotRecord.h - which slot is started next ---------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BOOT_SLOTRECORD_H
#define FLUX_RUNTIME_BOOT_SLOTRECORD_H

#include "runtime/base/BlockDevice.h"

namespace flux::slots {

enum class Slot : uint8_t { A, B, Recovery };
inline constexpr unsigned numSlots = 3, numUpdatable = 2;

inline Slot getOther(Slot slot) { return slot == Slot::A ? Slot::B : Slot::A; }

/// What is known of slot A or B; the meaning is that of Fuchsia's libabr.
struct SlotState {
  static constexpr uint8_t maxPriority = 15, maxTries = 7;

  uint8_t priority = 0; ///< 0: never started
  uint8_t tries = 0;    ///< how often it may still be started to prove itself
  uint8_t successful = 0;

  bool isBootable() const {
    return priority != 0 && (successful != 0 || tries != 0);
  }
};

/// What `flux-state` keeps: the states, and what no signed image may get below.
struct SlotRecord {
  SlotState states[numUpdatable];
  uint64_t lowestVersion = 0;
  uint64_t generation = 0; ///< rises with each write

  SlotState &operator[](Slot slot) { return states[unsigned(slot)]; }
  const SlotState &operator[](Slot slot) const {
    return states[unsigned(slot)];
  }

  /// The slot with the highest priority that may be started, A of equals;
  /// Recovery if there is none.
  Slot choose() const;
  /// \p slot holds something new: it comes first, and has \p tries to prove
  /// itself.
  void activate(Slot slot, uint8_t tries);
  /// \p slot works; what the image in it lets come back from now on is
  /// \p lowest.
  void confirm(Slot slot, uint64_t lowest);
  /// \p slot is not to be started.
  void disable(Slot slot) { (*this)[slot] = {}; }
};

/// Reads the newest good copy.  If both are damaged: false, and \p out lets
/// both slots be tried.
bool readRecord(BlockDevice &state, SlotRecord &out);
/// Writes \p record over the older copy, with the next generation, so that the
/// other one stays until this one is whole.  False if the disk failed.
bool writeRecord(BlockDevice &state, SlotRecord &record);

} // namespace flux::slots

#endif // FLUX_RUNTIME_BOOT_SLOTRECORD_H
