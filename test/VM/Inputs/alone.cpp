// The machine as somebody uses it who has nothing but runtime/: assembles,
// verifies and runs a program, and tells what it gives.
#include "runtime/bytecode/Assembler.h"
#include "runtime/bytecode/Verifier.h"
#include "runtime/vm/Threaded.h"

extern "C" int printf(const char *, ...);
extern "C" void *calloc(__SIZE_TYPE__, __SIZE_TYPE__);
extern "C" void abort();

using namespace flux;

static const char text[] = R"(
.func main 0 -> 1
  li r16, 0
  li r17, 10
again:
  iadd r16, r16, r17
  iaddi r17, r17, -1
  bnei r17, 0, again
  ret
)";

int main() {
  Arena arena([](void *, uint64_t size) { return calloc(1, size); },
              [](void *) { abort(); }, nullptr);
  bytecode::AssemblerError error;
  Bytes file = bytecode::assemble(
      {reinterpret_cast<const uint8_t *>(text), sizeof text - 1}, arena, error);
  bytecode::Package package;
  bytecode::VerifyError problem;
  if (file.size == 0 || package.read(file) != nullptr ||
      !bytecode::verify(package, arena, problem))
    return 1;
  static vm::Machine machine;
  if (machine.start(package, vm::Host(), arena, 0) != nullptr)
    return 1;
  machine.gas = 1000;
  vm::ThreadedCode code;
  if (!code.build(package, arena))
    return 1;
  code.run(machine);
  printf("%s: %d with %d units of gas left\n",
         machine.state == vm::State::Halted ? "halted" : "stopped",
         static_cast<int>(machine.status), static_cast<int>(machine.gas));
  return 0;
}
