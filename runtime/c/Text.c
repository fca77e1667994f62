//===- Text.c - letters of programs in C ----------------------------------===//

/// True if \p byte cannot start a character of UTF-8.
static bool isContinuation(char byte) {
  return ((unsigned char)byte & 0xC0) == 0x80;
}
