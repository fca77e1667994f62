//===- Process.h - a program and its host, Linux ---------------*- C++ -*-===//
#ifndef FLUX_TOOLS_FLUX_VM_PROCESS_H
#define FLUX_TOOLS_FLUX_VM_PROCESS_H

#include "Record.h"
#include "Sandbox.h"
#include "Tool.h"
#include "runtime/vm/HostCalls.h"

namespace flux::vm {
class ThreadedCode;
} // namespace flux::vm

namespace flux::tool {

using vm::HostCall;

/// The host of a program as a process of Linux.
class Process {
public:
  Bytes path, key;
  uint16_t capabilities = isa::EffectIO_READ | isa::EffectIO_WRITE;
  uint64_t gas = 0x7FFFFFFFFFFFFFFF, memory = vm::defaultMemoryLimit;
  Sandbox sandbox;
  Vector<Bytes> arguments{getArena()};
  Vector<Bytes> settings{getArena()};

  Record record;
  /// Takes the output instead of the console; then there is no input.
  void (*output)(Bytes text, bool isError) = nullptr;

  bytecode::Package package;
  vm::Machine machine;

  /// Takes options of all commands that run programs, the file and the
  /// program's arguments.  Returns -1, or an exit status after a message.
  /// \p takeOther takes options of one command, and returns the same, or -2
  /// for what it does not know.
  int parse(Arguments &args, int (*takeOther)(void *self, Bytes option),
            void *self);
  /// Loads the package and prepares the machine; false after a message.
  bool start();
  /// parse() and start().  Returns -1, or an exit status after a message.
  int open(Arguments &args, int (*takeOther)(void *self, Bytes option),
           void *self);
  /// Translates the program for the threaded engine; false after a message.
  bool translate(vm::ThreadedCode &code);
  /// The exit status of the program, after a message if it did not end well.
  int finish();

private:
  vm::HostResult answer(HostCall number, uint64_t *args);
  vm::HostResult call(HostCall number, uint64_t *args);
  vm::HostResult callFile(HostCall number, uint64_t *args);
  vm::HostResult answerService(isa::Opcode opcode, const uint64_t args[2],
                               uint64_t &result);
  vm::HostResult service(isa::Opcode opcode, const uint64_t args[2],
                         uint64_t &result);
  void writeOutput(Bytes text, bool isError);
  bool repeat(uint32_t call, vm::HostResult &answer, uint64_t &result,
              uint64_t address, uint64_t size);
  void keep(uint32_t call, vm::HostResult answer, uint64_t result,
            uint64_t address, uint64_t size);
  bool bindImports();
  bool isRuleBroken() const;
  bool applySetting(Bytes text);
  bool takeCapabilities(Bytes names);
  uint8_t *find(uint64_t address, uint64_t size, uint8_t right);

  Vector<HostCall> imports{getArena()};
  uint64_t broken[5] = {};
  uint32_t brokenWord = 0xFFFFFFFF; ///< where that was
};

/// Debugs \p process as an editor asks by the Debug Adapter Protocol.
int serveEditor(Process &process);
/// The same as gdb asks by its remote protocol.
int serveGdb(Process &process);
/// Writes `NAME at FILE:LINE:COLUMN` for \p place, or \p word if it is 0.
void writePlace(bytecode::TextBuilder &text, const bytecode::Package &package,
                uint64_t word, uint32_t place);
/// The same for the innermost place of \p word.
inline void writePlace(bytecode::TextBuilder &text,
                       const bytecode::Package &package, uint64_t word) {
  writePlace(text, package, word, package.findPlaceNumber(word));
}

} // namespace flux::tool

#endif // FLUX_TOOLS_FLUX_VM_PROCESS_H
