//===- Guard.cpp - the stack of handlers, and from a fault to a trap ------===//
//
// Handlers only jump to each other, so all of them have the stack of the first
// one, and the registers of the arguments hold the state.  An access outside of
// its region faults: the signal handler lets the program go on in slow(), as if
// the operation had called it (Bodies.h).  In the kernel an operation can go on
// with another machine, on the stack of that one's handlers; what functions
// keep in registers is saved before the first one, since that is another
// machine's then.
//
//===----------------------------------------------------------------------===//

#include "runtime/vm/Threaded.h"

#if defined(__clang__)

#include "runtime/vm/Handlers.h"

namespace flux::vm {

#if defined(__x86_64__) && (FLUX_HAS_GUARD || FLUX_CAN_CHANGE_MACHINES)

extern "C" {
void flux_vm_go_on(FLUX_STATE) { FLUX_TAIL goOn(FLUX_PASS); }
/// Keeps the stack of handlers in the context (r8) and calls goOn.
void flux_vm_enter(FLUX_STATE);
}

__asm__(".text\n"
        ".globl flux_vm_enter\n"
        ".hidden flux_vm_enter\n"
        "flux_vm_enter:\n\t"
        "pushq %rbx\n\t"
        "pushq %rbp\n\t"
        "pushq %r12\n\t"
        "pushq %r13\n\t"
        "pushq %r14\n\t"
        "pushq %r15\n\t"
        "subq $8, %rsp\n\t"
        "leaq -8(%rsp), %rax\n\t" // with the return address
        "movq %rax, (%r8)\n\t"
        "call flux_vm_go_on\n\t"
        "addq $8, %rsp\n\t"
        "popq %r15\n\t"
        "popq %r14\n\t"
        "popq %r13\n\t"
        "popq %r12\n\t"
        "popq %rbp\n\t"
        "popq %rbx\n\t"
        "ret\n");

void enterHandlers(Context *context, u8 *window) {
  flux_vm_enter(nullptr, nullptr, 0, context->machine->gas, context, window, 0);
}

#elif FLUX_CAN_CHANGE_MACHINES

void enterHandlers(Context *context, u8 *window) {
  [[maybe_unused]] i64 gas = context->machine->gas;
#if defined(__aarch64__)
  register i64 x3 __asm__("x3") = gas;
  register Context *x4 __asm__("x4") = context;
  register u8 *x5 __asm__("x5") = window;
  __asm__ volatile("mov x9, sp\n\tadr x10, 1f\n\tstp x9, x10, [x4]\n\tbl %3\n1:"
                   : "+r"(x3), "+r"(x4), "+r"(x5)
                   : "S"(goOn)
                   : "x0", "x1", "x2", "x6", "x7", "x8", "x9", "x10", "x11",
                     "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19",
                     "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27",
                     "x28", "x29", "x30", "d8", "d9", "d10", "d11", "d12",
                     "d13", "d14", "d15", "cc", "memory");
#else
  register i64 a3 __asm__("a3") = gas;
  register Context *a4 __asm__("a4") = context;
  register u8 *a5 __asm__("a5") = window;
  __asm__ volatile("lla t0, 1f\n\tsd sp, 0(a4)\n\tsd t0, 8(a4)\n\tcall %3\n1:"
                   : "+r"(a3), "+r"(a4), "+r"(a5)
                   : "i"(goOn)
                   : "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a0", "a1",
                     "a2", "a6", "a7", "s0", "s1", "s2", "s3", "s4", "s5", "s6",
                     "s7", "s8", "s9", "s10", "s11", "fs0", "fs1", "fs2", "fs3",
                     "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11",
                     "memory");
#endif
}

#else

void enterHandlers(Context *context, u8 *window) {
  goOn(nullptr, nullptr, 0, context->machine->gas, context, window, 0);
}

#endif

#if FLUX_HAS_GUARD

/// The bytes of a window that can be reached: an address has 36 bits, and an
/// access up to eight bytes.
static constexpr u64 windowSize = (u64(1) << 36) + 8;

bool canGuard() { return true; }

bool redirectFault(void *context, u64 address, const u8 *window) {
  // In a ucontext_t r8 to r15 rdi rsi rbp rbx rdx rax rcx rsp rip follow flags,
  // link and stack_t (40 bytes).
  u64 *registers = static_cast<u64 *>(context) + 5;
  constexpr unsigned contextRegister = 0, memoryRegister = 1, stackPointer = 15,
                     instruction = 16;
  auto start = reinterpret_cast<u64>(window);
  if (window == nullptr || address - start >= windowSize ||
      registers[memoryRegister] != start)
    return false;
  auto *cx = reinterpret_cast<const Context *>(registers[contextRegister]);
  registers[instruction] = reinterpret_cast<u64>(&slow);
  registers[stackPointer] = reinterpret_cast<u64>(cx->stack);
  return true;
}

#else

bool canGuard() { return false; }
bool redirectFault(void *, u64, const u8 *) { return false; }

#endif

} // namespace flux::vm

#else

namespace flux::vm {

bool canGuard() { return false; }
bool redirectFault(void *, uint64_t, const uint8_t *) { return false; }

} // namespace flux::vm

#endif
