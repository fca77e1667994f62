//===- Output.cpp - files, whole or not at all ----------------------------===//
//
// A build that is interrupted, or runs out of disk, must not leave half a
// program that looks like a new one; and reading must end for any input.
//
//===----------------------------------------------------------------------===//

#include "Output.h"
#include "flux/Driver/Driver.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace flux;
using llvm::StringRef;
namespace fs = llvm::sys::fs;

/// Writes all of \p bytes; returns the reason if that fails.
static std::string writeAll(int descriptor, StringRef bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return std::error_code(errno, std::generic_category()).message();
    bytes = bytes.drop_front(written);
  }
  return "";
}

std::string flux::writeFile(StringRef path, StringRef bytes, bool executable) {
  if (path == "-") {
    llvm::outs().flush();
    return writeAll(STDOUT_FILENO, bytes);
  }

  // The file that a symbolic link names is replaced, not the link.
  llvm::SmallString<256> target(path);
  fs::file_status status;
  if (!fs::status(path, status)) {
    if (status.type() == fs::file_type::directory_file)
      return std::make_error_code(std::errc::is_a_directory).message();
    if (status.type() != fs::file_type::regular_file ||
        fs::real_path(path, target)) {
      int descriptor;
      if (std::error_code error = fs::openFileForWrite(
              path, descriptor, fs::CD_OpenExisting, fs::OF_None))
        return error.message();
      std::string result = writeAll(descriptor, bytes);
      close(descriptor);
      return result;
    }
  }

  unsigned mode = fs::all_read | fs::all_write;
  if (executable)
    mode |= fs::all_exe;
  llvm::Expected<fs::TempFile> temporary =
      fs::TempFile::create(target + ".%%%%%%%%", mode);
  if (!temporary)
    return llvm::errorToErrorCode(temporary.takeError()).message();
  std::string result = writeAll(temporary->FD, bytes);
  if (!result.empty()) {
    llvm::consumeError(temporary->discard());
    return result;
  }
  if (llvm::Error error = temporary->keep(target))
    return llvm::errorToErrorCode(std::move(error)).message();
  return "";
}

llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
flux::readFile(StringRef path, size_t limit) {
  int descriptor = STDIN_FILENO;
  if (path != "-")
    if (std::error_code error = fs::openFileForRead(path, descriptor))
      return error;
  llvm::scope_exit closer([&] {
    if (descriptor != STDIN_FILENO)
      close(descriptor);
  });
  StringRef name = path == "-" ? "<stdin>" : path;

  fs::file_status status;
  if (std::error_code error = fs::status(descriptor, status))
    return error;
  if (status.type() == fs::file_type::directory_file)
    return std::make_error_code(std::errc::is_a_directory);
  if (status.type() == fs::file_type::regular_file && path != "-")
    return llvm::MemoryBuffer::getOpenFile(descriptor, name, status.getSize());

  llvm::SmallString<16384> text;
  char chunk[16384];
  while (text.size() <= limit) {
    ssize_t count = ::read(descriptor, chunk, sizeof(chunk));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return std::error_code(errno, std::generic_category());
    if (count == 0)
      break;
    text.append(chunk, chunk + count);
  }
  return llvm::MemoryBuffer::getMemBufferCopy(text, name);
}

void flux::failInternally(const llvm::Twine &message) {
  llvm::errs() << "fluxc: internal error: " << message
               << "\n  = this is a fault of the compiler, not of the document; "
                  "please report it with the document\n";
  llvm::errs().flush();
  _exit(exitInternal);
}
