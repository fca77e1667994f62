//===- Instructions.h - ports and registers of x86_64 ----------*- C++ -*-===//
#ifndef FLUX_RUNTIME_HAL_X86_64_INSTRUCTIONS_H
#define FLUX_RUNTIME_HAL_X86_64_INSTRUCTIONS_H

#include "runtime/hal/Internal.h"

namespace flux::hal {

inline void outByte(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}
inline void outWord(uint16_t port, uint16_t value) {
  __asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port));
}
inline void outLong(uint16_t port, uint32_t value) {
  __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}
inline uint8_t inByte(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
inline uint32_t inLong(uint16_t port) {
  uint32_t value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}
inline void writeModelRegister(uint32_t number, uint64_t value) {
  __asm__ volatile("wrmsr" ::"c"(number), "a"(static_cast<uint32_t>(value)),
                   "d"(static_cast<uint32_t>(value >> 32)));
}

} // namespace flux::hal

#endif // FLUX_RUNTIME_HAL_X86_64_INSTRUCTIONS_H
