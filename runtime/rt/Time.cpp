//===- Time.cpp - the clock -----------------------------------------------===//
//
// Time is the monotonic clock in nanoseconds: it never goes back and does not
// follow corrections of the date.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/linux/Syscalls.h"

namespace flux::rt {

static constexpr int monotonicClock = 1;
static constexpr int64_t second = 1000000000;

namespace {
struct Time {
  int64_t seconds, nanoseconds;
};
} // namespace

static Time readClock() {
  Time time = {};
  systemCall(Syscall::ClockGettime, monotonicClock, toArgument(&time));
  return time;
}

extern "C" {

int64_t flux_time_now() {
  Time time = readClock();
  return time.seconds * second + time.nanoseconds;
}

void flux_time_sleep(int64_t nanoseconds) {
  constexpr int absolute = 1;
  flushAll();
  if (nanoseconds <= 0)
    return;
  // Until a point in time, so that interruptions do not lengthen the sleep.
  Time end = readClock();
  end.seconds += nanoseconds / second;
  end.nanoseconds += nanoseconds % second;
  if (end.nanoseconds >= second) {
    ++end.seconds;
    end.nanoseconds -= second;
  }
  while (systemCall(Syscall::ClockNanosleep, monotonicClock, absolute,
                    toArgument(&end), 0) == -EINTR)
    continue;
}

} // extern "C"

} // namespace flux::rt
