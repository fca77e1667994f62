//===- SyscallTest.cpp - the calls of the system, on this machine ---------===//
//
// The texts in test/OS/Inputs that the booted images run, too, are made to
// programs by a script there; here are those that the script cannot say.
//
//===----------------------------------------------------------------------===//

#include "Boot.h"
#include "gtest/gtest.h"

using namespace flux;

namespace {

TEST(Syscall, UnknownNumbersAreNotFound) {
  for (const char *number :
       {"0", "99", "106", "802", "65636", "0x10000000064"}) {
    BootResult result = boot({{"main", std::string(R"(
.func main 0 -> 0
  li r60, )") + number + R"(
  syscall r16, r0, r0
  halt
)"}});
    EXPECT_EQ(result.status, 4) << number << result.output;
  }
}

TEST(Syscall, AFullMailboxRefuses) {
  // The child never takes a message; the 65th is refused with Overflow.
  hal::native::Machine machine;
  BootResult result = boot({{"main", R"(
.region 2 rw 4096
name: .ascii "child"
.align 8
start: .quad name, 5, 0, 0, 0
message: .quad name, 5
.func main 0 -> 0
  li r16, start
  li r60, 100
  syscall r20, r16, r0
  li r22, 0
again:
  iaddi r22, r22, 1
  li r17, message
  li r60, 300
  syscall r18, r20, r17
  mov r23, r61
  beqi r23, 0, again
  li r60, 103
  syscall r18, r20, r0
  imuli r23, r23, 10
  iadd r61, r22, r23
  halt
)"},
                            {"child", R"(
.func main 0 -> 0
  li r16, 1000000000000
  sys_sleep r16
  halt
)"}},
                           machine);
  EXPECT_EQ(result.status, 65 + 10 * 6) << result.output;
}

TEST(Syscall, InfoTellsOfTheSystem) {
  BootResult result = boot({{"main", R"(
.region 2 rw 4096
text: .zero 2048
.func main 0 -> 0
  li r16, text
  li r17, 2048
  li r60, 800
  syscall r18, r16, r17
  io_write r16, r16, r18
  li r16, text
  li r60, 700
  syscall r18, r16, r17
  io_write r16, r16, r18
  li r61, 0
  halt
)"}});
  EXPECT_EQ(result.status, 0);
  for (const char *line :
       {"system: FLUX\n", "processes: 2\n", "processors: 1\n",
        "memory: ", "machine: a process of Linux\n"})
    EXPECT_NE(result.output.find(line), std::string::npos) << result.output;
}

} // namespace
