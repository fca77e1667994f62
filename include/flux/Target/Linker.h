//===- Linker.h - executables by lld, in process ---------------*- C++ -*-===//
#ifndef FLUX_TARGET_LINKER_H
#define FLUX_TARGET_LINKER_H

#include "flux/Target/TargetSpec.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace flux {

/// An object file in memory.
struct ObjectFile {
  llvm::StringRef name; ///< for messages
  llvm::ArrayRef<char> bytes;
};

enum class LinkStatus {
  Success,
  NoTemporaryFile, ///< the system gives no place for files, even in memory
  Failure,
};

/// Links \p objects with the embedded runtime of \p target into a static
/// executable.  \p keepDebug keeps symbols and debug sections.  The result is
/// in \p out; on failure \p error says why.  lld resets every cl::opt of the
/// process.
LinkStatus linkExecutable(const TargetSpec &target,
                          llvm::ArrayRef<ObjectFile> objects, bool keepDebug,
                          llvm::SmallVectorImpl<char> &out, std::string &error);

/// Merges \p objects into one relocatable object.
LinkStatus linkRelocatable(const TargetSpec &target,
                           llvm::ArrayRef<ObjectFile> objects,
                           llvm::SmallVectorImpl<char> &out,
                           std::string &error);

/// Links \p objects, and nothing else, as the text of a linker script and
/// \p options say.
LinkStatus linkByScript(llvm::StringRef emulation, llvm::StringRef script,
                        llvm::ArrayRef<llvm::StringRef> options,
                        llvm::ArrayRef<ObjectFile> objects,
                        llvm::SmallVectorImpl<char> &out, std::string &error);

/// The same for a module of WebAssembly, without a script.
LinkStatus linkModule(llvm::ArrayRef<llvm::StringRef> options,
                      llvm::ArrayRef<ObjectFile> objects,
                      llvm::SmallVectorImpl<char> &out, std::string &error);

} // namespace flux

#endif // FLUX_TARGET_LINKER_H
