//===- KeyFile.h - keys as files -------------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_CRYPTO_KEYFILE_H
#define FLUX_RUNTIME_CRYPTO_KEYFILE_H

#include "runtime/base/Arena.h"

namespace flux::ed25519 {

enum class KeyKind : uint8_t { Secret, Public };

/// Room for a key as text.
inline constexpr unsigned maxKeyFile = 128;

/// Writes the 32 bytes \p key to \p out as other programs, like openssl, do: in
/// PEM, as PKCS#8 (RFC 8410) or SubjectPublicKeyInfo.  Returns the length.
unsigned writeKeyFile(KeyKind kind, const uint8_t *key, char *out);

/// Reads what writeKeyFile() writes; false if it is anything else.
bool readKeyFile(KeyKind kind, Bytes text, uint8_t *key);

} // namespace flux::ed25519

#endif // FLUX_RUNTIME_CRYPTO_KEYFILE_H
