//===- FloatFormat.cpp - floats as decimal text ---------------------------===//
//
// Every float is a whole number times a power of two, so exact arithmetic on
// large integers gives digits that are right for all values without tables.
// The shortest form is the algorithm of Steele and White: digits are made until
// what is left is smaller than half the distance to the neighbour.  Small code
// counts more here than speed: it is linked into most programs, for the values
// in messages of traps.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/FloatFormat.h"
#include <stdint.h>

namespace flux::rt {
namespace {

/// A natural number of up to 1408 bits, least significant limb first.  The
/// largest that occur are 2^1024 * 10^100 (fixed) and 2^54 * 10^325 (shortest).
class Natural {
public:
  explicit Natural(uint64_t value) : size(0) {
    for (; value != 0; value >>= 32)
      limbs[size++] = static_cast<uint32_t>(value);
  }

  bool isZero() const { return size == 0; }

  void multiply(uint32_t factor) {
    uint64_t carry = 0;
    for (unsigned i = 0; i != size; ++i) {
      carry += static_cast<uint64_t>(limbs[i]) * factor;
      limbs[i] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0)
      limbs[size++] = static_cast<uint32_t>(carry);
  }

  void multiplyByPowerOfTen(unsigned exponent) {
    for (; exponent >= 9; exponent -= 9)
      multiply(1000000000);
    for (; exponent != 0; --exponent)
      multiply(10);
  }

  void shiftLeft(unsigned amount) {
    if (size == 0)
      return;
    unsigned whole = amount / 32;
    if (whole != 0) {
      for (unsigned i = size; i-- != 0;)
        limbs[i + whole] = limbs[i];
      for (unsigned i = 0; i != whole; ++i)
        limbs[i] = 0;
      size += whole;
    }
    if (amount % 32 != 0)
      multiply(1u << (amount % 32));
  }

  /// Divides by 2^amount and rounds to nearest, half to even.
  void shiftRightRounded(unsigned amount) {
    if (amount == 0)
      return;
    bool half = bit(amount - 1), below = false;
    for (unsigned i = 0; i != amount - 1 && !below; ++i)
      below = bit(i);
    unsigned whole = amount / 32, part = amount % 32;
    unsigned newSize = size > whole ? size - whole : 0;
    for (unsigned i = 0; i != newSize; ++i) {
      uint64_t high = i + whole + 1 < size ? limbs[i + whole + 1] : 0;
      limbs[i] = static_cast<uint32_t>((high << 32 | limbs[i + whole]) >> part);
    }
    size = newSize;
    trim();
    if (half && (below || bit(0)))
      increment();
  }

  /// Divides by 10^9 and returns the remainder.
  uint32_t divideByBillion() {
    uint64_t rest = 0;
    for (unsigned i = size; i-- != 0;) {
      rest = rest << 32 | limbs[i];
      limbs[i] = static_cast<uint32_t>(rest / 1000000000);
      rest %= 1000000000;
    }
    trim();
    return static_cast<uint32_t>(rest);
  }

  /// How far to shift so that the highest limb has 28 bits: divideToDigit asks
  /// it of the divisor.
  unsigned getDigitShift() const {
    return (__builtin_clz(limbs[size - 1]) + 28) % 32;
  }

  /// Divides by \p divisor, where the quotient is below 10; the remainder
  /// stays.
  uint32_t divideToDigit(const Natural &divisor) {
    // The highest limbs give the quotient or one less.
    if (size < divisor.size)
      return 0;
    uint32_t digit =
        limbs[divisor.size - 1] / (divisor.limbs[divisor.size - 1] + 1);
    subtractMultiple(divisor, digit);
    if (compare(*this, divisor) < 0)
      return digit;
    subtractMultiple(divisor, 1);
    return digit + 1;
  }

  /// Negative, zero or positive as a + b is below, equal to or above c.
  static int compareSum(const Natural &a, const Natural &b, const Natural &c) {
    // From the top, the difference c - a - b is 0 or 1, or decides.
    int64_t difference = 0;
    unsigned top = a.size > b.size ? a.size : b.size;
    for (unsigned i = top > c.size ? top : c.size; i-- != 0;) {
      difference = difference * (int64_t(1) << 32) + c.limb(i) - a.limb(i);
      difference -= b.limb(i);
      if (difference < 0)
        return 1;
      if (difference > 1)
        return -1;
    }
    return difference == 0 ? 0 : -1;
  }

  static int compare(const Natural &a, const Natural &b) {
    return compareSum(a, Natural(0), b);
  }

private:
  void subtractMultiple(const Natural &other, uint32_t factor) {
    uint64_t product = 0;
    int64_t carry = 0;
    for (unsigned i = 0; i != other.size; ++i) {
      product += static_cast<uint64_t>(other.limbs[i]) * factor;
      carry += int64_t(limbs[i]) - static_cast<uint32_t>(product);
      limbs[i] = static_cast<uint32_t>(carry);
      product >>= 32;
      carry >>= 32;
    }
    trim();
  }

  int64_t limb(unsigned index) const { return index < size ? limbs[index] : 0; }
  bool bit(unsigned index) const {
    return limb(index / 32) >> (index % 32) & 1;
  }
  void trim() {
    while (size != 0 && limbs[size - 1] == 0)
      --size;
  }
  void increment() {
    unsigned i = 0;
    while (i != size && ++limbs[i] == 0)
      ++i;
    if (i == size)
      limbs[size++] = 1;
  }

  uint32_t limbs[44];
  unsigned size;
};

/// A finite float: mantissa * 2^exponent.
struct Parts {
  uint64_t mantissa;
  int exponent;
  bool lowerIsCloser; ///< the neighbour below is half as far as the one above
};

/// Decimal digits with the value 0.ddd * 10^point.
struct Digits {
  char text[20];
  unsigned length;
  int point;
};

} // namespace

static Parts split(uint64_t bits, unsigned mantissaBits,
                   unsigned exponentBits) {
  uint64_t fraction = bits & ((uint64_t(1) << mantissaBits) - 1);
  int biased = static_cast<int>(bits >> mantissaBits &
                                ((uint64_t(1) << exponentBits) - 1));
  int bias = (1 << (exponentBits - 1)) - 1 + static_cast<int>(mantissaBits);
  if (biased == 0)
    return {fraction, 1 - bias, false};
  return {fraction | uint64_t(1) << mantissaBits, biased - bias,
          fraction == 0 && biased > 1};
}

/// The shortest digits within the range of decimals that read back as the
/// value; a value with an even mantissa also owns the ends of its range.
static void makeShortest(const Parts &parts, Digits &digits) {
  unsigned extra = parts.lowerIsCloser ? 2 : 1;
  Natural rest(parts.mantissa), scale(1), above(1), below(1);
  rest.shiftLeft(extra);
  scale.shiftLeft(extra);
  above.shiftLeft(extra - 1);
  if (parts.exponent >= 0) {
    rest.shiftLeft(parts.exponent);
    above.shiftLeft(parts.exponent);
    below.shiftLeft(parts.exponent);
  } else {
    scale.shiftLeft(-parts.exponent);
  }
  // 78913 / 2^18 is log10(2); the loops below mend an estimate that is off.
  int log2 = 63 - __builtin_clzll(parts.mantissa) + parts.exponent;
  int point = (log2 * 78913 >> 18) + 1;
  if (point >= 0) {
    scale.multiplyByPowerOfTen(point);
  } else {
    rest.multiplyByPowerOfTen(-point);
    above.multiplyByPowerOfTen(-point);
    below.multiplyByPowerOfTen(-point);
  }
  int even = (parts.mantissa & 1) == 0 ? 1 : 0;
  while (Natural::compareSum(rest, above, scale) + even > 0) {
    scale.multiply(10);
    ++point;
  }
  unsigned shift = scale.getDigitShift();
  rest.shiftLeft(shift);
  scale.shiftLeft(shift);
  above.shiftLeft(shift);
  below.shiftLeft(shift);
  digits.length = 0;
  for (;;) {
    rest.multiply(10);
    above.multiply(10);
    below.multiply(10);
    if (digits.length == 0 &&
        Natural::compareSum(rest, above, scale) + even <= 0) {
      --point;
      continue;
    }
    char digit = static_cast<char>('0' + rest.divideToDigit(scale));
    bool low = Natural::compare(rest, below) - even < 0;
    bool high = Natural::compareSum(rest, above, scale) + even > 0;
    // Where both neighbours serve, the nearer one, or the even one.
    int half = Natural::compareSum(rest, rest, scale);
    if (high && (!low || half + (digit & 1) > 0))
      ++digit;
    digits.text[digits.length++] = digit;
    if (low || high)
      break;
  }
  digits.point = point;
}

static unsigned copy(char *out, const char *text, unsigned length) {
  for (unsigned i = 0; i != length; ++i)
    out[i] = text[i];
  return length;
}

static unsigned fillZeros(char *out, int count) {
  for (int i = 0; i < count; ++i)
    out[i] = '0';
  return count > 0 ? static_cast<unsigned>(count) : 0;
}

static unsigned writePlain(char *out, const Digits &digits) {
  int length = static_cast<int>(digits.length), point = digits.point;
  unsigned at = 0;
  if (point <= 0) {
    at += copy(out, "0.", 2);
    at += fillZeros(out + at, -point);
    return at + copy(out + at, digits.text, digits.length);
  }
  int whole = point < length ? point : length;
  at += copy(out, digits.text, whole);
  at += fillZeros(out + at, point - whole);
  out[at++] = '.';
  if (whole == length)
    return at + fillZeros(out + at, 1);
  return at + copy(out + at, digits.text + whole, length - whole);
}

static unsigned writeScientific(char *out, const Digits &digits) {
  unsigned at = 0;
  out[at++] = digits.text[0];
  if (digits.length > 1) {
    out[at++] = '.';
    at += copy(out + at, digits.text + 1, digits.length - 1);
  }
  out[at++] = 'e';
  int exponent = digits.point - 1;
  if (exponent < 0) {
    out[at++] = '-';
    exponent = -exponent;
  }
  if (exponent >= 100)
    out[at++] = static_cast<char>('0' + exponent / 100);
  if (exponent >= 10)
    out[at++] = static_cast<char>('0' + exponent / 10 % 10);
  out[at++] = static_cast<char>('0' + exponent % 10);
  return at;
}

/// Writes nan, inf or the sign; `done` tells that nothing is to follow.
static unsigned writeSpecial(char *out, bool negative, bool isFinite,
                             bool isNaN, bool &done) {
  done = !isFinite;
  if (isNaN)
    return copy(out, "nan", 3);
  unsigned at = negative ? copy(out, "-", 1) : 0;
  return isFinite ? at : at + copy(out + at, "inf", 3);
}

/// Finds the digits of a number that somebody wrote with few of them, like
/// 12.75.  Two decimals of at most 15 digits are never the same double, so one
/// that reads back as \p value is the shortest; and it does so if the quotient
/// of two whole numbers, which is rounded correctly, is \p value.
static bool makeShort(double value, Digits &digits) {
  constexpr double limit = 1e15;
  double power = 1;
  for (int places = 0; places != 9; ++places, power *= 10) {
    double scaled = value * power + 0.5;
    if (!(scaled < limit))
      return false;
    auto number = static_cast<uint64_t>(scaled);
    if (number == 0 || static_cast<double>(number) / power != value)
      continue;
    while (number % 10 == 0) {
      number /= 10;
      --places;
    }
    unsigned start = sizeof digits.text;
    for (uint64_t rest = number; rest != 0; rest /= 10)
      digits.text[--start] = static_cast<char>('0' + rest % 10);
    digits.length = copy(digits.text, digits.text + start,
                         static_cast<unsigned>(sizeof digits.text) - start);
    digits.point = static_cast<int>(digits.length) - places;
    return true;
  }
  return false;
}

static unsigned formatShortest(char *out, uint64_t bits, unsigned mantissaBits,
                               unsigned exponentBits) {
  bool negative = bits >> (mantissaBits + exponentBits) != 0;
  uint64_t magnitude = bits & ~(uint64_t(1) << (mantissaBits + exponentBits));
  uint64_t infinity = ((uint64_t(1) << exponentBits) - 1) << mantissaBits;
  bool done;
  unsigned at = writeSpecial(out, negative,
                             magnitude<infinity, magnitude> infinity, done);
  if (done)
    return at;
  if (magnitude == 0)
    return at + copy(out + at, "0.0", 3);
  Digits digits;
  if (mantissaBits != 52 ||
      !makeShort(__builtin_bit_cast(double, magnitude), digits))
    makeShortest(split(magnitude, mantissaBits, exponentBits), digits);
  if (digits.point > -5 && digits.point <= 16)
    return at + writePlain(out + at, digits);
  return at + writeScientific(out + at, digits);
}

unsigned formatF64(char *out, double value) {
  return formatShortest(out, __builtin_bit_cast(uint64_t, value), 52, 11);
}

unsigned formatF32(char *out, float value) {
  return formatShortest(out, __builtin_bit_cast(uint32_t, value), 23, 8);
}

unsigned formatFixed(char *out, double value, unsigned digits) {
  auto bits = __builtin_bit_cast(uint64_t, value);
  uint64_t magnitude = bits & ~(uint64_t(1) << 63);
  uint64_t infinity = uint64_t(0x7FF) << 52;
  bool done;
  unsigned at = writeSpecial(out, bits != magnitude,
                             magnitude<infinity, magnitude> infinity, done);
  if (done)
    return at;
  Parts parts = split(magnitude, 52, 11);
  Natural number(parts.mantissa);
  number.multiplyByPowerOfTen(digits);
  if (parts.exponent >= 0)
    number.shiftLeft(parts.exponent);
  else
    number.shiftRightRounded(-parts.exponent);
  // All digits as one whole number, from the right, nine at a time.
  char buffer[maxFixedLength + 9];
  unsigned start = sizeof buffer;
  while (!number.isZero()) {
    uint32_t part = number.divideByBillion();
    for (unsigned i = 0; i != 9; ++i, part /= 10)
      buffer[--start] = static_cast<char>('0' + part % 10);
  }
  while (start != sizeof buffer && buffer[start] == '0')
    ++start;
  while (sizeof buffer - start <= digits)
    buffer[--start] = '0';
  unsigned whole = static_cast<unsigned>(sizeof buffer) - start - digits;
  at += copy(out + at, buffer + start, whole);
  if (digits != 0) {
    out[at++] = '.';
    at += copy(out + at, buffer + start + whole, digits);
  }
  return at;
}

} // namespace flux::rt
