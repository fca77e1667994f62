//===- Selector.h - instructions for one function --------------*- C++ -*-===//
#ifndef FLUX_LIB_TARGET_BYTECODE_SELECTOR_H
#define FLUX_LIB_TARGET_BYTECODE_SELECTOR_H

#include "Code.h"
#include "Data.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include <map>

namespace flux::fbc {

/// True if the program ends at \p op.
bool isTrap(const llvm::Instruction &op);

/// What the functions of a module share.
struct ModuleState {
  const llvm::Module &module;
  const Data &data;
  std::vector<Import> imports;
  PlaceCollector places; ///< for the debug map
  std::string error;     ///< the first thing that cannot be expressed
  /// Of what is selected; null if it is not known.
  const llvm::DILocation *location = nullptr;

  uint32_t getImport(const llvm::Function &function);
  void fail(const llvm::Function &where, const llvm::Twine &what);
};

/// How many registers a value of \p type takes; 0 for void.  False for types
/// that are not supported.
bool countParts(llvm::Type *type, unsigned &count);

using Parts = llvm::SmallVector<Reg, 2>;

/// Selects instructions for one function, in an order in which definitions come
/// before uses.
class Selector {
public:
  Selector(ModuleState &state, const llvm::Function &source, Function &out);
  void run();

private:
  using Value = llvm::Value;
  using Predicate = llvm::CmpInst::Predicate;

  /// An address: a register or a slot, and a distance.
  struct Address {
    Reg base = noReg;
    int32_t slot = noSlot;
    int64_t offset = 0;
  };
  /// A comparison that has not become an instruction yet.
  struct Comparison {
    Predicate predicate;
    Reg left, right;
  };

  // Emitting.
  Instruction &emit(Opcode opcode);
  Instruction &emit(Pseudo pseudo);
  Reg emitBinary(Opcode opcode, Reg a, Reg b, Reg rd = noReg);
  Reg emitImmediate(Opcode opcode, Reg a, int64_t imm, Reg rd = noReg);
  Reg emitUnary(Opcode opcode, Reg a, Reg rd = noReg);
  void emitJump(const llvm::BasicBlock *target);
  void copy(Reg rd, Reg from);
  uint32_t makeSlot(uint64_t size);

  // Values.
  Parts getParts(const Value *value);
  Reg getReg(const Value *value);
  Reg getNumber(int64_t number);
  uint32_t findPreheader() const;
  Reg emitHoisted(Instruction instruction);
  std::optional<int64_t> getKnown(const Value *value) const;
  Source getSource(const Value *value);
  void appendSources(const Value *value, llvm::SmallVectorImpl<Source> &out);
  /// The register that the instruction defines.
  Reg getResult(const Value *value);
  void set(const Value *value, Reg reg);
  void set(const Value *value, llvm::ArrayRef<Reg> parts);
  /// The integer with its sign or with zeros in all 64 bits.
  Reg getSigned(const Value *value);
  Reg getUnsigned(const Value *value);
  Reg toSigned(Reg reg, unsigned width);
  Reg toUnsigned(Reg reg, unsigned width);
  /// Makes any 64 bits the form in which registers hold \p width bits.
  Reg normalize(Reg reg, unsigned width, Reg rd = noReg);
  unsigned widthOf(const Value *value) const {
    return static_cast<unsigned>(
        layout.getTypeSizeInBits(value->getType()).getFixedValue());
  }

  // Instructions.
  void select(const llvm::Instruction &instruction);
  void selectBinary(const llvm::BinaryOperator &op);
  bool selectWithImmediate(const llvm::BinaryOperator &op, unsigned width);
  void selectFloat(const llvm::BinaryOperator &op);
  void selectCast(const llvm::CastInst &op);
  void selectFloatCast(const llvm::CastInst &op);
  void selectSelect(const llvm::SelectInst &op);
  void selectTerminator(const llvm::Instruction &op);
  void selectSwitch(const llvm::SwitchInst &op);
  void selectCases(Reg value,
                   llvm::ArrayRef<std::pair<int64_t, uint32_t>> cases,
                   uint32_t otherwise);
  void selectLoad(const llvm::LoadInst &op);
  void selectStore(const llvm::StoreInst &op);
  void selectAtomic(const llvm::AtomicRMWInst &op);
  void selectExchange(const llvm::AtomicCmpXchgInst &op);
  void selectGEP(const llvm::GetElementPtrInst &op);
  void selectAlloca(const llvm::AllocaInst &op);
  void selectCall(const llvm::CallInst &op);
  void selectAssembly(const llvm::CallInst &op);
  void finishCall(const llvm::CallInst &op, Instruction call);
  void selectCopy(const llvm::MemTransferInst &op);
  void selectFill(const llvm::MemSetInst &op);
  bool selectIntrinsic(const llvm::IntrinsicInst &op);
  bool selectIntegerIntrinsic(const llvm::IntrinsicInst &op);
  bool selectFloatIntrinsic(const llvm::IntrinsicInst &op);
  void selectOverflow(const llvm::WithOverflowInst &op);
  void selectSaturating(const llvm::SaturatingInst &op);
  void selectFunnel(const llvm::IntrinsicInst &op);
  void selectExtract(const llvm::ExtractValueInst &op);
  void selectInsert(const llvm::InsertValueInst &op);

  // Comparisons.
  bool isFolded(const llvm::CmpInst &op) const;
  Comparison getComparison(const llvm::ICmpInst &op);
  Reg emitComparison(Comparison comparison, Reg rd = noReg);
  Reg emitFloatComparison(const llvm::FCmpInst &op);
  void emitBranch(const Value *condition, uint32_t yes, uint32_t no);
  void emitBranch(Comparison comparison, const Value *right, uint32_t yes);
  void emitFloatBranch(const llvm::FCmpInst &op, uint32_t yes);
  Reg toDouble(const Value *value);
  Reg toSingle(Reg reg, const llvm::Type *type, Reg rd = noReg);

  // Memory.
  Address getAddress(const Value *pointer);
  bool isOnlyAddress(const Value *pointer) const;
  using LeafVisitor =
      llvm::function_ref<void(llvm::Type *type, uint64_t offset)>;
  void forEachLeaf(llvm::Type *type, uint64_t offset, LeafVisitor visit);
  Reg emitLoad(llvm::Type *type, Address address, bool withSign, Reg rd);
  void emitStore(llvm::Type *type, Address address, Reg value);
  void emitAccess(Opcode opcode, Reg value, Address address);
  Reg materialize(Address address);

  void addCopies(const llvm::BasicBlock &from, const llvm::BasicBlock &to);
  void placeBlocks();
  void setPlace(const llvm::DebugLoc &location);
  void fail(const llvm::Twine &what) { state.fail(source, what); }
  uint32_t blockOf(const llvm::BasicBlock *block) const {
    return blocks.lookup(block);
  }
  Block &current() { return out.blocks[block]; }

  ModuleState &state;
  const llvm::Function &source;
  Function &out;
  const llvm::DataLayout &layout;
  llvm::DominatorTree dominators;
  llvm::LoopInfo loops;

  llvm::DenseMap<const Value *, Parts> values;
  /// GEPs whose distance accesses add themselves.
  llvm::DenseMap<const Value *, Address> addresses;
  llvm::DenseMap<const llvm::BasicBlock *, uint32_t> blocks;
  /// Overflow bits that only jumps ask for.
  llvm::DenseMap<const Value *, Comparison> overflows;
  /// Numbers that are in registers in this block; numbers, and addresses of
  /// slots, that are made in front of loops, by block, slot and number.
  std::map<int64_t, Reg> numbers;
  std::map<std::tuple<uint32_t, int32_t, int64_t>, Reg> hoisted;
  std::vector<std::pair<uint32_t, Instruction>> hoistedCode;
  const llvm::BasicBlock *sourceBlock = nullptr;
  uint32_t block = 0;
  uint32_t placeNumber = 0;
};

} // namespace flux::fbc

#endif // FLUX_LIB_TARGET_BYTECODE_SELECTOR_H
