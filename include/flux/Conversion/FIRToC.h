//===- FIRToC.h - FIR to one file of C11 -----------------------*- C++ -*-===//
//
// A program that any machine with a C compiler can build, and that people can
// read.  One walk over FIR like the one to LLVM IR, without LLVM; what it means
// is the same on every target, traps included (docs/targets.md).
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_CONVERSION_FIRTOC_H
#define FLUX_CONVERSION_FIRTOC_H

#include "mlir/IR/BuiltinOps.h"
#include <functional>
#include <string>

namespace flux {

struct FIRToCOptions {
  std::string producer; ///< "fluxc 0.1.0"
  std::string fileName; ///< of the C file, for `#line`
  /// Write `#line`, so that debuggers and compilers show the document.
  bool lines = true;
  /// Text of a line (from 1) of a document, by its name in locations, for the
  /// message of traps; empty if unknown.
  std::function<llvm::StringRef(llvm::StringRef fileName, unsigned line)>
      lineText;
  /// Told what C cannot hold, and where; the conversion fails then.
  std::function<void(mlir::Location location, llvm::StringRef what)>
      unsupported;
};

/// Converts a verified module of FIR and writes it to \p os.  Returns false
/// after `unsupported` was called.
bool convertFIRToC(mlir::ModuleOp module, const FIRToCOptions &options,
                   llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_CONVERSION_FIRTOC_H
