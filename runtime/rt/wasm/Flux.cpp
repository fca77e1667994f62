//===- Flux.cpp - the runtime on the host interface of FLUX ---------------===//
//
// Each function asks the host (Host.h).  Wasi.cpp does the same on hosts that
// know WASI.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"
#include "runtime/rt/wasm/Host.h"

namespace flux::rt {

void exitGroup(int status) { host_exit(status); }

/// As much as fits the interface.
static int32_t clampLength(int64_t length) {
  return length < INT32_MAX ? static_cast<int32_t>(length) : INT32_MAX;
}

int64_t readSome(int64_t handle, void *buffer, int64_t length) {
  return host_read(static_cast<int32_t>(handle), buffer, clampLength(length));
}

int64_t writeAll(int64_t handle, const char *data, int64_t length) {
  while (length > 0) {
    int32_t written =
        host_write(static_cast<int32_t>(handle), data, clampLength(length));
    if (written < 0)
      return written;
    data += written;
    length -= written;
  }
  return 0;
}

bool isTerminal() { return host_terminal() != 0; }

void writeBacktrace(const char *function, Frame) {
  flushAll();
  host_calls(function, static_cast<int32_t>(textLength(function)));
}

extern "C" {

/// What the loader calls before it tells of a stack that is full.
__attribute__((export_name("flux_flush"))) void flux_flush() { flushAll(); }

__attribute__((export_name("_start"))) void _start() {
  static char fewBytes[1024];
  static const char *fewArgs[32];
  char *bytes = fewBytes;
  auto size = static_cast<uint32_t>(host_arguments(bytes, sizeof fewBytes));
  if (size > sizeof fewBytes) {
    bytes = static_cast<char *>(mapPages(size));
    if (bytes != nullptr)
      host_arguments(bytes, static_cast<int32_t>(size));
    else
      size = 0;
  }
  uint32_t count = 0;
  for (uint32_t i = 0; i != size; ++i)
    count += bytes[i] == '\0';
  const char **args = fewArgs;
  if (count > 32)
    args = static_cast<const char **>(mapPages(count * sizeof(char *)));
  if (bytes == nullptr || args == nullptr)
    refuseArguments();
  const char *next = bytes;
  for (uint32_t i = 0; i != count; ++i) {
    args[i] = next;
    next += textLength(next) + 1;
  }
  runProgram(args, count);
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static int64_t open(const char *path, int64_t length, OpenMode mode) {
  int64_t error = checkPath(path, length);
  return error != 0 ? error
                    : host_open(path, static_cast<int32_t>(length), mode);
}

int64_t flux_file_open(const char *path, int64_t length) {
  return open(path, length, OpenToRead);
}

int64_t flux_file_create(const char *path, int64_t length) {
  return open(path, length, OpenToReplace);
}

int64_t flux_file_append(const char *path, int64_t length) {
  return open(path, length, OpenToAppend);
}

int64_t flux_file_create_new(const char *path, int64_t length) {
  return open(path, length, OpenNew);
}

int64_t flux_file_size(int64_t handle) {
  return isHandle(handle) ? host_size(static_cast<int32_t>(handle)) : -EBADF;
}

int64_t flux_file_names(int64_t folder, char *buffer, int64_t length) {
  return isHandle(folder) ? host_names(static_cast<int32_t>(folder), buffer,
                                       clampLength(length))
                          : -EBADF;
}

int64_t flux_file_sync(int64_t handle) {
  return isHandle(handle) ? host_sync(static_cast<int32_t>(handle)) : -EBADF;
}

int64_t flux_file_close(int64_t handle) {
  return isHandle(handle) ? host_close(static_cast<int32_t>(handle)) : -EBADF;
}

int64_t flux_file_rename(const char *path, int64_t length, const char *to,
                         int64_t toLength) {
  int64_t error = checkPath(path, length);
  if (error == 0)
    error = checkPath(to, toLength);
  return error != 0 ? error
                    : host_rename(path, static_cast<int32_t>(length), to,
                                  static_cast<int32_t>(toLength));
}

int64_t flux_file_remove(const char *path, int64_t length) {
  int64_t error = checkPath(path, length);
  return error != 0 ? error : host_remove(path, static_cast<int32_t>(length));
}

int64_t flux_file_kind(const char *path, int64_t length) {
  int64_t error = checkPath(path, length);
  return error != 0 ? error : host_kind(path, static_cast<int32_t>(length));
}

//===----------------------------------------------------------------------===//
// Time and chance
//===----------------------------------------------------------------------===//

int64_t flux_time_now() { return host_now(); }

int64_t flux_time_utc() { return host_utc(); }

void flux_time_sleep(int64_t nanoseconds) {
  flushAll();
  if (nanoseconds > 0)
    host_sleep(nanoseconds);
}

int64_t flux_random_entropy(void *buffer, int64_t length) {
  int32_t error = host_entropy(buffer, static_cast<int32_t>(length));
  return error < 0 ? error : length;
}

} // extern "C"

} // namespace flux::rt
