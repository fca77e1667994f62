//===- Scheduler.h - who runs next -----------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_SCHEDULER_H
#define FLUX_RUNTIME_KERNEL_SCHEDULER_H

#include "runtime/kernel/Lock.h"
#include "runtime/kernel/Process.h"

namespace flux::kernel {

/// What has happened so far.
struct SchedulerCounts {
  uint64_t switches = 0, preemptions = 0, yields = 0, aged = 0;
};

/// Prepares the idle context of processor \p index.  False without memory.
bool initScheduler(unsigned index);
/// Runs processes on this processor from now on; interrupts are off.
[[noreturn]] void runProcesses();

// The following need the kernel's lock.

/// Puts a process into the queue of its priority; a processor that does less
/// urgent work takes it.
void makeReady(Process &process);
/// Ends what a process waits for.
void wake(Process &process, bool timedOut = false);
/// Lets the current process wait; until \p wakeTime at most.  True if that time
/// came, or if the process is to end, before it was woken.
bool block(Guard &guard, WaitFor reason, uint32_t id, uint64_t wakeTime);
/// Wakes all that wait for \p reason, and for \p id if it is not 0.
void wakeWaiting(WaitFor reason, uint32_t id = 0);
/// Gives others their turn.
void yieldProcessor(Guard &guard);
/// Wakes the kernel's process.
void wakeKernel();
/// Ends a process: at once if it is not running, else soon.
void kill(Process &process, int status);
SchedulerCounts getSchedulerCounts();
/// How many processors run processes.
unsigned getNumProcessors();

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_SCHEDULER_H
