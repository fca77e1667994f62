//===- BuiltinsTest.cpp - copying, filling and comparing memory -----------===//
//
// All sizes up to some blocks, all alignments and all distances of overlap,
// with guards around: each size takes another path.
//
//===----------------------------------------------------------------------===//

#include "gtest/gtest.h"
#include <cstdint>
#include <cstring>
#include <vector>

extern "C" {
void *flux_memcpy(void *, const void *, size_t);
void *flux_memmove(void *, const void *, size_t);
void *flux_memset(void *, int, size_t);
int flux_memcmp(const void *, const void *, size_t);
int flux_bcmp(const void *, const void *, size_t);
}

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

TEST(Builtins, Copy) {
  auto source = makePattern(11000);
  for (size_t size : makeSizes())
    for (size_t to : {0, 1, 7, 8, 15, 16, 31})
      for (size_t from : {0, 1, 5, 16}) {
        std::vector<unsigned char> expected(11000, 0xEE), actual = expected;
        std::memcpy(expected.data() + to, source.data() + from, size);
        EXPECT_EQ(flux_memcpy(actual.data() + to, source.data() + from, size),
                  actual.data() + to);
        ASSERT_EQ(actual, expected) << size << " " << to << " " << from;
      }
}

TEST(Builtins, Move) {
  auto pattern = makePattern(11000);
  for (size_t size : makeSizes())
    for (size_t distance : {0, 1, 3, 8, 15, 16, 17, 63, 64, 65, 200})
      for (bool up : {false, true}) {
        size_t low = 5, high = 5 + distance;
        size_t from = up ? low : high, to = up ? high : low;
        auto expected = pattern, actual = pattern;
        std::memmove(expected.data() + to, expected.data() + from, size);
        flux_memmove(actual.data() + to, actual.data() + from, size);
        ASSERT_EQ(actual, expected) << size << " " << distance << " " << up;
      }
}

TEST(Builtins, Fill) {
  for (size_t size : makeSizes())
    for (size_t to : {0, 1, 7, 8, 15, 16})
      for (int value : {0, 0x5A, 0x1FF}) {
        std::vector<unsigned char> expected(11000, 0xEE), actual = expected;
        std::memset(expected.data() + to, value, size);
        EXPECT_EQ(flux_memset(actual.data() + to, value, size),
                  actual.data() + to);
        ASSERT_EQ(actual, expected) << size << " " << to;
      }
}

static int sign(int value) { return (value > 0) - (value < 0); }

TEST(Builtins, Compare) {
  auto a = makePattern(400);
  for (size_t size = 0; size != 300; ++size)
    for (size_t offset : {0, 1, 9}) {
      auto b = a;
      EXPECT_EQ(flux_memcmp(a.data() + offset, b.data() + offset, size), 0);
      for (size_t at = 0; at != size; ++at) {
        b[offset + at] ^= 0x80;
        // Bytes behind the first difference do not matter.
        if (offset + at + 3 < b.size())
          b[offset + at + 3] ^= 0xFF;
        int expected = std::memcmp(a.data() + offset, b.data() + offset, size);
        EXPECT_EQ(sign(flux_memcmp(a.data() + offset, b.data() + offset, size)),
                  sign(expected));
        EXPECT_NE(flux_bcmp(a.data() + offset, b.data() + offset, size), 0);
        b = a;
      }
    }
}
