//===- X86_64.cpp - what C++ cannot say on x86_64 -------------------------===//
//
// The entry of the program, the entry of traps and the return from signals
// depend on the registers at their first instruction.
//
//===----------------------------------------------------------------------===//

#include "runtime/rt/Internal.h"

extern "C" {

/// The kernel leaves argument count, arguments and environment on the stack.
__attribute__((naked, used)) void _start() {
  __asm__("xorl %ebp, %ebp\n\t"
          "movq %rsp, %rdi\n\t"
          "andq $-16, %rsp\n\t"
          "call flux_start\n\t"
          "ud2");
}

/// All flux_trapN: values that a trap does not pass are not looked at.  Adds
/// the registers of the caller, from which the backtrace starts, as a Frame.
__attribute__((naked, used)) void flux_trap0(const flux::rt::TrapSite *) {
  __asm__(".globl flux_trap1, flux_trap2, flux_trap3\n"
          "flux_trap1:\n"
          "flux_trap2:\n"
          "flux_trap3:\n\t"
          "leaq 8(%rsp), %rax\n\t"
          "pushq %rbp\n\t"
          "pushq %rax\n\t"
          "pushq 16(%rsp)\n\t"
          "movq %rsp, %r8\n\t"
          "pushq %rax\n\t" // the stack as after a call
          "jmp flux_trap_entry");
}

__attribute__((naked, used)) void flux_signal_return() {
  __asm__("movl $15, %eax\n\t"
          "syscall");
}

} // extern "C"
