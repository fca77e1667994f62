//===- DiskCommands.cpp - keygen, sign, update ----------------------------===//
//
// What is done to keys, updates and disks that are files.
//
//===----------------------------------------------------------------------===//

#include "DiskCommands.h"
#include "runtime/crypto/Ed25519.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

using namespace flux;
using ed25519::KeyKind;
using llvm::StringRef;

static std::string describe(const llvm::Twine &what, std::error_code code) {
  return (what + ": " + code.message()).str();
}

std::string flux::readKey(KeyKind kind, StringRef path, Key &key) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return describe("cannot open '" + path + "'", file.getError());
  StringRef text = (*file)->getBuffer();
  if (ed25519::readKeyFile(kind, {text.bytes_begin(), text.size()}, key.data()))
    return "";
  return ("'" + path + "' is no " +
          (kind == KeyKind::Secret ? "secret" : "public") +
          " key; 'flux-os-image keygen FILE' makes one, and FILE.pub beside it")
      .str();
}

/// A new file with rights of \p mode.
static std::string writeNew(const std::string &path, StringRef text,
                            unsigned mode, bool replaces) {
  int file = open(
      path.c_str(),
      O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? O_TRUNC : O_EXCL), mode);
  bool good = file >= 0 && write(file, text.data(), text.size()) ==
                               static_cast<ssize_t>(text.size());
  std::error_code code(errno, std::generic_category());
  if (file >= 0 && close(file) != 0)
    good = false;
  return good ? "" : describe("cannot write '" + path + "'", code);
}

std::string flux::makeKeys(StringRef path) {
  Key secret, key;
  if (getentropy(secret.data(), secret.size()) != 0)
    return "this machine has no random numbers";
  ed25519::makePublicKey(secret.data(), key.data());
  char text[ed25519::maxKeyFile];
  constexpr unsigned ownerOnly = 0600, all = 0644;
  unsigned size = writeKeyFile(KeyKind::Secret, secret.data(), text);
  // A key that is there may be the only one.
  std::string error = writeNew(path.str(), StringRef(text, size), ownerOnly,
                               /*replaces=*/false);
  if (!error.empty())
    return error;
  size = writeKeyFile(KeyKind::Public, key.data(), text);
  return writeNew(path.str() + ".pub", StringRef(text, size), all,
                  /*replaces=*/true);
}

std::string flux::signUpdate(llvm::MutableArrayRef<char> bytes,
                             StringRef keyPath) {
  Key secret;
  std::string error = readKey(KeyKind::Secret, keyPath, secret);
  if (error.empty())
    signSlot(bytes, secret);
  return error;
}

std::string flux::updateDiskFile(StringRef diskPath, StringRef path,
                                 llvm::raw_ostream &os) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return describe("cannot open '" + path + "'", file.getError());
  llvm::ArrayRef<char> bytes((*file)->getBufferStart(),
                             (*file)->getBufferSize());
  if (!isSlot(bytes))
    return ("'" + path +
            "' is no update; 'flux-os-image --format=update' makes one")
        .str();
  FileDisk disk;
  std::string error = disk.open(diskPath, /*isWritten=*/true);
  StringRef slot;
  if (error.empty())
    error = updateDisk(disk, bytes, slot);
  if (error.empty())
    os << diskPath << ": " << slot << " is started next\n";
  return error;
}

std::string flux::verifyDiskFile(StringRef path, llvm::ArrayRef<char> bytes,
                                 StringRef keyPath) {
  std::optional<Key> key;
  if (!keyPath.empty()) {
    std::string error = readKey(KeyKind::Public, keyPath, key.emplace());
    if (!error.empty())
      return error;
  }
  if (isSlot(bytes)) {
    slots::Policy policy;
    if (key) {
      policy.hasKey = 1;
      std::copy(key->begin(), key->end(), policy.key);
    }
    // An update tells itself which board it is for.
    slots::SlotHeader header;
    memcpy(&header, bytes.data(), sizeof header);
    std::copy_n(header.board, sizeof header.board, policy.board);
    return verifySlot(bytes, policy, header.kind, /*lowestVersion=*/0);
  }
  FileDisk disk;
  std::string error = disk.open(path, /*isWritten=*/false);
  return error.empty() ? verifyDisk(disk, key) : error;
}

std::string flux::inspectDiskFile(StringRef path, llvm::ArrayRef<char> bytes,
                                  llvm::raw_ostream &os) {
  if (isSlot(bytes)) {
    os << "update: " << bytes.size() << " bytes\n";
    inspectSlot(bytes, "  ", os);
    return "";
  }
  FileDisk disk;
  std::string error = disk.open(path, /*isWritten=*/false);
  return error.empty() ? inspectDisk(disk, os) : error;
}
