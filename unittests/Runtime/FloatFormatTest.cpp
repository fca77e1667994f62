//===- FloatFormatTest.cpp - floats as decimal text -----------------------===//
//
// The C++ library is the oracle: std::to_chars gives shortest digits and
// exactly rounded fixed ones.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/FloatFormat.h"
#include "runtime/base/Format.h"
#include "gtest/gtest.h"
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

using namespace flux::rt;

/// What kernels have.
namespace small {
#include "runtime/base/SmallFloats.inc"
} // namespace small

static std::string f64(double value) {
  char buffer[maxFloatLength];
  return std::string(buffer, formatF64(buffer, value));
}

static std::string f32(float value) {
  char buffer[maxFloatLength];
  return std::string(buffer, formatF32(buffer, value));
}

static std::string fixed(double value, unsigned digits) {
  char buffer[maxFixedLength];
  return std::string(buffer, formatFixed(buffer, value, digits));
}

/// Digits without zeros at the ends, and the power of ten of the first.
static std::pair<std::string, int> normalise(const std::string &text) {
  size_t e = text.find('e');
  int exponent = e == std::string::npos ? 0 : std::atoi(text.c_str() + e + 1);
  std::string digits;
  bool point = false;
  for (char c : text.substr(0, e)) {
    if (c == '.')
      point = true;
    if (c < '0' || c > '9')
      continue;
    digits += c;
    if (!point && digits.size() > 1)
      ++exponent;
  }
  while (digits.size() > 1 && digits[0] == '0') {
    digits.erase(0, 1);
    --exponent;
  }
  while (digits.size() > 1 && digits.back() == '0')
    digits.pop_back();
  return {digits, exponent};
}

template <class T>
static void checkShortest(T value, const std::string &text) {
  char expected[64];
  auto end = std::to_chars(expected, expected + sizeof expected, value,
                           std::chars_format::scientific)
                 .ptr;
  ASSERT_EQ(normalise(text), normalise(std::string(expected, end)))
      << text << " " << std::string(expected, end);
  ASSERT_LE(text.size(), maxFloatLength);
  T back;
  if constexpr (sizeof(T) == 8)
    back = std::strtod(text.c_str(), nullptr);
  else
    back = std::strtof(text.c_str(), nullptr);
  ASSERT_EQ(back, value) << text;
}

TEST(FloatFormat, Forms) {
  EXPECT_EQ(f64(0.0), "0.0");
  EXPECT_EQ(f64(-0.0), "-0.0");
  EXPECT_EQ(f64(3.0), "3.0");
  EXPECT_EQ(f64(-3.5), "-3.5");
  EXPECT_EQ(f64(100.0), "100.0");
  EXPECT_EQ(f64(0.1), "0.1");
  EXPECT_EQ(f64(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(f64(0.00001), "0.00001");
  EXPECT_EQ(f64(0.0000099), "9.9e-6");
  EXPECT_EQ(f64(1.5e-7), "1.5e-7");
  EXPECT_EQ(f64(1e15), "1000000000000000.0");
  EXPECT_EQ(f64(9999999999999998.0), "9999999999999998.0");
  EXPECT_EQ(f64(1e16), "1e16");
  EXPECT_EQ(f64(1e21), "1e21");
  EXPECT_EQ(f64(1e23), "1e23");
  EXPECT_EQ(f64(5e-324), "5e-324");
  EXPECT_EQ(f64(1.7976931348623157e308), "1.7976931348623157e308");
  EXPECT_EQ(f64(-2.2250738585072014e-308), "-2.2250738585072014e-308");
  EXPECT_EQ(f64(INFINITY), "inf");
  EXPECT_EQ(f64(-INFINITY), "-inf");
  EXPECT_EQ(f64(NAN), "nan");
  EXPECT_EQ(f64(-NAN), "nan");
  EXPECT_EQ(f32(0.1f), "0.1");
  EXPECT_EQ(f32(16777216.0f), "16777216.0");
  EXPECT_EQ(f32(1e-45f), "1e-45");
  EXPECT_EQ(f32(3.4028235e38f), "3.4028235e38");
  EXPECT_EQ(f32(-INFINITY), "-inf");
}

TEST(FloatFormat, ShortestOfPowers) {
  // Powers of two have the nearer neighbour below.
  for (int e = -1074; e != 1024; ++e)
    for (int step : {-1, 0, 1}) {
      uint64_t bits = std::bit_cast<uint64_t>(std::ldexp(1.0, e)) + step;
      double value = std::bit_cast<double>(bits);
      if (value != 0 && std::isfinite(value))
        checkShortest(value, f64(value));
    }
  for (int e = -323; e != 309; ++e) {
    double value = std::strtod(("1e" + std::to_string(e)).c_str(), nullptr);
    checkShortest(value, f64(value));
    checkShortest(std::nextafter(value, 0.0), f64(std::nextafter(value, 0.0)));
  }
  for (int e = -149; e != 128; ++e) {
    float value = std::ldexp(1.0f, e);
    checkShortest(value, f32(value));
  }
}

TEST(FloatFormat, ShortestOfRandomBits) {
  std::mt19937_64 random(1);
  for (int i = 0; i != 20000; ++i) {
    uint64_t bits = random();
    auto wide = std::bit_cast<double>(bits);
    if (std::isfinite(wide))
      checkShortest(wide, f64(wide));
    auto narrow = std::bit_cast<float>(static_cast<uint32_t>(bits));
    if (std::isfinite(narrow))
      checkShortest(narrow, f32(narrow));
    // Subnormal numbers, and those with few digits.
    checkShortest(std::bit_cast<double>(bits >> 12),
                  f64(std::bit_cast<double>(bits >> 12)));
    double decimal = static_cast<double>(bits % 100000 + 1) / 1000;
    checkShortest(decimal, f64(decimal));
    // Up to 17 digits, around what is short enough to be guessed.
    decimal =
        static_cast<double>((bits >> 5) % (uint64_t(1) << (bits % 58)) + 1) /
        std::pow(10.0, static_cast<double>(bits >> 60));
    checkShortest(decimal, f64(decimal));
    checkShortest(std::nextafter(decimal, 1e300),
                  f64(std::nextafter(decimal, 1e300)));
  }
}

static void checkFixed(double value, unsigned digits) {
  char expected[512];
  auto end = std::to_chars(expected, expected + sizeof expected, value,
                           std::chars_format::fixed, static_cast<int>(digits))
                 .ptr;
  ASSERT_EQ(fixed(value, digits), std::string(expected, end));
}

TEST(FloatFormat, Fixed) {
  EXPECT_EQ(fixed(0.5, 0), "0");
  EXPECT_EQ(fixed(1.5, 0), "2");
  EXPECT_EQ(fixed(2.5, 0), "2");
  EXPECT_EQ(fixed(0.125, 2), "0.12");
  EXPECT_EQ(fixed(0.375, 2), "0.38");
  EXPECT_EQ(fixed(2.675, 2), "2.67");
  EXPECT_EQ(fixed(9.999, 2), "10.00");
  EXPECT_EQ(fixed(-0.001, 2), "-0.00");
  EXPECT_EQ(fixed(0.0, 3), "0.000");
  EXPECT_EQ(fixed(NAN, 3), "nan");
  EXPECT_EQ(fixed(-INFINITY, 3), "-inf");
  EXPECT_EQ(fixed(-1.7976931348623157e308, 100).size(), maxFixedLength);
  EXPECT_EQ(fixed(5e-324, 100), "0." + std::string(100, '0'));
}

TEST(FloatFormat, FixedOfRandomBits) {
  std::mt19937_64 random(2);
  for (int i = 0; i != 20000; ++i) {
    uint64_t bits = random();
    auto digits = static_cast<unsigned>(random() % 101);
    auto value = std::bit_cast<double>(bits);
    if (std::isfinite(value))
      checkFixed(value, digits);
    // Numbers of usual size, and ties.
    checkFixed(std::ldexp(static_cast<double>(bits >> 11), -40), digits % 20);
    checkFixed(static_cast<double>(bits % 4096) / 16, digits % 4);
  }
}

TEST(FloatFormat, KernelsWriteTheSame) {
  std::mt19937_64 random(3);
  auto check = [](uint64_t bits) {
    auto value = std::bit_cast<double>(bits);
    auto single = std::bit_cast<float>(static_cast<uint32_t>(bits >> 32));
    char buffer[maxFloatLength];
    EXPECT_EQ(std::string(buffer, small::formatF64(buffer, value)), f64(value));
    EXPECT_EQ(std::string(buffer, small::formatF32(buffer, single)),
              f32(single));
  };
  for (int i = 0; i != 1000; ++i) {
    check(random());
    check(std::bit_cast<uint64_t>(double(random() % 1000000) / 1000));
    check(std::bit_cast<uint64_t>(double(random() % 1000000000)));
  }
  for (uint64_t exponent = 0; exponent != 2048; ++exponent) {
    check(exponent << 52);
    check(exponent << 52 | 1);
    check((exponent << 52) - 1);
  }
}
