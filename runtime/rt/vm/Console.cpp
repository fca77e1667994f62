//===- Console.cpp - standard input, output and error ---------------------===//
//
// The host collects output: nothing is lost when the machine itself stops the
// program.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/FloatFormat.h"
#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/vm/System.h"

namespace flux::rt {

static void print(const char *data, int64_t length, bool error) {
  host::flux_host_write(error ? 2 : 1, data, length);
}

void writeError(const char *data, int64_t length) { print(data, length, true); }

extern "C" {

#include "runtime/rt/Print.inc"

int64_t flux_console_read(void *buffer, int64_t length) {
  return host::flux_host_read(buffer, length);
}

void flux_console_write(const void *data, int64_t length) {
  host::flux_host_write(1, data, length);
}

/// A sleep of no time makes the host write what it holds.
void flux_console_flush() { host::flux_host_sleep(0); }

} // extern "C"

} // namespace flux::rt
