// Turns of processes of one priority.  The image has this program twice: what is
// called `partner` does what the word says that comes first.
#include "call.h"

enum { Talker = 1, Quiet = 2, Floats = 3 };
static const u64 second = 1000000000;

static u64 now(void) { return call(Clock, 0, 0, 0); }

/// Uses a register for floats, which starts as zero, for longer than a slice.
static u64 useFloats(u64 value) {
  u64 result = 0;
#if defined(__x86_64__)
  __asm__ volatile("movq %0, %%xmm7" ::"r"(value) : "xmm7");
#elif defined(__aarch64__)
  __asm__ volatile(".arch_extension fp\n\tfmov d7, %0" ::"r"(value));
#else
  __asm__ volatile("fmv.d.x f7, %0" ::"r"(value) : "f7");
#endif
  for (u64 begin = now(); now() - begin < second / 20;)
    continue;
#if defined(__x86_64__)
  __asm__ volatile("movq %%xmm7, %0" : "=r"(result));
#elif defined(__aarch64__)
  __asm__ volatile(".arch_extension fp\n\tfmov %0, d7" : "=r"(result));
#else
  __asm__ volatile("fmv.x.d %0, f7" : "=r"(result));
#endif
  return result;
}

static void serve(void) {
  u64 word = 0, sender = 0;
  exchange(0, &word, 2, ~0UL, &sender);
  if (word == Floats) {
    // A call that waits lets the kernel use floats meanwhile.
    u64 in[4] = {(u64)&word, sizeof word, 0, 0};
    call(Receive, (u64)in, 1000000, 0);
    word = useFloats(sender + 77) - 77;
    exchange(sender, &word, 0, 0, &sender);
  } else if (word == Quiet) {
    exchange(sender, &word, 0, 0, &sender);
  } else {
    while (exchange(sender, &word, 1, ~0UL, &sender) == 0)
      continue;
  }
  end(0);
}

static u64 start(void) {
  static const char name[] = "partner";
  u64 child[5] = {(u64)name, sizeof name - 1, 0xFFFF, 0, 0};
  return call(Spawn, (u64)child, 0, 0);
}

/// The answer to \p what of a partner that gets its turns only by itself.
static void expect(const char *name, u64 what, u64 wanted) {
  u64 partner = start(), word = what, sender;
  exchange(partner, &word, 0, 0, &sender);
  for (u64 begin = now(); exchange(0, &word, 2, 0, &sender) != 0;)
    if (now() - begin > 3 * second)
      end(1);
  if (sender != partner || word != wanted)
    end(2);
  say(name);
}

START void _start(void) {
  char who[8] = {0};
  u64 word, sender, self = call(GetPid, 0, 0, 0);
  if (call(Argument, 0, (u64)who, sizeof who) != 5)
    serve();
  expect("looked for an answer\n", Quiet, Quiet);
  expect("kept floats\n", Floats, self);
  // Two that go on with each other, and a third one.
  u64 talker = start();
  word = Talker;
  if (exchange(talker, &word, 1, ~0UL, &sender) != 0)
    end(3);
  u64 quiet = start();
  word = Quiet;
  exchange(quiet, &word, 0, 0, &sender);
  for (u64 begin = now();;) {
    word = 7;
    if (exchange(talker, &word, 2, ~0UL, &sender) != 0)
      end(4);
    if (sender == quiet)
      break;
    if (now() - begin > 3 * second)
      end(5);
  }
  say("heard the third\n");
  call(Kill, talker, 0, 0);
  end(word == Quiet ? 0 : 6);
}
