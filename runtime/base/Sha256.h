//===- Sha256.h - the hash of packages -------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BASE_SHA256_H
#define FLUX_RUNTIME_BASE_SHA256_H

#include <stdint.h>

namespace flux {

/// SHA-256 (FIPS 180-4) of what is added piece by piece.
class Sha256 {
public:
  static constexpr unsigned size = 32;

  Sha256();
  void add(const void *data, uint64_t length);
  /// Writes the 32 bytes of the hash; nothing can be added after that.
  void finish(uint8_t *out);

private:
  void addBlock(const uint8_t *block);

  uint32_t state[8];
  uint8_t buffer[64];
  uint64_t total = 0;
};

} // namespace flux

#endif // FLUX_RUNTIME_BASE_SHA256_H
