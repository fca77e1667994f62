//===- RoundingTest.cpp - floats to whole numbers -------------------------===//
//
// builtins/Rounding.cpp against the instructions of the host, bit for bit: all
// exponents, with the fractions around the borders and random ones.
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>

#define DECLARE(FLOAT, SUFFIX)                                                 \
  extern "C" FLOAT flux_soft_floor##SUFFIX(FLOAT);                             \
  extern "C" FLOAT flux_soft_ceil##SUFFIX(FLOAT);                              \
  extern "C" FLOAT flux_soft_trunc##SUFFIX(FLOAT);                             \
  extern "C" FLOAT flux_soft_roundeven##SUFFIX(FLOAT);
DECLARE(double, )
DECLARE(float, f)
#undef DECLARE

namespace {

template <class Bits, class Float>
Bits toBits(Float x) {
  static_assert(sizeof(Bits) == sizeof(Float));
  Bits bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

template <class Float, class Bits>
struct Kind {
  Float (*soft[4])(Float);
  Float (*hard[4])(Float);

  void check(Bits bits) const {
    Float x;
    std::memcpy(&x, &bits, sizeof x);
    for (int i = 0; i < 4; ++i) {
      Float result = soft[i](x), expected = hard[i](x);
      if (std::isnan(expected))
        ASSERT_TRUE(std::isnan(result)) << std::hex << bits;
      else
        ASSERT_EQ(toBits<Bits>(result), toBits<Bits>(expected))
            << "function " << i << " of " << x;
    }
  }

  void checkAll(unsigned mantissaBits) const {
    std::mt19937_64 random(1);
    const Bits half = Bits(1) << (mantissaBits - 1);
    const Bits whole = half << 1;
    const Bits exponents = Bits(1) << (sizeof(Bits) * 8 - 1 - mantissaBits);
    for (Bits sign = 0; sign < 2; ++sign)
      for (Bits exponent = 0; exponent < exponents; ++exponent) {
        Bits base = sign << (sizeof(Bits) * 8 - 1) | exponent << mantissaBits;
        for (Bits fraction : {Bits(0), Bits(1), half - 1, half, half + 1,
                              half | half >> 1, whole - 1, whole - 2})
          check(base | fraction);
        for (int i = 0; i < 64; ++i) // also those with few bits at the top
          check(base | ((random() & (whole - 1)) & ~((whole - 1) >> (i % 24))));
        for (int i = 0; i < 16; ++i)
          check(base | (random() & (whole - 1)));
      }
  }
};

} // namespace

TEST(Rounding, Double) {
  Kind<double, uint64_t>{
      {flux_soft_floor, flux_soft_ceil, flux_soft_trunc, flux_soft_roundeven},
      {std::floor, std::ceil, std::trunc, std::nearbyint}}
      .checkAll(52);
}

TEST(Rounding, Float) {
  Kind<float, uint32_t>{{flux_soft_floorf, flux_soft_ceilf, flux_soft_truncf,
                         flux_soft_roundevenf},
                        {std::floor, std::ceil, std::trunc, std::nearbyint}}
      .checkAll(23);
}
