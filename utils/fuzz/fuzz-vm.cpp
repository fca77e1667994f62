//===- fuzz-vm.cpp - random programs on both engines ----------------------===//
//
// Programs made of any bytes are verified and do the same on each engine.
//
//===----------------------------------------------------------------------===//
#include "unittests/VM/Engines.h"
#include "unittests/VM/RandomProgram.h"

using namespace flux;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string message;
  std::string file = assembleText(RandomProgram(data, size).make(), &message);
  TestArena arena;
  bytecode::Package package;
  bytecode::VerifyError error;
  if (!message.empty() || package.read(toBytes(file)) != nullptr ||
      !bytecode::verify(package, arena, error))
    __builtin_trap();
  for (int64_t gas : {10000, 41})
    if (observe(package, Engine::Plain, gas, 5, true) !=
        observe(package, Engine::Threaded, gas, 5, true))
      __builtin_trap();
  return 0;
}
