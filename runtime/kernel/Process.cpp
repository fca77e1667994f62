//===- Process.cpp - making and ending processes --------------------------===//
//
// A process has an account of memory, a stack in the kernel, and what its
// program needs.  Numbers are not used again soon: a slot of the table gives
// each of its processes another one.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Process.h"
#include "runtime/kernel/Devices.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/SchedulerState.h"
#include "runtime/kernel/User.h"

namespace flux::kernel {

static constexpr uint64_t stackSize = 32 << 10;
constinit Process *processTable[maxProcesses] = {};
/// The slots of the table from here on were never used.
static constinit unsigned numSlots = 0;
static constinit uint32_t generations[maxProcesses] = {};
static constinit Pool<Process> processPool;

const char *getName(State state) {
  static const char names[][15] = {"unused",         "ready",   "running",
                                   "blocked",        "zombie",  "agent idle",
                                   "agent thinking", "compiled"};
  return names[static_cast<unsigned>(state)];
}

void begin(Process &process) {
  process.runningState = State::Running;
  process.usesFloats = true;
  process.basePriority = process.priority = defaultPriority;
  process.wakeTime = never;
  process.regionLimit = vm::defaultMemoryLimit;
  process.package.manifest = bytecode::Manifest();
  process.machine.state = vm::State::Halted;
  process.machine.gas = 0x7FFFFFFFFFFFFFFF;
  process.machine.handler = vm::noHandler;
  process.brokenWord = ~0u;
}

Process *makeProcess(const StartInfo &info) {
  unsigned slot = 0;
  while (slot != maxProcesses && processTable[slot] != nullptr)
    ++slot;
  if (slot == maxProcesses)
    return nullptr;
  auto *process = static_cast<Process *>(processPool.allocateZeros());
  if (process == nullptr)
    return nullptr;
  begin(*process);
  process->slot = static_cast<uint16_t>(slot);
  process->id = generations[slot] * maxProcesses + slot + 1;
  process->parent = info.parent;
  process->basePriority = process->priority = info.priority;
  process->capabilities = info.capabilities;
  process->entry = info.entry;
  process->takesArguments = info.takesArguments;
  uint64_t length =
      info.name.size < maxNameLength ? info.name.size : uint64_t(maxNameLength);
  __builtin_memcpy(process->name, info.name.data, length);
  process->account.limit =
      info.memoryLimit != 0
          ? (info.memoryLimit + hal::pageSize - 1) / hal::pageSize
          : getTotalPages();
  if (info.memoryLimit != 0 && info.memoryLimit < process->regionLimit)
    process->regionLimit = info.memoryLimit;
  process->mailbox.account = &process->account;
  process->mailbox.owner = static_cast<uint16_t>(slot);
  hal::initFloats(process->floats);
  processTable[slot] = process;
  if (slot == numSlots)
    ++numSlots;
  process->stack = reserve(process->mappings, process->account, slot, stackSize,
                           MemoryKind::Kernel, hal::Read | hal::Write);
  if (process->stack == nullptr ||
      !populate(*process->stack, process->stack->base, stackSize)) {
    freeProcess(*process);
    return nullptr;
  }
  process->frame = hal::makeFrame(
      reinterpret_cast<void *>(process->stack->base + stackSize),
      [](void *self) {
        auto &process = *static_cast<Process *>(self);
        process.entry(process);
        exitProcess(0);
      },
      process);
  return process;
}

void startProcess(Process &process) {
  process.isStartable = false;
  makeReady(process);
}

Process *nextProcess(uint32_t id) {
  unsigned slot = id == 0 ? 0 : (id - 1) % maxProcesses + 1;
  while (slot < numSlots && processTable[slot] == nullptr)
    ++slot;
  return slot < numSlots ? processTable[slot] : nullptr;
}

void freeScratch(Process &process) {
  while (process.scratch.first != nullptr)
    release(process.scratch, process.scratch.first);
}

void freeResources(Process &process) {
  process.files.closeAll();
  freeScratch(process);
  process.mailbox.clear();
  devices::release(process);
  while (process.mappings.first != nullptr)
    release(process.mappings, process.mappings.first);
  process.stack = nullptr;
  freeUserDevices(process);
  hal::freeSpace(process.space);
}

void freeProcess(Process &process) {
  freeResources(process);
  processTable[process.slot] = nullptr;
  // Numbers stay positive as 32 bits.
  constexpr uint32_t maxGeneration = 0x7FFFFFFF / maxProcesses - 1;
  uint32_t &generation = generations[process.slot];
  generation = generation == maxGeneration ? 0 : generation + 1;
  processPool.free(&process);
}

void exitProcess(int status) {
  Guard guard;
  Process &self = getCurrent();
  if (self.id == kernelId)
    panic("the kernel's process ended");
  self.files.closeAll(); // before anybody hears of the end
  self.status = status;
  // Its children get the kernel as parent, which asks for every status.
  for (Process *child = nextProcess(0); child != nullptr;
       child = nextProcess(child->id))
    if (child->parent == self.id) {
      child->parent = kernelId;
      if (child->state == State::Zombie)
        wakeKernel();
    }
  becomeZombie(self); // the kernel frees what it has
  for (;;)
    guard.wait();
}

} // namespace flux::kernel
