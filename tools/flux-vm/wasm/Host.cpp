//===- Host.cpp - files and memory of programs in WebAssembly -------------===//
//
// A module cannot ask its host to resolve a path without following links that
// lead out of a folder, so programs reach files only if they may reach all that
// the host offers (--dir=/).  There are no pages that fault: regions are
// compared at each access.
//
//===----------------------------------------------------------------------===//

#include "../Sandbox.h"
#include "../Window.h"
#include "runtime/rt/System.h"
#include "runtime/rt/rt.h"

namespace flux::tool {

using namespace rt;

static constexpr int64_t noFile = -9, noAccess = -13, invalid = -22,
                         noSpace = -24, readOnlyFiles = -30;

bool isTerminal(uint64_t stream) { return stream == 1 && rt::isTerminal(); }

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static const char *textOf(Bytes bytes) {
  return reinterpret_cast<const char *>(bytes.data);
}
static int64_t lengthOf(Bytes bytes) {
  return static_cast<int64_t>(bytes.size);
}

int64_t Sandbox::getFile(uint64_t handle) const {
  if (handle < firstHandle || handle >= maxHandles || files[handle] == 0)
    return noFile;
  return files[handle];
}

int64_t Sandbox::open(Bytes path, uint64_t mode) {
  if (!isWhole())
    return noAccess;
  if (mode != 0 && readOnly)
    return readOnlyFiles;
  unsigned handle = firstHandle;
  while (handle != maxHandles && files[handle] != 0)
    ++handle;
  if (handle == maxHandles)
    return noSpace;
  const char *text = textOf(path);
  int64_t length = lengthOf(path);
  int64_t file = mode == 0   ? flux_file_open(text, length)
                 : mode == 1 ? flux_file_create(text, length)
                 : mode == 2 ? flux_file_append(text, length)
                 : mode == 3 ? flux_file_create_new(text, length)
                             : invalid;
  if (file < 0)
    return file;
  files[handle] = static_cast<int32_t>(file);
  return handle;
}

int64_t Sandbox::read(uint64_t handle, void *buffer, int64_t size) {
  int64_t file = getFile(handle);
  return file < 0 ? file : flux_file_read(file, buffer, size);
}

int64_t Sandbox::write(uint64_t handle, const void *data, int64_t size) {
  int64_t file = getFile(handle);
  return file < 0 ? file : flux_file_write(file, data, size);
}

int64_t Sandbox::getSize(uint64_t handle) {
  int64_t file = getFile(handle);
  return file < 0 ? file : flux_file_size(file);
}

int64_t Sandbox::getNames(uint64_t handle, char *buffer, int64_t size) {
  int64_t file = getFile(handle);
  return file < 0 ? file : flux_file_names(file, buffer, size);
}

int64_t Sandbox::sync(uint64_t handle) {
  int64_t file = getFile(handle);
  return file < 0 ? file : flux_file_sync(file);
}

int64_t Sandbox::close(uint64_t handle) {
  int64_t file = getFile(handle);
  if (file < 0)
    return file;
  files[handle] = 0;
  return flux_file_close(file);
}

int64_t Sandbox::rename(Bytes path, Bytes to) {
  if (!isWhole())
    return noAccess;
  return readOnly ? readOnlyFiles
                  : flux_file_rename(textOf(path), lengthOf(path), textOf(to),
                                     lengthOf(to));
}

int64_t Sandbox::remove(Bytes path) {
  if (!isWhole())
    return noAccess;
  return readOnly ? readOnlyFiles
                  : flux_file_remove(textOf(path), lengthOf(path));
}

int64_t Sandbox::getKind(Bytes path) {
  return isWhole() ? flux_file_kind(textOf(path), lengthOf(path)) : noAccess;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

bool reserveWindow() { return false; }

uint8_t *mapRegion(unsigned, uint64_t size) {
  return static_cast<uint8_t *>(mapPages(size));
}

void unmapRegion(unsigned, uint8_t *base, uint64_t size) {
  unmapPages(base, size);
}

void guardRegions(vm::Machine &) {}

} // namespace flux::tool
