//===- Console.h - the streams of programs ---------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_CONSOLE_H
#define FLUX_RUNTIME_KERNEL_CONSOLE_H

#include "runtime/base/Arena.h"

namespace flux::kernel {

class Line;

enum class Stream : uint8_t { Output = 1, Error = 2 };

/// Text for the console.  Needs the kernel's lock.
void print(Stream stream, Bytes text);
/// What the kernel has to say.
void print(const Line &line);

/// A line in place of the serial one.
struct ConsoleLine {
  /// Sends all of \p text; false if the line does not work (any more).
  bool (*sendText)(ConsoleLine &self, const char *text,
                   uint64_t size) = nullptr;
  /// The next byte that came, or -1.
  int (*receiveByte)(ConsoleLine &self) = nullptr;
};
/// Uses \p line from now on, until it fails; null: the serial line.
void setConsoleLine(ConsoleLine *line);

/// What readInput() returns instead of a byte.
inline constexpr int noInput = -1, inputEnded = -2;
/// The next byte of input, 0 to 255; noInput as long as none has come, and
/// inputEnded behind the last one, if that can be known.  Needs the kernel's
/// lock.
int readInput();

/// From now on line ends are sent as terminals want them.
void setCarriageReturns(bool on);
/// From now on the streams are marked as runtime/base/BootProtocol.h says;
/// prints the mark of the start.
void markStreams();
/// What comes on the serial line from now on is not this kernel's.
void stopStreams();

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_CONSOLE_H
