//===- Sha512.cpp - the hash within signatures ----------------------------===//
//
// Ed25519 hashes with it, and little at a time: written for size.
//
//===----------------------------------------------------------------------===//

#include "runtime/crypto/Sha512.h"
#include "runtime/base/ShaConstants.h"

namespace flux {

static inline uint64_t rotateRight(uint64_t x, unsigned n) {
  return x >> n | x << (64 - n);
}

Sha512::Sha512() {
  for (unsigned i = 0; i != 8; ++i)
    state[i] = shaConstants.start[i];
}

void Sha512::addBlock(const uint8_t *block) {
  uint64_t w[80];
  for (unsigned i = 0; i != 16; ++i) {
    w[i] = 0;
    for (unsigned k = 0; k != 8; ++k)
      w[i] = w[i] << 8 | block[8 * i + k];
  }
  for (unsigned i = 16; i != 80; ++i) {
    uint64_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotateRight(a, 1) ^ rotateRight(a, 8) ^ a >> 7) +
           w[i - 7] + (rotateRight(b, 19) ^ rotateRight(b, 61) ^ b >> 6);
  }
  uint64_t s[8];
  for (unsigned i = 0; i != 8; ++i)
    s[i] = state[i];
  for (unsigned i = 0; i != 80; ++i) {
    uint64_t e = s[4], a = s[0];
    uint64_t t1 =
        s[7] + (rotateRight(e, 14) ^ rotateRight(e, 18) ^ rotateRight(e, 41)) +
        ((e & s[5]) ^ (~e & s[6])) + shaConstants.rounds[i] + w[i];
    uint64_t t2 =
        (rotateRight(a, 28) ^ rotateRight(a, 34) ^ rotateRight(a, 39)) +
        ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    for (unsigned k = 7; k != 0; --k)
      s[k] = s[k - 1];
    s[4] += t1;
    s[0] = t1 + t2;
  }
  for (unsigned i = 0; i != 8; ++i)
    state[i] += s[i];
}

void Sha512::add(const void *data, uint64_t length) {
  auto *bytes = static_cast<const uint8_t *>(data);
  for (uint64_t i = 0; i != length; ++i) {
    buffer[total & 127] = bytes[i];
    if ((++total & 127) == 0)
      addBlock(buffer);
  }
}

void Sha512::finish(uint8_t *out) {
  uint64_t bytes = total;
  uint8_t byte = 0x80;
  do {
    add(&byte, 1);
    byte = 0;
  } while ((total & 127) != 112);
  // The length has 16 bytes, of which 8 are always 0 or the highest three bits.
  uint8_t length[16] = {};
  for (unsigned i = 0; i != 8; ++i)
    length[15 - i] = static_cast<uint8_t>(bytes << 3 >> 8 * i);
  length[7] = static_cast<uint8_t>(bytes >> 61);
  add(length, sizeof length);
  for (unsigned i = 0; i != size; ++i)
    out[i] = static_cast<uint8_t>(state[i / 8] >> (56 - 8 * (i % 8)));
}

} // namespace flux
