#include "common.h"

int main(int argc, char **argv) {
  u32 n = WORK(1 << 22);
  u32 rounds = WORK(30);
  u8 *flags = malloc(n + 1);
  u32 count = 0;
  for (u32 r = 0; r < rounds; r++) {
    count = 0;
    for (u32 i = 0; i <= n; i++)
      flags[i] = 1;
    for (u32 i = 2; i <= n; i++)
      if (flags[i]) {
        count++;
        for (u32 k = i + i; k <= n; k += i)
          flags[k] = 0;
      }
  }
  printf("%u\n", count);
  return 0;
}
