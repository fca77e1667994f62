//===- Archive.cpp - the files that come with the kernel ------------------===//
//
// An image may be damaged or made by another version: every number is checked
// once, when the archive is opened.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Archive.h"

namespace flux::kernel {

template <class T>
static T load(const uint8_t *at) {
  T value;
  __builtin_memcpy(&value, at, sizeof(T));
  return value;
}

const char *Archive::open(Bytes bytes) {
  static const uint8_t magic[8] = {'F', 'L', 'U', 'X', 'A', 'R', 0x1A, 1};
  count = 0;
  if (bytes.size < headerSize ||
      __builtin_memcmp(bytes.data, magic, sizeof magic) != 0)
    return "there is no archive of files";
  uint32_t files = load<uint32_t>(bytes.data + 8),
           size = load<uint32_t>(bytes.data + 12);
  if (size > bytes.size || files > (size - headerSize) / rowSize)
    return "the archive of files is cut off";
  bytes.size = size;
  auto isInside = [&](uint64_t offset, uint64_t length) {
    return offset <= size && length <= size - offset;
  };
  for (uint32_t i = 0; i != files; ++i) {
    const uint8_t *row = bytes.data + headerSize + i * rowSize;
    if (!isInside(load<uint32_t>(row), load<uint32_t>(row + 4)) ||
        !isInside(load<uint64_t>(row + 8), load<uint64_t>(row + 16)))
      return "a file of the archive lies outside of it";
  }
  data = bytes;
  count = files;
  return nullptr;
}

Bytes Archive::getName(unsigned i) const {
  const uint8_t *row = data.data + headerSize + i * rowSize;
  return {data.data + load<uint32_t>(row), load<uint32_t>(row + 4)};
}

Bytes Archive::getContents(unsigned i) const {
  const uint8_t *row = data.data + headerSize + i * rowSize;
  return {data.data + load<uint64_t>(row + 8), load<uint64_t>(row + 16)};
}

bool isPacked(Bytes file, uint64_t &size) {
  if (file.size < packedHeaderSize ||
      __builtin_memcmp(file.data, packedMagic, sizeof packedMagic) != 0)
    return false;
  size = load<uint64_t>(file.data + sizeof packedMagic);
  return true;
}

Bytes Archive::find(Bytes name) const {
  for (unsigned i = 0; i != count; ++i) {
    Bytes other = getName(i);
    if (other.size == name.size &&
        __builtin_memcmp(other.data, name.data, name.size) == 0)
      return getContents(i);
  }
  return {};
}

} // namespace flux::kernel
