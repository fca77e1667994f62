//===- ShaConstants.h - numbers of the hashes ------------------*- C++ -*-===//
//
// The first 64 bits of the fractions of the roots of primes.  SHA-512 has them
// all; SHA-256 has the upper halves of the first ones.  They cannot be packed,
// so a kernel computes them when it hashes first; hosts have them at once.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BASE_SHACONSTANTS_H
#define FLUX_RUNTIME_BASE_SHACONSTANTS_H

#include "runtime/base/ForSize.h"
#include <stdint.h>

namespace flux {

/// The fraction of the square root (\p degree 2) or cube root (3) of \p number,
/// which is below 512 and no such power.
inline uint64_t getRootFraction(uint32_t number, unsigned degree) {
  // With 64 bits behind the point; what is tried is below 2^68.
  uint32_t root[3] = {};
  for (unsigned bit = 68; bit-- != 0;) {
    root[bit / 32] |= 1u << bit % 32;
    uint32_t power[12] = {1};
    for (unsigned length = 1, i = degree; i != 0; --i, length += 3) {
      uint32_t product[12] = {};
      for (unsigned a = 0; a != length; ++a) {
        uint64_t carry = 0;
        for (unsigned b = 0; b != 3; ++b) {
          carry += uint64_t(power[a]) * root[b] + product[a + b];
          product[a + b] = static_cast<uint32_t>(carry);
          carry >>= 32;
        }
        product[a + 3] = static_cast<uint32_t>(carry);
      }
      for (unsigned k = 0; k != 12; ++k)
        power[k] = product[k];
    }
    if (power[2 * degree] >= number)
      root[bit / 32] &= ~(1u << bit % 32);
  }
  return root[0] | uint64_t(root[1]) << 32;
}

struct ShaConstants {
  uint64_t rounds[80]; ///< cube roots of the first primes
  uint64_t start[8];   ///< square roots
};

inline void computeShaConstants(ShaConstants &result) {
  unsigned count = 0;
  for (uint32_t number = 2; count != 80; ++number) {
    uint32_t divisor = 2;
    while (number % divisor != 0)
      ++divisor;
    if (divisor != number)
      continue;
    if (count < 8)
      result.start[count] = getRootFraction(number, 2);
    result.rounds[count++] = getRootFraction(number, 3);
  }
}

#if FLUX_FOR_SIZE
__attribute__((noinline)) inline const ShaConstants &getShaConstants() {
  static ShaConstants constants;
  static bool isReady;
  // Whoever comes at the same time writes the same.
  if (!__atomic_load_n(&isReady, __ATOMIC_ACQUIRE)) {
    computeShaConstants(constants);
    __atomic_store_n(&isReady, true, __ATOMIC_RELEASE);
  }
  return constants;
}
#else
inline constexpr ShaConstants shaConstants = {
    {0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f,
     0xe9b5dba58189dbbc, 0x3956c25bf348b538, 0x59f111f1b605d019,
     0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242,
     0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
     0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
     0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3,
     0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65, 0x2de92c6f592b0275,
     0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
     0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f,
     0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
     0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc,
     0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
     0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6,
     0x92722c851482353b, 0xa2bfe8a14cf10364, 0xa81a664bbc423001,
     0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
     0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
     0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99,
     0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb,
     0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc,
     0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
     0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915,
     0xc67178f2e372532b, 0xca273eceea26619c, 0xd186b8c721c0c207,
     0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba,
     0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
     0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
     0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a,
     0x5fcb6fab3ad6faec, 0x6c44198c4a475817},
    {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
     0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
     0x1f83d9abfb41bd6b, 0x5be0cd19137e2179}};
inline const ShaConstants &getShaConstants() { return shaConstants; }
#endif

} // namespace flux

#endif // FLUX_RUNTIME_BASE_SHACONSTANTS_H
