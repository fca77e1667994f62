//===- DiskImage.cpp - disks with slots -----------------------------------===//
//
// One disk boots on all machines that it was made for: firmware finds a stage 0
// for each in the file system that it knows, and that one starts an image from
// a slot.
//
//===----------------------------------------------------------------------===//

#include "DiskImage.h"
#include "Fat.h"
#include "Inspection.h"
#include "runtime/base/Crc32.h"
#include "runtime/base/Sha256.h"
#include "runtime/crypto/Ed25519.h"
#include "runtime/kernel/Archive.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <unistd.h>

using namespace flux;
using namespace flux::slots;
using llvm::SmallVector;
using llvm::SmallVectorImpl;
using llvm::StringRef;

static constexpr uint64_t sectorSize = BlockDevice::sectorSize,
                          sectorsPerMiB = 2048;
static constexpr char espName[] = "EFI", storeName[] = "flux-store";
/// The archive of a stage 0 has this file.
static constexpr llvm::StringLiteral policyName = "flux/boot";

//===----------------------------------------------------------------------===//
// Stage 0
//===----------------------------------------------------------------------===//

namespace {

struct Stage0Path {
  StringRef target;
  ImageFormat format;
  const char *path;
};

} // namespace

/// EFI knows its names; emulators are given the others.
static const Stage0Path stage0Paths[] = {
    {"arm64", ImageFormat::Kernel, "EFI/BOOT/BOOTAA64.EFI"},
    {"riscv64", ImageFormat::Kernel, "FLUX/RISCV64.IMG"},
    {"x86_64", ImageFormat::Efi, "EFI/BOOT/BOOTX64.EFI"},
    {"x86_64", ImageFormat::Kernel, "FLUX/X86_64.ELF"},
};

static Policy makePolicy(const KernelTarget &target,
                         const SlotOptions &options) {
  Policy policy;
  policy.machine = target.machine;
  if (options.secret) {
    policy.hasKey = 1;
    ed25519::makePublicKey(options.secret->data(), policy.key);
  }
  options.board.copy(policy.board, sizeof policy.board);
  return policy;
}

static bool readPolicy(llvm::ArrayRef<char> stage0, Policy &policy) {
  kernel::Archive archive;
  if (!openArchive(stage0, archive))
    return false;
  Bytes file = archive.find({policyName.bytes_begin(), policyName.size()});
  if (file.size != sizeof policy)
    return false;
  memcpy(&policy, file.data, sizeof policy);
  return policy.version == Policy().version;
}

//===----------------------------------------------------------------------===//
// Making a disk
//===----------------------------------------------------------------------===//

namespace {

struct PartPlan {
  const char *name;
  uint64_t sectors;
  llvm::ArrayRef<char> contents;
};

/// Both tables of a GPT, and what is before them, around parts in a row.
class DiskWriter {
public:
  explicit DiskWriter(SmallVectorImpl<char> &out) : out(out) {}

  void write(llvm::ArrayRef<PartPlan> parts) {
    uint64_t next = sectorsPerMiB;
    Sha256 hash;
    for (auto [index, part] : llvm::enumerate(parts)) {
      GptEntry &entry = entries[index];
      entry.type = index == 0 ? espType : fluxType;
      entry.first = next;
      entry.last = next + part.sectors - 1;
      next += part.sectors;
      for (size_t i = 0; part.name[i] != '\0'; ++i)
        entry.name[i] = static_cast<char16_t>(part.name[i]);
      hash.add(part.contents.data(), part.contents.size());
    }
    // Numbers for the disk and its parts that others do not have, and that are
    // the same for the same contents.
    uint8_t sum[Sha256::size];
    hash.finish(sum);
    Guid disk = makeGuid(sum, 0);
    for (size_t i = 0; i != parts.size(); ++i)
      entries[i].self = makeGuid(sum, static_cast<uint8_t>(i + 1));
    total = llvm::alignTo(next + tableSectors + 1, sectorsPerMiB);
    out.assign(total * sectorSize, 0);
    for (auto [index, part] : llvm::enumerate(parts))
      put(entries[index].first, part.contents.data(), part.contents.size());
    writeProtectiveRecord();
    writeTable(disk, 1, total - 1, 2);
    writeTable(disk, total - 1, 1, total - 1 - tableSectors);
  }

private:
  static constexpr unsigned numEntries = 128;
  static constexpr uint64_t tableSectors =
      numEntries * sizeof(GptEntry) / sectorSize;
  static constexpr Guid espType = {{0x28, 0x73, 0x2A, 0xC1, 0x1F, 0xF8, 0xD2,
                                    0x11, 0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E,
                                    0xC9, 0x3B}},
                        fluxType = {{0x5C, 0x3F, 0x71, 0x9E, 0x60, 0x1D, 0x48,
                                     0x4B, 0x8A, 0x27, 'F', 'L', 'U', 'X', 'O',
                                     'S'}};

  static Guid makeGuid(const uint8_t *sum, uint8_t number) {
    uint8_t part[Sha256::size];
    Sha256 hash;
    hash.add(sum, Sha256::size);
    hash.add(&number, 1);
    hash.finish(part);
    Guid guid;
    std::copy_n(part, sizeof guid.bytes, guid.bytes);
    guid.bytes[7] = (guid.bytes[7] & 0x0F) | 0x80; // made by a rule of its own
    guid.bytes[8] = (guid.bytes[8] & 0x3F) | 0x80;
    return guid;
  }

  void put(uint64_t sector, const void *bytes, size_t size) {
    std::copy_n(static_cast<const char *>(bytes), size,
                out.data() + sector * sectorSize);
  }

  void writeProtectiveRecord() {
    char *entry = out.data() + 446;
    entry[2] = 2; // the sector behind this one, as cylinders had it
    entry[4] = static_cast<char>(0xEE);
    std::fill_n(entry + 5, 3, '\xFF');
    llvm::support::endian::write32le(entry + 8, 1);
    llvm::support::endian::write32le(entry + 12,
                                     static_cast<uint32_t>(total - 1));
    out[510] = 0x55;
    out[511] = static_cast<char>(0xAA);
  }

  void writeTable(const Guid &disk, uint64_t self, uint64_t other,
                  uint64_t table) {
    GptHeader header = {};
    memcpy(header.signature, gptSignature, sizeof gptSignature);
    header.revision = gptRevision;
    header.headerSize = gptHeaderSize;
    header.self = self;
    header.other = other;
    header.firstUsable = 2 + tableSectors;
    header.lastUsable = total - 2 - tableSectors;
    header.disk = disk;
    header.entries = table;
    header.numEntries = numEntries;
    header.entrySize = sizeof(GptEntry);
    header.entriesCrc = crc32(entries, sizeof entries);
    header.headerCrc = crc32(&header, gptHeaderSize);
    put(self, &header, gptHeaderSize);
    put(table, entries, sizeof entries);
  }

  SmallVectorImpl<char> &out;
  GptEntry entries[numEntries] = {};
  uint64_t total = 0;
};

} // namespace

static uint64_t toSectors(uint64_t bytes) {
  return llvm::divideCeil(bytes, sectorSize);
}

/// The record of a new disk: what is in slot A comes first.
static SmallVector<char, 0> makeState() {
  // The record is written by the code that reads it.
  struct Memory : BlockDevice {
    SmallVector<char, 0> bytes;
  } memory;
  constexpr uint64_t sectors = 16;
  memory.bytes.resize(sectors * sectorSize);
  memory.numSectors = sectors;
  memory.writeSectors = [](BlockDevice &self, uint64_t sector, const void *data,
                           uint64_t count) {
    std::copy_n(static_cast<const char *>(data), count * sectorSize,
                static_cast<Memory &>(self).bytes.data() + sector * sectorSize);
    return true;
  };
  memory.flushSectors = [](BlockDevice &) { return true; };
  SlotRecord record;
  record.activate(Slot::A, SlotState::maxTries);
  writeRecord(memory, record);
  return memory.bytes;
}

std::string flux::buildDisk(llvm::ArrayRef<SlotContents> contents,
                            const DiskOptions &options,
                            SmallVectorImpl<char> &out) {
  SmallVector<SmallVector<char, 0>> loaders;
  SmallVector<FatFile> files;
  loaders.reserve(std::size(stage0Paths));
  uint64_t fileBytes = 0;
  for (const SlotContents &one : contents)
    for (const Stage0Path &path : stage0Paths) {
      if (path.target != one.target->name)
        continue;
      Policy policy = makePolicy(*one.target, options.slots);
      ImageFile file = {
          policyName, {reinterpret_cast<const char *>(&policy), sizeof policy}};
      std::string error =
          buildKernelImage(*one.target, path.format, file,
                           loaders.emplace_back(), /*symbols=*/nullptr);
      if (!error.empty())
        return error;
      files.push_back({path.path, loaders.back()});
      fileBytes += loaders.back().size();
    }
  SmallVector<char, 0> esp, system, recovery;
  uint64_t espSectors = getFatSectors(fileBytes);
  writeFat(files, espSectors, esp);
  std::string error =
      buildSlot(contents, SlotKind::System, options.slots, system);
  if (error.empty())
    error = buildSlot(contents, SlotKind::Recovery, options.slots, recovery);
  if (!error.empty())
    return error;
  uint64_t need = toSectors(std::max(system.size(), recovery.size()));
  uint64_t slot = options.slotMiB != 0 ? options.slotMiB * sectorsPerMiB
                                       : llvm::alignTo(2 * need, sectorsPerMiB);
  if (slot < need)
    return "a slot has " + std::to_string(options.slotMiB) +
           " MiB, but the image takes " +
           std::to_string(llvm::divideCeil(need, sectorsPerMiB));
  SmallVector<char, 0> state = makeState();
  DiskWriter(out).write({{espName, espSectors, esp},
                         {statePartition, sectorsPerMiB, state},
                         {getPartitionName(Slot::A), slot, system},
                         {getPartitionName(Slot::B), slot, {}},
                         {getPartitionName(Slot::Recovery), slot, recovery},
                         {storeName, options.storeMiB * sectorsPerMiB, {}}});
  return "";
}

//===----------------------------------------------------------------------===//
// Disks that are there
//===----------------------------------------------------------------------===//

FileDisk::~FileDisk() {
  if (file >= 0)
    close(file);
}

std::string FileDisk::open(StringRef path, bool isWritten) {
  file =
      ::open(path.str().c_str(), (isWritten ? O_RDWR : O_RDONLY) | O_CLOEXEC);
  uint64_t size = 0;
  if (file < 0 || llvm::sys::fs::file_size(path, size))
    return "cannot open '" + path.str() +
           "': " + std::error_code(errno, std::generic_category()).message();
  numSectors = size / sectorSize;
  readSectors = [](BlockDevice &self, uint64_t sector, void *out,
                   uint64_t count) {
    auto bytes = static_cast<ssize_t>(count * sectorSize);
    return pread(static_cast<FileDisk &>(self).file, out, bytes,
                 static_cast<off_t>(sector * sectorSize)) == bytes;
  };
  writeSectors = [](BlockDevice &self, uint64_t sector, const void *data,
                    uint64_t count) {
    auto bytes = static_cast<ssize_t>(count * sectorSize);
    return pwrite(static_cast<FileDisk &>(self).file, data, bytes,
                  static_cast<off_t>(sector * sectorSize)) == bytes;
  };
  flushSectors = [](BlockDevice &self) {
    return fsync(static_cast<FileDisk &>(self).file) == 0;
  };
  return "";
}

bool flux::isDisk(llvm::ArrayRef<char> bytes) {
  // One of the two tables may be damaged.
  constexpr StringRef mark("EFI PART");
  auto has = [&](size_t at) {
    return StringRef(bytes.data() + at, mark.size()) == mark;
  };
  return bytes.size() >= 4 * sectorSize && bytes.size() % sectorSize == 0 &&
         (has(sectorSize) || has(bytes.size() - sectorSize));
}

/// Reads a whole part; parts of disks that this tool makes are small.
static bool readPart(Partition &part, SmallVectorImpl<char> &out) {
  constexpr uint64_t mostSectors = 1024 * sectorsPerMiB;
  if (part.numSectors > mostSectors)
    return false;
  out.resize_for_overwrite(part.numSectors * sectorSize);
  return part.read(0, out.data(), part.numSectors);
}

static bool readLoader(BlockDevice &disk, const char *path,
                       SmallVectorImpl<char> &out) {
  Partition part;
  SmallVector<char, 0> esp;
  return findPartition(disk, espName, part) && readPart(part, esp) &&
         readFat(esp, path, out);
}

SmallVector<const KernelTarget *> flux::getDiskTargets(BlockDevice &disk) {
  SmallVector<const KernelTarget *> targets;
  for (const KernelTarget &target : getKernelTargets()) {
    SmallVector<char, 0> loader;
    if (readStage0(disk, target, loader))
      targets.push_back(&target);
  }
  return targets;
}

bool flux::readStage0(BlockDevice &disk, const KernelTarget &target,
                      SmallVectorImpl<char> &out) {
  for (const Stage0Path &path : stage0Paths)
    if (path.target == target.name && path.format == ImageFormat::Kernel)
      return readLoader(disk, path.path, out);
  return false;
}

static std::string describeGuid(const Guid &guid) {
  // The first three numbers are little-endian.
  static const uint8_t order[] = {3, 2, 1,  0,  5,  4,  7,  6,
                                  8, 9, 10, 11, 12, 13, 14, 15};
  std::string text;
  for (unsigned i = 0; i != sizeof order; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      text += '-';
    text += llvm::utohexstr(guid.bytes[order[i]], /*LowerCase=*/true, 2);
  }
  return text;
}

std::string flux::inspectDisk(BlockDevice &disk, llvm::raw_ostream &os) {
  Gpt gpt;
  if (const char *message = gpt.open(disk))
    return message;
  os << "disk: " << disk.numSectors / sectorsPerMiB << " MiB, "
     << describeGuid(gpt.getHeader().disk)
     << (gpt.isFromBackup() ? ", the table at its begin is damaged" : "")
     << '\n';
  GptEntry entry;
  for (unsigned i = 0; i != gpt.getCount(); ++i) {
    if (!gpt.getEntry(i, entry))
      continue;
    os << "part: ";
    for (char16_t c : entry.name)
      if (c != 0)
        os << (llvm::isPrint(static_cast<char>(c)) && c < 128
                   ? static_cast<char>(c)
                   : '?');
    os << ", " << (entry.last - entry.first + 1) / 2 << " KiB\n";
  }
  for (const Stage0Path &path : stage0Paths) {
    SmallVector<char, 0> loader;
    Policy policy;
    if (!readLoader(disk, path.path, loader))
      continue;
    os << "stage 0: " << path.path << ", " << loader.size() << " bytes";
    if (!readPolicy(loader, policy))
      os << ", made by something else";
    else if (policy.hasKey)
      os << ", key "
         << llvm::toHex(llvm::ArrayRef(policy.key), /*LowerCase=*/true);
    else
      os << ", takes images without a signature";
    os << '\n';
  }
  Slots slots;
  if (const char *message = slots.open(disk))
    return message;
  os << "state: "
     << (slots.isRecordLost
             ? "lost"
             : "generation " + std::to_string(slots.record.generation))
     << ", versions from " << slots.record.lowestVersion << " on\n";
  for (unsigned i = 0; i != numSlots; ++i) {
    auto slot = static_cast<Slot>(i);
    os << "slot: " << getPartitionName(slot);
    if (slot != Slot::Recovery) {
      const SlotState &state = slots.record[slot];
      os << ", priority " << unsigned(state.priority);
      if (state.successful)
        os << ", confirmed";
      else
        os << ", " << unsigned(state.tries) << " tries left";
    }
    if (slot == slots.record.choose())
      os << ", started next";
    os << '\n';
    SmallVector<char, 0> contents;
    if (readPart(slots.parts[i], contents))
      inspectSlot(contents, "  ", os);
  }
  return "";
}

/// What a stage 0 of the disk accepts; false if there is none.
static bool findPolicy(BlockDevice &disk, Policy &policy) {
  for (const Stage0Path &path : stage0Paths) {
    SmallVector<char, 0> loader;
    if (readLoader(disk, path.path, loader) && readPolicy(loader, policy)) {
      policy.machine = 0; // all that are there
      return true;
    }
  }
  return false;
}

std::string flux::verifyDisk(BlockDevice &disk, const std::optional<Key> &key) {
  Gpt gpt;
  if (const char *message = gpt.open(disk))
    return message;
  if (gpt.isFromBackup())
    return "the table at the begin of the disk is damaged";
  Slots slots;
  if (const char *message = slots.open(disk))
    return message;
  if (slots.isRecordLost)
    return "both copies of the record in 'flux-state' are damaged";
  Policy policy;
  if (!findPolicy(disk, policy))
    return "there is no stage 0";
  if (key) {
    policy.hasKey = 1;
    std::copy(key->begin(), key->end(), policy.key);
  }
  for (unsigned i = 0; i != numSlots; ++i) {
    auto slot = static_cast<Slot>(i);
    SmallVector<char, 0> contents;
    if (!readPart(slots.parts[i], contents))
      return std::string(getPartitionName(slot)) + " cannot be read";
    bool isRecovery = slot == Slot::Recovery;
    if (!isRecovery && !slots.record[slot].isBootable())
      continue; // not started, whatever it is
    std::string message = verifySlot(
        contents, policy, isRecovery ? SlotKind::Recovery : SlotKind::System,
        slots.record.lowestVersion);
    if (!message.empty())
      return std::string(getPartitionName(slot)) + ": " + message;
  }
  return "";
}

std::string flux::updateDisk(BlockDevice &disk, llvm::ArrayRef<char> bytes,
                             StringRef &slot) {
  Slots slots;
  Policy policy;
  if (const char *message = slots.open(disk))
    return message;
  if (!findPolicy(disk, policy))
    return "there is no stage 0";
  slots.restore(policy);
  auto updater = std::make_unique<Updater>();
  const char *message =
      updater->begin(slots, policy, slots.record.choose(), bytes.size());
  if (message == nullptr)
    message = updater->add(bytes.data(), bytes.size());
  if (message == nullptr)
    message = updater->finish();
  slot = getPartitionName(updater->getTarget());
  return message != nullptr ? message : "";
}
