//===- NetDevice.h - what carries frames -----------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_NET_NETDEVICE_H
#define FLUX_RUNTIME_NET_NETDEVICE_H

#include <stdint.h>

namespace flux::net {

/// A card for Ethernet, or what a test has in its place.
struct NetDevice {
  /// The longest frame, without what the card adds.
  static constexpr unsigned maxFrame = 1514;

  uint8_t address[6] = {};
  /// Sends a frame, which is copied; false if there is no room for it now.
  bool (*sendFrame)(NetDevice &self, const uint8_t *frame,
                    unsigned size) = nullptr;
  /// Copies the next frame that came to \p out, of maxFrame bytes; returns its
  /// size, or 0 if none came.
  unsigned (*receiveFrame)(NetDevice &self, uint8_t *out) = nullptr;
};

} // namespace flux::net

#endif // FLUX_RUNTIME_NET_NETDEVICE_H
