//===- Exchange.cpp - turns and words for other processes -----------------===//
//
// Programs in user mode that answer each other's questions change processes
// twice a question, so that takes as few instructions as it can: the calls here
// are made like traps, need no stack of the process, and go on with the other
// process at once.  A word travels in registers.  Whoever is asked goes on in
// the slice of the one who asks (Liedtke, Improving IPC by Kernel Design,
// 1993).
//
// Packages are all in the kernel's space, so there it takes still less: two of
// one priority that answer each other become partners.  Then each of them goes
// on in place of the other without the kernel (ExchangeHandlers.cpp): both
// count as running, on the same processor, and only the current process
// changes. Whoever takes the kernel's lock on that processor separates them, so
// the kernel sees one that runs and one that waits; other processors can only
// mark what runs elsewhere and interrupt it.
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
  return target.waitsForWord != WordFor::Nobody &&
         (target.waitsForId == 0 || target.waitsForId == sender);
}

/// Ends what a process in exchange() waits for.
static inline void giveWord(Process &target, uint64_t word, Error error,
                            uint32_t sender) {
  if (__builtin_expect(target.waitsForWord == WordFor::Kernel, 0)) {
    target.word[0] = error == Error::None ? sender : 0;
    target.word[1] = error == Error::None ? word : static_cast<uint64_t>(error);
    target.hasWord = true;
  } else {
    hal::setUserResult(target.frame, word, static_cast<uint64_t>(error),
                       sender);
  }
  target.waitsForWord = WordFor::Nobody;
}

[[clang::minsize]] bool deliver(Process &target, uint32_t sender, Bytes text) {
  bool isWord = text.size <= wordSize && waitsForWordOf(target, sender);
  if (!isWord && !target.mailbox.put(sender, text))
    return false;
  // Its partner may be the one that runs.
  if (target.partner != nullptr)
    hal::notifyProcessor(target.processor);
  if (target.waitsFor != WaitFor::Message ||
      (target.waitsForId != 0 && target.waitsForId != sender))
    return true;
  uint64_t word = 0;
  if (isWord)
    __builtin_memcpy(&word, text.data, text.size);
  if (target.waitsForWord != WordFor::Nobody)
    giveWord(target, word, isWord ? Error::None : Error::Overflow, sender);
  target.priority = getBoosted(target);
  wake(target);
  return true;
}

void refuseWords(uint32_t id) {
  for (Process *process = nextProcess(0); process != nullptr;
       process = nextProcess(process->id))
    if (process->waitsForWord != WordFor::Nobody && process->waitsForId == id) {
      giveWord(*process, ~uint64_t(0), Error::NotFound, 0);
      wake(*process);
    }
}

/// Gives a process that is to wait for a word of \p sender what is in its
/// mailbox; false if there is no message of that one.
[[gnu::noinline, clang::minsize]] static bool takeWord(Process &self,
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
  giveWord(self, word, error, from);
  return true;
}

/// The process that \p self may send a word to, or an error.
[[gnu::noinline, clang::minsize]] static Process *
findReceiver(const Process &self, uint64_t id, Error &error) {
  Process *target =
      id <= 0xFFFFFFFF ? findProcess(static_cast<uint32_t>(id)) : nullptr;
  if (id == 0 || id == self.id)
    error = Error::Invalid;
  else if (target == nullptr || target->state == State::Zombie)
    error = Error::NotFound;
  else
    error = id == kernelId ? Error::Denied : Error::None;
  return target;
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
static inline void waitForWord(Process &self, hal::Frame *frame, WordFor whom,
                               uint32_t from) {
  self.frame = frame;
  self.state = self.isAgent() ? State::AgentIdle : State::Blocked;
  self.waitsFor = WaitFor::Message;
  self.waitsForWord = whom;
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
    Error error;
    Process *target = findReceiver(self, id, error);
    if (error != Error::None)
      return answer(frame, failed, error);
    if (!deliver(*target, self.id,
                 {reinterpret_cast<uint8_t *>(&word), wordSize}))
      return answer(frame, failed, Error::Overflow);
  }
  if (waits == Answer::None)
    return answer(frame, 0, Error::None);
  uint32_t from = waits == Answer::Receiver ? static_cast<uint32_t>(id) : 0;
  self.frame = frame;
  if (takeWord(self, from)) {
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
  waitForWord(self, frame, WordFor::User, from);
  return reschedule(frame, true);
}

//===--- packages ---------------------------------------------------------===//

#if FLUX_CAN_CHANGE_MACHINES

/// A part of \p time, as \p part is of \p part + \p rest.
static uint64_t getShare(uint64_t time, int64_t part, int64_t rest) {
  // Products fit 64 bits, if the time is less than hours.
  for (; (part | rest) >> 20 != 0; part /= 2, rest /= 2)
    continue;
  auto sum = static_cast<uint64_t>(part + rest);
  return sum != 0 ? time * static_cast<uint64_t>(part) / sum : time / 2;
}

/// Goes on with a process that waited at a place and was woken.
static void goOnWithWord(void *argument) {
  auto &self = *static_cast<Process *>(argument);
  vm::Place &place = *self.place;
  place.window[isa::firstArgument] = self.word[0];
  place.window[isa::firstArgument + 1] = self.word[1];
  self.hasWord = false;
  hal::maskInterrupts();
  goOnAt(place);
}

/// Ends the partnership of the current process.
[[gnu::noinline, clang::minsize]] static void
separatePartners(Processor &processor) {
  Process &self = *processor.current, &other = *self.partner;
  self.partner = other.partner = nullptr;
  self.place->partner = other.place->partner = nullptr;
  // The time until this one went on is shared as both used gas.
  uint64_t since = hal::machineClock.toNanoseconds(self.place->since);
  if (since > processor.since) {
    uint64_t time = since - processor.since;
    uint64_t share = getShare(time, other.gasWithPartner - other.place->gas,
                              self.gasWithPartner - self.place->gas);
    other.processorTime += share;
    self.processorTime += time - share;
    processor.since = since;
  }
  // What the other one would be if it had called the kernel.
  uint32_t from = isServing(*other.place) ? 0 : self.id;
  auto stack = reinterpret_cast<uintptr_t>(other.place->stack) & ~uintptr_t(15);
  waitForWord(
      other,
      hal::makeFrame(reinterpret_cast<void *>(stack), goOnWithWord, &other),
      WordFor::Kernel, from);
  if (other.isKilled) {
    other.waitsFor = WaitFor::Nothing;
    other.waitsForWord = WordFor::Nobody;
    becomeZombie(other);
  } else if (takeWord(other, from)) {
    wake(other);
  }
}

static void setPartner(Process &process, Process &partner) {
  vm::Place &place = *process.place;
  process.gasWithPartner = place.gas;
  process.partner = &partner;
  place.id = process.id;
  place.process = &process;
  place.partner = partner.place;
}

/// Goes on with \p target, which waits at a place for a word of \p self, as a
/// partner.  Returns if it cannot be one.
[[clang::minsize]] static void goOnWithPartner(Process &self, Process &target,
                                               uint64_t word) {
  if (target.waitsForWord != WordFor::Kernel || target.place == nullptr ||
      !waitsForWordOf(target, self.id) || self.mailbox.count != 0 ||
      target.mailbox.count != 0 || self.isKilled ||
      self.basePriority != target.basePriority ||
      highestReady > target.basePriority)
    return;
  Processor &processor = getOwnProcessor();
  uint64_t ticks = hal::readTicks();
  uint64_t now = hal::machineClock.toNanoseconds(ticks);
  self.processorTime += now - processor.since;
  processor.since = now;
  ++processor.counts.switches;
  target.state = target.runningState;
  target.waitsFor = WaitFor::Nothing;
  target.waitsForWord = WordFor::Nobody;
  target.processor = processor.index;
  target.place->window[isa::firstArgument] = self.id;
  target.place->window[isa::firstArgument + 1] = word;
  target.place->since = ticks;
  setPartner(self, target);
  setPartner(target, self);
  processor.current = &target;
  kernelLock.release();
  goOnAt(*target.place);
}

#else

static void separatePartners(Processor &) {}
static void goOnWithPartner(Process &, Process &, uint64_t) {}

#endif

[[gnu::always_inline]] static inline void acquireLock() {
  kernelLock.acquire(hal::getProcessor());
  auto *processor = static_cast<Processor *>(hal::getOwn());
  if (processor != nullptr && processor->current->partner != nullptr)
    separatePartners(*processor);
}

[[gnu::noinline]] void Lock::acquire() { acquireLock(); }

[[gnu::noinline]] Guard::Guard() : wereOn(hal::disableInterrupts()) {
  acquireLock();
}

void exchangeWords(Process &self, bool isServer, uint64_t *args,
                   vm::Place *place) {
  Guard guard;
  uint64_t id = args[0], word = args[1];
  if (isFirstTry(self)) {
    Error error = Error::None;
    if (id != 0 || !isServer) {
      Process *target = findReceiver(self, id, error);
      if (error == Error::None) {
        self.place = place;
        if (place != nullptr)
          goOnWithPartner(self, *target, word);
        if (!deliver(*target, self.id,
                     {reinterpret_cast<uint8_t *>(&word), wordSize}))
          error = Error::Overflow;
      }
    }
    if (error != Error::None) {
      args[0] = 0;
      args[1] = static_cast<uint64_t>(error);
      return;
    }
  }
  uint32_t from = isServer ? 0 : static_cast<uint32_t>(id);
  self.place = place;
  while (!self.hasWord) {
    self.waitsForWord = WordFor::Kernel;
    if (!takeWord(self, from))
      block(guard, WaitFor::Message, from, never);
    while (self.isKilled)
      guard.wait(); // does not come back
  }
  self.hasWord = false;
  args[0] = self.word[0];
  args[1] = self.word[1];
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
                  target->waitsForWord == WordFor::User &&
                  (target->waitsForId == 0 || target->waitsForId == self.id) &&
                  (waits == receiver || waits == anybody) &&
                  (target->wakeTime & patience) == never &&
                  self.mailbox.count == 0 && !self.isKilled &&
                  (self.capabilities & isa::EffectCOMMUNICATE) &&
                  highestReady <= target->basePriority;
  if (__builtin_expect(!isDirect, 0))
    return exchange(id, word, waits, patience, frame);
  waitForWord(self, frame, WordFor::User,
              waits == receiver ? static_cast<uint32_t>(id) : 0);
  target->waitsFor = WaitFor::Nothing;
  giveWord(*target, word, Error::None, self.id);
  return goOnWith(processor, self, *target, now(), processor.counts.switches);
}

} // namespace flux::hal
