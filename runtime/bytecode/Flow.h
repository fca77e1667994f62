//===- Flow.h - what an instruction needs and leaves -----------*- C++ -*-===//
//
// The one description of the discipline that code follows: the verifier checks
// recorded states with it, the assembler finds them with it.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_BYTECODE_FLOW_H
#define FLUX_RUNTIME_BYTECODE_FLOW_H

#include "runtime/base/ForSize.h"
#include "runtime/bytecode/Package.h"

namespace flux::bytecode {

/// Why code is not verified.
#define FLUX_UNSAFE(EXACT) FLUX_REASON("the code is not safe", EXACT)

/// What holds before an instruction.
struct FlowState {
  uint64_t defined = 0;
  uint32_t depth = 0;
  uint32_t enterDepth = notEntered;
  uint16_t catches = 0;
  bool dynamic = false;
  bool flags = false;     ///< set in this block
  bool reachable = false; ///< false behind an instruction that ends its block
};

/// The registers that always hold something.
inline constexpr uint64_t alwaysDefined =
    1ull << isa::RegZero | 1ull << isa::RegSP | 1ull << isa::RegPC |
    0x7Full << isa::RegGas;

/// What holds at the entry of a function.
FlowState getEntryState(const Function &function);
/// What holds at a recorded block.
FlowState getBlockState(const Block &block);
/// Whether control may come from \p state to a place where \p target holds;
/// returns null, or why not.
const char *checkJoin(const FlowState &state, const FlowState &target);

/// What Flow needs to know of the package around an instruction.
struct FlowContext {
  /// The number of functions, and one of them.
  uint32_t numFunctions;
  Function (*getFunction)(const void *data, uint32_t number);
  uint32_t numImports;
  Import (*getImport)(const void *data, uint32_t number);
  uint32_t numTables;
  Table (*getTable)(const void *data, uint32_t number);
  const void *data;
  /// Called for each place that an instruction may jump to, with what holds
  /// then; returns null, or what is wrong with it.
  const char *(*jump)(void *self, uint64_t word, const FlowState &state);
  void *self;
};

/// Follows one instruction at \p word of \p function: checks what it needs and
/// changes \p state to what it leaves, adds its effects to \p effects.  Returns
/// null, or what is wrong.
const char *follow(const FlowContext &context, const Function &function,
                   uint64_t word, const isa::Instruction &instruction,
                   FlowState &state, uint32_t &effects);

} // namespace flux::bytecode

#endif // FLUX_RUNTIME_BYTECODE_FLOW_H
