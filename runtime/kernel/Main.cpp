//===- Main.cpp - from the first instruction in C++ to running programs ---===//
//
// The kernel's own process starts the programs of the image, starts the other
// processors, frees what ends, and ends the machine with the status of the
// first program when all have ended.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Drivers.h"
#include "runtime/kernel/Archive.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Console.h"
#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Network.h"
#include "runtime/kernel/Program.h"
#include "runtime/kernel/Scheduler.h"
#include "runtime/kernel/Stage0.h"
#include "runtime/kernel/User.h"

namespace flux::kernel {

static constinit Archive archive;
static const hal::BootInfo *bootInfo;

const Archive &getArchive() { return archive; }
const hal::BootInfo &getBootInfo() { return *bootInfo; }

static Bytes getOption(const char *name) {
  return getOption(bootInfo->commandLine, name);
}

static void readOptions() {
  Bytes level = getOption("log");
  static const char *const levels[] = {"error", "warning", "info", "debug"};
  for (unsigned i = 0; i != 4; ++i)
    if (equals(level, levels[i]))
      setConsoleLevel(static_cast<Level>(i));
  setCarriageReturns(lists(getOption("console"), "crlf"));
  if (equals(getOption("streams"), "marked"))
    markStreams();
}

/// Capabilities as text: `NAME,NAME` or `ALL`; none is the default.
static uint16_t readCapabilities(Bytes names) {
  if (names.data == nullptr)
    return defaultCapabilities;
  if (equals(names, "ALL"))
    return isa::allEffects;
  uint16_t result = 0;
  for (unsigned bit = 0; isa::getEffectName(bit) != nullptr; ++bit)
    if (lists(names, isa::getEffectName(bit)))
      result |= static_cast<uint16_t>(1 << bit);
  return result;
}

uint16_t getProgramCapabilities() {
  return readCapabilities(getOption("allow"));
}

/// Starts the programs that the image names, a name a line, behind which a tab
/// and capabilities may stand; returns the number of the first one.
static uint32_t startPrograms() {
  uint32_t first = 0;
  Bytes list = archive.find(startList);
  for (uint64_t begin = 0; begin < list.size;) {
    uint64_t end = begin;
    while (end != list.size && list.data[end] != '\n')
      ++end;
    uint64_t nameEnd = begin;
    while (nameEnd != end && list.data[nameEnd] != '\t')
      ++nameEnd;
    StartInfo info;
    info.name = {list.data + begin, nameEnd - begin};
    info.capabilities =
        nameEnd == end
            ? getProgramCapabilities()
            : readCapabilities({list.data + nameEnd + 1, end - nameEnd - 1});
    info.parent = kernelId;
    info.takesArguments = first == 0;
    begin = end + 1;
    Guard guard;
    Process *process;
    Bytes file = archive.find(info.name);
    if (file.data == nullptr) {
      log(Level::Error, "there is no file '%b'", &info.name);
      continue;
    }
    if (const char *message = startProgram(file, info, process))
      panic(message);
    log(Level::Info, "process %u runs '%b'", process->id, &info.name);
    if (first == 0)
      first = process->id;
  }
  return first;
}

static void startProcessors() {
  constexpr unsigned stackPages = 4;
  for (unsigned i = 1; i < bootInfo->numCpus; ++i) {
    char *stack;
    {
      Guard guard;
      stack = static_cast<char *>(allocateForever(stackPages));
      if (stack == nullptr || !initScheduler(i)) {
        log(Level::Warning, "no memory for processor %u", i);
        return;
      }
    }
    bool started = hal::startProcessor(i, stack + stackPages * hal::pageSize);
    Guard guard;
    if (!started)
      log(Level::Warning, "processor %u does not start", i);
  }
}

/// Frees what ended processes had; returns how many are left.
static unsigned reap(uint32_t first, int &status) {
  unsigned left = 0;
  for (Process *process = nextProcess(0), *next; process != nullptr;
       process = next) {
    next = nextProcess(process->id);
    if (process->id == kernelId)
      continue;
    if (process->state != State::Zombie) {
      ++left;
      continue;
    }
    if (process->id == first) {
      status = process->status;
      onFirstProgramEnd(status);
    }
    log(Level::Debug, "process %u ended with status %u", process->id,
        uint64_t(process->status));
    freeResources(*process);
    wakeWaiting(WaitFor::Child, process->id);
    if (process->parent == kernelId || findProcess(process->parent) == nullptr)
      freeProcess(*process);
  }
  return left;
}

/// What the kernel of a test has instead (tools/flux-vm/kernel).
extern "C" [[gnu::weak]] void flux_run_test(Bytes) {
  hal::powerOff(panicStatus);
}

/// `test=write-null` breaks a rule on purpose, to see that the walls stand.
/// Not inlined, since a panic tells its caller.
[[gnu::noinline]] static void breakRule() {
  Bytes name = getOption("test");
  // The compiler must not see where this goes.
  uint64_t address = 0;
  __asm__("" : "+r"(address));
  if (equals(name, "write-null"))
    *reinterpret_cast<volatile uint8_t *>(address) = 0;
  else if (name.data != nullptr)
    flux_run_test(name);
}

/// Returns the number of the first program.
static uint32_t start() {
  {
    Guard guard;
    log(Level::Info, "%s, %u KiB of memory, %u processors", bootInfo->machine,
        getTotalPages() * (hal::pageSize / 1024), bootInfo->numCpus);
  }
  drivers::init(*bootInfo);
  startFromDisk();
  openSlot();
  network::init();
  breakRule();
  startProcessors();
  {
    Guard guard;
    mountStore();
  }
  uint32_t first = startPrograms();
  if (first == 0) {
    Guard guard;
    log(Level::Error, "the image has no program");
  }
  return first;
}

static void runKernel(Process &self) {
  // What stays if the context begins again.
  static constinit uint32_t first = 0;
  static constinit int status = 0;
  if (!self.isLoaded) {
    first = start();
    self.isLoaded = true;
  }
  Guard guard;
  while (reap(first, status) != 0) {
    uint64_t network = network::poll(), proof = getProofTime();
    block(guard, WaitFor::Child, 0, network < proof ? network : proof);
    onProofTime();
  }
  endMachine(first != 0 ? status : panicStatus);
}

} // namespace flux::kernel

namespace flux::hal {

void kernelMain(const BootInfo &info) {
  using namespace kernel;
  bootInfo = &info;
  readOptions();
  if (info.refusal != nullptr)
    panic(info.refusal);
  initMemory(info);
  if (getTotalPages() == 0)
    panic("the machine tells of no memory");
  initPaging(info);
  enablePaging();
  initMachine();
  if (const char *message = archive.open({info.archive, info.archiveSize}))
    panic(message);
  StartInfo start;
  start.name = {reinterpret_cast<const uint8_t *>("kernel"), 6};
  start.capabilities = isa::allEffects;
  start.priority = kernelPriority;
  start.entry = runKernel;
  {
    kernelLock.acquire();
    Process *process = initScheduler(0) ? makeProcess(start) : nullptr;
    if (process == nullptr)
      panic("no memory for the kernel");
    startProcess(*process);
    kernelLock.release();
  }
  runProcesses();
}

void processorMain() { kernel::runProcesses(); }

/// A program in user mode did what it may not, or what needs memory.
static Frame *onUserFault(Frame *frame, const Fault &fault) {
  using namespace kernel;
  kernelLock.acquire();
  Process &process = getCurrent();
  if (handleUserFault(process, frame, fault)) {
    kernelLock.release();
    return frame;
  }
  log(Level::Error,
      fault.kind == Fault::Access ? "%s: %s in user mode, address 0x%x, pc 0x%x"
                                  : "%s: %s in user mode, pc 0x%x",
      process.name, fault.what,
      fault.kind == Fault::Access ? fault.address : fault.pc, fault.pc);
  kill(process, trapStatus);
  return onYield(frame);
}

Frame *onFault(Frame *frame, const Fault &fault) {
  using namespace kernel;
  if (isUser(frame))
    return onUserFault(frame, fault);
  // The kernel works on memory of processes with the lock held, after it made
  // sure that it is there.
  if (fault.kind == Fault::Access && getCurrentOrNull() != nullptr &&
      !kernelLock.isMine()) {
    kernelLock.acquire();
    const char *why;
    if (handleAccess(fault.address, fault.isWrite, why)) {
      kernelLock.release();
      return frame;
    }
    if (why != nullptr) {
      Process &process = getCurrent();
      log(Level::Error, "%s: %s", process.name, why);
      kill(process, trapStatus);
      return onYield(frame);
    }
  }
  panic("the kernel made an error", frame, &fault);
}

} // namespace flux::hal
