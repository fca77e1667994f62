//===- Isa.h - the instruction set as tables -------------------*- C++ -*-===//
//
// Instructions as structures, and between them and words.  Everything here
// comes from FluxISA.td; docs/isa.md describes it.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_RUNTIME_ISA_ISA_H
#define FLUX_RUNTIME_ISA_ISA_H

#include "runtime/base/ForSize.h"
#include <stdint.h>

namespace flux::isa {

/// Version of the instruction set.
inline constexpr unsigned isaVersion = 1;

inline constexpr unsigned numRegisters = 64;
/// The first argument and result of a function; how many there can be.
inline constexpr unsigned firstArgument = 16;
inline constexpr unsigned maxArguments = 16;
inline constexpr unsigned numBaseInstructions = 184;
/// Byte 0 of instructions of the escape page, and their first Opcode.
inline constexpr unsigned escapeByte = 0xF0;
inline constexpr unsigned escapePage = 0x100;

/// The opcode byte, or escapePage plus the second byte.
enum class Opcode : uint16_t {
#define FLUX_INSTRUCTION(NAME, NUMBER, ...) NAME = NUMBER,
#include "runtime/isa/ISATables.inc"
};

enum class Format : uint8_t {
#define FLUX_FORMAT(NAME, ...) NAME,
#include "runtime/isa/ISATables.inc"
};

/// What part of the machine executes an instruction (Classes.td).
enum class Kind : uint8_t {
  Value,
  Compare,
  Branch,
  JumpIf,
  Load,
  Store,
  Host,
  Control,
  Stack,
  Memory,
  Atomic,
  System,
  Vector,
  Overflow,
};

enum class Category : uint8_t {
  System,
  Arith,
  Logic,
  Compare,
  Branch,
  Memory,
  Stack,
  Call,
  Agent,
  Io,
  Flux,
  Native,
};

/// Effects and capabilities, as masks.
enum Effect : uint16_t {
#define FLUX_EFFECT(NAME, BIT) Effect##NAME = 1 << BIT,
#include "runtime/isa/ISATables.inc"
};
inline constexpr uint16_t allEffects = 0x7FF;

/// Codes of the traps of the machine.
enum class TrapCode : uint16_t {
  None = 0,
#define FLUX_TRAP_CODE(NAME, NUMBER, MESSAGE) NAME = NUMBER,
#include "runtime/isa/ISATables.inc"
};

/// Special registers.
enum SpecialRegister : uint8_t {
  RegZero = 0,
  RegSP = 2,
  RegBP = 3,
  RegPC = 4,
  RegFlags = 5,
  RegFP = 6,
  RegLoop = 56,
  RegGas = 57,
  RegRegionBase = 58,
  RegRegionSize = 59,
  RegSyscall = 60,
  RegError = 61,
  RegCapability = 62,
  RegHandler = 63,
};

/// Bits of R5.
enum Flag : uint8_t { FlagZ = 1, FlagN = 2, FlagC = 4, FlagV = 8 };

enum class FieldKind : uint8_t {
  Reg,
  Slide,
  Imm8,
  Imm8L,
  Imm16,
  Imm64,
  Label8L,
  Label16,
  Label24,
  Index8L,
  Index16L,
  Table,
};

struct Field {
  FieldKind kind : 4;
  uint8_t position : 4; ///< byte, from the start of the instruction
  uint8_t slot : 2;     ///< of Instruction::reg, for registers
  bool isType : 1;      ///< the number of a type of functions

  constexpr Field(FieldKind kind, uint8_t position, uint8_t slot,
                  const char *name)
      : kind(kind), position(position), slot(slot),
        isType(name[0] == 't' && name[1] == 'y') {}
  constexpr Field() : Field(FieldKind::Reg, 0, 0, "") {}
};

struct FormatInfo {
  uint8_t words : 2;
  uint8_t memory : 1;
  uint8_t numFields : 3;
  uint8_t usedBytes; ///< mask of the bytes 0 to 7 that may be other than 0
  Field fields[4];

  /// The bits of the first two words that must be zero.
  uint64_t getUnused() const;
};

enum InstructionFlag : uint8_t {
  WritesFlags = 1,
  ReadsFlags = 2,
  EndsBlock = 4,
  IsExtension = 8,
};

struct InstructionInfo {
  uint16_t effects;
  Format format;
  Kind kind : 4;
  Category category : 4;
  uint8_t flags : 4;
  uint8_t vector : 3; ///< slots that are groups of four registers
  uint8_t exists : 1;
  uint8_t defs : 4, uses : 4; ///< masks of slots of Instruction::reg
  uint8_t pops : 4, pushes : 4;
};

/// How many opcodes there can be.
inline constexpr unsigned numOpcodes = 0x12C;

/// Many opcodes are alike: there is one row for all of these.
struct InstructionTable {
  static constexpr unsigned numRows = 114;
  InstructionInfo rows[numRows];
  uint8_t rowOf[numOpcodes];
};

extern const FormatInfo formats[];
/// Use getInfo().
extern const InstructionTable instructions;

inline const InstructionInfo &getInfo(Opcode opcode) {
  return instructions.rows[instructions.rowOf[static_cast<unsigned>(opcode)]];
}
inline const FormatInfo &getFormat(Opcode opcode) {
  return formats[static_cast<unsigned>(getInfo(opcode).format)];
}

/// True if a register belongs to the process and not to the window.
bool isSpecial(unsigned reg);
/// True if instructions may name a register as the one they write.
bool isWritable(unsigned reg);
/// The name of an instruction for people, or null if there is none.
const char *getMnemonic(Opcode opcode);
/// The name of a register besides r0 to r63.
const char *getRegisterName(unsigned reg);
/// What a trap code means, or null if it is the program's.
const char *getTrapMessage(uint16_t code);
/// The name of effect number \p bit, or null.
const char *getEffectName(unsigned bit);

/// An instruction, decoded.
struct Instruction {
  Instruction() = default;
  explicit Instruction(Opcode opcode) : opcode(opcode) {}

  Opcode opcode = Opcode::NOP;
  /// rd, rs1, rs2, and rs3 or ro; of calls, [0] is the slide.
  uint8_t reg[4] = {};
  /// How many words it takes.
  uint32_t words = 1;
  /// Immediate or index; of BR_TABLE, n.
  int64_t imm = 0;
  /// Distance to the target, in words.
  int32_t label = 0;
  /// The n + 1 distances of BR_TABLE, little-endian.
  const int32_t *table = nullptr;
};

/// Decodes the instruction at the start of \p code, of which \p available words
/// are there.  Returns null, or what is wrong.  Registers are in range then.
const char *decode(const uint8_t *code, uint64_t available,
                   Instruction &instruction);

/// Room that encode() may need besides the table of a BR_TABLE.
inline constexpr unsigned maxWords = 3;
/// Writes the words of \p instruction to \p words, but no table; sets its
/// length.  Returns null, or what does not fit.
const char *encode(Instruction &instruction, uint32_t *words);

/// The mnemonic's opcode; false if there is none.
bool findMnemonic(const char *name, uint64_t length, Opcode &opcode);
/// The number of the register called \p name, or -1.
int findRegister(const char *name, uint64_t length);

/// Room that formatInstruction() needs.
inline constexpr unsigned maxTextLength = 96;
/// Writes \p instruction at word \p pc as the assembler reads it, a label as
/// `L` and its word; a table of BR_TABLE is left out.  Returns the length.
unsigned formatInstruction(char *out, const Instruction &instruction,
                           uint64_t pc);

/// A 32-bit little-endian number.
FLUX_UNALIGNED uint32_t loadWord(const void *bytes) {
  FLUX_UNALIGNED_AT(bytes);
  uint32_t word;
  __builtin_memcpy(&word, bytes, 4);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  return word;
}

} // namespace flux::isa

#endif // FLUX_RUNTIME_ISA_ISA_H
