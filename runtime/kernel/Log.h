//===- Log.h - what the kernel tells people --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_KERNEL_LOG_H
#define FLUX_RUNTIME_KERNEL_LOG_H

#include "runtime/base/Arena.h"
#include "runtime/hal/Hal.h"

namespace flux::kernel {

enum class Level : uint8_t { Error, Warning, Info, Debug };

/// A line of text that grows up to its end; what does not fit is cut off.
class Line {
public:
  Line &operator<<(const char *text);
  Line &operator<<(Bytes text);
  Line &operator<<(uint64_t value);
  Line &hex(uint64_t value, unsigned digits = 1);
  const char *data() const { return buffer; }
  unsigned size() const { return length; }

private:
  static constexpr unsigned capacity = 255;
  char buffer[capacity];
  unsigned length = 0;
};

/// Says up to which level messages also go to the console.
void setConsoleLevel(Level level);
/// Keeps a message, and prints it if its level asks for that.  Needs the
/// kernel's lock.
void log(Level level, const Line &line);
/// Hands the messages that are kept to \p take, the oldest first, as lines, in
/// pieces.  Needs the kernel's lock.
void readLog(void (*take)(void *self, const char *text, uint64_t size),
             void *self);

/// Ends the machine: tells why, the process, the registers and the calls.
[[noreturn]] void panic(const char *why, const hal::Frame *frame = nullptr,
                        const hal::Fault *fault = nullptr);
/// The status that the machine ends with then.
inline constexpr int panicStatus = 102;

} // namespace flux::kernel

#endif // FLUX_RUNTIME_KERNEL_LOG_H
