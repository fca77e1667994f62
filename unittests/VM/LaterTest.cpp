//===- LaterTest.cpp - memory that comes later, runs that end early -------===//
//
// The kernel in WebAssembly gives machines memory when they wait for it, at
// other addresses, and lets them run for short times.  A program must not see
// any of that.
//
//===----------------------------------------------------------------------===//

#include "Engines.h"
#include "RandomProgram.h"
#include "gtest/gtest.h"
#include <map>
#include <random>

using namespace flux;
using namespace flux::vm;

namespace {

constexpr int64_t allGas = 200000;

/// Its memory is exactly as large as it was asked for, and moves when it grows.
struct LaterMachine {
  explicit LaterMachine(const bytecode::Package &package) : package(package) {
    Host host;
    host.self = this;
    host.mapsLater = true;
    offerAnswers(host);
    host.map = [](void *self, unsigned number, uint64_t size) {
      auto &bytes = static_cast<LaterMachine *>(self)->memory[number];
      bytes = std::make_unique<uint8_t[]>(size);
      return bytes.get();
    };
    host.unmap = [](void *self, unsigned number, uint8_t *, uint64_t) {
      static_cast<LaterMachine *>(self)->memory.erase(number);
    };
    error = machine.start(package, host, arena, 0x7FF, 4 << 20);
    machine.gas = allGas;
  }

  template <class T>
  void move(unsigned number, T *&base, uint64_t before, uint64_t after) {
    auto bytes = std::make_unique<uint8_t[]>(after);
    memcpy(bytes.get(), base, before);
    memory[number] = std::move(bytes);
    base = reinterpret_cast<T *>(memory[number].get());
    ++moves;
  }

  void grow() {
    Need need = machine.need;
    machine.need = Need();
    if (need.bytes != 0) {
      RegionState &region = machine.regions[need.region];
      move(need.region, region.base, region.there(), need.bytes);
      region.missing = region.size - need.bytes;
      return;
    }
    ASSERT_GT(need.calls, machine.callRoom);
    // One by one would take too long.
    constexpr uint32_t few = 200;
    if (need.calls > few)
      need.calls = 2 * need.calls < package.manifest.callLimit
                       ? 2 * need.calls
                       : package.manifest.callLimit;
    move(registersNumber, machine.registers,
         Machine::getRegisterBytes(machine.callRoom),
         Machine::getRegisterBytes(need.calls));
    move(framesNumber, machine.frames, Machine::getFrameBytes(machine.callRoom),
         Machine::getFrameBytes(need.calls));
    machine.callRoom = need.calls;
  }

  /// Runs to the end, \p slice units of gas at a time if that is not 0.
  State run(const ThreadedCode *code, int64_t slice) {
    for (int64_t amount = slice;;) {
      if (slice != 0)
        machine.limitRun(amount);
      State state = code != nullptr ? code->run(machine) : machine.run();
      if (state == State::Waiting && machine.need.isThere()) {
        grow();
      } else if (state == State::OutOfGas && machine.heldGas != 0) {
        amount = machine.gas == amount ? 2 * amount : slice;
        ++stops;
      } else {
        return state;
      }
    }
  }

  const bytecode::Package &package;
  TestArena arena;
  std::map<unsigned, std::unique_ptr<uint8_t[]>> memory;
  Machine machine;
  const char *error = nullptr;
  unsigned moves = 0, stops = 0;
};

std::string describe(const Machine &machine, State state) {
  auto text = [](uint64_t value) { return std::to_string(value) + " "; };
  std::string seen =
      text(unsigned(state)) + text(machine.trapCode) + text(machine.trapWord) +
      text(static_cast<uint64_t>(machine.status)) + text(machine.pc) +
      text(static_cast<uint64_t>(machine.gas + machine.heldGas)) +
      text(machine.depth) + text(machine.sp);
  for (const RegionState &region : machine.regions)
    if (region.base != nullptr)
      for (uint64_t at = 0; at != region.size; ++at)
        if (at < region.there() && region.base[at] != 0)
          seen += text(at) + text(region.base[at]);
  return seen;
}

class LaterTest : public testing::Test {
protected:
  void load(const std::string &text) {
    std::string message;
    file = assembleText(text, &message);
    ASSERT_EQ(message, "") << text;
    package = bytecode::Package();
    ASSERT_EQ(package.read(toBytes(file)), nullptr);
    bytecode::VerifyError error;
    ASSERT_TRUE(bytecode::verify(package, arena, error))
        << error.message << " at " << error.word << "\n"
        << text;
  }

  /// Compares all ways to run it; returns what they have in common.
  std::string compare() {
    if (HasFatalFailure())
      return "";
    ThreadedCode code;
    EXPECT_TRUE(code.build(package, arena));
    TestMachine whole(package, 0x7FF);
    EXPECT_EQ(whole.error, nullptr);
    whole.machine.gas = allGas;
    std::string expected = describe(whole.machine, whole.machine.run());
    for (bool isThreaded : {false, true})
      for (int64_t slice : {0, 1, 50}) {
        LaterMachine later(package);
        EXPECT_EQ(later.error, nullptr);
        State state = later.run(isThreaded ? &code : nullptr, slice);
        EXPECT_EQ(describe(later.machine, state), expected)
            << "threaded " << isThreaded << ", slice " << slice;
        moves += later.moves;
        stops += later.stops;
      }
    return expected;
  }

  TestArena arena;
  std::string file;
  bytecode::Package package;
  unsigned moves = 0, stops = 0;
};

TEST_F(LaterTest, RandomProgramsSeeNothingOfIt) {
  std::mt19937 random(20261126);
  for (unsigned i = 0; i != 60; ++i) {
    std::vector<uint8_t> bytes(600);
    for (uint8_t &byte : bytes)
      byte = static_cast<uint8_t>(random());
    std::string text = RandomProgram(bytes.data(), bytes.size()).make();
    load(text);
    compare();
    ASSERT_FALSE(HasFailure()) << text;
  }
  EXPECT_GT(stops, 1000u);
}

TEST_F(LaterTest, RegionsGrowAndMove) {
  load(R"(
.region 3 rw 1048576
start: .quad 77
.func main 0 -> 0
  li r20, 0x300000000
  li r21, 0x3000F0000
  li r22, 9
  store r22, [r20 + 16]
  load r23, [r21]
  store r22, [r21]
  li r24, 0x300020000
  li r25, 0x30000
  memcpy r24, r20, r25
  li r26, 0x300080000
  memset r26, r22, r25
  vec_load r28, [r21]
  vec_store r28, [r26]
  li r16, 100000
  region_create r17, r16
  ishli r17, r17, 32
  iadd r18, r17, r16
  store r22, [r18 + -8]
  load r61, [r18 + -8]
  halt
)");
  std::string seen = compare();
  EXPECT_EQ(seen.rfind("1 0 0 9 ", 0), 0u) << seen.substr(0, 40);
  EXPECT_GT(moves, 10u);
}

TEST_F(LaterTest, CallsAndHandlersGoDeep) {
  load(R"(
.region 3 rw 262144
.func main 0 -> 0
  li r20, handler
  set_handler r20
  li r40, 700
  calli 24, deep
  mov r61, r40
  halt
.func deep 1 -> 1
  bgei r16, 1, more
  li r20, 0x300030000
  li r21, 0
  idiv r22, r20, r21
  store r22, [r20]
  load r16, [r20]
  ret
more:
  iaddi r40, r16, -1
  calli 24, deep
  iaddi r16, r40, 1
  ret
.func handler 1 -> 1
  iaddi r16, r16, -20
  reti
)");
  std::string seen = compare();
  EXPECT_EQ(seen.rfind("1 ", 0), 0u) << seen.substr(0, 40);
  EXPECT_GT(moves, 10u);
}

TEST_F(LaterTest, NoEndOfCallsAndGas) {
  load(R"(
.func main 0 -> 0
  calli 64, main
  halt
)");
  // As deep as the program may call, or as long as it may run.
  std::string seen = compare();
  EXPECT_FALSE(seen.empty());
  EXPECT_GT(moves, 10u);
}

TEST_F(LaterTest, GasIsSeenWhole) {
  load(R"(
.func main 0 -> 0
  mov r20, gas
  li r21, 100
again:
  iaddi r21, r21, -1
  bnei r21, 0, again
  mov r22, gas
  isub r61, r20, r22
  li r23, 1000
  gas_init r23
  mov r24, gas
  li r25, 1000
  bgeu r25, r24, small
  li r61, 1
  halt
small:
  halt
)");
  std::string seen = compare();
  EXPECT_EQ(seen.rfind("1 0 0 ", 0), 0u) << seen.substr(0, 40);
  EXPECT_GT(stops, 10u);
}

} // namespace
