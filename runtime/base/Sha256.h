//===- Sha256.h - the hash of packages -------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BASE_SHA256_H
#define FLUX_RUNTIME_BASE_SHA256_H

#include <stdint.h>

namespace flux {

/// SHA-256 (FIPS 180-4) of what is added piece by piece.
class Sha256 {
public:
  static constexpr unsigned size = 32;

  void add(const void *data, uint64_t length);
  /// Writes the 32 bytes of the hash; nothing can be added after that.
  void finish(uint8_t *out);

private:
  void addBlock(const uint8_t *block);

  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t buffer[64];
  uint64_t total = 0;
};

} // namespace flux

#endif // FLUX_RUNTIME_BASE_SHA256_H
