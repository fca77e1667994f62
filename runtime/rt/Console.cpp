//===- Console.cpp - standard input, output and error ---------------------===//
//
// Output is collected, since a system call costs more than the text of most
// prints.  It is written when the buffer is full, at the end, before the
// program waits for anything, and at each line end if somebody watches.
// Standard error is written at each line end.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/FloatFormat.h"
#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"

namespace flux::rt {

namespace {

struct Stream {
  char *buffer;
  int32_t capacity, fd;
  int64_t used;
  int error; ///< the first; what follows is dropped
};

} // namespace

static char outputBuffer[16384];
static char errorBuffer[1024];
static constinit Stream output = {outputBuffer, sizeof outputBuffer, 1, 0, 0};
static constinit Stream errorOutput = {errorBuffer, sizeof errorBuffer, 2, 0,
                                       0};

static void writeNow(Stream &stream, const char *data, int64_t length) {
  if (stream.error == 0)
    stream.error = static_cast<int>(-writeAll(stream.fd, data, length));
}

static void flush(Stream &stream) {
  int64_t used = stream.used;
  stream.used = 0;
  if (used != 0)
    writeNow(stream, stream.buffer, used);
}

static void append(Stream &stream, const char *data, int64_t length) {
  if (length > stream.capacity - stream.used) {
    flush(stream);
    if (length >= stream.capacity)
      return writeNow(stream, data, length);
  }
  memcpy(stream.buffer + stream.used, data, length);
  stream.used += length;
}

static bool hasLineEnd(const char *data, int64_t length) {
  while (length-- > 0)
    if (data[length] == '\n')
      return true;
  return false;
}

/// Asks once whether standard output is a terminal.
static bool isWatched() {
  static constinit int8_t state = -1;
  if (state < 0)
    state = isTerminal();
  return state != 0;
}

static void print(const char *data, int64_t length, bool error) {
  Stream &stream = error ? errorOutput : output;
  append(stream, data, length);
  if ((error || isWatched()) && hasLineEnd(data, length))
    flush(stream);
}

void writeError(const char *data, int64_t length) {
  append(errorOutput, data, length);
}

int flushAll() {
  flush(output);
  flush(errorOutput);
  return output.error;
}

extern "C" {

#include "runtime/rt/Print.inc"

int64_t flux_console_read(void *buffer, int64_t length) {
  flush(output);
  return readSome(0, buffer, length);
}

void flux_console_write(const void *data, int64_t length) {
  print(static_cast<const char *>(data), length, false);
}

void flux_console_flush() { flush(output); }

} // extern "C"

} // namespace flux::rt
