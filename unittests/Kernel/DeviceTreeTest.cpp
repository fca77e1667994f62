//===- DeviceTreeTest.cpp - machines that firmware describes --------------===//

#include "runtime/hal/DeviceTree.h"
#include "TestTree.h"
#include "gtest/gtest.h"
#include <random>
#include <vector>

using namespace flux;
using namespace flux::hal;

namespace flux::hal {
/// What the backends of real machines have in Common.cpp.
const char *keepCommandLine(const char *text) { return text; }
} // namespace flux::hal

namespace {

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
