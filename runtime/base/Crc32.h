//===- Crc32.h - checksums of what lies on disks ---------------*- C++ -*-===//
//
// The CRC-32 of Ethernet, zip and GPT, by half bytes: a table of 64 bytes.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BASE_CRC32_H
#define FLUX_RUNTIME_BASE_CRC32_H

#include <stdint.h>

namespace flux {

/// The checksum of \p size bytes behind others whose checksum is \p before.
inline uint32_t crc32(const void *data, uint64_t size, uint32_t before = 0) {
  static constexpr uint32_t table[16] = {
      0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
      0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
      0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};
  const auto *bytes = static_cast<const uint8_t *>(data);
  uint32_t crc = ~before;
  for (uint64_t i = 0; i != size; ++i) {
    crc ^= bytes[i];
    crc = (crc >> 4) ^ table[crc & 15];
    crc = (crc >> 4) ^ table[crc & 15];
  }
  return ~crc;
}

} // namespace flux

#endif // FLUX_RUNTIME_BASE_CRC32_H
