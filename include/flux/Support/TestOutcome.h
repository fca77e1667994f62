//===- TestOutcome.h - what came out of a test -----------------*- C++ -*-===//
#ifndef FLUX_SUPPORT_TESTOUTCOME_H
#define FLUX_SUPPORT_TESTOUTCOME_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace flux {

/// What came out of a test.
struct TestOutcome {
  enum Status : uint8_t { Passed, Failed, Updated } status = Passed;
  std::string reason; ///< one line
  /// What was compared; the names are "expected", "actual", "left", "right".
  std::vector<std::pair<llvm::StringRef, std::string>> values;
  std::string details; ///< more lines
  std::string name;    ///< of the test; only where outcomes are collected
  unsigned line = 0;   ///< the same
  void set(Status newStatus, std::string newReason) {
    status = newStatus;
    reason = std::move(newReason);
  }
};

} // namespace flux

#endif // FLUX_SUPPORT_TESTOUTCOME_H
