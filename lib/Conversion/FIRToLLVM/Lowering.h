//===- Lowering.h - the parts of the walk from FIR to LLVM IR --*- C++ -*-===//
//
// ModuleLowering holds what all functions share: types, functions, globals,
// strings, trap sites and runtime functions.  FunctionLowering walks one
// function; its methods stand in one file for each family of operations.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_CONVERSION_FIRTOLLVM_LOWERING_H
#define FLUX_LIB_CONVERSION_FIRTOLLVM_LOWERING_H

#include "DebugInfo.h"
#include "flux/Conversion/FIRToLLVM.h"
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/base/TrapSite.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/IRBuilder.h"
#include <map>

namespace flux::lowering {

/// Lengths of slices and strings are below 2^48.
inline constexpr unsigned lengthBits = 48;

/// How the values of a FIR type look in LLVM IR.
struct TypeInfo {
  llvm::Type *value = nullptr;  ///< SSA value; of a pair the first half
  llvm::Type *param = nullptr;  ///< the same as a parameter: i8 for i1
  llvm::Type *memory = nullptr; ///< in memory: i8 for i1, {ptr, i64} for
                                ///< pairs, 8 bytes for any address
  uint64_t size = 0;            ///< bytes in memory
  llvm::Align align;
  bool isPair = false;      ///< slices and strings: address and length
  bool isAggregate = false; ///< arrays and structs: no SSA value
  llvm::SmallVector<uint64_t, 0> offsets; ///< of a struct's fields
  uint64_t payloadOffset = 0;             ///< of an enum

  /// What is loaded and stored of a scalar: not what fills up its memory.
  llvm::Type *getStored() const {
    return value->isPointerTy() ? value : memory;
  }
};

/// A piece of a small aggregate, in a register.
struct RegisterPart {
  uint64_t offset;
  llvm::Type *type;
  llvm::Align align; ///< in memory
};

/// An SSA value of FIR: one LLVM value, or address and length.
struct Halves {
  llvm::Value *first = nullptr, *second = nullptr;
};

/// A value that a failed check reports.  A sum or difference is given instead
/// of its first operand, which the trap block computes back: the hot path may
/// then overwrite that operand.
struct TrapValue {
  llvm::Value *value;
  bool isSigned;
  llvm::Value *minus = nullptr; ///< report value - minus
  llvm::Value *plus = nullptr;  ///< report value + plus
};

/// Lowers the operands and results of one `fir.intrinsic` name.
struct IntrinsicInfo {
  enum Kind : uint8_t {
    Call,
    CallWithSite,
    CopyBytes,
    FloatUnary,
    RotateLeft,
    RotateRight,
    CountOnes,
    LeadingZeros,
    TrailingZeros,
    SwapBytes,
    Reinterpret,
  } kind = Call;
  rt::TrapKind trap = rt::TrapKind::Message;
  llvm::Intrinsic::ID id = llvm::Intrinsic::not_intrinsic;
  llvm::Function *callee = nullptr;
};

/// How a trap message reads a value of \p type.
rt::ValueType getValueType(llvm::Type *type, bool isSigned);

/// The function that the runtime calls.
inline constexpr llvm::StringLiteral entryPoint = "flux_main";

// What depends on the target of the function's module (Retarget.cpp).
llvm::StringRef getFramePointers(const FIRToLLVMOptions &options);
void adaptRuntimeFunction(llvm::Function &function);
void adaptEntryPoint(llvm::Function &function);
void adaptCheckedFunction(llvm::Function &function, rt::ValueType type);

class ModuleLowering {
public:
  ModuleLowering(mlir::ModuleOp source, llvm::Module &target,
                 const FIRToLLVMOptions &options);
  void run();

  const TypeInfo &getType(mlir::Type type);
  /// What \p op returns in registers instead of in its result place; empty if
  /// it does not.
  llvm::ArrayRef<RegisterPart> getResultParts(mlir::func::FuncOp op);
  llvm::Type *getPartsType(llvm::ArrayRef<RegisterPart> parts);
  mlir::func::FuncOp getFunctionOp(mlir::StringAttr symbol) {
    return functions.lookup(symbol).op;
  }
  /// The function of a symbol, declared if another part defines it.
  llvm::Function *getFunction(mlir::StringAttr symbol);
  llvm::FunctionType *getFunctionType(mlir::FunctionType type);
  /// How values travel in calls of functions of \p type.
  llvm::AttributeList getCallAttributes(mlir::FunctionType type);
  llvm::GlobalVariable *getGlobal(mlir::StringAttr symbol);
  /// What the runtime keeps for a static region.
  llvm::GlobalVariable *getRegion(mlir::StringAttr symbol);
  /// The bytes of a string literal.
  llvm::Constant *getLiteral(mlir::StringAttr text);
  /// Constant data for a value of \p type in memory.
  llvm::Constant *getInitializer(mlir::Attribute value, mlir::Type type);

  /// flux_trap0 to flux_trap3.
  llvm::Function *getTrapFunction(unsigned numValues);
  /// The address of a TrapSite.
  llvm::Constant *getTrapSite(llvm::StringRef function, const Place &place,
                              rt::TrapKind kind, rt::ValueType type,
                              rt::ValueType resultType);
  llvm::Function *getRuntimeFunction(llvm::StringRef name, llvm::Type *result,
                                     llvm::ArrayRef<llvm::Type *> params);
  /// flux_OPERATION_TYPE of runtime/rt/Checked.cpp.
  llvm::Function *getCheckedFunction(llvm::StringRef operation,
                                     rt::ValueType valueType, llvm::Type *type);
  const IntrinsicInfo &getIntrinsic(fir::IntrinsicOp op);
  /// The declaration of an intrinsic overloaded on \p type.
  llvm::Function *getLLVMIntrinsic(llvm::Intrinsic::ID id, llvm::Type *type);

  bool isOptimized() const { return options.optimized; }
  /// An address with what fills it up to 8 bytes, as it lies in memory.
  llvm::Type *getAddressType();
  llvm::Constant *getAddress(llvm::Constant *pointer);
  unsigned getInlineThreshold() const { return options.inlineThreshold; }
  llvm::LLVMContext &getContext() { return target.getContext(); }
  const llvm::DataLayout &getDataLayout() const {
    return target.getDataLayout();
  }
  llvm::StructType *getPairType() const { return pairType; }
  llvm::MDNode *getLengthRange() const { return lengthRange; }
  llvm::MDNode *getBoolRange() const { return boolRange; }
  llvm::MDNode *getUnlikely() const { return unlikely; }
  DebugInfo *getDebugInfo() { return debugInfo.get(); }

private:
  /// True if this is one of several parts.
  bool isPartial() const {
    return options.plan && options.plan->getNumParts() > 1;
  }

  struct FunctionEntry {
    mlir::func::FuncOp op;
    unsigned part = 0;
    bool isShared = false; ///< called from other parts
    bool isSmall = false;  ///< other parts get a copy of it
    llvm::Function *function = nullptr;
  };

  void assignParts();
  void findTakenAddresses();
  static std::string getSymbol(llvm::StringRef name);
  llvm::Function *declare(FunctionEntry &entry);
  void appendParams(mlir::Type type,
                    llvm::SmallVectorImpl<llvm::Type *> &params);
  llvm::Type *getResultType(mlir::TypeRange results);
  llvm::AttributeList getAttributes(mlir::func::FuncOp op);
  llvm::Constant *
  packConstants(llvm::ArrayRef<std::pair<uint64_t, llvm::Constant *>> parts,
                uint64_t size);
  llvm::Constant *getTypedArray(mlir::Attribute value, mlir::Type element,
                                uint64_t count, bool fill);
  llvm::StringRef getLineText(const Place &place);
  llvm::Constant *getCString(llvm::StringRef text);
  llvm::Constant *addSiteToTable(llvm::StringRef file, llvm::StringRef function,
                                 llvm::StringRef text, rt::TrapSite site);
  llvm::Constant *makeSite(llvm::StringRef file, llvm::StringRef function,
                           llvm::StringRef text, const rt::TrapSite &site);
  uint32_t addToTable(llvm::StringRef text);
  void finishSiteTable();
  llvm::GlobalVariable *makeConstant(llvm::Constant *initializer,
                                     llvm::Align align);

  mlir::ModuleOp source;
  llvm::Module &target;
  const FIRToLLVMOptions &options;
  std::unique_ptr<DebugInfo> debugInfo;

  llvm::StructType *pairType, *siteType;
  llvm::MDNode *lengthRange, *boolRange, *unlikely;
  llvm::AttributeSet functionAttributes, boolResultAttributes, boolAttributes,
      lengthAttributes;
  llvm::Function *trapFunctions[4] = {};
  llvm::DenseMap<std::pair<llvm::StringRef, unsigned>, llvm::Function *>
      checkedFunctions;

  llvm::DenseMap<mlir::Type, std::unique_ptr<TypeInfo>> types;
  llvm::SmallVector<mlir::StringAttr> functionOrder;
  llvm::DenseMap<mlir::StringAttr, FunctionEntry> functions;
  llvm::SmallVector<FunctionEntry *> imports; ///< small ones of other parts
  llvm::DenseMap<mlir::StringAttr, fir::GlobalOp> globalOps;
  llvm::DenseMap<mlir::StringAttr, fir::RegionOp> regionOps;
  llvm::DenseSet<mlir::StringAttr> addressTaken; ///< functions
  /// By type; keeps what getResultParts gives.
  std::map<const void *, llvm::SmallVector<RegisterPart, 3>> resultParts;
  llvm::DenseMap<mlir::StringAttr, llvm::GlobalVariable *> globals;
  llvm::DenseMap<mlir::StringAttr, llvm::Constant *> literals;
  struct {
    mlir::StringAttr file;
    unsigned line = 0;
    llvm::StringRef text;
  } lastLine; ///< that getLineText() was asked for
  llvm::StringMap<llvm::Constant *> siteTexts;
  llvm::DenseMap<llvm::Constant *, llvm::GlobalVariable *> trapSites;
  // All sites and their texts, in modules that are not optimised.
  llvm::GlobalVariable *siteTable = nullptr;
  llvm::SmallVector<char, 0> siteBytes;
  llvm::StringMap<uint32_t> siteOffsets; ///< of texts
  llvm::DenseMap<mlir::StringAttr, IntrinsicInfo> intrinsics;
  llvm::DenseMap<std::pair<unsigned, llvm::Type *>, llvm::Function *>
      llvmIntrinsics;
};

class FunctionLowering {
public:
  explicit FunctionLowering(ModuleLowering &module);
  /// Fills \p target with the body of \p source.
  void run(mlir::func::FuncOp source, llvm::Function *target);

private:
  using Handler = void (*)(FunctionLowering &, mlir::Operation *);
  template <typename Op, auto Method>
  void on();
  void addControlHandlers();
  void addArithmeticHandlers();
  void addUpstreamHandlers();
  void addMemoryHandlers();
  void addSequenceHandlers();
  void addRuntimeHandlers();
  void addConversionHandlers();

  //===--- values and blocks
  //------------------------------------------------===//

  Halves get(mlir::Value value) const { return values.lookup(value); }
  llvm::Value *getFirst(mlir::Value value) const {
    return values.lookup(value).first;
  }
  void set(mlir::Value value, llvm::Value *first,
           llvm::Value *second = nullptr) {
    values[value] = {first, second};
  }
  llvm::Type *valueType(mlir::Value value) {
    return module.getType(value.getType()).value;
  }
  void mapArguments(mlir::func::FuncOp source);
  void createPhis(mlir::Block *block);
  llvm::BasicBlock *createEdge(mlir::Block *target, mlir::ValueRange operands);
  void setLocation(mlir::Location location);
  void appendArguments(mlir::Value value,
                       llvm::SmallVectorImpl<llvm::Value *> &arguments);
  void setCallResult(mlir::Value result, llvm::CallInst *call);
  void returnParts();
  void storeParts(llvm::CallInst *call, llvm::ArrayRef<RegisterPart> parts,
                  llvm::Value *place);

  //===--- checks
  //-----------------------------------------------------------===//

  /// Traps if \p failed; the walk goes on where it is false.
  void check(llvm::Value *failed, rt::TrapKind kind, rt::ValueType type,
             llvm::ArrayRef<TrapValue> reported,
             rt::ValueType resultType = rt::ValueType::I64);
  /// Calls a runtime function that traps if the i64 \p values break a rule.
  void checkByCall(llvm::StringRef function, rt::TrapKind kind,
                   llvm::ArrayRef<llvm::Value *> values);
  void emitTrap(rt::TrapKind kind, rt::ValueType type, rt::ValueType resultType,
                llvm::ArrayRef<TrapValue> reported);
  llvm::Constant *makeSite(rt::TrapKind kind,
                           rt::ValueType type = rt::ValueType::I64,
                           rt::ValueType resultType = rt::ValueType::I64);

  //===--- operations
  //-------------------------------------------------------===//

  void lowerReturn(mlir::func::ReturnOp op);
  void lowerCall(mlir::func::CallOp op);
  void lowerCallIndirect(mlir::func::CallIndirectOp op);
  void lowerFunctionConstant(mlir::func::ConstantOp op);
  void lowerBranch(mlir::cf::BranchOp op);
  void describeLoop(llvm::BranchInst *latch, mlir::Block *head);
  void lowerCondBranch(mlir::cf::CondBranchOp op);
  void lowerSwitch(mlir::cf::SwitchOp op);
  void lowerTrap(fir::TrapOp op);
  void lowerUnreachable(fir::UnreachableOp op);

  llvm::Value *createOverflowing(llvm::Intrinsic::ID id, llvm::Value *lhs,
                                 llvm::Value *rhs, rt::TrapKind kind,
                                 rt::ValueType type,
                                 llvm::ArrayRef<TrapValue> reported);
  void lowerAdd(fir::AddOp op);
  void lowerSub(fir::SubOp op);
  void lowerMul(fir::MulOp op);
  void lowerDivision(mlir::Operation *op, bool isSigned, bool isRemainder);
  void lowerDiv(fir::DivOp op);
  void lowerRem(fir::RemOp op);
  void lowerNeg(fir::NegOp op);
  void lowerAbs(fir::AbsOp op);
  llvm::Value *checkShiftAmount(mlir::Value amount, llvm::Value *lhs,
                                bool isSigned);
  void lowerShl(fir::ShlOp op);
  void lowerShr(fir::ShrOp op);
  void lowerAddSat(fir::AddSatOp op);
  void lowerSubSat(fir::SubSatOp op);
  void lowerConvert(fir::ConvertOp op);
  void lowerFits(fir::FitsOp op);
  llvm::Value *isTooWide(llvm::Value *value, llvm::IntegerType *to,
                         bool fromSigned, bool toSigned, llvm::Value *&narrow);
  llvm::Value *isOutOfRange(llvm::Value *value, llvm::IntegerType *to,
                            bool toSigned);
  llvm::Value *convertIntChecked(llvm::Value *value, llvm::IntegerType *to,
                                 bool fromSigned, bool toSigned);
  llvm::Value *convertIntSaturating(llvm::Value *value, llvm::IntegerType *to,
                                    bool fromSigned, bool toSigned);
  llvm::Value *convertFloatChecked(llvm::Value *value, llvm::IntegerType *to,
                                   bool toSigned);

  void lowerConstant(mlir::arith::ConstantOp op);
  void lowerCmpI(mlir::arith::CmpIOp op);
  void lowerCmpF(mlir::arith::CmpFOp op);
  void lowerSelect(mlir::arith::SelectOp op);
  template <llvm::Instruction::BinaryOps opcode>
  void lowerBinary(mlir::Operation *op);
  template <llvm::Instruction::CastOps opcode>
  void lowerCast(mlir::Operation *op);
  template <llvm::CmpInst::Predicate predicate>
  void lowerMinMax(mlir::Operation *op);
  template <llvm::Intrinsic::ID id>
  void lowerFloatMinMax(mlir::Operation *op);
  void lowerNegF(mlir::arith::NegFOp op);

  void lowerLocal(fir::LocalOp op);
  void lowerLoad(fir::LoadOp op);
  void lowerStore(fir::StoreOp op);
  void lowerCopy(fir::CopyOp op);
  void lowerField(fir::FieldOp op);
  void lowerElement(fir::ElementOp op);
  void lowerSetVariant(fir::SetVariantOp op);
  void lowerGetVariant(fir::GetVariantOp op);
  void lowerPayload(fir::PayloadOp op);
  void lowerRetype(fir::RetypeOp op);
  void lowerAddressOf(fir::AddressOfOp op);
  Halves load(llvm::Value *address, const TypeInfo &type);
  void store(Halves value, llvm::Value *address, const TypeInfo &type);
  /// The address \p offset bytes behind \p base.
  llvm::Value *asOffset(llvm::Value *count);
  llvm::Value *offsetAddress(llvm::Value *base, llvm::Value *offset);
  llvm::Value *offsetAddress(llvm::Value *base, uint64_t offset) {
    return offset ? offsetAddress(base, builder.getInt64(offset)) : base;
  }
  /// The address of an element whose index is in bounds.
  llvm::Value *indexAddress(llvm::Value *base, llvm::Value *index,
                            const TypeInfo &element);
  llvm::AllocaInst *createAlloca(llvm::Type *type, llvm::Align align,
                                 const llvm::Twine &name = "");

  void lowerSliceOf(fir::SliceOfOp op);
  void lowerSubslice(fir::SubsliceOp op);
  void lowerShape(fir::ShapeOp op);
  void lowerRow(fir::RowOp op);
  void checkIndex(llvm::Value *index, llvm::Value *count, bool isSigned);
  void lowerSubstr(fir::SubstrOp op);
  void lowerLen(fir::LenOp op);
  void lowerFill(fir::FillOp op);
  void lowerAlloc(fir::AllocOp op);
  llvm::Value *allocateInline(llvm::Value *region, uint64_t bytes);
  void lowerRegionEnter(fir::RegionEnterOp op);
  void lowerRegionExit(fir::RegionExitOp op);
  void lowerKeep(fir::KeepOp op);
  void lowerKeepRoot(fir::KeepRootOp op);
  void lowerKeepRegion(fir::KeepRegionOp op);
  void lowerRegionOf(fir::RegionOfOp op);
  void lowerCommit(fir::CommitOp op);
  void lowerPoison(fir::PoisonOp op);
  void lowerStrConst(fir::StrConstOp op);
  void lowerStrBytes(fir::StrBytesOp op);
  void lowerStrFromBytes(fir::StrFromBytesOp op);
  void lowerStrCmp(fir::StrCmpOp op);
  void lowerIntrinsic(fir::IntrinsicOp op);
  void lowerCopyBytes(llvm::Function *callee,
                      llvm::ArrayRef<llvm::Value *> arguments);

  ModuleLowering &module;
  llvm::IRBuilder<> builder;
  llvm::DenseMap<mlir::TypeID, Handler> handlers;

  llvm::Function *function = nullptr;
  llvm::BasicBlock *entryBlock = nullptr;
  llvm::AllocaInst *lastAlloca = nullptr;
  llvm::DISubprogram *subprogram = nullptr;
  llvm::ArrayRef<RegisterPart> resultParts; ///< of the function
  llvm::Value *resultStorage = nullptr;     ///< where they are made
  /// The function's name, and that of the one that the operation comes from.
  llvm::StringRef ownName, functionName;
  mlir::LocationAttr lastLocation;
  Place place;
  llvm::DenseMap<mlir::Value, Halves> values;
  llvm::DenseMap<mlir::Block *, llvm::BasicBlock *> blocks;
  llvm::SmallVector<llvm::BasicBlock *> trapBlocks;
  llvm::SmallPtrSet<mlir::Block *, 4> edgesTaken; ///< of the terminator
  /// Of a tile: what is said about its loops, and the number of each block.
  mlir::DictionaryAttr tile;
  llvm::DenseMap<mlir::Block *, unsigned> blockNumbers;
  unsigned lastHead = 0; ///< of the loops that ended, the greatest number
};

template <typename Op, auto Method>
void FunctionLowering::on() {
  handlers[mlir::TypeID::get<Op>()] = [](FunctionLowering &lowering,
                                         mlir::Operation *op) {
    if constexpr (std::is_invocable_v<decltype(Method), FunctionLowering &, Op>)
      (lowering.*Method)(llvm::cast<Op>(op));
    else
      (lowering.*Method)(op);
  };
}

} // namespace flux::lowering

#endif // FLUX_LIB_CONVERSION_FIRTOLLVM_LOWERING_H
