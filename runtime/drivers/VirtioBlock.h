//===- VirtioBlock.h - disks -----------------------------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_DRIVERS_VIRTIOBLOCK_H
#define FLUX_RUNTIME_DRIVERS_VIRTIOBLOCK_H

#include "runtime/base/BlockDevice.h"
#include "runtime/drivers/Virtio.h"

namespace flux::drivers {

/// A disk.  A request that is not answered in time, or is answered wrongly,
/// ends the device: all later ones fail.
class VirtioBlock : public BlockDevice {
public:
  /// Takes over a device; false if it does not work.
  bool open(const Virtio &which);
  /// It does nothing any more.
  void stop();

private:
  static constexpr unsigned bufferPages = 4;
  enum Request : uint32_t { Read = 0, Write = 1, Flush = 4 };

  bool request(Request what, uint64_t sector, uint32_t bytes);
  bool transfer(Request what, uint64_t sector, uint8_t *data, uint64_t count);

  Virtio device;
  Queue queue;
  uint8_t *buffer = nullptr; ///< between the device and whoever asks
  bool works = false, canFlush = false;
};

} // namespace flux::drivers

#endif // FLUX_RUNTIME_DRIVERS_VIRTIOBLOCK_H
