//===- Ed25519.h - signatures ----------------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_CRYPTO_ED25519_H
#define FLUX_RUNTIME_CRYPTO_ED25519_H

#include "runtime/base/Arena.h"

namespace flux::ed25519 {

inline constexpr unsigned keySize = 32, signatureSize = 64;

/// Writes the public key of the secret \p secret, any 32 bytes, to \p out.
void makePublicKey(const uint8_t *secret, uint8_t *out);

/// Signs \p message as RFC 8032 says (Ed25519, without a context): the same
/// message and key give the same signature.  The time that it takes does not
/// depend on the secret.
void sign(const uint8_t *secret, Bytes message, uint8_t *signature);

/// True if \p signature is one of \p message by the owner of the public \p key.
/// There is exactly one encoding of everything: S is less than the order, the
/// key is reduced and not of small order, and R is compared as bytes
/// (without the cofactor).
bool verify(const uint8_t *key, Bytes message, const uint8_t *signature);

} // namespace flux::ed25519

#endif // FLUX_RUNTIME_CRYPTO_ED25519_H
