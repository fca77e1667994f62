//===- SlotHeader.h - what a slot holds ------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BOOT_SLOTHEADER_H
#define FLUX_RUNTIME_BOOT_SLOTHEADER_H

#include "runtime/base/Arena.h"
#include "runtime/base/BlockDevice.h"

namespace flux::slots {

inline constexpr unsigned maxBoardName = 32;

/// For what an image was made; those of other slots than its own are refused,
/// so an old one cannot come back as the one of last resort.
enum class SlotKind : uint8_t { System, Recovery };

/// When an image that was started is good.
enum class Confirmation : uint8_t {
  Running, ///< its first program ended with 0, or runs for 10 seconds
  Ending,  ///< its first program ended with 0, within a minute
};

/// One image of a slot.  A slot, and the file of an update, begins with a row
/// of eight headers, a sector each, of images for different architectures;
/// those without the magic are not used.  All numbers are little-endian.
struct SlotHeader {
  static constexpr unsigned maxImages = 8;
  static constexpr unsigned signedSize =
      448; ///< the bytes before the signature

  uint8_t magic[8];
  uint32_t format;   ///< of this header
  uint32_t handover; ///< the version of Handover.h that the kernel takes
  uint16_t machine;  ///< as ELF calls it
  SlotKind kind;
  Confirmation confirmation;
  uint32_t flags;           ///< 0
  char board[maxBoardName]; ///< that it is for, with zeros behind
  uint64_t version, lowestVersion;
  uint64_t offset;      ///< of the packed image, in sectors of the slot
  uint64_t packedSize;  ///< bytes as Lzma.h has them
  uint64_t size;        ///< unpacked
  uint64_t memorySize;  ///< with what it needs behind
  uint64_t loadAddress; ///< of the unpacked image; 0: any page
  uint64_t entry;       ///< offset of the first instruction
  uint8_t hash[32];     ///< SHA-256 of the packed image
  uint8_t unused[signedSize - 152];
  uint8_t signature[64]; ///< Ed25519 of all before, or zeros
};
static_assert(sizeof(SlotHeader) == BlockDevice::sectorSize);
static_assert(__builtin_offsetof(SlotHeader, signature) ==
              SlotHeader::signedSize);
inline constexpr uint8_t slotMagic[8] = {'F', 'L', 'U', 'X', 'S', 'L', 0x1A, 1};
inline constexpr uint32_t slotFormat = 2;
/// No image takes more; so no size can overflow.
inline constexpr uint64_t maxImageSize = uint64_t(1) << 32;

/// What this machine accepts; a stage 0 has it as the file `flux/boot`.
struct Policy {
  static constexpr uint32_t currentVersion = 1;

  uint32_t version = currentVersion;
  uint16_t machine = 0;
  uint8_t hasKey = 0; ///< 0: images need no signature
  uint8_t unused = 0;
  uint8_t key[32] = {};
  char board[maxBoardName] = {};
};
static_assert(sizeof(Policy) == 72);

/// Null if this machine may start the image with \p header, which lies in
/// \p sectors of a slot of kind \p kind; otherwise what is wrong.
const char *checkHeader(const SlotHeader &header, const Policy &policy,
                        SlotKind kind, uint64_t lowestVersion,
                        uint64_t sectors);
/// Looks for the image of this machine in \p slot and checks its header.
const char *readHeader(BlockDevice &slot, const Policy &policy, SlotKind kind,
                       uint64_t lowestVersion, SlotHeader &out);
/// Null if the packed image of \p header is the one that was signed; reads it
/// through \p buffer of \p sectors.
const char *checkContents(BlockDevice &slot, const SlotHeader &header,
                          uint8_t *buffer, uint64_t sectors);
/// Signs \p header.
void signHeader(SlotHeader &header, const uint8_t *secret);

} // namespace flux::slots

#endif // FLUX_RUNTIME_BOOT_SLOTHEADER_H
