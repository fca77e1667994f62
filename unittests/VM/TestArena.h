//===- TestArena.h - memory and packages for tests -------------*- C++ -*-===//
#ifndef FLUX_UNITTESTS_VM_TESTARENA_H
#define FLUX_UNITTESTS_VM_TESTARENA_H

#include "runtime/bytecode/Assembler.h"
#include "runtime/bytecode/Verifier.h"
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace flux {

/// An arena that is freed with the test.
class TestArena {
public:
  TestArena()
      : arena(
            [](void *self, uint64_t size) -> void * {
              void *chunk = std::calloc(1, size);
              static_cast<TestArena *>(self)->chunks.push_back(chunk);
              return chunk;
            },
            [](void *) { std::abort(); }, this) {}
  TestArena(const TestArena &) = delete;
  ~TestArena() {
    for (void *chunk : chunks)
      std::free(chunk);
  }
  operator Arena &() { return arena; }

private:
  std::vector<void *> chunks;
  Arena arena;
};

inline Bytes toBytes(const std::string &text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}
inline std::string toString(Bytes bytes) {
  return std::string(reinterpret_cast<const char *>(bytes.data), bytes.size);
}

/// The package of a text, or an empty one; \p message gets `line:column: what`.
inline std::string assembleText(const std::string &text,
                                std::string *message = nullptr) {
  TestArena arena;
  bytecode::AssemblerError error;
  Bytes bytes = bytecode::assemble(toBytes(text), arena, error);
  if (message != nullptr)
    *message = error.message[0] == '\0'
                   ? ""
                   : std::to_string(error.line) + ":" +
                         std::to_string(error.column) + ": " + error.message;
  return toString(bytes);
}

/// What the reader or the verifier says about a package; empty if it is good.
inline std::string check(const std::string &file) {
  TestArena arena;
  bytecode::Package package;
  if (const char *message = package.read(toBytes(file)))
    return message;
  bytecode::VerifyError error;
  return bytecode::verify(package, arena, error) ? "" : error.message;
}

/// Gives a changed package a right hash, so that what is behind is reached.
inline void rehash(std::string &file) {
  if (file.size() < 64)
    return;
  uint64_t hashed;
  memcpy(&hashed, &file[24], 8);
  if (hashed < 64 || hashed > file.size())
    return;
  Sha256 hash;
  static const uint8_t zeros[32] = {};
  hash.add(file.data(), 32);
  hash.add(zeros, 32);
  hash.add(file.data() + 64, hashed - 64);
  hash.finish(reinterpret_cast<uint8_t *>(&file[32]));
}

} // namespace flux

#endif // FLUX_UNITTESTS_VM_TESTARENA_H
