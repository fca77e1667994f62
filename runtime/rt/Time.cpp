//===- Time.cpp - the clock -----------------------------------------------===//
//
// Time is the monotonic clock in nanoseconds: it never goes back and does not
// follow corrections of the date.  The time of the day is another clock, and so
// is where unpredictable bits come from.
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

static Time readClock(int clock = monotonicClock) {
  Time time = {};
  systemCall(Syscall::ClockGettime, clock, toArgument(&time));
  return time;
}

extern "C" {

int64_t flux_time_now() {
  Time time = readClock();
  return time.seconds * second + time.nanoseconds;
}

int64_t flux_time_utc() {
  constexpr int clockOfTheDay = 0;
  Time time = readClock(clockOfTheDay);
  return time.seconds * second + time.nanoseconds;
}

int64_t flux_random_entropy(void *buffer, int64_t length) {
  // The kernel gives at most 32 MiB at once, and less when it is interrupted.
  int64_t done = 0;
  while (done < length) {
    int64_t got = systemCall(Syscall::Getrandom,
                             toArgument(static_cast<char *>(buffer) + done),
                             length - done, 0);
    if (got > 0)
      done += got;
    else if (got != -EINTR)
      return got;
  }
  return done;
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
