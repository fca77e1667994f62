//===- Random.cpp - bytes that nobody can predict -------------------------===//
//
// SHA-256 over a key and a counter, after which the key is replaced: who gets
// to know it later learns nothing of what was given before.  The first key
// comes from the processor, from firmware or from a device.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Random.h"
#include "runtime/base/Sha256.h"
#include "runtime/hal/Hal.h"

namespace flux::kernel {

static constinit uint8_t key[Sha256::size] = {};
static constinit bool isSeeded = false;

/// out = SHA-256(key, what, time).
static void derive(uint64_t what, uint8_t *out) {
  uint64_t data[2] = {what, hal::now()};
  Sha256 hash;
  hash.add(key, sizeof key);
  hash.add(data, sizeof data);
  hash.finish(out);
}

void addEntropy(const uint8_t *data, uint64_t size) {
  Sha256 hash;
  hash.add(key, sizeof key);
  hash.add(data, size);
  hash.finish(key);
  isSeeded = true;
}

bool fillRandom(uint8_t *out, uint64_t size) {
  uint8_t seed[Sha256::size];
  if (hal::readEntropy(seed))
    addEntropy(seed, sizeof seed);
  if (!isSeeded)
    return false;
  for (uint64_t done = 0; done < size;) {
    uint8_t block[Sha256::size];
    derive(done + 1, block);
    uint64_t count = size - done < sizeof block ? size - done : sizeof block;
    __builtin_memcpy(out + done, block, count);
    done += count;
  }
  uint8_t next[sizeof key];
  derive(0, next);
  __builtin_memcpy(key, next, sizeof key);
  return true;
}

} // namespace flux::kernel
