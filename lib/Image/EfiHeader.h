//===- EfiHeader.h - kernels as applications of EFI ------------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_EFIHEADER_H
#define FLUX_LIB_IMAGE_EFIHEADER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace flux {

/// A part of an image with rights of its own.
struct ImagePart {
  uint64_t begin = 0;    ///< in memory and file, whole pages
  uint64_t fileSize = 0; ///< without what is zero
  uint64_t size = 0;
  bool isExecutable = false, isWritable = false;
};

/// Where the header for EFI lies, behind the one of DOS.
inline constexpr size_t efiHeaderOffset = 64, efiHeaderPage = 4096;

/// Makes \p image, whose first page is free for it or has the room behind the
/// header of Linux's Image, an application of EFI: \p parts and \p entry are
/// offsets in it; it wants to lie at \p base but may lie anywhere.
void writeEfiHeader(llvm::SmallVectorImpl<char> &image, uint16_t elfMachine,
                    uint64_t base, uint64_t entry,
                    llvm::ArrayRef<ImagePart> parts);

/// The machine of ELF that an application of EFI is for, or 0.
uint16_t getEfiMachine(llvm::ArrayRef<char> image);

} // namespace flux

#endif // FLUX_LIB_IMAGE_EFIHEADER_H
