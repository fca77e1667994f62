//===- Process.cpp - a program and its host, Linux ------------------------===//
//
// What a program can reach beyond its regions: the streams, the files of its
// sandbox, the clock.  Each call is checked against the capability that it
// needs by the machine, and its addresses against the regions here.
//
//===----------------------------------------------------------------------===//

#include "Process.h"
#include "Window.h"
#include "runtime/bytecode/Lexer.h"
#include "runtime/rt/Internal.h"
#include "runtime/rt/System.h"
#include "runtime/vm/Report.h"
#include "runtime/vm/Threaded.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

/// What calls of the system fail with.
enum SystemError : uint64_t {
#define SYSERROR(NUMBER, NAME, TEXT) SystemError##NAME = NUMBER,
#include "runtime/kernel/Syscalls.def"
};

int hostCommand(Arguments &) {
  Output out;
  out.text << "| import | takes | gives | effects | does |\n"
              "|---|---|---|---|---|\n";
  static const char *const parameters[] = {
#define HOST(NAME, PARAMETERS, ARGUMENTS, RESULTS, EFFECTS, WRITES, DOC)       \
  PARAMETERS,
#include "runtime/vm/HostCalls.def"
  };
  static const char *const docs[] = {
#define HOST(NAME, PARAMETERS, ARGUMENTS, RESULTS, EFFECTS, WRITES, DOC) DOC,
#include "runtime/vm/HostCalls.def"
  };
  unsigned i = 0;
  for (const HostCallInfo &info : hostCalls) {
    out.text << "| `flux." << info.name << "` | " << parameters[i] << " | "
             << uint64_t(info.results) << " |";
    for (unsigned bit = 0; isa::getEffectName(bit) != nullptr; ++bit)
      if (info.effects >> bit & 1)
        out.text << " " << isa::getEffectName(bit);
    out.text << " | " << docs[i++] << " |\n";
  }
  return Success;
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

bool Process::takeCapabilities(Bytes names) {
  capabilities = 0;
  for (uint64_t start = 0; start < names.size;) {
    uint64_t end = start;
    while (end != names.size && names.data[end] != ',')
      ++end;
    Bytes name = {names.data + start, end - start};
    unsigned bit = 0;
    while (isa::getEffectName(bit) != nullptr &&
           !equals(name, isa::getEffectName(bit)))
      ++bit;
    if (equals(name, "ALL"))
      capabilities = isa::allEffects;
    else if (isa::getEffectName(bit) == nullptr)
      return failUsage("there is no capability", name), false;
    else
      capabilities |= static_cast<uint16_t>(1 << bit);
    start = end + 1;
  }
  return true;
}

int Process::parse(Arguments &args, int (*takeOther)(void *, Bytes),
                   void *self) {
  bool ended = false;
  while (!args.isEmpty() && path.data == nullptr) {
    Bytes arg = args.next(), value;
    if (ended || arg.size < 2 || arg.data[0] != '-') {
      path = arg;
    } else if (equals(arg, "--")) {
      ended = true;
    } else if (startsWith(arg, "--key=", value)) {
      key = value;
    } else if (startsWith(arg, "--gas=", value)) {
      if (!parseNumber(value, gas) || gas >> 63 != 0)
        return failUsage("--gas needs a number below 2^63, not", value);
    } else if (startsWith(arg, "--memory=", value)) {
      if (!parseNumber(value, memory))
        return failUsage("--memory needs a number of bytes, not", value);
    } else if (startsWith(arg, "--allow=", value)) {
      if (!takeCapabilities(value))
        return Usage;
    } else if (startsWith(arg, "--dir=", sandbox.folder)) {
      if (sandbox.folder.size == 0)
        return failUsage("--dir needs a folder");
    } else if (equals(arg, "--read-only")) {
      sandbox.readOnly = true;
    } else if (startsWith(arg, "--set=", value)) {
      settings.push(value);
    } else if (equals(arg, "--set")) {
      if (args.isEmpty())
        return failUsage("--set needs NAME=VALUE");
      settings.push(args.next());
    } else {
      int status = takeOther(self, arg);
      if (status == -2)
        return failUsage("unknown option", arg);
      if (status >= 0)
        return status;
    }
  }
  if (path.data == nullptr)
    return failUsage("a file is missing");
  while (!args.isEmpty())
    arguments.push(args.next());
  return -1;
}

/// Writes the value of `NAME=VALUE` where the package says.
bool Process::applySetting(Bytes text) {
  uint64_t split = 0;
  while (split != text.size && text.data[split] != '=')
    ++split;
  Bytes name = {text.data, split};
  if (split == text.size)
    return failUsage("--set needs NAME=VALUE, not", text), false;
  Bytes digits = {text.data + split + 1, text.size - split - 1};
  for (uint32_t i = 0; i != package.numSettings; ++i) {
    Setting setting = package.getSetting(i);
    if (setting.name.size != name.size ||
        __builtin_memcmp(setting.name.data, name.data, name.size) != 0)
      continue;
    Lexer lexer(digits);
    Token token = lexer.token;
    lexer.next();
    bool isFloat = token.kind == TokenKind::Float;
    if ((!isFloat && token.kind != TokenKind::Number) ||
        token.error != nullptr || lexer.token.kind != TokenKind::End)
      return failUsage("--set needs a number, not", digits), false;
    uint64_t value = token.value;
    if (isFloat && setting.isFloat == 0)
      return failUsage("--set needs an integer, not", digits), false;
    if (setting.isFloat != 0) {
      double number = isFloat ? __builtin_bit_cast(double, value)
                              : static_cast<double>(int64_t(value));
      value = setting.width == 8
                  ? __builtin_bit_cast(uint64_t, number)
                  : __builtin_bit_cast(uint32_t, static_cast<float>(number));
    }
    unsigned unused = 64 - 8 * setting.width;
    if (value << unused >> unused != value &&
        static_cast<uint64_t>(static_cast<int64_t>(value << unused) >>
                              unused) != value)
      return failUsage("the value does not fit the setting", name), false;
    RegionState &region = machine.regions[setting.address >> 32];
    __builtin_memcpy(region.base + (setting.address & 0xFFFFFFFF), &value,
                     setting.width);
    return true;
  }
  return fail("the package has no setting", name), false;
}

//===----------------------------------------------------------------------===//
// Start and end
//===----------------------------------------------------------------------===//

/// Finds what each import of the package means here.
bool Process::bindImports() {
  for (uint32_t i = 0; i != package.numImports; ++i) {
    Import import = package.getImport(i);
    HostCall number = HostCall::read;
    Binding binding = bindImport(import, number);
    if (binding == Binding::Unknown)
      return fail("this host has no import", import.name), false;
    if (binding == Binding::OtherType)
      return fail("the package declares another type or other effects for "
                  "import",
                  import.name),
             false;
    imports.push(number);
  }
  return true;
}

bool Process::start() {
  if (!loadPackage(path, /*verified=*/true, package) ||
      (key.data != nullptr && !checkKey(package, path, key)) || !bindImports())
    return false;
  Host host;
  host.self = this;
  host.service = [](void *self, Machine &, isa::Opcode opcode,
                    const uint64_t args[2], uint64_t &result) {
    return static_cast<Process *>(self)->answerService(opcode, args, result);
  };
  host.import = [](void *self, Machine &, uint32_t number, uint64_t *args) {
    auto *process = static_cast<Process *>(self);
    return process->answer(process->imports[number], args);
  };
  host.map = [](void *, unsigned number, uint64_t size) {
    return mapRegion(number, size);
  };
  host.unmap = [](void *, unsigned number, uint8_t *base, uint64_t size) {
    unmapRegion(number, base, size);
  };
  reserveWindow();
  if (const char *message =
          machine.start(package, host, getArena(), capabilities, memory))
    return fail(message), false;
  machine.gas = static_cast<int64_t>(gas);
  for (uint64_t i = 0; i != settings.size; ++i)
    if (!applySetting(settings[i]))
      return false;
  return true;
}

int Process::open(Arguments &args, int (*takeOther)(void *, Bytes),
                  void *self) {
  int status = parse(args, takeOther, self);
  return status >= 0 || start() ? status : Failure;
}

bool Process::translate(ThreadedCode &code) {
  return code.build(package, getArena(), machine.regionWindow != nullptr) ||
         fail("no memory to translate the code") != Failure;
}

void writePlace(TextBuilder &text, const Package &package, uint64_t word,
                uint32_t place) {
  formatPlace(package, word, place, [&](const char *data, int64_t size) {
    text << Bytes{reinterpret_cast<const uint8_t *>(data),
                  static_cast<uint64_t>(size)};
  });
}

/// Whether `flux.trap` raised the trap.
bool Process::isRuleBroken() const {
  return machine.trapCode == static_cast<uint16_t>(isa::TrapCode::Rule) &&
         brokenWord == machine.trapWord;
}

int Process::finish() {
  switch (machine.state) {
  case State::Halted:
    return machine.status;
  case State::Trapped:
    rt::flux_console_flush();
    reportTrap({machine, isRuleBroken() ? broken : nullptr, rt::writeError,
                getArena()});
    rt::flushAll();
    return rt::trapStatus;
  case State::OutOfGas:
    fail("out of gas: --gas gives more");
    return rt::trapStatus;
  default:
    fail("the program waits for what cannot come");
    return rt::trapStatus;
  }
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// Where \p size bytes of the program lie, or null.  Of none, no address is
/// wrong.
uint8_t *Process::find(uint64_t address, uint64_t size, uint8_t right) {
  static uint8_t nothing;
  return size == 0 ? &nothing : machine.access(address, size, right);
}

/// What a call that the host of another run could answer differently gets again
/// in a replay; false if this is none.
bool Process::repeat(uint32_t number, HostResult &answer, uint64_t &result,
                     uint64_t address, uint64_t size) {
  if (!record.isRead)
    return false;
  Bytes written;
  uint8_t *at = nullptr;
  if (record.take(number, answer, result, written) && written.size <= size)
    at = find(address, written.size, RegionWrite);
  if (at == nullptr) {
    fail("the program asks for something else than when it was recorded");
    rt::flux_process_exit(nullptr, Failure);
  }
  __builtin_memcpy(at, written.data, written.size);
  return true;
}

void Process::keep(uint32_t number, HostResult answer, uint64_t result,
                   uint64_t address, uint64_t size) {
  if (!record.isWritten)
    return;
  bool hasWritten = answer.action == HostAction::Done &&
                    static_cast<int64_t>(result) > 0 && size != 0;
  uint64_t count = !hasWritten ? 0 : result < size ? result : size;
  record.add(number, answer, result, {find(address, count, RegionRead), count});
}

HostResult Process::answer(HostCall number, uint64_t *args) {
  // These are the same in each run, or have to happen again.
  if (number == HostCall::write || number == HostCall::exit ||
      number == HostCall::zero || number == HostCall::trap ||
      number == HostCall::exchange || number == HostCall::serve)
    return call(number, args);
  const HostCallInfo &info = hostCalls[static_cast<unsigned>(number)];
  uint64_t address = info.writes >= 0 ? args[info.writes] : 0;
  uint64_t size = info.writes >= 0 ? args[info.writes + 1] : 0;
  auto event = static_cast<uint32_t>(number);
  HostResult answer;
  uint64_t result = 0;
  if (repeat(event, answer, result, address, size)) {
    if (info.results != 0)
      args[0] = result;
    return answer;
  }
  answer = call(number, args);
  keep(event, answer, info.results != 0 ? args[0] : 0, address, size);
  return answer;
}

HostResult Process::answerService(isa::Opcode opcode, const uint64_t args[2],
                                  uint64_t &result) {
  constexpr uint32_t firstService = 0x10000;
  if (opcode != isa::Opcode::IO_READ_STREAM && opcode != isa::Opcode::SYS_SLEEP)
    return service(opcode, args, result);
  bool reads = opcode == isa::Opcode::IO_READ_STREAM;
  uint32_t event = firstService + static_cast<uint32_t>(opcode);
  HostResult answer;
  if (repeat(event, answer, result, reads ? args[0] : 0, reads ? args[1] : 0))
    return answer;
  answer = service(opcode, args, result);
  keep(event, answer, result, reads ? args[0] : 0, reads ? args[1] : 0);
  return answer;
}

void Process::writeOutput(Bytes text, bool isError) {
  if (output != nullptr)
    output(text, isError);
  else if (isError)
    rt::flux_print_str(reinterpret_cast<const char *>(text.data),
                       static_cast<int64_t>(text.size), /*error=*/true);
  else
    rt::flux_console_write(text.data, static_cast<int64_t>(text.size));
}

HostResult Process::service(isa::Opcode opcode, const uint64_t args[2],
                            uint64_t &result) {
  bool isWrite = opcode == isa::Opcode::IO_WRITE_STREAM;
  switch (opcode) {
  case isa::Opcode::IO_READ_STREAM:
  case isa::Opcode::IO_WRITE_STREAM: {
    uint8_t *at = find(args[0], args[1], isWrite ? RegionRead : RegionWrite);
    if (at == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
    auto length = static_cast<int64_t>(args[1]);
    if (isWrite)
      writeOutput({at, args[1]}, /*isError=*/false);
    else if (length != 0)
      length = output != nullptr ? 0 : rt::flux_console_read(at, length);
    result = static_cast<uint64_t>(length);
    return length < 0 ? refuse(isa::TrapCode::BadArgument) : done();
  }
  case isa::Opcode::SYS_SLEEP:
    rt::flux_console_flush();
    rt::flux_time_sleep(static_cast<int64_t>(args[0] << 1 >> 1));
    return done();
  default:
    return HostResult();
  }
}

HostResult Process::callFile(HostCall number, uint64_t *args) {
  // All of them take a path, or a handle and then perhaps memory.
  Bytes path, to;
  uint8_t *memory = nullptr;
  auto size = static_cast<int64_t>(args[2]);
  if (takesPath(number)) {
    path = {find(args[0], args[1], RegionRead), args[1]};
    if (number == HostCall::file_rename)
      to = {find(args[2], args[3], RegionRead), args[3]};
    else
      to = path;
    if (path.data == nullptr || to.data == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
  } else if (takesMemory(number)) {
    memory =
        find(args[1], args[2], fillsMemory(number) ? RegionWrite : RegionRead);
    if (memory == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
  }
  uint64_t handle = args[0];
  int64_t result;
  switch (number) {
  case HostCall::file_open:
    result = sandbox.open(path, args[2]);
    break;
  case HostCall::file_read:
    result = sandbox.read(handle, memory, size);
    break;
  case HostCall::file_write:
    result = sandbox.write(handle, memory, size);
    break;
  case HostCall::file_size:
    result = sandbox.getSize(handle);
    break;
  case HostCall::file_names:
    result = sandbox.getNames(handle, reinterpret_cast<char *>(memory), size);
    break;
  case HostCall::file_sync:
    result = sandbox.sync(handle);
    break;
  case HostCall::file_close:
    result = sandbox.close(handle);
    break;
  case HostCall::file_rename:
    result = sandbox.rename(path, to);
    break;
  case HostCall::file_remove:
    result = sandbox.remove(path);
    break;
  default: // file_kind
    result = sandbox.getKind(path);
    break;
  }
  args[0] = static_cast<uint64_t>(result);
  return done();
}

HostResult Process::call(HostCall number, uint64_t *args) {
  int64_t result = 0;
  switch (number) {
  case HostCall::read: {
    uint8_t *at = find(args[0], args[1], RegionWrite);
    if (at == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
    if (output == nullptr)
      result = rt::flux_console_read(at, static_cast<int64_t>(args[1]));
    break;
  }
  case HostCall::write: {
    uint8_t *at = find(args[1], args[2], RegionRead);
    if (at == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
    result = static_cast<int64_t>(args[2]);
    // An error of the device is told at the end, as native programs do it.
    if (args[0] == 1 || args[0] == 2)
      writeOutput({at, args[2]}, args[0] == 2);
    else
      result = -rt::EBADF;
    break;
  }
  case HostCall::is_terminal:
    if (args[0] != 1 && args[0] != 2)
      result = -rt::EBADF;
    else
      result = isTerminal(args[0]);
    break;
  case HostCall::arguments:
    result = static_cast<int64_t>(arguments.size);
    break;
  case HostCall::argument: {
    uint8_t *at = find(args[1], args[2], RegionWrite);
    if (at == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
    if (args[0] >= arguments.size) {
      result = -rt::EINVAL;
      break;
    }
    Bytes text = arguments[args[0]];
    __builtin_memcpy(at, text.data, args[2] < text.size ? args[2] : text.size);
    result = static_cast<int64_t>(text.size);
    break;
  }
  case HostCall::exit:
    return {HostAction::Exit, static_cast<uint16_t>(args[0] & 0xFF)};
  case HostCall::clock:
    if (args[0] > 1)
      return refuse(isa::TrapCode::BadArgument);
    result = args[0] == 0 ? rt::flux_time_now() : rt::flux_time_utc();
    break;
  case HostCall::sleep:
    rt::flux_time_sleep(static_cast<int64_t>(args[0]));
    return done();
  case HostCall::random: {
    uint8_t *at = find(args[0], args[1], RegionWrite);
    if (at == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
    result = rt::flux_random_entropy(at, static_cast<int64_t>(args[1]));
    break;
  }
  case HostCall::zero: {
    uint8_t *at = find(args[0], args[1], RegionWrite);
    if (at == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
    rt::zeroPages(at, args[1]);
    return done();
  }
  case HostCall::exchange:
  case HostCall::serve: // there is no other process
    args[0] = 0;
    args[1] = SystemErrorNotFound;
    return done();
  case HostCall::trap:
    for (unsigned i = 0; i != 5; ++i)
      broken[i] = args[i];
    brokenWord = machine.pc;
    return refuse(isa::TrapCode::Rule);
  default:
    return callFile(number, args);
  }
  args[0] = static_cast<uint64_t>(result);
  return done();
}

} // namespace flux::tool
