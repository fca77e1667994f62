//===- Acpi.cpp - processors and devices from the tables of firmware ------===//
//
// Only tables are read, no code of theirs is executed.  They are not trusted:
// whatever they say, only memory that there is is read, sums must be right, and
// each step has a bound.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/Acpi.h"

namespace flux::hal {

static constexpr uint64_t headerSize = 36;

template <class T>
static T load(Bytes bytes, uint64_t at) {
  T value;
  __builtin_memcpy(&value, bytes.data + at, sizeof(T));
  return value;
}

static bool hasName(Bytes bytes, const char *name, unsigned length) {
  return __builtin_memcmp(bytes.data, name, length) == 0;
}

static bool hasGoodSum(Bytes bytes) {
  uint8_t sum = 0;
  for (uint64_t i = 0; i != bytes.size; ++i)
    sum = static_cast<uint8_t>(sum + bytes.data[i]);
  return sum == 0;
}

Bytes AcpiTables::getTable(uint64_t address) const {
  constexpr uint32_t maxLength = 1 << 20;
  Bytes header = {access(address, headerSize), headerSize};
  if (header.data == nullptr)
    return {};
  uint32_t size = load<uint32_t>(header, 4);
  if (size < headerSize || size > maxLength)
    return {};
  const uint8_t *table = access(address, size);
  return {table, table != nullptr ? size : 0};
}

AcpiTables::AcpiTables(AcpiAccess access, uint64_t pointer) : access(access) {
  constexpr uint64_t pointerSize = 36, oldPointerSize = 20;
  Bytes start = {access(pointer, pointerSize), pointerSize};
  if (start.data == nullptr || !hasName(start, "RSD PTR ", 8) ||
      !hasGoodSum({start.data, oldPointerSize}))
    return;
  bool wide = load<uint8_t>(start, 15) >= 2 && load<uint64_t>(start, 24) != 0;
  Bytes table =
      getTable(wide ? load<uint64_t>(start, 24) : load<uint32_t>(start, 16));
  if (table.size == 0 || !hasName(table, wide ? "XSDT" : "RSDT", 4) ||
      !hasGoodSum(table))
    return;
  root = table;
  at = headerSize;
  step = wide ? 8 : 4;
}

bool AcpiTables::next(Bytes &table) {
  // More than firmware has.
  constexpr uint64_t maxTables = 256;
  while (root.size != 0 && at + step <= root.size &&
         at < headerSize + maxTables * step) {
    uint64_t address =
        step == 8 ? load<uint64_t>(root, at) : load<uint32_t>(root, at);
    at += step;
    table = getTable(address);
    if (table.size != 0)
      return true;
  }
  return false;
}

//===--- the tables -------------------------------------------------------===//

/// Table "APIC": processors, and on ARM the interrupt controller.
static void readInterrupts(Bytes table, BootInfo &info, Devices &devices) {
  enum Kind : uint8_t {
    LocalApic,
    GicInterface = 11,
    Distributor,
    Redistributors = 14
  };
  constexpr uint64_t first = 44, affinityMask = 0xFF00FFFFFF;
  constexpr uint64_t interfaceSize = 0x2000, distributorSize = 0x10000;
  constexpr uint32_t enabled = 1;
  unsigned found = 0;
  auto addCpu = [&](uint64_t id) {
    if (found++ == 0)
      info.numCpus = 0;
    info.addCpu(id);
  };
  for (uint64_t at = first; at + 2 <= table.size;) {
    uint8_t kind = load<uint8_t>(table, at),
            size = load<uint8_t>(table, at + 1);
    if (size < 2 || at + size > table.size)
      break;
    if (kind == LocalApic && size >= 8 &&
        (load<uint32_t>(table, at + 4) & enabled))
      addCpu(load<uint8_t>(table, at + 3));
    if (kind == GicInterface && size >= 76 &&
        (load<uint32_t>(table, at + 12) & enabled)) {
      addCpu(load<uint64_t>(table, at + 68) & affinityMask);
      if (devices.gicVersion != 3)
        devices.interface = {load<uint64_t>(table, at + 32), interfaceSize};
    }
    if (kind == Distributor && size >= 24) {
      devices.distributor = {load<uint64_t>(table, at + 8), distributorSize};
      uint8_t version = load<uint8_t>(table, at + 20);
      if (devices.gicVersion == 0)
        devices.gicVersion = version >= 3 ? 3 : 2;
    }
    if (kind == Redistributors && size >= 16) {
      devices.interface = {load<uint64_t>(table, at + 4),
                           load<uint32_t>(table, at + 12)};
      devices.gicVersion = 3;
    }
    at += size;
  }
  if (devices.distributor.base == 0 || devices.interface.base == 0)
    devices.gicVersion = 0;
}

/// Table "SPCR": the serial port that is the console.
static void readConsole(Bytes table, Devices &devices) {
  enum Kind : uint8_t { Full16550, Dbgp16550, Pl011 = 3, Sbsa = 14 };
  constexpr uint8_t inMemory = 0;
  if (table.size < 52 || load<uint8_t>(table, 40) != inMemory)
    return;
  uint8_t kind = load<uint8_t>(table, 36);
  uint64_t base = load<uint64_t>(table, 44);
  if (kind == Pl011 || kind == Sbsa)
    devices.uart = {Uart::Pl011, base, 0};
  else if (kind == Full16550 || kind == Dbgp16550)
    devices.uart = {Uart::Ns16550, base, 0};
}

void readAcpi(AcpiAccess access, uint64_t pointer, BootInfo &info,
              Devices &devices) {
  AcpiTables tables(access, pointer);
  for (Bytes table; tables.next(table);) {
    auto is = [&](const char *name) {
      return hasName(table, name, 4) && hasGoodSum(table);
    };
    if (is("APIC"))
      readInterrupts(table, info, devices);
    else if (is("SPCR"))
      readConsole(table, devices);
    if (is("FACP") && table.size >= 131) {
      constexpr uint16_t hasPsci = 1, byHypervisor = 2;
      uint16_t arm = load<uint16_t>(table, 129);
      if (arm & hasPsci)
        devices.psci = arm & byHypervisor ? Devices::Conduit::Hypervisor
                                          : Devices::Conduit::Monitor;
    }
    // One segment of buses is enough.
    if (is("MCFG") && table.size >= 60) {
      uint8_t firstBus = load<uint8_t>(table, 54),
              lastBus = load<uint8_t>(table, 55);
      if (firstBus == 0)
        info.pci = {load<uint64_t>(table, 44), (uint64_t(lastBus) + 1) << 20};
    }
  }
}

} // namespace flux::hal
