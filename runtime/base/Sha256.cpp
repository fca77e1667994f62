//===- Sha256.cpp - the hash of packages ----------------------------------===//
//
// A package names its contents by this hash; it is computed on every load, so
// it is written for speed in plain C++.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Sha256.h"

namespace flux {

static constexpr uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t rotateRight(uint32_t x, unsigned n) {
  return x >> n | x << (32 - n);
}

void Sha256::addBlock(const uint8_t *block) {
  uint32_t w[64];
  for (unsigned i = 0; i != 16; ++i)
    w[i] = uint32_t(block[4 * i]) << 24 | uint32_t(block[4 * i + 1]) << 16 |
           uint32_t(block[4 * i + 2]) << 8 | block[4 * i + 3];
  for (unsigned i = 16; i != 64; ++i) {
    uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotateRight(a, 7) ^ rotateRight(a, 18) ^ a >> 3) +
           w[i - 7] + (rotateRight(b, 17) ^ rotateRight(b, 19) ^ b >> 10);
  }
  uint32_t s[8];
  for (unsigned i = 0; i != 8; ++i)
    s[i] = state[i];
  // Eight rounds at a time: then the values only change their names.
#pragma GCC unroll 8
  for (unsigned i = 0; i != 64; ++i) {
    uint32_t e = s[4], a = s[0];
    uint32_t t1 =
        s[7] + (rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)) +
        ((e & s[5]) ^ (~e & s[6])) + constants[i] + w[i];
    uint32_t t2 =
        (rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22)) +
        ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    s[7] = s[6];
    s[6] = s[5];
    s[5] = e;
    s[4] = s[3] + t1;
    s[3] = s[2];
    s[2] = s[1];
    s[1] = a;
    s[0] = t1 + t2;
  }
  for (unsigned i = 0; i != 8; ++i)
    state[i] += s[i];
}

void Sha256::add(const void *data, uint64_t length) {
  auto *bytes = static_cast<const uint8_t *>(data);
  for (uint64_t i = 0; i != length;) {
    unsigned used = total & 63;
    if (used == 0 && length - i >= 64) {
      addBlock(bytes + i);
      i += 64;
      total += 64;
      continue;
    }
    buffer[used] = bytes[i++];
    if ((++total & 63) == 0)
      addBlock(buffer);
  }
}

void Sha256::finish(uint8_t *out) {
  uint64_t bits = 8 * total;
  static const uint8_t padding[64] = {0x80};
  add(padding, 1 + ((55 - total) & 63));
  uint8_t length[8];
  for (unsigned i = 0; i != 8; ++i)
    length[i] = static_cast<uint8_t>(bits >> (56 - 8 * i));
  add(length, 8);
  for (unsigned i = 0; i != size; ++i)
    out[i] = static_cast<uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
}

} // namespace flux
