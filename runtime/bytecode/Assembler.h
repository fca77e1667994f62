//===- Assembler.h - packages from text and back ---------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BYTECODE_ASSEMBLER_H
#define FLUX_RUNTIME_BYTECODE_ASSEMBLER_H

#include "runtime/bytecode/Package.h"

namespace flux::bytecode {

/// What is wrong with an assembler text, and where (from 1; line 0: nowhere).
struct AssemblerError {
  char message[160] = {};
  uint32_t line = 0, column = 0;
};

/// Makes a package of \p text (docs/bytecode-format.md, "Assembler"); states at
/// blocks, effects and the hash are found.  The result lies in \p arena; empty
/// after an error.
Bytes assemble(Bytes text, Arena &arena, AssemblerError &error);

/// Text that assemble() makes the same package of, as long as its states at
/// blocks are what assemble() finds.  \p package must be verified.
Bytes disassemble(const Package &package, Arena &arena);

/// Text that grows.
class TextBuilder {
public:
  explicit TextBuilder(Arena &arena) : bytes(arena) {}
  TextBuilder &operator<<(const char *text) {
    while (*text != '\0')
      bytes.push(static_cast<uint8_t>(*text++));
    return *this;
  }
  TextBuilder &operator<<(Bytes text) {
    for (uint64_t i = 0; i != text.size; ++i)
      bytes.push(text.data[i]);
    return *this;
  }
  TextBuilder &operator<<(uint64_t value);
  /// In hexadecimal, with at least \p digits digits.
  TextBuilder &hex(uint64_t value, unsigned digits);
  /// In double quotes, with escapes.
  TextBuilder &quote(Bytes text);
  Bytes get() const { return {bytes.data, bytes.size}; }
  /// Forgets the text and keeps its memory.
  void clear() { bytes.size = 0; }

private:
  Vector<uint8_t> bytes;
};

} // namespace flux::bytecode

#endif // FLUX_RUNTIME_BYTECODE_ASSEMBLER_H
