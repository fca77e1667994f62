//===- Inspection.h - what is in an image ----------------------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_INSPECTION_H
#define FLUX_LIB_IMAGE_INSPECTION_H

#include "flux/Image/KernelImage.h"
#include "runtime/base/Arena.h"
#include "runtime/kernel/Archive.h"
#include "llvm/ADT/Twine.h"
#include <memory>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace flux {

/// Memory for what is looked at.
class Scratch {
public:
  Scratch() : arena(allocate, nullptr, this) {}
  Arena arena;

private:
  static void *allocate(void *self, uint64_t size);
  std::vector<std::unique_ptr<char[]>> chunks;
};

/// Finds the files of \p image; false if there are none.
bool openArchive(llvm::ArrayRef<char> image, kernel::Archive &archive);

/// Prints the files of an image, each line after \p prefix.
void inspectFiles(const kernel::Archive &archive, llvm::StringRef prefix,
                  llvm::raw_ostream &os);

/// Prints what \p image, made for \p target, consists of.  Returns what is
/// wrong with it, or an empty text.
std::string inspectImage(const KernelTarget &target, ImageFormat format,
                         llvm::ArrayRef<char> image, llvm::raw_ostream &os);

/// Checks that \p image is whole, that the programs which it starts are there,
/// and that their code is good.  Returns what is wrong, or an empty text.
std::string verifyImage(const KernelTarget &target, llvm::ArrayRef<char> image);

/// Prints what takes how many bytes of \p image: its parts, and of the kernel
/// its rooms and largest pieces.  \p symbols is the same as an ELF file with
/// symbols.
std::string reportSizes(llvm::ArrayRef<char> image,
                        llvm::ArrayRef<char> symbols, llvm::raw_ostream &os);

/// Something that takes bytes.
struct SizedPiece {
  uint64_t size;
  std::string name;
};
/// Prints a line of the report.
void printSize(uint64_t size, const llvm::Twine &what, llvm::raw_ostream &os);
/// Prints how large the rooms and the largest pieces of the kernel are.
void printRooms(std::vector<SizedPiece> pieces, llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_LIB_IMAGE_INSPECTION_H
