//===- Start.cpp - from the system to the program and back ----------------===//
//
// Strings of the language are UTF-8, arguments of Linux are any bytes: they are
// checked here, once, so that nothing else has to.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"

namespace flux::rt {

void finish(int status) {
  int error = flushAll();
  if (error != 0) {
    writeErrorText("cannot write standard output: ");
    View text = flux_error_text(-error);
    writeError(static_cast<const char *>(text.data), text.length);
    writeErrorText("\n");
    flushAll();
    status = outputFailedStatus;
  }
  exitGroup(status);
}

#ifndef __FLUX_IMAGE__ // which has vm/Start.cpp
[[noreturn]] static void refuseArgument(uint64_t number) {
  char buffer[maxIntegerLength];
  writeErrorText("argument ");
  writeError(buffer, formatU64(buffer, number));
  writeErrorText(" is not UTF-8\n");
  flushAll();
  exitGroup(trapStatus);
}

void refuseArguments() {
  writeErrorText("out of memory: no room for the arguments\n");
  flushAll();
  exitGroup(trapStatus);
}

/// Views of the arguments, in static memory or, if they are many, in pages of
/// their own.
static const View *makeViews(const char *const *args, int64_t count) {
  static View few[32];
  View *views = few;
  if (count > 32)
    views = static_cast<View *>(mapPages(count * sizeof(View)));
  if (views == nullptr)
    refuseArguments();
  for (int64_t i = 0; i != count; ++i) {
    int64_t length = textLength(args[i]);
    if (findInvalidUTF8(args[i], length) >= 0)
      refuseArgument(i + 1);
    views[i] = {args[i], length};
  }
  return views;
}

void runProgram(const char *const *args, int64_t count) {
  finish(flux_main(makeViews(args, count), count));
}

#if !defined(__wasm__)
constinit uint64_t stackTop = 0;

/// Called by _start; \p stack holds what the kernel passes.
extern "C" [[noreturn]] __attribute__((used)) void
flux_start(const uint64_t *stack) {
  stackTop = reinterpret_cast<uint64_t>(stack);
  installStackOverflowHandler();
  int64_t count = static_cast<int64_t>(stack[0]);
  // A program may be started without even its own name.
  auto *args = reinterpret_cast<const char *const *>(stack + 2);
  count = count > 0 ? count - 1 : 0;
  runProgram(args, count);
}
#endif
#endif // __FLUX_IMAGE__

extern "C" void flux_process_exit(const TrapSite *site, int32_t status) {
  if (status < 0 || status > 255)
    trap(ExitStatus, site, static_cast<uint64_t>(int64_t(status)), 0, 0,
         FLUX_CALLER());
  finish(status);
}

} // namespace flux::rt
