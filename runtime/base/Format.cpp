//===- Format.cpp - numbers as text, and text checks ----------------------===//
//
// What does not concern the C library's strings stands in Numbers.inc, which
// programs in C hold, too.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"

#define FLUX_SHARED

namespace flux::rt {

#include "runtime/base/Numbers.inc"

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
