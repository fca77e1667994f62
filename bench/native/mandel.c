#include "common.h"

int main(int argc, char **argv) {
  u32 n = WORK(1200);
  u64 total = 0;
  for (u32 y = 0; y < n; y++)
    for (u32 x = 0; x < n; x++) {
      double cr = 2.0 * x / n - 1.5, ci = 2.0 * y / n - 1.0;
      double zr = 0, zi = 0, r2 = 0, i2 = 0;
      u32 k = 0;
      while (k < 200 && r2 + i2 <= 4.0) {
        zi = 2 * zr * zi + ci;
        zr = r2 - i2 + cr;
        r2 = zr * zr;
        i2 = zi * zi;
        k++;
      }
      total += k;
    }
  printf("%llu\n", (unsigned long long)total);
  return 0;
}
