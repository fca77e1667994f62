//===- Dhcp.cpp - an address for this machine -----------------------------===//
//
// The client of RFC 2131: discover, offer, request, acknowledgement; the lease
// is asked for again when half of it is over.  All is sent to everybody, so
// that a server that moved or forgot is no special case.
//
//===----------------------------------------------------------------------===//

#include "runtime/net/Bytes.h"
#include "runtime/net/Stack.h"

namespace flux::net {

enum Message : uint8_t {
  Discover = 1,
  Offer,
  Request,
  Acknowledge = 5,
  Refuse
};
enum Option : uint8_t {
  Pad = 0,
  Mask = 1,
  Router = 3,
  Wanted = 50,
  LeaseTime = 51,
  Kind = 53,
  Server = 54,
  Parameters = 55,
  End = 255,
};

static constexpr uint64_t second = 1000000000;
static constexpr uint32_t cookie = 0x63825363;
/// Places in a message.
static constexpr unsigned exchangeAt = 4, ownAt = 12, yoursAt = 16,
                          hardwareAt = 28, cookieAt = 236, optionsAt = 240,
                          messageSize = 300;

void Stack::startDhcp(uint64_t now) {
  lease = Lease::Asking;
  exchange = static_cast<uint32_t>(random());
  leaseTimer = now;
  leaseAttempts = 0;
}

uint64_t Stack::runDhcp(uint64_t now) {
  if (now >= leaseEnd) { // nobody gave it again
    own = 0;
    leaseEnd = never;
    startDhcp(now);
  }
  if (now >= leaseTimer) {
    constexpr unsigned maxRequests = 4, maxShift = 4;
    if (lease == Lease::Bound)
      lease = Lease::Renewing;
    else if (lease == Lease::Requesting && leaseAttempts >= maxRequests)
      startDhcp(now);
    sendDhcp(now);
    leaseTimer =
        now + (second << (leaseAttempts < maxShift ? leaseAttempts : maxShift));
    ++leaseAttempts;
  }
  return leaseTimer < leaseEnd ? leaseTimer : leaseEnd;
}

void Stack::sendDhcp(uint64_t now) {
  uint8_t *message = payload() + udpSize;
  __builtin_memset(message, 0, messageSize);
  message[0] = 1; // a request, by Ethernet
  message[1] = 1;
  message[2] = 6;
  put32(message + exchangeAt, exchange);
  message[10] = 0x80; // answers to everybody
  __builtin_memcpy(message + hardwareAt, device->address, 6);
  put32(message + cookieAt, cookie);
  uint8_t *option = message + optionsAt;
  auto add = [&](Option kind, uint32_t value, uint8_t size) {
    option[0] = kind;
    option[1] = size;
    if (size == 1)
      option[2] = static_cast<uint8_t>(value);
    else
      put32(option + 2, value);
    option += 2 + size;
  };
  add(Kind, lease == Lease::Asking ? Discover : Request, 1);
  if (lease == Lease::Requesting) {
    add(Wanted, offered, 4);
    add(Server, server, 4);
  } else if (lease == Lease::Renewing) {
    put32(message + ownAt, own);
  }
  static const uint8_t parameters[] = {Parameters, 3,         Mask,
                                       Router,     LeaseTime, End};
  __builtin_memcpy(option, parameters, sizeof parameters);
  sendUdp(~Address(0), 68, 67, messageSize, now);
}

void Stack::receiveDhcp(const uint8_t *message, unsigned size, uint64_t now) {
  bool isOffer = lease == Lease::Asking,
       isAnswer = lease == Lease::Requesting || lease == Lease::Renewing;
  if (size < optionsAt || message[0] != 2 || !(isOffer || isAnswer) ||
      get32(message + exchangeAt) != exchange ||
      __builtin_memcmp(message + hardwareAt, device->address, 6) != 0 ||
      get32(message + cookieAt) != cookie)
    return;
  uint8_t kind = 0;
  Address toldMask = ~Address(0), router = 0, from = 0;
  uint32_t seconds = 0;
  for (unsigned at = optionsAt; at < size && message[at] != End;) {
    if (message[at] == Pad) {
      ++at;
      continue;
    }
    if (size - at < 2 || message[at + 1] > size - at - 2)
      return;
    const uint8_t *value = message + at + 2;
    uint8_t length = message[at + 1];
    uint32_t number = length >= 4 ? get32(value) : 0;
    switch (message[at]) {
    case Kind:
      kind = length == 1 ? value[0] : uint8_t(0);
      break;
    case Mask:
      toldMask = number;
      break;
    case Router:
      router = number;
      break;
    case LeaseTime:
      seconds = number;
      break;
    case Server:
      from = number;
      break;
    default:
      break;
    }
    at += 2u + length;
  }
  Address yours = get32(message + yoursAt);
  bool isUsable = yours != 0 && yours >> 28 < 14 && yours >> 24 != 127;
  if (isOffer && kind == Offer && isUsable) {
    offered = yours;
    server = from;
    lease = Lease::Requesting;
    leaseAttempts = 0;
    leaseTimer = now;
  } else if (isAnswer && kind == Refuse) {
    own = 0;
    leaseEnd = never;
    startDhcp(now + second);
  } else if (isAnswer && kind == Acknowledge && isUsable && seconds != 0) {
    constexpr uint64_t least = 60;
    if (own != yours)
      for (Stream &stream : streams)
        if (stream.state > Stream::Listening &&
            stream.state != Stream::Datagrams)
          fail(stream, Stream::Error::Reset);
    setAddress(yours, toldMask, router);
    leaseTime = (seconds > least ? seconds : least) * second;
    lease = Lease::Bound;
    leaseAttempts = 0;
    leaseTimer = now + leaseTime / 2;
    leaseEnd = now + leaseTime;
  }
}

} // namespace flux::net
