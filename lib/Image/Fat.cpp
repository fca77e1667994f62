//===- Fat.cpp - the file system that firmware reads ----------------------===//
//
// Firmware knows FAT only.  What is written has no times and no names that
// depend on anything, so the same files give the same bytes.
//
//===----------------------------------------------------------------------===//

#include "Fat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include <cassert>
#include <map>

using namespace flux;
using llvm::StringRef;
namespace endian = llvm::support::endian;

namespace {

constexpr uint64_t sectorSize = 512, entrySize = 32, rootEntries = 512;
constexpr uint64_t rootSectors = rootEntries * entrySize / sectorSize;
constexpr uint64_t leastClusters = 4085, maxClusters = 65524;
constexpr unsigned nameSize = 11, firstCluster = 2;
constexpr uint16_t lastOfChain = 0xFFFF;
enum Attribute : uint8_t { VolumeName = 8, Folder = 0x10, Archive = 0x20 };

/// Where the parts of a FAT16 are, in sectors.
struct Layout {
  uint64_t perCluster, tableSectors, root, data, numClusters;

  Layout(uint64_t sectors, uint64_t perCluster, uint64_t tableSectors)
      : perCluster(perCluster), tableSectors(tableSectors),
        root(1 + 2 * tableSectors), data(root + rootSectors),
        numClusters(sectors > data && perCluster != 0
                        ? (sectors - data) / perCluster
                        : 0) {}
};

Layout chooseLayout(uint64_t sectors) {
  uint64_t perCluster = 1;
  while (sectors / perCluster > maxClusters)
    perCluster *= 2;
  // Two bytes for each cluster that there could be.
  uint64_t entries = sectors / perCluster + firstCluster;
  return {sectors, perCluster, llvm::divideCeil(2 * entries, sectorSize)};
}

struct Node {
  std::map<std::string, Node> children;
  const FatFile *file = nullptr;
};

class Writer {
public:
  Writer(uint64_t sectors, llvm::SmallVectorImpl<char> &out)
      : layout(chooseLayout(sectors)), begin(out.size()), out(out) {
    out.resize(begin + sectors * sectorSize);
    table.push_back(0xFFF8);
    table.push_back(lastOfChain);
    writeBootSector(sectors);
  }
  void write(const Node &root) {
    std::string entries;
    addEntry(entries, "FLUX", VolumeName, 0, 0);
    addChildren(entries, root, 0);
    assert(entries.size() <= rootEntries * entrySize);
    put(layout.root, entries);
    for (unsigned copy = 0; copy != 2; ++copy)
      for (size_t i = 0; i != table.size(); ++i)
        endian::write16le(at(1 + copy * layout.tableSectors) + 2 * i, table[i]);
  }

private:
  char *at(uint64_t sector) { return out.data() + begin + sector * sectorSize; }
  void put(uint64_t sector, StringRef bytes) {
    std::copy(bytes.begin(), bytes.end(), at(sector));
  }

  void writeBootSector(uint64_t sectors) {
    char *boot = at(0);
    bool isSmall = sectors <= UINT16_MAX;
    std::copy_n("\xEB\x3C\x90"
                "FLUX    ",
                11, boot);
    endian::write16le(boot + 11, sectorSize);
    boot[13] = static_cast<char>(layout.perCluster);
    endian::write16le(boot + 14, 1); // this sector
    boot[16] = 2;                    // tables
    endian::write16le(boot + 17, rootEntries);
    endian::write16le(boot + 19, isSmall ? sectors : 0);
    boot[21] = static_cast<char>(0xF8); // a fixed disk
    endian::write16le(boot + 22, layout.tableSectors);
    endian::write16le(boot + 24, 32); // sectors and heads, which nobody has
    endian::write16le(boot + 26, 64);
    endian::write32le(boot + 32, isSmall ? 0 : sectors);
    boot[36] = static_cast<char>(0x80);
    boot[38] = 0x29; // the three fields behind are there
    std::copy_n("FLUXFLUX       FAT16   ", 23, boot + 39);
    boot[510] = 0x55;
    boot[511] = static_cast<char>(0xAA);
  }

  /// Clusters for \p size bytes, in a row.
  uint16_t allocate(uint64_t size) {
    uint64_t count = llvm::divideCeil(size, layout.perCluster * sectorSize);
    auto first = static_cast<uint16_t>(table.size());
    for (uint64_t i = 1; i <= count; ++i)
      table.push_back(i == count ? lastOfChain
                                 : static_cast<uint16_t>(first + i));
    assert(table.size() - firstCluster <= layout.numClusters);
    return count != 0 ? first : 0;
  }
  uint64_t toSector(uint16_t cluster) const {
    return layout.data + (cluster - firstCluster) * layout.perCluster;
  }

  static void addEntry(std::string &out, StringRef name, uint8_t attribute,
                       uint16_t cluster, uint64_t size) {
    char entry[entrySize] = {};
    std::fill_n(entry, nameSize, ' ');
    auto [base, extension] = name.split('.');
    if (name.starts_with("."))
      base = name, extension = "";
    assert(base.size() <= 8 && extension.size() <= 3);
    std::copy(base.begin(), base.end(), entry);
    std::copy(extension.begin(), extension.end(), entry + 8);
    entry[nameSize] = static_cast<char>(attribute);
    constexpr uint16_t firstDay = 0x0021; // 1980-01-01
    endian::write16le(entry + 16, firstDay);
    endian::write16le(entry + 18, firstDay);
    endian::write16le(entry + 24, firstDay);
    endian::write16le(entry + 26, cluster);
    endian::write32le(entry + 28, size);
    out.append(entry, entrySize);
  }

  void addChildren(std::string &entries, const Node &node, uint16_t self) {
    for (const auto &[name, child] : node.children) {
      if (child.file != nullptr) {
        llvm::ArrayRef<char> bytes = child.file->bytes;
        uint16_t cluster = allocate(bytes.size());
        put(toSector(cluster), StringRef(bytes.data(), bytes.size()));
        addEntry(entries, name, Archive, cluster, bytes.size());
        continue;
      }
      uint64_t size = (child.children.size() + 2) * entrySize;
      uint16_t cluster = allocate(size);
      std::string inner;
      addEntry(inner, ".", Folder, cluster, 0);
      addEntry(inner, "..", Folder, self, 0);
      addChildren(inner, child, cluster);
      put(toSector(cluster), inner);
      addEntry(entries, name, Folder, cluster, 0);
    }
  }

  const Layout layout;
  const size_t begin;
  llvm::SmallVectorImpl<char> &out;
  std::vector<uint16_t> table;
};

} // namespace

uint64_t flux::getFatSectors(uint64_t bytes) {
  // Half of it stays free, for files that others put there.
  constexpr uint64_t perMiB = 2048, least = 4 * perMiB;
  return std::max(least, llvm::alignTo(2 * bytes / sectorSize, perMiB));
}

void flux::writeFat(llvm::ArrayRef<FatFile> files, uint64_t sectors,
                    llvm::SmallVectorImpl<char> &out) {
  Node root;
  for (const FatFile &file : files) {
    Node *node = &root;
    for (StringRef name : llvm::split(file.path, '/'))
      node = &node->children[name.str()];
    node->file = &file;
  }
  Writer(sectors, out).write(root);
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

bool flux::readFat(llvm::ArrayRef<char> fat, StringRef path,
                   llvm::SmallVectorImpl<char> &out) {
  if (fat.size() < sectorSize || fat[510] != 0x55)
    return false;
  auto number = [&](size_t at) { return endian::read16le(fat.data() + at); };
  Layout layout(fat.size() / sectorSize, static_cast<uint8_t>(fat[13]),
                number(22));
  uint64_t end = layout.data + layout.numClusters * layout.perCluster;
  if (number(11) != sectorSize || number(14) != 1 || fat[16] != 2 ||
      number(17) != rootEntries || layout.perCluster == 0 ||
      layout.numClusters < leastClusters || layout.numClusters > maxClusters ||
      2 * (layout.numClusters + firstCluster) >
          layout.tableSectors * sectorSize ||
      end * sectorSize > fat.size())
    return false;
  /// The bytes of a chain; no longer than there are clusters.
  auto readChain = [&](uint16_t cluster, llvm::SmallVectorImpl<char> &bytes) {
    uint64_t size = layout.perCluster * sectorSize;
    for (uint64_t i = 0; i != layout.numClusters; ++i) {
      if (cluster < firstCluster ||
          cluster >= layout.numClusters + firstCluster)
        return false;
      const char *from = fat.data() + layout.data * sectorSize +
                         (cluster - firstCluster) * size;
      bytes.append(from, from + size);
      cluster = number(sectorSize + 2 * cluster);
      if (cluster >= 0xFFF8)
        return true;
    }
    return false;
  };
  llvm::SmallVector<char, 0> folder(fat.begin() + layout.root * sectorSize,
                                    fat.begin() + layout.data * sectorSize);
  llvm::SmallVector<StringRef> names(llvm::split(path, '/'));
  for (auto [depth, name] : llvm::enumerate(names)) {
    auto [base, extension] = name.split('.');
    std::string wanted = base.str();
    wanted.resize(8, ' ');
    wanted += extension;
    wanted.resize(nameSize, ' ');
    const char *found = nullptr;
    for (size_t at = 0; at + entrySize <= folder.size() && found == nullptr;
         at += entrySize)
      if (StringRef(folder.data() + at, nameSize) == wanted &&
          !(folder[at + nameSize] & VolumeName))
        found = folder.data() + at;
    if (found == nullptr)
      return false;
    bool isLast = depth + 1 == names.size();
    uint16_t cluster = endian::read16le(found + 26);
    uint32_t size = endian::read32le(found + 28);
    if (bool(found[nameSize] & Folder) == isLast)
      return false;
    llvm::SmallVector<char, 0> bytes;
    if ((!isLast || size != 0) && !readChain(cluster, bytes))
      return false;
    if (isLast) {
      if (size > bytes.size())
        return false;
      out.assign(bytes.begin(), bytes.begin() + size);
      return true;
    }
    folder = std::move(bytes);
  }
  return false;
}
