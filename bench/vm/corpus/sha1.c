/* sha1: SHA-1 of a buffer, for the choice of sequences */
#include "common.h"
#define ROL(x, n) ((x) << (n) | (x) >> (32 - (n)))
INL u64 bench(u8 *mem, u32 n) {
  u32 *w = (u32 *)mem, *data = w + 80, s = 3;
  for (u32 i = 0; i < 1024; i++) { s = s * 1664525 + 1013904223; data[i] = s; }
  u32 h0 = 0x67452301, h1 = 0xefcdab89, h2 = 0x98badcfe, h3 = 0x10325476, h4 = 0xc3d2e1f0;
  for (u32 r = 0; r < n; r++) {
    const u32 *p = data + (r & 63) * 16;
    for (u32 i = 0; i < 16; i++) w[i] = __builtin_bswap32(p[i]);
    for (u32 i = 16; i < 80; i++) { u32 x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]; w[i] = ROL(x, 1); }
    u32 a = h0, b = h1, c = h2, d = h3, e = h4;
    for (u32 i = 0; i < 80; i++) {
      u32 f, k;
      if (i < 20) { f = (b & c) | (~b & d); k = 0x5a827999; }
      else if (i < 40) { f = b ^ c ^ d; k = 0x6ed9eba1; }
      else if (i < 60) { f = (b & c) | (b & d) | (c & d); k = 0x8f1bbcdc; }
      else { f = b ^ c ^ d; k = 0xca62c1d6; }
      u32 t = ROL(a, 5) + f + e + k + w[i];
      e = d; d = c; c = ROL(b, 30); b = a; a = t;
    }
    h0 += a; h1 += b; h2 += c; h3 += d; h4 += e;
  }
  return h0 ^ h1 ^ h2 ^ h3 ^ h4; }
ENTRY(8192, 2500)
