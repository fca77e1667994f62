/* What a freestanding C program may ask the runtime of FLUX for. */
typedef unsigned char u8;
typedef unsigned u32;
typedef unsigned long u64;
typedef int i32;
typedef long i64;
void flux_console_write(const void *data, i64 length);

static inline void say(const char *text) {
  i64 length = 0;
  while (text[length])
    ++length;
  flux_console_write(text, length);
}
static inline void number(const char *name, u64 value) {
  char buffer[24];
  int at = 24;
  buffer[--at] = '\n';
  do
    buffer[--at] = (char)('0' + value % 10);
  while (value /= 10);
  say(name);
  say(" ");
  flux_console_write(buffer + at, 24 - at);
}
