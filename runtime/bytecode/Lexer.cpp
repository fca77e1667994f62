//===- Lexer.cpp - words of an assembler line -----------------------------===//
//
// Assembler texts are written by people and tests; each line stands for itself,
// so that an error names its line and column and nothing behind it is lost.
//
//===----------------------------------------------------------------------===//

#include "runtime/bytecode/Lexer.h"

namespace flux::bytecode {

static bool isDigit(uint8_t c) { return c >= '0' && c <= '9'; }
static bool isLetter(uint8_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '.' || c == '$';
}
static int hexDigit(uint8_t c) {
  if (isDigit(c))
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool Token::is(const char *name) const {
  if (kind != TokenKind::Name)
    return false;
  uint64_t i = 0;
  while (i != text.size && name[i] != '\0' &&
         text.data[i] == static_cast<uint8_t>(name[i]))
    ++i;
  return i == text.size && name[i] == '\0';
}

void Lexer::next() {
  while (at != line.size && (line.data[at] == ' ' || line.data[at] == '\t'))
    ++at;
  token = Token();
  token.column = static_cast<uint32_t>(at) + 1;
  if (at == line.size || line.data[at] == ';')
    return;
  uint64_t start = at;
  uint8_t c = line.data[at];
  uint8_t second = at + 1 != line.size ? line.data[at + 1] : 0;
  if (isLetter(c)) {
    token.kind = TokenKind::Name;
    while (at != line.size &&
           (isLetter(line.data[at]) || isDigit(line.data[at])))
      ++at;
  } else if (isDigit(c) || (c == '-' && isDigit(second))) {
    lexNumber();
  } else if (c == '"') {
    lexString();
    return;
  } else {
    token.kind = TokenKind::Mark;
    at += c == '-' && second == '>' ? 2 : 1;
    token.value = line.data[at - 1];
  }
  token.text = {line.data + start, at - start};
}

void Lexer::lexNumber() {
  token.kind = TokenKind::Number;
  bool negative = line.data[at] == '-';
  uint64_t start = at += negative;
  unsigned base = 10;
  if (line.data[at] == '0' && at + 1 != line.size &&
      (line.data[at + 1] | 0x20) == 'x') {
    base = 16;
    at += 2;
    if (at == line.size || hexDigit(line.data[at]) < 0)
      token.error = "digits are missing behind 0x";
  }
  uint64_t value = 0;
  bool tooLarge = false;
  for (; at != line.size; ++at) {
    if (line.data[at] == '_')
      continue;
    int digit = hexDigit(line.data[at]);
    if (digit < 0 || digit >= static_cast<int>(base))
      break;
    uint64_t shifted;
    tooLarge |= __builtin_mul_overflow(value, uint64_t(base), &shifted);
    value = shifted + static_cast<uint64_t>(digit);
    tooLarge |= value < shifted;
  }
  if (base == 10 && at != line.size &&
      (line.data[at] == '.' || (line.data[at] | 0x20) == 'e')) {
    lexFloat(start, negative);
    return;
  }
  if (at != line.size && isLetter(line.data[at]))
    token.error = "a letter follows a number";
  if (tooLarge || (negative && value > uint64_t(1) << 63))
    token.error = "the number does not fit 64 bits";
  token.value = negative ? 0 - value : value;
}

void Lexer::lexFloat(uint64_t start, bool negative) {
  token.kind = TokenKind::Float;
  at = start;
  uint64_t digits = 0;
  int exponent = 0;
  bool point = false, exact = true;
  for (; at != line.size; ++at) {
    uint8_t c = line.data[at];
    if (c == '.' && !point) {
      point = true;
    } else if (isDigit(c)) {
      digits = 10 * digits + static_cast<uint64_t>(c - '0');
      exact &= digits <= uint64_t(1) << 53;
      exponent -= point;
    } else {
      break;
    }
  }
  if (at != line.size && (line.data[at] | 0x20) == 'e') {
    ++at;
    bool minus = at != line.size && line.data[at] == '-';
    at += minus;
    int value = 0;
    if (at == line.size || !isDigit(line.data[at]))
      token.error = "digits are missing behind e";
    for (; at != line.size && isDigit(line.data[at]) && value < 1000; ++at)
      value = 10 * value + (line.data[at] - '0');
    exponent += minus ? -value : value;
  }
  // With these limits, one rounding gives the nearest value.
  if (!exact || exponent < -22 || exponent > 22)
    token.error = "the float has too many digits: write its bits as 0x...";
  double value = static_cast<double>(digits), power = 1;
  for (int i = 0; i < exponent || i < -exponent; ++i)
    power *= 10;
  value = exponent < 0 ? value / power : value * power;
  token.value = __builtin_bit_cast(uint64_t, negative ? -value : value);
}

void Lexer::lexString() {
  token.kind = TokenKind::String;
  uint64_t start = ++at;
  while (at != line.size && line.data[at] != '"')
    at += line.data[at] == '\\' && at + 1 != line.size ? 2 : 1;
  token.text = {line.data + start, at - start};
  if (at == line.size)
    token.error = "the string has no end";
  else
    ++at;
}

bool unescape(Bytes inside, Arena &arena, Bytes &result) {
  uint8_t *out = arena.allocate<uint8_t>(inside.size + 1);
  uint64_t size = 0;
  for (uint64_t i = 0; i != inside.size; ++i) {
    uint8_t c = inside.data[i];
    if (c != '\\') {
      out[size++] = c;
      continue;
    }
    if (++i == inside.size)
      return false;
    switch (inside.data[i]) {
    case 'n':
      out[size++] = '\n';
      break;
    case 't':
      out[size++] = '\t';
      break;
    case '"':
    case '\\':
      out[size++] = inside.data[i];
      break;
    case 'x': {
      if (inside.size - i < 3)
        return false;
      int high = hexDigit(inside.data[i + 1]),
          low = hexDigit(inside.data[i + 2]);
      if (high < 0 || low < 0)
        return false;
      out[size++] = static_cast<uint8_t>(16 * high + low);
      i += 2;
      break;
    }
    default:
      return false;
    }
  }
  result = {out, size};
  return true;
}

} // namespace flux::bytecode
