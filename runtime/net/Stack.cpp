//===- Stack.cpp - Ethernet, ARP, IPv4, ICMP, UDP -------------------------===//
//
// What comes from a network may be anything: each length is checked against
// what is there before it is believed, and whatever is not understood is
// dropped.  Packets in fragments are (RFC 791 lets hosts send none).
//
//===----------------------------------------------------------------------===//

#include "runtime/net/Stack.h"
#include "runtime/net/Bytes.h"

namespace flux::net {

static constexpr uint16_t typeIp = 0x0800, typeArp = 0x0806;
static constexpr uint8_t everybody[6] = {255, 255, 255, 255, 255, 255};
static constexpr Address broadcast = ~Address(0);
static constexpr uint64_t second = 1000000000;

uint32_t addSum(const uint8_t *data, unsigned size, uint32_t sum) {
  for (unsigned i = 0; i + 1 < size; i += 2)
    sum += get16(data + i);
  return size % 2 != 0 ? sum + (uint32_t(data[size - 1]) << 8) : sum;
}

uint16_t finishSum(uint32_t sum) {
  sum = (sum & 0xFFFF) + (sum >> 16);
  sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

void Stack::open(NetDevice &which, uint64_t (*numbers)()) {
  device = &which;
  random = numbers;
  leaseTimer = leaseEnd = never;
  for (Stream &stream : streams)
    stream.timer = never;
}

void Stack::setAddress(Address address, Address ofNetwork, Address router) {
  own = address;
  mask = ofNetwork;
  gateway = router;
}

bool Stack::wasBusy() {
  bool was = busy;
  busy = false;
  return was;
}

uint64_t Stack::poll(uint64_t now) {
  constexpr unsigned most = 64; // others wait for their turn
  for (unsigned n = 0; n != most; ++n) {
    unsigned size = device->receiveFrame(*device, in);
    if (size == 0)
      break;
    busy = true;
    receive(in, size <= sizeof in ? size : sizeof in, now);
  }
  uint64_t due = runDhcp(now);
  for (Stream &stream : streams) {
    runTimer(stream, now);
    sendWaiting(stream, now);
    if (stream.timer < due)
      due = stream.timer;
  }
  return due;
}

//===--- sending ----------------------------------------------------------===//

bool Stack::sendFrame(const uint8_t *to, uint16_t type, unsigned size) {
  constexpr unsigned least = 60;
  __builtin_memcpy(out, to, 6);
  __builtin_memcpy(out + 6, device->address, 6);
  put16(out + 12, type);
  size += ethernetSize;
  if (size < least) {
    __builtin_memset(out + size, 0, least - size);
    size = least;
  }
  return device->sendFrame(*device, out, size);
}

enum ArpOperation : uint16_t { ArpRequest = 1, ArpReply };
static constexpr unsigned arpSize = 28;

void Stack::sendArp(uint16_t operation, const uint8_t *to, Address target,
                    const uint8_t *targetHardware) {
  static const uint8_t begin[] = {0, 1, typeIp >> 8, typeIp & 255, 6, 4};
  uint8_t *packet = out + ethernetSize;
  __builtin_memcpy(packet, begin, sizeof begin);
  put16(packet + 6, operation);
  __builtin_memcpy(packet + 8, device->address, 6);
  put32(packet + 14, own);
  __builtin_memcpy(packet + 18, targetHardware, 6);
  put32(packet + 24, target);
  sendFrame(to, typeArp, arpSize);
}

Stack::Neighbour *Stack::findNeighbour(Address address) {
  for (Neighbour &neighbour : neighbours)
    if (neighbour.address == address)
      return &neighbour;
  return nullptr;
}

/// The place of whom was not heard of for longest.
Stack::Neighbour &Stack::takeNeighbour() {
  Neighbour *oldest = neighbours;
  for (Neighbour &other : neighbours)
    if (other.time < oldest->time)
      oldest = &other;
  return *oldest;
}

bool Stack::sendIp(Address to, uint8_t protocol, unsigned size, uint64_t now) {
  static const uint8_t nobody[6] = {};
  constexpr uint64_t lifetime = 300 * second, askAgain = second / 2;
  uint8_t *header = out + ipAt;
  __builtin_memset(header, 0, ipSize);
  header[0] = 0x45;
  put16(header + 2, ipSize + size);
  put16(header + 4, ++packets);
  put16(header + 6, 0x4000); // in one piece
  header[8] = 64;
  header[9] = protocol;
  put32(header + 12, own);
  put32(header + 16, to);
  put16(header + 10, finishSum(addSum(header, ipSize)));
  if (to == broadcast)
    return sendFrame(everybody, typeIp, ipSize + size);
  Address hop = ((to ^ own) & mask) == 0 ? to : gateway;
  if (hop == 0)
    return false;
  Neighbour *neighbour = findNeighbour(hop);
  bool isKnown = neighbour != nullptr && neighbour->isKnown;
  bool isOld = isKnown && now - neighbour->time > lifetime;
  if (isKnown && !isOld)
    return sendFrame(neighbour->hardware, typeIp, ipSize + size);
  // Who wants to send tries again; the packet is not kept.
  if (neighbour == nullptr)
    neighbour = &takeNeighbour();
  else if (!isKnown && now - neighbour->time < askAgain)
    return false;
  *neighbour = {hop, {}, false, now};
  sendArp(ArpRequest, everybody, hop, nobody);
  return false;
}

//===--- receiving --------------------------------------------------------===//

void Stack::receive(const uint8_t *frame, unsigned size, uint64_t now) {
  if (size < ethernetSize ||
      (__builtin_memcmp(frame, device->address, 6) != 0 &&
       __builtin_memcmp(frame, everybody, 6) != 0))
    return;
  const uint8_t *packet = frame + ethernetSize;
  size -= ethernetSize;
  uint16_t type = get16(frame + 12);
  if (type == typeArp)
    receiveArp(packet, size, now);
  else if (type == typeIp)
    receiveIp(packet, size, now);
}

void Stack::receiveArp(const uint8_t *packet, unsigned size, uint64_t now) {
  if (size < arpSize || get16(packet) != 1 || get16(packet + 2) != typeIp ||
      packet[4] != 6 || packet[5] != 4 || own == 0 || get32(packet + 24) != own)
    return;
  Address sender = get32(packet + 14);
  uint8_t hardware[6];
  __builtin_memcpy(hardware, packet + 8, sizeof hardware);
  Neighbour *neighbour = findNeighbour(sender);
  if (get16(packet + 6) == ArpRequest) {
    sendArp(ArpReply, hardware, sender, hardware);
    // It is about to send something that is to be answered.
    if (neighbour == nullptr && sender != 0) {
      neighbour = &takeNeighbour();
      *neighbour = {sender, {}, false, now};
    }
  }
  // Nobody changes what is known, or tells what nobody asked for.
  if (neighbour == nullptr || neighbour->isKnown || sender == 0)
    return;
  __builtin_memcpy(neighbour->hardware, hardware, sizeof hardware);
  neighbour->isKnown = true;
  neighbour->time = now;
  // What could not go out can.
  for (Stream &stream : streams)
    if (stream.timer != never && stream.state != Stream::Lingering)
      stream.timer = now;
}

uint32_t Stack::sumPseudo(Address from, Address to, uint8_t protocol,
                          unsigned size) {
  return (from >> 16) + (from & 0xFFFF) + (to >> 16) + (to & 0xFFFF) +
         protocol + size;
}

void Stack::receiveIp(const uint8_t *packet, unsigned size, uint64_t now) {
  if (size < ipSize || packet[0] >> 4 != 4)
    return;
  unsigned header = (packet[0] & 15) * 4u, length = get16(packet + 2);
  if (header < ipSize || length < header || length > size ||
      finishSum(addSum(packet, header)) != 0)
    return;
  constexpr uint16_t moreOrOffset = 0x3FFF;
  if (get16(packet + 6) & moreOrOffset)
    return;
  Address from = get32(packet + 12), to = get32(packet + 16);
  const uint8_t *content = packet + header;
  length -= header;
  if (packet[9] == Udp)
    return receiveUdp(from, to, content, length, now);
  // The rest is not for several, nor from several or nobody.
  if (own == 0 || to != own || from == 0 || from >> 28 >= 14)
    return;
  if (packet[9] == Icmp)
    receiveEcho(from, content, length, now);
  else if (packet[9] == Tcp)
    receiveTcp(from, content, length, now);
}

void Stack::receiveEcho(Address from, const uint8_t *message, unsigned size,
                        uint64_t now) {
  enum : uint8_t { Reply = 0, Request = 8 };
  if (size < 8 || message[0] != Request || message[1] != 0 ||
      finishSum(addSum(message, size)) != 0)
    return;
  __builtin_memcpy(payload(), message, size);
  payload()[0] = Reply;
  put16(payload() + 2, 0);
  put16(payload() + 2, finishSum(addSum(payload(), size)));
  sendIp(from, Icmp, size, now);
}

//===--- UDP --------------------------------------------------------------===//

bool Stack::sendUdp(Address to, uint16_t from, uint16_t port, unsigned size,
                    uint64_t now) {
  uint8_t *header = payload();
  size += udpSize;
  put16(header, from);
  put16(header + 2, port);
  put16(header + 4, size);
  put16(header + 6, 0);
  uint16_t sum = finishSum(addSum(header, size, sumPseudo(own, to, Udp, size)));
  put16(header + 6, sum != 0 ? sum : 0xFFFF);
  return sendIp(to, Udp, size, now);
}

void Stack::receiveUdp(Address from, Address to, const uint8_t *datagram,
                       unsigned size, uint64_t now) {
  constexpr uint16_t serverPort = 67, clientPort = 68;
  if (size < udpSize)
    return;
  unsigned length = get16(datagram + 4);
  if (length < udpSize || length > size ||
      (get16(datagram + 6) != 0 &&
       finishSum(addSum(datagram, length, sumPseudo(from, to, Udp, length))) !=
           0))
    return;
  uint16_t fromPort = get16(datagram), port = get16(datagram + 2);
  datagram += udpSize;
  length -= udpSize;
  if (fromPort == serverPort && port == clientPort)
    return receiveDhcp(datagram, length, now);
  if (own == 0 || to != own || from == 0)
    return;
  for (Stream &stream : streams) {
    if (stream.state != Stream::Datagrams || stream.localPort != port)
      continue;
    if (stream.remote == 0) {
      stream.remote = from;
      stream.remotePort = fromPort;
    }
    // Empty ones would look like an end.
    if (stream.remote == from && stream.remotePort == fromPort && length != 0)
      stream.keepDatagram(datagram, length);
  }
}

} // namespace flux::net
