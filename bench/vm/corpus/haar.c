/* haar: wavelets of a row and back, for the choice of sequences */
#include "common.h"
INL u64 bench(u8 *mem, u32 n) {
  i64 *a = (i64 *)mem;
  const i64 count = 4096;
  for (i64 i = 0; i < count; i++) a[i] = (i * 37 + (i >> 3)) % 251;
  for (u32 r = 0; r < n; r++) {
    for (i64 half = 1; half < count; half *= 2)
      for (i64 i = 0; i < count; i += 2 * half) {
        i64 x = a[i], y = a[i + half];
        a[i] = x + y; a[i + half] = x - y;
      }
    for (i64 half = count / 2; half > 0; half /= 2)
      for (i64 i = 0; i < count; i += 2 * half) {
        i64 x = a[i], y = a[i + half];
        a[i] = (x + y) >> 1; a[i + half] = (x - y) >> 1;
      }
  }
  u64 sum = 0; for (i64 i = 0; i < count; i++) sum = sum * 31 + (u64)a[i];
  return sum; }
ENTRY(8 * 4096, 40)
