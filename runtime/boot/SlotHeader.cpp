//===- SlotHeader.cpp - what a slot holds ---------------------------------===//
//
// The signature is looked at before any number is used; the numbers of an image
// without one have the same bounds.
//
//===----------------------------------------------------------------------===//

#include "runtime/boot/SlotHeader.h"
#include "runtime/base/Sha256.h"
#include "runtime/boot/Handover.h"
#include "runtime/crypto/Ed25519.h"

namespace flux::slots {

static constexpr uint64_t sectorSize = BlockDevice::sectorSize;

static bool isHeader(const SlotHeader &header) {
  return __builtin_memcmp(header.magic, slotMagic, sizeof slotMagic) == 0;
}

static uint64_t toSectors(uint64_t bytes) {
  return (bytes + sectorSize - 1) / sectorSize;
}

/// True if its sizes and places do.
static bool makesSense(const SlotHeader &header, uint64_t sectors) {
  constexpr uint64_t pageSize = 4096;
  return header.packedSize != 0 && header.packedSize <= maxImageSize &&
         header.size != 0 && header.size <= header.memorySize &&
         header.memorySize <= maxImageSize && header.entry < header.size &&
         header.loadAddress % pageSize == 0 &&
         header.loadAddress <= maxImageSize &&
         header.offset >= SlotHeader::maxImages && header.offset <= sectors &&
         toSectors(header.packedSize) <= sectors - header.offset;
}

const char *checkHeader(const SlotHeader &header, const Policy &policy,
                        SlotKind kind, uint64_t lowestVersion,
                        uint64_t sectors) {
  if (!isHeader(header))
    return "there is no image";
  if (header.format != slotFormat || header.flags != 0)
    return "the header is of another format";
  if (policy.hasKey) {
    const uint8_t none[sizeof header.signature] = {};
    if (__builtin_memcmp(header.signature, none, sizeof none) == 0)
      return "the image is not signed";
    const auto *bytes = reinterpret_cast<const uint8_t *>(&header);
    if (!ed25519::verify(policy.key, {bytes, SlotHeader::signedSize},
                         header.signature))
      return "the signature is wrong";
  }
  if (header.machine != policy.machine)
    return "the image is for another architecture";
  if (__builtin_memcmp(header.board, policy.board, maxBoardName) != 0)
    return "the image is for another board";
  if (header.kind != kind)
    return "the image is for another kind of slot";
  if (header.confirmation > Confirmation::Ending)
    return "the image is confirmed in an unknown way";
  if (header.handover != Handover::currentVersion)
    return "the image needs another stage 0";
  // An image of last resort is as old as the machine.
  if (kind != SlotKind::Recovery && header.version < lowestVersion)
    return "the image is older than allowed";
  return makesSense(header, sectors) ? nullptr
                                     : "the header of the image makes no sense";
}

const char *readHeader(BlockDevice &slot, const Policy &policy, SlotKind kind,
                       uint64_t lowestVersion, SlotHeader &out) {
  for (unsigned i = 0; i != SlotHeader::maxImages; ++i) {
    if (!slot.read(i, &out, 1))
      return "the slot cannot be read";
    if (isHeader(out) && out.machine == policy.machine)
      return checkHeader(out, policy, kind, lowestVersion, slot.numSectors);
  }
  return "there is no image for this architecture";
}

const char *checkContents(BlockDevice &slot, const SlotHeader &header,
                          uint8_t *buffer, uint64_t sectors) {
  Sha256 hash;
  uint64_t sector = header.offset, left = header.packedSize;
  while (left != 0) {
    uint64_t count = toSectors(left) < sectors ? toSectors(left) : sectors;
    if (!slot.read(sector, buffer, count))
      return "the slot cannot be read";
    uint64_t size = left < count * sectorSize ? left : count * sectorSize;
    hash.add(buffer, size);
    sector += count;
    left -= size;
  }
  uint8_t sum[Sha256::size];
  hash.finish(sum);
  return __builtin_memcmp(sum, header.hash, sizeof sum) == 0
             ? nullptr
             : "the image is damaged";
}

void signHeader(SlotHeader &header, const uint8_t *secret) {
  const auto *bytes = reinterpret_cast<const uint8_t *>(&header);
  ed25519::sign(secret, {bytes, SlotHeader::signedSize}, header.signature);
}

} // namespace flux::slots
