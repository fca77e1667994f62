//===- FormatTest.cpp - numbers as text, and text checks ------------------===//

#include "runtime/base/Format.h"
#include "gtest/gtest.h"
#include <cstring>
#include <string>

using namespace flux::rt;

static std::string u64(uint64_t value) {
  char buffer[maxIntegerLength];
  return std::string(buffer, formatU64(buffer, value));
}

static std::string i64(int64_t value) {
  char buffer[maxIntegerLength];
  return std::string(buffer, formatI64(buffer, value));
}

static std::string hex(uint64_t value, unsigned digits) {
  char buffer[16];
  return std::string(buffer, formatHex(buffer, value, digits));
}

TEST(Format, Decimal) {
  uint64_t power = 1;
  for (int i = 0; i != 20; ++i, power *= 10)
    for (uint64_t value : {power - 1, power, power + 1, power * 7}) {
      EXPECT_EQ(u64(value), std::to_string(value));
      EXPECT_EQ(i64(static_cast<int64_t>(value)),
                std::to_string(static_cast<int64_t>(value)));
      EXPECT_EQ(i64(-static_cast<int64_t>(value)),
                std::to_string(-static_cast<int64_t>(value)));
    }
  EXPECT_EQ(u64(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(i64(INT64_MIN), "-9223372036854775808");
}

TEST(Format, Hexadecimal) {
  EXPECT_EQ(hex(0, 1), "0");
  EXPECT_EQ(hex(0, 4), "0000");
  EXPECT_EQ(hex(0xabc, 1), "abc");
  EXPECT_EQ(hex(0xabc, 8), "00000abc");
  EXPECT_EQ(hex(UINT64_MAX, 1), "ffffffffffffffff");
  EXPECT_EQ(hex(1, 16), "0000000000000001");
}

static int64_t findBad(const std::string &text) {
  return findInvalidUTF8(text.data(), static_cast<int64_t>(text.size()));
}

TEST(Format, UTF8) {
  EXPECT_EQ(findBad(""), -1);
  EXPECT_EQ(findBad("plain text of more than sixteen bytes"), -1);
  EXPECT_EQ(findBad("\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 "
                    "\xEF\xBF\xBF \xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"),
            -1);
  // Long forms, surrogates, above U+10FFFF, lone and missing bytes.
  for (const char *bad :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
        "\xC2", "\xE1\x80", "\xE1\x80x", "\xF1\x80\x80", "\xF1\x80\x80x",
        "\xC2x"})
    for (size_t before = 0; before != 40; ++before)
      for (size_t after : {0, 20}) {
        std::string text =
            std::string(before, 'a') + bad + std::string(after, 'b');
        EXPECT_EQ(findBad(text), static_cast<int64_t>(before));
      }
}

TEST(Format, UTF8OfAllCharacters) {
  for (uint32_t c = 0x80; c != 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000)
      continue;
    char text[4];
    int size = 0;
    if (c < 0x800) {
      text[size++] = static_cast<char>(0xC0 | c >> 6);
    } else {
      if (c < 0x10000) {
        text[size++] = static_cast<char>(0xE0 | c >> 12);
      } else {
        text[size++] = static_cast<char>(0xF0 | c >> 18);
        text[size++] = static_cast<char>(0x80 | (c >> 12 & 63));
      }
      text[size++] = static_cast<char>(0x80 | (c >> 6 & 63));
    }
    text[size++] = static_cast<char>(0x80 | (c & 63));
    ASSERT_EQ(findInvalidUTF8(text, size), -1) << c;
    ASSERT_EQ(findInvalidUTF8(text, size - 1), 0) << c;
  }
}

TEST(Format, Texts) {
  EXPECT_EQ(textLength(""), 0);
  EXPECT_EQ(textLength("four"), 4);
  EXPECT_TRUE(isSameText("", ""));
  EXPECT_TRUE(isSameText("main", "main"));
  EXPECT_FALSE(isSameText("main", "mai"));
  EXPECT_FALSE(isSameText("mai", "main"));
  EXPECT_FALSE(isSameText("a", "b"));
}
