//===- Signals.cpp - stack overflow as a trap -----------------------------===//
//
// Linux, or the kernel of an image, tells a program that its stack is full by a
// fault at an address next to the stack pointer.  The handler runs on a stack
// of its own, finds the first frame of compiled code above the fault and tells
// its calls.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/linux/Syscalls.h"

namespace flux::rt {

#ifdef __FLUX_IMAGE__

/// All of the stack can be read, a little above its end as below.
static uint64_t skipMissingPages(uint64_t address) {
  constexpr uint64_t stackSize = uint64_t(8) << 20; // runtime/kernel/User.cpp
  uint64_t lowest = stackTop - stackSize;
  return address < lowest ? lowest : address < stackTop ? address : stackTop;
}

#else

namespace {

constexpr int segmentationFault = 11;

struct SignalStack {
  void *base;
  int32_t flags;
  uint64_t size;
};

} // namespace

/// The size of pages, which the kernel tells behind the environment.
static uint64_t getPageSize() {
  constexpr uint64_t pageSizeKey = 6;
  auto *words = reinterpret_cast<const uint64_t *>(stackTop);
  words += words[0] + 2;
  while (*words++ != 0)
    continue;
  for (; words[0] != 0; words += 2)
    if (words[0] == pageSizeKey)
      return words[1];
  return 4096;
}

/// First address from \p address on whose page is there, or stackTop.  What
/// lies between a fault and the frames in use may not be.
static uint64_t skipMissingPages(uint64_t address) {
  uint64_t page = getPageSize();
  unsigned char resident;
  while (address < stackTop &&
         systemCall(Syscall::Mincore, static_cast<int64_t>(address & -page),
                    static_cast<int64_t>(page), toArgument(&resident)) < 0)
    address = (address & -page) + page;
  return address < stackTop ? address : stackTop;
}

#endif

/// The innermost caller that the call-site table knows, where calls push their
/// return address, or a frame with the return address 0.
[[maybe_unused]] static Frame
findPushedFrame(const SignalRegisters &registers) {
  // The call itself may have found no room for its return address.
  constexpr unsigned callLength = 5;
  uint64_t next = registers.instruction + callLength;
  if (isReturnAddress(next))
    return {next, registers.stackPointer, registers.framePointer};
  uint64_t slot = skipMissingPages(registers.stackPointer & -uint64_t(8));
  for (; slot < stackTop; slot += 8) {
    auto *words = reinterpret_cast<const uint64_t *>(slot);
    if (!isReturnAddress(words[0]))
      continue;
    // A callee with a frame pointer saves its caller's next to the return
    // address; otherwise the register still holds it.
    bool saved = registers.framePointer < slot &&
                 registers.framePointer >= registers.stackPointer;
    return {words[0], slot + 8, saved ? words[-1] : registers.framePointer};
  }
  return {0, stackTop, 0};
}

/// The same where calls leave their return address in a register.  The function
/// that found no stack has hardly begun: the register still holds it, but what
/// it took off the stack pointer is not known.
[[maybe_unused]] static Frame
findLinkedFrame(const SignalRegisters &registers) {
  uint64_t low = skipMissingPages(registers.stackPointer & -uint64_t(16));
  uint64_t pointer = registers.framePointer;
  auto hasRecord = [&] {
    return pointer >= low + 16 && pointer <= stackTop - 16 && pointer % 8 == 0;
  };
  if (isReturnAddress(registers.link)) {
    // Perhaps it has set up its own frame pointer already.
    if (hasRecord()) {
      Frame own = getCaller(reinterpret_cast<const void *>(pointer));
      if (own.returnAddress == registers.link && leadsOut(own))
        return own;
    }
    for (uint64_t slot = low; slot < stackTop; slot += 16) {
      Frame frame = {registers.link, slot, pointer};
      if (leadsOut(frame))
        return frame;
    }
  }
  // A function of the runtime, all of which that call others have frame
  // pointers.
  while (hasRecord()) {
    Frame frame = getCaller(reinterpret_cast<const void *>(pointer));
    if (leadsOut(frame))
      return frame;
    if (frame.framePointer <= pointer)
      break;
    pointer = frame.framePointer;
  }
  return {0, stackTop, 0};
}

/// A fault within what a function may touch around its stack pointer.
static bool isStackOverflow(uint64_t address, uint64_t stackPointer) {
  constexpr uint64_t below = 65536, above = uint64_t(1) << 20;
  return address < stackTop && address - (stackPointer - below) < below + above;
}

[[noreturn]] static void endByOverflow(const SignalRegisters &registers) {
  flushAll();
  if constexpr (hasLinkRegister)
    writeOverflow(findLinkedFrame(registers));
  else
    writeOverflow(findPushedFrame(registers));
  flushAll();
  exitGroup(trapStatus);
}

#ifdef __FLUX_IMAGE__

static void handleFault(uint64_t address, uint64_t pc, uint64_t stack,
                        uint64_t framePointer, uint64_t link) {
  if (isStackOverflow(address, stack))
    endByOverflow({pc, stack, framePointer, link});
  writeErrorText("internal error: invalid memory access\n");
  flushAll();
  exitGroup(trapStatus);
}

void installStackOverflowHandler() {
  alignas(16) static char memory[32768];
  host::flux_host_handle_faults(handleFault, memory + sizeof memory);
}

#else

static void handleFault(int number, const SignalInfo *info,
                        const void *context) {
  SignalRegisters registers = readSignalRegisters(context);
  constexpr int notMapped = 1, notAllowed = 2; // a guard page may be either
  if ((info->code != notMapped && info->code != notAllowed) ||
      !isStackOverflow(info->address, registers.stackPointer)) {
    writeErrorText("internal error: invalid memory access\n");
    flushAll();
    // The instruction faults again, and the system does what it always does.
    SignalAction standard = {};
    systemCall(Syscall::RtSigaction, number, toArgument(&standard), 0, 8);
    return;
  }
  endByOverflow(registers);
}

void installStackOverflowHandler() {
  constexpr uint64_t withInfo = 4, onOwnStack = 0x08000000;
  alignas(16) static char memory[32768];
  SignalStack stack = {memory, 0, sizeof memory};
  systemCall(Syscall::Sigaltstack, toArgument(&stack), 0);
  SignalAction action = makeSignalAction(handleFault, withInfo | onOwnStack);
  systemCall(Syscall::RtSigaction, segmentationFault, toArgument(&action), 0,
             8);
}

#endif

} // namespace flux::rt
