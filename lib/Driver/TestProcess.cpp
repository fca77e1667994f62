//===- TestProcess.cpp - running a program from memory --------------------===//
//
// Tests are small and many, so the test program is never written to a disk, and
// each test is a process, so that one that traps, hangs or prints without end
// harms nothing but itself.
//
//===----------------------------------------------------------------------===//
#include "Testing.h"
#include "flux/Target/WasmPage.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Program.h"
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
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
  result.command = withWasmLoader(target.emulator);
  result.command[0] = *path;
  return result;
}

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

namespace {

/// A pipe whose reading end is kept.
struct Pipe {
  int ends[2] = {-1, -1};
  bool open() { return pipe2(ends, O_CLOEXEC) == 0; }
  void closeEnd(int which) {
    if (ends[which] >= 0)
      close(std::exchange(ends[which], -1));
  }
  ~Pipe() {
    closeEnd(0);
    closeEnd(1);
  }
};

} // namespace

/// Reads what there is; false at the end.
static bool readSome(int from, std::string &text) {
  char chunk[16384];
  ssize_t count = ::read(from, chunk, sizeof(chunk));
  if (count < 0)
    return errno == EINTR;
  text.append(chunk, size_t(count));
  return count != 0;
}

ProcessResult TestProcess::run(unsigned numArguments, unsigned seconds) const {
  ProcessResult result;
  Pipe output, errors, failure;
  if (file < 0 || !output.open() || !errors.open() || !failure.open()) {
    result.status = errno;
    return result;
  }
  // An emulator opens the program by its path.
  int passed = emulator.command.empty() ? file : dup(file);
  std::string path = "/proc/self/fd/" + std::to_string(passed);
  std::vector<char *> args;
  for (const std::string &word : emulator.command)
    args.push_back(const_cast<char *>(word.c_str()));
  args.push_back(emulator.command.empty() ? const_cast<char *>("test")
                                          : path.data());
  args.insert(args.end(), numArguments, const_cast<char *>(""));
  args.push_back(nullptr);
  llvm::scope_exit closePassed([&] {
    if (passed != file)
      close(passed);
  });
  char *environment[] = {nullptr};

  pid_t child = fork();
  if (child < 0) {
    result.status = errno;
    return result;
  }
  if (child == 0) {
    // Only what may be done between fork and exec.
    int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (input >= 0)
      dup2(input, STDIN_FILENO);
    dup2(output.ends[1], STDOUT_FILENO);
    dup2(errors.ends[1], STDERR_FILENO);
    if (emulator.command.empty())
      fexecve(file, args.data(), environment);
    else
      execve(args[0], args.data(), environment);
    int reason = errno;
    (void)!::write(failure.ends[1], &reason, sizeof(reason));
    _exit(127);
  }
  output.closeEnd(1);
  errors.closeEnd(1);
  failure.closeEnd(1);

  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::seconds(seconds);
  bool killed = false;
  auto kill = [&](ProcessResult::End why) {
    ::kill(child, SIGKILL);
    result.end = why;
    killed = true;
  };
  while (!killed && (output.ends[0] >= 0 || errors.ends[0] >= 0)) {
    pollfd waiting[2] = {{output.ends[0], POLLIN, 0},
                         {errors.ends[0], POLLIN, 0}};
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                    end - Clock::now())
                    .count();
    int ready = left > 0 ? poll(waiting, 2, int(left) + 1) : 0;
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready <= 0) {
      kill(ProcessResult::TimedOut);
      break;
    }
    if (waiting[0].revents && !readSome(output.ends[0], result.output))
      output.closeEnd(0);
    if (waiting[1].revents && !readSome(errors.ends[0], result.errors))
      errors.closeEnd(0);
    if (std::max(result.output.size(), result.errors.size()) > maxOutputBytes)
      kill(ProcessResult::WroteTooMuch);
  }

  // A program that closed its outputs may still run.
  int status = 0;
  while (waitpid(child, &status, killed ? 0 : WNOHANG) == 0) {
    if (Clock::now() >= end)
      kill(ProcessResult::TimedOut);
    else
      usleep(200);
  }
  int reason;
  if (::read(failure.ends[0], &reason, sizeof(reason)) == sizeof(reason)) {
    result.end = ProcessResult::NotStarted;
    result.status = reason;
  } else if (!killed) {
    bool exited = WIFEXITED(status);
    result.end = exited ? ProcessResult::Exited : ProcessResult::Signalled;
    result.status = exited ? WEXITSTATUS(status) : WTERMSIG(status);
  }
  return result;
}
