//===- Branches.h - branches that pack well --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BASE_BRANCHES_H
#define FLUX_RUNTIME_BASE_BRANCHES_H

#include <stdint.h>

namespace flux {

/// Where the targets of branches are told from.
enum class Targets : uint8_t {
  Absolute, ///< from the begin of the code: a function's calls look the same
  Relative, ///< from the branch, as processors have them
};

/// Makes the targets in \p size bytes of code for \p machine, as ELF calls it,
/// be told as \p to says; they were told the other way.  What is done to bytes
/// that are no code is undone by the other direction, too.
void convertBranches(uint16_t machine, uint8_t *code, uint64_t size,
                     Targets to);

} // namespace flux

#endif // FLUX_RUNTIME_BASE_BRANCHES_H
