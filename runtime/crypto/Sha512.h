//===- Sha512.h - the hash within signatures -------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_CRYPTO_SHA512_H
#define FLUX_RUNTIME_CRYPTO_SHA512_H

#include <stdint.h>

namespace flux {

/// SHA-512 (FIPS 180-4) of what is added piece by piece.
class Sha512 {
public:
  static constexpr unsigned size = 64;

  void add(const void *data, uint64_t length);
  /// Writes the 64 bytes of the hash; nothing can be added after that.
  void finish(uint8_t *out);

private:
  void addBlock(const uint8_t *block);

  uint64_t state[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b,
                       0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                       0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                       0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
  uint8_t buffer[128];
  uint64_t total = 0;
};

} // namespace flux

#endif // FLUX_RUNTIME_CRYPTO_SHA512_H
