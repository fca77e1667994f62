//===- BytecodePhases.h - packages as a result -----------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_BYTECODEPHASES_H
#define FLUX_LIB_DRIVER_BYTECODEPHASES_H

#include "TargetChoice.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Target/BytecodeCompiler.h"

namespace flux {

/// The form \p last must be one of programs for \p target.
bool checkForm(Phase last, const TargetSpec &target, DiagnosticEngine &diags);

/// linkBytecodeRuntime(), with a message.
bool linkRuntime(llvm::Module &module, DiagnosticEngine &diags);

/// Makes the assembly of \p module and, if \p assembled, its package.
bool makeBytecode(llvm::Module &module, const BytecodeOptions &options,
                  bool assembled, BytecodeProgram &program,
                  DiagnosticEngine &diags);

/// Reads the secret key that `--sign` names; reports what is wrong.
void readSecretKey(llvm::StringRef path, std::string &key,
                   DiagnosticEngine &diags);

/// True if `--native` or `--sign` ask for more than the assembler makes.
bool completesPackages(const Options &options);

/// Adds the targets of `--native` to \p choice, which must be of a package if
/// options ask for more than one.
bool addNativeTargets(TargetChoice &choice, const Options &options,
                      DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_LIB_DRIVER_BYTECODEPHASES_H
