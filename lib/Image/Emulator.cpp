//===- Emulator.cpp - images on emulated machines -------------------------===//
//
// Each machine has its own way to end with a status, and firmware that prints
// before the kernel does.  Here both become what a program of this machine
// does: its output, and its status.
//
//===----------------------------------------------------------------------===//

#include "flux/Image/Emulator.h"
#include "ModuleImage.h"
#include "runtime/base/BootProtocol.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

using namespace flux;
using llvm::StringRef;

/// The status that the machine wrote to its debug console, the only way out of
/// a PC that passes all values.
static constexpr int statusDescriptor = 9;

/// Arguments as words of the kernel's command line.
static std::string encodeArguments(llvm::ArrayRef<std::string> arguments) {
  std::string result;
  for (StringRef argument : arguments) {
    result +=
        result.empty() ? (boot::argumentsWord + StringRef(" ")).str() : " ";
    for (char c : argument) {
      if (llvm::isAlnum(c) || StringRef("-./:=_").contains(c))
        result += c;
      else
        result += "%" + llvm::toHex(StringRef(&c, 1));
    }
    if (argument.empty())
      result += '%';
  }
  return result;
}

static std::string makeKernelOptions(const KernelTarget &target,
                                     const EmulatorOptions &options) {
  std::vector<std::string> words;
  if (target.name == "arm64")
    words.push_back("exit=semihosting");
  if (!options.showFirmware && !target.isModule())
    words.push_back("streams=marked");
  for (std::string word : {options.options, encodeArguments(options.arguments)})
    if (!word.empty())
      words.push_back(word);
  return llvm::join(words, " ");
}

/// Where Debian has it.
static StringRef getEfiFirmware(const KernelTarget &target) {
  return target.name == "x86_64" ? "/usr/share/OVMF/OVMF_CODE.fd"
                                 : "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd";
}

bool flux::isBoard(const EmulatorOptions &options) {
  return StringRef(options.machine).starts_with("raspi");
}

bool flux::hasPci(const KernelTarget &target, const EmulatorOptions &options) {
  // ACPI tells of devices at fixed places only by code.
  if (StringRef(options.machine).contains("acpi=on"))
    return true;
  return target.name == "x86_64" &&
         (options.machine.empty()
              ? options.usesEfi
              : !StringRef(options.machine).starts_with("microvm"));
}

/// As a value among options of QEMU.
static std::string quoteCommas(StringRef text) {
  std::string result;
  for (char c : text)
    result.append(c == ',' ? 2 : 1, c);
  return result;
}

static std::vector<std::string> makeCommand(const KernelTarget &target,
                                            StringRef path,
                                            const EmulatorOptions &options) {
  std::vector<std::string> command;
  auto add = [&](std::initializer_list<std::string> words) {
    command.insert(command.end(), words);
  };
  auto choose = [&](const char *standard) {
    return options.machine.empty() ? standard : options.machine;
  };
  // Firmware has either the tree of devices or tables of ACPI.
  bool usesTree =
      options.usesEfi && !StringRef(options.machine).contains("acpi=");
  if (target.name == "x86_64") {
    add({"qemu-system-x86_64", "-M",
         choose(options.usesEfi ? "q35" : "microvm"), "-cpu", "max", "-chardev",
         "file,id=status,path=/proc/self/fd/" +
             std::to_string(statusDescriptor),
         "-device", "isa-debugcon,iobase=0xe9,chardev=status", "-device",
         "isa-debug-exit,iobase=0xf4,iosize=4"});
    if (options.usesEfi)
      add({"-drive", "if=pflash,format=raw,readonly=on,file=" +
                         getEfiFirmware(target).str()});
  } else if (target.name == "arm64") {
    add({"qemu-system-aarch64", "-M",
         choose("virt") + (usesTree ? ",acpi=off" : "")});
    if (!isBoard(options))
      add({"-cpu", "cortex-a72"});
    add({"-semihosting"});
    if (options.usesEfi)
      add({"-bios", getEfiFirmware(target).str()});
  } else {
    add({"qemu-system-riscv64", "-M", choose("virt"), "-bios", "default"});
  }
  if (!isBoard(options))
    add({"-m", std::to_string(options.memoryMiB), "-smp",
         std::to_string(options.processors)});
  add({"-nodefaults", "-display", "none", "-serial", "stdio"});
  if (!options.mayRestart)
    add({"-no-reboot"});
  if (path.empty())
    add({"-boot", "menu=on,splash-time=0"});
  else
    add({"-kernel", path.str(), "-append", makeKernelOptions(target, options)});
  StringRef suffix = hasPci(target, options) ? "-pci" : "-device";
  for (const auto &[index, disk] : llvm::enumerate(options.disks)) {
    std::string id = "disk" + std::to_string(index);
    add({"-drive", "if=none,format=raw,id=" + id + ",file=" + quoteCommas(disk),
         "-device",
         ("virtio-blk" + suffix + ",drive=" + id).str() +
             (path.empty() && index == 0 ? ",bootindex=0" : "")});
  }
  if (options.hasNetwork)
    add({"-netdev",
         "user,id=net" + (options.network.empty() ? "" : "," + options.network),
         "-device",
         ("virtio-net" + suffix + ",netdev=net" +
          (suffix == "-pci" ? ",romfile=" : ""))
             .str()});
  command.insert(command.end(), options.more.begin(), options.more.end());
  if (options.countInstructions)
    add({"-icount", "shift=0,sleep=off"});
  if (options.debuggerPort != 0)
    add({"-gdb", "tcp:127.0.0.1:" + std::to_string(options.debuggerPort),
         "-S"});
  return command;
}

namespace {

/// Copies the console, without what comes before the mark of the start, to the
/// streams that its marks tell.
class Console {
public:
  explicit Console(bool isMarked) : isMarked(isMarked) {}

  void put(StringRef text) {
    if (!isMarked)
      return write(STDOUT_FILENO, text);
    for (std::string left = text.str(); !left.empty();) {
      if (isOpen) {
        left = putMarked(left).str();
        continue;
      }
      kept += left;
      size_t at = kept.find(boot::startMark);
      if (at == std::string::npos)
        return;
      started = isOpen = true;
      left = kept.substr(at + strlen(boot::startMark));
      kept.clear();
    }
  }
  /// True if the kernel looks for input.
  bool takesInput() const { return started || !isMarked; }
  /// The machine ended; what firmware said may be the reason.
  void finish() {
    if (!isOpen && isMarked)
      write(STDERR_FILENO, kept);
  }

private:
  /// Returns what is left behind the mark of a pause.
  StringRef putMarked(StringRef text) {
    while (!text.empty()) {
      size_t plain = isEscaped ? 1 : text.take_until(boot::isOutputMark).size();
      if (plain != 0) {
        write(stream, text.take_front(plain));
        isEscaped = false;
      } else {
        isEscaped = text[0] == boot::escape;
        if (text[0] == boot::pauseMark) {
          isOpen = false;
          stream = STDOUT_FILENO;
          return text.drop_front();
        }
        if (!isEscaped)
          stream = text[0] == boot::errorBegin ? STDERR_FILENO : STDOUT_FILENO;
        plain = 1;
      }
      text = text.drop_front(plain);
    }
    return text;
  }

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

  const bool isMarked;
  bool started = false, isOpen = false, isEscaped = false;
  int stream = STDOUT_FILENO;
  std::string kept;
};

/// Copies standard input to the console of the machine, and says where it ends.
class Input {
public:
  Input(int to, bool isMarked) : to(to), isMarked(isMarked) {
    fcntl(to, F_SETFL, O_NONBLOCK);
  }
  ~Input() { close(to); }

  /// What poll() is to wait for.
  pollfd getRequest() const {
    if (!left.empty())
      return {to, POLLOUT, 0};
    return {hasEnded ? -1 : STDIN_FILENO, POLLIN, 0};
  }
  /// poll() says that it can go on.
  void copy() {
    if (left.empty())
      read();
    ssize_t written = ::write(to, left.data(), left.size());
    if (written > 0)
      left.erase(0, written);
    else if (written < 0 && errno != EAGAIN && errno != EINTR)
      stop(); // the machine does not listen any more
  }

private:
  void read() {
    char buffer[4096];
    ssize_t count = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
      return;
    if (count <= 0) {
      hasEnded = true;
      if (isMarked)
        left += boot::inputEnd;
      return;
    }
    for (char c : StringRef(buffer, count)) {
      if (isMarked && boot::isInputMark(c))
        left += boot::escape;
      left += c;
    }
  }
  void stop() {
    hasEnded = true;
    left.clear();
  }

  const int to;
  const bool isMarked;
  bool hasEnded = false;
  std::string left;
};

} // namespace

static uint64_t readClock() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1000000;
}

/// Copies until the machine ends; false if \p timeout seconds are over before.
static bool copyConsole(int from, unsigned timeout, Console &console,
                        Input &input) {
  uint64_t end = readClock() + uint64_t(timeout) * 1000;
  for (;;) {
    pollfd requests[] = {{from, POLLIN, 0}, {-1, 0, 0}};
    if (console.takesInput())
      requests[1] = input.getRequest();
    uint64_t now = readClock();
    if (timeout != 0 && now >= end)
      return false;
    int ready = poll(requests, 2, timeout != 0 ? int(end - now) : -1);
    if (ready < 0 && errno != EINTR)
      return true;
    if (ready <= 0)
      continue;
    if (requests[1].revents != 0)
      input.copy();
    if (requests[0].revents == 0)
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
  if (makeKernelOptions(target, options).size() > boot::maxCommandLine) {
    error = "the options and arguments take more than " +
            std::to_string(boot::maxCommandLine) + " bytes";
    return -1;
  }
  if (target.isModule())
    return runModule(path, makeKernelOptions(target, options), options, error);
  if (options.dryRun) {
    for (size_t i = 0; i != command.size(); ++i) {
      if (i != 0)
        llvm::outs() << ' ';
      llvm::sys::printArg(llvm::outs(), command[i], /*Quote=*/false);
    }
    llvm::outs() << '\n';
    return 0;
  }
  if (options.usesEfi && !llvm::sys::fs::exists(getEfiFirmware(target))) {
    error = ("the firmware '" + getEfiFirmware(target) + "' is not installed")
                .str();
    return -1;
  }
  llvm::ErrorOr<std::string> program = llvm::sys::findProgramByName(command[0]);
  if (!program) // without a PATH
    program = llvm::sys::findProgramByName(command[0], {"/usr/bin", "/bin"});
  if (!program) {
    error = "'" + command[0] + "' is not installed";
    return -1;
  }
  std::vector<char *> arguments;
  for (std::string &word : command)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int output[2], inputPipe[2];
  int status = memfd_create("flux-status", 0);
  if (status < 0 || pipe(output) != 0 || pipe(inputPipe) != 0) {
    error = std::error_code(errno, std::generic_category()).message();
    return -1;
  }
  pid_t child = fork();
  if (child == 0) {
    // A machine that nobody watches any more must not run on.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(inputPipe[0], STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    dup2(status, statusDescriptor);
    for (int descriptor : {output[0], output[1], inputPipe[0], inputPipe[1]})
      close(descriptor);
    execv(program->c_str(), arguments.data());
    _exit(127);
  }
  close(output[1]);
  close(inputPipe[0]);
  // A machine that ended is seen at its output.
  auto *before = signal(SIGPIPE, SIG_IGN);
  bool isMarked = !options.showFirmware;
  Console console(isMarked);
  bool ended = false;
  if (child >= 0) {
    Input input(inputPipe[1], isMarked);
    ended = copyConsole(output[0], options.timeout, console, input);
  }
  signal(SIGPIPE, before);
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
