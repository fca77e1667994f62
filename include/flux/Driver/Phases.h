//===- Phases.h - the steps from document to executable --------*- C++ -*-===//
//
// Each step has a name, under which it can be printed (--emit), stopped at
// (--stop-after) and dumped (--dump-phases).  The order is the order of work:
// what an option asks for says how far to go.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_DRIVER_PHASES_H
#define FLUX_DRIVER_PHASES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace flux {

enum class Phase : uint8_t {
  Document,
  AST,
  Sema,
  FIR,
  FIROpt,
  LLVM,
  LLVMOpt,
  FBC,
  BytecodeAsm,
  Asm,
  Obj,
  Exe,
  C, ///< instead of all that follows FIROpt
};

/// What is known about one phase.
struct PhaseInfo {
  Phase phase;
  llvm::StringLiteral name;
  llvm::StringLiteral extension; ///< of its output; empty: it has none
  bool isBinary;
  bool isText; ///< meant for reading: goes to standard output by default
  llvm::StringLiteral help;
};

/// All phases, in order.
llvm::ArrayRef<PhaseInfo> getPhases();
inline const PhaseInfo &getInfo(Phase phase) {
  return getPhases()[static_cast<size_t>(phase)];
}
/// Finds a phase by name.
std::optional<Phase> findPhase(llvm::StringRef name);

} // namespace flux

#endif // FLUX_DRIVER_PHASES_H
