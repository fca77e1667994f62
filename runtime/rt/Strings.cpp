//===- Strings.cpp - comparing and checking strings -----------------------===//
//
// Strings are UTF-8 at all times: taking a part of one, or making one of bytes,
// is checked here and nowhere else.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"

namespace flux::rt {

/// True if the string can be cut before byte \p at.
static bool isBoundary(const char *data, int64_t length, int64_t at) {
  return at == length || !isContinuation(data[at]);
}

extern "C" {

int32_t flux_str_compare(const char *a, int64_t aLength, const char *b,
                         int64_t bLength) {
  int order = memcmp(a, b, aLength < bLength ? aLength : bLength);
  if (order != 0)
    return order;
  return aLength < bLength ? -1 : aLength > bLength;
}

bool flux_str_equal(const char *a, int64_t aLength, const char *b,
                    int64_t bLength) {
  return aLength == bLength && memcmp(a, b, aLength) == 0;
}

uint64_t flux_hash_str(const char *data, int64_t length) {
  return hashText(data, length);
}

void flux_str_check_range(const TrapSite *site, const char *data,
                          int64_t length, int64_t low, int64_t high) {
  TrapKind kind = SliceRange;
  if (low >= 0 && low <= high && high <= length) {
    if (isBoundary(data, length, low) && isBoundary(data, length, high))
      return;
    kind = CharacterBoundary;
  }
  trap(kind, site, static_cast<uint64_t>(low), static_cast<uint64_t>(high),
       static_cast<uint64_t>(length), FLUX_CALLER());
}

void flux_str_check_utf8(const TrapSite *site, const char *data,
                         int64_t length) {
  int64_t bad = findInvalidUTF8(data, length);
  if (bad >= 0)
    trap(InvalidUTF8, site, static_cast<uint64_t>(bad), 0, 0, FLUX_CALLER());
}

int64_t flux_text_find_invalid(const char *data, int64_t length) {
  return findInvalidUTF8(data, length);
}

} // extern "C"

} // namespace flux::rt
