//===- VirtioNet.h - cards for networks ------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_DRIVERS_VIRTIONET_H
#define FLUX_RUNTIME_DRIVERS_VIRTIONET_H

#include "runtime/drivers/Virtio.h"
#include "runtime/net/NetDevice.h"

namespace flux::drivers {

/// A card.  One that answers wrongly is stopped: nothing comes any more.
class VirtioNet : public net::NetDevice {
public:
  /// Takes over a device; false if it does not work.
  bool open(const Virtio &which);
  /// It does nothing any more.
  void stop();

private:
  /// A frame and what stands before it.
  static constexpr unsigned bufferSize = 2048;

  void offerBuffer(unsigned index);
  bool send(const uint8_t *frame, unsigned size);
  unsigned receive(uint8_t *out);

  Virtio device;
  Queue incoming, outgoing;
  uint8_t *buffers = nullptr; ///< of incoming, then of outgoing
  unsigned headerSize = 0;
  uint16_t unused = 0; ///< buffers of outgoing, as bits
  bool works = false, hasOffered = false;
};

} // namespace flux::drivers

#endif // FLUX_RUNTIME_DRIVERS_VIRTIONET_H
