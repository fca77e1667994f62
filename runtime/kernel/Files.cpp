//===- Files.cpp - what processes have open -------------------------------===//
//
// The files of the image cannot change, so handles need no lock and no count of
// users.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Files.h"
#include "runtime/kernel/Archive.h"

namespace flux::kernel {

static constexpr uint32_t noFile = ~0u;

/// `/x`, `./x` and `x` are the same; the name of the folder becomes empty.
static Bytes normalize(Bytes path) {
  for (;;) {
    if (path.size >= 1 && path.data[0] == '/')
      path = {path.data + 1, path.size - 1};
    else if (path.size >= 1 && path.data[0] == '.' &&
             (path.size == 1 || path.data[1] == '/'))
      path = {path.data + 1, path.size - 1};
    else
      return path;
  }
}

static uint32_t findFile(Bytes name) {
  const Archive &archive = getArchive();
  for (unsigned i = 0; i != archive.getCount(); ++i) {
    Bytes other = archive.getName(i);
    if (other.size == name.size &&
        __builtin_memcmp(other.data, name.data, name.size) == 0)
      return i;
  }
  return noFile;
}

Files::Open *Files::find(uint64_t handle) {
  uint64_t index = handle - firstHandle;
  return index < maxOpen && handles[index].used ? &handles[index] : nullptr;
}

int64_t Files::open(Bytes path, OpenMode mode) {
  if (path.size == 0)
    return NoSuchFile;
  Bytes name = normalize(path);
  uint32_t file = name.size != 0 ? findFile(name) : noFile;
  if (mode != OpenMode::Read)
    return ReadOnly;
  if (name.size != 0 && file == noFile)
    return NoSuchFile;
  for (unsigned i = 0; i != maxOpen; ++i)
    if (!handles[i].used) {
      handles[i] = {true, name.size == 0, file, 0};
      return static_cast<int64_t>(firstHandle + i);
    }
  return TooManyFiles;
}

int64_t Files::read(uint64_t handle, uint8_t *out, uint64_t size) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  if (open->isFolder)
    return IsFolder;
  Bytes contents = getArchive().getContents(open->file);
  uint64_t left = contents.size - open->position;
  uint64_t count = size < left ? size : left;
  __builtin_memcpy(out, contents.data + open->position, count);
  open->position += count;
  return static_cast<int64_t>(count);
}

int64_t Files::getSize(uint64_t handle) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  return open->isFolder
             ? 0
             : static_cast<int64_t>(getArchive().getContents(open->file).size);
}

int64_t Files::getNames(uint64_t handle, uint8_t *out, uint64_t size) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  if (!open->isFolder)
    return BadArgument;
  const Archive &archive = getArchive();
  uint64_t written = 0;
  for (; open->position != archive.getCount(); ++open->position) {
    Bytes name = archive.getName(static_cast<unsigned>(open->position));
    if (name.size + 1 > size - written)
      return written != 0 ? static_cast<int64_t>(written)
                          : int64_t(BadArgument);
    __builtin_memcpy(out + written, name.data, name.size);
    written += name.size;
    out[written++] = 0;
  }
  return static_cast<int64_t>(written);
}

int64_t Files::close(uint64_t handle) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  open->used = false;
  return 0;
}

int64_t Files::getKind(Bytes path) {
  if (path.size == 0)
    return NoSuchFile;
  Bytes name = normalize(path);
  if (name.size == 0)
    return 2;
  return findFile(name) != noFile ? int64_t(1) : int64_t(NoSuchFile);
}

} // namespace flux::kernel
