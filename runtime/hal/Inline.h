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

namespace flux::hal {

#if defined(__x86_64__)

inline unsigned getProcessor() {
  uint64_t index;
  __asm__ volatile("movq %%gs:16, %0" : "=r"(index));
  return static_cast<unsigned>(index);
}
inline bool disableInterrupts() {
  uint64_t flags;
  __asm__ volatile("pushfq\n\tpopq %0\n\tcli" : "=r"(flags)::"memory");
  return flags & 0x200;
}
inline void enableInterrupts() { __asm__ volatile("sti" ::: "memory"); }

#elif defined(__aarch64__)

inline unsigned getProcessor() {
  uint64_t index;
  __asm__ volatile("mrs %0, tpidr_el1\n\tldr %0, [%0, #16]" : "=r"(index));
  return static_cast<unsigned>(index);
}
inline bool disableInterrupts() {
  uint64_t masks;
  __asm__ volatile("mrs %0, daif\n\tmsr daifset, #2" : "=r"(masks)::"memory");
  return !(masks & 0x80);
}
inline void enableInterrupts() {
  __asm__ volatile("msr daifclr, #2" ::: "memory");
}

#else

inline unsigned getProcessor() {
  uint64_t index;
  __asm__ volatile("ld %0, 16(tp)" : "=r"(index));
  return static_cast<unsigned>(index);
}
inline bool disableInterrupts() {
  uint64_t status;
  __asm__ volatile("csrrci %0, sstatus, 2" : "=r"(status)::"memory");
  return status & 2;
}
inline void enableInterrupts() {
  __asm__ volatile("csrsi sstatus, 2" ::: "memory");
}

#endif

} // namespace flux::hal

#endif

#endif // FLUX_RUNTIME_HAL_INLINE_H
