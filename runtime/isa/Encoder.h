//===- Encoder.h - instructions as functions -------------------*- C++ -*-===//
//
// What makes code writes `encoder.iadd_(16, 17, 18)`: operands are checked, and
// the shortest encoding is taken.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_ISA_ENCODER_H
#define FLUX_RUNTIME_ISA_ENCODER_H

#include "runtime/isa/Isa.h"

namespace flux::isa {

/// Writes code into an array of words.  Errors are kept: look at `error` when
/// all is written.  Distances are in words from the instruction.
class Encoder {
public:
  Encoder(uint32_t *words, uint64_t capacity)
      : words(words), capacity(capacity) {}

  /// Words that were written, or would have been if there was room.
  uint64_t size = 0;
  /// What did not fit, the first time; null if all is well.
  const char *error = nullptr;

  void emit(Instruction &instruction) {
    uint32_t encoded[maxWords] = {};
    const char *problem = encode(instruction, encoded);
    uint64_t fixed = instruction.table != nullptr ? 1 : instruction.words;
    if (problem == nullptr && instruction.words > capacity - size)
      problem = "no room for the code";
    if (problem != nullptr) {
      if (error == nullptr)
        error = problem;
      return;
    }
    for (uint64_t i = 0; i != fixed; ++i)
      words[size + i] = encoded[i];
    for (uint64_t i = fixed; i != instruction.words; ++i)
      words[size + i] = static_cast<uint32_t>(instruction.table[i - fixed]);
    size += instruction.words;
  }

#include "runtime/isa/Encoder.inc"

private:
  uint32_t *words;
  uint64_t capacity;
};

} // namespace flux::isa

#endif // FLUX_RUNTIME_ISA_ENCODER_H
