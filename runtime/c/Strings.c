//===- Strings.c - strings of programs in C -------------------------------===//

/// True if the text can be cut before byte \p at.
static bool isBoundary(flux_str text, int64_t at) {
  return at == text.length || !isContinuation(text.data[at]);
}

static flux_str flux_str_part(const flux_frame *caller, int at, flux_str text, int64_t low, int64_t high) {
  flux_check_range(caller, at, low, high, text.length);
  if (!isBoundary(text, low) || !isBoundary(text, high))
    flux_trap(caller, at, FLUX_MESSAGE(CharacterBoundary), (uint64_t)low, (uint64_t)high, (uint64_t)text.length);
  text.data += low;
  text.length = high - low;
  return text;
}

static flux_str flux_str_from_bytes(const flux_frame *caller, int at, slice_u8 bytes) {
  flux_str text = {(const char *)bytes.data, bytes.length};
  int64_t bad = findInvalidUTF8(text.data, text.length);
  if (bad >= 0)
    flux_trap(caller, at, FLUX_MESSAGE(InvalidUTF8), (uint64_t)bad, 0, 0);
  return text;
}

static int64_t flux_text_find_invalid(slice_u8 bytes) {
  return findInvalidUTF8((const char *)bytes.data, bytes.length);
}

static int64_t flux_hash_str(flux_str text) {
  return (int64_t)hashText(text.data, text.length);
}

/// A copy in the turn region.
static flux_str keepText(const flux_frame *caller, int at, const char *text, unsigned length) {
  flux_str copy = {allocateBytes(caller, at, length), length};
  memcpy((char *)copy.data, text, length);
  return copy;
}

static void checkDigits(const flux_frame *caller, int at, int64_t digits, int64_t least, int64_t most) {
  if (digits < least || digits > most)
    flux_trap(caller, at, FLUX_MESSAGE(DigitCount), (uint64_t)digits, 0, 0);
}

static flux_str flux_text_fixed(const flux_frame *caller, int at, double value, int64_t digits) {
  char buffer[411];
  checkDigits(caller, at, digits, 0, 100);
  return keepText(caller, at, buffer, formatFixed(buffer, value, (unsigned)digits));
}

static flux_str flux_text_shortest(const flux_frame *caller, int at, double value) {
  char buffer[32];
  return keepText(caller, at, buffer, formatF64(buffer, value));
}

static flux_str flux_text_hex(const flux_frame *caller, int at, int64_t value, int64_t digits) {
  char buffer[16];
  checkDigits(caller, at, digits, 1, 16);
  return keepText(caller, at, buffer, formatHex(buffer, (uint64_t)value, (unsigned)digits));
}

static flux_str flux_error_text(int64_t code) {
  const char *text = findErrorText(code);
  flux_str result = {text, (int64_t)strlen(text)};
  return result;
}
