//===- Archive.cpp - the files that come with the kernel ------------------===//
//
// An image may be damaged or made by another version: every number is checked
// once, when the archive is opened.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Archive.h"

namespace flux::kernel {

namespace {

/// The header and the rows, which lie at multiples of 8 like the archive.
struct Header {
  uint8_t magic[8];
  uint32_t files, size;
};
struct Row {
  uint32_t name, nameSize;
  uint64_t contents, size;
};
static_assert(sizeof(Header) == Archive::headerSize &&
              sizeof(Row) == Archive::rowSize);

} // namespace

static const Row &getRow(Bytes archive, unsigned i) {
  return reinterpret_cast<const Row *>(archive.data + sizeof(Header))[i];
}

const char *Archive::open(Bytes bytes) {
  static const uint8_t magic[8] = {'F', 'L', 'U', 'X', 'A', 'R', 0x1A, 1};
  count = 0;
  const auto *header = reinterpret_cast<const Header *>(bytes.data);
  if (bytes.size < headerSize ||
      reinterpret_cast<uintptr_t>(bytes.data) % alignof(Row) != 0 ||
      __builtin_memcmp(header->magic, magic, sizeof magic) != 0)
    return "there is no archive of files";
  uint32_t files = header->files, size = header->size;
  if (size < headerSize || size > bytes.size ||
      files > (size - headerSize) / rowSize)
    return "the archive of files is cut off";
  bytes.size = size;
  auto isInside = [&](uint64_t offset, uint64_t length) {
    return offset <= size && length <= size - offset;
  };
  for (uint32_t i = 0; i != files; ++i) {
    const Row &row = getRow(bytes, i);
    if (!isInside(row.name, row.nameSize) || !isInside(row.contents, row.size))
      return "a file of the archive lies outside of it";
  }
  data = bytes;
  count = files;
  return nullptr;
}

Bytes Archive::getName(unsigned i) const {
  const Row &row = getRow(data, i);
  return {data.data + row.name, row.nameSize};
}

Bytes Archive::getContents(unsigned i) const {
  const Row &row = getRow(data, i);
  return {data.data + row.contents, row.size};
}

bool isPacked(Bytes file, uint64_t &size) {
  if (file.size < packedHeaderSize ||
      __builtin_memcmp(file.data, packedMagic, sizeof packedMagic) != 0)
    return false;
  __builtin_memcpy(&size, file.data + sizeof packedMagic, sizeof size);
  return true;
}

unsigned Archive::findIndex(Bytes name) const {
  for (unsigned i = 0; i != count; ++i) {
    Bytes other = getName(i);
    if (other.size == name.size &&
        __builtin_memcmp(other.data, name.data, name.size) == 0)
      return i;
  }
  return none;
}

Bytes Archive::find(Bytes name) const {
  unsigned index = findIndex(name);
  return index != none ? getContents(index) : Bytes();
}

} // namespace flux::kernel
