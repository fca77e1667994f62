//===- Process.h - what the kernel knows of a process ----------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_PROCESS_H
#define FLUX_RUNTIME_KERNEL_PROCESS_H

#include "runtime/kernel/Files.h"
#include "runtime/kernel/Messages.h"
#include "runtime/vm/Machine.h"
#include "runtime/vm/Place.h"
#include "runtime/vm/Threaded.h"

namespace flux::kernel {

enum class State : uint8_t {
  Unused,
  Ready,         ///< could run
  Running,       ///< on a processor
  Blocked,       ///< waits for time, input or another process
  Zombie,        ///< ended; its status was not asked for yet
  AgentIdle,     ///< waits for a message
  AgentThinking, ///< running, as an agent
  Compiled,      ///< running native code
};
const char *getName(State state);

inline constexpr uint8_t kernelPriority = 255, defaultPriority = 128,
                         maxAgedPriority = 200;
inline constexpr uint64_t tickTime = 1000000; ///< nanoseconds
inline constexpr unsigned sliceTicks = 10, thinkingTicks = 20;
inline constexpr uint64_t never = ~uint64_t(0);
inline constexpr unsigned maxNameLength = 63;
/// The status of a process that a trap ended, and of one that was killed.
inline constexpr int trapStatus = 101, killedStatus = 137;

/// Addresses of a program in user mode; pages come when they are used first.
struct UserArea {
  uint64_t base, size;
  uint8_t rights;
  bool isMade = false;   ///< by a call
  bool isDevice = false; ///< its pages are registers of devices
};

/// What may be waited for besides the time.
enum class WaitFor : uint8_t { Nothing, Child, Input, Message };
/// Where a process goes on that waits for a word (Exchange.h), if it does.
enum class WordFor : uint8_t { Nobody, User, Kernel };

struct Process {
  // What the change of contexts needs.
  hal::Frame *frame = nullptr;
  State state = State::Unused;
  State runningState = State::Running; ///< what that is when it runs
  uint8_t basePriority = defaultPriority;
  uint8_t priority = defaultPriority; ///< with what ageing and messages added
  WaitFor waitsFor = WaitFor::Nothing;
  WordFor waitsForWord = WordFor::Nobody;
  bool usesFloats = true; ///< which must be saved
  bool isKilled = false;  ///< ends at the next chance
  uint32_t id = 0;
  uint32_t waitsForId = 0;
  unsigned processor = 0; ///< that it runs on
  uint16_t capabilities = 0;
  uint16_t slot = 0;
  hal::Space space;          ///< of a program in user mode
  uint64_t userStackTop = 0; ///< where the kernel saves what interrupts it
  Process *next = nullptr, *previous = nullptr; ///< in a queue
  uint64_t readySince = 0, wakeTime = never, processorTime = 0;

  bool isAgent() const { return runningState == State::AgentThinking; }

  uint32_t parent = 0;
  int status = 0; ///< of a zombie
  Process *nextSleeper = nullptr;
  bool timedOut = false;
  uint64_t waitEnd = 0; ///< of a call that may begin again

  // Memory.
  Account account;
  MappingList mappings;
  MappingList scratch; ///< of a call that is worked on
  Mapping *stack = nullptr;

  // The program.
  Bytes file; ///< its package
  /// What all its regions may take, whether they are used or not.
  uint64_t regionLimit = vm::defaultMemoryLimit;
  bytecode::Package package;
  vm::Machine machine;
  vm::ThreadedCode code;
  vm::Context *context = nullptr; ///< of the handlers that run it
  void (*entry)(Process &process) = nullptr;
  bool isVerified = false;
  bool isLoaded = false;             ///< can go on
  bool isStartable = false;          ///< loaded, and waits for its start
  bool takesArguments = false;       ///< those of the machine
  const char *commandLine = nullptr; ///< with its own arguments
  uint8_t *imports = nullptr;        ///< the host call behind each import
  Files files;
  Mailbox mailbox;

  // A program in user mode.
  static constexpr unsigned maxAreas = 18;
  bool hasSpace = false;
  UserArea areas[maxAreas] = {};
  unsigned numAreas = 0;
  uint64_t faultHandler = 0, faultStack = 0;

  // Words for a package (Exchange.h).
  uint64_t word[2] = {};      ///< its sender and it, or 0 and an error
  bool hasWord = false;       ///< which its wait ended with
  vm::Place *place = nullptr; ///< where it goes on, if it waits in a handler
  Process *partner = nullptr; ///< that it goes on with by itself
  int64_t gasWithPartner = 0; ///< when that began

  // What a rule of the language that was broken says.
  uint64_t broken[5] = {};   ///< arguments of `flux.trap`
  uint32_t brokenWord = ~0u; ///< where that was

  char name[maxNameLength + 1] = {};
  hal::FloatState floats;
};

/// When what takes \p time from now is over; for a call that began again, from
/// when it began first.
inline uint64_t getDeadline(Process &process, uint64_t time) {
  uint64_t now = hal::now(), end = time < never - 1 - now ? now + time : never;
  if constexpr (!hal::contextsBeginAgain)
    return end;
  if (process.waitEnd == 0)
    process.waitEnd = end;
  return process.waitEnd;
}
/// True if the call that is worked on did not begin before.
inline bool isFirstTry(Process &process) {
  bool isFirst = process.waitEnd == 0;
  if constexpr (hal::contextsBeginAgain)
    process.waitEnd = 1;
  return isFirst;
}

/// How a process starts.
struct StartInfo {
  Bytes name;
  uint16_t capabilities = 0;
  uint8_t priority = defaultPriority;
  uint64_t memoryLimit = 0; ///< bytes; 0: what the machine has
  uint32_t parent = 0;
  bool takesArguments = false;
  void (*entry)(Process &process) = nullptr;
};

/// What a child of \p process may have, as StartInfo wants it.
inline uint64_t getMemoryLimit(const Process &process) {
  uint64_t limit = process.account.limit;
  return limit < getTotalPages() ? limit * hal::pageSize : 0;
}

/// The kernel itself, as process 1.
inline constexpr uint32_t kernelId = 1;

// The following need the kernel's lock.

/// Makes zeros what a new Process is.
void begin(Process &zeros);
/// Makes a process that start() lets run; null without memory.
Process *makeProcess(const StartInfo &info);
void startProcess(Process &process);
inline constexpr unsigned maxProcesses = 1024;
extern Process *processTable[maxProcesses];
/// The process with a number, or null.
inline Process *findProcess(uint32_t id) {
  Process *process = processTable[(id - 1) % maxProcesses];
  return process != nullptr && process->id == id ? process : nullptr;
}
/// The process after \p id, null if that was the last; begins with 0.
Process *nextProcess(uint32_t id);
/// The process that this processor works for.
Process &getCurrent();
/// The same before and after there are processes.
Process *getCurrentOrNull();
/// Frees what a call used meanwhile.
void freeScratch(Process &process);
/// Frees all but the record of an ended process, or the record, too.
void freeResources(Process &process);
void freeProcess(Process &process);

/// Ends the current process.  Must be called without the lock.
[[noreturn]] void exitProcess(int status);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_PROCESS_H
