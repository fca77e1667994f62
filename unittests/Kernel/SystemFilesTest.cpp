//===- SystemFilesTest.cpp - names of registers ---------------------------===//
//
// A name that is nearly right must not become another register: writing to the
// wrong one can damage a board.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/SystemFiles.h"
#include "runtime/drivers/Smbus.h"
#include "gtest/gtest.h"
#include <cstdio>
#include <set>
#include <string>

using namespace flux;
using namespace flux::kernel;

namespace {

uint32_t find(const std::string &name) {
  // Sanitizers see accesses behind its end.
  std::string copy(name.data(), name.size());
  copy.shrink_to_fit();
  return findRegister(
      {reinterpret_cast<const uint8_t *>(copy.data()), copy.size()});
}

TEST(Registers, EachHasItsNames) {
  std::set<uint32_t> files;
  for (unsigned address = 0; address != 256; ++address)
    for (unsigned number = 0; number != 256; ++number) {
      char name[16];
      snprintf(name, sizeof name, "%02x/%02X", address, number);
      uint32_t byte = find(name), word = find(std::string(name) + "/word");
      if (address < 0x08 || address > 0x77) {
        ASSERT_EQ(byte, noSystemFile) << name;
        ASSERT_EQ(word, noSystemFile) << name;
        continue;
      }
      ASSERT_EQ(byte & 0xFFFF, address << 8 | number) << name;
      ASSERT_EQ(word, byte | drivers::smbusWord) << name;
      ASSERT_TRUE(files.insert(byte).second) << name;
      ASSERT_TRUE(files.insert(word).second) << name;
    }
  EXPECT_EQ(files.count(noSystemFile), 0u);
}

TEST(Registers, OtherNamesAreNone) {
  for (const char *name :
       {"", "5", "50", "50/", "50/1", "50-10", "50/100", "050/10", "5/10",
        "0x50/10", "50/10/", "50/10/wor", "50/10/words", "50/10word",
        "50/10/WORD", " 50/10", "50/10 ", "50/10\n"})
    EXPECT_EQ(find(name), noSystemFile) << name;
  // Any byte in place of a digit.
  for (unsigned at : {0u, 1u, 3u, 4u})
    for (int c = 0; c != 256; ++c) {
      std::string name = "50/10";
      name[at] = static_cast<char>(c);
      bool isDigit = isxdigit(c) != 0;
      EXPECT_EQ(find(name) != noSystemFile,
                isDigit && (at != 0 || (c >= '1' && c <= '7')))
          << at << " " << c;
    }
}

} // namespace
