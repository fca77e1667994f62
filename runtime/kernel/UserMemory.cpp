//===- UserMemory.cpp - memory that programs in user mode ask for ---------===//
//
// What regions are to packages, areas are to machine code: addresses at once,
// pages when they are used.  No area is ever writable and executable; one that
// was written can be made executable.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/User.h"

namespace flux::kernel {

using hal::pageSize;

/// Where such areas begin, behind all that a program has from its start.
static constexpr uint64_t firstOffset = uint64_t(20) << 30;

/// The area that was made at exactly this address, or null.
static UserArea *findMade(Process &process, uint64_t address) {
  for (unsigned i = 0; i != process.numAreas; ++i)
    if (process.areas[i].base == address && process.areas[i].isMade)
      return &process.areas[i];
  return nullptr;
}

/// Adds an area behind all others, with an unused page between them.
static UserArea *makeArea(Process &process, uint64_t size, uint8_t rights) {
  hal::MemoryRange range = hal::getUserRange();
  uint64_t base = range.base + firstOffset;
  for (unsigned i = 0; i != process.numAreas; ++i) {
    uint64_t end = process.areas[i].base + process.areas[i].size + pageSize;
    base = end > base ? end : base;
  }
  if (process.numAreas == Process::maxAreas ||
      size > range.base + range.size - base)
    return nullptr;
  UserArea &area = process.areas[process.numAreas++];
  area = {base, size, rights, true, false};
  return &area;
}

uint64_t allocateUserArea(Process &process, uint64_t size, uint8_t rights) {
  if (size > process.regionLimit)
    return 0;
  UserArea *area =
      makeArea(process, (size + pageSize - 1) & ~(pageSize - 1), rights);
  return area != nullptr ? area->base : 0;
}

uint64_t mapUserDevice(Process &process, uint64_t physical, uint64_t size) {
  constexpr uint8_t rights = hal::Read | hal::Write;
  if (size > process.regionLimit)
    return 0;
  UserArea *area = makeArea(process, size, rights);
  if (area == nullptr)
    return 0;
  area->isDevice = true;
  for (uint64_t at = 0; at != size; at += pageSize)
    if (!hal::mapUserPage(process.space, area->base + at, physical + at,
                          rights | hal::Device)) {
      freeUserArea(process, area->base, /*isDevice=*/true);
      return 0;
    }
  return area->base;
}

bool freeUserArea(Process &process, uint64_t address, bool isDevice) {
  UserArea *area = findMade(process, address);
  if (area == nullptr || area->isDevice != isDevice)
    return false;
  if (isDevice) {
    uint64_t at = area->base, end = at + area->size;
    while (hal::unmapNextUser(process.space, at, end) != noPage)
      ;
  } else {
    giveBackUserMemory(process, area->base, area->size);
  }
  *area = process.areas[--process.numAreas];
  return true;
}

bool protectUserArea(Process &process, uint64_t address, uint8_t rights) {
  UserArea *area = findMade(process, address);
  if (area == nullptr || (area->isDevice && (rights & hal::Execute)))
    return false;
  auto asPage =
      static_cast<uint8_t>(rights | (area->isDevice ? hal::Device : 0));
  for (uint64_t at = area->base, end = at + area->size;;) {
    uint64_t page = hal::unmapNextUser(process.space, at, end);
    if (page == noPage)
      break;
    // The tables are there.
    hal::mapUserPage(process.space, at - pageSize, page, asPage);
  }
  area->rights = rights;
  hal::flushMappings();
  if (rights & hal::Execute)
    hal::publishCode();
  return true;
}

void freeUserDevices(Process &process) {
  for (unsigned i = process.numAreas; i-- != 0;)
    if (process.areas[i].isDevice)
      freeUserArea(process, process.areas[i].base, /*isDevice=*/true);
}

} // namespace flux::kernel
