//===- File.cpp - files ---------------------------------------------------===//
//
// A handle is a file descriptor.  Those of the console are not handles: their
// output would pass what the console still holds.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/linux/Syscalls.h"

namespace flux::rt {

static constexpr int firstHandle = 3;

static bool isHandle(int64_t handle) {
  return handle >= firstHandle && handle <= INT32_MAX;
}

static constexpr int currentFolder = -100;

namespace {

/// A path as the kernel wants it.
struct Path {
  char name[4096];
  int64_t error = 0;

  Path(const char *path, int64_t length) {
    if (length >= static_cast<int64_t>(sizeof name)) {
      error = -ENAMETOOLONG;
      return;
    }
    for (int64_t i = 0; i != length; ++i) {
      if (path[i] == '\0')
        error = -EINVAL;
      name[i] = path[i];
    }
    name[length] = '\0';
  }
};

} // namespace

static int64_t open(const char *path, int64_t length, int flags) {
  constexpr int closeOnExec = 02000000;
  constexpr int duplicateFrom = 1030, mode = 0666;
  Path copy(path, length);
  if (copy.error != 0)
    return copy.error;
  int64_t fd;
  do
    fd = systemCall(Syscall::Openat, currentFolder, toArgument(copy.name),
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

int64_t flux_file_append(const char *path, int64_t length) {
  constexpr int writeOnly = 01, create = 0100, atEnd = 02000;
  return open(path, length, writeOnly | create | atEnd);
}

int64_t flux_file_create_new(const char *path, int64_t length) {
  constexpr int writeOnly = 01, create = 0100, exclusive = 0200;
  return open(path, length, writeOnly | create | exclusive);
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

int64_t flux_file_names(int64_t folder, char *buffer, int64_t length) {
  // Entries have 18 bytes of numbers, a length among them at byte 16, a type,
  // and a name that ends with a zero byte.
  constexpr int64_t lengthAt = 16, nameAt = 19;
  if (!isHandle(folder))
    return -EBADF;
  for (;;) {
    int64_t got =
        systemCall(Syscall::Getdents, folder, toArgument(buffer), length);
    if (got <= 0)
      return got;
    // Names move to the front of the buffer; they are shorter than entries.
    int64_t used = 0;
    for (int64_t at = 0; at < got;) {
      const char *name = buffer + at + nameAt;
      int64_t size = textLength(name) + 1;
      uint16_t entry;
      memcpy(&entry, buffer + at + lengthAt, sizeof entry);
      bool isDots =
          name[0] == '.' && (size == 2 || (size == 3 && name[1] == '.'));
      if (!isDots) {
        memmove(buffer + used, name, size);
        used += size;
      }
      at += entry;
    }
    // 0 would be the end.
    if (used != 0)
      return used;
  }
}

int64_t flux_file_sync(int64_t handle) {
  if (!isHandle(handle))
    return -EBADF;
  int64_t error;
  do
    error = systemCall(Syscall::Fsync, handle);
  while (error == -EINTR);
  return error;
}

int64_t flux_file_close(int64_t handle) {
  if (!isHandle(handle))
    return -EBADF;
  // Linux closes also when it is interrupted.
  int64_t error = systemCall(Syscall::Close, handle);
  return error == -EINTR ? 0 : error;
}

int64_t flux_file_rename(const char *path, int64_t length, const char *to,
                         int64_t toLength) {
  Path from(path, length), target(to, toLength);
  if (from.error != 0 || target.error != 0)
    return from.error != 0 ? from.error : target.error;
  return systemCall(Syscall::Renameat, currentFolder, toArgument(from.name),
                    currentFolder, toArgument(target.name));
}

int64_t flux_file_remove(const char *path, int64_t length) {
  Path copy(path, length);
  if (copy.error != 0)
    return copy.error;
  return systemCall(Syscall::Unlinkat, currentFolder, toArgument(copy.name), 0);
}

int64_t flux_file_kind(const char *path, int64_t length) {
  constexpr int wantType = 1;
  Path copy(path, length);
  if (copy.error != 0)
    return copy.error;
  // The mode is the 16-bit number at byte 28 of struct statx.
  int64_t status[32];
  int64_t error =
      systemCall(Syscall::Statx, currentFolder, toArgument(copy.name), 0,
                 wantType, toArgument(status));
  if (error < 0)
    return error;
  constexpr uint64_t file = 0x8, folder = 0x4;
  uint64_t type = static_cast<uint64_t>(status[3]) >> 44 & 0xF;
  return type == file ? 1 : type == folder ? 2 : 3;
}

} // extern "C"

} // namespace flux::rt
