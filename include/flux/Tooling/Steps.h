//===- Steps.h - the sentences of steps, word by word ----------*- C++ -*-===//
#ifndef FLUX_TOOLING_STEPS_H
#define FLUX_TOOLING_STEPS_H

#include "flux/Tooling/Analysis.h"

namespace flux {

/// One form of a step.
struct StepForm {
  llvm::StringLiteral form, doc;
};

llvm::ArrayRef<StepForm> getStepForms();

/// The form of the step \p text, or null; sets \p verb as it is written there.
const StepForm *findStepForm(llvm::StringRef text, llvm::StringRef &verb);

/// What may follow the beginning of a step.
struct StepChoice {
  /// Words and signs, with the form that each belongs to.
  std::vector<std::pair<std::string, const StepForm *>> words;
  bool expr = false;     ///< an expression
  bool name = false;     ///< the name of a variable
  bool call = false;     ///< the call of a function
  bool duration = false; ///< "5 s"
};

/// Finds what may follow \p text, the beginning of a step without its marker
/// and without the word that is being written.
StepChoice getStepChoices(llvm::StringRef text);

/// The text of the step in \p line, a line up to some place: without list
/// marker, and behind the last colon that opens nested steps, if there is one.
llvm::StringRef getStepStart(llvm::StringRef line, bool &isNested);

/// The verb of a step that \p place is in, described; sets \p range.
std::string describeStepWord(const Analysis &analysis, const char *place,
                             llvm::StringRef &range);

} // namespace flux

#endif // FLUX_TOOLING_STEPS_H
