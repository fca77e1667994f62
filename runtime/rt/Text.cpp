//===- Text.cpp - numbers as strings --------------------------------------===//
//
// The built-in functions of the module `text`, and the arguments of C programs:
// their results are in the turn region.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/FloatFormat.h"
#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"

namespace flux::rt {

static View keep(const TrapSite *site, const char *text, unsigned length,
                 Frame frame) {
  void *copy = allocate(site, length, frame);
  memcpy(copy, text, length);
  return {copy, length};
}

extern "C" {

View flux_text_fixed(const TrapSite *site, double value, int64_t digits) {
  if (digits < 0 || digits > int64_t(maxFixedDigits))
    trap(DigitCount, site, static_cast<uint64_t>(digits), 0, 0, FLUX_CALLER());
  char buffer[maxFixedLength];
  unsigned length = formatFixed(buffer, value, static_cast<unsigned>(digits));
  return keep(site, buffer, length, FLUX_CALLER());
}

View flux_text_shortest(const TrapSite *site, double value) {
  char buffer[maxFloatLength];
  unsigned length = formatF64(buffer, value);
  return keep(site, buffer, length, FLUX_CALLER());
}

View flux_text_hex(const TrapSite *site, uint64_t value, int64_t digits) {
  if (digits < 1 || digits > 16)
    trap(DigitCount, site, static_cast<uint64_t>(digits), 0, 0, FLUX_CALLER());
  char buffer[16];
  unsigned length = formatHex(buffer, value, static_cast<unsigned>(digits));
  return keep(site, buffer, length, FLUX_CALLER());
}

/// The arguments as `main` of a C program takes them: a name of the program,
/// \p args, null.
const char **flux_c_arguments(const View *args, int64_t count) {
  int64_t size = (count + 2) * int64_t(sizeof(char *)) + 8;
  for (int64_t i = 0; i != count; ++i)
    size += args[i].length + 1;
  auto **result =
      static_cast<const char **>(allocate(nullptr, size, FLUX_CALLER()));
  auto *text = reinterpret_cast<char *>(result + count + 2);
  memcpy(text, "program", 8);
  result[0] = text;
  text += 8;
  for (int64_t i = 0; i != count; ++i) {
    auto length = static_cast<size_t>(args[i].length);
    memcpy(text, args[i].data, length);
    text[length] = '\0';
    result[i + 1] = text;
    text += length + 1;
  }
  result[count + 1] = nullptr;
  return result;
}

} // extern "C"

} // namespace flux::rt
