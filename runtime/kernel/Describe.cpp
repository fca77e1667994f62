//===- Describe.cpp - the machine and the system as text ------------------===//
//
// What programs and people ask for: lines that a person can read and a program
// can split.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Files.h"
#include "runtime/kernel/Scheduler.h"

namespace flux::kernel {

namespace {

/// Lines into memory of the caller, which may be too short.
class Lines {
public:
  Lines(uint8_t *out, uint64_t size, uint64_t position)
      : out(out), size(size), position(position) {}

  /// Adds lines that \p format and its values make (sayWords()).
  template <class... T>
  void add(const char *format, T... values) {
    say(line, format, values...);
    addLine();
  }
  void addLine() {
    append(line.data(), line.size());
    line.clear();
  }
  void append(const char *text, uint64_t count) {
    for (uint64_t i = 0; i != count; ++i, ++length)
      if (length - position < size)
        out[length - position] = static_cast<uint8_t>(text[i]);
  }
  uint64_t getLength() const { return length; }

private:
  uint8_t *out;
  uint64_t size, position, length = 0;
  Line line; ///< that is being made
};

} // namespace

#if defined(__x86_64__)
#define ARCHITECTURE "x86_64"
#define VECTORS "sse2"
#elif defined(__aarch64__)
#define ARCHITECTURE "arm64"
#define VECTORS "neon"
#elif defined(__riscv)
#define ARCHITECTURE "riscv64"
#define VECTORS "none"
#else
#define ARCHITECTURE "wasm32"
#define VECTORS "none"
#endif

static constexpr uint64_t pageKiB = hal::pageSize / 1024;

static void describeHardware(Lines &lines) {
  lines.add("architecture: " ARCHITECTURE "\nmachine: %s\nprocessors: %u\n"
            "memory: %u KiB\n",
            getBootInfo().machine, getBootInfo().numCpus,
            getTotalPages() * pageKiB);
}

static void describeConfiguration(Lines &lines) {
  lines.add("target: " ARCHITECTURE "\nsimd: " VECTORS "\npage_size: %u\n"
            "vm_enabled: true\n",
            hal::pageSize);
}

static void describeMemory(Lines &lines) {
  lines.add("memory: %u KiB\nfree: %u KiB\n", getTotalPages() * pageKiB,
            getFreePages() * pageKiB);
  for (unsigned i = 1; i != numMemoryKinds; ++i)
    lines.add("%s: %u KiB\n", getName(static_cast<MemoryKind>(i)),
              getUsedPages(static_cast<MemoryKind>(i)) * pageKiB);
  const store::Store &store = getStore();
  if (store.isMounted())
    lines.add("files that stay: %u\nroom for more: %u KiB\n",
              store.getNumFiles(), store.getFreeBytes() / 1024);
}

static void describeSystem(Lines &lines) {
  uint64_t processes = 0;
  for (Process *process = nextProcess(0); process != nullptr;
       process = nextProcess(process->id))
    ++processes;
  SchedulerCounts counts = getSchedulerCounts();
  lines.add("system: FLUX\nuptime: %u ms\nprocesses: %u\nprocessors: %u\n"
            "switches: %u\npreemptions: %u\n",
            hal::now() / 1000000, processes, getNumProcessors(),
            counts.switches, counts.preemptions);
  describeMemory(lines);
}

static void describeProcesses(Lines &lines, uint32_t viewer) {
  for (Process *process = nextProcess(0); process != nullptr;
       process = nextProcess(process->id))
    if (viewer == 0 || process->id == viewer || process->parent == viewer)
      lines.add("%u %u %u %u %u %s %s\n", process->id, process->parent,
                process->basePriority, process->processorTime / 1000000,
                process->account.used * pageKiB, getName(process->state),
                process->name);
}

static constexpr char calls[] =
#define SYSCALL(NUMBER, NAME, CAPABILITY, FIRST, SECOND, RESULT, ERRORS, DOC)  \
  #NUMBER " " #NAME " " #CAPABILITY "\n"
#include "runtime/kernel/Syscalls.def"
    ;

uint64_t describe(Subject subject, uint8_t *out, uint64_t size,
                  uint64_t position, uint32_t viewer) {
  Lines lines(out, size, position);
  switch (subject) {
  case Subject::Hardware:
    describeHardware(lines);
    break;
  case Subject::Configuration:
    describeConfiguration(lines);
    break;
  case Subject::System:
    describeSystem(lines);
    break;
  case Subject::Memory:
    describeMemory(lines);
    break;
  case Subject::Processes:
    describeProcesses(lines, viewer);
    break;
  case Subject::Calls:
    lines.append(calls, sizeof calls - 1);
    break;
  case Subject::Log:
    readLog(
        [](void *to, const char *text, uint64_t count) {
          static_cast<Lines *>(to)->append(text, count);
        },
        &lines);
    break;
  }
  return lines.getLength();
}

} // namespace flux::kernel
