//===- TestTables.h - tables of ACPI made for tests ------------*- C++ -*-===//
#ifndef FLUX_UNITTESTS_KERNEL_TESTTABLES_H
#define FLUX_UNITTESTS_KERNEL_TESTTABLES_H

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace flux::acpi {

/// Physical memory with tables in it.
constexpr uint64_t memoryBase = 0x10000;
inline std::string memory;

inline const uint8_t *accessMemory(uint64_t address, uint64_t size) {
  if (address < memoryBase || address - memoryBase > memory.size() ||
      size > memory.size() - (address - memoryBase))
    return nullptr;
  return reinterpret_cast<const uint8_t *>(memory.data()) + address -
         memoryBase;
}

template <class T>
inline void put(std::string &out, size_t at, T value) {
  memcpy(&out[at], &value, sizeof value);
}

inline void seal(std::string &table, size_t at, size_t size) {
  uint8_t sum = 0;
  table[at] = 0;
  for (size_t i = 0; i != size; ++i)
    sum = static_cast<uint8_t>(sum + table[i]);
  table[at] = static_cast<char>(-sum);
}

inline std::string makeTable(const char *name, std::string contents) {
  std::string table(36, '\0');
  memcpy(table.data(), name, 4);
  table += contents;
  put(table, 4, static_cast<uint32_t>(table.size()));
  seal(table, 9, table.size());
  return table;
}

inline uint64_t store(const std::string &bytes) {
  memory.resize((memory.size() + 15) & ~size_t(15));
  memory += bytes;
  return memoryBase + memory.size() - bytes.size();
}

/// The pointer to tables; old ones have addresses of 32 bits.
inline uint64_t makePointer(const std::vector<std::string> &tables,
                            bool isWide) {
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
inline std::string makeEntry(uint8_t kind, size_t size,
                             std::vector<std::pair<size_t, uint64_t>> values) {
  std::string entry(size, '\0');
  entry[0] = static_cast<char>(kind);
  entry[1] = static_cast<char>(size);
  for (auto [at, value] : values)
    memcpy(&entry[at], &value, std::min<size_t>(8, size - at));
  return entry;
}

inline std::string makeArmInterrupts() {
  std::string entries(8, '\0');
  for (uint64_t id : {0, 1, 0x100})
    entries += makeEntry(11, 80, {{12, 1}, {32, 0x8010000}, {68, id}});
  entries += makeEntry(11, 80, {{12, 0}, {68, 7}}); // not enabled
  entries += makeEntry(12, 24, {{8, 0x8000000}, {20, 3}});
  entries += makeEntry(14, 16, {{4, 0x80A0000}, {12, 0xF60000}});
  return makeTable("APIC", entries);
}

inline std::vector<std::string> makeArmTables() {
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

} // namespace flux::acpi

#endif // FLUX_UNITTESTS_KERNEL_TESTTABLES_H
