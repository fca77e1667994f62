//===- Stream.h - reliable streams of bytes --------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_NET_STREAM_H
#define FLUX_RUNTIME_NET_STREAM_H

#include <stdint.h>

namespace flux::net {

/// An address of IPv4, its first number on top.
using Address = uint32_t;

inline constexpr uint64_t never = ~uint64_t(0);

/// A connection of TCP with what is on its way, or one of UDP.  The Stack has a
/// few, which programs name by numbers.
struct Stream {
  enum State : uint8_t {
    Unused,
    Listening,  ///< for whoever comes first
    Connecting, ///< it has asked
    Answering,  ///< it was asked, and has answered
    Open,
    Lingering, ///< over; answers if the other side did not hear that
    Failed,
    Datagrams, ///< of UDP: bytes that belong together, of which some get lost
  };
  enum class Error : uint8_t { None, Refused, Reset, TimedOut };

  static constexpr uint32_t receiveSize = 8192, sendSize = 8192;

  State state;
  Error error;
  bool isClosing;   ///< nothing more will be written: a FIN follows
  bool isClosed;    ///< and the other side knows
  bool peerClosed;  ///< the other side will write nothing more
  bool isDetached;  ///< nobody has it any more
  bool mustAnswer;  ///< what came is to be acknowledged
  bool isResending; ///< a timer ran out; the next segment is sent anyway

  uint16_t localPort, remotePort;
  Address remote;

  // Sequence numbers: unacknowledged <= next <= highest.
  uint32_t unacknowledged, next, highest;
  uint32_t sendWindow; ///< of the other side
  uint32_t congestion; ///< how much may be on its way
  uint32_t segmentSize;
  uint32_t duplicates; ///< answers that told nothing new

  uint32_t received;                ///< the next number that is expected
  uint32_t windowEnd;               ///< what the other side was allowed to send
  uint32_t receiveAt, receiveCount; ///< bytes that were not read yet
  uint32_t sendAt, sendCount;       ///< bytes that were not acknowledged yet

  uint64_t timer;       ///< when something is sent again, or it is over
  uint64_t timeout;     ///< how long that takes
  unsigned attempts;    ///< without any answer
  uint64_t measureFrom; ///< when `measured` was sent, or never
  uint32_t measured;
  uint64_t smoothTime, timeVariance; ///< of a round trip; 0: not known

  uint8_t receiveBuffer[receiveSize], sendBuffer[sendSize];

  uint32_t getFlight() const { return next - unacknowledged; }
  uint32_t getRoom() const { return receiveSize - receiveCount; }
  /// Keeps one that came, if there is room.
  void keepDatagram(const uint8_t *data, uint32_t count);
  /// Whether the other side should hear that it may send more.
  bool hasMoreRoom() const {
    return received + getRoom() - windowEnd >= receiveSize / 4;
  }
};

} // namespace flux::net

#endif // FLUX_RUNTIME_NET_STREAM_H
