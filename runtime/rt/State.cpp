//===- State.cpp - what an agent keeps when a turn ends -------------------===//
//
// Memory of a turn is given back when the turn ends, except what the state of
// the agent leads to.  The commit finds that by following references from the
// variables of the state, and moves it to memory of the state.  Slices may lead
// to parts of each other, so nothing is copied slice by slice: a bit for every
// eight bytes says what is reached, reached memory is moved in runs, and
// references are changed to where their bytes went.  What shared memory shares
// it afterwards, too; what nothing reaches costs nothing.
//
// Usually only memory of the turn moves, to the end of the state's memory. When
// there is no room left, or far too much, all of the state moves to new memory.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"

namespace flux::rt {

namespace {

using Tracer = void (*)(void *);
using Roots = void (*)();

constexpr uint64_t granule = 8;     ///< bytes that a bit stands for
constexpr uint64_t wordBytes = 512; ///< bytes that a word of bits stands for

/// Memory into which references are followed.
struct Space {
  char *begin;
  uint64_t size;
  bool isTurn;
  bool moves;
  uint64_t *reached; ///< a bit for each granule, as the next two
  uint64_t *traced;  ///< its references were visited
  uint64_t *slots;   ///< a reference begins here
  uint64_t *target;  ///< for each word, where its first reached granule goes

  uint64_t getWords() const { return (size + wordBytes - 1) / wordBytes; }
};

/// Elements whose references have to be visited.
struct Elements {
  char *data;
  uint64_t count, size;
  Tracer trace;
  Space *space;
};

alignas(16) char fewBytes[16384];

/// Memory that is used up while a commit runs: mostly part of the program.
class Scratch {
public:
  explicit Scratch(uint64_t theSize) : size(theSize) {
    if (size <= sizeof fewBytes) {
      data = fewBytes;
      memset(data, 0, size);
    } else {
      data = static_cast<char *>(mapPages(size));
    }
  }
  Scratch(const Scratch &) = delete;
  ~Scratch() {
    if (data != nullptr && data != fewBytes)
      unmapPages(data, size);
  }
  template <typename T>
  T *take(uint64_t count) {
    auto *result = reinterpret_cast<T *>(data + used);
    used += count * sizeof(T);
    return result;
  }
  bool isValid() const { return data != nullptr; }

private:
  char *data;
  uint64_t size, used = 0;
};

enum class Phase { Collect, Trace, Move };

constexpr uint64_t fewElements = 128;

} // namespace

// The memory of the state.
static constinit char *stateBegin = nullptr;
static constinit uint64_t stateUsed = 0, stateSize = 0;

// Of the commit that runs.
static constinit Phase phase = Phase::Collect;
static constinit Space *spaces = nullptr;
static constinit uint64_t numSpaces = 0;
static constinit Space *current = nullptr;  ///< where visited references lie
static constinit Region *regions = nullptr; ///< static ones that are used
static constinit uint64_t reachedBytes = 0;
static constinit const TrapSite *largest = nullptr;
static constinit uint64_t largestBytes = 0;
static constinit Frame commitFrame = {};
static Elements fewPending[fewElements];
static constinit Elements *pending = fewPending;
static constinit uint64_t numPending = 0, maxPending = fewElements;

[[noreturn]] static void trapOutOfMemory(uint64_t size) {
  trap(OutOfMemory, largest, size, 0, 0, commitFrame);
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

/// The bits of one word from \p low to below \p high.
static uint64_t maskOf(uint64_t low, uint64_t high) {
  return (~uint64_t(0) << low) & (~uint64_t(0) >> (64 - high));
}

/// Calls \p visit(word, mask) for the words that hold the bits \p from to
/// below \p to.
template <typename Visitor>
static void forEachWord(uint64_t from, uint64_t to, Visitor visit) {
  for (uint64_t word = from / 64; word * 64 < to; ++word) {
    uint64_t low = word * 64 < from ? from % 64 : 0;
    uint64_t high = to - word * 64 < 64 ? to - word * 64 : 64;
    visit(word, maskOf(low, high));
  }
}

/// Sets bits and gives the number of those that were not set.
static uint64_t setBits(uint64_t *bits, uint64_t from, uint64_t to) {
  uint64_t count = 0;
  forEachWord(from, to, [&](uint64_t word, uint64_t mask) {
    count += static_cast<uint64_t>(__builtin_popcountll(mask & ~bits[word]));
    bits[word] |= mask;
  });
  return count;
}

//===----------------------------------------------------------------------===//
// Following references
//===----------------------------------------------------------------------===//

/// The space that \p address lies in, or null.
static Space *findSpace(const char *address) {
  uint64_t low = 0, high = numSpaces;
  while (low < high) {
    uint64_t middle = (low + high) / 2;
    Space &space = spaces[middle];
    if (address < space.begin)
      high = middle;
    else if (address >= space.begin + space.size)
      low = middle + 1;
    else
      return &space;
  }
  return nullptr;
}

static void pushElements(const Elements &elements) {
  if (numPending == maxPending) {
    auto *larger =
        static_cast<Elements *>(mapPages(2 * maxPending * sizeof(Elements)));
    if (larger == nullptr)
      trapOutOfMemory(2 * maxPending * sizeof(Elements));
    memcpy(larger, pending, maxPending * sizeof(Elements));
    if (pending != fewPending)
      unmapPages(pending, maxPending * sizeof(Elements));
    pending = larger;
    maxPending *= 2;
  }
  pending[numPending++] = elements;
}

/// Visits the references of elements that were not visited before: one of
/// many slices of the same memory does the work for all.
static void traceElements(const Elements &elements) {
  Space &space = *elements.space;
  auto base = static_cast<uint64_t>(elements.data - space.begin) / granule;
  uint64_t step = elements.size / granule;
  uint64_t first = ~uint64_t(0), end = 0;
  forEachWord(
      base, base + elements.count * step, [&](uint64_t word, uint64_t mask) {
        uint64_t open = mask & ~space.traced[word];
        if (open == 0)
          return;
        if (first == ~uint64_t(0))
          first = word * 64 + static_cast<uint64_t>(__builtin_ctzll(open));
        end = word * 64 + 64 - static_cast<uint64_t>(__builtin_clzll(open));
      });
  if (end == 0)
    return;
  setBits(space.traced, base, base + elements.count * step);
  current = &space;
  for (uint64_t i = (first - base) / step, e = (end - base + step - 1) / step;
       i != e; ++i)
    elements.trace(elements.data + i * elements.size);
  current = nullptr;
}

/// Where the byte at \p address goes.
static const char *getTarget(const char *address) {
  Space *space = findSpace(address);
  if (space == nullptr || !space->moves)
    return address;
  auto offset = static_cast<uint64_t>(address - space->begin);
  uint64_t word = offset / wordBytes, bit = offset / granule % 64;
  uint64_t before = space->reached[word] & ((uint64_t(1) << bit) - 1);
  return reinterpret_cast<const char *>(
      space->target[word] +
      granule * static_cast<uint64_t>(__builtin_popcountll(before)) +
      offset % granule);
}

//===----------------------------------------------------------------------===//
// Moving
//===----------------------------------------------------------------------===//

/// Moves what is reached in \p space to \p target; gives the end of it.
static char *moveReached(Space &space, char *target) {
  const char *from = nullptr; // of the run that is not yet copied
  uint64_t length = 0;
  auto copyRun = [&] {
    memcpy(target - length, from, length);
    length = 0;
  };
  for (uint64_t word = 0, e = space.getWords(); word != e; ++word) {
    space.target[word] = reinterpret_cast<uint64_t>(target);
    uint64_t rest = space.reached[word];
    while (rest != 0) {
      auto low = static_cast<uint64_t>(__builtin_ctzll(rest));
      uint64_t shifted = ~(rest >> low);
      uint64_t count =
          shifted == 0 ? 64 : static_cast<uint64_t>(__builtin_ctzll(shifted));
      const char *run = space.begin + (word * 64 + low) * granule;
      if (length != 0 && from + length != run)
        copyRun();
      if (length == 0)
        from = run;
      length += count * granule;
      target += count * granule;
      rest &= low + count == 64 ? 0 : ~uint64_t(0) << (low + count);
    }
  }
  if (length != 0)
    copyRun();
  return target;
}

/// Changes the references in \p space, which was moved.
static void changeReferences(const Space &space) {
  for (uint64_t word = 0, e = space.getWords(); word != e; ++word)
    for (uint64_t rest = space.slots[word]; rest != 0; rest &= rest - 1) {
      char *old =
          space.begin +
          (word * 64 + static_cast<uint64_t>(__builtin_ctzll(rest))) * granule;
      auto *slot = reinterpret_cast<View *>(const_cast<char *>(getTarget(old)));
      slot->data = getTarget(static_cast<const char *>(slot->data));
    }
}

/// New memory for all of the state; gives its beginning.
static char *makeStateMemory(uint64_t bytes) {
  uint64_t size = (2 * bytes + pageSize) & -pageSize;
  auto *memory = static_cast<char *>(mapPages(size));
  if (memory == nullptr) {
    size = (bytes + pageSize) & -pageSize;
    memory = static_cast<char *>(mapPages(size));
  }
  if (memory == nullptr)
    trapOutOfMemory(bytes);
  stateSize = size;
  return memory;
}

static void move(Roots roots, bool movesAll, bool poison) {
  char *old = stateBegin;
  uint64_t oldSize = stateSize, turnBytes = 0, allBytes = 0;
  for (uint64_t i = 0; i != numSpaces; ++i) {
    uint64_t bytes = 0;
    if (spaces[i].moves)
      for (uint64_t word = 0, e = spaces[i].getWords(); word != e; ++word)
        bytes += granule * static_cast<uint64_t>(
                               __builtin_popcountll(spaces[i].reached[word]));
    allBytes += bytes;
    if (spaces[i].isTurn)
      turnBytes += bytes;
  }
  constexpr uint64_t manyTimes = 4, smallState = 65536;
  if (stateUsed + turnBytes > stateSize ||
      (stateSize > smallState && stateSize / manyTimes > allBytes))
    movesAll = true;
  if (movesAll) {
    stateBegin = makeStateMemory(allBytes);
    stateUsed = 0;
  }
  char *target = stateBegin + stateUsed;
  for (uint64_t i = 0; i != numSpaces; ++i) {
    spaces[i].moves &= movesAll || spaces[i].isTurn;
    if (spaces[i].moves)
      target = moveReached(spaces[i], target);
  }
  stateUsed = static_cast<uint64_t>(target - stateBegin);
  for (uint64_t i = 0; i != numSpaces; ++i)
    changeReferences(spaces[i]);
  phase = Phase::Move;
  roots();
  if (!movesAll || old == nullptr)
    return;
  if (poison)
    loseMemory(old, oldSize);
  else
    unmapPages(old, oldSize);
}

//===----------------------------------------------------------------------===//
// The commit
//===----------------------------------------------------------------------===//

static uint64_t getUsed(const Region &region) {
  return static_cast<uint64_t>(region.next - region.begin);
}

/// Finds the memory that references may lead to; sorted by address.
static void makeSpaces(Scratch &scratch, const TurnMemory *turn) {
  auto add = [](char *begin, uint64_t size, bool isTurn, bool moves) {
    if (size == 0)
      return;
    uint64_t at = numSpaces++;
    for (; at != 0 && begin < spaces[at - 1].begin; --at)
      spaces[at] = spaces[at - 1];
    spaces[at] = {begin,   size,    isTurn,  moves,
                  nullptr, nullptr, nullptr, nullptr};
  };
  add(stateBegin, stateUsed, false, true);
  for (TurnMemory part = *turn;; part = getTurnMemory(part.chunk)) {
    add(part.begin, part.size, true, true);
    if (part.chunk == nullptr)
      break;
  }
  for (Region *region = regions; region != nullptr; region = region->link)
    add(region->begin, getUsed(*region), false, false);
  for (uint64_t i = 0; i != numSpaces; ++i) {
    uint64_t words = spaces[i].getWords();
    spaces[i].reached = scratch.take<uint64_t>(words);
    spaces[i].traced = scratch.take<uint64_t>(words);
    spaces[i].slots = scratch.take<uint64_t>(words);
    spaces[i].target = scratch.take<uint64_t>(words);
  }
}

static void commit(Roots roots, uint64_t limit, bool movesAll, Frame frame) {
  TurnMemory turn = getTurnMemory(nullptr);
  // Without memory of the turn there is nothing that could go away.
  if (turn.chunk == nullptr && turn.size == 0 && !movesAll)
    return;
  commitFrame = frame;
  phase = Phase::Collect;
  regions = nullptr;
  largest = nullptr;
  roots();
  if (largest == nullptr)
    return; // nothing to keep

  uint64_t count = 0, words = 0;
  auto countSpace = [&](uint64_t size) {
    words += 1 + size / wordBytes;
    ++count;
  };
  countSpace(stateUsed);
  for (Region *region = regions; region != nullptr; region = region->link)
    countSpace(getUsed(*region));
  for (TurnMemory part = turn;; part = getTurnMemory(part.chunk)) {
    countSpace(part.size);
    if (part.chunk == nullptr)
      break;
  }
  uint64_t size = count * sizeof(Space) + 4 * words * sizeof(uint64_t);
  Scratch scratch(size);
  if (!scratch.isValid())
    trapOutOfMemory(size);
  spaces = scratch.take<Space>(count);
  numSpaces = 0;
  makeSpaces(scratch, &turn);

  phase = Phase::Trace;
  reachedBytes = largestBytes = 0;
  roots();
  if (reachedBytes > limit)
    trap(StateFull, largest, largestBytes, reachedBytes, limit, frame);
  move(roots, movesAll, movesAll);
  numSpaces = 0;
}

extern "C" {

void flux_state_keep(View *slot, uint64_t size, void (*trace)(void *)) {
  auto *data = static_cast<const char *>(slot->data);
  if (phase == Phase::Move) {
    slot->data = getTarget(data);
    return;
  }
  uint64_t bytes = static_cast<uint64_t>(slot->length) * size;
  if (bytes == 0) {
    slot->data = &fewPending; // no address that something else may get
    return;
  }
  if (current != nullptr) {
    auto at =
        static_cast<uint64_t>(reinterpret_cast<char *>(slot) - current->begin) /
        granule;
    if (setBits(current->slots, at, at + 1) == 0)
      return;
  }
  Space *space = findSpace(data);
  if (space == nullptr)
    return;
  auto offset = static_cast<uint64_t>(data - space->begin);
  uint64_t added = setBits(space->reached, offset / granule,
                           (offset + bytes + granule - 1) / granule);
  if (space->moves)
    reachedBytes += added * granule;
  if (trace != nullptr)
    pushElements({const_cast<char *>(data), static_cast<uint64_t>(slot->length),
                  size, trace, space});
}

void flux_state_root(const TrapSite *site, void *place, void (*trace)(void *)) {
  if (phase == Phase::Collect) {
    largest = site;
    return;
  }
  uint64_t before = reachedBytes;
  trace(place);
  if (phase == Phase::Move)
    return;
  while (numPending != 0) {
    Elements elements = pending[--numPending]; // its place is used again
    traceElements(elements);
  }
  if (reachedBytes - before > largestBytes) {
    largestBytes = reachedBytes - before;
    largest = site;
  }
}

void flux_state_region(Region *region) {
  if (phase != Phase::Collect)
    return;
  region->link = regions;
  regions = region;
}

void flux_agent_commit(void (*roots)(), uint64_t limit) {
  commit(roots, limit, /*movesAll=*/false, FLUX_CALLER());
  flux_agent_turn_end();
}

void flux_agent_commit_poison(void (*roots)(), uint64_t limit) {
  commit(roots, limit, /*movesAll=*/true, FLUX_CALLER());
  poisonTurnMemory();
}

} // extern "C"

} // namespace flux::rt
