//===- Hal.h - all that the kernel knows of a machine ----------*- C++ -*-===//
//
// The functions that a backend implements, and those of the kernel that it
// calls.  Each trap handler gets the frame of what was interrupted and returns
// the frame to go on with, so a context switch is to return another one.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_HAL_HAL_H
#define FLUX_RUNTIME_HAL_HAL_H

#include "runtime/boot/Handover.h"
#include <stddef.h>
#include <stdint.h>

namespace flux::hal {

inline constexpr unsigned maxCpus = 16;
inline constexpr uint64_t pageSize = 4096;

struct MemoryRange {
  uint64_t base = 0, size = 0;
};

/// What firmware told about the machine.  Filled before main() of the kernel,
/// constant afterwards.
struct BootInfo {
  static constexpr unsigned maxRanges = 32;

  const char *machine = "";     ///< for people
  const char *commandLine = ""; ///< never null
  MemoryRange memory[maxRanges];
  unsigned numMemory = 0;
  MemoryRange installed[maxRanges]; ///< the same before anything was reserved
  unsigned numInstalled = 0;
  unsigned numCpus = 1;
  /// As the hardware calls them; the first is this one.
  uint64_t cpuIds[maxCpus] = {};
  static constexpr unsigned maxVirtio = 32;
  uint64_t virtio[maxVirtio] = {}; ///< registers of virtio devices
  unsigned numVirtio = 0;
  MemoryRange pci;       ///< the configuration of devices, if it is in memory
  MemoryRange pciMemory; ///< where registers of theirs may be put
  const uint8_t *archive = nullptr; ///< the files that come with the kernel
  uint64_t archiveSize = 0;

  uint64_t tree = 0; ///< the device tree; 0: none
  uint64_t rsdp = 0; ///< the tables of ACPI; 0: none, or at their usual place
  bool hasSlot = false; ///< another kernel started this one, from a slot
  slots::StartedSlot slot = {};  ///< which
  const char *refusal = nullptr; ///< why this kernel cannot run

  /// Makes zeros what a new one is, with less code than its constructor.
  void begin() {
    machine = commandLine = "";
    numCpus = 1;
    slot.policy.version = slots::Policy::currentVersion;
  }
  /// Adds memory that can be used; what does not fit the table is not used.
  void addMemory(uint64_t base, uint64_t size);
  /// True if a part of [base, base + size) is memory, of whatever use.
  bool hasMemory(uint64_t base, uint64_t size) const;
  /// Takes [base, base + size) out of the memory that can be used.
  void reserve(uint64_t base, uint64_t size);
  void addVirtio(uint64_t base) {
    if (numVirtio < maxVirtio)
      virtio[numVirtio++] = base;
  }
  void addCpu(uint64_t id) {
    if (numCpus < maxCpus)
      cpuIds[numCpus++] = id;
  }

private:
  void addUsable(uint64_t base, uint64_t size);
};

/// The saved registers of a context; each backend has its own.
struct Frame;

#if defined(__wasm__)
/// A stack cannot be left and come back to: a context that waits forgets where
/// it was, and begins again when its turn comes.  It is interrupted only where
/// it calls takeInterrupts().
inline constexpr bool contextsBeginAgain = true;
/// Accesses do not fault: memory is there as soon as it is reserved.
inline constexpr bool pagesComeLater = false;
#else
inline constexpr bool contextsBeginAgain = false;
inline constexpr bool pagesComeLater = true;
#endif

/// Room for the floating-point and vector registers of a context.
struct alignas(16) FloatState {
  uint8_t bytes[544];
};

enum Right : uint8_t {
  Read = 1,
  Write = 2,
  Execute = 4,
  Device = 8,
  User = 16
};

/// Tables of addresses of a program in user mode, in which the kernel is as
/// everywhere.
struct Space {
  uint64_t root = 0;
  uint64_t kernelChanges = 0; ///< of its own tables that this one has seen
};

/// The arguments of calls of user mode.
inline constexpr unsigned maxUserArguments = 4;

/// Where a program in user mode was interrupted.
struct UserPlace {
  uint64_t pc, stack, framePointer;
  uint64_t link; ///< the return address, where calls leave it in a register
};

/// Why a context cannot go on.
struct Fault {
  /// Floats: of user mode, which may not use them yet.
  enum Kind : uint8_t { Access, Instruction, Floats, Other };
  Kind kind = Other;
  bool isWrite = false;
  uint64_t code = 0;    ///< as the processor numbers causes
  uint64_t address = 0; ///< that was accessed
  uint64_t pc = 0;
  const char *what = ""; ///< for people
};

//===--- what a backend implements ----------------------------------------===//

/// Writes to the console; needs nothing but a machine that was started.
void writeConsole(const char *text, size_t length);
/// The next byte of input, or -1 if none has come.
int readConsole();
/// Ends the machine.  \p status is passed on where the machine can.
[[noreturn]] void powerOff(int status);

/// Nanoseconds since the machine was started; never falls.
uint64_t now();
/// Lets this processor be interrupted at \p time (of now()); one that is past
/// interrupts at once, never for all ones.
void setTimer(uint64_t time);

/// Nanoseconds since 1970-01-01 00:00 UTC, or 0 if the machine has no such
/// clock.
uint64_t readWallClock();
/// 32 bytes that nobody can predict; false if there are none (any more).
bool readEntropy(uint8_t *out);

/// Prepares the boot processor: traps, interrupts, clock.  The tables of
/// addresses must be in use.
void initMachine();
/// The same for another processor, by itself.
void initProcessor();
/// Starts processor \p index, which calls processorMain() on a stack that ends
/// at \p stackTop.  False if it does not come.
bool startProcessor(unsigned index, void *stackTop);
/// Interrupts processor \p index.
void notifyProcessor(unsigned index);
/// The number of this processor; constant only while interrupts are off.
/// These three and a few others are inline where they are short (Inline.h).
unsigned getProcessor();
/// What the kernel keeps for a processor, and for this one; null at first.
void setOwn(unsigned index, void *own);
void *getOwn();

/// Says that this processor waits for another one, in a loop.
void relax();
/// Turns interrupts off; returns whether they were on.
bool disableInterrupts();
void enableInterrupts();
/// With interrupts off: waits for one and lets it be handled.
void waitForInterrupt();
#if defined(__wasm__)
/// Handles the interrupts that have come, after which the context may begin
/// again.
void takeInterrupts();
/// True if an interrupt has come.
bool hasInterrupt();
#else
inline void takeInterrupts() {}
inline bool hasInterrupt() { return false; }
#endif

/// Where the kernel may map pages that belong to nothing else.
MemoryRange getWindow();
#if defined(__wasm__)
/// Makes addresses of the window zeroed memory.  False if there is none.
bool provideMemory(uint64_t address, uint64_t size);
#else
inline bool provideMemory(uint64_t, uint64_t) { return true; }
#endif
/// Makes the first tables: memory without execution, the kernel with the rights
/// of its parts, the devices of the machine.
void initPaging(const BootInfo &info);
/// Uses those tables on this processor.
void enablePaging();
/// Maps a page; false if there is no memory for tables.
bool mapPage(uint64_t address, uint64_t physical, uint8_t rights);
/// Removes the first mapping from \p address on and before \p end; returns the
/// physical page and sets \p address behind it, or returns all ones.  Other
/// processors may still use it until they call flushMappings().
uint64_t unmapNext(uint64_t &address, uint64_t end);
/// True if a page is mapped at \p address.
bool isMapped(uint64_t address);
/// Forgets what this processor remembers of mappings.
void flushMappings();

/// Where kernel code can reach physical memory.
void *toPointer(uint64_t physical);
uint64_t toPhysical(const void *pointer);

/// A context that calls \p entry with \p argument on a stack that ends at
/// \p stackTop, with interrupts on.
Frame *makeFrame(void *stackTop, void (*entry)(void *), void *argument);
/// Saves this context, calls onYield(), and goes on when the context is
/// resumed. Interrupts must be off, and stay off.
void yield();
/// Goes on with a context, on the boot stack's place.
[[noreturn]] void resume(Frame *frame);
/// What a context starts with.
void initFloats(FloatState &state);
void saveFloats(FloatState &state);
void restoreFloats(const FloatState &state);
/// True if user mode can be kept from using floats until it needs them, which
/// is then a fault.  Who needs none is changed to and from in less time.
#if defined(__x86_64__)
inline constexpr bool canTrapFloats = false; // they take an instruction each
#else
inline constexpr bool canTrapFloats = true;
#endif
/// Lets the kernel use floats for a process that has none.
void enableFloats();
/// Lets user mode use floats from now on.
void enableUserFloats(Frame *frame);
/// Tells the registers of a frame, or of this place if it is null, to \p print.
void describe(const Frame *frame,
              void (*print)(const char *name, uint64_t value));
/// The stack pointer of a frame, or of this place if it is null.
uint64_t getStackPointer(const Frame *frame);
/// The end of this processor's stack if \p at lies in it, else \p at.
uint64_t getStackEnd(uint64_t at);
/// True if \p address lies behind a call in the code of the kernel.  Functions
/// keep no frame pointers, so this is how calls are found on a stack; some of
/// them have ended.
bool isReturnAddress(uint64_t address);

//===--- user mode --------------------------------------------------------===//

/// Where programs in user mode have their memory; empty if there is no such
/// mode.
MemoryRange getUserRange();
/// False without memory.
bool makeSpace(Space &space);
/// Gives the tables and the pages back by freeUserPage() and freeTable().
void freeSpace(Space &space);
/// Uses it on this processor, or for null the kernel's tables alone.  What
/// interrupts user mode is saved below \p stackTop; user mode may use floats if
/// \p floats.  Interrupts must be off.
void useSpace(Space *space, uint64_t stackTop, bool floats);
/// The same as for the kernel's tables, within getUserRange().
bool mapUserPage(Space &space, uint64_t address, uint64_t physical,
                 uint8_t rights);
uint64_t unmapNextUser(Space &space, uint64_t &address, uint64_t end);
bool isUserMapped(Space &space, uint64_t address);
/// Code was written to memory that will be executed.
void publishCode();
/// Goes on in user mode.  What interrupts it is saved below \p stackTop, which
/// is set before anything can; \p context is handed to
/// flux_hal_on_system_call().
[[noreturn]] void enterUser(uint64_t pc, uint64_t stack, uint64_t &stackTop,
                            void *context);
/// True if the frame is of user mode.
bool isUser(const Frame *frame);
UserPlace getUserPlace(const Frame *frame);
/// Lets user mode go on at \p pc with \p stack, as a function that was called
/// with an address and the place.
void redirectUser(Frame *frame, uint64_t pc, uint64_t stack, uint64_t address,
                  const UserPlace &place);

//===--- what the kernel implements, called by backends -------------------===//

/// The start, on the boot stack with interrupts off.
[[noreturn]] void kernelMain(const BootInfo &info);
/// The same for another processor.
[[noreturn]] void processorMain();
Frame *onTimer(Frame *frame);
/// After notifyProcessor().
Frame *onNotify(Frame *frame);
Frame *onYield(Frame *frame);
Frame *onFault(Frame *frame, const Fault &fault);
/// A zeroed page for tables; all ones if there is none.
uint64_t allocateTable();
void freeTable(uint64_t physical);
void freeUserPage(uint64_t physical);
/// Does what user mode asks for, on the stack of the process; gives the result,
/// and a second one in place of the first argument.  Interrupts are off at its
/// begin and end.
extern "C" uint64_t flux_hal_on_system_call(void *context, uint64_t number,
                                            uint64_t *arguments);
/// The results of a call that is made like a trap: one, an error, another one.
void setUserResult(Frame *frame, uint64_t result, uint64_t error,
                   uint64_t second);
/// The calls by which user mode gives its turn away, and sends a word to
/// another process and waits for one.  They are made like traps; registers that
/// functions may change are not in the frame, which has older values of the
/// same process there.
inline constexpr uint64_t userYield = 101, userExchange = 99;
extern "C" Frame *flux_hal_on_user_yield(Frame *frame);
extern "C" Frame *flux_hal_on_user_exchange(uint64_t process, uint64_t word,
                                            uint64_t waits, uint64_t patience,
                                            Frame *frame);

} // namespace flux::hal

#include "runtime/hal/Inline.h"

#endif // FLUX_RUNTIME_HAL_HAL_H
