// How programs in user mode call the kernel (runtime/kernel/User.h).
typedef unsigned long u64;

enum {
  Write = 1,
  Argument = 14,
  Exit = 15,
  Clock = 16,
  Spawn = 100,
  Yield = 101,
  Kill = 103,
  GetPid = 105,
  Send = 300,
  Receive = 301,
  Info = 800
};

static u64 call(u64 number, u64 a, u64 b, u64 c) {
#if defined(__x86_64__)
  register u64 rax __asm__("rax") = number;
  register u64 rdi __asm__("rdi") = a;
  register u64 rdx __asm__("rdx") = c;
  __asm__ volatile("int $48"
                   : "+r"(rax), "+r"(rdi), "+r"(rdx)
                   : "S"(b)
                   : "memory");
  return rax;
#elif defined(__aarch64__)
  register u64 x8 __asm__("x8") = number;
  register u64 x0 __asm__("x0") = a;
  register u64 x1 __asm__("x1") = b;
  register u64 x2 __asm__("x2") = c;
  __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1) : "r"(x2), "r"(x8) : "memory");
  return x0;
#else
  register u64 a7 __asm__("a7") = number;
  register u64 a0 __asm__("a0") = a;
  register u64 a1 __asm__("a1") = b;
  register u64 a2 __asm__("a2") = c;
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a7) : "memory");
  return a0;
#endif
}

static void say(const char *text) {
  u64 length = 0;
  while (text[length])
    ++length;
  call(Write, 1, (u64)text, length);
}

static void end(u64 status) {
  for (;;)
    call(Exit, status, 0, 0);
}

#if defined(__x86_64__)
#define START __attribute__((force_align_arg_pointer)) // nobody called it
#else
#define START
#endif
