//===- FloatFormat.cpp - floats as decimal text ---------------------------===//
//
// The algorithm stands in Floats.inc, which programs in C hold, too.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/FloatFormat.h"
#include <stdint.h>

#define FLUX_SHARED

namespace flux::rt {

#include "runtime/base/Floats.inc"

static_assert(maxFloatLength >= 32 && maxFixedDigits == 100 &&
                  maxFixedLength >= 411,
              "the rooms that Floats.inc and its callers count on");

} // namespace flux::rt
