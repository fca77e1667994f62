#include "common.h"

int main(int argc, char **argv) {
  u32 n = WORK(700);
  double *a = malloc(n * n * sizeof(double));
  double *b = malloc(n * n * sizeof(double));
  double *c = malloc(n * n * sizeof(double));
  for (u32 i = 0; i < n; i++)
    for (u32 j = 0; j < n; j++) {
      a[i * n + j] = (double)((i * 7 + j * 3) % 11) - 5;
      b[i * n + j] = (double)((i * 5 + j * 13) % 17) - 8;
    }
  for (u32 i = 0; i < n; i++)
    for (u32 j = 0; j < n; j++) {
      double s = 0;
      for (u32 k = 0; k < n; k++)
        s += a[i * n + k] * b[k * n + j];
      c[i * n + j] = s;
    }
  double t = 0;
  for (u32 i = 0; i < n * n; i++)
    t += c[i] * (double)(i & 7);
  printf("%lld\n", (long long)t);
  return 0;
}
