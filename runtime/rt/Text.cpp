//===- Text.cpp - numbers as strings --------------------------------------===//
//
// The built-in functions of the module `text`: their results are strings in the
// turn region.
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

} // extern "C"

} // namespace flux::rt
