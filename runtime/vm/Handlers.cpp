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

/// show(), but for where it is.
static void sync(Context *cx, u64 *R, i64 gas) {
  Machine &machine = *cx->machine;
  machine.gas = gas;
  machine.base = static_cast<u32>(R - cx->allRegisters);
  machine.depth = static_cast<u32>(cx->top - machine.frames);
}

Machine &show(const Op *pc, u64 *R, i64 gas, Context *cx) {
  sync(cx, R, gas);
  Machine &machine = *cx->machine;
  machine.pc = cx->code->wire[pc - cx->code->code];
  machine.charged = true; // the block was paid for
  return machine;
}

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

#if FLUX_FOR_SIZE
__attribute__((noinline, aligned(32)))
#endif
void jump(FLUX_STATE) {
  i64 cost = pc->c;
  pc = reinterpret_cast<const Op *>(reinterpret_cast<const char *>(pc) +
                                    pc->imm);
  FLUX_ENTER(cost);
}

#if FLUX_FOR_SIZE
/// The other way of a conditional jump.
__attribute__((noinline, aligned(32))) void goPast(FLUX_STATE) {
  i64 cost = pc->d;
  pc += 1;
  FLUX_ENTER(cost);
}
#endif

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

#if !FLUX_FOR_SIZE
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
  FLUX_TAIL jump(FLUX_PASS);
}

void loop(FLUX_STATE) {
  u64 &counter = R[isa::RegLoop];
  bool taken = counter != 0 && --counter != 0;
  FLUX_JUMP_IF(taken);
}
#endif

/// The operation behind a call holds the word to return to.
void callDirect(FLUX_STATE) {
  Frame *frame = cx->top;
  if (__builtin_expect(frame == cx->limit, 0))
    FLUX_TAIL slow(FLUX_PASS);
  frame->returnWord = static_cast<u32>(pc[1].imm);
  frame->base = static_cast<u32>(R - cx->allRegisters);
  frame->op = pc + 2;
  cx->top = frame + 1;
  R += pc->a;
  R[0] = 0;
  FLUX_TAIL jump(FLUX_PASS);
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
  frame->base = static_cast<u32>(R - cx->allRegisters);
  frame->op = pc + 2;
  cx->top = frame + 1;
  R += pc->a;
  R[0] = 0;
  pc = callee.op;
  FLUX_ENTER(callee.cost);
}

void returnFrom(FLUX_STATE) {
  Frame *frame = --cx->top;
  R = cx->allRegisters + frame->base;
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

void lookAtRegions(Context *cx) {
  const Machine &machine = *cx->machine;
  cx->regionChanges = machine.regionChanges;
  for (unsigned i = 0; i != bytecode::numRegions; ++i) {
    const RegionState &region = machine.regions[i];
    cx->regions[i] = {
        region.base, region.rights & bytecode::RegionRead ? region.there() : 0,
        region.rights & bytecode::RegionWrite ? region.there() : 0, 0};
  }
}

/// Goes on behind a call of the host, or where its answer leads, which is in
/// acc.
__attribute__((noinline)) void goBehind(FLUX_STATE) {
  Machine &machine = *cx->machine;
  HostResult answer;
  __builtin_memcpy(&answer, &acc, sizeof answer);
  if (answer.action != HostAction::Done) {
    machine.apply(answer);
    FLUX_TAIL goOn(FLUX_PASS);
  }
  if (machine.regionChanges != cx->regionChanges)
    lookAtRegions(cx);
  gas = machine.gas;
  FLUX_NEXT(1);
}

void callSystem(FLUX_STATE) {
  Machine &machine = show(pc, R, gas, cx);
  if (machine.host.service == nullptr)
    FLUX_TAIL slow(FLUX_PASS);
  const u64 args[] = {R[pc->b], R[pc->c]};
  u64 result = 0;
  HostResult answer = machine.host.service(machine.host.self, machine,
                                           Opcode::SYSCALL, args, result);
  if (answer.action == HostAction::Done)
    R[pc->a] = result;
  __builtin_memcpy(&acc, &answer, sizeof answer);
  FLUX_TAIL goBehind(FLUX_PASS);
}

/// c and d are the effects of the import.
void callImport(FLUX_STATE) {
  Machine &machine = show(pc, R, gas, cx);
  if (machine.host.import == nullptr ||
      !machine.isAllowed(pc->c | u32(pc->d) << 8))
    FLUX_TAIL slow(FLUX_PASS);
  HostResult answer = machine.host.import(
      machine.host.self, machine, u32(pc->imm), R + pc->a + isa::firstArgument);
  __builtin_memcpy(&acc, &answer, sizeof answer);
  FLUX_TAIL goBehind(FLUX_PASS);
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
  // Registers, frames, regions and capabilities may be others now.
  cx->partner = nullptr;
  R = machine.window();
  R[0] = 0;
  cx->top = machine.frames + machine.depth;
  lookAtRegions(cx);
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
  Machine &machine = show(pc, R, gas, cx);
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
#if FLUX_FOR_SIZE
  if (cx == nullptr)
    return;
#endif
  Machine &machine = show(pc, R, gas, cx);
  const Translation &code = *cx->code;
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
#if FLUX_FOR_SIZE
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

namespace {

/// The handlers with their keys, in the order of these.
template <unsigned Size>
struct HandlerTable {
  static constexpr u16 guarded = 0x8000;
  u16 keys[Size] = {};
  Handler handlers[Size] = {};
  unsigned count = 0;

  constexpr void add(Opcode opcode, Form form, Handler handler,
                     bool isGuarded = false) {
    u16 key = static_cast<u16>(keyOf(opcode, form) | (isGuarded ? guarded : 0));
    unsigned at = count++;
    for (; at != 0 && keys[at - 1] > key; --at) {
      keys[at] = keys[at - 1];
      handlers[at] = handlers[at - 1];
    }
    keys[at] = key;
    handlers[at] = handler;
  }

  template <Opcode O>
  constexpr void addValue() {
    // These are another operation, or below.
    if constexpr (O == Opcode::INC || O == Opcode::DEC || O == Opcode::LI64)
      return;
    constexpr Form plain = hasRegisters(O) ? Registers : Immediate;
    add(O, plain, single<O, plain>);
    if constexpr (isForwarded(O)) {
      constexpr Form first = hasRegisters(O) ? AccFirst : AccImmediate;
      add(O, first, single<O, first>);
      if constexpr (hasRegisters(O))
        add(O, AccSecond, single<O, AccSecond>);
    }
  }

  template <Opcode O>
  constexpr void addBranch() {
    if constexpr (O == Opcode::JMP) {
      return;
    } else if constexpr (hasRegisters(O)) {
      add(O, Registers, branch<O, Registers>);
      add(O, AccFirst, branch<O, AccFirst>);
      add(O, AccSecond, branch<O, AccSecond>);
#if !FLUX_FOR_SIZE
      add(O, Wide, wideBranch<O, false>);
      add(O, WideSwapped, wideBranch<O, true>);
#endif
    } else {
      add(O, Immediate, branch<O, Immediate>);
      add(O, AccImmediate, branch<O, AccImmediate>);
    }
  }

  template <Opcode O, bool Guarded>
  constexpr void addAccess(bool isStore) {
    add(O, Registers, single<O, Registers, Guarded>, Guarded);
    add(O, AccFirst, single<O, AccFirst, Guarded>, Guarded);
    if (isStore)
      add(O, AccSecond, single<O, AccSecond, Guarded>, Guarded);
    if constexpr (O == Opcode::STORE)
      add(O, AccFloat, single<O, AccFloat, Guarded>, Guarded);
    if constexpr (FLUX_HAS_GUARD && !Guarded)
      addAccess<O, true>(isStore);
  }

  constexpr HandlerTable() {
    add(Opcode::NOP, Registers, nothing);
#define FLUX_VALUE(NAME, FORMAT, VALUE, TRAPS) addValue<Opcode::NAME>();
#define FLUX_BRANCH(NAME, FORMAT, VALUE) addBranch<Opcode::NAME>();
#define FLUX_LOAD(NAME, FORMAT, TYPE) addAccess<Opcode::NAME, false>(false);
#define FLUX_STORE(NAME, FORMAT, TYPE) addAccess<Opcode::NAME, false>(true);
#include "runtime/vm/Semantics.inc"
    add(Opcode::JE, BehindFloats, floatBranch<Opcode::JE>);
    add(Opcode::JNE, BehindFloats, floatBranch<Opcode::JNE>);
    add(Opcode::JB, BehindFloats, floatBranch<Opcode::JB>);
    add(Opcode::JBE, BehindFloats, floatBranch<Opcode::JBE>);
    add(Opcode::JG, BehindFloats, floatBranch<Opcode::JG>);
    add(Opcode::JGE, BehindFloats, floatBranch<Opcode::JGE>);
#if !FLUX_FOR_SIZE
    add(Opcode::JE, BehindTest, testBranch<true, false>);
    add(Opcode::JNE, BehindTest, testBranch<false, false>);
    add(Opcode::JE, BehindWideTest, testBranch<true, true>);
    add(Opcode::JNE, BehindWideTest, testBranch<false, true>);
    add(Opcode::LOOP, Registers, loop);
#endif
    add(Opcode::LI64, Registers, loadWide);
    add(Opcode::JMP, Registers, jump);
    add(Opcode::TAILCALLI, Registers, jump);
    add(Opcode::CALLI, Registers, callDirect);
    add(Opcode::CALL, Registers, callIndirect);
    add(Opcode::CALL_REG, Registers, callIndirect);
    add(Opcode::RET, Registers, returnFrom);
    add(Opcode::SYSCALL, Registers, callSystem);
    add(Opcode::CALL_EXT, Registers, callImport);
    add(Opcode::BR_TABLE, Registers, branchTable);
    add(Opcode::IADDO, Registers, single<Opcode::IADDO, Registers>);
    add(Opcode::ISUBO, Registers, single<Opcode::ISUBO, Registers>);
    add(Opcode::IMULO, Registers, single<Opcode::IMULO, Registers>);
    add(Opcode::STACK_ALLOC, Registers, stackAllocate);
    add(Opcode::STACK_FREE, Registers, stackFree);
#if FLUX_FOR_SIZE
    // So that keys follow each other by a byte: nobody looks for these.
    for (unsigned i = 1; i < count; ++i)
      if (keys[i] - keys[i - 1] > 0xFF)
        add(static_cast<Opcode>((keys[i - 1] - 1) / 8 + 31), WideSwapped,
            nothing);
#endif
  }
};
constexpr unsigned numHandlers = HandlerTable<1024>().count;
constexpr HandlerTable<numHandlers> table;

#if FLUX_FOR_SIZE && defined(__ELF__)
/// How far handlers are from this list: half of what addresses take, and the
/// same wherever the kernel lies.
extern "C" __attribute__((visibility("hidden"))) const i32 flux_vm_handlers[];

template <Handler H>
FLUX_INLINE void listHandler() {
#if defined(__x86_64__)
  __asm__ volatile(".pushsection .rodata.flux_vm_handlers,\"a\"\n"
                   ".long %c0 - flux_vm_handlers\n"
                   ".popsection" ::"i"(H));
#else
  __asm__ volatile(".pushsection .rodata.flux_vm_handlers,\"a\"\n"
                   ".long %0 - flux_vm_handlers\n"
                   ".popsection" ::"S"(H));
#endif
}

template <class T, T... I>
struct Numbers {
  static void list() {
    __asm__ volatile(".pushsection .rodata.flux_vm_handlers,\"a\"\n"
                     ".balign 4\n"
                     ".hidden flux_vm_handlers\n"
                     ".globl flux_vm_handlers\n"
                     "flux_vm_handlers:\n"
                     ".popsection");
    (listHandler<table.handlers[I]>(), ...);
  }
};

/// Never called: assembling it makes the list.
__attribute__((used)) void listHandlers() {
  __make_integer_seq<Numbers, unsigned, numHandlers>::list();
}

/// How far each key is from the one before, and the keys before groups of them.
struct KeySteps {
  static constexpr unsigned groupSize = 16,
                            numGroups = (numHandlers - 1) / groupSize + 1;
  u8 steps[numHandlers] = {};
  u16 before[numGroups] = {};

  constexpr KeySteps() {
    for (unsigned i = 0, last = 0; i != numHandlers; last = table.keys[i++]) {
      steps[i] = static_cast<u8>(table.keys[i] - last);
      if (i % groupSize == 0)
        before[i / groupSize] = static_cast<u16>(last);
    }
  }
};
constexpr KeySteps keySteps;
#endif

/// A bit for each opcode.
struct TrapBits {
  u8 bytes[isa::numOpcodes / 8 + 1] = {};

  constexpr TrapBits() {
#undef FLUX_NO_TRAP
#undef FLUX_TRAP_IF
#define FLUX_NO_TRAP 0
#define FLUX_TRAP_IF(CONDITION, CODE) +1
#define FLUX_VALUE(NAME, FORMAT, VALUE, TRAPS)                                 \
  if ((TRAPS) != 0)                                                            \
    bytes[unsigned(Opcode::NAME) / 8] |= 1 << unsigned(Opcode::NAME) % 8;
#include "runtime/vm/Semantics.inc"
  }
};
constexpr TrapBits trapBits;

} // namespace

Handler findHandler(Opcode opcode, Form form, bool isGuarded) {
  u16 key = keyOf(opcode, form);
#if FLUX_FOR_SIZE && defined(__ELF__)
  (void)isGuarded;
  unsigned group = 0;
  while (group + 1 != keySteps.numGroups && keySteps.before[group + 1] < key)
    ++group;
  unsigned at = keySteps.before[group];
  for (unsigned i = group * keySteps.groupSize; i != numHandlers && at < key;
       ++i) {
    at += keySteps.steps[i];
    if (at == key)
      return reinterpret_cast<Handler>(
          reinterpret_cast<u64>(flux_vm_handlers) +
          static_cast<u64>(i64(flux_vm_handlers[i])));
  }
#else
  if (isGuarded && FLUX_HAS_GUARD)
    key |= table.guarded;
  unsigned low = 0, high = numHandlers;
  while (low != high) {
    unsigned middle = (low + high) / 2;
    if (table.keys[middle] == key)
      return table.handlers[middle];
    if (table.keys[middle] < key)
      low = middle + 1;
    else
      high = middle;
  }
#endif
  return nullptr;
}

bool canTrap(Opcode opcode) {
  auto number = static_cast<unsigned>(opcode);
  return trapBits.bytes[number / 8] >> number % 8 & 1;
}

#if FLUX_FOR_SIZE
static void endCompute(FLUX_STATE) { R[4] = 0; }

bool compute(Opcode opcode, const u64 *values, i64 imm, u64 &result) {
  Handler handler = findHandler(opcode, Registers);
  if (handler == nullptr)
    handler = findHandler(opcode, Immediate);
  Op ops[] = {{handler, 0, 1, 2, 3, static_cast<i32>(imm)},
              {endCompute, 0, 0, 0, 0, 0}};
  // Without a context, slow() does nothing.
  u64 R[] = {0, values[1], values[2], values[3], 1};
  handler(ops, R, 0, 0, nullptr, nullptr, 0);
  result = R[0];
  return R[4] == 0;
}
#endif

State ThreadedCode::run(Machine &machine) const {
  Context context;
  return run(machine, context);
}

State ThreadedCode::run(Machine &machine, Context &context) const {
  if (machine.state == State::Halted || machine.state == State::Trapped)
    return machine.state;
  machine.state = State::Ready;
  context.machine = &machine;
  context.code = translation;
  context.allRegisters = machine.registers;
  context.limit = machine.frames + machine.callRoom;
  enterHandlers(&context, machine.regionWindow);
  return machine.state;
}

Context *ThreadedCode::makeContext(Arena &arena) {
  return arena.tryAllocate<Context>(1);
}

} // namespace flux::vm

#endif
