//===- Sandbox.cpp - the files that a program may reach -------------------===//
//
// The kernel resolves every path below the folder of the sandbox: an absolute
// path starts there, `..` does not lead out of it, and neither do links.  What
// the kernel cannot resolve like that is taken apart into a folder, which it
// can, and a name.
//
//===----------------------------------------------------------------------===//

#include "Sandbox.h"
#include "runtime/rt/linux/Syscalls.h"
#include "runtime/rt/rt.h"

namespace flux::tool {

using namespace rt;

static constexpr uint64_t writeOnly = 01, create = 0100, exclusive = 0200,
                          truncate = 01000, atEnd = 02000,
                          closeOnExec = 02000000, pathOnly = 010000000;
static constexpr int64_t currentFolder = -100;
static constexpr uint64_t maxPath = 4096;

/// Copies \p path to \p name as the kernel wants it; returns 0 or an error.
static int64_t copyPath(Bytes path, char *name) {
  if (path.size == 0)
    return -ENOENT;
  if (path.size >= maxPath)
    return -ENAMETOOLONG;
  for (uint64_t i = 0; i != path.size; ++i) {
    if (path.data[i] == 0)
      return -EINVAL;
    name[i] = static_cast<char>(path.data[i]);
  }
  name[path.size] = '\0';
  return 0;
}

static const char *charsOf(Bytes path) {
  return reinterpret_cast<const char *>(path.data);
}

int64_t Sandbox::openRoot() {
  char name[maxPath] = ".";
  if (folder.size != 0)
    if (int64_t error = copyPath(folder, name))
      return error;
  if (root < 0)
    root = systemCall(Syscall::Openat, currentFolder, toArgument(name),
                      static_cast<int64_t>(pathOnly | closeOnExec));
  return root;
}

/// Opens \p path below the folder.
int64_t Sandbox::resolve(Bytes path, uint64_t flags) {
  constexpr uint64_t inRoot = 0x10, noMagicLinks = 0x02;
  constexpr int duplicateFrom = 1030;
  char name[maxPath];
  if (int64_t error = copyPath(path, name))
    return error;
  int64_t from = openRoot();
  if (from < 0)
    return from;
  struct {
    uint64_t flags, mode, resolve;
  } how = {flags | closeOnExec, (flags & create) != 0 ? 0666ull : 0ull,
           inRoot | noMagicLinks};
  int64_t file;
  // The kernel gives up when somebody renames folders at the same time.
  do
    file = systemCall(Syscall::Openat2, from, toArgument(name),
                      toArgument(&how), sizeof how);
  while (file == -EINTR || file == -EAGAIN);
  // The numbers of the console stay its own.
  if (file >= 0 && file < firstHandle) {
    int64_t moved =
        systemCall(Syscall::Fcntl, file, duplicateFrom, firstHandle);
    systemCall(Syscall::Close, file);
    return moved;
  }
  return file;
}

/// Opens the folder in which the last part of \p path lies; that goes to
/// \p name.
int64_t Sandbox::openParent(Bytes path, char *name) {
  uint64_t split = path.size;
  while (split != 0 && path.data[split - 1] != '/')
    --split;
  Bytes last = {path.data + split, path.size - split};
  if (int64_t error = copyPath(last, name))
    return path.size == 0 ? error : -EINVAL;
  if (name[0] == '.' && (last.size == 1 || (last.size == 2 && name[1] == '.')))
    return -EINVAL;
  static const uint8_t here[] = {'.'};
  return resolve(split != 0 ? Bytes{path.data, split} : Bytes{here, 1},
                 pathOnly);
}

int64_t Sandbox::getFile(uint64_t handle) const {
  return handle < maxHandles && files[handle] != 0 ? files[handle] : -EBADF;
}

int64_t Sandbox::open(Bytes path, uint64_t mode) {
  static constexpr uint64_t modes[] = {0, writeOnly | create | truncate,
                                       writeOnly | create | atEnd,
                                       writeOnly | create | exclusive};
  if (mode >= sizeof modes / sizeof modes[0])
    return -EINVAL;
  if (readOnly && mode != 0)
    return -EROFS;
  uint64_t handle = firstHandle;
  while (handle != maxHandles && files[handle] != 0)
    ++handle;
  if (handle == maxHandles)
    return -EMFILE;
  int64_t file;
  auto length = static_cast<int64_t>(path.size);
  if (!isWhole())
    file = resolve(path, modes[mode]);
  else if (mode == 0)
    file = flux_file_open(charsOf(path), length);
  else if (mode == 1)
    file = flux_file_create(charsOf(path), length);
  else if (mode == 2)
    file = flux_file_append(charsOf(path), length);
  else
    file = flux_file_create_new(charsOf(path), length);
  if (file < 0)
    return file;
  files[handle] = static_cast<int32_t>(file);
  return static_cast<int64_t>(handle);
}

int64_t Sandbox::read(uint64_t handle, void *buffer, int64_t size) {
  return flux_file_read(getFile(handle), buffer, size);
}

int64_t Sandbox::write(uint64_t handle, const void *data, int64_t size) {
  return flux_file_write(getFile(handle), data, size);
}

int64_t Sandbox::getSize(uint64_t handle) {
  return flux_file_size(getFile(handle));
}

int64_t Sandbox::getNames(uint64_t handle, char *buffer, int64_t size) {
  return flux_file_names(getFile(handle), buffer, size);
}

int64_t Sandbox::sync(uint64_t handle) {
  return flux_file_sync(getFile(handle));
}

int64_t Sandbox::close(uint64_t handle) {
  int64_t result = flux_file_close(getFile(handle));
  if (handle < maxHandles)
    files[handle] = 0;
  return result;
}

int64_t Sandbox::rename(Bytes path, Bytes to) {
  if (readOnly)
    return -EROFS;
  if (isWhole())
    return flux_file_rename(charsOf(path), static_cast<int64_t>(path.size),
                            charsOf(to), static_cast<int64_t>(to.size));
  char name[maxPath], target[maxPath];
  int64_t from = openParent(path, name);
  if (from < 0)
    return from;
  int64_t into = openParent(to, target);
  int64_t result = into;
  if (into >= 0) {
    result = systemCall(Syscall::Renameat, from, toArgument(name), into,
                        toArgument(target));
    systemCall(Syscall::Close, into);
  }
  systemCall(Syscall::Close, from);
  return result;
}

int64_t Sandbox::remove(Bytes path) {
  if (readOnly)
    return -EROFS;
  if (isWhole())
    return flux_file_remove(charsOf(path), static_cast<int64_t>(path.size));
  char name[maxPath];
  int64_t from = openParent(path, name);
  if (from < 0)
    return from;
  int64_t result = systemCall(Syscall::Unlinkat, from, toArgument(name), 0);
  systemCall(Syscall::Close, from);
  return result;
}

int64_t Sandbox::getKind(Bytes path) {
  if (isWhole())
    return flux_file_kind(charsOf(path), static_cast<int64_t>(path.size));
  int64_t file = resolve(path, pathOnly);
  if (file < 0)
    return file;
  // The mode is the 16-bit number at byte 28 of struct statx.
  constexpr int emptyPath = 0x1000, wantType = 1;
  int64_t status[32];
  int64_t error = systemCall(Syscall::Statx, file, toArgument(""), emptyPath,
                             wantType, toArgument(status));
  systemCall(Syscall::Close, file);
  if (error < 0)
    return error;
  constexpr uint64_t plainFile = 0x8, isFolder = 0x4;
  uint64_t type = static_cast<uint64_t>(status[3]) >> 44 & 0xF;
  return type == plainFile ? 1 : type == isFolder ? 2 : 3;
}

bool isTerminal(uint64_t stream) {
  constexpr int getAttributes = 0x5401; // TCGETS
  char attributes[64];
  return systemCall(Syscall::Ioctl, static_cast<int64_t>(stream), getAttributes,
                    toArgument(attributes)) == 0;
}

} // namespace flux::tool
