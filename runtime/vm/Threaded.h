//===- Threaded.h - the fast interpreter -----------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_VM_THREADED_H
#define FLUX_RUNTIME_VM_THREADED_H

#include "runtime/vm/Machine.h"

namespace flux::vm {

struct Context;
struct Translation;

/// Code that was translated for the fast interpreter: 16-byte operations that
/// hold the address of their handler.  Compilers without guaranteed tail calls
/// get the plain interpreter instead.
class ThreadedCode {
public:
  /// Translates \p package for machines with \p host.  False if there is no
  /// memory.  \p isGuarded: the machines that run it have a window
  /// (Machine::regionWindow), and faults come to redirectFault().
  bool build(const bytecode::Package &package, Arena &arena,
             bool isGuarded = false, const Host &host = Host());
  /// Goes on with \p machine until it ends or stops; same results, traps and
  /// gas as Machine::run().
  State run(Machine &machine) const;
  /// The same with a context that stays when it returns, for hosts that keep
  /// the place of a machine (Place.h).
  State run(Machine &machine, Context &context) const;
  /// Makes such a context; null if there is no memory.
  static Context *makeContext(Arena &arena);

  /// The operation at \p index: the word of its instruction, and its key
  /// (Handlers.h), 0 if it is never part of a sequence.
  struct Operation {
    uint32_t word;
    uint16_t key;
  };
  uint64_t getNumOperations() const;
  Operation getOperation(uint64_t index) const;

private:
  Translation *translation = nullptr;
};

/// True if this engine can work with windows here.
bool canGuard();
/// For a handler of SIGSEGV: if \p context, a `ucontext_t`, is that of an
/// operation whose access to the window at \p window faulted at \p address,
/// changes it so that the operation traps, and returns true.
bool redirectFault(void *context, uint64_t address, const uint8_t *window);

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_THREADED_H
