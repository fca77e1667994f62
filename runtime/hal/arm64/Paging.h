//===- Paging.h - entries of the tables of ARM64 ---------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_ARM64_PAGING_H
#define FLUX_RUNTIME_HAL_ARM64_PAGING_H

#include "runtime/hal/Hal.h"

namespace flux::hal::paging {

inline constexpr unsigned levels = 4;
inline constexpr uint64_t addressBits = 0x0000FFFFFFFFF000;

inline bool isPresent(uint64_t entry) { return entry & 1; }
inline bool isTable(uint64_t entry) { return entry & 2; }
inline uint64_t getAddress(uint64_t entry) { return entry & addressBits; }
inline uint64_t makeTable(uint64_t address) { return address | 3; }

/// Attribute 0 is memory, 1 a device.  The kernel executes nothing of user
/// mode's, and the other way round.
inline uint64_t makeEntry(uint64_t address, uint8_t rights, bool isBlock) {
  constexpr uint64_t notByKernel = uint64_t(1) << 53,
                     notByUser = uint64_t(1) << 54, forUser = 1 << 6,
                     notGlobal = 1 << 11;
  uint64_t entry = address | (isBlock ? 1 : 3) |
                   (rights & Device ? 1 << 2 : 3 << 8) | 1 << 10 |
                   (rights & Write ? 0 : 1 << 7);
  if (rights & User)
    return entry | forUser | notGlobal | notByKernel |
           (rights & Execute ? 0 : notByUser);
  return entry | notByUser | (rights & Execute ? 0 : notByKernel);
}

inline void publish(uint64_t) {
  __asm__ volatile("dsb ishst\n\tisb" ::: "memory");
}
inline void forget(uint64_t address) {
  __asm__ volatile(
      "dsb ishst\n\ttlbi vaae1is, %0\n\tdsb ish\n\tisb" ::"r"(address >> 12)
      : "memory");
}
inline void flush() {
  __asm__ volatile("dsb ishst\n\ttlbi vmalle1\n\tdsb ish\n\tisb" ::: "memory");
}

/// 48-bit addresses by one table, pages of 4 KiB; what is writable cannot be
/// executed, whatever an entry says.
inline void use(uint64_t root) {
  uint64_t features, physicalBits;
  __asm__ volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
  physicalBits = (features & 15) < 5 ? features & 15 : 5;
  uint64_t control =
      16 | 1 << 8 | 1 << 10 | 3 << 12 | uint64_t(1) << 23 | physicalBits << 32;
  __asm__ volatile("msr mair_el1, %0\n\t"
                   "msr tcr_el1, %1\n\t"
                   "msr ttbr0_el1, %2\n\t"
                   "dsb ish\n\ttlbi vmalle1\n\tdsb ish\n\tisb\n\t"
                   "msr sctlr_el1, %3\n\t"
                   "ic iallu\n\tdsb ish\n\tisb" ::"r"(uint64_t(0x00FF)),
                   "r"(control), "r"(root),
                   // caches, tables, alignment of the stack, write or execute;
                   // user mode may zero lines and ask for their size
                   "r"(uint64_t(0x30D0180D | 1 << 19 | 3 << 14))
                   : "memory");
}

inline uint64_t getRoot() {
  uint64_t root;
  __asm__ volatile("mrs %0, ttbr0_el1" : "=r"(root));
  return root;
}
inline void setUserStack(unsigned, uint64_t) {}
/// What useSpace() says of user mode: the stack pointer stays where it is, and
/// floats are for the kernel or for both.
inline void prepareUser(unsigned, uint64_t, bool floats) {
  __asm__ volatile("msr cpacr_el1, %0" ::"r"(uint64_t(floats ? 3 : 1) << 20));
}
/// The same on a processor that uses some.
inline void change(uint64_t root) {
  __asm__ volatile("msr ttbr0_el1, %0\n\tisb\n\t"
                   "tlbi vmalle1\n\tdsb nsh\n\tisb" ::"r"(root)
                   : "memory");
}

} // namespace flux::hal::paging

#endif // FLUX_RUNTIME_HAL_ARM64_PAGING_H
