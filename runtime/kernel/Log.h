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
  const char *data() const { return buffer; }
  unsigned size() const { return length; }
  void clear() { length = 0; }

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

/// Where what is said goes: to a line, to the log, or only to people.
class Sink {
public:
  Sink(Line &line) : value(reinterpret_cast<uintptr_t>(&line)) {}
  Sink(Level level) : value(static_cast<uintptr_t>(level)) {}
  static Sink people() { return Sink(static_cast<Level>(toPeople)); }

  Line *getLine() const {
    return value > toPeople ? reinterpret_cast<Line *>(value) : nullptr;
  }
  bool isForPeople() const { return value == toPeople; }
  Level getLevel() const { return static_cast<Level>(value); }

private:
  static constexpr uintptr_t toPeople = 4;
  uintptr_t value;
};

inline uint64_t toWord(uint64_t value) { return value; }
template <class T>
inline uint64_t toWord(T *value) {
  return reinterpret_cast<uintptr_t>(value);
}
/// Says \p format, in which a letter behind '%' stands for a value: 's' a text,
/// 'b' bytes (a pointer to Bytes), 'u' a number, 'm' one with six digits, 'x'
/// one in hexadecimal, 'X' the same with all 16 digits.  Values are words.
void sayWords(Sink sink, const char *format, ...);
template <class... T>
inline void say(Sink sink, const char *format, T... values) {
  sayWords(sink, format, toWord(values)...);
}
template <class... T>
inline void log(Level level, const char *format, T... values) {
  say(level, format, values...);
}
template <class... T>
inline void print(const char *format, T... values) {
  say(Sink::people(), format, values...);
}

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
