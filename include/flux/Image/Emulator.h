//===- Emulator.h - images on emulated machines ----------------*- C++ -*-===//
#ifndef FLUX_IMAGE_EMULATOR_H
#define FLUX_IMAGE_EMULATOR_H

#include "flux/Image/KernelImage.h"

namespace flux {

/// How a machine is emulated.
struct EmulatorOptions {
  std::string machine; ///< as QEMU calls it; empty: the quickest one
  std::string options; ///< for the kernel
  std::vector<std::string> arguments; ///< of the first program
  std::vector<std::string> disks;     ///< files
  bool hasNetwork = false;            ///< that of QEMU's user mode
  std::string network;                ///< options for it
  std::vector<std::string> more;      ///< words for QEMU
  unsigned memoryMiB = 64;
  unsigned processors = 1;
  unsigned timeout = 0;           ///< seconds, 0: none
  bool usesEfi = false;           ///< firmware boots it, not the emulator
  bool countInstructions = false; ///< one a nanosecond of the guest
  unsigned debuggerPort = 0;      ///< to wait for gdb at; 0: do not wait
  bool showFirmware = false;      ///< its output, too
  bool mayRestart = false;        ///< by itself, as an image with tries does
  bool dryRun = false;            ///< only print the command
};

/// True if the machine has devices on a PCI bus rather than at fixed places.
bool hasPci(const KernelTarget &target, const EmulatorOptions &options);

/// True if the machine is one that can be bought, with its memory and
/// processors.
bool isBoard(const EmulatorOptions &options);

/// Boots the image in the file \p path, or for an empty one what the firmware
/// finds on the first disk, in QEMU and copies its console to
/// standard output and error, and standard input to it.  Returns the status
/// that the machine ended with; or -1, and \p error says why there is none.
int runImage(const KernelTarget &target, llvm::StringRef path,
             const EmulatorOptions &options, std::string &error);

} // namespace flux

#endif // FLUX_IMAGE_EMULATOR_H
