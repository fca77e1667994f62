//===- AcpiTest.cpp - the tables of firmware ------------------------------===//

#include "runtime/hal/Acpi.h"
#include "TestTables.h"
#include "gtest/gtest.h"
#include <random>

using namespace flux;
using namespace flux::acpi;
using namespace flux::hal;

TEST(Acpi, TellsOfAnArmMachine) {
  BootInfo info;
  Devices devices;
  readAcpi(accessMemory, makePointer(makeArmTables(), true), info, devices);
  EXPECT_EQ(info.numCpus, 3u);
  EXPECT_EQ(info.cpuIds[2], 0x100u);
  EXPECT_EQ(devices.gicVersion, 3);
  EXPECT_EQ(devices.distributor.base, 0x8000000u);
  EXPECT_EQ(devices.interface.base, 0x80A0000u);
  EXPECT_EQ(devices.interface.size, 0xF60000u);
  EXPECT_EQ(devices.uart.kind, Uart::Pl011);
  EXPECT_EQ(devices.uart.base, 0x9000000u);
  EXPECT_EQ(devices.psci, Devices::Conduit::Hypervisor);
  EXPECT_EQ(info.pci.base, 0x4010000000u);
  EXPECT_EQ(info.pci.size, 256u << 20);
}

TEST(Acpi, TellsOfThePCsProcessors) {
  std::string entries(8, '\0');
  for (uint64_t id : {0, 2, 5})
    entries += makeEntry(0, 8, {{3, id | 1 << 8}});
  entries += makeEntry(0, 8, {{3, 9}}); // not enabled
  for (bool isWide : {false, true}) {
    BootInfo info;
    Devices devices;
    readAcpi(accessMemory, makePointer({makeTable("APIC", entries)}, isWide),
             info, devices);
    EXPECT_EQ(info.numCpus, 3u);
    EXPECT_EQ(info.cpuIds[2], 5u);
    EXPECT_EQ(devices.gicVersion, 0);
  }
}

TEST(Acpi, WrongSumsAreNotBelieved) {
  std::vector<std::string> tables = makeArmTables();
  for (std::string &table : tables)
    table.back() ^= 1;
  BootInfo info;
  Devices devices;
  readAcpi(accessMemory, makePointer(tables, true), info, devices);
  EXPECT_EQ(info.numCpus, 1u);
  EXPECT_EQ(devices.uart.kind, Uart::None);
  EXPECT_EQ(info.pci.size, 0u);
}

// Sanitizers tell if anything outside is read.
TEST(Acpi, NoDamageReachesOutside) {
  std::mt19937 random(5);
  for (unsigned n = 0; n != 3000; ++n) {
    std::vector<std::string> tables = makeArmTables();
    bool isSealed = n % 2;
    std::string &table = tables[random() % tables.size()];
    for (unsigned i = 0, count = 1 + random() % 4; i != count; ++i)
      table[random() % table.size()] = static_cast<char>(random());
    if (isSealed)
      seal(table, 9, table.size());
    uint64_t pointer = makePointer(tables, n % 3);
    if (n % 5 == 0)
      memory[random() % memory.size()] = static_cast<char>(random());
    if (n % 7 == 0)
      memory.resize(random() % memory.size());
    BootInfo info;
    Devices devices;
    readAcpi(accessMemory, pointer, info, devices);
    EXPECT_LE(info.numCpus, maxCpus);
    EXPECT_GE(info.numCpus, 1u);
  }
  // A table that lists itself, and one that is the list.
  uint64_t pointer = makePointer({makeArmInterrupts()}, true);
  uint64_t root;
  memcpy(&root, accessMemory(pointer + 24, 8), 8);
  put(memory, root - memoryBase + 36, root);
  BootInfo info;
  Devices devices;
  readAcpi(accessMemory, pointer, info, devices);
  EXPECT_EQ(info.numCpus, 1u);
  readAcpi(accessMemory, 0, info, devices);
  readAcpi(accessMemory, ~uint64_t(0), info, devices);
}
