//===- Files.cpp - what processes have open -------------------------------===//
//
// Three kinds of files below one folder: those of the image, which cannot
// change; those that stay, in `store/`; and those by which programs ask for
// what only the system knows or does, in `sys/` and `i2c/`.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Files.h"
#include "runtime/base/Format.h"
#include "runtime/drivers/Smbus.h"
#include "runtime/kernel/Archive.h"
#include "runtime/kernel/SystemFiles.h"

namespace flux::kernel {

using store::Store;

/// `/x`, `./x` and `x` are the same; the name of the folder becomes empty.
static Bytes normalize(Bytes path) {
  for (;;) {
    bool isStep =
        path.size >= 1 &&
        (path.data[0] == '/' ||
         (path.data[0] == '.' && (path.size == 1 || path.data[1] == '/')));
    if (!isStep)
      return path;
    path = {path.data + 1, path.size - 1};
  }
}

/// True if \p path is \p folder or lies in it; \p rest is what is behind it.
static bool isBelow(Bytes path, const char *folder, Bytes &rest) {
  auto length = static_cast<uint64_t>(rt::textLength(folder));
  if (path.size < length || __builtin_memcmp(path.data, folder, length) != 0 ||
      (path.size != length && path.data[length] != '/'))
    return false;
  rest = normalize({path.data + length, path.size - length});
  return true;
}

/// Finds what there is; NoSuchFile with the node of a folder if it has no such
/// file.
int64_t Files::find(Bytes path, Place &place) {
  if (path.size == 0)
    return NoSuchFile;
  Bytes name = normalize(path);
  if (name.size == 0)
    return 0;
  if (getStore().isMounted() && isBelow(name, "store", place.name)) {
    place.node = StoreFolder;
    if (place.name.size == 0)
      return 0;
    int64_t error = getStore().find(place.name, place.file);
    if (error == 0)
      place.node = StoreFile;
    return error;
  }
  if (isBelow(name, "sys", place.name)) {
    place.node = SystemFolder;
    if (place.name.size == 0)
      return 0;
    place.number = findSystemFile(place.name);
    if (place.number == noSystemFile)
      return NoSuchFile;
    place.node = SystemFile;
    return 0;
  }
  if (drivers::hasSmbus() && isBelow(name, "i2c", place.name)) {
    place.number = findRegister(place.name);
    if (place.number == noSystemFile)
      return NoSuchFile;
    place.node = SystemFile;
    return 0;
  }
  place.number = getArchive().findIndex(name);
  if (place.number == Archive::none)
    return NoSuchFile;
  place.node = ImageFile;
  return 0;
}

Files::Open *Files::find(uint64_t handle) {
  uint64_t index = handle - firstHandle;
  return index < maxOpen && handles[index].used ? &handles[index] : nullptr;
}

int64_t Files::open(Process &self, Bytes path, OpenMode mode) {
  Place place;
  int64_t error = find(path, place);
  unsigned index = 0;
  while (index != maxOpen && handles[index].used)
    ++index;
  bool reads = mode == OpenMode::Read;
  if (error == 0 && place.node <= lastFolder && !reads)
    return IsFolder;
  if (error == 0 ? place.node == StoreFile && !reads
                 : place.node == StoreFolder && error == NoSuchFile && !reads) {
    if (index == maxOpen)
      return TooManyFiles;
    static_assert(int(Store::Mode::CreateNew) + 1 == int(OpenMode::CreateNew));
    error = getStore().open(
        place.name, static_cast<Store::Mode>(static_cast<uint64_t>(mode) - 1));
    if (error < 0)
      return error;
    place.node = Writer;
    place.number = static_cast<uint32_t>(error);
  } else if (error != 0) {
    return !reads && error == NoSuchFile ? int64_t(ReadOnly) : error;
  } else if (place.node == ImageFile && !reads) {
    return ReadOnly;
  }
  if (index == maxOpen)
    return TooManyFiles;
  if (place.node == SystemFile) {
    place.isSpecial = !reads;
    error = openSystemFile(self, place.number, place.name, !reads);
    if (error < 0)
      return error;
    bool isNumber = reads && givesNumber(place.number);
    if (error != 0 || isNumber) {
      place.node = Child;
      place.isSpecial = isNumber;
      place.number = static_cast<uint32_t>(error);
    }
  }
  place.name = {};
  handles[index] = {true, false, place, 0};
  return static_cast<int64_t>(firstHandle + index);
}

int64_t Files::read(Process &self, Guard &guard, uint64_t handle, uint8_t *out,
                    uint64_t size) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  int64_t count;
  switch (open->place.node) {
  case ImageFile: {
    Bytes contents = getArchive().getContents(open->place.number);
    uint64_t left = contents.size - open->position;
    count = static_cast<int64_t>(size < left ? size : left);
    __builtin_memcpy(out, contents.data + open->position,
                     static_cast<uint64_t>(count));
    break;
  }
  case StoreFile: {
    constexpr uint64_t most = 16384; // others wait for the lock
    count = getStore().read(open->place.file, open->position, out,
                            size < most ? size : most);
    break;
  }
  case SystemFile:
    if (open->hasEnded)
      return 0;
    count = readSystemFile(self, open->place.number, out, size, open->position);
    // It may be longer by now, or shorter, as what it tells of changes.
    open->hasEnded = count < static_cast<int64_t>(size);
    break;
  case Child:
    count = readChild(self, guard, open->place.number, open->place.isSpecial,
                      out, size, open->position);
    break;
  case Writer:
    return BadHandle;
  default:
    return IsFolder;
  }
  if (count > 0)
    open->position += static_cast<uint64_t>(count);
  return count;
}

int64_t Files::write(Process &self, uint64_t handle, const uint8_t *data,
                     uint64_t size) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  if (open->place.node == Writer)
    return getStore().write(open->place.number, data, size);
  if (open->place.node == SystemFile && open->place.isSpecial)
    return writeSystemFile(self, open->place.number, {data, size});
  return BadHandle;
}

int64_t Files::sync(uint64_t handle) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  return open->place.node == Writer ? getStore().commit(open->place.number) : 0;
}

int64_t Files::getSize(uint64_t handle) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  switch (open->place.node) {
  case ImageFile:
    return static_cast<int64_t>(
        getArchive().getContents(open->place.number).size);
  case StoreFile:
    return getStore().getSize(open->place.file);
  case Writer:
    return static_cast<int64_t>(getStore().getWrittenSize(open->place.number));
  default:
    return 0; // nobody knows before it is read
  }
}

int64_t Files::getNames(uint64_t handle, uint8_t *out, uint64_t size) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  const Archive &archive = getArchive();
  Node node = open->place.node;
  uint64_t written = 0;
  for (;; ++open->position) {
    auto at = static_cast<unsigned>(open->position);
    Bytes name;
    switch (node) {
    case Root: {
      unsigned count = archive.getCount();
      if (at < count)
        name = archive.getName(at);
      else if (at == count)
        name = {reinterpret_cast<const uint8_t *>("sys"), 3};
      else if (at == count + 1 && getStore().isMounted())
        name = {reinterpret_cast<const uint8_t *>("store"), 5};
      break;
    }
    case StoreFolder:
      name = getStore().nextName(at);
      break;
    case SystemFolder:
      name = getSystemFileName(at);
      break;
    default:
      return NoFolder;
    }
    if (name.size == 0)
      return static_cast<int64_t>(written);
    if (name.size + 1 > size - written)
      return written != 0 ? static_cast<int64_t>(written)
                          : int64_t(BadArgument);
    __builtin_memcpy(out + written, name.data, name.size);
    written += name.size;
    out[written++] = 0;
    if (node == StoreFolder)
      open->position = at - 1;
  }
}

int64_t Files::close(uint64_t handle) {
  Open *open = find(handle);
  if (open == nullptr)
    return BadHandle;
  open->used = false;
  return open->place.node == Writer ? getStore().close(open->place.number) : 0;
}

void Files::closeAll() {
  for (unsigned i = 0; i != maxOpen; ++i)
    close(firstHandle + i);
}

int64_t Files::getKind(Bytes path) {
  Place place;
  int64_t error = find(path, place);
  if (error == NoSuchFile && place.node == StoreFolder &&
      getStore().exists(place.name))
    return 1;
  if (error != 0)
    return error;
  return place.node <= lastFolder ? 2 : 1;
}

int64_t Files::rename(Bytes from, Bytes to) {
  Place source, target;
  int64_t error = find(from, source);
  int64_t other = find(to, target);
  bool isStored = source.name.size != 0 &&
                  (source.node == StoreFile || source.node == StoreFolder);
  if (!isStored)
    return error != 0 ? error : int64_t(ReadOnly);
  if (target.node != StoreFile && target.node != StoreFolder)
    return OtherDevice;
  if (other == 0 && target.node == StoreFolder)
    return IsFolder;
  return getStore().rename(source.name, target.name);
}

int64_t Files::remove(Bytes path) {
  Place place;
  int64_t error = find(path, place);
  if (place.name.size != 0 &&
      (place.node == StoreFile || place.node == StoreFolder))
    return getStore().remove(place.name);
  if (error != 0)
    return error;
  return place.node <= lastFolder ? int64_t(IsFolder) : int64_t(ReadOnly);
}

} // namespace flux::kernel
