//===- VerifierTest.cpp - code that must not run --------------------------===//

#include "TestArena.h"
#include "runtime/isa/Encoder.h"
#include "gtest/gtest.h"
#include <functional>

using namespace flux;
using namespace flux::bytecode;

namespace {

/// A package made by hand, so that it can be wrong in every way.
struct Code {
  std::vector<Function> functions = {{0, 0, 0, 0, 0}};
  std::vector<Block> blocks;
  uint32_t effects = 0;
  uint32_t words[64] = {};
  isa::Encoder encoder{words, 64};

  std::string check() {
    TestArena arena;
    RowWriter manifest(arena), code(arena), functionRows(arena),
        blockRows(arena);
    Manifest head;
    head.effects = effects;
    manifest.add(head);
    for (uint64_t i = 0; i != encoder.size; ++i)
      code.add32(words[i]);
    for (const Function &function : functions)
      functionRows.add(function);
    for (const Block &block : blocks)
      blockRows.add(block);
    Contents contents;
    contents[SectionKind::Manifest] = manifest.get();
    contents[SectionKind::Code] = code.get();
    contents[SectionKind::Functions] = functionRows.get();
    contents[SectionKind::Blocks] = blockRows.get();
    std::string file(getPackageSize(contents), '\0');
    writePackage(contents, reinterpret_cast<uint8_t *>(file.data()));
    return ::flux::check(file);
  }
};

constexpr uint64_t machine = 1ull << 0 | 1ull << 2 | 1ull << 4 | 0x7Full << 57;

std::string checkCode(std::function<void(Code &)> write) {
  Code code;
  write(code);
  return code.check();
}

Block block(uint32_t word, uint64_t defined = machine) {
  Block result;
  result.word = word;
  result.defined = defined;
  return result;
}

TEST(Verifier, TakesGoodCode) {
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.ret_(); }), "");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.li_(16, 3);
              c.encoder.iaddi_(16, 16, -1);
              c.encoder.bnei_(16, 0, -1);
              c.encoder.ret_();
              c.blocks = {block(1, machine | 1 << 16)};
            }),
            "");
}

TEST(Verifier, RefusesBadFlow) {
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.nop_(); }),
            "control leaves the end of a function");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.jmp_(-1); }),
            "a jump leaves the function");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.jmp_(0x7FFFFF); }),
            "a jump leaves the function");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.jmp_(0); }),
            "a jump goes to a word that is no recorded block");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.ret_();
              c.encoder.ret_();
            }),
            "nothing leads here: no block is recorded");
  // Into the literal word of another instruction.
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.li_(16, 0x72);
              c.encoder.li_(16, 1000);
              c.encoder.jmp_(-1);
              c.blocks = {block(2, machine | 1 << 16)};
            }),
            "a recorded block lies inside an instruction");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.jmp_(1);
              c.encoder.ret_();
              c.functions = {{0, 0, 0, 0, 0}, {1, 0, 0, 0, 0}};
            }),
            "a jump leaves the function");
  const int32_t table[] = {2, 100};
  EXPECT_EQ(checkCode([&](Code &c) {
              c.encoder.br_table_(0, table, 2);
              c.encoder.ret_();
            }),
            "a jump goes to a word that is no recorded block");
}

TEST(Verifier, RefusesForgedStates) {
  // The block says that R20 holds something.
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.jmp_(1);
              c.encoder.mov_(16, 20);
              c.encoder.ret_();
              c.blocks = {block(1, machine | 1 << 20)};
            }),
            "a register that the target reads is not written on this way");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.jmp_(1);
              c.encoder.ret_();
              c.blocks = {block(1)};
              c.blocks[0].depth = 5;
            }),
            "the data stack has another depth at the target");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.jmp_(1);
              c.encoder.ret_();
              c.blocks = {block(1)};
              c.blocks[0].catches = 1;
            }),
            "another number of catch points is set at the target");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.ret_();
              c.encoder.ret_();
              c.blocks = {block(1, machine | 1 << 5)};
            }),
            "a block has flags at its entry");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.jmp_(1);
              c.encoder.ret_();
              c.blocks = {block(1, 1)};
            }),
            "a block does not have the registers of the machine");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.ret_();
              c.blocks = {block(5)};
            }),
            "a block lies outside the code or is malformed");
}

TEST(Verifier, RefusesBadStacks) {
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.pop_(16); }),
            "more is taken from the data stack than is there");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.push_(0);
              c.encoder.ret_();
            }),
            "the function ends with something on the data stack");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.stack_alloc_(16, 12); }),
            "a size on the stack is no multiple of 8 or too large");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.stack_alloc_(16, -8); }),
            "a size on the stack is no multiple of 8 or too large");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.stack_free_(8); }),
            "more is taken from the data stack than is there");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.leave_(); }),
            "LEAVE comes without ENTER or before FINALLY");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.enter_(8);
              c.encoder.li_(6, 0);
            }),
            "R3 and R6 are written between ENTER and LEAVE");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.enter_(0);
              c.encoder.pop_(16);
            }),
            "more is taken from the data stack than is there");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.alloca_(16, 0); }),
            "ALLOCA comes without ENTER");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.enter_(8);
              c.encoder.alloca_(16, 0);
              c.encoder.push_(0);
            }),
            "after ALLOCA the stack is left alone until LEAVE");
}

TEST(Verifier, RefusesBadRegisters) {
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.mov_(16, 17); }),
            "a register is read that is not written on every way here");
  for (unsigned reg : {2u, 4u, 5u, 57u, 58u, 59u, 62u, 63u})
    EXPECT_EQ(checkCode([=](Code &c) { c.encoder.li_(reg, 0); }),
              "a register is written that cannot be");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.mov_(16, 5); }),
            "R5 is read without flags in this block");
  for (unsigned reg : {0u, 4u, 17u, 56u, 60u})
    EXPECT_EQ(checkCode([=](Code &c) { c.encoder.vec_splat_(reg, 0); }),
              "a group of registers starts at R8, R12, ... R52");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.loop_(0); }),
            "a register is read that is not written on every way here");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.pusha_(); }),
            "PUSHA needs R1 to R15 written");
}

TEST(Verifier, RefusesBadCalls) {
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.calli_(8, 1); }),
            "a function is called that does not exist");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.call_ext_(8, 0); }),
            "an import is called that does not exist");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.icall_(8, 0, 0); }),
            "a table is used that does not exist");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.call_(8, 0, 289); }),
            "there is no type with this number");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.call_(8, 0, 17); }),
            "an argument of a call is not written on every way here");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.li_(47, 0);
              c.encoder.call_(48, 0, 1);
            }),
            "the arguments or results of a call lie above R63");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.call_(41, 0, 1); }),
            "the arguments or results of a call lie above R56");
  // R20 does not survive a call with slide 20, R19 does.
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.li_(20, 0);
              c.encoder.call_(20, 0, 0);
              c.encoder.mov_(16, 20);
            }),
            "a register is read that is not written on every way here");
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.li_(19, 0);
              c.encoder.call_(20, 0, 1);
              c.encoder.mov_(16, 19);
              c.encoder.mov_(16, 36);
              c.encoder.ret_();
            }),
            "");
  EXPECT_EQ(checkCode([](Code &c) {
              c.functions[0].results = 1;
              c.encoder.ret_();
            }),
            "a result is not written on every way to the return");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.reti_(); }),
            "RETI stands in a function that is no trap handler");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.tailcall_(0, 1); }),
            "a tail call has other results than its function");
  // Flags do not live across a call.
  EXPECT_EQ(checkCode([](Code &c) {
              c.encoder.cmp_(0, 0);
              c.encoder.call_(8, 0, 0);
              c.encoder.je_(0);
            }),
            "no instruction of this block sets the flags for this one");
}

TEST(Verifier, RefusesBadCatches) {
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.catch_(16, 0); }),
            "CATCH stands in a function that is not marked for it");
  EXPECT_EQ(checkCode([](Code &c) { c.encoder.finally_(); }),
            "FINALLY comes without CATCH");
  auto caught = [](Code &c, uint64_t defined) {
    c.functions[0].flags = FunctionCatches;
    c.encoder.li_(20, 0);
    c.encoder.catch_(16, 3);
    c.encoder.finally_();
    c.encoder.ret_();
    c.encoder.ret_();
    c.blocks = {block(4, machine | defined)};
  };
  EXPECT_EQ(checkCode([&](Code &c) { caught(c, 1 << 16); }), "");
  EXPECT_EQ(checkCode([&](Code &c) { caught(c, 1 << 20); }),
            "a register that the target reads is not written on this way");
  EXPECT_EQ(checkCode([](Code &c) {
              c.functions[0].flags = FunctionCatches;
              c.encoder.catch_(16, 1);
              c.encoder.ret_();
              c.blocks = {block(1)};
            }),
            "another number of catch points is set at the target");
  EXPECT_EQ(checkCode([](Code &c) {
              c.functions[0].flags = FunctionCatches;
              c.encoder.call_(15, 0, 0);
            }),
            "a function with catch points calls with a slide of at least 16");
}

} // namespace
