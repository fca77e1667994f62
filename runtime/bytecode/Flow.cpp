//===- Flow.cpp - what an instruction needs and leaves --------------------===//
//
// A register may be read only if it was written on every way here, the data
// stack has one depth at each place, a call sees as many arguments as its
// callee takes.  Engines rely on it: nothing of that is checked again at run
// time.
//
//===----------------------------------------------------------------------===//

#include "runtime/bytecode/Flow.h"

namespace flux::bytecode {

using isa::Instruction;
using isa::Opcode;

/// Slots of the data stack that a function may use.
static constexpr uint32_t maxDepth = 1 << 28;
/// The registers that survive in a function with catch points: what R16 and up
/// hold at the label of a catch point depends on where the trap came from.
static constexpr unsigned firstCaught = 16;

static uint64_t bit(unsigned reg) { return uint64_t(1) << reg; }
static uint64_t below(unsigned reg) {
  return reg >= 64 ? ~uint64_t(0) : bit(reg) - 1;
}
static uint64_t argumentMask(unsigned first, unsigned count) {
  return below(first + count) & ~below(first);
}

FlowState getEntryState(const Function &function) {
  FlowState state;
  state.defined =
      alwaysDefined | argumentMask(isa::firstArgument, function.args);
  state.reachable = true;
  return state;
}

FlowState getBlockState(const Block &block) {
  FlowState state;
  state.defined = block.defined;
  state.depth = block.depth;
  state.enterDepth = block.enterDepth;
  state.catches = block.catches;
  state.dynamic = block.dynamic != 0;
  state.reachable = true;
  return state;
}

const char *checkJoin(const FlowState &state, const FlowState &target) {
  if (target.defined & ~state.defined)
    return FLUX_UNSAFE(
        "a register that the target reads is not written on this way");
  if (target.depth != state.depth || target.enterDepth != state.enterDepth ||
      target.dynamic != state.dynamic)
    return FLUX_UNSAFE("the data stack has another depth at the target");
  if (target.catches != state.catches)
    return FLUX_UNSAFE("another number of catch points is set at the target");
  return nullptr;
}

namespace {

class Follower {
public:
  Follower(const FlowContext &context, const Function &function, uint64_t word,
           const Instruction &instruction, FlowState &state, uint32_t &effects)
      : context(context), function(function), word(word),
        instruction(instruction), info(isa::getInfo(instruction.opcode)),
        state(state), effects(effects) {}

  const char *run();

private:
  const char *use();
  const char *define();
  const char *jump(int64_t distance, const FlowState &at);
  const char *call(unsigned args, unsigned results);
  const char *checkType(unsigned &args, unsigned &results);
  const char *leaveFunction();
  const char *stack();
  const char *control();
  uint64_t operandMask(unsigned slot, const char *&error) const;

  const FlowContext &context;
  const Function &function;
  uint64_t word;
  const Instruction &instruction;
  const isa::InstructionInfo &info;
  FlowState &state;
  uint32_t &effects;
};

uint64_t Follower::operandMask(unsigned slot, const char *&error) const {
  unsigned reg = instruction.reg[slot];
  if (!(info.vector >> slot & 1))
    return bit(reg);
  if (reg % 4 != 0 || reg < 8 || reg > 52)
    error = FLUX_UNSAFE("a group of registers starts at R8, R12, ... R52");
  return argumentMask(reg, 4);
}

const char *Follower::use() {
  const char *error = nullptr;
  uint64_t used = 0;
  for (unsigned slot = 0; slot != 4; ++slot)
    if (info.uses >> slot & 1)
      used |= operandMask(slot, error);
  if (instruction.opcode == Opcode::LOOP)
    used |= bit(isa::RegLoop);
  if (error == nullptr && (used & bit(isa::RegFlags))) {
    if (!state.flags)
      return FLUX_UNSAFE("R5 is read without flags in this block");
    used &= ~bit(isa::RegFlags);
  }
  if (error == nullptr && (used & ~state.defined))
    error =
        FLUX_UNSAFE("a register is read that is not written on every way here");
  if (error == nullptr && (info.flags & isa::ReadsFlags) && !state.flags)
    error =
        FLUX_UNSAFE("no instruction of this block sets the flags for this one");
  return error;
}

const char *Follower::define() {
  const char *error = nullptr;
  uint64_t defined = 0;
  for (unsigned slot = 0; slot != 4; ++slot) {
    if (!(info.defs >> slot & 1))
      continue;
    if (!isa::isWritable(instruction.reg[slot]))
      error = FLUX_UNSAFE("a register is written that cannot be");
    defined |= operandMask(slot, error);
  }
  if (instruction.opcode == Opcode::POPA)
    defined = below(16) & ~(bit(isa::RegPC) | bit(isa::RegFlags));
  if (state.enterDepth != notEntered &&
      (defined & (bit(isa::RegBP) | bit(isa::RegFP))))
    error = FLUX_UNSAFE("R3 and R6 are written between ENTER and LEAVE");
  state.defined |= defined;
  if (info.flags & isa::WritesFlags)
    state.flags = true;
  return error;
}

const char *Follower::jump(int64_t distance, const FlowState &at) {
  int64_t target = static_cast<int64_t>(word) + distance;
  if (target < function.start || target >= function.end)
    return FLUX_UNSAFE("a jump leaves the function");
  return context.jump(context.self, static_cast<uint64_t>(target), at);
}

const char *Follower::call(unsigned args, unsigned results) {
  unsigned slide = instruction.reg[0];
  unsigned count = args > results ? args : results;
  unsigned first = slide + isa::firstArgument;
  if (count != 0 && first + count > isa::numRegisters)
    return FLUX_UNSAFE("the arguments or results of a call lie above R63");
  if (slide < firstCaught && (function.flags & FunctionCatches))
    return FLUX_UNSAFE(
        "a function with catch points calls with a slide of at least 16");
  // The machine's own registers are no arguments.
  uint64_t special = alwaysDefined & ~below(isa::RegGas);
  if (argumentMask(first, count) & special)
    return FLUX_UNSAFE("the arguments or results of a call lie above R56");
  if (argumentMask(first, args) & ~state.defined)
    return FLUX_UNSAFE(
        "an argument of a call is not written on every way here");
  state.defined &= below(slide) | alwaysDefined;
  state.defined |= argumentMask(first, results);
  state.flags = false;
  return nullptr;
}

const char *Follower::checkType(unsigned &args, unsigned &results) {
  constexpr unsigned base = isa::maxArguments + 1;
  if (instruction.imm >= base * base)
    return FLUX_UNSAFE("there is no type with this number");
  args = static_cast<unsigned>(instruction.imm) / base;
  results = static_cast<unsigned>(instruction.imm) % base;
  return nullptr;
}

const char *Follower::leaveFunction() {
  if (state.depth != 0 || state.enterDepth != notEntered)
    return FLUX_UNSAFE("the function ends with something on the data stack");
  if (state.catches != 0)
    return FLUX_UNSAFE("the function ends with a catch point");
  return nullptr;
}

const char *Follower::stack() {
  uint32_t floor = state.enterDepth == notEntered ? 0 : state.enterDepth;
  uint64_t bytes = static_cast<uint64_t>(instruction.imm);
  uint32_t slots = static_cast<uint32_t>(bytes / 8);
  uint32_t pops = info.pops, pushes = info.pushes;
  switch (instruction.opcode) {
  case Opcode::STACK_ALLOC:
  case Opcode::STACK_FREE:
  case Opcode::ENTER:
    if (bytes % 8 != 0 || bytes / 8 >= maxDepth)
      return FLUX_UNSAFE(
          "a size on the stack is no multiple of 8 or too large");
    if (instruction.opcode != Opcode::ENTER) {
      (instruction.opcode == Opcode::STACK_FREE ? pops : pushes) = slots;
      break;
    }
    if (state.enterDepth != notEntered || state.catches != 0)
      return FLUX_UNSAFE("ENTER comes twice or after CATCH");
    state.enterDepth = state.depth;
    state.defined |= bit(isa::RegFP);
    pushes = slots;
    floor = 0;
    break;
  case Opcode::LEAVE:
    if (state.enterDepth == notEntered || state.catches != 0)
      return FLUX_UNSAFE("LEAVE comes without ENTER or before FINALLY");
    state.depth = state.enterDepth;
    state.enterDepth = notEntered;
    state.dynamic = false;
    return nullptr;
  case Opcode::ALLOCA:
    if (state.enterDepth == notEntered)
      return FLUX_UNSAFE("ALLOCA comes without ENTER");
    state.dynamic = true;
    return nullptr;
  case Opcode::PUSHA: {
    uint64_t needed = below(16) & ~bit(isa::RegFlags);
    if (needed & ~state.defined)
      return FLUX_UNSAFE("PUSHA needs R1 to R15 written");
    break;
  }
  default:
    break;
  }
  if ((pops | pushes) != 0 && state.dynamic)
    return FLUX_UNSAFE("after ALLOCA the stack is left alone until LEAVE");
  if (state.depth - floor < pops)
    return FLUX_UNSAFE("more is taken from the data stack than is there");
  if (state.depth - pops + pushes > maxDepth)
    return FLUX_UNSAFE("too much is put on the data stack");
  state.depth = state.depth - pops + pushes;
  return nullptr;
}

const char *Follower::control() {
  unsigned args, results;
  uint64_t number = static_cast<uint64_t>(instruction.imm);
  switch (instruction.opcode) {
  case Opcode::LOOP:
    return jump(instruction.label, state);
  case Opcode::BR_TABLE:
    for (int64_t i = 0; i <= instruction.imm; ++i)
      if (const char *error =
              jump(static_cast<int32_t>(isa::loadWord(instruction.table + i)),
                   state))
        return error;
    return nullptr;
  case Opcode::CALLI:
  case Opcode::TAILCALLI: {
    if (number >= context.numFunctions)
      return FLUX_UNSAFE("a function is called that does not exist");
    Function callee =
        context.getFunction(context.data, static_cast<uint32_t>(number));
    if (instruction.opcode == Opcode::CALLI)
      return call(callee.args, callee.results);
    args = callee.args, results = callee.results;
    break;
  }
  case Opcode::CALL:
  case Opcode::CALL_REG:
    if (const char *error = checkType(args, results))
      return error;
    return call(args, results);
  case Opcode::TAILCALL:
    if (const char *error = checkType(args, results))
      return error;
    break;
  case Opcode::ICALL: {
    if (number >= context.numTables)
      return FLUX_UNSAFE("a table is used that does not exist");
    Table table = context.getTable(context.data, static_cast<uint32_t>(number));
    return call(table.args, table.results);
  }
  case Opcode::CALL_EXT: {
    if (number >= context.numImports)
      return FLUX_UNSAFE("an import is called that does not exist");
    Import import =
        context.getImport(context.data, static_cast<uint32_t>(number));
    effects |= import.effects;
    return call(import.args, import.results);
  }
  case Opcode::RET:
  case Opcode::RETI:
    if (instruction.opcode == Opcode::RETI &&
        (function.args != 1 || function.results != 1))
      return FLUX_UNSAFE("RETI stands in a function that is no trap handler");
    if (argumentMask(isa::firstArgument, function.results) & ~state.defined)
      return FLUX_UNSAFE("a result is not written on every way to the return");
    return leaveFunction();
  case Opcode::CATCH: {
    if (!(function.flags & FunctionCatches))
      return FLUX_UNSAFE(
          "CATCH stands in a function that is not marked for it");
    if (state.catches == 0xFF)
      return FLUX_UNSAFE("a function sets too many catch points");
    FlowState caught = state;
    caught.defined &= below(firstCaught) | alwaysDefined;
    caught.defined |= bit(instruction.reg[0]);
    caught.flags = false;
    if (const char *error = jump(instruction.label, caught))
      return error;
    ++state.catches;
    return nullptr;
  }
  case Opcode::FINALLY:
    if (state.catches == 0)
      return FLUX_UNSAFE("FINALLY comes without CATCH");
    --state.catches;
    return nullptr;
  default:
    return nullptr;
  }
  // A tail call.
  if (results != function.results)
    return FLUX_UNSAFE("a tail call has other results than its function");
  if (argumentMask(isa::firstArgument, args) & ~state.defined)
    return FLUX_UNSAFE(
        "an argument of a tail call is not written on every way here");
  return leaveFunction();
}

const char *Follower::run() {
  effects |= info.effects;
  if (const char *error = use())
    return error;
  switch (info.kind) {
  case isa::Kind::Branch:
  case isa::Kind::JumpIf:
    if (const char *error = jump(instruction.label, state))
      return error;
    break;
  case isa::Kind::Control:
    if (const char *error = control())
      return error;
    break;
  case isa::Kind::Stack:
    if (const char *error = stack())
      return error;
    break;
  default:
    break;
  }
  // The label of CATCH has its register, what follows has not.
  if (instruction.opcode != Opcode::CATCH)
    if (const char *error = define())
      return error;
  if (info.flags & isa::EndsBlock)
    state.reachable = false;
  // What follows a jump is a block of its own.
  if (info.kind == isa::Kind::Branch || info.kind == isa::Kind::JumpIf ||
      instruction.opcode == Opcode::LOOP)
    state.flags = false;
  return nullptr;
}

} // namespace

const char *follow(const FlowContext &context, const Function &function,
                   uint64_t word, const Instruction &instruction,
                   FlowState &state, uint32_t &effects) {
  return Follower(context, function, word, instruction, state, effects).run();
}

} // namespace flux::bytecode
