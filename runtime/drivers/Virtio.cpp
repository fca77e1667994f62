//===- Virtio.cpp - what all virtio devices have in common ----------------===//
//
// Version 1.2 of the standard (OASIS), by registers in memory, also as they
// were before version 1, and by PCI; rings without further features.  Nobody is
// interrupted: who waits looks at the ring.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Virtio.h"
#include "runtime/hal/Internal.h"
#include "runtime/kernel/Memory.h"

namespace flux::drivers {

//===--- finding ----------------------------------------------------------===//

/// Registers in memory.
enum Register : unsigned {
  Magic = 0,
  Version = 4,
  DeviceId = 8,
  DeviceFeatures = 0x10,
  DeviceFeaturesWord = 0x14,
  DriverFeatures = 0x20,
  DriverFeaturesWord = 0x24,
  OldPageSize = 0x28,
  QueueNumber = 0x30,
  QueueMax = 0x34,
  QueueSize = 0x38,
  OldQueueAlign = 0x3C,
  OldQueuePage = 0x40,
  QueueReady = 0x44,
  QueueNotify = 0x50,
  Status = 0x70,
  QueueDescriptors = 0x80,
  QueueAvailable = 0x90,
  QueueUsed = 0xA0,
  Config = 0x100,
  RegistersSize = 0x200,
};

bool Virtio::openMemory(uint64_t physical) {
  constexpr uint32_t magic = 0x74726976;
  *this = Virtio();
  common = mapRegisters(physical, RegistersSize);
  if (common == 0 || readCommon<uint32_t>(Magic) != magic)
    return false;
  uint32_t version = readCommon<uint32_t>(Version);
  old = version == 1;
  kind = static_cast<Kind>(readCommon<uint32_t>(DeviceId));
  config = common + Config;
  configSize = RegistersSize - Config;
  return version >= 1 && version <= 2 && kind != None;
}

bool Virtio::openPci(const PciFunction &function) {
  enum Part : uint32_t { Common = 1, Notify, Interrupt, Device };
  constexpr uint32_t vendor = 0x1AF4, firstModern = 0x1040;
  constexpr unsigned maxCapabilities = 48;
  *this = Virtio();
  uint32_t id = function.read(0);
  uint32_t number = id >> 16;
  if ((id & 0xFFFF) != vendor || number < 0x1000 || number > 0x107F ||
      !(function.read(4) & 1 << 20))
    return false;
  // Those that also work the old way have their kind elsewhere.
  kind = static_cast<Kind>(number >= firstModern ? number - firstModern
                                                 : function.read(0x2C) >> 16);
  isPci = true;
  unsigned at = function.read(0x34) & 0xFC;
  for (unsigned n = 0; at >= 0x40 && n != maxCapabilities; ++n) {
    uint32_t header = function.read(at);
    constexpr uint32_t vendorSpecific = 9;
    uint32_t part = header >> 24;
    uint32_t offset = function.read(at + 8), length = function.read(at + 12);
    hal::MemoryRange range;
    if ((header & 0xFF) == vendorSpecific && part >= Common && part <= Device &&
        part != Interrupt &&
        function.getRegisters(function.read(at + 4) & 0xFF, range) &&
        offset <= range.size && length <= range.size - offset) {
      uint64_t place = mapRegisters(range.base + offset, length);
      if (part == Common && common == 0 && length >= 56) {
        common = place;
      } else if (part == Notify && notifications == 0 && length >= 2) {
        notifications = place;
        notifySize = length;
        notifyStep = function.read(at + 16);
      } else if (part == Device && config == 0) {
        config = place;
        configSize = place != 0 ? length : 0;
      }
    }
    at = header >> 8 & 0xFC;
  }
  return common != 0 && notifications != 0;
}

//===--- starting and stopping --------------------------------------------===//

template <class T>
T Virtio::readCommon(unsigned offset) const {
  return hal::readRegister<T>(common + offset);
}
template <class T>
void Virtio::writeCommon(unsigned offset, T value) const {
  hal::writeRegister<T>(common + offset, value);
}

uint32_t Virtio::getStatus() const {
  return isPci ? readCommon<uint8_t>(20) : readCommon<uint32_t>(Status);
}
void Virtio::setStatus(uint32_t status) const {
  if (isPci)
    writeCommon(20, static_cast<uint8_t>(status));
  else
    writeCommon(Status, status);
}

enum StatusBit : uint32_t {
  Acknowledged = 1,
  HasDriver = 2,
  Works = 4,
  FeaturesAgreed = 8
};

bool Virtio::begin(uint64_t wanted, uint64_t &features) {
  stop();
  setStatus(Acknowledged);
  setStatus(Acknowledged | HasDriver);
  features = 0;
  if (!old)
    wanted |= Modern;
  unsigned offer = isPci ? 4 : DeviceFeatures,
           offerWord = isPci ? 0 : DeviceFeaturesWord,
           choice = isPci ? 12 : DriverFeatures,
           choiceWord = isPci ? 8 : DriverFeaturesWord;
  for (uint32_t word = 0; word != (old ? 1 : 2); ++word) {
    writeCommon(offerWord, word);
    uint32_t chosen = readCommon<uint32_t>(offer) &
                      static_cast<uint32_t>(wanted >> 32 * word);
    writeCommon(choiceWord, word);
    writeCommon(choice, chosen);
    features |= uint64_t(chosen) << 32 * word;
  }
  if (old) {
    writeCommon<uint32_t>(OldPageSize, 4096);
    return true;
  }
  setStatus(Acknowledged | HasDriver | FeaturesAgreed);
  return (features & Modern) && (getStatus() & FeaturesAgreed);
}

bool Virtio::makeQueue(unsigned number, unsigned size, Queue &queue) {
  void *page = kernel::allocateForever(1);
  if (page == nullptr)
    return false;
  unsigned most;
  if (isPci) {
    writeCommon(22, static_cast<uint16_t>(number));
    most = readCommon<uint16_t>(24);
  } else {
    writeCommon<uint32_t>(QueueNumber, number);
    most = readCommon<uint32_t>(QueueMax);
  }
  while (size > most)
    size /= 2;
  if (size < 4)
    return false;
  queue.open(page, size);
  queue.number = number;
  const unsigned offsets[] = {0, 16 * size, Queue::usedOffset};
  unsigned place = isPci ? 32 : QueueDescriptors, step = isPci ? 8 : 16;
  static_assert(QueueAvailable - QueueDescriptors == 16 &&
                QueueUsed - QueueAvailable == 16);
  for (unsigned i = 0; !old && i != 3; ++i, place += step) {
    uint64_t address = hal::toPhysical(page) + offsets[i];
    writeCommon(place, static_cast<uint32_t>(address));
    writeCommon(place + 4, static_cast<uint32_t>(address >> 32));
  }
  if (isPci) {
    uint64_t offset = uint64_t(readCommon<uint16_t>(30)) * notifyStep;
    if (offset > notifySize - 2)
      return false;
    queue.notifyAt = notifications + offset;
    writeCommon(24, static_cast<uint16_t>(size));
    writeCommon<uint16_t>(28, 1);
    return true;
  }
  queue.notifyAt = common + QueueNotify;
  writeCommon<uint32_t>(QueueSize, size);
  if (old) {
    writeCommon<uint32_t>(OldQueueAlign, Queue::usedOffset);
    writeCommon(OldQueuePage,
                static_cast<uint32_t>(hal::toPhysical(page) / 4096));
    return true;
  }
  writeCommon<uint32_t>(QueueReady, 1);
  return true;
}

void Virtio::run() {
  setStatus(Acknowledged | HasDriver | Works | (old ? 0 : FeaturesAgreed));
}

void Virtio::stop() {
  constexpr unsigned patience = 1 << 16;
  setStatus(0);
  for (unsigned n = 0; n != patience && getStatus() != 0; ++n)
    hal::relax();
}

void Virtio::notify(const Queue &queue) {
  orderAccesses();
  if (isPci)
    hal::writeRegister(queue.notifyAt, static_cast<uint16_t>(queue.number));
  else
    hal::writeRegister<uint32_t>(queue.notifyAt, queue.number);
}

Queue::Taken Virtio::exchange(Queue &queue, uint64_t patience,
                              uint32_t &length) {
  queue.offer(0);
  notify(queue);
  Queue::Taken taken;
  unsigned head;
  uint64_t end = hal::now() + patience;
  while ((taken = queue.take(head, length)) == Queue::Taken::Nothing &&
         hal::now() < end)
    hal::relax();
  return taken;
}

uint32_t Virtio::readConfig(unsigned offset) const {
  return offset + 4 <= configSize ? hal::readRegister<uint32_t>(config + offset)
                                  : 0;
}

} // namespace flux::drivers
