//===- Report.cpp - what is told about a trap -----------------------------===//
//
// The same text that a native program writes: the place in the document, the
// rule with its values, the line, and the calls that led there.  Traps of the
// machine itself have a number instead of values.
//
//===----------------------------------------------------------------------===//

#include "Process.h"
#include "runtime/base/Format.h"
#include "runtime/base/TrapMessage.h"
#include "runtime/rt/Internal.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

static void writeBytes(Bytes text) {
  rt::writeError(reinterpret_cast<const char *>(text.data),
                 static_cast<int64_t>(text.size));
}

static void writeText(const char *text) {
  rt::writeError(text, rt::textLength(text));
}

static void writeNumber(uint64_t value) {
  char buffer[rt::maxIntegerLength];
  rt::writeError(buffer, rt::formatU64(buffer, value));
}

static const char *copyText(Bytes text) {
  char *copy = getArena().allocate<char>(text.size + 1);
  __builtin_memcpy(copy, text.data, text.size);
  return copy;
}

/// The text with a zero byte behind it at \p address of the program.
static const char *readText(Machine &machine, uint64_t address) {
  constexpr uint64_t longest = 4096;
  uint64_t size = 0;
  uint8_t *at = machine.access(address, 1, RegionRead);
  while (at != nullptr && size != longest && at[size] != 0)
    at = machine.access(address, ++size + 1, RegionRead);
  return at != nullptr ? copyText({at, size}) : "";
}

/// Line \p number of the document that travels with the package.
static Bytes findDocumentLine(Bytes document, uint32_t number) {
  uint64_t start = 0;
  for (; number > 1 && start != document.size; ++start)
    number -= document.data[start] == '\n';
  uint64_t end = start;
  while (end != document.size && document.data[end] != '\n')
    ++end;
  return {document.data + start, end - start};
}

void writePlace(TextBuilder &text, const Package &package, uint64_t word) {
  uint32_t function = package.findFunction(word);
  Bytes name = package.getName(function), document, source;
  package.getDocument(document, source);
  if (name.size != 0)
    text << name;
  else
    text << "function " << uint64_t(function);
  LineEntry line = package.findLine(word);
  if (line.line == 0) {
    text << " (word " << word << ")";
    return;
  }
  text << " at " << document << ":" << uint64_t(line.line);
  if (line.column != 0)
    text << ":" << uint64_t(line.column);
}

namespace {

/// The calls of a machine, innermost first.
class Calls {
public:
  Calls(const Machine &machine, uint32_t active)
      : machine(machine), active(active) {}

  /// The word of the next call that has a line, or -1.
  uint64_t next() {
    while (active != 0) {
      uint32_t word = machine.frames[--active].returnWord;
      if (word < returnToTrap && isShown(machine, word - 1))
        return word - 1;
    }
    return ~uint64_t(0);
  }
  /// Functions without lines are of the runtime, not of the document.
  static bool isShown(const Machine &machine, uint64_t word) {
    const Package &package = *machine.package;
    Bytes name = package.getName(package.findFunction(word));
    return (package.numLines == 0 || package.findLine(word).line != 0) &&
           !equals(name, "flux_main");
  }

private:
  const Machine &machine;
  uint32_t active;
};

/// Equal calls in a row.
struct Group {
  uint64_t word = 0, count = 0;
};

} // namespace

static bool isSamePlace(const Package &package, uint64_t a, uint64_t b) {
  if (a == b)
    return true;
  LineEntry first = package.findLine(a), second = package.findLine(b);
  return first.line != 0 && first.line == second.line &&
         first.column == second.column &&
         package.findFunction(a) == package.findFunction(b);
}

static Group takeGroup(const Package &package, Calls &calls, uint64_t &ahead) {
  Group group = {ahead, 0};
  while (ahead != ~uint64_t(0) && isSamePlace(package, group.word, ahead)) {
    ++group.count;
    ahead = calls.next();
  }
  return group;
}

static void writeCall(const char *lead, const Package &package, uint64_t word) {
  TextBuilder text(getArena());
  text << lead;
  writePlace(text, package, word);
  text << "\n";
  writeBytes(text.get());
}

/// As native programs do: many equal calls are told once, and the middle of a
/// long list is left out.
static void writeCallers(const Package &package, Calls calls, uint64_t ahead) {
  constexpr uint64_t shownFirst = 48, shownLast = 8, longestEqual = 4;
  uint64_t numGroups = 0, skipped = 0, countedAhead = ahead;
  Calls counted = calls;
  while (takeGroup(package, counted, countedAhead).count != 0)
    ++numGroups;
  for (uint64_t i = 0; i != numGroups; ++i) {
    Group group = takeGroup(package, calls, ahead);
    if (i >= shownFirst && i + shownLast < numGroups) {
      skipped += group.count;
      continue;
    }
    if (skipped != 0) {
      writeText("  ... ");
      writeNumber(skipped);
      writeText(" more calls\n");
      skipped = 0;
    }
    bool isLong = group.count > longestEqual;
    for (uint64_t times = isLong ? 1 : group.count; times != 0; --times)
      writeCall("  called from ", package, group.word);
    if (isLong) {
      writeText("  ... and from there ");
      writeNumber(group.count - 1);
      writeText(" more times\n");
    }
  }
}

static void writePlaceAndColon(const char *file, uint32_t line,
                               uint32_t column) {
  if (file[0] == '\0' || line == 0)
    return;
  rt::formatPlace(file, line, column, rt::writeError);
  writeText(": ");
}

/// A trap that `flux.trap` raised; \p broken are its arguments.  The name of
/// the function if it is known.
static const char *reportRule(Machine &machine, const uint64_t *broken) {
  rt::TrapSite site = {};
  const char *file = "", *function = "", *source = "";
  uint64_t address = broken[1];
  if (uint8_t *at = machine.access(address, sizeof site, RegionRead)) {
    __builtin_memcpy(&site, at, sizeof site);
    auto read = [&](int32_t distance) {
      return distance != 0
                 ? readText(machine,
                            address + static_cast<uint64_t>(int64_t(distance)))
                 : "";
    };
    file = read(site.file);
    function = read(site.function);
    source = read(site.text);
  }
  writePlaceAndColon(file, site.line, site.column);
  writeText("trap: ");
  uint64_t values[] = {broken[2], broken[3], broken[4]};
  auto kind = static_cast<uint8_t>(broken[0]);
  if (kind == rt::Message) {
    const uint8_t *text = machine.access(values[0], values[1], RegionRead);
    values[0] = reinterpret_cast<uint64_t>(text);
    values[1] = text != nullptr ? values[1] : 0;
  }
  rt::formatTrapMessage(kind, site, values, rt::writeError);
  writeText("\n");
  if (site.line != 0 && source[0] != '\0')
    rt::formatSourceLine(source, site.line, site.column, rt::writeError);
  if (function[0] != '\0' && !rt::isSameText(function, "flux_main")) {
    writeText("  in ");
    writeText(function);
    if (site.line != 0) {
      writeText(" at ");
      rt::formatPlace(file, site.line, site.column, rt::writeError);
    }
    writeText("\n");
  }
  return function;
}

/// The names of the effects of the instruction at \p word that the process
/// lacks.
static void writeMissing(const Machine &machine, uint64_t word) {
  const Package &package = *machine.package;
  isa::Instruction instruction;
  isa::decode(package.code.data + 4 * word, package.codeWords - word,
              instruction);
  uint32_t effects = isa::getInfo(instruction.opcode).effects;
  if (instruction.opcode == isa::Opcode::CALL_EXT)
    effects |=
        package.getImport(static_cast<uint32_t>(instruction.imm)).effects;
  effects &= ~uint32_t(machine.capabilities);
  for (unsigned bit = 0; isa::getEffectName(bit) != nullptr; ++bit) {
    if (!(effects >> bit & 1))
      continue;
    writeText(" ");
    writeText(isa::getEffectName(bit));
  }
}

static void reportMachine(Machine &machine) {
  const Package &package = *machine.package;
  Bytes name, document;
  package.getDocument(name, document);
  LineEntry line = package.findLine(machine.trapWord);
  writePlaceAndColon(copyText(name), line.line, line.column);
  auto code = static_cast<isa::TrapCode>(machine.trapCode);
  const char *message = isa::getTrapMessage(machine.trapCode);
  writeText("trap: ");
  if (code == isa::TrapCode::StackOverflow ||
      code == isa::TrapCode::CallOverflow)
    writeText("stack overflow: ");
  writeText(message != nullptr ? message : "raised by the program");
  if (code == isa::TrapCode::NoCapability)
    writeMissing(machine, machine.trapWord);
  writeText(" (code ");
  writeNumber(machine.trapCode);
  writeText(")\n");
  Bytes source = findDocumentLine(document, line.line);
  if (line.line != 0 && source.size != 0)
    rt::formatSourceLine(copyText(source), line.line, line.column,
                         rt::writeError);
}

void reportTrap(Process &process) {
  Machine &machine = process.machine;
  const Package &package = process.package;
  rt::flux_console_flush();
  Calls calls(machine, machine.depth);
  uint64_t word = machine.trapWord;
  if (machine.trapCode == static_cast<uint16_t>(isa::TrapCode::Rule) &&
      process.isRuleBroken()) {
    const char *function = reportRule(machine, process.getBroken());
    // The table names the innermost function again.
    if (!Calls::isShown(machine, word))
      word = calls.next();
    if (word != ~uint64_t(0) && function[0] != '\0' &&
        equals(package.getName(package.findFunction(word)), function))
      word = calls.next();
    writeCallers(package, calls, word);
  } else {
    reportMachine(machine);
    writeCall("  in ", package, word);
    writeCallers(package, calls, calls.next());
  }
  rt::flushAll();
}

} // namespace flux::tool
