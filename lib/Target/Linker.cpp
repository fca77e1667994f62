//===- Linker.cpp - executables by lld, in process ------------------------===//
//
// A program must link on machines that have no linker, no C library and no
// place to write to, in a millisecond.  lld is a library, but its interface is
// files: inputs become memory files, and the output goes through standard
// output, which is redirected for that time.
//
//===----------------------------------------------------------------------===//

#include "flux/Target/Linker.h"
#include "RuntimeObject.h"
#include "WasmModule.h"
#include "lld/Common/Driver.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

LLD_HAS_DRIVER(elf)
LLD_HAS_DRIVER(wasm)

using namespace flux;

namespace {

/// A file in memory, or a temporary file where the kernel or a missing /proc
/// does not allow that.
class ScratchFile {
public:
  explicit ScratchFile(llvm::StringRef name) {
    // Standard output may be closed; its number must not be taken.
    descriptor = memfd_create(name.str().c_str(), MFD_CLOEXEC);
    if (descriptor >= 0 && descriptor <= STDERR_FILENO) {
      int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
      close(descriptor);
      descriptor = moved;
    }
    if (descriptor >= 0) {
      path = "/proc/self/fd/" + std::to_string(descriptor);
      if (access(path.c_str(), R_OK) == 0)
        return;
      close(descriptor);
    }
    llvm::SmallString<128> temporary;
    if (llvm::sys::fs::createTemporaryFile("fluxc", "o", descriptor,
                                           temporary)) {
      descriptor = -1;
      return;
    }
    path = temporary.str().str();
    isOnDisk = true;
  }
  ScratchFile(const ScratchFile &) = delete;
  ~ScratchFile() {
    if (descriptor >= 0)
      close(descriptor);
    if (isOnDisk)
      llvm::sys::fs::remove(path);
  }

  bool write(llvm::ArrayRef<char> bytes) {
    while (descriptor >= 0 && !bytes.empty()) {
      ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return false;
      bytes = bytes.drop_front(written);
    }
    return descriptor >= 0;
  }

  bool read(llvm::SmallVectorImpl<char> &out) const {
    off_t size = lseek(descriptor, 0, SEEK_END);
    if (size < 0)
      return false;
    out.resize_for_overwrite(size);
    for (off_t done = 0; done < size;) {
      ssize_t count = pread(descriptor, out.data() + done, size - done, done);
      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0)
        return false;
      done += count;
    }
    return true;
  }

  int descriptor = -1;
  std::string path;

private:
  bool isOnDisk = false;
};

/// Lets standard output be \p target while it exists.
class RedirectedOutput {
public:
  explicit RedirectedOutput(int target) {
    llvm::outs().flush();
    saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    dup2(target, STDOUT_FILENO);
  }
  ~RedirectedOutput() {
    llvm::outs().flush();
    if (saved < 0) {
      close(STDOUT_FILENO);
      return;
    }
    dup2(saved, STDOUT_FILENO);
    close(saved);
  }

private:
  int saved;
};

} // namespace

static LinkStatus link(llvm::StringRef driver,
                       llvm::ArrayRef<llvm::StringRef> options,
                       llvm::ArrayRef<ObjectFile> objects,
                       llvm::SmallVectorImpl<char> &out, std::string &error) {
  std::vector<std::string> arguments = {driver.str(), "--threads=1", "-o", "-"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  std::vector<std::unique_ptr<ScratchFile>> inputs;
  for (const ObjectFile &object : objects) {
    inputs.push_back(std::make_unique<ScratchFile>(object.name));
    if (!inputs.back()->write(object.bytes)) {
      error = std::error_code(errno, std::generic_category()).message();
      return LinkStatus::NoTemporaryFile;
    }
    arguments.push_back(inputs.back()->path);
  }
  ScratchFile output("fluxc-output");
  if (output.descriptor < 0) {
    error = std::error_code(errno, std::generic_category()).message();
    return LinkStatus::NoTemporaryFile;
  }

  llvm::SmallVector<const char *, 32> pointers;
  for (const std::string &argument : arguments)
    pointers.push_back(argument.c_str());
  std::string messages;
  llvm::raw_string_ostream messageStream(messages);
  const lld::DriverDef drivers[] = {{lld::Gnu, &lld::elf::link},
                                    {lld::Wasm, &lld::wasm::link}};
  lld::Result result;
  {
    RedirectedOutput redirected(output.descriptor);
    result = lld::lldMain(pointers, messageStream, messageStream, drivers);
  }
  if (result.retCode != 0) {
    error = messages.empty() ? "the linker failed" : messages;
    return LinkStatus::Failure;
  }
  if (!output.read(out)) {
    error = std::error_code(errno, std::generic_category()).message();
    return LinkStatus::NoTemporaryFile;
  }
  return LinkStatus::Success;
}

static llvm::StringRef getDriver(const TargetSpec &target) {
  return llvm::Triple(target.triple).isWasm() ? "wasm-ld" : "ld.lld";
}

static LinkStatus linkWasm(const TargetSpec &target,
                           llvm::ArrayRef<ObjectFile> objects, bool keepDebug,
                           llvm::SmallVectorImpl<char> &out,
                           std::string &error) {
  // As much stack as Linux gives, below everything else, so that what overflows
  // it leaves the memory and shows.  The loader needs to reset its pointer.
  // By default strings that end alike share their bytes, also those of debug
  // information, where verifiers call it an error.
  LinkStatus status = link(
      getDriver(target),
      {"-m", target.linkerEmulation, keepDebug ? "-O0" : "-O1", "--gc-sections",
       "--stack-first", "-z", "stack-size=8388608", "--export=__stack_pointer"},
      objects, out, error);
  if (status == LinkStatus::Success && !finishWasmModule(out, keepDebug)) {
    error = "the linker wrote a module that cannot be read";
    return LinkStatus::Failure;
  }
  return status;
}

LinkStatus flux::linkExecutable(const TargetSpec &target,
                                llvm::ArrayRef<ObjectFile> objects,
                                bool keepDebug,
                                llvm::SmallVectorImpl<char> &out,
                                std::string &error) {
  llvm::SmallVector<ObjectFile, 8> inputs(objects);
  llvm::StringRef runtime = getRuntimeObject(target.runtime);
  inputs.push_back({"flux-runtime", {runtime.data(), runtime.size()}});
  if (llvm::Triple(target.triple).isWasm())
    return linkWasm(target, inputs, keepDebug, out, error);
  // Programs are small: no page of the file is spent on alignment or on
  // relocation read-only data, of which a static program has none.
  llvm::SmallVector<llvm::StringRef, 16> options = {"-m",
                                                    target.linkerEmulation,
                                                    "-static",
                                                    "--gc-sections",
                                                    "--build-id=none",
                                                    "-z",
                                                    "noexecstack",
                                                    "-z",
                                                    "norelro",
                                                    "-z",
                                                    "noseparate-code"};
  if (!keepDebug)
    options.push_back("--strip-all");
  // Where the kernel of images has user mode (runtime/hal/PageTable.cpp).
  if (llvm::StringRef(target.runtime).ends_with("-flux"))
    options.push_back(llvm::Triple(target.triple).isRISCV()
                          ? "--image-base=0x3000000000"
                          : "--image-base=0x8000000000");
  if (!target.linkerScript.empty())
    options.append({"-T", target.linkerScript});
  return link(getDriver(target), options, inputs, out, error);
}

LinkStatus flux::linkRelocatable(const TargetSpec &target,
                                 llvm::ArrayRef<ObjectFile> objects,
                                 llvm::SmallVectorImpl<char> &out,
                                 std::string &error) {
  return link(getDriver(target), {"-m", target.linkerEmulation, "-r"}, objects,
              out, error);
}

LinkStatus flux::linkByScript(llvm::StringRef emulation, llvm::StringRef script,
                              llvm::ArrayRef<llvm::StringRef> options,
                              llvm::ArrayRef<ObjectFile> objects,
                              llvm::SmallVectorImpl<char> &out,
                              std::string &error) {
  ScratchFile scriptFile("flux-script");
  if (!scriptFile.write({script.data(), script.size()})) {
    error = std::error_code(errno, std::generic_category()).message();
    return LinkStatus::NoTemporaryFile;
  }
  llvm::SmallVector<llvm::StringRef, 16> all = {"-m", emulation, "-T",
                                                scriptFile.path};
  all.append(options.begin(), options.end());
  return link("ld.lld", all, objects, out, error);
}

LinkStatus flux::linkModule(llvm::ArrayRef<llvm::StringRef> options,
                            llvm::ArrayRef<ObjectFile> objects,
                            llvm::SmallVectorImpl<char> &out,
                            std::string &error) {
  return link("wasm-ld", options, objects, out, error);
}
