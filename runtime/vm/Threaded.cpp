//===- Threaded.cpp - code for the fast interpreter -----------------------===//
//
// Translates verified code once, when it is loaded: registers that need no care
// become operands, the cost of each block is folded into the jumps that lead to
// it, comparisons are joined with the jumps behind them.
//
//===----------------------------------------------------------------------===//

#include "runtime/vm/Threaded.h"

#if defined(__clang__)

#include "runtime/bytecode/Verifier.h"
#include "runtime/vm/Handlers.h"

namespace flux::vm {

using namespace bytecode;
using isa::Instruction;
using isa::Kind;
using isa::Opcode;

namespace {

/// A comparison and the jump behind it as one operation.
struct Fused {
  Handler handler = nullptr;
  u8 a = 0, b = 0;
  bool isWide = false; ///< imm stands in an operation of its own
  i64 imm = 0;
};

class Translator {
public:
  Translator(const Package &package, const Host &host, Translation &result,
             u32 *costs, const BlockIndex &blocks)
      : package(package), host(host), result(result), costs(costs),
        blocks(blocks) {}

  void findCosts();
  void translate(bool emitted);
  /// Joins operations in a row for which there is one handler.
  void joinSequences();

private:
  Op &put(u64 word);
  void putInstruction(u64 word, const Instruction &instruction);
  void completeValue(Op &op, const Instruction &instruction);
  void completeAccess(Op &op, const Instruction &instruction);
  void completeBranch(Op &op, u64 word, const Instruction &instruction);
  void completeTable(Op &op, u64 word, const Instruction &instruction);
  void putFused(u64 word, const Fused &fused, u64 jumpWord,
                const Instruction &jump);
  void setJump(Op &op, u64 target);
  void setFall(Op &op, u64 next);
  bool isPlain(const Instruction &instruction) const;
  Fused fuse(const Instruction &compare, const Instruction &jump) const;
  u64 labelOf(u64 word) const;
  Instruction decodeAt(u64 word) const {
    Instruction instruction;
    isa::decode(package.code.data + 4 * word, package.codeWords - word,
                instruction);
    return instruction;
  }
  void forget() { accRegister = faccRegister = noRegister; }

  void setHandler(Op &op, Opcode opcode, Form form, bool isGuarded = false) {
    if (!emitted)
      return;
    op.handler = findHandler(opcode, form, isGuarded);
#if !FLUX_FOR_SIZE
    result.keys[&op - result.code] = keyOf(opcode, form);
#endif
  }

  const Package &package;
  const Host &host;
  Translation &result;
  u32 *costs; ///< of the block that starts at a word, else 0
  const BlockIndex &blocks;
  bool emitted = false;
  /// An instruction of this block set the flags of the machine.
  bool flagsSet = false;
  u64 numOps = 0;
  unsigned accRegister = noRegister, faccRegister = noRegister;
  Op dummy = {};
};

/// Each function's blocks: recorded ones and what follows a jump.
void Translator::findCosts() {
  for (u32 i = 0; i != package.numFunctions; ++i) {
    Function function = package.getFunction(i);
    u64 start = function.start;
    u32 cost = 0;
    for (u64 word = function.start; word != function.end;) {
      if (word != start && blocks.find(word) >= 0) {
        costs[start] = cost;
        start = word;
        cost = 0;
      }
      Instruction instruction = decodeAt(word);
      word += instruction.words;
      ++cost;
      if (isLastOfBlock(instruction)) {
        costs[start] = cost;
        start = word;
        cost = 0;
      }
    }
  }
}

Op &Translator::put(u64 word) {
  u64 index = numOps++;
  if (!emitted)
    return dummy = {};
  result.wire[index] = static_cast<u32>(word);
  result.forwarded[index] = {static_cast<u8>(accRegister),
                             static_cast<u8>(faccRegister)};
  return result.code[index] = {};
}

/// The operation that jumps to the block at \p word go to.
u64 Translator::labelOf(u64 word) const {
  return result.opOf[word] - (costs[word] > maxFoldedCost);
}

void Translator::setJump(Op &op, u64 target) {
  if (!emitted)
    return;
  u64 from = static_cast<u64>(&op - result.code);
  op.imm = static_cast<i32>(
      (static_cast<i64>(labelOf(target)) - static_cast<i64>(from)) *
      static_cast<i64>(sizeof(Op)));
  op.c = costs[target] > maxFoldedCost ? 0 : static_cast<u8>(costs[target]);
}

/// What the block behind a jump costs, unless an operation there pays for it.
void Translator::setFall(Op &op, u64 next) {
  if (!emitted || next == package.codeWords)
    return;
  bool pays = blocks.find(next) >= 0 || costs[next] > maxFoldedCost;
  op.d = pays ? 0 : static_cast<u8>(costs[next]);
}

/// True if all registers are in the window or R0.
bool Translator::isPlain(const Instruction &instruction) const {
  const isa::FormatInfo &format = isa::getFormat(instruction.opcode);
  for (unsigned i = 0; i != format.numFields; ++i) {
    const isa::Field &field = format.fields[i];
    unsigned reg = instruction.reg[field.slot];
    if (field.kind == isa::FieldKind::Reg && reg != isa::RegZero &&
        isa::isSpecial(reg))
      return false;
  }
  return true;
}

#if !FLUX_FOR_SIZE
/// BEQI for BEQ and so on.
static Opcode withImmediate(Opcode branch) {
  constexpr auto distance =
      static_cast<u16>(Opcode::BEQI) - static_cast<u16>(Opcode::BEQ);
  static_assert(static_cast<u16>(Opcode::BGEUI) ==
                static_cast<u16>(Opcode::BGEU) + distance);
  return static_cast<Opcode>(static_cast<u16>(branch) + distance);
}
#endif

Fused Translator::fuse(const Instruction &compare,
                       const Instruction &jump) const {
  Fused fused;
  if (!isPlain(compare) || isa::getInfo(jump.opcode).kind != Kind::JumpIf)
    return fused;
  fused.a = compare.reg[1];
  fused.b = compare.reg[2];
  fused.imm = compare.imm;
  if (compare.opcode == Opcode::FCMP) {
    fused.handler = findHandler(jump.opcode, BehindFloats);
    return fused;
  }
#if !FLUX_FOR_SIZE
  // fluxc compares integers with jumps that do both.
  if (compare.opcode == Opcode::TEST || compare.opcode == Opcode::TESTI) {
    fused.isWide = compare.opcode == Opcode::TESTI;
    fused.handler =
        findHandler(jump.opcode, fused.isWide ? BehindWideTest : BehindTest);
    return fused;
  }
  Opcode opcode;
  bool swap = false;
  switch (jump.opcode) {
  case Opcode::JE:
    opcode = Opcode::BEQ;
    break;
  case Opcode::JNE:
    opcode = Opcode::BNE;
    break;
  case Opcode::JG:
    swap = true;
    [[fallthrough]];
  case Opcode::JL:
    opcode = Opcode::BLT;
    break;
  case Opcode::JLE:
    swap = true;
    [[fallthrough]];
  case Opcode::JGE:
    opcode = Opcode::BGE;
    break;
  case Opcode::JA:
    swap = true;
    [[fallthrough]];
  case Opcode::JB:
    opcode = Opcode::BLTU;
    break;
  case Opcode::JBE:
    swap = true;
    [[fallthrough]];
  case Opcode::JAE:
  case Opcode::JC:
    opcode = Opcode::BGEU;
    break;
  default:
    return fused;
  }
  if (compare.opcode == Opcode::CMP) {
    fused.handler = findHandler(opcode, Registers);
    if (swap) {
      fused.a = compare.reg[2];
      fused.b = compare.reg[1];
    }
  } else if (!swap && fused.imm == static_cast<i8>(fused.imm)) {
    fused.b = static_cast<u8>(fused.imm);
    fused.handler = findHandler(withImmediate(opcode), Immediate);
  } else {
    fused.isWide = true;
    fused.handler = findHandler(opcode, swap ? WideSwapped : Wide);
  }
#endif
  return fused;
}

void Translator::putFused(u64 word, const Fused &fused, u64 jumpWord,
                          const Instruction &jump) {
  Op &op = put(word);
  op.handler = fused.handler;
  op.a = fused.a;
  op.b = fused.b;
  setJump(op, jumpWord + static_cast<u64>(i64(jump.label)));
  setFall(op, jumpWord + jump.words);
  if (!fused.isWide)
    return;
  Op &constant = put(word);
  constant.handler = slow;
  constant.imm = static_cast<i32>(fused.imm);
}

void Translator::completeValue(Op &op, const Instruction &instruction) {
  const isa::InstructionInfo &info = isa::getInfo(instruction.opcode);
  bool floats = readsFloats(instruction.opcode);
  unsigned last = floats ? faccRegister : accRegister;
  bool readsFirst = info.uses & 2, readsSecond = info.uses & 4;
  bool isForwarded = takesForwarded(instruction.opcode);
  bool first = isForwarded && readsFirst && instruction.reg[1] == last;
  bool second = isForwarded && readsSecond && instruction.reg[2] == last;
  Form form = !readsSecond && !(info.uses & 1)
                  ? (first ? AccImmediate : Immediate)
              : first  ? AccFirst
              : second ? AccSecond
                       : Registers;
  Opcode opcode = instruction.opcode;
  if (opcode == Opcode::INC || opcode == Opcode::DEC) {
    op.b = instruction.reg[0];
    op.imm = opcode == Opcode::INC ? 1 : -1;
    opcode = Opcode::IADDI;
    form = instruction.reg[0] == accRegister ? AccImmediate : Immediate;
  }
  setHandler(op, opcode, form);
  unsigned rd = instruction.reg[0];
  bool isFloat = writesFloat(opcode);
  if (accRegister == rd)
    accRegister = noRegister;
  if (faccRegister == rd)
    faccRegister = noRegister;
  (isFloat ? faccRegister : accRegister) = rd;
}

void Translator::completeAccess(Op &op, const Instruction &instruction) {
  bool isLoad = isa::getInfo(instruction.opcode).kind == Kind::Load;
  Form form = instruction.reg[1] == accRegister              ? AccFirst
              : !isLoad && instruction.reg[2] == accRegister ? AccSecond
                                                             : Registers;
  if (instruction.opcode == Opcode::STORE && form == Registers &&
      instruction.reg[2] == faccRegister)
    form = AccFloat;
  setHandler(op, instruction.opcode, form, result.isGuarded);
  if (!isLoad)
    return;
  unsigned rd = instruction.reg[0];
  if (faccRegister == rd)
    faccRegister = noRegister;
  accRegister = rd;
  if (instruction.opcode == Opcode::LOAD)
    faccRegister = accRegister;
}

void Translator::completeBranch(Op &op, u64 word,
                                const Instruction &instruction) {
  bool immediate = !(isa::getInfo(instruction.opcode).uses & 4);
  bool first = instruction.reg[1] == accRegister;
  bool second = !immediate && instruction.reg[2] == accRegister;
  Form form = instruction.opcode == Opcode::JMP ? Registers
              : immediate ? (first ? AccImmediate : Immediate)
              : first     ? AccFirst
              : second    ? AccSecond
                          : Registers;
  setHandler(op, instruction.opcode, form);
  op.a = instruction.reg[1];
  op.b = immediate ? static_cast<u8>(instruction.imm) : instruction.reg[2];
  setJump(op, word + static_cast<u64>(i64(instruction.label)));
  if (instruction.opcode != Opcode::JMP)
    setFall(op, word + instruction.words);
}

void Translator::completeTable(Op &op, u64 word,
                               const Instruction &instruction) {
  u64 first = numOps - 1;
  op.handler = findHandler(Opcode::BR_TABLE, Registers);
  for (i64 i = 0; i <= instruction.imm; ++i) {
    u64 target =
        word + static_cast<u64>(i64(i32(isa::loadWord(instruction.table + i))));
    Op &entry = put(word);
    entry.handler = slow;
    setJump(entry, target);
    // Distances count from the first operation.
    if (emitted)
      entry.imm = static_cast<i32>(
          (static_cast<i64>(labelOf(target)) - static_cast<i64>(first)) *
          static_cast<i64>(sizeof(Op)));
  }
}

void Translator::putInstruction(u64 word, const Instruction &instruction) {
  const isa::InstructionInfo &info = isa::getInfo(instruction.opcode);
  Op &op = put(word);
  // Results for R0 are rare: they are dropped, or the plain interpreter drops
  // them.
  bool dropped = ((info.defs & 1) && instruction.reg[0] == isa::RegZero) ||
                 ((info.defs & 8) && instruction.reg[3] == isa::RegZero);
  if (!isPlain(instruction) || dropped) {
    bool isNothing = dropped && isPlain(instruction) &&
                     info.kind == Kind::Value && !canTrap(instruction.opcode);
    op.handler = isNothing ? findHandler(Opcode::NOP, Registers) : slow;
    forget();
    return;
  }
  op.a = instruction.reg[0];
  op.b = instruction.reg[1];
  op.c = instruction.reg[2];
  op.d = instruction.reg[3];
  op.imm = static_cast<i32>(instruction.imm);
  switch (info.kind) {
  case Kind::Value:
    if (instruction.opcode == Opcode::LI64)
      break;
    completeValue(op, instruction);
    return;
  case Kind::Load:
  case Kind::Store:
    completeAccess(op, instruction);
    return;
  case Kind::Branch:
    completeBranch(op, word, instruction);
    return;
  default:
    break;
  }
  op.handler = findHandler(instruction.opcode, Registers);
  if (op.handler == nullptr)
    op.handler = slow;
  switch (instruction.opcode) {
  case Opcode::LI64: {
    Op &constant = put(word);
    if (emitted)
      __builtin_memcpy(static_cast<void *>(&constant), &instruction.imm, 8);
    forget();
    accRegister = instruction.reg[0];
    return;
  }
  case Opcode::BR_TABLE:
    completeTable(op, word, instruction);
    break;
  case Opcode::CALLI:
    setJump(op, package.getFunction(static_cast<u32>(instruction.imm)).start);
    [[fallthrough]];
  case Opcode::CALL:
  case Opcode::CALL_REG: {
    Op &back = put(word);
    back.handler = slow;
    back.imm = static_cast<i32>(word + instruction.words);
    break;
  }
  case Opcode::CALL_EXT:
    if (emitted) {
      u16 effects = package.getImport(static_cast<u32>(op.imm)).effects;
      op.c = static_cast<u8>(effects);
      op.d = static_cast<u8>(effects >> 8);
    }
    if (host.importHandler != nullptr)
      if (AnyHandler handler =
              host.importHandler(host.self, static_cast<u32>(op.imm)))
        op.handler = reinterpret_cast<Handler>(handler);
    break;
  case Opcode::TAILCALLI:
    setJump(op, package.getFunction(static_cast<u32>(instruction.imm)).start);
    break;
  case Opcode::LOOP:
    setJump(op, word + static_cast<u64>(i64(instruction.label)));
    setFall(op, word + instruction.words);
    break;
  case Opcode::IADDO:
  case Opcode::ISUBO:
  case Opcode::IMULO:
    setHandler(op, instruction.opcode, Registers);
    if (faccRegister == op.a || faccRegister == op.d)
      faccRegister = noRegister;
    accRegister = instruction.reg[3];
    return;
  default:
    break;
  }
  forget();
}

void Translator::translate(bool emit) {
  emitted = emit;
  numOps = 0;
  for (u32 i = 0; i != package.numFunctions; ++i) {
    Function function = package.getFunction(i);
    forget();
    flagsSet = false;
    for (u64 word = function.start; word != function.end;) {
      bool recorded = blocks.find(word) >= 0;
      if (recorded) {
        forget();
        if (flagsSet)
          put(word).handler = clearFlags;
        flagsSet = false;
      }
      if (costs[word] != 0 && (recorded || costs[word] > maxFoldedCost)) {
        Op &pay = put(word);
        pay.handler = payBlock;
        pay.imm = static_cast<i32>(costs[word]);
      }
      result.opOf[word] = static_cast<u32>(numOps);
      Instruction instruction = decodeAt(word);
      u64 next = word + instruction.words;
      bool readsFlags =
          isa::getInfo(instruction.opcode).flags & isa::ReadsFlags;
      // Calls end the life of flags, too.
      if (isLastOfBlock(instruction) ||
          isa::getInfo(instruction.opcode).category == isa::Category::Call) {
        if (flagsSet && !readsFlags)
          put(word).handler = clearFlags;
        flagsSet = false;
      }
      if (isa::getInfo(instruction.opcode).kind == Kind::Compare &&
          next != function.end && blocks.find(next) < 0) {
        Instruction jump = decodeAt(next);
        Fused fused = fuse(instruction, jump);
        if (fused.handler != nullptr) {
          // What is left of an earlier comparison ends here, too.
          if (flagsSet)
            put(word).handler = clearFlags;
          flagsSet = false;
          putFused(word, fused, next, jump);
          word = next + jump.words;
          continue;
        }
      }
      flagsSet |= isa::getInfo(instruction.opcode).flags & isa::WritesFlags;
      putInstruction(word, instruction);
      word = next;
    }
  }
  result.numOps = numOps;
}

void Translator::joinSequences() {
#if !FLUX_FOR_SIZE
  for (u64 i = 0; i < numOps;) {
    unsigned length = 1;
    if (result.keys[i] != 0)
      if (Handler handler = findSequence(result.keys + i, numOps - i,
                                         result.isGuarded, length))
        result.code[i].handler = handler;
    i += length;
  }
#endif
}

} // namespace

bool ThreadedCode::build(const Package &package, Arena &arena, bool isGuarded,
                         const Host &host) {
  u64 words = package.codeWords;
  BlockIndex blocks;
  translation = arena.tryAllocate<Translation>(1);
  u32 *costs = arena.tryAllocate<u32>(words + 1);
  if (translation == nullptr || costs == nullptr ||
      !blocks.build(package, arena))
    return false;
  Translation &result = *translation;
  result.package = &package;
  result.isGuarded = isGuarded;
  result.opOf = arena.tryAllocate<u32>(words + 1);
  if (result.opOf == nullptr)
    return false;
  for (u64 word = 0; word <= words; ++word)
    result.opOf[word] = noOp;
  Translator translator(package, host, result, costs, blocks);
  translator.findCosts();
  translator.translate(/*emit=*/false);
  result.code = arena.tryAllocate<Op>(result.numOps);
  result.wire = arena.tryAllocate<u32>(result.numOps);
  result.forwarded = arena.tryAllocate<Forwarded>(result.numOps);
  result.keys = arena.tryAllocate<u16>(result.numOps);
  result.functions = arena.tryAllocate<FunctionEntry>(package.numFunctions);
  if (result.code == nullptr || result.wire == nullptr ||
      result.functions == nullptr || result.forwarded == nullptr ||
      result.keys == nullptr)
    return false;
  translator.translate(/*emit=*/true);
  translator.joinSequences();
  for (u32 i = 0; i != package.numFunctions; ++i) {
    Function function = package.getFunction(i);
    u32 cost = costs[function.start];
    bool pays = cost > maxFoldedCost;
    result.functions[i] = {result.code + result.opOf[function.start] - pays,
                           typeNumber(function.args, function.results),
                           pays ? 0 : cost};
  }
  return true;
}

uint64_t ThreadedCode::getNumOperations() const { return translation->numOps; }

ThreadedCode::Operation ThreadedCode::getOperation(uint64_t index) const {
  return {translation->wire[index], translation->keys[index]};
}

} // namespace flux::vm

#else

namespace flux::vm {

bool ThreadedCode::build(const bytecode::Package &, Arena &, bool,
                         const Host &) {
  return true;
}
struct Context {};
State ThreadedCode::run(Machine &machine) const { return machine.run(); }
State ThreadedCode::run(Machine &machine, Context &) const {
  return machine.run();
}
Context *ThreadedCode::makeContext(Arena &arena) {
  return arena.tryAllocate<Context>(1);
}
uint64_t ThreadedCode::getNumOperations() const { return 0; }
ThreadedCode::Operation ThreadedCode::getOperation(uint64_t) const {
  return {};
}

} // namespace flux::vm

#endif
