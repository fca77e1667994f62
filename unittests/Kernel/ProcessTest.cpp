//===- ProcessTest.cpp - records of processes -----------------------------===//
//
// Records that begin as zeros save the code that would set their fields one by
// one; what is not zero is said a second time, which must be the same.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Process.h"
#include "runtime/hal/Hal.h"
#include "gtest/gtest.h"
#include <cstring>

using namespace flux::kernel;

TEST(Process, BeginsAsItsFieldsSay) {
  alignas(Process) static unsigned char zeros[sizeof(Process)];
  alignas(Process) static unsigned char fields[sizeof(Process)];
  begin(*reinterpret_cast<Process *>(zeros));
  // Its padding and the registers are zeros, too.
  new (fields) Process();
  for (size_t i = 0; i != sizeof zeros; ++i)
    ASSERT_EQ(zeros[i], fields[i]) << "byte " << i;
}

TEST(BootInfo, BeginsAsItsFieldsSay) {
  using flux::hal::BootInfo;
  alignas(BootInfo) static unsigned char zeros[sizeof(BootInfo)];
  alignas(BootInfo) static unsigned char fields[sizeof(BootInfo)];
  auto &begun = *reinterpret_cast<BootInfo *>(zeros);
  begun.begin();
  auto &made = *new (fields) BootInfo();
  EXPECT_STREQ(begun.machine, made.machine);
  EXPECT_STREQ(begun.commandLine, made.commandLine);
  begun.machine = made.machine;
  begun.commandLine = made.commandLine;
  for (size_t i = 0; i != sizeof zeros; ++i)
    ASSERT_EQ(zeros[i], fields[i]) << "byte " << i;
}
