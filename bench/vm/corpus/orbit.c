/* orbit: Runge-Kutta steps of three coupled oscillators, for the choice of sequences */
#include "common.h"
INL void slope(const double *s, double *d) {
  d[0] = 10 * (s[1] - s[0]); d[1] = s[0] * (28 - s[2]) - s[1]; d[2] = s[0] * s[1] - 8.0 / 3 * s[2];
  d[3] = s[4]; d[4] = -s[3] - 0.1 * s[4] + 0.01 * s[0]; d[5] = 0.5 * (s[3] - s[5]); }
INL u64 bench(u8 *mem, u32 n) {
  double *s = (double *)mem, *t = s + 6, *k = t + 6;
  for (u32 i = 0; i < 6; i++) s[i] = 1 + 0.1 * i;
  for (u32 step = 0; step < n; step++) {
    const double h = 0.005;
    slope(s, k);
    for (u32 i = 0; i < 6; i++) t[i] = s[i] + h / 2 * k[i];
    slope(t, k + 6);
    for (u32 i = 0; i < 6; i++) t[i] = s[i] + h / 2 * k[6 + i];
    slope(t, k + 12);
    for (u32 i = 0; i < 6; i++) t[i] = s[i] + h * k[12 + i];
    slope(t, k + 18);
    for (u32 i = 0; i < 6; i++) s[i] += h / 6 * (k[i] + 2 * k[6 + i] + 2 * k[12 + i] + k[18 + i]);
  }
  return (u64)(i64)((s[0] + s[3] + s[5]) * 1e6); }
ENTRY(4096, 20000)
