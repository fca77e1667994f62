//===- GptTest.cpp - the parts of a disk ----------------------------------===//

#include "TestDisk.h"
#include "runtime/boot/Handover.h"
#include "gtest/gtest.h"
#include <array>

using namespace flux;
using namespace flux::slots;

namespace {

class GptTest : public testing::Test {
protected:
  static constexpr uint64_t size = 300, last = size - 1;

  GptTest() : disk(size) {
    writeTestGpt(disk, {{"first", 10}, {"second", 20}, {"second", 5}});
  }
  /// Writes the sums of the header in a sector anew.
  void seal(uint64_t sector) {
    GptHeader header;
    memcpy(&header, sectorOf(disk, sector), gptHeaderSize);
    header.headerCrc = 0;
    header.headerCrc = crc32(&header, gptHeaderSize);
    memcpy(sectorOf(disk, sector), &header, gptHeaderSize);
  }
  FaultyDisk disk;
};

} // namespace

TEST_F(GptTest, FindsPartsByNames) {
  Partition part;
  ASSERT_TRUE(findPartition(disk, "second", part));
  EXPECT_EQ(part.numSectors, 20u);
  EXPECT_EQ(part.first, 44u);
  EXPECT_FALSE(findPartition(disk, "secon", part));
  EXPECT_FALSE(findPartition(disk, "second!", part));
  EXPECT_FALSE(findPartition(disk, "", part));

  uint8_t data[512] = {1, 2, 3}, back[512];
  EXPECT_TRUE(part.write(19, data, 1) && part.flush());
  EXPECT_EQ(memcmp(sectorOf(disk, 63), data, 512), 0);
  EXPECT_TRUE(part.read(19, back, 1));
  EXPECT_EQ(memcmp(back, data, 512), 0);
  // Nothing goes beyond the part.
  EXPECT_FALSE(part.write(19, data, 2));
  EXPECT_FALSE(part.read(20, back, 1));
  EXPECT_FALSE(part.read(~uint64_t(0), back, 2));
}

TEST_F(GptTest, OneOfTheTablesIsEnough) {
  Partition part;
  for (uint64_t sector : {uint64_t(1), uint64_t(2), uint64_t(33)}) {
    std::string kept = disk.bytes;
    sectorOf(disk, sector)[100] ^=
        1; // of a header only the first 92 bytes count
    if (sector == 1)
      sectorOf(disk, 1)[30] ^= 1;
    Gpt gpt;
    EXPECT_EQ(gpt.open(disk), nullptr);
    EXPECT_TRUE(gpt.isFromBackup());
    EXPECT_TRUE(gpt.find("first", part));
    // And without the other one there is none.
    sectorOf(disk, last)[16] ^= 1;
    EXPECT_NE(gpt.open(disk), nullptr);
    EXPECT_EQ(gpt.getCount(), 0u);
    EXPECT_FALSE(gpt.find("first", part));
    disk.bytes = kept;
  }
}

TEST_F(GptTest, EachBitOfAHeaderCounts) {
  sectorOf(disk, last)[16] ^= 1;
  for (unsigned bit = 0; bit != 8 * gptHeaderSize; ++bit) {
    sectorOf(disk, 1)[bit / 8] ^= 1 << bit % 8;
    Gpt gpt;
    EXPECT_NE(gpt.open(disk), nullptr) << bit;
    sectorOf(disk, 1)[bit / 8] ^= 1 << bit % 8;
  }
}

TEST_F(GptTest, NumbersStayInTheDisk) {
  sectorOf(disk, last)[16] ^= 1;
  // Header fields of 8 and 4 bytes, with sums that are right.
  auto refuses = [&](size_t at, uint64_t value, size_t bytes) {
    std::string kept = disk.bytes;
    memcpy(sectorOf(disk, 1) + at, &value, bytes);
    seal(1);
    Gpt gpt;
    EXPECT_NE(gpt.open(disk), nullptr) << at << ' ' << value;
    disk.bytes = kept;
  };
  for (uint64_t value :
       {uint64_t(0), uint64_t(1), size - 31, size, ~uint64_t(0)})
    refuses(offsetof(GptHeader, entries), value, 8);
  for (uint64_t value : {size, ~uint64_t(0), uint64_t(3)})
    refuses(offsetof(GptHeader, lastUsable), value, 8);
  for (uint32_t value : {0u, 64u, 129u, 256u, ~0u})
    refuses(offsetof(GptHeader, entrySize), value, 4);
  for (uint32_t value : {1025u, 0x2000001u, ~0u})
    refuses(offsetof(GptHeader, numEntries), value, 4);
  refuses(offsetof(GptHeader, headerSize), 91, 4);
  refuses(offsetof(GptHeader, headerSize), 513, 4);

  // A part that lies outside is none.
  for (auto [first, end] : {std::pair<uint64_t, uint64_t>{2, 50},
                            {60, 59},
                            {60, last},
                            {60, ~uint64_t(0)},
                            {~uint64_t(0), ~uint64_t(0)}}) {
    GptEntry entries[128];
    for (unsigned i = 0; i != 32; ++i)
      memcpy(&entries[4 * i], sectorOf(disk, 2 + i), 512);
    entries[0].first = first;
    entries[0].last = end;
    uint32_t sum = crc32(entries, sizeof entries);
    memcpy(sectorOf(disk, 2), entries, 512);
    memcpy(sectorOf(disk, 1) + offsetof(GptHeader, entriesCrc), &sum, 4);
    seal(1);
    Partition part;
    EXPECT_FALSE(findPartition(disk, "first", part));
    EXPECT_TRUE(findPartition(disk, "second", part));
  }
  FaultyDisk tiny(5);
  Gpt gpt;
  EXPECT_STREQ(gpt.open(tiny), "the disk is too small");
  FaultyDisk none(100);
  EXPECT_STREQ(gpt.open(none), "the disk has no GPT");
}

TEST(Handover, PartsAreFoundWhateverElseIsThere) {
  alignas(16) static uint8_t place[Handover::maxSize + 8];
  HandoverWriter writer(place);
  EXPECT_TRUE(writer.add(static_cast<Handover::Kind>(77), "unknown", 7));
  EXPECT_TRUE(writer.add(Handover::Kind::CommandLine, "log=debug", 9));
  EXPECT_TRUE(writer.add(Handover::Kind::Memory, nullptr, 0));
  EXPECT_FALSE(writer.add(Handover::Kind::Slot, place, Handover::maxSize));
  EXPECT_FALSE(writer.add(Handover::Kind::Slot, place, ~uint64_t(0)));
  const Handover *record = Handover::recognize(place);
  ASSERT_NE(record, nullptr);
  Bytes text = record->find(Handover::Kind::CommandLine);
  EXPECT_EQ(std::string(reinterpret_cast<const char *>(text.data), text.size),
            "log=debug");
  EXPECT_EQ(record->find(Handover::Kind::Slot).data, nullptr);
  EXPECT_EQ(Handover::recognize(place + 8), nullptr);
  EXPECT_EQ(Handover::recognize(nullptr), nullptr);

  // Whatever the sizes say, nothing behind the record is read.
  std::mt19937 random(1);
  std::array<uint8_t, 512> good;
  memcpy(good.data(), place, good.size());
  uint32_t size = record->size;
  for (unsigned n = 0; n != 20000; ++n) {
    memcpy(place, good.data(), good.size());
    for (unsigned i = 0; i != 1 + n % 4; ++i)
      place[16 + random() % (size - 16)] = static_cast<uint8_t>(random());
    for (uint32_t kind = 1; kind != 6; ++kind) {
      Bytes part = record->find(static_cast<Handover::Kind>(kind));
      if (part.data != nullptr)
        EXPECT_LE(part.data + part.size, place + size);
    }
  }
  memcpy(place, good.data(), good.size());
  for (uint32_t bad : {0u, 15u, Handover::maxSize + 1, ~0u}) {
    memcpy(place + 12, &bad, 4);
    EXPECT_EQ(Handover::recognize(place), nullptr);
  }
}
