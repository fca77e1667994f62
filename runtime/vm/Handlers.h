//===- Handlers.h - operations of the fast interpreter ---------*- C++ -*-===//
//
// Each operation is a function that ends by jumping to the next one, so the
// state of the interpreter stays in the registers of arguments.  `acc` and
// `facc` carry the integer or float that was written last: an operation whose
// operand it is takes it from there and not from memory.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_VM_HANDLERS_H
#define FLUX_RUNTIME_VM_HANDLERS_H

#include "runtime/base/ForSize.h"
#include "runtime/vm/Machine.h"
#include "runtime/vm/Place.h"
#include "runtime/vm/Values.h"

namespace flux::vm {

struct Context;
struct Op;
using Handler = void (*)(const Op *pc, u64 *R, u64 acc, i64 gas, Context *cx,
                         u8 *M, double facc);

#if defined(__x86_64__) && defined(__linux__) && __SIZEOF_POINTER__ == 8
/// A signal handler can turn a fault into a trap (Guard.cpp).
#define FLUX_HAS_GUARD 1
#else
#define FLUX_HAS_GUARD 0
#endif

/// An operation.  Of jumps, c and d are what the blocks cost that follow when
/// it is taken and when it is not; imm is the distance in bytes.
struct Op {
  Handler handler;
  u8 a, b, c, d;
  i32 imm;
};

struct FunctionEntry {
  const Op *op;
  u32 type;
  u32 cost;
};

/// A region as accesses see it.
struct RegionView {
  u8 *base;
  u64 readable, writable; ///< bytes
  u64 unused;
};

/// What `acc` and `facc` hold at an operation: numbers of registers.
struct Forwarded {
  u8 acc, facc;
};
inline constexpr u8 noRegister = 0xFF;

struct Translation {
  const bytecode::Package *package;
  Op *code;
  u32 *wire; ///< word of each operation
  u32 *opOf; ///< operation of each word that starts an instruction, or noOp
  FunctionEntry *functions;
  Forwarded *forwarded; ///< of each operation
  u16 *keys;            ///< of each operation (keyOf), or 0
  u64 numOps;
  bool isGuarded; ///< accesses need the window of the machine
};
inline constexpr u32 noOp = 0xFFFFFFFF;
/// Blocks that cost more are paid for by an operation of their own.
inline constexpr u64 maxFoldedCost = 255;

struct Context : Place {
  Machine *machine;
  const Translation *code;
  Frame *top, *limit;
  u64 *allRegisters;
  RegionView regions[bytecode::numRegions];
  u32 regionChanges; ///< of the machine that they have seen
};

#define FLUX_STATE                                                             \
  [[maybe_unused]] const Op *pc, [[maybe_unused]] u64 *R,                      \
      [[maybe_unused]] u64 acc, [[maybe_unused]] i64 gas,                      \
      [[maybe_unused]] Context *cx, [[maybe_unused]] u8 *M,                    \
      [[maybe_unused]] double facc
#define FLUX_PASS pc, R, acc, gas, cx, M, facc
/// The same for a part of a handler (Bodies.h).
#define FLUX_PARTS                                                             \
  [[maybe_unused]] const Op *pc, [[maybe_unused]] u64 *R,                      \
      [[maybe_unused]] u64 &acc, [[maybe_unused]] i64 gas,                     \
      [[maybe_unused]] Context *cx, [[maybe_unused]] u8 *M,                    \
      [[maybe_unused]] double &facc
#define FLUX_PART_INLINE static inline __attribute__((always_inline))
#define FLUX_TAIL [[clang::musttail]] return
#define FLUX_NEXT(COUNT)                                                       \
  do {                                                                         \
    pc += (COUNT);                                                             \
    FLUX_TAIL pc->handler(FLUX_PASS);                                          \
  } while (0)
/// Pays for the block that pc has come to.
#define FLUX_ENTER(COST)                                                       \
  do {                                                                         \
    gas -= (COST);                                                             \
    if (__builtin_expect(gas < 0, 0)) {                                        \
      gas += (COST);                                                           \
      FLUX_TAIL outOfGas(FLUX_PASS);                                           \
    }                                                                          \
    FLUX_TAIL pc->handler(FLUX_PASS);                                          \
  } while (0)

#if FLUX_FOR_SIZE
/// One dispatch for all jumps that are taken, and one for those that are not.
#define FLUX_JUMP_IF(CONDITION)                                                \
  if (CONDITION)                                                               \
    FLUX_TAIL jump(FLUX_PASS);                                                 \
  FLUX_TAIL goPast(FLUX_PASS)
#else
#define FLUX_JUMP_IF(CONDITION)                                                \
  if (CONDITION) {                                                             \
    i64 cost = pc->c;                                                          \
    pc = reinterpret_cast<const Op *>(reinterpret_cast<const char *>(pc) +     \
                                      pc->imm);                                \
    FLUX_ENTER(cost);                                                          \
  }                                                                            \
  i64 cost = pc->d;                                                            \
  pc += 1;                                                                     \
  FLUX_ENTER(cost)
#endif

/// Stops at the block that pc has come to.
__attribute__((noinline, cold)) void outOfGas(FLUX_STATE);
/// Gives the machine what the handlers hold in registers, at the operation pc.
Machine &show(const Op *pc, u64 *R, i64 gas, Context *cx);
/// Executes the instruction of pc as the plain interpreter does.
__attribute__((noinline, cold)) void slow(FLUX_STATE);

/// How an operation gets its operands.
enum Form : u8 {
  Registers, ///< a and b from registers
  AccFirst,  ///< a is what was written last
  AccSecond, ///< b is
  Immediate, ///< b is the immediate
  AccImmediate,
  AccFloat, ///< what is stored is the float that was written last
  Wide,     ///< b is the immediate of the operation behind
  WideSwapped,
  // Of the jumps that read flags: what set them, and is part of the operation.
  BehindTest = AccFirst,
  BehindFloats = AccFloat,
  BehindWideTest = Wide,
};

/// Names an operation with its form, for handlers that do several; 0 is none.
constexpr u16 keyOf(isa::Opcode opcode, Form form) {
  auto number = static_cast<u16>(opcode);
  return static_cast<u16>(
      8 * (number < 0x100 ? number : 0x100 + (number & 0xFF)) + form + 1);
}
/// The longest handler for the operations with the keys \p keys, at most
/// \p count, and how many it does; null if there is none.
Handler findSequence(const u16 *keys, u64 count, bool isGuarded,
                     unsigned &length);

/// The handler for an operation, or null.  \p form is, for opcodes that
///   compute a value: Registers, AccFirst or AccSecond; of those that read no
///     second register Immediate or AccImmediate; but not INC and DEC, and of
///     LI64 Registers;
///   jump if a comparison is true: the same, and Wide and WideSwapped of those
///     that compare two registers;
///   load or store: Registers, AccFirst (the address) or, for stores, AccSecond
///     or AccFloat (the value); \p isGuarded is for them;
///   read flags: one of Behind...;
///   do anything else: Registers.
Handler findHandler(isa::Opcode opcode, Form form, bool isGuarded = false);
/// False for opcodes that compute a value from registers only.
bool takesForwarded(isa::Opcode opcode);
/// True if an opcode that computes a value can trap.
bool canTrap(isa::Opcode opcode);
#if FLUX_FOR_SIZE
/// Computes \p result from values[1] and so on, or \p imm in place of the
/// second operand, as the operation for \p opcode does.  False if it traps.
bool compute(isa::Opcode opcode, const u64 *values, i64 imm, u64 &result);
#endif
/// Pays imm units for what follows.
void payBlock(FLUX_STATE);
/// Forgets the flags, at the end of a block that set them and did not use them.
void clearFlags(FLUX_STATE);
/// What a frame goes on with that does not belong to code.
extern const Op leaveOp;

/// Goes on where the machine is.
void goOn(FLUX_STATE);
/// Calls goOn so that a fault of a guarded access can go on with slow().
void enterHandlers(Context *context, u8 *window);

/// True if an opcode reads, or writes, floats: facc instead of acc.
bool readsFloats(isa::Opcode opcode);
bool writesFloat(isa::Opcode opcode);

} // namespace flux::vm

#endif // FLUX_RUNTIME_VM_HANDLERS_H
