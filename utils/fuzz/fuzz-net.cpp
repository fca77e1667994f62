//===- fuzz-net.cpp - any frames, at any time -----------------------------===//
//
// The input says what comes from the network, some of it with right sums and
// numbers near the right ones, what the program does and how time passes.
//
//===----------------------------------------------------------------------===//
#include "runtime/net/Bytes.h"
#include "runtime/net/Stack.h"
#include <cstring>
#include <memory>
#include <vector>

using namespace flux::net;

namespace {

constexpr Address own = 0x0A000001, peer = 0x0A000002;
constexpr uint64_t millisecond = 1000000;
uint64_t numbers;

class Player {
public:
  Player(const uint8_t *data, size_t size) : at(data), end(data + size) {
    const uint8_t hardware[6] = {2, 0, 0, 0, 0, 1};
    memcpy(card.address, hardware, 6);
    card.player = this;
    card.sendFrame = [](NetDevice &self, const uint8_t *frame, unsigned size) {
      auto &player = *static_cast<Card &>(self).player;
      if (size < 60 || size > NetDevice::maxFrame)
        __builtin_trap();
      // So that sanitizers see whether all of it is there.
      memcpy(player.sent, frame, size);
      return ++player.numSent % 16 != 0;
    };
    card.receiveFrame = [](NetDevice &self, uint8_t *out) {
      auto &frame = static_cast<Card &>(self).player->frame;
      auto size = static_cast<unsigned>(frame.size());
      if (size != 0)
        memcpy(out, frame.data(), size);
      frame.clear();
      return size;
    };
    stack->open(card, [] { return numbers += 0x9E3779B97F4A7C15; });
    if (take() & 1)
      stack->setAddress(own, 0xFFFFFF00, peer);
    else
      stack->startDhcp(now);
  }

  void play() {
    while (at != end) {
      step();
      uint64_t due = stack->poll(now);
      // Nothing that is due stays so.
      if (due <= now && stack->poll(now) <= now)
        __builtin_trap();
      check();
    }
  }

private:
  uint8_t take() { return at != end ? *at++ : uint8_t(0); }
  void takeBytes(std::vector<uint8_t> &out, size_t size) {
    for (size_t i = 0; i != size; ++i)
      out.push_back(take());
  }
  int number() { return take() % Stack::maxStreams; }

  void makeIp(uint8_t protocol, const std::vector<uint8_t> &content,
              Address to) {
    const uint8_t begin[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0};
    frame.assign(begin, begin + sizeof begin);
    frame.resize(34);
    put16(&frame[16], static_cast<uint32_t>(20 + content.size()));
    frame[22] = 64;
    frame[23] = protocol;
    put32(&frame[26], peer);
    put32(&frame[30], to);
    put16(&frame[24], finishSum(addSum(&frame[14], 20)));
    frame.insert(frame.end(), content.begin(), content.end());
  }

  /// A segment with numbers near those that the stream expects.
  void makeSegment() {
    const Stream &stream = stack->getStream(number());
    std::vector<uint8_t> segment(20);
    uint8_t what = take();
    put16(&segment[0], what & 1 ? stream.remotePort : 1000u + take() % 2);
    put16(&segment[2], stream.localPort);
    put32(&segment[4], stream.received + static_cast<int8_t>(take()));
    put32(&segment[8], (what & 2 ? stream.unacknowledged : stream.highest) +
                           static_cast<int8_t>(take()) * (what & 4 ? 8 : 0));
    segment[12] = static_cast<uint8_t>(what & 8 ? take() : 0x50);
    segment[13] = take();
    put16(&segment[14], what & 16 ? take() : 8192);
    takeBytes(segment, take() * (what & 32 ? 5u : 0u));
    auto size = static_cast<unsigned>(segment.size());
    put16(&segment[16],
          finishSum(addSum(segment.data(), size,
                           (own >> 16) + (own & 0xFFFF) + (peer >> 16) +
                               (peer & 0xFFFF) + 6 + size)));
    makeIp(6, segment, own);
  }

  /// An answer to what was sent last, with any options.
  void makeDhcp() {
    std::vector<uint8_t> datagram(8);
    put16(&datagram[0], 67);
    put16(&datagram[2], 68);
    datagram.insert(datagram.end(), sent + 42, sent + 42 + 240);
    datagram[8] = 2;
    put32(&datagram[8 + 16], own);
    const uint8_t begin[] = {53, 1, static_cast<uint8_t>(take() % 8)};
    datagram.insert(datagram.end(), begin, begin + 3);
    takeBytes(datagram, take());
    put16(&datagram[4], static_cast<uint32_t>(datagram.size()));
    makeIp(17, datagram, ~Address(0));
  }

  void step() {
    std::vector<uint8_t> bytes;
    switch (take() % 12) {
    case 0:
      takeBytes(frame, take() * 6u % (NetDevice::maxFrame + 1));
      break;
    case 1:
    case 2:
    case 3:
      makeSegment();
      break;
    case 4: {
      uint8_t protocol = take();
      if (protocol == 17) { // from and to a port that may be open
        const Stream &stream = stack->getStream(number());
        bytes.resize(8);
        put16(&bytes[0], 1000u + take() % 2);
        put16(&bytes[2], stream.localPort);
      }
      takeBytes(bytes, take());
      if (protocol == 17)
        put16(&bytes[4], static_cast<uint32_t>(bytes.size()) + take() / 255);
      makeIp(protocol, bytes, own);
      break;
    }
    case 5:
      makeDhcp();
      break;
    case 6: { // who is at an address
      const uint8_t begin[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0,
                               2, 8, 6, 0, 1, 8, 0, 6, 4, 0};
      frame.assign(begin, begin + sizeof begin);
      frame.push_back(take());
      takeBytes(frame, 6);
      frame.resize(42);
      put32(&frame[28], take() & 1 ? peer : take());
      put32(&frame[38], own);
      break;
    }
    case 7:
      now += take() * (take() % 4 == 0 ? 1000 : 1) * millisecond;
      break;
    case 8:
      switch (take() % 4) {
      case 0:
        stack->listen(take());
        break;
      case 1:
        stack->openDatagrams(take() & 1 ? peer : 0, 1000 + take() % 2);
        break;
      default:
        stack->connect(peer, 1000 + take() % 2, now);
        break;
      }
      break;
    case 9: {
      uint8_t buffer[300];
      int which = number();
      if (stack->getStream(which).state != Stream::Unused)
        stack->read(which, buffer, take(), now);
      break;
    }
    case 10: {
      int which = number();
      takeBytes(bytes, take() * 8u);
      if (stack->getStream(which).state != Stream::Unused)
        stack->write(which, bytes.data(), bytes.size(), now);
      break;
    }
    default: {
      int which = number();
      const Stream &stream = stack->getStream(which);
      if (stream.state == Stream::Unused || stream.isDetached)
        break;
      if (take() & 1)
        stack->finish(which, now);
      else
        stack->release(which, now);
      break;
    }
    }
  }

  void check() const {
    for (unsigned i = 0; i != Stack::maxStreams; ++i) {
      const Stream &stream = stack->getStream(static_cast<int>(i));
      if (stream.receiveCount > Stream::receiveSize ||
          stream.receiveAt >= Stream::receiveSize ||
          stream.sendCount > Stream::sendSize ||
          stream.sendAt >= Stream::sendSize)
        __builtin_trap();
      if (stream.state == Stream::Open &&
          (stream.highest - stream.unacknowledged > stream.sendCount + 1 ||
           stream.next - stream.unacknowledged >
               stream.highest - stream.unacknowledged ||
           stream.windowEnd - stream.received > stream.getRoom()))
        __builtin_trap();
    }
  }

  struct Card : NetDevice {
    Player *player = nullptr;
  };
  const uint8_t *at, *end;
  Card card;
  std::vector<uint8_t> frame;
  uint8_t sent[NetDevice::maxFrame] = {};
  unsigned numSent = 0;
  uint64_t now = millisecond;
  std::unique_ptr<Stack> stack = std::make_unique<Stack>();
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  numbers = 0;
  Player(data, size).play();
  return 0;
}
