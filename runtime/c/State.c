//===- State.c - what an agent in C keeps when a turn ends ----------------===//
//
// The same as runtime/rt/State.cpp, in memory of the C library: a commit follows
// references from the variables of the state, notes a bit for every eight bytes
// that are reached, moves those and changes the references to them.
//
//===----------------------------------------------------------------------===//

#define GRANULE 8

#define WORD_BYTES 512

/// Memory into which references are followed.
typedef struct Space {
  char *begin;
  uint64_t size;
  bool isTurn, moves;
  uint64_t *reached; // a bit for each granule, as the next two
  uint64_t *traced;  // its references were visited
  uint64_t *slots;   // a reference begins here
  char **target;     // for each word, where its first reached granule goes
} Space;

/// Elements whose references have to be visited.
typedef struct Elements {
  char *data;
  uint64_t count, size;
  flux_tracer trace;
  Space *space;
} Elements;

/// What the slots of slices and strings hold, whatever their types.
typedef struct View {
  void *data;
  int64_t length;
} View;

/// The commit that runs, and the memory of the state.
typedef struct Commit {
  char *begin;
  uint64_t used, size;
  char phase; // 'c'ollect, 't'race, 'm'ove
  const flux_frame *caller;
  Space *spaces, *current;
  uint64_t numSpaces, reachedBytes, largestBytes;
  int largest; // place of the variable that leads to most
  flux_region *regions;
  Elements *pending;
  uint64_t numPending, maxPending;
} Commit;

static Commit commit;

static View readSlot(const void *slot) {
  View view;
  memcpy(&view.data, slot, sizeof view.data);
  memcpy(&view.length, (const char *)slot + 8, sizeof view.length);
  return view;
}

#include <stdlib.h>
static void *takeMemory(uint64_t size) {
  void *memory = size < SIZE_MAX / 2 ? calloc((size_t)size + 1, 1) : NULL;
  if (memory == NULL)
    flux_trap(commit.caller, commit.largest, FLUX_MESSAGE(OutOfMemory), size, 0, 0);
  return memory;
}

/// The bits of word \p word among those from \p from to below \p to.
static uint64_t maskOf(uint64_t word, uint64_t from, uint64_t to) {
  uint64_t low = word * 64 < from ? from % 64 : 0;
  uint64_t high = to - word * 64 < 64 ? to - word * 64 : 64;
  return (~(uint64_t)0 << low) & (~(uint64_t)0 >> (64 - high));
}

/// Sets bits and gives the number of those that were not set.
static uint64_t setBits(uint64_t *bits, uint64_t from, uint64_t to) {
  uint64_t count = 0;
  for (uint64_t word = from / 64; word * 64 < to; ++word) {
    uint64_t mask = maskOf(word, from, to);
    count += (uint64_t)__builtin_popcountll(mask & ~bits[word]);
    bits[word] |= mask;
  }
  return count;
}

/// The space that \p address lies in, or null.
static Space *findSpace(const char *address) {
  uintptr_t at = (uintptr_t)address;
  uint64_t low = 0, high = commit.numSpaces;
  while (low < high) {
    uint64_t middle = (low + high) / 2;
    Space *space = &commit.spaces[middle];
    if (at < (uintptr_t)space->begin)
      high = middle;
    else if (at >= (uintptr_t)space->begin + space->size)
      low = middle + 1;
    else
      return space;
  }
  return NULL;
}

#include <stdlib.h>
static void pushElements(Elements elements) {
  if (commit.numPending == commit.maxPending) {
    uint64_t larger = commit.maxPending == 0 ? 128 : 2 * commit.maxPending;
    Elements *copy = takeMemory(larger * sizeof(Elements));
    if (commit.numPending != 0)
      memcpy(copy, commit.pending, (size_t)commit.numPending * sizeof(Elements));
    free(commit.pending);
    commit.pending = copy;
    commit.maxPending = larger;
  }
  commit.pending[commit.numPending++] = elements;
}

/// Visits the references of elements that were not visited before.
static void traceElements(Elements elements) {
  Space *space = elements.space;
  uint64_t base = (uint64_t)(elements.data - space->begin) / GRANULE;
  uint64_t step = elements.size / GRANULE;
  uint64_t last = base + elements.count * step, first = last, end = 0;
  for (uint64_t word = base / 64; word * 64 < last; ++word) {
    uint64_t open = maskOf(word, base, last) & ~space->traced[word];
    if (open == 0)
      continue;
    if (first == last)
      first = word * 64 + (uint64_t)__builtin_ctzll(open);
    end = word * 64 + 64 - (uint64_t)__builtin_clzll(open);
  }
  if (end == 0)
    return;
  setBits(space->traced, base, last);
  commit.current = space;
  for (uint64_t i = (first - base) / step; i != (end - base + step - 1) / step; ++i)
    elements.trace(NULL, elements.data + i * elements.size);
  commit.current = NULL;
}

/// Where the byte at \p address goes.
static char *getTarget(char *address) {
  Space *space = findSpace(address);
  if (space == NULL || !space->moves)
    return address;
  uint64_t offset = (uint64_t)(address - space->begin);
  uint64_t word = offset / WORD_BYTES, bit = offset / GRANULE % 64;
  uint64_t before = space->reached[word] & (((uint64_t)1 << bit) - 1);
  return space->target[word] + GRANULE * (uint64_t)__builtin_popcountll(before) + offset % GRANULE;
}

/// Moves what is reached in \p space to \p target; gives the end of it.
static char *moveReached(Space *space, char *target) {
  for (uint64_t word = 0; word * WORD_BYTES < space->size; ++word) {
    space->target[word] = target;
    for (uint64_t rest = space->reached[word]; rest != 0; rest &= rest - 1) {
      uint64_t bit = (uint64_t)__builtin_ctzll(rest);
      memcpy(target, space->begin + word * WORD_BYTES + bit * GRANULE, GRANULE);
      target += GRANULE;
    }
  }
  return target;
}

/// Changes the references in \p space, which was moved.
static void changeReferences(const Space *space) {
  for (uint64_t word = 0; word * WORD_BYTES < space->size; ++word)
    for (uint64_t rest = space->slots[word]; rest != 0; rest &= rest - 1) {
      uint64_t bit = (uint64_t)__builtin_ctzll(rest);
      char *slot = getTarget(space->begin + word * WORD_BYTES + bit * GRANULE);
      void *data = getTarget(readSlot(slot).data);
      memcpy(slot, &data, sizeof data);
    }
}

static void addSpace(char *begin, uint64_t size, bool isTurn, bool moves) {
  if (size == 0)
    return;
  uint64_t at = commit.numSpaces++, words = (size + WORD_BYTES - 1) / WORD_BYTES;
  for (; at != 0 && (uintptr_t)begin < (uintptr_t)commit.spaces[at - 1].begin; --at)
    commit.spaces[at] = commit.spaces[at - 1];
  Space space = {begin, size, isTurn, moves, NULL, NULL, NULL, NULL};
  space.reached = takeMemory(words * sizeof(uint64_t));
  space.traced = takeMemory(words * sizeof(uint64_t));
  space.slots = takeMemory(words * sizeof(uint64_t));
  space.target = takeMemory(words * sizeof(char *));
  commit.spaces[at] = space;
}

/// Finds the memory that references may lead to; sorted by address.
static void makeSpaces(void) {
  uint64_t count = 1;
  for (Chunk *chunk = turnChunks; chunk != NULL; chunk = chunk->previous)
    ++count;
  for (flux_region *region = commit.regions; region != NULL; region = region->link)
    ++count;
  commit.spaces = takeMemory(count * sizeof(Space));
  commit.numSpaces = 0;
  addSpace(commit.begin, commit.used, false, true);
  for (Chunk *chunk = turnChunks; chunk != NULL; chunk = chunk->previous)
    addSpace(chunkData(chunk), chunk->used, true, true);
  for (flux_region *region = commit.regions; region != NULL; region = region->link)
    addSpace(region->begin, (uint64_t)(region->next - region->begin), false, false);
}

#include <stdlib.h>
static void dropSpaces(void) {
  for (uint64_t i = 0; i != commit.numSpaces; ++i) {
    free(commit.spaces[i].reached);
    free(commit.spaces[i].traced);
    free(commit.spaces[i].slots);
    free(commit.spaces[i].target);
  }
  free(commit.spaces);
  commit.numSpaces = 0;
}

/// Gives memory back, or makes that reads of it show.
#include <stdlib.h>
static void dropMemory(void *memory, uint64_t size, bool poison) {
  if (poison)
    flux_poison(memory, (size_t)size);
  else
    free(memory);
}

static void moveState(void (*roots)(const flux_frame *), bool movesAll, bool poison) {
  char *old = commit.begin;
  uint64_t oldSize = commit.size, turnBytes = 0, allBytes = 0;
  for (uint64_t i = 0; i != commit.numSpaces; ++i) {
    Space *space = &commit.spaces[i];
    uint64_t bytes = 0;
    for (uint64_t word = 0; space->moves && word * WORD_BYTES < space->size; ++word)
      bytes += GRANULE * (uint64_t)__builtin_popcountll(space->reached[word]);
    allBytes += bytes;
    if (space->isTurn)
      turnBytes += bytes;
  }
  if (commit.used + turnBytes > commit.size || (commit.size > 65536 && commit.size / 4 > allBytes))
    movesAll = true;
  if (movesAll) {
    commit.size = 2 * allBytes + 4096;
    commit.begin = takeMemory(commit.size);
    commit.used = 0;
  }
  char *target = commit.begin + commit.used;
  for (uint64_t i = 0; i != commit.numSpaces; ++i) {
    Space *space = &commit.spaces[i];
    space->moves = space->moves && (movesAll || space->isTurn);
    if (space->moves)
      target = moveReached(space, target);
  }
  commit.used = (uint64_t)(target - commit.begin);
  for (uint64_t i = 0; i != commit.numSpaces; ++i)
    changeReferences(&commit.spaces[i]);
  commit.phase = 'm';
  roots(NULL);
  if (movesAll && old != NULL)
    dropMemory(old, oldSize, poison);
}

static void runCommit(const flux_frame *caller, void (*roots)(const flux_frame *), int64_t limit, bool poison) {
  // Without memory of the turn there is nothing that could go away.
  if (turnChunks == NULL && !poison)
    return;
  commit.caller = caller;
  commit.phase = 'c';
  commit.regions = NULL;
  commit.largest = -1;
  roots(NULL);
  if (commit.largest < 0)
    return; // nothing to keep
  makeSpaces();
  commit.phase = 't';
  commit.reachedBytes = commit.largestBytes = 0;
  roots(NULL);
  if (commit.reachedBytes > (uint64_t)limit)
    flux_trap(caller, commit.largest, FLUX_MESSAGE(StateFull), commit.largestBytes, commit.reachedBytes, (uint64_t)limit);
  moveState(roots, poison, poison);
  dropSpaces();
}

/// A slice of elements of \p size bytes, or a string; \p trace does for an
/// element what that of a root does, null where elements hold no references.
static void flux_state_keep(void *slot, uint64_t size, flux_tracer trace) {
  View view = readSlot(slot);
  if (commit.phase == 'm') {
    void *data = getTarget(view.data);
    memcpy(slot, &data, sizeof data);
    return;
  }
  uint64_t bytes = (uint64_t)view.length * size;
  if (bytes == 0) {
    void *nothing = flux_nothing; // no address that something else may get
    memcpy(slot, &nothing, sizeof nothing);
    return;
  }
  if (commit.current != NULL) {
    uint64_t at = (uint64_t)((char *)slot - commit.current->begin) / GRANULE;
    if (setBits(commit.current->slots, at, at + 1) == 0)
      return;
  }
  Space *space = findSpace(view.data);
  if (space == NULL)
    return;
  uint64_t offset = (uint64_t)((char *)view.data - space->begin);
  uint64_t added = setBits(space->reached, offset / GRANULE, (offset + bytes + GRANULE - 1) / GRANULE);
  if (space->moves)
    commit.reachedBytes += added * GRANULE;
  if (trace != NULL) {
    Elements elements = {view.data, (uint64_t)view.length, size, trace, space};
    pushElements(elements);
  }
}

/// A variable of the state; \p trace calls flux_state_keep for each reference.
static void flux_state_root(const flux_frame *caller, int at, void *place, flux_tracer trace) {
  (void)caller;
  if (commit.phase == 'c') {
    commit.largest = at;
    return;
  }
  uint64_t before = commit.reachedBytes;
  trace(NULL, place);
  if (commit.phase == 'm')
    return;
  while (commit.numPending != 0)
    traceElements(commit.pending[--commit.numPending]);
  if (commit.reachedBytes - before > commit.largestBytes) {
    commit.largestBytes = commit.reachedBytes - before;
    commit.largest = at;
  }
}

static void flux_state_region(flux_region *region) {
  if (commit.phase != 'c')
    return;
  region->link = commit.regions;
  commit.regions = region;
}

static void flux_agent_commit(const flux_frame *caller, void (*roots)(const flux_frame *), int64_t limit) {
  runCommit(caller, roots, limit, false);
  flux_agent_turn_end();
}

/// The same; who reads what is freed, or where the state lay, shows.
static void flux_agent_commit_poison(const flux_frame *caller, void (*roots)(const flux_frame *), int64_t limit) {
  runCommit(caller, roots, limit, true);
  while (turnChunks != NULL) {
    Chunk *previous = turnChunks->previous;
    flux_poison(chunkData(turnChunks), (size_t)turnChunks->size);
    turnChunks = previous;
  }
}
