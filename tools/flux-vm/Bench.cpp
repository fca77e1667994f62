//===- Bench.cpp - flux-vm bench ------------------------------------------===//
//
// How long each step from the file to the end of the program takes, in time of
// the processor; `load` is all of them up to the first instruction.
//
//===----------------------------------------------------------------------===//

#include "Process.h"
#include "Window.h"
#include "runtime/bytecode/Verifier.h"
#include "runtime/rt/linux/Syscalls.h"
#include "runtime/vm/Threaded.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

namespace {

/// What this process took of a processor, in nanoseconds.
int64_t readCpuTime() {
  constexpr int processClock = 2;
  int64_t time[2] = {};
  rt::systemCall(rt::Syscall::ClockGettime, processClock, rt::toArgument(time));
  return time[0] * 1000000000 + time[1];
}

uint64_t countInstructions(const Package &package) {
  uint64_t count = 0;
  for (uint64_t word = 0; word < package.codeWords; ++count) {
    isa::Instruction instruction;
    if (isa::decode(package.code.data + 4 * word, package.codeWords - word,
                    instruction) != nullptr)
      break;
    word += instruction.words;
  }
  return count;
}

/// `NAME 123.4 us`, with the rate if \p amount is not 0.
void show(TextBuilder &text, const char *name, int64_t nanoseconds,
          uint64_t amount) {
  auto time = static_cast<uint64_t>(nanoseconds > 0 ? nanoseconds : 1);
  text << name << " " << time / 1000 << "." << time / 100 % 10 << " us";
  if (amount != 0) {
    uint64_t rate = amount * 10000 / time;
    text << ", " << rate / 10 << "." << rate % 10 << " M instructions/s";
  }
  text << "\n";
}

} // namespace

int benchCommand(Arguments &args) {
  static Process process;
  int64_t started = readCpuTime();
  int status = process.open(args, [](void *, Bytes) { return -2; }, nullptr);
  if (status >= 0)
    return status;
  // What open() did, and what has to be done after it.
  guardRegions(process.machine);
  int64_t wasStarted = readCpuTime();
  Package package;
  VerifyError error;
  int64_t begin = readCpuTime();
  if (const char *message = package.read(process.package.file))
    return fail(message);
  int64_t wasRead = readCpuTime();
  if (!verify(package, getArena(), error))
    return fail(error.message);
  int64_t wasVerified = readCpuTime();
  ThreadedCode code;
  Machine &machine = process.machine;
  if (!code.build(package, getArena(), machine.regionWindow != nullptr))
    return fail("no memory to translate the code");
  int64_t wasTranslated = readCpuTime();
  do
    code.run(machine);
  while (machine.state == State::Yielded);
  rt::flux_console_flush();
  int64_t wasRun = readCpuTime();
  uint64_t instructions = countInstructions(package);
  uint64_t gas = process.gas - static_cast<uint64_t>(machine.gas);
  status = process.finish();
  Output out(/*toError=*/true);
  out.text << package.file.size << " bytes, " << instructions
           << " instructions, " << gas << " units of gas\n";
  show(out.text, "load", wasStarted - started + wasTranslated - wasVerified, 0);
  show(out.text, "read", wasRead - begin, 0);
  show(out.text, "verify", wasVerified - wasRead, instructions);
  show(out.text, "translate", wasTranslated - wasVerified, instructions);
  show(out.text, "run", wasRun - wasTranslated, gas);
  return status;
}

} // namespace flux::tool
