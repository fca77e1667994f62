//===- Memory.cpp - the turn region ---------------------------------------===//
//
// Slices live until the turn ends, all at once: allocation is an addition, and
// nothing is freed alone.  The region is a list of chunks; the first is part of
// the program, so that small programs never ask the system.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"

namespace flux::rt {

namespace {

/// Stands at the start of each chunk but the first.
struct alignas(16) Chunk {
  Chunk *previous;
  uint64_t size;
};

constexpr uint64_t firstSize = 65536;
constexpr uint64_t largestGrowth = uint64_t(16) << 20;

} // namespace

alignas(16) static char firstChunk[firstSize];
static constinit char *next = firstChunk;
static constinit uint64_t room = firstSize;
static constinit Chunk *last = nullptr;

/// Makes \p size bytes from a new chunk, or returns null.
static char *allocateChunk(uint64_t size) {
  // Each chunk is twice the one before, so that there are few of them.
  uint64_t grown = last == nullptr ? 4 * firstSize : 2 * last->size;
  if (grown > largestGrowth)
    grown = largestGrowth;
  uint64_t needed = (size + sizeof(Chunk) + pageSize - 1) & -pageSize;
  uint64_t chunkSize = needed > grown ? needed : grown;
  void *memory = mapPages(chunkSize);
  if (memory == nullptr && chunkSize != needed) {
    chunkSize = needed;
    memory = mapPages(chunkSize);
  }
  if (memory == nullptr)
    return nullptr;
  useHugePages(memory, chunkSize);
  auto *chunk = static_cast<Chunk *>(memory);
  *chunk = {last, chunkSize};
  last = chunk;
  char *result = reinterpret_cast<char *>(chunk + 1);
  // What is left of the larger chunk serves the next requests.
  uint64_t left = chunkSize - sizeof(Chunk) - size;
  if (left >= room) {
    next = result + size;
    room = left;
  }
  return result;
}

void *allocate(const TrapSite *site, int64_t size, Frame frame) {
  uint64_t rounded = (static_cast<uint64_t>(size) + 15) & -uint64_t(16);
  if (rounded <= room) {
    char *result = next;
    next += rounded;
    room -= rounded;
    return result;
  }
  char *result = allocateChunk(rounded);
  if (result == nullptr)
    trap(OutOfMemory, site, static_cast<uint64_t>(size), 0, 0, frame);
  return result;
}

/// The memory of the turn, part by part: the first part, then for each part
/// that was given the one before it.
TurnMemory getTurnMemory(const void *chunk) {
  auto *newer = static_cast<const Chunk *>(chunk);
  Chunk *part = newer == nullptr ? last : newer->previous;
  if (part == nullptr) {
    uint64_t used = last == nullptr ? firstSize - room : firstSize;
    return {nullptr, firstChunk, used};
  }
  return {part, reinterpret_cast<char *>(part + 1), part->size - sizeof(Chunk)};
}

/// The first part is overwritten and not used again: a read of it shows now.
void poisonTurnMemory() {
  memset(firstChunk, poisonByte, firstSize);
  while (last != nullptr) {
    Chunk *previous = last->previous;
    loseMemory(last, last->size);
    last = previous;
  }
  next = firstChunk;
  room = 0;
}

extern "C" {

void *flux_alloc(const TrapSite *site, int64_t count, int64_t size) {
  int64_t bytes;
  if (count < 0 || __builtin_mul_overflow(count, size, &bytes) ||
      bytes > INT64_MAX - int64_t(2 * pageSize))
    trap(AllocSize, site, static_cast<uint64_t>(count),
         static_cast<uint64_t>(size), 0, FLUX_CALLER());
  return allocate(site, bytes, FLUX_CALLER());
}

void flux_memory_copy(char *to, int64_t toLength, const char *from, int64_t) {
  for (int64_t i = 0; i != toLength; ++i)
    to[i] = from[i];
}

void flux_agent_turn_end() {
  while (last != nullptr) {
    Chunk *previous = last->previous;
    unmapPages(last, last->size);
    last = previous;
  }
  next = firstChunk;
  room = firstSize;
}

} // extern "C"

} // namespace flux::rt
