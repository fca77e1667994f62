//===- X86Assembler.h - encodes x86-64 instructions ------------*- C++ -*-===//
//
// The instruction forms that the baseline compiler needs, written straight to
// memory.  Needs no library, not even the standard one: the caller owns the
// memory and gives more when it is asked for.
//
// Operands stand in Intel's order, the destination first.  Widths are in bytes.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_TARGET_BASELINE_X86ASSEMBLER_H
#define FLUX_LIB_TARGET_BASELINE_X86ASSEMBLER_H

#include <stddef.h>
#include <stdint.h>

namespace flux::x86 {

enum Reg : uint8_t {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  NoReg = 0xff,
};

/// Vector registers have the numbers 0 to 15, too.
using Xmm = uint8_t;

/// Conditions as their encoding; the lowest bit negates.
enum class Cond : uint8_t {
  O,
  NO,
  B,
  AE,
  E,
  NE,
  BE,
  A,
  S,
  NS,
  P,
  NP,
  L,
  GE,
  LE,
  G,
};
inline Cond negate(Cond cond) { return Cond(uint8_t(cond) ^ 1); }

/// The operations of group 1, as their encoding.
enum class Alu : uint8_t { Add, Or, Adc, Sbb, And, Sub, Xor, Cmp };
/// The operations of group 2, as their encoding.
enum class Shift : uint8_t { Rol = 0, Ror = 1, Shl = 4, Shr = 5, Sar = 7 };
/// The operations of group 3 on one operand, as their encoding.
enum class Unary : uint8_t { Not = 2, Neg, Mul, Imul, Div, Idiv };
/// Scalar operations of SSE, as their opcode.
enum class Sse : uint8_t {
  Sqrt = 0x51,
  Add = 0x58,
  Mul = 0x59,
  Sub = 0x5c,
  Min = 0x5d,
  Div = 0x5e,
  Max = 0x5f,
};
/// Operations on all bits of a vector register, as their opcode.
enum class Bits : uint8_t { And = 0x54, AndNot = 0x55, Or = 0x56, Xor = 0x57 };

/// A place in memory: base + index * 2^scale + disp, or relative to the next
/// instruction.
struct Mem {
  Reg base = NoReg; ///< none: relative to the instruction pointer
  Reg index = NoReg;
  uint8_t scale = 0;
  int32_t disp = 0;

  static Mem at(Reg base, int32_t disp = 0) { return {base, NoReg, 0, disp}; }
  static Mem indexed(Reg base, Reg index, uint8_t scale, int32_t disp = 0) {
    return {base, index, scale, disp};
  }
  static Mem relative() { return {}; }
};

class Assembler {
public:
  /// Asks for more memory: must call setBuffer() with what was written so far
  /// at its start.
  using Grow = void (*)(Assembler &assembler, void *owner);

  Assembler(Grow grow, void *owner) : grow(grow), owner(owner) {}

  void setBuffer(uint8_t *begin, size_t written, size_t size) {
    start = begin;
    pos = begin + written;
    limit = begin + size;
  }
  /// Bytes that were written.
  uint32_t offset() const { return uint32_t(pos - start); }
  /// Where the displacement of the last operand relative to the instruction
  /// pointer lies.
  uint32_t relativeAt() const { return lastRelative; }

  //===--- integers ------------------------------------------------------===//

  void alu(Alu op, unsigned width, Reg dst, Reg src);
  void alu(Alu op, unsigned width, Reg dst, const Mem &src);
  void alu(Alu op, unsigned width, Reg dst, int32_t imm);
  void alu(Alu op, unsigned width, const Mem &dst, int32_t imm);
  void test(unsigned width, Reg a, Reg b);
  void imul(unsigned width, Reg dst, Reg src);
  void imul(unsigned width, Reg dst, const Mem &src);
  void imul(unsigned width, Reg dst, Reg src, int32_t imm);
  void unary(Unary op, unsigned width, Reg reg);
  void unary(Unary op, unsigned width, const Mem &mem);
  void shift(Shift op, unsigned width, Reg dst, uint8_t amount);
  void shiftByCL(Shift op, unsigned width, Reg dst);
  /// shld and shrd with their amount in cl.
  void doubleShiftByCL(bool right, unsigned width, Reg dst, Reg src);
  void signExtendAccumulator(unsigned width); ///< cdq, cqo
  void bsf(unsigned width, Reg dst, Reg src);
  void bsr(unsigned width, Reg dst, Reg src);
  void popcnt(unsigned width, Reg dst, Reg src);
  void bswap(unsigned width, Reg reg);

  //===--- moves ---------------------------------------------------------===//

  void mov(unsigned width, Reg dst, Reg src); ///< 4 and 8 bytes
  /// The shortest form that leaves the flags alone.
  void movImm(Reg dst, int64_t value);
  void zero(Reg dst); ///< changes the flags
  /// Loads `width` bytes; the rest of 8 becomes zero.
  void load(unsigned width, Reg dst, const Mem &src);
  void loadSigned(unsigned from, unsigned to, Reg dst, const Mem &src);
  void store(unsigned width, const Mem &dst, Reg src);
  void storeImm(unsigned width, const Mem &dst, int32_t value);
  void zeroExtend(unsigned from, Reg dst, Reg src); ///< to 8 bytes
  void signExtend(unsigned from, unsigned to, Reg dst, Reg src);
  void lea(Reg dst, const Mem &src);
  void cmov(Cond cond, unsigned width, Reg dst, Reg src);
  void setcc(Cond cond, Reg dst);
  void push(Reg reg);
  void pop(Reg reg);
  void xchg(unsigned width, const Mem &mem, Reg reg);

  //===--- control flow: jumps are filled in by patch() ------------------===//

  uint32_t jump();               ///< returns where its 4 bytes of distance lie
  uint32_t jump(Cond cond);      ///< the same
  uint32_t shortJump();          ///< returns where its byte of distance lies
  uint32_t shortJump(Cond cond); ///< the same
  void jumpTo(uint32_t target);
  void jumpTo(Cond cond, uint32_t target);
  uint32_t call();
  void call(Reg target);
  void leave();
  void ret();
  void ud2();
  void mfence();
  /// Lets the 4 bytes at \p at be the distance to \p target.
  void patch(uint32_t at, uint32_t target);
  /// Lets the byte at \p at be the distance to here.
  void patchShort(uint32_t at);
  /// Replaces the \p size bytes at \p at by a jump to \p target.
  void overwriteWithJump(uint32_t at, uint32_t size, uint32_t target);
  void write32(uint32_t at, uint32_t value);
  void byte(uint8_t value);
  void nop(unsigned size);

  //===--- floats: width 4 or 8 ------------------------------------------===//

  void movXmm(Xmm dst, Xmm src);
  void loadXmm(unsigned width, Xmm dst, const Mem &src); ///< also 16 bytes
  void storeXmm(unsigned width, const Mem &dst, Xmm src);
  void movToXmm(unsigned width, Xmm dst, Reg src);
  void movFromXmm(unsigned width, Reg dst, Xmm src);
  void sse(Sse op, unsigned width, Xmm dst, Xmm src);
  void sse(Sse op, unsigned width, Xmm dst, const Mem &src);
  void bits(Bits op, Xmm dst, Xmm src);
  void unpackLow(Xmm dst, Xmm src);           ///< punpcklqdq
  void compare(unsigned width, Xmm a, Xmm b); ///< ucomiss, ucomisd
  void convertInt(unsigned width, Xmm dst, unsigned intWidth, Reg src);
  void truncate(unsigned intWidth, Reg dst, unsigned width, Xmm src);
  void convertFloat(unsigned from, Xmm dst, Xmm src); ///< to the other width
  void round(unsigned width, Xmm dst, Xmm src, uint8_t mode);

private:
  void room() {
    if (limit - pos < 16)
      grow(*this, owner);
  }
  void word(uint32_t value);
  void immediate(unsigned width, int32_t value);
  /// REX, opcode and ModRM of an instruction with a register and another.
  void encode(unsigned width, uint8_t prefix, uint32_t opcode, uint8_t reg,
              uint8_t rm, bool byteReg = false, bool byteRM = false);
  void encode(unsigned width, uint8_t prefix, uint32_t opcode, uint8_t reg,
              const Mem &mem, bool byteReg = false);
  void opcodeBytes(uint32_t opcode);
  static uint8_t scalarPrefix(unsigned width) {
    return width == 4 ? 0xf3 : 0xf2;
  }

  Grow grow;
  void *owner;
  uint8_t *start = nullptr, *pos = nullptr, *limit = nullptr;
  uint32_t lastRelative = 0;
};

} // namespace flux::x86

#endif // FLUX_LIB_TARGET_BASELINE_X86ASSEMBLER_H
