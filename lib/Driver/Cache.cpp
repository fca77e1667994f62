//===- Cache.cpp - results of earlier runs --------------------------------===//
//
// LLVM takes most of the time of a build, mostly for what it made before.  The
// cache keeps its results under a hash of all that they depend on, so that none
// of them can be out of date; nothing in it is ever changed, so that processes
// need no locks.  A file that a crash or a disk spoiled is found out by a
// second hash.  What counts as used is the time of a file.
//
//===----------------------------------------------------------------------===//

#include "Cache.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Support/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>

using namespace flux;
using llvm::StringRef;
namespace fs = llvm::sys::fs;

//===----------------------------------------------------------------------===//
// Keys
//===----------------------------------------------------------------------===//

/// The bytes by which the linker told this build of fluxc from all others;
/// empty if it did not.
static StringRef getBuildID() {
  static const std::string id = [] {
    std::string found;
    // The program itself is the first object.
    dl_iterate_phdr(
        [](dl_phdr_info *info, size_t, void *result) {
          for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
            const ElfW(Phdr) &header = info->dlpi_phdr[i];
            if (header.p_type != PT_NOTE)
              continue;
            auto *note = reinterpret_cast<const char *>(info->dlpi_addr) +
                         header.p_vaddr;
            const char *end = note + header.p_memsz;
            while (note + sizeof(ElfW(Nhdr)) <= end) {
              auto *fields = reinterpret_cast<const ElfW(Nhdr) *>(note);
              const char *name = note + sizeof(*fields);
              const char *value = name + llvm::alignTo(fields->n_namesz, 4);
              if (fields->n_type == NT_GNU_BUILD_ID)
                static_cast<std::string *>(result)->assign(value,
                                                           fields->n_descsz);
              note = value + llvm::alignTo(fields->n_descsz, 4);
            }
          }
          return 1;
        },
        &found);
    return found;
  }();
  return id;
}

CacheKey::CacheKey(StringRef kind) {
  add(getBuildID());
  add(getVersion());
  add(kind);
}

void CacheKey::add(StringRef text) {
  add(static_cast<uint64_t>(text.size()));
  hash.update(text);
}

void CacheKey::add(uint64_t number) {
  uint8_t bytes[sizeof(number)];
  llvm::support::endian::write64le(bytes, number);
  hash.update(bytes);
}

std::string CacheKey::finish() {
  return llvm::toHex(hash.final<>(), /*LowerCase=*/true);
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

/// An entry: these bytes, the SHA-256 of the content, the content.
static constexpr StringRef magic = "FLUXCACHE1\n";
static constexpr size_t headerSize = magic.size() + 32;

/// Of each file in the cache but `usage`; what is written has another one.
static constexpr StringRef extension = ".bin", temporaryExtension = ".tmp";

static bool isEntry(StringRef path) { return path.ends_with(extension); }

Cache::Cache(std::string folder, const Options &options)
    : folder(std::move(folder)), wasNamed(options.cacheWasNamed),
      verify(options.verifyCache), limit(options.cacheLimit) {}

std::unique_ptr<Cache> Cache::open(const Options &options) {
  // Who looks into the compiler wants to see it work.
  if (options.cacheDir.empty() || getBuildID().empty() || options.verifyEach ||
      !options.dumpDir.empty())
    return nullptr;
  return std::unique_ptr<Cache>(new Cache(options.cacheDir, options));
}

std::string Cache::getPath(StringRef key) const {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, key.take_front(2), key.drop_front(2));
  path += extension;
  return path.str().str();
}

void Cache::noteError(std::error_code code) {
  std::lock_guard<std::mutex> lock(errorMutex);
  if (error.empty())
    error = code.message();
}

bool Cache::find(const std::string &key, llvm::SmallVectorImpl<char> &bytes) {
  int file;
  std::string path = getPath(key);
  if (fs::openFileForRead(path, file))
    return false;
  llvm::scope_exit closer([&] { close(file); });
  struct stat status;
  if (fstat(file, &status) || !S_ISREG(status.st_mode))
    return false;
  auto buffer = llvm::MemoryBuffer::getOpenFile(
      file, path, status.st_size, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return false;
  StringRef text = (*buffer)->getBuffer();
  if (text.size() < headerSize || !text.starts_with(magic))
    return false;
  StringRef content = text.drop_front(headerSize);
  auto hash = llvm::SHA256::hash(llvm::arrayRefFromStringRef(content));
  if (text.substr(magic.size(), hash.size()) != llvm::toStringRef(hash))
    return false;
  bytes.assign(content.begin(), content.end());
  // Now it is the one that was used last.
  futimens(file, nullptr);
  return true;
}

void Cache::store(const std::string &key, llvm::ArrayRef<char> bytes) {
  std::string path = getPath(key);
  if (std::error_code failure =
          fs::create_directories(llvm::sys::path::parent_path(path)))
    return noteError(failure);
  auto temporary = fs::TempFile::create(path + ".%%%%%%%%" + temporaryExtension,
                                        fs::owner_read | fs::owner_write);
  if (!temporary)
    return noteError(llvm::errorToErrorCode(temporary.takeError()));
  {
    StringRef content(bytes.data(), bytes.size());
    llvm::raw_fd_ostream os(temporary->FD, /*shouldClose=*/false);
    os << magic
       << llvm::toStringRef(
              llvm::SHA256::hash(llvm::arrayRefFromStringRef(content)))
       << content;
    os.flush();
    if (os.has_error()) {
      noteError(os.error());
      os.clear_error();
      return llvm::consumeError(temporary->discard());
    }
  }
  if (llvm::Error failure = temporary->keep(path))
    return noteError(llvm::errorToErrorCode(std::move(failure)));
  bytesStored += headerSize + bytes.size();
}

//===----------------------------------------------------------------------===//
// The limit
//===----------------------------------------------------------------------===//

namespace {

/// A file of the cache.
struct Entry {
  timespec used;
  uint64_t size;
  std::string path;
};

} // namespace

/// Looks through the whole cache, makes it fit, and writes its size to the open
/// file \p usageFile.
void Cache::removeOld(int usageFile) {
  constexpr time_t oldTemporary = 3600; // seconds
  std::vector<Entry> entries;
  uint64_t total = 0;
  std::error_code failure;
  for (fs::recursive_directory_iterator file(folder, failure,
                                             /*follow_symlinks=*/false),
       end;
       file != end && !failure; file.increment(failure)) {
    struct stat status;
    if (lstat(file->path().c_str(), &status) || !S_ISREG(status.st_mode))
      continue;
    // What nobody will rename any more.
    if (StringRef(file->path()).ends_with(temporaryExtension) &&
        status.st_mtim.tv_sec + oldTemporary < time(nullptr))
      fs::remove(file->path());
    if (!isEntry(file->path()))
      continue;
    total += status.st_size;
    entries.push_back(
        {status.st_mtim, static_cast<uint64_t>(status.st_size), file->path()});
  }
  if (total > limit) {
    llvm::sort(entries, [](const Entry &a, const Entry &b) {
      return std::tie(a.used.tv_sec, a.used.tv_nsec, a.path) <
             std::tie(b.used.tv_sec, b.used.tv_nsec, b.path);
    });
    // Some more than needed, so that not every run has to look through all.
    const uint64_t wanted = limit - limit / 8;
    for (const Entry &entry : entries) {
      if (total <= wanted)
        break;
      fs::remove(entry.path);
      total -= entry.size;
    }
  }
  std::string text = llvm::utostr(total) + "\n";
  if (ftruncate(usageFile, 0) ||
      pwrite(usageFile, text.data(), text.size(), 0) < 0)
    noteError(std::error_code(errno, std::generic_category()));
}

void Cache::finish(DiagnosticEngine &diags) {
  // About how much there is stands in a file.  What a process that came between
  // did not add is found out when the limit seems to be reached.
  if (uint64_t stored = bytesStored.exchange(0)) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, "usage");
    int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
      noteError(std::error_code(errno, std::generic_category()));
    } else if (flock(file, LOCK_EX | LOCK_NB) == 0) {
      char text[24];
      ssize_t size = pread(file, text, sizeof(text), 0);
      uint64_t total = 0;
      bool isKnown =
          size >= 0 && !StringRef(text, size).trim().getAsInteger(10, total);
      if (!isKnown || total + stored > limit) {
        removeOld(file);
      } else {
        std::string sum = llvm::utostr(total + stored) + "\n";
        if (pwrite(file, sum.data(), sum.size(), 0) < 0)
          noteError(std::error_code(errno, std::generic_category()));
      }
    }
    if (file >= 0)
      close(file);
  }
  // A home that cannot be written is no fault of who compiles in it.
  if (!error.empty() && wasNamed)
    diags.report(llvm::SMRange(), diag::cannot_cache, folder, error);
  error.clear();
}
