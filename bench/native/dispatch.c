#include "common.h"

/* A byte-code machine of 16 instructions that runs a pseudo-random program. */
int main(int argc, char **argv) {
  u32 n = WORK(150000000);
  u8 code[256];
  u32 s = 99;
  for (u32 i = 0; i < 256; i++) {
    s = s * 1664525 + 1013904223;
    code[i] = (s >> 24) & 15;
  }
  u32 a = 1, b = 2, c = 3, d = 4, pc = 0;
  for (u32 i = 0; i < n; i++) {
    switch (code[pc]) {
    case 0: a += b; break;
    case 1: b ^= c; break;
    case 2: c = c * 5 + 1; break;
    case 3: d -= a; break;
    case 4: a ^= d >> 3; break;
    case 5: b += d; break;
    case 6: c = (c << 5) | (c >> 27); break;
    case 7: d ^= b; break;
    case 8: if (a & 1) pc += 3; break;
    case 9: if (b & 2) pc += 5; break;
    case 10: a = ~a; break;
    case 11: b -= c; break;
    case 12: c += i; break;
    case 13: d += c; break;
    case 14: if (d & 4) pc += 7; break;
    default: a += c & d; break;
    }
    pc = (pc + 1) & 255;
  }
  printf("%u\n", a ^ b ^ c ^ d);
  return 0;
}
