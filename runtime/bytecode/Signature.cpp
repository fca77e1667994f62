//===- Signature.cpp - who made a package ---------------------------------===//
//
// The hash covers the table of sections, and in it that there is a signature;
// so the signature of the hash says everything about the package.
//
//===----------------------------------------------------------------------===//

#include "runtime/bytecode/Signature.h"
#include "runtime/crypto/Ed25519.h"

namespace flux::bytecode {

Bytes writeSigned(Contents contents, const uint8_t *secret, Arena &arena) {
  constexpr uint64_t size = ed25519::keySize + ed25519::signatureSize;
  uint8_t signature[size] = {};
  ed25519::makePublicKey(secret, signature);
  contents[SectionKind::Signature] = {signature, size};
  uint64_t fileSize = getPackageSize(contents);
  auto *file = arena.allocate<uint8_t>(fileSize);
  writePackage(contents, file);
  Package package;
  if (package.read({file, fileSize}) != nullptr)
    return {};
  // SIGNATURE is the last section.
  ed25519::sign(secret, {package.hash, sizeof package.hash},
                file + fileSize - ed25519::signatureSize);
  return {file, fileSize};
}

const char *checkSignature(const Package &package, const uint8_t *key) {
  Bytes signature = package.getSection(SectionKind::Signature);
  if (signature.size == 0)
    return "the package is not signed";
  if (__builtin_memcmp(signature.data, key, ed25519::keySize) != 0)
    return "another key signed the package";
  if (!ed25519::verify(key, {package.hash, sizeof package.hash},
                       signature.data + ed25519::keySize))
    return "the signature of the package is wrong";
  return nullptr;
}

} // namespace flux::bytecode
