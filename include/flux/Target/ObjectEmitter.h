//===- ObjectEmitter.h - LLVM IR to assembly and objects -------*- C++ -*-===//
#ifndef FLUX_TARGET_OBJECTEMITTER_H
#define FLUX_TARGET_OBJECTEMITTER_H

#include "flux/Target/TargetSpec.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>
#include <optional>
#include <string>

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

/// True if the frames of optimized code can only be walked with frame pointers:
/// on ARM64, where all code has them, and where vectors of a size that is not
/// known lie in frames.
bool needsFramePointers(const TargetSpec &target);

/// The target for whose machine modules for \p target are simplified, so that
/// targets can share that.  Null: \p target itself, shared with nobody.
const TargetSpec *getSharedTarget(const TargetSpec &target);

/// Runs the first half of LLVM's own pipeline for \p level over \p module,
/// which makes it smaller and inlines; \p machine is that of getSharedTarget(),
/// if there is one.  \p verifyEach checks the module after every pass.
void simplifyModule(llvm::Module &module, llvm::TargetMachine &machine,
                    OptLevel level, bool verifyEach);

/// Runs the second half, which makes the best of what \p machine can do.
void optimizeModule(llvm::Module &module, llvm::TargetMachine &machine,
                    OptLevel level, bool verifyEach);

/// Keeps the locations of \p module, which the call-site table needs, but lets
/// emitModule() write no debug sections from them.  To be called before
/// simplifyModule(), which may inline functions away.
void dropDebugSections(llvm::Module &module);

enum class EmitFormat {
  Assembly,
  Object,
  /// For executables: the object also holds the call-site table of
  /// runtime/base/TrapSite.h as `flux_calls`, and defines `flux_text_begin`.
  /// The table is empty for modules without locations.
  ObjectWithCallTable,
};

/// Which part of a program a module is, if its code is generated in parts.
struct Part {
  bool isWhole = true;
  bool isFirst = true;  ///< of those that are linked
  llvm::StringRef name; ///< if it is not whole
};

/// Writes \p module as \p format to \p out; returns false if the target cannot.
bool emitModule(llvm::Module &module, llvm::TargetMachine &machine,
                EmitFormat format, llvm::SmallVectorImpl<char> &out,
                Part part = {});

/// Merges the call-site tables of \p parts, the objects of all parts of a
/// program in their order, whose names are \p names, into one more object.  All
/// of them must be linked in this order.
bool mergeCallTables(llvm::ArrayRef<llvm::SmallVector<char, 0>> parts,
                     llvm::ArrayRef<std::string> names,
                     llvm::TargetMachine &machine,
                     llvm::SmallVectorImpl<char> &out, std::string &error);

} // namespace flux

#endif // FLUX_TARGET_OBJECTEMITTER_H
