// A program in user mode that does what its first argument says.  What it may not do
// has to end it, or fail, and nothing else.
#include "call.h"

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

START void _start(void) {
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
