//===- Sha256.cpp - the hash of packages ----------------------------------===//
//
// A package names its contents by this hash; it is computed on every load, so
// it is written for speed in plain C++.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Sha256.h"
#include "runtime/base/ForSize.h"
#include "runtime/base/ShaConstants.h"

namespace flux {

static inline uint32_t rotateRight(uint32_t x, unsigned n) {
  return x >> n | x << (32 - n);
}

Sha256::Sha256() {
  for (unsigned i = 0; i != 8; ++i)
    state[i] = static_cast<uint32_t>(shaConstants.start[i] >> 32);
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
#if !FLUX_FOR_SIZE
#pragma GCC unroll 8
#endif
  for (unsigned i = 0; i != 64; ++i) {
    uint32_t e = s[4], a = s[0];
    uint32_t t1 =
        s[7] + (rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)) +
        ((e & s[5]) ^ (~e & s[6])) +
        static_cast<uint32_t>(shaConstants.rounds[i] >> 32) + w[i];
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
  uint8_t byte = 0x80;
  do {
    add(&byte, 1);
    byte = 0;
  } while ((total & 63) != 56);
  uint8_t length[8];
  for (unsigned i = 0; i != 8; ++i)
    length[i] = static_cast<uint8_t>(bits >> (56 - 8 * i));
  add(length, 8);
  for (unsigned i = 0; i != size; ++i)
    out[i] = static_cast<uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
}

} // namespace flux
