//===- Bytes.h - numbers and sums in packets -------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_NET_BYTES_H
#define FLUX_RUNTIME_NET_BYTES_H

#include <stdint.h>

namespace flux::net {

inline uint16_t get16(const uint8_t *at) {
  return static_cast<uint16_t>(at[0] << 8 | at[1]);
}
inline uint32_t get32(const uint8_t *at) {
  return static_cast<uint32_t>(get16(at)) << 16 | get16(at + 2);
}
inline void put16(uint8_t *at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}
inline void put32(uint8_t *at, uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value);
}

/// The sum of RFC 1071 over bytes that begin at an even place, added to
/// \p sum, not folded.
uint32_t addSum(const uint8_t *data, unsigned size, uint32_t sum = 0);
/// What a header must hold for \p sum, or 0 if it holds the right one.
uint16_t finishSum(uint32_t sum);

} // namespace flux::net

#endif // FLUX_RUNTIME_NET_BYTES_H
