//===- Emulator.cpp - images on emulated machines -------------------------===//
//
// Each machine has its own way to end with a status, and firmware that prints
// before the kernel does.  Here both become what a program of this machine
// does: its output, and its status.
//
//===----------------------------------------------------------------------===//

#include "flux/Image/Emulator.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

using namespace flux;
using llvm::StringRef;

/// What the kernel prints first if its options have `start=marked`.
static constexpr StringRef startMark = "\x02"
                                       "FLUX\x03";

/// The status that the machine wrote to its debug console, the only way out of
/// a PC that passes all values.
static constexpr int statusDescriptor = 9;

static std::vector<std::string> makeCommand(const KernelTarget &target,
                                            StringRef path,
                                            const EmulatorOptions &options) {
  std::vector<std::string> command;
  auto add = [&](std::initializer_list<std::string> words) {
    command.insert(command.end(), words);
  };
  std::string kernelOptions = options.options, machine = options.machine;
  if (!options.showFirmware)
    kernelOptions = "start=marked " + kernelOptions;
  if (target.name == "x86_64") {
    add({"qemu-system-x86_64", "-M", machine.empty() ? "microvm" : machine,
         "-cpu", "max", "-chardev",
         "file,id=status,path=/proc/self/fd/" +
             std::to_string(statusDescriptor),
         "-device", "isa-debugcon,iobase=0xe9,chardev=status", "-device",
         "isa-debug-exit,iobase=0xf4,iosize=4"});
  } else if (target.name == "arm64") {
    add({"qemu-system-aarch64", "-M", machine.empty() ? "virt" : machine,
         "-cpu", "cortex-a72", "-semihosting"});
    kernelOptions = "exit=semihosting " + kernelOptions;
  } else {
    add({"qemu-system-riscv64", "-M", machine.empty() ? "virt" : machine,
         "-bios", "default"});
  }
  add({"-m", std::to_string(options.memoryMiB), "-smp",
       std::to_string(options.processors), "-nodefaults", "-display", "none",
       "-serial", "stdio", "-no-reboot", "-kernel", path.str(), "-append",
       StringRef(kernelOptions).trim().str()});
  if (options.countInstructions)
    add({"-icount", "shift=0,sleep=off"});
  if (options.waitForDebugger)
    add({"-s", "-S"});
  return command;
}

namespace {

/// Copies the console, without what comes before the mark.
class Console {
public:
  explicit Console(bool isMarked) : started(!isMarked) {}

  void put(StringRef text) {
    if (started)
      return write(STDOUT_FILENO, text);
    kept += text;
    size_t at = kept.find(startMark.str());
    if (at == std::string::npos)
      return;
    started = true;
    write(STDOUT_FILENO, StringRef(kept).drop_front(at + startMark.size()));
  }
  /// The machine ended; what firmware said may be the reason.
  void finish() {
    if (!started)
      write(STDERR_FILENO, kept);
  }

private:
  static void write(int descriptor, StringRef text) {
    while (!text.empty()) {
      ssize_t written = ::write(descriptor, text.data(), text.size());
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return; // nobody reads it any more
      text = text.drop_front(written);
    }
  }

  bool started;
  std::string kept;
};

} // namespace

static uint64_t readClock() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1000000;
}

/// Copies until the machine ends; false if \p timeout seconds are over before.
static bool copyConsole(int from, unsigned timeout, Console &console) {
  uint64_t end = readClock() + uint64_t(timeout) * 1000;
  for (;;) {
    pollfd request = {from, POLLIN, 0};
    uint64_t now = readClock();
    if (timeout != 0 && now >= end)
      return false;
    int ready = poll(&request, 1, timeout != 0 ? int(end - now) : -1);
    if (ready < 0 && errno != EINTR)
      return true;
    if (ready <= 0)
      continue;
    char buffer[4096];
    ssize_t count = read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return true;
    console.put(StringRef(buffer, count));
  }
}

int flux::runImage(const KernelTarget &target, StringRef path,
                   const EmulatorOptions &options, std::string &error) {
  std::vector<std::string> command = makeCommand(target, path, options);
  if (options.dryRun) {
    for (size_t i = 0; i != command.size(); ++i) {
      if (i != 0)
        llvm::outs() << ' ';
      llvm::sys::printArg(llvm::outs(), command[i], /*Quote=*/false);
    }
    llvm::outs() << '\n';
    return 0;
  }
  llvm::ErrorOr<std::string> program = llvm::sys::findProgramByName(command[0]);
  if (!program) {
    error = "'" + command[0] + "' is not installed";
    return -1;
  }
  std::vector<char *> arguments;
  for (std::string &word : command)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int output[2];
  int status = memfd_create("flux-status", 0);
  if (status < 0 || pipe(output) != 0) {
    error = std::error_code(errno, std::generic_category()).message();
    return -1;
  }
  pid_t child = fork();
  if (child == 0) {
    dup2(output[1], STDOUT_FILENO);
    dup2(status, statusDescriptor);
    for (int descriptor : {output[0], output[1]})
      close(descriptor);
    execv(program->c_str(), arguments.data());
    _exit(127);
  }
  close(output[1]);
  Console console(!options.showFirmware);
  bool ended = child >= 0 && copyConsole(output[0], options.timeout, console);
  close(output[0]);
  int result = 0;
  if (child >= 0) {
    if (!ended)
      kill(child, SIGKILL);
    while (waitpid(child, &result, 0) < 0 && errno == EINTR)
      ;
  }
  console.finish();
  unsigned char code = 0;
  bool hasCode = pread(status, &code, 1, 0) == 1;
  close(status);
  if (child < 0) {
    error = "cannot start '" + *program + "'";
  } else if (!ended) {
    error = "the machine was ended after " + std::to_string(options.timeout) +
            " seconds";
  } else if (!WIFEXITED(result)) {
    error = "the emulator was killed";
  } else if (target.name == "x86_64") {
    if (hasCode)
      return code;
    error = "the machine ended without a status";
  } else {
    return WEXITSTATUS(result);
  }
  return -1;
}
