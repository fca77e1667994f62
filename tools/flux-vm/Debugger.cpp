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

uint32_t Debugger::addLineBreakpoint(uint32_t line) {
  const Package &package = process.package;
  uint32_t best = 0xFFFFFFFF;
  uint64_t word = 0;
  for (uint32_t i = 0; i != package.numLines; ++i) {
    LineEntry entry = package.getLine(i);
    if (entry.line < line || entry.line >= best || entry.line == 0)
      continue;
    best = entry.line;
    word = entry.word;
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

bool Debugger::isBreakpoint(uint64_t word) const {
  for (uint64_t i = 0; i != breakpoints.size; ++i)
    if (breakpoints[i] == word)
      return true;
  return false;
}

Halt Debugger::resume(Pace pace, uint64_t limit) {
  Machine &machine = process.machine;
  const Package &package = process.package;
  uint32_t depth = machine.depth;
  LineEntry start = package.findLine(machine.pc);
  for (uint64_t steps = 0; steps != limit; ++steps) {
    machine.runPlain(1);
    if (machine.state != State::Ready && machine.state != State::Yielded)
      return Halt::End;
    if (isBreakpoint(machine.pc))
      return Halt::Breakpoint;
    LineEntry line = package.findLine(machine.pc);
    bool isNew =
        line.line != 0 && (line.line != start.line || machine.depth != depth);
    if (pace == Pace::Instruction || (pace == Pace::Line && isNew) ||
        (pace == Pace::NextLine && isNew && machine.depth <= depth) ||
        (pace == Pace::Finish && machine.depth < depth))
      return Halt::Step;
  }
  return Halt::Limit;
}

bool Debugger::getCall(uint32_t index, uint64_t &word, uint32_t &base) const {
  const Machine &machine = process.machine;
  word = machine.state == State::Trapped ? machine.trapWord : machine.pc;
  base = machine.base;
  for (uint32_t at = machine.depth; index != 0; --index) {
    do {
      if (at == 0)
        return false;
      --at;
      base = machine.frames[at].base;
    } while (machine.frames[at].returnWord >= returnToTrap);
    word = machine.frames[at].returnWord - 1;
  }
  return true;
}

} // namespace flux::tool
