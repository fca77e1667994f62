// Counts instructions, one a nanosecond, of calls of the kernel in user mode.  The
// image has this program twice: the one that is called `partner` answers.
#include "call.h"

static void answer(void) {
  u64 text, sender;
  struct {
    u64 address, size, from, sender;
  } in = {(u64)&text, sizeof text, 0, 0};
  // Whoever measures gets back what it sends until that is 0: first messages,
  // then words, then turns.
  for (;;) {
    call(Receive, (u64)&in, ~0UL, 0);
    if (text == 0)
      break;
    u64 out[2] = {(u64)&text, sizeof text};
    call(Send, in.sender, (u64)out, 0);
  }
  for (u64 to = 0; exchange(to, &text, 2, ~0UL, &sender) == 0 && text != 0;)
    to = sender;
  for (;;)
    call(Yield, 0, 0, 0);
}

static void tell(const char *name, u64 time, u64 count) {
  char digits[24];
  u64 at = sizeof digits - 1, value = (time + count / 2) / count;
  digits[at] = 0;
  do
    digits[--at] = (char)('0' + value % 10);
  while (value /= 10);
  say(name);
  say(" ");
  say(digits + at);
  say("\n");
}

START void _start(void) {
  enum { count = 1000 };
  char who[8] = {0};
  if (call(Argument, 0, (u64)who, sizeof who) != 7)
    answer();
  static const char name[] = "partner";
  u64 child[5] = {(u64)name, sizeof name - 1, 0xFFFF, 0, 0};
  u64 partner = call(Spawn, (u64)child, 0, 0);
  u64 text = 1, sender, wrong = 0, begin, i;
  u64 out[2] = {(u64)&text, sizeof text};
  struct {
    u64 address, size, from, sender;
  } in = {(u64)&text, sizeof text, 0, 0};
  // Once before, so that all pages are there.
  for (i = 0; i != 2; ++i) {
    begin = call(Clock, 0, 0, 0);
    for (u64 n = 0; n != count; ++n)
      call(GetPid, 0, 0, 0);
  }
  tell("null-call", call(Clock, 0, 0, 0) - begin, count);
  for (i = 0; i != 2; ++i) {
    begin = call(Clock, 0, 0, 0);
    for (u64 n = 0; n != count; ++n) {
      call(Send, partner, (u64)out, 0);
      call(Receive, (u64)&in, ~0UL, 0);
    }
  }
  tell("mailbox-round-trip", call(Clock, 0, 0, 0) - begin, count);
  text = 0;
  call(Send, partner, (u64)out, 0);
  call(Yield, 0, 0, 0);
  for (i = 0; i != 2; ++i) {
    begin = call(Clock, 0, 0, 0);
    text = 1;
    for (u64 n = 0; n != count; ++n)
      wrong |= exchange(partner, &text, 1, ~0UL, &sender);
    if (wrong != 0 || text != 1 || sender != partner)
      end(1);
  }
  tell("message-round-trip", call(Clock, 0, 0, 0) - begin, count);
  text = 0;
  exchange(partner, &text, 0, 0, &sender);
  for (i = 0; i != 2; ++i) {
    begin = call(Clock, 0, 0, 0);
    for (u64 n = 0; n != count; ++n)
      call(Yield, 0, 0, 0);
  }
  // Each of the two gave its turn away.
  tell("yield", call(Clock, 0, 0, 0) - begin, 2 * count);
  call(Kill, partner, 0, 0);
  end(0);
}
