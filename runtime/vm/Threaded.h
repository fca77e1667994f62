//===- Threaded.h - the fast interpreter -----------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_VM_THREADED_H
#define FLUX_RUNTIME_VM_THREADED_H

#include "runtime/vm/Machine.h"

namespace flux::vm {

struct Op;
struct Translation;

/// Code that was translated for the fast interpreter: 16-byte operations that
/// hold the address of their handler.  Compilers without guaranteed tail calls
/// get the plain interpreter instead.
class ThreadedCode {
public:
  /// Translates the package of \p machine.  False if there is no memory.
  bool build(const bytecode::Package &package, Arena &arena);
  /// Goes on with \p machine until it ends or stops; same results, traps and
  /// gas as Machine::run().
  State run(Machine &machine) const;

private:
  Translation *translation = nullptr;
};

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_THREADED_H
