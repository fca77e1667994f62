//===- Run.cpp - flux-vm run ----------------------------------------------===//
//
// Runs a package as a process of Linux: standard input and output under
// capabilities, an exit status, and for a trap the reason with a backtrace in
// lines of the document.
//
//===----------------------------------------------------------------------===//

#include "Tool.h"
#include "runtime/base/TrapMessage.h"
#include "runtime/rt/linux/Syscalls.h"
#include "runtime/vm/Snapshot.h"
#include "runtime/vm/Threaded.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

namespace {

/// What the command line says.
struct Options {
  Bytes file;
  uint16_t capabilities = isa::EffectIO_READ | isa::EffectIO_WRITE;
  uint64_t gas = 0x7FFFFFFFFFFFFFFF, memory = defaultMemoryLimit;
  bool showGas = false, plain = false;
  Bytes snapshot, restored;
  Vector<Bytes> settings{getArena()};
};

HostResult done() { return {HostAction::Done, 0}; }
HostResult refuse(isa::TrapCode code) {
  return {HostAction::Trap, static_cast<uint16_t>(code)};
}

/// The services of a process of Linux.
HostResult serve(void *, Machine &machine, isa::Opcode opcode,
                 const uint64_t args[2], uint64_t &result) {
  bool isWrite = opcode == isa::Opcode::IO_WRITE_STREAM;
  switch (opcode) {
  case isa::Opcode::IO_READ_STREAM:
  case isa::Opcode::IO_WRITE_STREAM: {
    if (args[1] == 0)
      return result = 0, done();
    uint8_t *at =
        machine.access(args[0], args[1], isWrite ? RegionRead : RegionWrite);
    if (at == nullptr)
      return refuse(isa::TrapCode::OutOfRegion);
    auto length = static_cast<int64_t>(args[1]);
    if (isWrite)
      rt::flux_console_write(at, length);
    else
      length = rt::flux_console_read(at, length);
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

uint8_t *mapRegion(void *, unsigned, uint64_t size) {
  return static_cast<uint8_t *>(rt::mapPages(size));
}

int parseOptions(Arguments &args, Options &options) {
  bool options_end = false;
  while (!args.isEmpty()) {
    Bytes arg = args.next(), value;
    if (options_end || arg.size < 2 || arg.data[0] != '-') {
      if (options.file.data != nullptr)
        return failUsage("one file is taken, this one is too much:", arg);
      options.file = arg;
    } else if (equals(arg, "--")) {
      options_end = true;
    } else if (startsWith(arg, "--gas=", value)) {
      if (!parseNumber(value, options.gas) || options.gas >> 63 != 0)
        return failUsage("--gas needs a number below 2^63, not", value);
    } else if (startsWith(arg, "--memory=", value)) {
      if (!parseNumber(value, options.memory))
        return failUsage("--memory needs a number of bytes, not", value);
    } else if (startsWith(arg, "--allow=", value)) {
      options.capabilities = 0;
      for (uint64_t start = 0; start < value.size;) {
        uint64_t end = start;
        while (end != value.size && value.data[end] != ',')
          ++end;
        Bytes name = {value.data + start, end - start};
        unsigned bit = 0;
        while (isa::getEffectName(bit) != nullptr &&
               !equals(name, isa::getEffectName(bit)))
          ++bit;
        if (equals(name, "ALL"))
          options.capabilities = isa::allEffects;
        else if (isa::getEffectName(bit) == nullptr)
          return failUsage("there is no capability", name);
        else
          options.capabilities |= static_cast<uint16_t>(1 << bit);
        start = end + 1;
      }
    } else if (equals(arg, "--set")) {
      if (args.isEmpty())
        return failUsage("--set needs NAME=VALUE");
      options.settings.push(args.next());
    } else if (startsWith(arg, "--snapshot=", value)) {
      options.snapshot = value;
    } else if (startsWith(arg, "--restore=", value)) {
      options.restored = value;
    } else if (equals(arg, "--plain")) {
      options.plain = true;
    } else if (equals(arg, "--show-gas")) {
      options.showGas = true;
    } else {
      return failUsage("unknown option", arg);
    }
  }
  return options.file.data == nullptr ? failUsage("a file is missing") : -1;
}

/// Writes the value of `NAME=VALUE` where the package says.
bool applySetting(Machine &machine, Bytes text) {
  uint64_t split = 0;
  while (split != text.size && text.data[split] != '=')
    ++split;
  Bytes name = {text.data, split};
  if (split == text.size)
    return failUsage("--set needs NAME=VALUE, not", text), false;
  Bytes digits = {text.data + split + 1, text.size - split - 1};
  bool negative = digits.size != 0 && digits.data[0] == '-';
  uint64_t value;
  if (!parseNumber({digits.data + negative, digits.size - negative}, value))
    return failUsage("--set needs an integer, not", digits), false;
  if (negative)
    value = 0 - value;
  const Package &package = *machine.package;
  for (uint32_t i = 0; i != package.numSettings; ++i) {
    Setting setting = package.getSetting(i);
    if (setting.name.size != name.size ||
        __builtin_memcmp(setting.name.data, name.data, name.size) != 0)
      continue;
    if (setting.isFloat)
      return failUsage("a setting that is a float cannot be set:", name), false;
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

void printPlace(TextBuilder &text, const Package &package, uint64_t word) {
  uint32_t function = package.findFunction(word);
  Bytes name = package.getName(function), document, source;
  package.getDocument(document, source);
  if (name.size != 0)
    text << name;
  else
    text << "function " << uint64_t(function);
  LineEntry line = package.findLine(word);
  text << " (";
  if (line.line != 0) {
    text << (document.size != 0 ? document : Bytes{}) << ":"
         << uint64_t(line.line);
    if (line.column != 0)
      text << ":" << uint64_t(line.column);
    text << ", ";
  }
  text << "word " << word << ")\n";
}

void printTrap(const Machine &machine) {
  rt::flux_console_flush();
  Output out(/*toError=*/true);
  const Package &package = *machine.package;
  const char *message = isa::getTrapMessage(machine.trapCode);
  out.text << "flux-vm: trap " << uint64_t(machine.trapCode) << ": "
           << (message != nullptr ? message : "raised by the program")
           << "\n  in ";
  printPlace(out.text, package, machine.trapWord);
  constexpr uint32_t shown = 20;
  for (uint32_t i = 0; i != machine.depth && i != shown; ++i) {
    uint32_t word = machine.frames[machine.depth - 1 - i].returnWord;
    if (word >= returnToTrap)
      continue;
    out.text << "  from ";
    printPlace(out.text, package, word - 1);
  }
  if (machine.depth > shown)
    out.text << "  and " << uint64_t(machine.depth - shown) << " more calls\n";
}

bool saveSnapshot(const Machine &machine, const Options &options) {
  RowWriter out(getArena());
  writeSnapshot(
      machine,
      [](void *self, const void *data, uint64_t size) {
        static_cast<RowWriter *>(self)->addBytes(
            {static_cast<const uint8_t *>(data), size});
      },
      &out);
  return writeFile(options.snapshot, out.get());
}

int run(const Options &options) {
  Package package;
  if (!loadPackage(options.file, /*verified=*/true, package))
    return Failure;
  static Machine machine;
  Host host;
  host.service = serve;
  host.map = mapRegion;
  if (const char *message = machine.start(package, host, getArena(),
                                          options.capabilities, options.memory))
    return fail(message);
  Bytes snapshot;
  if (options.restored.data != nullptr) {
    if (!readFile(options.restored, snapshot))
      return Failure;
    if (const char *message = readSnapshot(machine, snapshot, getArena()))
      return fail(message);
  }
  machine.gas = static_cast<int64_t>(options.gas);
  for (uint64_t i = 0; i != options.settings.size; ++i)
    if (!applySetting(machine, options.settings[i]))
      return Usage;
  ThreadedCode code;
  if (!options.plain && !code.build(package, getArena()))
    return fail("no memory to translate the code");
  do {
    if (options.plain)
      machine.run();
    else
      code.run(machine);
  } while (machine.state == State::Yielded);
  if (options.showGas) {
    rt::flux_console_flush();
    Output(/*toError=*/true).text
        << "gas used: " << options.gas - static_cast<uint64_t>(machine.gas)
        << "\n";
  }
  switch (machine.state) {
  case State::Halted:
    return machine.status;
  case State::Trapped:
    printTrap(machine);
    return rt::trapStatus;
  case State::OutOfGas:
    if (options.snapshot.data != nullptr && !saveSnapshot(machine, options))
      return Failure;
    fail("out of gas: --gas gives more");
    return rt::trapStatus;
  default:
    fail("the program waits for what cannot come");
    return rt::trapStatus;
  }
}

} // namespace

int runCommand(Arguments &args) {
  Options options;
  int status = parseOptions(args, options);
  return status >= 0 ? status : run(options);
}

} // namespace flux::tool
