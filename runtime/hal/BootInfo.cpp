//===- BootInfo.cpp - the memory that may be used -------------------------===//
//
// Firmware lists memory, and lists what lies in it and must stay: itself, its
// tables, modules.  What is left is kept as ranges of whole pages.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/Hal.h"

namespace flux::hal {

void BootInfo::addUsable(uint64_t base, uint64_t size) {
  uint64_t end = base + size;
  if (end < base)
    return;
  base = (base + pageSize - 1) & ~(pageSize - 1);
  end &= ~(pageSize - 1);
  if (base < end && numMemory < maxRanges)
    memory[numMemory++] = {base, end - base};
}

void BootInfo::addMemory(uint64_t base, uint64_t size) {
  if (size == 0 || base + size < base)
    return;
  if (numInstalled < maxRanges)
    installed[numInstalled++] = {base, size};
  addUsable(base, size);
}

bool BootInfo::hasMemory(uint64_t base, uint64_t size) const {
  for (unsigned i = 0; i != numInstalled; ++i)
    if (base < installed[i].base + installed[i].size &&
        installed[i].base < base + size)
      return true;
  return false;
}

void BootInfo::reserve(uint64_t base, uint64_t size) {
  uint64_t end = (base + size + pageSize - 1) & ~(pageSize - 1);
  base &= ~(pageSize - 1);
  for (unsigned i = 0; i < numMemory; ++i) {
    uint64_t first = memory[i].base, last = first + memory[i].size;
    if (end <= first || base >= last)
      continue;
    memory[i] = memory[--numMemory];
    if (base > first)
      addUsable(first, base - first);
    if (end < last)
      addUsable(end, last - end);
    --i; // another range is at this place now
  }
}

} // namespace flux::hal
