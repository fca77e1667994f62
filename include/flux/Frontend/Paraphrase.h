//===- Paraphrase.h - the document read back -------------------*- C++ -*-===//
#ifndef FLUX_FRONTEND_PARAPHRASE_H
#define FLUX_FRONTEND_PARAPHRASE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace flux {

struct Module;

/// One line of the paraphrase, and the step that it reads back.
struct StepParaphrase {
  llvm::StringRef place;
  std::string text;
  std::string names; ///< what the names in the text are; may be empty
};

/// The lines of all steps of \p module, which Sema accepted, also of tests.
std::vector<StepParaphrase> paraphraseSteps(const Module &module);

/// Writes \p module, which Sema accepted, as English: one line a step, with
/// what each name is (`--emit=paraphrase`).
void printParaphrase(const Module &module, llvm::raw_ostream &os);

/// Writes a section `## Settings` that declares all settings of \p module,
/// also those that nobody declared (`--emit=settings`).
void printSettingsSection(const Module &module, llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_FRONTEND_PARAPHRASE_H
