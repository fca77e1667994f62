//===- Exchange.h - words and messages to other processes -------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_EXCHANGE_H
#define FLUX_RUNTIME_KERNEL_EXCHANGE_H

#include "runtime/kernel/Process.h"

namespace flux::kernel {

/// What exchange() waits for after it sent.
enum class Answer : uint64_t {
  None,     ///< it does not wait
  Receiver, ///< a word of the process that it sent to
  Anybody,
};

/// Gives \p text to a process and wakes it if it waits for that, a little more
/// urgent than others.  False if its mailbox has no room.  Needs the kernel's
/// lock.
bool deliver(Process &target, uint32_t sender, Bytes text);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_EXCHANGE_H
