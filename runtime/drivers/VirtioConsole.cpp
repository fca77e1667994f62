//===- VirtioConsole.cpp - lines of virtual machines ----------------------===//
//
// One buffer each way: who prints waits until it was taken, so nothing is lost
// when the machine ends right behind it.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/VirtioConsole.h"

namespace flux::drivers {

bool VirtioConsole::open(const Virtio &which) {
  device = which;
  uint64_t features;
  if (!device.begin(0, features) || !device.makeQueue(0, 4, incoming) ||
      !device.makeQueue(1, 4, outgoing))
    return false;
  sendText = [](ConsoleLine &self, const char *text, uint64_t size) {
    return static_cast<VirtioConsole &>(self).send(text, size);
  };
  receiveByte = [](ConsoleLine &self) {
    return static_cast<VirtioConsole &>(self).receive();
  };
  incoming.set(0, incoming.getSmall(), Queue::smallSize, Queue::DeviceWrites);
  incoming.offer(0);
  device.run();
  device.notify(incoming);
  works = true;
  return true;
}

void VirtioConsole::stop() {
  device.stop();
  works = false;
}

bool VirtioConsole::send(const char *text, uint64_t size) {
  constexpr uint64_t patience = uint64_t(10) * 1000000000;
  while (works && size != 0) {
    auto piece = static_cast<uint32_t>(
        size < Queue::smallSize ? size : uint64_t(Queue::smallSize));
    __builtin_memcpy(outgoing.getSmall(), text, piece);
    outgoing.set(0, outgoing.getSmall(), piece);
    uint32_t written;
    if (device.exchange(outgoing, patience, written) != Queue::Taken::Buffer)
      stop();
    text += piece;
    size -= piece;
  }
  return works;
}

int VirtioConsole::receive() {
  if (works && position == length) {
    unsigned head;
    Queue::Taken taken = incoming.take(head, length);
    position = 0;
    if (taken != Queue::Taken::Buffer)
      length = 0;
    if (taken == Queue::Taken::Broken)
      stop();
  }
  if (!works || position == length)
    return -1;
  int byte = incoming.getSmall()[position++];
  if (position == length) {
    incoming.offer(0);
    device.notify(incoming);
  }
  return byte;
}

} // namespace flux::drivers
