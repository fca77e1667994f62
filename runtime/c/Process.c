//===- Process.c - start, end and clock of programs in C ------------------===//

#include <stdlib.h>
_Noreturn static void flux_finish(int status) {
  flushOutput();
  if (outputError != 0) {
    writeErrorText("cannot write standard output: ");
    writeErrorText(findErrorText(-(int64_t)outputError));
    writeErrorText("\n");
    status = 74;
  }
  _Exit(status);
}

/// The arguments without the program's name: they must be text.
#include <stdlib.h>
static slice_str flux_arguments(int argc, char **argv) {
  slice_str arguments = {(flux_str *)(void *)flux_nothing, argc > 1 ? argc - 1 : 0};
  if (arguments.length != 0)
    arguments.data = malloc((size_t)arguments.length * sizeof(flux_str));
  if (arguments.data == NULL) {
    writeErrorText("out of memory: no room for the arguments\n");
    endByTrap();
  }
  for (int64_t i = 0; i < arguments.length; i++) {
    const char *text = argv[i + 1];
    arguments.data[i].data = text;
    arguments.data[i].length = (int64_t)strlen(text);
    if (findInvalidUTF8(text, arguments.data[i].length) >= 0) {
      writeErrorText("argument ");
      writeErrorNumber((uint64_t)i + 1);
      writeErrorText(" is not UTF-8\n");
      endByTrap();
    }
  }
  return arguments;
}

_Noreturn static void flux_process_exit(const flux_frame *caller, int at, int32_t status) {
  if (status < 0 || status > 255)
    flux_trap(caller, at, FLUX_MESSAGE(ExitStatus), (uint64_t)(int64_t)status, 0, 0);
  flux_finish(status);
}

#include <time.h>
static int64_t readClock(clockid_t clock) {
  struct timespec now = {0, 0};
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

#include <time.h>
static int64_t flux_time_now(void) {
  return readClock(CLOCK_MONOTONIC);
}

#include <time.h>
static int64_t flux_time_utc(void) {
  return readClock(CLOCK_REALTIME);
}

#include <time.h>
static void flux_time_sleep(int64_t nanoseconds) {
  flushOutput();
  if (nanoseconds <= 0)
    return;
  struct timespec rest = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
  while (nanosleep(&rest, &rest) != 0)
    continue;
}

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
static int64_t flux_random_entropy(slice_u8 buffer) {
  int source = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  if (source < 0)
    return -errno;
  int64_t done = 0;
  while (done < buffer.length) {
    slice_u8 rest = {buffer.data + done, buffer.length - done};
    int64_t got = readSome(source, rest);
    if (got <= 0) {
      close(source);
      return got;
    }
    done += got;
  }
  close(source);
  return done;
}
