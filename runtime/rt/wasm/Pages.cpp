//===- Pages.cpp - pages of memory for WebAssembly ------------------------===//
//
// The memory of a module only grows, by pages of 64 KiB.  Chunks that the
// program gives back are kept in a list, sorted by address, in which neighbours
// become one; the first that is large enough is used again.  There are few
// chunks, since each is large.
//
// Memory that is lost is not lost for ever, since there are only 4 GiB of it:
// when much more was lost later, it is used again.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"

namespace flux::rt {

namespace {

/// Stands at the start of free memory.
struct FreeBlock {
  FreeBlock *next;
  uint32_t size;
};

struct LostBlock {
  char *memory;
  uint32_t size;
};

constexpr uint32_t growthUnit = 65536;
/// Compilers take distances within one object as signed.
constexpr uint64_t largestSize = INT32_MAX - growthUnit;
/// How much is kept of what was lost.
constexpr uint32_t maxLostBlocks = 256, maxLostSize = 64 << 20;

} // namespace

static constinit FreeBlock *freeBlocks = nullptr;
// The blocks lost last, a ring.
static constinit LostBlock lostBlocks[maxLostBlocks] = {};
static constinit uint32_t firstLost = 0, numLost = 0, lostSize = 0;

static char *endOf(FreeBlock *block) {
  return reinterpret_cast<char *>(block) + block->size;
}

/// Puts memory into the list.
static void addFree(char *memory, uint32_t size) {
  FreeBlock **place = &freeBlocks, *previous = nullptr;
  while (*place != nullptr && reinterpret_cast<char *>(*place) < memory) {
    previous = *place;
    place = &previous->next;
  }
  auto *block = reinterpret_cast<FreeBlock *>(memory);
  *block = {*place, size};
  *place = block;
  if (block->next != nullptr && endOf(block) == (char *)block->next) {
    block->size += block->next->size;
    block->next = block->next->next;
  }
  if (previous != nullptr && endOf(previous) == memory) {
    previous->size += block->size;
    previous->next = block->next;
  }
}

/// Takes \p size bytes out of the list, or returns null.
static char *takeFree(uint32_t size) {
  for (FreeBlock **place = &freeBlocks; *place != nullptr;
       place = &(*place)->next) {
    FreeBlock *block = *place;
    if (block->size < size)
      continue;
    // The end is taken: the rest keeps its place in the list.
    block->size -= size;
    char *result = endOf(block);
    if (block->size == 0)
      *place = block->next;
    memset(result, 0, size);
    return result;
  }
  return nullptr;
}

static uint32_t roundUp(uint64_t size) {
  return static_cast<uint32_t>((size + pageSize - 1) & -pageSize);
}

void *mapPages(uint64_t size) {
  if (size > largestSize)
    return nullptr;
  uint32_t rounded = roundUp(size);
  if (char *known = takeFree(rounded))
    return known;
  uint32_t units = (rounded + growthUnit - 1) / growthUnit;
  size_t before = __builtin_wasm_memory_grow(0, units);
  if (before == SIZE_MAX)
    return nullptr;
  char *memory = reinterpret_cast<char *>(before * growthUnit);
  if (uint32_t rest = units * growthUnit - rounded)
    addFree(memory + rounded, rest);
  return memory;
}

void unmapPages(void *memory, uint64_t size) {
  addFree(static_cast<char *>(memory), roundUp(size));
}

void loseMemory(void *memory, uint64_t size) {
  memset(memory, poisonByte, static_cast<size_t>(size));
  while (numLost != 0 &&
         (numLost == maxLostBlocks || lostSize + size > maxLostSize)) {
    LostBlock oldest = lostBlocks[firstLost];
    firstLost = (firstLost + 1) % maxLostBlocks;
    --numLost;
    lostSize -= oldest.size;
    addFree(oldest.memory, oldest.size);
  }
  lostBlocks[(firstLost + numLost++) % maxLostBlocks] = {
      static_cast<char *>(memory), roundUp(size)};
  lostSize += roundUp(size);
}

} // namespace flux::rt
