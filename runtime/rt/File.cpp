//===- File.cpp - files ---------------------------------------------------===//
//
// A handle is a file descriptor.  Those of the console are not handles: their
// output would pass what the console still holds.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"
#include "runtime/rt/linux/Syscalls.h"

namespace flux::rt {

static constexpr int firstHandle = 3;

static bool isHandle(int64_t handle) {
  return handle >= firstHandle && handle <= INT32_MAX;
}

static int64_t open(const char *path, int64_t length, int flags) {
  constexpr int currentFolder = -100, closeOnExec = 02000000;
  constexpr int duplicateFrom = 1030, mode = 0666;
  char name[4096];
  if (length >= static_cast<int64_t>(sizeof name))
    return -ENAMETOOLONG;
  for (int64_t i = 0; i != length; ++i) {
    if (path[i] == '\0')
      return -EINVAL;
    name[i] = path[i];
  }
  name[length] = '\0';
  int64_t fd;
  do
    fd = systemCall(Syscall::Openat, currentFolder, toArgument(name),
                    flags | closeOnExec, mode);
  while (fd == -EINTR);
  // A program that was started without a console gets its numbers.
  if (fd >= 0 && fd < firstHandle) {
    int64_t moved = systemCall(Syscall::Fcntl, fd, duplicateFrom, firstHandle);
    systemCall(Syscall::Close, fd);
    return moved;
  }
  return fd;
}

extern "C" {

int64_t flux_file_open(const char *path, int64_t length) {
  return open(path, length, 0);
}

int64_t flux_file_create(const char *path, int64_t length) {
  constexpr int writeOnly = 01, create = 0100, truncate = 01000;
  return open(path, length, writeOnly | create | truncate);
}

int64_t flux_file_read(int64_t handle, void *buffer, int64_t length) {
  return isHandle(handle) ? readSome(handle, buffer, length) : -EBADF;
}

int64_t flux_file_write(int64_t handle, const void *data, int64_t length) {
  if (!isHandle(handle))
    return -EBADF;
  int64_t error = writeAll(handle, static_cast<const char *>(data), length);
  return error < 0 ? error : length;
}

int64_t flux_file_size(int64_t handle) {
  constexpr int emptyPath = 0x1000, wantSize = 0x200;
  if (!isHandle(handle))
    return -EBADF;
  // struct statx is the same on all architectures: the size is at byte 40.
  int64_t status[32];
  int64_t error = systemCall(Syscall::Statx, handle, toArgument(""), emptyPath,
                             wantSize, toArgument(status));
  return error < 0 ? error : status[5];
}

int64_t flux_file_close(int64_t handle) {
  if (!isHandle(handle))
    return -EBADF;
  // Linux closes also when it is interrupted.
  int64_t error = systemCall(Syscall::Close, handle);
  return error == -EINTR ? 0 : error;
}

} // extern "C"

} // namespace flux::rt
