//===- CommandLine.cpp - what the machine was started with ----------------===//
//
// Words with a space between them: options of the kernel, and behind `--` the
// arguments of the first program, in which %XX stands for a byte.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/CommandLine.h"
#include "runtime/base/BootProtocol.h"
#include "runtime/base/Format.h"

namespace flux::kernel {

bool equals(Bytes text, const char *other) {
  uint64_t i = 0;
  while (i != text.size && other[i] != '\0' &&
         text.data[i] == static_cast<uint8_t>(other[i]))
    ++i;
  return i == text.size && other[i] == '\0';
}

bool lists(Bytes text, const char *word) {
  for (uint64_t begin = 0; begin < text.size;) {
    uint64_t end = begin;
    while (end != text.size && text.data[end] != ',')
      ++end;
    if (equals({text.data + begin, end - begin}, word))
      return true;
    begin = end + 1;
  }
  return false;
}

/// Takes the next word off \p rest; false if there is none.
static bool takeWord(const char *&rest, Bytes &word) {
  while (*rest == ' ')
    ++rest;
  const char *begin = rest;
  while (*rest != '\0' && *rest != ' ')
    ++rest;
  word = {reinterpret_cast<const uint8_t *>(begin),
          static_cast<uint64_t>(rest - begin)};
  return word.size != 0;
}

Bytes getOption(const char *commandLine, const char *name) {
  auto length = static_cast<uint64_t>(rt::textLength(name));
  Bytes word;
  while (takeWord(commandLine, word) && !equals(word, boot::argumentsWord))
    if (word.size > length && word.data[length] == '=' &&
        equals({word.data, length}, name))
      return {word.data + length + 1, word.size - length - 1};
  return {};
}

/// Leaves in \p commandLine what stands behind `--`.
static void skipOptions(const char *&commandLine) {
  Bytes word;
  while (takeWord(commandLine, word) && !equals(word, boot::argumentsWord))
    ;
}

unsigned countArguments(const char *commandLine) {
  skipOptions(commandLine);
  unsigned count = 0;
  for (Bytes word; takeWord(commandLine, word);)
    ++count;
  return count;
}

int readHexDigit(uint8_t c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint64_t readArgument(const char *commandLine, uint64_t index, uint8_t *out,
                      uint64_t size) {
  skipOptions(commandLine);
  Bytes word;
  for (uint64_t i = 0; i <= index; ++i)
    if (!takeWord(commandLine, word))
      return 0;
  uint64_t length = 0;
  // An empty argument is a `%`, since words are not empty.
  if (equals(word, "%"))
    return 0;
  for (uint64_t i = 0; i != word.size; ++i, ++length) {
    uint8_t c = word.data[i];
    if (c == '%' && word.size - i > 2) {
      int high = readHexDigit(word.data[i + 1]);
      int low = readHexDigit(word.data[i + 2]);
      if (high >= 0 && low >= 0) {
        c = static_cast<uint8_t>(high << 4 | low);
        i += 2;
      }
    }
    if (length < size)
      out[length] = c;
  }
  return length;
}

} // namespace flux::kernel
