//===- Keys.cpp - the keys that packages are signed with ------------------===//
//
// Whether a package comes from whom the user trusts, on every host.
//
//===----------------------------------------------------------------------===//

#include "Tool.h"
#include "runtime/bytecode/Signature.h"
#include "runtime/crypto/Ed25519.h"

namespace flux::tool {

using namespace bytecode;
using ed25519::KeyKind;

bool readKey(KeyKind kind, Bytes path, uint8_t *key) {
  Bytes text;
  if (!readFile(path, text))
    return false;
  return ed25519::readKeyFile(kind, text, key) ||
         fail(kind == KeyKind::Secret
                  ? "this is no secret key of Ed25519 in PEM:"
                  : "this is no public key of Ed25519 in PEM:",
              path) != Failure;
}

bool checkKey(const Package &package, Bytes path, Bytes keyPath) {
  uint8_t key[ed25519::keySize];
  if (!readKey(KeyKind::Public, keyPath, key))
    return false;
  const char *message = checkSignature(package, key);
  if (message == nullptr)
    return true;
  Output(/*toError=*/true).text << path << ": error: " << message << "\n";
  return false;
}

} // namespace flux::tool
