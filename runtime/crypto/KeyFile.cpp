//===- KeyFile.cpp - keys as files ----------------------------------------===//
//
// The files of other programs are read and written, since keys are kept for
// longer than programs.  Both have one form, so reading is comparing with what
// would be written.
//
//===----------------------------------------------------------------------===//

#include "runtime/crypto/KeyFile.h"

namespace flux::ed25519 {

namespace {

constexpr unsigned keySize = 32, maxPrefix = 16;

/// The text around a key, and the bytes of DER in front of it.
struct Form {
  const char *name;
  uint8_t prefixSize;
  uint8_t prefix[maxPrefix];
};
constexpr Form forms[2] = {
    {"PRIVATE",
     16,
     {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70,
      0x04, 0x22, 0x04, 0x20}},
    {"PUBLIC",
     12,
     {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00}}};

constexpr char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *append(char *out, const char *text) {
  while (*text != '\0')
    *out++ = *text++;
  return out;
}

unsigned findDigit(char c) {
  unsigned value = 0;
  while (value != 64 && digits[value] != c)
    ++value;
  return value;
}

} // namespace

unsigned writeKeyFile(KeyKind kind, const uint8_t *key, char *out) {
  const Form &form = forms[static_cast<unsigned>(kind)];
  char *at = out;
  at = append(append(append(at, "-----BEGIN "), form.name), " KEY-----\n");
  auto getByte = [&](unsigned i) -> unsigned {
    if (i < form.prefixSize)
      return form.prefix[i];
    return i - form.prefixSize < keySize ? key[i - form.prefixSize] : 0;
  };
  unsigned size = form.prefixSize + keySize;
  for (unsigned i = 0; i < size; i += 3) {
    unsigned bits = getByte(i) << 16 | getByte(i + 1) << 8 | getByte(i + 2);
    for (unsigned k = 0; k != 4; ++k)
      *at++ = i + k <= size ? digits[bits >> (18 - 6 * k) & 63] : '=';
  }
  at = append(append(append(at, "\n-----END "), form.name), " KEY-----\n");
  return static_cast<unsigned>(at - out);
}

bool readKeyFile(KeyKind kind, Bytes text, uint8_t *key) {
  const Form &form = forms[static_cast<unsigned>(kind)];
  auto *chars = reinterpret_cast<const char *>(text.data);
  uint64_t start = 0;
  while (start != text.size && chars[start] != '\n')
    ++start;
  // The digits of the key, whatever they are, ...
  unsigned size = form.prefixSize + keySize;
  if (text.size - start < 1 + (size + 2) / 3 * 4)
    return false;
  const char *at = chars + start + 1;
  for (unsigned i = 0; i != keySize; ++i) {
    unsigned bit = 8 * (form.prefixSize + i), value = 0;
    for (unsigned k = bit / 6; k != (bit + 7) / 6 + 1; ++k)
      value = value << 6 | (findDigit(at[k]) & 63);
    unsigned last = 6 * ((bit + 7) / 6 + 1);
    key[i] = static_cast<uint8_t>(value >> (last - bit - 8));
  }
  // ... and all of the text must be that of this key.
  char expected[maxKeyFile];
  unsigned length = writeKeyFile(kind, key, expected);
  if (text.size != length && text.size + 1 != length)
    return false;
  return __builtin_memcmp(expected, chars, text.size) == 0;
}

} // namespace flux::ed25519
