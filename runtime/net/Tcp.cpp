//===- Tcp.cpp - reliable streams of bytes --------------------------------===//
//
// TCP as RFC 9293 has it, for few streams with little memory: segments are
// taken in order only, what was sent is kept until it is acknowledged, and
// sent again when a timer runs out or three answers in a row miss it.  What
// may be on its way is never more than ten segments, and one after a loss.
// Not done: urgent data, both sides asking at once, options but the size of
// segments.
//
//===----------------------------------------------------------------------===//

#include "runtime/net/Bytes.h"
#include "runtime/net/Stack.h"

namespace flux::net {

struct Segment {
  Address from;
  uint16_t fromPort, toPort;
  uint32_t sequence, answer, window, segmentSize, length;
  const uint8_t *data;
  uint8_t flags;
  /// How many numbers of the sequence it has.
  uint32_t getSpan() const;
};

enum Flag : uint8_t { Fin = 1, Syn = 2, Rst = 4, Push = 8, Ack = 16 };

static constexpr unsigned headerSize = 20, sizeOptionSize = 4;
static constexpr uint32_t ownSegmentSize = NetDevice::maxFrame - 54;
static constexpr uint64_t millisecond = 1000000,
                          firstTimeout = 1000 * millisecond,
                          leastTimeout = 200 * millisecond,
                          mostTimeout = 8000 * millisecond;

uint32_t Segment::getSpan() const {
  return length + (flags & Syn ? 1 : 0) + (flags & Fin ? 1 : 0);
}

/// Whether \p a comes before \p b in a sequence whose numbers wrap.
static bool isBefore(uint32_t a, uint32_t b) {
  return static_cast<int32_t>(a - b) < 0;
}
static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/// Copies between memory and a ring of \p size bytes, from \p at on.
static void copyFrom(const uint8_t *ring, uint32_t size, uint32_t at,
                     uint8_t *out, uint32_t count) {
  uint32_t first = least(count, size - at);
  __builtin_memcpy(out, ring + at, first);
  __builtin_memcpy(out + first, ring, count - first);
}
static void copyTo(uint8_t *ring, uint32_t size, uint32_t at,
                   const uint8_t *data, uint32_t count) {
  uint32_t first = least(count, size - at);
  __builtin_memcpy(ring + at, data, first);
  __builtin_memcpy(ring, data + first, count - first);
}

//===--- what programs ask for --------------------------------------------===//

/// As if nobody had used it, with nothing in its buffers.
static void reset(Stream &stream) {
  __builtin_memset(&stream, 0, offsetof(Stream, receiveBuffer));
  stream.timer = stream.measureFrom = never;
  stream.timeout = firstTimeout;
}

Stream *Stack::takeStream() {
  Stream *best = nullptr;
  for (Stream &stream : streams) {
    if (stream.state == Stream::Unused) {
      best = &stream;
      break;
    }
    if (stream.state == Stream::Lingering &&
        (best == nullptr || stream.timer < best->timer))
      best = &stream;
  }
  if (best != nullptr)
    reset(*best);
  return best;
}

/// One for whoever does not care.
uint16_t Stack::takePort() {
  constexpr uint16_t first = 49152;
  for (;;) {
    auto port = static_cast<uint16_t>(first + random() % 16384);
    bool isTaken = false;
    for (const Stream &other : streams)
      isTaken |= other.state != Stream::Unused && other.localPort == port;
    if (!isTaken)
      return port;
  }
}

int Stack::connect(Address to, uint16_t port, uint64_t now) {
  Stream *stream = takeStream();
  if (stream == nullptr)
    return -1;
  stream->localPort = takePort();
  stream->state = Stream::Connecting;
  stream->remote = to;
  stream->remotePort = port;
  stream->unacknowledged = stream->next = stream->highest =
      static_cast<uint32_t>(random());
  stream->timer = now;
  poll(now);
  return static_cast<int>(stream - streams);
}

int Stack::listen(uint16_t port) {
  Stream *stream = takeStream();
  if (stream == nullptr)
    return -1;
  stream->state = Stream::Listening;
  stream->localPort = port;
  return static_cast<int>(stream - streams);
}

int Stack::openDatagrams(Address to, uint16_t port) {
  Stream *stream = takeStream();
  if (stream == nullptr)
    return -1;
  stream->localPort = to != 0 ? takePort() : port;
  stream->state = Stream::Datagrams;
  stream->remote = to;
  stream->remotePort = port;
  return static_cast<int>(stream - streams);
}

/// Appends to what was not read yet, for which there is room.
static void keep(Stream &stream, const uint8_t *data, uint32_t count) {
  copyTo(stream.receiveBuffer, Stream::receiveSize,
         (stream.receiveAt + stream.receiveCount) % Stream::receiveSize, data,
         count);
  stream.receiveCount += count;
}

static void drop(Stream &stream, uint32_t count) {
  stream.receiveAt = (stream.receiveAt + count) % Stream::receiveSize;
  stream.receiveCount -= count;
}

/// Takes the first \p count bytes that were not read yet.
static void takeOut(Stream &stream, uint8_t *out, uint32_t count) {
  copyFrom(stream.receiveBuffer, Stream::receiveSize, stream.receiveAt, out,
           count);
  drop(stream, count);
}

/// Datagrams lie in the buffer behind their sizes.
static constexpr uint32_t sizeSize = 2;

void Stream::keepDatagram(const uint8_t *data, uint32_t count) {
  if (getRoom() < sizeSize + count)
    return; // as if the network had lost it
  uint8_t length[sizeSize];
  put16(length, count);
  keep(*this, length, sizeSize);
  keep(*this, data, count);
}

size_t Stack::read(int number, uint8_t *out, size_t size, uint64_t now) {
  Stream &stream = streams[number];
  uint32_t there = stream.receiveCount;
  bool isDatagram = stream.state == Stream::Datagrams && there != 0;
  if (isDatagram) {
    uint8_t length[sizeSize];
    takeOut(stream, length, sizeSize);
    there = get16(length);
  }
  uint32_t count = size < there ? uint32_t(size) : there;
  takeOut(stream, out, count);
  if (isDatagram)
    drop(stream, there - count);
  // Whoever waits for room is told of it.
  if (count != 0 && stream.state == Stream::Open && stream.hasMoreRoom())
    stream.mustAnswer = true;
  sendWaiting(stream, now);
  return count;
}

size_t Stack::write(int number, const uint8_t *data, size_t size,
                    uint64_t now) {
  Stream &stream = streams[number];
  if (stream.state == Stream::Datagrams) {
    if (size > maxDatagram || stream.remote == 0)
      return 0;
    __builtin_memcpy(payload() + udpSize, data, size);
    return sendUdp(stream.remote, stream.localPort, stream.remotePort,
                   static_cast<unsigned>(size), now)
               ? size
               : 0;
  }
  uint32_t room = Stream::sendSize - stream.sendCount;
  if (stream.isClosing || stream.state > Stream::Open)
    room = 0;
  uint32_t count = size < room ? uint32_t(size) : room;
  copyTo(stream.sendBuffer, Stream::sendSize,
         (stream.sendAt + stream.sendCount) % Stream::sendSize, data, count);
  stream.sendCount += count;
  sendWaiting(stream, now);
  return count;
}

void Stack::finish(int number, uint64_t now) {
  streams[number].isClosing = true;
  sendWaiting(streams[number], now);
}

static constexpr uint64_t lingerTime = 2000 * millisecond,
                          waitForPeer = 10000 * millisecond;

void Stack::release(int number, uint64_t now) {
  Stream &stream = streams[number];
  stream.isDetached = true;
  if (stream.state == Stream::Open && stream.isClosed) {
    stream.state = Stream::Lingering;
    stream.timer = now + (stream.peerClosed ? lingerTime : waitForPeer);
    return;
  }
  if (stream.state == Stream::Open || stream.state == Stream::Answering)
    sendSegment(stream, stream.highest, Rst | Ack, 0, now);
  stream.state = Stream::Unused;
  stream.timer = never;
}

void Stack::fail(Stream &stream, Stream::Error why) {
  if (stream.state == Stream::Answering && !stream.isDetached) {
    // Somebody else may come, and connect.
    uint16_t port = stream.localPort;
    reset(stream);
    stream.state = Stream::Listening;
    stream.localPort = port;
    return;
  }
  stream.state = stream.isDetached ? Stream::Unused : Stream::Failed;
  stream.error = why;
  stream.timer = never;
}

//===--- sending ----------------------------------------------------------===//

bool Stack::sendTcp(const Segment &segment, uint64_t now) {
  uint8_t *header = payload();
  bool tellsSize = segment.flags & Syn;
  unsigned size = headerSize + (tellsSize ? sizeOptionSize : 0);
  put16(header, segment.fromPort);
  put16(header + 2, segment.toPort);
  put32(header + 4, segment.sequence);
  put32(header + 8, segment.answer);
  header[12] = static_cast<uint8_t>(size / 4 << 4);
  header[13] = segment.flags;
  put16(header + 14, segment.window);
  put32(header + 16, 0); // the sum, no urgent data
  if (tellsSize)
    put32(header + headerSize, 2 << 24 | 4 << 16 | ownSegmentSize);
  size += segment.length;
  put16(
      header + 16,
      finishSum(addSum(header, size, sumPseudo(own, segment.from, Tcp, size))));
  return sendIp(segment.from, Tcp, size, now);
}

bool Stack::sendSegment(Stream &stream, uint32_t sequence, uint8_t flags,
                        uint32_t length, uint64_t now) {
  if (stream.hasMoreRoom())
    stream.windowEnd = stream.received + stream.getRoom();
  Segment segment = {};
  segment.from = stream.remote;
  segment.fromPort = stream.localPort;
  segment.toPort = stream.remotePort;
  segment.sequence = sequence;
  segment.answer = flags & Ack ? stream.received : 0;
  segment.window = stream.windowEnd - stream.received;
  segment.length = length;
  segment.flags = flags;
  if (length != 0)
    copyFrom(stream.sendBuffer, Stream::sendSize,
             (stream.sendAt + (sequence - stream.unacknowledged)) %
                 Stream::sendSize,
             payload() + headerSize, length);
  if (!sendTcp(segment, now))
    return false;
  stream.mustAnswer &= !(flags & Ack);
  return true;
}

/// Nobody has a stream for it here.
void Stack::refuse(const Segment &segment, uint64_t now) {
  if (segment.flags & Rst)
    return;
  Segment reply = {};
  reply.from = segment.from;
  reply.fromPort = segment.toPort;
  reply.toPort = segment.fromPort;
  reply.flags = Rst;
  if (segment.flags & Ack) {
    reply.sequence = segment.answer;
  } else {
    reply.flags |= Ack;
    reply.answer = segment.sequence + segment.getSpan();
  }
  sendTcp(reply, now);
}

void Stack::sendWaiting(Stream &stream, uint64_t now) {
  if (stream.state == Stream::Open) {
    for (;;) {
      uint32_t flight = stream.getFlight();
      if (flight > stream.sendCount)
        break; // the end is on its way
      uint32_t unsent = stream.sendCount - flight,
               limit = least(stream.sendWindow, stream.congestion),
               room = limit > flight ? limit - flight : 0;
      // One byte asks whether there is room again.
      if (room == 0 && stream.isResending)
        room = 1;
      uint32_t length = least(least(unsent, room), stream.segmentSize);
      bool isEnd = stream.isClosing && !stream.isClosed && length == unsent;
      // No small pieces because of little room, if more room is to come.
      if ((length == 0 && !isEnd) ||
          (length < unsent && length < stream.segmentSize && flight != 0) ||
          !sendSegment(stream, stream.next, Ack | Push | (isEnd ? Fin : 0),
                       length, now))
        break;
      stream.isResending = false;
      stream.next += length + isEnd;
      if (isBefore(stream.highest, stream.next)) {
        stream.highest = stream.next;
        if (stream.measureFrom == never) {
          stream.measureFrom = now;
          stream.measured = stream.next;
        }
      }
    }
    bool isWaiting =
        stream.sendCount != 0 || (stream.isClosing && !stream.isClosed);
    if (isWaiting && stream.timer == never)
      stream.timer = now + stream.timeout;
  }
  if (stream.mustAnswer &&
      (stream.state == Stream::Open || stream.state == Stream::Lingering))
    sendSegment(stream, stream.highest, Ack, 0, now);
}

void Stack::runTimer(Stream &stream, uint64_t now) {
  constexpr unsigned maxAttempts = 10, maxRequests = 5;
  if (now < stream.timer)
    return;
  if (stream.state == Stream::Lingering) {
    stream.state = Stream::Unused;
    stream.timer = never;
    return;
  }
  bool isOpen = stream.state == Stream::Open;
  if (stream.attempts >= (isOpen ? maxAttempts : maxRequests))
    return fail(stream, Stream::Error::TimedOut);
  // An answer could be to what was sent before.
  stream.measureFrom = never;
  if (isOpen) {
    stream.next = stream.unacknowledged;
    stream.congestion = stream.segmentSize;
    stream.isResending = true;
    stream.duplicates = 0;
  } else {
    bool isAnswer = stream.state == Stream::Answering;
    sendSegment(stream, stream.unacknowledged, isAnswer ? Syn | Ack : Syn, 0,
                now);
    stream.next = stream.highest = stream.unacknowledged + 1;
    if (stream.attempts == 0) {
      stream.measureFrom = now;
      stream.measured = stream.next;
    }
  }
  ++stream.attempts;
  stream.timer = now + stream.timeout;
  stream.timeout =
      stream.timeout < mostTimeout / 2 ? 2 * stream.timeout : mostTimeout;
}

//===--- receiving --------------------------------------------------------===//

void Stack::receiveTcp(Address from, const uint8_t *data, unsigned size,
                       uint64_t now) {
  if (size < headerSize ||
      finishSum(addSum(data, size, sumPseudo(from, own, Tcp, size))) != 0)
    return;
  unsigned header = (data[12] >> 4) * 4u;
  if (header < headerSize || header > size)
    return;
  constexpr uint32_t usualSize = 536, leastSize = 88;
  Segment segment = {from,
                     get16(data),
                     get16(data + 2),
                     get32(data + 4),
                     get32(data + 8),
                     get16(data + 14),
                     usualSize,
                     size - header,
                     data + header,
                     static_cast<uint8_t>(data[13] & 0x1F)};
  enum : uint8_t { End = 0, Nothing = 1, Size = 2 };
  for (unsigned at = headerSize; at < header && data[at] != End;) {
    if (data[at] == Nothing) {
      ++at;
      continue;
    }
    if (header - at < 2 || data[at + 1] < 2 || data[at + 1] > header - at)
      break;
    if (data[at] == Size && data[at + 1] == sizeOptionSize)
      segment.segmentSize = get16(data + at + 2);
    at += data[at + 1];
  }
  segment.segmentSize = least(segment.segmentSize, ownSegmentSize);
  if (segment.segmentSize < leastSize)
    segment.segmentSize = leastSize;
  Stream *found = nullptr;
  for (Stream &stream : streams) {
    if (stream.state == Stream::Unused || stream.state > Stream::Lingering ||
        stream.localPort != segment.toPort)
      continue;
    bool isSame =
        stream.remote == from && stream.remotePort == segment.fromPort;
    if (isSame || (stream.state == Stream::Listening && found == nullptr))
      found = &stream;
    if (isSame)
      break;
  }
  if (found != nullptr)
    acceptTcp(*found, segment, now);
  else
    refuse(segment, now);
}

/// The other side has answered the first time.
static void beginStream(Stream &stream, const Segment &segment) {
  stream.state = Stream::Open;
  stream.unacknowledged = segment.answer;
  stream.sendWindow = segment.window;
  stream.congestion = Stream::sendSize;
  stream.timer = never;
  stream.attempts = 0;
}

void Stack::acceptTcp(Stream &stream, const Segment &segment, uint64_t now) {
  uint8_t flags = segment.flags;
  if (stream.state == Stream::Listening) {
    if (flags & Ack)
      return refuse(segment, now);
    if ((flags & Rst) || !(flags & Syn))
      return;
    stream.state = Stream::Answering;
    stream.remote = segment.from;
    stream.remotePort = segment.fromPort;
    stream.segmentSize = segment.segmentSize;
    stream.received = stream.windowEnd = segment.sequence + 1;
    stream.unacknowledged = stream.next = stream.highest =
        static_cast<uint32_t>(random());
    stream.timer = now;
    return;
  }
  if (stream.state == Stream::Connecting) {
    if (!(flags & Ack) || segment.answer != stream.highest ||
        stream.attempts == 0)
      return flags & Ack ? refuse(segment, now) : void();
    if (flags & Rst)
      return fail(stream, Stream::Error::Refused);
    if (!(flags & Syn))
      return;
    stream.received = segment.sequence + 1;
    stream.windowEnd = stream.received + Stream::receiveSize;
    stream.segmentSize = segment.segmentSize;
    beginStream(stream, segment);
    measure(stream, now);
    stream.mustAnswer = true;
    return;
  }
  if (flags & Rst) {
    // Only whoever sees the stream knows the number.
    if (segment.sequence == stream.received)
      fail(stream, Stream::Error::Reset);
    else if (segment.sequence - stream.received < Stream::receiveSize)
      stream.mustAnswer = true;
    return;
  }
  if (flags & Syn) {
    stream.mustAnswer = true;
    if (stream.state == Stream::Answering)
      stream.timer = now; // the answer was lost
    return;
  }
  if (!(flags & Ack))
    return;
  if (isBefore(stream.received, segment.sequence)) {
    // Something is missing: the other side counts how often it hears that.
    if (stream.state != Stream::Answering)
      sendSegment(stream, stream.highest, Ack, 0, now);
    return;
  }
  if (acknowledge(stream, segment, now))
    takeData(stream, segment, now);
}

void Stack::measure(Stream &stream, uint64_t now) {
  if (stream.measureFrom != never &&
      !isBefore(stream.unacknowledged, stream.measured)) {
    // RFC 6298.
    uint64_t time = now - stream.measureFrom, smooth = stream.smoothTime;
    stream.measureFrom = never;
    if (smooth == 0) {
      stream.smoothTime = time + 1;
      stream.timeVariance = time / 2;
    } else {
      uint64_t difference = time > smooth ? time - smooth : smooth - time;
      stream.timeVariance = (3 * stream.timeVariance + difference) / 4;
      stream.smoothTime = (7 * smooth + time) / 8 + 1;
    }
  }
  uint64_t timeout = stream.smoothTime + 4 * stream.timeVariance;
  if (stream.smoothTime == 0)
    timeout = firstTimeout;
  timeout = timeout < leastTimeout ? leastTimeout : timeout;
  stream.timeout = timeout > mostTimeout ? mostTimeout : timeout;
}

/// Takes what the other side says it has; false if that cannot be.
bool Stack::acknowledge(Stream &stream, const Segment &segment, uint64_t now) {
  uint32_t answer = segment.answer;
  if (stream.state == Stream::Answering) {
    if (answer != stream.highest || stream.attempts == 0) {
      refuse(segment, now);
      return false;
    }
    beginStream(stream, segment);
    measure(stream, now);
    return true;
  }
  if (isBefore(stream.highest, answer)) {
    stream.mustAnswer = true;
    return false;
  }
  if (isBefore(answer, stream.unacknowledged))
    return true; // old
  stream.attempts = 0;
  uint32_t count = answer - stream.unacknowledged;
  if (count != 0) {
    uint32_t data = least(count, stream.sendCount);
    stream.sendAt = (stream.sendAt + data) % Stream::sendSize;
    stream.sendCount -= data;
    stream.isClosed |= count != data;
    stream.unacknowledged = answer;
    if (isBefore(stream.next, answer))
      stream.next = answer;
    stream.congestion =
        least(stream.congestion + stream.segmentSize, Stream::sendSize);
    stream.duplicates = 0;
    measure(stream, now);
    if (stream.state == Stream::Open)
      stream.timer = answer == stream.highest ? never : now + stream.timeout;
  } else if (segment.getSpan() == 0 && segment.window == stream.sendWindow &&
             segment.window != 0 && answer != stream.highest) {
    constexpr uint32_t enough = 3;
    if (++stream.duplicates == enough && stream.sendCount != 0) {
      stream.measureFrom = never;
      stream.congestion = stream.segmentSize * 2;
      sendSegment(stream, answer, Ack | Push,
                  least(stream.sendCount, stream.segmentSize), now);
    }
  }
  stream.sendWindow = segment.window;
  return true;
}

/// Takes what is new of a segment that begins at the expected byte or before.
void Stack::takeData(Stream &stream, const Segment &segment, uint64_t now) {
  uint32_t known = stream.received - segment.sequence;
  if (known > segment.length || (known != 0 && segment.getSpan() == known) ||
      stream.peerClosed) {
    // It has been here, or it only asks.
    stream.mustAnswer |= segment.getSpan() != 0 || known != 0;
    return;
  }
  uint32_t count = segment.length - known;
  uint32_t taken = least(count, stream.windowEnd - stream.received);
  if (!stream.isDetached) {
    keep(stream, segment.data + known, taken);
  }
  stream.received += taken;
  stream.mustAnswer |= count != 0;
  if (!(segment.flags & Fin) || taken != count)
    return;
  if (stream.windowEnd == stream.received)
    ++stream.windowEnd;
  ++stream.received;
  stream.peerClosed = stream.mustAnswer = true;
  if (stream.state == Stream::Lingering)
    stream.timer = now + lingerTime;
}

} // namespace flux::net
