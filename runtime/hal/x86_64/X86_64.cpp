//===- X86_64.cpp - the kernel's machine on x86_64 ------------------------===//
//
// PCs and virtual machines that start a kernel by PVH or EFI: descriptor
// tables, local APIC, time stamp counter, COM1.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/Acpi.h"
#include "runtime/hal/Efi.h"
#include "runtime/hal/NextKernel.h"
#include "runtime/hal/x86_64/Instructions.h"

namespace flux::hal {

struct Frame {
  uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx,
      rax, vector, error, rip, cs, rflags, rsp, ss;
};

namespace {

enum Vector : uint8_t {
  DoubleFault = 8,
  PageFault = 14,
  Timer = 32,
  Notify,
  SystemCall = 48,
};
enum Selector : uint64_t { UserData = 0x2B, UserCode = 0x33 };

struct [[gnu::packed]] TaskState {
  uint32_t reserved0;
  TaskWord stacks[3];
  uint64_t reserved1, interruptStacks[7], reserved2;
  uint16_t reserved3, permissions;
};

struct [[gnu::packed]] TablePointer {
  uint16_t limit;
  uint64_t base;
};

/// The descriptors of one processor, and a stack for what comes when its own
/// cannot be used.
struct Descriptors {
  uint64_t table[7];
  TaskState task;
  alignas(16) char stack[4096];
};

} // namespace

static Descriptors descriptors[maxCpus];
TaskWord *userStacks[maxCpus];
static uint64_t interruptTable[SystemCall + 1][2];
Clock machineClock;
static uint64_t apicFrequency;
static constexpr uint16_t com1 = 0x3F8;
static constexpr uint64_t apic = 0xFEE00000;

extern "C" {
extern char flux_hal_vectors[], flux_hal_system_call[], flux_hal_trampoline[],
    flux_hal_trampoline_end[];
extern uint64_t flux_hal_next_stack;
[[noreturn]] void flux_hal_resume(Frame *frame);
void flux_hal_yield();
[[noreturn]] void flux_hal_start(uint32_t info);
[[noreturn]] void flux_hal_start_processor();
Frame *flux_hal_trap(Frame *frame);
Frame *flux_hal_switch(Frame *frame);
}

static uint32_t readApic(unsigned reg) {
  return readRegister<uint32_t>(apic + reg);
}
static void writeApic(unsigned reg, uint32_t value) {
  writeRegister(apic + reg, value);
}

//===--- console and end --------------------------------------------------===//

static void startConsole() {
  // What a kernel before this one has not read stays.
  static const uint8_t settings[][2] = {{1, 0}, {3, 0x80}, {0, 1}, {1, 0},
                                        {3, 3}, {2, 1},    {4, 3}};
  for (const auto &[reg, value] : settings)
    outByte(static_cast<uint16_t>(com1 + reg), value);
}

void writeConsole(const char *text, size_t length) {
  constexpr unsigned patience = 1 << 20;
  for (size_t i = 0; i != length; ++i) {
    for (unsigned n = 0; n != patience && !(inByte(com1 + 5) & 0x20); ++n)
      ;
    outByte(com1, static_cast<uint8_t>(text[i]));
  }
}

int readConsole() {
  uint8_t state = inByte(com1 + 5);
  // No port answers with all ones.
  return state != 0xFF && (state & 1) ? inByte(com1) : -1;
}

void powerOff(int status) {
  disableInterrupts();
  // In QEMU: the status to the debug console, then the device that ends it.
  outByte(0xE9, static_cast<uint8_t>(status));
  outLong(0xF4, static_cast<uint32_t>(status));
  // ACPI's soft-off of QEMU's two chip sets.
  outWord(0x604, 0x2000);
  outWord(0xB004, 0x2000);
  for (;;)
    __asm__ volatile("cli; hlt");
}

void reset() {
  disableInterrupts();
  outByte(0xCF9, 6);
  outByte(0x64, 0xFE);
  // Where nothing listens there: a fault that cannot be handled.
  const TablePointer none = {};
  __asm__ volatile("lidt %0\n\tint3" ::"m"(none));
  for (;;)
    __asm__ volatile("cli; hlt");
}

//===--- time -------------------------------------------------------------===//

static uint32_t readPit() {
  outByte(0x43, 0);
  uint32_t low = inByte(0x40);
  return low | static_cast<uint32_t>(inByte(0x40)) << 8;
}

/// Finds the frequencies of the time stamp counter and of the APIC's timer by
/// 10 ms of the one clock whose frequency is known.
static void calibrate() {
  constexpr uint32_t pitFrequency = 1193182, span = pitFrequency / 100;
  outByte(0x43, 0x34);
  outByte(0x40, 0xFF);
  outByte(0x40, 0xFF);
  writeApic(0x320, 0x10000);
  uint32_t start = readPit(), passed;
  writeApic(0x380, ~0u);
  uint64_t ticks = readTicks();
  do
    passed = (start - readPit()) & 0xFFFF;
  while (passed < span);
  uint64_t end = readTicks();
  uint32_t apicTicks = ~0u - readApic(0x390);
  uint64_t frequency = (end - ticks) * pitFrequency / passed;
  apicFrequency = uint64_t(apicTicks) * pitFrequency / passed;
  machineClock.start(ticks, frequency != 0 ? frequency : 1);
}

void setTimer(uint64_t time) {
  if (time == ~uint64_t(0))
    return writeApic(0x380, 0);
  uint64_t current = now();
  uint64_t wait = time > current ? time - current : 0;
  constexpr uint64_t longest = 1000000000;
  if (wait > longest)
    wait = longest; // the kernel sets it again
  uint64_t count = wait * (apicFrequency / 1000) / 1000000;
  writeApic(0x380, static_cast<uint32_t>(count != 0 ? count : 1));
}

static uint32_t readCmos(uint8_t reg) {
  outByte(0x70, reg);
  return inByte(0x71);
}

uint64_t readWallClock() {
  constexpr unsigned patience = 1 << 20;
  static const uint8_t registers[] = {0, 2, 4, 7, 8, 9}; // seconds to years
  uint32_t values[6], again[6];
  // Not while it changes: twice the same.
  for (unsigned n = 0; n != patience; ++n) {
    if (readCmos(0x0A) & 0x80)
      continue;
    bool same = n != 0;
    for (unsigned i = 0; i != 6; ++i) {
      again[i] = readCmos(registers[i]);
      same = same && again[i] == values[i];
      values[i] = again[i];
    }
    if (same)
      break;
  }
  uint32_t format = readCmos(0x0B);
  bool isAfternoon = !(format & 2) && (values[2] & 0x80);
  values[2] &= 0x7F;
  if (!(format & 4))
    for (uint32_t &value : values)
      value = (value >> 4) * 10 + (value & 15);
  if (!(format & 2))
    values[2] = values[2] % 12 + (isAfternoon ? 12 : 0);
  // A year that begins in March has its leap day at the end.
  uint64_t year = 2000 + values[5], month = values[4], day = values[3];
  if (month < 1 || month > 12 || day < 1)
    return 0;
  year -= month <= 2;
  uint64_t ofYear =
      (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  uint64_t days =
      year * 365 + year / 4 - year / 100 + year / 400 + ofYear - 719468;
  return (days * 86400 + values[2] * 3600 + values[1] * 60 + values[0]) *
         1000000000;
}

bool readEntropy(uint8_t *out) {
  uint32_t a = 1, b, c = 0, d;
  __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  if (!(c & 1u << 30))
    return false;
  for (unsigned i = 0; i != 4; ++i) {
    uint64_t value = 0;
    bool good = false;
    for (unsigned attempt = 0; attempt != 10 && !good; ++attempt)
      __asm__ volatile("rdrand %0" : "=r"(value), "=@ccc"(good));
    if (!good)
      return false;
    __builtin_memcpy(out + 8 * i, &value, 8);
  }
  return true;
}

//===--- processors and interrupts ----------------------------------------===//

void initProcessor() {
  unsigned index = 0;
  auto stack = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
  while (stack <= processors[index].stackBottom ||
         stack > processors[index].stackTop)
    ++index;
  Processor &processor = processors[index];
  Descriptors &own = descriptors[index];
  userStacks[index] = own.task.stacks;
  auto task = reinterpret_cast<uint64_t>(&own.task);
  own.table[1] = 0x00AF9A000000FFFF;
  own.table[2] = 0x00CF92000000FFFF;
  own.table[3] = (sizeof(TaskState) - 1) | (task & 0xFFFFFF) << 16 |
                 uint64_t(0x89) << 40 | (task >> 24 & 0xFF) << 56;
  own.table[4] = task >> 32;
  own.table[5] = 0x00CFF2000000FFFF; // data and code of user mode
  own.table[6] = 0x00AFFA000000FFFF;
  own.task.permissions = sizeof(TaskState);
  own.task.interruptStacks[0] =
      reinterpret_cast<uint64_t>(own.stack + sizeof own.stack);
  TablePointer table = {sizeof own.table - 1,
                        reinterpret_cast<uint64_t>(own.table)},
               interrupts = {sizeof interruptTable - 1,
                             reinterpret_cast<uint64_t>(interruptTable)};
  __asm__ volatile("lgdt %0\n\tlidt %1\n\t"
                   "pushq $8\n\tleaq 1f(%%rip), %%rax\n\tpushq %%rax\n\t"
                   "lretq\n1:\n\t"
                   "movl $16, %%eax\n\tmovl %%eax, %%ds\n\tmovl %%eax, %%es\n\t"
                   "movl %%eax, %%ss\n\txorl %%eax, %%eax\n\t"
                   "movl %%eax, %%fs\n\tmovl %%eax, %%gs\n\t"
                   "movl $0x18, %%eax\n\tltr %%ax"
                   :
                   : "m"(table), "m"(interrupts)
                   : "rax", "memory");
  writeModelRegister(0xC0000101, reinterpret_cast<uint64_t>(&processor));
  writeApic(0xF0, 0x1FF); // on, spurious interrupts by vector 255
  writeApic(0x80, 0);     // all priorities
  writeApic(0x3E0, 3);    // the timer counts every 16th tick
  processor.hardwareId = readApic(0x20) >> 24;
  if (index == 0)
    calibrate();
  writeApic(0x320, Timer);
}

void initMachine() {
  constexpr unsigned vectorSize = 6;
  for (unsigned i = 0; i <= SystemCall; i == Notify ? i = SystemCall : ++i) {
    auto address =
        i == SystemCall
            ? reinterpret_cast<uint64_t>(flux_hal_system_call)
            : reinterpret_cast<uint64_t>(flux_hal_vectors) + vectorSize * i;
    interruptTable[i][0] = (address & 0xFFFF) | 8 << 16 |
                           uint64_t(i == DoubleFault) << 32 |
                           uint64_t(i == SystemCall ? 0xEE00 : 0x8E00) << 32 |
                           (address >> 16 & 0xFFFF) << 48;
    interruptTable[i][1] = address >> 32;
  }
  // The old interrupt controllers are not used.
  outByte(0x21, 0xFF);
  outByte(0xA1, 0xFF);
  initProcessor();
}

void waitForInterrupt() { __asm__ volatile("sti; hlt; cli" ::: "memory"); }

static void sendMessage(uint64_t id, uint32_t what) {
  writeApic(0x310, static_cast<uint32_t>(id << 24));
  writeApic(0x300, what);
  for (unsigned n = 0; n != 1 << 20 && (readApic(0x300) & 0x1000); ++n)
    __asm__ volatile("pause");
}

static void waitNanoseconds(uint64_t time) {
  for (uint64_t end = now() + time; now() < end;)
    __asm__ volatile("pause");
}

bool startProcessor(unsigned index, void *stackTop) {
  Processor &processor = prepareProcessor(index, stackTop);
  uint64_t started = 0;
  __atomic_store_n(&flux_hal_next_stack, processor.stackTop, __ATOMIC_SEQ_CST);
  sendMessage(processor.hardwareId, 0x4500);
  waitNanoseconds(200000);
  for (unsigned attempt = 0; attempt != 2 && started == 0; ++attempt) {
    sendMessage(processor.hardwareId, 0x4600 | trampolinePage >> 12);
    for (unsigned n = 0; n != 1000 && started == 0; ++n) {
      waitNanoseconds(100000);
      started = __atomic_load_n(&flux_hal_next_stack, __ATOMIC_SEQ_CST) == 0;
    }
  }
  return started != 0;
}

extern "C" void flux_hal_start_processor() {
  enablePaging();
  initProcessor();
  __atomic_store_n(&flux_hal_next_stack, 0, __ATOMIC_SEQ_CST);
  processorMain();
}

void notifyProcessor(unsigned index) {
  sendMessage(processors[index].hardwareId, 0x4000 | Notify);
}

//===--- traps and contexts -----------------------------------------------===//

static Fault describeFault(const Frame &frame) {
  static const char *const names[] = {"division error",
                                      "debug trap",
                                      "non-maskable interrupt",
                                      "breakpoint",
                                      "overflow",
                                      "bound range",
                                      "invalid instruction",
                                      "no FPU",
                                      "double fault",
                                      "",
                                      "invalid task state",
                                      "segment not present",
                                      "stack segment fault",
                                      "general protection",
                                      "page fault",
                                      "",
                                      "floating-point error",
                                      "misaligned access"};
  Fault fault;
  fault.code = frame.vector << 16 | frame.error;
  fault.pc = frame.rip;
  fault.what = frame.vector < sizeof names / sizeof *names
                   ? names[frame.vector]
                   : "unexpected interrupt";
  if (frame.vector == PageFault) {
    constexpr uint64_t fetched = 16;
    if (!(frame.error & fetched))
      fault.kind = Fault::Access;
    fault.isWrite = frame.error & 2;
    __asm__ volatile("movq %%cr2, %0" : "=r"(fault.address));
  } else if (frame.vector == 6) {
    fault.kind = Fault::Instruction;
  }
  return fault;
}

extern "C" Frame *flux_hal_trap(Frame *frame) {
  switch (frame->vector) {
  case Timer:
    writeApic(0xB0, 0);
    return onTimer(frame);
  case Notify:
    writeApic(0xB0, 0);
    return onNotify(frame);
  default:
    return onFault(frame, describeFault(*frame));
  }
}

extern "C" Frame *flux_hal_switch(Frame *frame) { return onYield(frame); }

void yield() { flux_hal_yield(); }
void resume(Frame *frame) { flux_hal_resume(frame); }

Frame *makeFrame(void *stackTop, void (*entry)(void *), void *argument) {
  // As behind a call that pushed a return address of zero.
  auto top = (reinterpret_cast<uint64_t>(stackTop) & ~uint64_t(15)) - 16;
  auto *frame = reinterpret_cast<Frame *>(top - sizeof(Frame));
  __builtin_memset(frame, 0, sizeof(Frame) + 16);
  frame->rip = reinterpret_cast<uint64_t>(entry);
  frame->rdi = reinterpret_cast<uint64_t>(argument);
  frame->cs = 8;
  frame->ss = 16;
  frame->rsp = top + 8;
  frame->rflags = 0x202;
  return frame;
}

//===--- user mode --------------------------------------------------------===//

void enableFloats() {}
void enableUserFloats(Frame *) {}

void publishCode() {} // caches of code are kept up to date

void enterUser(uint64_t pc, uint64_t stack, uint64_t &stackTop, void *context) {
  struct alignas(16) {
    Frame frame;
    void *context[2];
  } place = {{}, {context}};
  disableInterrupts();
  stackTop = reinterpret_cast<uint64_t>(&place.context);
  *userStacks[getProcessor()] = stackTop;
  place.frame.rip = pc;
  place.frame.cs = UserCode;
  place.frame.rflags = 0x202;
  place.frame.rsp = stack;
  place.frame.ss = UserData;
  flux_hal_resume(&place.frame);
}

bool isUser(const Frame *frame) { return (frame->cs & 3) != 0; }

UserPlace getUserPlace(const Frame *frame) {
  return {frame->rip, frame->rsp, frame->rbp, 0};
}

void redirectUser(Frame *frame, uint64_t pc, uint64_t stack, uint64_t address,
                  const UserPlace &place) {
  frame->rip = pc;
  frame->rsp = stack - 8; // as behind a call
  frame->rbp = 0;
  frame->rdi = address;
  frame->rsi = place.pc;
  frame->rdx = place.stack;
  frame->rcx = place.framePointer;
  frame->r8 = place.link;
}

void initFloats(FloatState &state) {
  __builtin_memset(&state, 0, sizeof state);
  state.bytes[0] = 0x7F; // no exceptions, 64-bit precision, nearest
  state.bytes[1] = 0x03;
  state.bytes[24] = 0x80; // the same for SSE
  state.bytes[25] = 0x1F;
}

void describe(const Frame *frame,
              void (*print)(const char *name, uint64_t value)) {
  if (frame == nullptr)
    return;
  // In the order of the frame, the program counter first.
  print("rip", frame->rip);
  print("rsp", frame->rsp);
  print("rflags", frame->rflags);
  static const char names[][4] = {"r15", "r14", "r13", "r12", "r11",
                                  "r10", "r9",  "r8",  "rbp", "rdi",
                                  "rsi", "rdx", "rcx", "rbx", "rax"};
  static_assert(sizeof names / sizeof *names * 8 == offsetof(Frame, vector));
  for (unsigned i = 0; i != sizeof names / sizeof *names; ++i)
    print(names[i], (&frame->r15)[i]);
}

uint64_t getStackPointer(const Frame *frame) {
  return frame != nullptr
             ? frame->rsp
             : reinterpret_cast<uint64_t>(__builtin_frame_address(0));
}

//===--- start ------------------------------------------------------------===//

bool mapDevices() {
  return mapRange(apic, pageSize, Read | Write | Device) &&
         mapRange(trampolinePage, pageSize, Read | Execute) &&
         mapRange(handoverPlace, slots::Handover::maxSize, Read | Write);
}

namespace {

struct PvhStart {
  uint32_t magic, version, flags, numModules;
  uint64_t modules, commandLine, rsdp, memoryMap;
  uint32_t numMemory, reserved;
};

struct PvhMemory {
  uint64_t base, size;
  uint32_t type, reserved;
};

} // namespace

/// Takes what a loader tells by PVH; returns where the tables of ACPI are.
static uint64_t readPvh(const PvhStart &pvh, BootInfo &info) {
  info.commandLine =
      keepCommandLine(reinterpret_cast<const char *>(pvh.commandLine));
  for (uint32_t i = 0; pvh.version >= 1 && i != pvh.numMemory; ++i) {
    const PvhMemory &range =
        reinterpret_cast<const PvhMemory *>(pvh.memoryMap)[i];
    if (range.type == 1)
      info.addMemory(range.base, range.size);
  }
  return pvh.rsdp;
}

/// What the start tables of the kernel map.
static const uint8_t *accessTables(uint64_t address, uint64_t size) {
  constexpr uint64_t end = uint64_t(1) << 32;
  return address >= pageSize && address < end && size <= end - address
             ? reinterpret_cast<const uint8_t *>(address)
             : nullptr;
}

/// Where PCs have the pointer to the tables of ACPI.
static uint64_t findTables() {
  constexpr uint64_t begin = 0xE0000, end = 0x100000;
  for (uint64_t at = begin; at != end; at += 16)
    if (__builtin_memcmp(reinterpret_cast<const void *>(at), "RSD PTR ", 8) ==
        0)
      return at;
  return 0;
}

/// A machine without PCI has virtio devices at known places, without a list.
static void findVirtio(BootInfo &info) {
  constexpr uint64_t base = 0xFEB00000, step = 512;
  constexpr uint32_t magic = 0x74726976;
  outLong(0xCF8, 1u << 31);
  if ((inLong(0xCFC) & 0xFFFF) != 0xFFFF)
    return;
  for (uint64_t at = base;
       info.numVirtio != 24 && readRegister<uint32_t>(at) == magic; at += step)
    info.addVirtio(at);
}

extern "C" void flux_hal_start(uint32_t start) {
  const auto *told = reinterpret_cast<const void *>(uint64_t(start));
  BootInfo &info = initFirstProcessor();
  writeModelRegister(0xC0000101, reinterpret_cast<uint64_t>(&processors[0]));
  startConsole();
  constexpr uint64_t lowest = 0x100000;
  if (useHandover(told, info)) {
    info.machine = "PC (slot)";
  } else if (const EfiHandover *efi = getEfiHandover(told)) {
    info.machine = "PC (EFI)";
    useEfiHandover(*efi, info);
    info.rsdp = efi->rsdp;
  } else {
    info.machine = "PC (PVH)";
    info.rsdp = readPvh(*static_cast<const PvhStart *>(told), info);
  }
  info.reserve(0, lowest);
  static constinit Devices devices;
  readAcpi(accessTables, info.rsdp != 0 ? info.rsdp : findTables(), info,
           devices);
  findVirtio(info);
  __builtin_memcpy(reinterpret_cast<void *>(trampolinePage),
                   flux_hal_trampoline,
                   flux_hal_trampoline_end - flux_hal_trampoline);
  prepareNextKernel();
  finishBootInfo(info, readApic(0x20) >> 24);
  kernelMain(info);
}

} // namespace flux::hal
