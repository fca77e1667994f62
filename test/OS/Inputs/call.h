// How programs in user mode call the kernel (runtime/kernel/User.h).
typedef unsigned long u64;

enum {
  Write = 1,
  Argument = 14,
  Exit = 15,
  Clock = 16,
  Exchange = 99,
  Spawn = 100,
  Yield = 101,
  Kill = 103,
  GetPid = 105,
  Alloc = 200,
  Free = 201,
  Protect = 204,
  Send = 300,
  Receive = 301,
  ReadFile = 600,
  WriteFile = 601,
  Open = 603,
  Close = 604,
  Info = 800
};

/// Calls 99 and 101 change what functions change.
#if defined(__x86_64__)
#define CHANGED "r8", "r9", "r10", "r11", "memory"
#elif defined(__aarch64__)
#define CHANGED                                                                \
  "x4", "x5", "x6", "x7", "x9", "x10", "x11", "x12", "x13", "x14", "x15",      \
      "x16", "x17", "x18", "memory"
#else
#define CHANGED                                                                \
  "t0", "t1", "t2", "a4", "a5", "a6", "t3", "t4", "t5", "t6", "memory"
#endif

static u64 call(u64 number, u64 a, u64 b, u64 c) {
#if defined(__x86_64__)
  register u64 rax __asm__("rax") = number;
  register u64 rdi __asm__("rdi") = a;
  register u64 rsi __asm__("rsi") = b;
  register u64 rdx __asm__("rdx") = c;
  __asm__ volatile("int $48"
                   : "+r"(rax), "+r"(rdi), "+r"(rsi), "+r"(rdx)
                   :
                   : "rcx", CHANGED);
  return rax;
#elif defined(__aarch64__)
  register u64 x8 __asm__("x8") = number;
  register u64 x0 __asm__("x0") = a;
  register u64 x1 __asm__("x1") = b;
  register u64 x2 __asm__("x2") = c;
  __asm__ volatile("svc #0"
                   : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x8)
                   :
                   : "x3", CHANGED);
  return x0;
#else
  register u64 a7 __asm__("a7") = number;
  register u64 a0 __asm__("a0") = a;
  register u64 a1 __asm__("a1") = b;
  register u64 a2 __asm__("a2") = c;
  __asm__ volatile("ecall"
                   : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a7)
                   :
                   : "a3", CHANGED);
  return a0;
#endif
}

/// Sends a word and waits for one: of the same process if \p waits is 1, of
/// anybody if it is 2.  Gives the word, and who sent it to \p sender; returns
/// the error.
static inline u64 exchange(u64 process, u64 *word, u64 waits, u64 time,
                           u64 *sender) {
#if defined(__x86_64__)
  register u64 rax __asm__("rax") = Exchange;
  register u64 rdi __asm__("rdi") = process;
  register u64 rsi __asm__("rsi") = *word;
  register u64 rdx __asm__("rdx") = waits;
  register u64 rcx __asm__("rcx") = time;
  __asm__ volatile("int $48"
                   : "+r"(rax), "+r"(rdi), "+r"(rsi), "+r"(rdx), "+r"(rcx)
                   :
                   : CHANGED);
  *word = rax, *sender = rdi;
  return rdx;
#elif defined(__aarch64__)
  register u64 x8 __asm__("x8") = Exchange;
  register u64 x0 __asm__("x0") = process;
  register u64 x1 __asm__("x1") = *word;
  register u64 x2 __asm__("x2") = waits;
  register u64 x3 __asm__("x3") = time;
  __asm__ volatile("svc #0"
                   : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x8)
                   :
                   : CHANGED);
  *word = x0, *sender = x2;
  return x1;
#else
  register u64 a7 __asm__("a7") = Exchange;
  register u64 a0 __asm__("a0") = process;
  register u64 a1 __asm__("a1") = *word;
  register u64 a2 __asm__("a2") = waits;
  register u64 a3 __asm__("a3") = time;
  __asm__ volatile("ecall"
                   : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a7)
                   :
                   : CHANGED);
  *word = a0, *sender = a2;
  return a1;
#endif
}

/// The error of the last call by ask().
static u64 error;

static inline u64 ask(u64 number, u64 a, u64 b) {
#if defined(__x86_64__)
  register u64 rax __asm__("rax") = number;
  register u64 rdi __asm__("rdi") = a;
  register u64 rsi __asm__("rsi") = b;
  register u64 rdx __asm__("rdx");
  __asm__ volatile("int $48"
                   : "+r"(rax), "+r"(rdi), "+r"(rsi), "=r"(rdx)
                   :
                   : "rcx", CHANGED);
  error = rdx;
  return rax;
#elif defined(__aarch64__)
  register u64 x8 __asm__("x8") = number;
  register u64 x0 __asm__("x0") = a;
  register u64 x1 __asm__("x1") = b;
  __asm__ volatile("svc #0"
                   : "+r"(x0), "+r"(x1), "+r"(x8)
                   :
                   : "x2", "x3", CHANGED);
  error = x1;
  return x0;
#else
  register u64 a7 __asm__("a7") = number;
  register u64 a0 __asm__("a0") = a;
  register u64 a1 __asm__("a1") = b;
  __asm__ volatile("ecall"
                   : "+r"(a0), "+r"(a1), "+r"(a7)
                   :
                   : "a2", "a3", CHANGED);
  error = a1;
  return a0;
#endif
}

static inline void say(const char *text) {
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
