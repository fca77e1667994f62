#include <stdbool.h>

#include "common.h"

/* The map of FLUX's library: entries in the order of their keys' arrival, and a
   table with open addressing of their numbers plus one. */
struct Entry {
  i64 key, value;
  bool is_there;
};

struct Map {
  struct Entry *entries;
  u32 *index;
  i64 room, size; /* of entries and index */
  i64 used, length;
};

static u64 hash(i64 key) {
  u64 z = (u64)key + 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

static i64 place(const struct Map *m, i64 key) {
  return hash(key) & (m->size - 1);
}

static i64 find(const struct Map *m, i64 key) {
  i64 at = place(m, key);
  while (m->index[at] != 0 && m->entries[m->index[at] - 1].key != key)
    at = (at + 1) & (m->size - 1);
  return at;
}

static void init(struct Map *m) {
  m->room = 8;
  m->size = 16;
  m->entries = malloc(m->room * sizeof(struct Entry));
  m->index = calloc(m->size, sizeof(u32));
  m->used = m->length = 0;
}

static void grow(struct Map *m) {
  struct Entry *old = m->entries;
  i64 old_used = m->used;
  m->room = m->length * 2 > 8 ? m->length * 2 : 8;
  while (m->size < m->room * 2)
    m->size *= 2;
  free(m->index);
  m->entries = malloc(m->room * sizeof(struct Entry));
  m->index = calloc(m->size, sizeof(u32));
  m->used = 0;
  for (i64 i = 0; i < old_used; i++)
    if (old[i].is_there) {
      m->entries[m->used++] = old[i];
      m->index[find(m, old[i].key)] = m->used;
    }
  free(old);
}

static void put(struct Map *m, i64 key, i64 value) {
  i64 at = find(m, key);
  if (m->index[at] != 0) {
    m->entries[m->index[at] - 1].value = value;
    return;
  }
  if (m->used == m->room) {
    grow(m);
    at = find(m, key);
  }
  m->entries[m->used++] = (struct Entry){key, value, true};
  m->length++;
  m->index[at] = m->used;
}

static i64 get_or(const struct Map *m, i64 key, i64 otherwise) {
  u32 number = m->index[find(m, key)];
  return number == 0 ? otherwise : m->entries[number - 1].value;
}

static bool has(const struct Map *m, i64 key) {
  return m->index[find(m, key)] != 0;
}

static bool take(struct Map *m, i64 key) {
  i64 hole = find(m, key);
  u32 number = m->index[hole];
  if (number == 0)
    return false;
  m->entries[number - 1].is_there = false;
  m->length--;
  m->index[hole] = 0;
  i64 last = m->size - 1;
  for (i64 at = (hole + 1) & last; m->index[at] != 0; at = (at + 1) & last) {
    i64 home = place(m, m->entries[m->index[at] - 1].key);
    if (((at - home) & last) >= ((at - hole) & last)) {
      m->index[hole] = m->index[at];
      m->index[at] = 0;
      hole = at;
    }
  }
  return true;
}

static void clear(struct Map *m) {
  memset(m->index, 0, m->size * sizeof(u32));
  m->used = m->length = 0;
}

static u64 next(u64 s) { return s * 6364136223846793005 + 1442695040888963407; }

int main(int argc, char **argv) {
  i64 rounds = WORK(3);
  i64 operations = WORK(1000000);
  u64 range = WORK(131072);
  struct Map m;
  init(&m);
  u64 s = 1;
  i64 found = 0, removed = 0;
  u64 sum = 0;
  for (i64 round = 0; round < rounds; round++) {
    for (i64 i = 0; i < operations; i++) {
      s = next(s);
      i64 key = (s >> 33) % range;
      put(&m, key, get_or(&m, key, 0) + 1);
    }
    for (i64 i = 0; i < operations; i++) {
      s = next(s);
      if (has(&m, (s >> 33) % (range * 2)))
        found++;
    }
    for (i64 key = 0; key < (i64)range; key++)
      if (key % 2 == 0 && take(&m, key))
        removed++;
    for (i64 i = 0; i < m.used; i++)
      if (m.entries[i].is_there)
        sum = sum * 31 + m.entries[i].key * m.entries[i].value;
    clear(&m);
  }
  printf("%lld %lld %llu\n", (long long)found, (long long)removed,
         (unsigned long long)sum);
  return 0;
}
