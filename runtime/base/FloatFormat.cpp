//===- FloatFormat.cpp - floats as decimal text ---------------------------===//
//
// The algorithm stands in Floats.inc, which programs in C hold, too; that of
// kernels in SmallFloats.inc.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/FloatFormat.h"
#include "runtime/base/ForSize.h"
#include "runtime/base/Format.h"
#include <stdint.h>

#define FLUX_SHARED

namespace flux::rt {

#if FLUX_FOR_SIZE
#include "runtime/base/SmallFloats.inc"
#else
#include "runtime/base/Floats.inc"
#endif

static_assert(maxFloatLength >= 32 && maxFixedDigits == 100 &&
                  maxFixedLength >= 411,
              "the rooms that Floats.inc and its callers count on");

} // namespace flux::rt
