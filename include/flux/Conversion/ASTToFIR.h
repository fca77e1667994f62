//===- ASTToFIR.h - syntax tree to FIR -------------------------*- C++ -*-===//
#ifndef FLUX_CONVERSION_ASTTOFIR_H
#define FLUX_CONVERSION_ASTTOFIR_H

#include "flux/Frontend/AST.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace flux {

/// Lowers an analysed module to FIR.  Every operation's location is the place
/// in the document; \p fileName is the name that locations carry.
/// \p sources must hold the document's buffer.  With \p poisons, memory that
/// is given back is overwritten first, so that reads of it show.
mlir::OwningOpRef<mlir::ModuleOp>
convertASTToFIR(const Module &module, mlir::MLIRContext &context,
                const llvm::SourceMgr &sources, llvm::StringRef fileName,
                bool poisons = false);

} // namespace flux

#endif // FLUX_CONVERSION_ASTTOFIR_H
