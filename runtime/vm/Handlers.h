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

#include "runtime/vm/Machine.h"
#include "runtime/vm/Values.h"

namespace flux::vm {

struct Context;
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

struct Context {
  void *savedStack; ///< where a fault goes on; Guard.cpp knows that it is first
  Machine *machine;
  const Translation *code;
  Frame *top, *limit;
  u64 *registers;
  RegionView regions[bytecode::numRegions];
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

/// Stops at the block that pc has come to.
void outOfGas(FLUX_STATE);
/// Executes the instruction of pc as the plain interpreter does.
void slow(FLUX_STATE);

/// How an operation gets its operands.
enum Form : u8 {
  Registers, ///< a and b from registers
  AccFirst,  ///< a is what was written last
  AccSecond, ///< b is
  Immediate, ///< b is the immediate
  AccImmediate,
  AccFloat, ///< what is stored is the float that was written last
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

/// The handler for an opcode that computes a value, or null.  \p form is
/// Registers, AccFirst or AccSecond, or for opcodes that read one register
/// Immediate or AccImmediate.
Handler findValue(isa::Opcode opcode, Form form);
/// The same for a conditional jump that compares (BEQ ..., also JZ and JNZ).
Handler findBranch(isa::Opcode opcode, Form form);
/// False for opcodes that compute a value from registers only.
bool takesForwarded(isa::Opcode opcode);
/// For a load or store; \p form is Registers, AccFirst (the address) or, for
/// stores, AccSecond or AccFloat (the value).
Handler findAccess(isa::Opcode opcode, Form form, bool isGuarded);
/// For the comparison of floats and the jump behind it.
Handler findFloatBranch(isa::Opcode jump);
/// For TEST and JE or JNE behind it; the second operand of a wide one is the
/// immediate of the operation behind it.
Handler findTestBranch(isa::Opcode jump, bool isWide);
/// For CMPI, whose immediate is in the operation behind, and a jump: \p opcode
/// compares, after an exchange of its operands if \p swap.
Handler findWideBranch(isa::Opcode opcode, bool swap);
/// True if an opcode that computes a value can trap.
bool canTrap(isa::Opcode opcode);
/// For instructions that need no operands forwarded.
Handler findOther(isa::Opcode opcode);
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
