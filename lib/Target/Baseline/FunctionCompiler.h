//===- FunctionCompiler.h - one function to machine code -------*- C++ -*-===//
//
// One pass over the blocks.  Values are kept in registers within a block and
// within blocks that follow each other with no other way in (a region).  A
// value that is used elsewhere has a slot of its own in the frame, which is
// written where the value is made.  Calls empty all registers.
//
// A block that ends a program (the target of a failed check) is cold: it is
// written behind the others and starts with the registers as they were at the
// branch to it.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_TARGET_BASELINE_FUNCTIONCOMPILER_H
#define FLUX_LIB_TARGET_BASELINE_FUNCTIONCOMPILER_H

#include "UnitBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Operator.h"

namespace flux::baseline {

/// Registers of both kinds: 0 to 15 are integer registers, 16 to 31 vectors.
using RegID = uint8_t;
inline constexpr RegID firstXmm = 16;
/// Never hold values: for moves that must not disturb anything.
inline constexpr x86::Reg scratch = x86::R11;
inline constexpr x86::Xmm scratchXmm = 15;

/// A part of a value: where it is.
struct ValueInfo {
  int32_t slot = 0;  ///< from the frame pointer; 0: none
  uint32_t uses = 0; ///< that are still to come; of a phi, see getIncoming()
  RegID reg = x86::NoReg;
  uint8_t width = 8;
  uint8_t numParts = 1;
  bool isFloat = false;
  bool isGlobal = false;  ///< used outside of its region
  bool isAddress = false; ///< the address of `slot`, known without code
  bool ownsSlot = false;
};

/// Where a value can be read without disturbing any register.
struct Source {
  enum Kind : uint8_t { Register, Slot, Immediate, FrameAddress, Symbol } kind;
  RegID reg = x86::NoReg;
  uint8_t width = 8;
  bool isFloat = false;
  int32_t slot = 0;
  uint32_t symbol = 0;
  int64_t value = 0; ///< the bits of a constant, or the offset of a symbol
};

/// The second operand of an instruction.
struct Operand {
  enum Kind : uint8_t { Register, Immediate, Memory } kind;
  x86::Reg reg = x86::NoReg;
  int32_t imm = 0;
  x86::Mem mem;
};

/// An address in memory and the values that it is made of.
struct Address {
  x86::Mem mem;
  bool isSymbol = false;
  uint32_t symbol = 0;
  int64_t offset = 0; ///< of a symbol
  const llvm::Value *used[2] = {};
};

/// The flags that a comparison left.
struct Flags {
  x86::Cond cond = x86::Cond::NE;
  enum Parity : uint8_t { Ignored, AndNot, Or } parity = Ignored;
};

enum class Extend : uint8_t { None, Zero, Sign };

class FunctionCompiler {
public:
  explicit FunctionCompiler(UnitBuilder &unit)
      : unit(unit), as(unit.getAssembler()) {}
  /// Compiles \p function; what is not known is told to the unit.
  void run(const llvm::Function &function);

  /// True if values of this signature are passed as the compiler knows it.
  static bool hasKnownParameters(const llvm::AttributeList &attributes,
                                 const llvm::FunctionType *type,
                                 llvm::CallingConv::ID convention);

private:
  //===--- blocks (FunctionCompiler.cpp) ---------------------------------===//

  struct Snapshot {
    uint32_t value;
    RegID reg;
    int32_t slot;
  };
  struct BlockInfo {
    uint32_t offset = UINT32_MAX; ///< of its code
    uint32_t region = 0;
    uint32_t numEntries = 0; ///< edges that lead to it
    const llvm::BasicBlock *from = nullptr;
    bool isCold = false;
    bool continues = false; ///< registers hold what they held before
    uint32_t firstSnapshot = 0, numSnapshots = 0;
  };
  struct Fixup {
    uint32_t at, block;
  };

  void orderBlocks(const llvm::Function &function);
  void enterFunction(const llvm::Function &function);
  void leaveFunction();
  void compileBlock(const llvm::BasicBlock *block);
  void enterColdBlock(const BlockInfo &info);
  void compileInstruction(const llvm::Instruction &inst);
  void compileTerminator(const llvm::Instruction &inst);
  void compileBranch(const llvm::BranchInst &branch);
  void compileSwitch(const llvm::SwitchInst &inst);
  void compileCases(llvm::ArrayRef<std::pair<int64_t, unsigned>> cases,
                    const llvm::SwitchInst &inst, x86::Reg value,
                    unsigned width);
  void compileReturn(const llvm::ReturnInst &inst);
  void takeSnapshots(const llvm::Instruction &terminator);
  void finishEdges(const llvm::Instruction &terminator);
  void copyToPhis(const llvm::BasicBlock *to);
  const llvm::Value *getIncoming(const llvm::PHINode &phi);
  void copyToSlot(const Source &source, int32_t slot, unsigned width);
  void jumpTo(const llvm::BasicBlock *target);
  void jumpIf(Flags flags, const llvm::BasicBlock *target);
  void jumpUnless(Flags flags, const llvm::BasicBlock *target);
  void addFixup(uint32_t at, const llvm::BasicBlock *target);
  /// Jumps that leave here if \p flags do not hold; patched by patchAll().
  void jumpOut(Flags flags, llvm::SmallVectorImpl<uint32_t> &jumps);
  void patchAll(llvm::ArrayRef<uint32_t> jumps);
  void edgeTo(const llvm::BasicBlock *target);
  static bool hasPhis(const llvm::BasicBlock *block);
  BlockInfo &infoOf(const llvm::BasicBlock *block) {
    return blocks[block->getNumber()];
  }

  //===--- values and registers (Values.cpp) -----------------------------===//

  uint32_t getValue(const llvm::Value *value);
  uint32_t createValue(const llvm::Value *value);
  ValueInfo &infoOf(const llvm::Value *value, unsigned part = 0) {
    return values[getValue(value) + part];
  }
  /// The one part of \p value's type; fails if there are several.
  PartType partOf(const llvm::Value *value);
  RegID allocate(bool isFloat, uint32_t avoid = 0);
  x86::Reg allocateInt(uint32_t avoid = 0) {
    return x86::Reg(allocate(false, avoid));
  }
  x86::Xmm allocateFloat() { return allocate(true) - firstXmm; }
  void evict(RegID reg, uint32_t avoid = 0);
  void spill(RegID reg);
  void spillAll();
  void forgetRegisters();
  void saveToSlot(ValueInfo &info);
  int32_t newSlot();
  int32_t newOwnSlot(uint64_t size, uint64_t align);
  void pin(RegID reg) { pinned |= uint32_t(1) << reg; }
  void bind(uint32_t value, RegID reg);
  void unbind(RegID reg);

  /// A register that holds \p value, to be read only.
  RegID use(const llvm::Value *value, unsigned part = 0);
  x86::Reg useInt(const llvm::Value *value, unsigned part = 0) {
    return x86::Reg(use(value, part));
  }
  x86::Xmm useFloat(const llvm::Value *value, unsigned part = 0) {
    return use(value, part) - firstXmm;
  }
  /// A register with what \p reg holds, to be changed: \p reg itself if no
  /// value lives there any more.
  RegID reuse(RegID reg);
  /// \p value as a second operand; \p exact allows memory of 1 and 2 bytes.
  Operand operand(const llvm::Value *value, bool exact = false);
  void alu(x86::Alu op, unsigned width, x86::Reg dst, const Operand &src);
  /// Says that an instruction has used \p value.
  void release(const llvm::Value *value);
  void releaseOperands(const llvm::User &user);
  void define(const llvm::Value *value, RegID reg, unsigned part = 0);
  void defineInt(const llvm::Value *value, x86::Reg reg) { define(value, reg); }
  void defineFloat(const llvm::Value *value, x86::Xmm reg) {
    define(value, reg + firstXmm);
  }
  Source sourceOf(const llvm::Value *value, unsigned part = 0);
  void loadSource(const Source &source, RegID dst, Extend extend,
                  unsigned width);
  static bool getConstantBits(const llvm::Value *value, unsigned part,
                              int64_t &bits);
  void materialize(int64_t bits, RegID reg, unsigned width);
  void loadSymbol(x86::Reg reg, uint32_t symbol, int64_t offset);
  void endInstruction();

  /// Moves to many registers at once.
  struct Move {
    RegID dst;
    Source source;
    Extend extend = Extend::None;
  };
  void moveAll(llvm::MutableArrayRef<Move> moves);

  //===--- memory (Memory.cpp) -------------------------------------------===//

  Address addressOf(const llvm::Value *pointer);
  Address addressOfGEP(const llvm::GEPOperator &gep);
  void releaseAddress(const Address &address);
  bool isFused(const llvm::GetElementPtrInst &gep);
  bool canReadLater(const llvm::LoadInst &load);
  void compileAlloca(const llvm::AllocaInst &inst);
  void compileLoad(const llvm::LoadInst &inst);
  void compileStore(const llvm::StoreInst &inst);
  void compileGEP(const llvm::GetElementPtrInst &inst);
  void compileMemCpy(const llvm::CallInst &call, llvm::StringRef name);
  void compileMemSet(const llvm::CallInst &call);
  /// Runs \p emit, whose last operand may be \p address.
  template <typename Emit>
  void withAddress(const Address &address, uint32_t offset, Emit emit) {
    x86::Mem mem = address.mem;
    if (!address.isSymbol)
      mem.disp += int32_t(offset);
    emit(mem);
    // The distance counts from the end of the instruction.
    if (address.isSymbol)
      unit.relocate(as.relativeAt(), address.symbol,
                    address.offset + offset + 4 -
                        int64_t(as.offset() - as.relativeAt()));
  }

  //===--- integers (Integers.cpp) ---------------------------------------===//

  void compileBinary(const llvm::BinaryOperator &inst);
  void compileShift(const llvm::BinaryOperator &inst);
  void compileDivision(const llvm::BinaryOperator &inst);
  void shiftBy(x86::Shift op, unsigned width, const llvm::Value *value,
               const llvm::Value *amount, const llvm::Instruction &result);
  void compileCast(const llvm::CastInst &inst);
  void compileExtension(const llvm::CastInst &inst, bool isSigned);
  void compileSelect(const llvm::SelectInst &inst);
  static bool isFused(const llvm::CmpInst &inst);
  void compileCompare(const llvm::CmpInst &inst);
  Flags compare(const llvm::CmpInst &inst);
  Flags compareInts(const llvm::CmpInst &inst);
  Flags compareFloats(const llvm::CmpInst &inst);
  /// The flags for a value of type i1, or for a comparison that is fused.
  Flags conditionOf(const llvm::Value *value);
  x86::Reg materializeFlags(Flags flags);
  /// A value of less than 4 bytes, extended to 4, to be changed.
  x86::Reg useExtended(const llvm::Value *value, bool isSigned);

  //===--- floats (Floats.cpp) -------------------------------------------===//

  void compileFloatBinary(const llvm::BinaryOperator &inst);
  void compileFNeg(const llvm::UnaryOperator &inst);
  void compileFloatCast(const llvm::CastInst &inst);
  void convertFromUnsigned64(const llvm::CastInst &inst);
  void convertToUnsigned64(const llvm::CastInst &inst);
  void compileSignBit(const llvm::CallInst &call, bool keepsMagnitude);
  void compileCopySign(const llvm::CallInst &call);
  void compileFloatMinMax(const llvm::CallInst &call, bool isMax,
                          bool ignoresNaN);
  void compileSaturatingTruncation(const llvm::CallInst &call, bool isSigned);
  void loadFloat(x86::Xmm reg, unsigned width, uint64_t bits);

  //===--- calls (Calls.cpp) ---------------------------------------------===//

  struct Argument {
    Source source;
    Extend extend = Extend::None;
  };
  struct Target {
    uint32_t symbol = 0;
    bool isIndirect = false;
    Source pointer;
  };
  void compileCall(const llvm::CallInst &call);
  void addArguments(const llvm::CallInst &call,
                    llvm::SmallVectorImpl<Argument> &arguments,
                    unsigned first = 0);
  void emitCall(const Target &target, llvm::ArrayRef<Argument> arguments,
                const llvm::CallInst &call);
  void bindArguments(const llvm::Function &function);
  void defineResult(const llvm::CallInst &call);

  //===--- checks (Checks.cpp) -------------------------------------------===//

  /// What happens if a check fails, written behind the function.
  struct Stub {
    llvm::SmallVector<uint32_t, 2> jumps;
    uint32_t trap, base; ///< symbols
    int64_t site;        ///< offset from the base
    llvm::SmallVector<Source, 3> values;
    const llvm::DILocation *location;
    /// What gives the first operand back, in its register.
    bool isUndone = false;
    x86::Alu undo = x86::Alu::Sub;
    uint8_t width = 8;
    x86::Reg undoRegister = x86::NoReg;
    Operand undoOperand;
  };
  bool compileCheck(const llvm::CallInst &call, const CalleeInfo &callee);
  void compileCheckedSum(const llvm::CallInst &call, const CalleeInfo &callee,
                         Stub &stub);
  void compileCheckedProduct(const llvm::CallInst &call, Stub &stub);
  bool compileTrap(const llvm::CallInst &call, const CalleeInfo &callee);
  void emitStubs();

  //===--- intrinsics (Intrinsics.cpp) -----------------------------------===//

  void compileIntrinsic(const llvm::CallInst &call);
  void compileWithOverflow(const llvm::CallInst &call, x86::Alu op,
                           bool isSigned);
  void compileMulWithOverflow(const llvm::CallInst &call, bool isSigned);
  void compileSaturating(const llvm::CallInst &call, x86::Alu op,
                         bool isSigned);
  void compileMinMax(const llvm::CallInst &call, x86::Cond cond);
  void compileAbs(const llvm::CallInst &call);
  void compileCountZeros(const llvm::CallInst &call, bool leading);
  void compilePopulation(const llvm::CallInst &call);
  void compileByteSwap(const llvm::CallInst &call);
  void compileFunnelShift(const llvm::CallInst &call, bool right);
  void compileRound(const llvm::CallInst &call, uint8_t mode);
  void compileSqrt(const llvm::CallInst &call);
  void compileMulAdd(const llvm::CallInst &call);
  void copyValue(const llvm::Value *from, const llvm::Instruction &to);

  UnitBuilder &unit;
  x86::Assembler &as;

  llvm::SmallVector<BlockInfo, 0> blocks; ///< by number
  llvm::SmallVector<const llvm::BasicBlock *, 0> order;
  const llvm::BasicBlock *current = nullptr, *next = nullptr;
  bool inColdBlock = false;
  std::vector<Snapshot> snapshots;
  std::vector<Fixup> fixups;
  std::vector<Stub> stubs;

  llvm::DenseMap<const llvm::Value *, uint32_t> valueIndices;
  std::vector<ValueInfo> values;
  uint32_t owners[32] = {}; ///< index of the value + 1
  uint32_t owned = 0;       ///< registers with an owner
  uint32_t pinned = 0;      ///< registers that the instruction needs
  unsigned nextVictim = 0;
  std::vector<int32_t> freeSlots, slotsToFree;
  uint64_t frameSize = 0;
  uint64_t outgoingSize = 0;
  uint32_t frameSizeAt = 0; ///< the instruction that makes the frame
};

} // namespace flux::baseline

#endif // FLUX_LIB_TARGET_BASELINE_FUNCTIONCOMPILER_H
