//===- Console.cpp - the streams of programs ------------------------------===//
//
// There is one line, the serial one if nobody wants another.  Whoever is at its
// other end may want to know which output a text belongs to, and to say that
// the input ends.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Console.h"
#include "runtime/base/BootProtocol.h"
#include "runtime/hal/Hal.h"
#include "runtime/kernel/Log.h"

namespace flux::kernel {

static constinit bool sendsReturns = false;
static constinit bool hasMarks = false;
static constinit ConsoleLine *line = nullptr;

static void send(const char *text, uint64_t size) {
  if (line != nullptr && !line->sendText(*line, text, size))
    line = nullptr;
  if (line == nullptr)
    hal::writeConsole(text, size);
}

void setCarriageReturns(bool on) { sendsReturns = on; }

void markStreams() {
  hasMarks = true;
  send(boot::startMark, sizeof boot::startMark - 1);
}

void setConsoleLine(ConsoleLine *other) {
  line = other;
  // The serial line has had its mark.
  if (line != nullptr && hasMarks)
    markStreams();
}

void stopStreams() {
  if (hasMarks)
    send(&boot::pauseMark, 1);
}

void print(Stream stream, Bytes text) {
  if (hasMarks && stream == Stream::Error)
    send(&boot::errorBegin, 1);
  auto *data = reinterpret_cast<const char *>(text.data);
  uint64_t sent = 0;
  // Only what needs something before it is looked at one by one.
  for (uint64_t i = 0; i != text.size; ++i) {
    bool isLineEnd = sendsReturns && data[i] == '\n';
    if (!isLineEnd && !(hasMarks && boot::isOutputMark(data[i])))
      continue;
    send(data + sent, i - sent);
    send(isLineEnd ? "\r" : &boot::escape, 1);
    sent = i;
  }
  send(data + sent, text.size - sent);
  if (hasMarks && stream == Stream::Error)
    send(&boot::errorEnd, 1);
}

void print(const Line &line) {
  print(Stream::Error,
        {reinterpret_cast<const uint8_t *>(line.data()), line.size()});
}

int readInput() {
  static constinit bool hasEnded = false, isEscaped = false;
  if (hasEnded)
    return inputEnded;
  int c = line != nullptr ? line->receiveByte(*line) : hal::readConsole();
  if (c < 0 || !hasMarks)
    return c < 0 ? noInput : c;
  if (!isEscaped && static_cast<char>(c) == boot::inputEnd) {
    hasEnded = true;
    return inputEnded;
  }
  if (!isEscaped && static_cast<char>(c) == boot::escape) {
    isEscaped = true;
    return readInput(); // at most once more
  }
  isEscaped = false;
  return c;
}

} // namespace flux::kernel
