//===- Code.h - machine code of the virtual machine ------------*- C++ -*-===//
//
// Functions between LLVM IR and the assembler of runtime/bytecode: instructions
// of the machine on as many registers as it takes, blocks, and a few operations
// that become moves and calls when registers are known.  It is no MLIR dialect:
// docs/RationaleVM.md tells why.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_TARGET_BYTECODE_CODE_H
#define FLUX_LIB_TARGET_BYTECODE_CODE_H

#include "../CallTable.h"
#include "runtime/isa/Isa.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace llvm {
class DominatorTree;
class LoopInfo;
class ScalarEvolution;
} // namespace llvm

namespace flux::fbc {

using isa::Opcode;

/// A register: of the machine below `firstVirtual`, virtual from there on.
using Reg = uint32_t;
inline constexpr Reg firstVirtual = isa::numRegisters, noReg = ~0u;
inline constexpr uint32_t noBlock = ~0u;
inline constexpr int32_t noSlot = -1;

/// What is no single instruction of the machine.
enum class Pseudo : uint8_t {
  None,       ///< it is one
  Params,     ///< outs = the arguments
  Copies,     ///< outs = ins, all at once
  Call,       ///< outs = function number imm of ins
  CallNumber, ///< outs = the function with the number in the last of ins
  CallImport, ///< outs = import imm of ins
  Return,     ///< returns ins
  Address,    ///< reg[0] = the address of the slot + imm
};

/// Where a copied value comes from.
struct Source {
  Reg reg = noReg; ///< noReg: the number
  int64_t number = 0;

  static Source ofReg(Reg reg) { return {reg, 0}; }
  static Source ofNumber(int64_t number) {
    return number == 0 ? Source{isa::RegZero, 0} : Source{noReg, number};
  }
  bool isNumber() const { return reg == noReg; }
};

struct Instruction {
  Pseudo pseudo = Pseudo::None;
  Opcode opcode = Opcode::NOP;
  /// rd, rs1, rs2, and rs3 or ro, as in isa::Instruction.
  Reg reg[4] = {noReg, noReg, noReg, noReg};
  int64_t imm = 0;
  /// The slot of the frame that takes the place of rs1 in an access.
  int32_t slot = noSlot;
  uint32_t target = noBlock;
  llvm::SmallVector<uint32_t, 0> table; ///< of BR_TABLE, the default last
  llvm::SmallVector<Source, 0> ins;
  llvm::SmallVector<Reg, 0> outs;
  uint32_t place = 0; ///< number of the place in the document; 0: none

  bool isReal() const { return pseudo == Pseudo::None; }
  bool isCall() const {
    return pseudo == Pseudo::Call || pseudo == Pseudo::CallNumber ||
           pseudo == Pseudo::CallImport;
  }
  /// Calls \p visit with each register that is read.
  template <class Visit>
  void forEachUse(Visit visit) {
    if (isReal()) {
      unsigned uses = isa::getInfo(opcode).uses;
      for (unsigned i = 0; i != 4; ++i)
        if (uses >> i & 1 && reg[i] != noReg)
          visit(reg[i]);
    }
    for (Source &source : ins)
      if (!source.isNumber())
        visit(source.reg);
  }
  /// Calls \p visit with each register that is written.
  template <class Visit>
  void forEachDef(Visit visit) {
    unsigned defs = isReal()                    ? isa::getInfo(opcode).defs
                    : pseudo == Pseudo::Address ? 1
                                                : 0;
    for (unsigned i = 0; i != 4; ++i)
      if (defs >> i & 1 && reg[i] != noReg)
        visit(reg[i]);
    for (Reg out : outs)
      visit(out);
  }
};

struct Block {
  std::vector<Instruction> code;
  llvm::SmallVector<uint32_t, 2> successors;
  unsigned loopDepth = 0;
};

/// A part of the frame.
struct Slot {
  uint64_t size = 8;
  int64_t offset = 0; ///< from the frame pointer, when the frame is laid out
};

struct Function {
  std::string name;
  unsigned args = 0, results = 0;
  std::vector<Block> blocks; ///< by number; 0 is the entry
  std::vector<uint32_t> order;
  std::vector<Slot> slots;
  bool hasDynamicFrame = false; ///< ALLOCA is used
  Reg numRegisters = firstVirtual;

  Reg makeRegister() { return numRegisters++; }
};

struct Import {
  std::string name;
  unsigned args = 0, results = 0;
};

/// Prints \p function for --emit=fbc.
void print(const Function &function, llvm::ArrayRef<std::string> names,
           llvm::ArrayRef<Import> imports, const CallTableData &places,
           llvm::raw_ostream &os);

/// Gives every virtual register a register of the machine or a slot, and makes
/// instructions of the machine of all others.  Labels stay blocks.
void allocateRegisters(Function &function);

/// Replaces questions for the class of a float by comparisons of its bits.
void expandFloatClasses(llvm::Module &module);

/// Lets innermost loops that count an index for one element a turn count the
/// element's address.
void countByAddresses(llvm::LoopInfo &loops, llvm::DominatorTree &tree,
                      llvm::ScalarEvolution &evolution);

/// Writes \p function, which has registers, as the assembler reads it.
void writeAssembly(const Function &function, llvm::ArrayRef<std::string> names,
                   llvm::ArrayRef<Import> imports, llvm::raw_ostream &os);

/// Writes \p places, which instructions name by number, as the assembler reads
/// them.
void writePlaces(const CallTableData &places, llvm::raw_ostream &os);

/// \p text between quotes, as the assembler reads it.
void quote(llvm::StringRef text, llvm::raw_ostream &os);

/// What a jump does in the opposite case, NOP if \p opcode is no such jump.
Opcode invertJump(Opcode opcode);

} // namespace flux::fbc

#endif // FLUX_LIB_TARGET_BYTECODE_CODE_H
