//===- Exchange.cpp - turns and words for other processes -----------------===//
//
// Programs in user mode that answer each other's questions change processes
// twice a question, so that takes as few instructions as it can: the calls here
// are made like traps, need no stack of the process, and go on with the other
// process at once.  A word travels in registers.  Whoever is asked goes on in
// the slice of the one who asks (Liedtke, Improving IPC by Kernel Design,
// 1993).
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Exchange.h"
#include "runtime/kernel/SchedulerState.h"
#include "runtime/kernel/Syscalls.h"

namespace flux::kernel {

static constexpr uint64_t wordSize = 8;

/// The priority of who is to read a message.
static uint8_t getBoosted(const Process &process) {
  constexpr unsigned boost = 10;
  unsigned raised = process.basePriority + boost;
  return static_cast<uint8_t>(raised <= maxAgedPriority ? raised
                                                        : process.priority);
}

static bool waitsForWordOf(const Process &target, uint32_t sender) {
  return target.waitsForWord &&
         (target.waitsForId == 0 || target.waitsForId == sender);
}

/// Ends what a process in exchange() waits for.
static inline void giveWord(Process &target, uint64_t word, Error error,
                            uint32_t sender) {
  hal::setUserResult(target.frame, word, static_cast<uint64_t>(error), sender);
  target.waitsForWord = false;
}

bool deliver(Process &target, uint32_t sender, Bytes text) {
  bool isWord = text.size <= wordSize && waitsForWordOf(target, sender);
  if (!isWord && !target.mailbox.put(sender, text))
    return false;
  if (target.waitsFor != WaitFor::Message ||
      (target.waitsForId != 0 && target.waitsForId != sender))
    return true;
  uint64_t word = 0;
  if (isWord)
    __builtin_memcpy(&word, text.data, text.size);
  if (target.waitsForWord)
    giveWord(target, word, isWord ? Error::None : Error::Overflow, sender);
  target.priority = getBoosted(target);
  wake(target);
  return true;
}

/// Takes a word from the mailbox; false if there is no message of \p sender.
static bool takeWord(Process &self, hal::Frame *frame, uint32_t sender) {
  const Message *message = self.mailbox.find(sender);
  if (message == nullptr)
    return false;
  uint64_t word = 0;
  uint32_t from = message->sender;
  Error error = Error::Overflow; // it stays, for those who can take it
  if (message->length <= wordSize) {
    __builtin_memcpy(&word, message->getText(), message->length);
    self.mailbox.remove(message);
    error = Error::None;
  }
  hal::setUserResult(frame, word, static_cast<uint64_t>(error), from);
  return true;
}

/// Goes on with what called.
static hal::Frame *answer(hal::Frame *frame, uint64_t result, Error error) {
  hal::setUserResult(frame, result, static_cast<uint64_t>(error), 0);
  kernelLock.release();
  return frame;
}

/// True if a process with a higher priority is ready.
static inline bool isAnybodyAbove(unsigned priority) {
  unsigned i = priority / 64;
  uint64_t found = filled[i] >> priority % 64 >> 1;
  while (++i != numPriorities / 64)
    found |= filled[i];
  return found != 0;
}

/// Changes to a process that is in no queue; the other one has its new state.
[[gnu::always_inline]] static inline hal::Frame *
goOnWith(Processor &processor, unsigned index, Process &old, Process &next,
         uint64_t now) {
  old.processorTime += now - processor.since;
  processor.since = now;
  next.state = getRunningState(next);
  next.processor = index;
  change(processor, index, old, next);
  catchUpWithMappings(index);
  hal::Frame *frame = next.frame;
  kernelLock.release();
  return frame;
}

/// Lets a process wait for a word, of one process if \p from is not 0.
static inline void waitForWord(Process &self, hal::Frame *frame,
                               uint32_t from) {
  self.frame = frame;
  self.state = self.isAgent ? State::AgentIdle : State::Blocked;
  self.waitsFor = WaitFor::Message;
  self.waitsForWord = true;
  self.waitsForId = from;
}

/// All that an exchange can be.
static hal::Frame *exchange(hal::Frame *frame, unsigned index) {
  const uint64_t *arguments = hal::getUserArguments(frame);
  uint64_t id = arguments[0], word = arguments[1], patience = arguments[3];
  auto waits = static_cast<Answer>(arguments[2]);
  Processor &processor = *processors[index];
  Process &self = *processor.current;
  constexpr uint64_t failed = ~uint64_t(0);
  if (self.isKilled)
    return reschedule(frame, true);
  if (!(self.capabilities & isa::EffectCOMMUNICATE))
    return answer(frame, failed, Error::Denied);
  if (waits > Answer::Anybody || (id == 0 && waits != Answer::Anybody))
    return answer(frame, failed, Error::Invalid);
  if (id != 0) {
    Process *target =
        id <= 0xFFFFFFFF ? findProcess(static_cast<uint32_t>(id)) : nullptr;
    if (target == nullptr || target->state == State::Zombie)
      return answer(frame, failed, Error::NotFound);
    if (target == &self)
      return answer(frame, failed, Error::Invalid);
    if (target->id == kernelId)
      return answer(frame, failed, Error::Denied);
    if (!deliver(*target, self.id,
                 {reinterpret_cast<uint8_t *>(&word), wordSize}))
      return answer(frame, failed, Error::Overflow);
  }
  if (waits == Answer::None)
    return answer(frame, 0, Error::None);
  uint32_t from = waits == Answer::Receiver ? static_cast<uint32_t>(id) : 0;
  if (takeWord(self, frame, from)) {
    kernelLock.release();
    return frame;
  }
  if (patience == 0)
    return answer(frame, failed, Error::Timeout);
  uint64_t time = hal::now();
  if (patience < never - 1 - time) {
    self.wakeTime = time + patience;
    addSleeper(self);
    // What it finds if nothing comes.
    hal::setUserResult(frame, failed, static_cast<uint64_t>(Error::Timeout), 0);
  }
  waitForWord(self, frame, from);
  return reschedule(frame, true);
}

} // namespace flux::kernel

namespace flux::hal {

using namespace kernel;

Frame *flux_hal_on_user_yield(Frame *frame) {
  unsigned index = getProcessor();
  kernelLock.acquire(index);
  Processor &processor = *processors[index];
  Process &old = *processor.current;
  Queue &queue = queues[old.basePriority];
  Process *next = queue.first;
  setUserResult(frame, 0, 0, 0);
  ++processor.counts.yields;
  // Nobody is there, somebody is more urgent, or this one is to end; or nobody
  // waited for the end of this slice.
  if (__builtin_expect(next == nullptr || isAnybodyAbove(old.basePriority) ||
                           old.isKilled || processor.timer == never,
                       0))
    return reschedule(frame, true);
  uint64_t time = now();
  old.frame = frame;
  old.state = State::Ready;
  old.readySince = time;
  old.priority = old.basePriority;
  next->priority = next->basePriority;
  // From the begin of the queue, and to its end.
  Process *second = next->next;
  old.next = nullptr;
  if (second == nullptr) {
    queue.first = &old;
    old.previous = nullptr;
  } else {
    queue.first = second;
    second->previous = nullptr;
    old.previous = queue.last;
    queue.last->next = &old;
  }
  queue.last = &old;
  // The timer comes at the end of an earlier slice, and is set again then.
  processor.sliceEnd =
      time + tickTime * (sliceTicks + (next->isAgent ? thinkingTicks : 0));
  return goOnWith(processor, index, old, *next, time);
}

Frame *flux_hal_on_user_exchange(Frame *frame) {
  const uint64_t *arguments = getUserArguments(frame);
  unsigned index = getProcessor();
  kernelLock.acquire(index);
  Processor &processor = *processors[index];
  Process &self = *processor.current;
  uint64_t id = arguments[0];
  Process *target = findProcess(static_cast<uint32_t>(id));
  auto waits = static_cast<Answer>(arguments[2]);
  // The other one waits for this word, and this one for any other.
  bool isDirect = target != nullptr && target->id == id &&
                  waitsForWordOf(*target, self.id) &&
                  (waits == Answer::Receiver || waits == Answer::Anybody) &&
                  (target->wakeTime & arguments[3]) == never &&
                  self.mailbox.count == 0 && !self.isKilled &&
                  (self.capabilities & isa::EffectCOMMUNICATE) &&
                  !isAnybodyAbove(target->basePriority);
  if (__builtin_expect(!isDirect, 0))
    return exchange(frame, index);
  waitForWord(self, frame,
              waits == Answer::Receiver ? static_cast<uint32_t>(id) : 0);
  target->waitsFor = WaitFor::Nothing;
  giveWord(*target, arguments[1], Error::None, self.id);
  // Only in user mode are words waited for.
  if (!target->hasSpace)
    __builtin_unreachable();
  return goOnWith(processor, index, self, *target, now());
}

} // namespace flux::hal
