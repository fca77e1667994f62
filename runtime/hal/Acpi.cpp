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

/// The number of \p size bytes at \p at, which may be any place.
[[gnu::noinline]] static uint64_t load(Bytes bytes, uint64_t at,
                                       unsigned size) {
  uint64_t value = 0;
  while (size-- != 0)
    value = value << 8 | bytes.data[at + size];
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
  uint64_t size = load(header, 4, 4);
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
  bool wide = start.data[15] >= 2 && load(start, 24, 8) != 0;
  Bytes table = getTable(wide ? load(start, 24, 8) : load(start, 16, 4));
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
    uint64_t address = load(root, at, step);
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
    uint8_t kind = table.data[at], size = table.data[at + 1];
    if (size < 2 || at + size > table.size)
      break;
    if (kind == LocalApic && size >= 8 && (load(table, at + 4, 4) & enabled))
      addCpu(table.data[at + 3]);
    if (kind == GicInterface && size >= 76 &&
        (load(table, at + 12, 4) & enabled)) {
      addCpu(load(table, at + 68, 8) & affinityMask);
      if (devices.gicVersion != 3)
        devices.interface = {load(table, at + 32, 8), interfaceSize};
    }
    if (kind == Distributor && size >= 24) {
      devices.distributor = {load(table, at + 8, 8), distributorSize};
      uint8_t version = table.data[at + 20];
      if (devices.gicVersion == 0)
        devices.gicVersion = version >= 3 ? 3 : 2;
    }
    if (kind == Redistributors && size >= 16) {
      devices.interface = {load(table, at + 4, 8), load(table, at + 12, 4)};
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
  if (table.size < 52 || table.data[40] != inMemory)
    return;
  uint8_t kind = table.data[36];
  uint64_t base = load(table, 44, 8);
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
      uint64_t arm = load(table, 129, 2);
      if (arm & hasPsci)
        devices.psci = arm & byHypervisor ? Devices::Conduit::Hypervisor
                                          : Devices::Conduit::Monitor;
    }
    // One segment of buses is enough.
    if (is("MCFG") && table.size >= 60) {
      uint8_t firstBus = table.data[54], lastBus = table.data[55];
      if (firstBus == 0)
        info.pci = {load(table, 44, 8), (uint64_t(lastBus) + 1) << 20};
    }
  }
}

} // namespace flux::hal
