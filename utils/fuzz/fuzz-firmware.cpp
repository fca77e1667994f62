//===- fuzz-firmware.cpp - what machines and disks say of themselves ------===//
//
// Device trees, tables of ACPI, of the parts of a disk and of a FAT, and the
// record of the kernel before: each is any bytes, or a good one of which some
// bytes are others, with right sums if it has any.  Readers must read nothing
// outside, and come to an end.
//
//===----------------------------------------------------------------------===//

#include "lib/Image/Fat.h"
#include "runtime/boot/Handover.h"
#include "runtime/hal/Acpi.h"
#include "unittests/Kernel/TestDisk.h"
#include "unittests/Kernel/TestTables.h"
#include "unittests/Kernel/TestTree.h"
#include <algorithm>
#include <cstdlib>
#include <memory>

using namespace flux;
using namespace flux::hal;

namespace flux::hal {
const char *keepCommandLine(const char *text) { return text; }
} // namespace flux::hal

namespace {

/// The input: what it says of the form, and changes of something good.
class Changes {
public:
  Changes(const uint8_t *data, size_t size) : data(data), size(size) {}

  uint8_t takeByte() {
    if (size == 0)
      return 0;
    --size;
    return *data++;
  }
  /// \p good with other bytes at some places, or instead any bytes.
  std::string apply(std::string good, bool isAny) {
    if (isAny) {
      std::string all(reinterpret_cast<const char *>(data), size);
      size = 0;
      return all;
    }
    while (size >= 3) {
      size_t at = takeByte();
      at |= size_t(takeByte()) << 8;
      good[at % good.size()] = static_cast<char>(takeByte());
    }
    return good;
  }

private:
  const uint8_t *data;
  size_t size;
};

void check(const BootInfo &info) {
  if (info.numCpus == 0 || info.numCpus > maxCpus)
    std::abort();
  for (unsigned i = 0; i != info.numMemory; ++i)
    if (info.memory[i].size == 0 || info.memory[i].base % pageSize != 0 ||
        info.memory[i].base + info.memory[i].size < info.memory[i].base)
      std::abort();
}

void readTree(Changes changes, bool isAny) {
  static const std::string good = makeTree();
  std::string tree = changes.apply(good, isAny);
  // What a loader gives has the size that it tells.
  if (tree.size() < 40)
    return;
  for (unsigned i = 0; i != 4; ++i)
    tree[4 + i] = static_cast<char>(tree.size() >> 8 * (3 - i));
  auto exact = std::make_unique<char[]>(tree.size());
  std::copy(tree.begin(), tree.end(), exact.get());
  auto info = std::make_unique<BootInfo>();
  auto devices = std::make_unique<Devices>();
  readDeviceTree(exact.get(), *info, *devices);
  check(*info);
}

void readTables(Changes changes, bool isAny) {
  std::vector<std::string> tables = acpi::makeArmTables();
  bool isWide = changes.takeByte() & 1;
  std::string &one = tables[changes.takeByte() % tables.size()];
  one = changes.apply(one, isAny);
  if (one.size() >= 36)
    acpi::seal(one, 9, one.size());
  uint64_t pointer = acpi::makePointer(tables, isWide);
  auto info = std::make_unique<BootInfo>();
  auto devices = std::make_unique<Devices>();
  readAcpi(acpi::accessMemory, pointer, *info, *devices);
  check(*info);
  // The memory as a whole, without right sums behind the pointer.
  acpi::memory = changes.apply(acpi::memory, false);
  readAcpi(acpi::accessMemory, pointer, *info, *devices);
  check(*info);
}

void sealGpt(FaultyDisk &disk) {
  slots::GptHeader header;
  memcpy(&header, sectorOf(disk, 1), slots::gptHeaderSize);
  uint64_t size = uint64_t(header.numEntries) * sizeof(slots::GptEntry);
  if (header.entries < disk.numSectors &&
      size <= (disk.numSectors - header.entries) * 512)
    header.entriesCrc = crc32(sectorOf(disk, header.entries), size);
  header.headerCrc = 0;
  header.headerCrc = crc32(&header, slots::gptHeaderSize);
  memcpy(sectorOf(disk, 1), &header, slots::gptHeaderSize);
}

void readParts(Changes changes, bool isAny) {
  constexpr uint64_t sectors = 40;
  FaultyDisk disk(sectors);
  writeTestGpt(disk, {{"first", 2}, {"second", 3}}, 2);
  bool isSealed = changes.takeByte() & 1;
  std::string bytes = changes.apply(disk.bytes.substr(512, 3 * 512), isAny);
  bytes.resize(std::min<size_t>(bytes.size(), (sectors - 1) * 512));
  std::copy(bytes.begin(), bytes.end(), disk.bytes.begin() + 512);
  if (isSealed)
    sealGpt(disk);
  slots::Gpt gpt;
  if (gpt.open(disk) != nullptr)
    return;
  slots::GptEntry entry;
  for (unsigned i = 0; i != gpt.getCount(); ++i)
    if (gpt.getEntry(i, entry) &&
        (entry.last >= sectors || entry.first > entry.last))
      std::abort();
  slots::Partition part;
  if (!gpt.find("second", part))
    return;
  std::string buffer(part.numSectors * 512, '\0');
  if (part.first + part.numSectors > sectors ||
      !part.read(0, buffer.data(), part.numSectors) ||
      part.read(part.numSectors, buffer.data(), 1))
    std::abort();
}

void readFiles(Changes changes, bool isAny) {
  static const std::string good = [] {
    const std::vector<char> text(3000, 'x');
    const FatFile files[] = {
        {"EFI/BOOT/BOOTX64.EFI", text},
        {"FLUX/ONE.IMG", llvm::ArrayRef(text).take_front()}};
    llvm::SmallVector<char, 0> out;
    writeFat(files, 4400, out);
    return std::string(out.begin(), out.end());
  }();
  // Only where something is; the files lie behind the tables and the root.
  std::string fat = good;
  size_t tables = (1 + 2 * 18 + 32) * 512;
  constexpr size_t looked = 512, table = 32, rest = 1024;
  std::string parts = good.substr(0, looked) + good.substr(512, table) +
                      good.substr(37 * 512, 96) + good.substr(tables, rest);
  parts = changes.apply(parts, isAny);
  parts.resize(looked + table + 96 + rest);
  fat.replace(0, looked, parts, 0, looked);
  fat.replace(512, table, parts, looked, table);
  fat.replace(37 * 512, 96, parts, looked + table, 96);
  fat.replace(tables, rest, parts, looked + table + 96, rest);
  llvm::SmallVector<char, 0> out;
  for (const char *path : {"EFI/BOOT/BOOTX64.EFI", "FLUX/ONE.IMG", "EFI"})
    readFat({fat.data(), fat.size()}, path, out);
}

void readRecord(Changes changes, bool isAny) {
  alignas(16) static uint8_t place[slots::Handover::maxSize];
  slots::HandoverWriter writer(place);
  writer.add(slots::Handover::Kind::Memory, "0123456789abcdef", 16);
  writer.add(slots::Handover::Kind::CommandLine, "log=debug", 10);
  const slots::StartedSlot slot = {};
  writer.add(slots::Handover::Kind::Slot, &slot, sizeof slot);
  std::string good(reinterpret_cast<char *>(place), writer.getRecord().size);
  std::string record = changes.apply(good, isAny);
  record.resize(std::min(record.size(), sizeof place));
  std::copy(record.begin(), record.end(), place);
  const auto *found = slots::Handover::recognize(place);
  for (uint32_t kind = 1; found != nullptr && kind != 6; ++kind) {
    Bytes part = found->find(static_cast<slots::Handover::Kind>(kind));
    if (part.data != nullptr && part.data + part.size > place + found->size)
      std::abort();
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Changes changes(data, size);
  uint8_t form = changes.takeByte();
  static void (*const readers[])(Changes, bool) = {
      readTree, readTables, readParts, readFiles, readRecord};
  readers[form % std::size(readers)](changes, form >> 7 & 1);
  return 0;
}
