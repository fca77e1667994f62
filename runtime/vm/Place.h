//===- Place.h - where a machine goes on -----------------------*- C++ -*-===//
//
// What the handlers of the threaded engine hold in registers, kept while those
// of another machine go on in their place: by a handler of the host, without a
// return to it.  Needs no floating-point registers, so a kernel can look at it
// in traps.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_VM_PLACE_H
#define FLUX_RUNTIME_VM_PLACE_H

#include <stdint.h>

#if !__STDC_HOSTED__ &&                                                        \
    (defined(__x86_64__) || defined(__aarch64__) || defined(__riscv))
/// An operation can go on with another machine, on the stack of its handlers.
#define FLUX_CAN_CHANGE_MACHINES 1
#else
#define FLUX_CAN_CHANGE_MACHINES 0
#endif

namespace flux::vm {

struct Op;

struct Place {
  // What Guard.cpp writes, so it comes first.
  void *stack; ///< of all handlers
  void *link;  ///< where they return to, if that is in a register

  const Op *pc; ///< the next operation
  uint64_t *registers;
  int64_t gas;
  uint64_t *window; ///< of the import that waits
  /// The place that the handler may go on at; null: it has to ask the host.
  Place *partner;
  // The host's.
  uint64_t id;
  void *process;
  uint64_t since; ///< when it went on
};

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_PLACE_H
