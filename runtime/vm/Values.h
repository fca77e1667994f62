//===- Values.h - the arithmetic of the machine ----------------*- C++ -*-===//
//
// What FluxISA.td's expressions are written with.  Every machine must give the
// same bits: NaNs are made canonical, roundings are done on integers, nothing
// is left to the C++ compiler's freedom.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_VM_VALUES_H
#define FLUX_RUNTIME_VM_VALUES_H

#include "runtime/isa/Isa.h"

namespace flux::vm {

using u64 = uint64_t;
using u32 = uint32_t;
using u16 = uint16_t;
using u8 = uint8_t;
using i64 = int64_t;
using i32 = int32_t;
using i16 = int16_t;
using i8 = int8_t;

#define FLUX_INLINE static inline __attribute__((always_inline))

inline constexpr u64 int64Min = u64(1) << 63;
inline constexpr u64 signBit64 = int64Min;
inline constexpr u64 canonicalNaN = 0x7FF8000000000000;
inline constexpr u32 canonicalNaN32 = 0x7FC00000;

FLUX_INLINE double f64(u64 bits) { return __builtin_bit_cast(double, bits); }
FLUX_INLINE float f32(u64 bits) {
  return __builtin_bit_cast(float, static_cast<u32>(bits));
}
// NaNs are rare: a jump that is never taken costs less than a selection, which
// the empty asm keeps the compiler from making of it.
FLUX_INLINE u64 fromF64(double value) {
  if (__builtin_expect(value != value, 0)) {
    __asm__ volatile("");
    return canonicalNaN;
  }
  return __builtin_bit_cast(u64, value);
}
FLUX_INLINE u64 fromF32(float value) {
  if (__builtin_expect(value != value, 0)) {
    __asm__ volatile("");
    return canonicalNaN32;
  }
  return __builtin_bit_cast(u32, value);
}
FLUX_INLINE u64 sext32(u64 value) {
  return static_cast<u64>(i64(i32(u32(value))));
}
FLUX_INLINE u64 rotateLeft(u64 a, u64 n) {
  n &= 63;
  return a << n | a >> ((64 - n) & 63);
}
FLUX_INLINE u32 rotateLeft32(u32 a, u64 n) {
  n &= 31;
  return a << n | a >> ((32 - n) & 31);
}
FLUX_INLINE u64 countOnes(u64 a) {
  a -= a >> 1 & 0x5555555555555555;
  a = (a & 0x3333333333333333) + (a >> 2 & 0x3333333333333333);
  return ((a + (a >> 4)) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101 >> 56;
}
FLUX_INLINE u64 leadingZeros(u64 a) {
  return a == 0 ? 64 : static_cast<u64>(__builtin_clzll(a));
}
FLUX_INLINE u64 trailingZeros(u64 a) {
  return a == 0 ? 64 : static_cast<u64>(__builtin_ctzll(a));
}
FLUX_INLINE u64 swapBytes(u64 a) { return __builtin_bswap64(a); }

FLUX_INLINE bool addOverflows(u64 a, u64 b) {
  i64 unused;
  return __builtin_add_overflow(i64(a), i64(b), &unused);
}
FLUX_INLINE bool subOverflows(u64 a, u64 b) {
  i64 unused;
  return __builtin_sub_overflow(i64(a), i64(b), &unused);
}
FLUX_INLINE u64 mulHigh(u64 a, u64 b) {
  u64 al = u32(a), ah = a >> 32, bl = u32(b), bh = b >> 32;
  u64 middle = ah * bl + (al * bl >> 32);
  u64 cross = al * bh + u32(middle);
  return ah * bh + (middle >> 32) + (cross >> 32);
}
FLUX_INLINE u64 mulHighSigned(u64 a, u64 b) {
  return mulHigh(a, b) - (i64(a) < 0 ? b : 0) - (i64(b) < 0 ? a : 0);
}
FLUX_INLINE bool mulOverflows(u64 a, u64 b) {
  return mulHighSigned(a, b) != static_cast<u64>(i64(a * b) >> 63);
}

FLUX_INLINE bool fitsI64(double x) { return x >= -0x1p63 && x < 0x1p63; }
FLUX_INLINE bool fitsU64(double x) { return x > -1.0 && x < 0x1p64; }
FLUX_INLINE u64 saturateI64(double x) {
  return x >= 0x1p63   ? ~signBit64
         : x < -0x1p63 ? signBit64
         : x == x      ? static_cast<u64>(i64(x))
                       : 0;
}
FLUX_INLINE u64 saturateU64(double x) {
  return x >= 0x1p64 ? ~u64(0) : x > -1.0 ? static_cast<u64>(x) : 0;
}

FLUX_INLINE bool isNegative(double x) {
  return __builtin_bit_cast(u64, x) >> 63;
}
FLUX_INLINE double withSign(double x, double sign) {
  return f64((__builtin_bit_cast(u64, x) & ~signBit64) |
             (__builtin_bit_cast(u64, sign) & signBit64));
}
/// From 2^52 on all floats are integers; below, they fit an i64.
FLUX_INLINE bool hasFraction(double x) { return x > -0x1p52 && x < 0x1p52; }
FLUX_INLINE double roundToZero(double x) {
  return hasFraction(x) ? withSign(static_cast<double>(i64(x)), x) : x;
}
FLUX_INLINE double roundDown(double x) {
  double whole = roundToZero(x);
  return whole > x ? whole - 1 : whole;
}
FLUX_INLINE double roundUp(double x) {
  double whole = roundToZero(x);
  return whole < x ? withSign(whole + 1, x) : whole;
}
FLUX_INLINE double roundEven(double x) {
  if (!hasFraction(x))
    return x;
  double whole = roundToZero(x), rest = x - whole;
  double away = isNegative(x) ? -1 : 1;
  bool odd = i64(whole) & 1;
  bool up = rest * away > 0.5 || (rest * away == 0.5 && odd);
  return withSign(up ? whole + away : whole, x);
}
FLUX_INLINE double minimum(double a, double b) {
  if (a != a || b != b)
    return a + b;
  return a < b || (a == b && isNegative(a)) ? a : b;
}
FLUX_INLINE double maximum(double a, double b) {
  if (a != a || b != b)
    return a + b;
  return a > b || (a == b && !isNegative(a)) ? a : b;
}
FLUX_INLINE double squareRoot(double x) { return __builtin_sqrt(x); }
FLUX_INLINE float squareRoot(float x) { return __builtin_sqrtf(x); }

FLUX_INLINE u8 compareInt(u64 a, u64 b) {
  u64 difference = a - b;
  return static_cast<u8>((difference == 0 ? isa::FlagZ : 0) |
                         (i64(difference) < 0 ? isa::FlagN : 0) |
                         (a >= b ? isa::FlagC : 0) |
                         (subOverflows(a, b) ? isa::FlagV : 0));
}
FLUX_INLINE u8 compareFloat(u64 x, u64 y) {
  double a = f64(x), b = f64(y);
  return a == b  ? isa::FlagZ | isa::FlagC
         : a < b ? isa::FlagN
         : a > b ? isa::FlagC
                 : isa::FlagC | isa::FlagV;
}
FLUX_INLINE u8 testBits(u64 a, u64 b) {
  return static_cast<u8>(((a & b) == 0 ? isa::FlagZ : 0) |
                         (i64(a & b) < 0 ? isa::FlagN : 0));
}

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_VALUES_H
