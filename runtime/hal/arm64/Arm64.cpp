//===- Arm64.cpp - the kernel's machine on ARM64 --------------------------===//
//
// Machines that a device tree describes, with PSCI, the generic timer and an
// interrupt controller GICv2 or GICv3.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/DeviceTree.h"

namespace flux::hal {

struct Frame {
  uint64_t x[31], sp, elr, spsr;
};
static_assert(sizeof(Frame) == 272);

extern "C" {
extern char flux_hal_vectors[], flux_hal_processor_entry[];
[[noreturn]] void flux_hal_resume(Frame *frame);
void flux_hal_yield();
void flux_hal_save_floats(FloatState *state);
void flux_hal_restore_floats(const FloatState *state);
[[noreturn]] void flux_hal_start(const void *tree);
[[noreturn]] void flux_hal_start_processor(Processor *processor);
Frame *flux_hal_trap(Frame *frame, uint64_t vector);
Frame *flux_hal_switch(Frame *frame);
}

#define READ_SYSTEM(NAME)                                                      \
  ({                                                                           \
    uint64_t value;                                                            \
    __asm__ volatile("mrs %0, " #NAME : "=r"(value));                          \
    value;                                                                     \
  })
#define WRITE_SYSTEM(NAME, VALUE)                                              \
  __asm__ volatile("msr " #NAME ", %0" ::"r"((uint64_t)(VALUE)))

static Devices devices;
static Clock clock;
static bool hasSemihosting;
/// Of each processor: its bit for GICv2, its registers for GICv3.
static uint64_t interrupts[maxCpus];

enum : uint32_t { NotifyInterrupt = 1, TimerInterrupt = 27, Spurious = 1020 };

static uint32_t read32(uint64_t address) {
  return readRegister<uint32_t>(address);
}
static void write32(uint64_t address, uint32_t value) {
  writeRegister<uint32_t>(address, value);
}

//===--- console and end --------------------------------------------------===//

void writeConsole(const char *text, size_t length) {
  for (size_t i = 0; i != length; ++i)
    devices.uart.put(text[i]);
}

int readConsole() { return devices.uart.get(); }

static uint64_t callFirmware(uint64_t function, uint64_t a = 0, uint64_t b = 0,
                             uint64_t c = 0) {
  register uint64_t x0 __asm__("x0") = function;
  register uint64_t x1 __asm__("x1") = a;
  register uint64_t x2 __asm__("x2") = b;
  register uint64_t x3 __asm__("x3") = c;
  if (devices.psci == Devices::Conduit::Monitor)
    __asm__ volatile("smc #0"
                     : "+r"(x0)
                     : "r"(x1), "r"(x2), "r"(x3)
                     : "memory");
  else
    __asm__ volatile("hvc #0"
                     : "+r"(x0)
                     : "r"(x1), "r"(x2), "r"(x3)
                     : "memory");
  return x0;
}

void powerOff(int status) {
  disableInterrupts();
  if (hasSemihosting) {
    const uint64_t block[2] = {0x20026, static_cast<uint64_t>(status & 0xFF)};
    register uint64_t x0 __asm__("x0") = 0x20; // SYS_EXIT_EXTENDED
    register const uint64_t *x1 __asm__("x1") = block;
    __asm__ volatile("hlt #0xF000" : "+r"(x0) : "r"(x1) : "memory");
  }
  if (devices.psci != Devices::Conduit::None)
    callFirmware(0x84000008);
  for (;;)
    __asm__ volatile("wfi");
}

//===--- time -------------------------------------------------------------===//

static uint64_t readTicks() {
  uint64_t value;
  __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value));
  return value;
}

uint64_t readWallClock() { return devices.readWallClock(); }
bool readEntropy(uint8_t *out) { return devices.takeSeed(out); }

uint64_t now() { return clock.toNanoseconds(readTicks()); }

void setTimer(uint64_t time) {
  if (time == ~uint64_t(0)) {
    WRITE_SYSTEM(cntv_ctl_el0, 0);
    return;
  }
  WRITE_SYSTEM(cntv_cval_el0, clock.toTicks(time));
  WRITE_SYSTEM(cntv_ctl_el0, 1);
}

//===--- interrupts -------------------------------------------------------===//

/// The registers of this processor among those of GICv3.
static uint64_t findRedistributor() {
  uint64_t id = READ_SYSTEM(mpidr_el1);
  uint32_t affinity =
      static_cast<uint32_t>((id & 0xFFFFFF) | (id >> 32 & 0xFF) << 24);
  constexpr uint64_t stride = 0x20000;
  for (uint64_t at = 0; at + stride <= devices.interface.size; at += stride) {
    uint64_t base = devices.interface.base + at;
    auto type = readRegister<uint64_t>(base + 8);
    if (static_cast<uint32_t>(type >> 32) == affinity)
      return base;
  }
  return 0;
}

static void initInterrupts(unsigned index) {
  uint32_t enabled = 1 << NotifyInterrupt | 1 << TimerInterrupt;
  if (devices.gicVersion == 2) {
    uint64_t interface = devices.interface.base;
    interrupts[index] = read32(devices.distributor.base + 0x800) & 0xFF;
    write32(devices.distributor.base + 0x100, enabled);
    write32(interface + 4, 0xFF);
    write32(interface, 1);
  } else if (devices.gicVersion == 3) {
    uint64_t own = findRedistributor();
    if (own == 0)
      return;
    write32(own + 0x14, read32(own + 0x14) & ~2u); // awake
    for (unsigned n = 0; n != 1 << 20 && (read32(own + 0x14) & 4); ++n)
      ;
    write32(own + 0x10080, ~0u);
    write32(own + 0x10100, enabled);
    WRITE_SYSTEM(S3_0_C12_C12_5, READ_SYSTEM(S3_0_C12_C12_5) | 1);
    __asm__ volatile("isb");
    WRITE_SYSTEM(S3_0_C4_C6_0, 0xFF);
    WRITE_SYSTEM(S3_0_C12_C12_7, 1);
    __asm__ volatile("isb");
  }
}

static uint32_t takeInterrupt() {
  if (devices.gicVersion == 2)
    return read32(devices.interface.base + 0xC);
  return devices.gicVersion == 3
             ? static_cast<uint32_t>(READ_SYSTEM(S3_0_C12_C12_0))
             : Spurious;
}

static void endInterrupt(uint32_t taken) {
  if (devices.gicVersion == 2)
    write32(devices.interface.base + 0x10, taken);
  else
    WRITE_SYSTEM(S3_0_C12_C12_1, taken);
}

bool disableInterrupts() {
  uint64_t masks = READ_SYSTEM(daif);
  __asm__ volatile("msr daifset, #2" ::: "memory");
  return !(masks & 0x80);
}
void enableInterrupts() { __asm__ volatile("msr daifclr, #2" ::: "memory"); }
void waitForInterrupt() {
  __asm__ volatile(
      "dsb sy\n\twfi\n\tmsr daifclr, #2\n\tisb\n\tmsr daifset, #2" ::
          : "memory");
}

//===--- processors -------------------------------------------------------===//

unsigned getProcessor() {
  return static_cast<unsigned>(
      reinterpret_cast<const Processor *>(READ_SYSTEM(tpidr_el1))->index);
}

void initProcessor() {
  // The FPU can be used; user mode may read the virtual counter.
  WRITE_SYSTEM(cpacr_el1, 3 << 20);
  WRITE_SYSTEM(cntkctl_el1, 2);
  WRITE_SYSTEM(vbar_el1, flux_hal_vectors);
  __asm__ volatile("isb");
  initInterrupts(getProcessor());
}

void initMachine() {
  if (devices.gicVersion == 2)
    write32(devices.distributor.base, 1);
  else if (devices.gicVersion == 3)
    write32(devices.distributor.base, 0x12); // by affinity, group 1
  initProcessor();
}

bool startProcessor(unsigned index, void *stackTop) {
  Processor &processor = processors[index];
  processor.stackTop = reinterpret_cast<uint64_t>(stackTop);
  processor.stackBottom = processor.stackTop - processorStackSize;
  processor.index = index;
  __asm__ volatile("dsb sy" ::: "memory");
  return devices.psci != Devices::Conduit::None &&
         callFirmware(0xC4000003, processor.hardwareId,
                      reinterpret_cast<uint64_t>(flux_hal_processor_entry),
                      reinterpret_cast<uint64_t>(&processor)) == 0;
}

extern "C" void flux_hal_start_processor(Processor *processor) {
  enablePaging();
  WRITE_SYSTEM(tpidr_el1, processor);
  initProcessor();
  processorMain();
}

void notifyProcessor(unsigned index) {
  __asm__ volatile("dsb ishst" ::: "memory");
  if (devices.gicVersion == 2) {
    write32(devices.distributor.base + 0xF00,
            static_cast<uint32_t>(interrupts[index] << 16) | NotifyInterrupt);
  } else if (devices.gicVersion == 3) {
    uint64_t id = processors[index].hardwareId;
    WRITE_SYSTEM(S3_0_C12_C11_5,
                 (id >> 32 & 0xFF) << 48 | (id >> 16 & 0xFF) << 32 |
                     NotifyInterrupt << 24 | (id >> 8 & 0xFF) << 16 |
                     1ull << (id & 15));
    __asm__ volatile("isb");
  }
}

//===--- traps and contexts -----------------------------------------------===//

static Fault describeFault(const Frame &frame, uint64_t vector) {
  uint64_t syndrome = READ_SYSTEM(esr_el1);
  Fault fault;
  fault.code = syndrome;
  fault.pc = frame.elr;
  uint64_t group = syndrome >> 26;
  switch (group) {
  case 0x20:
  case 0x21:
  case 0x24:
  case 0x25:
    if (group >= 0x24)
      fault.kind = Fault::Access;
    fault.isWrite = group >= 0x24 && (syndrome & 0x40);
    fault.address = READ_SYSTEM(far_el1);
    fault.what = group < 0x24 ? "no execution here" : "no access here";
    break;
  case 0x00:
    fault.kind = Fault::Instruction;
    fault.what = "invalid instruction";
    break;
  case 0x22:
  case 0x26:
    fault.what = "misaligned";
    break;
  case 0x3C:
    fault.what = "breakpoint";
    break;
  default:
    fault.what = (vector & 3) == 3 ? "error of the memory system" : "exception";
    break;
  }
  return fault;
}

extern "C" Frame *flux_hal_trap(Frame *frame, uint64_t vector) {
  if ((vector & 3) != 1)
    return onFault(frame, describeFault(*frame, vector));
  uint32_t taken = takeInterrupt(), number = taken & 0xFFFFFF & 0x3FF;
  if (number >= Spurious)
    return frame;
  if (number == TimerInterrupt)
    WRITE_SYSTEM(cntv_ctl_el0, 0); // until it is set again
  endInterrupt(taken);
  if (number == TimerInterrupt)
    return onTimer(frame);
  return number == NotifyInterrupt ? onNotify(frame) : frame;
}

extern "C" Frame *flux_hal_switch(Frame *frame) { return onYield(frame); }

void yield() { flux_hal_yield(); }
void resume(Frame *frame) { flux_hal_resume(frame); }

Frame *makeFrame(void *stackTop, void (*entry)(void *), void *argument) {
  auto top = reinterpret_cast<uint64_t>(stackTop) & ~uint64_t(15);
  auto *frame = reinterpret_cast<Frame *>(top - sizeof(Frame));
  __builtin_memset(frame, 0, sizeof(Frame));
  frame->x[0] = reinterpret_cast<uint64_t>(argument);
  frame->sp = top;
  frame->elr = reinterpret_cast<uint64_t>(entry);
  frame->spsr = 5;
  return frame;
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
      "x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",
      "x8",  "x9",  "x10", "x11", "x12", "x13", "x14", "x15",
      "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
      "x24", "x25", "x26", "x27", "x28", "x29", "x30"};
  print("pc", frame->elr);
  print("sp", frame->sp);
  print("psr", frame->spsr);
  for (unsigned i = 0; i != 31; ++i)
    print(names[i], frame->x[i]);
}

uint64_t getFramePointer(const Frame *frame) {
  return frame != nullptr
             ? frame->x[29]
             : reinterpret_cast<uint64_t>(__builtin_frame_address(0));
}

//===--- start ------------------------------------------------------------===//

bool mapDevices() {
  constexpr uint8_t rights = Read | Write | Device;
  if (devices.wallClock != 0 && !mapRange(devices.wallClock, pageSize, rights))
    return false;
  return (devices.uart.kind == Uart::None ||
          mapRange(devices.uart.base, pageSize, rights)) &&
         (devices.gicVersion == 0 ||
          (mapRange(devices.distributor.base, devices.distributor.size,
                    rights) &&
           mapRange(devices.interface.base, devices.interface.size, rights)));
}

extern "C" void flux_hal_start(const void *tree) {
  static BootInfo info;
  initFirstProcessor(info);
  WRITE_SYSTEM(tpidr_el1, &processors[0]);
  WRITE_SYSTEM(vbar_el1, flux_hal_vectors);
  info.machine = "ARM64 (device tree)";
  readDeviceTree(tree, info, devices);
  hasSemihosting = hasWord(info.commandLine, "exit=semihosting");
  clock.start(readTicks(), READ_SYSTEM(cntfrq_el0));
  finishBootInfo(info, READ_SYSTEM(mpidr_el1) & 0xFF00FFFFFF);
  kernelMain(info);
}

} // namespace flux::hal
