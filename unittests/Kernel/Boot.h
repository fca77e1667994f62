//===- Boot.h - booting the kernel in a test -------------------*- C++ -*-===//
#ifndef FLUX_UNITTESTS_KERNEL_BOOT_H
#define FLUX_UNITTESTS_KERNEL_BOOT_H

#include "runtime/hal/native/Native.h"
#include "unittests/VM/TestArena.h"
#include <cerrno>
#include <sys/wait.h>
#include <unistd.h>

namespace flux {

/// How a machine ended.
struct BootResult {
  int status = -1; ///< 128 + number of the signal, if one ended it
  std::string output;
};

/// A file of the image: its name and contents.
using NamedFile = std::pair<std::string, std::string>;

/// The files as runtime/kernel/Archive.h describes them.
inline std::string makeArchive(const std::vector<NamedFile> &files) {
  auto put = [](std::string &out, size_t at, uint64_t value, unsigned size) {
    for (unsigned i = 0; i != size; ++i)
      out[at + i] = static_cast<char>(value >> 8 * i);
  };
  std::string out("FLUXAR\x1A\x01", 8);
  out.resize(16 + 24 * files.size());
  put(out, 8, files.size(), 4);
  for (size_t i = 0; i != files.size(); ++i) {
    size_t row = 16 + 24 * i;
    put(out, row, out.size(), 4);
    put(out, row + 4, files[i].first.size(), 4);
    out += files[i].first;
    out.resize((out.size() + 15) & ~size_t(15));
    put(out, row + 8, out.size(), 8);
    put(out, row + 16, files[i].second.size(), 8);
    out += files[i].second;
    out.resize((out.size() + 15) & ~size_t(15));
  }
  put(out, 12, out.size(), 4);
  return out;
}

/// Boots a machine with \p programs, assembler texts or packages, of which the
/// first
/// \p started are started, as a process of its own.
inline BootResult boot(const std::vector<NamedFile> &programs,
                       hal::native::Machine machine = {}, size_t started = 1) {
  std::vector<NamedFile> files;
  std::string list;
  for (const auto &[name, text] : programs) {
    if (files.size() < started)
      list += name + "\n";
    std::string message, package = text;
    if (package.compare(0, 6, "FLUXBC") != 0)
      package = assembleText(text, &message);
    if (!message.empty())
      return {-1, name + ": " + message};
    files.push_back({name, package});
  }
  files.push_back({"flux/start", list});
  if (machine.archive.empty())
    machine.archive = makeArchive(files);
  int output[2];
  if (pipe(output) != 0)
    return {};
  pid_t child = fork();
  if (child == 0) {
    close(output[0]);
    machine.console = output[1];
    alarm(60); // a machine that hangs is a failure
    hal::native::boot(machine);
  }
  close(output[1]);
  BootResult result;
  char buffer[4096];
  for (;;) {
    ssize_t count = read(output[0], buffer, sizeof buffer);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      break;
    result.output.append(buffer, static_cast<size_t>(count));
  }
  close(output[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  result.status =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

} // namespace flux

#endif // FLUX_UNITTESTS_KERNEL_BOOT_H
