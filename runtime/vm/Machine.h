//===- Machine.h - a program while it runs ---------------------*- C++ -*-===//
//
// The whole state of a process of the virtual machine, and the ways to go on
// with it.  docs/isa.md says what it means; docs/RationaleVM.md why it is so.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_VM_MACHINE_H
#define FLUX_RUNTIME_VM_MACHINE_H

#include "runtime/bytecode/Package.h"
#include "runtime/isa/Isa.h"

namespace flux::vm {

enum class State : uint8_t {
  Ready,    ///< can go on
  Halted,   ///< ended; Machine::status tells how
  Trapped,  ///< ended; Machine::trapCode and trapWord tell why
  OutOfGas, ///< goes on when it got more
  Waiting,  ///< for the host; the instruction is tried again
  Yielded,  ///< gave its time away; goes on
};

/// What the host made of an instruction.
enum class HostAction : uint8_t { Done, Trap, Wait, Exit };
struct HostResult {
  HostAction action = HostAction::Trap;
  /// The trap's code or the exit status.
  uint16_t code = static_cast<uint16_t>(isa::TrapCode::NoService);
};

/// What to do after an instruction.
enum class Step : uint8_t {
  Next,  ///< the next one follows
  Moved, ///< pc says what follows
  Stop,  ///< the state says why
};

class Machine;

/// An operation of the threaded engine (Handlers.h).
using AnyHandler = void (*)();

/// Where a machine gets what lies outside of it.  The default is a host without
/// services, whose memory comes from the arena.
struct Host {
  void *self = nullptr;
  /// Executes an instruction of kind Host.  \p args are rs1 (plus imm, for
  /// device registers), rs2; of one operand, the first.
  HostResult (*service)(void *self, Machine &machine, isa::Opcode opcode,
                        const uint64_t args[2], uint64_t &result) = nullptr;
  /// Executes a call of import \p number: takes args[0] and up, writes results
  /// there.
  HostResult (*import)(void *self, Machine &machine, uint32_t number,
                       uint64_t *args) = nullptr;
  /// The handler for import \p number, or null if it is called like others.
  AnyHandler (*importHandler)(void *self, uint32_t number) = nullptr;
  /// Gives \p size zeroed bytes for region \p number, or null.
  uint8_t *(*map)(void *self, unsigned number, uint64_t size) = nullptr;
  void (*unmap)(void *self, unsigned number, uint8_t *base,
                uint64_t size) = nullptr;
  /// Memory comes as far as it is used, and not at an access: then the machine
  /// waits, and Machine::need says for what.  It is mapped for registers and
  /// frames, too.
  bool mapsLater = false;
};

/// The numbers by which registers and frames are mapped like regions.
inline constexpr unsigned registersNumber = bytecode::numRegions,
                          framesNumber = bytecode::numRegions + 1;

/// Memory that a machine needs to go on: bytes of a region, or calls.
struct Need {
  unsigned region = 0;
  uint64_t bytes = 0; ///< from its first one on
  uint32_t calls = 0;

  bool isThere() const { return bytes != 0 || calls != 0; }
};

struct RegionState {
  uint8_t *base = nullptr; ///< null: there is none
  uint64_t size = 0;
  uint8_t rights = 0;
  bool made = false;    ///< by REGION_CREATE
  uint64_t missing = 0; ///< bytes at its end that have no memory yet

  uint64_t there() const { return size - missing; }
};

/// A call that will return.
struct Frame {
  uint32_t returnWord; ///< or one of those below
  uint32_t base;       ///< the caller's window, as index of its R0
  /// Where the threaded engine goes on; null if it does not know yet.
  const void *op = nullptr;
};
inline constexpr uint32_t returnEnds = 0xFFFFFFFF;
inline constexpr uint32_t returnToTrap = 0xFFFFFFFE;

struct CatchPoint {
  uint32_t depth, base, word;
  uint32_t reg;
  uint64_t sp;
};
inline constexpr uint32_t maxCatchPoints = 1 << 16;
inline constexpr uint64_t noHandler = ~uint64_t(0);
/// What is between a window and the end of the registers, at least.
inline constexpr uint64_t spareRegisters = 3 * isa::numRegisters;

/// What all regions that programs make may take.
inline constexpr uint64_t defaultMemoryLimit = uint64_t(1) << 30;

class Machine {
public:
  /// Prepares \p package, which must be verified and stay, to run.  Returns
  /// null, or what is missing.
  const char *start(const bytecode::Package &package, const Host &host,
                    Arena &arena, uint16_t capabilities,
                    uint64_t memoryLimit = defaultMemoryLimit);

  /// Goes on until the program ends or stops, with the plain interpreter.
  State run() { return runPlain(~uint64_t(0)); }
  /// Goes on for at most \p steps instructions.
  State runPlain(uint64_t steps);

  /// Where \p size bytes at \p address lie, or null if they are in no region or
  /// the right is missing.
  uint8_t *access(uint64_t address, uint64_t size, uint8_t right) {
    uint64_t offset = address & 0xFFFFFFFF;
    unsigned number = address >> 32 & (bytecode::numRegions - 1);
    const RegionState &region = regions[number];
    if (offset >= region.size || size > region.size - offset ||
        (region.rights & right) != right)
      return nullptr;
    if (region.missing != 0 && size != 0 && offset + size > region.there()) {
      need = {number, offset + size};
      return nullptr;
    }
    return region.base + offset;
  }
  /// Gives unused machines more to go on with.
  void addGas(int64_t amount);
  /// Lets it stop as if it were out of gas after \p amount, at a block, if it
  /// has more: then heldGas is not 0.
  void limitRun(int64_t amount) {
    int64_t all = gas + heldGas;
    gas = all < amount ? all : amount;
    heldGas = all - gas;
  }
  /// True if the process has all of \p effects.
  bool isAllowed(uint32_t effects) const {
    return (effects & ~uint32_t(capabilities)) == 0;
  }
  /// Makes a region; returns its number or -1.
  int makeRegion(uint64_t size, uint8_t rights);
  bool removeRegion(uint64_t number);

  /// A register of the window as the program sees it.
  uint64_t read(unsigned reg) const;
  void write(unsigned reg, uint64_t value);
  /// What registers and frames for \p calls take.
  static uint64_t getRegisterBytes(uint64_t calls) {
    return (calls * isa::numRegisters + spareRegisters) * sizeof(uint64_t);
  }
  static uint64_t getFrameBytes(uint64_t calls) {
    return (calls + 2) * sizeof(Frame);
  }
  uint64_t *window() { return registers + base; }
  const uint64_t *window() const { return registers + base; }

  const bytecode::Package *package = nullptr;
  Host host;
  State state = State::Halted;

  // What a snapshot holds.
  uint32_t pc = 0;
  uint32_t base = 0;
  uint32_t depth = 0; ///< active calls; frames[depth - 1] is the last one
  uint32_t catchCount = 0;
  bool charged = false; ///< the block at pc is paid for
  uint8_t flags = 0;
  int64_t gas = 0x7FFFFFFFFFFFFFFF;
  int64_t heldGas = 0; ///< it has that, too, but not before the next limitRun()
  uint64_t sp = 0;
  uint64_t regionBase = 0, regionSize = 0, syscallNumber = 0, error = 0;
  uint64_t handler = noHandler;
  uint16_t capabilities = 0;
  // The trap that a handler is working on.
  uint32_t handlerDepth = 0; ///< depth of its call, 0: there is none
  uint32_t resumeWord = 0;
  uint16_t handledCode = 0;
  uint8_t resumeFlags = 0;
  // How it ended.
  int32_t status = 0;
  uint16_t trapCode = 0;
  uint32_t trapWord = 0;
  uint64_t memoryLeft = 0;

  RegionState regions[bytecode::numRegions];
  /// How often they changed while the program ran; a host that changes one
  /// itself counts, too.
  uint32_t regionChanges = 0;
  /// Where region r lies at r * 4 GiB, and everything else faults, reads and
  /// writes without their right included, while handlers of guarded code run;
  /// null if memory is not like that.
  uint8_t *regionWindow = nullptr;
  uint64_t *registers = nullptr;
  Frame *frames = nullptr;
  uint32_t callRoom = 0; ///< how deep calls can be with what is there of them
  Need need;             ///< of a machine that waits
  CatchPoint *catchPoints = nullptr;

  // Used by the engines: instructions one at a time, as the plain interpreter
  // does it.  pc is the instruction's word, its block is paid for.
  Step execute(const isa::Instruction &instruction);
  Step raise(uint16_t code, bool canCatch = true);
  /// Returns from the function.
  Step leave();
  Step raise(isa::TrapCode code) { return raise(static_cast<uint16_t>(code)); }
  /// Does what the host made of an instruction.
  Step apply(HostResult result);
  /// Whether a block of the code is recorded at \p word.
  bool isBlockStart(uint64_t word) const;
  /// What the block that starts at \p word costs.
  uint64_t blockCost(uint64_t word) const;

private:
  using Instruction = isa::Instruction;

  Step stop(State why) {
    state = why;
    return Step::Stop;
  }
  Step jump(uint64_t word);
  // The values are what the registers of the instruction hold.
  Step evaluate(const Instruction &instruction, const uint64_t *values);
  Step executeBranch(const Instruction &instruction, const uint64_t *values);
  Step executeAccess(const Instruction &instruction, const uint64_t *values);
  Step executeAtomic(const Instruction &instruction, const uint64_t *values);
  Step executeMemory(const Instruction &instruction, const uint64_t *values);
  Step executeStack(const Instruction &instruction, const uint64_t *values);
  Step executeControl(const Instruction &instruction, const uint64_t *values);
  Step executeSystem(const Instruction &instruction, const uint64_t *values);
  Step executeVector(const Instruction &instruction, const uint64_t *values);
  Step executeHost(const Instruction &instruction, const uint64_t *values);
  Step waitForCalls();
  uint64_t getMissing(uint64_t size, uint64_t needed) const;
  Step call(const Instruction &instruction, uint64_t number);
  Step callByType(const Instruction &instruction, uint64_t number, bool isTail);
  Step callImport(const Instruction &instruction);
  Step resumeAfterTrap();
  Step push(uint64_t value);
  uint64_t pop();
  bool has(uint64_t bytes) const;
  Step chargeBytes(uint64_t count);
};

/// True if the instruction is the last one of its block.
bool isLastOfBlock(const isa::Instruction &instruction);

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_MACHINE_H
