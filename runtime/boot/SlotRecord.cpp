//===- SlotRecord.cpp - which slot is started next ------------------------===//
//
// The record is in two copies, a page apart, that are written in turns: the one
// of an even generation is the first.  So the power may go at any time.
//
//===----------------------------------------------------------------------===//

#include "runtime/boot/SlotRecord.h"
#include "runtime/base/Crc32.h"

namespace flux::slots {

namespace {

/// A copy: a sector.
struct Copy {
  uint8_t magic[8];
  uint64_t generation, lowestVersion;
  SlotState states[numUpdatable];
  uint8_t unused[BlockDevice::sectorSize - 34];
  uint32_t sum; ///< of all before
};
static_assert(sizeof(Copy) == BlockDevice::sectorSize);
static_assert(sizeof(SlotState) == 3);

constexpr uint8_t magic[8] = {'F', 'L', 'U', 'X', 'A', 'B', 0x1A, 1};
constexpr uint64_t distance = 8; ///< between the copies, in sectors
constexpr uint64_t sumAt = __builtin_offsetof(Copy, sum);

} // namespace

Slot SlotRecord::choose() const {
  const SlotState &a = states[0], &b = states[1];
  if (a.isBootable() && (!b.isBootable() || a.priority >= b.priority))
    return Slot::A;
  return b.isBootable() ? Slot::B : Slot::Recovery;
}

void SlotRecord::activate(Slot slot, uint8_t tries) {
  SlotState &other = (*this)[getOther(slot)];
  if (other.priority == SlotState::maxPriority)
    --other.priority;
  (*this)[slot] = {SlotState::maxPriority, tries, 0};
}

void SlotRecord::confirm(Slot slot, uint64_t lowest) {
  SlotState &state = (*this)[slot];
  state.tries = 0;
  state.successful = 1;
  if (state.priority == 0)
    state.priority = SlotState::maxPriority;
  if (lowest > lowestVersion)
    lowestVersion = lowest;
}

static bool isGood(const Copy &copy, unsigned index) {
  if (__builtin_memcmp(copy.magic, magic, sizeof magic) != 0 ||
      copy.generation % 2 != index || copy.sum != crc32(&copy, sumAt))
    return false;
  for (const SlotState &state : copy.states)
    if (state.priority > SlotState::maxPriority ||
        state.tries > SlotState::maxTries || state.successful > 1)
      return false;
  return true;
}

bool readRecord(BlockDevice &state, SlotRecord &out) {
  out = {};
  bool found = false;
  for (unsigned i = 0; i != 2; ++i) {
    Copy copy;
    if (!state.read(i * distance, &copy, 1) || !isGood(copy, i) ||
        (found && copy.generation < out.generation))
      continue;
    found = true;
    for (unsigned n = 0; n != numUpdatable; ++n)
      out.states[n] = copy.states[n];
    out.lowestVersion = copy.lowestVersion;
    out.generation = copy.generation;
  }
  if (!found)
    for (unsigned n = 0; n != numUpdatable; ++n)
      out.states[n] = {static_cast<uint8_t>(SlotState::maxPriority - n), 1, 0};
  return found;
}

bool writeRecord(BlockDevice &state, SlotRecord &record) {
  Copy copy = {};
  __builtin_memcpy(copy.magic, magic, sizeof magic);
  copy.generation = record.generation + 1;
  copy.lowestVersion = record.lowestVersion;
  for (unsigned n = 0; n != numUpdatable; ++n)
    copy.states[n] = record.states[n];
  copy.sum = crc32(&copy, sumAt);
  // The copy that was read may not be on the disk yet: nothing that is may be
  // overwritten before.
  if (!state.flush() ||
      !state.write(copy.generation % 2 * distance, &copy, 1) || !state.flush())
    return false;
  record.generation = copy.generation;
  return true;
}

} // namespace flux::slots
