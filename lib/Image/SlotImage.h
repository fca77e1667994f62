//===- SlotImage.h - what updates and slots hold ---------------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_SLOTIMAGE_H
#define FLUX_LIB_IMAGE_SLOTIMAGE_H

#include "flux/Image/KernelImage.h"
#include "runtime/boot/SlotHeader.h"
#include <optional>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace flux {

/// The 32 bytes of a key.
using Key = std::array<uint8_t, 32>;

/// What all images of an update have.
struct SlotOptions {
  uint64_t version = 1, lowestVersion = 0;
  std::string board;
  slots::Confirmation confirmation = slots::Confirmation::Running;
  std::optional<Key> secret; ///< to sign with
};

/// The kernel for a target with files in it.
struct SlotContents {
  const KernelTarget *target;
  llvm::ArrayRef<ImageFile> files;
};

/// Makes what slots of \p kind hold, an image for each target.  Returns what is
/// wrong, or an empty text.
std::string buildSlot(llvm::ArrayRef<SlotContents> contents,
                      slots::SlotKind kind, const SlotOptions &options,
                      llvm::SmallVectorImpl<char> &out);

/// True if \p bytes begin like what buildSlot() makes.
bool isSlot(llvm::ArrayRef<char> bytes);

/// Signs all images of \p slot anew.
void signSlot(llvm::MutableArrayRef<char> slot, const Key &secret);

/// Prints what images \p slot has, each line after \p prefix; or nothing.
void inspectSlot(llvm::ArrayRef<char> slot, llvm::StringRef prefix,
                 llvm::raw_ostream &os);

/// Checks all images of \p slot as stage 0 does, and the programs in them.
/// Without a key in \p policy signatures are not looked at, without a machine
/// images for all are right.  Returns what is wrong, or an empty text.
std::string verifySlot(llvm::ArrayRef<char> slot, const slots::Policy &policy,
                       slots::SlotKind kind, uint64_t lowestVersion);

} // namespace flux

#endif // FLUX_LIB_IMAGE_SLOTIMAGE_H
