//===- Regions.cpp - memory of blocks -------------------------------------===//
//
// Regions end in the opposite order of their beginnings, so their memory is a
// stack: beginning and ending one are an addition each, and so is allocating
// in it.  The stack is a list of chunks; the first is part of the program, and
// one that became free is kept, so that a loop does not ask the system in each
// round.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"

namespace flux::rt {

namespace {

/// Stands at the start of each chunk but the first.
struct alignas(16) RegionChunk {
  RegionChunk *previous;
  uint64_t size;
  char *savedNext; ///< of the previous chunk
  uint64_t savedRoom;
};

constexpr uint64_t firstSize = 32768;
constexpr uint64_t smallestChunk = uint64_t(1) << 20;

} // namespace

alignas(16) static char firstChunk[firstSize];
static constinit char *next = firstChunk;
static constinit uint64_t room = firstSize;
static constinit RegionChunk *last = nullptr;
static constinit RegionChunk *spare = nullptr;

/// An empty region takes room, too: its beginning tells it from the next one.
static uint64_t roundUp(uint64_t size) { return (size + 16) & -uint64_t(16); }

static void unmap(RegionChunk *chunk) { unmapPages(chunk, chunk->size); }

/// Puts a chunk with room for \p size bytes on the stack; false if there is no
/// memory.
static bool pushChunk(uint64_t size) {
  uint64_t needed = (size + sizeof(RegionChunk) + pageSize - 1) & -pageSize;
  RegionChunk *chunk = spare;
  spare = nullptr;
  if (chunk != nullptr && chunk->size < needed) {
    unmap(chunk);
    chunk = nullptr;
  }
  if (chunk == nullptr) {
    uint64_t chunkSize = needed > smallestChunk ? needed : smallestChunk;
    chunk = static_cast<RegionChunk *>(mapPages(chunkSize));
    if (chunk == nullptr)
      return false;
    chunk->size = chunkSize;
  }
  chunk->previous = last;
  chunk->savedNext = next;
  chunk->savedRoom = room;
  last = chunk;
  next = reinterpret_cast<char *>(chunk + 1);
  room = chunk->size - sizeof(RegionChunk);
  return true;
}

extern "C" {

void flux_region_enter(const TrapSite *site, Region *region, int64_t size) {
  if (size < 0 || size > INT64_MAX - int64_t(2 * pageSize))
    trap(AllocSize, site, static_cast<uint64_t>(size), 1, 0, FLUX_CALLER());
  uint64_t rounded = roundUp(static_cast<uint64_t>(size));
  if (rounded > room && !pushChunk(rounded))
    trap(OutOfMemory, site, static_cast<uint64_t>(size), 0, 0, FLUX_CALLER());
  region->begin = region->next = next;
  region->end = next + size;
  next += rounded;
  room -= rounded;
}

void flux_region_exit(Region *region) {
  RegionChunk *chunk = last;
  if (chunk == nullptr ||
      region->begin != reinterpret_cast<char *>(chunk + 1)) {
    room += static_cast<uint64_t>(next - region->begin);
    next = region->begin;
    return;
  }
  last = chunk->previous;
  next = chunk->savedNext;
  room = chunk->savedRoom;
  if (spare != nullptr)
    unmap(spare);
  spare = chunk;
}

void flux_region_poison(Region *region) {
  // Pages of their own are lost, but a process has only so many mappings.
  constexpr unsigned maxLost = 10000;
  static constinit unsigned numLost = 0;
  auto begin = reinterpret_cast<uint64_t>(region->begin);
  auto end = reinterpret_cast<uint64_t>(region->end);
  uint64_t first = (begin + pageSize - 1) & -pageSize, last = end & -pageSize;
  if (first >= last || numLost == maxLost) {
    memset(region->begin, poisonByte, end - begin);
    // What was lost behind the region keeps its place, and so the region does.
    if (next == region->begin + roundUp(end - begin))
      flux_region_exit(region);
    return;
  }
  // The region stays where it is for ever, so that nobody else gets it.
  ++numLost;
  memset(region->begin, poisonByte, first - begin);
  memset(reinterpret_cast<void *>(last), poisonByte, end - last);
  loseMemory(reinterpret_cast<void *>(first), last - first);
}

void *flux_region_alloc(const TrapSite *site, Region *region, int64_t count,
                        int64_t size) {
  int64_t bytes;
  if (count < 0 || __builtin_mul_overflow(count, size, &bytes) ||
      bytes > INT64_MAX - 16)
    trap(AllocSize, site, static_cast<uint64_t>(count),
         static_cast<uint64_t>(size), 0, FLUX_CALLER());
  int64_t left = region->end - region->next;
  if (bytes > left)
    trap(RegionFull, site, static_cast<uint64_t>(bytes),
         static_cast<uint64_t>(left), 0, FLUX_CALLER());
  char *result = region->next;
  int64_t rounded = (bytes + 15) & -int64_t(16);
  region->next += rounded < left ? rounded : left;
  return result;
}

} // extern "C"

} // namespace flux::rt
