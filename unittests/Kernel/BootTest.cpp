//===- BootTest.cpp - machines that are played ----------------------------===//

#include "Boot.h"
#include "Calls.h"
#include "gtest/gtest.h"

using namespace flux;

namespace {

const NamedFile hello = {"hello", R"(
.region 2 r 4096
text: .ascii "hello\n"
.func main 0 -> 0
  li r17, text
  li r18, 6
  io_write r16, r17, r18
  li r61, 7
  halt
)"};

const NamedFile spin = {"spin", R"(
.func main 0 -> 0
again:
  jmp again
)"};

/// Counts for a while and ends with 42.
const NamedFile count = {"count", R"(
.func main 0 -> 0
  li r16, 0
  li r17, 3000000
again:
  iaddi r16, r16, 1
  blt r16, r17, again
  li r61, 42
  halt
)"};

TEST(Boot, ProgramsPrintAndEndWithTheirStatus) {
  BootResult result = boot({hello});
  EXPECT_EQ(result.output, "hello\n");
  EXPECT_EQ(result.status, 7);
}

TEST(Boot, TheMachineEndsWithTheFirstProgramsStatus) {
  hal::native::Machine machine;
  machine.processors = 2;
  BootResult result = boot({count, hello}, machine, 2);
  EXPECT_EQ(result.output, "hello\n");
  EXPECT_EQ(result.status, 42);
}

TEST(Boot, InputIsRead) {
  hal::native::Machine machine;
  machine.input = "abc";
  BootResult result = boot({{"echo", R"(
.region 3 rw 4096
.func main 0 -> 0
  li r17, 0x300000000
  li r18, 2
  io_read r16, r17, r18
  io_write r16, r17, r16
  mov r61, r16
  halt
)"}},
                           machine);
  EXPECT_EQ(result.output, "ab");
  EXPECT_EQ(result.status, 2);
}

TEST(Boot, MarkedStreamsHaveAnEndAndAreToldApart) {
  hal::native::Machine machine;
  machine.options = "streams=marked";
  // An escaped end of input, an escaped escape, and the end.
  machine.input = "a\x10\x04\x10\x10\x04never read";
  BootResult result = boot({{"copy", R"(
.import write "flux.write" 3 -> 1 IO_WRITE
.region 3 rw 4096
.func main 0 -> 0
again:
  li r17, 0x300000000
  li r18, 100
  io_read r18, r17, r18
  jz r18, end
  io_write r16, r17, r18
  li r32, 2
  mov r33, r17
  mov r34, r18
  call_ext 16, write
  jmp again
end:
  li r61, 5
  halt
)"}},
                           machine);
  EXPECT_EQ(result.status, 5);
  std::string text = "a\x04\x10\x10"; // only the escape needs one
  EXPECT_EQ(result.output, "\x02"
                           "FLUX\x03" +
                               text + "\x0E" + text + "\x0F");
}

TEST(Boot, WhoSleepsForAnInstantGoesOnAndSleepsAgain) {
  // The instant is over before another process is looked for; what follows must
  // take its time, 20 ms.
  BootResult result = boot({{"naps", R"(
.import clock "flux.clock" 1 -> 1
.func main 0 -> 0
  li r8, 20
  li r40, 0
  call_ext 24, clock
  mov r9, r40
again:
  li r11, 1
  sys_sleep r11
  li r11, 1000000
  sys_sleep r11
  iaddi r8, r8, -1
  jnz r8, again
  li r40, 0
  call_ext 24, clock
  isub r9, r40, r9
  li r10, 20000000
  li r61, 6
  bge r9, r10, end
  li r61, 7
end:
  halt
)"}});
  EXPECT_EQ(result.status, 6);
  EXPECT_EQ(result.output, "");
}

TEST(Boot, ATrapTellsItsPlace) {
  BootResult result = boot({{"trap", R"(
.document "trap.md" "text"
.func main 0 -> 0
.line 3
  li r16, 0
  idiv r16, r16, r16
  halt
)"}});
  EXPECT_EQ(result.output,
            "trap.md:3: trap: integer division by zero (code 30)\n"
            "  in main at trap.md:3\n");
  EXPECT_EQ(result.status, 101);
}

TEST(Boot, MemoryComesWhenItIsUsedAndIsLimited) {
  hal::native::Machine machine;
  machine.memory = 8 << 20;
  const char *const text = R"(
.region 2 rw 67108864
.func main 0 -> 0
  li r17, 0x200000000
  li r18, %
again:
  store r17, [r17]
  iaddi r17, r17, 4096
  blt r17, r18, again
  li r61, 3
  halt
)";
  auto fill = [&](const char *end) {
    std::string result = text;
    return result.replace(result.find('%'), 1, end);
  };
  EXPECT_EQ(boot({{"modest", fill("0x200100000")}}, machine).status, 3);
  BootResult greedy = boot({{"greedy", fill("0x204000000")}}, machine);
  EXPECT_EQ(greedy.status, 101);
  EXPECT_NE(greedy.output.find("greedy: the machine has no memory left"),
            std::string::npos)
      << greedy.output;
}

TEST(Boot, CallsChangeWhatAccessesSee) {
  // The region is there at once, then without the right to write, then gone.
  const char *const text = R"(
.region 2 rw 4096
.func main 0 -> 0
  li r16, 4096
  li r17, 3
  li r60, 200
  syscall r7, r16, r17
  store r17, [r7]
  li r16, 0
  li r17, %
  li r60, 204
  bnei r17, 0, protect
  li r60, 201
protect:
  syscall r18, r7, r17
  bnei r61, 0, end
  load r16, [r7]
  li r61, 1
  bnei r16, 3, end
  store r17, [r7]
  li r61, 7
end:
  halt
)";
  auto run = [&](const char *rights) {
    std::string result = text;
    hal::native::Machine machine;
    machine.options = "allow=ALL";
    return boot({{"rights", result.replace(result.find('%'), 1, rights)}},
                machine);
  };
  EXPECT_EQ(run("3").status, 7);
  for (const char *rights : {"1", "0"}) {
    BootResult result = run(rights);
    EXPECT_EQ(result.status, 101) << rights;
    EXPECT_NE(result.output.find("access outside the regions"),
              std::string::npos)
        << result.output;
  }
}

TEST(Boot, DamagedPackagesAreRefused) {
  std::string package = assembleText(hello.second);
  for (size_t at : {size_t(0), size_t(40), package.size() / 2}) {
    std::string damaged = package;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    hal::native::Machine machine;
    machine.archive =
        makeArchive({{"hello", damaged}, {"flux/start", "hello\n"}});
    BootResult result = boot({}, machine);
    EXPECT_EQ(result.status, 101) << at;
    EXPECT_NE(result.output.find("error: hello: "), std::string::npos);
  }
}

TEST(Boot, ImagesWithoutProgramsFail) {
  hal::native::Machine machine;
  machine.archive = makeArchive({});
  BootResult result = boot({}, machine);
  EXPECT_EQ(result.status, 102);
  EXPECT_NE(result.output.find("the image has no program"), std::string::npos);
  machine.archive = "nonsense";
  result = boot({}, machine);
  EXPECT_EQ(result.status, 102);
  EXPECT_NE(result.output.find("panic: there is no archive"),
            std::string::npos);
}

/// Starts the programs `names`, waits 20 ms for the first, which must not end,
/// for the others, which must end with 42, and ends the first.
std::string makeParent(const std::vector<std::string> &names) {
  std::string data = ".region 2 rw 4096\n", code = ".func main 0 -> 0\n";
  auto call = [&](int number, const std::string &first,
                  const std::string &second) {
    code += "  " + first + "\n  " + second + "\n  li r60, " +
            std::to_string(number) + "\n  syscall r18, r16, r17\n";
  };
  for (size_t i = 0; i != names.size(); ++i) {
    std::string n = std::to_string(i);
    data += "name" + n + ": .ascii \"" + names[i] + "\"\n.align 8\nstart" + n +
            ": .quad name" + n + ", " + std::to_string(names[i].size()) +
            ", 0, 0, 0\n";
    call(100, "li r16, start" + n, "li r17, 0");
    code += "  mov r" + std::to_string(20 + i) + ", r18\n";
  }
  call(104, "mov r16, r20", "li r17, 20000000");
  code += "  mov r19, r61\n  li r61, 1\n  bnei r19, 7, end\n";
  for (size_t i = 1; i != names.size(); ++i) {
    call(104, "mov r16, r" + std::to_string(20 + i), "li r17, -1");
    code += "  li r61, 2\n  bnei r18, 42, end\n";
  }
  call(103, "mov r16, r20", "li r17, 0");
  call(104, "mov r16, r20", "li r17, -1");
  return data + code + "  mov r61, r18\nend:\n  halt\n";
}

TEST(Scheduler, NobodyKeepsAProcessorForever) {
  for (unsigned processors : {1u, 2u, 4u}) {
    hal::native::Machine machine;
    machine.processors = processors;
    BootResult result =
        boot({{"parent", makeParent({"spin", "count", "count"})}, spin, count},
             machine);
    EXPECT_EQ(result.status, 137) << processors << result.output;
  }
}

TEST(Scheduler, AStormOfInterruptsTakesNobodysTurn) {
  for (unsigned processors : {1u, 2u, 4u}) {
    hal::native::Machine machine;
    machine.processors = processors;
    machine.hasStorm = true;
    BootResult result =
        boot({{"parent", makeParent({"spin", "count", "count"})}, spin, count},
             machine);
    EXPECT_EQ(result.status, 137) << processors << result.output;
  }
}

TEST(Scheduler, ManyProcessesComeAndGo) {
  // 300 children one after the other: slots, stacks and memory are used again.
  hal::native::Machine machine;
  machine.processors = 2;
  BootResult result = boot({{"parent", R"(
.region 2 rw 4096
name: .ascii "child"
.align 8
start: .quad name, 5, 0, 0, 0
.func main 0 -> 0
  li r22, 0
  li r23, 300
again:
  li r16, start
  li r60, 100
  syscall r16, r16, r0
  li r17, -1
  li r60, 104
  syscall r18, r16, r17
  li r61, 1
  bnei r18, 9, end
  iaddi r22, r22, 1
  blt r22, r23, again
  li r61, 0
end:
  halt
)"},
                            {"child", R"(
.func main 0 -> 0
  li r61, 9
  halt
)"}},
                           machine);
  EXPECT_EQ(result.status, 0) << result.output;
}

TEST(Scheduler, OrphansGoToTheKernelAndHoldTheMachine) {
  BootResult result = boot({{"parent", R"(
.region 2 rw 4096
name: .ascii "child"
.align 8
start: .quad name, 5, 0xffff, 0, 0
.func main 0 -> 0
  li r16, start
  li r60, 100
  syscall r16, r16, r0
  li r61, 5
  halt
)"},
                            {"child", R"(
.region 2 r 4096
text: .ascii "late\n"
.func main 0 -> 0
  li r16, 20000000
  sys_sleep r16
  li r17, text
  li r18, 5
  io_write r16, r17, r18
  halt
)"}});
  EXPECT_EQ(result.output, "late\n");
  EXPECT_EQ(result.status, 5);
}

TEST(Words, ComeToWhereTheyShould) {
  // The same as in test/OS/words-*.test, by way of the kernel, and less often,
  // as each word changes threads.
  auto shorten = [](std::string text) {
    for (const auto &[often, rarely] :
         {std::pair(" 20000\n", " 500\n"), std::pair(" 100000\n", " 3000\n")})
      for (size_t at; (at = text.find(often)) != std::string::npos;)
        text.replace(at, std::string(often).size(), rarely);
    return text;
  };
  for (unsigned processors : {1u, 4u}) {
    hal::native::Machine machine;
    machine.processors = processors;
    machine.options = "allow=ALL";
    std::vector<NamedFile> programs;
    for (const char *name : {"words", "answer", "client", "once", "spin"})
      programs.push_back(
          {name, shorten(readCallText(std::string(name) + ".fluxasm"))});
    BootResult result = boot(programs, machine);
    EXPECT_EQ(result.status, 0) << processors << result.output;
  }
}

} // namespace
