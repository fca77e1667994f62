//===- Native.cpp - the kernel as a process of Linux ----------------------===//
//
// The same kernel where debuggers, sanitizers and unit tests are: a context is
// a thread of Linux, of which each processor lets one run; an interrupt is a
// signal to that thread, kept back while interrupts are off; memory is a file
// in memory whose pages are mapped into a window, and a page fault is SIGSEGV.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/native/Native.h"
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <ctime>
#include <mutex>
#include <sched.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <thread>
#include <unistd.h>

namespace flux::hal {

/// A context: a thread that runs while a processor lets it.
struct Frame {
  pthread_t thread;
  sem_t turn;
  unsigned processor = 0; ///< that gave it its turn
  void (*entry)(void *) = nullptr;
  void *argument = nullptr;
};

namespace {

enum Interrupt : unsigned { TimerInterrupt = 1, NotifyInterrupt = 2 };

struct Processor {
  std::atomic<Frame *> running = nullptr;
  std::atomic<unsigned> pending = 0;
  void *own = nullptr;
  sem_t wake; ///< posted with each interrupt
};

constexpr uint64_t ramBase = 0x100000;
constexpr uint64_t windowSize = uint64_t(64) << 30;
constexpr int interruptSignal = SIGUSR1;

native::Machine machine;
BootInfo bootInfo;
Processor processors[maxCpus];
uint8_t *ram;
uint64_t windowBase;
int ramFile;
/// Of each page of the window: its physical page and 1, or 0.
uint32_t *mapped;
size_t inputPosition;
timespec startTime;

std::mutex timerMutex;
std::condition_variable timerChanged;
uint64_t deadlines[maxCpus];

thread_local Frame *self;
thread_local unsigned processorIndex;
thread_local volatile bool interruptsOn;

[[noreturn]] void fail(const char *what) {
  perror(what);
  _exit(255);
}

} // namespace

//===--- contexts and interrupts ------------------------------------------===//

/// Lets \p next run on this processor, and this context when it gets its turn
/// again.
static void switchTo(Frame *next) {
  if (next == self)
    return;
  unsigned index = processorIndex;
  next->processor = index;
  processors[index].running = next;
  sem_post(&next->turn);
  while (sem_wait(&self->turn) != 0)
    ;
  processorIndex = self->processor;
}

/// Handles the interrupts that have come; they are off meanwhile.
static void deliver() {
  unsigned pending;
  while ((pending = processors[processorIndex].pending.exchange(0)) != 0) {
    if (pending & TimerInterrupt)
      switchTo(onTimer(self));
    if (pending & NotifyInterrupt)
      switchTo(onNotify(self));
  }
}

static void raise(unsigned index, unsigned what) {
  Processor &processor = processors[index];
  // One that is pending is looked for whenever interrupts go on; more signals
  // would only nest, without end if they come faster than they are handled.
  if (processor.pending.fetch_or(what) != 0)
    return;
  sem_post(&processor.wake);
  if (Frame *running = processor.running)
    pthread_kill(running->thread, interruptSignal);
}

static void handleInterrupt(int) {
  int saved = errno;
  if (self != nullptr && interruptsOn &&
      processors[processorIndex].running == self) {
    interruptsOn = false;
    enableInterrupts();
  }
  errno = saved;
}

static void handleFault(int, siginfo_t *info, void *state) {
  auto address = reinterpret_cast<uint64_t>(info->si_addr);
  auto *context = static_cast<ucontext_t *>(state);
  Fault fault;
  fault.kind = Fault::Access;
  fault.address = address;
  fault.what = "page fault";
#if defined(__x86_64__)
  fault.isWrite = context->uc_mcontext.gregs[REG_ERR] & 2;
  fault.pc = static_cast<uint64_t>(context->uc_mcontext.gregs[REG_RIP]);
#else
  (void)context;
  fault.isWrite = true;
#endif
  int saved = errno;
  bool wereOn = interruptsOn;
  interruptsOn = false;
  switchTo(onFault(self, fault));
  errno = saved;
  interruptsOn = wereOn;
  // What came meanwhile was kept back.
  if (wereOn && processors[processorIndex].pending != 0)
    handleInterrupt(interruptSignal);
}

static void installHandlers() {
  struct sigaction action = {};
  action.sa_handler = handleInterrupt;
  action.sa_flags = SA_NODEFER;
  sigaction(interruptSignal, &action, nullptr);
  action.sa_sigaction = handleFault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
}

static void *runContext(void *argument) {
  self = static_cast<Frame *>(argument);
  while (sem_wait(&self->turn) != 0)
    ;
  processorIndex = self->processor;
  enableInterrupts();
  self->entry(self->argument);
  _exit(254); // contexts do not return
}

Frame *makeFrame(void *, void (*entry)(void *), void *argument) {
  // Never freed: the thread of a process that ended waits for ever.
  auto *frame = new Frame;
  sem_init(&frame->turn, 0, 0);
  frame->entry = entry;
  frame->argument = argument;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 20);
  // The new thread takes no signals before it has its turn.
  sigset_t blocked, before;
  sigfillset(&blocked);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  if (pthread_create(
          &frame->thread, &attributes,
          [](void *argument) -> void * {
            sigset_t none;
            sigemptyset(&none);
            pthread_sigmask(SIG_SETMASK, &none, nullptr);
            return runContext(argument);
          },
          frame) != 0)
    fail("pthread_create");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return frame;
}

void yield() { switchTo(onYield(self)); }

void resume(Frame *frame) {
  unsigned index = processorIndex;
  frame->processor = index;
  processors[index].running = frame;
  sem_post(&frame->turn);
  for (;;)
    pause();
}

void initFloats(FloatState &) {}
void saveFloats(FloatState &) {}
void restoreFloats(const FloatState &) {}
void describe(const Frame *, void (*)(const char *, uint64_t)) {}
uint64_t getStackPointer(const Frame *) { return 0; }
uint64_t getStackEnd(uint64_t at) { return at; }
bool isReturnAddress(uint64_t) { return false; }

bool disableInterrupts() {
  bool wereOn = interruptsOn;
  interruptsOn = false;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  return wereOn;
}

void enableInterrupts() {
  // One that comes between the two steps finds them on, and handles all.
  do {
    interruptsOn = false;
    deliver();
    interruptsOn = true;
    std::atomic_signal_fence(std::memory_order_seq_cst);
  } while (processors[processorIndex].pending != 0);
}

void waitForInterrupt() {
  Processor &processor = processors[processorIndex];
  while (processor.pending == 0)
    sem_wait(&processor.wake);
  while (sem_trywait(&processor.wake) == 0)
    ;
  deliver();
}

void relax() { sched_yield(); }
unsigned getProcessor() { return processorIndex; }
void setOwn(unsigned index, void *own) { processors[index].own = own; }
void *getOwn() { return processors[processorIndex].own; }
void notifyProcessor(unsigned index) { raise(index, NotifyInterrupt); }

//===--- time -------------------------------------------------------------===//

uint64_t now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec - startTime.tv_sec) * 1000000000 +
         static_cast<uint64_t>(time.tv_nsec) -
         static_cast<uint64_t>(startTime.tv_nsec);
}

void setTimer(uint64_t time) {
  std::lock_guard guard(timerMutex);
  deadlines[processorIndex] = time;
  timerChanged.notify_one();
}

static void runTimers() {
  sigset_t blocked;
  sigfillset(&blocked);
  pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
  std::unique_lock lock(timerMutex);
  for (;;) {
    uint64_t first = ~uint64_t(0), current = now();
    for (unsigned i = 0; i != machine.processors; ++i) {
      if (deadlines[i] <= current) {
        deadlines[i] = ~uint64_t(0);
        raise(i, TimerInterrupt);
      }
      first = std::min(first, deadlines[i]);
    }
    if (first == ~uint64_t(0))
      timerChanged.wait(lock);
    else
      timerChanged.wait_for(lock, std::chrono::nanoseconds(first - current));
  }
}

/// A device gone wrong: nobody asked for its interrupts, of both kinds.
static void runStorm() {
  sigset_t blocked;
  sigfillset(&blocked);
  pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
  for (unsigned i = 0;; ++i) {
    raise(i % machine.processors, TimerInterrupt | NotifyInterrupt);
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
}

uint64_t readWallClock() {
  timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000000000 +
         static_cast<uint64_t>(time.tv_nsec);
}

bool readEntropy(uint8_t *out) { return getrandom(out, 32, 0) == 32; }

//===--- console and end --------------------------------------------------===//

void writeConsole(const char *text, size_t length) {
  while (length != 0) {
    ssize_t written = write(machine.console, text, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return;
    text += written;
    length -= static_cast<size_t>(written);
  }
}

int readConsole() {
  return inputPosition != machine.input.size()
             ? static_cast<unsigned char>(machine.input[inputPosition++])
             : -1;
}

void powerOff(int status) { _exit(status & 0xFF); }

//===--- memory -----------------------------------------------------------===//

void *toPointer(uint64_t physical) { return ram + (physical - ramBase); }
uint64_t toPhysical(const void *pointer) {
  return static_cast<uint64_t>(static_cast<const uint8_t *>(pointer) - ram) +
         ramBase;
}

MemoryRange getWindow() { return {windowBase, windowSize}; }
void initPaging(const BootInfo &) {}
void enablePaging() {}
void flushMappings() {}

static uint32_t &entryOf(uint64_t address) {
  return mapped[(address - windowBase) / pageSize];
}

bool mapPage(uint64_t address, uint64_t physical, uint8_t rights) {
  // A device is a page that nobody else has.
  if (rights & Device) {
    if (mmap(reinterpret_cast<void *>(address), pageSize,
             PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
             -1, 0) == MAP_FAILED)
      return false;
    entryOf(address) = ~0u;
    return true;
  }
  int protection = PROT_READ | (rights & Write ? PROT_WRITE : 0);
  if (mmap(reinterpret_cast<void *>(address), pageSize, protection,
           MAP_SHARED | MAP_FIXED, ramFile,
           static_cast<off_t>(physical - ramBase)) == MAP_FAILED)
    return false;
  entryOf(address) = static_cast<uint32_t>(physical / pageSize) + 1;
  return true;
}

uint64_t unmapNext(uint64_t &address, uint64_t end) {
  for (; address < end; address += pageSize) {
    uint32_t &entry = entryOf(address);
    if (entry == 0)
      continue;
    uint64_t physical = uint64_t(entry - 1) * pageSize;
    entry = 0;
    mmap(reinterpret_cast<void *>(address), pageSize, PROT_NONE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    address += pageSize;
    return physical;
  }
  return ~uint64_t(0);
}

bool isMapped(uint64_t address) {
  return address - windowBase < windowSize && entryOf(address) != 0;
}

//===--- user mode: a process of Linux has none below it ------------------===//

MemoryRange getUserRange() { return {}; }
bool makeSpace(Space &) { return false; }
void freeSpace(Space &) {}
void useSpace(Space *, uint64_t, bool) {}
bool mapUserPage(Space &, uint64_t, uint64_t, uint8_t) { return false; }
uint64_t unmapNextUser(Space &, uint64_t &, uint64_t) { return ~uint64_t(0); }
bool isUserMapped(Space &, uint64_t) { return false; }
void publishCode() {}
void setUserResult(Frame *, uint64_t, uint64_t, uint64_t) {}
void enableFloats() {}
void enableUserFloats(Frame *) {}
void enterUser(uint64_t, uint64_t, uint64_t &, void *) { fail("user mode"); }
bool isUser(const Frame *) { return false; }
UserPlace getUserPlace(const Frame *) { return {}; }
void redirectUser(Frame *, uint64_t, uint64_t, uint64_t, const UserPlace &) {}

//===--- start ------------------------------------------------------------===//

/// Memory that is there when it is used.
static void *mapAnonymous(uint64_t size, int protection) {
  void *result = mmap(nullptr, size, protection,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (result == MAP_FAILED)
    fail("mmap");
  return result;
}

/// The context in which a processor starts.
static Frame *makeBootFrame(unsigned index) {
  auto *frame = new Frame;
  frame->thread = pthread_self();
  sem_init(&frame->turn, 0, 0);
  frame->processor = processorIndex = index;
  return frame;
}

void initMachine() {
  std::thread(runTimers).detach();
  if (machine.hasStorm)
    std::thread(runStorm).detach();
}
void initProcessor() {}

bool startProcessor(unsigned index, void *) {
  std::thread([index] {
    self = makeBootFrame(index);
    processorMain();
  }).detach();
  return true;
}

int native::getDisk() { return machine.disk; }

void native::boot(const Machine &description) {
  machine = description;
  clock_gettime(CLOCK_MONOTONIC, &startTime);
  ramFile = memfd_create("flux-memory", MFD_CLOEXEC);
  if (ramFile < 0 || ftruncate(ramFile, static_cast<off_t>(machine.memory)))
    fail("memory");
  ram = static_cast<uint8_t *>(mmap(
      nullptr, machine.memory, PROT_READ | PROT_WRITE, MAP_SHARED, ramFile, 0));
  if (ram == MAP_FAILED)
    fail("mmap");
  windowBase = reinterpret_cast<uint64_t>(mapAnonymous(windowSize, PROT_NONE));
  mapped = static_cast<uint32_t *>(mapAnonymous(
      windowSize / pageSize * sizeof(uint32_t), PROT_READ | PROT_WRITE));
  for (Processor &processor : processors)
    sem_init(&processor.wake, 0, 0);
  for (uint64_t &deadline : deadlines)
    deadline = ~uint64_t(0);
  self = makeBootFrame(0);
  installHandlers();
  bootInfo.machine = "a process of Linux";
  bootInfo.commandLine = machine.options.c_str();
  bootInfo.addMemory(ramBase, machine.memory);
  bootInfo.numCpus = machine.processors;
  bootInfo.archive = reinterpret_cast<const uint8_t *>(machine.archive.data());
  bootInfo.archiveSize = machine.archive.size();
  kernelMain(bootInfo);
}

} // namespace flux::hal
