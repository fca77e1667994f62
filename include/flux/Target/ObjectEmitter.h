//===- ObjectEmitter.h - LLVM IR to assembly and objects -------*- C++ -*-===//
#ifndef FLUX_TARGET_OBJECTEMITTER_H
#define FLUX_TARGET_OBJECTEMITTER_H

#include "flux/Target/TargetSpec.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>

namespace flux {

/// The levels of `-O`.
enum class OptLevel { O0, O1, O2, O3, Os, Oz };

/// Spells \p level as on the command line: "-O2".
llvm::StringRef getSpelling(OptLevel level);
/// Reads "-O2" or "O2"; nullopt if there is no such level.
std::optional<OptLevel> parseOptLevel(llvm::StringRef text);

/// Makes the machine for \p target; on failure returns null and sets \p error.
/// Only the back end that is asked for is initialised.
std::unique_ptr<llvm::TargetMachine>
createTargetMachine(const TargetSpec &target, OptLevel level,
                    std::string &error);

/// Runs LLVM's own pipeline for \p level over \p module.
void optimizeModule(llvm::Module &module, llvm::TargetMachine &machine,
                    OptLevel level);

/// Writes an object file (or assembly) of \p module to \p out; returns false if
/// the target cannot.
bool emitModule(llvm::Module &module, llvm::TargetMachine &machine,
                bool assembly, llvm::SmallVectorImpl<char> &out);

/// Reads the line table of \p object (made with at least DebugLevel::LineTables)
/// and writes an object with the call-site table of runtime/base/TrapSite.h,
/// symbol `flux_calls`.  Returns false and sets \p error if it cannot.
bool emitCallTable(llvm::ArrayRef<char> object, llvm::TargetMachine &machine,
                   llvm::SmallVectorImpl<char> &out, std::string &error);

} // namespace flux

#endif // FLUX_TARGET_OBJECTEMITTER_H
