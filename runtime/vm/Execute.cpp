//===- Execute.cpp - what each instruction does ---------------------------===//
//
// One instruction at a time, written to be read beside docs/isa.md: this is
// what the other engines are tested against, and what they call for the rarer
// instructions.
//
//===----------------------------------------------------------------------===//

#include "runtime/vm/Handlers.h"

namespace flux::vm {

using namespace bytecode;
using isa::Instruction;
using isa::Kind;
using isa::Opcode;
using isa::TrapCode;

/// The second operand: an immediate if the instruction has one.
static u64 secondOperand(const Instruction &instruction, const u64 *values) {
  const isa::InstructionInfo &info = isa::getInfo(instruction.opcode);
  return info.uses & 4 ? values[2] : static_cast<u64>(instruction.imm);
}

#if FLUX_FOR_SIZE
/// The first trap that an opcode which computes a value can raise.
static TrapCode getFirstTrap(Opcode opcode) {
  switch (opcode) {
#define FLUX_NO_TRAP
#define FLUX_TRAP_IF(CONDITION, CODE) return TrapCode::CODE;
#define FLUX_VALUE(NAME, FORMAT, VALUE, TRAPS)                                 \
  case Opcode::NAME:                                                           \
    TRAPS break;
#include "runtime/vm/Semantics.inc"
  default:
    break;
  }
  return TrapCode::BadOpcode;
}

/// By what the fast interpreter does.
static TrapCode computeValue(const Instruction &instruction, const u64 *values,
                             u64 &result) {
  u64 imm = static_cast<u64>(instruction.imm);
  Opcode opcode = instruction.opcode;
  if (opcode == Opcode::LI64) {
    result = imm;
    return TrapCode::None;
  }
  if (opcode == Opcode::INC || opcode == Opcode::DEC) {
    result = values[0] + (opcode == Opcode::INC ? 1 : ~u64(0));
    return TrapCode::None;
  }
  if (compute(opcode, values, instruction.imm, result))
    return TrapCode::None;
  // Divisions have another one, of which the divisor is -1.
  TrapCode trap = getFirstTrap(opcode);
  return trap == TrapCode::IntDivByZero &&
                 u32(secondOperand(instruction, values)) != 0
             ? TrapCode::IntOverflow
             : trap;
}
#else
static TrapCode computeValue(const Instruction &instruction, const u64 *values,
                             u64 &result) {
  [[maybe_unused]] u64 d = values[0], a = values[1], c = values[3],
                       b = secondOperand(instruction, values);
  switch (instruction.opcode) {
#define FLUX_NO_TRAP
#define FLUX_TRAP_IF(CONDITION, CODE)                                          \
  if (CONDITION)                                                               \
    return TrapCode::CODE;
#define FLUX_VALUE(NAME, FORMAT, VALUE, TRAPS)                                 \
  case Opcode::NAME:                                                           \
    TRAPS result = static_cast<u64>(VALUE);                                    \
    return TrapCode::None;
#include "runtime/vm/Semantics.inc"
  default:
    return TrapCode::BadOpcode;
  }
}
#endif

Step Machine::evaluate(const Instruction &instruction, const u64 *values) {
  u64 result;
  TrapCode trap = computeValue(instruction, values, result);
  if (trap != TrapCode::None)
    return raise(trap);
  write(instruction.reg[0], result);
  return Step::Next;
}

Step Machine::executeBranch(const Instruction &instruction, const u64 *values) {
  u64 a = values[1], b = secondOperand(instruction, values);
  bool Z = flags & isa::FlagZ, N = flags & isa::FlagN, C = flags & isa::FlagC,
       V = flags & isa::FlagV;
  bool taken = false;
  switch (instruction.opcode) {
#define FLUX_BRANCH(NAME, FORMAT, VALUE)                                       \
  case Opcode::NAME:                                                           \
    taken = VALUE;                                                             \
    break;
#define FLUX_JUMPIF(NAME, FORMAT, VALUE)                                       \
  case Opcode::NAME:                                                           \
    taken = VALUE;                                                             \
    break;
#include "runtime/vm/Semantics.inc"
  default:
    break;
  }
  return taken ? jump(pc + static_cast<i64>(instruction.label)) : Step::Next;
}

Step Machine::executeAccess(const Instruction &instruction, const u64 *values) {
  u64 address = values[1] + static_cast<u64>(instruction.imm);
  constexpr unsigned isSigned = 16, isStore = 32;
  unsigned width = 8;
  switch (instruction.opcode) {
#define FLUX_LOAD(NAME, FORMAT, TYPE)                                          \
  case Opcode::NAME:                                                           \
    width = sizeof(TYPE) +                                                     \
            (static_cast<TYPE>(-1) < static_cast<TYPE>(0) ? isSigned : 0);     \
    break;
#define FLUX_STORE(NAME, FORMAT, TYPE)                                         \
  case Opcode::NAME:                                                           \
    width = sizeof(TYPE) + isStore;                                            \
    break;
#include "runtime/vm/Semantics.inc"
  default:
    break;
  }
  unsigned size = width & 15;
  u8 *at = access(address, size, width & isStore ? RegionWrite : RegionRead);
  if (at == nullptr)
    return raise(TrapCode::OutOfRegion);
  // The bytes that count are the first ones.
  if (width & isStore) {
    u64 value = values[2];
    __builtin_memcpy(at, &value, size);
    return Step::Next;
  }
  u64 loaded = 0;
  __builtin_memcpy(&loaded, at, size);
  unsigned unused = 64 - 8 * size;
  loaded <<= unused;
  if (width & isSigned)
    loaded = static_cast<u64>(i64(loaded) >> unused);
  else
    loaded >>= unused;
  write(instruction.reg[0], loaded);
  return Step::Next;
}

Step Machine::executeAtomic(const Instruction &instruction, const u64 *values) {
  if (instruction.opcode == Opcode::FENCE) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return Step::Next;
  }
  u64 address = values[1], b = values[2];
  if (address & 7)
    return raise(TrapCode::Misaligned);
  auto *at =
      reinterpret_cast<u64 *>(access(address, 8, RegionRead | RegionWrite));
  if (at == nullptr)
    return raise(TrapCode::OutOfRegion);
  u64 old;
  if (instruction.opcode == Opcode::ATOMIC_ADD) {
    old = __atomic_fetch_add(at, b, __ATOMIC_SEQ_CST);
  } else if (instruction.opcode == Opcode::ATOMIC_SUB) {
    old = __atomic_fetch_sub(at, b, __ATOMIC_SEQ_CST);
  } else { // CMPXCHG
    old = values[0];
    __atomic_compare_exchange_n(at, &old, b, false, __ATOMIC_SEQ_CST,
                                __ATOMIC_SEQ_CST);
  }
  write(instruction.reg[0], old);
  return Step::Next;
}

/// Takes the gas for \p count bytes.
Step Machine::chargeBytes(u64 count) {
  u64 cost = count / 8 + (count % 8 != 0);
  if (static_cast<u64>(gas) < cost)
    return stop(State::OutOfGas);
  gas -= static_cast<i64>(cost);
  return Step::Next;
}

Step Machine::executeMemory(const Instruction &instruction, const u64 *values) {
  u64 a = values[1], b = values[2], c = values[3];
  u64 inRegion = (a & (bytecode::numRegions - 1)) << 32 | u32(b);
  u8 *at;
  switch (instruction.opcode) {
  case Opcode::LOAD_RM: {
    at = access(inRegion, 8, RegionRead);
    if (at == nullptr)
      return raise(TrapCode::OutOfRegion);
    u64 loaded;
    __builtin_memcpy(&loaded, at, 8);
    write(instruction.reg[0], loaded);
    return Step::Next;
  }
  case Opcode::STORE_RM:
    at = access(inRegion, 8, RegionWrite);
    if (at == nullptr)
      return raise(TrapCode::OutOfRegion);
    __builtin_memcpy(at, &c, 8);
    return Step::Next;
  case Opcode::MEMSET:
  case Opcode::MEMCPY: {
    // Of nothing, no address is wrong.
    if (c == 0)
      return Step::Next;
    at = access(a, c, RegionWrite);
    const u8 *from = nullptr;
    if (instruction.opcode == Opcode::MEMCPY)
      from = access(b, c, RegionRead);
    if (at == nullptr ||
        (instruction.opcode == Opcode::MEMCPY && from == nullptr))
      return raise(TrapCode::OutOfRegion);
    if (chargeBytes(c) == Step::Stop)
      return Step::Stop;
    if (from != nullptr)
      __builtin_memmove(at, from, c);
    else
      __builtin_memset(at, static_cast<int>(b & 0xFF), c);
    return Step::Next;
  }
  default:
    break;
  }
  // Regions.
  if (instruction.opcode == Opcode::REGION_MAP) {
    if (a >= bytecode::numRegions || regions[a].base == nullptr)
      return raise(TrapCode::NoRegion);
    regionBase = a << 32;
    regionSize = regions[a].size;
    write(instruction.reg[0], regionBase);
    return Step::Next;
  }
  if (!isAllowed(isa::EffectMEMORY))
    return raise(TrapCode::NoCapability);
  if (instruction.opcode == Opcode::REGION_DESTROY)
    return removeRegion(a) ? Step::Next : raise(TrapCode::NoRegion);
  // REGION_CREATE
  write(instruction.reg[0],
        static_cast<u64>(i64(makeRegion(a, RegionRead | RegionWrite))));
  return Step::Next;
}

//===----------------------------------------------------------------------===//
// The data stack
//===----------------------------------------------------------------------===//

static constexpr u64 stackStart = u64(stackRegion) << 32;

Step Machine::push(u64 value) {
  if (sp - stackStart < 8)
    return raise(TrapCode::StackOverflow);
  sp -= 8;
  __builtin_memcpy(regions[stackRegion].base + (sp - stackStart), &value, 8);
  return Step::Next;
}

// The verifier keeps code from taking what is not there; the check is for
// snapshots that somebody forged.
bool Machine::has(u64 bytes) const {
  return stackStart + package->manifest.stackSize - sp >= bytes;
}

u64 Machine::pop() {
  u64 value;
  __builtin_memcpy(&value, regions[stackRegion].base + (sp - stackStart), 8);
  sp += 8;
  return value;
}

Step Machine::executeStack(const Instruction &instruction, const u64 *values) {
  u64 bytes = static_cast<u64>(instruction.imm), room = sp - stackStart;
  u64 taken = instruction.opcode == Opcode::STACK_FREE
                  ? bytes
                  : 8 * u64(isa::getInfo(instruction.opcode).pops);
  if (!has(taken))
    return raise(TrapCode::StackUnderflow);
  switch (instruction.opcode) {
  case Opcode::PUSH:
  case Opcode::PUSHR:
    return push(values[1]);
  case Opcode::PUSH_IMM:
    return push(bytes);
  case Opcode::PUSHF:
    return push(flags);
  case Opcode::POP:
  case Opcode::POPR:
    write(instruction.reg[0], pop());
    return Step::Next;
  case Opcode::POPF:
    flags = pop() & 15;
    return Step::Next;
  case Opcode::DUP: {
    if (room < 8)
      return raise(TrapCode::StackOverflow);
    u64 top = pop();
    push(top);
    return push(top);
  }
  case Opcode::SWAP: {
    u64 top = pop(), second = pop();
    push(top);
    return push(second);
  }
  case Opcode::ENTER:
    if (room < bytes)
      return raise(TrapCode::StackOverflow);
    window()[isa::RegFP] = sp;
    sp -= bytes;
    return Step::Next;
  case Opcode::LEAVE: {
    u64 frame = window()[isa::RegFP];
    if (frame - stackStart > package->manifest.stackSize || frame % 8 != 0)
      return raise(TrapCode::StackUnderflow);
    sp = frame;
    return Step::Next;
  }
  case Opcode::PUSHA:
    if (room < 15 * 8)
      return raise(TrapCode::StackOverflow);
    for (unsigned reg = 1; reg != 16; ++reg) {
      u64 value = reg == isa::RegPC || reg == isa::RegFlags ? 0
                  : reg == isa::RegSP                       ? stackStart + room
                                                            : read(reg);
      push(value);
    }
    return Step::Next;
  case Opcode::POPA:
    for (unsigned reg = 15; reg != 0; --reg) {
      u64 value = pop();
      if (!isa::isSpecial(reg))
        window()[reg] = value;
    }
    return Step::Next;
  case Opcode::STACK_CHK:
    flags = room < 256 * 8 ? isa::FlagC : 0;
    return Step::Next;
  case Opcode::STACK_ALLOC:
    if (room < bytes)
      return raise(TrapCode::StackOverflow);
    sp -= bytes;
    write(instruction.reg[0], sp);
    return Step::Next;
  case Opcode::STACK_FREE:
    sp += bytes;
    return Step::Next;
  default: { // ALLOCA
    u64 size = values[1];
    if (size > room || ((size + 15) & ~u64(15)) > (room & ~u64(15)))
      return raise(TrapCode::StackOverflow);
    sp = (sp & ~u64(15)) - ((size + 15) & ~u64(15));
    write(instruction.reg[0], sp);
    return Step::Next;
  }
  }
}

//===----------------------------------------------------------------------===//
// Calls and exceptions
//===----------------------------------------------------------------------===//

Step Machine::call(const Instruction &instruction, u64 number) {
  if (depth >= package->manifest.callLimit)
    return raise(TrapCode::CallOverflow);
  if (depth >= callRoom)
    return waitForCalls();
  frames[depth++] = {pc + instruction.words, base};
  base += instruction.reg[0];
  window()[isa::RegZero] = 0;
  return jump(package->getFunction(static_cast<u32>(number)).start);
}

Step Machine::callByType(const Instruction &instruction, u64 number,
                         bool isTail) {
  if (number >= package->numFunctions)
    return raise(TrapCode::BadFunction);
  Function function = package->getFunction(static_cast<u32>(number));
  if (typeNumber(function.args, function.results) != instruction.imm)
    return raise(TrapCode::BadFunction);
  return isTail ? jump(function.start) : call(instruction, number);
}

Step Machine::leave() {
  Frame frame = frames[--depth];
  if (frame.returnWord == returnEnds) {
    Function entry = package->getFunction(package->manifest.entry);
    u64 value = entry.results != 0 ? window()[isa::firstArgument] : error;
    status = static_cast<int32_t>(value & 0xFF);
    // The program is behind all of its instructions.
    pc = 0;
    flags = 0;
    return stop(State::Halted);
  }
  if (frame.returnWord == returnToTrap) {
    base = frame.base;
    handlerDepth = 0;
    error = trapCode = handledCode;
    trapWord = pc = resumeWord;
    flags = resumeFlags;
    return stop(State::Trapped);
  }
  base = frame.base;
  pc = frame.returnWord;
  charged = true;
  flags = 0;
  return isBlockStart(pc) ? jump(pc) : Step::Moved;
}

Step Machine::callImport(const Instruction &instruction) {
  u32 number = static_cast<u32>(instruction.imm);
  if (!isAllowed(package->getImport(number).effects))
    return raise(TrapCode::NoCapability);
  if (host.import == nullptr)
    return raise(TrapCode::NoService);
  return apply(host.import(host.self, *this, number,
                           window() + instruction.reg[0] + isa::firstArgument));
}

Step Machine::executeControl(const Instruction &instruction,
                             const u64 *values) {
  u64 a = values[1];
  switch (instruction.opcode) {
  case Opcode::LOOP: {
    u64 &counter = window()[isa::RegLoop];
    if (counter == 0 || --counter == 0)
      return Step::Next;
    return jump(pc + static_cast<i64>(instruction.label));
  }
  case Opcode::BR_TABLE: {
    u64 last = static_cast<u64>(instruction.imm);
    const int32_t *entry = instruction.table + (a < last ? a : last);
    return jump(pc + static_cast<i64>(i32(isa::loadWord(entry))));
  }
  case Opcode::CALLI:
    return call(instruction, static_cast<u64>(instruction.imm));
  case Opcode::CALL:
  case Opcode::CALL_REG:
    return callByType(instruction, a, /*isTail=*/false);
  case Opcode::TAILCALL:
    return callByType(instruction, a, /*isTail=*/true);
  case Opcode::TAILCALLI:
    return jump(package->getFunction(static_cast<u32>(instruction.imm)).start);
  case Opcode::ICALL: {
    Table table = package->getTable(static_cast<u32>(instruction.imm));
    if (a >= table.count)
      return raise(TrapCode::BadTable);
    return call(instruction, table[a]);
  }
  case Opcode::CALL_EXT:
    return callImport(instruction);
  case Opcode::RET:
    return leave();
  case Opcode::RETI:
    return resumeAfterTrap();
  case Opcode::THROW:
    return raise(static_cast<u16>(a));
  case Opcode::CATCH:
    if (catchCount == maxCatchPoints)
      return raise(TrapCode::CatchOverflow);
    catchPoints[catchCount++] = {depth, base,
                                 pc + static_cast<u32>(instruction.label),
                                 instruction.reg[0], sp};
    return Step::Next;
  case Opcode::FINALLY:
    // 0 only after a snapshot that somebody forged.
    catchCount -= catchCount != 0;
    return Step::Next;
  case Opcode::EXCEPTION_RET:
    return raise(error != 0 ? static_cast<u16>(error)
                            : static_cast<u16>(TrapCode::Unhandled));
  default: { // SET_HANDLER
    if (a != noHandler) {
      if (a >= package->numFunctions)
        return raise(TrapCode::BadFunction);
      Function function = package->getFunction(static_cast<u32>(a));
      if (function.args != 1 || function.results != 1)
        return raise(TrapCode::BadFunction);
    }
    handler = a;
    return Step::Next;
  }
  }
}

//===----------------------------------------------------------------------===//
// The rest
//===----------------------------------------------------------------------===//

Step Machine::executeSystem(const Instruction &instruction, const u64 *values) {
  u64 a = values[1];
  switch (instruction.opcode) {
  case Opcode::NOP:
    return Step::Next;
  case Opcode::HALT:
    status = static_cast<int32_t>(error & 0xFF);
    return stop(State::Halted);
  case Opcode::TRAP:
    return raise(static_cast<u16>(instruction.imm));
  case Opcode::INVALID:
    return raise(TrapCode::BadOpcode);
  case Opcode::SYS_PANIC:
    if (!isAllowed(isa::EffectSUPERVISOR))
      return raise(TrapCode::NoCapability);
    error = a;
    trapCode = static_cast<u16>(TrapCode::Panic);
    trapWord = pc;
    return stop(State::Trapped);
  case Opcode::SYS_INFO: {
    const u64 facts[] = {isa::isaVersion, pageSize, package->manifest.callLimit,
                         package->numFunctions, package->manifest.stackSize};
    write(instruction.reg[0], a < sizeof facts / 8 ? facts[a] : 0);
    return Step::Next;
  }
  case Opcode::SYS_YIELD:
  case Opcode::YIELD_AGENT:
    // It has happened: going on means what follows.
    pc += instruction.words;
    if (isBlockStart(pc))
      jump(pc);
    return stop(State::Yielded);
  case Opcode::SYS_EXCEPTION:
    return raise(static_cast<u16>(a), /*canCatch=*/false);
  case Opcode::CAP_CHECK:
    flags = (capabilities & a) == a ? isa::FlagZ : 0;
    return Step::Next;
  case Opcode::CAP_REVOKE:
    capabilities &= static_cast<u16>(~a);
    return Step::Next;
  case Opcode::GAS_INIT:
    if (a < static_cast<u64>(gas + heldGas)) {
      heldGas = 0;
      i64 slice = gas;
      gas = static_cast<i64>(a);
      limitRun(slice);
    }
    return Step::Next;
  default: // GAS_CHECK
    if (static_cast<u64>(gas) < a)
      return stop(State::OutOfGas);
    gas -= static_cast<i64>(a);
    return Step::Next;
  }
}

Step Machine::executeVector(const Instruction &instruction, const u64 *values) {
  constexpr unsigned lanes = 4;
  u64 *rd = window() + instruction.reg[0], *rs1 = window() + instruction.reg[1],
      *rs2 = window() + instruction.reg[2];
  u64 address = values[1] + static_cast<u64>(instruction.imm);
  u64 sum = 0;
  switch (instruction.opcode) {
  case Opcode::VEC_LOAD:
  case Opcode::VEC_STORE: {
    bool isLoad = instruction.opcode == Opcode::VEC_LOAD;
    u8 *at = access(address, 8 * lanes, isLoad ? RegionRead : RegionWrite);
    if (at == nullptr)
      return raise(TrapCode::OutOfRegion);
    if (isLoad)
      __builtin_memcpy(rd, at, 8 * lanes);
    else
      __builtin_memcpy(at, rs2, 8 * lanes);
    return Step::Next;
  }
  case Opcode::VEC_ADD:
    for (unsigned i = 0; i != lanes; ++i)
      rd[i] = rs1[i] + rs2[i];
    return Step::Next;
  case Opcode::VEC_MUL:
    for (unsigned i = 0; i != lanes; ++i)
      rd[i] = rs1[i] * rs2[i];
    return Step::Next;
  case Opcode::VEC_DOT:
    for (unsigned i = 0; i != lanes; ++i)
      sum += rs1[i] * rs2[i];
    write(instruction.reg[0], sum);
    return Step::Next;
  default: { // VEC_SPLAT
    u64 value = values[1];
    for (unsigned i = 0; i != lanes; ++i)
      rd[i] = value;
    return Step::Next;
  }
  }
}

Step Machine::apply(HostResult result) {
  switch (result.action) {
  case HostAction::Done:
    return Step::Next;
  case HostAction::Trap:
    return raise(result.code);
  case HostAction::Wait:
    return stop(State::Waiting);
  case HostAction::Exit:
    status = result.code & 0xFF;
    return stop(State::Halted);
  }
  return Step::Next;
}

Step Machine::executeHost(const Instruction &instruction, const u64 *values) {
  const isa::InstructionInfo &info = isa::getInfo(instruction.opcode);
  if (!isAllowed(info.effects))
    return raise(TrapCode::NoCapability);
  // Who debugs without a debugger, or traces without a trace, goes on.
  bool optional = info.effects == isa::EffectDEBUG;
  if (host.service == nullptr)
    return optional ? Step::Next : raise(TrapCode::NoService);
  // What there is no operand for is R0.
  u64 args[2] = {values[1], values[2]};
  if (isa::getFormat(instruction.opcode).memory)
    args[0] += static_cast<u64>(instruction.imm);
  u64 result = 0;
  HostResult answer =
      host.service(host.self, *this, instruction.opcode, args, result);
  if (optional && answer.action == HostAction::Trap &&
      answer.code == static_cast<u16>(TrapCode::NoService))
    return Step::Next;
  if (answer.action == HostAction::Done && (info.defs & 1))
    write(instruction.reg[0], result);
  return apply(answer);
}

Step Machine::execute(const Instruction &instruction) {
  const isa::InstructionInfo &info = isa::getInfo(instruction.opcode);
  // Calls end the life of flags, also those that trap.
  if (info.category == isa::Category::Call)
    flags = 0;
  u64 values[4];
  for (unsigned i = 0; i != 4; ++i)
    values[i] = read(instruction.reg[i]);
  switch (info.kind) {
  case Kind::Value:
    return evaluate(instruction, values);
  case Kind::Compare: {
    u64 a = values[1], b = secondOperand(instruction, values);
    switch (instruction.opcode) {
#define FLUX_COMPARE(NAME, FORMAT, COMPARE)                                    \
  case Opcode::NAME:                                                           \
    flags = COMPARE(a, b);                                                     \
    break;
#include "runtime/vm/Semantics.inc"
    default:
      break;
    }
    return Step::Next;
  }
  case Kind::Branch:
  case Kind::JumpIf:
    return executeBranch(instruction, values);
  case Kind::Load:
  case Kind::Store:
    return executeAccess(instruction, values);
  case Kind::Overflow: {
    u64 a = values[1], b = values[2], result;
    bool overflows;
    if (instruction.opcode == Opcode::IADDO)
      result = a + b, overflows = addOverflows(a, b);
    else if (instruction.opcode == Opcode::ISUBO)
      result = a - b, overflows = subOverflows(a, b);
    else
      result = a * b, overflows = mulOverflows(a, b);
    write(instruction.reg[0], result);
    write(instruction.reg[3], overflows);
    return Step::Next;
  }
  case Kind::Atomic:
    return executeAtomic(instruction, values);
  case Kind::Memory:
    return executeMemory(instruction, values);
  case Kind::Stack:
    return executeStack(instruction, values);
  case Kind::Control:
    return executeControl(instruction, values);
  case Kind::System:
    return executeSystem(instruction, values);
  case Kind::Vector:
    return executeVector(instruction, values);
  case Kind::Host:
    return executeHost(instruction, values);
  }
  return raise(TrapCode::BadOpcode);
}

} // namespace flux::vm
