//===- X86AssemblerTest.cpp - encodings against LLVM's disassembler -------===//
//
// Every form is written with all registers and widths, read back by LLVM, and
// compared with what it should mean.
//
//===----------------------------------------------------------------------===//

#include "lib/Target/Baseline/X86Assembler.h"
#include "flux/Target/ObjectEmitter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstPrinter.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "gtest/gtest.h"

using namespace flux;
using namespace flux::x86;

extern "C" void LLVMInitializeX86Disassembler();

namespace {

/// Reads machine code with LLVM.
class Disassembler {
public:
  Disassembler() {
    std::string error;
    machine =
        createTargetMachine(*findTarget("x86_64-linux"), OptLevel::O0, error);
    LLVMInitializeX86Disassembler();
    const llvm::Target &target = machine->getTarget();
    const llvm::Triple &triple = machine->getTargetTriple();
    context = std::make_unique<llvm::MCContext>(triple, machine->getMCAsmInfo(),
                                                machine->getMCRegisterInfo(),
                                                machine->getMCSubtargetInfo());
    disassembler.reset(
        target.createMCDisassembler(*machine->getMCSubtargetInfo(), *context));
    constexpr unsigned intelSyntax = 1;
    printer.reset(target.createMCInstPrinter(
        triple, intelSyntax, *machine->getMCAsmInfo(),
        *machine->getMCInstrInfo(), *machine->getMCRegisterInfo()));
  }

  /// The one instruction that \p code consists of.
  std::string read(llvm::ArrayRef<uint8_t> code) {
    llvm::MCInst inst;
    uint64_t size = 0;
    if (disassembler->getInstruction(inst, size, code, 0, llvm::nulls()) !=
        llvm::MCDisassembler::Success)
      return "no instruction: " + llvm::toHex(code);
    if (size != code.size())
      return "more than one instruction: " + llvm::toHex(code);
    std::string text;
    llvm::raw_string_ostream os(text);
    printer->printInst(&inst, 0, "", *machine->getMCSubtargetInfo(), os);
    std::string result;
    for (char c : text)
      if (c != '\t')
        result += c;
      else if (!result.empty())
        result += ' ';
    return result;
  }

private:
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::MCContext> context;
  std::unique_ptr<llvm::MCDisassembler> disassembler;
  std::unique_ptr<llvm::MCInstPrinter> printer;
};

/// An assembler with memory that grows in small steps.
class Code {
public:
  Code() : assembler(grow, this) {
    bytes.resize(16);
    assembler.setBuffer(bytes.data(), 0, bytes.size());
  }
  Assembler &operator*() { return assembler; }
  Assembler *operator->() { return &assembler; }
  llvm::ArrayRef<uint8_t> get() const {
    return {bytes.data(), assembler.offset()};
  }

private:
  static void grow(Assembler &assembler, void *owner) {
    auto &bytes = static_cast<Code *>(owner)->bytes;
    uint32_t written = assembler.offset();
    bytes.resize(bytes.size() + 16);
    assembler.setBuffer(bytes.data(), written, bytes.size());
  }

  std::vector<uint8_t> bytes;
  Assembler assembler;
};

} // namespace

/// Writes one instruction and says what LLVM reads.
template <typename Emit>
static std::string say(Emit emit) {
  static Disassembler disassembler;
  Code code;
  emit(*code);
  return disassembler.read(code.get());
}

#define SAYS(TEXT, CALL) EXPECT_EQ(say([&](Assembler &as) { as.CALL; }), TEXT)

static constexpr unsigned widths[] = {1, 2, 4, 8};
static constexpr Reg registers[] = {RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI,
                                    R8,  R9,  R10, R11, R12, R13, R14, R15};

static std::string name(unsigned width, Reg reg) {
  static constexpr const char *low[] = {"ax", "cx", "dx", "bx",
                                        "sp", "bp", "si", "di"};
  static constexpr const char *bytes[] = {"al",  "cl",  "dl",  "bl",
                                          "spl", "bpl", "sil", "dil"};
  if (reg >= R8)
    return "r" + std::to_string(reg) +
           (width == 1   ? "b"
            : width == 2 ? "w"
            : width == 4 ? "d"
                         : "");
  if (width == 1)
    return bytes[reg];
  return (width == 2 ? "" : width == 4 ? "e" : "r") + std::string(low[reg]);
}

static std::string xmm(unsigned reg) { return "xmm" + std::to_string(reg); }

static std::string pointer(unsigned width) {
  return width == 1   ? "byte ptr "
         : width == 2 ? "word ptr "
         : width == 4 ? "dword ptr "
                      : "qword ptr ";
}

TEST(X86Assembler, RegistersOfAllWidths) {
  for (unsigned width : widths)
    for (Reg a : registers)
      for (Reg b : registers) {
        std::string x = name(width, a), y = name(width, b);
        SAYS("add " + x + ", " + y, alu(Alu::Add, width, a, b));
        SAYS("cmp " + x + ", " + y, alu(Alu::Cmp, width, a, b));
        SAYS("test " + x + ", " + y, test(width, a, b));
        if (width >= 4)
          SAYS("mov " + x + ", " + y, mov(width, a, b));
        if (width == 1)
          continue;
        SAYS("imul " + x + ", " + y, imul(width, a, b));
        SAYS("imul " + x + ", " + y + ", 100", imul(width, a, b, 100));
        SAYS("imul " + x + ", " + y + ", 1000", imul(width, a, b, 1000));
        if (width < 4)
          continue;
        SAYS("cmovg " + x + ", " + y, cmov(Cond::G, width, a, b));
        SAYS("bsr " + x + ", " + y, bsr(width, a, b));
        SAYS("bsf " + x + ", " + y, bsf(width, a, b));
        SAYS("popcnt " + x + ", " + y, popcnt(width, a, b));
        SAYS("shld " + x + ", " + y + ", cl",
             doubleShiftByCL(false, width, a, b));
        SAYS("shrd " + x + ", " + y + ", cl",
             doubleShiftByCL(true, width, a, b));
      }
}

TEST(X86Assembler, OneRegister) {
  for (Reg a : registers) {
    for (unsigned width : widths) {
      std::string x = name(width, a);
      SAYS("sub " + x + ", 7", alu(Alu::Sub, width, a, 7));
      if (width > 1)
        SAYS("and " + x + ", 4660", alu(Alu::And, width, a, 0x1234));
      SAYS("neg " + x, unary(Unary::Neg, width, a));
      SAYS("not " + x, unary(Unary::Not, width, a));
      SAYS("mul " + x, unary(Unary::Mul, width, a));
      SAYS("imul " + x, unary(Unary::Imul, width, a));
      SAYS("div " + x, unary(Unary::Div, width, a));
      SAYS("idiv " + x, unary(Unary::Idiv, width, a));
      SAYS("shl " + x + ", 3", shift(Shift::Shl, width, a, 3));
      SAYS("sar " + x + ", 7", shift(Shift::Sar, width, a, 7));
      SAYS("shr " + x + ", cl", shiftByCL(Shift::Shr, width, a));
      SAYS("rol " + x + ", cl", shiftByCL(Shift::Rol, width, a));
      SAYS("ror " + x + ", 2", shift(Shift::Ror, width, a, 2));
      if (width >= 4)
        SAYS("bswap " + x, bswap(width, a));
    }
    SAYS("setbe " + name(1, a), setcc(Cond::BE, a));
    SAYS("push " + name(8, a), push(a));
    SAYS("pop " + name(8, a), pop(a));
    SAYS("call " + name(8, a), call(a));
    SAYS("xor " + name(4, a) + ", " + name(4, a), zero(a));
    SAYS("mov " + name(4, a) + ", 0", movImm(a, 0));
    SAYS("mov " + name(4, a) + ", 4294967295", movImm(a, 0xffffffff));
    SAYS("mov " + name(8, a) + ", -1", movImm(a, -1));
    SAYS("movabs " + name(8, a) + ", 81985529216486895",
         movImm(a, 0x0123456789abcdef));
  }
}

TEST(X86Assembler, Extensions) {
  for (Reg a : registers)
    for (Reg b : registers) {
      SAYS("movzx " + name(4, a) + ", " + name(1, b), zeroExtend(1, a, b));
      SAYS("movzx " + name(4, a) + ", " + name(2, b), zeroExtend(2, a, b));
      SAYS("mov " + name(4, a) + ", " + name(4, b), zeroExtend(4, a, b));
      SAYS("movsx " + name(4, a) + ", " + name(1, b), signExtend(1, 4, a, b));
      SAYS("movsx " + name(8, a) + ", " + name(1, b), signExtend(1, 8, a, b));
      SAYS("movsx " + name(8, a) + ", " + name(2, b), signExtend(2, 8, a, b));
      SAYS("movsxd " + name(8, a) + ", " + name(4, b), signExtend(4, 8, a, b));
    }
}

TEST(X86Assembler, Memory) {
  for (Reg base : registers)
    for (int32_t disp : {0, 8, -8, 1000, -100000}) {
      std::string place = "[" + name(8, base) +
                          (disp == 0  ? ""
                           : disp > 0 ? " + " + std::to_string(disp)
                                      : " - " + std::to_string(-disp)) +
                          "]";
      Mem mem = Mem::at(base, disp);
      for (unsigned width : widths) {
        std::string at = pointer(width) + place;
        for (Reg a : {RAX, RSI, R9}) {
          SAYS("mov " + at + ", " + name(width, a), store(width, mem, a));
          SAYS("add " + name(width, a) + ", " + at,
               alu(Alu::Add, width, a, mem));
          SAYS((width < 4 ? "movzx " + name(4, a) : "mov " + name(width, a)) +
                   ", " + at,
               load(width, a, mem));
          if (width > 1)
            SAYS("imul " + name(width, a) + ", " + at, imul(width, a, mem));
          SAYS("xchg " + at + ", " + name(width, a), xchg(width, mem, a));
        }
        SAYS("cmp " + at + ", 5", alu(Alu::Cmp, width, mem, 5));
        SAYS("mov " + at + ", 77", storeImm(width, mem, 77));
        SAYS("idiv " + at, unary(Unary::Idiv, width, mem));
      }
      SAYS("movsx eax, " + pointer(1) + place, loadSigned(1, 4, RAX, mem));
      SAYS("movsxd r8, " + pointer(4) + place, loadSigned(4, 8, R8, mem));
      SAYS("lea rdi, " + place, lea(RDI, mem));
      SAYS("movss xmm9, " + pointer(4) + place, loadXmm(4, 9, mem));
      SAYS("movsd " + pointer(8) + place + ", xmm1", storeXmm(8, mem, 1));
      SAYS("movups xmm15, xmmword ptr " + place, loadXmm(16, 15, mem));
      SAYS("mulsd xmm3, " + pointer(8) + place, sse(Sse::Mul, 8, 3, mem));
    }
  SAYS("mov rax, qword ptr [rbp + 8*r12 + 16]",
       load(8, RAX, Mem::indexed(RBP, R12, 3, 16)));
  SAYS("lea r13, [r13 + 4*rax]", lea(R13, Mem::indexed(R13, RAX, 2)));
  SAYS("mov byte ptr [rsp + r9], dil", store(1, Mem::indexed(RSP, R9, 0), RDI));
  SAYS("lea rax, [rip]", lea(RAX, Mem::relative()));
}

TEST(X86Assembler, Floats) {
  for (unsigned a = 0; a < 16; ++a)
    for (unsigned b = 0; b < 16; ++b) {
      std::string both = xmm(a) + ", " + xmm(b);
      SAYS("addss " + both, sse(Sse::Add, 4, a, b));
      SAYS("divsd " + both, sse(Sse::Div, 8, a, b));
      SAYS("sqrtsd " + both, sse(Sse::Sqrt, 8, a, b));
      SAYS("minss " + both, sse(Sse::Min, 4, a, b));
      SAYS("maxsd " + both, sse(Sse::Max, 8, a, b));
      SAYS("subsd " + both, sse(Sse::Sub, 8, a, b));
      SAYS("xorps " + both, bits(Bits::Xor, a, b));
      SAYS("andps " + both, bits(Bits::And, a, b));
      SAYS("orps " + both, bits(Bits::Or, a, b));
      SAYS("punpcklqdq " + both, unpackLow(a, b));
      SAYS("ucomiss " + both, compare(4, a, b));
      SAYS("ucomisd " + both, compare(8, a, b));
      SAYS("cvtss2sd " + both, convertFloat(4, a, b));
      SAYS("cvtsd2ss " + both, convertFloat(8, a, b));
      SAYS("roundsd " + both + ", 9", round(8, a, b, 9));
      SAYS("roundss " + both + ", 11", round(4, a, b, 11));
      SAYS("movaps " + both, movXmm(a, b));
      Reg reg = registers[b];
      SAYS("movq " + xmm(a) + ", " + name(8, reg), movToXmm(8, a, reg));
      SAYS("movd " + xmm(a) + ", " + name(4, reg), movToXmm(4, a, reg));
      SAYS("movq " + name(8, reg) + ", " + xmm(a), movFromXmm(8, reg, a));
      SAYS("cvtsi2sd " + xmm(a) + ", " + name(8, reg),
           convertInt(8, a, 8, reg));
      SAYS("cvtsi2ss " + xmm(a) + ", " + name(4, reg),
           convertInt(4, a, 4, reg));
      SAYS("cvttsd2si " + name(8, reg) + ", " + xmm(a), truncate(8, reg, 8, a));
      SAYS("cvttss2si " + name(4, reg) + ", " + xmm(a), truncate(4, reg, 4, a));
    }
}

TEST(X86Assembler, Control) {
  SAYS("leave", leave());
  SAYS("ret", ret());
  SAYS("ud2", ud2());
  SAYS("mfence", mfence());
  SAYS("cdq", signExtendAccumulator(4));
  SAYS("cqo", signExtendAccumulator(8));
  SAYS("jne -2", jumpTo(Cond::NE, 0));
  SAYS("jmp -2", jumpTo(0));
  SAYS("jmp 1000", jumpTo(1005));
  SAYS("jg 1000", jumpTo(Cond::G, 1006));
  SAYS("jo 0", jump(Cond::O));
  SAYS("call 0", call());
  for (unsigned size = 1; size < 10; ++size)
    EXPECT_TRUE(llvm::StringRef(say([&](Assembler &as) {
                  as.nop(size);
                })).contains("nop"));
}

TEST(X86Assembler, GrowsAndPatches) {
  Code code;
  uint32_t first = code->jump();
  for (unsigned i = 1; i <= 1000; ++i)
    code->movImm(RAX, int64_t(i) << 40 | 1);
  code->patch(first, code->offset());
  EXPECT_EQ(code.get().size(), 5u + 1000 * 10);
  uint32_t distance;
  memcpy(&distance, code.get().data() + first, 4);
  EXPECT_EQ(distance, 10000u);
}
