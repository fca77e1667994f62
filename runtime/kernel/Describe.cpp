//===- Describe.cpp - the machine and the system as text ------------------===//
//
// What programs and people ask for: lines that a person can read and a program
// can split.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Scheduler.h"

namespace flux::kernel {

namespace {

/// Lines into memory of the caller, which may be too short.
class Lines {
public:
  Lines(uint8_t *out, uint64_t size) : out(out), size(size) {}

  void add(const char *name, const char *value) {
    append(Line() << name << ": " << value << "\n");
  }
  void add(const char *name, uint64_t value, const char *unit = "") {
    append(Line() << name << ": " << value << unit << "\n");
  }
  uint64_t getLength() const { return length; }

private:
  void append(const Line &line) {
    for (unsigned i = 0; i != line.size(); ++i, ++length)
      if (length < size)
        out[length] = static_cast<uint8_t>(line.data()[i]);
  }

  uint8_t *out;
  uint64_t size, length = 0;
};

} // namespace

#if defined(__x86_64__)
static constexpr char architecture[] = "x86_64", vectors[] = "sse2";
#elif defined(__aarch64__)
static constexpr char architecture[] = "arm64", vectors[] = "neon";
#else
static constexpr char architecture[] = "riscv64", vectors[] = "none";
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
  lines.add("memory", getTotalPages() * pageKiB, " KiB");
  lines.add("free", getFreePages() * pageKiB, " KiB");
  for (unsigned i = 1; i != numMemoryKinds; ++i)
    lines.add(getName(static_cast<MemoryKind>(i)),
              getUsedPages(static_cast<MemoryKind>(i)) * pageKiB, " KiB");
}

uint64_t describe(Subject subject, uint8_t *out, uint64_t size) {
  Lines lines(out, size);
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
  }
  return lines.getLength();
}

} // namespace flux::kernel
