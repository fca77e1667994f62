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

Line &Line::hex(uint64_t value, unsigned digits) {
  char text[16];
  return *this << Bytes{reinterpret_cast<const uint8_t *>(text),
                        rt::formatHex(text, value, digits)};
}

//===--- messages ---------------------------------------------------------===//

static constexpr unsigned ringSize = 16384;
static constinit char ring[ringSize] = {};
static constinit uint64_t written = 0; ///< bytes of all messages
static constinit Level consoleLevel = Level::Warning;

void setConsoleLevel(Level level) { consoleLevel = level; }

void log(Level level, const Line &line) {
  static const char *const names[] = {"error", "warning", "info", "debug"};
  // Seconds with their microseconds, which sort as text.
  uint64_t now = hal::now() / 1000;
  char digits[rt::maxIntegerLength];
  unsigned count = rt::formatU64(digits, now % 1000000 + 1000000);
  Line full;
  full << "[" << now / 1000000 << "."
       << Bytes{reinterpret_cast<const uint8_t *>(digits + 1), count - 1u}
       << "] " << names[unsigned(level)] << ": "
       << Bytes{reinterpret_cast<const uint8_t *>(line.data()), line.size()};
  for (unsigned i = 0; i <= full.size(); ++i)
    ring[written++ % ringSize] = i != full.size() ? full.data()[i] : '\n';
  if (level > consoleLevel)
    return;
  print(full);
  print(Line() << "\n");
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
