//===- Sha512.h - the hash within signatures -------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_CRYPTO_SHA512_H
#define FLUX_RUNTIME_CRYPTO_SHA512_H

#include <stdint.h>

namespace flux {

/// SHA-512 (FIPS 180-4) of what is added piece by piece.
class Sha512 {
public:
  static constexpr unsigned size = 64;

  Sha512();
  void add(const void *data, uint64_t length);
  /// Writes the 64 bytes of the hash; nothing can be added after that.
  void finish(uint8_t *out);

private:
  void addBlock(const uint8_t *block);

  uint64_t state[8];
  uint8_t buffer[128];
  uint64_t total = 0;
};

} // namespace flux

#endif // FLUX_RUNTIME_CRYPTO_SHA512_H
