//===- FIRToLLVM.h - FIR to LLVM IR in one walk ----------------*- C++ -*-===//
//
// The only lowering of FIR to LLVM IR.  It walks the operations once with an
// IRBuilder; MLIR's conversion framework would make up more than half of the
// compile time at -O0 (docs/Rationale.md).
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_CONVERSION_FIRTOLLVM_H
#define FLUX_CONVERSION_FIRTOLLVM_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include <functional>
#include <memory>
#include <vector>

namespace flux {

enum class DebugLevel {
  None,       ///< no locations: traps tell their place, backtraces are empty
  LineTables, ///< enough for backtraces
  Full,       ///< functions, parameters, locals and types for debuggers
};

/// Which part of a program each of its functions belongs to.
struct PartPlan {
  struct Entry {
    unsigned part = 0;
    bool isShared = false; ///< called from other parts
    bool isSmall = false;  ///< other parts get a copy of it to inline
  };
  std::vector<Entry> functions; ///< in the order of the module
  /// Of the parts.  The name of a part stays when other documents change.
  std::vector<std::string> names;

  unsigned getNumParts() const { return names.size(); }
};

/// How a program is cut into parts.
struct PartLimits {
  size_t operationsPerPart; ///< about; what has less than two parts has one
  bool byDocument;          ///< no part has functions of several documents
  bool optimized;           ///< small functions are to be inlined
};

/// Cuts \p module into parts: each document for itself, large ones into runs of
/// functions.  Depends on nothing but the module.
PartPlan planParts(mlir::ModuleOp module, const PartLimits &limits);

struct FIRToLLVMOptions {
  DebugLevel debug = DebugLevel::LineTables;
  bool optimized = false; ///< recorded in the debug information
  /// CPU that code is scheduled for ("" leaves it to the target's CPU).
  std::string tuneCPU;
  /// Keep frame pointers in optimized code, too.
  bool framePointers = false;
  /// LLVM's inlining threshold of the level, or 0 to leave inlining alone.  A
  /// function gets more for each check, whose trap block costs nothing on the
  /// way but counts as much as ten instructions in LLVM's model.
  unsigned inlineThreshold = 0;
  std::string producer;   ///< "fluxc 0.1.0"
  std::string compileDir; ///< DW_AT_comp_dir
  /// Text of a line (from 1) of a document, by its name in locations, for the
  /// message of traps; empty if unknown.
  std::function<llvm::StringRef(llvm::StringRef fileName, unsigned line)>
      lineText;
  /// Lowers only the functions of one part of a plan; the others become
  /// declarations.  When optimizing, small ones that this part calls come with
  /// their body, to be inlined.  Without a plan there is one part.
  const PartPlan *plan = nullptr;
  unsigned part = 0;
};

/// Converts a verified module of FIR.  \p triple and \p dataLayout describe
/// the target.  Cannot fail on FIR that verifies.
std::unique_ptr<llvm::Module> convertFIRToLLVM(mlir::ModuleOp module,
                                               llvm::LLVMContext &context,
                                               const llvm::Triple &triple,
                                               llvm::StringRef dataLayout,
                                               const FIRToLLVMOptions &options);

/// Makes of \p module, which was converted with optimization for a 64-bit
/// processor and may be optimized, one for another of which \p triple,
/// \p dataLayout and \p options tell.
void retargetModule(llvm::Module &module, const llvm::Triple &triple,
                    llvm::StringRef dataLayout,
                    const FIRToLLVMOptions &options);

} // namespace flux

#endif // FLUX_CONVERSION_FIRTOLLVM_H
