//===- Debug.cpp - flux-vm debug and trace --------------------------------===//
//
// A program is watched by commands, one a line: from standard input, or from a
// file, so that the program can have standard input for itself.
//
//===----------------------------------------------------------------------===//

#include "Debugger.h"
#include "runtime/bytecode/Lexer.h"
#include "runtime/rt/linux/Syscalls.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

namespace {

struct Options {
  Bytes commands, output;
  uint64_t limit = ~uint64_t(0);
  int (*server)(Process &process) = nullptr; ///< null: commands are taken
};

int takeOption(void *self, Bytes arg) {
  auto &options = *static_cast<Options *>(self);
  Bytes value;
  if (startsWith(arg, "--commands=", options.commands) ||
      startsWith(arg, "--output=", options.output))
    return -1;
  if (equals(arg, "--dap"))
    return options.server = serveEditor, -1;
  if (equals(arg, "--gdb"))
    return options.server = serveGdb, -1;
  if (startsWith(arg, "--limit=", value))
    return parseNumber(value, options.limit)
               ? -1
               : failUsage("--limit needs a number of instructions, not",
                           value);
  return -2;
}

/// Takes commands line by line.
class Session {
public:
  explicit Session(Process &process) : process(process), debugger(process) {}

  /// Executes a command; false if it was the last.
  bool execute(Bytes line);

private:
  void showHalt(Halt halt);
  void showPlace(uint64_t word);
  void showBacktrace();
  void showRegisters();
  void showRegions();
  void showMemory(uint64_t address, uint64_t count);
  void showBreakpoints();
  void resume(Pace pace);

  Process &process;
  Debugger debugger;
  TextBuilder text{getArena()};
  bool hasEnded = false;
};

void Session::showPlace(uint64_t word) {
  const Package &package = process.package;
  writePlace(text, package, word);
  text << "\n  " << word << ": ";
  writeInstruction(text, package, word);
  text << "\n";
}

void Session::showHalt(Halt halt) {
  const Machine &machine = process.machine;
  if (halt != Halt::End) {
    text << (halt == Halt::Breakpoint ? "breakpoint: " : "");
    showPlace(machine.pc);
    return;
  }
  hasEnded = true;
  rt::flux_console_flush();
  if (machine.state == State::Halted) {
    text << "the program ended with status " << uint64_t(machine.status)
         << "\n";
  } else {
    process.finish();
    text << "the program stopped\n";
  }
}

void Session::resume(Pace pace) {
  if (hasEnded)
    text << "the program has ended\n";
  else
    showHalt(debugger.resume(pace));
}

void Session::showBacktrace() {
  ActiveCall call;
  constexpr uint32_t longest = 100;
  for (uint32_t i = 0; i != longest && debugger.getCall(i, call); ++i) {
    text << "#" << uint64_t(i) << " ";
    writePlace(text, process.package, call.word, call.place);
    text << "\n";
  }
}

void Session::showRegisters() {
  const Machine &machine = process.machine;
  for (unsigned reg = 0; reg != isa::numRegisters; ++reg) {
    uint64_t value = machine.read(reg);
    if (value == 0 && reg != isa::firstArgument)
      continue;
    text << "r" << uint64_t(reg) << " 0x";
    text.hex(value, 1) << "\n";
  }
}

void Session::showRegions() {
  for (unsigned i = 0; i != numRegions; ++i) {
    const RegionState &region = process.machine.regions[i];
    if (region.base == nullptr)
      continue;
    text << "region " << uint64_t(i)
         << (region.rights & RegionRead ? " r" : " ")
         << (region.rights & RegionWrite ? "w " : " ") << region.size
         << " bytes\n";
  }
}

void Session::showMemory(uint64_t address, uint64_t count) {
  constexpr uint64_t most = 4096;
  for (uint64_t i = 0; i != count && i != most; ++i) {
    uint8_t *at = process.machine.access(address + i, 1, 0);
    if (at == nullptr) {
      text << (i != 0 ? "\n" : "") << "0x";
      text.hex(address + i, 1) << " is in no region\n";
      return;
    }
    if (i % 16 == 0) {
      text << (i != 0 ? "\n0x" : "0x");
      text.hex(address + i, 1) << ":";
    }
    (text << " ").hex(*at, 2);
  }
  text << "\n";
}

void Session::showBreakpoints() {
  for (uint32_t i = 1; i <= debugger.getCount(); ++i) {
    if (debugger.getWord(i) == ~uint64_t(0))
      continue;
    text << uint64_t(i) << " ";
    writePlace(text, process.package, debugger.getWord(i));
    text << "\n";
  }
}

bool Session::execute(Bytes line) {
  text.clear();
  uint64_t split = 0;
  while (split != line.size && line.data[split] != ' ')
    ++split;
  Bytes command = {line.data, split};
  while (split != line.size && line.data[split] == ' ')
    ++split;
  Bytes rest = {line.data + split, line.size - split};
  auto is = [&](const char *name, const char *letter) {
    return equals(command, name) || equals(command, letter);
  };
  bool goesOn = true;
  uint64_t number;
  if (command.size == 0 || command.data[0] == '#') {
    // Nothing is said.
  } else if (is("break", "b")) {
    if (uint32_t added = debugger.addBreakpoint(rest)) {
      text << "breakpoint " << uint64_t(added) << ": ";
      writePlace(text, process.package, debugger.getWord(added));
      text << "\n";
    } else {
      text << "there is no such line with code, function or *WORD\n";
    }
  } else if (is("delete", "d") && parseNumber(rest, number)) {
    debugger.removeBreakpoint(static_cast<uint32_t>(number));
  } else if (is("breakpoints", "bl")) {
    showBreakpoints();
  } else if (is("continue", "c") || is("run", "r")) {
    resume(Pace::Free);
  } else if (is("step", "s")) {
    resume(Pace::Line);
  } else if (is("next", "n")) {
    resume(Pace::NextLine);
  } else if (is("stepi", "si")) {
    resume(Pace::Instruction);
  } else if (is("finish", "f")) {
    resume(Pace::Finish);
  } else if (is("backtrace", "bt")) {
    showBacktrace();
  } else if (is("registers", "regs")) {
    showRegisters();
  } else if (is("regions", "rg")) {
    showRegions();
  } else if (is("where", "w")) {
    showPlace(process.machine.pc);
  } else if (is("print", "p")) {
    int reg =
        isa::findRegister(reinterpret_cast<const char *>(rest.data), rest.size);
    if (reg < 0) {
      text << "there is no such register\n";
    } else {
      uint64_t value = process.machine.read(static_cast<unsigned>(reg));
      text << "0x";
      text.hex(value, 1) << " " << value << "\n";
    }
  } else if (is("memory", "x")) {
    Lexer lexer(rest);
    uint64_t address = lexer.token.value, count = 16;
    bool isGood = lexer.token.kind == TokenKind::Number;
    lexer.next();
    if (lexer.token.kind == TokenKind::Number)
      count = lexer.token.value;
    if (isGood)
      showMemory(address, count);
    else
      text << "memory needs an address and perhaps a number of bytes\n";
  } else if (is("quit", "q")) {
    goesOn = false;
  } else {
    text << "commands: break LINE | FILE:LINE | FUNCTION | *WORD, breakpoints, "
            "delete N, "
            "run, continue, step, next, stepi, finish, where, backtrace, "
            "registers, print REGISTER, memory ADDRESS [N], regions, quit\n";
  }
  rt::flux_console_flush();
  Bytes shown = text.get();
  rt::flux_console_write(shown.data, static_cast<int64_t>(shown.size));
  rt::flux_console_flush();
  return goesOn;
}

/// Reads a line of standard input; false at its end.
bool readLine(TextBuilder &line) {
  line.clear();
  for (;;) {
    char c;
    if (rt::readSome(0, &c, 1) <= 0)
      return line.get().size != 0;
    if (c == '\n')
      return true;
    line << Bytes{reinterpret_cast<uint8_t *>(&c), 1};
  }
}

} // namespace

int debugCommand(Arguments &args) {
  static Process process;
  Options options;
  int status = process.open(args, takeOption, &options);
  if (status >= 0)
    return status;
  if (options.server != nullptr)
    return options.server(process);
  static Session session(process);
  if (options.commands.data != nullptr) {
    Bytes commands;
    if (!readFile(options.commands, commands))
      return Failure;
    forEachLine(commands,
                [&](uint32_t, Bytes line) { return session.execute(line); });
    return Success;
  }
  TextBuilder line(getArena());
  for (;;) {
    rt::flux_console_write("(flux) ", 7);
    rt::flux_console_flush();
    if (!readLine(line) || !session.execute(line.get()))
      return Success;
  }
}

int traceCommand(Arguments &args) {
  static Process process;
  Options options;
  int status = process.open(args, takeOption, &options);
  if (status >= 0)
    return status;
  if (options.output.data == nullptr)
    return failUsage("--output=FILE is missing");
  int64_t handle =
      rt::flux_file_create(reinterpret_cast<const char *>(options.output.data),
                           static_cast<int64_t>(options.output.size));
  if (handle < 0)
    return fail("cannot write", options.output);
  const Package &package = process.package;
  Machine &machine = process.machine;
  TextBuilder text(getArena());
  auto flush = [&] {
    Bytes bytes = text.get();
    int64_t written =
        rt::flux_file_write(handle, bytes.data, int64_t(bytes.size));
    text.clear();
    return written >= 0;
  };
  constexpr uint64_t fullText = 1 << 16;
  bool isWritten = true;
  for (uint64_t steps = 0; steps != options.limit; ++steps) {
    if (machine.state != State::Ready && machine.state != State::Yielded)
      break;
    uint32_t word = machine.pc, base = machine.base;
    isa::Instruction instruction;
    isa::decode(package.code.data + 4 * uint64_t(word),
                package.codeWords - word, instruction);
    machine.runPlain(1);
    if (machine.state == State::OutOfGas)
      break;
    writePlace(text, package, word);
    text << "\t";
    writeInstruction(text, package, word);
    // What it wrote, if the window is still the same.
    const isa::InstructionInfo &info = isa::getInfo(instruction.opcode);
    for (unsigned slot = 0; slot != 4 && base == machine.base; ++slot) {
      if (!(info.defs >> slot & 1))
        continue;
      text << "\tr" << uint64_t(instruction.reg[slot]) << "=0x";
      text.hex(machine.read(instruction.reg[slot]), 1);
    }
    text << "\n";
    if (text.get().size > fullText)
      isWritten &= flush();
  }
  isWritten &= flush();
  isWritten &= rt::flux_file_close(handle) >= 0;
  if (!isWritten)
    return fail("cannot write", options.output);
  if (machine.state == State::Ready)
    return Success;
  return process.finish();
}

} // namespace flux::tool
