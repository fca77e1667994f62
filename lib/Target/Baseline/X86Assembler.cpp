//===- X86Assembler.cpp - encodes x86-64 instructions ---------------------===//
//
// LLVM's assembler builds an object for each instruction and asks tables about
// it, which takes longer than all that the baseline compiler does.  Here an
// instruction is a few stores.
//
//===----------------------------------------------------------------------===//

#include "X86Assembler.h"

using namespace flux::x86;

static bool fitsByte(int32_t value) { return value == int8_t(value); }

void Assembler::byte(uint8_t value) {
  room();
  *pos++ = value;
}

void Assembler::word(uint32_t value) {
  __builtin_memcpy(pos, &value, 4);
  pos += 4;
}

void Assembler::immediate(unsigned width, int32_t value) {
  if (width == 1) {
    *pos++ = uint8_t(value);
  } else if (width == 2) {
    *pos++ = uint8_t(value);
    *pos++ = uint8_t(value >> 8);
  } else {
    word(uint32_t(value));
  }
}

/// Opcodes of more than one byte are given as 0x0f.., 0x0f38.. or 0x0f3a...
void Assembler::opcodeBytes(uint32_t opcode) {
  if (opcode > 0xffff)
    *pos++ = uint8_t(opcode >> 16);
  if (opcode > 0xff)
    *pos++ = uint8_t(opcode >> 8);
  *pos++ = uint8_t(opcode);
}

void Assembler::encode(unsigned width, uint8_t prefix, uint32_t opcode,
                       uint8_t reg, uint8_t rm, bool byteReg, bool byteRM) {
  room();
  if (width == 2)
    *pos++ = 0x66;
  if (prefix)
    *pos++ = prefix;
  uint8_t rex = (width == 8) << 3 | (reg >> 3) << 2 | rm >> 3;
  // Without REX the byte registers 4 to 7 would be ah to bh.
  bool needed = (byteReg && reg >= RSP) || (byteRM && rm >= RSP);
  if (rex || needed)
    *pos++ = 0x40 | rex;
  opcodeBytes(opcode);
  *pos++ = 0xc0 | (reg & 7) << 3 | (rm & 7);
}

void Assembler::encode(unsigned width, uint8_t prefix, uint32_t opcode,
                       uint8_t reg, const Mem &mem, bool byteReg) {
  room();
  if (width == 2)
    *pos++ = 0x66;
  if (prefix)
    *pos++ = prefix;
  uint8_t rex = (width == 8) << 3 | (reg >> 3) << 2;
  if (mem.index != NoReg)
    rex |= (mem.index >> 3) << 1;
  if (mem.base != NoReg)
    rex |= mem.base >> 3;
  if (rex || (byteReg && reg >= RSP))
    *pos++ = 0x40 | rex;
  opcodeBytes(opcode);
  uint8_t field = (reg & 7) << 3;
  if (mem.base == NoReg) {
    *pos++ = field | 5;
    lastRelative = offset();
    word(uint32_t(mem.disp));
    return;
  }
  // rbp and r13 as a base need a displacement.
  bool none = mem.disp == 0 && (mem.base & 7) != RBP;
  uint8_t mode = none ? 0 : fitsByte(mem.disp) ? 0x40 : 0x80;
  if (mem.index != NoReg || (mem.base & 7) == RSP) {
    uint8_t index = mem.index == NoReg ? RSP : mem.index & 7;
    *pos++ = mode | field | 4;
    *pos++ = mem.scale << 6 | index << 3 | (mem.base & 7);
  } else {
    *pos++ = mode | field | (mem.base & 7);
  }
  if (mode == 0x40)
    *pos++ = uint8_t(mem.disp);
  else if (mode == 0x80)
    word(uint32_t(mem.disp));
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

void Assembler::alu(Alu op, unsigned width, Reg dst, Reg src) {
  encode(width, 0, uint8_t(op) << 3 | (width != 1), src, dst, width == 1,
         width == 1);
}

void Assembler::alu(Alu op, unsigned width, Reg dst, const Mem &src) {
  encode(width, 0, uint8_t(op) << 3 | (width == 1 ? 2 : 3), dst, src,
         width == 1);
}

void Assembler::alu(Alu op, unsigned width, Reg dst, int32_t imm) {
  bool isShort = width == 1 || fitsByte(imm);
  encode(width, 0,
         width == 1 ? 0x80
         : isShort  ? 0x83
                    : 0x81,
         uint8_t(op), dst, false, width == 1);
  immediate(isShort ? 1 : width, imm);
}

void Assembler::alu(Alu op, unsigned width, const Mem &dst, int32_t imm) {
  bool isShort = width == 1 || fitsByte(imm);
  encode(width, 0, width == 1 ? 0x80 : isShort ? 0x83 : 0x81, uint8_t(op), dst);
  immediate(isShort ? 1 : width, imm);
}

void Assembler::test(unsigned width, Reg a, Reg b) {
  encode(width, 0, width == 1 ? 0x84 : 0x85, b, a, width == 1, width == 1);
}

void Assembler::imul(unsigned width, Reg dst, Reg src) {
  encode(width, 0, 0x0faf, dst, src);
}

void Assembler::imul(unsigned width, Reg dst, const Mem &src) {
  encode(width, 0, 0x0faf, dst, src);
}

void Assembler::imul(unsigned width, Reg dst, Reg src, int32_t imm) {
  bool isShort = fitsByte(imm);
  encode(width, 0, isShort ? 0x6b : 0x69, dst, src);
  immediate(isShort ? 1 : width, imm);
}

void Assembler::unary(Unary op, unsigned width, Reg reg) {
  encode(width, 0, width == 1 ? 0xf6 : 0xf7, uint8_t(op), reg, false,
         width == 1);
}

void Assembler::unary(Unary op, unsigned width, const Mem &mem) {
  encode(width, 0, width == 1 ? 0xf6 : 0xf7, uint8_t(op), mem);
}

void Assembler::shift(Shift op, unsigned width, Reg dst, uint8_t amount) {
  encode(width, 0, width == 1 ? 0xc0 : 0xc1, uint8_t(op), dst, false,
         width == 1);
  *pos++ = amount;
}

void Assembler::shiftByCL(Shift op, unsigned width, Reg dst) {
  encode(width, 0, width == 1 ? 0xd2 : 0xd3, uint8_t(op), dst, false,
         width == 1);
}

void Assembler::doubleShiftByCL(bool right, unsigned width, Reg dst, Reg src) {
  encode(width, 0, right ? 0x0fad : 0x0fa5, src, dst);
}

void Assembler::signExtendAccumulator(unsigned width) {
  room();
  if (width == 8)
    *pos++ = 0x48;
  *pos++ = 0x99;
}

void Assembler::bsf(unsigned width, Reg dst, Reg src) {
  encode(width, 0, 0x0fbc, dst, src);
}

void Assembler::bsr(unsigned width, Reg dst, Reg src) {
  encode(width, 0, 0x0fbd, dst, src);
}

void Assembler::popcnt(unsigned width, Reg dst, Reg src) {
  encode(width, 0xf3, 0x0fb8, dst, src);
}

void Assembler::bswap(unsigned width, Reg reg) {
  room();
  uint8_t rex = (width == 8) << 3 | reg >> 3;
  if (rex)
    *pos++ = 0x40 | rex;
  *pos++ = 0x0f;
  *pos++ = 0xc8 | (reg & 7);
}

//===----------------------------------------------------------------------===//
// Moves
//===----------------------------------------------------------------------===//

void Assembler::mov(unsigned width, Reg dst, Reg src) {
  encode(width < 4 ? 4 : width, 0, 0x89, src, dst);
}

void Assembler::movImm(Reg dst, int64_t value) {
  room();
  if (value == int64_t(uint32_t(value))) {
    if (dst >= R8)
      *pos++ = 0x41;
    *pos++ = 0xb8 | (dst & 7);
    word(uint32_t(value));
  } else if (value == int32_t(value)) {
    encode(8, 0, 0xc7, 0, dst);
    word(uint32_t(value));
  } else {
    *pos++ = 0x48 | dst >> 3;
    *pos++ = 0xb8 | (dst & 7);
    word(uint32_t(value));
    word(uint32_t(uint64_t(value) >> 32));
  }
}

void Assembler::zero(Reg dst) { alu(Alu::Xor, 4, dst, dst); }

void Assembler::load(unsigned width, Reg dst, const Mem &src) {
  if (width < 4)
    encode(4, 0, width == 1 ? 0x0fb6 : 0x0fb7, dst, src);
  else
    encode(width, 0, 0x8b, dst, src);
}

void Assembler::loadSigned(unsigned from, unsigned to, Reg dst,
                           const Mem &src) {
  encode(to < 4 ? 4 : to, 0,
         from == 1   ? 0x0fbe
         : from == 2 ? 0x0fbf
                     : 0x63,
         dst, src);
}

void Assembler::store(unsigned width, const Mem &dst, Reg src) {
  encode(width, 0, width == 1 ? 0x88 : 0x89, src, dst, width == 1);
}

void Assembler::storeImm(unsigned width, const Mem &dst, int32_t value) {
  encode(width, 0, width == 1 ? 0xc6 : 0xc7, 0, dst);
  immediate(width, value);
}

void Assembler::zeroExtend(unsigned from, Reg dst, Reg src) {
  if (from < 4)
    encode(4, 0, from == 1 ? 0x0fb6 : 0x0fb7, dst, src, false, from == 1);
  else
    mov(from, dst, src);
}

void Assembler::signExtend(unsigned from, unsigned to, Reg dst, Reg src) {
  encode(to < 4 ? 4 : to, 0,
         from == 1   ? 0x0fbe
         : from == 2 ? 0x0fbf
                     : 0x63,
         dst, src, false, from == 1);
}

void Assembler::lea(Reg dst, const Mem &src) { encode(8, 0, 0x8d, dst, src); }

void Assembler::cmov(Cond cond, unsigned width, Reg dst, Reg src) {
  encode(width < 4 ? 4 : width, 0, 0x0f40 | uint8_t(cond), dst, src);
}

void Assembler::setcc(Cond cond, Reg dst) {
  encode(1, 0, 0x0f90 | uint8_t(cond), 0, dst, false, true);
}

void Assembler::push(Reg reg) {
  room();
  if (reg >= R8)
    *pos++ = 0x41;
  *pos++ = 0x50 | (reg & 7);
}

void Assembler::pop(Reg reg) {
  room();
  if (reg >= R8)
    *pos++ = 0x41;
  *pos++ = 0x58 | (reg & 7);
}

void Assembler::xchg(unsigned width, const Mem &mem, Reg reg) {
  encode(width, 0, width == 1 ? 0x86 : 0x87, reg, mem, width == 1);
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

uint32_t Assembler::jump() {
  byte(0xe9);
  word(0);
  return offset() - 4;
}

uint32_t Assembler::jump(Cond cond) {
  byte(0x0f);
  *pos++ = 0x80 | uint8_t(cond);
  word(0);
  return offset() - 4;
}

uint32_t Assembler::shortJump() {
  byte(0xeb);
  *pos++ = 0;
  return offset() - 1;
}

uint32_t Assembler::shortJump(Cond cond) {
  byte(0x70 | uint8_t(cond));
  *pos++ = 0;
  return offset() - 1;
}

void Assembler::jumpTo(uint32_t target) {
  int32_t distance = int32_t(target - (offset() + 2));
  if (fitsByte(distance)) {
    byte(0xeb);
    *pos++ = uint8_t(distance);
    return;
  }
  patch(jump(), target);
}

void Assembler::jumpTo(Cond cond, uint32_t target) {
  int32_t distance = int32_t(target - (offset() + 2));
  if (fitsByte(distance)) {
    byte(0x70 | uint8_t(cond));
    *pos++ = uint8_t(distance);
    return;
  }
  patch(jump(cond), target);
}

uint32_t Assembler::call() {
  byte(0xe8);
  word(0);
  return offset() - 4;
}

void Assembler::call(Reg target) { encode(4, 0, 0xff, 2, target); }

void Assembler::leave() { byte(0xc9); }

void Assembler::ret() { byte(0xc3); }

void Assembler::ud2() {
  byte(0x0f);
  *pos++ = 0x0b;
}

void Assembler::mfence() {
  byte(0x0f);
  *pos++ = 0xae;
  *pos++ = 0xf0;
}

void Assembler::write32(uint32_t at, uint32_t value) {
  __builtin_memcpy(start + at, &value, 4);
}

void Assembler::overwriteWithJump(uint32_t at, uint32_t size, uint32_t target) {
  start[at] = 0xe9;
  patch(at + 1, target);
  for (uint32_t i = 5; i < size; ++i)
    start[at + i] = 0x90;
}

void Assembler::patch(uint32_t at, uint32_t target) {
  write32(at, target - (at + 4));
}

void Assembler::patchShort(uint32_t at) {
  start[at] = uint8_t(offset() - (at + 1));
}

void Assembler::nop(unsigned size) {
  static const uint8_t forms[][9] = {
      {0x90},
      {0x66, 0x90},
      {0x0f, 0x1f, 0x00},
      {0x0f, 0x1f, 0x40, 0x00},
      {0x0f, 0x1f, 0x44, 0x00, 0x00},
      {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
      {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
      {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
      {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
  };
  while (size) {
    unsigned length = size < 9 ? size : 9;
    room();
    __builtin_memcpy(pos, forms[length - 1], length);
    pos += length;
    size -= length;
  }
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

void Assembler::movXmm(Xmm dst, Xmm src) { encode(4, 0, 0x0f28, dst, src); }

void Assembler::loadXmm(unsigned width, Xmm dst, const Mem &src) {
  encode(4, width == 16 ? 0 : scalarPrefix(width), 0x0f10, dst, src);
}

void Assembler::storeXmm(unsigned width, const Mem &dst, Xmm src) {
  encode(4, width == 16 ? 0 : scalarPrefix(width), 0x0f11, src, dst);
}

void Assembler::movToXmm(unsigned width, Xmm dst, Reg src) {
  encode(width, 0x66, 0x0f6e, dst, src);
}

void Assembler::movFromXmm(unsigned width, Reg dst, Xmm src) {
  encode(width, 0x66, 0x0f7e, src, dst);
}

void Assembler::sse(Sse op, unsigned width, Xmm dst, Xmm src) {
  encode(4, scalarPrefix(width), 0x0f00 | uint8_t(op), dst, src);
}

void Assembler::sse(Sse op, unsigned width, Xmm dst, const Mem &src) {
  encode(4, scalarPrefix(width), 0x0f00 | uint8_t(op), dst, src);
}

void Assembler::bits(Bits op, Xmm dst, Xmm src) {
  encode(4, 0, 0x0f00 | uint8_t(op), dst, src);
}

void Assembler::unpackLow(Xmm dst, Xmm src) {
  encode(4, 0x66, 0x0f6c, dst, src);
}

void Assembler::compare(unsigned width, Xmm a, Xmm b) {
  encode(4, width == 8 ? 0x66 : 0, 0x0f2e, a, b);
}

void Assembler::convertInt(unsigned width, Xmm dst, unsigned intWidth,
                           Reg src) {
  encode(intWidth, scalarPrefix(width), 0x0f2a, dst, src);
}

void Assembler::truncate(unsigned intWidth, Reg dst, unsigned width, Xmm src) {
  encode(intWidth, scalarPrefix(width), 0x0f2c, dst, src);
}

void Assembler::convertFloat(unsigned from, Xmm dst, Xmm src) {
  encode(4, scalarPrefix(from), 0x0f5a, dst, src);
}

void Assembler::round(unsigned width, Xmm dst, Xmm src, uint8_t mode) {
  encode(4, 0x66, width == 4 ? 0x0f3a0a : 0x0f3a0b, dst, src);
  *pos++ = mode;
}
