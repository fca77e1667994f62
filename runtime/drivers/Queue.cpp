//===- Queue.cpp - rings of buffers of virtio devices ---------------------===//
//
// Both sides share a page of memory.  The device may write anything there at
// any time: each value is read once, and compared with what only the driver
// knows before it is used.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Queue.h"
#include "runtime/hal/Hal.h"

namespace flux::drivers {

void orderAccesses() {
#if defined(__x86_64__)
  __asm__ volatile("mfence" ::: "memory");
#elif defined(__aarch64__)
  __asm__ volatile("dsb sy" ::: "memory");
#else
  __asm__ volatile("fence iorw, iorw" ::: "memory");
#endif
}

void Queue::open(void *page, unsigned count) {
  memory = static_cast<uint8_t *>(page);
  size = static_cast<uint16_t>(count);
  available()[0] = 1; // no interrupts
}

void Queue::set(unsigned index, const void *buffer, uint32_t length,
                uint16_t flags, unsigned next) {
  descriptors()[index] = {hal::toPhysical(buffer), length, flags,
                          static_cast<uint16_t>(next)};
}

void Queue::offer(unsigned head) {
  // What it may fill is known here: it can change the descriptors.
  uint32_t bytes = 0;
  for (unsigned at = head;; at = descriptors()[at].next) {
    const Descriptor &descriptor = descriptors()[at];
    bytes += descriptor.flags & DeviceWrites ? descriptor.length : 0;
    if (!(descriptor.flags & HasNext))
      break;
  }
  writable[head] = bytes;
  outstanding |= static_cast<uint16_t>(1 << head);
  available()[2 + offered % size] = static_cast<uint16_t>(head);
  orderAccesses();
  available()[1] = ++offered;
}

Queue::Taken Queue::take(unsigned &head, uint32_t &length) {
  auto *used = reinterpret_cast<volatile uint16_t *>(memory + usedOffset);
  if (used[1] == taken)
    return Taken::Nothing;
  orderAccesses();
  auto *entry = reinterpret_cast<volatile uint32_t *>(memory + usedOffset + 4) +
                2 * (taken % size);
  head = entry[0];
  length = entry[1];
  if (head >= size || !(outstanding >> head & 1) || length > writable[head])
    return Taken::Broken;
  outstanding &= static_cast<uint16_t>(~(1 << head));
  ++taken;
  return Taken::Buffer;
}

} // namespace flux::drivers
