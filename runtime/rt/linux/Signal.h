//===- Signal.h - signals, as all architectures see them -------*- C++ -*-===//
#ifndef FLUX_RUNTIME_RT_LINUX_SIGNAL_H
#define FLUX_RUNTIME_RT_LINUX_SIGNAL_H

#include <stdint.h>

extern "C" void flux_signal_return();

namespace flux::rt {

/// `siginfo_t` of a fault.
struct SignalInfo {
  int32_t number, error, code, pad;
  uint64_t address;
};

using SignalHandler = void (*)(int, const SignalInfo *, const void *);

/// Where a program stood when a signal came.
struct SignalRegisters {
  uint64_t instruction, stackPointer, framePointer;
  uint64_t link; ///< the return address, where calls leave it in a register
};

} // namespace flux::rt

#endif // FLUX_RUNTIME_RT_LINUX_SIGNAL_H
