//===- Arm64.cpp - what C++ cannot say on ARM64 ---------------------------===//
//
// The entry of the program, the entry of traps and the return from signals
// depend on the registers at their first instruction.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"

extern "C" {

/// The kernel leaves argument count, arguments and environment on the stack.
__attribute__((naked, used)) void _start() {
  __asm__("mov x29, xzr\n\t"
          "mov x30, xzr\n\t"
          "mov x0, sp\n\t"
          "bl flux_start\n\t"
          "brk #1");
}

/// All flux_trapN: values that a trap does not pass are not looked at.  Adds
/// the registers of the caller, from which the backtrace starts, as a Frame.
__attribute__((naked, used)) void flux_trap0(const flux::rt::TrapSite *) {
  __asm__(".globl flux_trap1, flux_trap2, flux_trap3\n"
          "flux_trap1:\n"
          "flux_trap2:\n"
          "flux_trap3:\n\t"
          "mov x5, sp\n\t"
          "sub sp, sp, #32\n\t"
          "mov x4, sp\n\t"
          "stp x30, x5, [x4]\n\t"
          "str x29, [x4, #16]\n\t"
          "b flux_trap_entry");
}

__attribute__((naked, used)) void flux_signal_return() {
  __asm__("mov x8, #139\n\t"
          "svc #0");
}

} // extern "C"
