//===- LLVMInput.h - inputs that are LLVM IR -------------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_LLVMINPUT_H
#define FLUX_LIB_DRIVER_LLVMINPUT_H

#include "flux/Driver/Options.h"
#include "flux/Support/Diagnostics.h"
#include "flux/Target/LLVMInput.h"

namespace flux {

/// Reads the LLVM IR of the buffer and reports why it cannot be compiled for
/// \p targets, if it cannot.
bool checkLLVM(unsigned bufferID, const Options &options,
               llvm::ArrayRef<TargetSpec> targets, DiagnosticEngine &diags);

/// The program of the buffer, which checkLLVM() found good, for \p target.
std::unique_ptr<llvm::Module>
importLLVM(unsigned bufferID, const Options &options, const TargetSpec &target,
           llvm::LLVMContext &context, DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_LIB_DRIVER_LLVMINPUT_H
