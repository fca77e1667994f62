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

  void add(const char *name, const char *value) {
    append(Line() << name << ": " << value << "\n");
  }
  void add(const char *name, uint64_t value, const char *unit = "") {
    append(Line() << name << ": " << value << unit << "\n");
  }
  void append(const Line &line) { append(line.data(), line.size()); }
  void append(const char *text, uint64_t count) {
    for (uint64_t i = 0; i != count; ++i, ++length)
      if (length - position < size)
        out[length - position] = static_cast<uint8_t>(text[i]);
  }
  uint64_t getLength() const { return length; }

private:
  uint8_t *out;
  uint64_t size, position, length = 0;
};

} // namespace

#if defined(__x86_64__)
static constexpr char architecture[] = "x86_64", vectors[] = "sse2";
#elif defined(__aarch64__)
static constexpr char architecture[] = "arm64", vectors[] = "neon";
#elif defined(__riscv)
static constexpr char architecture[] = "riscv64", vectors[] = "none";
#else
static constexpr char architecture[] = "wasm32", vectors[] = "none";
#endif

static constexpr uint64_t pageKiB = hal::pageSize / 1024;

static void describeHardware(Lines &lines) {
  lines.add("architecture", architecture);
  lines.add("machine", getBootInfo().machine);
  lines.add("processors", getBootInfo().numCpus);
  lines.add("memory", getTotalPages() * pageKiB, " KiB");
}

static void describeConfiguration(Lines &lines) {
  lines.add("target", architecture);
  lines.add("simd", vectors);
  lines.add("page_size", hal::pageSize);
  lines.add("vm_enabled", "true");
}

static void describeMemory(Lines &lines) {
  lines.add("memory", getTotalPages() * pageKiB, " KiB");
  lines.add("free", getFreePages() * pageKiB, " KiB");
  for (unsigned i = 1; i != numMemoryKinds; ++i)
    lines.add(getName(static_cast<MemoryKind>(i)),
              getUsedPages(static_cast<MemoryKind>(i)) * pageKiB, " KiB");
  const store::Store &store = getStore();
  if (!store.isMounted())
    return;
  lines.add("files that stay", store.getNumFiles());
  lines.add("room for more", store.getFreeBytes() / 1024, " KiB");
}

static void describeSystem(Lines &lines) {
  lines.add("system", "FLUX");
  lines.add("uptime", hal::now() / 1000000, " ms");
  uint64_t processes = 0;
  for (Process *process = nextProcess(0); process != nullptr;
       process = nextProcess(process->id))
    ++processes;
  lines.add("processes", processes);
  lines.add("processors", getNumProcessors());
  SchedulerCounts counts = getSchedulerCounts();
  lines.add("switches", counts.switches);
  lines.add("preemptions", counts.preemptions);
  describeMemory(lines);
}

static void describeProcesses(Lines &lines, uint32_t viewer) {
  for (Process *process = nextProcess(0); process != nullptr;
       process = nextProcess(process->id))
    if (viewer == 0 || process->id == viewer || process->parent == viewer)
      lines.append(
          Line() << uint64_t(process->id) << " " << uint64_t(process->parent)
                 << " " << uint64_t(process->basePriority) << " "
                 << process->processorTime / 1000000 << " "
                 << process->account.used * pageKiB << " "
                 << getName(process->state) << " " << process->name << "\n");
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
