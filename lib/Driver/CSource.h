//===- CSource.h - programs as C source ------------------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_CSOURCE_H
#define FLUX_LIB_DRIVER_CSOURCE_H

#include "flux/Driver/Options.h"
#include "mlir/IR/BuiltinOps.h"
#include <functional>

namespace flux {

class DiagnosticEngine;
struct TargetSpec;

/// What writeC() has to know about the input.
struct CSourceInput {
  const Options &options;
  DiagnosticEngine &diags;
  unsigned bufferID;
  llvm::StringRef input;
  bool isFIR;
};

/// Lets \p options ask for the form of programs that \p targets have, if they
/// ask for programs.  False after reporting a form that a target does not have.
bool checkForm(llvm::ArrayRef<TargetSpec> targets, Options &options,
               DiagnosticEngine &diags);

/// Writes \p fir as C to \p text.  False after reporting what C cannot hold.
bool writeC(mlir::ModuleOp fir, const CSourceInput &input,
            std::function<llvm::StringRef(llvm::StringRef, unsigned)> lineText,
            std::string &text);

/// The C compiler of this machine, `$CC` or `cc`: its path and the first of its
/// arguments; empty if there is none.
std::vector<std::string> findCCompiler();

/// Has the C compiler make \p program, an executable file's content, of \p
/// text. Returns why it does not, or "".
std::string compileC(llvm::StringRef text, OptLevel level,
                     std::string &program);

} // namespace flux

#endif // FLUX_LIB_DRIVER_CSOURCE_H
