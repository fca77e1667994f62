//===- Handlers.cpp - operations of the fast interpreter ------------------===//
//
// The frequent instructions.  None of them traps itself: what would is executed
// again by the plain interpreter, which knows how.
//
//===----------------------------------------------------------------------===//

#include "runtime/vm/Threaded.h"

#if defined(__clang__)

#include "runtime/vm/Bodies.h"

namespace flux::vm {

using isa::Opcode;
using isa::TrapCode;

bool writesFloat(Opcode opcode) { return floatResult(opcode); }
bool readsFloats(Opcode opcode) { return floatOperands(opcode); }

namespace {

/// An operation by itself.
template <Opcode O, Form F, bool Guarded = false>
void single(FLUX_STATE) {
  if (!Part<O, F, Guarded>::run(FLUX_PASS))
    FLUX_TAIL slow(FLUX_PASS);
  FLUX_NEXT(1);
}

void loadWide(FLUX_STATE) {
  __builtin_memcpy(&acc, pc + 1, 8);
  R[pc->a] = acc;
  FLUX_NEXT(2);
}

template <Opcode O, Form F, bool Guarded = false>
void branch(FLUX_STATE) {
  FLUX_JUMP_IF((Part<O, F, Guarded>::taken(FLUX_PASS)));
}

template <Opcode O>
void floatBranch(FLUX_STATE) {
  double a = f64(R[pc->a]), b = f64(R[pc->b]);
  bool taken = O == Opcode::JE    ? a == b
               : O == Opcode::JNE ? !(a == b)
               : O == Opcode::JB  ? a < b
               : O == Opcode::JBE ? a <= b
               : O == Opcode::JG  ? a > b
                                  : a >= b;
  FLUX_JUMP_IF(taken);
}

template <bool Zero, bool Wide>
void testBranch(FLUX_STATE) {
  u64 b = Wide ? static_cast<u64>(i64(pc[1].imm)) : R[pc->b];
  bool taken = ((R[pc->a] & b) == 0) == Zero;
  if (Wide && !taken) {
    i64 cost = pc->d;
    pc += 2;
    FLUX_ENTER(cost);
  }
  FLUX_JUMP_IF(taken);
}

template <Opcode O, bool Swap>
void wideBranch(FLUX_STATE) {
  u64 a = R[pc->a], b = static_cast<u64>(i64(pc[1].imm));
  if (!(Swap ? isTaken<O>(b, a) : isTaken<O>(a, b))) {
    i64 cost = pc->d;
    pc += 2;
    FLUX_ENTER(cost);
  }
  i64 cost = pc->c;
  pc = reinterpret_cast<const Op *>(reinterpret_cast<const char *>(pc) +
                                    pc->imm);
  FLUX_ENTER(cost);
}

void loop(FLUX_STATE) {
  u64 &counter = R[isa::RegLoop];
  bool taken = counter != 0 && --counter != 0;
  FLUX_JUMP_IF(taken);
}

void jump(FLUX_STATE) {
  i64 cost = pc->c;
  pc = reinterpret_cast<const Op *>(reinterpret_cast<const char *>(pc) +
                                    pc->imm);
  FLUX_ENTER(cost);
}

/// The operation behind a call holds the word to return to.
void callDirect(FLUX_STATE) {
  Frame *frame = cx->top;
  if (__builtin_expect(frame == cx->limit, 0))
    FLUX_TAIL slow(FLUX_PASS);
  frame->returnWord = static_cast<u32>(pc[1].imm);
  frame->base = static_cast<u32>(R - cx->registers);
  frame->op = pc + 2;
  cx->top = frame + 1;
  R += pc->a;
  R[0] = 0;
  i64 cost = pc->c;
  pc = reinterpret_cast<const Op *>(reinterpret_cast<const char *>(pc) +
                                    pc->imm);
  FLUX_ENTER(cost);
}

void callIndirect(FLUX_STATE) {
  Frame *frame = cx->top;
  u64 number = R[pc->b];
  if (__builtin_expect(
          frame == cx->limit || number >= cx->code->package->numFunctions, 0))
    FLUX_TAIL slow(FLUX_PASS);
  const FunctionEntry &callee = cx->code->functions[number];
  if (__builtin_expect(callee.type != static_cast<u32>(pc->imm), 0))
    FLUX_TAIL slow(FLUX_PASS);
  frame->returnWord = static_cast<u32>(pc[1].imm);
  frame->base = static_cast<u32>(R - cx->registers);
  frame->op = pc + 2;
  cx->top = frame + 1;
  R += pc->a;
  R[0] = 0;
  pc = callee.op;
  FLUX_ENTER(callee.cost);
}

void returnFrom(FLUX_STATE) {
  Frame *frame = --cx->top;
  R = cx->registers + frame->base;
  pc = static_cast<const Op *>(frame->op);
  FLUX_TAIL pc->handler(FLUX_PASS);
}

void branchTable(FLUX_STATE) {
  u64 index = R[pc->b], last = u32(pc->imm);
  const Op *entry = pc + 1 + (index < last ? index : last);
  i64 cost = entry->c;
  pc = reinterpret_cast<const Op *>(reinterpret_cast<const char *>(pc) +
                                    entry->imm);
  FLUX_ENTER(cost);
}

void stackAllocate(FLUX_STATE) {
  constexpr u64 start = u64(bytecode::stackRegion) << 32;
  u64 &sp = cx->machine->sp;
  u64 size = u32(pc->imm);
  if (__builtin_expect(sp - start < size, 0))
    FLUX_TAIL slow(FLUX_PASS);
  acc = R[pc->a] = sp -= size;
  FLUX_NEXT(1);
}

void stackFree(FLUX_STATE) {
  constexpr u64 start = u64(bytecode::stackRegion) << 32;
  u64 &sp = cx->machine->sp;
  u64 size = u32(pc->imm);
  u64 end = start + cx->machine->package->manifest.stackSize;
  if (__builtin_expect(end - sp < size, 0))
    FLUX_TAIL slow(FLUX_PASS);
  sp += size;
  FLUX_NEXT(1);
}

void nothing(FLUX_STATE) { FLUX_NEXT(1); }

/// Gives the machine what the handlers hold in registers.
void sync(Context *cx, u64 *R, i64 gas) {
  Machine &machine = *cx->machine;
  machine.gas = gas;
  machine.base = static_cast<u32>(R - cx->registers);
  machine.depth = static_cast<u32>(cx->top - machine.frames);
}

/// A return to the host or from a trap handler.
void leaveFrame(FLUX_STATE) {
  ++cx->top;
  sync(cx, R, gas);
  cx->machine->leave();
}

} // namespace

const Op leaveOp = {leaveFrame, 0, 0, 0, 0, 0};

void goOn(FLUX_STATE) {
  Machine &machine = *cx->machine;
  const Translation &code = *cx->code;
  // Registers, frames and regions may be others now.
  R = machine.window();
  R[0] = 0;
  cx->top = machine.frames + machine.depth;
  for (unsigned i = 0; i != bytecode::numRegions; ++i) {
    const RegionState &region = machine.regions[i];
    cx->regions[i] = {
        region.base, region.rights & bytecode::RegionRead ? region.there() : 0,
        region.rights & bytecode::RegionWrite ? region.there() : 0, 0};
  }
  for (Frame *frame = cx->top;
       frame != machine.frames && frame[-1].op == nullptr;) {
    --frame;
    // The block behind a call may have to be paid for: then a payBlock is
    // there.
    frame->op = frame->returnWord >= returnToTrap
                    ? &leaveOp
                    : code.code + code.opOf[frame->returnWord];
    if (frame->returnWord < returnToTrap &&
        machine.isBlockStart(frame->returnWord))
      frame->op = static_cast<const Op *>(frame->op) - 1;
  }
  while (machine.state == State::Ready && code.opOf[machine.pc] == noOp)
    machine.runPlain(1);
  if (machine.state != State::Ready)
    return;
  gas = machine.gas;
  pc = code.code + code.opOf[machine.pc];
  // A block that is fallen into may take what the one before it wrote.
  Forwarded held = code.forwarded[pc - code.code];
  if (held.acc != noRegister)
    acc = R[held.acc];
  if (held.facc != noRegister)
    facc = f64(R[held.facc]);
  if (!machine.charged) {
    machine.charged = true;
    i64 cost = static_cast<i64>(machine.blockCost(machine.pc));
    // A block that is not folded pays for itself.
    if (cost <= static_cast<i64>(maxFoldedCost))
      FLUX_ENTER(cost);
    pc -= 1;
  }
  FLUX_TAIL pc->handler(FLUX_PASS);
}

void outOfGas(FLUX_STATE) {
  sync(cx, R, gas);
  Machine &machine = *cx->machine;
  machine.pc = cx->code->wire[pc - cx->code->code];
  machine.charged = false;
  machine.flags = 0;
  machine.state = State::OutOfGas;
}

void payBlock(FLUX_STATE) {
  i64 cost = pc->imm;
  gas -= cost;
  if (__builtin_expect(gas < 0, 0)) {
    gas += cost;
    FLUX_TAIL outOfGas(FLUX_PASS);
  }
  FLUX_NEXT(1);
}

void clearFlags(FLUX_STATE) {
  cx->machine->flags = 0;
  FLUX_NEXT(1);
}

void slow(FLUX_STATE) {
  sync(cx, R, gas);
  Machine &machine = *cx->machine;
  const Translation &code = *cx->code;
  machine.pc = code.wire[pc - code.code];
  machine.charged = true;
  isa::Instruction instruction;
  isa::decode(code.package->code.data + 4 * u64(machine.pc),
              code.package->codeWords - machine.pc, instruction);
  Step step = machine.execute(instruction);
  if (step == Step::Next) {
    machine.pc += instruction.words;
    if (isLastOfBlock(instruction) || machine.isBlockStart(machine.pc)) {
      machine.charged = false;
      machine.flags = 0;
    }
  }
  FLUX_TAIL goOn(FLUX_PASS);
}

/// True if the second operand is in a register, or there are three: the
/// translator then makes no form with an immediate, else only those.
static constexpr bool hasRegisters(Opcode opcode) {
  switch (opcode) {
#define FLUX_INSTRUCTION(NAME, NUMBER, MNEMONIC, FORMAT, KIND, CATEGORY,       \
                         FLAGS, DEFS, USES, ...)                               \
  case Opcode::NAME:                                                           \
    return (USES & 5) != 0;
#include "runtime/isa/ISATables.inc"
  default:
    return false;
  }
}

/// True if an opcode has forms for operands that were written last.  Where size
/// counts more, only the frequent ones have.
static constexpr bool isForwarded(Opcode opcode) {
#if defined(FLUX_WITHOUT_SEQUENCES)
  switch (opcode) {
  case Opcode::IADD:
  case Opcode::ISUB:
  case Opcode::IMUL:
  case Opcode::IADD32:
  case Opcode::IADDI:
  case Opcode::IADDI32:
  case Opcode::IMULI:
  case Opcode::ISHLI:
  case Opcode::ISHRI:
  case Opcode::USHRI:
  case Opcode::IAND:
  case Opcode::IOR:
  case Opcode::IXOR:
  case Opcode::ANDI:
  case Opcode::ORI:
  case Opcode::XORI:
  case Opcode::ZEXT32:
  case Opcode::MOV:
  case Opcode::FADD:
  case Opcode::FSUB:
  case Opcode::FMUL:
    return true;
  default:
    return false;
  }
#else
  (void)opcode;
  return true;
#endif
}

bool takesForwarded(Opcode opcode) { return isForwarded(opcode); }

template <Opcode O>
static Handler findForm(Form form) {
  constexpr Form plain = hasRegisters(O) ? Registers : Immediate;
  if constexpr (isForwarded(O)) {
    if (form == (hasRegisters(O) ? AccFirst : AccImmediate))
      return single < O, hasRegisters(O) ? AccFirst : AccImmediate > ;
    if constexpr (hasRegisters(O))
      if (form == AccSecond)
        return single<O, AccSecond>;
  }
  return single<O, plain>;
}

Handler findValue(Opcode opcode, Form form) {
  switch (opcode) {
#define FLUX_VALUE(NAME, FORMAT, VALUE, TRAPS)                                 \
  case Opcode::NAME:                                                           \
    return findForm<Opcode::NAME>(form);
#include "runtime/vm/Semantics.inc"
  default:
    return nullptr;
  }
}

template <Opcode O>
static Handler findBranchForm(Form form) {
  if constexpr (hasRegisters(O))
    return form == AccFirst    ? branch<O, AccFirst>
           : form == AccSecond ? branch<O, AccSecond>
                               : branch<O, Registers>;
  else
    return form == AccImmediate ? branch<O, AccImmediate>
                                : branch<O, Immediate>;
}

Handler findBranch(Opcode opcode, Form form) {
  switch (opcode) {
#define FLUX_BRANCH(NAME, FORMAT, VALUE)                                       \
  case Opcode::NAME:                                                           \
    return findBranchForm<Opcode::NAME>(form);
#include "runtime/vm/Semantics.inc"
  default:
    return nullptr;
  }
}

template <Opcode O, bool Guarded>
static Handler findAccessForm(Form form) {
  return form == AccFirst    ? single<O, AccFirst, Guarded>
         : form == AccSecond ? single<O, AccSecond, Guarded>
         : form == AccFloat  ? single<O, AccFloat, Guarded>
                             : single<O, Registers, Guarded>;
}

Handler findAccess(Opcode opcode, Form form, bool isGuarded) {
  switch (opcode) {
#define FLUX_LOAD(NAME, FORMAT, TYPE)                                          \
  case Opcode::NAME:                                                           \
    if (isGuarded && FLUX_HAS_GUARD)                                           \
      return form == AccFirst ? single<Opcode::NAME, AccFirst, true>           \
                              : single<Opcode::NAME, Registers, true>;         \
    return form == AccFirst ? single<Opcode::NAME, AccFirst>                   \
                            : single<Opcode::NAME, Registers>;
#define FLUX_STORE(NAME, FORMAT, TYPE)                                         \
  case Opcode::NAME:                                                           \
    return isGuarded && FLUX_HAS_GUARD                                         \
               ? findAccessForm<Opcode::NAME, true>(form)                      \
               : findAccessForm<Opcode::NAME, false>(form);
#include "runtime/vm/Semantics.inc"
  default:
    return nullptr;
  }
}

Handler findFloatBranch(Opcode jumpOpcode) {
  switch (jumpOpcode) {
  case Opcode::JE:
    return floatBranch<Opcode::JE>;
  case Opcode::JNE:
    return floatBranch<Opcode::JNE>;
  case Opcode::JB:
    return floatBranch<Opcode::JB>;
  case Opcode::JBE:
    return floatBranch<Opcode::JBE>;
  case Opcode::JG:
    return floatBranch<Opcode::JG>;
  case Opcode::JGE:
    return floatBranch<Opcode::JGE>;
  default:
    return nullptr;
  }
}

Handler findTestBranch(Opcode jumpOpcode, bool isWide) {
  if (jumpOpcode == Opcode::JE)
    return isWide ? testBranch<true, true> : testBranch<true, false>;
  if (jumpOpcode == Opcode::JNE)
    return isWide ? testBranch<false, true> : testBranch<false, false>;
  return nullptr;
}

Handler findWideBranch(Opcode opcode, bool swap) {
  switch (opcode) {
#define FLUX_WIDE(NAME)                                                        \
  case Opcode::NAME:                                                           \
    return swap ? wideBranch<Opcode::NAME, true>                               \
                : wideBranch<Opcode::NAME, false>;
    FLUX_WIDE(BEQ)
    FLUX_WIDE(BNE)
    FLUX_WIDE(BLT)
    FLUX_WIDE(BGE)
    FLUX_WIDE(BLTU)
    FLUX_WIDE(BGEU)
#undef FLUX_WIDE
  default:
    return nullptr;
  }
}

bool canTrap(Opcode opcode) {
  switch (opcode) {
#undef FLUX_NO_TRAP
#undef FLUX_TRAP_IF
#define FLUX_NO_TRAP +0
#define FLUX_TRAP_IF(CONDITION, CODE) +1
#define FLUX_VALUE(NAME, FORMAT, VALUE, TRAPS)                                 \
  case Opcode::NAME:                                                           \
    return (0 TRAPS) != 0;
#include "runtime/vm/Semantics.inc"
  default:
    return true;
  }
}

Handler findOther(Opcode opcode) {
  switch (opcode) {
  case Opcode::NOP:
    return nothing;
  case Opcode::LI64:
    return loadWide;
  case Opcode::JMP:
  case Opcode::TAILCALLI:
    return jump;
  case Opcode::LOOP:
    return loop;
  case Opcode::CALLI:
    return callDirect;
  case Opcode::CALL:
  case Opcode::CALL_REG:
    return callIndirect;
  case Opcode::RET:
    return returnFrom;
  case Opcode::BR_TABLE:
    return branchTable;
  case Opcode::IADDO:
    return single<Opcode::IADDO, Registers>;
  case Opcode::ISUBO:
    return single<Opcode::ISUBO, Registers>;
  case Opcode::IMULO:
    return single<Opcode::IMULO, Registers>;
  case Opcode::STACK_ALLOC:
    return stackAllocate;
  case Opcode::STACK_FREE:
    return stackFree;
  default:
    return slow;
  }
}

State ThreadedCode::run(Machine &machine) const {
  if (machine.state == State::Halted || machine.state == State::Trapped)
    return machine.state;
  machine.state = State::Ready;
  Context context;
  context.machine = &machine;
  context.code = translation;
  context.registers = machine.registers;
  context.limit = machine.frames + machine.callRoom;
  enterHandlers(&context, machine.regionWindow);
  return machine.state;
}

} // namespace flux::vm

#endif
