//===- TrapMessage.cpp - the text of a trap -------------------------------===//
//
// A message shows the values that broke the rule as the program sees them, so
// it needs their type: compiled code passes every value in 64 bits, of which
// only those of the type count.  Floats are passed as their bits.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/TrapMessage.h"
#include "runtime/base/FloatFormat.h"
#include "runtime/base/Format.h"
#include "runtime/base/Texts.h"

namespace flux::rt {

static const char patterns[] =
#define TRAP(NAME, VALUES, MESSAGE) MESSAGE "\0"
#include "runtime/base/TrapKinds.def"
    ;

static constexpr unsigned numTrapKinds = 0
#define TRAP(NAME, VALUES, MESSAGE) +1
#include "runtime/base/TrapKinds.def"
    ;

static const char typeNames[][4] = {"i8",  "i16", "i32", "i64", "u8",
                                    "u16", "u32", "u64", "f32", "f64"};

static void sendText(const char *text, TextSink sink) {
  sink(text, textLength(text));
}

static void sendU64(uint64_t value, TextSink sink) {
  char buffer[maxIntegerLength];
  sink(buffer, formatU64(buffer, value));
}

static void sendTypeName(uint8_t type, TextSink sink) {
  if (type < sizeof typeNames / sizeof typeNames[0])
    sendText(typeNames[type], sink);
}

static void sendValue(uint64_t value, uint8_t type, TextSink sink) {
  char buffer[maxFloatLength];
  unsigned length;
  if (type == F64) {
    length = formatF64(buffer, __builtin_bit_cast(double, value));
  } else if (type == F32) {
    length = formatF32(buffer,
                       __builtin_bit_cast(float, static_cast<uint32_t>(value)));
  } else {
    unsigned unused = 64 - (8u << (type & 3));
    value <<= unused;
    length = type < U8
                 ? formatI64(buffer, static_cast<int64_t>(value) >> unused)
                 : formatU64(buffer, value >> unused);
  }
  sink(buffer, length);
}

void formatTrapMessage(uint8_t kind, const TrapSite &site,
                       const uint64_t *values, TextSink sink) {
  if (kind >= numTrapKinds)
    return;
  const char *text = getText(patterns, kind);
  while (*text != '\0') {
    int64_t length = 0;
    while (text[length] != '\0' && text[length] != '{')
      ++length;
    if (length != 0)
      sink(text, length);
    text += length;
    if (*text == '\0')
      break;
    char what = text[1];
    if (what == 't')
      sendTypeName(site.type, sink);
    else if (what == 'r')
      sendTypeName(site.resultType, sink);
    else if (what == 's')
      sink(reinterpret_cast<const char *>(static_cast<uintptr_t>(values[0])),
           static_cast<int64_t>(values[1]));
    else if (what == 'i')
      sendValue(values[text[2] - '0'], I64, sink);
    else if (what == 'u')
      sendValue(values[text[2] - '0'], U64, sink);
    else
      sendValue(values[what - '0'], site.type, sink);
    while (*text++ != '}')
      continue;
  }
}

void formatPlace(const char *file, uint32_t line, uint32_t column,
                 TextSink sink) {
  if (file == nullptr)
    return;
  sendText(file, sink);
  if (line != 0) {
    sink(":", 1);
    sendU64(line, sink);
  }
  if (line != 0 && column != 0) {
    sink(":", 1);
    sendU64(column, sink);
  }
}

void formatSourceLine(const char *text, uint32_t line, uint32_t column,
                      TextSink sink) {
  static const char blanks[] = "      ";
  char number[maxIntegerLength];
  unsigned length = formatU64(number, line);
  unsigned width = length > 5 ? length : 5;
  sink(blanks, width - length);
  sink(number, length);
  sink(" | ", 3);
  sendText(text, sink);
  sink("\n", 1);
  if (column == 0)
    return;
  for (unsigned i = 0; i != width; ++i)
    sink(blanks, 1);
  sink(" | ", 3);
  // Tabs stay tabs, and bytes that are not shown take no room, so that the
  // caret stands under its character.
  for (uint32_t i = 0; i + 1 < column && text[i] != '\0'; ++i)
    if (!isContinuation(text[i]))
      sink(text[i] == '\t' ? "\t" : " ", 1);
  sink("^\n", 2);
}

} // namespace flux::rt
