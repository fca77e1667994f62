//===- TrapMessageTest.cpp - the text of a trap ---------------------------===//

#include "runtime/base/TrapMessage.h"
#include "gtest/gtest.h"
#include <bit>
#include <string>

using namespace flux::rt;

static std::string collected;

static void collect(const char *data, int64_t length) {
  collected.append(data, static_cast<size_t>(length));
}

static std::string message(TrapKind kind, ValueType type, uint64_t a,
                           uint64_t b = 0, uint64_t c = 0,
                           ValueType resultType = I64) {
  TrapSite site = {};
  site.kind = kind;
  site.type = type;
  site.resultType = resultType;
  uint64_t values[] = {a, b, c};
  collected.clear();
  formatTrapMessage(site.kind, site, values, collect);
  return collected;
}

TEST(TrapMessage, Values) {
  EXPECT_EQ(message(AddOverflow, I8, 100, 100),
            "integer overflow: 100 + 100 does not fit i8");
  // Only the bits of the type count, whatever the others are.
  EXPECT_EQ(message(AddOverflow, I8, 0x80, 0xFFFFFFFFFFFFFFFF),
            "integer overflow: -128 + -1 does not fit i8");
  EXPECT_EQ(message(SubOverflow, U8, 0, 0xABCD01),
            "integer overflow: 0 - 1 does not fit u8");
  EXPECT_EQ(message(MulOverflow, U64, UINT64_MAX, 2),
            "integer overflow: 18446744073709551615 * 2 does not fit u64");
  EXPECT_EQ(message(NegOverflow, I32, 0x80000000),
            "integer overflow: -(-2147483648) does not fit i32");
  EXPECT_EQ(message(DivByZero, U16, 0xFFFF), "division by zero: 65535 / 0");
  EXPECT_EQ(message(ShiftAmount, U32, static_cast<uint64_t>(-1)),
            "shift by -1 bits: u32 has fewer bits");
  EXPECT_EQ(message(ConvertInt, I64, 300, 0, 0, U8),
            "conversion: 300 does not fit u8");
  EXPECT_EQ(
      message(ConvertFloat, F64, std::bit_cast<uint64_t>(1e10), 0, 0, I32),
      "conversion: 10000000000.0 does not fit i32");
  EXPECT_EQ(message(ConvertFloat, F32, std::bit_cast<uint32_t>(0.1f), 0, 0, U8),
            "conversion: 0.1 does not fit u8");
  EXPECT_EQ(message(IndexUnsigned, I64, UINT64_MAX, 3),
            "index 18446744073709551615 out of bounds: the length is 3");
  EXPECT_EQ(message(SliceRange, I64, 2, 1, 3),
            "slice 2..1 out of bounds: the length is 3");
  EXPECT_EQ(message(StackOverflow, I64, 0), "stack overflow");
  std::string text = "no such line";
  EXPECT_EQ(
      message(Message, I64, std::bit_cast<uint64_t>(text.data()), text.size()),
      text);
}

/// Every pattern asks only for values that its kind passes.
TEST(TrapMessage, Patterns) {
  struct {
    const char *pattern;
    int values;
  } kinds[] = {
#define TRAP(NAME, VALUES, MESSAGE) {MESSAGE, VALUES},
#include "runtime/base/TrapKinds.def"
  };
  for (auto &kind : kinds) {
    std::string pattern = kind.pattern;
    for (size_t at = 0; (at = pattern.find('{', at)) != std::string::npos;
         ++at) {
      std::string what = pattern.substr(at + 1, pattern.find('}', at) - at - 1);
      if (what == "t" || what == "r" || what == "s")
        continue;
      if (what[0] == 'i' || what[0] == 'u')
        what.erase(0, 1);
      ASSERT_EQ(what.size(), 1u) << pattern;
      EXPECT_GE(what[0], '0') << pattern;
      EXPECT_LT(what[0], '0' + kind.values) << pattern;
    }
  }
}

static std::string place(const char *file, uint32_t line, uint32_t column) {
  collected.clear();
  formatPlace(file, line, column, collect);
  return collected;
}

TEST(TrapMessage, Place) {
  EXPECT_EQ(place("a.flux.md", 3, 14), "a.flux.md:3:14");
  EXPECT_EQ(place("a.flux.md", 3, 0), "a.flux.md:3");
  EXPECT_EQ(place("a.flux.md", 0, 0), "a.flux.md");
  EXPECT_EQ(place(nullptr, 3, 14), "");
}

static std::string sourceLine(const char *text, uint32_t line,
                              uint32_t column) {
  collected.clear();
  formatSourceLine(text, line, column, collect);
  return collected;
}

TEST(TrapMessage, SourceLine) {
  EXPECT_EQ(sourceLine("a[i]", 12, 3), "   12 | a[i]\n      |   ^\n");
  EXPECT_EQ(sourceLine("\ta[i]", 7, 2), "    7 | \ta[i]\n      | \t^\n");
  EXPECT_EQ(sourceLine("\xC3\xA4[i]", 1, 3),
            "    1 | \xC3\xA4[i]\n      |  ^\n");
  EXPECT_EQ(sourceLine("x", 1, 0), "    1 | x\n");
  EXPECT_EQ(sourceLine("x", 1234567, 9), "1234567 | x\n        |  ^\n");
}
