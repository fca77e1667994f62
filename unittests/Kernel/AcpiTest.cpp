//===- AcpiTest.cpp - the tables of firmware ------------------------------===//

#include "runtime/hal/Acpi.h"
#include "gtest/gtest.h"
#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace flux;
using namespace flux::hal;

namespace {

/// Physical memory with tables in it.
constexpr uint64_t memoryBase = 0x10000;
std::string memory;

const uint8_t *accessMemory(uint64_t address, uint64_t size) {
  if (address < memoryBase || address - memoryBase > memory.size() ||
      size > memory.size() - (address - memoryBase))
    return nullptr;
  return reinterpret_cast<const uint8_t *>(memory.data()) + address -
         memoryBase;
}

template <class T>
void put(std::string &out, size_t at, T value) {
  memcpy(&out[at], &value, sizeof value);
}

void seal(std::string &table, size_t at, size_t size) {
  uint8_t sum = 0;
  table[at] = 0;
  for (size_t i = 0; i != size; ++i)
    sum = static_cast<uint8_t>(sum + table[i]);
  table[at] = static_cast<char>(-sum);
}

std::string makeTable(const char *name, std::string contents) {
  std::string table(36, '\0');
  memcpy(table.data(), name, 4);
  table += contents;
  put(table, 4, static_cast<uint32_t>(table.size()));
  seal(table, 9, table.size());
  return table;
}

uint64_t store(const std::string &bytes) {
  memory.resize((memory.size() + 15) & ~size_t(15));
  memory += bytes;
  return memoryBase + memory.size() - bytes.size();
}

/// The pointer to tables; old ones have addresses of 32 bits.
uint64_t makePointer(const std::vector<std::string> &tables, bool isWide) {
  memory.clear();
  std::string addresses;
  for (const std::string &table : tables) {
    uint64_t address = store(table);
    addresses.append(reinterpret_cast<char *>(&address), isWide ? 8 : 4);
  }
  uint64_t root = store(makeTable(isWide ? "XSDT" : "RSDT", addresses));
  std::string pointer(36, '\0');
  memcpy(pointer.data(), "RSD PTR ", 8);
  pointer[15] = isWide ? 2 : 0;
  put(pointer, 16, static_cast<uint32_t>(isWide ? 0 : root));
  put(pointer, 24, isWide ? root : 0);
  seal(pointer, 8, 20);
  return store(pointer);
}

/// Of a table "APIC": \p kind and its bytes behind the size.
std::string makeEntry(uint8_t kind, size_t size,
                      std::vector<std::pair<size_t, uint64_t>> values) {
  std::string entry(size, '\0');
  entry[0] = static_cast<char>(kind);
  entry[1] = static_cast<char>(size);
  for (auto [at, value] : values)
    memcpy(&entry[at], &value, std::min<size_t>(8, size - at));
  return entry;
}

std::string makeArmInterrupts() {
  std::string entries(8, '\0');
  for (uint64_t id : {0, 1, 0x100})
    entries += makeEntry(11, 80, {{12, 1}, {32, 0x8010000}, {68, id}});
  entries += makeEntry(11, 80, {{12, 0}, {68, 7}}); // not enabled
  entries += makeEntry(12, 24, {{8, 0x8000000}, {20, 3}});
  entries += makeEntry(14, 16, {{4, 0x80A0000}, {12, 0xF60000}});
  return makeTable("APIC", entries);
}

std::vector<std::string> makeArmTables() {
  std::string facp(276 - 36, '\0'), spcr(80 - 36, '\0'), mcfg(60 - 36, '\0');
  put<uint16_t>(facp, 129 - 36, 3);
  spcr[0] = 3;
  put<uint64_t>(spcr, 44 - 36, 0x9000000);
  put<uint64_t>(mcfg, 44 - 36, 0x4010000000);
  mcfg[55 - 36] = static_cast<char>(255);
  return {makeTable("FACP", facp), makeTable("DSDT", "code"),
          makeArmInterrupts(), makeTable("SPCR", spcr),
          makeTable("MCFG", mcfg)};
}

} // namespace

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
