//===- AssemblerTest.cpp - texts as packages ------------------------------===//

#include "TestArena.h"
#include "gtest/gtest.h"

using namespace flux;

namespace {

std::string errorOf(const std::string &text) {
  std::string message;
  EXPECT_EQ(assembleText(text, &message), "");
  return message;
}

TEST(Assembler, SaysWhereAnErrorIs) {
  const std::string head = ".func main 0 -> 0\n";
  EXPECT_EQ(
      errorOf(""),
      "0:0: the text has no function: start one with '.func main 0 -> 0'");
  EXPECT_EQ(errorOf(head + "  foo r1\n"), "2:3: there is no instruction 'foo'");
  EXPECT_EQ(errorOf(head + "  iadd r16, r17\n"), "2:16: expected ',' here");
  EXPECT_EQ(errorOf(head + "  li r64, 1\n"),
            "2:6: expected a register, r0 to r63 or a name, here");
  EXPECT_EQ(errorOf(head + "  li r16, 1 2\n"),
            "2:13: '2' is too much on this line");
  EXPECT_EQ(errorOf(head + "  jmp nowhere\n"),
            "2:7: there is no label 'nowhere'");
  EXPECT_EQ(errorOf(head + "  calli 16, g\n"), "2:13: 'g' is not defined");
  EXPECT_EQ(errorOf(head + "a:\na:\n  ret\n"), "3:1: 'a' is defined twice");
  EXPECT_EQ(errorOf(head + "  li r16, 1\n"),
            "2:3: control leaves the end of the function");
  EXPECT_EQ(errorOf(head + "  ret\n  nop\n"),
            "3:3: nothing leads to this instruction");
  EXPECT_EQ(errorOf(head + "  inc r16\n  ret\n"),
            "2:3: a register is read that is not written on every way here");
  EXPECT_EQ(errorOf(head + "  je a\na: ret\n"),
            "2:3: no instruction of this block sets the flags for this one");
  EXPECT_EQ(errorOf(".func f 0 -> 0\n.func g 0 -> 0\n  ret\n"),
            "1:7: the function 'f' is empty");
  EXPECT_EQ(errorOf(".bogus\n"), "1:1: there is no directive '.bogus'");
  EXPECT_EQ(errorOf(".region 1 rw 4096\n"),
            "1:9: regions have the numbers 2 to 15");
  EXPECT_EQ(errorOf(".region 2 rw 100\n"),
            "1:14: the size of a region is a multiple of 4096");
  EXPECT_EQ(errorOf(head + "  li r16, 0x\n"),
            "2:11: digits are missing behind 0x");
  EXPECT_EQ(errorOf(head + "  li r16, 99999999999999999999\n"),
            "2:11: the number does not fit 64 bits");
  EXPECT_EQ(errorOf(".import i \"x\" 0 -> 0 NOPE\n"),
            "1:22: there is no effect 'NOPE'");
  EXPECT_EQ(errorOf(".document \"a\n"), "1:11: the string has no end");
}

/// Long and short labels, a table, all kinds of data.
TEST(Assembler, RoundTripsThroughTheDisassembler) {
  std::string text = R"(
.stack 8192
.calls 100
.import put "console.put" 1 -> 0 IO_WRITE
.region 2 r 4096
hello: .ascii "a\"b\\\n\x01\xff"
.region 3 rw 8192
.align 8
x: .quad hello, -1
  .word 7, 1.5
  .half 65535
  .zero 3
y: .byte 1
.setting x x 8
.setting y y 1
.table ops 1 -> 1 twice f2
.place 9 1 "main" "a.md"
.place 12 0 "inner<\"i32\">" "b.md" in 1
.place 0 0 "inner" "a.md" in 2
.func main 0 -> 1
.line 3
  li r16, 5
.line 4 2
  li r17, 1.5
.at 5
  li r18, x
loop:
  iaddi r16, r16, -1
)";
  for (int i = 0; i != 200; ++i)
    text += "  nop\n";
  text += R"(
  bnei r16, 0, loop
  mov r40, r16
  icall 24, r40, ops
  li r35, 1
  call 19, r35, 1->1
  li r40, 65
  call_ext 24, put
  li r16, 7
  br_table r16, loop, end, end
end:
  ret
.func twice 1 -> 1
  iadd r16, r16, r16
  tailcalli f2
.func f2 1 -> 1
  enter 16
  store r16, [r6-8]
  alloca r17, r16
  leave
  ret
.export twice
.entry main
.document "a.md" "one\ntwo"
)";
  std::string message;
  std::string package = assembleText(text, &message);
  ASSERT_EQ(message, "");
  ASSERT_EQ(check(package), "");
  TestArena arena;
  bytecode::Package read;
  ASSERT_EQ(read.read(toBytes(package)), nullptr);
  std::string shown = toString(bytecode::disassemble(read, arena));
  std::string again = assembleText(shown, &message);
  ASSERT_EQ(message, "") << shown;
  EXPECT_EQ(again, package) << shown;
}

/// The disassembler gives names to what has none; functions may have these.
TEST(Assembler, FunctionsHaveNamesThatTextsMake) {
  std::string message;
  std::string package = assembleText(R"(
.region 3 rw 4096
x: .quad 1
.setting x x 8
.import put "put" 0 -> 0
.table all 0 -> 0 i0 t0
.func f4 0 -> 0
  calli 16, L2
  ret
.func i0 0 -> 0
  ret
.func t0 0 -> 0
  ret
.func set0 0 -> 0
  ret
.func L2 0 -> 0
  ret
.func t7 0 -> 0
  ret
)",
                                     &message);
  ASSERT_EQ(message, "");
  auto toText = [](const std::string &file) {
    TestArena arena;
    bytecode::Package read;
    EXPECT_EQ(read.read(toBytes(file)), nullptr);
    return toString(bytecode::disassemble(read, arena));
  };
  std::string text = toText(package);
  std::string again = assembleText(text, &message);
  ASSERT_EQ(message, "") << text;
  EXPECT_EQ(toText(again), text);
  EXPECT_NE(text.find(".func t7"), std::string::npos);
  EXPECT_EQ(text.find(".func t0"), std::string::npos);
}

TEST(Assembler, TakesHostileTexts) {
  std::string text(100000, '"');
  EXPECT_NE(errorOf(text), "");
  EXPECT_NE(errorOf(std::string(1000, '\0')), "");
  EXPECT_NE(errorOf(".func " + std::string(100000, 'a')), "");
  std::string deep = ".func main 0 -> 0\n";
  for (int i = 0; i != 20000; ++i)
    deep += "l" + std::to_string(i) + ": jz r0, l" + std::to_string(i) + "\n";
  std::string message;
  EXPECT_NE(assembleText(deep + "ret\n", &message), "") << message;
}

} // namespace
