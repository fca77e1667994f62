//===- Rounding.cpp - floats to whole numbers, without an instruction -----===//
//
// The functions that LLVM calls for llvm.floor, llvm.ceil, llvm.trunc and
// llvm.roundeven where the processor has no instruction for them (RISC-V
// without Zfa).  All rest on one fact: floats from 2^p on, with p bits behind
// the first, are whole numbers, so adding 2^p to a smaller one and taking it
// away again rounds it to the nearest even whole number.
//
//===----------------------------------------------------------------------===//

// The unit tests run on a libc that has these names.
#ifdef FLUX_BUILTINS_TESTED
#define FLUX_BUILTIN(NAME) flux_soft_##NAME
#else
#define FLUX_BUILTIN(NAME) NAME
#endif

namespace {

template <class Float>
constexpr Float firstWhole = 4503599627370496.0; // 2^52
template <>
constexpr float firstWhole<float> = 8388608.0f; // 2^23

template <class Float>
Float copySign(Float value, Float sign) {
  if constexpr (sizeof(Float) == sizeof(float))
    return __builtin_copysignf(value, sign);
  else
    return __builtin_copysign(value, sign);
}

/// True for floats that may have a fraction; not for NaN.
template <class Float>
bool hasFraction(Float x) {
  return copySign(x, Float(1)) < firstWhole<Float>;
}

/// The nearest even whole number.  Zeros keep their sign; a NaN becomes quiet,
/// as any operation makes it.
template <class Float>
Float roundEven(Float x) {
  if (!hasFraction(x))
    return x + 0;
  Float size = copySign(x, Float(1));
  return copySign((size + firstWhole<Float>)-firstWhole<Float>, x);
}

/// The nearest whole number on the side of \p step.
template <class Float>
Float roundTowards(Float x, Float step) {
  Float near = roundEven(x);
  bool isBeyond = step < 0 ? near > x : near < x;
  return copySign(isBeyond ? near + step : near, x);
}

} // namespace

#define ROUNDING(FLOAT, SUFFIX)                                                \
  extern "C" FLOAT FLUX_BUILTIN(floor##SUFFIX)(FLOAT x) {                      \
    return roundTowards<FLOAT>(x, -1);                                         \
  }                                                                            \
  extern "C" FLOAT FLUX_BUILTIN(ceil##SUFFIX)(FLOAT x) {                       \
    return roundTowards<FLOAT>(x, 1);                                          \
  }                                                                            \
  extern "C" FLOAT FLUX_BUILTIN(trunc##SUFFIX)(FLOAT x) {                      \
    return roundTowards<FLOAT>(x, x < 0 ? 1 : -1);                             \
  }                                                                            \
  extern "C" FLOAT FLUX_BUILTIN(roundeven##SUFFIX)(FLOAT x) {                  \
    return roundEven<FLOAT>(x);                                                \
  }
ROUNDING(double, )
ROUNDING(float, f)
