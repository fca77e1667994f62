/* shellsort: sorting with shrinking gaps and 64-bit indices, for the choice of sequences */
#include "common.h"
INL u64 bench(u8 *mem, u32 n) {
  i64 *a = (i64 *)mem, count = n;
  u32 s = 77;
  for (i64 i = 0; i < count; i++) { s = s * 1664525 + 1013904223; a[i] = s >> 8; }
  for (i64 gap = count / 2; gap > 0; gap = gap * 5 / 11)
    for (i64 i = gap; i < count; i++) {
      i64 v = a[i], j = i;
      for (; j >= gap && a[j - gap] > v; j -= gap) a[j] = a[j - gap];
      a[j] = v;
    }
  u64 sum = 0; for (i64 i = 0; i < count; i += 97) sum = sum * 31 + (u64)a[i];
  return sum; }
ENTRY(8 * 20000, 20000)
