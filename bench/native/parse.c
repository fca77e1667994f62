#include "common.h"

#define SIZE (1 << 20)

static u8 text[SIZE];

static void generate(void) {
  u8 *b = text;
  u32 s = 7, p = 0;
  while (p < SIZE - 64) {
    s = s * 1664525 + 1013904223;
    u32 kind = (s >> 24) & 7, v = (s >> 8) & 0xffff;
    if (kind < 3) {
      u32 d = 10000;
      int started = 0;
      while (d) {
        u32 q = v / d % 10;
        if (q || started || d == 1) {
          b[p++] = '0' + q;
          started = 1;
        }
        d /= 10;
      }
      b[p++] = ',';
    } else if (kind == 3) {
      b[p++] = '"';
      u32 m = v & 15;
      for (u32 i = 0; i < m; i++)
        b[p++] = 'a' + ((v >> (i & 7)) & 15);
      b[p++] = '"';
      b[p++] = ',';
    } else if (kind == 4) {
      b[p++] = ' ';
      b[p++] = ' ';
      b[p++] = '\n';
    } else if (kind == 5) {
      b[p++] = 't';
      b[p++] = 'r';
      b[p++] = 'u';
      b[p++] = 'e';
      b[p++] = ',';
    } else if (kind == 6) {
      b[p++] = '{';
    } else {
      b[p++] = '}';
    }
  }
  while (p < SIZE)
    b[p++] = ' ';
}

struct Totals {
  u64 sum;
  i64 words, strings, depth;
  u32 hash;
};

static int isDigit(u8 c) { return c >= '0' && c <= '9'; }
static int isLetter(u8 c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

static void scan(const u8 *b, i64 size, struct Totals *t) {
  i64 i = 0;
  while (i < size) {
    u8 c = b[i];
    if (isDigit(c)) {
      u32 v = 0;
      while (i < size && isDigit(b[i])) {
        v = v * 10 + (b[i] - '0');
        i++;
      }
      t->sum += v;
    } else if (c == '"') {
      i++;
      while (i < size && b[i] != '"')
        i++;
      i++;
      t->strings++;
    } else if (isLetter(c)) {
      while (i < size && isLetter(b[i])) {
        t->hash = t->hash * 31 + b[i];
        i++;
      }
      t->words++;
    } else {
      if (c == '{')
        t->depth++;
      else if (c == '}')
        t->depth--;
      i++;
    }
  }
}

int main(int argc, char **argv) {
  i64 rounds = WORK(160);
  struct Totals t = {0, 0, 0, 0, 0};
  generate();
  for (i64 r = 0; r < rounds; r++)
    scan(text, SIZE, &t);
  printf("%u\n", (u32)t.sum * 3 + (u32)t.words * 5 + (u32)t.strings * 7 +
                     t.hash + (u32)t.depth);
  return 0;
}
