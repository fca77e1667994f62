//===- Debugger.h - running a program step by step -------------*- C++ -*-===//
#ifndef FLUX_TOOLS_FLUX_VM_DEBUGGER_H
#define FLUX_TOOLS_FLUX_VM_DEBUGGER_H

#include "Process.h"

namespace flux::tool {

/// How far a program goes on.
enum class Pace : uint8_t {
  Free,        ///< to the next breakpoint
  Instruction, ///< one
  Line,        ///< to another line, into calls
  NextLine,    ///< to another line of this function or its callers
  Finish,      ///< until this function returns
};

/// Why it stopped.
enum class Halt : uint8_t { Breakpoint, Step, End, Limit };

/// A call that is active, perhaps one that was inlined.
struct ActiveCall {
  uint64_t word;
  uint32_t place; ///< its number; 0: none is known
  uint32_t base;  ///< what its R0 is among all registers
};

/// A program that is watched.
class Debugger {
public:
  explicit Debugger(Process &process) : process(process) {}

  /// Adds a breakpoint: a line of the document, `FILE:LINE`, a function or
  /// `*WORD`.  Returns its number from 1, or 0 if there is no such place.
  uint32_t addBreakpoint(Bytes place);
  /// At a line of \p file, the document if it is empty, or the next one that
  /// has code; 0 if there is none.
  uint32_t addLineBreakpoint(uint32_t line, Bytes file = {});
  void addWord(uint64_t word) { breakpoints.push(word); }
  void removeBreakpoint(uint32_t number);
  void removeWord(uint64_t word);
  void removeAll() { breakpoints.size = 0; }
  /// Words of the breakpoint, or -1 if it was removed.
  uint64_t getWord(uint32_t number) const { return breakpoints[number - 1]; }
  uint32_t getCount() const { return static_cast<uint32_t>(breakpoints.size); }

  /// Goes on, for at most \p limit instructions.
  Halt resume(Pace pace, uint64_t limit = ~uint64_t(0));

  /// The name of the package's document; empty if it has none.
  Bytes getDocumentName();
  /// A call, innermost 0; false behind the outermost.
  bool getCall(uint32_t index, ActiveCall &call) const;

  Process &process;

private:
  bool isBreakpoint(uint64_t word) const;

  Vector<uint64_t> breakpoints{getArena()};
  Bytes documentName;
  bool isDocumentKnown = false;
};

/// Writes the instruction at \p word; returns its number of words.
uint64_t writeInstruction(bytecode::TextBuilder &text,
                          const bytecode::Package &package, uint64_t word);

} // namespace flux::tool

#endif // FLUX_TOOLS_FLUX_VM_DEBUGGER_H
