#include "common.h"

/* Both calls stay calls, as in the other languages. */
__attribute__((noinline, disable_tail_calls)) static u32 fib(u32 n) {
  if (n < 2)
    return n;
  return fib(n - 1) + fib(n - 2);
}

int main(int argc, char **argv) {
  printf("%u\n", fib(WORK(40)));
  return 0;
}
