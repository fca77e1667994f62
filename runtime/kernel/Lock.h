//===- Lock.h - one at a time in the kernel --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_LOCK_H
#define FLUX_RUNTIME_KERNEL_LOCK_H

#include "runtime/hal/Hal.h"

namespace flux::kernel {

/// The lock of all that processors share.  Held with interrupts off, and for
/// short times only.  Processors get it in the order in which they ask.
class Lock {
public:
  void acquire();
  /// The same for one who knows the number of this processor, and that its
  /// process has no partner (Exchange.h).
  void acquire(unsigned processor) {
    uint32_t ticket = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&serving, __ATOMIC_ACQUIRE) != ticket)
      hal::relax();
    __atomic_store_n(&owner, processor, __ATOMIC_RELAXED);
  }
  void release() {
    __atomic_store_n(&owner, nobody, __ATOMIC_RELAXED);
    __atomic_store_n(&serving, serving + 1, __ATOMIC_RELEASE);
  }
  /// True if this processor has it.
  bool isMine() const {
    return __atomic_load_n(&owner, __ATOMIC_RELAXED) == hal::getProcessor();
  }

private:
  static constexpr uint32_t nobody = ~0u;
  uint32_t next = 0, serving = 0, owner = nobody;
};

extern Lock kernelLock;

/// Holds the lock while it exists.
class Guard {
public:
  // Calls, since there are many of them in code that nobody waits for.
  Guard();
  Guard(const Guard &) = delete;
  [[gnu::noinline]] ~Guard() {
    kernelLock.release();
    if (wereOn)
      hal::enableInterrupts();
  }
  /// Lets others run until this process is made ready again; its state says
  /// what it waits for.  The lock is held again afterwards.
  void wait() {
    hal::yield(); // its handler gives the lock away
    kernelLock.acquire();
  }

private:
  bool wereOn;
};

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_LOCK_H
