//===- Memory.c - the turn region and regions of programs in C ------------===//
//
// As in runtime/rt, memory is a list of chunks from which pieces are cut, and
// is given back as a whole; the chunks come from the C library.
//
//===----------------------------------------------------------------------===//

/// Stands at the start of each chunk.
typedef struct Chunk {
  struct Chunk *previous;
  uint64_t size; // without this header
  uint64_t used;
} Chunk;

/// The newest chunk of the turn region.
static Chunk *turnChunks;

#define CHUNK_HEADER ((sizeof(Chunk) + 15) & ~(size_t)15)

static char *chunkData(Chunk *chunk) {
  return (char *)chunk + CHUNK_HEADER;
}

#include <stdlib.h>
static Chunk *newChunk(Chunk *previous, uint64_t size) {
  Chunk *chunk = size < SIZE_MAX - 4096 ? malloc((size_t)size + CHUNK_HEADER) : NULL;
  if (chunk != NULL) {
    chunk->previous = previous;
    chunk->size = size;
    chunk->used = 0;
  }
  return chunk;
}

/// \p size bytes of the turn region.
static void *allocateBytes(const flux_frame *caller, int at, int64_t size) {
  uint64_t rounded = ((uint64_t)size + 15) & ~(uint64_t)15;
  if (turnChunks == NULL || rounded > turnChunks->size - turnChunks->used) {
    // Each chunk is twice the one before, so that there are few of them.
    uint64_t grown = turnChunks == NULL ? 65536 : 2 * turnChunks->size;
    if (grown > 16777216)
      grown = 16777216;
    Chunk *chunk = newChunk(turnChunks, rounded > grown ? rounded : grown);
    if (chunk == NULL)
      chunk = newChunk(turnChunks, rounded);
    if (chunk == NULL)
      flux_trap(caller, at, FLUX_MESSAGE(OutOfMemory), (uint64_t)size, 0, 0);
    turnChunks = chunk;
  }
  char *result = chunkData(turnChunks) + turnChunks->used;
  turnChunks->used += rounded;
  return result;
}

/// Traps unless there can be \p count elements of \p size bytes.
static int64_t checkSize(const flux_frame *caller, int at, int64_t count, int64_t size) {
  int64_t bytes;
  if (count < 0 || __builtin_mul_overflow(count, size, &bytes) || bytes > INT64_MAX - 8192)
    flux_trap(caller, at, FLUX_MESSAGE(AllocSize), (uint64_t)count, (uint64_t)size, 0);
  return bytes;
}

static void *flux_alloc(const flux_frame *caller, int at, int64_t count, int64_t size) {
  if (count == 0)
    return flux_nothing;
  return allocateBytes(caller, at, checkSize(caller, at, count, size));
}

#include <stdlib.h>
static void flux_agent_turn_end(void) {
  while (turnChunks != NULL) {
    Chunk *previous = turnChunks->previous;
    free(turnChunks);
    turnChunks = previous;
  }
}

/// Copies bytes from the first on, also where \p to begins within \p from.
static void flux_memory_copy(slice_u8 to, slice_u8 from) {
  for (int64_t i = 0; i < to.length; i++)
    to.data[i] = from.data[i];
}

static void flux_poison(void *place, size_t size) {
  volatile unsigned char *bytes = place;
  for (size_t i = 0; i < size; i++)
    bytes[i] = 0xDD;
}

#include <stdlib.h>
static void flux_region_enter(const flux_frame *caller, int at, flux_region *region, int64_t size) {
  checkSize(caller, at, size, 1);
  region->begin = (uint64_t)size < SIZE_MAX - 16 ? malloc((size_t)size + 16) : NULL;
  if (region->begin == NULL)
    flux_trap(caller, at, FLUX_MESSAGE(OutOfMemory), (uint64_t)size, 0, 0);
  region->next = region->begin;
  region->end = region->begin + size;
}

#include <stdlib.h>
static void flux_region_exit(flux_region *region) {
  free(region->begin);
}

static void flux_region_poison(flux_region *region) {
  // Nobody gets this memory again, so that reads of it show.
  flux_poison(region->begin, (size_t)(region->end - region->begin));
}

/// Begins a region that lives as long as the program.
#include <stdlib.h>
static void flux_region_start(flux_region *region, int64_t size) {
  region->begin = calloc((size_t)size + 16, 1);
  if (region->begin == NULL) {
    writeErrorText("out of memory: no room for a static region\n");
    endByTrap();
  }
  region->next = region->begin;
  region->end = region->begin + size;
}

static void *flux_region_alloc(const flux_frame *caller, int at, flux_region *region, int64_t count, int64_t size) {
  if (count == 0)
    return flux_nothing;
  int64_t bytes = checkSize(caller, at, count, size);
  int64_t left = region->end - region->next;
  if (bytes > left)
    flux_trap(caller, at, FLUX_MESSAGE(RegionFull), (uint64_t)bytes, (uint64_t)left, 0);
  char *result = region->next;
  int64_t rounded = (bytes + 15) & -(int64_t)16;
  region->next += rounded < left ? rounded : left;
  return result;
}
