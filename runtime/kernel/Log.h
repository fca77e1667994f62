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
  /// Adds \p format, in which a letter behind '%' stands for a value: 's' a
  /// text, 'b' bytes (a pointer to Bytes), 'u' a number, 'x' one in
  /// hexadecimal, 'X' the same with all 16 digits.
  void add(const char *format, __builtin_va_list values);
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

/// A value for a format of Line::add().
inline uint64_t toWord(uint64_t value) { return value; }
template <class T>
inline uint64_t toWord(T *value) {
  return reinterpret_cast<uintptr_t>(value);
}
/// The same with a format and its values, which are all words.
void logWords(Level level, const char *format, ...);
template <class... T>
inline void log(Level level, const char *format, T... values) {
  logWords(level, format, toWord(values)...);
}
/// Prints a format with its values.
void printWords(const char *format, ...);
template <class... T>
inline void print(const char *format, T... values) {
  printWords(format, toWord(values)...);
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
