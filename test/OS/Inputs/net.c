// Opens the stream that its argument names, sends 200,000 bytes, reads all that
// the other side sends, and tells how many that were, with their FNV-1a.  By UDP
// it sends one datagram, and expects its bytes in the other order.
#include "call.h"

enum { count = 200000 };
static unsigned char buffer[5000];

static void tell(const char *name, u64 value) {
  char digits[17];
  for (int i = 0; i != 16; ++i)
    digits[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
  digits[16] = 0;
  say(name);
  say(" ");
  say(digits);
  say("\n");
}

static void sendDatagram(u64 stream) {
  enum { length = 1000 };
  struct {
    u64 address, size;
  } block = {(u64)buffer, length};
  for (int i = 0; i != length; ++i)
    buffer[i] = (unsigned char)(i ^ i >> 8);
  if (call(WriteFile, stream, (u64)&block, 0) != length)
    end(6);
  block.size = sizeof buffer;
  if (call(ReadFile, stream, (u64)&block, 0) != length)
    end(7);
  for (int i = 0; i != length; ++i)
    if (buffer[length - 1 - i] != (unsigned char)(i ^ i >> 8))
      end(8);
  end(call(Close, stream, 0, 0) == 0 ? 0 : 9);
}

START void _start(void) {
  char name[64];
  u64 length = call(Argument, 0, (u64)name, sizeof name);
  u64 stream = call(Open, (u64)name, length, 0);
  if (stream == ~0UL) {
    say("it does not open\n");
    end(1);
  }
  if (name[4] == 'u')
    sendDatagram(stream);
  unsigned state = 1;
  struct {
    u64 address, size;
  } block = {(u64)buffer, sizeof buffer};
  for (u64 sent = 0; sent != count; sent += sizeof buffer) {
    for (u64 i = 0; i != sizeof buffer; ++i) {
      state = state * 1664525 + 1013904223;
      buffer[i] = (unsigned char)(state >> 24);
    }
    if (call(WriteFile, stream, (u64)&block, 0) != sizeof buffer)
      end(2);
  }
  u64 sum = 0xCBF29CE484222325, got = 0, size;
  while ((size = call(ReadFile, stream, (u64)&block, 0)) - 1 < sizeof buffer) {
    for (u64 i = 0; i != size; ++i)
      sum = (sum ^ buffer[i]) * 0x100000001B3;
    got += size;
  }
  if (size != 0)
    end(3);
  tell("got", got);
  tell("sum", sum);
  if (call(Close, stream, 0, 0) != 0)
    end(4);
  // It is gone.
  end(call(ReadFile, stream, (u64)&block, 0) == ~0UL ? 0 : 5);
}
