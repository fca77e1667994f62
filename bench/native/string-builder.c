#include "common.h"

struct Builder {
  char *bytes;
  i64 room, length;
};

static void init(struct Builder *b) {
  b->room = 32;
  b->bytes = malloc(b->room);
  b->length = 0;
}

static void push_bytes(struct Builder *b, const char *bytes, i64 length) {
  i64 to = b->length + length;
  if (to > b->room) {
    b->room = b->room * 2 > to ? b->room * 2 : to;
    b->bytes = realloc(b->bytes, b->room);
  }
  memcpy(b->bytes + b->length, bytes, length);
  b->length = to;
}

static void push(struct Builder *b, const char *s) {
  push_bytes(b, s, strlen(s));
}

static void push_int(struct Builder *b, i64 n) {
  char buffer[20];
  i64 at = sizeof(buffer);
  u64 rest = n < 0 ? -(u64)n : (u64)n;
  do {
    buffer[--at] = '0' + rest % 10;
    rest /= 10;
  } while (rest != 0);
  if (n < 0)
    buffer[--at] = '-';
  push_bytes(b, buffer + at, sizeof(buffer) - at);
}

static void push_char(struct Builder *b, u32 c) {
  char buffer[4];
  if (c < 0x80) {
    buffer[0] = c;
    push_bytes(b, buffer, 1);
  } else if (c < 0x800) {
    buffer[0] = 0xC0 | c >> 6;
    buffer[1] = 0x80 | (c & 0x3F);
    push_bytes(b, buffer, 2);
  } else if (c < 0x10000) {
    buffer[0] = 0xE0 | c >> 12;
    buffer[1] = 0x80 | (c >> 6 & 0x3F);
    buffer[2] = 0x80 | (c & 0x3F);
    push_bytes(b, buffer, 3);
  } else {
    buffer[0] = 0xF0 | c >> 18;
    buffer[1] = 0x80 | (c >> 12 & 0x3F);
    buffer[2] = 0x80 | (c >> 6 & 0x3F);
    buffer[3] = 0x80 | (c & 0x3F);
    push_bytes(b, buffer, 4);
  }
}

static const char *const names[8] = {
    "pump",  "valve", "thermometer", "fan",
    "light", "door of the north hall", "lift", "\u00b5-controller"};

static void write_line(struct Builder *b, i64 number, u64 s) {
  push(b, "item ");
  push_int(b, number);
  push(b, ": ");
  push(b, names[s >> 40 & 7]);
  push(b, " = ");
  push_int(b, (i64)s >> (s >> 58));
  push_char(b, ' ');
  push_char(b, 0x3B1 + (s >> 50 & 15));
  push(b, ";\n");
}

static u64 digest(const struct Builder *b) {
  u64 sum = 0;
  for (i64 at = 0; at < b->length / 1024; at++)
    sum = sum * 31 + (u8)b->bytes[at * 1024];
  return sum * 31 + b->length;
}

int main(int argc, char **argv) {
  i64 rounds = WORK(240);
  i64 lines = WORK(25000);
  u64 s = 1;
  u64 sum = 0;
  for (i64 round = 0; round < rounds; round++) {
    struct Builder b;
    init(&b);
    for (i64 i = 0; i < lines; i++) {
      s = s * 6364136223846793005 + 1442695040888963407;
      write_line(&b, i, s);
    }
    sum = sum * 31 + digest(&b);
    free(b.bytes);
  }
  printf("%llu\n", (unsigned long long)sum);
  return 0;
}
