//===- Log.cpp - what the kernel tells people -----------------------------===//
//
// Programs own the console: what the kernel has to say goes to a ring in memory
// and to the console only as far as it was asked for.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Log.h"
#include "runtime/base/Format.h"
#include "runtime/kernel/Console.h"

namespace flux::kernel {

//===--- lines ------------------------------------------------------------===//

Line &Line::operator<<(Bytes text) {
  uint64_t room = capacity - length;
  uint64_t count = text.size < room ? text.size : room;
  __builtin_memcpy(buffer + length, text.data, count);
  length += static_cast<unsigned>(count);
  return *this;
}

Line &Line::operator<<(const char *text) {
  return *this << Bytes{reinterpret_cast<const uint8_t *>(text),
                        static_cast<uint64_t>(rt::textLength(text))};
}

Line &Line::operator<<(uint64_t value) {
  char digits[rt::maxIntegerLength];
  return *this << Bytes{reinterpret_cast<const uint8_t *>(digits),
                        rt::formatU64(digits, value)};
}

//===--- messages ---------------------------------------------------------===//

static constexpr unsigned ringSize = 16384;
static constinit char ring[ringSize] = {};
static constinit uint64_t written = 0; ///< bytes of all messages
static constinit Level consoleLevel = Level::Warning;

void setConsoleLevel(Level level) { consoleLevel = level; }

void log(Level level, const Line &line) {
  static const char names[][8] = {"error", "warning", "info", "debug"};
  // Seconds with their microseconds, which sort as text.
  uint64_t now = hal::now() / 1000;
  Bytes text = {reinterpret_cast<const uint8_t *>(line.data()), line.size()};
  Line full;
  say(full, "[%u.%m] %s: %b", now / 1000000, now % 1000000,
      names[unsigned(level)], &text);
  for (unsigned i = 0; i <= full.size(); ++i)
    ring[written++ % ringSize] = i != full.size() ? full.data()[i] : '\n';
  if (level > consoleLevel)
    return;
  print(full);
  print("\n");
}

void sayWords(Sink sink, const char *format, ...) {
  Line own, *line = sink.getLine() != nullptr ? sink.getLine() : &own;
  __builtin_va_list values;
  __builtin_va_start(values, format);
  for (; *format != '\0'; ++format) {
    char text[rt::maxIntegerLength];
    Bytes piece = {reinterpret_cast<const uint8_t *>(format), 1};
    if (*format == '%') {
      char kind = *++format;
      uint64_t value = __builtin_va_arg(values, uint64_t);
      piece.data = reinterpret_cast<const uint8_t *>(text);
      if (kind == 's') {
        *line << reinterpret_cast<const char *>(value);
        continue;
      }
      if (kind == 'b') {
        piece = *reinterpret_cast<const Bytes *>(value);
      } else if (kind == 'u') {
        piece.size = rt::formatU64(text, value);
      } else if (kind == 'm') {
        piece.size = rt::formatU64(text, value + 1000000) - 1u;
        ++piece.data;
      } else {
        piece.size = rt::formatHex(text, value, kind == 'X' ? 16 : 1);
      }
    }
    *line << piece;
  }
  __builtin_va_end(values);
  if (sink.isForPeople())
    print(*line);
  else if (line == &own)
    log(sink.getLevel(), own);
}

void readLog(void (*take)(void *self, const char *text, uint64_t size),
             void *self) {
  uint64_t at = written > ringSize ? written - ringSize : 0;
  // The first message may have lost its beginning.
  if (at != 0)
    while (at != written && ring[at++ % ringSize] != '\n')
      ;
  while (at != written) {
    uint64_t room = ringSize - at % ringSize;
    uint64_t count = written - at < room ? written - at : room;
    take(self, ring + at % ringSize, count);
    at += count;
  }
}

} // namespace flux::kernel
