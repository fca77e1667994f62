//===- LLVMInput.h - programs that come as LLVM IR -------------*- C++ -*-===//
//
// What another compiler made of C becomes a program for the targets of FLUX.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_TARGET_LLVMINPUT_H
#define FLUX_TARGET_LLVMINPUT_H

#include "flux/Target/TargetSpec.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <memory>
#include <string>

namespace flux {

/// What is wrong with LLVM IR.
struct LLVMInputError {
  bool isUnsupported = false; ///< it is valid, but has what no target can do
  std::string message;
  unsigned line = 0, column = 0; ///< in the text of the input; 0: unknown
  std::string function;          ///< the one it is in; empty: none
  std::string place;             ///< in the C program; empty: unknown
};

/// True if LLVM can read \p input without a crash: it is tried in a process of
/// its own, because bitcode may be anything.
bool canReadLLVM(llvm::MemoryBufferRef input);

/// Reads \p input, text or bitcode, and checks it.  Null, with \p error, if it
/// is not what can be compiled.
std::unique_ptr<llvm::Module> readLLVM(llvm::MemoryBufferRef input,
                                       llvm::LLVMContext &context,
                                       LLVMInputError &error);

/// Makes \p module, as readLLVM() returned it, one for \p target.  If it is a
/// whole program, its entry becomes that of a document; false if it has none.
bool adaptLLVM(llvm::Module &module, const TargetSpec &target,
               bool isWholeProgram);

} // namespace flux

#endif // FLUX_TARGET_LLVMINPUT_H
