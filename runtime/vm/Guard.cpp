//===- Guard.cpp - from a fault to a trap ---------------------------------===//
//
// An access outside of its region faults.  The signal handler lets the program
// go on in slow(), as if the operation had called it: the registers of the
// arguments hold the state (Bodies.h), the stack is that of the first handler,
// because handlers only jump to each other.
//
//===----------------------------------------------------------------------===//

#include "runtime/vm/Threaded.h"

#if defined(__clang__)

#include "runtime/vm/Handlers.h"

namespace flux::vm {

#if FLUX_HAS_GUARD

/// The bytes of a window that can be reached: an address has 36 bits, and an
/// access up to eight bytes.
static constexpr u64 windowSize = (u64(1) << 36) + 8;

extern "C" {
void flux_vm_go_on(FLUX_STATE) { FLUX_TAIL goOn(FLUX_PASS); }
/// Keeps the stack pointer in the context (r8) and calls goOn.
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
        "movq %rsp, (%r8)\n\t"
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
  // The return address of the call of goOn is still there.
  registers[stackPointer] = reinterpret_cast<u64>(cx->savedStack) - 8;
  return true;
}

#else

void enterHandlers(Context *context, u8 *window) {
  goOn(nullptr, nullptr, 0, context->machine->gas, context, window, 0);
}

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
