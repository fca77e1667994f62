//===- Lexer.h - words of an assembler line --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_BYTECODE_LEXER_H
#define FLUX_RUNTIME_BYTECODE_LEXER_H

#include "runtime/base/Arena.h"

namespace flux::bytecode {

enum class TokenKind : uint8_t { End, Name, Number, Float, String, Mark };

struct Token {
  TokenKind kind = TokenKind::End;
  Bytes text;         ///< as written; the inside of a string
  uint64_t value = 0; ///< of a number, the bits of a float, a mark's character
  uint32_t column = 1;
  const char *error = nullptr;

  bool is(char mark) const {
    return kind == TokenKind::Mark && value == static_cast<uint8_t>(mark);
  }
  bool is(const char *name) const;
};

/// Takes a line apart.  `;` starts a comment; `->` is one mark, '>'.
class Lexer {
public:
  explicit Lexer(Bytes line) : line(line) { next(); }

  Token token;
  void next();

private:
  void lexNumber();
  void lexFloat(uint64_t start, bool negative);
  void lexString();

  Bytes line;
  uint64_t at = 0;
};

/// The bytes that the inside of a string stands for, in \p arena; false if an
/// escape is wrong.
bool unescape(Bytes inside, Arena &arena, Bytes &result);

/// Calls for each line of \p text.
template <class Function>
void forEachLine(Bytes text, Function function) {
  uint32_t number = 0;
  for (uint64_t start = 0; start < text.size;) {
    uint64_t end = start;
    while (end != text.size && text.data[end] != '\n')
      ++end;
    uint64_t size = end - start;
    if (size != 0 && text.data[end - 1] == '\r')
      --size;
    if (!function(++number, Bytes{text.data + start, size}))
      return;
    start = end + 1;
  }
}

} // namespace flux::bytecode

#endif // FLUX_RUNTIME_BYTECODE_LEXER_H
