//===- Output.h - files, whole or not at all -------------------*- C++ -*-===//
#ifndef FLUX_LIB_DRIVER_OUTPUT_H
#define FLUX_LIB_DRIVER_OUTPUT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"
#include <string>

namespace flux {

/// Writes \p bytes to \p path ("-" is standard output) through a temporary file
/// in the same folder, so that \p path never holds half of it.  What exists
/// and is no regular file, such as a device, is written directly.  Returns the
/// reason if that fails, or an empty string.
std::string writeFile(llvm::StringRef path, llvm::StringRef bytes,
                      bool executable);

/// Reads \p path ("-" is standard input), but not more than \p limit bytes of
/// what is no regular file, because a device may have no end.
llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
readFile(llvm::StringRef path, size_t limit);

/// Ends the process: \p message tells about a fault of fluxc.
[[noreturn]] void failInternally(const llvm::Twine &message);

} // namespace flux

#endif // FLUX_LIB_DRIVER_OUTPUT_H
