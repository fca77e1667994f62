//===- Ed25519.cpp - signatures -------------------------------------------===//
//
// Packages and images are signed on hosts and checked everywhere, also in a
// kernel of a few KiB.  So this is one implementation for all, without tables
// and without 128-bit numbers.  Nothing branches or indexes by a secret:
// choices are made with masks.
//
//===----------------------------------------------------------------------===//

#include "runtime/crypto/Ed25519.h"
#include "runtime/crypto/Sha512.h"

namespace flux::ed25519 {

namespace {

/// A number modulo p = 2^255 - 19: sixteen limbs of 16 bits, which may run
/// over.
struct Field {
  int64_t limbs[16];
};

/// The same as a constant, which takes little room.
struct Constant {
  uint16_t limbs[16];

  __attribute__((noinline)) operator Field() const {
    Field result;
    for (unsigned i = 0; i != 16; ++i)
      result.limbs[i] = limbs[i];
    return result;
  }
};

constexpr Constant zero = {}, one = {{1}};
/// The constant of the curve, -121665/121666, and twice that.
constexpr Constant curve = {{0x78a3, 0x1359, 0x4dca, 0x75eb, 0xd8ab, 0x4141,
                             0x0a4d, 0x0070, 0xe898, 0x7779, 0x4079, 0x8cc7,
                             0xfe73, 0x2b6f, 0x6cee, 0x5203}};
constexpr Constant curve2 = {{0xf159, 0x26b2, 0x9b94, 0xebd6, 0xb156, 0x8283,
                              0x149a, 0x00e0, 0xd130, 0xeef3, 0x80f2, 0x198e,
                              0xfce7, 0x56df, 0xd9dc, 0x2406}};
/// The base point.
constexpr Constant baseX = {{0xd51a, 0x8f25, 0x2d60, 0xc956, 0xa7b2, 0x9525,
                             0xc760, 0x692c, 0xdc5c, 0xfdd6, 0xe231, 0xc0a4,
                             0x53fe, 0xcd6e, 0x36d3, 0x2169}};
constexpr Constant baseY = {{0x6658, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666,
                             0x6666, 0x6666, 0x6666, 0x6666, 0x6666, 0x6666,
                             0x6666, 0x6666, 0x6666, 0x6666}};
/// A square root of -1.
constexpr Constant rootOfMinusOne = {
    {0xa0b0, 0x4a0e, 0x1b27, 0xc4ee, 0xe478, 0xad2f, 0x1806, 0x2f43, 0xd7a7,
     0x3dfb, 0x0099, 0x2b4d, 0xdf0b, 0x4fc1, 0x2480, 0x2b83}};
/// The order of the base point, bytes of a number.
constexpr uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                               0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                               0,    0,    0,    0,    0,    0,    0,    0,
                               0,    0,    0,    0,    0,    0,    0,    0x10};

/// Makes the limbs fit 16 bits, but for the last bits of a carry.
void carry(Field &f) {
  for (unsigned i = 0; i != 16; ++i) {
    // An arithmetic shift rounds down, so limbs become positive.
    int64_t high = f.limbs[i] >> 16;
    f.limbs[i] -= high * 65536;
    if (i != 15)
      f.limbs[i + 1] += high;
    else
      f.limbs[0] += 38 * high;
  }
}

Field operator*(const Field &a, const Field &b) {
  int64_t product[31] = {};
  for (unsigned i = 0; i != 16; ++i)
    for (unsigned k = 0; k != 16; ++k)
      product[i + k] += a.limbs[i] * b.limbs[k];
  Field result;
  // 2^256 is 38.
  for (unsigned i = 0; i != 15; ++i)
    result.limbs[i] = product[i] + 38 * product[i + 16];
  result.limbs[15] = product[15];
  carry(result);
  carry(result);
  return result;
}

/// A step of a formula: a number becomes what two others give.
struct Step {
  constexpr Step(unsigned to, unsigned a, char what, unsigned b)
      : what(what == '+'   ? 1
             : what == '-' ? 2
                           : 0),
        to(to), a(a), b(b) {}

  uint16_t what : 2;
  uint16_t to : 4, a : 4, b : 4;
};

/// Formulas are lists of steps: each step takes less room than a call.
void compute(Field *numbers, const Step *steps, unsigned count) {
  for (; count != 0; --count, ++steps) {
    const Field &a = numbers[steps->a], &b = numbers[steps->b];
    Field &to = numbers[steps->to];
    if (steps->what == 0) {
      to = a * b;
      continue;
    }
    int64_t sign = steps->what == 1 ? 1 : -1;
    for (unsigned i = 0; i != 16; ++i)
      to.limbs[i] = a.limbs[i] + sign * b.limbs[i];
  }
}
template <unsigned Count>
void compute(Field *numbers, const Step (&steps)[Count]) {
  compute(numbers, steps, Count);
}

/// \p a if \p choice is 0, \p b if it is 1.
void select(Field &a, const Field &b, uint64_t choice) {
  auto mask = static_cast<int64_t>(0 - choice);
  for (unsigned i = 0; i != 16; ++i)
    a.limbs[i] ^= mask & (a.limbs[i] ^ b.limbs[i]);
}

void toBytes(const Field &f, uint8_t *out) {
  Field value = f;
  for (unsigned i = 0; i != 3; ++i)
    carry(value);
  // Twice p is subtracted if that does not make it negative.
  for (unsigned round = 0; round != 2; ++round) {
    Field less;
    int64_t borrow = 0;
    for (unsigned i = 0; i != 16; ++i) {
      int64_t prime = i == 0 ? 0xffed : i == 15 ? 0x7fff : 0xffff;
      int64_t limb = value.limbs[i] - prime - borrow;
      borrow = limb >> 16 & 1;
      less.limbs[i] = limb & 0xffff;
    }
    select(value, less, 1 - static_cast<uint64_t>(borrow));
  }
  for (unsigned i = 0; i != 16; ++i) {
    out[2 * i] = static_cast<uint8_t>(value.limbs[i]);
    out[2 * i + 1] = static_cast<uint8_t>(value.limbs[i] >> 8);
  }
}

/// The number of 255 bits; the highest bit is left out.
Field fromBytes(const uint8_t *bytes) {
  Field result;
  for (unsigned i = 0; i != 16; ++i)
    result.limbs[i] = bytes[2 * i] | int64_t(bytes[2 * i + 1]) << 8;
  result.limbs[15] &= 0x7fff;
  return result;
}

bool isSame(const uint8_t *a, const uint8_t *b) {
  uint8_t difference = 0;
  for (unsigned i = 0; i != 32; ++i)
    difference |= a[i] ^ b[i];
  return difference == 0;
}

bool isSame(const Field &a, const Field &b) {
  uint8_t first[32], second[32];
  toBytes(a, first);
  toBytes(b, second);
  return isSame(first, second);
}

bool isOdd(const Field &f) {
  uint8_t bytes[32];
  toBytes(f, bytes);
  return bytes[0] & 1;
}

/// Raises to a power whose bits up to \p top are 1, but for those of \p gaps.
Field power(const Field &f, unsigned top, unsigned gaps) {
  Field result = one;
  for (unsigned bit = top + 1; bit-- != 0;) {
    result = result * result;
    if (bit >= 32 || (gaps >> bit & 1) == 0)
      result = result * f;
  }
  return result;
}

/// A point of the curve: x = X/Z, y = Y/Z, T = XY/Z.
struct Point {
  Field x, y, z, t;
};

Point getNeutral() { return {zero, one, one, zero}; }

Point operator+(const Point &p, const Point &q) {
  // p is 0 to 3, q is 4 to 7, where the sum will be.
  Field f[13];
  __builtin_memcpy(f, &p, sizeof p);
  __builtin_memcpy(f + 4, &q, sizeof q);
  f[8] = curve2;
  static constexpr Step steps[] = {
      {9, 1, '-', 0},   {10, 5, '-', 4},   {9, 9, '*', 10},   // a
      {10, 1, '+', 0},  {11, 5, '+', 4},   {10, 10, '*', 11}, // b
      {11, 3, '*', 7},  {11, 11, '*', 8},                     // c
      {12, 2, '*', 6},  {12, 12, '+', 12},                    // d
      {0, 10, '-', 9},  {1, 12, '-', 11},                     // b - a, d - c
      {2, 12, '+', 11}, {3, 10, '+', 9},                      // d + c, b + a
      {4, 0, '*', 1},   {5, 3, '*', 2},    {6, 2, '*', 1},    {7, 0, '*', 3}};
  compute(f, steps);
  Point sum;
  __builtin_memcpy(&sum, f + 4, sizeof sum);
  return sum;
}

/// \p number times \p point; all bits take the same time.
Point multiply(const uint8_t *number, const Point &point) {
  Point result = getNeutral();
  for (unsigned bit = 256; bit-- != 0;) {
    result = result + result;
    Point sum = result + point;
    uint64_t choice = number[bit / 8] >> (bit % 8) & 1;
    select(result.x, sum.x, choice);
    select(result.y, sum.y, choice);
    select(result.z, sum.z, choice);
    select(result.t, sum.t, choice);
  }
  return result;
}

/// \p a times \p p plus \p b times \p q, for numbers that anybody may know.
Point addMultiples(const uint8_t *a, const Point &p, const uint8_t *b,
                   const Point &q) {
  const Point both = p + q, *terms[] = {nullptr, &p, &q, &both};
  Point result = getNeutral();
  for (unsigned bit = 256; bit-- != 0;) {
    result = result + result;
    unsigned inA = a[bit / 8] >> (bit % 8) & 1,
             inB = b[bit / 8] >> (bit % 8) & 1;
    if (const Point *term = terms[inA + 2 * inB])
      result = result + *term;
  }
  return result;
}

Point getBase() { return {baseX, baseY, one, Field(baseX) * baseY}; }

void toBytes(const Point &point, uint8_t *out) {
  // 1/z = z^(p-2), and p - 2 = 2^255 - 21.
  Field inverse = power(point.z, 254, 0x14);
  toBytes(point.y * inverse, out);
  out[31] ^= static_cast<uint8_t>(isOdd(point.x * inverse) << 7);
}

/// The point with the encoding \p bytes, negated; false if it is of none.
bool readNegated(const uint8_t *bytes, Point &point) {
  point.y = fromBytes(bytes);
  uint8_t reduced[32];
  toBytes(point.y, reduced);
  reduced[31] |= bytes[31] & 0x80;
  if (!isSame(reduced, bytes))
    return false;
  // x^2 = (y^2 - 1) / (d y^2 + 1) = u/v; a root is u v^3 (u v^7)^((p-5)/8), and
  // (p-5)/8 = 2^252 - 3.
  enum { Y, One, D, Root, U, V, UV3, X, Square };
  Field f[9] = {point.y, one, curve, rootOfMinusOne};
  static constexpr Step fraction[] = {
      {U, Y, '*', Y},   {V, U, '*', D},   {U, U, '-', One},
      {V, V, '+', One}, {X, V, '*', V},   {X, X, '*', V},
      {UV3, U, '*', X}, {X, X, '*', UV3}, {X, X, '*', V}};
  compute(f, fraction);
  f[X] = power(f[X], 251, 2);
  static constexpr Step root[] = {{X, X, '*', UV3}},
                        square[] = {{Square, X, '*', X},
                                    {Square, Square, '*', V}},
                        other[] = {{X, X, '*', Root}};
  compute(f, root);
  compute(f, square);
  if (!isSame(f[Square], f[U])) {
    compute(f, other);
    compute(f, square);
    if (!isSame(f[Square], f[U]))
      return false;
  }
  bool isNegative = bytes[31] >> 7;
  f[Square] = zero;
  if (isNegative && isSame(f[X], f[Square]))
    return false;
  // Negated: the other sign.
  static constexpr Step negate[] = {{X, Square, '-', X}};
  if (isOdd(f[X]) == isNegative)
    compute(f, negate);
  point.x = f[X];
  point.z = one;
  point.t = point.x * point.y;
  return true;
}

/// The 64-byte number \p in modulo the order.
void reduce(const int64_t *in, uint8_t *out) {
  int64_t x[64];
  for (unsigned i = 0; i != 64; ++i)
    x[i] = in[i];
  // The order is 2^252 + c, so a byte at 2^(8i) is -16 c at 2^(8(i-32)).
  for (unsigned i = 63; i != 31; --i) {
    int64_t carry = 0;
    unsigned k = i - 32;
    for (; k != i - 12; ++k) {
      x[k] += carry - 16 * x[i] * order[k - (i - 32)];
      carry = (x[k] + 128) >> 8;
      x[k] -= carry * 256;
    }
    x[k] += carry;
    x[i] = 0;
  }
  int64_t carry = 0;
  for (unsigned k = 0; k != 32; ++k) {
    x[k] += carry - (x[31] >> 4) * order[k];
    carry = x[k] >> 8;
    x[k] &= 255;
  }
  for (unsigned k = 0; k != 32; ++k)
    x[k] -= carry * order[k];
  for (unsigned i = 0; i != 32; ++i) {
    x[i + 1] += x[i] >> 8;
    out[i] = static_cast<uint8_t>(x[i]);
  }
}

/// A hash of up to three parts modulo the order.
void hashToScalar(Bytes a, Bytes b, Bytes c, uint8_t *out) {
  Sha512 sha;
  sha.add(a.data, a.size);
  sha.add(b.data, b.size);
  sha.add(c.data, c.size);
  uint8_t hash[Sha512::size];
  sha.finish(hash);
  int64_t wide[64];
  for (unsigned i = 0; i != 64; ++i)
    wide[i] = hash[i];
  reduce(wide, out);
}

/// What a secret stands for: a scalar, then what makes nonces.
void expand(const uint8_t *secret, uint8_t *out) {
  Sha512 sha;
  sha.add(secret, keySize);
  sha.finish(out);
  out[0] &= 0xF8;
  out[31] = (out[31] & 0x7F) | 0x40;
}

bool isBelowOrder(const uint8_t *number) {
  for (unsigned i = 32; i-- != 0;)
    if (number[i] != order[i])
      return number[i] < order[i];
  return false;
}

} // namespace

void makePublicKey(const uint8_t *secret, uint8_t *out) {
  uint8_t expanded[64];
  expand(secret, expanded);
  toBytes(multiply(expanded, getBase()), out);
}

void sign(const uint8_t *secret, Bytes message, uint8_t *signature) {
  uint8_t expanded[64], key[keySize], nonce[32], challenge[32];
  expand(secret, expanded);
  toBytes(multiply(expanded, getBase()), key);
  hashToScalar({expanded + 32, 32}, message, {}, nonce);
  toBytes(multiply(nonce, getBase()), signature);
  hashToScalar({signature, 32}, {key, keySize}, message, challenge);
  // S = nonce + challenge * scalar.
  int64_t sum[64] = {};
  for (unsigned i = 0; i != 32; ++i) {
    sum[i] += nonce[i];
    for (unsigned k = 0; k != 32; ++k)
      sum[i + k] += int64_t(challenge[i]) * expanded[k];
  }
  reduce(sum, signature + 32);
}

bool verify(const uint8_t *key, Bytes message, const uint8_t *signature) {
  Point negated;
  if (!isBelowOrder(signature + 32) || !readNegated(key, negated))
    return false;
  Point eight = negated;
  for (unsigned i = 0; i != 3; ++i)
    eight = eight + eight;
  if (isSame(eight.x, zero))
    return false;
  uint8_t challenge[32], expected[32];
  hashToScalar({signature, 32}, {key, keySize}, message, challenge);
  // R = S B - challenge A.
  Point sum = addMultiples(signature + 32, getBase(), challenge, negated);
  toBytes(sum, expected);
  return isSame(expected, signature);
}

} // namespace flux::ed25519
