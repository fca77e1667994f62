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
  unsigned index = 0;
  uint64_t sliceEnd = never;
  uint64_t since = 0; ///< the current process runs
  uint64_t timer = never;
  bool started = false;
  uint64_t quickYields = 0; ///< not in counts, as switches and as yields
  SchedulerCounts counts;
  Process idle;
};

struct Queue {
  Process *first = nullptr, *last = nullptr;
};

inline constexpr unsigned numPriorities = 256;

extern Processor *processors[hal::maxCpus];
inline Processor &getOwnProcessor() {
  return *static_cast<Processor *>(hal::getOwn());
}
extern Queue queues[numPriorities];
/// The highest priority of those who are ready, or -1.
extern int highestReady;
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
  if (process.priority > highestReady)
    highestReady = process.priority;
}

void dequeue(Process &process);

/// The most urgent process that is ready, or null.
inline Process *findReady() {
  return highestReady >= 0 ? queues[highestReady].first : nullptr;
}

/// Puts a process with a wakeTime among those that are woken then, or takes it
/// out.
void addSleeper(Process &process);
void removeSleeper(Process &process);

/// Chooses what this processor does now; \p frame is what it did.  Gives the
/// lock away: nothing of the old context is used any more.
hal::Frame *reschedule(hal::Frame *frame, bool mustGive);

/// How long a process may run while others of its priority wait.
inline uint64_t getSlice(const Process &process) {
  return tickTime * (sliceTicks + (process.isAgent() ? thinkingTicks : 0));
}

/// Makes a process one that ended: the kernel frees it, and nobody waits for
/// its words any more.
void becomeZombie(Process &process);

/// Lets this processor do \p next, in what is not in its frame.
void change(Process &old, Process &next);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_SCHEDULERSTATE_H
