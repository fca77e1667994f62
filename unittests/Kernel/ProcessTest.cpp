//===- ProcessTest.cpp - records of processes -----------------------------===//

#include "runtime/kernel/Process.h"
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
