//===- Debugger.cpp - running a program step by step ----------------------===//
//
// The plain interpreter executes one instruction after the other, so that
// breakpoints change neither code nor gas: the program cannot tell that it is
// watched.
//
//===----------------------------------------------------------------------===//

#include "Debugger.h"

namespace flux::tool {

using namespace bytecode;
using namespace vm;

uint64_t writeInstruction(TextBuilder &text, const Package &package,
                          uint64_t word) {
  isa::Instruction instruction;
  if (isa::decode(package.code.data + 4 * word, package.codeWords - word,
                  instruction) != nullptr)
    return 1;
  char buffer[isa::maxTextLength];
  unsigned length = isa::formatInstruction(buffer, instruction, word);
  text << Bytes{reinterpret_cast<uint8_t *>(buffer), length};
  if (instruction.opcode == isa::Opcode::CALLI) {
    Bytes name = package.getName(static_cast<uint32_t>(instruction.imm));
    if (name.size != 0)
      text << " (" << name << ")";
  }
  return instruction.words;
}

Bytes Debugger::getDocumentName() {
  // To unpack the document takes memory that stays.
  Bytes text;
  if (!isDocumentKnown)
    process.package.getDocument(getArena(), documentName, text);
  isDocumentKnown = true;
  return documentName;
}

uint32_t Debugger::addLineBreakpoint(uint32_t line, Bytes file) {
  const Package &package = process.package;
  if (file.size == 0)
    file = getDocumentName();
  uint32_t best = 0xFFFFFFFF;
  uint64_t word = 0;
  for (uint32_t i = 0; i != package.numDebugRows; ++i) {
    DebugRow row = package.getDebugRow(i);
    uint32_t found = package.findLine(row.place, file);
    if (found < line || found >= best || found == 0)
      continue;
    best = found;
    word = row.word;
  }
  if (best == 0xFFFFFFFF)
    return 0;
  breakpoints.push(word);
  return getCount();
}

uint32_t Debugger::addBreakpoint(Bytes place) {
  const Package &package = process.package;
  uint64_t number;
  Bytes rest;
  if (parseNumber(place, number))
    return addLineBreakpoint(static_cast<uint32_t>(number));
  for (uint64_t i = place.size; i-- != 0;)
    if (place.data[i] == ':')
      return parseNumber({place.data + i + 1, place.size - i - 1}, number)
                 ? addLineBreakpoint(static_cast<uint32_t>(number),
                                     {place.data, i})
                 : 0;
  if (startsWith(place, "*", rest)) {
    if (!parseNumber(rest, number) || number >= package.codeWords)
      return 0;
    breakpoints.push(number);
    return getCount();
  }
  for (uint32_t i = 0; i != package.numFunctions; ++i) {
    Bytes name = package.getName(i);
    if (name.size != place.size ||
        __builtin_memcmp(name.data, place.data, name.size) != 0)
      continue;
    breakpoints.push(package.getFunction(i).start);
    return getCount();
  }
  return 0;
}

void Debugger::removeBreakpoint(uint32_t number) {
  if (number != 0 && number <= getCount())
    breakpoints[number - 1] = ~uint64_t(0);
}

void Debugger::removeWord(uint64_t word) {
  uint64_t kept = 0;
  for (uint64_t i = 0; i != breakpoints.size; ++i)
    if (breakpoints[i] != word)
      breakpoints[kept++] = breakpoints[i];
  breakpoints.size = kept;
}

bool Debugger::isBreakpoint(uint64_t word) const {
  for (uint64_t i = 0; i != breakpoints.size; ++i)
    if (breakpoints[i] == word)
      return true;
  return false;
}

Halt Debugger::resume(Pace pace, uint64_t limit) {
  Machine &machine = process.machine;
  const Package &package = process.package;
  Place start = package.findPlace(machine.pc);
  // Calls that were inlined count like others.
  uint32_t depth = machine.depth + start.depth;
  for (uint64_t steps = 0; steps != limit; ++steps) {
    machine.runPlain(1);
    if (machine.state != State::Ready && machine.state != State::Yielded)
      return Halt::End;
    if (isBreakpoint(machine.pc))
      return Halt::Breakpoint;
    Place place = package.findPlace(machine.pc);
    uint32_t now = machine.depth + place.depth;
    bool isNew = place.line != 0 && (place.line != start.line || now != depth);
    if (pace == Pace::Instruction || (pace == Pace::Line && isNew) ||
        (pace == Pace::NextLine && isNew && now <= depth) ||
        (pace == Pace::Finish && now < depth))
      return Halt::Step;
  }
  return Halt::Limit;
}

bool Debugger::getCall(uint32_t index, ActiveCall &call) const {
  const Machine &machine = process.machine;
  const Package &package = process.package;
  call.word = machine.state == State::Trapped ? machine.trapWord : machine.pc;
  call.base = machine.base;
  call.place = package.findPlaceNumber(call.word);
  for (uint32_t at = machine.depth; index != 0; --index) {
    if (uint32_t outer =
            call.place != 0 ? package.getPlace(call.place).parent : 0) {
      call.place = outer;
      continue;
    }
    do {
      if (at == 0)
        return false;
      --at;
      call.base = machine.frames[at].base;
    } while (machine.frames[at].returnWord >= returnToTrap);
    call.word = machine.frames[at].returnWord - 1;
    call.place = package.findPlaceNumber(call.word);
  }
  return true;
}

} // namespace flux::tool
