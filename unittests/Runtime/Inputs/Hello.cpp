//===- Hello.cpp - the smallest program that says something ---------------===//

#include "runtime/rt/rt.h"

__asm__(".globl flux_text_begin\n"
        ".section .text.begin, \"ax\", @progbits\n"
        "flux_text_begin: nop");

extern "C" int32_t flux_main(const flux::rt::View *, int64_t) {
  flux::rt::flux_print_str("hello\n", 6, false);
  return 0;
}
