//===- Program.cpp - packages as processes --------------------------------===//
//
// A package is read, verified and translated by its own process, on its account
// and in its time: one that is damaged or large holds up nobody else.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Program.h"
#include "runtime/bytecode/Verifier.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Scheduler.h"

namespace flux::kernel {

using namespace vm;

static MemoryKind kindOf(const Process &process) {
  return process.isAgent ? MemoryKind::Agent : MemoryKind::Bytecode;
}

/// Addresses for a process as \p Arena and Host want them.
static void *mapMemory(void *self, uint64_t size) {
  auto &process = *static_cast<Process *>(self);
  Guard guard;
  Mapping *mapping = reserve(process.mappings, process.account, process.slot,
                             size, kindOf(process), hal::Read | hal::Write);
  return mapping != nullptr ? reinterpret_cast<void *>(mapping->base) : nullptr;
}

static uint8_t *mapRegion(void *self, unsigned, uint64_t size) {
  return static_cast<uint8_t *>(mapMemory(self, size));
}

static void unmapRegion(void *self, unsigned, uint8_t *base, uint64_t) {
  auto &process = *static_cast<Process *>(self);
  Guard guard;
  release(process.mappings,
          findMapping(process.mappings, reinterpret_cast<uint64_t>(base)));
}

uint8_t *reach(Process &process, uint64_t address, uint64_t size,
               uint8_t right) {
  uint8_t *at = process.machine.access(address, size, right);
  if (at == nullptr)
    return nullptr;
  auto base = reinterpret_cast<uint64_t>(at);
  Mapping *mapping = findMapping(process.mappings, base);
  return mapping != nullptr && populate(*mapping, base, size) ? at : nullptr;
}

static void appendPlace(Line &line, const bytecode::Package &package,
                        uint64_t word) {
  uint32_t function = package.findFunction(word);
  Bytes name = package.getName(function), document, source;
  package.getDocument(document, source);
  if (name.size != 0)
    line << name;
  else
    line << "function " << uint64_t(function);
  bytecode::LineEntry place = package.findLine(word);
  line << " (";
  if (place.line != 0) {
    line << document << ":" << uint64_t(place.line);
    if (place.column != 0)
      line << ":" << uint64_t(place.column);
    line << ", ";
  }
  line << "word " << word << ")\n";
}

/// Tells of a trap as flux-vm does.
static void printTrap(const Process &process) {
  const Machine &machine = process.machine;
  const char *message = isa::getTrapMessage(machine.trapCode);
  print(Line() << process.name << ": trap " << uint64_t(machine.trapCode)
               << ": "
               << (message != nullptr ? message : "raised by the program")
               << "\n");
  Line place;
  place << "  in ";
  appendPlace(place, *machine.package, machine.trapWord);
  print(place);
  constexpr uint32_t shown = 20;
  for (uint32_t i = 0; i != machine.depth && i != shown; ++i) {
    uint32_t word = machine.frames[machine.depth - 1 - i].returnWord;
    if (word >= returnToTrap)
      continue;
    Line from;
    from << "  from ";
    appendPlace(from, *machine.package, word - 1);
    print(from);
  }
  if (machine.depth > shown)
    print(Line() << "  and " << uint64_t(machine.depth - shown)
                 << " more calls\n");
}

[[noreturn]] static void fail(Process &process, const char *why) {
  {
    Guard guard;
    log(Level::Error, Line() << process.name << ": " << why);
  }
  exitProcess(trapStatus);
}

/// The life of a process that runs a package.
static void runPackage(Process &process) {
  Arena arena(
      mapMemory,
      [](void *self) { fail(*static_cast<Process *>(self), "out of memory"); },
      &process);
  if (const char *message = process.package.read(process.file))
    fail(process, message);
  bytecode::VerifyError error;
  if (!bytecode::verify(process.package, arena, error))
    fail(process, error.message);
  Machine &machine = process.machine;
  const char *message =
      machine.start(process.package, makeHost(process), arena,
                    process.capabilities, process.regionLimit);
  if (message != nullptr)
    fail(process, message);
  if (!process.code.build(process.package, arena))
    fail(process, "no memory to translate the code");
  for (;;) {
    switch (process.code.run(machine)) {
    case vm::State::Halted:
      exitProcess(machine.status);
    case vm::State::Trapped: {
      {
        Guard guard;
        printTrap(process);
      }
      exitProcess(trapStatus);
    }
    case vm::State::OutOfGas:
      fail(process, "out of gas");
    case vm::State::Yielded: {
      Guard guard;
      yieldProcessor(guard);
      break;
    }
    default: // waits that were interrupted are begun again
      break;
    }
  }
}

const char *startProgram(Bytes file, const StartInfo &info, Process *&process) {
  StartInfo full = info;
  full.entry = runPackage;
  process = makeProcess(full);
  if (process == nullptr)
    return "no memory for another process";
  process->file = file;
  startProcess(*process);
  return nullptr;
}

//===--- services ---------------------------------------------------------===//

static HostResult done() { return {HostAction::Done, 0}; }
static HostResult refuse(isa::TrapCode code) {
  return {HostAction::Trap, static_cast<uint16_t>(code)};
}

/// How much is written while others wait for the lock.
static constexpr uint64_t writeStep = 256;

static HostResult writeStream(Process &process, uint64_t address,
                              uint64_t size) {
  for (uint64_t done = 0; done < size; done += writeStep) {
    uint64_t step = size - done < writeStep ? size - done : writeStep;
    Guard guard;
    uint8_t *at = reach(process, address + done, step, bytecode::RegionRead);
    if (at == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
    print(Bytes{at, step});
  }
  return done();
}

/// Waits for input, then takes what is there.
static HostResult readStream(Process &process, uint64_t address, uint64_t size,
                             uint64_t &result) {
  constexpr uint64_t pollTime = 5 * tickTime;
  Guard guard;
  uint8_t *at = reach(process, address, size, bytecode::RegionWrite);
  if (at == nullptr)
    return refuse(isa::TrapCode::OutOfRegion);
  for (;;) {
    result = 0;
    for (int c; result != size && (c = hal::readConsole()) >= 0; ++result)
      at[result] = static_cast<uint8_t>(c);
    if (result != 0)
      return done();
    block(guard, WaitFor::Input, 0, hal::now() + pollTime);
    if (process.isKilled)
      return {HostAction::Wait, 0};
  }
}

static HostResult serve(void *self, Machine &machine, isa::Opcode opcode,
                        const uint64_t args[2], uint64_t &result) {
  auto &process = *static_cast<Process *>(self);
  switch (opcode) {
  case isa::Opcode::IO_READ_STREAM:
  case isa::Opcode::IO_WRITE_STREAM: {
    bool isWrite = opcode == isa::Opcode::IO_WRITE_STREAM;
    if (args[1] == 0)
      return result = 0, done();
    if (machine.access(args[0], args[1],
                       isWrite ? bytecode::RegionRead
                               : bytecode::RegionWrite) == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
    result = args[1];
    return isWrite ? writeStream(process, args[0], args[1])
                   : readStream(process, args[0], args[1], result);
  }
  case isa::Opcode::SYS_SLEEP: {
    Guard guard;
    uint64_t start = hal::now(), time = args[0];
    block(guard, WaitFor::Nothing, 0,
          time < never - 1 - start ? start + time : never - 1);
    return done();
  }
  default:
    return HostResult();
  }
}

Host makeHost(Process &process) {
  Host host;
  host.self = &process;
  host.service = serve;
  host.map = mapRegion;
  host.unmap = unmapRegion;
  return host;
}

} // namespace flux::kernel
