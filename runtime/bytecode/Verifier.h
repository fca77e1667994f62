//===- Verifier.h - only good code runs ------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BYTECODE_VERIFIER_H
#define FLUX_RUNTIME_BYTECODE_VERIFIER_H

#include "runtime/bytecode/Package.h"

namespace flux::bytecode {

/// What is wrong with a package, and at which word if it is in the code.
struct VerifyError {
  const char *message = nullptr;
  uint64_t word = 0;
};

/// Checks the code of \p package in one pass.  Takes memory for one bit and a
/// quarter for each word of code from \p scratch.
bool verify(const Package &package, Arena &scratch, VerifyError &error);

/// Which recorded block starts at a word, in constant time.
class BlockIndex {
public:
  /// False if there is no memory.
  bool build(const Package &package, Arena &arena);
  /// The number of the block that starts at \p word, or -1.
  int64_t find(uint64_t word) const {
    uint64_t bits = starts[word / 64], mask = uint64_t(1) << word % 64;
    if (!(bits & mask))
      return -1;
    return counts[word / 64] + __builtin_popcountll(bits & (mask - 1));
  }

private:
  uint64_t *starts = nullptr;
  uint32_t *counts = nullptr;
};

} // namespace flux::bytecode

#endif // FLUX_RUNTIME_BYTECODE_VERIFIER_H
