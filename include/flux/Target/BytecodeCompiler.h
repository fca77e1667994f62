//===- BytecodeCompiler.h - packages from LLVM IR --------------*- C++ -*-===//
//
// The code generator of the virtual machine: LLVM IR of a whole program, after
// LLVM's optimiser, becomes a package (docs/bytecode-format.md).
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_TARGET_BYTECODECOMPILER_H
#define FLUX_TARGET_BYTECODECOMPILER_H

#include "flux/Target/TargetSpec.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include <string>

namespace flux {

/// True if programs of \p target are packages.
bool makesPackages(const TargetSpec &target);

/// Adds what of the runtime \p module needs.  To be called before the
/// optimiser; the entry of a document is `flux_main`, that of another program
/// `main`.  False, with \p error, if they do not fit.
bool linkBytecodeRuntime(llvm::Module &module, std::string &error);

struct BytecodeOptions {
  llvm::StringRef documentName; ///< as in locations
  llvm::StringRef documentText; ///< goes into the package
};

struct BytecodeProgram {
  std::string code;     ///< before registers are allocated (--emit=fbc)
  std::string assembly; ///< for the assembler of flux-vm
  llvm::SmallVector<char, 0> package;
};

/// Compiles \p module, which holds the whole program, to assembly.  False, with
/// \p error, if it holds what the machine does not have.
bool compileBytecode(llvm::Module &module, const BytecodeOptions &options,
                     BytecodeProgram &program, std::string &error);

/// Makes the package of \p program's assembly, with its document compressed,
/// and verifies it.  Fails only by a fault of the code generator, or if the
/// program is too large for a package.
bool assembleBytecode(BytecodeProgram &program, std::string &error);

/// The same program as code of a processor.
struct NativeProgram {
  llvm::StringRef target;
  llvm::ArrayRef<char> executable;
};

/// Adds \p programs to \p package, and signs it with the 32 bytes \p secret
/// (Ed25519) if they are there.
bool finishPackage(llvm::SmallVectorImpl<char> &package,
                   llvm::ArrayRef<NativeProgram> programs,
                   llvm::ArrayRef<uint8_t> secret, std::string &error);

} // namespace flux

#endif // FLUX_TARGET_BYTECODECOMPILER_H
