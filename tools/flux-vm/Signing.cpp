//===- Signing.cpp - keygen, sign, extract --------------------------------===//
//
// Who made a package, and what travels with it besides the program.
//
//===----------------------------------------------------------------------===//

#include "Tool.h"
#include "runtime/bytecode/Signature.h"
#include "runtime/crypto/Ed25519.h"
#include "runtime/rt/linux/Syscalls.h"

namespace flux::tool {

using namespace bytecode;
using ed25519::KeyKind;

/// A new file that nobody else can read.
static bool writeSecret(Bytes path, Bytes text) {
  constexpr int currentFolder = -100, ownerOnly = 0600;
  constexpr int writeOnly = 01, create = 0100, exclusive = 0200;
  TextBuilder name(getArena());
  name << path << Bytes{reinterpret_cast<const uint8_t *>(""), 1};
  int64_t handle = rt::systemCall(rt::Syscall::Openat, currentFolder,
                                  rt::toArgument(name.get().data),
                                  writeOnly | create | exclusive, ownerOnly);
  if (handle < 0)
    return fail("cannot make a new file", path), false;
  int64_t error =
      rt::writeAll(handle, reinterpret_cast<const char *>(text.data),
                   static_cast<int64_t>(text.size));
  if (rt::flux_file_close(handle) < 0 || error < 0)
    return fail("cannot write", path), false;
  return true;
}

int keygenCommand(Arguments &args) {
  if (args.isEmpty())
    return failUsage("a file is missing");
  Bytes output = args.next();
  if (!args.isEmpty())
    return failUsage("one file is taken, this one is too much:", args.next());
  uint8_t secret[ed25519::keySize], key[ed25519::keySize];
  if (rt::flux_random_entropy(secret, sizeof secret) < 0)
    return fail("this machine has no random numbers");
  ed25519::makePublicKey(secret, key);
  char text[ed25519::maxKeyFile];
  auto *bytes = reinterpret_cast<const uint8_t *>(text);
  if (!writeSecret(output,
                   {bytes, writeKeyFile(KeyKind::Secret, secret, text)}))
    return Failure;
  TextBuilder name(getArena());
  name << output << ".pub";
  return writeFile(name.get(),
                   {bytes, writeKeyFile(KeyKind::Public, key, text)})
             ? Success
             : Failure;
}

int signCommand(Arguments &args) {
  Bytes input, output, key;
  int status = takeFiles(args, input, {&output, &key, nullptr});
  if (status >= 0)
    return status;
  if (output.data == nullptr || key.data == nullptr)
    return failUsage(key.data == nullptr ? "--key=FILE is missing"
                                         : "-o FILE is missing");
  Package package;
  uint8_t secret[ed25519::keySize];
  if (!loadPackage(input, /*verified=*/true, package) ||
      !readKey(KeyKind::Secret, key, secret))
    return Failure;
  if (package.hasUnknownSections)
    return fail("the package has sections that would be lost:", input);
  return writeFile(output, writeSigned(Contents(package), secret, getArena()))
             ? Success
             : Failure;
}

int extractCommand(Arguments &args) {
  Bytes input, output = {reinterpret_cast<const uint8_t *>("-"), 1};
  Bytes key, native;
  int status = takeFiles(args, input, {&output, &key, &native});
  if (status >= 0)
    return status;
  Package package;
  if (!loadPackage(input, /*verified=*/false, package) ||
      (key.data != nullptr && !checkKey(package, input, key)))
    return Failure;
  if (native.data != nullptr) {
    for (uint32_t i = 0; i != package.numNatives; ++i) {
      NativeCode part = package.getNative(i);
      if (part.target.size == native.size &&
          __builtin_memcmp(part.target.data, native.data, native.size) == 0)
        return writeFile(output, part.executable) ? Success : Failure;
    }
    return fail("the package has no code for", native);
  }
  Bytes name, text;
  if (!package.getDocument(getArena(), name, text))
    return fail("the document cannot be unpacked:", input);
  if (name.data == nullptr)
    return fail("the package has no document:", input);
  return writeFile(output, text) ? Success : Failure;
}

} // namespace flux::tool
