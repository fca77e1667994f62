//===- Pci.cpp - devices of a PCI bus -------------------------------------===//
//
// PCs reach the configuration of devices by two ports; other machines have it
// in memory, and firmware there leaves it to the kernel to give registers
// their addresses.  What a device says is not trusted: its registers must lie
// where no memory is, with a size that makes sense.  Only the first bus is
// looked at: machines have the devices that matter there.
//
//===----------------------------------------------------------------------===//

#include "runtime/drivers/Pci.h"
#include "runtime/hal/Internal.h"
#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Memory.h"
#if defined(__x86_64__)
#include "runtime/hal/x86_64/Instructions.h"
#endif

namespace flux::drivers {

/// What registers can still get.
static constinit hal::MemoryRange room;

uint64_t mapRegisters(uint64_t physical, uint64_t size) {
  static constinit kernel::MappingList mappings;
  static constinit kernel::Account account;
  uint64_t offset = physical % hal::pageSize;
  if (size == 0 || physical + size < physical ||
      kernel::getBootInfo().hasMemory(physical, size))
    return 0;
  // Into the kernel's window: firmware likes addresses that user mode has.
  const kernel::Mapping *mapping =
      kernel::mapDevice(mappings, account, 0, physical - offset, offset + size);
  return mapping != nullptr ? mapping->base + offset : 0;
}

#if defined(__x86_64__)

static constexpr uint16_t addressPort = 0xCF8, dataPort = 0xCFC;

/// The ports take the number of a word of 256 bytes, of 4096 elsewhere.
static void choose(uint32_t address) {
  hal::outLong(addressPort, 1u << 31 | (address >> 12) << 8 | (address & 0xFC));
}
uint32_t PciFunction::read(unsigned offset) const {
  choose(address + offset);
  return hal::inLong(dataPort);
}
void PciFunction::write(unsigned offset, uint32_t value) const {
  choose(address + offset);
  hal::outLong(dataPort, value);
}

bool PciBus::open(const hal::BootInfo &) { return true; }

#else

static constexpr uint64_t busSize = 1 << 20;
static constinit uint64_t configuration = 0;

uint32_t PciFunction::read(unsigned offset) const {
  return hal::readRegister<uint32_t>(configuration + address + offset);
}
void PciFunction::write(unsigned offset, uint32_t value) const {
  hal::writeRegister(configuration + address + offset, value);
}

bool PciBus::open(const hal::BootInfo &info) {
  room = info.pciMemory;
  if (info.pci.size >= busSize)
    configuration = mapRegisters(info.pci.base, busSize);
  return configuration != 0;
}

#endif

static bool exists(const PciFunction &function) {
  return (function.read(0) & 0xFFFF) != 0xFFFF;
}

bool PciBus::next(PciFunction &function) {
  while (number != 256) {
    function.address = number << 12;
    bool found = exists(function);
    // Most devices have one function, and many answer for all eight.
    bool hasMore =
        number % 8 != 0 || (found && (function.read(0x0C) & 1 << 23));
    number += hasMore ? 1 : 8;
    if (found)
      return true;
  }
  return false;
}

/// A place for registers; 0 if there is no room.
static uint64_t takeRoom(uint64_t size) {
  uint64_t skipped = -room.base & (size - 1);
  if (skipped > room.size || size > room.size - skipped)
    return 0;
  uint64_t base = room.base + skipped;
  room = {base + size, room.size - skipped - size};
  return base;
}

bool PciFunction::getRegisters(unsigned number, hal::MemoryRange &range) const {
  enum : uint32_t { Memory = 2, Master = 4 };
  constexpr unsigned commandAt = 4, count = 6;
  constexpr uint64_t largest = uint64_t(1) << 40;
  unsigned at = 0x10 + 4 * number;
  if (number >= count)
    return false;
  uint32_t low = read(at);
  bool isWide = (low & 6) == 4;
  if ((low & 1) || (isWide && number == count - 1))
    return false;
  // While its size is asked for it must not answer.
  uint32_t command = read(commandAt) & 0xFFFF;
  write(commandAt, command & ~Memory);
  uint32_t high = isWide ? read(at + 4) : 0, highMask = ~0u;
  write(at, ~0u);
  uint32_t lowMask = read(at) & ~15u;
  if (isWide) {
    write(at + 4, ~0u);
    highMask = read(at + 4);
  }
  range.size = -(uint64_t(highMask) << 32 | lowMask);
  range.base = uint64_t(high) << 32 | (low & ~15u);
  bool good = range.size != 0 && range.size <= largest &&
              (range.size & (range.size - 1)) == 0;
  if (good && range.base == 0)
    range.base = takeRoom(range.size);
  write(at, static_cast<uint32_t>(range.base));
  if (isWide)
    write(at + 4, static_cast<uint32_t>(range.base >> 32));
  good = good && range.base != 0;
  write(commandAt, good ? command | Memory | Master : command);
  return good;
}

} // namespace flux::drivers
