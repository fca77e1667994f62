#include "common.h"

/* Iterative Hoare quicksort with an explicit stack, insertion sort under 12. */
static void sort(i32 *a, i32 n) {
  i32 stack[128];
  u32 sp = 0;
  stack[sp++] = 0;
  stack[sp++] = n - 1;
  while (sp) {
    i32 hi = stack[--sp], lo = stack[--sp];
    while (hi - lo > 12) {
      i32 pivot = a[(lo + hi) >> 1], i = lo, j = hi;
      while (i <= j) {
        while (a[i] < pivot)
          i++;
        while (pivot < a[j])
          j--;
        if (i <= j) {
          i32 t = a[i];
          a[i] = a[j];
          a[j] = t;
          i++;
          j--;
        }
      }
      if (j - lo < hi - i) {
        stack[sp++] = i;
        stack[sp++] = hi;
        hi = j;
      } else {
        stack[sp++] = lo;
        stack[sp++] = j;
        lo = i;
      }
    }
    for (i32 i = lo + 1; i <= hi; i++) {
      i32 v = a[i], j = i - 1;
      while (j >= lo && a[j] > v) {
        a[j + 1] = a[j];
        j--;
      }
      a[j + 1] = v;
    }
  }
}

int main(int argc, char **argv) {
  u32 n = WORK(6000000);
  i32 *a = malloc(n * sizeof(i32));
  u32 s = 12345;
  for (u32 i = 0; i < n; i++) {
    s = s * 1664525 + 1013904223;
    a[i] = (i32)s;
  }
  sort(a, n);
  u32 c = 0;
  for (u32 i = 0; i < n; i += 1000)
    c = c * 31 + (u32)a[i];
  for (u32 i = 1; i < n; i++)
    if (a[i - 1] > a[i])
      c = 0;
  printf("%u\n", c);
  return 0;
}
