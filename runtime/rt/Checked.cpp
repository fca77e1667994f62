//===- Checked.cpp - checks as calls, for code that is compiled fast ------===//
//
// At -O0 what counts is how fast the compiler is, and a check in the code is
// two blocks, a branch and a call.  There each check is one call of a function
// of this file: it has the arguments of flux_trapN, so that the trap is a jump
// there, which sees the frame and the return address of the compiled code.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/rt.h"

namespace flux::rt {

#if defined(__wasm__)
// Nobody looks at registers there, and a function has one type.
#define CHECKED(OPERATION, NAME, TYPE)                                         \
  extern "C" TYPE flux_##OPERATION##_##NAME(const TrapSite *site, TYPE a,      \
                                            TYPE b) {                          \
    TYPE result;                                                               \
    if (__builtin_##OPERATION##_overflow(a, b, &result))                       \
      flux_trap2(site, static_cast<uint64_t>(a), static_cast<uint64_t>(b));    \
    return result;                                                             \
  }
#else
/// FUNCTION(TYPE) defines flux_OPERATION_TYPE: the checked operation on one
/// type, and flux_trap2 under a name with the type of that function.
#define CHECKED(OPERATION, NAME, TYPE)                                         \
  extern "C" TYPE flux_trap2_##OPERATION##_##NAME(const TrapSite *, TYPE,      \
                                                  TYPE) __asm__("flux_trap2"); \
  extern "C" TYPE flux_##OPERATION##_##NAME(const TrapSite *site, TYPE a,      \
                                            TYPE b) {                          \
    TYPE result;                                                               \
    if (__builtin_##OPERATION##_overflow(a, b, &result)) [[clang::musttail]]   \
      return flux_trap2_##OPERATION##_##NAME(site, a, b);                      \
    return result;                                                             \
  }
#endif
#define CHECKED_TYPE(NAME, TYPE)                                               \
  CHECKED(add, NAME, TYPE)                                                     \
  CHECKED(sub, NAME, TYPE)                                                     \
  CHECKED(mul, NAME, TYPE)

CHECKED_TYPE(i8, int8_t)
CHECKED_TYPE(i16, int16_t)
CHECKED_TYPE(i32, int32_t)
CHECKED_TYPE(i64, int64_t)
CHECKED_TYPE(u8, uint8_t)
CHECKED_TYPE(u16, uint16_t)
CHECKED_TYPE(u32, uint32_t)
CHECKED_TYPE(u64, uint64_t)

#undef CHECKED_TYPE
#undef CHECKED

#if defined(__wasm__)
extern "C" void flux_check_index(const TrapSite *site, uint64_t index,
                                 uint64_t length) {
  if (index >= length)
    flux_trap2(site, index, length);
}

extern "C" void flux_check_range(const TrapSite *site, uint64_t low,
                                 uint64_t high, uint64_t length) {
  if (low > high || high > length)
    flux_trap3(site, low, high, length);
}
#else
// A tail call must be of a function that could return.
extern "C" void flux_trap2_index(const TrapSite *, uint64_t,
                                 uint64_t) __asm__("flux_trap2");
extern "C" void flux_trap3_range(const TrapSite *, uint64_t, uint64_t,
                                 uint64_t) __asm__("flux_trap3");

extern "C" void flux_check_index(const TrapSite *site, uint64_t index,
                                 uint64_t length) {
  if (index >= length) [[clang::musttail]]
    return flux_trap2_index(site, index, length);
}

extern "C" void flux_check_range(const TrapSite *site, uint64_t low,
                                 uint64_t high, uint64_t length) {
  if (low > high || high > length) [[clang::musttail]]
    return flux_trap3_range(site, low, high, length);
}
#endif

} // namespace flux::rt
