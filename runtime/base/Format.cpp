//===- Format.cpp - numbers as text, and text checks ----------------------===//
//
// Decimal output is the inner loop of many programs, so two digits are made per
// division; UTF-8 is checked sixteen bytes at a time while it is ASCII.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"

namespace flux::rt {

unsigned formatU64(char *out, uint64_t value) {
  char buffer[maxIntegerLength];
  unsigned start = maxIntegerLength;
  while (value >= 10) {
    uint64_t quotient = value / 100;
    auto pair = static_cast<uint32_t>(value - quotient * 100);
    buffer[--start] = static_cast<char>('0' + pair % 10);
    buffer[--start] = static_cast<char>('0' + pair / 10);
    value = quotient;
  }
  // An even number of digits ends with 0 here, and needs no leading zero.
  if (value != 0 || start == maxIntegerLength)
    buffer[--start] = static_cast<char>('0' + value);
  unsigned length = maxIntegerLength - start;
  for (unsigned i = 0; i != length; ++i)
    out[i] = buffer[start + i];
  return length;
}

unsigned formatI64(char *out, int64_t value) {
  if (value >= 0)
    return formatU64(out, static_cast<uint64_t>(value));
  *out = '-';
  return 1 + formatU64(out + 1, -static_cast<uint64_t>(value));
}

unsigned formatHex(char *out, uint64_t value, unsigned digits) {
  while (digits < 16 && value >> (4 * digits) != 0)
    ++digits;
  for (unsigned i = digits; i-- != 0; value >>= 4)
    out[i] = "0123456789abcdef"[value & 15];
  return digits;
}

/// The number of bytes before the first of sixteen that is not ASCII.
static unsigned countASCII16(const char *data) {
  uint64_t low, high;
#if defined(__clang__)
  __builtin_memcpy_inline(&low, data, 8);
  __builtin_memcpy_inline(&high, data + 8, 8);
#else
  __builtin_memcpy(&low, data, 8);
  __builtin_memcpy(&high, data + 8, 8);
#endif
  constexpr uint64_t notASCII = 0x8080808080808080;
  low &= notASCII;
  high &= notASCII;
  if ((low | high) == 0)
    return 16;
  unsigned skipped = low == 0 ? 8 : 0;
  uint64_t bits = low == 0 ? high : low;
  return skipped + static_cast<unsigned>(__builtin_ctzll(bits)) / 8;
}

/// Length of the well-formed character at \p data, or 0.
static unsigned characterLength(const unsigned char *data, int64_t length) {
  unsigned char lead = data[0];
  if (lead < 0x80)
    return 1;
  if (lead < 0xC2 || lead > 0xF4)
    return 0;
  unsigned size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length < size)
    return 0;
  // The second byte excludes long forms, surrogates and what is above U+10FFFF.
  unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (data[1] < low || data[1] > high)
    return 0;
  for (unsigned i = 2; i < size; ++i)
    if ((data[i] & 0xC0) != 0x80)
      return 0;
  return size;
}

int64_t findInvalidUTF8(const char *data, int64_t length) {
  auto *bytes = reinterpret_cast<const unsigned char *>(data);
  int64_t at = 0;
  while (at < length) {
    if (length - at >= 16) {
      unsigned skipped = countASCII16(data + at);
      at += skipped;
      if (skipped == 16)
        continue;
    }
    // Characters that are not ASCII tend to follow each other.
    do {
      unsigned size = characterLength(bytes + at, length - at);
      if (size == 0)
        return at;
      at += size;
    } while (at < length && bytes[at] >= 0x80);
  }
  return -1;
}

int64_t textLength(const char *text) {
  int64_t length = 0;
  while (text[length] != '\0')
    ++length;
  return length;
}

bool isSameText(const char *a, const char *b) {
  while (*a == *b && *a != '\0') {
    ++a;
    ++b;
  }
  return *a == *b;
}

} // namespace flux::rt
