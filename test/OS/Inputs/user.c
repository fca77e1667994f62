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

#if defined(__x86_64__)
static const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3};
#elif defined(__aarch64__)
static const unsigned code[] = {0x52800540, 0xd65f03c0};
#else
static const unsigned code[] = {0x02a00513, 0x00008067};
#endif

/// Memory with a function in it that returns 42.
static volatile char *makeCode(void) {
  volatile char *place = (volatile char *)ask(Alloc, 8192, 3);
  if (error != 0)
    end(6);
  for (u64 i = 0; i != sizeof code; ++i)
    place[i] = ((const char *)code)[i];
  if (ask(Protect, (u64)place, 7) != ~0UL || ask(Protect, (u64)place, 5) != 0)
    end(7);
  return place;
}

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
  case 'j': { // code that it made
    volatile char *place = makeCode();
    if (((int (*)(void))(u64)place)() != 42)
      end(8);
    // And changed again, and made again.
    if (ask(Protect, (u64)place, 3) != 0)
      end(9);
    place[4096] = 1;
    if (ask(Protect, (u64)place, 5) != 0 || place[4096] != 1 ||
        ((int (*)(void))(u64)place)() != 42)
      end(10);
    if (ask(Free, (u64)place, 0) != 0 || ask(Free, (u64)place, 0) != ~0UL)
      end(11);
    say("made\n");
    end(12);
  }
  case 't': // what is executed is not written
    *makeCode() = 1;
    end(1);
  case 'g': { // more than there is; what is not used is not counted
    volatile char *place = (volatile char *)ask(Alloc, 256UL << 20, 3);
    if (error != 0)
      end(2);
    for (u64 i = 0; i != 256UL << 20; i += 4096)
      place[i] = 1;
    end(1);
  }
  case 'f': { // what was given back
    volatile char *place = (volatile char *)ask(Alloc, 4096, 3);
    *place = 1;
    if (ask(Free, (u64)place, 0) != 0)
      end(2);
    // As often as there is memory, were it not given back.
    for (int i = 0; i != 20000; ++i) {
      volatile char *other = (volatile char *)ask(Alloc, 16384, 3);
      if (error != 0 || *other != 0)
        end(3);
      *other = 1;
      ask(Free, (u64)other, 0);
    }
    *place = 2;
    end(1);
  }
  default: // good
    data[5000] = (char)call(GetPid, 0, 0, 0);
    end((u64)data[5000]);
  }
}
