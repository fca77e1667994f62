// A program in user mode that does what its first argument says.  What it may not do
// has to end it, or fail, and nothing else.
typedef unsigned long u64;

enum { Write = 1, Argument = 14, Exit = 15, GetPid = 105, Send = 300, Info = 800 };

static u64 call(u64 number, u64 a, u64 b, u64 c) {
#if defined(__x86_64__)
  register u64 rax __asm__("rax") = number;
  register u64 rdx __asm__("rdx") = c;
  __asm__ volatile("int $48" : "+r"(rax), "+r"(rdx) : "D"(a), "S"(b) : "memory");
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

#if defined(__x86_64__)
#define KERNEL 0x200000
#define PRIVILEGED "cli"
#elif defined(__aarch64__)
#define KERNEL 0x40200000
#define PRIVILEGED "msr daifset, #2\n\tmrs x0, ttbr0_el1"
#else
#define KERNEL 0x80200000
#define PRIVILEGED "csrr a0, sstatus"
#endif

static char data[8192];

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
__attribute__((force_align_arg_pointer)) // nobody called it
#endif
void _start(void) {
  char what[16] = {0};
  volatile char *kernel = (char *)KERNEL;
  call(Argument, 0, (u64)what, sizeof what - 1);
  say("begins\n");
  switch (what[0]) {
  case 'r': // read the kernel
    end(*kernel);
  case 'w': // write the kernel
    *kernel = 1;
    end(1);
  case 'n': // no page
    *(volatile char *)16 = 1;
    end(1);
  case 'c': // write code
    *(volatile char *)(u64)_start = 1;
    end(1);
  case 'x': // execute data
    ((void (*)(void))(u64)data)();
    end(1);
  case 'p': // an instruction of the kernel
    __asm__ volatile(PRIVILEGED ::: "memory");
    end(1);
  case 'b': // calls with addresses of others
    if (call(Info, KERNEL, 64, 0) != ~0UL)
      end(2);
    if (call(Send, 1, KERNEL, 0) != ~0UL)
      end(3);
    if (call(77, 0, 0, 0) != ~0UL)
      end(4);
    call(Write, 1, KERNEL, 64);
    end(1);
  case 's': // spin, to be interrupted
    for (volatile u64 i = 0; i != 20000000; ++i)
      continue;
    say("span\n");
    end(5);
  default: // good
    data[5000] = (char)call(GetPid, 0, 0, 0);
    end((u64)data[5000]);
  }
}
