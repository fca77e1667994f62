//===- DhcpTest.cpp - a host that asks for its address --------------------===//

#include "Link.h"
#include "gtest/gtest.h"

using namespace flux::net;

namespace {

/// A server at side 1, by hand.
class DhcpTest : public testing::Test {
protected:
  DhcpTest() {
    link.a().setAddress(0, 0, 0);
    link.a().startDhcp(link.now);
  }

  /// What the host sent since then, as the kinds of messages.
  std::vector<int> asked() {
    std::vector<int> kinds;
    for (const Link::Frame &frame : link.sentFrames)
      if (frame.side == 0 && frame.bytes.size() == 342) {
        last = frame.bytes;
        kinds.push_back(last[42 + 242]);
      }
    link.sentFrames.clear();
    return kinds;
  }

  void
  answer(uint8_t kind, Address yours,
         const std::string &more = std::string(
             "\x36\4\x0A\0\0\2\x33\4\0\0\0\x78\1\4\xFF\xFF\xFF\0\3\4\x0A\0\0\2",
             24)) {
    std::string frame(42 + 240, '\0');
    auto *bytes = reinterpret_cast<uint8_t *>(frame.data());
    memset(bytes, 255, 6);
    bytes[12] = 8;
    memcpy(bytes + 42, last.data() + 42, 240);
    bytes[42] = 2;
    put32(bytes + 42 + 16, yours);
    frame += std::string("\x35\1", 2) + static_cast<char>(kind) + more + "\xFF";
    bytes = reinterpret_cast<uint8_t *>(frame.data());
    auto size = static_cast<uint32_t>(frame.size());
    bytes[14] = 0x45;
    put16(bytes + 16, size - 14);
    bytes[22] = 64;
    bytes[23] = 17;
    put32(bytes + 26, Link::addressB);
    put32(bytes + 30, ~0u);
    put16(bytes + 24, finishSum(addSum(bytes + 14, 20)));
    put16(bytes + 34, 67);
    put16(bytes + 36, 68);
    put16(bytes + 38, size - 34);
    link.send(1, bytes, size);
    wait(10 * millisecond);
  }

  void wait(uint64_t time) {
    link.run([] { return false; }, time);
  }

  using Kinds = std::vector<int>;
  static constexpr Address given = 0x0A00000F;
  Link link;
  std::string last;
};

} // namespace

TEST_F(DhcpTest, GetsAndKeepsAnAddress) {
  wait(10 * millisecond);
  EXPECT_EQ(asked(), Kinds{1});
  answer(2, given);
  EXPECT_EQ(asked(), Kinds{3});
  EXPECT_EQ(link.a().getAddress(), 0u);
  // The request names what was offered, and by whom.
  EXPECT_EQ(last.substr(42 + 243, 12),
            std::string("\x32\4\x0A\0\0\x0F\x36\4\x0A\0\0\2", 12));
  answer(5, given);
  EXPECT_EQ(link.a().getAddress(), given);
  EXPECT_EQ(asked(), Kinds{});
  // After half of the two minutes it asks again, as who has it.
  wait(61 * second);
  EXPECT_EQ(asked()[0], 3);
  EXPECT_EQ(last.substr(42 + 12, 4), std::string("\x0A\0\0\x0F", 4));
  answer(5, given);
  wait(50 * second);
  EXPECT_EQ(asked(), Kinds{});
  EXPECT_EQ(link.a().getAddress(), given);
  // Nobody answers any more: it ends, and begins anew.
  wait(100 * second);
  EXPECT_EQ(link.a().getAddress(), 0u);
  EXPECT_EQ(asked().back(), 1);
}

TEST_F(DhcpTest, AsksAgainIfNobodyAnswers) {
  wait(20 * second);
  EXPECT_EQ(asked(), (Kinds{1, 1, 1, 1, 1}));
  answer(2, given);
  EXPECT_EQ(asked(), Kinds{3});
  wait(60 * second);
  // It gives up what was offered, and looks for others.
  Kinds kinds = asked();
  EXPECT_EQ(kinds[2], 3);
  EXPECT_EQ(kinds[3], 1);
}

TEST_F(DhcpTest, Refused) {
  wait(10 * millisecond);
  asked();
  answer(2, given);
  asked();
  answer(6, 0);
  wait(2 * second);
  EXPECT_EQ(asked()[0], 1);
  EXPECT_EQ(link.a().getAddress(), 0u);
}

TEST_F(DhcpTest, BadAnswers) {
  wait(10 * millisecond);
  asked();
  for (Address address : {0u, 0xE0000001u, 0x7F000001u, 0xFFFFFFFFu}) {
    answer(2, address);
    EXPECT_EQ(asked(), Kinds{});
  }
  answer(5, given); // nothing was offered
  EXPECT_EQ(link.a().getAddress(), 0u);
  std::string own = last;
  last[42 + 4] ^= 1; // of another exchange
  answer(2, given);
  EXPECT_EQ(asked(), Kinds{});
  last = own;
  last[42 + 28] ^= 4; // of another card
  answer(2, given);
  EXPECT_EQ(asked(), Kinds{});
  last = own;
  answer(2, given, std::string("\x33\xF0\0", 3)); // longer than it is
  EXPECT_EQ(asked(), Kinds{});
  answer(2, given, std::string("\x33", 1));
  EXPECT_EQ(asked(), Kinds{});
  answer(2, given, std::string("\0\0\0\x33\1\1\x36\0\1\2\7\7", 12));
  EXPECT_EQ(asked(), Kinds{3});
  answer(5, given, ""); // for no time
  EXPECT_EQ(link.a().getAddress(), 0u);
  answer(5, given);
  EXPECT_EQ(link.a().getAddress(), given);
}
