//===- Signature.h - who made a package ------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BYTECODE_SIGNATURE_H
#define FLUX_RUNTIME_BYTECODE_SIGNATURE_H

#include "runtime/bytecode/Package.h"

namespace flux::bytecode {

/// Writes the package with \p contents, signed with the key of the 32 bytes at
/// \p secret.
Bytes writeSigned(Contents contents, const uint8_t *secret, Arena &arena);

/// Null if the owner of the public \p key signed \p package, otherwise what is
/// wrong.
const char *checkSignature(const Package &package, const uint8_t *key);

} // namespace flux::bytecode

#endif // FLUX_RUNTIME_BYTECODE_SIGNATURE_H
