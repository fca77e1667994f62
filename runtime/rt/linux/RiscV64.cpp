//===- RiscV64.cpp - what C++ cannot say on RISC-V ------------------------===//
//
// The entry of the program and the entry of traps depend on the registers at
// their first instruction.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"

extern "C" {

/// The kernel leaves argument count, arguments and environment on the stack.
__attribute__((naked, used)) void _start() {
  __asm__("mv a0, sp\n\t"
          "mv s0, zero\n\t"
          "mv ra, zero\n\t"
          "andi sp, sp, -16\n\t"
          "call flux_start\n\t"
          "ebreak");
}

/// All flux_trapN: values that a trap does not pass are not looked at.  Adds
/// the registers of the caller, from which the backtrace starts, as a Frame.
__attribute__((naked, used)) void flux_trap0(const flux::rt::TrapSite *) {
  __asm__(".globl flux_trap1, flux_trap2, flux_trap3\n"
          "flux_trap1:\n"
          "flux_trap2:\n"
          "flux_trap3:\n\t"
          "mv a5, sp\n\t"
          "addi sp, sp, -32\n\t"
          "sd ra, 0(sp)\n\t"
          "sd a5, 8(sp)\n\t"
          "sd s0, 16(sp)\n\t"
          "mv a4, sp\n\t"
          "tail flux_trap_entry");
}

} // extern "C"
