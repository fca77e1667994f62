//===- Scheduler.cpp - who runs next --------------------------------------===//
//
// One queue a priority, for all processors; the most urgent process runs, among
// equals each for a slice of time.  Who waits long becomes more urgent until it
// runs.  There is no regular tick: the timer is set to the end of the slice or
// to the time at which somebody is to be woken.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Exchange.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/SchedulerState.h"

namespace flux::kernel {

/// How long a process waits before it becomes more urgent, and by how much.
static constexpr uint64_t ageingTime = 1000 * tickTime;
static constexpr uint8_t ageingStep = 10;

constinit Processor *processors[hal::maxCpus] = {};
/// One more than the highest number of those that run processes.
static constinit unsigned numProcessors = 0;
constinit Queue queues[numPriorities] = {};
constinit int highestReady = -1;
/// A bit for each queue that has somebody.
constinit uint64_t filled[numPriorities / 64] = {};
static constinit Process *firstSleeper = nullptr;
static constinit uint64_t nextAgeing = 0;

//===--- queues -----------------------------------------------------------===//

void dequeue(Process &process) {
  Queue &queue = queues[process.priority];
  (process.previous != nullptr ? process.previous->next : queue.first) =
      process.next;
  (process.next != nullptr ? process.next->previous : queue.last) =
      process.previous;
  if (queue.first != nullptr)
    return;
  filled[process.priority / 64] &= ~(uint64_t(1) << process.priority % 64);
  if (process.priority != highestReady)
    return;
  highestReady = -1;
  for (int i = numPriorities / 64; i-- != 0;)
    if (filled[i] != 0) {
      highestReady = 64 * i + 63 - __builtin_clzll(filled[i]);
      return;
    }
}

void addSleeper(Process &process) {
  Process **link = &firstSleeper;
  while (*link != nullptr && (*link)->wakeTime <= process.wakeTime)
    link = &(*link)->nextSleeper;
  process.nextSleeper = *link;
  *link = &process;
}

void removeSleeper(Process &process) {
  if (process.wakeTime == never)
    return;
  Process **link = &firstSleeper;
  while (*link != &process)
    link = &(*link)->nextSleeper;
  *link = process.nextSleeper;
  process.wakeTime = never;
}

//===--- waking -----------------------------------------------------------===//

static void setTimer(Processor &processor, uint64_t time) {
  processor.timer = time;
  hal::setTimer(time);
}

/// Somebody is ready, so slices end, of those who were alone, too.
static void endSlices() {
  for (unsigned i = 0; i != numProcessors; ++i) {
    Processor *processor = processors[i];
    if (processor == nullptr || processor->timer <= processor->sliceEnd ||
        processor->current == &processor->idle)
      continue;
    if (i == hal::getProcessor())
      setTimer(*processor, processor->sliceEnd);
    else
      hal::notifyProcessor(i);
  }
}

void makeReady(Process &process) {
  process.state = State::Ready;
  process.readySince = hal::now();
  enqueue(process);
  // An idle processor takes it, else one that does less urgent work.
  Processor *best = nullptr;
  for (unsigned i = 0; i != numProcessors; ++i) {
    Processor *processor = processors[i];
    if (processor == nullptr || !processor->started)
      continue;
    if (processor->current == &processor->idle)
      return hal::notifyProcessor(i);
    if (best == nullptr && processor->current->priority < process.priority)
      best = processor;
  }
  if (best != nullptr)
    hal::notifyProcessor(best->index);
  endSlices();
}

void wake(Process &process, bool timedOut) {
  if (process.state != State::Blocked && process.state != State::AgentIdle)
    return;
  removeSleeper(process);
  process.waitsFor = WaitFor::Nothing;
  process.waitsForWord = WordFor::Nobody;
  process.timedOut = timedOut;
  makeReady(process);
}

void wakeWaiting(WaitFor reason, uint32_t id) {
  for (Process *process = nextProcess(0); process != nullptr;
       process = nextProcess(process->id))
    if (process->waitsFor == reason &&
        (id == 0 || process->waitsForId == id || process->waitsForId == 0))
      wake(*process);
}

void becomeZombie(Process &process) {
  process.state = State::Zombie;
  refuseWords(process.id);
  wakeKernel();
}

void wakeKernel() {
  if (Process *kernel = findProcess(kernelId))
    wake(*kernel);
}

static void wakeSleepers(uint64_t now) {
  while (firstSleeper != nullptr && firstSleeper->wakeTime <= now)
    wake(*firstSleeper, /*timedOut=*/true);
}

/// Who was ready for long without getting a turn becomes more urgent.
static void age(uint64_t now) {
  if (now < nextAgeing)
    return;
  nextAgeing = now + ageingTime / 4;
  for (Process *process = nextProcess(0); process != nullptr;
       process = nextProcess(process->id)) {
    if (process->state != State::Ready ||
        now - process->readySince < ageingTime ||
        process->priority >= maxAgedPriority)
      continue;
    dequeue(*process);
    unsigned raised = process->priority + ageingStep;
    process->priority = static_cast<uint8_t>(
        raised < maxAgedPriority ? raised : maxAgedPriority);
    process->readySince = now;
    enqueue(*process);
    ++getOwnProcessor().counts.aged;
  }
}

//===--- changing ---------------------------------------------------------===//

Process &getCurrent() { return *getOwnProcessor().current; }

Process *getCurrentOrNull() {
  auto *processor = static_cast<Processor *>(hal::getOwn());
  return processor != nullptr ? processor->current : nullptr;
}

static bool isRunning(const Process &process) {
  return process.state == State::Running || process.state == State::Compiled ||
         process.state == State::AgentThinking;
}

void change(Process &old, Process &next) {
  Processor &processor = getOwnProcessor();
  ++processor.counts.switches;
  processor.current = &next;
  if (old.usesFloats)
    hal::saveFloats(old.floats);
  if (next.usesFloats)
    hal::restoreFloats(next.floats);
  hal::useSpace(next.hasSpace ? &next.space : nullptr, next.userStackTop,
                next.usesFloats);
}

hal::Frame *reschedule(hal::Frame *frame, bool mustGive) {
  Processor &processor = getOwnProcessor();
  Process *old = processor.current;
  old->frame = frame;
  uint64_t now = hal::now();
  wakeSleepers(now);
  age(now);

  bool wantsOn = old != &processor.idle && isRunning(*old);
  if (wantsOn && old->isKilled) {
    becomeZombie(*old);
    wantsOn = false;
  }
  Process *next = findReady();
  bool sliceOver = mustGive || now >= processor.sliceEnd;
  bool staysOn =
      wantsOn && (next == nullptr || next->priority < old->priority ||
                  (next->priority == old->priority && !sliceOver));
  if (staysOn) {
    if (next == nullptr || sliceOver)
      processor.sliceEnd = never; // a new one
    next = old;
  } else if (wantsOn) {
    processor.counts.preemptions += !mustGive;
    old->state = State::Ready;
    old->readySince = now;
    // Who was interrupted before its time goes on first.
    old->priority = old->basePriority;
    enqueue(*old, /*first=*/!sliceOver);
  }
  if (next == nullptr)
    next = &processor.idle;
  old->processorTime += now - processor.since;
  processor.since = now;
  // This may be the old one, if the time that it wants to sleep is over.
  if (!staysOn && next != &processor.idle) {
    dequeue(*next);
    next->state = next->runningState;
    // It waited for its turn; what ageing gave it is used up.
    next->priority = next->basePriority;
    next->processor = processor.index;
  }
  if (next != old) {
    processor.sliceEnd = never;
    change(*old, *next);
  }
  uint64_t timer = never;
  if (next != &processor.idle) {
    if (processor.sliceEnd == never)
      processor.sliceEnd = now + getSlice(*next);
    // Alone it needs no end of its slice.
    if (findReady() != nullptr)
      timer = processor.sliceEnd;
  }
  if (firstSleeper != nullptr && firstSleeper->wakeTime < timer)
    timer = firstSleeper->wakeTime;
  // One that comes too early finds that out, and sets it again: that is rarer
  // than changes of processes.
  if (timer < processor.timer || (timer != never && processor.timer <= now))
    setTimer(processor, timer);
  if (wantsOn && !staysOn)
    endSlices(); // of other processors
  catchUpWithMappings(processor.index);
  hal::Frame *result = next->frame;
  kernelLock.release();
  return result;
}

bool block(Guard &guard, WaitFor reason, uint32_t id, uint64_t wakeTime) {
  Process &self = getCurrent();
  if (self.isKilled)
    return true;
  self.state = self.isAgent() && reason == WaitFor::Message ? State::AgentIdle
                                                            : State::Blocked;
  self.waitsFor = reason;
  self.waitsForId = id;
  self.timedOut = false;
  self.wakeTime = wakeTime;
  if (wakeTime != never)
    addSleeper(self);
  guard.wait();
  return self.timedOut || self.isKilled;
}

void yieldProcessor(Guard &guard) {
  ++getOwnProcessor().counts.yields;
  guard.wait();
}

void kill(Process &process, int status) {
  if (process.state == State::Zombie || process.isKilled)
    return;
  process.isKilled = true;
  process.status = status;
  switch (process.state) {
  case State::Blocked:
  case State::AgentIdle:
    removeSleeper(process);
    process.waitsFor = WaitFor::Nothing;
    process.waitsForWord = WordFor::Nobody;
    break;
  case State::Ready:
    dequeue(process);
    break;
  default: // it ends when it comes to the scheduler
    if (process.processor != hal::getProcessor())
      hal::notifyProcessor(process.processor);
    return;
  }
  becomeZombie(process);
}

SchedulerCounts getSchedulerCounts() {
  SchedulerCounts sum;
  for (const Processor *processor : processors)
    if (processor != nullptr) {
      sum.switches += processor->counts.switches + processor->quickYields;
      sum.preemptions += processor->counts.preemptions;
      sum.yields += processor->counts.yields + processor->quickYields;
      sum.aged += processor->counts.aged;
    }
  return sum;
}

unsigned getNumProcessors() {
  unsigned count = 0;
  for (const Processor *processor : processors)
    count += processor != nullptr && processor->started;
  return count;
}

//===--- start ------------------------------------------------------------===//

static void idle(void *) {
  for (;;) {
    hal::disableInterrupts();
    hal::waitForInterrupt();
  }
}

bool initScheduler(unsigned index) {
  constexpr unsigned recordPages =
      (sizeof(Processor) + hal::pageSize - 1) / hal::pageSize;
  void *record = allocateForever(recordPages), *stack = allocateForever(2);
  if (record == nullptr || stack == nullptr)
    return false;
  // Its pages are zeros, which is what is idle: of no priority, without floats.
  auto *processor = static_cast<Processor *>(record);
  processor->sliceEnd = processor->timer = never;
  processor->idle.frame = hal::makeFrame(
      static_cast<char *>(stack) + 2 * hal::pageSize, idle, nullptr);
  processor->current = &processor->idle;
  processor->index = index;
  processors[index] = processor;
  hal::setOwn(index, processor);
  return true;
}

void runProcesses() {
  kernelLock.acquire();
  Processor &processor = getOwnProcessor();
  processor.started = true;
  if (processor.index >= numProcessors)
    numProcessors = processor.index + 1;
  processor.since = hal::now();
  hal::resume(reschedule(processor.idle.frame, true));
}

} // namespace flux::kernel

namespace flux::hal {

Frame *onTimer(Frame *frame) {
  kernel::kernelLock.acquire();
  // It has fired, and is quiet until it is set again.
  kernel::setTimer(kernel::getOwnProcessor(), kernel::never);
  return kernel::reschedule(frame, false);
}

Frame *onNotify(Frame *frame) {
  kernel::kernelLock.acquire();
  return kernel::reschedule(frame, false);
}

Frame *onYield(Frame *frame) { return kernel::reschedule(frame, true); }

} // namespace flux::hal
