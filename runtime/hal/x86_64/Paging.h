//===- Paging.h - entries of the tables of x86_64 --------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_X86_64_PAGING_H
#define FLUX_RUNTIME_HAL_X86_64_PAGING_H

#include "runtime/hal/Hal.h"

namespace flux::hal {
/// Where each processor looks for the stack of what interrupts user mode.
using TaskWord [[gnu::aligned(4)]] = uint64_t;
extern TaskWord *userStacks[maxCpus];
} // namespace flux::hal

namespace flux::hal::paging {

inline constexpr unsigned levels = 4;
inline constexpr uint64_t addressBits = 0x000FFFFFFFFFF000;

inline bool isPresent(uint64_t entry) { return entry & 1; }
inline bool isTable(uint64_t entry) { return !(entry & 0x80); }
inline uint64_t getAddress(uint64_t entry) { return entry & addressBits; }
/// What user mode may see is said by the entries of pages.
inline uint64_t makeTable(uint64_t address) { return address | 7; }

inline uint64_t makeEntry(uint64_t address, uint8_t rights, bool isBlock) {
  return address | 0x21 | (rights & Write ? 2 : 0) | (rights & User ? 4 : 0) |
         (rights & Device ? 0x18 : 0) | (isBlock ? 0x80 : 0) |
         (rights & Execute ? 0 : uint64_t(1) << 63);
}

/// A new entry is seen without more.
inline void publish(uint64_t) { __asm__ volatile("" ::: "memory"); }
inline void forget(uint64_t address) {
  __asm__ volatile("invlpg (%0)" ::"r"(address) : "memory");
}
inline void use(uint64_t root) {
  __asm__ volatile("movq %0, %%cr3" ::"r"(root) : "memory");
}
inline uint64_t getRoot() {
  uint64_t root;
  __asm__ volatile("movq %%cr3, %0" : "=r"(root));
  return root;
}
/// Where a frame of user mode ends from now on.
inline void setUserStack(unsigned processor, uint64_t stackTop) {
  *userStacks[processor] = stackTop;
}
/// What useSpace() says of user mode.
inline void prepareUser(unsigned processor, uint64_t stackTop, bool) {
  setUserStack(processor, stackTop);
}
/// The same on a processor that uses some.
inline void change(uint64_t root) { use(root); }
inline void flush() { use(getRoot()); }

} // namespace flux::hal::paging

#endif // FLUX_RUNTIME_HAL_X86_64_PAGING_H
