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

[[clang::minsize]] bool deliver(Process &target, uint32_t sender, Bytes text) {
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
[[clang::minsize]] static bool takeWord(Process &self, hal::Frame *frame,
                                        uint32_t sender) {
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

/// The rest of goOnWith() where it takes more.
[[gnu::noinline, clang::minsize]] static hal::Frame *
changeSlowly(Process &old, Process &next) {
  change(old, next);
  hal::Frame *frame = next.frame;
  kernelLock.release();
  return frame;
}

/// Changes to a process that is in no queue; the other one has its new state.
/// That is counted by \p count.
[[gnu::always_inline]] static inline hal::Frame *
goOnWith(Processor &processor, Process &old, Process &next, uint64_t now,
         uint64_t &count) {
  old.processorTime += now - processor.since;
  processor.since = now;
  next.state = next.runningState;
  next.processor = processor.index;
  // Also where the next one is in the kernel, whose space is not current.
  bool isSlow = !hal::isSpaceCurrent(next.space);
  if constexpr (hal::canTrapFloats)
    isSlow = isSlow || (unsigned(old.usesFloats) | unsigned(next.usesFloats));
  if (__builtin_expect(isSlow, 0))
    return changeSlowly(old, next);
  ++count;
  processor.current = &next;
  if constexpr (!hal::canTrapFloats) {
    hal::saveFloats(old.floats);
    hal::restoreFloats(next.floats);
  }
  hal::changeSpace(next.space, processor.index, next.userStackTop);
  hal::Frame *frame = next.frame;
  kernelLock.release();
  return frame;
}

/// Lets a process wait for a word, of one process if \p from is not 0.
static inline void waitForWord(Process &self, hal::Frame *frame,
                               uint32_t from) {
  self.frame = frame;
  self.state = self.isAgent() ? State::AgentIdle : State::Blocked;
  self.waitsFor = WaitFor::Message;
  self.waitsForWord = true;
  self.waitsForId = from;
}

/// All that an exchange can be.
[[gnu::noinline, clang::minsize]] static hal::Frame *
exchange(uint64_t id, uint64_t word, uint64_t answerWanted, uint64_t patience,
         hal::Frame *frame) {
  auto waits = static_cast<Answer>(answerWanted);
  Process &self = getCurrent();
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
  Processor &processor = getOwnProcessor();
  kernelLock.acquire(processor.index);
  Process &old = *processor.current;
  setUserResult(frame, 0, 0, 0);
  // Nobody is there, somebody is more urgent, or this one is to end.
  unsigned priority = old.basePriority;
  if (__builtin_expect(
          highestReady != static_cast<int>(priority) || old.isKilled, 0)) {
    ++processor.counts.yields;
    return reschedule(frame, true);
  }
  uint64_t time = now();
  Queue &queue = queues[priority];
  Process *next = queue.first;
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
  processor.sliceEnd = time + getSlice(*next);
  return goOnWith(processor, old, *next, time, processor.quickYields);
}

Frame *flux_hal_on_user_exchange(uint64_t id, uint64_t word, uint64_t waits,
                                 uint64_t patience, Frame *frame) {
  Processor &processor = getOwnProcessor();
  kernelLock.acquire(processor.index);
  Process &self = *processor.current;
  Process *target = processTable[(id - 1) % maxProcesses];
  constexpr auto receiver = static_cast<uint64_t>(Answer::Receiver),
                 anybody = static_cast<uint64_t>(Answer::Anybody);
  // The other one waits for this word, and this one for any other.
  bool isDirect = target != nullptr && target->id == id &&
                  waitsForWordOf(*target, self.id) &&
                  (waits == receiver || waits == anybody) &&
                  (target->wakeTime & patience) == never &&
                  self.mailbox.count == 0 && !self.isKilled &&
                  (self.capabilities & isa::EffectCOMMUNICATE) &&
                  highestReady <= target->basePriority;
  if (__builtin_expect(!isDirect, 0))
    return exchange(id, word, waits, patience, frame);
  waitForWord(self, frame, waits == receiver ? static_cast<uint32_t>(id) : 0);
  target->waitsFor = WaitFor::Nothing;
  giveWord(*target, word, Error::None, self.id);
  return goOnWith(processor, self, *target, now(), processor.counts.switches);
}

} // namespace flux::hal
