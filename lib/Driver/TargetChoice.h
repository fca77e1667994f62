//===- TargetChoice.h - what code is made for ------------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_TARGETCHOICE_H
#define FLUX_LIB_DRIVER_TARGETCHOICE_H

#include "flux/Driver/Options.h"
#include "flux/Target/TargetSpec.h"

namespace flux {

class DiagnosticEngine;
struct CompileSettings;

struct TargetChoice {
  std::vector<TargetSpec> targets; ///< at least one
  OptLevel level = OptLevel::O2;
};

/// Puts together what the section Compile of a document and \p options say; the
/// options win, with a note.  False after an error.
bool chooseTargets(const CompileSettings &settings, const Options &options,
                   DiagnosticEngine &diags, TargetChoice &choice);

/// Finds the target or the description file that `--target=NAME` or
/// `--print-target=NAME` names; null after an error.  Planned targets are
/// found, too.
const TargetSpec *findNamedTarget(llvm::StringRef name,
                                  DiagnosticEngine &diags);

/// Finds the targets that `--target=LIST` names, each once; reports those that
/// no code can be made for.
std::vector<const TargetSpec *> findTargetList(llvm::StringRef list,
                                               DiagnosticEngine &diags);

} // namespace flux

#endif // FLUX_LIB_DRIVER_TARGETCHOICE_H
