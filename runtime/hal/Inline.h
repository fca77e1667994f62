//===- Inline.h - what takes an instruction or two -------------*- C++ -*-===//
//
// Functions of Hal.h that the kernel calls so often that their calls would cost
// more than they do, for backends without an operating system below.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_HAL_INLINE_H
#define FLUX_RUNTIME_HAL_INLINE_H

#include "runtime/hal/Hal.h"

#if !__STDC_HOSTED__ &&                                                        \
    (defined(__x86_64__) || defined(__aarch64__) || defined(__riscv))

#if defined(__x86_64__)
#include "runtime/hal/x86_64/Paging.h"
#elif defined(__aarch64__)
#include "runtime/hal/arm64/Paging.h"
#else
#include "runtime/hal/riscv64/Paging.h"
#endif

namespace flux::hal {

/// Jumps to the code whose address is at \p first, as a function with these as
/// its first, second, fourth and fifth arguments.  \p fifth points to the stack
/// for it and, behind that, where it returns to, if that is in a register.
/// Interrupts must be off, and are on afterwards.
[[noreturn]] inline void goOnAt(const void *first, void *second, int64_t fourth,
                                void *fifth);
/// Keeps what readTicks() gives, or what it gave some instructions ago.
inline void storeTicks(uint64_t &ticks);

/// Ticks of a counter as nanoseconds and back.
class Clock {
public:
  /// Starts at \p ticks of a counter with \p frequency ticks a second.
  void start(uint64_t ticks, uint64_t frequency) {
    base = ticks;
    toTime = (uint64_t(1000000000) << 32) / frequency;
    toCount = (frequency / 1000000000 << 32) +
              ((frequency % 1000000000) << 32) / 1000000000;
  }
  uint64_t toNanoseconds(uint64_t ticks) const {
    return scale(ticks - base, toTime);
  }
  /// The tick at \p time.
  uint64_t toTicks(uint64_t time) const { return base + scale(time, toCount); }

private:
  static uint64_t scale(uint64_t value, uint64_t factor) {
    return static_cast<uint64_t>(
        static_cast<unsigned __int128>(value) * factor >> 32);
  }
  uint64_t base = 0, toTime = 0, toCount = 0;
};
/// That of the machine.
extern Clock machineClock;

/// How many entries of the highest level the kernel's tables got.
extern uint64_t kernelChanges;

#if defined(__x86_64__)

inline unsigned getProcessor() {
  uint64_t index;
  __asm__ volatile("movq %%gs:16, %0" : "=r"(index));
  return static_cast<unsigned>(index);
}
inline void relax() { __asm__ volatile("pause" ::: "memory"); }
inline void *getOwn() {
  void *own;
  __asm__ volatile("movq %%gs:32, %0" : "=r"(own));
  return own;
}
inline bool disableInterrupts() {
  uint64_t flags;
  __asm__ volatile("pushfq\n\tpopq %0\n\tcli" : "=r"(flags)::"memory");
  return flags & 0x200;
}
inline void enableInterrupts() { __asm__ volatile("sti" ::: "memory"); }
inline void maskInterrupts() { __asm__ volatile("cli" ::: "memory"); }
inline void goOnAt(const void *first, void *second, int64_t fourth,
                   void *fifth) {
  register void *r8 __asm__("r8") = fifth;
  __asm__ volatile("movq (%%r8), %%rsp\n\tsti\n\tjmpq *(%%rdi)" ::"D"(first),
                   "S"(second), "c"(fourth), "r"(r8)
                   : "memory");
  __builtin_unreachable();
}
inline void storeTicks(uint64_t &ticks) {
  auto *halves = reinterpret_cast<uint32_t *>(&ticks);
  __asm__ volatile("rdtsc" : "=a"(halves[0]), "=d"(halves[1]));
}
inline uint64_t readTicks() {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return static_cast<uint64_t>(high) << 32 | low;
}
inline void saveFloats(FloatState &state) {
  __asm__ volatile("fxsave64 %0" : "=m"(state));
}
inline void restoreFloats(const FloatState &state) {
  __asm__ volatile("fxrstor64 %0" ::"m"(state));
}

/// Words of a frame in which the results of a call that is made like a trap
/// are.
inline constexpr unsigned firstResult = 14, errorResult = 11, secondResult = 9;

#elif defined(__aarch64__)

inline unsigned getProcessor() {
  uint64_t index;
  __asm__ volatile("mrs %0, tpidr_el1\n\tldr %0, [%0, #16]" : "=r"(index));
  return static_cast<unsigned>(index);
}
inline void relax() { __asm__ volatile("yield" ::: "memory"); }
inline void *getOwn() {
  void *own;
  __asm__ volatile("mrs %0, tpidr_el1\n\tldr %0, [%0, #32]" : "=r"(own));
  return own;
}
inline bool disableInterrupts() {
  uint64_t masks;
  __asm__ volatile("mrs %0, daif\n\tmsr daifset, #2" : "=r"(masks)::"memory");
  return !(masks & 0x80);
}
inline void enableInterrupts() {
  __asm__ volatile("msr daifclr, #2" ::: "memory");
}
inline void maskInterrupts() {
  __asm__ volatile("msr daifset, #2" ::: "memory");
}
inline void goOnAt(const void *first, void *second, int64_t fourth,
                   void *fifth) {
  register const void *x0 __asm__("x0") = first;
  register void *x1 __asm__("x1") = second;
  register int64_t x3 __asm__("x3") = fourth;
  register void *x4 __asm__("x4") = fifth;
  __asm__ volatile("ldp x9, x30, [x4]\n\tmov sp, x9\n\tmsr daifclr, #2\n\t"
                   "ldr x9, [x0]\n\tbr x9" ::"r"(x0),
                   "r"(x1), "r"(x3), "r"(x4)
                   : "x9", "memory");
  __builtin_unreachable();
}
inline void storeTicks(uint64_t &ticks) {
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
}
inline uint64_t readTicks() {
  uint64_t value;
  __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value));
  return value;
}
inline constexpr unsigned firstResult = 0, errorResult = 1, secondResult = 2;

#else

inline unsigned getProcessor() {
  uint64_t index;
  __asm__ volatile("ld %0, 16(tp)" : "=r"(index));
  return static_cast<unsigned>(index);
}
inline void relax() { __asm__ volatile("" ::: "memory"); }
inline void *getOwn() {
  void *own;
  __asm__ volatile("ld %0, 32(tp)" : "=r"(own));
  return own;
}
inline bool disableInterrupts() {
  uint64_t status;
  __asm__ volatile("csrrci %0, sstatus, 2" : "=r"(status)::"memory");
  return status & 2;
}
inline void enableInterrupts() {
  __asm__ volatile("csrsi sstatus, 2" ::: "memory");
}
inline void maskInterrupts() {
  __asm__ volatile("csrci sstatus, 2" ::: "memory");
}
inline void goOnAt(const void *first, void *second, int64_t fourth,
                   void *fifth) {
  register const void *a0 __asm__("a0") = first;
  register void *a1 __asm__("a1") = second;
  register int64_t a3 __asm__("a3") = fourth;
  register void *a4 __asm__("a4") = fifth;
  __asm__ volatile("ld sp, 0(a4)\n\tld ra, 8(a4)\n\tld t1, 0(a0)\n\t"
                   "csrsi sstatus, 2\n\tjr t1" ::"r"(a0),
                   "r"(a1), "r"(a3), "r"(a4)
                   : "t1", "memory");
  __builtin_unreachable();
}
inline void storeTicks(uint64_t &ticks) {
  __asm__ volatile("rdtime %0" : "=r"(ticks));
}
inline uint64_t readTicks() {
  uint64_t value;
  __asm__ volatile("rdtime %0" : "=r"(value));
  return value;
}
inline constexpr unsigned firstResult = 10, errorResult = 11, secondResult = 12;

#endif

inline uint64_t now() { return machineClock.toNanoseconds(readTicks()); }

inline void setUserResult(Frame *frame, uint64_t result, uint64_t error,
                          uint64_t second) {
  auto *words = reinterpret_cast<uint64_t *>(frame);
  words[firstResult] = result;
  words[errorResult] = error;
  words[secondResult] = second;
}

/// True if changeSpace() can be called.
inline bool isSpaceCurrent(const Space &space) {
  return space.kernelChanges == kernelChanges;
}
/// useSpace() for a change to another one, on the processor with a number;
/// floats are used as by what was before.  What this processor remembers of
/// mappings is forgotten.
inline void changeSpace(const Space &space, unsigned processor,
                        uint64_t stackTop) {
  paging::setUserStack(processor, stackTop);
  paging::change(space.root);
}

} // namespace flux::hal

#else

namespace flux::hal {
/// There is no user mode.
inline bool isSpaceCurrent(const Space &) { return false; }
inline void changeSpace(const Space &, unsigned, uint64_t) {}
} // namespace flux::hal

#endif

#endif // FLUX_RUNTIME_HAL_INLINE_H
