//===- Compilation.h - one input through the phases ------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_COMPILATION_H
#define FLUX_LIB_DRIVER_COMPILATION_H

#include "Timing.h"
#include "flux/Driver/Driver.h"
#include "flux/Driver/Options.h"
#include "flux/Support/Diagnostics.h"
#include <memory>

namespace flux {

/// How much the heap grows at once: memory is hardly ever freed, so it is taken
/// in large pieces and kept.
inline constexpr int heapStep = 16 << 20;

/// Takes one input as far as the options say, and writes the result.
class Compilation {
public:
  Compilation(const Options &options, DiagnosticEngine &diags, Timing &timing,
              llvm::StringRef input);
  ~Compilation();

  /// Runs; to be called once.
  ExitStatus run();

private:
  struct State;
  std::unique_ptr<State> state;
};

} // namespace flux

#endif // FLUX_LIB_DRIVER_COMPILATION_H
