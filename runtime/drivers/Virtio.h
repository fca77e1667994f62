//===- Virtio.h - what all virtio devices have in common -------*- C++ -*-===//
#ifndef FLUX_RUNTIME_DRIVERS_VIRTIO_H
#define FLUX_RUNTIME_DRIVERS_VIRTIO_H

#include "runtime/drivers/Pci.h"
#include "runtime/drivers/Queue.h"

namespace flux::drivers {

/// A device behind registers in memory, of the old or the new kind, or behind
/// PCI.
class Virtio {
public:
  enum Kind : uint32_t { None, Network, Block, Console, Random };
  enum Feature : uint64_t { Modern = uint64_t(1) << 32 };

  /// True if there is a device.
  bool openMemory(uint64_t physical);
  bool openPci(const PciFunction &function);

  Kind getKind() const { return kind; }
  bool isOld() const { return old; }
  /// Starts to agree on features: of \p wanted those that the device has.
  bool begin(uint64_t wanted, uint64_t &features);
  /// Makes queue \p number, with at most \p size entries.
  bool makeQueue(unsigned number, unsigned size, Queue &queue);
  /// From now on it works.
  void run();
  /// It ends: it touches no memory any more.
  void stop();
  void notify(const Queue &queue);
  /// Offers buffer 0, and waits for its return; \p length is what was written.
  Queue::Taken exchange(Queue &queue, uint64_t patience, uint32_t &length);
  /// A 32-bit word of its configuration; 0 if it has none there.
  uint32_t readConfig(unsigned offset) const;

private:
  template <class T>
  T readCommon(unsigned offset) const;
  template <class T>
  void writeCommon(unsigned offset, T value) const;
  uint32_t getStatus() const;
  void setStatus(uint32_t status) const;

  Kind kind = None;
  bool old = false, isPci = false;
  uint64_t common = 0, notifications = 0, config = 0;
  uint32_t notifySize = 0, notifyStep = 0, configSize = 0;
};

} // namespace flux::drivers

#endif // FLUX_RUNTIME_DRIVERS_VIRTIO_H
