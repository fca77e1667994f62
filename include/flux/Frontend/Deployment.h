//===- Deployment.h - vocabulary, supervision and policies -----*- C++ -*-===//
//
// What the sections of these names say, and Compile: closed forms.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_FRONTEND_DEPLOYMENT_H
#define FLUX_FRONTEND_DEPLOYMENT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace flux {

/// `## Supervise`: what happens when the agent fails.
struct SuperviseDecl {
  llvm::StringRef range;
  llvm::StringRef strategy; ///< one-for-one, rest-for-one or all
  uint64_t maxRestarts = 0;
  int64_t withinNs = 0, backoffNs = 0;
  llvm::StringRef escalate; ///< stop or safe-state
};

/// A line of `## vocabulary`: words and holes that stand for a call.
struct PhraseDecl {
  llvm::StringRef range;                 ///< the pattern
  llvm::ArrayRef<llvm::StringRef> words; ///< holes keep their braces
  llvm::StringRef call;                  ///< as written
  llvm::StringRef module, function;      ///< what is called
  unsigned numArgs = 0;
  static bool isHole(llvm::StringRef word) { return word.starts_with("{"); }
};

/// A line of `## Policy`.
struct PolicyRule {
  enum Kind : uint8_t { OnlyHold, NotBoth, AtMostReach } kind;
  llvm::StringRef range;
  llvm::ArrayRef<llvm::StringRef> agents; ///< OnlyHold; the one reached
  uint32_t flags = 0;                     ///< OnlyHold, NotBoth
  uint64_t count = 0;                     ///< AtMostReach
};

struct CompileSettings {
  llvm::StringRef target, optimize, board, cpu, features; ///< empty: not given
};

/// `--set name=value`; both are text of a buffer of the SourceMgr.
struct SettingOverride {
  llvm::StringRef name, value;
};

} // namespace flux

#endif // FLUX_FRONTEND_DEPLOYMENT_H
