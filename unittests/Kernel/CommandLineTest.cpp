//===- CommandLineTest.cpp - words that a machine is started with ---------===//

#include "runtime/kernel/CommandLine.h"
#include "gtest/gtest.h"
#include <string>
#include <vector>

using namespace flux;
using namespace flux::kernel;

namespace {

std::string option(const char *line, const char *name) {
  Bytes value = getOption(line, name);
  return value.data == nullptr
             ? "none"
             : std::string(reinterpret_cast<const char *>(value.data),
                           value.size);
}

std::vector<std::string> arguments(const char *line) {
  std::vector<std::string> result;
  for (unsigned i = 0; i != countArguments(line); ++i) {
    std::string text(readArgument(line, i, nullptr, 0), ' ');
    readArgument(line, i, reinterpret_cast<uint8_t *>(text.data()),
                 text.size());
    result.push_back(text);
  }
  return result;
}

TEST(CommandLine, OptionsAreWholeWords) {
  const char *line = "  alog=1 log=debug  log=info empty= -- late=1";
  EXPECT_EQ(option(line, "log"), "debug");
  EXPECT_EQ(option(line, "lo"), "none");
  EXPECT_EQ(option(line, "empty"), "");
  EXPECT_EQ(option(line, "late"), "none");
  EXPECT_EQ(option("", "log"), "none");
  EXPECT_EQ(option("log", "log"), "none");
}

TEST(CommandLine, ArgumentsStandBehindTheDashes) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(arguments(""), Texts());
  EXPECT_EQ(arguments("a=b c"), Texts());
  EXPECT_EQ(arguments("a=b --"), Texts());
  EXPECT_EQ(arguments("a=b -- x --  y"), (Texts{"x", "--", "y"}));
  EXPECT_EQ(arguments("-- a%20b%0A %C3%A9 %"), (Texts{"a b\n", "\u00e9", ""}));
  EXPECT_EQ(arguments("-- 100% %4 %zz %%41"),
            (Texts{"100%", "%4", "%zz", "%A"}));
}

TEST(CommandLine, NoMoreIsWrittenThanThereIsRoom) {
  uint8_t room[4] = {1, 1, 1, 1};
  EXPECT_EQ(readArgument("-- abcdef", 0, room, 3), 6u);
  EXPECT_EQ(room[2], 'c');
  EXPECT_EQ(room[3], 1);
}

} // namespace
