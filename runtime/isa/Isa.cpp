//===- Isa.cpp - instructions from words and back -------------------------===//
//
// One decoder for all engines: each field of a format is taken from its place,
// and whatever has no field must be zero, so that an instruction has exactly
// one encoding.
//
//===----------------------------------------------------------------------===//

#include "runtime/isa/Isa.h"

namespace flux::isa {

#define FLUX_FIELDS(...) {__VA_ARGS__}
/// The bits of the bytes that are not in \p used.
static constexpr uint64_t unusedBits(unsigned used) {
  uint64_t result = 0;
  for (unsigned byte = 0; byte != 8; ++byte)
    if (!(used >> byte & 1))
      result |= 0xFFull << 8 * byte;
  return result;
}

const FormatInfo formats[] = {
#define FLUX_FORMAT(NAME, WORDS, MEMORY, USED, COUNT, FIELDS)                  \
  {WORDS, MEMORY, USED, COUNT, FIELDS, unusedBits(USED)},
#include "runtime/isa/ISATables.inc"
};

const InstructionInfo instructions[] = {
#define FLUX_INSTRUCTION(NAME, NUMBER, MNEMONIC, FORMAT, KIND, CATEGORY,       \
                         FLAGS, DEFS, USES, VECTOR, POPS, PUSHES, EFFECTS)     \
  {true,  Format::FORMAT, Kind::KIND, Category::CATEGORY,                      \
   FLAGS, DEFS,           USES,       VECTOR,                                  \
   POPS,  PUSHES,         EFFECTS},
#define FLUX_NO_INSTRUCTION(NUMBER) {},
#include "runtime/isa/ISATables.inc"
};

static_assert(sizeof instructions == numOpcodes * sizeof(InstructionInfo));

// One bit a register.
static constexpr uint64_t specialRegisters = 0
#define FLUX_REGISTER(NUMBER, NAME, SPECIAL, WRITABLE)                         \
  | uint64_t(SPECIAL) << NUMBER
#include "runtime/isa/ISATables.inc"
    ;
static constexpr uint64_t writableRegisters = 0
#define FLUX_REGISTER(NUMBER, NAME, SPECIAL, WRITABLE)                         \
  | uint64_t(WRITABLE) << NUMBER
#include "runtime/isa/ISATables.inc"
    ;

bool isSpecial(unsigned reg) { return specialRegisters >> reg & 1; }
bool isWritable(unsigned reg) { return writableRegisters >> reg & 1; }

const char *getTrapMessage(uint16_t code) {
  switch (code) {
#define FLUX_TRAP_CODE(NAME, NUMBER, MESSAGE)                                  \
  case NUMBER:                                                                 \
    return MESSAGE;
#include "runtime/isa/ISATables.inc"
  default:
    return nullptr;
  }
}

const char *getEffectName(unsigned bit) {
  switch (bit) {
#define FLUX_EFFECT(NAME, BIT)                                                 \
  case BIT:                                                                    \
    return #NAME;
#include "runtime/isa/ISATables.inc"
  default:
    return nullptr;
  }
}

const char *decode(const uint8_t *code, uint64_t available,
                   Instruction &instruction) {
  if (available == 0)
    return "the code ends where an instruction should begin";
  uint64_t bits = loadWord(code);
  unsigned opcode = bits & 0xFF;
  if (opcode >= escapeByte) {
    if (opcode != escapeByte)
      return "unknown opcode";
    opcode = escapePage + (bits >> 8 & 0xFF);
  }
  if (opcode >= numOpcodes || !instructions[opcode].exists)
    return "unknown opcode";
  const FormatInfo &format =
      formats[static_cast<unsigned>(instructions[opcode].format)];
  uint64_t words = format.words;
  if (words > available)
    return "the code ends inside an instruction";
  if (words == 2)
    bits |= static_cast<uint64_t>(loadWord(code + 4)) << 32;
  if (bits & format.unused)
    return "a byte that has no meaning is not zero";

  instruction = Instruction(static_cast<Opcode>(opcode));
  const char *error = nullptr;
  // Takes the literal word of a field that says it has one.
  auto takeLiteral = [&]() -> uint32_t {
    if (words >= available) {
      error = "the code ends inside an instruction";
      return 0;
    }
    return loadWord(code + 4 * words++);
  };
  for (unsigned i = 0; i != format.numFields; ++i) {
    const Field &field = format.fields[i];
    uint64_t raw = bits >> 8 * (field.position & 7);
    switch (field.kind) {
    case FieldKind::Reg:
      instruction.reg[field.slot] = raw & 0xFF;
      if ((raw & 0xFF) >= numRegisters)
        return "a register number is over 63";
      break;
    case FieldKind::Slide:
      instruction.reg[0] = raw & 0xFF;
      if ((raw & 0xFF) == 0 || (raw & 0xFF) > numRegisters)
        return "a slide is not from 1 to 64";
      break;
    case FieldKind::Imm8:
      instruction.imm = static_cast<int8_t>(raw);
      break;
    case FieldKind::Imm8L:
    case FieldKind::Label8L: {
      int64_t value = static_cast<int8_t>(raw);
      if (value == -128) {
        value = static_cast<int32_t>(takeLiteral());
        if (error == nullptr && value > -128 && value < 128)
          return "a literal word holds what fits into a byte";
      }
      if (field.kind == FieldKind::Imm8L)
        instruction.imm = value;
      else
        instruction.label = static_cast<int32_t>(value);
      break;
    }
    case FieldKind::Imm16:
      instruction.imm = static_cast<int16_t>(raw);
      break;
    case FieldKind::Imm64:
      instruction.imm = static_cast<int64_t>(
          loadWord(code + 4) | static_cast<uint64_t>(loadWord(code + 8)) << 32);
      if (instruction.imm == static_cast<int32_t>(instruction.imm))
        return "a 64-bit literal holds what fits into 32 bits";
      break;
    case FieldKind::Label16:
      instruction.label = static_cast<int16_t>(raw);
      break;
    case FieldKind::Label24:
      instruction.label = static_cast<int32_t>(raw << 8) >> 8;
      break;
    case FieldKind::Index8L:
      instruction.imm = raw & 0xFF;
      if (instruction.imm == 0xFF) {
        instruction.imm = takeLiteral();
        if (error == nullptr && instruction.imm < 0xFF)
          return "a literal word holds what fits into a byte";
      }
      break;
    case FieldKind::Index16L:
      instruction.imm = raw & 0xFFFF;
      if (instruction.imm == 0xFFFF) {
        instruction.imm = takeLiteral();
        if (error == nullptr && instruction.imm < 0xFFFF)
          return "a literal word holds what fits into two bytes";
      }
      break;
    case FieldKind::Table:
      instruction.imm = raw & 0xFFFF;
      if (available - words < static_cast<uint64_t>(instruction.imm) + 1)
        return "the code ends inside an instruction";
      instruction.table = reinterpret_cast<const int32_t *>(code + 4 * words);
      words += static_cast<uint64_t>(instruction.imm) + 1;
      break;
    }
  }
  instruction.words = static_cast<uint32_t>(words);
  return error;
}

const char *encode(Instruction &instruction, uint32_t *words) {
  unsigned opcode = static_cast<unsigned>(instruction.opcode);
  const FormatInfo &format = getFormat(instruction.opcode);
  uint64_t bits =
      opcode < escapePage ? opcode : escapeByte | (opcode & 0xFF) << 8;
  unsigned length = format.words;
  bool hasLiteral = false;
  uint32_t literal = 0;
  for (unsigned i = 0; i != format.numFields; ++i) {
    const Field &field = format.fields[i];
    unsigned shift = 8 * (field.position & 7);
    int64_t value = instruction.imm;
    if (field.kind == FieldKind::Label8L || field.kind == FieldKind::Label16 ||
        field.kind == FieldKind::Label24)
      value = instruction.label;
    uint64_t raw = static_cast<uint64_t>(value);
    switch (field.kind) {
    case FieldKind::Reg:
      raw = instruction.reg[field.slot];
      if (raw >= numRegisters)
        return "register number over 63";
      break;
    case FieldKind::Slide:
      raw = instruction.reg[0];
      if (raw == 0 || raw > numRegisters)
        return "slide is not from 1 to 64";
      break;
    case FieldKind::Imm8:
      if (value != static_cast<int8_t>(value))
        return "immediate does not fit 8 signed bits";
      raw &= 0xFF;
      break;
    case FieldKind::Imm8L:
    case FieldKind::Label8L:
      if (value != static_cast<int32_t>(value))
        return "immediate does not fit 32 signed bits";
      hasLiteral = value < -127 || value > 127;
      literal = static_cast<uint32_t>(value);
      raw = hasLiteral ? 0x80 : raw & 0xFF;
      break;
    case FieldKind::Imm16:
    case FieldKind::Label16:
      if (value != static_cast<int16_t>(value))
        return field.kind == FieldKind::Imm16
                   ? "immediate does not fit 16 signed bits"
                   : "label is too far away";
      raw &= 0xFFFF;
      break;
    case FieldKind::Label24:
      if (value < -0x800000 || value > 0x7FFFFF)
        return "label is too far away";
      raw &= 0xFFFFFF;
      break;
    case FieldKind::Imm64:
      if (value == static_cast<int32_t>(value))
        return "immediate fits 32 bits: use li";
      words[1] = static_cast<uint32_t>(raw);
      words[2] = static_cast<uint32_t>(raw >> 32);
      raw = 0;
      break;
    case FieldKind::Index8L:
    case FieldKind::Index16L: {
      uint64_t limit = field.kind == FieldKind::Index8L ? 0xFF : 0xFFFF;
      if (raw > 0xFFFFFFFF)
        return "index does not fit 32 bits";
      hasLiteral = raw >= limit;
      literal = static_cast<uint32_t>(raw);
      raw = hasLiteral ? limit : raw;
      break;
    }
    case FieldKind::Table:
      if (raw > 0xFFFF)
        return "table has more than 65536 labels";
      length += static_cast<unsigned>(raw) + 1;
      break;
    }
    bits |= raw << shift;
  }
  words[0] = static_cast<uint32_t>(bits);
  if (format.words == 2)
    words[1] = static_cast<uint32_t>(bits >> 32);
  if (hasLiteral)
    words[length++] = literal;
  instruction.words = length;
  return nullptr;
}

} // namespace flux::isa
