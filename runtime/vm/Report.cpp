//===- Report.cpp - what is told about a trap -----------------------------===//
//
// The same text that a native program writes: the place in the document, the
// rule with its values, the line, and the calls that led there.  Traps of the
// machine itself have a number instead of values.
//
//===----------------------------------------------------------------------===//

#include "runtime/vm/Report.h"
#include "runtime/base/Format.h"

namespace flux::vm {

using namespace bytecode;

namespace {

class Calls;
struct Call;

/// Where the text goes and where memory comes from.
class Writer {
public:
  Writer(const TrapReport &report)
      : machine(report.machine), broken(report.broken), sink(report.sink),
        scratch(report.scratch) {}

  void write();

private:
  void writeBytes(Bytes text) {
    sink(reinterpret_cast<const char *>(text.data),
         static_cast<int64_t>(text.size));
  }
  void writeText(const char *text) { sink(text, rt::textLength(text)); }
  void writeNumber(uint64_t value) {
    char buffer[rt::maxIntegerLength];
    sink(buffer, rt::formatU64(buffer, value));
  }
  const char *copyText(Bytes text) {
    char *copy = scratch.allocate<char>(text.size + 1);
    __builtin_memcpy(copy, text.data, text.size);
    return copy;
  }
  const char *readText(uint64_t address);
  void writeCall(const char *lead, const Call &call);
  void writePlaceAndColon(const char *file, uint32_t line, uint32_t column);
  void writeMissing(uint64_t word);
  const char *reportRule(rt::TrapSite &site);
  void reportMachine(const Place &place);
  void writeCallers(const Calls &calls);

  Machine &machine;
  const uint64_t *broken;
  rt::TextSink sink;
  Arena &scratch;
};

bool equals(Bytes text, const char *other) {
  return text.size == static_cast<uint64_t>(rt::textLength(other)) &&
         __builtin_memcmp(text.data, other, text.size) == 0;
}

} // namespace

/// The text with a zero byte behind it at \p address of the program.
const char *Writer::readText(uint64_t address) {
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

namespace {

/// A call that is active, perhaps one that was inlined.
struct Call {
  uint64_t word = 0;
  uint32_t place = 0; ///< its number; 0: none is known
};

/// The calls of a machine from a word on, innermost first.
class Calls {
public:
  /// With \p needsPlaces those without are left out also if there are no
  /// others.
  Calls(const Machine &machine, uint64_t word, bool needsPlaces)
      : machine(&machine), active(machine.depth), needsPlaces(needsPlaces) {
    enter(word);
  }

  /// The next one that is shown; false at the end.
  bool next(Call &call) {
    const Package &package = *machine->package;
    for (;;) {
      if (isNew || place != 0) {
        isNew = false;
        call = {word, place};
        place = place != 0 ? package.getPlace(place).parent : 0;
        if (isShown(call))
          return true;
      } else if (active != 0) {
        uint32_t returnWord = machine->frames[--active].returnWord;
        if (returnWord < returnToTrap)
          enter(returnWord - 1);
      } else {
        return false;
      }
    }
  }

private:
  void enter(uint64_t newWord) {
    word = newWord;
    place = machine->package->findPlaceNumber(word);
    isNew = true;
  }
  /// Functions without places are of the runtime, not of the document.
  bool isShown(const Call &call) const {
    const Package &package = *machine->package;
    bool isKnown = call.place != 0 || (package.numPlaces == 0 && !needsPlaces);
    return isKnown && !equals(getFunctionName(package, call.word, call.place),
                              "flux_main");
  }

  const Machine *machine;
  uint32_t active;
  bool needsPlaces;
  uint64_t word = 0;
  uint32_t place = 0; ///< what comes next in the calls at the word
  bool isNew = false; ///< nothing of the word was told yet
};

/// Equal calls in a row.
struct Group {
  Call call;
  uint64_t count = 0;
};

/// Takes calls one ahead.
class Groups {
public:
  explicit Groups(Calls calls) : calls(calls) {
    isThere = this->calls.next(ahead);
  }

  /// The next group; its count is 0 at the end.
  Group next() {
    Group group = {ahead, 0};
    while (isThere && (ahead.place != 0 ? ahead.place == group.call.place
                                        : ahead.word == group.call.word)) {
      ++group.count;
      isThere = calls.next(ahead);
    }
    return group;
  }

private:
  Calls calls;
  Call ahead;
  bool isThere;
};

} // namespace

void Writer::writeCall(const char *lead, const Call &call) {
  writeText(lead);
  formatPlace(*machine.package, call.word, call.place, sink);
  writeText("\n");
}

/// As native programs do: many equal calls are told once, and the middle of a
/// long list is left out.
void Writer::writeCallers(const Calls &calls) {
  constexpr uint64_t shownFirst = 48, shownLast = 8, longestEqual = 4;
  uint64_t numGroups = 0, skipped = 0;
  Groups counted(calls), groups(calls);
  while (counted.next().count != 0)
    ++numGroups;
  for (uint64_t i = 0; i != numGroups; ++i) {
    Group group = groups.next();
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
      writeCall("  called from ", group.call);
    if (isLong) {
      writeText("  ... and from there ");
      writeNumber(group.count - 1);
      writeText(" more times\n");
    }
  }
}

void Writer::writePlaceAndColon(const char *file, uint32_t line,
                                uint32_t column) {
  if (file[0] == '\0' || line == 0)
    return;
  rt::formatPlace(file, line, column, sink);
  writeText(": ");
}

/// A trap that `flux.trap` raised.  The name of the function if it is known.
const char *Writer::reportRule(rt::TrapSite &site) {
  const char *file = "", *function = "", *source = "";
  uint64_t address = broken[1];
  if (uint8_t *at = machine.access(address, sizeof site, RegionRead)) {
    __builtin_memcpy(&site, at, sizeof site);
    auto read = [&](int32_t distance) {
      return distance != 0
                 ? readText(address + static_cast<uint64_t>(int64_t(distance)))
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
  rt::formatTrapMessage(kind, site, values, sink);
  writeText("\n");
  if (site.line != 0 && source[0] != '\0')
    rt::formatSourceLine(source, site.line, site.column, sink);
  if (function[0] != '\0' && !rt::isSameText(function, "flux_main")) {
    writeText("  in ");
    writeText(function);
    if (site.line != 0) {
      writeText(" at ");
      rt::formatPlace(file, site.line, site.column, sink);
    }
    writeText("\n");
  }
  return function;
}

/// The names of the effects of the instruction at \p word that the process
/// lacks.
void Writer::writeMissing(uint64_t word) {
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

void Writer::reportMachine(const Place &place) {
  const Package &package = *machine.package;
  Bytes name, document;
  package.getDocument(scratch, name, document);
  Bytes file = place.line != 0 ? package.getPlaceName(place.file) : name;
  writePlaceAndColon(copyText(file), place.line, place.column);
  auto code = static_cast<isa::TrapCode>(machine.trapCode);
  const char *message = isa::getTrapMessage(machine.trapCode);
  writeText("trap: ");
  // Which of the two is full means nothing to a document.
  if (code == isa::TrapCode::StackOverflow ||
      code == isa::TrapCode::CallOverflow)
    return writeText("stack overflow\n");
  writeText(message != nullptr ? message : "raised by the program");
  if (code == isa::TrapCode::NoCapability)
    writeMissing(machine.trapWord);
  writeText(" (code ");
  writeNumber(machine.trapCode);
  writeText(")\n");
  // The package has the text of its own document only.
  if (place.line == 0 || !equals(file, copyText(name)))
    return;
  Bytes source = findDocumentLine(document, place.line);
  if (source.size != 0)
    rt::formatSourceLine(copyText(source), place.line, place.column, sink);
}

void Writer::write() {
  const Package &package = *machine.package;
  Calls calls(machine, machine.trapWord, /*needsPlaces=*/broken != nullptr);
  Call call;
  if (broken != nullptr) {
    rt::TrapSite site = {};
    const char *function = reportRule(site);
    // The places name what the site names again; before it, code that the
    // runtime called when it found the fault.
    Calls outer = calls;
    for (bool isFirst = true; function[0] != '\0' && outer.next(call);
         isFirst = false) {
      Place place = call.place != 0 ? package.getPlace(call.place) : Place();
      if ((!isFirst &&
           (place.line != site.line || place.column != site.column)) ||
          !equals(getFunctionName(package, call.word, call.place), function))
        continue;
      calls = outer;
      break;
    }
    writeCallers(calls);
    return;
  }
  bool isKnown = calls.next(call);
  if (!isKnown)
    call = {machine.trapWord, 0};
  reportMachine(call.place != 0 ? package.getPlace(call.place) : Place());
  writeCall("  in ", call);
  if (isKnown)
    writeCallers(calls);
}

void reportTrap(const TrapReport &report) { Writer(report).write(); }

} // namespace flux::vm
