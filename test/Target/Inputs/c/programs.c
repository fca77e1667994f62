#include "flux.h"

/* Tables of functions, recursion, structures by value and in memory. */
struct Point { double x, y; };
struct Large { i64 values[7]; };
typedef i64 (*Operation)(i64, i64);
static i64 add(i64 a, i64 b) { return a + b; }
static i64 take(i64 a, i64 b) { return a - b; }
static i64 times(i64 a, i64 b) { return a * b; }
static const Operation operations[] = {add, take, times};

static struct Point turn(struct Point p) { return (struct Point){-p.y, p.x}; }
static struct Large fill(i64 start) {
  struct Large result;
  for (int i = 0; i < 7; ++i)
    result.values[i] = start * i;
  return result;
}
static i64 sum(struct Large large) {
  i64 result = 0;
  for (int i = 0; i < 7; ++i)
    result += large.values[i];
  large.values[0] = 99;
  return result;
}
static u32 fib(u32 n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

/* Bits, signs, small types, wrapping, shifts, division. */
static u64 mix(u64 x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdUL;
  x ^= x >> 29;
  return x;
}
static u64 narrow(void) {
  signed char a = 127;
  short b = -32768;
  u8 c = 255;
  unsigned short d = 65535;
  volatile int one = 1;
  a = (signed char)(a + one);
  b = (short)(b - one);
  c = (u8)(c + one);
  d = (unsigned short)(d << one);
  i32 e = -7 / (one + 1), f = -7 % (one + 1);
  return (u64)(i64)a * 3 + (u64)(i64)b * 5 + c * 7u + d * 11u + (u64)(i64)(e * 13 + f * 17);
}

/* A sieve, a sort and a hash over memory. */
static u8 sieve[20000];
static i32 values[2000];
static u32 count(void) {
  u32 found = 0;
  for (u32 i = 2; i < sizeof sieve; ++i) {
    if (sieve[i])
      continue;
    ++found;
    for (u32 k = 2 * i; k < sizeof sieve; k += i)
      sieve[k] = 1;
  }
  return found;
}
static void sort(i32 *a, int low, int high) {
  while (low < high) {
    i32 pivot = a[(low + high) / 2];
    int i = low, j = high;
    while (i <= j) {
      while (a[i] < pivot) ++i;
      while (pivot < a[j]) --j;
      if (i <= j) {
        i32 t = a[i];
        a[i++] = a[j];
        a[j--] = t;
      }
    }
    sort(a, low, j);
    low = i;
  }
}

/* Loops that clang makes vectors of, and vectors that the program has itself. */
typedef i32 Four __attribute__((vector_size(16)));
static float floats[1000];
static u64 vectors(u32 seed) {
  Four sums = {0, 1, 2, 3};
  for (i32 i = 0; i < 100; ++i)
    sums += (Four){i, i * 2, i ^ 5, (i32)seed};
  for (int i = 0; i < 1000; ++i)
    floats[i] = (float)i * 0.5f + (float)seed;
  float total = 0;
  for (int i = 0; i < 1000; ++i)
    total += floats[i] * floats[999 - i];
  u64 bytes = 0;
  for (u32 i = 0; i < sizeof sieve; ++i)
    bytes += sieve[i];
  return (u64)(sums[0] + sums[1] * 3 + sums[2] * 5 + sums[3] * 7) + (u64)total + bytes;
}

/* Its own names, also those of a library. */
void *memcpy(void *to, const void *from, u64 size) {
  u8 *t = to;
  const u8 *f = from;
  while (size--)
    *t++ = *f++;
  return to;
}

static int parse(const char *text) {
  switch (text[0]) {
  case 'a': return 1;
  case 'b': return 20;
  case 'c': return 300;
  case 'd': return 4000;
  case 'z': return 50000;
  default: return -1;
  }
}

int main(int argc, char **argv) {
  number("arguments", (u64)argc);
  for (int i = 1; i < argc; ++i) {
    say(argv[i]);
    say("\n");
    number("parsed", (u64)(i64)parse(argv[i]));
  }
  number("end", argv[argc] == 0);
  for (u64 i = 0; i < 3; ++i)
    number("operation", (u64)operations[i](12, 5));
  struct Point p = turn((struct Point){2.5, 4});
  number("point", (u64)(i64)(p.x * 10) + (u64)(i64)p.y);
  number("large", (u64)sum(fill(6)));
  number("fib", fib(18));
  u64 hash = 1;
  for (u64 i = 0; i < 1000; ++i)
    hash = mix(hash + i);
  number("hash", hash);
  number("narrow", narrow());
  number("primes", count());
  u32 seed = 12345;
  for (int i = 0; i < 2000; ++i) {
    seed = seed * 1664525 + 1013904223;
    values[i] = (i32)seed;
    __asm__ volatile("" : "+r"(seed));
  }
  sort(values, 0, 1999);
  for (int i = 1; i < 2000; ++i)
    if (values[i - 1] > values[i])
      say("not sorted\n");
  number("middle", (u32)values[1000]);
  number("vectors", vectors((u32)argc));
  double root = __builtin_sqrt(2.0), big = 1e300;
  number("root", (u64)(root * 1e15));
  number("infinity", big * big > 1e308);
  number("popcount", (u64)__builtin_popcountll(hash) + (u64)__builtin_clzll(hash | 1) +
                         (u64)__builtin_ctzll(hash | 0x8000));
  i64 product;
  number("overflow", (u64)__builtin_mul_overflow((i64)hash, 3, &product));
  return 7;
}
