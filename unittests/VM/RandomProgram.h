//===- RandomProgram.h - programs that nobody wrote ------------*- C++ -*-===//
//
// Makes assembler texts that are correct, from any bytes: the engines must
// agree on what they do, whatever that is.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_UNITTESTS_VM_RANDOMPROGRAM_H
#define FLUX_UNITTESTS_VM_RANDOMPROGRAM_H

#include "runtime/isa/Isa.h"
#include <string>
#include <vector>

namespace flux {

class RandomProgram {
public:
  RandomProgram(const uint8_t *data, size_t size) : data(data), size(size) {}

  std::string make() {
    text = ".stack 8192\n.calls 30\n.region 3 rw 4096\n.region 4 r 4096\n"
           ".table t 2 -> 1 f1 f2\n.import ask \"ask\" 2 -> 1 MEMORY\n";
    for (unsigned i = 0; i != numFunctions; ++i)
      function(i);
    return text;
  }

private:
  static constexpr unsigned numFunctions = 4;

  uint8_t byte() { return at < size ? data[at++] : 0; }
  unsigned below(unsigned n) { return byte() % n; }
  // Registers 20 to 31 and 48 to 55 hold something everywhere.
  std::string reg() {
    unsigned n = below(22);
    return n == 20  ? "r0"
           : n > 20 ? "err"
                    : "r" + std::to_string(n < 12 ? 20 + n : 36 + n);
  }
  std::string target() { return "r" + std::to_string(20 + below(12)); }
  std::string number() {
    static const char *const special[] = {"0",
                                          "1",
                                          "-1",
                                          "127",
                                          "-128",
                                          "128",
                                          "0x7FFFFFFFFFFFFFFF",
                                          "-0x8000000000000000",
                                          "0x80000000",
                                          "0x200000000",
                                          "0x300000000",
                                          "0x300000FF9",
                                          "0x400000010",
                                          "0x100001FF0",
                                          "1.5",
                                          "-0.0",
                                          "0x7FF8000000000001",
                                          "0x7FF0000000000000",
                                          "2",
                                          "3",
                                          "0x100000000"};
    return special[below(sizeof special / sizeof *special)];
  }
  void line(const std::string &what) { text += "  " + what + "\n"; }

  void function(unsigned number) {
    bool isHandler = number == 3, isMain = number == 0;
    unsigned args = isMain ? 0 : isHandler ? 1 : 2;
    text += ".func " + (isMain ? "main" : "f" + std::to_string(number)) + " " +
            std::to_string(args) + " -> 1 catches\n";
    for (unsigned i = 20; i != 32; ++i)
      line("li r" + std::to_string(i) + ", " + this->number());
    for (unsigned i = 48; i != 56; ++i)
      line("li r" + std::to_string(i) + ", " + this->number());
    line("li lc, " + std::to_string(below(20)));
    unsigned blocks = 2 + below(5);
    for (unsigned i = 0; i != blocks; ++i) {
      text += "b" + std::to_string(i) + ":\n";
      unsigned count = below(8);
      for (unsigned k = 0; k != count; ++k)
        instruction(isMain);
      jump(blocks, i + 1);
    }
    text += "b" + std::to_string(blocks) + ":\n";
    line("mov r16, " + reg());
    line(isHandler ? "reti" : "ret");
  }

  /// Jumps go on most of the time, or little would be reached.
  void jump(unsigned blocks, unsigned next) {
    std::string label = "b" + std::to_string(below(blocks + 1));
    static const char *const jumps[] = {"je", "jne", "jg",  "jl",  "jge", "jle",
                                        "ja", "jb",  "jae", "jbe", "jc",  "jo"};
    static const char *const branches[] = {"beq", "bne",  "blt",
                                           "bge", "bltu", "bgeu"};
    switch (below(9)) {
    case 0:
      line("cmp " + reg() + ", " + reg());
      return line(jumps[below(12)] + (" " + label));
    case 1:
      line("cmpi " + reg() + ", " +
           std::to_string(below(2) ? below(256) : 100000));
      return line(jumps[below(12)] + (" " + label));
    case 2:
      line("fcmp " + reg() + ", " + reg());
      return line(jumps[below(12)] + (" " + label));
    case 3:
      line("testi " + reg() + ", " + std::to_string(below(256)));
      return line(jumps[below(2)] + (" " + label));
    case 4:
      return line(branches[below(6)] + (" " + reg()) + ", " + reg() + ", " +
                  label);
    case 5:
      return line(branches[below(6)] + ("i " + reg()) + ", " +
                  std::to_string(int(below(255)) - 127) + ", " + label);
    case 6:
      return line("loop " + label);
    case 7:
      return line((below(2) ? "jz " : "jnz ") + reg() + ", " + label);
    default:
      return line("br_table " + reg() + ", " + label + ", b" +
                  std::to_string(below(blocks + 1)) + ", b" +
                  std::to_string(next));
    }
  }

  void instruction(bool isMain) {
    switch (below(isMain ? 13 : 11)) {
    case 0:
      return line(std::string("load") + (below(2) ? "" : "32") + " " +
                  target() + ", [" + reg() + "+" + std::to_string(below(40)) +
                  "]");
    case 1:
      return line(std::string("store") + (below(2) ? "" : "8") + " " + reg() +
                  ", [" + reg() + "-" + std::to_string(below(40)) + "]");
    case 2:
      return line("li " + target() + ", " + number());
    case 3:
      line("push " + reg());
      line("stack_alloc " + target() + ", 16");
      line("stack_free 16");
      return line("pop " + target());
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
      return value();
    case 9:
      return rare();
    case 10:
      line("syscall " + target() + ", " + reg() + ", " + reg());
      line("li r24, 0x200000000"); // of what a call made
      return line("store " + reg() + ", [r24]");
    default:
      return call();
    }
  }

  void call() {
    // A slide of 32 keeps 20 to 31; the others are made again.
    line("mov r48, " + reg());
    line("mov r49, " + reg());
    unsigned kind = below(4);
    if (kind == 3)
      line("call_ext 32, ask");
    else if (kind == 0)
      line("calli 32, f" + std::to_string(1 + below(2)));
    else if (kind == 1)
      line("li r20, " + std::to_string(below(5))), line("call 32, r20, 2->1");
    else
      line("li r20, " + std::to_string(below(3))), line("icall 32, r20, t");
    line("mov " + target() + ", r48");
    for (unsigned i = 48; i != 56; ++i)
      line("li r" + std::to_string(i) + ", " + number());
    line("li lc, " + std::to_string(below(9)));
  }

  void rare() {
    switch (below(12)) {
    case 0:
      return line("trap " + std::to_string(below(100)));
    case 1: {
      std::string label = "c" + std::to_string(caught++);
      line("catch r10, " + label);
      value();
      line("load " + target() + ", [" + reg() + "]");
      line("finally");
      line("jmp " + label + "e");
      text += label + ":\n";
      for (unsigned i = 20; i != 32; ++i)
        line("mov r" + std::to_string(i) + ", r10");
      for (unsigned i = 48; i != 56; ++i)
        line("mov r" + std::to_string(i) + ", r10");
      line("li lc, 3");
      text += label + "e:\n";
      return;
    }
    case 2:
      line("li r20, " + std::to_string(2 + below(2)));
      return line("set_handler r20");
    case 3:
      line("li r20, 77");
      return line("memset r20, r21, r0");
    case 4:
      return line("mov " + target() + ", gas");
    case 5:
      return line("vec_add r20, r24, r28");
    case 6:
      return line("cmpxchg " + target() + ", " + reg() + ", " + reg());
    case 7:
      line("enter 32");
      line("store r20, [r6-8]");
      line("alloca r21, r0");
      return line("leave");
    case 8:
      return line("region_create " + target() + ", " + reg());
    case 9:
      line("cmp " + reg() + ", " + reg());
      line("pushf");
      return line("pop " + target());
    case 10:
      return line("sys_yield");
    default:
      line("li r20, 50");
      line("li r21, 0x300000000");
      return line("memset r21, r22, r20");
    }
  }

  void value() {
    using namespace isa;
    static const std::vector<unsigned> values = [] {
      std::vector<unsigned> result;
      for (unsigned i = 0; i != numOpcodes; ++i) {
        const InstructionInfo &info = getInfo(Opcode(i));
        if (info.exists &&
            (info.kind == Kind::Value || info.kind == Kind::Overflow))
          result.push_back(i);
      }
      return result;
    }();
    unsigned chosen = values[(byte() | unsigned(byte()) << 8) % values.size()];
    const InstructionInfo &info = getInfo(Opcode(chosen));
    const FormatInfo &format = getFormat(Opcode(chosen));
    std::string result = isa::getMnemonic(isa::Opcode(chosen));
    for (unsigned i = 0; i != format.numFields; ++i) {
      const Field &field = format.fields[i];
      bool offset = format.memory && field.kind == FieldKind::Imm8L;
      result += offset ? "+" : i == 0 ? " " : ", ";
      if (field.kind == FieldKind::Reg) {
        if (format.memory && field.slot == 1)
          result += "[";
        bool isDef = field.slot == 0 || (field.slot == 3 && info.defs & 8);
        result += isDef ? below(20) == 0 && !(info.uses & 1) ? "r0" : target()
                        : reg();
      } else if (field.kind == FieldKind::Imm64) {
        result += number();
      } else {
        result += std::to_string(below(4) == 0 ? 1000 : below(200));
      }
      if (offset)
        result += "]";
    }
    line(result);
  }

  const uint8_t *data;
  size_t size, at = 0;
  unsigned caught = 0;
  std::string text;
};

} // namespace flux

#endif // FLUX_UNITTESTS_VM_RANDOMPROGRAM_H
