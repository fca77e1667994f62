//===- Write.cpp - code as text -------------------------------------------===//
//
// The assembler of runtime/bytecode encodes code, finds what holds at blocks
// and adds up effects; so the last form of code here is its text.  Jumps that
// lead to the next block, and blocks that only jump on, are left out.
//
//===----------------------------------------------------------------------===//

#include "Code.h"
#include "runtime/bytecode/Package.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace flux;
using namespace flux::fbc;
namespace isa = flux::isa;

Opcode flux::fbc::invertJump(Opcode opcode) {
  static constexpr std::pair<Opcode, Opcode> opposites[] = {
      {Opcode::BEQ, Opcode::BNE},   {Opcode::BLT, Opcode::BGE},
      {Opcode::BLTU, Opcode::BGEU}, {Opcode::BEQI, Opcode::BNEI},
      {Opcode::BLTI, Opcode::BGEI}, {Opcode::BLTUI, Opcode::BGEUI},
      {Opcode::JZ, Opcode::JNZ},    {Opcode::JE, Opcode::JNE},
      {Opcode::JG, Opcode::JLE},    {Opcode::JL, Opcode::JGE},
      {Opcode::JA, Opcode::JBE},    {Opcode::JB, Opcode::JAE},
  };
  for (auto [a, b] : opposites) {
    if (a == opcode)
      return b;
    if (b == opcode)
      return a;
  }
  return Opcode::NOP;
}

namespace {

class Writer {
public:
  Writer(const Function &function, llvm::ArrayRef<std::string> names,
         llvm::ArrayRef<Import> imports, llvm::raw_ostream &os)
      : function(function), names(names), imports(imports), os(os) {}
  void run();

private:
  void findReached();
  /// Where a jump to \p block ends.
  uint32_t follow(uint32_t block) const;
  void write(const Instruction &instruction);
  void writeText(const isa::Instruction &instruction);
  void writeOpcode(Opcode opcode, int64_t imm = 0);
  void writeBlock(uint32_t index, uint32_t next);
  void writeCall(const Instruction &instruction);

  const Function &function;
  llvm::ArrayRef<std::string> names;
  llvm::ArrayRef<Import> imports;
  llvm::raw_ostream &os;
  /// True if a jump from \p from to \p target goes back, or to its own block.
  bool isBehind(uint32_t target, uint32_t from) const {
    return positions[follow(target)] <= positions[from];
  }
  std::vector<uint32_t> order;
  std::vector<uint32_t> positions; ///< of blocks in the order
  llvm::BitVector isTarget;
  uint64_t frameSize = 0;
  bool hasFrame = false;
  uint32_t placeNumber = 0;
};

} // namespace

uint32_t Writer::follow(uint32_t block) const {
  for (unsigned steps = 0; steps != 16; ++steps) {
    const std::vector<Instruction> &code = function.blocks[block].code;
    if (block == 0 || code.size() != 1 || !code[0].isReal() ||
        code[0].opcode != Opcode::JMP)
      break;
    block = code[0].target;
  }
  return block;
}

void Writer::findReached() {
  llvm::BitVector reached(static_cast<unsigned>(function.blocks.size()));
  std::vector<uint32_t> work = {0};
  reached.set(0);
  auto reach = [&](uint32_t target) {
    target = follow(target);
    if (reached.test(target))
      return;
    reached.set(target);
    work.push_back(target);
  };
  while (!work.empty()) {
    uint32_t index = work.back();
    work.pop_back();
    for (const Instruction &instruction : function.blocks[index].code) {
      if (instruction.target != noBlock)
        reach(instruction.target);
      for (uint32_t target : instruction.table)
        reach(target);
    }
  }
  positions.resize(function.blocks.size());
  for (uint32_t index : function.order)
    if (reached.test(index)) {
      positions[index] = static_cast<uint32_t>(order.size());
      order.push_back(index);
    }
}

void Writer::writeText(const isa::Instruction &instruction) {
  char text[isa::maxTextLength];
  unsigned length = isa::formatInstruction(text, instruction, 0);
  os << "  " << llvm::StringRef(text, length);
}

void Writer::writeOpcode(Opcode opcode, int64_t imm) {
  isa::Instruction instruction(opcode);
  instruction.imm = imm;
  writeText(instruction);
  os << '\n';
}

void Writer::writeCall(const Instruction &instruction) {
  os << "  ";
  switch (instruction.pseudo) {
  case Pseudo::Call:
    os << "calli " << instruction.reg[0] << ", "
       << names[static_cast<size_t>(instruction.imm)];
    break;
  case Pseudo::CallImport:
    os << "call_ext " << instruction.reg[0] << ", import."
       << imports[static_cast<size_t>(instruction.imm)].name;
    break;
  default:
    os << "call " << instruction.reg[0] << ", r" << instruction.reg[1] << ", "
       << instruction.ins.size() << "->" << instruction.outs.size();
  }
  os << '\n';
}

void Writer::write(const Instruction &instruction) {
  if (instruction.place != 0 && instruction.place != placeNumber) {
    placeNumber = instruction.place;
    os << ".at " << placeNumber << '\n';
  }
  if (instruction.isCall())
    return writeCall(instruction);
  if (instruction.pseudo == Pseudo::Return) {
    if (hasFrame)
      writeOpcode(Opcode::LEAVE);
    return writeOpcode(Opcode::RET);
  }
  isa::Instruction real(instruction.opcode);
  for (unsigned i = 0; i != 4; ++i)
    real.reg[i] = static_cast<uint8_t>(
        instruction.reg[i] == noReg ? 0 : instruction.reg[i]);
  real.imm = instruction.imm;
  if (instruction.opcode == Opcode::BR_TABLE) {
    os << "  br_table r" << instruction.reg[1];
    for (uint32_t target : instruction.table)
      os << ", L" << follow(target);
    os << '\n';
    return;
  }
  if (instruction.target != noBlock)
    real.label = static_cast<int32_t>(follow(instruction.target));
  writeText(real);
  os << '\n';
}

void Writer::writeBlock(uint32_t index, uint32_t next) {
  if (isTarget.test(index))
    os << 'L' << index << ":\n";
  const std::vector<Instruction> &code = function.blocks[index].code;
  for (size_t i = 0; i != code.size(); ++i) {
    const Instruction &instruction = code[i];
    bool isLast = i + 1 == code.size();
    bool isJump = instruction.isReal() && instruction.opcode == Opcode::JMP;
    if (isLast && isJump && follow(instruction.target) == next)
      return;
    // A loop that does not end at its end goes on with one jump, too.
    if (i + 2 == code.size() && instruction.target != noBlock &&
        code[i + 1].opcode == Opcode::JMP &&
        follow(code[i + 1].target) != next &&
        isBehind(code[i + 1].target, index) &&
        !isBehind(instruction.target, index)) {
      Opcode opposite = invertJump(instruction.opcode);
      if (opposite != Opcode::NOP) {
        Instruction inverted = instruction, jump = code[i + 1];
        inverted.opcode = opposite;
        std::swap(inverted.target, jump.target);
        write(inverted);
        if (follow(jump.target) != next)
          write(jump);
        return;
      }
    }
    // A jump over a jump is one jump in the opposite case.
    if (i + 2 == code.size() && instruction.target != noBlock &&
        follow(instruction.target) == next &&
        code[i + 1].opcode == Opcode::JMP) {
      Opcode opposite = invertJump(instruction.opcode);
      if (opposite != Opcode::NOP) {
        Instruction inverted = instruction;
        inverted.opcode = opposite;
        inverted.target = code[i + 1].target;
        if (follow(inverted.target) != next)
          write(inverted);
        return;
      }
    }
    write(instruction);
  }
}

void Writer::run() {
  for (const Slot &slot : function.slots)
    frameSize = std::max(frameSize, static_cast<uint64_t>(-slot.offset));
  frameSize = llvm::alignTo(frameSize, 16);
  hasFrame = frameSize != 0 || function.hasDynamicFrame;
  findReached();
  isTarget.resize(static_cast<unsigned>(function.blocks.size()));
  for (uint32_t index : order)
    for (const Instruction &instruction : function.blocks[index].code) {
      if (instruction.target != noBlock)
        isTarget.set(follow(instruction.target));
      for (uint32_t target : instruction.table)
        isTarget.set(follow(target));
    }
  os << ".func " << function.name << ' ' << function.args << " -> "
     << function.results << '\n';
  if (hasFrame)
    writeOpcode(Opcode::ENTER, static_cast<int64_t>(frameSize));
  for (size_t i = 0; i != order.size(); ++i)
    writeBlock(order[i], i + 1 != order.size() ? order[i + 1] : noBlock);
}

void flux::fbc::writeAssembly(const Function &function,
                              llvm::ArrayRef<std::string> names,
                              llvm::ArrayRef<Import> imports,
                              llvm::raw_ostream &os) {
  Writer(function, names, imports, os).run();
}

void flux::fbc::quote(llvm::StringRef text, llvm::raw_ostream &os) {
  os << '"';
  for (char c : text) {
    auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\')
      os << '\\' << c;
    else if (c == '\n')
      os << "\\n";
    else if (byte >= ' ' && byte != 0x7F)
      os << c;
    else
      os << "\\x"
         << "0123456789ABCDEF"[byte >> 4] << "0123456789ABCDEF"[byte & 15];
  }
  os << '"';
}

void flux::fbc::writePlaces(const CallTableData &places,
                            llvm::raw_ostream &os) {
  std::vector<uint32_t> depths;
  for (const rt::Place &place : places.places) {
    os << ".place " << place.line << ' ' << place.column << ' ';
    quote(places.strings.c_str() + place.function, os);
    os << ' ';
    quote(places.strings.c_str() + place.file, os);
    // Of longer chains the outer end is left out.
    uint32_t depth = place.parent != 0 ? depths[place.parent - 1] + 1 : 0;
    if (depth > bytecode::maxInlined)
      depth = 0;
    if (depth != 0)
      os << " in " << place.parent;
    os << '\n';
    depths.push_back(depth);
  }
}

//===----------------------------------------------------------------------===//
// --emit=fbc
//===----------------------------------------------------------------------===//

static void printReg(Reg reg, llvm::raw_ostream &os) {
  if (reg < firstVirtual)
    os << 'r' << reg;
  else
    os << '%' << reg - firstVirtual;
}

static void printSources(llvm::ArrayRef<Source> sources,
                         llvm::raw_ostream &os) {
  llvm::interleaveComma(sources, os, [&](const Source &source) {
    if (source.isNumber())
      os << source.number;
    else
      printReg(source.reg, os);
  });
}

/// An instruction of the machine as `results = name operands`.
static void printReal(const Instruction &instruction, llvm::raw_ostream &os) {
  const isa::InstructionInfo &info = isa::getInfo(instruction.opcode);
  const isa::FormatInfo &format = isa::getFormat(instruction.opcode);
  bool any = false;
  for (unsigned i = 0; i != 4; ++i)
    if (info.defs >> i & 1) {
      os << (any ? ", " : "");
      printReg(instruction.reg[i], os);
      any = true;
    }
  os << (any ? " = " : "") << isa::getMnemonic(instruction.opcode);
  const char *separator = " ";
  for (unsigned i = 0; i != format.numFields; ++i) {
    const isa::Field &field = format.fields[i];
    switch (field.kind) {
    case isa::FieldKind::Reg:
      if (!(info.uses >> field.slot & 1))
        continue;
      os << separator;
      if (format.memory && field.slot == 1 && instruction.slot != noSlot)
        os << "slot" << instruction.slot;
      else
        printReg(instruction.reg[field.slot], os);
      break;
    case isa::FieldKind::Label8L:
    case isa::FieldKind::Label16:
    case isa::FieldKind::Label24:
      os << separator << 'L' << instruction.target;
      break;
    case isa::FieldKind::Table:
      for (uint32_t target : instruction.table) {
        os << separator << 'L' << target;
        separator = ", ";
      }
      break;
    default:
      os << separator << instruction.imm;
    }
    separator = ", ";
  }
}

static void print(const Instruction &instruction,
                  llvm::ArrayRef<std::string> names,
                  llvm::ArrayRef<Import> imports, const CallTableData &places,
                  llvm::raw_ostream &os) {
  os << "  ";
  if (instruction.isReal()) {
    printReal(instruction, os);
  } else {
    if (instruction.pseudo == Pseudo::Address)
      printReg(instruction.reg[0], os);
    llvm::interleaveComma(instruction.outs, os,
                          [&](Reg reg) { printReg(reg, os); });
    if (!instruction.outs.empty() || instruction.pseudo == Pseudo::Address)
      os << " = ";
    switch (instruction.pseudo) {
    case Pseudo::Params:
      os << "arguments";
      break;
    case Pseudo::Copies:
      os << "copy ";
      break;
    case Pseudo::Call:
      os << "call " << names[static_cast<size_t>(instruction.imm)] << ' ';
      break;
    case Pseudo::CallNumber:
      os << "call_number ";
      break;
    case Pseudo::CallImport:
      os << "call_import " << imports[static_cast<size_t>(instruction.imm)].name
         << ' ';
      break;
    case Pseudo::Return:
      os << "return ";
      break;
    default:
      os << "address slot" << instruction.slot << ", " << instruction.imm;
    }
    printSources(instruction.ins, os);
  }
  if (instruction.place != 0) {
    const rt::Place &place = places.places[instruction.place - 1];
    os << "  ; " << place.line << ':' << place.column;
  }
  os << '\n';
}

void flux::fbc::print(const Function &function,
                      llvm::ArrayRef<std::string> names,
                      llvm::ArrayRef<Import> imports,
                      const CallTableData &places, llvm::raw_ostream &os) {
  os << "func " << function.name << ' ' << function.args << " -> "
     << function.results << " {\n";
  for (auto [i, slot] : llvm::enumerate(function.slots))
    os << "  slot" << i << ": " << slot.size << " bytes\n";
  for (uint32_t index : function.order) {
    os << 'L' << index << ":\n";
    for (const Instruction &instruction : function.blocks[index].code)
      ::print(instruction, names, imports, places, os);
  }
  os << "}\n\n";
}
