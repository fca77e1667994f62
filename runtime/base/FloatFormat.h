//===- FloatFormat.h - floats as decimal text ------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BASE_FLOATFORMAT_H
#define FLUX_RUNTIME_BASE_FLOATFORMAT_H

namespace flux::rt {

/// Room that formatF32 and formatF64 may need.
inline constexpr unsigned maxFloatLength = 32;
/// Largest number of digits after the point of formatFixed.
inline constexpr unsigned maxFixedDigits = 100;
/// Room that formatFixed may need: sign, 309 digits, point, digits.
inline constexpr unsigned maxFixedLength = 1 + 309 + 1 + maxFixedDigits;

/// Writes the shortest decimal that reads back as \p value, the nearest one if
/// there are several: `0.1`, `3.0`, `1.5e-7`, `1e21`, `nan`, `-inf`, `-0.0`.
/// The form is plain from 1e-5 to below 1e16.  Returns the number of bytes.
unsigned formatF64(char *out, double value);
/// The same for binary32.
unsigned formatF32(char *out, float value);

/// Writes \p value with \p digits (0 to maxFixedDigits) digits after the point;
/// the exact value is rounded, half to even.  Returns the number of bytes.
unsigned formatFixed(char *out, double value, unsigned digits);

} // namespace flux::rt

#endif // FLUX_RUNTIME_BASE_FLOATFORMAT_H
