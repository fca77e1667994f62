//===- PackTest.cpp - unpacking images ------------------------------------===//
//
// What liblzma packs comes out again, in each way that there is; what is
// damaged is refused or gives other bytes, within its size.  Branches become
// targets and come back, whatever the bytes are.
//
//===----------------------------------------------------------------------===//

#include "Lzma.h"
#include "runtime/base/Branches.h"
#include "runtime/base/Lzma.h"
#include "unittests/VM/TestArena.h"
#include "gtest/gtest.h"
#include <random>
#include <vector>

using namespace flux;

namespace {

/// Bytes that repeat at near and far distances, and some that do not.
std::string makeText(unsigned size, uint32_t seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) {
    if (random() % 3 == 0 || text.empty())
      text += static_cast<char>(random());
    else
      for (unsigned from = random() % text.size(), left = random() % 400;
           left != 0; --left, ++from)
        text += text[from];
  }
  text.resize(size);
  return text;
}

bool unpack(const std::string &packed, std::string &out) {
  TestArena memory;
  return unpackLzma(
      {reinterpret_cast<const uint8_t *>(packed.data()), packed.size()},
      reinterpret_cast<uint8_t *>(out.data()), out.size(), memory);
}

TEST(Lzma, AllProperties) {
  std::string text = makeText(70000, 1);
  for (unsigned context = 0; context <= 4; ++context)
    for (unsigned place = 0; context + place <= 4; ++place)
      for (unsigned positions = 0; positions <= 4; ++positions) {
        std::string packed = packLzma(text, context, place, positions);
        std::string out(text.size(), '\0');
        ASSERT_TRUE(unpack(packed, out))
            << context << " " << place << " " << positions;
        ASSERT_EQ(out, text);
      }
}

TEST(Lzma, Sizes) {
  for (unsigned size : {0, 1, 2, 3, 17, 273, 274, 4096, 65537}) {
    std::string text = makeText(size, size), packed = packLzma(text);
    std::string out(size, '\0');
    ASSERT_TRUE(unpack(packed, out)) << size;
    EXPECT_EQ(out, text);
    // Another size than that of the data is refused.
    std::string longer(size + 1, '\0');
    EXPECT_FALSE(unpack(packed, longer)) << size;
    if (size > 1) {
      out.resize(size - 1);
      EXPECT_FALSE(unpack(packed, out)) << size;
    }
    EXPECT_FALSE(unpack(packed + '\0', text)) << size;
  }
}

TEST(Lzma, Damage) {
  std::string text = makeText(3000, 3), packed = packLzma(text);
  for (size_t size = 0; size != packed.size(); ++size) {
    std::string out(text.size(), '\0');
    EXPECT_FALSE(unpack(packed.substr(0, size), out)) << size;
  }
  for (size_t at = 0; at != packed.size(); ++at)
    for (unsigned bit = 0; bit != 8; ++bit) {
      std::string damaged = packed, out(text.size(), '\0');
      damaged[at] = static_cast<char>(damaged[at] ^ 1 << bit);
      // There is no checksum in it, but nothing unpacks to the same.
      EXPECT_FALSE(unpack(damaged, out) && out == text) << at << " " << bit;
    }
  std::string out(text.size(), '\0');
  for (unsigned properties = 0; properties != 256; ++properties) {
    packed[0] = static_cast<char>(properties);
    unpack(packed, out);
  }
}

constexpr uint16_t machines[] = {62, 183, 243};

TEST(Branches, ComeBack) {
  std::mt19937 random(5);
  constexpr uint8_t parts[] = {0xE8, 0xE9, 0x0F, 0x8F, 0x17, 0xEF,
                               0x02, 0x67, 0x90, 0x94, 0x13, 0x00};
  for (unsigned i = 0; i != 4000; ++i) {
    std::vector<uint8_t> code(random() % 600);
    for (uint8_t &byte : code)
      byte = random() % 3 != 0 ? parts[random() % sizeof parts]
                               : static_cast<uint8_t>(random());
    for (uint16_t machine : machines)
      for (Targets first : {Targets::Absolute, Targets::Relative}) {
        Targets second =
            first == Targets::Absolute ? Targets::Relative : Targets::Absolute;
        std::vector<uint8_t> copy = code;
        convertBranches(machine, copy.data(), copy.size(), first);
        convertBranches(machine, copy.data(), copy.size(), second);
        ASSERT_EQ(copy, code) << machine << " " << i;
      }
  }
}

/// Two calls of one function are the same bytes.
TEST(Branches, CallsAreTheSame) {
  // Each from 0 and from 64 to 128.
  struct {
    uint16_t machine;
    std::vector<uint8_t> first, second;
  } calls[] = {
      {62, {0xE8, 123, 0, 0, 0}, {0xE8, 59, 0, 0, 0}},
      {183, {32, 0, 0, 0x94}, {16, 0, 0, 0x94}},
      {243, {0xEF, 0x00, 0x00, 0x08}, {0xEF, 0x00, 0x00, 0x04}},
      {243,
       {0x97, 0x05, 0, 0, 0x93, 0x85, 0x05, 0x08},
       {0x97, 0x05, 0, 0, 0x93, 0x85, 0x05, 0x04}},
  };
  for (const auto &call : calls) {
    std::vector<uint8_t> code(256);
    std::copy(call.first.begin(), call.first.end(), code.begin());
    std::copy(call.second.begin(), call.second.end(), code.begin() + 64);
    convertBranches(call.machine, code.data(), code.size(), Targets::Absolute);
    EXPECT_TRUE(std::equal(code.begin(), code.begin() + 8, code.begin() + 64))
        << call.machine;
    EXPECT_FALSE(
        std::equal(call.second.begin(), call.second.end(), code.begin() + 64))
        << call.machine;
  }
}

} // namespace
