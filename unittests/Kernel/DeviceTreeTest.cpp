//===- DeviceTreeTest.cpp - machines that firmware describes --------------===//

#include "runtime/hal/DeviceTree.h"
#include "gtest/gtest.h"
#include <random>
#include <string>
#include <vector>

using namespace flux::hal;

namespace flux::hal {
/// What the backends of real machines have in Common.cpp.
const char *keepCommandLine(const char *text) { return text; }
} // namespace flux::hal

namespace {

/// Writes flattened device trees.
class TreeBuilder {
public:
  TreeBuilder &begin(const std::string &name) {
    word(1);
    structure += name;
    structure += '\0';
    pad();
    return *this;
  }
  TreeBuilder &end() {
    word(2);
    return *this;
  }
  TreeBuilder &text(const std::string &name, const std::string &value) {
    return property(name, value + '\0');
  }
  TreeBuilder &cells(const std::string &name, std::vector<uint32_t> values) {
    std::string bytes;
    for (uint32_t value : values)
      bytes += big(value);
    return property(name, bytes);
  }
  std::string make() {
    word(9);
    constexpr uint32_t headerSize = 40, reservedSize = 16;
    uint32_t stringsAt = headerSize + reservedSize + uint32_t(structure.size());
    uint32_t total = stringsAt + uint32_t(names.size());
    std::string out;
    for (uint32_t value :
         {0xD00DFEEDu, total, headerSize + reservedSize, stringsAt, headerSize,
          17u, 16u, 0u, uint32_t(names.size()), uint32_t(structure.size())})
      out += big(value);
    return out + std::string(reservedSize, '\0') + structure + names;
  }

private:
  static std::string big(uint32_t value) {
    std::string result;
    for (int shift = 24; shift >= 0; shift -= 8)
      result += static_cast<char>(value >> shift);
    return result;
  }
  void word(uint32_t value) { structure += big(value); }
  void pad() { structure.resize((structure.size() + 3) & ~size_t(3)); }
  TreeBuilder &property(const std::string &name, const std::string &value) {
    word(3);
    word(uint32_t(value.size()));
    word(uint32_t(names.size()));
    names += name + '\0';
    structure += value;
    pad();
    return *this;
  }

  std::string structure, names;
};

std::string makeTree() {
  TreeBuilder tree;
  tree.begin("").cells("#address-cells", {2}).cells("#size-cells", {2});
  tree.begin("chosen")
      .text("bootargs", "log=debug")
      .text("stdout-path", "/soc/serial@9000:115200")
      .end();
  tree.begin("memory@40000000")
      .text("device_type", "memory")
      .cells("reg", {0, 0x40000000, 0, 0x8000000})
      .end();
  tree.begin("reserved-memory")
      .cells("#address-cells", {2})
      .cells("#size-cells", {2});
  tree.begin("firmware@40000000").cells("reg", {0, 0x40000000, 0, 0x80000});
  tree.end().end();
  tree.begin("cpus").cells("#address-cells", {1}).cells("#size-cells", {0});
  for (uint32_t i : {0u, 1u, 0x100u})
    tree.begin("cpu").text("device_type", "cpu").cells("reg", {i}).end();
  tree.end();
  tree.begin("psci").text("compatible", "arm,psci-0.2").text("method", "smc");
  tree.end();
  // Behind a bus at 0x10000000 with addresses of its own.
  tree.begin("soc")
      .cells("#address-cells", {1})
      .cells("#size-cells", {1})
      .cells("ranges", {0, 0, 0x10000000, 0x1000000});
  tree.begin("serial@8000")
      .text("compatible", "ns16550a")
      .cells("reg", {0x8000, 0x100})
      .end();
  tree.begin("serial@9000")
      .text("compatible", "arm,pl011")
      .cells("reg", {0x9000, 0x100})
      .end();
  tree.begin("serial@a000")
      .text("compatible", "arm,pl011")
      .text("status", "disabled")
      .cells("reg", {0xA000, 0x100})
      .end();
  tree.begin("interrupts@0")
      .text("compatible", "arm,gic-v3")
      .cells("reg", {0x100000, 0x10000, 0x200000, 0x40000})
      .end();
  return tree.end().end().make();
}

TEST(DeviceTree, TellsOfTheMachine) {
  std::string tree = makeTree();
  BootInfo info;
  Devices devices;
  ASSERT_TRUE(readDeviceTree(tree.data(), info, devices));
  EXPECT_STREQ(info.commandLine, "log=debug");
  ASSERT_EQ(info.numMemory, 1u);
  EXPECT_EQ(info.memory[0].base, 0x40080000u); // without the firmware
  EXPECT_EQ(info.memory[0].size, 0x8000000u - 0x80000u);
  EXPECT_EQ(info.numCpus, 3u);
  EXPECT_EQ(info.cpuIds[2], 0x100u);
  EXPECT_EQ(devices.psci, Devices::Conduit::Monitor);
  EXPECT_EQ(devices.uart.kind, Uart::Pl011); // the chosen one
  EXPECT_EQ(devices.uart.base, 0x10009000u);
  EXPECT_EQ(devices.gicVersion, 3);
  EXPECT_EQ(devices.interface.base, 0x10200000u);
}

TEST(DeviceTree, NoDamageReachesOutside) {
  std::string tree = makeTree();
  std::mt19937 random(1);
  for (unsigned i = 0; i != 20000; ++i) {
    std::vector<char> damaged(tree.begin(), tree.end());
    for (unsigned n = 1 + random() % 3; n != 0; --n) {
      // The size of the memory is the firmware's promise.
      size_t at = random() % damaged.size();
      if (at >= 4 && at < 8)
        continue;
      damaged[at] = static_cast<char>(random() % 4 ? random() : 0xFF);
    }
    BootInfo info;
    Devices devices;
    readDeviceTree(damaged.data(), info, devices);
  }
}

TEST(BootInfo, ReservedMemoryIsCutOut) {
  BootInfo info;
  info.addMemory(0x1000, 0xF000);
  info.reserve(0x4000, 0x1800);
  ASSERT_EQ(info.numMemory, 2u);
  uint64_t total = info.memory[0].size + info.memory[1].size;
  EXPECT_EQ(total, 0xD000u);
  info.reserve(0, 0x100000);
  EXPECT_EQ(info.numMemory, 0u);
  EXPECT_TRUE(info.hasMemory(0x2000, 1));
  EXPECT_FALSE(info.hasMemory(0x20000, 0x1000));
}

} // namespace

TEST(DeviceTreeTest, DevicesOfDrivers) {
  TreeBuilder tree;
  tree.begin("").cells("#address-cells", {2}).cells("#size-cells", {2});
  tree.begin("virtio_mmio@a000000")
      .cells("reg", {0, 0xA000000, 0, 0x200})
      .text("compatible", "virtio,mmio")
      .end();
  // Ports; memory elsewhere than on the bus; memory; memory of 64 bits.
  tree.begin("pcie@10000000")
      .text("compatible", "pci-host-ecam-generic")
      .cells("#address-cells", {3})
      .cells("#size-cells", {2})
      .cells("reg", {0x40, 0x10000000, 0, 0x10000000})
      .cells("ranges",
             {1u << 24, 0,    0,          0,    0x3EFF0000, 0,    0x10000, //
              2u << 24, 0,    0x1000,     0,    0x2000,     0,    0x3000,  //
              2u << 24, 0,    0x10000000, 0,    0x10000000, 0,    0x2EFF0000,
              3u << 24, 0x80, 0,          0x80, 0,          0x80, 0,
              2u << 24, 0,    7})
      .end();
  tree.end();
  std::string bytes = tree.make();
  BootInfo info;
  Devices devices;
  ASSERT_TRUE(readDeviceTree(bytes.data(), info, devices));
  ASSERT_EQ(info.numVirtio, 1u);
  EXPECT_EQ(info.virtio[0], 0xA000000u);
  EXPECT_EQ(info.pci.base, 0x4010000000u);
  EXPECT_EQ(info.pci.size, 0x10000000u);
  EXPECT_EQ(info.pciMemory.base, 0x10000000u);
  EXPECT_EQ(info.pciMemory.size, 0x2EFF0000u);
}
