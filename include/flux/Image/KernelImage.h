//===- KernelImage.h - kernels with programs in them -----------*- C++ -*-===//
#ifndef FLUX_IMAGE_KERNELIMAGE_H
#define FLUX_IMAGE_KERNELIMAGE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace flux {

enum class ImageFormat : uint8_t {
  Kernel, ///< for loaders of kernels
  Efi,    ///< an application of EFI
  Html,   ///< a page for browsers
};

/// An architecture that the kernel runs on.
struct KernelTarget {
  llvm::StringRef name;      ///< "x86_64", ...
  llvm::StringRef emulation; ///< for lld
  llvm::StringRef entry;     ///< symbol
  uint64_t base;             ///< address that the kernel is linked to
  bool isMovable;            ///< runs at any address
  uint16_t machine;          ///< EM_...
  uint32_t flags;            ///< of its ELF files
  llvm::StringRef kernel;    ///< the kernel as an object file
  bool hasEfi;               ///< if isMovable, one file is of both formats

  /// True if it is a module of WebAssembly.
  bool isModule() const { return emulation == "wasm32"; }
};

/// All of them, sorted by name.
llvm::ArrayRef<KernelTarget> getKernelTargets();
/// The one with a name, or null.
const KernelTarget *findKernelTarget(llvm::StringRef name);

/// The least address of programs in user mode.
inline constexpr uint64_t userModeBase = uint64_t(192) << 30;
/// True if \p bytes is such a program, of machine code for \p target.
bool isUserProgram(const KernelTarget &target, llvm::StringRef bytes);
/// The same for any target.
bool isUserProgram(llvm::StringRef bytes);

/// A file of the image.
struct ImageFile {
  llvm::StringRef name;
  llvm::ArrayRef<char> bytes;
};

/// The files as runtime/kernel/Archive.h describes them.
void writeArchive(llvm::ArrayRef<ImageFile> files,
                  llvm::SmallVectorImpl<char> &out);

/// Links the kernel of \p target and \p files into what boots: an ELF file with
/// a PVH entry for x86_64, an Image as loaders of Linux know it for others,
/// what EFI loads, or a module of WebAssembly, alone or in a page.  \p symbols,
/// if not null, gets an ELF file for debuggers.  \p objects become a part of
/// the kernel.  Returns what is wrong, or an empty text.
std::string buildKernelImage(const KernelTarget &target, ImageFormat format,
                             llvm::ArrayRef<ImageFile> files,
                             llvm::SmallVectorImpl<char> &out,
                             llvm::SmallVectorImpl<char> *symbols,
                             llvm::ArrayRef<ImageFile> objects = {});

/// A kernel as it lies in memory.
struct FlatKernel {
  llvm::SmallVector<char, 0> bytes;
  uint64_t memorySize = 0;  ///< with what follows it, zeroed by itself
  uint64_t loadAddress = 0; ///< 0: any page
  uint64_t entry = 0;       ///< offset of its first instruction
};

/// The same for a kernel that starts it.
std::string buildFlatKernel(const KernelTarget &target,
                            llvm::ArrayRef<ImageFile> files, FlatKernel &out);

/// The target and format of what buildKernelImage() made; null if it did not.
const KernelTarget *recognizeKernelImage(llvm::ArrayRef<char> image,
                                         ImageFormat &format);

} // namespace flux

#endif // FLUX_IMAGE_KERNELIMAGE_H
