//===- Errors.cpp - error codes as text -----------------------------------===//
//
// The texts stand in runtime/base/ErrorTexts.inc, which programs in C hold,
// too.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"

#define FLUX_SHARED static

namespace flux::rt {

#include "runtime/base/ErrorTexts.inc"

extern "C" View flux_error_text(int64_t code) {
  const char *text = findErrorText(code);
  return {text, textLength(text)};
}

} // namespace flux::rt
