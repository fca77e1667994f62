//===- Documents.h - documents as programs of an image ---------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_DOCUMENTS_H
#define FLUX_LIB_IMAGE_DOCUMENTS_H

#include "flux/Image/KernelImage.h"
#include "llvm/Support/MemoryBuffer.h"

namespace flux {

/// True if \p path names a document, not what was made of one.
bool isDocument(llvm::StringRef path);
/// What programs, which documents became, are called in an image.
llvm::StringRef getProgramName(llvm::StringRef path);

/// Compiles the document \p path to a package for \p target or, if
/// \p isNative, to machine code.  Null if that failed: \p error says why, or is
/// empty if fluxc said it.
std::unique_ptr<llvm::MemoryBuffer> compileDocument(const KernelTarget &target,
                                                    llvm::StringRef path,
                                                    bool isNative,
                                                    std::string &error);

/// The program of the shell, system/shell.flux.md, packed as
/// runtime/kernel/Archive.h says.  Null as above.
std::unique_ptr<llvm::MemoryBuffer>
compileShell(const KernelTarget &target, bool isNative, std::string &error);
/// A program that may be packed; \p storage keeps what was unpacked.  Empty if
/// that cannot be.
llvm::StringRef unpackProgram(llvm::StringRef file,
                              llvm::SmallVectorImpl<uint8_t> &storage);
/// What it is called in an image, and what the list of programs to start says
/// of it: it may do everything.
inline constexpr llvm::StringLiteral shellName = "shell",
                                     shellStart = "shell\tALL\n";

} // namespace flux

#endif // FLUX_LIB_IMAGE_DOCUMENTS_H
