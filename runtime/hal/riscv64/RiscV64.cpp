//===- RiscV64.cpp - the kernel's machine on RISC-V -----------------------===//
//
// Machines that a device tree describes, in supervisor mode above firmware that
// offers SBI: its timer, its interrupts between processors, their start.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/DeviceTree.h"
#include "runtime/hal/NextKernel.h"

namespace flux::hal {

struct Frame {
  uint64_t x[32], pc, status;
};
static_assert(sizeof(Frame) == 272);

extern "C" {
extern char flux_hal_vector[], flux_hal_processor_entry[];
[[noreturn]] void flux_hal_resume(Frame *frame);
void flux_hal_yield();
void flux_hal_save_floats(FloatState *state);
void flux_hal_restore_floats(const FloatState *state);
[[noreturn]] void flux_hal_start(uint64_t self, const void *tree);
[[noreturn]] void flux_hal_start_processor(Processor *processor);
Frame *flux_hal_trap(Frame *frame, uint64_t cause);
Frame *flux_hal_switch(Frame *frame);
}

/// Of sstatus: the FPU can be used, the kernel may reach memory of user mode.
static constexpr uint64_t floatBits = 3 << 13, memoryBit = 1 << 18,
                          statusBits = floatBits | memoryBit;

#define READ_CSR(NAME)                                                         \
  ({                                                                           \
    uint64_t value;                                                            \
    __asm__ volatile("csrr %0, " #NAME : "=r"(value));                         \
    value;                                                                     \
  })
#define WRITE_CSR(NAME, VALUE)                                                 \
  __asm__ volatile("csrw " #NAME ", %0" ::"r"((uint64_t)(VALUE)))

Clock machineClock;

enum Extension : uint64_t {
  OldPut = 1,
  OldGet = 2,
  ProcessorState = 0x48534D,
  Interrupts = 0x735049,
  Reset = 0x53525354,
  TimerExtension = 0x54494D45,
};

struct FirmwareResult {
  uint64_t error, value;
};

static FirmwareResult callFirmware(uint64_t extension, uint64_t function,
                                   uint64_t a = 0, uint64_t b = 0,
                                   uint64_t c = 0) {
  register uint64_t a0 __asm__("a0") = a;
  register uint64_t a1 __asm__("a1") = b;
  register uint64_t a2 __asm__("a2") = c;
  register uint64_t a6 __asm__("a6") = function;
  register uint64_t a7 __asm__("a7") = extension;
  __asm__ volatile("ecall"
                   : "+r"(a0), "+r"(a1)
                   : "r"(a2), "r"(a6), "r"(a7)
                   : "memory");
  return {a0, a1};
}

//===--- console and end --------------------------------------------------===//

void writeConsole(const char *text, size_t length) {
  for (size_t i = 0; i != length; ++i) {
    if (devices.uart.kind != Uart::None)
      devices.uart.put(text[i]);
    else
      callFirmware(OldPut, 0, static_cast<uint8_t>(text[i]));
  }
}

int readConsole() {
  if (devices.uart.kind != Uart::None)
    return devices.uart.get();
  return static_cast<int>(callFirmware(OldGet, 0).error);
}

void powerOff(int status) {
  disableInterrupts();
  auto code = static_cast<uint32_t>(status & 0xFF);
  if (devices.testDevice != 0)
    writeRegister<uint32_t>(devices.testDevice,
                            code == 0 ? 0x5555 : code << 16 | 0x3333);
  callFirmware(Reset, 0, 0, code != 0);
  for (;;)
    __asm__ volatile("wfi");
}

void reset() {
  disableInterrupts();
  constexpr uint64_t cold = 1;
  callFirmware(Reset, 0, cold, 0);
  for (;;)
    __asm__ volatile("wfi");
}

//===--- time -------------------------------------------------------------===//

void setTimer(uint64_t time) {
  callFirmware(TimerExtension, 0,
               time == ~uint64_t(0) ? time : machineClock.toTicks(time));
}

//===--- processors and interrupts ----------------------------------------===//

void waitForInterrupt() {
  __asm__ volatile("wfi\n\tcsrsi sstatus, 2\n\tnop\n\tcsrci sstatus, 2" ::
                       : "memory");
}

static void useProcessor(Processor *processor) {
  __asm__ volatile("mv tp, %0" ::"r"(processor));
  WRITE_CSR(stvec, flux_hal_vector);
}

void initProcessor() {
  // User mode may read the clock.
  __asm__ volatile("csrs sstatus, %0" ::"r"(statusBits));
  WRITE_CSR(scounteren, 2);
  WRITE_CSR(sie, 0x22);
}

void initMachine() { initProcessor(); }

bool startProcessor(unsigned index, void *stackTop) {
  Processor &processor = prepareProcessor(index, stackTop);
  return callFirmware(ProcessorState, 0, processor.hardwareId,
                      reinterpret_cast<uint64_t>(flux_hal_processor_entry),
                      reinterpret_cast<uint64_t>(&processor))
             .error == 0;
}

extern "C" void flux_hal_start_processor(Processor *processor) {
  useProcessor(processor);
  enablePaging();
  initProcessor();
  processorMain();
}

void notifyProcessor(unsigned index) {
  callFirmware(Interrupts, 0, 1, processors[index].hardwareId);
}

//===--- traps and contexts -----------------------------------------------===//

static Fault describeFault(const Frame &frame, uint64_t cause) {
  static const char *const names[] = {
      "misaligned code",
      "no code here",
      "invalid instruction",
      "breakpoint",
      "misaligned read",
      "no read here",
      "misaligned write",
      "no write here",
      "call of the system",
      "call of the system",
      "",
      "",
      "page without execution",
      "page fault at a read",
      "",
      "page fault at a write",
  };
  Fault fault;
  fault.code = cause;
  fault.pc = frame.pc;
  fault.what = cause < sizeof names / sizeof *names ? names[cause]
                                                    : "unexpected interrupt";
  bool isRead = cause == 5 || cause == 13, isWrite = cause == 7 || cause == 15;
  if (isRead || isWrite || cause == 12) {
    if (cause != 12)
      fault.kind = Fault::Access;
    fault.isWrite = isWrite;
    fault.address = READ_CSR(stval);
  } else if (cause == 2) {
    // A processor that tells no instructions says the same for both.
    fault.kind =
        (frame.status & floatBits) == 0 ? Fault::Floats : Fault::Instruction;
  }
  return fault;
}

extern "C" Frame *flux_hal_trap(Frame *frame, uint64_t cause) {
  constexpr uint64_t interrupt = uint64_t(1) << 63;
  switch (cause) {
  case interrupt | 5:
    return onTimer(frame);
  case interrupt | 1:
    __asm__ volatile("csrci sip, 2");
    return onNotify(frame);
  default:
    return onFault(frame, describeFault(*frame, cause));
  }
}

extern "C" Frame *flux_hal_switch(Frame *frame) { return onYield(frame); }

void yield() { flux_hal_yield(); }
void resume(Frame *frame) { flux_hal_resume(frame); }

Frame *makeFrame(void *stackTop, void (*entry)(void *), void *argument) {
  auto top = reinterpret_cast<uint64_t>(stackTop) & ~uint64_t(15);
  auto *frame = reinterpret_cast<Frame *>(top - sizeof(Frame));
  __builtin_memset(frame, 0, sizeof(Frame));
  frame->x[2] = top;
  frame->x[10] = reinterpret_cast<uint64_t>(argument);
  frame->pc = reinterpret_cast<uint64_t>(entry);
  frame->status = statusBits | 0x120; // supervisor mode, interrupts on
  return frame;
}

//===--- user mode --------------------------------------------------------===//

void enableFloats() {
  __asm__ volatile("csrs sstatus, %0" ::"r"(floatBits) : "memory");
}
void enableUserFloats(Frame *frame) {
  frame->status |= floatBits;
  enableFloats();
}

void publishCode() { __asm__ volatile("fence rw, rw\n\tfence.i" ::: "memory"); }

void enterUser(uint64_t pc, uint64_t stack, uint64_t &stackTop, void *context) {
  struct {
    Frame frame;
    void *processor; ///< its record is kept here meanwhile
    void *context;
  } place = {{}, nullptr, context};
  disableInterrupts();
  stackTop = reinterpret_cast<uint64_t>(&place.processor);
  place.frame.pc = pc;
  place.frame.x[2] = stack;
  place.frame.status = memoryBit | 0x20; // interrupts on, no floats
  flux_hal_resume(&place.frame);
}

bool isUser(const Frame *frame) { return (frame->status & 0x100) == 0; }

UserPlace getUserPlace(const Frame *frame) {
  return {frame->pc, frame->x[2], frame->x[8], frame->x[1]};
}

void redirectUser(Frame *frame, uint64_t pc, uint64_t stack, uint64_t address,
                  const UserPlace &place) {
  frame->pc = pc;
  frame->x[2] = stack;
  frame->x[1] = frame->x[8] = 0;
  frame->x[10] = address;
  __builtin_memcpy(frame->x + 11, &place, sizeof place);
}

void saveFloats(FloatState &state) { flux_hal_save_floats(&state); }
void restoreFloats(const FloatState &state) { flux_hal_restore_floats(&state); }
void initFloats(FloatState &state) {
  __builtin_memset(&state, 0, sizeof state);
}

void describe(const Frame *frame,
              void (*print)(const char *name, uint64_t value)) {
  if (frame == nullptr)
    return;
  static const char names[][4] = {
      "",   "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
      "a1", "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
      "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
  print("pc", frame->pc);
  print("sst", frame->status);
  for (unsigned i = 1; i != 32; ++i)
    print(names[i], frame->x[i]);
}

uint64_t getStackPointer(const Frame *frame) {
  return frame != nullptr
             ? frame->x[2]
             : reinterpret_cast<uint64_t>(__builtin_frame_address(0));
}

//===--- start ------------------------------------------------------------===//

extern "C" void flux_hal_start(uint64_t self, const void *tree) {
  BootInfo &info = initFirstProcessor();
  useProcessor(&processors[0]);
  info.machine = "RISC-V (device tree, SBI)";
  if (useHandover(tree, info)) {
    info.machine = "RISC-V (slot)";
    tree = reinterpret_cast<const void *>(info.tree);
  }
  if (readDeviceTree(tree, info, devices))
    info.tree = reinterpret_cast<uint64_t>(tree);
  machineClock.start(readTicks(), devices.timerFrequency != 0
                                      ? devices.timerFrequency
                                      : 10000000);
  finishBootInfo(info, self);
  kernelMain(info);
}

} // namespace flux::hal
