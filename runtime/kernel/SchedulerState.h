//===- SchedulerState.h - what those share who change processes -*- C++ -*-===//
//
// The queues of the scheduler and the processors.  All needs the kernel's lock.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_KERNEL_SCHEDULERSTATE_H
#define FLUX_RUNTIME_KERNEL_SCHEDULERSTATE_H

#include "runtime/kernel/Scheduler.h"

namespace flux::kernel {

struct Processor {
  Process *current = nullptr;
  Process idle;
  uint64_t sliceEnd = never;
  uint64_t since = 0; ///< the current process runs
  uint64_t timer = never;
  bool started = false;
  SchedulerCounts counts;
};

struct Queue {
  Process *first = nullptr, *last = nullptr;
};

inline constexpr unsigned numPriorities = 256;

extern Processor *processors[hal::maxCpus];
extern Queue queues[numPriorities];
/// A bit for each queue that has somebody.
extern uint64_t filled[numPriorities / 64];

inline void enqueue(Process &process, bool first = false) {
  Queue &queue = queues[process.priority];
  process.next = first ? queue.first : nullptr;
  process.previous = first ? nullptr : queue.last;
  if (process.next != nullptr)
    process.next->previous = &process;
  else
    queue.last = &process;
  if (process.previous != nullptr)
    process.previous->next = &process;
  else
    queue.first = &process;
  filled[process.priority / 64] |= uint64_t(1) << process.priority % 64;
}

inline void dequeue(Process &process) {
  Queue &queue = queues[process.priority];
  (process.previous != nullptr ? process.previous->next : queue.first) =
      process.next;
  (process.next != nullptr ? process.next->previous : queue.last) =
      process.previous;
  if (queue.first == nullptr)
    filled[process.priority / 64] &= ~(uint64_t(1) << process.priority % 64);
}

/// The most urgent process that is ready, or null.
inline Process *findReady() {
  for (unsigned i = numPriorities / 64; i-- != 0;)
    if (filled[i] != 0)
      return queues[64 * i + 63 - __builtin_clzll(filled[i])].first;
  return nullptr;
}

/// Puts a process with a wakeTime among those that are woken then, or takes it
/// out.
void addSleeper(Process &process);
void removeSleeper(Process &process);

/// Chooses what this processor does now; \p frame is what it did.  Gives the
/// lock away: nothing of the old context is used any more.
hal::Frame *reschedule(hal::Frame *frame, bool mustGive);

inline State getRunningState(const Process &process) {
  return process.isAgent    ? State::AgentThinking
         : process.hasSpace ? State::Compiled
                            : State::Running;
}

/// Lets a processor, which has the number \p index, do \p next, in what is not
/// in its frame.
[[gnu::always_inline]] inline void change(Processor &processor, unsigned index,
                                          Process &old, Process &next) {
  ++processor.counts.switches;
  processor.current = &next;
  if (old.usesFloats)
    hal::saveFloats(old.floats);
  if (next.usesFloats)
    hal::restoreFloats(next.floats);
  if (next.hasSpace)
    hal::changeSpace(next.space, index, next.userStackTop, next.usesFloats);
  else
    hal::useSpace(nullptr, 0, next.usesFloats);
}

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_SCHEDULERSTATE_H
