//===- Stack.h - a host of the Internet ------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_NET_STACK_H
#define FLUX_RUNTIME_NET_STACK_H

#include "runtime/net/NetDevice.h"
#include "runtime/net/Stream.h"
#include <stddef.h>

namespace flux::net {

struct Segment;

/// IPv4 over one device: answers to ARP and echo requests, gets its address by
/// DHCP, and has some streams.  All memory is in the object.  Times are
/// nanoseconds that never fall.
class Stack {
public:
  static constexpr unsigned maxStreams = 4;
  /// The bytes of the largest one.
  static constexpr unsigned maxDatagram = NetDevice::maxFrame - 42;

  /// Must be called first.  \p random gives numbers that others cannot predict.
  void open(NetDevice &device, uint64_t (*random)());
  /// Asks for an address, now and whenever it runs out.
  void startDhcp(uint64_t now);
  /// Uses an address without asking.
  void setAddress(Address own, Address mask, Address gateway);
  Address getAddress() const { return own; }

  /// Does what came and what is due.  Returns when something is due again.
  uint64_t poll(uint64_t now);
  /// Whether poll() found something that had come since this was called last.
  bool wasBusy();

  // Streams.  Numbers that are negative stand for none.

  /// Begins to connect; -1 if there is no stream left.
  int connect(Address to, uint16_t port, uint64_t now);
  /// Waits for one to connect.
  int listen(uint16_t port);
  /// Exchanges datagrams with a port; or, if \p to is 0, by this port with
  /// whoever sends the first.
  int openDatagrams(Address to, uint16_t port);
  const Stream &getStream(int number) const { return streams[number]; }
  /// Takes bytes that came, or what fits of one datagram; 0 if none came.
  size_t read(int number, uint8_t *out, size_t size, uint64_t now);
  /// Adds bytes, as many as there is room for; or sends a datagram, whole or
  /// not.
  size_t write(int number, const uint8_t *data, size_t size, uint64_t now);
  /// Says that nothing more will be written.
  void finish(int number, uint64_t now);
  /// Gives the number back.  A stream that is not over is broken off.
  void release(int number, uint64_t now);

private:
  // Ethernet, ARP, IP: Stack.cpp.
  struct Neighbour {
    Address address;
    uint8_t hardware[6];
    bool isKnown;
    uint64_t time; ///< when it was learnt or asked for
  };
  enum Protocol : uint8_t { Icmp = 1, Tcp = 6, Udp = 17 };
  static constexpr unsigned ethernetSize = 14, ipSize = 20, ipAt = ethernetSize,
                            payloadAt = ipAt + ipSize;
  static constexpr unsigned udpSize = 8;

  bool sendFrame(const uint8_t *to, uint16_t type, unsigned size);
  void sendArp(uint16_t operation, const uint8_t *to, Address target,
               const uint8_t *targetHardware);
  Neighbour *findNeighbour(Address address);
  Neighbour &takeNeighbour();
  /// Sends what lies at payload(); false if it did not go out now.
  bool sendIp(Address to, uint8_t protocol, unsigned size, uint64_t now);
  uint8_t *payload() { return out + payloadAt; }
  void receive(const uint8_t *frame, unsigned size, uint64_t now);
  void receiveArp(const uint8_t *packet, unsigned size, uint64_t now);
  void receiveIp(const uint8_t *packet, unsigned size, uint64_t now);
  void receiveEcho(Address from, const uint8_t *message, unsigned size,
                   uint64_t now);
  bool sendUdp(Address to, uint16_t from, uint16_t port, unsigned size,
               uint64_t now);
  void receiveUdp(Address from, Address to, const uint8_t *datagram,
                  unsigned size, uint64_t now);
  static uint32_t sumPseudo(Address from, Address to, uint8_t protocol,
                            unsigned size);

  // DHCP: Dhcp.cpp.
  enum class Lease : uint8_t { Off, Asking, Requesting, Bound, Renewing };
  void sendDhcp(uint64_t now);
  void receiveDhcp(const uint8_t *message, unsigned size, uint64_t now);
  uint64_t runDhcp(uint64_t now);

  // TCP: Tcp.cpp.
  void receiveTcp(Address from, const uint8_t *segment, unsigned size,
                  uint64_t now);
  void acceptTcp(Stream &stream, const Segment &segment, uint64_t now);
  bool acknowledge(Stream &stream, const Segment &segment, uint64_t now);
  void takeData(Stream &stream, const Segment &segment, uint64_t now);
  void refuse(const Segment &segment, uint64_t now);
  bool sendSegment(Stream &stream, uint32_t sequence, uint8_t flags,
                   uint32_t length, uint64_t now);
  /// Sends one to whom it names as `from`; its data lies at its place already.
  bool sendTcp(const Segment &segment, uint64_t now);
  void sendWaiting(Stream &stream, uint64_t now);
  void runTimer(Stream &stream, uint64_t now);
  Stream *takeStream();
  uint16_t takePort();
  static void measure(Stream &stream, uint64_t now);
  static void fail(Stream &stream, Stream::Error why);

  NetDevice *device = nullptr;
  uint64_t (*random)() = nullptr;
  Address own = 0, mask = 0, gateway = 0;
  bool busy = false;
  uint16_t packets = 0; ///< numbers packets

  static constexpr unsigned maxNeighbours = 8;
  Neighbour neighbours[maxNeighbours] = {};

  Lease lease = Lease::Off;
  uint32_t exchange = 0; ///< the number of ours
  Address offered = 0, server = 0;
  uint64_t leaseTimer = 0; ///< when to ask again
  uint64_t leaseEnd = 0, leaseTime = 0;
  unsigned leaseAttempts = 0;

  Stream streams[maxStreams] = {};
  uint8_t in[NetDevice::maxFrame], out[NetDevice::maxFrame];
};

} // namespace flux::net

#endif // FLUX_RUNTIME_NET_STACK_H
