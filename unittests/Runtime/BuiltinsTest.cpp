//===- BuiltinsTest.cpp - copying, filling and comparing memory -----------===//
//
// All sizes up to some blocks, all alignments and all distances of overlap,
// with guards around: each size takes another path.  Memory.cpp and the
// versions for processors that only access aligned words, WordMemory.cpp, do
// the same.
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include <cstdint>
#include <cstring>
#include <vector>

#define DECLARE(PREFIX)                                                        \
  extern "C" void *PREFIX##memcpy(void *, const void *, size_t);               \
  extern "C" void *PREFIX##memmove(void *, const void *, size_t);              \
  extern "C" void *PREFIX##memset(void *, int, size_t);                        \
  extern "C" int PREFIX##memcmp(const void *, const void *, size_t);           \
  extern "C" int PREFIX##bcmp(const void *, const void *, size_t);
DECLARE(flux_)
DECLARE(flux_word_)
#undef DECLARE

namespace {

/// The functions of one file.
struct Functions {
  const char *name;
  void *(*copy)(void *, const void *, size_t);
  void *(*move)(void *, const void *, size_t);
  void *(*fill)(void *, int, size_t);
  int (*compare)(const void *, const void *, size_t);
  int (*differ)(const void *, const void *, size_t);
};

class Builtins : public testing::TestWithParam<Functions> {};

} // namespace

INSTANTIATE_TEST_SUITE_P(
    Files, Builtins,
    testing::Values(Functions{"Memory", flux_memcpy, flux_memmove, flux_memset,
                              flux_memcmp, flux_bcmp},
                    Functions{"WordMemory", flux_word_memcpy, flux_word_memmove,
                              flux_word_memset, flux_word_memcmp,
                              flux_word_bcmp}),
    [](const auto &info) { return std::string(info.param.name); });

static std::vector<unsigned char> makePattern(size_t size) {
  std::vector<unsigned char> bytes(size);
  uint32_t state = 1;
  for (auto &byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<unsigned char>(state >> 24);
  }
  return bytes;
}

static std::vector<size_t> makeSizes() {
  std::vector<size_t> sizes;
  for (size_t i = 0; i != 300; ++i)
    sizes.push_back(i);
  for (size_t around : {512, 1024, 2048, 4096, 10000})
    for (size_t i = around - 2; i != around + 3; ++i)
      sizes.push_back(i);
  return sizes;
}

TEST_P(Builtins, Copy) {
  auto source = makePattern(11000);
  for (size_t size : makeSizes())
    for (size_t to : {0, 1, 7, 8, 15, 16, 31})
      for (size_t from : {0, 1, 5, 16}) {
        std::vector<unsigned char> expected(11000, 0xEE), actual = expected;
        std::memcpy(expected.data() + to, source.data() + from, size);
        EXPECT_EQ(
            GetParam().copy(actual.data() + to, source.data() + from, size),
            actual.data() + to);
        ASSERT_EQ(actual, expected) << size << " " << to << " " << from;
      }
}

TEST_P(Builtins, Move) {
  auto pattern = makePattern(11000);
  for (size_t size : makeSizes())
    for (size_t distance : {0, 1, 3, 8, 15, 16, 17, 63, 64, 65, 200})
      for (bool up : {false, true}) {
        size_t low = 5, high = 5 + distance;
        size_t from = up ? low : high, to = up ? high : low;
        auto expected = pattern, actual = pattern;
        std::memmove(expected.data() + to, expected.data() + from, size);
        GetParam().move(actual.data() + to, actual.data() + from, size);
        ASSERT_EQ(actual, expected) << size << " " << distance << " " << up;
      }
}

TEST_P(Builtins, Fill) {
  for (size_t size : makeSizes())
    for (size_t to : {0, 1, 7, 8, 15, 16})
      for (int value : {0, 0x5A, 0x1FF}) {
        std::vector<unsigned char> expected(11000, 0xEE), actual = expected;
        std::memset(expected.data() + to, value, size);
        EXPECT_EQ(GetParam().fill(actual.data() + to, value, size),
                  actual.data() + to);
        ASSERT_EQ(actual, expected) << size << " " << to;
      }
}

static int sign(int value) { return (value > 0) - (value < 0); }

TEST_P(Builtins, Compare) {
  auto a = makePattern(400);
  for (size_t size = 0; size != 300; ++size)
    for (size_t offset : {0, 1, 9}) {
      auto b = a;
      EXPECT_EQ(GetParam().compare(a.data() + offset, b.data() + offset, size),
                0);
      for (size_t at = 0; at != size; ++at) {
        b[offset + at] ^= 0x80;
        // Bytes behind the first difference do not matter.
        if (offset + at + 3 < b.size())
          b[offset + at + 3] ^= 0xFF;
        int expected = std::memcmp(a.data() + offset, b.data() + offset, size);
        EXPECT_EQ(sign(GetParam().compare(a.data() + offset, b.data() + offset,
                                          size)),
                  sign(expected));
        EXPECT_NE(GetParam().differ(a.data() + offset, b.data() + offset, size),
                  0);
        b = a;
      }
    }
}
