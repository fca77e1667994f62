//===- VirtioTest.cpp - drivers whose devices are not good ----------------===//

#include "FakeDevice.h"
#include "runtime/drivers/VirtioBlock.h"
#include "runtime/drivers/VirtioNet.h"
#include "runtime/kernel/Memory.h"
#include "gtest/gtest.h"

using namespace flux;
using namespace flux::drivers;

/// What the drivers need of the kernel and the machine.
namespace flux {
uint64_t drivers::mapRegisters(uint64_t physical, uint64_t) { return physical; }
uint32_t PciFunction::read(unsigned offset) const {
  return FakeDevice::current()->getConfiguration(offset);
}
void PciFunction::write(unsigned, uint32_t) const {}
bool PciFunction::getRegisters(unsigned number, hal::MemoryRange &range) const {
  range = {FakeDevice::current()->getRegisters(), FakeDevice::registersSize};
  return number == 4;
}
void *kernel::allocateForever(unsigned count) {
  return FakeDevice::current()->allocate(count);
}
uint64_t hal::toPhysical(const void *pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}
uint64_t hal::now() { return FakeDevice::current()->time; }
void hal::relax() {
  FakeDevice::current()->time += 1000000;
  FakeDevice::current()->work();
}
} // namespace flux

namespace {

class BlockTest : public testing::Test {
protected:
  BlockTest() {
    fake.set(FakeDevice::Config, sectors);
    fake.work = [this] { serve(); };
    EXPECT_TRUE(block.open(fake.open()));
    EXPECT_TRUE(fake.isGood);
    ring = {fake.page(1), 8};
    contents.resize(sectors * 512);
    for (size_t i = 0; i != contents.size(); ++i)
      contents[i] = static_cast<uint8_t>(i ^ i >> 8);
  }

  /// A disk that does what it is asked for, but for what a test changes.
  void serve() {
    if (ring.used() == ring.offered())
      return;
    unsigned head = ring.offer(ring.used());
    auto header = ring.descriptor(head);
    ASSERT_EQ(header.length, 16u);
    uint32_t type;
    uint64_t sector;
    memcpy(&type, pointer(header.address), 4);
    memcpy(&sector, pointer(header.address) + 8, 8);
    auto data = ring.descriptor(header.next);
    uint32_t written = 1;
    if (type == 0) {
      ASSERT_LE(sector * 512 + data.length, contents.size());
      memcpy(pointer(data.address), contents.data() + sector * 512,
             data.length);
      written += data.length;
    } else if (type == 1) {
      ASSERT_LE(sector * 512 + data.length, contents.size());
      memcpy(contents.data() + sector * 512, pointer(data.address),
             data.length);
    } else {
      ++flushes;
    }
    auto last = type == 4 ? data : ring.descriptor(data.next);
    ASSERT_EQ(last.length, 1u);
    ASSERT_EQ(last.flags, 2u);
    *pointer(last.address) = status;
    ring.use(head + moreHead, written + moreLength);
  }
  static uint8_t *pointer(uint64_t address) {
    return reinterpret_cast<uint8_t *>(address);
  }

  static constexpr unsigned sectors = 200;
  FakeDevice fake{Virtio::Block};
  VirtioBlock block;
  FakeDevice::Ring ring;
  std::vector<uint8_t> contents;
  uint8_t status = 0;
  unsigned moreHead = 0, moreLength = 0, flushes = 0;
  uint8_t buffer[100 * 512];
};

} // namespace

TEST_F(BlockTest, ReadsAndWrites) {
  EXPECT_EQ(block.numSectors, sectors);
  // More than the driver's own buffer has room for.
  ASSERT_TRUE(block.read(7, buffer, 100));
  EXPECT_EQ(memcmp(buffer, contents.data() + 7 * 512, sizeof buffer), 0);
  for (uint8_t &byte : buffer)
    byte ^= 0x55;
  ASSERT_TRUE(block.write(100, buffer, 100));
  EXPECT_EQ(memcmp(buffer, contents.data() + 100 * 512, sizeof buffer), 0);
  EXPECT_TRUE(block.flush());
  EXPECT_EQ(flushes, 1u);
  EXPECT_FALSE(block.read(101, buffer, 100));
}

TEST_F(BlockTest, AnErrorIsOneOfTheRequest) {
  for (uint8_t wrong : {1, 2, 255}) {
    status = wrong;
    EXPECT_FALSE(block.read(0, buffer, 1));
    EXPECT_FALSE(block.write(0, buffer, 1));
    EXPECT_FALSE(block.flush());
  }
  status = 0;
  EXPECT_TRUE(block.read(0, buffer, 1));
}

TEST_F(BlockTest, SilenceEnds) {
  fake.work = [] {};
  EXPECT_FALSE(block.read(0, buffer, 1));
  EXPECT_GE(fake.time, 10000000000u);
  EXPECT_LE(fake.time, 11000000000u);
  // It is stopped, and not asked again.
  EXPECT_EQ(fake.get(FakeDevice::Status), 0u);
  uint64_t before = fake.time;
  fake.work = [this] { serve(); };
  EXPECT_FALSE(block.write(0, buffer, 1));
  EXPECT_EQ(fake.time, before);
}

TEST_F(BlockTest, WrongHead) {
  moreHead = 1;
  EXPECT_FALSE(block.read(0, buffer, 1));
  EXPECT_EQ(fake.get(FakeDevice::Status), 0u);
  moreHead = 0;
  EXPECT_FALSE(block.read(0, buffer, 1));
}

TEST_F(BlockTest, WrongLength) {
  moreLength = 1;
  EXPECT_FALSE(block.read(0, buffer, 1));
  EXPECT_EQ(fake.get(FakeDevice::Status), 0u);
}

TEST(VirtioTest, WhatIsNoDevice) {
  FakeDevice fake(Virtio::Block);
  fake.set(8, 0);
  fake.open();
  EXPECT_FALSE(fake.isGood);
  fake.set(8, 2);
  for (uint32_t version : {0u, 3u, ~0u}) {
    fake.set(4, version);
    fake.open();
    EXPECT_FALSE(fake.isGood);
  }
  fake.set(4, 2);
  fake.set(0, 0);
  fake.open();
  EXPECT_FALSE(fake.isGood);
}

TEST(VirtioTest, DevicesThatLackSomething) {
  FakeDevice fake(Virtio::Block);
  VirtioBlock block;
  fake.set(FakeDevice::QueueMax, 0);
  EXPECT_FALSE(block.open(fake.open()));
  fake.set(FakeDevice::QueueMax, 3);
  EXPECT_FALSE(block.open(fake.open()));
  fake.set(FakeDevice::QueueMax, 4);
  EXPECT_TRUE(block.open(fake.open()));
  // Neither of this version nor with an address.
  fake.set(FakeDevice::DeviceFeatures, ~1u);
  EXPECT_FALSE(block.open(fake.open()));
  fake.set(8, Virtio::Network);
  fake.set(FakeDevice::DeviceFeatures, 1);
  VirtioNet card;
  EXPECT_FALSE(card.open(fake.open()));
}

namespace {

class CardTest : public testing::Test {
protected:
  CardTest() {
    fake.set(FakeDevice::Config, 0x03020102);
    fake.set(FakeDevice::Config + 4, 0x0504);
    EXPECT_TRUE(card.open(fake.open()));
    incoming = {fake.page(1), 16};
    outgoing = {fake.page(2), 16};
  }

  /// A frame comes to the buffer that was offered as number \p index.
  void come(unsigned index, const std::string &frame) {
    unsigned head = incoming.offer(index);
    auto &descriptor = incoming.descriptor(head);
    ASSERT_LE(12 + frame.size(), descriptor.length);
    memcpy(reinterpret_cast<uint8_t *>(descriptor.address) + 12, frame.data(),
           frame.size());
    incoming.use(head, static_cast<uint32_t>(12 + frame.size()));
  }
  std::string receive() {
    unsigned size = card.receiveFrame(card, buffer);
    return std::string(buffer, buffer + size);
  }

  FakeDevice fake{Virtio::Network};
  VirtioNet card;
  FakeDevice::Ring incoming, outgoing;
  uint8_t buffer[net::NetDevice::maxFrame];
};

} // namespace

TEST_F(CardTest, Frames) {
  EXPECT_EQ(memcmp(card.address, "\x02\x01\x02\x03\x04\x05", 6), 0);
  EXPECT_EQ(receive(), "");
  for (unsigned i = 0; i != 100; ++i) {
    std::string frame(60 + i, static_cast<char>(i));
    come(i, frame);
    EXPECT_EQ(receive(), frame);
    EXPECT_EQ(receive(), "");
  }
  // As many as there are buffers; what is too long or empty is left out.
  for (unsigned i = 100; i != 116; ++i)
    come(i, i == 103   ? std::string(1515, 'x')
            : i == 104 ? ""
                       : std::string(1514, 'y'));
  for (unsigned i = 0; i != 14; ++i)
    EXPECT_EQ(receive(), std::string(1514, 'y'));
  EXPECT_EQ(receive(), "");
  // Sending goes on as buffers come back.
  const std::string text(1514, 'z');
  auto *bytes = reinterpret_cast<const uint8_t *>(text.data());
  for (unsigned i = 0; i != 16; ++i)
    EXPECT_TRUE(card.sendFrame(card, bytes, 1514));
  EXPECT_FALSE(card.sendFrame(card, bytes, 1514));
  outgoing.use(5, 0);
  EXPECT_TRUE(card.sendFrame(card, bytes, 100));
  EXPECT_EQ(outgoing.offer(16), 5u);
  EXPECT_EQ(outgoing.descriptor(5).length, 112u);
  EXPECT_FALSE(card.sendFrame(card, bytes, 100));
  outgoing.use(7, 0);
  EXPECT_FALSE(card.sendFrame(card, bytes, 1515));
}

TEST_F(CardTest, WrongNumbers) {
  incoming.use(16, 100);
  EXPECT_EQ(receive(), "");
  EXPECT_EQ(fake.get(FakeDevice::Status), 0u);
  EXPECT_FALSE(card.sendFrame(card, buffer, 60));
}

TEST_F(CardTest, WrongLength) {
  incoming.use(incoming.offer(0), 2049);
  EXPECT_EQ(receive(), "");
  EXPECT_EQ(fake.get(FakeDevice::Status), 0u);
}

TEST_F(CardTest, SendsWhatItDidNotGet) {
  outgoing.use(3, 0);
  EXPECT_FALSE(card.sendFrame(card, buffer, 60));
  EXPECT_EQ(fake.get(FakeDevice::Status), 0u);
}

TEST_F(CardTest, ChangesItsDescriptors) {
  // They are written anew each time.
  come(0, std::string(60, 'a'));
  for (unsigned i = 0; i != 16; ++i)
    incoming.descriptor(i).length = 1 << 20;
  EXPECT_EQ(receive(), std::string(60, 'a'));
  EXPECT_EQ(incoming.descriptor(incoming.offer(16)).length, 2048u);
  incoming.use(incoming.offer(1), 4096);
  EXPECT_EQ(receive(), "");
  EXPECT_EQ(fake.get(FakeDevice::Status), 0u);
}

namespace {

/// A disk behind PCI, whose configuration a test can change.
class BusTest : public testing::Test {
protected:
  BusTest() {
    fake.configure(0, 0x10421AF4);
    fake.configure(4, 1 << 20);
    fake.configure(0x34, 0x40);
    setPart(0x40, 0x50, 1, 4, 0, 56);
    setPart(0x50, 0x68, 2, 4, 0x100, 4);
    fake.configure(0x60, 4); // between notifications
    setPart(0x68, 0, 4, 4, 0x200, 8);
    fake.set(24, 8); // of the queue
    fake.set(0x200, 33);
  }

  void setPart(unsigned at, uint32_t next, uint32_t part, uint32_t bar,
               uint32_t offset, uint32_t length) {
    fake.configure(at, 9 | next << 8 | 16 << 16 | part << 24);
    fake.configure(at + 4, bar);
    fake.configure(at + 8, offset);
    fake.configure(at + 12, length);
  }
  bool open() {
    Virtio device;
    return device.openPci(PciFunction()) && block.open(device);
  }

  FakeDevice fake{Virtio::Block};
  VirtioBlock block;
};

} // namespace

TEST_F(BusTest, Good) {
  fake.set(4, ~0u); // all features
  EXPECT_TRUE(open());
  EXPECT_EQ(block.numSectors, 33u);
}

TEST_F(BusTest, OtherDevices) {
  for (uint32_t id : {0x10428086u, 0x10001AF3u, 0x0FFF1AF4u, 0x10801AF4u}) {
    fake.configure(0, id);
    EXPECT_FALSE(open()) << id;
  }
}

TEST_F(BusTest, ListsWithoutEnd) {
  setPart(0x68, 0x68, 4, 4, 0x200, 8);
  fake.set(4, ~0u);
  EXPECT_TRUE(open());
  setPart(0x40, 0x40, 1, 4, 0, 56);
  EXPECT_FALSE(open()); // nothing to notify
  fake.configure(4, 0);
  EXPECT_FALSE(open()); // no list
}

TEST_F(BusTest, PartsThatAreNotThere) {
  fake.set(4, ~0u);
  for (auto [bar, offset, length] : {std::tuple(5u, 0u, 56u),
                                     {255, 0, 56},
                                     {4, 4096 - 55, 56},
                                     {4, 4097, 0},
                                     {4, 0, 55},
                                     {4, ~0u, 56},
                                     {4, 56, ~0u}}) {
    setPart(0x40, 0x50, 1, bar, offset, length);
    EXPECT_FALSE(open()) << bar << " " << offset << " " << length;
  }
  setPart(0x40, 0x50, 1, 4, 0, 56);
  EXPECT_TRUE(open());
  setPart(0x50, 0x68, 2, 4, 0x100, 1);
  EXPECT_FALSE(open());
}

TEST_F(BusTest, NotificationsElsewhere) {
  fake.set(4, ~0u);
  fake.set(28, 1 << 16); // the place of the queue, times 4: behind the end
  EXPECT_FALSE(open());
  setPart(0x50, 0x68, 2, 4, 0x100, 6);
  EXPECT_TRUE(open());
}

TEST_F(BusTest, ShortConfiguration) {
  fake.set(4, ~0u);
  setPart(0x68, 0, 4, 4, 0x200, 3);
  EXPECT_TRUE(open());
  EXPECT_EQ(block.numSectors, 0u);
}
