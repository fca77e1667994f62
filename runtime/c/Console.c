//===- Console.c - standard input, output and error of programs in C ------===//
//
// The buffers are those of the C library: lines appear at once where somebody
// watches, and all that was written comes before a trap's message.
//
//===----------------------------------------------------------------------===//

/// The first error of standard output, or 0.
static int outputError;

#include <errno.h>
#include <stdio.h>
static void writeOutput(const char *data, size_t length) {
  if (outputError == 0 && length != 0 && fwrite(data, 1, length, stdout) != length)
    outputError = errno != 0 ? errno : EIO;
}

#include <errno.h>
#include <stdio.h>
static void flushOutput(void) {
  if (fflush(stdout) != 0 && outputError == 0)
    outputError = errno != 0 ? errno : EIO;
}

#include <stdio.h>
static void writeError(const char *data, int64_t length) {
  fwrite(data, 1, (size_t)length, stderr);
}

static void writeErrorText(const char *text) {
  writeError(text, (int64_t)strlen(text));
}

static void writeTo(bool error, const char *data, size_t length) {
  if (error)
    writeError(data, (int64_t)length);
  else
    writeOutput(data, length);
}

static void flux_print_i64(int64_t value, bool error) {
  char buffer[20];
  writeTo(error, buffer, formatI64(buffer, value));
}

static void flux_print_u64(uint64_t value, bool error) {
  char buffer[20];
  writeTo(error, buffer, formatU64(buffer, value));
}

static void flux_print_f32(float value, bool error) {
  char buffer[32];
  writeTo(error, buffer, formatF32(buffer, value));
}

static void flux_print_f64(double value, bool error) {
  char buffer[32];
  writeTo(error, buffer, formatF64(buffer, value));
}

static void flux_print_bool(bool value, bool error) {
  writeTo(error, value ? "true" : "false", value ? 4 : 5);
}

static void flux_print_str(flux_str text, bool error) {
  writeTo(error, text.data, (size_t)text.length);
}

static void flux_console_write(slice_u8 bytes) {
  writeOutput((const char *)bytes.data, (size_t)bytes.length);
}

static void flux_console_flush(void) {
  flushOutput();
}

static int64_t flux_console_read(slice_u8 buffer) {
  flushOutput();
  return readSome(0, buffer);
}
