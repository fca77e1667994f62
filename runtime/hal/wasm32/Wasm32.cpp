//===- Wasm32.cpp - the kernel in Node and in pages -----------------------===//
//
// The host is the machine: it gives a console, clocks, chance and time to run
// (runtime/wasm/machine.mjs).  A module has one stack, which cannot be changed
// for another one, and nothing interrupts it.  So a context that waits leaves
// the module, as an exception of the host that unwinds all its calls, and
// begins again when its turn comes; who runs for long asks what has come
// meanwhile.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/Hal.h"

namespace flux::hal {

/// A context, on its own stack's place: all that lasts is where it begins.
struct Frame {
  void (*entry)(void *);
  void *argument;
};

/// Why the module is left.
enum class Leave : int32_t {
  Switch, ///< to go on at once, with another context
  Idle,   ///< until the timer, or until input comes
  Turn,   ///< so that the host can do something else
};

#define FLUX_IMPORT(NAME)                                                      \
  extern "C" __attribute__((import_module("flux_machine"), import_name(#NAME)))
#define FLUX_EXPORT(NAME) extern "C" __attribute__((export_name(#NAME)))

/// Writes to the console.
FLUX_IMPORT(write) void host_write(const char *text, size_t length);
/// The next byte of input, or -1.
FLUX_IMPORT(read) int32_t host_read();
/// Nanoseconds since the start; numbers of the host pass 104 days exactly.
FLUX_IMPORT(now) double host_now();
/// Milliseconds since 1970.
FLUX_IMPORT(utc) double host_utc();
/// Fills with chance.
FLUX_IMPORT(entropy) void host_entropy(uint8_t *out, size_t length);
/// True if the host wants a turn soon.
FLUX_IMPORT(waits) int32_t host_waits();
/// Unwinds all calls of the module.
FLUX_IMPORT(leave) [[noreturn]] void host_leave(Leave why);
/// The same, for ever.
FLUX_IMPORT(end) [[noreturn]] void host_end(int32_t status);

extern "C" uint8_t __heap_base;

static constexpr uint64_t growthUnit = 65536;
static constexpr uint64_t addressEnd = (uint64_t(1) << 32) - growthUnit;

static constinit BootInfo bootInfo;
static constinit Frame *current = nullptr;
static constinit uint64_t timer = ~uint64_t(0);
static constinit bool isNotified = false;
static constinit uint64_t windowBase = 0;
/// What lies behind was never used, and is zero.
static constinit uint64_t usedEnd = 0;

//===--- contexts and interrupts ------------------------------------------===//

Frame *makeFrame(void *stackTop, void (*entry)(void *), void *argument) {
  Frame *frame = static_cast<Frame *>(stackTop) - 1;
  *frame = {entry, argument};
  return frame;
}

static void switchTo(Frame *next) {
  if (next == current)
    return;
  current = next;
  host_leave(Leave::Switch);
}

void yield() { switchTo(onYield(current)); }

void resume(Frame *frame) {
  current = frame;
  host_leave(Leave::Switch);
}

bool hasInterrupt() { return isNotified; }

/// True if something had come.
static bool handleInterrupts() {
  bool isDue = now() >= timer;
  if (!isNotified && !isDue)
    return false;
  isNotified = false;
  switchTo(isDue ? onTimer(current) : onNotify(current));
  return true;
}

void takeInterrupts() {
  handleInterrupts();
  if (host_waits())
    host_leave(Leave::Turn);
}

void waitForInterrupt() {
  while (!handleInterrupts())
    host_leave(Leave::Idle);
}

bool disableInterrupts() { return false; }
void enableInterrupts() {}
void notifyProcessor(unsigned) { isNotified = true; }
unsigned getProcessor() { return 0; }
static void *ownOfKernel;
void setOwn(unsigned, void *own) { ownOfKernel = own; }
void *getOwn() { return ownOfKernel; }
bool startProcessor(unsigned, void *) { return false; }
void relax() {}
void initMachine() {}
void initProcessor() {}

void initFloats(FloatState &) {}
void saveFloats(FloatState &) {}
void restoreFloats(const FloatState &) {}
void enableFloats() {}
void enableUserFloats(Frame *) {}
void describe(const Frame *, void (*)(const char *, uint64_t)) {}
uint64_t getStackPointer(const Frame *) { return 0; }
uint64_t getStackEnd(uint64_t at) { return at; }
bool isReturnAddress(uint64_t) { return false; }

//===--- time, chance and console -----------------------------------------===//

uint64_t now() { return static_cast<uint64_t>(host_now()); }
void setTimer(uint64_t time) { timer = time; }
uint64_t readWallClock() { return static_cast<uint64_t>(host_utc()) * 1000000; }

bool readEntropy(uint8_t *out) {
  constexpr size_t size = 32;
  host_entropy(out, size);
  return true;
}

void writeConsole(const char *text, size_t length) {
  if (length != 0)
    host_write(text, length);
}

int readConsole() { return host_read(); }
void powerOff(int status) { host_end(status); }

//===--- memory -----------------------------------------------------------===//

void *toPointer(uint64_t physical) {
  return reinterpret_cast<void *>(static_cast<uintptr_t>(physical));
}
uint64_t toPhysical(const void *pointer) {
  return reinterpret_cast<uintptr_t>(pointer);
}

/// Lets the memory reach to \p end.
static bool grow(uint64_t end) {
  uint64_t have = __builtin_wasm_memory_size(0) * growthUnit;
  if (end <= have)
    return true;
  if (end > addressEnd)
    return false;
  auto units = static_cast<size_t>((end - have + growthUnit - 1) / growthUnit);
  return __builtin_wasm_memory_grow(0, units) != SIZE_MAX;
}

bool provideMemory(uint64_t address, uint64_t size) {
  uint64_t end = address + size;
  if (!grow(end))
    return false;
  uint64_t dirtyEnd = end < usedEnd ? end : usedEnd;
  if (address < dirtyEnd)
    __builtin_memset(toPointer(address), 0,
                     static_cast<size_t>(dirtyEnd - address));
  if (end > usedEnd)
    usedEnd = end;
  return true;
}

MemoryRange getWindow() { return {windowBase, addressEnd - windowBase}; }
void initPaging(const BootInfo &) {}
void enablePaging() {}
void flushMappings() {}
bool mapPage(uint64_t, uint64_t, uint8_t) { return false; }
uint64_t unmapNext(uint64_t &, uint64_t) { return ~uint64_t(0); }
bool isMapped(uint64_t) { return true; }

//===--- user mode: there is none below a module --------------------------===//

MemoryRange getUserRange() { return {}; }
bool makeSpace(Space &) { return false; }
void freeSpace(Space &) {}
void useSpace(Space *, uint64_t, bool) {}
bool mapUserPage(Space &, uint64_t, uint64_t, uint8_t) { return false; }
uint64_t unmapNextUser(Space &, uint64_t &, uint64_t) { return ~uint64_t(0); }
bool isUserMapped(Space &, uint64_t) { return false; }
void publishCode() {}
void enterUser(uint64_t, uint64_t, uint64_t &, void *) { __builtin_trap(); }
bool isUser(const Frame *) { return false; }
void setUserResult(Frame *, uint64_t, uint64_t, uint64_t) {}
UserPlace getUserPlace(const Frame *) { return {}; }
void redirectUser(Frame *, uint64_t, uint64_t, uint64_t, const UserPlace &) {}

//===--- what the host calls ----------------------------------------------===//

/// Room for the archive of files, and for the command line behind it with a NUL
/// at its end; null if there is none.
FLUX_EXPORT(flux_prepare) uint8_t *flux_prepare(uint32_t size) {
  constexpr uint64_t alignment = 16;
  uint64_t base = (toPhysical(&__heap_base) + alignment - 1) & -alignment;
  uint64_t end = (base + size + pageSize - 1) & -pageSize;
  bootInfo.archive = static_cast<uint8_t *>(toPointer(base));
  usedEnd = end;
  return grow(end) ? static_cast<uint8_t *>(toPointer(base)) : nullptr;
}

/// Starts the kernel with what was put there, and with pages of memory.
FLUX_EXPORT(flux_boot)
void flux_boot(uint32_t archiveSize, uint32_t memoryPages) {
  bootInfo.machine = "WebAssembly";
  bootInfo.archiveSize = archiveSize;
  bootInfo.commandLine =
      reinterpret_cast<const char *>(bootInfo.archive) + archiveSize;
  uint64_t base = usedEnd, size = memoryPages * pageSize;
  if (!grow(base + size))
    size = 0;
  bootInfo.addMemory(base, size);
  windowBase = usedEnd = base + size;
  kernelMain(bootInfo);
}

/// Goes on with the context whose turn it is.
FLUX_EXPORT(flux_run) void flux_run() { current->entry(current->argument); }

/// When an idle machine is to go on, in nanoseconds since the start.
FLUX_EXPORT(flux_timer) double flux_timer() {
  return static_cast<double>(timer);
}

} // namespace flux::hal
