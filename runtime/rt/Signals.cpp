//===- Signals.cpp - stack overflow as a trap -----------------------------===//
//
// Linux tells a program that its stack is full by a fault at an address next to
// the stack pointer.  The handler runs on a stack of its own, finds the first
// frame of compiled code above the fault and tells its calls.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/linux/Syscalls.h"

extern "C" void flux_signal_return();

namespace flux::rt {

namespace {

constexpr int segmentationFault = 11;
constexpr uint64_t pageSize = 4096;

/// siginfo_t of a fault.
struct SignalInfo {
  int32_t number, error, code, pad;
  uint64_t address;
};

struct SignalAction {
  void (*handler)(int, const SignalInfo *, const void *);
  uint64_t flags;
  void (*restorer)();
  uint64_t mask;
};

struct SignalStack {
  void *base;
  int32_t flags;
  uint64_t size;
};

} // namespace

/// First address from \p address on whose page is there, or stackTop.  What
/// lies between a fault and the frames in use may not be.
static uint64_t skipMissingPages(uint64_t address) {
  unsigned char resident;
  while (address < stackTop &&
         systemCall(Syscall::Mincore, static_cast<int64_t>(address & -pageSize),
                    pageSize, toArgument(&resident)) < 0)
    address = (address & -pageSize) + pageSize;
  return address < stackTop ? address : stackTop;
}

/// The innermost caller that the call-site table knows, or a frame with the
/// return address 0.
static Frame findFrame(const SignalRegisters &registers) {
  // The call itself may have found no room for its return address.
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

/// A fault within what a function may touch around its stack pointer, where
/// there is no memory.
static bool isStackOverflow(const SignalInfo &info, uint64_t stackPointer) {
  constexpr int notMapped = 1;
  constexpr uint64_t below = 65536, above = uint64_t(1) << 20;
  return info.code == notMapped && info.address < stackTop &&
         info.address - (stackPointer - below) < below + above;
}

static void handleFault(int number, const SignalInfo *info,
                        const void *context) {
  SignalRegisters registers = readSignalRegisters(context);
  if (!isStackOverflow(*info, registers.stackPointer)) {
    writeErrorText("internal error: invalid memory access\n");
    flushAll();
    // The instruction faults again, and the system does what it always does.
    SignalAction standard = {};
    systemCall(Syscall::RtSigaction, number, toArgument(&standard), 0, 8);
    return;
  }
  flushAll();
  Frame frame = findFrame(registers);
  writeOverflow(frame);
  flushAll();
  exitGroup(trapStatus);
}

void installStackOverflowHandler() {
  constexpr uint64_t withInfo = 4, onOwnStack = 0x08000000,
                     hasRestorer = 0x04000000;
  alignas(16) static char memory[32768];
  SignalStack stack = {memory, 0, sizeof memory};
  systemCall(Syscall::Sigaltstack, toArgument(&stack), 0);
  SignalAction action = {handleFault, withInfo | onOwnStack | hasRestorer,
                         flux_signal_return, 0};
  systemCall(Syscall::RtSigaction, segmentationFault, toArgument(&action), 0,
             8);
}

} // namespace flux::rt
