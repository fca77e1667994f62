//===- FakeDevice.h - a device that does what a test wants -----*- C++ -*-===//
#ifndef FLUX_UNITTESTS_DRIVERS_FAKEDEVICE_H
#define FLUX_UNITTESTS_DRIVERS_FAKEDEVICE_H

#include "runtime/drivers/Virtio.h"
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

namespace flux {

/// Registers of a device of the new kind, as plain memory: what a driver writes
/// it reads, which is all that most of them do.  The device works whenever the
/// driver waits.
class FakeDevice {
public:
  enum Register : unsigned {
    DeviceFeatures = 0x10,
    QueueMax = 0x34,
    Status = 0x70,
    Config = 0x100,
  };

  explicit FakeDevice(drivers::Virtio::Kind kind) {
    current() = this;
    set(0, 0x74726976);
    set(4, 2);
    set(8, kind);
    set(DeviceFeatures, ~0u);
    set(QueueMax, 16);
  }
  ~FakeDevice() { current() = nullptr; }

  void set(unsigned at, uint32_t value) { memcpy(registers + at, &value, 4); }
  uint32_t get(unsigned at) const {
    uint32_t value;
    memcpy(&value, registers + at, 4);
    return value;
  }
  drivers::Virtio open() {
    drivers::Virtio result;
    isGood = result.openMemory(reinterpret_cast<uint64_t>(registers));
    return result;
  }

  /// What PCI says of it.
  void configure(unsigned at, uint32_t value) {
    memcpy(configuration + at, &value, 4);
  }
  uint32_t getConfiguration(unsigned at) const {
    uint32_t value;
    memcpy(&value, configuration + at, 4);
    return value;
  }
  static constexpr unsigned registersSize = 4096;
  uint64_t getRegisters() const {
    return reinterpret_cast<uint64_t>(registers);
  }

  /// Page \p index of those that the driver took.
  uint8_t *page(unsigned index) { return pages[index].get(); }
  struct Descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
  };
  /// A ring, by its page and its number of entries.
  struct Ring {
    uint8_t *page;
    unsigned size;
    Descriptor &descriptor(unsigned i) {
      return reinterpret_cast<Descriptor *>(page)[i];
    }
    uint16_t &offered() { return half(16 * size + 2); }
    uint16_t &offer(unsigned i) { return half(16 * size + 4 + 2 * (i % size)); }
    uint16_t &used() { return half(2048 + 2); }
    void use(uint32_t id, uint32_t length) {
      const uint32_t entry[2] = {id, length};
      memcpy(page + 2048 + 4 + 8 * (used() % size), entry, 8);
      ++used();
    }
    uint16_t &half(unsigned at) {
      return *reinterpret_cast<uint16_t *>(page + at);
    }
  };

  /// What it does when the driver waits.
  std::function<void()> work = [] {};
  bool isGood = false;
  uint64_t time = 0;

  static FakeDevice *&current() {
    static FakeDevice *device;
    return device;
  }
  void *allocate(unsigned count) {
    size_t size = count * size_t(4096);
    auto *memory = static_cast<uint8_t *>(aligned_alloc(4096, size));
    memset(memory, 0, size);
    pages.emplace_back(memory, free);
    return memory;
  }

private:
  alignas(4096) uint8_t registers[registersSize] = {};
  uint8_t configuration[256] = {};
  std::vector<std::unique_ptr<uint8_t, void (*)(void *)>> pages;
};

} // namespace flux

#endif // FLUX_UNITTESTS_DRIVERS_FAKEDEVICE_H
