// Words between machine code and packages: what `mixed` sends comes back, and for 77
// this one exchanges words with the package `answer`, too.
#include "call.h"

static u64 askAnother(void) {
  static const char name[] = "answer";
  u64 child[5] = {(u64)name, sizeof name - 1, 0xFFFF, 0, 0};
  u64 partner = call(Spawn, (u64)child, 0, 0), sender;
  for (u64 n = 0; n != 1000; ++n) {
    u64 word = n;
    if (exchange(partner, &word, 1, ~0UL, &sender) != 0 || word != n ||
        sender != partner)
      return 1;
  }
  call(Kill, partner, 0, 0);
  return exchange(partner, &sender, 1, ~0UL, &sender) == 4 ? 78 : 2;
}

START void _start(void) {
  u64 word = 0, sender = 0;
  while (exchange(sender, &word, 2, ~0UL, &sender) == 0)
    if (word == 77)
      word = askAnother();
  end(0);
}
