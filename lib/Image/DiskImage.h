//===- DiskImage.h - disks with slots --------------------------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_DISKIMAGE_H
#define FLUX_LIB_IMAGE_DISKIMAGE_H

#include "SlotImage.h"
#include "runtime/boot/Slots.h"

namespace flux {

/// How a disk is made.
struct DiskOptions {
  SlotOptions slots;
  unsigned slotMiB = 0;  ///< of each slot; 0: twice what it needs
  unsigned storeMiB = 4; ///< for files that stay
};

/// Makes a disk with a stage 0 for each target, \p contents in slot A and, as
/// what is started if nothing else can be, in the recovery slot.  Returns what
/// is wrong, or an empty text.
std::string buildDisk(llvm::ArrayRef<SlotContents> contents,
                      const DiskOptions &options,
                      llvm::SmallVectorImpl<char> &out);

/// A file as a disk.
class FileDisk : public BlockDevice {
public:
  FileDisk() = default;
  FileDisk(const FileDisk &) = delete;
  ~FileDisk();
  /// Returns what is wrong, or an empty text.
  std::string open(llvm::StringRef path, bool isWritten);

private:
  int file = -1;
};

/// True if the file \p path looks like a disk.
bool isDisk(llvm::ArrayRef<char> bytes);

/// The targets for which a disk has a stage 0.
llvm::SmallVector<const KernelTarget *> getDiskTargets(BlockDevice &disk);
/// Reads the stage 0 that an emulator starts by itself; false if there is none.
bool readStage0(BlockDevice &disk, const KernelTarget &target,
                llvm::SmallVectorImpl<char> &out);

/// Prints what is on a disk; returns what is wrong, or an empty text.
std::string inspectDisk(BlockDevice &disk, llvm::raw_ostream &os);
/// Checks all of it; with the public \p key instead of the one of stage 0.
std::string verifyDisk(BlockDevice &disk, const std::optional<Key> &key);
/// Writes the update \p bytes into the slot that is not started next, as the
/// machine would; \p slot gets its name.
std::string updateDisk(BlockDevice &disk, llvm::ArrayRef<char> bytes,
                       llvm::StringRef &slot);

} // namespace flux

#endif // FLUX_LIB_IMAGE_DISKIMAGE_H
