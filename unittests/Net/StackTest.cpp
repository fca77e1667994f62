//===- StackTest.cpp - a host that is asked by others ---------------------===//

#include "Link.h"
#include "gtest/gtest.h"

using namespace flux::net;

namespace {

/// Frames that are made by hand, from side 1 to the host at side 0.
std::string makeIp(uint8_t protocol, const std::string &content,
                   Address from = Link::addressB, Address to = Link::addressA) {
  std::string frame(34, '\0');
  auto *bytes = reinterpret_cast<uint8_t *>(frame.data());
  const uint8_t begin[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0};
  memcpy(bytes, begin, sizeof begin);
  put16(bytes + 16, static_cast<uint32_t>(20 + content.size()));
  bytes[22] = 64;
  bytes[23] = protocol;
  put32(bytes + 26, from);
  put32(bytes + 30, to);
  put16(bytes + 24, finishSum(addSum(bytes + 14, 20)));
  return frame + content;
}

std::string makeEcho(const std::string &text) {
  std::string message = std::string("\x08\0\0\0\x12\x34\0\x07", 8) + text;
  auto *bytes = reinterpret_cast<uint8_t *>(message.data());
  put16(bytes + 2,
        finishSum(addSum(bytes, static_cast<unsigned>(message.size()))));
  return message;
}

/// What the host answers to a frame, after it may ask for an address.
std::vector<std::string> answers(Link &link, const std::string &frame) {
  link.sentFrames.clear();
  link.send(1, reinterpret_cast<const uint8_t *>(frame.data()),
            static_cast<unsigned>(frame.size()));
  link.run([] { return false; }, 10 * millisecond);
  std::vector<std::string> result;
  for (const Link::Frame &sent : link.sentFrames)
    if (sent.side == 0)
      result.push_back(sent.bytes);
  return result;
}

/// Lets both hosts know each other.
void meet(Link &link) {
  link.a().connect(Link::addressB, 1, link.now);
  link.run([] { return false; }, 100 * millisecond);
  link.a().release(0, link.now);
}

} // namespace

TEST(StackTest, EchoIsAnswered) {
  Link link;
  meet(link);
  for (size_t size : {0u, 1u, 100u, 1472u}) {
    std::string message = makeEcho(makeBytes(size, 1));
    auto got = answers(link, makeIp(1, message));
    ASSERT_EQ(got.size(), 1u) << size;
    EXPECT_EQ(got[0][34], '\0');
    EXPECT_EQ(got[0].substr(38, message.size() - 4), message.substr(4));
    auto *bytes = reinterpret_cast<const uint8_t *>(got[0].data());
    EXPECT_EQ(finishSum(addSum(bytes + 34, get16(bytes + 16) - 20u)), 0);
    EXPECT_EQ(finishSum(addSum(bytes + 14, 20)), 0);
  }
}

TEST(StackTest, WhatIsDropped) {
  Link link;
  meet(link);
  const std::string good = makeIp(1, makeEcho("text of an echo"));
  ASSERT_EQ(answers(link, good).size(), 1u);
  auto changed = [&](size_t at, int value, bool fixSum = true) {
    std::string frame = good;
    frame[at] = static_cast<char>(value);
    auto *bytes = reinterpret_cast<uint8_t *>(frame.data());
    if (fixSum) {
      put16(bytes + 24, 0);
      put16(bytes + 24, finishSum(addSum(bytes + 14, 20)));
    }
    return frame;
  };
  EXPECT_EQ(answers(link, changed(22, 64)).size(), 1u); // nothing was changed
  EXPECT_EQ(answers(link, changed(5, 9)).size(), 0u);   // another card
  EXPECT_EQ(answers(link, changed(12, 9)).size(), 0u);  // another protocol
  EXPECT_EQ(answers(link, changed(14, 0x65)).size(), 0u);
  EXPECT_EQ(answers(link, changed(14, 0x44)).size(), 0u);
  EXPECT_EQ(answers(link, changed(14, 0x4F)).size(), 0u);
  EXPECT_EQ(answers(link, changed(16, 0x7F)).size(), 0u); // longer than it is
  EXPECT_EQ(answers(link, changed(17, 19)).size(), 0u);
  EXPECT_EQ(answers(link, changed(20, 0x20)).size(), 0u); // a fragment
  EXPECT_EQ(answers(link, changed(21, 1)).size(), 0u);
  EXPECT_EQ(answers(link, changed(24, 1, false)).size(), 0u);
  EXPECT_EQ(answers(link, changed(33, 9)).size(), 0u);   // another host
  EXPECT_EQ(answers(link, changed(26, 224)).size(), 0u); // from several
  EXPECT_EQ(answers(link, changed(40, 1)).size(), 0u);   // sum of the message
  EXPECT_EQ(answers(link, changed(34, 0)).size(), 0u);   // an answer
  for (size_t size = 0; size != 42; ++size)
    EXPECT_EQ(answers(link, good.substr(0, size)).size(), 0u) << size;
}

TEST(StackTest, AddressesAreLearntOnlyIfAskedFor) {
  Link link;
  // Nobody asked: an answer that says where B is changes nothing.
  std::string frame(42, '\0');
  auto *bytes = reinterpret_cast<uint8_t *>(frame.data());
  const uint8_t begin[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 8, 6,
                           0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 9};
  memcpy(bytes, begin, sizeof begin);
  put32(bytes + 28, Link::addressB);
  put32(bytes + 38, Link::addressA);
  EXPECT_EQ(answers(link, frame).size(), 0u);
  meet(link);
  EXPECT_EQ(answers(link, frame).size(), 0u);
  auto got = answers(link, makeIp(1, makeEcho("x")));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].substr(0, 6), std::string("\2\0\0\0\0\2", 6));
  // Who asks gets an answer.
  bytes[21] = 1;
  got = answers(link, frame);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].substr(20, 2), std::string("\0\2", 2));
}

TEST(StackTest, NobodyIsConnected) {
  Link link;
  meet(link);
  std::string segment(20, '\0');
  auto *bytes = reinterpret_cast<uint8_t *>(segment.data());
  put16(bytes, 1000);
  put16(bytes + 2, 2000);
  put32(bytes + 4, 77);
  bytes[12] = 0x50;
  for (auto [flags, answered] : {std::pair(2, true),
                                 {16, true},
                                 {4, false},
                                 {1, true},
                                 {0, true},
                                 {18, true}}) {
    bytes[13] = static_cast<uint8_t>(flags);
    put16(bytes + 16, 0);
    put16(bytes + 16,
          finishSum(addSum(bytes, 20,
                           (Link::addressA >> 16) + (Link::addressA & 0xFFFF) +
                               (Link::addressB >> 16) +
                               (Link::addressB & 0xFFFF) + 6 + 20)));
    auto got = answers(link, makeIp(6, segment));
    ASSERT_EQ(got.size(), answered ? 1u : 0u) << flags;
    if (answered) {
      EXPECT_TRUE(got[0][34 + 13] & 4);
    }
  }
}
