//===- Text.cpp - names and the text of instructions ----------------------===//
//
// What the assembler and the disassembler share: both must agree on every name,
// and a round trip must give the same words.
//
//===----------------------------------------------------------------------===//

#include "runtime/base/Format.h"
#include "runtime/isa/Isa.h"

namespace flux::isa {

// The kernel of images needs no names, which are therefore not in its tables.
static const char *const mnemonics[numOpcodes] = {
#define FLUX_INSTRUCTION(NAME, NUMBER, MNEMONIC, ...) MNEMONIC,
#define FLUX_NO_INSTRUCTION(NUMBER) nullptr,
#include "runtime/isa/ISATables.inc"
};

const char *getMnemonic(Opcode opcode) {
  return mnemonics[static_cast<unsigned>(opcode)];
}

const char *getRegisterName(unsigned reg) {
  static const char *const names[numRegisters] = {
#define FLUX_REGISTER(NUMBER, NAME, SPECIAL, WRITABLE) NAME,
#include "runtime/isa/ISATables.inc"
  };
  return names[reg];
}

static bool isName(const char *name, uint64_t length, const char *text) {
  for (uint64_t i = 0; i != length; ++i)
    if (text[i] == '\0' || text[i] != name[i])
      return false;
  return text[length] == '\0';
}

bool findMnemonic(const char *name, uint64_t length, Opcode &opcode) {
  for (unsigned i = 0; i != numOpcodes; ++i)
    if (mnemonics[i] != nullptr && isName(name, length, mnemonics[i])) {
      opcode = static_cast<Opcode>(i);
      return true;
    }
  return false;
}

int findRegister(const char *name, uint64_t length) {
  for (unsigned i = 0; i != numRegisters; ++i)
    if (isName(name, length, getRegisterName(i)))
      return static_cast<int>(i);
  if (length < 2 || length > 3 || name[0] != 'r')
    return -1;
  unsigned number = 0;
  for (uint64_t i = 1; i != length; ++i) {
    if (name[i] < '0' || name[i] > '9')
      return -1;
    number = 10 * number + static_cast<unsigned>(name[i] - '0');
  }
  bool leadingZero = length == 3 && name[1] == '0';
  return number < numRegisters && !leadingZero ? static_cast<int>(number) : -1;
}

namespace {
struct Writer {
  char *at;

  void text(const char *text) {
    while (*text != '\0')
      *at++ = *text++;
  }
  void number(int64_t value) { at += rt::formatI64(at, value); }
};
} // namespace

unsigned formatInstruction(char *out, const Instruction &instruction,
                           uint64_t pc) {
  Writer writer = {out};
  const FormatInfo &format = getFormat(instruction.opcode);
  writer.text(getMnemonic(instruction.opcode));
  for (unsigned i = 0; i != format.numFields; ++i) {
    const Field &field = format.fields[i];
    bool base =
        format.memory && field.slot == 1 && field.kind == FieldKind::Reg;
    bool offset = format.memory && field.kind == FieldKind::Imm8L;
    if (field.kind == FieldKind::Table)
      break;
    if (offset && instruction.imm == 0) {
      writer.text("]");
      continue;
    }
    writer.text(i == 0 ? " " : offset ? instruction.imm < 0 ? "" : "+" : ", ");
    switch (field.kind) {
    case FieldKind::Reg:
      writer.text(base ? "[r" : "r");
      writer.number(instruction.reg[field.slot]);
      break;
    case FieldKind::Slide:
      writer.number(instruction.reg[0]);
      break;
    case FieldKind::Label8L:
    case FieldKind::Label16:
    case FieldKind::Label24:
      writer.text("L");
      writer.number(static_cast<int64_t>(pc) + instruction.label);
      break;
    default:
      writer.number(instruction.imm);
      if (offset)
        writer.text("]");
    }
  }
  return static_cast<unsigned>(writer.at - out);
}

} // namespace flux::isa
