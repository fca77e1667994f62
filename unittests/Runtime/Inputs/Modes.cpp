//===- Modes.cpp - a program that does what its argument says -------------===//

#include "runtime/rt/rt.h"

using namespace flux::rt;

extern "C" {
void test_trap();
void test_recurse(int64_t depth);
void test_overflow();
void test_mutual();
void *test_alloc(int64_t count, int64_t size);
}

static const struct {
  TrapSite site;
  char file[sizeof "modes.flux.md"], function[sizeof "main"];
} data = {{sizeof(TrapSite), sizeof(TrapSite) + sizeof "modes.flux.md", 0, 1, 1,
           Message, I64, I64},
          "modes.flux.md",
          "main"};
static const TrapSite &site = data.site;

static bool is(const View &view, const char *text) {
  int64_t length = 0;
  while (text[length] != '\0')
    ++length;
  return flux_str_equal(static_cast<const char *>(view.data), view.length, text,
                        length);
}

static void print(const View &view, bool error = false) {
  flux_print_str(static_cast<const char *>(view.data), view.length, error);
}

static void print(const char *text, bool error = false) {
  int64_t length = 0;
  while (text[length] != '\0')
    ++length;
  flux_print_str(text, length, error);
}

static void printValues() {
  flux_print_i64(INT64_MIN, false);
  print(" ");
  flux_print_u64(UINT64_MAX, false);
  print(" ");
  flux_print_f64(0.1, false);
  print(" ");
  flux_print_f32(0.1f, false);
  print(" ");
  flux_print_bool(true, false);
  print(" ");
  flux_print_bool(false, false);
  print(" ");
  print(flux_text_fixed(&site, 2.5, 3));
  print(" ");
  print(flux_text_hex(&site, 255, 4));
  print("\n");
}

static void printMuch() {
  for (int64_t i = 0; i != 100000; ++i) {
    flux_print_i64(i, false);
    print("\n");
  }
  static char block[50000];
  for (char &c : block)
    c = 'x';
  flux_console_write(block, sizeof block);
  print("\nend\n");
}

static void echo() {
  char buffer[100];
  print("> ");
  for (;;) {
    int64_t got = flux_console_read(buffer, sizeof buffer);
    if (got <= 0)
      return;
    flux_console_write(buffer, got);
  }
}

static int32_t report(int64_t result) {
  if (result >= 0)
    return 0;
  print(flux_error_text(result));
  print("\n");
  return 1;
}

static int32_t useFile(const View &path) {
  auto *name = static_cast<const char *>(path.data);
  int64_t handle = flux_file_create(name, path.length);
  if (handle < 0)
    return report(handle);
  flux_print_i64(flux_file_write(handle, "some text", 9), false);
  print(" ");
  flux_file_close(handle);
  handle = flux_file_open(name, path.length);
  flux_print_i64(flux_file_size(handle), false);
  print(" ");
  char buffer[64];
  int64_t got = flux_file_read(handle, buffer, sizeof buffer);
  print({buffer, got});
  print(" ");
  flux_print_i64(flux_file_read(handle, buffer, sizeof buffer), false);
  print(" ");
  flux_print_i64(flux_file_close(handle), false);
  print(" ");
  print(flux_error_text(flux_file_close(handle)));
  print("\n");
  return 0;
}

/// Memory of a turn is filled, checked and given back, over and over.
static int32_t useMemory() {
  for (int turn = 0; turn != 100; ++turn) {
    unsigned char *parts[200];
    for (int64_t i = 0; i != 200; ++i) {
      int64_t size = i * i * 7 % 90001;
      parts[i] = static_cast<unsigned char *>(flux_alloc(&site, size, 1));
      if (reinterpret_cast<uint64_t>(parts[i]) % 16 != 0)
        return 1;
      for (int64_t j = 0; j != size; ++j)
        parts[i][j] = static_cast<unsigned char>(i);
    }
    for (int64_t i = 0; i != 200; ++i)
      for (int64_t j = 0; j != i * i * 7 % 90001; ++j)
        if (parts[i][j] != static_cast<unsigned char>(i))
          return 2;
    flux_agent_turn_end();
  }
  print("ok\n");
  return 0;
}

extern "C" int32_t flux_main(const View *args, int64_t count) {
  if (count == 0)
    return 0;
  const View &mode = args[0];
  if (is(mode, "args"))
    for (int64_t i = 0; i != count; ++i) {
      print(args[i]);
      print("\n");
    }
  else if (is(mode, "values"))
    printValues();
  else if (is(mode, "much"))
    printMuch();
  else if (is(mode, "echo"))
    echo();
  else if (is(mode, "error"))
    print("to error\n", true);
  else if (is(mode, "trap"))
    print("before"), test_trap();
  else if (is(mode, "recurse"))
    test_recurse(1000);
  else if (is(mode, "mutual"))
    test_mutual();
  else if (is(mode, "overflow"))
    print("before\n"), test_overflow();
  else if (is(mode, "crash"))
    *reinterpret_cast<volatile int *>(16) = 1;
  else if (is(mode, "alloc-negative"))
    test_alloc(-1, 8);
  else if (is(mode, "alloc-large"))
    test_alloc(INT64_MAX / 4, 8);
  else if (is(mode, "alloc-much"))
    test_alloc(int64_t(1) << 47, 1);
  else if (is(mode, "memory"))
    return useMemory();
  else if (is(mode, "file") && count > 1)
    return useFile(args[1]);
  else if (is(mode, "open") && count > 1)
    return report(flux_file_open(static_cast<const char *>(args[1].data),
                                 args[1].length));
  else if (is(mode, "open-nul"))
    return report(flux_file_open("a\0b", 3));
  else if (is(mode, "exit"))
    print("out\n"), flux_process_exit(&site, 7);
  else if (is(mode, "exit-large"))
    flux_process_exit(&site, 256);
  else if (is(mode, "digits"))
    flux_text_fixed(&site, 1.0, 101);
  else if (is(mode, "range"))
    flux_str_check_range(&site, "a\xC3\xA4", 3, 0, 2);
  else if (is(mode, "utf8"))
    flux_str_check_utf8(&site, "ab\xFF", 3);
  else if (is(mode, "sleep")) {
    int64_t start = flux_time_now();
    print("asleep\n");
    flux_time_sleep(20000000);
    flux_time_sleep(-1);
    return flux_time_now() - start >= 20000000 ? 0 : 1;
  }
  return 0;
}
