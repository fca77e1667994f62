//===- Backtrace.cpp - the calls that led to a trap -----------------------===//
//
// The call-site table tells for every return address where it is in the
// document and how to find the next one.  Each step is checked to lead up the
// stack, so that a table that is wrong cannot lead astray.  Deep recursion is
// the usual reason for long backtraces: many equal calls are told once, and the
// middle is left out.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/base/TrapMessage.h"
#include "runtime/rt/Internal.h"

namespace flux::rt {

namespace {

constexpr uint64_t shownFirst = 48, shownLast = 8;
/// More equal calls in a row than these are told as one.
constexpr uint64_t longestEqual = 4;

/// The parts of the table behind its header.
struct Table {
  const CallSite *sites;
  const Place *places;
  const char *strings;

  const char *function(uint32_t place) const {
    return strings + places[place].function;
  }
};

/// The places that led to a frame, innermost first, inlined calls included.
class Calls {
public:
  explicit Calls(Frame frame) : frame(frame) {}

  /// Index + 1 of the next place; 0 at the end.
  uint32_t next();

private:
  Frame frame;
  uint32_t outer = 0; ///< index + 1 of the place of an inlined call
};

} // namespace

static Table getTable() {
  auto *sites = reinterpret_cast<const CallSite *>(flux_calls + 1);
  auto *places = reinterpret_cast<const Place *>(sites + flux_calls->numCalls);
  auto *strings =
      reinterpret_cast<const char *>(places + flux_calls->numPlaces);
  return {sites, places, strings};
}

/// The call that returns to \p address, or null.
static const CallSite *findCall(uint64_t address) {
  if (flux_calls == nullptr)
    return nullptr;
  uint64_t offset = address - reinterpret_cast<uint64_t>(flux_text_begin);
  const CallSite *sites = getTable().sites;
  uint32_t low = 0, high = flux_calls->numCalls;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (sites[middle].offset < offset)
      low = middle + 1;
    else
      high = middle;
  }
  bool found = low < flux_calls->numCalls && sites[low].offset == offset;
  return found ? sites + low : nullptr;
}

bool isReturnAddress(uint64_t address) { return findCall(address) != nullptr; }

/// The word at \p address of the stack of the program, or 0.
static uint64_t readStack(uint64_t address, uint64_t low) {
  if (address < low || address > stackTop - 8 || address % 8 != 0)
    return 0;
  return *reinterpret_cast<const uint64_t *>(address);
}

/// Makes \p frame, which stands at \p site, that of the caller.
static void stepOut(Frame &frame, const CallSite &site) {
  uint64_t base =
      site.cfaRegister == 0 ? frame.stackPointer : frame.framePointer;
  uint64_t outerStack = base + static_cast<uint64_t>(int64_t(site.cfaOffset));
  if (outerStack <= frame.stackPointer) {
    frame.returnAddress = 0;
    return;
  }
  uint64_t low = frame.stackPointer;
  frame.returnAddress = 0;
  if (site.savedReturn != 0)
    frame.returnAddress =
        readStack(outerStack + uint64_t(int64_t(site.savedReturn) * 8), low);
  if (site.savedFrame != 0)
    frame.framePointer = readStack(
        outerStack + static_cast<uint64_t>(int64_t(site.savedFrame)), low);
  frame.stackPointer = outerStack;
}

uint32_t Calls::next() {
  uint32_t place;
  do {
    place = outer;
    if (place == 0) {
      const CallSite *site = findCall(frame.returnAddress);
      if (site == nullptr)
        return 0;
      place = site->place + 1;
      stepOut(frame, *site);
    }
    outer = getTable().places[place - 1].parent;
  } while (isEntryPoint(getTable().function(place - 1)));
  return place;
}

bool leadsOut(Frame frame) {
  constexpr unsigned enough = 4;
  for (unsigned steps = 0; steps != enough; ++steps) {
    const CallSite *site = findCall(frame.returnAddress);
    if (site == nullptr)
      return false;
    uint32_t outermost = site->place;
    while (uint32_t parent = getTable().places[outermost].parent)
      outermost = parent - 1;
    if (isEntryPoint(getTable().function(outermost)))
      return true;
    stepOut(frame, *site);
  }
  return true;
}

static void writeNumber(uint64_t value) {
  char buffer[maxIntegerLength];
  writeError(buffer, formatU64(buffer, value));
}

static void writePlace(const char *lead, uint32_t place) {
  Table table = getTable();
  const Place &data = table.places[place - 1];
  writeCall(lead, table.function(place - 1), table.strings + data.file,
            data.line, data.column);
}

/// Takes the next place, and how many times in a row it comes.
static uint32_t takeGroup(Calls &calls, uint32_t &ahead, uint64_t &count) {
  uint32_t place = ahead;
  count = 0;
  while (place != 0 && ahead == place) {
    ++count;
    ahead = calls.next();
  }
  return place;
}

/// Writes \p ahead, the place that was taken last, and all after it.
static void writeCallers(Calls calls, uint32_t ahead) {
  uint64_t numGroups = 0, count = 0, skipped = 0;
  Calls counted = calls;
  uint32_t countedAhead = ahead;
  while (takeGroup(counted, countedAhead, count) != 0)
    ++numGroups;
  for (uint64_t i = 0; i != numGroups; ++i) {
    uint32_t place = takeGroup(calls, ahead, count);
    if (i >= shownFirst && i + shownLast < numGroups) {
      skipped += count;
      continue;
    }
    if (skipped != 0) {
      writeErrorText("  ... ");
      writeNumber(skipped);
      writeErrorText(" more calls\n");
      skipped = 0;
    }
    bool isLong = count > longestEqual;
    for (uint64_t times = isLong ? 1 : count; times != 0; --times)
      writePlace("  called from ", place);
    if (isLong) {
      writeErrorText("  ... and from there ");
      writeNumber(count - 1);
      writeErrorText(" more times\n");
    }
  }
}

void writeBacktrace(const char *function, Frame frame) {
  Calls calls(frame);
  uint32_t place = calls.next();
  // The table names the innermost function again, unless the compiler merged
  // the calls of several traps.
  if (place != 0 && isSameText(getTable().function(place - 1), function))
    place = calls.next();
  writeCallers(calls, place);
}

void writeOverflow(Frame frame) {
  Calls calls(frame);
  uint32_t place = calls.next();
  if (place != 0) {
    Table table = getTable();
    const Place &data = table.places[place - 1];
    formatPlace(table.strings + data.file, data.line, data.column, writeError);
    writeErrorText(": ");
  }
  writeErrorText("trap: stack overflow\n");
  if (place != 0) {
    writePlace("  in ", place);
    place = calls.next();
    writeCallers(calls, place);
  }
}

} // namespace flux::rt
