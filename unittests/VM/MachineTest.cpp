//===- MachineTest.cpp - engines and snapshots ----------------------------===//

#include "Engines.h"
#include "RandomProgram.h"
#include "gtest/gtest.h"
#include <random>

using namespace flux;
using namespace flux::vm;

namespace {

/// Empty if the two are equal, else where they begin to differ.
std::string difference(const std::string &a, const std::string &b) {
  if (a == b)
    return "";
  size_t at = 0;
  while (at != a.size() && at != b.size() && a[at] == b[at])
    ++at;
  return "differ from byte " + std::to_string(at) + " of " +
         std::to_string(a.size()) + " and " + std::to_string(b.size());
}

TEST(Machine, EnginesAgreeOnRandomPrograms) {
  std::mt19937 random(20261126);
  unsigned ran = 0;
  for (unsigned i = 0; i != 120; ++i) {
    std::vector<uint8_t> bytes(600);
    for (uint8_t &byte : bytes)
      byte = static_cast<uint8_t>(random());
    std::string text = RandomProgram(bytes.data(), bytes.size()).make();
    std::string message, file = assembleText(text, &message);
    ASSERT_EQ(message, "") << text;
    TestArena arena;
    bytecode::Package package;
    ASSERT_EQ(package.read(toBytes(file)), nullptr);
    bytecode::VerifyError error;
    ASSERT_TRUE(bytecode::verify(package, arena, error))
        << error.message << " at " << error.word << "\n"
        << text;
    for (int64_t gas : {100000, 37}) {
      for (Engine engine : {Engine::Threaded, Engine::Moved}) {
        bool whole = engine == Engine::Threaded;
        std::string plain = observe(package, Engine::Plain, gas, 8, whole);
        ASSERT_EQ(difference(plain, observe(package, engine, gas, 8, whole)),
                  "")
            << "program " << i << ", gas " << gas << "\n"
            << text;
      }
      ++ran;
    }
  }
  EXPECT_EQ(ran, 240u);
}

class SnapshotTest : public testing::Test {
protected:
  void SetUp() override {
    file = assembleText(R"(
.region 3 rw 4096
.func main 0 -> 1 catches
  li r20, h
  set_handler r20
  push_imm 5
  catch r15, caught
  li r40, 0x300000000
  li r41, 1000
  calli 24, f
  finally
  pop r16
  ret
caught:
  pop r16
  ret
.func f 2 -> 1
  enter 16
  store r17, [r16]
again:
  iaddi r17, r17, -1
  jnz r17, again
  leave
  ret
.func h 1 -> 1
  reti
)",
                        &message);
    ASSERT_EQ(message, "");
    ASSERT_EQ(package.read(toBytes(file)), nullptr);
    TestMachine stopped(package, 0x7FF);
    stopped.machine.addGas(100);
    ASSERT_EQ(stopped.machine.run(), State::OutOfGas);
    bytes = stopped.snapshot();
  }

  /// What readSnapshot says; runs what it takes.
  std::string restore(const std::string &snapshot) {
    TestMachine test(package, 0x7FF);
    TestArena scratch;
    if (const char *error =
            readSnapshot(test.machine, toBytes(snapshot), scratch))
      return error;
    test.machine.gas = 100000;
    ThreadedCode code;
    EXPECT_TRUE(code.build(package, scratch));
    code.run(test.machine);
    result = test.machine.status;
    return "";
  }
  static void rehashSnapshot(std::string &snapshot) {
    Sha256 hash;
    hash.add(snapshot.data(), snapshot.size() - 32);
    hash.finish(reinterpret_cast<uint8_t *>(&snapshot[snapshot.size() - 32]));
  }

  std::string message, file, bytes;
  bytecode::Package package;
  int result = -1;
};

TEST_F(SnapshotTest, GoesOn) {
  EXPECT_EQ(restore(bytes), "");
  EXPECT_EQ(result, 5);
}

TEST_F(SnapshotTest, RefusesDamage) {
  EXPECT_EQ(restore(""), "this is no snapshot");
  for (size_t i = 0; i < bytes.size(); i += 29) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x40);
    EXPECT_NE(restore(changed), "") << i;
    EXPECT_NE(restore(bytes.substr(0, i)), "") << i;
  }
}

/// Forged ones may do anything but leave their memory.
TEST_F(SnapshotTest, ForgedOnesAreHarmless) {
  // All of the state and the first registers; what is behind is registers and
  // pages.
  for (size_t i = 40; i < 500; ++i)
    for (unsigned value : {1u, 0xFFu}) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(value);
      rehashSnapshot(changed);
      restore(changed);
    }
}

TEST(Machine, CapabilitiesDoNotGrowBySnapshots) {
  std::string file = assembleText(".func main 0 -> 0\n  sys_yield\n  halt\n");
  bytecode::Package package;
  ASSERT_EQ(package.read(toBytes(file)), nullptr);
  TestMachine rich(package, 0x7FF), poor(package, 0x3);
  rich.machine.addGas(10);
  ASSERT_EQ(rich.machine.run(), State::Yielded);
  TestArena scratch;
  std::string bytes = rich.snapshot();
  ASSERT_EQ(readSnapshot(poor.machine, toBytes(bytes), scratch), nullptr);
  EXPECT_EQ(poor.machine.capabilities, 0x3);
}

/// The first design checked sums of addresses and lengths, which wrap.
TEST(Machine, AccessDoesNotWrap) {
  std::string file = assembleText(".func main 0 -> 0\n  halt\n");
  bytecode::Package package;
  ASSERT_EQ(package.read(toBytes(file)), nullptr);
  TestMachine test(package, 0, 16 << 20);
  ASSERT_EQ(test.error, nullptr);
  Machine &machine = test.machine;
  uint64_t start = 1ull << 32, end = start + (1 << 20);
  EXPECT_NE(machine.access(start, 1 << 20, 1), nullptr);
  EXPECT_EQ(machine.access(start, (1 << 20) + 1, 1), nullptr);
  EXPECT_EQ(machine.access(start + 1, ~0ull, 1), nullptr);
  EXPECT_EQ(machine.access(start + 8, ~0ull - 7, 1), nullptr);
  EXPECT_EQ(machine.access(end, 1, 1), nullptr);
  EXPECT_EQ(machine.access(0, 1, 1), nullptr);
}

/// Both engines do the same of \p text, going on \p rounds times with \p gas.
void expectAgreement(const char *text, int64_t gas, unsigned rounds) {
  std::string message, file = assembleText(text, &message);
  ASSERT_EQ(message, "");
  bytecode::Package package;
  ASSERT_EQ(package.read(toBytes(file)), nullptr);
  EXPECT_EQ(observe(package, Engine::Plain, gas, rounds, true),
            observe(package, Engine::Threaded, gas, rounds, true))
      << gas;
}

/// A comparison that is one operation with the jump behind it writes no flags;
/// those of an earlier one must be gone behind the jump all the same.
TEST(Machine, FlagsEndWithTheirBlock) {
  expectAgreement(".func main 0 -> 0\n"
                  "  li r20, -1\n"
                  "  li r21, 5\n"
                  "  cmp r20, r21\n"
                  "  pushf\n"
                  "  pop r22\n"
                  "  cmpi r21, 5\n"
                  "  je b0\n"
                  "  halt\n"
                  "b0:\n"
                  "  sys_yield\n"
                  "  halt\n",
                  100, 1);
}

/// Calls end the life of flags, also one that traps, in each engine.
TEST(Machine, FlagsEndWithCalls) {
  expectAgreement(".func main 0 -> 0\n"
                  "  li r20, -1\n"
                  "  cmp r20, r0\n"
                  "  pushf\n"
                  "  pop r21\n"
                  "  call 32, r20, 0->0\n"
                  "  halt\n",
                  100, 1);
}

/// A block takes the value that the one before it wrote last from where
/// operations hand it on, also if the machine stopped for gas in between.
TEST(Machine, BlocksThatAreFallenIntoGoOn) {
  for (int64_t gas = 1; gas != 8; ++gas)
    expectAgreement(".func main 0 -> 0\n"
                    "  li r21, 1\n"
                    "  li r20, 100\n"
                    "  jz r21, b0\n"
                    "  inot r22, r20\n"
                    "  jz r21, b0\n"
                    "  inot r23, r22\n"
                    "b0:\n"
                    "  halt\n",
                    gas, 8);
}

} // namespace
