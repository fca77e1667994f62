//===- Panic.cpp - the end of a machine that cannot go on -----------------===//
//
// Nothing is trusted here: no lock is taken, no memory asked for, and a fault
// while the reason is told ends the machine at once.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Console.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Scheduler.h"
#include "runtime/kernel/Stage0.h"

namespace flux::kernel {

static constinit uint32_t panics = 0;
static constinit unsigned panicProcessor = hal::maxCpus;

static void printRegister(const char *name, uint64_t value) {
  print("  %s 0x%X\n", name, value);
}

void panic(const char *why, const hal::Frame *frame, const hal::Fault *fault) {
  hal::disableInterrupts();
  uint32_t before = __atomic_fetch_add(&panics, 1, __ATOMIC_SEQ_CST);
  unsigned self = hal::getProcessor();
  if (before != 0) {
    // Another processor's panic must not cut off what the first one tells.
    constexpr unsigned patience = 1 << 28;
    for (unsigned i = 0; self != panicProcessor && i != patience; ++i)
      hal::relax();
    // A fault while a panic is told.
    if (before == 1)
      print("panic in a panic: %s\n", why);
    hal::powerOff(panicStatus);
  }
  panicProcessor = self;
  print("\nkernel panic: %s\n", why);
  if (fault != nullptr) {
    print("  fault: %s, code 0x%x\n", fault->what, fault->code);
    if (fault->kind == hal::Fault::Access)
      printRegister(fault->isWrite ? "writing" : "reading", fault->address);
  }
  print("  processor %u\n", self);
  const Process *process = getCurrentOrNull();
  if (process != nullptr)
    print("  process %u '%s', %s\n", process->id, process->name,
          getName(process->state));
  hal::describe(frame, printRegister);
  uint64_t at = hal::getStackPointer(frame) & ~uint64_t(7);
  uint64_t end = hal::getStackEnd(at);
  if (process != nullptr && process->stack != nullptr &&
      at - process->stack->base < process->stack->size)
    end = process->stack->base + process->stack->size;
  constexpr unsigned maxCalls = 32;
  for (unsigned i = 0; i != maxCalls && at < end; at += sizeof(uint64_t)) {
    uint64_t address = *reinterpret_cast<const uint64_t *>(at);
    if (hal::isReturnAddress(address)) {
      printRegister("called from", address);
      ++i;
    }
  }
  endMachine(panicStatus);
}

} // namespace flux::kernel
