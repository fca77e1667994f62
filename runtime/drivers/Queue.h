//===- Queue.h - rings of buffers of virtio devices ------------*- C++ -*-===//
#ifndef FLUX_RUNTIME_DRIVERS_QUEUE_H
#define FLUX_RUNTIME_DRIVERS_QUEUE_H

#include <stdint.h>

namespace flux::drivers {

/// A ring of buffers that a device works on, in one page.  The device is not
/// trusted: what it says it has done is compared with what it was asked for.
class Queue {
public:
  static constexpr unsigned maxSize = 16;
  enum Flag : uint16_t { HasNext = 1, DeviceWrites = 2 };

  /// Uses the page at \p memory, which is zeroed; \p size is a power of two.
  void open(void *memory, unsigned size);
  /// What descriptor \p index describes.
  void set(unsigned index, const void *buffer, uint32_t length,
           uint16_t flags = 0, unsigned next = 0);
  /// Gives the buffers from descriptor \p head on to the device, which is told
  /// by Virtio::notify().
  void offer(unsigned head);
  enum class Taken : uint8_t { Nothing, Buffer, Broken };
  /// The next buffer that the device gives back: the descriptor it was offered
  /// with, and how many bytes the device wrote.
  Taken take(unsigned &head, uint32_t &length);

  unsigned getSize() const { return size; }
  /// Behind the rings is room for small things.
  static constexpr unsigned smallSize = 1024;
  uint8_t *getSmall() const { return memory + 4096 - smallSize; }

private:
  friend class Virtio;
  static constexpr unsigned usedOffset = 2048;
  struct Descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
  };
  Descriptor *descriptors() const {
    return reinterpret_cast<Descriptor *>(memory);
  }
  volatile uint16_t *available() const {
    return reinterpret_cast<volatile uint16_t *>(memory + 16 * size);
  }

  uint8_t *memory = nullptr;
  uint16_t size = 0, offered = 0, taken = 0;
  uint32_t writable[maxSize] = {}; ///< bytes of a head that the device may fill
  uint16_t outstanding = 0;        ///< heads, as bits
  unsigned number = 0;
  uint64_t notifyAt = 0;
};

/// Orders accesses to memory and to registers.
void orderAccesses();

} // namespace flux::drivers

#endif // FLUX_RUNTIME_DRIVERS_QUEUE_H
