//===- BootInfo.cpp - the memory that may be used -------------------------===//
//
// Firmware lists memory, and lists what lies in it and must stay: itself, its
// tables, modules.  What is left is kept as ranges of whole pages.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/Hal.h"

namespace flux::hal {

void BootInfo::addMemory(uint64_t base, uint64_t size) {
  uint64_t end = base + size;
  if (end < base)
    return;
  base = (base + pageSize - 1) & ~(pageSize - 1);
  end &= ~(pageSize - 1);
  if (base < end && numMemory < maxRanges)
    memory[numMemory++] = {base, end - base};
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
      addMemory(first, base - first);
    if (end < last)
      addMemory(end, last - end);
    --i; // another range is at this place now
  }
}

} // namespace flux::hal
