//===- Steps.h - the step that a place is in -------------------*- C++ -*-===//
#ifndef FLUX_TOOLING_STEPS_H
#define FLUX_TOOLING_STEPS_H

#include "flux/Tooling/Analysis.h"

namespace flux {

/// One of the steps on a line, of which the earlier ones hold the later ones:
/// `If a: Log 1` has two.
struct StepPart {
  llvm::StringRef verb; ///< as written
  const VerbInfo *info; ///< null: `If it fails`, or no verb
  llvm::StringRef text; ///< from the verb up to its colon, or the end
};

/// Splits \p text, a line without its list marker, into its steps.
llvm::SmallVector<StepPart, 2> splitStep(llvm::StringRef text);

/// A step that is being written.
struct StepPlace {
  llvm::StringRef text;              ///< of the step, up to the place
  llvm::SmallVector<Verb, 4> around; ///< what it is nested in, innermost first
  Verb before = Verb::Unknown;       ///< of the step above it in its list
  /// Under a step that can fail, where only `If it fails:` may stand.
  bool isFailure = false;
};

/// Finds the step at the end of \p line, the beginning of a line of \p section.
StepPlace findStepPlace(const Section &section, llvm::StringRef line);

/// True if a step with \p verb may stand at \p place of a section of \p kind.
bool mayStand(Verb verb, const StepPlace &place, SectionKind kind);

/// The verb of a step that \p place is in, described; sets \p range.
std::string describeStepWord(const Analysis &analysis, const char *place,
                             llvm::StringRef &range);

} // namespace flux

#endif // FLUX_TOOLING_STEPS_H
