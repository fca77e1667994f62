//===- IsaTest.cpp - instructions as words and text -----------------------===//

#include "runtime/isa/Encoder.h"
#include "gtest/gtest.h"
#include <cstring>
#include <string>
#include <vector>

using namespace flux::isa;

namespace {

/// Every opcode.
std::vector<Opcode> allOpcodes() {
  std::vector<Opcode> result;
  for (unsigned i = 0; i != numOpcodes; ++i)
    if (getInfo(static_cast<Opcode>(i)).exists)
      result.push_back(static_cast<Opcode>(i));
  return result;
}

bool hasField(Opcode opcode, FieldKind kind) {
  const FormatInfo &format = getFormat(opcode);
  for (unsigned i = 0; i != format.numFields; ++i)
    if (format.fields[i].kind == kind)
      return true;
  return false;
}

std::string decodeWords(const uint32_t *words, uint64_t count,
                        Instruction &instruction) {
  const char *error =
      decode(reinterpret_cast<const uint8_t *>(words), count, instruction);
  return error != nullptr ? error : "";
}

TEST(Isa, Has184BaseInstructions) {
  unsigned base = 0;
  for (Opcode opcode : allOpcodes()) {
    bool extension = getInfo(opcode).flags & IsExtension;
    EXPECT_EQ(extension, static_cast<unsigned>(opcode) >= numBaseInstructions);
    base += !extension;
  }
  EXPECT_EQ(base, 184u);
}

TEST(Isa, MnemonicsAreFound) {
  for (Opcode opcode : allOpcodes()) {
    Opcode found;
    const char *name = getMnemonic(opcode);
    ASSERT_TRUE(findMnemonic(name, strlen(name), found)) << name;
    EXPECT_EQ(found, opcode);
  }
  Opcode found;
  EXPECT_FALSE(findMnemonic("iad", 3, found));
  EXPECT_FALSE(findMnemonic("iaddx", 5, found));
}

TEST(Isa, RegistersAreFound) {
  EXPECT_EQ(findRegister("r0", 2), 0);
  EXPECT_EQ(findRegister("r63", 3), 63);
  EXPECT_EQ(findRegister("a0", 2), 16);
  EXPECT_EQ(findRegister("sp", 2), 2);
  EXPECT_EQ(findRegister("r64", 3), -1);
  EXPECT_EQ(findRegister("r01", 3), -1);
  EXPECT_EQ(findRegister("r", 1), -1);
}

/// Every instruction with many operands: decode(encode(x)) == x.
TEST(Isa, EncodingsRoundTrip) {
  const int64_t immediates[] = {
      0,        1,   -1,  127,   -127,  -128,       128,           32767,
      -32768,   254, 255, 65534, 65535, 0x7FFFFFFF, -0x80000000ll, 1ll << 40,
      INT64_MIN};
  const int32_t labels[] = {0, 1, -1, 127, -127, -128, 32767, -0x800000};
  int32_t table[] = {1, -5, 100};
  for (Opcode opcode : allOpcodes()) {
    unsigned good = 0;
    for (unsigned reg : {0u, 1u, 31u, 63u})
      for (int64_t imm : immediates)
        for (int32_t label : labels) {
          Instruction instruction(opcode);
          for (unsigned slot = 0; slot != 4; ++slot)
            instruction.reg[slot] = static_cast<uint8_t>((reg + slot) & 63);
          if (hasField(opcode, FieldKind::Slide))
            instruction.reg[0] = static_cast<uint8_t>(reg + 1);
          instruction.imm = imm;
          instruction.label = label;
          if (hasField(opcode, FieldKind::Table)) {
            instruction.imm = 2;
            instruction.table = table;
          }
          uint32_t words[8] = {};
          if (encode(instruction, words) != nullptr)
            continue;
          for (unsigned i = 0; i != 3 && instruction.table != nullptr; ++i)
            words[1 + i] = static_cast<uint32_t>(table[i]);
          Instruction decoded;
          ASSERT_EQ(decodeWords(words, instruction.words, decoded), "")
              << getMnemonic(opcode);
          ++good;
          EXPECT_EQ(decoded.opcode, opcode);
          EXPECT_EQ(decoded.words, instruction.words);
          const FormatInfo &format = getFormat(opcode);
          for (unsigned i = 0; i != format.numFields; ++i) {
            const Field &field = format.fields[i];
            if (field.kind == FieldKind::Reg)
              EXPECT_EQ(decoded.reg[field.slot], instruction.reg[field.slot]);
            else if (field.kind == FieldKind::Slide)
              EXPECT_EQ(decoded.reg[0], instruction.reg[0]);
            else if (field.kind == FieldKind::Label8L ||
                     field.kind == FieldKind::Label16 ||
                     field.kind == FieldKind::Label24)
              EXPECT_EQ(decoded.label, label);
            else
              EXPECT_EQ(decoded.imm, instruction.imm);
          }
          // A word less is refused.
          Instruction cut;
          EXPECT_NE(decodeWords(words, instruction.words - 1, cut), "");
        }
    EXPECT_GE(good, 4u) << getMnemonic(opcode);
  }
}

/// Bytes without a meaning and registers over 63 are refused everywhere.
TEST(Isa, WrongBytesAreRefused) {
  for (Opcode opcode : allOpcodes()) {
    Instruction instruction(opcode);
    if (hasField(opcode, FieldKind::Slide))
      instruction.reg[0] = 8;
    if (hasField(opcode, FieldKind::Imm64))
      instruction.imm = 1ll << 33;
    int32_t zero = 0;
    if (hasField(opcode, FieldKind::Table))
      instruction.table = &zero;
    uint32_t words[4] = {};
    ASSERT_EQ(encode(instruction, words), nullptr);
    const FormatInfo &format = getFormat(opcode);
    for (unsigned byte = 1; byte != 4u * format.words && byte != 8; ++byte) {
      uint32_t changed[4];
      memcpy(changed, words, sizeof words);
      changed[byte / 4] |= 0xC0u << 8 * (byte % 4);
      Instruction decoded;
      bool isRegister = false;
      for (unsigned i = 0; i != format.numFields; ++i)
        isRegister |= format.fields[i].position == byte &&
                      (format.fields[i].kind == FieldKind::Reg ||
                       format.fields[i].kind == FieldKind::Slide);
      if (isRegister || !(format.usedBytes >> byte & 1))
        EXPECT_NE(decodeWords(changed, 4, decoded), "")
            << getMnemonic(opcode) << " byte " << byte;
    }
  }
}

TEST(Isa, EncodingsAreUnique) {
  Instruction decoded;
  const uint32_t longImmediate[] = {0x800000B9, 5}; // li r0, 5 with a word
  EXPECT_EQ(decodeWords(longImmediate, 2, decoded),
            "a literal word holds what fits into a byte");
  const uint32_t longWide[] = {0x000000BA, 5, 0};
  EXPECT_EQ(decodeWords(longWide, 3, decoded),
            "a 64-bit literal holds what fits into 32 bits");
  const uint32_t longIndex[] = {0xFFFF0871, 3};
  EXPECT_EQ(decodeWords(longIndex, 2, decoded),
            "a literal word holds what fits into two bytes");
  for (uint32_t word : {0xF1u, 0xFFu, 0x15F0u, 0xFFF0u}) {
    const uint32_t words[] = {word, 0};
    EXPECT_EQ(decodeWords(words, 2, decoded), "unknown opcode");
  }
}

TEST(Isa, TextShowsOperands) {
  auto text = [](Instruction instruction) {
    char buffer[maxTextLength];
    return std::string(buffer, formatInstruction(buffer, instruction, 10));
  };
  Instruction add(Opcode::IADD);
  add.reg[0] = 16, add.reg[1] = 17, add.reg[2] = 0;
  EXPECT_EQ(text(add), "iadd r16, r17, r0");
  Instruction load(Opcode::LOAD);
  load.reg[0] = 16, load.reg[1] = 6;
  EXPECT_EQ(text(load), "load r16, [r6]");
  load.imm = -8;
  EXPECT_EQ(text(load), "load r16, [r6-8]");
  Instruction store(Opcode::STORE8);
  store.reg[2] = 1, store.reg[1] = 2, store.imm = 300;
  EXPECT_EQ(text(store), "store8 r1, [r2+300]");
  Instruction branch(Opcode::BLTI);
  branch.reg[1] = 5, branch.imm = -3, branch.label = -4;
  EXPECT_EQ(text(branch), "blti r5, -3, L6");
  Instruction call(Opcode::CALLI);
  call.reg[0] = 20, call.imm = 7;
  EXPECT_EQ(text(call), "calli 20, 7");
}

TEST(Isa, EncoderChecks) {
  uint32_t words[8];
  Encoder encoder(words, 8);
  encoder.iadd_(16, 17, 18);
  encoder.li_(16, 1000);
  EXPECT_EQ(encoder.size, 3u);
  EXPECT_EQ(words[0], 0x12111010u);
  EXPECT_EQ(words[2], 1000u);
  encoder.mov_(64, 0);
  EXPECT_STREQ(encoder.error, "register number over 63");
  Encoder small(words, 2);
  small.li_(16, 1000);
  EXPECT_EQ(small.error, nullptr);
  small.nop_();
  EXPECT_STREQ(small.error, "no room for the code");
}

} // namespace
