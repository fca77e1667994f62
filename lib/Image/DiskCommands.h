//===- DiskCommands.h - keygen, sign, update -------------------*- C++ -*-===//
#ifndef FLUX_LIB_IMAGE_DISKCOMMANDS_H
#define FLUX_LIB_IMAGE_DISKCOMMANDS_H

#include "DiskImage.h"
#include "runtime/crypto/KeyFile.h"

namespace flux {

// Each returns what is wrong, or an empty text.

/// Reads a key from the file \p path.
std::string readKey(ed25519::KeyKind kind, llvm::StringRef path, Key &key);
/// Makes a new secret key in the file \p path, and the public one beside it.
std::string makeKeys(llvm::StringRef path);
/// Signs the update \p bytes with the key in the file \p keyPath.
std::string signUpdate(llvm::MutableArrayRef<char> bytes,
                       llvm::StringRef keyPath);
/// Writes the update in the file \p path to the disk \p diskPath and says so.
std::string updateDiskFile(llvm::StringRef diskPath, llvm::StringRef path,
                           llvm::raw_ostream &os);
/// Checks a disk or an update, with the public key in the file \p keyPath, if
/// it is not empty.
std::string verifyDiskFile(llvm::StringRef path, llvm::ArrayRef<char> bytes,
                           llvm::StringRef keyPath);
/// Prints what a disk or an update holds.
std::string inspectDiskFile(llvm::StringRef path, llvm::ArrayRef<char> bytes,
                            llvm::raw_ostream &os);

} // namespace flux

#endif // FLUX_LIB_IMAGE_DISKCOMMANDS_H
