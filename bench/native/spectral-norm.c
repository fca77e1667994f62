#include "common.h"

static double element(i64 i, i64 j) {
  return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1);
}

static void multiply(const double *v, double *out, i64 n) {
  for (i64 i = 0; i < n; i++) {
    double sum = 0;
    for (i64 j = 0; j < n; j++)
      sum += element(i, j) * v[j];
    out[i] = sum;
  }
}

static void multiplyTransposed(const double *v, double *out, i64 n) {
  for (i64 i = 0; i < n; i++) {
    double sum = 0;
    for (i64 j = 0; j < n; j++)
      sum += element(j, i) * v[j];
    out[i] = sum;
  }
}

int main(int argc, char **argv) {
  i64 n = WORK(3000);
  double *u = malloc(n * sizeof(double));
  double *v = malloc(n * sizeof(double));
  double *t = malloc(n * sizeof(double));
  for (i64 i = 0; i < n; i++)
    u[i] = 1;
  for (int round = 0; round < 10; round++) {
    multiply(u, t, n);
    multiplyTransposed(t, v, n);
    multiply(v, t, n);
    multiplyTransposed(t, u, n);
  }
  double uv = 0, vv = 0;
  for (i64 i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  printf("%.9f\n", sqrt(uv / vv));
  return 0;
}
