#include "common.h"

#define SLOTS 16384

/* An open-addressing hash table; a count of 0 marks a free slot. */
struct Slot {
  i64 start, length, count;
};

static struct Slot table[SLOTS];

static i64 generate(u8 *b, i64 size) {
  u32 s = 42;
  i64 p = 0;
  while (p < size) {
    s = s * 1664525 + 1013904223;
    u32 rare = s >> 20;
    s = s * 1664525 + 1013904223;
    u32 v = rare & (s >> 20);
    if ((s >> 16 & 15) == 0)
      v = rare;
    for (;;) {
      b[p++] = 'a' + v % 23;
      v /= 23;
      if (v == 0)
        break;
    }
    b[p++] = (s >> 12 & 7) == 0 ? '\n' : ' ';
  }
  return p;
}

static void insert(const u8 *b, i64 start, i64 length, u32 hash) {
  u32 at = hash & (SLOTS - 1);
  for (;;) {
    struct Slot *slot = &table[at];
    if (slot->count == 0) {
      slot->start = start;
      slot->length = length;
      slot->count = 1;
      return;
    }
    if (slot->length == length) {
      i64 i = 0;
      while (i < length && b[slot->start + i] == b[start + i])
        i++;
      if (i == length) {
        slot->count++;
        return;
      }
    }
    at = (at + 1) & (SLOTS - 1);
  }
}

int main(int argc, char **argv) {
  i64 size = WORK(4000000);
  i64 rounds = WORK(20);
  u8 *b = malloc(size + 64);
  i64 end = generate(b, size);
  u64 result = 0;
  for (i64 r = 0; r < rounds; r++) {
    memset(table, 0, sizeof(table));
    i64 words = 0, lines = 0, i = 0;
    while (i < end) {
      if (b[i] == '\n')
        lines++;
      if (b[i] == ' ' || b[i] == '\n') {
        i++;
        continue;
      }
      i64 start = i;
      u32 hash = 2166136261u;
      while (i < end && b[i] != ' ' && b[i] != '\n') {
        hash = (hash ^ b[i]) * 16777619;
        i++;
      }
      insert(b, start, i - start, hash ^ (hash >> 15));
      words++;
    }
    i64 distinct = 0, most = 0;
    for (i64 k = 0; k < SLOTS; k++) {
      if (table[k].count > 0)
        distinct++;
      if (table[k].count > most)
        most = table[k].count;
    }
    result = result * 31 + words + lines * 3 + distinct * 5 + most * 7;
  }
  printf("%llu\n", (unsigned long long)result);
  return 0;
}
