//===- StreamTest.cpp - streams over good and bad cables ------------------===//

#include "Link.h"
#include "gtest/gtest.h"

using namespace flux::net;

namespace {

/// One end of a stream: what it still has to send, and what came.
struct End {
  Stack &stack;
  int number;
  std::string toSend, got;
  size_t most = 4096; ///< at once
  bool hasFinished = false;

  void work(uint64_t now) {
    size_t count = std::min(toSend.size(), most);
    count = stack.write(number, reinterpret_cast<uint8_t *>(toSend.data()),
                        count, now);
    toSend.erase(0, count);
    uint8_t buffer[4096];
    count = stack.read(number, buffer, most, now);
    got.append(buffer, buffer + count);
    if (toSend.empty() && !hasFinished && state() == Stream::Open) {
      stack.finish(number, now);
      hasFinished = true;
    }
  }
  const Stream &stream() const { return stack.getStream(number); }
  Stream::State state() const { return stream().state; }
  /// Both sides have said all, and know that of each other.
  bool isOver() const {
    return stream().isClosed && stream().peerClosed &&
           stream().receiveCount == 0;
  }
};

/// Sends bytes both ways; true if they came.
void exchange(Link &link, size_t sizeA, size_t sizeB, size_t mostB = 4096) {
  End server{link.b(), link.b().listen(80), makeBytes(sizeB, 2), "", mostB};
  End client{link.a(), link.a().connect(Link::addressB, 80, link.now),
             makeBytes(sizeA, 1), ""};
  std::string fromA = client.toSend, fromB = server.toSend;
  EXPECT_TRUE(link.run([&] {
    client.work(link.now);
    server.work(link.now);
    return (client.isOver() && server.isOver()) ||
           client.state() == Stream::Failed || server.state() == Stream::Failed;
  }));
  EXPECT_EQ(client.state(), Stream::Open);
  EXPECT_EQ(server.state(), Stream::Open);
  EXPECT_TRUE(server.got == fromA) << server.got.size() << " of " << sizeA;
  EXPECT_TRUE(client.got == fromB) << client.got.size() << " of " << sizeB;
  client.stack.release(client.number, link.now);
  server.stack.release(server.number, link.now);
}

} // namespace

TEST(StreamTest, BothWays) {
  Link link;
  uint64_t begin = link.now;
  exchange(link, 200000, 100000);
  // 8 KiB each 4 ms.
  EXPECT_LT(link.now - begin, 200 * millisecond);
  // Again and again: numbers of streams come back.
  for (unsigned i = 0; i != 10; ++i) {
    exchange(link, i, 10 - i);
    EXPECT_TRUE(link.run(
        [&] { return link.a().getStream(0).state == Stream::Unused; }));
  }
}

TEST(StreamTest, BadCables) {
  const Quality cables[] = {
      {20, 0, 0, 0},     {0, 100, 0, 0}, {0, 0, 50, 0},       {0, 0, 0, 300},
      {30, 30, 30, 100}, {200, 0, 0, 0}, {100, 100, 100, 500}};
  for (uint64_t seed = 1; seed != 8; ++seed)
    for (const Quality &quality : cables) {
      SCOPED_TRACE(seed);
      SCOPED_TRACE(quality.loss);
      Link link(seed, quality);
      exchange(link, 30000, 20000 * (seed % 2));
    }
}

TEST(StreamTest, SlowReader) {
  Link link;
  exchange(link, 60000, 0, 10);
  Link lossy(3, {100, 0, 0, 0});
  exchange(lossy, 60000, 0, 50);
}

/// The window closes, for longer than a timer runs, and the update is lost.
TEST(StreamTest, FullReader) {
  Link link;
  int server = link.b().listen(80),
      client = link.a().connect(Link::addressB, 80, link.now);
  std::string bytes = makeBytes(20000, 1), got;
  size_t sent = 0;
  uint8_t buffer[1000];
  auto pump = [&] {
    sent +=
        link.a().write(client, reinterpret_cast<uint8_t *>(bytes.data()) + sent,
                       bytes.size() - sent, link.now);
    return false;
  };
  link.run(pump, 100 * second);
  EXPECT_EQ(link.b().getStream(server).receiveCount, Stream::receiveSize);
  EXPECT_EQ(sent, size_t(Stream::receiveSize + Stream::sendSize));
  EXPECT_EQ(link.a().getStream(client).state, Stream::Open);
  // Few probes were needed.
  EXPECT_LT(link.sent, 100u);
  link.isCut = true;
  got.append(buffer, buffer + link.b().read(server, buffer, 1000, link.now));
  while (size_t count = link.b().read(server, buffer, 1000, link.now))
    got.append(buffer, buffer + count);
  link.run([] { return false; }, 20 * second);
  link.isCut = false;
  EXPECT_TRUE(link.run([&] {
    pump();
    got.append(buffer, buffer + link.b().read(server, buffer, 1000, link.now));
    return got.size() == bytes.size();
  }));
  EXPECT_TRUE(got == bytes);
}

TEST(StreamTest, NobodyListens) {
  Link link;
  int client = link.a().connect(Link::addressB, 81, link.now);
  EXPECT_TRUE(link.run(
      [&] { return link.a().getStream(client).state == Stream::Failed; },
      20 * millisecond));
  EXPECT_EQ(link.a().getStream(client).error, Stream::Error::Refused);
}

TEST(StreamTest, NobodyIsThere) {
  Link link;
  int client = link.a().connect(Link::addressB + 1, 81, link.now);
  EXPECT_TRUE(link.run(
      [&] { return link.a().getStream(client).state == Stream::Failed; },
      60 * second));
  EXPECT_EQ(link.a().getStream(client).error, Stream::Error::TimedOut);
}

TEST(StreamTest, CableIsCut) {
  Link link;
  link.b().listen(80);
  int client = link.a().connect(Link::addressB, 80, link.now);
  const uint8_t byte = 1;
  EXPECT_TRUE(link.run(
      [&] { return link.a().getStream(client).state == Stream::Open; }));
  link.isCut = true;
  link.a().write(client, &byte, 1, link.now);
  EXPECT_TRUE(link.run(
      [&] { return link.a().getStream(client).state == Stream::Failed; },
      100 * second));
  EXPECT_EQ(link.a().getStream(client).error, Stream::Error::TimedOut);
}

TEST(StreamTest, BrokenOff) {
  Link link;
  int server = link.b().listen(80),
      client = link.a().connect(Link::addressB, 80, link.now);
  EXPECT_TRUE(link.run(
      [&] { return link.b().getStream(server).state == Stream::Open; }));
  link.a().release(client, link.now);
  EXPECT_TRUE(link.run(
      [&] { return link.b().getStream(server).state == Stream::Failed; }));
  EXPECT_EQ(link.b().getStream(server).error, Stream::Error::Reset);
}

TEST(StreamTest, CardTakesNothingForAWhile) {
  Link link;
  int server = link.b().listen(80),
      client = link.a().connect(Link::addressB, 80, link.now);
  EXPECT_TRUE(link.run(
      [&] { return link.b().getStream(server).state == Stream::Open; }));
  link.isBusy = true;
  const uint8_t text[] = "text";
  link.a().write(client, text, 4, link.now);
  link.run([] { return false; }, 3 * second);
  link.isBusy = false;
  uint8_t got[4] = {};
  EXPECT_TRUE(
      link.run([&] { return link.b().read(server, got, 4, link.now) == 4; },
               10 * second));
  EXPECT_EQ(memcmp(got, text, 4), 0);
}

TEST(StreamTest, OnlySoMany) {
  Link link;
  for (unsigned i = 0; i != Stack::maxStreams; ++i)
    EXPECT_EQ(link.a().listen(static_cast<uint16_t>(80 + i)), int(i));
  EXPECT_EQ(link.a().listen(99), -1);
  EXPECT_EQ(link.a().connect(Link::addressB, 80, link.now), -1);
  link.a().release(2, link.now);
  EXPECT_EQ(link.a().connect(Link::addressB, 80, link.now), 2);
}

/// Who asks and goes away does not use up the one who listens.
TEST(StreamTest, ListensAgain) {
  Link link;
  int server = link.b().listen(80);
  int first = link.a().connect(Link::addressB, 80, link.now);
  EXPECT_TRUE(link.run(
      [&] { return link.b().getStream(server).state == Stream::Answering; }));
  link.a().release(first, link.now);
  EXPECT_TRUE(link.run(
      [&] { return link.b().getStream(server).state == Stream::Listening; }));
  int again = link.a().connect(Link::addressB, 80, link.now);
  EXPECT_TRUE(link.run([&] {
    return link.b().getStream(server).state == Stream::Open &&
           link.a().getStream(again).state == Stream::Open;
  }));
}

TEST(DatagramTest, BothWays) {
  Link link;
  int server = link.b().openDatagrams(0, 7),
      client = link.a().openDatagrams(Link::addressB, 7);
  uint8_t got[2000];
  // The one who was not asked does not know whom to send to.
  EXPECT_EQ(link.b().write(server, got, 4, link.now), 0u);
  for (unsigned size : {1u, 100u, Stack::maxDatagram}) {
    std::string text = makeBytes(size, size);
    auto *bytes = reinterpret_cast<const uint8_t *>(text.data());
    EXPECT_TRUE(link.run(
        [&] { return link.a().write(client, bytes, size, link.now) == size; },
        second));
    size_t count = 0;
    EXPECT_TRUE(link.run(
        [&] {
          count = link.b().read(server, got, sizeof got, link.now);
          return count != 0;
        },
        second));
    EXPECT_EQ(std::string(got, got + count), text);
    EXPECT_EQ(link.b().write(server, bytes, size, link.now), size);
    // What does not fit is cut off, and does not spoil the next one.
    EXPECT_TRUE(link.run(
        [&] { return link.a().read(client, got, 50, link.now) != 0; }, second));
    EXPECT_EQ(memcmp(got, bytes, std::min(size, 50u)), 0);
  }
  EXPECT_EQ(link.a().write(client, got, Stack::maxDatagram + 1, link.now), 0u);
}

TEST(DatagramTest, TooManyGetLost) {
  Link link;
  int server = link.b().openDatagrams(0, 7),
      client = link.a().openDatagrams(Link::addressB, 7);
  uint8_t bytes[1000] = {};
  EXPECT_TRUE(link.run(
      [&] { return link.a().write(client, bytes, 1, link.now) == 1; }, second));
  for (unsigned i = 0; i != 20; ++i) {
    bytes[0] = static_cast<uint8_t>(i);
    EXPECT_EQ(link.a().write(client, bytes, 1000, link.now), 1000u);
    link.step();
  }
  link.run([] { return false; }, 10 * millisecond);
  EXPECT_EQ(link.b().read(server, bytes, 1000, link.now), 1u);
  for (unsigned i = 0; i != 8; ++i) {
    EXPECT_EQ(link.b().read(server, bytes, 1000, link.now), 1000u);
    EXPECT_EQ(bytes[0], i);
  }
  EXPECT_EQ(link.b().read(server, bytes, 1000, link.now), 0u);
  // One of another host is not for this one.
  EXPECT_LE(link.b().getStream(server).receiveCount, 0u);
}
