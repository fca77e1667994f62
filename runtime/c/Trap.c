//===- Trap.c - the end of a program in C that broke a rule ---------------===//
//
// A trap tells what runtime/rt tells: the values that broke the rule, the line
// of the document and the calls that led there.  The message says itself how to
// read its values: {i0} as an integer, {u0} without sign, {f0} and {d0} as the
// bits of a float.
//
//===----------------------------------------------------------------------===//

#include <stdlib.h>
_Noreturn static void endByTrap(void) {
  flushOutput();
  _Exit(101);
}

static void writeErrorNumber(uint64_t value) {
  char buffer[20];
  writeError(buffer, formatU64(buffer, value));
}

static void writePlace(const flux_place *place) {
  writeErrorText(place->file);
  if (place->line == 0)
    return;
  writeErrorText(":");
  writeErrorNumber((uint64_t)place->line);
  if (place->column == 0)
    return;
  writeErrorText(":");
  writeErrorNumber((uint64_t)place->column);
}

/// Writes the line of the document and a caret under its column.
static void writeSourceLine(const flux_place *place) {
  char number[20];
  unsigned length = formatU64(number, (uint64_t)place->line);
  unsigned width = length > 5 ? length : 5;
  for (unsigned i = length; i < width; i++)
    writeErrorText(" ");
  writeError(number, length);
  writeErrorText(" | ");
  writeErrorText(place->text);
  writeErrorText("\n");
  if (place->column == 0)
    return;
  for (unsigned i = 0; i < width; i++)
    writeErrorText(" ");
  writeErrorText(" | ");
  // Tabs stay tabs, and bytes that are not shown take no room.
  for (int i = 0; i + 1 < place->column && place->text[i] != '\0'; i++)
    if (!isContinuation(place->text[i]))
      writeErrorText(place->text[i] == '\t' ? "\t" : " ");
  writeErrorText("^\n");
}

static void writeTrapValue(char kind, uint64_t value) {
  char buffer[20];
  if (kind == 'i')
    writeError(buffer, formatI64(buffer, (int64_t)value));
  else
    writeError(buffer, formatU64(buffer, value));
}

/// True for the function around the program that no document wrote.
static bool isEntry(int at) {
  return strcmp(flux_places[at].function, "flux_main") == 0;
}

static void writeCall(const char *lead, int at) {
  writeErrorText(lead);
  writeErrorText(flux_places[at].function);
  if (flux_places[at].line != 0) {
    writeErrorText(" at ");
    writePlace(&flux_places[at]);
  }
  writeErrorText("\n");
}

/// Skips the calls of the entry, and gives the number of equal calls in a row
/// that begin at \p frame; \p frame is then behind them.
static uint64_t takeGroup(const flux_frame **frame, int *at) {
  uint64_t count = 0;
  const flux_frame *next = *frame;
  while (next != NULL && isEntry(next->at))
    next = next->caller;
  if (next != NULL)
    *at = next->at;
  while (next != NULL && next->at == *at) {
    ++count;
    next = next->caller;
    while (next != NULL && isEntry(next->at))
      next = next->caller;
  }
  *frame = next;
  return count;
}

/// Many equal calls are told once, and the middle of long chains is left out.
static void writeCallers(const flux_frame *frame) {
  enum { shownFirst = 48, shownLast = 8, longestEqual = 4 };
  uint64_t groups = 0, skipped = 0;
  int at = 0;
  const flux_frame *counted = frame;
  while (takeGroup(&counted, &at) != 0)
    ++groups;
  for (uint64_t i = 0; i != groups; ++i) {
    uint64_t count = takeGroup(&frame, &at);
    if (i >= shownFirst && i + shownLast < groups) {
      skipped += count;
      continue;
    }
    if (skipped != 0) {
      writeErrorText("  ... ");
      writeErrorNumber(skipped);
      writeErrorText(" more calls\n");
      skipped = 0;
    }
    for (uint64_t times = count > longestEqual ? 1 : count; times != 0; --times)
      writeCall("  called from ", at);
    if (count > longestEqual) {
      writeErrorText("  ... and from there ");
      writeErrorNumber(count - 1);
      writeErrorText(" more times\n");
    }
  }
}

static void beginTrap(int at) {
  flushOutput();
  if (flux_places[at].file[0] != '\0') {
    writePlace(&flux_places[at]);
    writeErrorText(": ");
  }
  writeErrorText("trap: ");
}

_Noreturn static void finishTrap(const flux_frame *caller, int at) {
  writeErrorText("\n");
  if (flux_places[at].line != 0 && flux_places[at].text[0] != '\0')
    writeSourceLine(&flux_places[at]);
  if (!isEntry(at))
    writeCall("  in ", at);
  writeCallers(caller);
  endByTrap();
}

_Noreturn static void flux_trap(const flux_frame *caller, int at, const char *message, uint64_t a, uint64_t b, uint64_t c) {
  uint64_t values[3] = {a, b, c};
  beginTrap(at);
  while (*message != '\0') {
    size_t plain = strcspn(message, "{");
    writeError(message, (int64_t)plain);
    message += plain;
    if (*message == '\0')
      break;
    writeTrapValue(message[1], values[message[2] - '0']);
    message += 4;
  }
  finishTrap(caller, at);
}

/// The same with the bits of one float.
_Noreturn static void flux_trap_float(const flux_frame *caller, int at, const char *message, uint64_t bits) {
  char buffer[32];
  size_t plain = strcspn(message, "{");
  beginTrap(at);
  writeError(message, (int64_t)plain);
  if (message[plain + 1] == 'd')
    writeError(buffer, formatShortest(buffer, bits, 52, 11));
  else
    writeError(buffer, formatShortest(buffer, bits, 23, 8));
  writeErrorText(message + plain + 4);
  finishTrap(caller, at);
}

_Noreturn static void flux_trap_message(const flux_frame *caller, int at, flux_str message) {
  beginTrap(at);
  writeError(message.data, message.length);
  finishTrap(caller, at);
}

/// Traps where the stack is nearly used up: \p here lies in it.
#include <sys/resource.h>
static void flux_check_stack(const flux_frame *here) {
  static uintptr_t lowest;
  if (lowest == 0) {
    // The first call stands near the top of the stack.
    struct rlimit limit;
    uintptr_t size = UINTPTR_MAX;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
      size = (uintptr_t)limit.rlim_cur;
    uintptr_t reserve = size / 4 < 262144 ? size / 4 : 262144;
    lowest = size < (uintptr_t)here ? (uintptr_t)here - size + reserve : 1;
  }
  if ((uintptr_t)here >= lowest)
    return;
  const flux_frame *caller = here->caller;
  if (caller == NULL)
    return;
  beginTrap(caller->at);
  writeErrorText(FLUX_MESSAGE(StackOverflow));
  writeErrorText("\n");
  writeCall("  in ", caller->at);
  writeCallers(caller->caller);
  endByTrap();
}
