//===- TargetSpec.h - what a target is -------------------------*- C++ -*-===//
#ifndef FLUX_TARGET_TARGETSPEC_H
#define FLUX_TARGET_TARGETSPEC_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/SMLoc.h"
#include <string>
#include <vector>

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace flux {

class DiagnosticEngine;

/// A target, resolved: what its description says and what it inherits.  The
/// descriptions are data, targets/*.json, embedded into the compiler when it is
/// built; docs/targets.md tells what each entry means.
struct TargetSpec {
  std::string name; ///< "arm64-linux", "raspberry-pi-4"
  std::string description;
  std::vector<std::string> aliases;
  std::string base;       ///< the target that a board is; else the name
  bool isBoard = false;   ///< a machine, not only a kind of machine
  bool isPlanned = false; ///< known, but no code can be made for it yet

  std::string triple; ///< "x86_64-unknown-linux-gnu"
  std::string cpu;    ///< "native" until selectCPU() finds out
  std::string tune;   ///< CPU that code is scheduled for; empty: `cpu`
  std::vector<std::string> features; ///< "+avx2", "-sse4a"
  std::string abi;                   ///< "lp64d"; empty: that of the triple
  std::string relocationModel;       ///< "static" or "pic"
  std::string codeModel;             ///< "small", "medium" or "large"
  std::string linkerEmulation;       ///< "elf_x86_64"
  std::string linkerScript;          ///< path; empty: the linker's own
  std::string runtime;               ///< the object with start code: "x86_64"
  std::vector<std::string> emulator; ///< command that runs programs elsewhere
  std::vector<std::string> hal;      ///< what programs can reach: "files", ...
  /// Further CPUs that hot loops have versions for, from which programs choose
  /// when they start (Versions.h).
  std::vector<std::string> versions;

  /// The features as LLVM reads them: "+avx2,-sse4a".
  std::string getFeatureList() const;
};

/// Limits of description files.
struct TargetFileLimits {
  static constexpr size_t maxBytes = 64u << 10;
  static constexpr unsigned maxInherited = 16;
};

/// All built-in targets and boards, in the order of their names.
llvm::ArrayRef<const TargetSpec *> getTargets();
/// Names of the targets that code can be made for.
llvm::ArrayRef<llvm::StringRef> getTargetNames();
/// All names that findTarget() knows.
llvm::ArrayRef<llvm::StringRef> getAllTargetNames();
/// Finds a target or board by name or alias ("x86_64"); null if there is none.
const TargetSpec *findTarget(llvm::StringRef name);
/// The target of the machine that this compiler runs on, without the abilities
/// of its CPU that others do not have: "x86_64-linux".
const TargetSpec &getHostTarget();
/// True if this machine runs programs of \p target itself.
bool isHostTarget(const TargetSpec &target);

/// True if \p name is the path of a description: it ends in ".json".
bool isTargetPath(llvm::StringRef name);
/// Reads the description \p path, whose `inherits` may name built-in targets
/// and other files.  Null after reporting to \p diags what is wrong, at its
/// place in the file.
const TargetSpec *loadTarget(llvm::StringRef path, DiagnosticEngine &diags);

/// Makes \p target one for \p cpu, a name of LLVM's, "native", or a list of
/// CPUs to choose from; an empty name stands for the CPU of the target.  Adds
/// \p features, a list such as
/// "+avx2,-sse4a,fma", and checks all of them.  Errors are reported at the
/// places of \p cpu and \p features, if they lie in a document.
bool selectCPU(TargetSpec &target, llvm::StringRef cpu,
               llvm::StringRef features, DiagnosticEngine &diags);

/// Prints \p target as JSON, with all entries.
void printTarget(const TargetSpec &target, llvm::raw_ostream &os);
/// Prints the table of all targets, boards and planned targets.
void printTargets(llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_TARGET_TARGETSPEC_H
