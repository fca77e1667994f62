//===- DeviceTree.cpp - reading flattened device trees --------------------===//
//
// The tree comes from firmware and may be damaged: nothing outside of the size
// that it claims is read, depth and lengths have limits, and what cannot be
// understood is left out.
//
//===----------------------------------------------------------------------===//

#include "runtime/hal/DeviceTree.h"
#include "runtime/base/Texts.h"

namespace flux::hal {

namespace {

/// The value of a property.
struct Property {
  const uint8_t *data = nullptr;
  uint32_t size = 0;
};

[[gnu::noinline]] uint32_t loadBig(const uint8_t *at) {
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

/// The properties that are looked at: first those that a node keeps.
enum Name : unsigned {
  Reg,
  Compatible,
  DeviceType,
  BusRanges,
  Status,
  Method,
  RegShift,
  Release,
  AddressCells,
  SizeCells,
  Frequency,
  Arguments,
  Output,
  Seed,
  numKept = AddressCells,
};
constexpr char names[] = "reg\0"
                         "compatible\0"
                         "device_type\0"
                         "ranges\0"
                         "status\0"
                         "method\0"
                         "reg-shift\0"
                         "cpu-release-addr\0"
                         "#address-cells\0"
                         "#size-cells\0"
                         "timebase-frequency\0"
                         "bootargs\0"
                         "stdout-path\0"
                         "rng-seed\0";

/// What nodes are compatible with.
enum Kind : uint8_t {
  Psci = 1,
  Pl011Port,
  MiniPort,
  UsualPort,
  VirtioMemory,
  PciHost,
  TestDevice,
  LocalInterrupts,
  Power,
  Pl031Clock,
  GoldfishClock,
  Gic2,
  Gic3
};
/// Each text stands behind its kind.
constexpr char kinds[] = "\1arm,psci-1.0\0"
                         "\1arm,psci-0.2\0"
                         "\1arm,psci\0"
                         "\2arm,pl011\0"
                         "\3brcm,bcm2835-aux-uart\0"
                         "\4ns16550a\0"
                         "\4ns16550\0"
                         "\5virtio,mmio\0"
                         "\6pci-host-ecam-generic\0"
                         "\7sifive,test0\0"
                         "\7sifive,test1\0"
                         "\10brcm,bcm2836-l1-intc\0"
                         "\11brcm,bcm2835-pm\0"
                         "\11brcm,bcm2835-pm-wdt\0"
                         "\12arm,pl031\0"
                         "\13google,goldfish-rtc\0"
                         "\14arm,cortex-a15-gic\0"
                         "\14arm,gic-400\0"
                         "\15arm,gic-v3\0";
static_assert(Gic3 == 015);

/// The kinds that \p compatible has, as bits.
uint32_t getKinds(Property compatible) {
  uint32_t result = 0;
  for (const char *at = kinds; *at != '\0'; at = getText(at, 1))
    if (hasText(compatible, at + 1))
      result |= 1u << *at;
  return result;
}

struct Node {
  const char *name = "";
  uint32_t addressCells = 2, sizeCells = 1; ///< of its children
  Property properties[numKept];

  Property operator[](Name name) const { return properties[name]; }
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
  if (step == 0 || uint64_t(number + 1) * step * 4 > node[Reg].size)
    return false;
  range.base = cells(node[Reg], number * step, addressCells);
  range.size = cells(node[Reg], number * step + addressCells, sizeCells);
  // From bus to bus up to the root.
  for (unsigned at = depth - 1; at >= 1; --at) {
    const Node &bus = nodes[at], &above = nodes[at - 1];
    Property ranges = bus[BusRanges];
    uint32_t entry = bus.addressCells + above.addressCells + bus.sizeCells;
    for (uint32_t i = 0; entry != 0 && (i + entry) * 4 <= ranges.size;
         i += entry) {
      uint64_t from = cells(ranges, i, bus.addressCells),
               to = cells(ranges, i + bus.addressCells, above.addressCells),
               length = cells(ranges, i + bus.addressCells + above.addressCells,
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
  unsigned which = 0;
  for (const char *at = names; *at != '\0' && !isSame(name, at);
       at = getText(at, 1))
    ++which;
  if (which < numKept)
    node.properties[which] = value;
  switch (which) {
  case AddressCells:
    node.addressCells = number <= 4 ? number : 0;
    break;
  case SizeCells:
    node.sizeCells = number <= 4 ? number : 0;
    break;
  case Frequency:
    devices.timerFrequency = cells(value, 0, value.size / 4);
    break;
  case Arguments:
    if (*info.commandLine == '\0' && value.size != 0 &&
        value.data[value.size - 1] == 0)
      info.commandLine = reinterpret_cast<const char *>(value.data);
    break;
  case Output:
    console = value;
    break;
  case Seed:
    if (value.size >= sizeof devices.seed) {
      __builtin_memcpy(devices.seed, value.data, sizeof devices.seed);
      devices.hasSeed = true;
    }
    break;
  default:
    break;
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
  for (uint32_t i = 0; (i + entry) * 4 <= node[BusRanges].size; i += entry) {
    uint64_t onBus = cells(node[BusRanges], i + 1, 2),
             here = cells(node[BusRanges], i + addressCells, cellsAbove);
    if ((cells(node[BusRanges], i, 1) & kindMask) == memory && onBus == here)
      info.pciMemory = {here, cells(node[BusRanges],
                                    i + addressCells + cellsAbove, sizeCells)};
  }
}

/// Takes what a node tells; its properties are known, its parents are there.
void Reader::finish(unsigned depth) {
  const Node &node = nodes[depth];
  if (depth == 0)
    return;
  if (node[Status].size != 0 && !hasText(node[Status], "okay") &&
      !hasText(node[Status], "ok"))
    return;
  MemoryRange range;
  bool hasRange = getRange(depth, 0, range);
  if (takesMemory && hasText(node[DeviceType], "memory"))
    for (unsigned i = 0; getRange(depth, i, range); ++i)
      info.addMemory(range.base, range.size);
  if (hasText(node[DeviceType], "cpu") && hasRange) {
    if (numFound == 0)
      info.numCpus = 0;
    info.addCpu(range.base);
    ++numFound;
    if (node[Release].size != 0 && devices.numReleases != maxCpus)
      devices.releases[devices.numReleases++] =
          cells(node[Release], 0, node[Release].size / 4);
  }
  if (isSame(nodes[depth - 1].name, "reserved-memory"))
    for (unsigned i = 0;
         numReserved != maxReserved && getRange(depth, i, range); ++i)
      reserved[numReserved++] = range;
  uint32_t found = getKinds(node[Compatible]);
  auto is = [&](Kind kind) { return (found >> kind & 1) != 0; };
  if (is(Psci))
    devices.psci = hasText(node[Method], "smc") ? Devices::Conduit::Monitor
                                                : Devices::Conduit::Hypervisor;
  if (!hasRange)
    return;
  if (is(Pl011Port) || is(MiniPort) || is(UsualPort)) {
    bool chosen = isChosenConsole(node.name);
    if (devices.uart.kind == Uart::None || (chosen && !isConsoleChosen))
      devices.uart = {is(Pl011Port) ? Uart::Pl011 : Uart::Ns16550, range.base,
                      static_cast<uint8_t>(
                          is(MiniPort) ? 2 : cells(node[RegShift], 0, 1) & 3)};
    isConsoleChosen |= chosen;
  }
  if (is(VirtioMemory))
    info.addVirtio(range.base);
  if (is(PciHost)) {
    info.pci = range;
    takePci(node, nodes[depth - 1]);
  }
  if (is(TestDevice))
    devices.testDevice = range.base;
  if (is(LocalInterrupts))
    devices.localInterrupts = range.base;
  if (is(Power))
    devices.powerManagement = range.base;
  if (is(Pl031Clock) || is(GoldfishClock)) {
    devices.wallClock = range.base;
    devices.isGoldfish = !is(Pl031Clock);
  }
  if (is(Gic2) || is(Gic3)) {
    devices.distributor = range;
    if (getRange(depth, 1, devices.interface))
      devices.gicVersion = is(Gic3) ? 3 : 2;
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
