//===- Drivers.cpp - the devices of this machine --------------------------===//
//
// Finds what a device tree lists, what is at the places of a virtual machine
// without lists, and what is on the PCI bus.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Drivers.h"
#include "runtime/drivers/Smbus.h"
#include "runtime/drivers/VirtioBlock.h"
#include "runtime/drivers/VirtioConsole.h"
#include "runtime/drivers/VirtioNet.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Lock.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Memory.h"
#include "runtime/kernel/Random.h"

namespace flux::drivers {

static constexpr unsigned maxBlockDevices = 4;
static constinit VirtioBlock blocks[maxBlockDevices];
static constinit unsigned numBlocks = 0;

static constinit VirtioNet card;
static constinit bool hasCard = false;

/// Used only if somebody wants it: a machine may have one for other things.
static constinit VirtioConsole console;
static constinit bool hasConsole = false, wantsConsole = false;

unsigned getBlockDeviceCount() { return numBlocks; }
BlockDevice &getBlockDevice(unsigned index) { return blocks[index]; }

net::NetDevice *getNetDevice() { return hasCard ? &card : nullptr; }

void stop() {
  for (unsigned i = 0; i != numBlocks; ++i)
    blocks[i].stop();
  if (hasCard)
    card.stop();
  if (hasConsole) {
    kernel::setConsoleLine(nullptr);
    console.stop();
  }
}

/// Asks a device once for bytes that nobody can predict.
static void takeEntropy(Virtio &device) {
  constexpr uint64_t patience = 1000000000;
  constexpr uint32_t bytes = 64;
  Queue queue;
  uint64_t features;
  if (!device.begin(0, features) || !device.makeQueue(0, 4, queue))
    return device.stop();
  queue.set(0, queue.getSmall(), bytes, Queue::DeviceWrites);
  device.run();
  uint32_t length = 0;
  Queue::Taken taken = device.exchange(queue, patience, length);
  device.stop();
  constexpr uint32_t enough = 32;
  if (taken == Queue::Taken::Buffer && length >= enough)
    kernel::addEntropy(queue.getSmall(), length);
}

static void start(Virtio &device) {
  using namespace kernel;
  switch (device.getKind()) {
  case Virtio::Block:
    if (numBlocks == maxBlockDevices || !blocks[numBlocks].open(device))
      break;
    log(Level::Info, "disk %u has %u sectors", numBlocks,
        blocks[numBlocks].numSectors);
    ++numBlocks;
    return;
  case Virtio::Network:
    if (hasCard)
      return;
    hasCard = card.open(device);
    if (hasCard)
      return;
    break;
  case Virtio::Random:
    return takeEntropy(device);
  case Virtio::Console:
    if (!wantsConsole || hasConsole)
      return;
    hasConsole = console.open(device);
    if (hasConsole)
      return setConsoleLine(&console);
    break;
  default:
    return; // nobody needs it
  }
  device.stop();
  log(Level::Warning, "a device does not work");
}

void init(const hal::BootInfo &info) {
  kernel::Guard guard;
  wantsConsole =
      kernel::lists(kernel::getOption(info.commandLine, "console"), "virtio");
  Virtio device;
  for (unsigned i = 0; i != info.numVirtio; ++i)
    if (device.openMemory(info.virtio[i]))
      start(device);
  PciBus bus;
  PciFunction function;
  if (PciBus::open(info))
    while (bus.next(function)) {
      if (device.openPci(function))
        start(device);
      openSmbus(function);
    }
  if (wantsConsole && !hasConsole)
    log(kernel::Level::Warning, "there is no console of virtio");
}

} // namespace flux::drivers
