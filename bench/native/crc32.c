#include "common.h"

#define SIZE (1 << 20)

static u32 table[256];
static u8 buffer[SIZE];

int main(int argc, char **argv) {
  u32 rounds = WORK(160);
  for (u32 i = 0; i < 256; i++) {
    u32 c = i;
    for (int k = 0; k < 8; k++)
      c = (c & 1) ? (c >> 1) ^ 0xEDB88320u : c >> 1;
    table[i] = c;
  }
  u32 s = 1;
  for (u32 i = 0; i < SIZE; i++) {
    s = s * 1664525 + 1013904223;
    buffer[i] = s >> 24;
  }
  u32 c = 0xffffffffu;
  for (u32 r = 0; r < rounds; r++)
    for (u32 i = 0; i < SIZE; i++)
      c = (c >> 8) ^ table[(c ^ buffer[i]) & 255];
  printf("%u\n", c);
  return 0;
}
