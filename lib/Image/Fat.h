//===- Fat.h - the file system that firmware reads -------------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_FAT_H
#define FLUX_LIB_IMAGE_FAT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace flux {

/// A file of a FAT: its path has `/` between names of at most eight and three
/// characters, capitals and digits.
struct FatFile {
  std::string path;
  llvm::ArrayRef<char> bytes;
};

/// How many sectors writeFat() needs for files of \p bytes bytes in all.
uint64_t getFatSectors(uint64_t bytes);

/// Appends a FAT16 of \p sectors sectors with \p files to \p out.  The same
/// files give the same bytes.
void writeFat(llvm::ArrayRef<FatFile> files, uint64_t sectors,
              llvm::SmallVectorImpl<char> &out);

/// Reads the file \p path of a FAT16 in memory; false if it is not there or the
/// file system is damaged.
bool readFat(llvm::ArrayRef<char> fat, llvm::StringRef path,
             llvm::SmallVectorImpl<char> &out);

} // namespace flux

#endif // FLUX_LIB_IMAGE_FAT_H
