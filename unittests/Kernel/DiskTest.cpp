//===- DiskTest.cpp - disks of the machine --------------------------------===//

#include "Boot.h"
#include "runtime/base/BlockDevice.h"
#include "gtest/gtest.h"
#include <sys/mman.h>

using namespace flux;

namespace {

/// A disk of \p sectors, and what the kernel said when it tried it.
std::string tryDisk(unsigned sectors, std::string &contents) {
  contents.assign(size_t(sectors) * 512, '\0');
  for (size_t i = 0; i != contents.size(); ++i)
    contents[i] = static_cast<char>(i * 7 >> 3);
  int file = memfd_create("disk", 0);
  EXPECT_EQ(pwrite(file, contents.data(), contents.size(), 0),
            ssize_t(contents.size()));
  hal::native::Machine machine;
  machine.options = "log=info test=disks";
  machine.disk = file;
  BootResult result = boot({{"end", ".func main 0 -> 0\n  halt\n"}}, machine);
  EXPECT_EQ(pread(file, contents.data(), contents.size(), 0),
            ssize_t(contents.size()));
  close(file);
  return result.output;
}

} // namespace

TEST(DiskTest, KeepsWhatIsWritten) {
  std::string contents;
  EXPECT_NE(tryDisk(200, contents).find("disk 0: good"), std::string::npos);
  for (size_t sector = 0; sector != 80; ++sector)
    for (size_t i = 0; i != 512; ++i)
      ASSERT_EQ(contents[(120 + sector) * 512 + i],
                static_cast<char>(contents[i] + static_cast<char>(sector)));
}

TEST(DiskTest, SmallDisk) {
  std::string contents;
  EXPECT_NE(tryDisk(159, contents).find("disk 0: it is too small"),
            std::string::npos);
}

TEST(DiskTest, NoSectorBehindTheLast) {
  BlockDevice disk;
  disk.numSectors = 8;
  auto never = [](BlockDevice &, uint64_t, void *, uint64_t) { return true; };
  disk.readSectors = never;
  EXPECT_TRUE(disk.read(7, nullptr, 1));
  EXPECT_TRUE(disk.read(8, nullptr, 0));
  EXPECT_FALSE(disk.read(8, nullptr, 1));
  EXPECT_FALSE(disk.read(7, nullptr, 2));
  EXPECT_FALSE(disk.read(~uint64_t(0), nullptr, 2));
  EXPECT_FALSE(disk.read(1, nullptr, ~uint64_t(0)));
}
