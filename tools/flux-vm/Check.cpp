//===- Check.cpp - flux-vm check ------------------------------------------===//
//
// Runs the conformance suite: texts that say what programs do, line by line, so
// that each line is a check of its own (test/VM/conformance/README.md).
//
//===----------------------------------------------------------------------===//

#include "Tool.h"
#include "Window.h"
#include "runtime/bytecode/Lexer.h"
#include "runtime/bytecode/Verifier.h"
#include "runtime/rt/System.h"
#include "runtime/vm/Threaded.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

namespace {

/// How the machine of a check is made.
struct Setup {
  uint64_t gas = 1000000;
  uint16_t capabilities = isa::allEffects;
  bool hasHost = true;
};

/// The host of the checks: it answers with what it was asked, so that operands
/// are seen to arrive.
HostResult serveCheck(void *, Machine &, isa::Opcode opcode,
                      const uint64_t args[2], uint64_t &result) {
  if (args[0] == 0xDEAD)
    return {HostAction::Trap,
            static_cast<uint16_t>(isa::TrapCode::BadArgument)};
  if (args[0] == 0xBEEF)
    return {HostAction::Wait, 0};
  if (args[0] == 0xE11D)
    return {HostAction::Exit, 7};
  result = args[0] + 256 * args[1] + 65536 * static_cast<uint64_t>(opcode);
  return {HostAction::Done, 0};
}

HostResult importCheck(void *, Machine &, uint32_t number, uint64_t *args) {
  if (args[0] == 0xDEAD)
    return {HostAction::Trap,
            static_cast<uint16_t>(isa::TrapCode::BadArgument)};
  args[0] = 10 * args[0] + number;
  return {HostAction::Done, 0};
}

enum class Engine : uint8_t { Plain, Checked, Guarded };

uint8_t *mapCheck(void *, unsigned, uint64_t size) {
  return static_cast<uint8_t *>(rt::mapPages(size));
}
void unmapCheck(void *, unsigned, uint8_t *base, uint64_t size) {
  rt::unmapPages(base, size);
}
uint8_t *mapGuarded(void *, unsigned number, uint64_t size) {
  return mapRegion(number, size);
}
void unmapGuarded(void *, unsigned number, uint8_t *base, uint64_t size) {
  unmapRegion(number, base, size);
}

/// The memory of one check, which is that of the next one, too: there are
/// thousands, and not all hosts can take pages back.
class Scratch {
public:
  /// Forgets everything.
  Arena &clear() {
    __builtin_memset(memory, 0, used);
    used = 0;
    arena = makeArena();
    return arena;
  }
  Arena &get() { return arena; }

private:
  static constexpr uint64_t capacity = 4 << 20;
  static constexpr uint64_t catchSize = maxCatchPoints * sizeof(CatchPoint);

  Arena makeArena() {
    return Arena(
        [](void *self, uint64_t size) {
          return static_cast<Scratch *>(self)->take(size);
        },
        [](void *) {
          tool::fail("out of memory");
          rt::flux_process_exit(nullptr, Failure);
        },
        this);
  }
  void *take(uint64_t size) {
    // A machine reads no catch point that it did not write.
    if (size == catchSize) {
      if (catchPoints == nullptr)
        catchPoints = rt::mapPages(size);
      return catchPoints;
    }
    if (memory == nullptr)
      memory = static_cast<uint8_t *>(rt::mapPages(capacity));
    if (memory == nullptr || size > capacity - used)
      return rt::mapPages(size);
    used += size;
    return memory + used - size;
  }

  uint8_t *memory = nullptr;
  void *catchPoints = nullptr;
  uint64_t used = 0;
  Arena arena = makeArena();
};

bool contains(Bytes text, const char *word) {
  Bytes rest;
  for (uint64_t i = 0; i != text.size; ++i)
    if (startsWith({text.data + i, text.size - i}, word, rest))
      return true;
  return false;
}

class Checker {
public:
  Checker(Bytes path, Engine engine) : path(path), engine(engine) {}
  int run(Bytes text);

private:
  bool takeLine(uint32_t number, Bytes line);
  bool checkShort(Bytes line);
  bool checkProgram(Bytes expectations);
  bool start(Bytes text, const Setup &setup);
  bool takeSetup(Lexer &lexer, Setup &setup);
  bool expect(Lexer &lexer);
  bool expectState(State state, const char *name);
  bool expectValue(const char *what, uint64_t got, uint64_t wanted);
  bool fail(const char *what);

  Bytes path;
  Engine engine;
  uint32_t line = 0, checks = 0, failures = 0;
  /// A `program` block while it is read.
  bool inProgram = false, isBare = false;
  Setup setup;
  TextBuilder program{getArena()};
  void goOn() {
    if (engine == Engine::Plain)
      machine->run();
    else
      code.run(*machine);
  }

  Package package;
  Scratch scratch;
  Machine *machine = nullptr;
  ThreadedCode code;
};

bool Checker::fail(const char *what) {
  Output out(/*toError=*/true);
  out.text << path << ":" << uint64_t(line) << ": error: " << what
           << (engine == Engine::Plain     ? " (plain)\n"
               : engine == Engine::Checked ? " (checked)\n"
                                           : " (guarded)\n");
  ++failures;
  return false;
}

bool Checker::expectValue(const char *what, uint64_t got, uint64_t wanted) {
  if (got == wanted)
    return true;
  TextBuilder text(getArena());
  text << what << " is 0x";
  text.hex(got, 1) << ", not 0x";
  text.hex(wanted, 1);
  Bytes bytes = text.get();
  char *message = getArena().allocate<char>(bytes.size + 1);
  __builtin_memcpy(message, bytes.data, bytes.size);
  return fail(message);
}

/// Assembles, verifies and runs a text.
bool Checker::start(Bytes text, const Setup &with) {
  // All machines share one window, and the memory of other regions, too.
  for (unsigned i = 0; machine != nullptr && i != numRegions; ++i)
    if (RegionState &region = machine->regions[i];
        region.base != nullptr && machine->host.unmap != nullptr)
      machine->host.unmap(nullptr, i, region.base, region.size);
  machine = nullptr;
  Arena &arena = scratch.clear();
  AssemblerError error;
  Bytes file = assemble(text, arena, error);
  if (file.size == 0)
    return fail(error.message);
  package = Package();
  if (const char *message = package.read(file))
    return fail(message);
  VerifyError problem;
  if (!verify(package, arena, problem))
    return fail(problem.message);
  // Few registers are quicker to clear; who asks how many there are gets all.
  constexpr uint32_t fewCalls = 256;
  if (package.manifest.callLimit == defaultCalls && !contains(text, "sys_info"))
    package.manifest.callLimit = fewCalls;
  machine = arena.allocate<Machine>(1);
  *machine = Machine();
  Host host;
  if (with.hasHost) {
    host.service = serveCheck;
    host.import = importCheck;
    host.map = mapCheck;
    host.unmap = unmapCheck;
  }
  if (engine == Engine::Guarded) {
    host.map = mapGuarded;
    host.unmap = unmapGuarded;
  }
  if (const char *message =
          machine->start(package, host, arena, with.capabilities, 1 << 24))
    return fail(message);
  machine->gas = static_cast<int64_t>(with.gas);
  code = ThreadedCode();
  if (engine == Engine::Guarded)
    guardRegions(*machine);
  if (engine != Engine::Plain &&
      !code.build(package, arena, machine->regionWindow != nullptr))
    return fail("no memory to translate the code");
  goOn();
  return true;
}

bool Checker::expectState(State state, const char *name) {
  if (machine->state == state)
    return true;
  TextBuilder text(getArena());
  static const char *const names[] = {"ready",    "halted",  "trapped",
                                      "outofgas", "waiting", "yielded"};
  text << "the machine is " << names[static_cast<unsigned>(machine->state)];
  if (machine->state == State::Trapped)
    text << " with code " << uint64_t(machine->trapCode) << " at word "
         << uint64_t(machine->trapWord);
  text << ", not " << name << Bytes{reinterpret_cast<const uint8_t *>(""), 1};
  return fail(reinterpret_cast<const char *>(text.get().data));
}

/// The code of the trap called \p token, or its number.
bool findTrap(const Token &token, uint64_t &code) {
  code = token.value;
  if (token.kind == TokenKind::Number)
    return true;
#define FLUX_TRAP_CODE(NAME, NUMBER, MESSAGE)                                  \
  if (token.is(#NAME))                                                         \
    return code = NUMBER, true;
#include "runtime/isa/ISATables.inc"
  return false;
}

bool Checker::takeSetup(Lexer &lexer, Setup &with) {
  for (;; lexer.next()) {
    if (lexer.token.is("nocap")) {
      with.capabilities = 0;
    } else if (lexer.token.is("nohost")) {
      with.hasHost = false;
    } else if (lexer.token.is("gas") || lexer.token.is("cap")) {
      bool isGas = lexer.token.is("gas");
      lexer.next();
      if (lexer.token.kind != TokenKind::Number)
        return fail("a number is missing");
      if (isGas)
        with.gas = lexer.token.value;
      else
        with.capabilities = static_cast<uint16_t>(lexer.token.value);
    } else {
      return true;
    }
  }
}

/// `[nocap] [nohost] MNEMONIC OPERAND, ... = VALUE | = taken | = not | = Z N C
/// V | ! TRAP | ? STATE`.
bool Checker::checkShort(Bytes text) {
  Lexer lexer(text);
  Setup with;
  if (!takeSetup(lexer, with))
    return false;
  isa::Opcode opcode;
  if (!isa::findMnemonic(reinterpret_cast<const char *>(lexer.token.text.data),
                         lexer.token.text.size, opcode))
    return fail("there is no such instruction");
  const isa::InstructionInfo &info = isa::getInfo(opcode);
  const isa::FormatInfo &format = isa::getFormat(opcode);
  lexer.next();
  TextBuilder source(getArena()), code(getArena());
  source << ".func main 0 -> 0\n";
  code << "  " << isa::getMnemonic(opcode);
  bool isBranch = false, first = true;
  for (unsigned i = 0; i != format.numFields; ++i) {
    const isa::Field &field = format.fields[i];
    bool isOffset = format.memory && field.kind == isa::FieldKind::Imm8L;
    code << (isOffset ? "" : i != 0 ? ", " : " ");
    unsigned reg = 20 + 4 * field.slot;
    if (field.kind == isa::FieldKind::Reg) {
      bool base = format.memory && field.slot == 1;
      code << (base ? "[r" : "r") << uint64_t(reg);
      if (!(info.uses >> field.slot & 1))
        continue;
    } else if (field.kind == isa::FieldKind::Label8L ||
               field.kind == isa::FieldKind::Label16 ||
               field.kind == isa::FieldKind::Label24) {
      isBranch = true;
      code << "yes";
      continue;
    }
    if (!first) {
      if (!lexer.token.is(','))
        return fail("expected ',' and an operand");
      lexer.next();
    }
    first = false;
    Bytes value = lexer.token.text;
    lexer.next();
    if (field.kind == isa::FieldKind::Reg)
      source << "  li r" << uint64_t(reg) << ", " << value << "\n";
    else if (isOffset)
      code << "+ " << value << "]";
    else
      code << value;
  }
  source << code.get() << "\n";
  // The way that a branch took is seen in R61.
  if (isBranch)
    source << "  li err, 1\n  halt\nyes: li err, 2\n  halt\n";
  else if (info.flags & isa::WritesFlags)
    source << "  mov r20, flags\n  halt\n";
  else if (!(info.flags & isa::EndsBlock))
    source << "  halt\n";
  Bytes finished = source.get();
  if (!start(finished, with))
    return false;
  uint64_t value;
  if (lexer.token.is('!')) {
    lexer.next();
    if (!findTrap(lexer.token, value))
      return fail("there is no such trap");
    return expectState(State::Trapped, "trapped") &&
           expectValue("the code of the trap", machine->trapCode, value);
  }
  if (lexer.token.is('?')) {
    lexer.next();
    return expect(lexer);
  }
  if (!lexer.token.is('='))
    return fail("expected '=', '!' or '?' and what is expected");
  lexer.next();
  if (!expectState(State::Halted, "halted"))
    return false;
  if (isBranch)
    return lexer.token.is("taken") ? expectValue("the way", machine->error, 2)
           : lexer.token.is("not") ? expectValue("the way", machine->error, 1)
                                   : fail("expected 'taken' or 'not'");
  value = lexer.token.value;
  if (info.flags & isa::WritesFlags) {
    value = 0;
    for (; lexer.token.kind == TokenKind::Name; lexer.next())
      value |= lexer.token.is("Z")   ? isa::FlagZ
               : lexer.token.is("N") ? isa::FlagN
               : lexer.token.is("C") ? isa::FlagC
               : lexer.token.is("V") ? isa::FlagV
                                     : 0;
  }
  if (info.defs == 0 && !(info.flags & isa::WritesFlags))
    return lexer.token.is("ok") || fail("expected 'ok'");
  if (lexer.token.error != nullptr)
    return fail(lexer.token.error);
  return expectValue("the result", machine->window()[20], value);
}

/// One expectation after another.
bool Checker::expect(Lexer &lexer) {
  uint64_t value;
  for (; lexer.token.kind != TokenKind::End; lexer.next()) {
    Token token = lexer.token;
    if (token.is("halted")) {
      if (!expectState(State::Halted, "halted"))
        return false;
      continue;
    }
    if (token.is("outofgas")) {
      if (!expectState(State::OutOfGas, "outofgas"))
        return false;
      continue;
    }
    if (token.is("waiting")) {
      if (!expectState(State::Waiting, "waiting"))
        return false;
      continue;
    }
    if (token.is("yielded")) {
      if (!expectState(State::Yielded, "yielded"))
        return false;
      continue;
    }
    if (token.is("trapped")) {
      lexer.next();
      if (!findTrap(lexer.token, value))
        return fail("there is no such trap");
      if (!expectState(State::Trapped, "trapped") ||
          !expectValue("the code of the trap", machine->trapCode, value))
        return false;
      continue;
    }
    if (token.is("resume")) {
      machine->state = State::Ready;
      machine->addGas(1000000);
      goOn();
      continue;
    }
    uint64_t got = 0;
    if (token.is('[')) {
      lexer.next();
      uint64_t address = lexer.token.value;
      lexer.next();
      if (!lexer.token.is(']'))
        return fail("expected ']'");
      uint8_t *at = machine->access(address, 8, 0);
      if (at == nullptr)
        return fail("the address is in no region");
      __builtin_memcpy(&got, at, 8);
    } else {
      int reg = isa::findRegister(
          reinterpret_cast<const char *>(token.text.data), token.text.size);
      if (token.is("gas"))
        got = setup.gas - static_cast<uint64_t>(machine->gas);
      else if (token.is("status"))
        got = static_cast<uint64_t>(machine->status);
      else if (token.is("depth"))
        got = machine->depth;
      else if (reg >= 0)
        got = machine->read(static_cast<unsigned>(reg));
      else
        return fail("expected a register, [address], a state, gas, status or "
                    "depth");
    }
    lexer.next();
    if (!lexer.token.is('='))
      return fail("expected '='");
    lexer.next();
    if (lexer.token.error != nullptr ||
        (lexer.token.kind != TokenKind::Number &&
         lexer.token.kind != TokenKind::Float))
      return fail("expected a number");
    if (!expectValue("what is expected", got, lexer.token.value))
      return false;
  }
  return true;
}

bool Checker::takeLine(uint32_t number, Bytes text) {
  line = number;
  Lexer lexer(text);
  if (inProgram) {
    if (!lexer.token.is("expect")) {
      // Code without a function is one; what stands before it is data.
      Token word = lexer.token;
      if (word.kind == TokenKind::Name && word.text.data[0] != '.') {
        lexer.next();
        bool isLabel = lexer.token.is(':');
        if (isLabel)
          lexer.next();
        bool isData = isLabel && lexer.token.kind == TokenKind::Name &&
                      lexer.token.text.data[0] == '.';
        if (isBare && !isData)
          program << ".func main 0 -> 0 catches\n";
        isBare &= isData;
      }
      isBare &= !word.is(".func");
      program << text << "\n";
      return true;
    }
    inProgram = false;
    ++checks;
    lexer.next();
    if (start(program.get(), setup))
      expect(lexer);
    return true;
  }
  if (lexer.token.kind == TokenKind::End)
    return true;
  if (lexer.token.is("program")) {
    inProgram = true;
    setup = Setup();
    lexer.next();
    takeSetup(lexer, setup);
    program = TextBuilder(getArena());
    isBare = true;
    return true;
  }
  ++checks;
  checkShort(text);
  return true;
}

int Checker::run(Bytes text) {
  forEachLine(
      text, [&](uint32_t number, Bytes row) { return takeLine(number, row); });
  if (inProgram)
    fail("the last program has no 'expect'");
  Output out;
  out.text << uint64_t(checks) << " checks, " << uint64_t(failures)
           << " failed\n";
  return failures != 0 ? Failure : Success;
}

} // namespace

int checkCommand(Arguments &args) {
  if (args.isEmpty())
    return failUsage("a file is missing");
  int status = Success;
  while (!args.isEmpty()) {
    Bytes path = args.next(), text;
    if (!readFile(path, text)) {
      status = Failure;
      continue;
    }
    static constexpr Engine engines[] = {Engine::Plain, Engine::Checked,
                                         Engine::Guarded};
    for (Engine engine : engines)
      if ((engine != Engine::Guarded || reserveWindow()) &&
          Checker(path, engine).run(text) != Success)
        status = Failure;
  }
  return status;
}

} // namespace flux::tool
