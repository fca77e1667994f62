//===- Exchange.h - words and messages to other processes -------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_EXCHANGE_H
#define FLUX_RUNTIME_KERNEL_EXCHANGE_H

#include "runtime/kernel/Process.h"
#include "runtime/vm/HostCalls.h"

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

/// Tells all who wait for a word of process \p id that it has ended.  Needs the
/// kernel's lock.
void refuseWords(uint32_t id);

/// The imports `flux.exchange` and `flux.serve` (\p isServer) of the current
/// process.  If it waits, its handlers may go on at \p place, without a return
/// from here; null: they cannot.  Must be called without the lock.
void exchangeWords(Process &self, bool isServer, uint64_t *args,
                   vm::Place *place);

// ExchangeHandlers.cpp, for machines on which handlers can change machines.

/// The handler for an import, or null.
vm::AnyHandler findImportHandler(vm::HostCall call);
/// True if a place waits in the handler for `flux.serve`.
bool isServing(const vm::Place &place);
/// Goes on at a place, with interrupts off.
[[noreturn]] void goOnAt(vm::Place &place);

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_EXCHANGE_H
