//===- Program.cpp - packages as processes --------------------------------===//
//
// A package is read, verified and translated by its own process, on its account
// and in its time: one that is damaged or large holds up nobody else.
//
//===----------------------------------------------------------------------===//

#include "runtime/kernel/Program.h"
#include "runtime/base/Lzma.h"
#include "runtime/bytecode/Verifier.h"
#include "runtime/kernel/Archive.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Scheduler.h"
#include "runtime/kernel/User.h"
#include "runtime/vm/Report.h"

namespace flux::kernel {

using namespace vm;

static MemoryKind kindOf(const Process &process) {
  return process.isAgent() ? MemoryKind::Agent : MemoryKind::Bytecode;
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

uint8_t *access(Process &process, uint64_t address, uint64_t size,
                uint8_t right) {
  if (!process.hasSpace)
    return process.machine.access(address, size, right);
  return hasUserMemory(process, address, size, right)
             ? reinterpret_cast<uint8_t *>(address)
             : nullptr;
}

uint8_t *reach(Process &process, uint64_t address, uint64_t size,
               uint8_t right) {
  if (process.hasSpace)
    return findUserMemory(process, address, size, right);
  uint8_t *at = process.machine.access(address, size, right);
  if (at == nullptr)
    return nullptr;
  auto base = reinterpret_cast<uint64_t>(at);
  Mapping *mapping = findMapping(process.mappings, base);
  return mapping != nullptr && populate(*mapping, base, size) ? at : nullptr;
}

static void printText(const char *data, int64_t size) {
  Guard guard;
  print(Stream::Error, Bytes{reinterpret_cast<const uint8_t *>(data),
                             static_cast<uint64_t>(size)});
}

[[noreturn]] static void fail(Process &process, const char *why) {
  {
    Guard guard;
    log(Level::Error, "%s: %s", process.name, why);
  }
  exitProcess(trapStatus);
}

static void runPackage(Process &process);

/// Reads, verifies and translates the package.
static void load(Process &process, Arena &arena) {
  if (!process.isVerified)
    if (const char *message = process.package.read(process.file))
      fail(process, message);
  if (const char *message = bindImports(process, arena))
    fail(process, message);
  bytecode::VerifyError error;
  if (!process.isVerified && !bytecode::verify(process.package, arena, error))
    fail(process, error.message);
  Machine &machine = process.machine;
  Host host;
  host.self = &process;
  host.map = mapRegion;
  host.unmap = unmapRegion;
  host.mapsLater = !hal::pagesComeLater;
  offerServices(host);
  const char *message = machine.start(
      process.package, host, arena, process.capabilities, process.regionLimit);
  if (message != nullptr)
    fail(process, message);
  process.context = ThreadedCode::makeContext(arena);
  if (process.context == nullptr ||
      !process.code.build(process.package, arena, /*isGuarded=*/false, host))
    fail(process, "no memory to translate the code");
  // Where a context begins again, it goes on from here.
  process.entry = runPackage;
  process.isLoaded = true;
}

/// The memory at \p base becomes \p needed bytes, or twice what it is but at
/// most
/// \p most.  Returns how many, or 0 after \p base stays as it was.
template <class T>
static uint64_t extendMemory(Process &process, T *&base, uint64_t needed,
                             uint64_t most) {
  Guard guard;
  Mapping *mapping =
      findMapping(process.mappings, reinterpret_cast<uint64_t>(base));
  uint64_t twice = 2 * mapping->size < most ? 2 * mapping->size : most;
  Mapping *larger =
      twice > needed ? extend(process.mappings, mapping, twice) : nullptr;
  if (larger == nullptr)
    larger = extend(process.mappings, mapping, needed);
  if (larger == nullptr)
    return 0;
  base = reinterpret_cast<T *>(larger->base);
  return larger->size < most ? larger->size : most;
}

/// Gives a machine the memory that it waits for; false if there is not enough.
static bool giveMemory(Process &process) {
  Machine &machine = process.machine;
  Need need = machine.need;
  machine.need = Need();
  if (need.bytes != 0) {
    RegionState &region = machine.regions[need.region];
    uint64_t there =
        extendMemory(process, region.base, need.bytes, region.size);
    region.missing = there != 0 ? region.size - there : region.missing;
    return there != 0;
  }
  uint64_t most = process.package.manifest.callLimit;
  uint64_t room = 2 * uint64_t(machine.callRoom);
  if (room > most)
    room = most;
  uint64_t registers = Machine::getRegisterBytes(room),
           frames = Machine::getFrameBytes(room);
  if (extendMemory(process, machine.registers, registers, registers) == 0 ||
      extendMemory(process, machine.frames, frames, frames) == 0)
    return false;
  machine.callRoom = static_cast<uint32_t>(room);
  return true;
}

/// The life of a process that runs a package.
static void runPackage(Process &process) {
  Arena arena(
      mapMemory,
      [](void *self) { fail(*static_cast<Process *>(self), "out of memory"); },
      &process);
  if (!process.isLoaded)
    load(process, arena);
  Machine &machine = process.machine;
  // About a millisecond.
  constexpr int64_t sliceGas = 200000;
  int64_t slice = sliceGas;
  for (;;) {
    if constexpr (hal::contextsBeginAgain)
      machine.limitRun(slice);
    switch (process.code.run(machine, *process.context)) {
    case vm::State::Halted:
      exitProcess(machine.status);
    case vm::State::Trapped: {
      bool isRule =
          machine.trapCode == static_cast<uint16_t>(isa::TrapCode::Rule) &&
          process.brokenWord == machine.trapWord;
      reportTrap(
          {machine, isRule ? process.broken : nullptr, printText, arena});
      exitProcess(trapStatus);
    }
    case vm::State::OutOfGas:
      if (machine.heldGas == 0)
        fail(process, "out of gas");
      // Who cannot pay for a single block gets more.
      if (machine.gas == slice) {
        slice *= 2;
        break;
      }
      slice = sliceGas;
      if constexpr (hal::contextsBeginAgain)
        hal::takeInterrupts();
      break;
    case vm::State::Yielded: {
      Guard guard;
      yieldProcessor(guard);
      break;
    }
    case vm::State::Waiting:
      if (!hal::pagesComeLater && machine.need.isThere()) {
        if (!giveMemory(process))
          fail(process, getFreePages() == 0
                            ? "the machine has no memory left"
                            : "the process has used up its memory");
        break;
      }
      [[fallthrough]];
    default: { // a wait that was broken off, to end the process
      Guard guard;
      yieldProcessor(guard);
      break;
    }
    }
  }
}

void runFile(Process &process) {
  (isUserProgram(process.file) ? runUserProgram : runPackage)(process);
}

static void *mapScratch(void *self, uint64_t size) {
  auto &process = *static_cast<Process *>(self);
  Guard guard;
  Mapping *mapping = reserve(process.scratch, process.account, process.slot,
                             size, MemoryKind::Kernel, hal::Read | hal::Write);
  return mapping != nullptr ? reinterpret_cast<void *>(mapping->base) : nullptr;
}

/// The life of a process whose program is packed.
static void runPacked(Process &process) {
  uint64_t size = 0;
  isPacked(process.file, size);
  auto *memory = size <= maxUnpackedSize
                     ? static_cast<uint8_t *>(mapMemory(&process, size))
                     : nullptr;
  Arena scratch(
      mapScratch,
      [](void *self) { fail(*static_cast<Process *>(self), "out of memory"); },
      &process);
  if (memory == nullptr || !unpackLzma({process.file.data + packedHeaderSize,
                                        process.file.size - packedHeaderSize},
                                       memory, size, scratch))
    fail(process, "the program cannot be unpacked");
  {
    Guard guard;
    freeScratch(process);
  }
  process.file = {memory, size};
  runFile(process);
}

const char *startProgram(Bytes file, const StartInfo &info, Process *&process) {
  StartInfo full = info;
  uint64_t size;
  if (full.entry == nullptr)
    full.entry = isPacked(file, size) ? runPacked : runFile;
  process = makeProcess(full);
  if (process == nullptr)
    return "no memory for another process";
  process->file = file;
  startProcess(*process);
  return nullptr;
}

const char *loadProgram(Process &loader, Bytes file, const StartInfo &info,
                        Process *&process) {
  StartInfo full = info;
  bool isUser = isUserProgram(file);
  full.entry = isUser ? runUserProgram : runPackage;
  {
    Guard guard;
    process = makeProcess(full);
    if (process == nullptr)
      return "no memory for another process";
    process->state = State::Blocked;
  }
  auto give = [&](const char *message) {
    Guard guard;
    freeProcess(*process);
    process = nullptr;
    return message;
  };
  void *copy = mapMemory(process, file.size);
  if (copy == nullptr)
    return give("no memory for the package");
  {
    Guard guard;
    Mapping *mapping =
        findMapping(process->mappings, reinterpret_cast<uint64_t>(copy));
    if (!populate(*mapping, mapping->base, file.size)) {
      freeProcess(*process);
      process = nullptr;
      return "no memory for the package";
    }
  }
  __builtin_memcpy(copy, file.data, file.size);
  process->file = {static_cast<const uint8_t *>(copy), file.size};
  process->isStartable = isUser;
  if (isUser)
    return nullptr; // the processor guards what it does
  if (const char *message = process->package.read(process->file))
    return give(message);
  // Who loads it pays for the check.
  Arena arena(mapScratch, nullptr, &loader);
  bytecode::VerifyError error;
  bool isGood = bytecode::verify(process->package, arena, error);
  {
    Guard guard;
    freeScratch(loader);
  }
  if (!isGood)
    return give(error.message);
  process->isVerified = process->isStartable = true;
  return nullptr;
}

} // namespace flux::kernel
