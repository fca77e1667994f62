//===- Paging.h - entries of the tables of RISC-V (Sv39) -------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_RISCV64_PAGING_H
#define FLUX_RUNTIME_HAL_RISCV64_PAGING_H

#include "runtime/hal/Hal.h"

namespace flux::hal::paging {

inline constexpr unsigned levels = 3;

inline bool isPresent(uint64_t entry) { return entry & 1; }
inline bool isTable(uint64_t entry) { return !(entry & 0xE); }
inline uint64_t getAddress(uint64_t entry) {
  return (entry >> 10 & 0xFFFFFFFFFFF) << 12;
}
inline uint64_t makeTable(uint64_t address) { return address >> 2 | 1; }

/// Accessed and dirty are set, so that no processor traps to have them set.
inline uint64_t makeEntry(uint64_t address, uint8_t rights, bool) {
  // User mode's are not global.
  return address >> 2 | (rights & User ? 0xD1 : 0xE1) |
         (rights & Read ? 2 : 0) | (rights & Write ? 4 : 0) |
         (rights & Execute ? 8 : 0);
}

inline void publish(uint64_t address) {
  __asm__ volatile("sfence.vma %0" ::"r"(address) : "memory");
}
inline void forget(uint64_t address) { publish(address); }
inline void flush() { __asm__ volatile("sfence.vma" ::: "memory"); }
/// Other code may lie behind the addresses.
inline void use(uint64_t root) {
  __asm__ volatile("csrw satp, %0\n\tsfence.vma\n\tfence.i" ::"r"(
                       uint64_t(8) << 60 | root >> 12)
                   : "memory");
}

inline uint64_t getRoot() {
  uint64_t root;
  __asm__ volatile("csrr %0, satp" : "=r"(root));
  return root << 12;
}
inline void setUserStack(unsigned, uint64_t) {}
/// What useSpace() says of user mode: a frame is where the last one was, and
/// says itself whether floats may be used.
inline void prepareUser(unsigned, uint64_t, bool) {}
/// The same on a processor that uses some.  New code is published elsewhere.
inline void change(uint64_t root) {
  __asm__ volatile(
      "csrw satp, %0\n\tsfence.vma" ::"r"(uint64_t(8) << 60 | root >> 12)
      : "memory");
}

} // namespace flux::hal::paging

#endif // FLUX_RUNTIME_HAL_RISCV64_PAGING_H
