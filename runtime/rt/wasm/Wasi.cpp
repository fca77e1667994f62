//===- Wasi.cpp - the runtime on WASI -------------------------------------===//
//
// The same as Flux.cpp for engines that know WASI preview 1.  A program sees
// the folders that its engine opened for it, under the names that the engine
// gave them.  WASI does not tell a program's calls: a trap tells its place and
// its function.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/wasm/Wasi.h"
#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"

namespace flux::rt {

/// The errors of Linux, in the order of those of WASI.
static const uint8_t errorNumbers[] = {
    0,  7,  13, 98,  99, 97,  11,  114, 9,   74,  16,  125, 10, 103, 111, 104,
    35, 89, 33, 122, 17, 14,  27,  113, 43,  84,  115, 4,   22, 5,   106, 21,
    40, 24, 31, 90,  72, 36,  100, 102, 101, 23,  105, 19,  2,  8,   37,  67,
    12, 42, 92, 28,  38, 107, 20,  39,  131, 88,  95,  25,  6,  75,  130, 1,
    32, 71, 93, 91,  34, 30,  29,  3,   116, 110, 26,  18,  13};

/// The error \p code of WASI as programs know it, or 0.
static int64_t toError(int32_t code) {
  constexpr int64_t unknown = -5;
  return code < int32_t(sizeof errorNumbers) ? -int64_t(errorNumbers[code])
                                             : unknown;
}

static uint32_t clampLength(int64_t length) {
  return length < INT32_MAX ? static_cast<uint32_t>(length) : INT32_MAX;
}

void exitGroup(int status) { wasi_proc_exit(status); }

int64_t readSome(int64_t handle, void *buffer, int64_t length) {
  WasiVector part = {buffer, clampLength(length)};
  uint32_t got = 0;
  int32_t error = wasi_fd_read(static_cast<int32_t>(handle), &part, 1, &got);
  return error != 0 ? toError(error) : got;
}

int64_t writeAll(int64_t handle, const char *data, int64_t length) {
  while (length > 0) {
    WasiVector part = {data, clampLength(length)};
    uint32_t written = 0;
    int32_t error =
        wasi_fd_write(static_cast<int32_t>(handle), &part, 1, &written);
    if (error != 0)
      return toError(error);
    data += written;
    length -= written;
  }
  return 0;
}

bool isTerminal() {
  WasiDescriptor output;
  return wasi_fd_fdstat_get(1, &output) == 0 &&
         output.kind == WasiCharacterDevice;
}

void writeBacktrace(const char *, Frame) {}

extern "C" __attribute__((export_name("_start"))) void _start() {
  static char fewBytes[1024];
  static char *fewArgs[32];
  uint32_t count = 0, size = 0;
  wasi_args_sizes_get(&count, &size);
  char *bytes =
      size <= sizeof fewBytes ? fewBytes : static_cast<char *>(mapPages(size));
  char **args =
      count <= 32
          ? fewArgs
          : static_cast<char **>(mapPages(uint64_t(count) * sizeof(char *)));
  if (bytes == nullptr || args == nullptr)
    refuseArguments();
  if (wasi_args_get(args, bytes) != 0)
    count = 0;
  // The first one is the name of the program, if anything is there.
  runProgram(args + (count != 0), count - (count != 0));
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

namespace {

/// A path below a folder that the engine opened.
struct FilePlace {
  int32_t folder = 0;
  const char *path = "";
  uint32_t length = 0;
  int64_t error = 0;

  FilePlace(const char *wanted, int64_t size);
};

} // namespace

/// Leaves out "/" and "./" in front.
static void skipRoot(const char *&path, uint32_t &length) {
  while (length != 0) {
    bool isDot = path[0] == '.' && (length == 1 || path[1] == '/');
    if (path[0] != '/' && !isDot)
      return;
    ++path;
    --length;
  }
}

FilePlace::FilePlace(const char *wanted, int64_t size)
    : error(checkPath(wanted, size)) {
  constexpr int64_t notThere = -2;
  if (error != 0)
    return;
  auto rest = static_cast<uint32_t>(size);
  skipRoot(wanted, rest);
  uint32_t longest = 0;
  error = notThere;
  WasiPreopened folder;
  for (int32_t i = int32_t(firstHandle); wasi_fd_prestat_get(i, &folder) == 0;
       ++i) {
    char buffer[4096];
    if (folder.kind != 0 || folder.nameLength > sizeof buffer ||
        wasi_fd_prestat_dir_name(i, buffer, folder.nameLength) != 0)
      continue;
    const char *name = buffer;
    uint32_t length = folder.nameLength;
    skipRoot(name, length);
    bool isAround = length <= rest && memcmp(name, wanted, length) == 0 &&
                    (length == 0 || length == rest || wanted[length] == '/');
    if (!isAround || (error == 0 && length < longest))
      continue;
    error = 0;
    longest = length;
    this->folder = i;
    path = wanted + length;
    this->length = rest - length;
    skipRoot(path, this->length);
  }
  if (this->length == 0) {
    path = ".";
    this->length = 1;
  }
}

// Where reading an open folder goes on.
static constexpr uint32_t maxFolders = 256;
static constinit uint64_t nextEntries[maxFolders] = {};

static int64_t open(const char *path, int64_t size, uint32_t flags, bool writes,
                    uint32_t descriptorFlags) {
  constexpr uint64_t dataSync = 1 << 0, read = 1 << 1, write = 1 << 6,
                     allocate = 1 << 8, readFolder = 1 << 14, setSize = 1 << 22;
  constexpr uint32_t followLinks = 1;
  FilePlace place(path, size);
  if (place.error != 0)
    return place.error;
  WasiDescriptor folder;
  int32_t error = wasi_fd_fdstat_get(place.folder, &folder);
  if (error != 0)
    return toError(error);
  uint64_t unwanted =
      writes ? read | readFolder : dataSync | write | allocate | setSize;
  int32_t handle = -1;
  error = wasi_path_open(place.folder, followLinks, place.path, place.length,
                         flags, folder.inherited & ~unwanted, folder.inherited,
                         descriptorFlags, &handle);
  if (error != 0)
    return toError(error);
  if (static_cast<uint32_t>(handle) < maxFolders)
    nextEntries[handle] = 0;
  return handle;
}

extern "C" {

static constexpr uint32_t create = 1, exclusive = 4, truncate = 8;

int64_t flux_file_open(const char *path, int64_t length) {
  return open(path, length, 0, false, 0);
}

int64_t flux_file_create(const char *path, int64_t length) {
  return open(path, length, create | truncate, true, 0);
}

int64_t flux_file_append(const char *path, int64_t length) {
  constexpr uint32_t atEnd = 1;
  return open(path, length, create, true, atEnd);
}

int64_t flux_file_create_new(const char *path, int64_t length) {
  return open(path, length, create | exclusive, true, 0);
}

int64_t flux_file_size(int64_t handle) {
  if (!isHandle(handle))
    return -EBADF;
  WasiStatus status;
  int32_t error = wasi_fd_filestat_get(static_cast<int32_t>(handle), &status);
  return error != 0 ? toError(error) : static_cast<int64_t>(status.size);
}

int64_t flux_file_names(int64_t folder, char *buffer, int64_t length) {
  if (!isHandle(folder) || folder >= maxFolders)
    return -EBADF;
  uint64_t &next = nextEntries[folder];
  for (;;) {
    uint32_t got = 0, size = clampLength(length);
    int32_t error =
        wasi_fd_readdir(static_cast<int32_t>(folder), buffer, size, next, &got);
    if (error != 0 || got == 0)
      return toError(error);
    // Names move to the front of the buffer; they are shorter than entries.
    uint32_t used = 0, numEntries = 0;
    for (uint32_t at = 0; at + sizeof(WasiEntry) <= got;) {
      WasiEntry entry;
      memcpy(&entry, buffer + at, sizeof entry);
      at += sizeof entry;
      if (entry.nameLength > got - at)
        break; // the end of it had no room
      const char *name = buffer + at;
      at += entry.nameLength;
      next = entry.next;
      ++numEntries;
      bool isDots =
          name[0] == '.' &&
          (entry.nameLength == 1 || (entry.nameLength == 2 && name[1] == '.'));
      if (isDots)
        continue;
      memmove(buffer + used, name, entry.nameLength);
      used += entry.nameLength;
      buffer[used++] = '\0';
    }
    if (used != 0)
      return used;
    if (numEntries == 0)
      return got < size ? 0 : -EINVAL;
  }
}

int64_t flux_file_sync(int64_t handle) {
  return isHandle(handle) ? toError(wasi_fd_sync(static_cast<int32_t>(handle)))
                          : -EBADF;
}

int64_t flux_file_close(int64_t handle) {
  return isHandle(handle) ? toError(wasi_fd_close(static_cast<int32_t>(handle)))
                          : -EBADF;
}

int64_t flux_file_rename(const char *path, int64_t length, const char *to,
                         int64_t toLength) {
  FilePlace from(path, length), target(to, toLength);
  if (from.error != 0 || target.error != 0)
    return from.error != 0 ? from.error : target.error;
  return toError(wasi_path_rename(from.folder, from.path, from.length,
                                  target.folder, target.path, target.length));
}

int64_t flux_file_remove(const char *path, int64_t length) {
  FilePlace place(path, length);
  if (place.error != 0)
    return place.error;
  return toError(wasi_path_unlink_file(place.folder, place.path, place.length));
}

int64_t flux_file_kind(const char *path, int64_t length) {
  constexpr uint32_t followLinks = 1;
  FilePlace place(path, length);
  if (place.error != 0)
    return place.error;
  WasiStatus status;
  int32_t error = wasi_path_filestat_get(place.folder, followLinks, place.path,
                                         place.length, &status);
  if (error != 0)
    return toError(error);
  return status.kind == WasiFile ? 1 : status.kind == WasiFolder ? 2 : 3;
}

//===----------------------------------------------------------------------===//
// Time and chance
//===----------------------------------------------------------------------===//

static int64_t readClock(WasiClock clock) {
  uint64_t time = 0;
  wasi_clock_time_get(clock, 1, &time);
  return static_cast<int64_t>(time);
}

int64_t flux_time_now() { return readClock(WasiMonotonic); }

int64_t flux_time_utc() { return readClock(WasiTimeOfDay); }

void flux_time_sleep(int64_t nanoseconds) {
  flushAll();
  if (nanoseconds <= 0)
    return;
  WasiSubscription wanted = {
      0, 0, WasiMonotonic, static_cast<uint64_t>(nanoseconds), 1, 0};
  WasiEvent event;
  uint32_t count = 0;
  wasi_poll_oneoff(&wanted, &event, 1, &count);
}

int64_t flux_random_entropy(void *buffer, int64_t length) {
  int32_t error = wasi_random_get(buffer, static_cast<uint32_t>(length));
  return error != 0 ? toError(error) : length;
}

} // extern "C"

} // namespace flux::rt
