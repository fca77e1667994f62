//===- ProgramTest.cpp - programs that are linked with the runtime --------===//

#include "gtest/gtest.h"
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/wait.h>

namespace {
struct Result {
  std::string text;
  int status;
};
} // namespace

/// The path of \p name in the folder of the programs, which lies beside this
/// one: builds may be moved, and compilers called, under other names.
static std::string getPath(const std::string &name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() /
         "Runtime" / name;
}

/// Runs `program arguments` in a shell, with both outputs as one.
static Result run(const std::string &command, const char *before = "") {
  std::string line = std::string(before) + " " + getPath(command);
  FILE *pipe = popen(("exec 2>&1; " + line).c_str(), "r");
  Result result;
  char buffer[4096];
  while (size_t got = fread(buffer, 1, sizeof buffer, pipe))
    result.text.append(buffer, got);
  int status = pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

static void expect(const std::string &command, const std::string &text,
                   int status, const char *before = "") {
  Result result = run(command, before);
  EXPECT_EQ(result.text, text) << command;
  EXPECT_EQ(result.status, status) << command;
}

TEST(Program, Hello) {
  expect("Hello", "hello\n", 0);
  std::ifstream file(getPath("Hello"), std::ios::ate);
  EXPECT_LT(file.tellg(), 12 * 1024);
}

TEST(Program, Arguments) {
  expect("Modes", "", 0);
  expect("Modes args '' 'two words' \xC3\xA4", "args\n\ntwo words\n\xC3\xA4\n",
         0);
  expect("Modes args \"$(printf 'a\\377')\"", "argument 2 is not UTF-8\n", 101);
  Result many = run("Modes args $(seq 1000)");
  EXPECT_EQ(many.text.substr(0, 9), "args\n1\n2\n");
  EXPECT_EQ(many.text.substr(many.text.size() - 9), "999\n1000\n");
}

TEST(Program, Output) {
  expect("Modes values",
         "-9223372036854775808 18446744073709551615 0.1 0.1 true false "
         "2.500 00ff\n",
         0);
  std::string much;
  for (int i = 0; i != 100000; ++i)
    much += std::to_string(i) + "\n";
  much += std::string(50000, 'x') + "\nend\n";
  Result result = run("Modes much");
  EXPECT_TRUE(result.text == much);
  EXPECT_EQ(result.status, 0);
  expect("Modes error", "to error\n", 0);
  expect("Modes echo", "> some\ntext", 0, "printf 'some\\ntext' |");
  expect("Modes values > /dev/full",
         "cannot write standard output: no space left on the device\n", 74);
  expect("Modes values >&-", "cannot write standard output: not an open file\n",
         74);
}

static const char pickTrap[] =
    "wc.flux.md:12:14: trap: index 10 out of bounds: the length is 10\n"
    "   12 |     total += counts[i]\n"
    "      |              ^\n"
    "  in pick at wc.flux.md:12:14\n"
    "  called from count_words at wc.flux.md:20:9\n";

TEST(Program, Trap) {
  expect("Modes trap",
         std::string("before") + pickTrap +
             "  called from main at wc.flux.md:30:5\n",
         101);
  expect("Modes recurse",
         std::string(pickTrap) + "  called from descend at wc.flux.md:34:5\n"
                                 "  called from descend at wc.flux.md:33:5\n"
                                 "  ... and from there 999 more times\n",
         101);
}

TEST(Program, TrapInRuntime) {
  std::string tail = "   40 |     total += counts[i]\n"
                     "      |   ^\n"
                     "  in alloc at wc.flux.md:40:3\n";
  std::string start = "wc.flux.md:40:3: trap: ";
  expect("Modes alloc-negative",
         start + "cannot allocate -1 elements of 8 bytes\n" + tail, 101);
  expect("Modes alloc-large",
         start + "cannot allocate 2305843009213693951 elements of 8 bytes\n" +
             tail,
         101);
  expect("Modes alloc-much",
         start + "out of memory: no room for 140737488355328 bytes\n" + tail,
         101);
  start = "modes.flux.md:1:1: trap: ";
  tail = "\n  in main at modes.flux.md:1:1\n";
  expect("Modes exit-large",
         start + "exit status 256 is not from 0 to 255" + tail, 101);
  expect("Modes digits", start + "number of digits 101 is out of range" + tail,
         101);
  expect("Modes range",
         start + "slice 0..2 splits a character of a string of length 3" + tail,
         101);
  expect("Modes utf8",
         start + "bytes are not UTF-8: the first bad byte is at 2" + tail, 101);
}

TEST(Program, StackOverflow) {
  Result result = run("Modes overflow");
  EXPECT_EQ(result.status, 101);
  std::string start = "before\nwc.flux.md:36:7: trap: stack overflow\n"
                      "  in dive at wc.flux.md:36:7\n"
                      "  called from dive at wc.flux.md:36:7\n"
                      "  ... and from there ";
  EXPECT_EQ(result.text.substr(0, start.size()), start) << result.text;
  result = run("Modes mutual");
  EXPECT_EQ(result.status, 101);
  EXPECT_NE(result.text.find("trap: stack overflow\n"), std::string::npos);
  EXPECT_NE(result.text.find(" more calls\n"), std::string::npos);
  EXPECT_EQ(std::count(result.text.begin(), result.text.end(), '\n'), 59);
  // Another fault is what it is.
  result = run("Modes crash");
  EXPECT_NE(result.text.find("internal error: invalid memory access\n"),
            std::string::npos);
  EXPECT_NE(result.status, 101);
  EXPECT_NE(result.status, 0);
}

TEST(Program, Memory) { expect("Modes memory", "ok\n", 0); }

TEST(Program, Files) {
  std::string path = getPath("file.txt");
  expect("Modes file " + path, "9 9 some text 0 0 not an open file\n", 0);
  // Without a console the first files must not take its place.
  run("Modes file " + path + " 0<&- 1>&- 2>&-");
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  EXPECT_EQ(text, "some text");
  std::remove(path.c_str());
  expect("Modes open no-such-file", "no such file or directory\n", 1);
  expect("Modes open-nul", "invalid argument\n", 1);
  expect("Modes open " + std::string(4096, 'x'), "file name too long\n", 1);
}

TEST(Program, End) {
  expect("Modes exit", "out\n", 7);
  expect("Modes sleep", "asleep\n", 0);
}
