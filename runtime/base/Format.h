//===- Format.h - numbers as text, and text checks -------------*- C++ -*-===//
//
// What the runtime needs of a C library's string functions: it has none.  Each
// function writes to memory of the caller and returns the number of bytes.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BASE_FORMAT_H
#define FLUX_RUNTIME_BASE_FORMAT_H

#include <stdint.h>

namespace flux::rt {

/// Room that formatU64 and formatI64 may need.
inline constexpr unsigned maxIntegerLength = 20;

/// Writes \p value in decimal to \p out.
unsigned formatU64(char *out, uint64_t value);
/// Writes \p value in decimal, with `-` if negative, to \p out.
unsigned formatI64(char *out, int64_t value);
/// Writes \p value in lower-case hexadecimal with at least \p digits (1 to 16)
/// digits to \p out.
unsigned formatHex(char *out, uint64_t value, unsigned digits);

/// Offset of the first byte that is not part of well-formed UTF-8, or -1.
int64_t findInvalidUTF8(const char *data, int64_t length);

/// The hash of a text (GEN-7).
uint64_t hashText(const char *data, int64_t length);

/// True if \p byte cannot start a character of UTF-8.
inline bool isContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// Length of a NUL-terminated text.
int64_t textLength(const char *text);
/// True if two NUL-terminated texts are equal.
bool isSameText(const char *a, const char *b);

} // namespace flux::rt

#endif // FLUX_RUNTIME_BASE_FORMAT_H
