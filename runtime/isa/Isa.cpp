//===- Isa.cpp - instructions from words and back -------------------------===//
//
// One decoder for all engines: each field of a format is taken from its place,
// and whatever has no field must be zero, so that an instruction has exactly
// one encoding.
//
//===----------------------------------------------------------------------===//

#include "runtime/isa/Isa.h"
#include "runtime/base/ForSize.h"
#include "runtime/base/Texts.h"

namespace flux::isa {

#define MALFORMED(EXACT) FLUX_REASON("an instruction is malformed", EXACT)

#define FLUX_FIELDS(...) {__VA_ARGS__}
const FormatInfo formats[] = {
#define FLUX_FORMAT(NAME, WORDS, MEMORY, USED, COUNT, FIELDS)                  \
  {WORDS, MEMORY, COUNT, USED, FIELDS},
#include "runtime/isa/ISATables.inc"
};

uint64_t FormatInfo::getUnused() const {
  // Of four bytes.
  static constexpr uint32_t masks[] = {
      0xFFFFFFFF, 0xFFFFFF00, 0xFFFF00FF, 0xFFFF0000, 0xFF00FFFF, 0xFF00FF00,
      0xFF0000FF, 0xFF000000, 0x00FFFFFF, 0x00FFFF00, 0x00FF00FF, 0x00FF0000,
      0x0000FFFF, 0x0000FF00, 0x000000FF, 0x00000000};
  return masks[usedBytes & 15] | uint64_t(masks[usedBytes >> 4]) << 32;
}

static constexpr InstructionInfo allInstructions[] = {
#define FLUX_INSTRUCTION(NAME, NUMBER, MNEMONIC, FORMAT, KIND, CATEGORY,       \
                         FLAGS, DEFS, USES, VECTOR, POPS, PUSHES, EFFECTS)     \
  {EFFECTS, Format::FORMAT, Kind::KIND, Category::CATEGORY,                    \
   FLAGS,   VECTOR,         true,       DEFS,                                  \
   USES,    POPS,           PUSHES},
#define FLUX_NO_INSTRUCTION(NUMBER) {},
#include "runtime/isa/ISATables.inc"
};
static_assert(sizeof allInstructions == numOpcodes * sizeof(InstructionInfo));

static constexpr bool areAlike(const InstructionInfo &a,
                               const InstructionInfo &b) {
  return a.effects == b.effects && a.format == b.format && a.kind == b.kind &&
         a.category == b.category && a.flags == b.flags &&
         a.vector == b.vector && a.exists == b.exists && a.defs == b.defs &&
         a.uses == b.uses && a.pops == b.pops && a.pushes == b.pushes;
}

static constexpr InstructionTable shareRows() {
  InstructionTable table = {};
  unsigned count = 0;
  for (unsigned i = 0; i != numOpcodes; ++i) {
    unsigned row = 0;
    while (row != count && !areAlike(table.rows[row], allInstructions[i]))
      ++row;
    if (row == count)
      table.rows[count++] = allInstructions[i];
    table.rowOf[i] = static_cast<uint8_t>(row);
  }
  return table;
}
constexpr InstructionTable instructions = shareRows();
static_assert(instructions.rows[InstructionTable::numRows - 1].exists,
              "numRows is larger than what there is");

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
  static constexpr uint16_t codes[] = {
#define FLUX_TRAP_CODE(NAME, NUMBER, MESSAGE) NUMBER,
#include "runtime/isa/ISATables.inc"
  };
  static constexpr char messages[] =
#define FLUX_TRAP_CODE(NAME, NUMBER, MESSAGE) MESSAGE "\0"
#include "runtime/isa/ISATables.inc"
      ;
  for (unsigned i = 0; i != sizeof codes / sizeof codes[0]; ++i)
    if (codes[i] == code)
      return getText(messages, i);
  return nullptr;
}

const char *getEffectName(unsigned bit) {
  // By their bits.
  static constexpr char names[] =
#define FLUX_EFFECT(NAME, BIT) #NAME "\0"
#include "runtime/isa/ISATables.inc"
      ;
  return allEffects >> bit & 1 ? getText(names, bit) : nullptr;
}

const char *decode(const uint8_t *code, uint64_t available,
                   Instruction &instruction) {
  if (available == 0)
    return MALFORMED("the code ends where an instruction should begin");
  uint64_t bits = loadWord(code);
  unsigned opcode = bits & 0xFF;
  if (opcode >= escapeByte) {
    if (opcode != escapeByte)
      return MALFORMED("unknown opcode");
    opcode = escapePage + (bits >> 8 & 0xFF);
  }
  if (opcode >= numOpcodes || !getInfo(static_cast<Opcode>(opcode)).exists)
    return MALFORMED("unknown opcode");
  const FormatInfo &format = getFormat(static_cast<Opcode>(opcode));
  uint64_t words = format.words;
  if (words > available)
    return MALFORMED("the code ends inside an instruction");
  if (words == 2)
    bits |= static_cast<uint64_t>(loadWord(code + 4)) << 32;
  if (bits & format.getUnused())
    return MALFORMED("a byte that has no meaning is not zero");

  instruction = Instruction(static_cast<Opcode>(opcode));
  const char *error = nullptr;
  // Takes the literal word of a field that says it has one.
  auto takeLiteral = [&]() -> uint32_t {
    if (words >= available) {
      error = MALFORMED("the code ends inside an instruction");
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
        return MALFORMED("a register number is over 63");
      break;
    case FieldKind::Slide:
      instruction.reg[0] = raw & 0xFF;
      if ((raw & 0xFF) == 0 || (raw & 0xFF) > numRegisters)
        return MALFORMED("a slide is not from 1 to 64");
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
          return MALFORMED("a literal word holds what fits into a byte");
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
        return MALFORMED("a 64-bit literal holds what fits into 32 bits");
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
          return MALFORMED("a literal word holds what fits into a byte");
      }
      break;
    case FieldKind::Index16L:
      instruction.imm = raw & 0xFFFF;
      if (instruction.imm == 0xFFFF) {
        instruction.imm = takeLiteral();
        if (error == nullptr && instruction.imm < 0xFFFF)
          return MALFORMED("a literal word holds what fits into two bytes");
      }
      break;
    case FieldKind::Table:
      instruction.imm = raw & 0xFFFF;
      if (available - words < static_cast<uint64_t>(instruction.imm) + 1)
        return MALFORMED("the code ends inside an instruction");
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
