// Turns of processes of one priority.  The image has this program twice: what
// is called `partner` does what the word says that comes first.
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

/// Makes a call with \p value in the registers that functions may change and
/// that are no arguments; \p found is what they are afterwards.  Returns their
/// number.
static u64 probe(u64 number, u64 a, u64 b, u64 c, u64 d, u64 value,
                 u64 *found) {
#if defined(__x86_64__)
  register u64 rax __asm__("rax") = number;
  register u64 rdi __asm__("rdi") = a;
  register u64 rsi __asm__("rsi") = b;
  register u64 rdx __asm__("rdx") = c;
  register u64 rcx __asm__("rcx") = d;
  register u64 r12 __asm__("r12") = value;
  register u64 *r13 __asm__("r13") = found;
  __asm__ volatile(
      "movq %%r12, %%r8\n\tmovq %%r12, %%r9\n\tmovq %%r12, %%r10\n\t"
      "movq %%r12, %%r11\n\tint $48\n\tmovq %%r8, (%%r13)\n\t"
      "movq %%r9, 8(%%r13)\n\tmovq %%r10, 16(%%r13)\n\t"
      "movq %%r11, 24(%%r13)"
      : "+r"(rax), "+r"(rdi), "+r"(rsi), "+r"(rdx), "+r"(rcx)
      : "r"(r12), "r"(r13)
      : CHANGED);
  return 4;
#elif defined(__aarch64__)
  register u64 x8 __asm__("x8") = number;
  register u64 x0 __asm__("x0") = a;
  register u64 x1 __asm__("x1") = b;
  register u64 x2 __asm__("x2") = c;
  register u64 x3 __asm__("x3") = d;
  register u64 x20 __asm__("x20") = value;
  register u64 *x21 __asm__("x21") = found;
  __asm__ volatile(
      "mov x4, x20\n\tmov x5, x20\n\tmov x6, x20\n\tmov x7, x20\n\t"
      "mov x9, x20\n\tmov x10, x20\n\tmov x11, x20\n\tmov x12, x20\n\t"
      "mov x13, x20\n\tmov x14, x20\n\tmov x15, x20\n\tmov x16, x20\n\t"
      "mov x17, x20\n\tmov x18, x20\n\tsvc #0\n\tstp x4, x5, [x21]\n\t"
      "stp x6, x7, [x21, #16]\n\tstp x9, x10, [x21, #32]\n\t"
      "stp x11, x12, [x21, #48]\n\tstp x13, x14, [x21, #64]\n\t"
      "stp x15, x16, [x21, #80]\n\tstp x17, x18, [x21, #96]"
      : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x8)
      : "r"(x20), "r"(x21)
      : CHANGED);
  return 14;
#else
  register u64 a7 __asm__("a7") = number;
  register u64 a0 __asm__("a0") = a;
  register u64 a1 __asm__("a1") = b;
  register u64 a2 __asm__("a2") = c;
  register u64 a3 __asm__("a3") = d;
  register u64 s2 __asm__("s2") = value;
  register u64 *s3 __asm__("s3") = found;
  __asm__ volatile(
      "mv t0, s2\n\tmv t1, s2\n\tmv t2, s2\n\tmv t3, s2\n\tmv t4, s2\n\t"
      "mv t5, s2\n\tmv t6, s2\n\tmv a4, s2\n\tmv a5, s2\n\tmv a6, s2\n\t"
      "ecall\n\tsd t0, (s3)\n\tsd t1, 8(s3)\n\tsd t2, 16(s3)\n\t"
      "sd t3, 24(s3)\n\tsd t4, 32(s3)\n\tsd t5, 40(s3)\n\t"
      "sd t6, 48(s3)\n\tsd a4, 56(s3)\n\tsd a5, 64(s3)\n\tsd a6, 72(s3)"
      : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a7)
      : "r"(s2), "r"(s3)
      : CHANGED);
  return 10;
#endif
}

/// What calls leave in registers is what they had, or had at an earlier call.
static void expectNoLeak(u64 other) {
  static const u64 older = 0x1111222233334444, newer = 0x5555666677778888;
  u64 found[16];
  for (u64 n = 0, failures = 0; n != 200;) {
    u64 count = probe(GetPid, 0, 0, 0, 0, older, found), wrong = 0;
    for (u64 i = 0; i != count; ++i)
      if (found[i] != older)
        end(7);
    if (n % 2 != 0)
      probe(Exchange, other, 1, 1, ~0UL, newer, found);
    else
      probe(Yield, 0, 0, 0, 0, newer, found);
    for (u64 i = 0; i != count; ++i)
      wrong += found[i] != older && found[i] != newer;
    // An interrupt between the calls leaves others, but not each time.
    failures = wrong != 0 ? failures + 1 : 0;
    if (failures == 10)
      end(8);
    n += wrong == 0;
  }
  say("learned nothing\n");
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
  expectNoLeak(talker);
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
