//===- HostCalls.cpp - what programs ask the kernel for -------------------===//
//
// The imports and instructions that flux-vm offers as a process of Linux
// (docs/vm-host.md), with the same results: a package does the same here.
// Calls of the system, which only a kernel has, are in Syscalls.cpp.
//
//===----------------------------------------------------------------------===//

#include "runtime/vm/HostCalls.h"
#include "runtime/kernel/CommandLine.h"
#include "runtime/kernel/Describe.h"
#include "runtime/kernel/Devices.h"
#include "runtime/kernel/Exchange.h"
#include "runtime/kernel/Log.h"
#include "runtime/kernel/Program.h"
#include "runtime/kernel/Random.h"
#include "runtime/kernel/Scheduler.h"
#include "runtime/kernel/Syscalls.h"
#include "runtime/kernel/User.h"

namespace flux::kernel {

using namespace vm;

const char *bindImports(Process &process, Arena &arena) {
  const bytecode::Package &package = process.package;
  process.imports = arena.tryAllocate<uint8_t>(package.numImports + 1);
  if (process.imports == nullptr)
    return "no memory for the imports of the program";
  for (uint32_t i = 0; i != package.numImports; ++i) {
    HostCall number = HostCall::read;
    switch (bindImport(package.getImport(i), number)) {
    case Binding::Found:
      process.imports[i] = static_cast<uint8_t>(number);
      break;
    case Binding::Unknown:
      return "the program has an import that the kernel does not know";
    case Binding::OtherType:
      return "the program declares another type or other effects for an import";
    }
  }
  return nullptr;
}

/// Where \p size bytes of a process lie, with memory behind them; what is said
/// of it otherwise.  Of none, no address is wrong.
static uint8_t *findMemory(Process &process, uint64_t address, uint64_t size,
                           uint8_t right, HostResult &wrong) {
  static uint8_t nothing;
  if (size == 0)
    return &nothing;
  wrong = refuse(isa::TrapCode::OutOfRegion);
  if (access(process, address, size, right) == nullptr)
    return nullptr;
  uint8_t *at = reach(process, address, size, right);
  if (at == nullptr) {
    log(Level::Error, "%s: %s", process.name, "out of memory");
    kill(process, trapStatus);
    wrong = {HostAction::Wait, 0};
  }
  return at;
}

//===--- streams ----------------------------------------------------------===//

/// How much is done while others wait for the lock.
static constexpr uint64_t writeStep = 256;

HostResult writeStream(Process &process, Stream stream, uint64_t address,
                       uint64_t size) {
  if (size != 0 &&
      access(process, address, size, bytecode::RegionRead) == nullptr)
    return refuse(isa::TrapCode::OutOfRegion);
  for (uint64_t written = 0; written < size; written += writeStep) {
    uint64_t step = size - written < writeStep ? size - written : writeStep;
    Guard guard;
    HostResult wrong;
    uint8_t *at = findMemory(process, address + written, step,
                             bytecode::RegionRead, wrong);
    if (at == nullptr)
      return wrong;
    print(stream, Bytes{at, step});
  }
  return done();
}

HostResult readStream(Process &process, uint64_t address, uint64_t size,
                      uint64_t &result) {
  constexpr uint64_t pollTime = 5 * tickTime;
  Guard guard;
  HostResult wrong;
  uint8_t *at =
      findMemory(process, address, size, bytecode::RegionWrite, wrong);
  if (at == nullptr)
    return wrong;
  for (result = 0; size != 0;) {
    int c = noInput;
    for (; result != size && (c = readInput()) >= 0; ++result)
      at[result] = static_cast<uint8_t>(c);
    if (result != 0 || c == inputEnded)
      break;
    block(guard, WaitFor::Input, 0, hal::now() + pollTime);
    if (process.isKilled)
      return {HostAction::Wait, 0};
  }
  return done();
}

static void sleep(Process &process, uint64_t time) {
  Guard guard;
  uint64_t end = getDeadline(process, time);
  if (!hal::contextsBeginAgain || hal::now() < end)
    block(guard, WaitFor::Nothing, 0, end);
}

//===--- files ------------------------------------------------------------===//

/// Writes to an open file, a piece at a time; all bytes or an error.
HostResult writeFile(Process &process, uint64_t handle, uint64_t address,
                     uint64_t size, int64_t &result) {
  constexpr uint64_t most = 16384;
  if (size != 0 &&
      access(process, address, size, bytecode::RegionRead) == nullptr)
    return refuse(isa::TrapCode::OutOfRegion);
  uint64_t written = 0;
  do {
    uint64_t step = size - written < most ? size - written : most;
    Guard guard;
    HostResult wrong;
    uint8_t *at = findMemory(process, address + written, step,
                             bytecode::RegionRead, wrong);
    if (at == nullptr)
      return wrong;
    result = devices::isHandle(handle)
                 ? devices::write(process, guard, handle, at, step)
                 : process.files.write(process, handle, at, step);
    written += step;
  } while (written != size && result >= 0);
  if (result >= 0)
    result = static_cast<int64_t>(size);
  return done();
}

/// A call of a file that is a device; false if it is none.
static bool callDevice(Process &process, Guard &guard, HostCall number,
                       const uint64_t *args, Bytes path, uint8_t *memory,
                       int64_t &result) {
  if (takesPath(number) ? !devices::isName(path) : !devices::isHandle(args[0]))
    return false;
  switch (number) {
  case HostCall::file_open:
    result = devices::open(process, guard, path);
    break;
  case HostCall::file_read:
    result = devices::read(process, guard, args[0], memory, args[2]);
    break;
  case HostCall::file_close:
    result = devices::close(process, guard, args[0]);
    break;
  default:
    result = BadArgument;
    break;
  }
  return true;
}

static HostResult callFile(Process &process, HostCall number, uint64_t *args) {
  Files &files = process.files;
  Guard guard;
  HostResult wrong;
  uint8_t *memory = nullptr;
  Bytes path, target;
  if (takesPath(number)) {
    path = {findMemory(process, args[0], args[1], bytecode::RegionRead, wrong),
            args[1]};
    if (path.data == nullptr)
      return wrong;
    if (number == HostCall::file_rename) {
      target = {
          findMemory(process, args[2], args[3], bytecode::RegionRead, wrong),
          args[3]};
      if (target.data == nullptr)
        return wrong;
    }
  } else if (fillsMemory(number)) {
    memory =
        findMemory(process, args[1], args[2], bytecode::RegionWrite, wrong);
    if (memory == nullptr)
      return wrong;
  }
  int64_t result;
  if (callDevice(process, guard, number, args, path, memory, result)) {
    args[0] = static_cast<uint64_t>(result);
    return process.isKilled ? HostResult{HostAction::Wait, 0} : done();
  }
  switch (number) {
  case HostCall::file_open:
    result = args[2] <= static_cast<uint64_t>(OpenMode::CreateNew)
                 ? files.open(process, path, static_cast<OpenMode>(args[2]))
                 : int64_t(BadArgument);
    break;
  case HostCall::file_read:
    result = files.read(process, guard, args[0], memory, args[2]);
    break;
  case HostCall::file_size:
    result = files.getSize(args[0]);
    break;
  case HostCall::file_names:
    result = files.getNames(args[0], memory, args[2]);
    break;
  case HostCall::file_sync:
    result = files.sync(args[0]);
    break;
  case HostCall::file_close:
    result = files.close(args[0]);
    break;
  case HostCall::file_kind:
    result = Files::getKind(path);
    break;
  case HostCall::file_rename:
    result = Files::rename(path, target);
    break;
  default:
    result = Files::remove(path);
    break;
  }
  if (process.isKilled)
    return {HostAction::Wait, 0};
  args[0] = static_cast<uint64_t>(result);
  return done();
}

//===--- imports ----------------------------------------------------------===//

/// The command line with the arguments of a program.
static const char *getCommandLine(const Process &process) {
  if (process.commandLine != nullptr)
    return process.commandLine;
  return process.takesArguments ? getBootInfo().commandLine : "";
}

static HostResult call(Process &process, HostCall number, uint64_t *args) {
  int64_t result = 0;
  switch (number) {
  case HostCall::read: {
    uint64_t count;
    HostResult answer = readStream(process, args[0], args[1], count);
    args[0] = count;
    return answer;
  }
  case HostCall::write: {
    if (args[0] != 1 && args[0] != 2) {
      result = BadHandle;
      break;
    }
    HostResult answer =
        writeStream(process, static_cast<Stream>(args[0]), args[1], args[2]);
    args[0] = args[2];
    return answer;
  }
  case HostCall::is_terminal:
    result = args[0] == 1 || args[0] == 2 ? 0 : int64_t(BadHandle);
    break;
  case HostCall::arguments:
    result = countArguments(getCommandLine(process));
    break;
  case HostCall::argument: {
    Guard guard;
    HostResult wrong;
    uint8_t *at =
        findMemory(process, args[1], args[2], bytecode::RegionWrite, wrong);
    if (at == nullptr)
      return wrong;
    result = args[0] < countArguments(getCommandLine(process))
                 ? static_cast<int64_t>(readArgument(getCommandLine(process),
                                                     args[0], at, args[2]))
                 : int64_t(BadArgument);
    break;
  }
  case HostCall::exit:
    return {HostAction::Exit, static_cast<uint16_t>(args[0] & 0xFF)};
  case HostCall::clock: {
    if (args[0] > 1)
      return refuse(isa::TrapCode::BadArgument);
    Guard guard;
    result =
        static_cast<int64_t>(args[0] == 0 ? hal::now() : hal::readWallClock());
    break;
  }
  case HostCall::sleep:
    if (static_cast<int64_t>(args[0]) > 0)
      sleep(process, args[0]);
    return done();
  case HostCall::random: {
    constexpr int64_t noDevice = -19;
    Guard guard;
    HostResult wrong;
    uint8_t *at =
        findMemory(process, args[0], args[1], bytecode::RegionWrite, wrong);
    if (at == nullptr)
      return wrong;
    result = fillRandom(at, args[1]) ? static_cast<int64_t>(args[1]) : noDevice;
    break;
  }
  case HostCall::zero: {
    uint8_t *at = args[1] != 0
                      ? access(process, args[0], args[1], bytecode::RegionWrite)
                      : nullptr;
    if (at == nullptr)
      return args[1] == 0 ? done() : refuse(isa::TrapCode::OutOfRegion);
    Guard guard;
    if (process.hasSpace)
      giveBackUserMemory(process, args[0], args[1]);
    else
      giveBack(process.mappings, reinterpret_cast<uint64_t>(at), args[1]);
    return done();
  }
  case HostCall::file_write: {
    HostResult answer = writeFile(process, args[0], args[1], args[2], result);
    args[0] = static_cast<uint64_t>(result);
    return answer;
  }
  case HostCall::exchange:
  case HostCall::serve:
    exchangeWords(process, number == HostCall::serve, args, nullptr);
    return done();
  case HostCall::trap:
    __builtin_memcpy(process.broken, args, sizeof process.broken);
    process.brokenWord = process.machine.pc;
    return refuse(isa::TrapCode::Rule);
  default:
    return callFile(process, number, args);
  }
  args[0] = static_cast<uint64_t>(result);
  return done();
}

//===--- instructions -----------------------------------------------------===//

static HostResult serve(Process &process, Machine &machine, isa::Opcode opcode,
                        const uint64_t args[2], uint64_t &result) {
  switch (opcode) {
  case isa::Opcode::IO_READ_STREAM:
    return readStream(process, args[0], args[1], result);
  case isa::Opcode::IO_WRITE_STREAM:
    result = args[1];
    return writeStream(process, Stream::Output, args[0], args[1]);
  case isa::Opcode::SYS_SLEEP:
    sleep(process, args[0]);
    return done();
  case isa::Opcode::SYSCALL:
    return callSystem(process, machine.syscallNumber, args, result,
                      machine.error);
  default:
    return HostResult();
  }
}

/// The call is over and will not begin again.  What it made more urgent is
/// looked at soon.
static HostResult finish(Process &process, HostResult result) {
  // What it was given has no memory yet: it did nothing, and is made again.
  if (!hal::pagesComeLater && process.machine.need.isThere())
    return {HostAction::Wait, 0};
  if constexpr (hal::contextsBeginAgain) {
    process.waitEnd = 0;
    if (hal::hasInterrupt())
      process.machine.limitRun(0);
  }
  return result;
}

void offerServices(Host &host) {
  host.importHandler = [](void *self, uint32_t number) {
    auto &process = *static_cast<Process *>(self);
    return findImportHandler(static_cast<HostCall>(process.imports[number]));
  };
  host.service = [](void *self, Machine &machine, isa::Opcode opcode,
                    const uint64_t args[2], uint64_t &result) {
    auto &process = *static_cast<Process *>(self);
    return finish(process, serve(process, machine, opcode, args, result));
  };
  host.import = [](void *self, Machine &, uint32_t number, uint64_t *args) {
    auto &process = *static_cast<Process *>(self);
    auto wanted = static_cast<HostCall>(process.imports[number]);
    return finish(process, call(process, wanted, args));
  };
}

//===--- calls of user mode -----------------------------------------------===//

static_assert(hal::userYield == static_cast<uint64_t>(Syscall::YIELD));

static HostResult callFromUser(Process &process, uint64_t number,
                               uint64_t *arguments, uint64_t &result,
                               uint64_t &error) {
  if (number < numHostCalls) {
    if (hostCalls[number].effects & ~process.capabilities)
      return refuse(isa::TrapCode::NoCapability);
    // The same as exchange and serve is a call by itself.
    if (hostCalls[number].args > hal::maxUserArguments ||
        hostCalls[number].results > 1)
      return refuse(isa::TrapCode::NoService);
    HostResult answer = call(process, static_cast<HostCall>(number), arguments);
    result = arguments[0];
    return answer;
  }
  if (number == setFaultHandlerCall) {
    process.faultHandler = arguments[0];
    process.faultStack = arguments[1];
    return done();
  }
  return callSystem(process, number, arguments, result, error);
}

/// A call that may wait.
[[gnu::noinline]] static uint64_t serveUser(Process &process, uint64_t number,
                                            uint64_t *arguments) {
  // What the kernel does for the process may use floats.
  bool usesFloats = process.usesFloats;
  process.usesFloats = true;
  hal::enableFloats();
  hal::enableInterrupts();
  uint64_t result = 0, error = 0;
  HostResult answer = callFromUser(process, number, arguments, result, error);
  switch (answer.action) {
  case HostAction::Exit:
    exitProcess(answer.code);
  case HostAction::Trap: {
    {
      Guard guard;
      log(Level::Error, "%s: %s", process.name,
          isa::getTrapMessage(answer.code));
    }
    exitProcess(trapStatus);
  }
  case HostAction::Wait: {
    Guard guard;
    yieldProcessor(guard); // it is to end
    break;
  }
  case HostAction::Done:
    break;
  }
  hal::disableInterrupts();
  process.usesFloats = usesFloats;
  // Changes of processes meanwhile let user mode use them.
  if (!usesFloats)
    hal::useSpace(&process.space, process.userStackTop, false);
  arguments[0] = error;
  return result;
}

} // namespace flux::kernel

/// What needs no more than the record of the process is answered at once.
extern "C" uint64_t flux::hal::flux_hal_on_system_call(void *context,
                                                       uint64_t number,
                                                       uint64_t *arguments) {
  using namespace kernel;
  auto &process = *static_cast<Process *>(context);
  if (number != static_cast<uint64_t>(Syscall::GETPID))
    return serveUser(process, number, arguments);
  arguments[0] = static_cast<uint64_t>(Error::None);
  return process.id;
}
