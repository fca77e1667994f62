//===- Paraphrase.h - the document read back -------------------*- C++ -*-===//
#ifndef FLUX_FRONTEND_PARAPHRASE_H
#define FLUX_FRONTEND_PARAPHRASE_H

#include "llvm/Support/raw_ostream.h"

namespace flux {

struct Module;

/// Writes \p module, which Sema accepted, as English: one line a step, with
/// what each name is (`--emit=paraphrase`).
void printParaphrase(const Module &module, llvm::raw_ostream &os);

/// Writes a section `## Settings` that declares all settings of \p module,
/// also those that nobody declared (`--emit=settings`).
void printSettingsSection(const Module &module, llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_FRONTEND_PARAPHRASE_H
