//===- Engines.h - the same program on each engine -------------*- C++ -*-===//
//
// Runs a package as one engine or another does, with stops in between, and
// keeps all that can be seen of it.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_UNITTESTS_VM_ENGINES_H
#define FLUX_UNITTESTS_VM_ENGINES_H

#include "TestArena.h"
#include "runtime/vm/HostCalls.h"
#include "runtime/vm/Snapshot.h"
#include "runtime/vm/Threaded.h"
#include <memory>

namespace flux {

/// A host that sees and changes what hosts can, by nothing but the machine.
inline vm::HostResult answer(vm::Machine &machine, const uint64_t args[2],
                             uint64_t &result) {
  result = args[0] + args[1];
  switch (args[0] % 9) {
  case 0:
    result = static_cast<uint64_t>(machine.makeRegion(4096, 3));
    break;
  case 1:
    result = machine.removeRegion(2);
    break;
  case 2:
    if (machine.regions[2].made)
      machine.regions[2].rights ^= bytecode::RegionWrite;
    ++machine.regionChanges;
    break;
  case 3:
    result = static_cast<uint64_t>(machine.gas + machine.heldGas);
    break;
  case 4:
    result = machine.pc + (uint64_t(machine.depth) << 32);
    break;
  case 5:
    return vm::refuse(isa::TrapCode::BadArgument);
  case 6: // goes on after an odd portion of gas
    if ((machine.gas + machine.heldGas) % 2 != 0)
      return {vm::HostAction::Wait, 0};
    break;
  case 7:
    if (args[1] % 4 == 0)
      return {vm::HostAction::Exit, 7};
    break;
  default:
    break;
  }
  return vm::done();
}

/// Lets a host answer calls of the system and of imports so.
inline void offerAnswers(vm::Host &host) {
  host.service = [](void *, vm::Machine &machine, isa::Opcode opcode,
                    const uint64_t args[2], uint64_t &result) {
    return opcode == isa::Opcode::SYSCALL ? answer(machine, args, result)
                                          : vm::HostResult();
  };
  host.import = [](void *, vm::Machine &machine, uint32_t, uint64_t *args) {
    return answer(machine, args, args[0]);
  };
}

/// A machine with its memory.
struct TestMachine {
  TestMachine(const bytecode::Package &package, uint16_t capabilities,
              uint64_t memory = 4 << 20) {
    vm::Host host;
    host.self = this;
    host.map = [](void *self, unsigned, uint64_t size) -> uint8_t * {
      void *memory = std::calloc(1, size);
      static_cast<TestMachine *>(self)->maps.push_back(memory);
      return static_cast<uint8_t *>(memory);
    };
    offerAnswers(host);
    error = machine.start(package, host, arena, capabilities, memory);
    machine.gas = 0;
  }
  ~TestMachine() {
    for (void *map : maps)
      std::free(map);
  }

  std::string snapshot() const {
    std::string result;
    vm::writeSnapshot(
        machine,
        [](void *self, const void *data, uint64_t size) {
          static_cast<std::string *>(self)->append(
              static_cast<const char *>(data), size);
        },
        &result);
    return result;
  }

  TestArena arena;
  std::vector<void *> maps;
  vm::Machine machine;
  const char *error = nullptr;
};

enum class Engine { Plain, Threaded, Moved };

/// What can be seen after \p rounds portions of \p gas.
inline std::string observe(const bytecode::Package &package, Engine engine,
                           int64_t gas, unsigned rounds, bool whole) {
  TestArena arena;
  vm::ThreadedCode code;
  if (!code.build(package, arena))
    return "no memory";
  auto test = std::make_unique<TestMachine>(package, 0x7FF);
  if (test->error != nullptr)
    return test->error;
  std::string seen;
  for (unsigned i = 0; i != rounds; ++i) {
    vm::Machine *machine = &test->machine;
    machine->addGas(gas);
    vm::State state =
        engine == Engine::Threaded || (engine == Engine::Moved && i % 2 == 0)
            ? code.run(*machine)
            : machine->run();
    seen += std::to_string(unsigned(state)) + " " +
            std::to_string(machine->trapCode) + " " +
            std::to_string(machine->trapWord) + " " +
            std::to_string(machine->status) + " " +
            std::to_string(machine->gas) + " " + std::to_string(machine->pc) +
            "\n";
    // A snapshot has registers that nothing reads any more, but not those above
    // its window: after a move they are 0.
    if (whole)
      seen += test->snapshot();
    else
      seen.append(reinterpret_cast<char *>(machine->regions[3].base), 4096);
    if (state == vm::State::Halted || state == vm::State::Trapped)
      break;
    if (engine != Engine::Moved)
      continue;
    // To another machine.
    std::string bytes = test->snapshot();
    auto next = std::make_unique<TestMachine>(package, 0x7FF);
    next->machine.trapCode = machine->trapCode;
    next->machine.trapWord = machine->trapWord;
    if (const char *message =
            vm::readSnapshot(next->machine, toBytes(bytes), next->arena))
      return message;
    test = std::move(next);
  }
  return seen;
}

} // namespace flux

#endif // FLUX_UNITTESTS_VM_ENGINES_H
