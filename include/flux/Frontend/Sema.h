//===- Sema.h - names, types, constants, lifetimes -------------*- C++ -*-===//
#ifndef FLUX_FRONTEND_SEMA_H
#define FLUX_FRONTEND_SEMA_H

#include "flux/Frontend/AST.h"

namespace flux {

class DiagnosticEngine;

/// Resolves names, computes and checks types, evaluates constants, checks
/// control flow (DECL-5) and lifetimes (MEM-2).  Fills the members marked
/// "Sema" of \p module.  Returns false if it reported an error; the tree must
/// not be lowered then.
bool analyzeModule(Module &module, ASTContext &context,
                   DiagnosticEngine &diags);

/// True if \p module, an analysed document called \p input, is a program: it
/// has `main` or steps.  Reports at \p title if not.
bool checkEntry(const Module &module, llvm::StringRef title,
                llvm::StringRef input, DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_FRONTEND_SEMA_H
