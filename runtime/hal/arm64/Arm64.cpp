//===- Arm64.cpp - the kernel's machine on ARM64 --------------------------===//
//
// Machines that a device tree describes, with PSCI, the generic timer and an
// interrupt controller GICv2 or GICv3; and the Raspberry Pi 3, which has
// neither PSCI nor a GIC and may come without a tree.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/Acpi.h"
#include "runtime/hal/DeviceTree.h"
#include "runtime/hal/Efi.h"
#include "runtime/hal/NextKernel.h"

namespace flux::hal {

struct Frame {
  uint64_t x[31], sp, elr, spsr;
};
static_assert(sizeof(Frame) == 272);

extern "C" {
extern char flux_hal_vectors[], flux_hal_processor_entry[], flux_hal_pen[];
extern Processor *flux_hal_next_processor;
void flux_hal_clean(const void *begin, const void *end);
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

Clock machineClock;
static bool hasSemihosting;
/// The kernel runs wherever it is loaded.
extern "C" const EfiPlace flux_hal_efi_place = {};
/// Of each processor: its bit for GICv2, its number for a BCM2836.
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
  if (uint64_t power = devices.powerManagement) {
    // The watchdog of a Raspberry Pi, which is told to halt.
    constexpr uint32_t password = 0x5A000000, halt = 0x555, fullReset = 0x20;
    write32(power + 0x20, password | halt);
    write32(power + 0x24, password | 10);
    write32(power + 0x1C, password | fullReset);
  }
  for (;;)
    __asm__ volatile("wfi");
}

void reset() {
  disableInterrupts();
  if (devices.psci != Devices::Conduit::None)
    callFirmware(0x84000009);
  if (uint64_t power = devices.powerManagement) {
    constexpr uint32_t password = 0x5A000000, fullReset = 0x20;
    write32(power + 0x24, password | 10);
    write32(power + 0x1C, password | fullReset);
  }
  for (;;)
    __asm__ volatile("wfi");
}

//===--- time -------------------------------------------------------------===//

void setTimer(uint64_t time) {
  if (time == ~uint64_t(0)) {
    WRITE_SYSTEM(cntv_ctl_el0, 0);
    return;
  }
  WRITE_SYSTEM(cntv_cval_el0, machineClock.toTicks(time));
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
    // With one processor the controller may name none.
    interrupts[index] = read32(devices.distributor.base + 0x800) & 0xFF;
    if (interrupts[index] == 0)
      interrupts[index] = 1;
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
  } else if (uint64_t local = devices.localInterrupts) {
    uint64_t number = interrupts[index] = READ_SYSTEM(mpidr_el1) & 3;
    write32(local + 0x40 + 4 * number, 8); // the virtual timer
    write32(local + 0x50 + 4 * number, 1); // mailbox 0
  }
}

static uint32_t takeInterrupt() {
  if (devices.gicVersion == 2)
    return read32(devices.interface.base + 0xC);
  if (devices.gicVersion == 3)
    return static_cast<uint32_t>(READ_SYSTEM(S3_0_C12_C12_0));
  if (uint64_t local = devices.localInterrupts) {
    uint64_t number = interrupts[getProcessor()];
    uint32_t sources = read32(local + 0x60 + 4 * number);
    if (sources & 8)
      return TimerInterrupt;
    if (sources & 0x10) {
      write32(local + 0xC0 + 16 * number, ~0u);
      return NotifyInterrupt;
    }
  }
  return Spurious;
}

static void endInterrupt(uint32_t taken) {
  if (devices.gicVersion == 2)
    write32(devices.interface.base + 0x10, taken);
  else if (devices.gicVersion == 3)
    WRITE_SYSTEM(S3_0_C12_C12_1, taken);
}

void waitForInterrupt() {
  __asm__ volatile(
      "dsb sy\n\twfi\n\tmsr daifclr, #2\n\tisb\n\tmsr daifset, #2" ::
          : "memory");
}

//===--- processors -------------------------------------------------------===//

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

/// Calls a processor out of the pen.
static bool callProcessor(Processor &processor) {
  auto tell = [](Processor *who) {
    __atomic_store_n(&flux_hal_next_processor, who, __ATOMIC_SEQ_CST);
    flux_hal_clean(&flux_hal_next_processor, &flux_hal_next_processor + 1);
    __asm__ volatile("sev");
  };
  constexpr uint64_t patience = 500000000;
  tell(&processor);
  for (uint64_t end = now() + patience; now() < end;)
    if (__atomic_load_n(&flux_hal_next_processor, __ATOMIC_SEQ_CST) == nullptr)
      return true;
  tell(nullptr);
  return false;
}

bool startProcessor(unsigned index, void *stackTop) {
  Processor &processor = prepareProcessor(index, stackTop);
  // It begins without caches.
  flux_hal_clean(flux_kernel_data, flux_kernel_end);
  flux_hal_clean(reinterpret_cast<void *>(processor.stackBottom), stackTop);
  if (devices.numReleases != 0)
    return callProcessor(processor);
  return devices.psci != Devices::Conduit::None &&
         callFirmware(0xC4000003, processor.hardwareId,
                      reinterpret_cast<uint64_t>(flux_hal_processor_entry),
                      reinterpret_cast<uint64_t>(&processor)) == 0;
}

extern "C" void flux_hal_start_processor(Processor *processor) {
  enablePaging();
  WRITE_SYSTEM(tpidr_el1, processor);
  initProcessor();
  __atomic_store_n(&flux_hal_next_processor, nullptr, __ATOMIC_SEQ_CST);
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
  } else if (uint64_t local = devices.localInterrupts) {
    write32(local + 0x80 + 16 * interrupts[index], 1);
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
  case 0x07:
    fault.kind = Fault::Floats;
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

//===--- user mode --------------------------------------------------------===//

void enableFloats() {}
void enableUserFloats(Frame *) { WRITE_SYSTEM(cpacr_el1, 3 << 20); }

void publishCode() {
  // The caches of data were written by this or another processor.
  __asm__ volatile("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" ::: "memory");
}

void enterUser(uint64_t pc, uint64_t stack, uint64_t &stackTop, void *context) {
  struct {
    Frame frame;
    void *context[2];
  } place = {{}, {context}};
  disableInterrupts();
  stackTop = reinterpret_cast<uint64_t>(&place.context);
  place.frame.elr = pc;
  place.frame.sp = stack;
  flux_hal_resume(&place.frame);
}

bool isUser(const Frame *frame) { return (frame->spsr & 15) == 0; }

UserPlace getUserPlace(const Frame *frame) {
  return {frame->elr, frame->sp, frame->x[29], frame->x[30]};
}

void redirectUser(Frame *frame, uint64_t pc, uint64_t stack, uint64_t address,
                  const UserPlace &place) {
  frame->elr = pc;
  frame->sp = stack;
  frame->x[29] = frame->x[30] = 0;
  frame->x[0] = address;
  __builtin_memcpy(frame->x + 1, &place, sizeof place);
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

uint64_t getStackPointer(const Frame *frame) {
  return frame != nullptr
             ? frame->sp
             : reinterpret_cast<uint64_t>(__builtin_frame_address(0));
}

//===--- start ------------------------------------------------------------===//

/// What is known of a Raspberry Pi 3 that has no device tree.  \p tags is the
/// list that loaders pass instead, or something else.
static void describeRaspberryPi(const uint32_t *tags, BootInfo &info) {
  constexpr uint64_t peripherals = 0x3F000000;
  constexpr unsigned numProcessors = 4, maxTags = 16;
  enum Tag : uint32_t {
    Core = 0x54410001,
    Memory = 0x54410002,
    CommandLine = 0x54410009
  };
  info.machine = "Raspberry Pi 3";
  devices.uart = {Uart::Pl011, peripherals + 0x201000, 0};
  devices.localInterrupts = 0x40000000;
  devices.powerManagement = peripherals + 0x100000;
  info.numCpus = 0;
  for (unsigned i = 0; i != numProcessors; ++i) {
    info.addCpu(i);
    devices.releases[devices.numReleases++] = 0xD8 + 8 * i;
  }
  if (tags != nullptr && tags[1] == Core)
    for (unsigned i = 0; i != maxTags && tags[0] >= 2; ++i, tags += tags[0]) {
      if (tags[1] == Memory)
        info.addMemory(tags[3], tags[2]);
      else if (tags[1] == CommandLine)
        info.commandLine =
            keepCommandLine(reinterpret_cast<const char *>(tags + 2));
    }
  constexpr uint64_t leastMemory = 0x1C000000;
  if (info.numMemory == 0)
    info.addMemory(0, leastMemory);
  info.reserve(0, pageSize); // the loops of the other processors
}

/// The tables of ACPI lie between memory that can be used.
static void readTables(BootInfo &info) {
  static uint64_t begin, end;
  begin = ~uint64_t(0);
  for (unsigned i = 0; i != info.numInstalled; ++i) {
    const MemoryRange &range = info.installed[i];
    begin = range.base < begin ? range.base : begin;
    end = range.base + range.size > end ? range.base + range.size : end;
  }
  auto access = [](uint64_t address, uint64_t size) {
    return address >= begin && address < end && size <= end - address
               ? reinterpret_cast<const uint8_t *>(address)
               : nullptr;
  };
  readAcpi(access, info.rsdp, info, devices);
}

extern "C" void flux_hal_start(const void *told) {
  BootInfo &info = initFirstProcessor();
  WRITE_SYSTEM(tpidr_el1, &processors[0]);
  WRITE_SYSTEM(vbar_el1, flux_hal_vectors);
  info.machine = "ARM64 (device tree)";
  if (useHandover(told, info)) {
    info.machine = "ARM64 (slot)";
    told = reinterpret_cast<const void *>(info.tree);
  } else if (const EfiHandover *efi = getEfiHandover(told)) {
    info.machine = "ARM64 (EFI)";
    useEfiHandover(*efi, info);
    info.rsdp = efi->rsdp;
    told = reinterpret_cast<const void *>(efi->tree);
  }
  constexpr uint64_t cortexA53 = 0xD03;
  bool hasTree = readDeviceTree(told, info, devices);
  if (hasTree)
    info.tree = reinterpret_cast<uint64_t>(told);
  else if (info.rsdp != 0)
    readTables(info);
  else if ((READ_SYSTEM(midr_el1) >> 4 & 0xFFF) == cortexA53)
    describeRaspberryPi(static_cast<const uint32_t *>(told), info);
  for (unsigned i = 0; i != devices.numReleases; ++i)
    writeRegister(devices.releases[i],
                  reinterpret_cast<uint64_t>(flux_hal_pen));
  __asm__ volatile("dsb sy\n\tsev" ::: "memory");
  hasSemihosting = hasWord(info.commandLine, "exit=semihosting");
  machineClock.start(readTicks(), READ_SYSTEM(cntfrq_el0));
  finishBootInfo(info, READ_SYSTEM(mpidr_el1) & 0xFF00FFFFFF);
  kernelMain(info);
}

} // namespace flux::hal
