/* siphash: SipHash-2-4 of many short texts, for the choice of sequences */
#include "common.h"
#define ROT(x, n) ((x) << (n) | (x) >> (64 - (n)))
#define ROUND a += b; b = ROT(b, 13) ^ a; a = ROT(a, 32); c += d; d = ROT(d, 16) ^ c; a += d; d = ROT(d, 21) ^ a; c += b; b = ROT(b, 17) ^ c; c = ROT(c, 32);
INL u64 bench(u8 *mem, u32 n) {
  u32 s = 9; for (u32 i = 0; i < 4096; i++) { s = s * 1664525 + 1013904223; mem[i] = s >> 24; }
  u64 sum = 0;
  for (u32 r = 0; r < n; r++) {
    const u8 *p = mem + (r * 13 & 2047); u32 length = 5 + (r & 31);
    u64 a = 0x736f6d6570736575, b = 0x646f72616e646f6d, c = 0x6c7967656e657261, d = 0x7465646279746573;
    u32 i = 0;
    for (; i + 8 <= length; i += 8) {
      u64 m = 0; for (u32 k = 0; k < 8; k++) m |= (u64)p[i + k] << (8 * k);
      d ^= m; ROUND ROUND a ^= m; }
    u64 m = (u64)length << 56; for (u32 k = 0; i + k < length; k++) m |= (u64)p[i + k] << (8 * k);
    d ^= m; ROUND ROUND a ^= m; c ^= 255; ROUND ROUND ROUND ROUND
    sum += a ^ b ^ c ^ d; }
  return sum ^ sum >> 32; }
ENTRY(8192, 12000)
