//===- Update.cpp - new images for the machine ----------------------------===//
//
// A program brings an update from wherever it is, the kernel alone decides
// whether it is good: signed, whole, for this machine and not too old.  Its
// size is in its headers, which come first.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Update.h"
#include "runtime/boot/Slots.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Program.h"
#include "runtime/kernel/Stage0.h"

namespace flux::kernel::update {

using namespace slots;

namespace {

struct State {
  static constexpr uint64_t headersSize =
      SlotHeader::maxImages * BlockDevice::sectorSize;

  uint32_t owner = 0;
  uint64_t size = 0; ///< of what came so far
  const char *wrong = nullptr;
  uint8_t headers[headersSize];
  Updater updater;

  void add(const uint8_t *data, uint64_t count);
  uint64_t getWholeSize() const;
};

} // namespace

static constinit State *state = nullptr;

bool isName(Bytes name) {
  return equals(name, "boot/update") || equals(name, "/boot/update");
}

/// Where the last image ends.
uint64_t State::getWholeSize() const {
  uint64_t result = headersSize;
  for (uint64_t at = 0; at != headersSize; at += sizeof(SlotHeader)) {
    SlotHeader header;
    __builtin_memcpy(&header, headers + at, sizeof header);
    if (__builtin_memcmp(header.magic, slotMagic, sizeof slotMagic) != 0 ||
        header.packedSize > maxImageSize ||
        header.offset > maxImageSize / BlockDevice::sectorSize)
      continue;
    uint64_t sectors =
        header.offset + (header.packedSize + BlockDevice::sectorSize - 1) /
                            BlockDevice::sectorSize;
    uint64_t end = sectors * BlockDevice::sectorSize;
    result = end > result ? end : result;
  }
  return result;
}

void State::add(const uint8_t *data, uint64_t count) {
  if (size < headersSize) {
    uint64_t part = headersSize - size < count ? headersSize - size : count;
    __builtin_memcpy(headers + size, data, part);
    size += part;
    data += part;
    count -= part;
    if (size != headersSize)
      return;
    const StartedSlot &running = getBootInfo().slot;
    wrong = updater.begin(*getSlots(), running.policy, running.slot,
                          getWholeSize());
    if (wrong == nullptr)
      wrong = updater.add(headers, headersSize);
  }
  size += count;
  if (wrong == nullptr)
    wrong = updater.add(data, count);
}

int64_t open(Process &process) {
  if (!(getCapabilities(process) & isa::EffectSUPERVISOR))
    return AccessDenied;
  if (getSlots() == nullptr)
    return NoSlots;
  constexpr unsigned pages =
      (sizeof(State) + hal::pageSize - 1) / hal::pageSize;
  void *memory = state != nullptr ? state : allocateForever(pages);
  if (memory == nullptr)
    return NoMemoryLeft;
  if (state != nullptr && state->owner != 0)
    return IsBusy;
  // Zeros are what a new one is until its update begins.
  state = static_cast<State *>(__builtin_memset(memory, 0, sizeof(State)));
  state->owner = process.id;
  return handle;
}

static bool isOwner(const Process &process) {
  return state != nullptr && state->owner == process.id;
}

int64_t write(const Process &process, const uint8_t *data, uint64_t size) {
  if (!isOwner(process))
    return BadHandle;
  if (state->wrong == nullptr)
    state->add(data, size);
  return state->wrong == nullptr ? static_cast<int64_t>(size)
                                 : int64_t(BadUpdate);
}

int64_t close(const Process &process) {
  if (!isOwner(process))
    return BadHandle;
  if (state->wrong == nullptr)
    state->wrong = state->size < State::headersSize ? "the update is cut off"
                                                    : state->updater.finish();
  state->owner = 0;
  if (state->wrong != nullptr) {
    log(Level::Error, "update: %s", state->wrong);
    return BadUpdate;
  }
  log(Level::Info, "update: %s is started next",
      getPartitionName(state->updater.getTarget()));
  return 0;
}

void release(const Process &process) {
  if (isOwner(process))
    state->owner = 0;
}

} // namespace flux::kernel::update
