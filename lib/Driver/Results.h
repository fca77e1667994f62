//===- Results.h - what phases make, dumped and written --------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_RESULTS_H
#define FLUX_LIB_DRIVER_RESULTS_H

#include "Timing.h"
#include "flux/Driver/Options.h"
#include "flux/Support/Diagnostics.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

namespace flux {

/// The results of one input: each phase can be dumped, and one of them is what
/// fluxc was called for.
class Results {
public:
  Results(const Options &options, DiagnosticEngine &diags, Timing &timing,
          llvm::StringRef input)
      : options(options), diags(diags), timing(timing), input(input) {}

  /// Dumps what \p phase made, as \p print writes it, if that was asked for,
  /// and keeps it in \p result if it is what fluxc was called for.  Of several
  /// targets, dumps lie in a folder named \p target.
  bool finishPhase(Phase phase, llvm::StringRef target,
                   llvm::function_ref<void(llvm::raw_ostream &)> print,
                   llvm::SmallVectorImpl<char> &result);

  /// Writes \p result, which was made for \p target.  Nothing happens if it
  /// went to the same place already.
  bool write(llvm::StringRef target, llvm::ArrayRef<char> result);

  /// Writes the dependencies on the documents \p imported, if asked for.
  bool writeDependencies(llvm::ArrayRef<std::string> imported);

  std::string title; ///< of pages

private:
  bool check(const std::string &error, llvm::StringRef path);

  const Options &options;
  DiagnosticEngine &diags;
  Timing &timing;
  llvm::StringRef input;
  std::vector<std::string> written; ///< paths
};

} // namespace flux

#endif // FLUX_LIB_DRIVER_RESULTS_H
