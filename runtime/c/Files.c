//===- Files.c - files of programs in C -----------------------------------===//
//
// A handle is a file descriptor of POSIX.  Those of the console are not
// handles: their output would pass what the console still holds.
//
//===----------------------------------------------------------------------===//

/// Waits until \p descriptor can be read or written.
#include <poll.h>
static void waitFor(int descriptor, short events) {
  struct pollfd request = {descriptor, events, 0};
  poll(&request, 1, -1);
}

/// Bytes read, 0 at the end, or an error.
#include <errno.h>
#include <poll.h>
#include <unistd.h>
static int64_t readSome(int descriptor, slice_u8 buffer) {
  for (;;) {
    ssize_t got = read(descriptor, buffer.data, (size_t)buffer.length);
    if (got >= 0)
      return got;
    if (errno == EAGAIN)
      waitFor(descriptor, POLLIN);
    else if (errno != EINTR)
      return -errno;
  }
}

#define LONGEST_PATH 4096

/// Makes \p name a path as the system wants it; gives 0 or an error.
#include <errno.h>
static int64_t copyPath(char *name, flux_str path) {
  if (path.length >= LONGEST_PATH)
    return -ENAMETOOLONG;
  if (memchr(path.data, '\0', (size_t)path.length) != NULL)
    return -EINVAL;
  memcpy(name, path.data, (size_t)path.length);
  name[path.length] = '\0';
  return 0;
}

static bool isHandle(int64_t handle) {
  return handle >= 3 && handle <= INT32_MAX;
}

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
static int64_t openFile(flux_str path, int flags) {
  char name[LONGEST_PATH];
  int64_t error = copyPath(name, path);
  if (error != 0)
    return error;
  int descriptor;
  do
    descriptor = open(name, flags | O_CLOEXEC, 0666);
  while (descriptor < 0 && errno == EINTR);
  if (descriptor >= 3)
    return descriptor;
  if (descriptor < 0)
    return -errno;
  // A program that was started without a console gets its numbers.
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  int failure = errno;
  close(descriptor);
  return moved < 0 ? -failure : moved;
}

#include <fcntl.h>
static int64_t flux_file_open(flux_str path) {
  return openFile(path, O_RDONLY);
}

#include <fcntl.h>
static int64_t flux_file_create(flux_str path) {
  return openFile(path, O_WRONLY | O_CREAT | O_TRUNC);
}

#include <fcntl.h>
static int64_t flux_file_append(flux_str path) {
  return openFile(path, O_WRONLY | O_CREAT | O_APPEND);
}

#include <fcntl.h>
static int64_t flux_file_create_new(flux_str path) {
  return openFile(path, O_WRONLY | O_CREAT | O_EXCL);
}

#include <errno.h>
static int64_t flux_file_read(int64_t handle, slice_u8 buffer) {
  return isHandle(handle) ? readSome((int)handle, buffer) : -EBADF;
}

#include <errno.h>
#include <poll.h>
#include <unistd.h>
static int64_t flux_file_write(int64_t handle, slice_u8 bytes) {
  if (!isHandle(handle))
    return -EBADF;
  int64_t done = 0;
  while (done < bytes.length) {
    ssize_t written = write((int)handle, bytes.data + done, (size_t)(bytes.length - done));
    if (written >= 0)
      done += written;
    else if (errno == EAGAIN)
      waitFor((int)handle, POLLOUT);
    else if (errno != EINTR)
      return -errno;
  }
  return done;
}

#include <errno.h>
#include <sys/stat.h>
static int64_t flux_file_size(int64_t handle) {
  struct stat status;
  if (!isHandle(handle))
    return -EBADF;
  return fstat((int)handle, &status) != 0 ? -errno : (int64_t)status.st_size;
}

/// A folder that is being listed.
#include <dirent.h>
typedef struct Listing {
  DIR *stream;
  int64_t handle;
  long position; // behind the last name that was given
} Listing;

static Listing listing;

#include <dirent.h>
#include <errno.h>
#include <unistd.h>
static int64_t flux_file_names(int64_t folder, slice_u8 buffer) {
  if (!isHandle(folder))
    return -EBADF;
  if (listing.stream == NULL || listing.handle != folder) {
    if (listing.stream != NULL)
      closedir(listing.stream);
    int own = dup((int)folder);
    listing.stream = own < 0 ? NULL : fdopendir(own);
    listing.handle = folder;
    if (listing.stream == NULL) {
      int failure = errno;
      if (own >= 0)
        close(own);
      return -failure;
    }
  }
  int64_t used = 0;
  for (;;) {
    struct dirent *entry = readdir(listing.stream);
    if (entry == NULL)
      return used;
    int64_t size = (int64_t)strlen(entry->d_name) + 1;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    if (used + size > buffer.length) {
      if (used == 0)
        return -EINVAL;
      seekdir(listing.stream, listing.position);
      return used;
    }
    memcpy(buffer.data + used, entry->d_name, (size_t)size);
    used += size;
    listing.position = telldir(listing.stream);
  }
}

#include <errno.h>
#include <unistd.h>
static int64_t flux_file_sync(int64_t handle) {
  if (!isHandle(handle))
    return -EBADF;
  while (fsync((int)handle) != 0)
    if (errno != EINTR)
      return -errno;
  return 0;
}

#include <errno.h>
#include <unistd.h>
static int64_t flux_file_close(int64_t handle) {
  if (!isHandle(handle))
    return -EBADF;
  // The number may be that of another folder then.
  if (listing.stream != NULL && listing.handle == handle) {
    closedir(listing.stream);
    listing.stream = NULL;
  }
  return close((int)handle) != 0 && errno != EINTR ? -errno : 0;
}

#include <errno.h>
#include <stdio.h>
static int64_t flux_file_rename(flux_str path, flux_str to) {
  char from[LONGEST_PATH], target[LONGEST_PATH];
  int64_t error = copyPath(from, path);
  if (error == 0)
    error = copyPath(target, to);
  if (error != 0)
    return error;
  return rename(from, target) != 0 ? -errno : 0;
}

#include <errno.h>
#include <unistd.h>
static int64_t flux_file_remove(flux_str path) {
  char name[LONGEST_PATH];
  int64_t error = copyPath(name, path);
  if (error != 0)
    return error;
  return unlink(name) != 0 ? -errno : 0;
}

#include <errno.h>
#include <sys/stat.h>
static int64_t flux_file_kind(flux_str path) {
  char name[LONGEST_PATH];
  struct stat status;
  int64_t error = copyPath(name, path);
  if (error != 0)
    return error;
  if (stat(name, &status) != 0)
    return -errno;
  return S_ISREG(status.st_mode) ? 1 : S_ISDIR(status.st_mode) ? 2 : 3;
}
