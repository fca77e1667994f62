//===- Archive.h - the files that come with the kernel ---------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_ARCHIVE_H
#define FLUX_RUNTIME_KERNEL_ARCHIVE_H

#include "runtime/base/Arena.h"

namespace flux::kernel {

/// The files that flux-os-image put behind the kernel's constants.  The header
/// takes 16 bytes: `46 4C 55 58 41 52 1A 01` ("FLUXAR", 0x1A, 1), number of
/// files (4), size of the archive (4).  A row of 24 bytes for each file
/// follows: offset of the name (4), its length (4), offset of the contents (8),
/// their size (8).  All numbers are little-endian; contents begin at multiples
/// of 16.
class Archive {
public:
  static constexpr uint64_t headerSize = 16, rowSize = 24;

  /// Reads what is at \p data; returns null, or what is wrong.
  const char *open(Bytes data);
  unsigned getCount() const { return count; }
  Bytes getName(unsigned i) const;
  Bytes getContents(unsigned i) const;
  static constexpr unsigned none = ~0u;
  /// The number of a file, or none.
  unsigned findIndex(Bytes name) const;
  /// The contents of a file; no data if there is none of that name.
  Bytes find(Bytes name) const;

private:
  Bytes data;
  unsigned count = 0;
};

/// The file with the names of the programs to start, one a line.
inline constexpr uint8_t startListName[] = {'f', 'l', 'u', 'x', '/',
                                            's', 't', 'a', 'r', 't'};
inline constexpr Bytes startList = {startListName, sizeof startListName};

/// A program may be packed: these 8 bytes, its size (8), and the bytes as
/// runtime/base/Lzma.h wants them.
inline constexpr uint8_t packedMagic[] = {'F', 'L', 'U',  'X',
                                          'L', 'Z', 0x1A, 1};
inline constexpr uint64_t packedHeaderSize = 16, maxUnpackedSize = 1 << 24;

/// True if \p file is packed; sets \p size to that of the program.
bool isPacked(Bytes file, uint64_t &size);

/// The archive of the image.
const Archive &getArchive();

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_ARCHIVE_H
