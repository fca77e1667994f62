//===- VirtioNet.cpp - cards for networks ---------------------------------===//
//
// Frames are copied out of and into buffers that the card always has, so a
// frame that comes never changes while somebody looks at it.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/VirtioNet.h"
#include "runtime/kernel/Memory.h"

namespace flux::drivers {

bool VirtioNet::open(const Virtio &which) {
  constexpr uint64_t addressFeature = 1 << 5;
  device = which;
  uint64_t features;
  constexpr unsigned size = Queue::maxSize;
  buffers = static_cast<uint8_t *>(
      kernel::allocateForever(2 * size * bufferSize / hal::pageSize));
  if (buffers == nullptr || !device.begin(addressFeature, features) ||
      !(features & addressFeature) || !device.makeQueue(0, size, incoming) ||
      !device.makeQueue(1, size, outgoing))
    return false;
  const uint32_t words[] = {device.readConfig(0), device.readConfig(4)};
  __builtin_memcpy(address, words, sizeof address);
  headerSize = device.isOld() ? 10 : 12;
  unused = static_cast<uint16_t>((1 << outgoing.getSize()) - 1);
  sendFrame = [](NetDevice &self, const uint8_t *frame, unsigned length) {
    return static_cast<VirtioNet &>(self).send(frame, length);
  };
  receiveFrame = [](NetDevice &self, uint8_t *out) {
    return static_cast<VirtioNet &>(self).receive(out);
  };
  for (unsigned i = 0; i != incoming.getSize(); ++i)
    offerBuffer(i);
  device.run();
  device.notify(incoming);
  works = true;
  return true;
}

void VirtioNet::stop() {
  device.stop();
  works = false;
}

void VirtioNet::offerBuffer(unsigned index) {
  incoming.set(index, buffers + index * bufferSize, bufferSize,
               Queue::DeviceWrites);
  incoming.offer(index);
}

bool VirtioNet::send(const uint8_t *frame, unsigned size) {
  unsigned head;
  uint32_t length;
  Queue::Taken taken = Queue::Taken::Nothing;
  while (works && (taken = outgoing.take(head, length)) == Queue::Taken::Buffer)
    unused |= static_cast<uint16_t>(1 << head);
  if (taken == Queue::Taken::Broken)
    stop();
  if (!works || unused == 0 || size > maxFrame)
    return false;
  auto index = static_cast<unsigned>(__builtin_ctz(unused));
  unused &= static_cast<uint16_t>(unused - 1);
  uint8_t *buffer = buffers + (Queue::maxSize + index) * bufferSize;
  __builtin_memset(buffer, 0, headerSize);
  __builtin_memcpy(buffer + headerSize, frame, size);
  outgoing.set(index, buffer, headerSize + size);
  outgoing.offer(index);
  device.notify(outgoing);
  return true;
}

unsigned VirtioNet::receive(uint8_t *out) {
  unsigned index;
  uint32_t length;
  while (works) {
    Queue::Taken taken = incoming.take(index, length);
    if (taken == Queue::Taken::Broken) {
      stop();
    } else if (taken == Queue::Taken::Nothing) {
      if (hasOffered)
        device.notify(incoming);
      hasOffered = false;
      break;
    } else {
      unsigned size = length > headerSize ? length - headerSize : 0;
      if (size <= maxFrame)
        __builtin_memcpy(out, buffers + index * bufferSize + headerSize, size);
      offerBuffer(index);
      hasOffered = true;
      if (size != 0 && size <= maxFrame)
        return size;
    }
  }
  return 0;
}

} // namespace flux::drivers
