//===- Acpi.cpp - processors from the tables of firmware ------------------===//
//
// Only tables are read, no code of theirs is executed.  They are not trusted:
// whatever they say, only addresses below 4 GiB are read, and each step has a
// bound.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/x86_64/Acpi.h"

namespace flux::hal {

template <class T>
static T load(uint64_t address) {
  T value;
  __builtin_memcpy(&value, reinterpret_cast<const void *>(address), sizeof(T));
  return value;
}

/// What the start tables of the kernel map.
static bool isReadable(uint64_t address, uint64_t size) {
  constexpr uint64_t end = uint64_t(1) << 32;
  return address >= 4096 && address < end && size <= end - address;
}

static bool hasName(uint64_t address, const char *name, unsigned length) {
  return __builtin_memcmp(reinterpret_cast<const void *>(address), name,
                          length) == 0;
}

static uint64_t findPointer() {
  for (uint64_t at = 0xE0000; at != 0x100000; at += 16)
    if (hasName(at, "RSD PTR ", 8))
      return at;
  return 0;
}

/// The processors of a table "APIC".
static void readProcessors(uint64_t table, uint32_t length, BootInfo &info) {
  info.numCpus = 0;
  for (uint64_t at = table + 44; at + 2 <= table + length;) {
    uint8_t kind = load<uint8_t>(at), size = load<uint8_t>(at + 1);
    if (size < 2 || at + size > table + length)
      break;
    constexpr uint32_t enabled = 1;
    if (kind == 0 && size >= 8 && (load<uint32_t>(at + 4) & enabled))
      info.addCpu(load<uint8_t>(at + 3));
    at += size;
  }
  if (info.numCpus == 0)
    info.numCpus = 1;
}

void readAcpi(uint64_t pointer, BootInfo &info) {
  if (pointer == 0)
    pointer = findPointer();
  if (pointer == 0 || !isReadable(pointer, 36))
    return;
  bool wide = load<uint8_t>(pointer + 15) >= 2 && load<uint64_t>(pointer + 24);
  uint64_t root =
      wide ? load<uint64_t>(pointer + 24) : load<uint32_t>(pointer + 16);
  constexpr uint32_t headerSize = 36, maxLength = 1 << 20;
  if (!isReadable(root, headerSize))
    return;
  uint32_t length = load<uint32_t>(root + 4);
  if (length > maxLength || !isReadable(root, length))
    return;
  unsigned step = wide ? 8 : 4;
  for (uint64_t at = root + headerSize; at + step <= root + length;
       at += step) {
    uint64_t table = wide ? load<uint64_t>(at) : load<uint32_t>(at);
    if (!isReadable(table, headerSize))
      continue;
    uint32_t size = load<uint32_t>(table + 4);
    if (size <= maxLength && isReadable(table, size) &&
        hasName(table, "APIC", 4))
      readProcessors(table, size, info);
  }
}

} // namespace flux::hal
