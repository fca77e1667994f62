//===- Start.cpp - from the host to the program and back ------------------===//
//
// Arguments are asked for one by one: a package has no environment that lies in
// its memory already.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/vm/System.h"

namespace flux::rt {

#ifndef __FLUX_IMAGE__
void finish(int status) { exitGroup(status); }
#endif

[[noreturn]] static void fail(const char *text, int64_t length) {
  writeError(text, length);
#ifdef __FLUX_IMAGE__
  flushAll();
#endif
  exitGroup(trapStatus);
}

[[noreturn]] static void refuseArgument(uint64_t number) {
  char buffer[maxIntegerLength];
  writeErrorText("argument ");
  writeError(buffer, formatU64(buffer, number));
  fail(" is not UTF-8\n", 14);
}

/// The arguments and their text, in static memory or, if they are many, in
/// pages of their own.
static const View *makeViews(int64_t count) {
  static View few[32];
  static char shortText[4096];
  View *views = few;
  if (count > 32)
    views = static_cast<View *>(
        mapPages(static_cast<uint64_t>(count) * sizeof(View)));
  char *text = shortText;
  int64_t room = sizeof shortText;
  for (int64_t i = 0; views != nullptr && i != count; ++i) {
    int64_t length = host::flux_host_argument(i, text, 0);
    if (length > room) {
      constexpr int64_t part = 1 << 20;
      room = length > part ? length : part;
      text = static_cast<char *>(mapPages(static_cast<uint64_t>(room)));
      if (text == nullptr)
        break;
    }
    host::flux_host_argument(i, text, length);
    if (findInvalidUTF8(text, length) >= 0)
      refuseArgument(static_cast<uint64_t>(i) + 1);
    views[i] = {text, length};
    text += length;
    room -= length;
  }
  if (views == nullptr || text == nullptr)
    fail("out of memory: no room for the arguments\n", 41);
  return views;
}

#ifdef __FLUX_IMAGE__
constinit uint64_t stackTop = 0;

/// Called by _start.
extern "C" [[noreturn]] __attribute__((used)) void
flux_start(const uint64_t *stack) {
  stackTop = reinterpret_cast<uint64_t>(stack);
  installStackOverflowHandler();
  int64_t count = host::flux_host_arguments();
  finish(flux_main(makeViews(count), count));
}
#else
/// The entry function of a package; the result is its status.
extern "C" __attribute__((used)) int32_t flux_vm_start() {
  int64_t count = host::flux_host_arguments();
  return flux_main(makeViews(count), count);
}

extern "C" void flux_process_exit(const TrapSite *site, int32_t status) {
  if (status < 0 || status > 255)
    trap(ExitStatus, site, static_cast<uint64_t>(int64_t(status)), 0, 0,
         FLUX_CALLER());
  finish(status);
}
#endif

} // namespace flux::rt
