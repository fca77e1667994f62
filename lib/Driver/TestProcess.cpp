//===- TestProcess.cpp - running a program from memory --------------------===//
//
// Tests are small and many, so the test program is never written to a disk, and
// each test is a process, so that one that traps, hangs or prints without end
// harms nothing but itself.  Where the start of an emulator takes longer than
// most tests, as that of Node does, one process runs them all: the loader gives
// each an instance of the module of its own, and whoever must be killed gets a
// successor.
//
//===----------------------------------------------------------------------===//
#include "Testing.h"
#include "flux/Target/WasmPage.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Program.h"
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace flux;
using llvm::StringRef;

/// What a test may print to one of its outputs.
static constexpr size_t maxOutputBytes = 16u << 20;

std::optional<TestEmulator> flux::findEmulator(const TargetSpec &target) {
  TestEmulator result;
  if (isHostTarget(target))
    return result;
  if (target.emulator.empty())
    return std::nullopt;
  llvm::ErrorOr<std::string> path =
      llvm::sys::findProgramByName(target.emulator[0]);
  if (!path)
    return std::nullopt;
  result.command = withWasmServer(target.emulator);
  result.command[0] = *path;
  result.serves = llvm::is_contained(target.emulator, wasmLoaderWord);
  return result;
}

namespace {

/// Something that must be closed.
class Descriptor {
public:
  Descriptor() = default;
  Descriptor(Descriptor &&other) : number(std::exchange(other.number, -1)) {}
  Descriptor &operator=(Descriptor &&other) {
    close();
    number = std::exchange(other.number, -1);
    return *this;
  }
  ~Descriptor() { close(); }
  void open(int newNumber) {
    close();
    number = newNumber;
  }
  void close() {
    if (isOpen())
      ::close(std::exchange(number, -1));
  }
  bool isOpen() const { return number >= 0; }
  int get() const { return number; }

private:
  int number = -1;
};

using Clock = std::chrono::steady_clock;

} // namespace

/// A process and the ends of its pipes that are ours.
struct TestProcess::Child {
  pid_t id = -1;
  Descriptor output, errors;
  Descriptor requests; ///< its standard input; closed: it has none
  std::string frames;  ///< what a server said and was not understood yet
  std::string errorText;

  Child() = default;
  Child(const Child &) = delete;
  Child &operator=(const Child &) = delete;
  ~Child() {
    if (id >= 0)
      end();
  }

  bool readOutputs(Clock::time_point end, std::string &text);
  /// Waits for its own end, however long after that of its outputs.
  bool waitFor(Clock::time_point end, int &status) {
    while (waitpid(id, &status, WNOHANG) == 0) {
      if (Clock::now() >= end)
        return false;
      usleep(200);
    }
    id = -1;
    return true;
  }
  /// Kills it, or what is left of it; gives what waitpid told.
  int end() {
    kill(id, SIGKILL);
    int status = 0;
    while (waitpid(id, &status, 0) < 0 && errno == EINTR)
      continue;
    id = -1;
    return status;
  }
};

TestProcess::TestProcess(StringRef program, const TestEmulator &emulator)
    : file(memfd_create("flux-test", MFD_CLOEXEC)), emulator(emulator) {
  while (file >= 0 && !program.empty()) {
    ssize_t written = ::write(file, program.data(), program.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      close(file);
      file = -1;
      return;
    }
    program = program.drop_front(size_t(written));
  }
}

TestProcess::~TestProcess() {
  if (file >= 0)
    close(file);
}

/// Reads what there is; closes \p from at the end.
static void readSome(Descriptor &from, std::string &text) {
  char chunk[16384];
  ssize_t count = ::read(from.get(), chunk, sizeof(chunk));
  if (count < 0 && errno == EINTR)
    return;
  text.append(chunk, size_t(std::max<ssize_t>(count, 0)));
  if (count <= 0)
    from.close();
}

/// Waits until one of the outputs says something, and reads it; false if that
/// takes until \p end.
bool TestProcess::Child::readOutputs(Clock::time_point end, std::string &text) {
  pollfd waiting[2] = {{output.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}};
  auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now())
          .count();
  int ready = left > 0 ? poll(waiting, 2, int(left) + 1) : 0;
  if (ready < 0 && errno == EINTR)
    return true;
  if (ready <= 0)
    return false;
  if (waiting[0].revents)
    readSome(output, text);
  if (waiting[1].revents)
    readSome(errors, errorText);
  return true;
}

/// Opens a pipe; the reading end is kept.
static bool openPipe(Descriptor &ours, Descriptor &theirs) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return false;
  ours.open(ends[0]);
  theirs.open(ends[1]);
  return true;
}

/// Starts the program as \p child with \p arguments; gives errno.
int TestProcess::start(Child &child,
                       const std::vector<const char *> &arguments) const {
  Descriptor input, output, errors, failure, failed, passed;
  if (file < 0 || !openPipe(child.output, output) ||
      !openPipe(child.errors, errors) || !openPipe(failure, failed))
    return errno;
  if (emulator.serves) {
    // No pipe, whose reader may be gone when a test is asked for.
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      return errno;
    child.requests.open(ends[0]);
    input.open(ends[1]);
  } else {
    input.open(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
  // An emulator opens the program by its path.
  std::string path;
  std::vector<char *> words;
  for (const std::string &word : emulator.command)
    words.push_back(const_cast<char *>(word.c_str()));
  if (!emulator.command.empty()) {
    passed.open(dup(file));
    path = "/proc/self/fd/" + std::to_string(passed.get());
  }
  for (const char *argument : arguments)
    words.push_back(argument ? const_cast<char *>(argument) : path.data());
  words.push_back(nullptr);
  char *environment[] = {nullptr};

  child.id = fork();
  if (child.id < 0)
    return errno;
  if (child.id == 0) {
    // Only what may be done between fork and exec.
    if (input.isOpen())
      dup2(input.get(), STDIN_FILENO);
    dup2(output.get(), STDOUT_FILENO);
    dup2(errors.get(), STDERR_FILENO);
    if (emulator.command.empty())
      fexecve(file, words.data(), environment);
    else
      execve(words[0], words.data(), environment);
    int reason = errno;
    (void)!::write(failed.get(), &reason, sizeof(reason));
    _exit(127);
  }
  // Ends with the start of the program.
  failed.close();
  int reason = 0;
  return ::read(failure.get(), &reason, sizeof(reason)) == sizeof(reason)
             ? reason
             : 0;
}

/// Says in \p result how a process ended by itself.
static void setEnd(int status, ProcessResult &result) {
  bool exited = WIFEXITED(status);
  result.end = exited ? ProcessResult::Exited : ProcessResult::Signalled;
  result.status = exited ? WEXITSTATUS(status) : WTERMSIG(status);
}

ProcessResult TestProcess::run(unsigned numArguments, unsigned seconds) {
  const Clock::time_point end = Clock::now() + std::chrono::seconds(seconds);
  if (emulator.serves)
    return runInServer(numArguments, end);
  return runAlone(numArguments, end);
}

ProcessResult TestProcess::runAlone(unsigned numArguments,
                                    Clock::time_point end) const {
  ProcessResult result;
  Child child;
  // Without an emulator the name is of no importance.
  std::vector<const char *> arguments(1 + numArguments, "");
  arguments[0] = emulator.command.empty() ? "test" : nullptr;
  if (int reason = start(child, arguments)) {
    result.status = reason;
    return result;
  }
  bool killed = false;
  auto kill = [&](ProcessResult::End why) {
    child.end();
    result.end = why;
    killed = true;
  };
  while (!killed && (child.output.isOpen() || child.errors.isOpen())) {
    if (!child.readOutputs(end, result.output))
      kill(ProcessResult::TimedOut);
    else if (std::max(result.output.size(), child.errorText.size()) >
             maxOutputBytes)
      kill(ProcessResult::WroteTooMuch);
  }
  result.errors = std::move(child.errorText);

  int status = 0;
  if (!killed && !child.waitFor(end, status))
    kill(ProcessResult::TimedOut);
  if (!killed)
    setEnd(status, result);
  return result;
}

/// Takes the frames that \p frames begins with, as flux.mjs writes them, for
/// \p result; true at the last one of a run.
static bool takeFrames(std::string &frames, ProcessResult &result) {
  constexpr size_t headerBytes = 5;
  enum Kind : char { Status = 0, Output = 1 };
  StringRef rest = frames;
  bool ended = false;
  while (!ended && rest.size() >= headerBytes) {
    char kind = rest[0];
    uint32_t number = llvm::support::endian::read32le(rest.data() + 1);
    if (kind == Status) {
      result.end = ProcessResult::Exited;
      result.status = int(number & 0xff);
      rest = rest.drop_front(headerBytes);
      ended = true;
      break;
    }
    if (rest.size() - headerBytes < number)
      break;
    (kind == Output ? result.output : result.errors) +=
        rest.substr(headerBytes, number);
    rest = rest.drop_front(headerBytes + number);
  }
  frames.erase(0, frames.size() - rest.size());
  return ended;
}

ProcessResult TestProcess::runInServer(unsigned numArguments,
                                       Clock::time_point end) {
  ProcessResult result;
  if (!server) {
    server = std::make_unique<Child>();
    if (int reason = start(*server, {nullptr})) {
      server.reset();
      result.status = reason;
      return result;
    }
  }
  std::string request = std::to_string(numArguments) + "\n";
  (void)send(server->requests.get(), request.data(), request.size(),
             MSG_NOSIGNAL);
  while (!takeFrames(server->frames, result)) {
    if (std::max({result.output.size(), result.errors.size(),
                  server->frames.size(), server->errorText.size()}) >
        maxOutputBytes) {
      result.end = ProcessResult::WroteTooMuch;
      server.reset();
      return result;
    }
    int status = 0;
    bool isOpen = server->output.isOpen() || server->errors.isOpen();
    if (isOpen ? !server->readOutputs(end, server->frames)
               : !server->waitFor(end, status)) {
      result.end = ProcessResult::TimedOut;
      server.reset();
      return result;
    }
    if (!isOpen) {
      // The engine gave up.
      result.errors += server->errorText;
      setEnd(status, result);
      server.reset();
      return result;
    }
  }
  return result;
}
