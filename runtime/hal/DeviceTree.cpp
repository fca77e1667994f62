//===- DeviceTree.cpp - reading flattened device trees --------------------===//
//
// The tree comes from firmware and may be damaged: nothing outside of the size
// that it claims is read, depth and lengths have limits, and what cannot be
// understood is left out.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/DeviceTree.h"

namespace flux::hal {

namespace {

/// The value of a property.
struct Property {
  const uint8_t *data = nullptr;
  uint32_t size = 0;
};

uint32_t loadBig(const uint8_t *at) {
  uint32_t value;
  __builtin_memcpy(&value, at, 4);
  return __builtin_bswap32(value);
}

bool isSame(const char *a, const char *b) {
  while (*a != '\0' && *a == *b)
    ++a, ++b;
  return *a == *b;
}

/// True if \p value, texts that each end with a NUL, has \p text.
bool hasText(Property value, const char *text) {
  for (uint32_t at = 0; at < value.size;) {
    uint32_t end = at;
    while (end != value.size && value.data[end] != 0)
      ++end;
    if (end == value.size)
      return false;
    if (isSame(reinterpret_cast<const char *>(value.data + at), text))
      return true;
    at = end + 1;
  }
  return false;
}

struct Node {
  const char *name = "";
  uint32_t addressCells = 2, sizeCells = 1; ///< of its children
  Property reg, compatible, deviceType, ranges, status, method, regShift;
  Property release;
};

class Reader {
public:
  Reader(const uint8_t *tree, BootInfo &info, Devices &devices)
      : tree(tree), info(info), devices(devices),
        takesMemory(info.numMemory == 0) {}

  bool open();
  void read(bool onlyChosen);
  void reserveAll();

private:
  static constexpr unsigned maxDepth = 16;
  static constexpr uint32_t maxSize = 2 << 20;
  static constexpr unsigned maxReserved = 16;

  void setProperty(Node &node, const char *name, Property value);
  void finish(unsigned depth);
  void takePci(const Node &node, const Node &parent);
  uint64_t cells(Property value, uint32_t first, uint32_t count) const;
  bool getRange(unsigned depth, unsigned number, MemoryRange &range) const;
  bool isChosenConsole(const char *name) const;

  const uint8_t *tree;
  BootInfo &info;
  Devices &devices;
  const bool takesMemory;
  uint32_t size = 0;
  const uint8_t *structure = nullptr, *end = nullptr;
  const char *strings = nullptr;
  uint32_t stringsSize = 0;
  Node nodes[maxDepth];
  Property console;
  MemoryRange reserved[maxReserved];
  unsigned numReserved = 0;
  bool isConsoleChosen = false;
  unsigned numFound = 0; ///< processors
};

} // namespace

bool Reader::open() {
  if (tree == nullptr || loadBig(tree) != 0xD00DFEED)
    return false;
  size = loadBig(tree + 4);
  uint32_t at = loadBig(tree + 8), textAt = loadBig(tree + 12);
  stringsSize = loadBig(tree + 32);
  uint32_t structureSize = loadBig(tree + 36);
  if (size > maxSize || at > size || structureSize > size - at ||
      textAt > size || stringsSize > size - textAt || stringsSize == 0 ||
      at % 4 != 0)
    return false;
  structure = tree + at;
  end = structure + structureSize;
  strings = reinterpret_cast<const char *>(tree + textAt);
  // So that every name ends.
  return strings[stringsSize - 1] == '\0';
}

uint64_t Reader::cells(Property value, uint32_t first, uint32_t count) const {
  uint64_t result = 0;
  for (uint32_t i = first; i != first + count && 4 * i + 4 <= value.size; ++i)
    result = result << 32 | loadBig(value.data + 4 * i);
  return result;
}

/// Entry \p number of `reg`, as the processor sees it.
bool Reader::getRange(unsigned depth, unsigned number,
                      MemoryRange &range) const {
  const Node &node = nodes[depth], &parent = nodes[depth - 1];
  uint32_t addressCells = parent.addressCells, sizeCells = parent.sizeCells;
  uint32_t step = addressCells + sizeCells;
  if (step == 0 || uint64_t(number + 1) * step * 4 > node.reg.size)
    return false;
  range.base = cells(node.reg, number * step, addressCells);
  range.size = cells(node.reg, number * step + addressCells, sizeCells);
  // From bus to bus up to the root.
  for (unsigned at = depth - 1; at >= 1; --at) {
    const Node &bus = nodes[at], &above = nodes[at - 1];
    uint32_t entry = bus.addressCells + above.addressCells + bus.sizeCells;
    for (uint32_t i = 0; entry != 0 && (i + entry) * 4 <= bus.ranges.size;
         i += entry) {
      uint64_t from = cells(bus.ranges, i, bus.addressCells),
               to = cells(bus.ranges, i + bus.addressCells, above.addressCells),
               length =
                   cells(bus.ranges, i + bus.addressCells + above.addressCells,
                         bus.sizeCells);
      if (range.base >= from && range.base - from < length) {
        range.base = range.base - from + to;
        break;
      }
    }
  }
  return true;
}

void Reader::setProperty(Node &node, const char *name, Property value) {
  uint32_t number = value.size >= 4 ? loadBig(value.data) : 0;
  if (isSame(name, "#address-cells"))
    node.addressCells = number <= 4 ? number : 0;
  else if (isSame(name, "#size-cells"))
    node.sizeCells = number <= 4 ? number : 0;
  else if (isSame(name, "reg"))
    node.reg = value;
  else if (isSame(name, "compatible"))
    node.compatible = value;
  else if (isSame(name, "device_type"))
    node.deviceType = value;
  else if (isSame(name, "ranges"))
    node.ranges = value;
  else if (isSame(name, "status"))
    node.status = value;
  else if (isSame(name, "method"))
    node.method = value;
  else if (isSame(name, "reg-shift"))
    node.regShift = value;
  else if (isSame(name, "cpu-release-addr"))
    node.release = value;
  else if (isSame(name, "timebase-frequency"))
    devices.timerFrequency = cells(value, 0, value.size / 4);
  else if (isSame(name, "bootargs") && *info.commandLine == '\0' &&
           value.size != 0 && value.data[value.size - 1] == 0)
    info.commandLine = reinterpret_cast<const char *>(value.data);
  else if (isSame(name, "stdout-path"))
    console = value;
  else if (isSame(name, "rng-seed") && value.size >= sizeof devices.seed) {
    __builtin_memcpy(devices.seed, value.data, sizeof devices.seed);
    devices.hasSeed = true;
  }
}

/// True if stdout-path leads to a node of this name.
bool Reader::isChosenConsole(const char *name) const {
  uint32_t length = 0;
  while (name[length] != '\0')
    ++length;
  for (uint32_t at = 0; at + length + 1 < console.size; ++at) {
    uint8_t behind = console.data[at + 1 + length];
    if (console.data[at] == '/' && (behind == 0 || behind == ':') &&
        __builtin_memcmp(console.data + at + 1, name, length) == 0)
      return true;
  }
  return false;
}

/// Takes where a PCI bus has room for registers of devices.
void Reader::takePci(const Node &node, const Node &parent) {
  constexpr uint32_t kindMask = 3 << 24, memory = 2 << 24; // of 32 bits
  constexpr uint32_t sizeCells = 2, addressCells = 3;
  uint32_t cellsAbove = parent.addressCells;
  uint32_t entry = addressCells + cellsAbove + sizeCells;
  for (uint32_t i = 0; (i + entry) * 4 <= node.ranges.size; i += entry) {
    uint64_t onBus = cells(node.ranges, i + 1, 2),
             here = cells(node.ranges, i + addressCells, cellsAbove);
    if ((cells(node.ranges, i, 1) & kindMask) == memory && onBus == here)
      info.pciMemory = {
          here, cells(node.ranges, i + addressCells + cellsAbove, sizeCells)};
  }
}

/// Takes what a node tells; its properties are known, its parents are there.
void Reader::finish(unsigned depth) {
  const Node &node = nodes[depth];
  if (depth == 0)
    return;
  if (node.status.size != 0 && !hasText(node.status, "okay") &&
      !hasText(node.status, "ok"))
    return;
  MemoryRange range;
  bool hasRange = getRange(depth, 0, range);
  if (takesMemory && hasText(node.deviceType, "memory"))
    for (unsigned i = 0; getRange(depth, i, range); ++i)
      info.addMemory(range.base, range.size);
  if (hasText(node.deviceType, "cpu") && hasRange) {
    if (numFound == 0)
      info.numCpus = 0;
    info.addCpu(range.base);
    ++numFound;
    if (node.release.size != 0 && devices.numReleases != maxCpus)
      devices.releases[devices.numReleases++] =
          cells(node.release, 0, node.release.size / 4);
  }
  if (isSame(nodes[depth - 1].name, "reserved-memory"))
    for (unsigned i = 0;
         numReserved != maxReserved && getRange(depth, i, range); ++i)
      reserved[numReserved++] = range;
  auto is = [&](const char *name) { return hasText(node.compatible, name); };
  if (is("arm,psci-1.0") || is("arm,psci-0.2") || is("arm,psci"))
    devices.psci = hasText(node.method, "smc") ? Devices::Conduit::Monitor
                                               : Devices::Conduit::Hypervisor;
  if (!hasRange)
    return;
  bool isPl011 = is("arm,pl011"), isMini = is("brcm,bcm2835-aux-uart");
  if (isPl011 || isMini || is("ns16550a") || is("ns16550")) {
    bool chosen = isChosenConsole(node.name);
    if (devices.uart.kind == Uart::None || (chosen && !isConsoleChosen))
      devices.uart = {
          isPl011 ? Uart::Pl011 : Uart::Ns16550, range.base,
          static_cast<uint8_t>(isMini ? 2 : cells(node.regShift, 0, 1) & 3)};
    isConsoleChosen |= chosen;
  }
  if (is("virtio,mmio"))
    info.addVirtio(range.base);
  if (is("pci-host-ecam-generic")) {
    info.pci = range;
    takePci(node, nodes[depth - 1]);
  }
  if (is("sifive,test0") || is("sifive,test1"))
    devices.testDevice = range.base;
  if (is("brcm,bcm2836-l1-intc"))
    devices.localInterrupts = range.base;
  if (is("brcm,bcm2835-pm") || is("brcm,bcm2835-pm-wdt"))
    devices.powerManagement = range.base;
  if (is("arm,pl031") || is("google,goldfish-rtc")) {
    devices.wallClock = range.base;
    devices.isGoldfish = !is("arm,pl031");
  }
  bool isGic3 = is("arm,gic-v3");
  if (isGic3 || is("arm,cortex-a15-gic") || is("arm,gic-400")) {
    devices.distributor = range;
    if (getRange(depth, 1, devices.interface))
      devices.gicVersion = isGic3 ? 3 : 2;
  }
}

void Reader::read(bool onlyChosen) {
  enum Token : uint32_t { Begin = 1, End, Prop, Nop, Last = 9 };
  unsigned depth = 0;
  bool started = false;
  for (const uint8_t *at = structure; at + 4 <= end;) {
    uint32_t token = loadBig(at);
    at += 4;
    if (token == Begin) {
      const uint8_t *name = at;
      while (at != end && *at != 0)
        ++at;
      if (at == end)
        return;
      at = structure + ((at - structure + 4) & ~3);
      if (started && ++depth == maxDepth)
        return;
      started = true;
      nodes[depth] = Node();
      nodes[depth].name = reinterpret_cast<const char *>(name);
    } else if (token == End) {
      if (!started)
        return;
      if (!onlyChosen)
        finish(depth);
      if (depth == 0)
        return;
      --depth;
    } else if (token == Prop) {
      if (!started || end - at < 8)
        return;
      uint32_t length = loadBig(at), name = loadBig(at + 4);
      at += 8;
      if (length > static_cast<uint64_t>(end - at) || name >= stringsSize)
        return;
      bool isChosen = depth == 1 && isSame(nodes[depth].name, "chosen");
      if (isChosen || !onlyChosen)
        setProperty(nodes[depth], strings + name, {at, length});
      at += (length + 3) & ~uint32_t(3);
    } else if (token != Nop) {
      return;
    }
  }
}

void Reader::reserveAll() {
  info.reserve(reinterpret_cast<uint64_t>(tree), size);
  for (unsigned i = 0; i != numReserved; ++i)
    info.reserve(reserved[i].base, reserved[i].size);
  // The block of reservations: pairs that end with zeros.
  uint32_t at = loadBig(tree + 16);
  for (; at % 8 == 0 && at <= size && size - at >= 16; at += 16) {
    uint64_t base = uint64_t(loadBig(tree + at)) << 32 | loadBig(tree + at + 4);
    uint64_t length =
        uint64_t(loadBig(tree + at + 8)) << 32 | loadBig(tree + at + 12);
    if (length == 0)
      break;
    info.reserve(base, length);
  }
}

bool readDeviceTree(const void *tree, BootInfo &info, Devices &devices) {
  Reader reader(static_cast<const uint8_t *>(tree), info, devices);
  if (!reader.open())
    return false;
  reader.read(/*onlyChosen=*/true);
  reader.read(/*onlyChosen=*/false);
  info.commandLine = keepCommandLine(info.commandLine);
  reader.reserveAll();
  return true;
}

} // namespace flux::hal
