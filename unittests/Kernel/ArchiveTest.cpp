//===- ArchiveTest.cpp - files of an image, also damaged ------------------===//

#include "runtime/kernel/Archive.h"
#include "Boot.h"
#include "gtest/gtest.h"

using namespace flux;

namespace {

TEST(Archive, FilesAreFound) {
  std::string bytes = makeArchive({{"a", "first"}, {"long/name", ""}});
  kernel::Archive archive;
  ASSERT_EQ(archive.open(toBytes(bytes)), nullptr);
  EXPECT_EQ(archive.getCount(), 2u);
  EXPECT_EQ(toString(archive.find(toBytes("a"))), "first");
  EXPECT_EQ(toString(archive.getName(1)), "long/name");
  EXPECT_EQ(archive.find(toBytes("b")).data, nullptr);
}

TEST(Archive, NoDamageReachesOutside) {
  std::string bytes = makeArchive({{"a", "first"}, {"b", "second"}});
  for (size_t at = 0; at != 16 + 2 * 24; ++at)
    for (int value : {0, 1, 0x7F, 0x80, 0xFF}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(value);
      // A copy of its own size, so that sanitizers see what is behind.
      std::vector<uint8_t> copy(damaged.begin(), damaged.end());
      kernel::Archive archive;
      if (archive.open({copy.data(), copy.size()}) != nullptr)
        continue;
      for (unsigned i = 0; i != archive.getCount(); ++i) {
        toString(archive.getName(i));
        toString(archive.getContents(i));
      }
    }
  // Rows that a size too small for the header would let count.
  std::string damaged = bytes;
  damaged[9] = damaged[10] = 0x7F;
  for (char size = 0; size != 16; ++size) {
    damaged[12] = size;
    damaged[13] = damaged[14] = damaged[15] = 0;
    std::vector<uint8_t> copy(damaged.begin(), damaged.end());
    kernel::Archive archive;
    EXPECT_NE(archive.open({copy.data(), copy.size()}), nullptr);
  }
  for (size_t size = 0; size != bytes.size(); ++size) {
    std::vector<uint8_t> copy(bytes.begin(), bytes.begin() + long(size));
    kernel::Archive archive;
    EXPECT_NE(archive.open({copy.data(), copy.size()}), nullptr);
  }
}

} // namespace
