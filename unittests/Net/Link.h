//===- Link.h - two hosts and a bad cable ----------------------*- C++ -*-===//
#ifndef FLUX_UNITTESTS_NET_LINK_H
#define FLUX_UNITTESTS_NET_LINK_H

#include "runtime/net/Bytes.h"
#include "runtime/net/Stack.h"
#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace flux::net {

inline constexpr uint64_t millisecond = 1000000, second = 1000 * millisecond;

/// What a cable does to frames, each in how many of 1000 cases.
struct Quality {
  unsigned loss = 0, duplicates = 0, damage = 0, delays = 0;
};

/// Two hosts with a cable between them, and a clock of their own.
class Link {
public:
  static constexpr Address addressA = 0x0A000001, addressB = 0x0A000002;
  static constexpr Address mask = 0xFFFFFF00;

  explicit Link(uint64_t seed = 1, Quality quality = {}) : quality(quality) {
    generator.seed(seed);
    for (int i = 0; i != 2; ++i) {
      cards[i].link = this;
      cards[i].side = i;
      const uint8_t hardware[6] = {2, 0, 0, 0, 0, static_cast<uint8_t>(i + 1)};
      memcpy(cards[i].address, hardware, 6);
      cards[i].sendFrame = [](NetDevice &self, const uint8_t *frame,
                              unsigned size) {
        auto &card = static_cast<Card &>(self);
        return card.link->send(card.side, frame, size);
      };
      cards[i].receiveFrame = [](NetDevice &self, uint8_t *out) {
        auto &card = static_cast<Card &>(self);
        return card.link->receive(card.side, out);
      };
      stacks[i] = std::make_unique<Stack>();
      stacks[i]->open(cards[i], drawNumber);
    }
    a().setAddress(addressA, mask, addressB);
    b().setAddress(addressB, mask, addressA);
  }

  Stack &a() { return *stacks[0]; }
  Stack &b() { return *stacks[1]; }
  NetDevice &card(int side) { return cards[side]; }

  static uint64_t drawNumber() { return generator(); }
  static bool draw(unsigned of1000) { return generator() % 1000 < of1000; }

  /// Lets a millisecond pass.
  void step() {
    now += millisecond;
    a().poll(now);
    b().poll(now);
  }
  /// Steps until \p done says so, at most for \p time; false if it did not.
  template <class Done>
  bool run(Done done, uint64_t time = 600 * second) {
    for (uint64_t end = now + time; now < end; step())
      if (done())
        return true;
    return done();
  }

  /// Puts a frame on its way from \p side.
  bool send(int side, const uint8_t *frame, unsigned size) {
    if (isBusy)
      return false;
    ++sent;
    sentFrames.push_back({now, side, std::string(frame, frame + size)});
    if (isCut || draw(quality.loss))
      return true;
    for (unsigned left = draw(quality.duplicates) ? 2 : 1; left != 0; --left) {
      std::string bytes(frame, frame + size);
      if (draw(quality.damage))
        bytes[generator() % size] ^= static_cast<char>(1 << generator() % 8);
      uint64_t time = now + 2 * millisecond;
      if (draw(quality.delays))
        time += generator() % 40 * millisecond;
      frames.push_back({time, side, bytes});
    }
    return true;
  }

  struct Frame {
    uint64_t time;
    int side; ///< that sent it
    std::string bytes;
  };
  Quality quality;
  uint64_t now = second;
  bool isCut = false;  ///< nothing comes through
  bool isBusy = false; ///< cards take nothing
  unsigned sent = 0;
  std::vector<Frame> sentFrames;

private:
  struct Card : NetDevice {
    Link *link = nullptr;
    int side = 0;
  };

  unsigned receive(int side, uint8_t *out) {
    auto found = std::find_if(frames.begin(), frames.end(), [&](auto &frame) {
      return frame.side != side && frame.time <= now;
    });
    if (found == frames.end())
      return 0;
    auto size = static_cast<unsigned>(found->bytes.size());
    memcpy(out, found->bytes.data(), size);
    frames.erase(found);
    return size;
  }

  static inline std::mt19937_64 generator;
  Card cards[2];
  std::unique_ptr<Stack> stacks[2];
  std::vector<Frame> frames;
};

/// Bytes that differ from place to place.
inline std::string makeBytes(size_t size, unsigned seed) {
  std::mt19937 generator(seed);
  std::string result(size, '\0');
  for (char &c : result)
    c = static_cast<char>(generator());
  return result;
}

} // namespace flux::net

#endif // FLUX_UNITTESTS_NET_LINK_H
