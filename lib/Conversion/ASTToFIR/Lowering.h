//===- Lowering.h - state of the lowering of a module to FIR ---*- C++ -*-===//
//
// ModuleLowering holds what functions share: types, constants, symbols and
// locations.  FunctionLowering emits one body, straight from the tree into
// blocks; variables live in fir.local until mem2reg or LLVM promotes them.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_CONVERSION_ASTTOFIR_LOWERING_H
#define FLUX_LIB_CONVERSION_ASTTOFIR_LOWERING_H

#include "flux/Dialect/FIR/FIR.h"
#include "flux/Frontend/StepNodes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/SourceMgr.h"

namespace flux {

/// Turns places in the buffer of a document into locations.  Nodes come mostly
/// in document order, so the line of the last one is looked at first.
class LocationMap {
public:
  LocationMap(llvm::StringRef buffer, mlir::StringAttr fileName);
  mlir::Location get(const char *place);
  bool contains(const char *place) const {
    return place >= buffer.begin() && place <= buffer.end();
  }

private:
  void findLines();

  llvm::StringRef buffer;
  mlir::StringAttr fileName;
  std::vector<const char *> lineStarts; ///< ends with one past the buffer
  size_t line = 0;                      ///< of the last place, from 0
  mlir::Location last; ///< what is said for text that has no place
  /// Places come again within a few operations, and MLIR takes long to find
  /// out that a location is one that it has.
  struct Known {
    const char *place = nullptr;
    const void *location = nullptr;
  };
  static constexpr size_t numKnown = 256; ///< a power of two
  Known known[numKnown];
};

/// The locations of all documents of a program.
class ProgramLocations {
public:
  /// The compiled document; places in no document are placed there, too.
  ProgramLocations(llvm::StringRef buffer, mlir::StringAttr fileName) {
    maps.emplace_back(buffer, fileName);
  }
  void add(llvm::StringRef buffer, mlir::StringAttr fileName) {
    maps.emplace_back(buffer, fileName);
  }
  mlir::Location get(const char *place);

private:
  std::vector<LocationMap> maps;
  size_t last = 0; ///< the map of the last place
};

class ModuleLowering {
public:
  ModuleLowering(const Module &module, mlir::MLIRContext &context,
                 llvm::StringRef buffer, llvm::StringRef fileName,
                 bool poisons = false);
  mlir::OwningOpRef<mlir::ModuleOp> run();
  /// True if memory that is given back is overwritten.
  bool isPoisoning() const { return poisons; }

  mlir::Location getLoc(llvm::StringRef range) {
    return locations.get(range.data());
  }
  mlir::Type getType(const Type *type);
  mlir::FunctionType getFunctionType(llvm::ArrayRef<const Type *> params,
                                     const Type *result);
  fir::RefType getRefType(const Type *type) {
    return fir::RefType::get(getType(type));
  }
  /// The type as written, for debug information.
  mlir::StringAttr getTypeName(const Type *type);
  mlir::StringAttr getBuiltinName(const Builtin &builtin);
  /// The function of \p decl; one of another document is lowered because it is
  /// asked for here.
  mlir::func::FuncOp getFunction(const FunctionDecl *decl);
  /// The function that computes the hash of an array or struct.
  mlir::func::FuncOp getHash(const Type *type);
  mlir::FlatSymbolRefAttr getUnsetFunction(const Type *type);
  /// The global of an array or struct constant, made when first used.
  mlir::FlatSymbolRefAttr getGlobal(const ConstDecl &constant);
  /// The static region \p decl, made when first used.
  mlir::FlatSymbolRefAttr getRegionSymbol(const RegionDecl &decl);
  /// A new global that holds an array of numbers.
  mlir::FlatSymbolRefAttr makeTable(mlir::Location loc,
                                    llvm::ArrayRef<ConstValue> values,
                                    const Type *type);
  mlir::FlatSymbolRefAttr getState(const VarDecl *var) {
    return state.lookup(var);
  }
  mlir::FlatSymbolRefAttr getTimer(unsigned number) { return timers[number]; }
  mlir::FlatSymbolRefAttr getSetting(const SettingDecl *setting) {
    return settings.lookup(setting);
  }
  /// The name of the agent, which is a fact.
  llvm::StringRef getAgentName() const {
    return module.agent ? module.agent->name : llvm::StringRef();
  }
  mlir::OpBuilder &getBuilder() { return builder; }
  /// The type of the elements of a slice.
  mlir::Type getElementType(const Type *element);
  /// The function that compares two values of an enum with fields.
  mlir::func::FuncOp getEquality(const Type *type);
  /// The function that prints a value of an enum.
  mlir::func::FuncOp getPrinter(const Type *type);
  /// The function that visits the references in a value of the type.
  mlir::func::FuncOp getTracer(const Type *type);

private:
  std::string makeUnique(std::string symbol);
  mlir::func::FuncOp declareFunction(const FunctionDecl &decl);
  void addLocations(const Module &imported);
  void emitMain(const FunctionDecl &decl);
  mlir::func::FuncOp makeEntryPoint(mlir::Location loc);
  mlir::FlatSymbolRefAttr makeGlobal(mlir::Location loc,
                                     const llvm::Twine &name, mlir::Type type,
                                     mlir::Attribute value, bool isConstant,
                                     bool isFill, mlir::StringAttr sourceType);
  mlir::Attribute getAttribute(const ConstValue &value, const Type *type);
  mlir::Attribute getArrayAttribute(llvm::ArrayRef<ConstValue> elements,
                                    const Type *element);
  mlir::Attribute getFilled(mlir::Attribute element, const Type *array);
  mlir::Attribute getZero(const Type *type);
  mlir::Attribute getVariantAttribute(const ConstValue &value,
                                      const Type *type);
  mlir::Type getEnumType(const EnumDecl &decl);
  mlir::ArrayAttr describeFields(llvm::ArrayRef<FieldDecl> fields);
  void describe(const Type *type);
  void describeEnum(const EnumDecl &decl);

  // Tiles.cpp.
  mlir::DictionaryAttr describeTile(const TileOptions &options);

  // Tests.cpp.
  void emitTestProgram();
  // Steps.cpp.
  void emitSettings();
  void emitSupervise(const SuperviseDecl &decl);

  // Agent.cpp.
  void emitAgent(const AgentDecl &agent);
  mlir::func::FuncOp declareSteps(llvm::StringRef symbol, llvm::StringRef name,
                                  const Block &steps, mlir::TypeRange params);
  void emitTurns(const AgentDecl &agent, mlir::func::FuncOp entry,
                 mlir::func::FuncOp loop, mlir::Location loc);
  void emitRoots(const AgentDecl &agent);
  void finishRoots();
  void emitTurnEnd(mlir::OpBuilder &body, const AgentDecl &agent,
                   mlir::Location loc);

  const Module &module;
  mlir::MLIRContext &context;
  ProgramLocations locations;
  mlir::OpBuilder builder; ///< at the end of the module
  const bool poisons;
  llvm::DenseMap<const Type *, mlir::Type> types;
  llvm::DenseMap<const Type *, mlir::StringAttr> typeNames;
  /// Of structs and enums, for debug information.
  llvm::SmallVector<mlir::NamedAttribute> structs, enums;
  llvm::DenseSet<const void *> described;
  llvm::DenseMap<const Builtin *, mlir::StringAttr> builtinNames;
  llvm::DenseMap<const FunctionDecl *, mlir::func::FuncOp> functions;
  llvm::StringSet<> symbols; ///< of functions and constants of documents
  std::vector<const FunctionDecl *> pending; ///< declared, without body yet
  llvm::DenseSet<const Module *> located;    ///< whose places are known
  llvm::DenseMap<const ConstDecl *, mlir::FlatSymbolRefAttr> globals;
  llvm::DenseMap<const Type *, mlir::func::FuncOp> hashes, unsetFunctions;
  llvm::DenseMap<const VarDecl *, mlir::FlatSymbolRefAttr> state;
  llvm::MapVector<const RegionDecl *, mlir::FlatSymbolRefAttr> regions;
  mlir::func::FuncOp roots; ///< visits the state; null: there is no need
  llvm::SmallVector<mlir::FlatSymbolRefAttr> timers;
  mlir::func::FuncOp makeHelper(const llvm::Twine &symbol,
                                mlir::FunctionType type, llvm::StringRef name);

  unsigned numTables = 0, numEqualities = 0, numPrinters = 0;
  llvm::DenseMap<const Type *, mlir::func::FuncOp> equalities, printers,
      tracers;
  llvm::DenseMap<const SettingDecl *, mlir::FlatSymbolRefAttr> settings;
};

/// The due time of a timer that fired at \p now: a whole number of periods
/// after \p due, the first one after \p now, so that missed times are joined.
/// A \p due of zero means that the timer starts now.
mlir::Value emitNextDue(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value due, mlir::Value now, int64_t period);

/// True if the types in the signature of \p decl exclude that any other
/// argument leads to the place of its `var` parameter \p param.
bool isExclusive(const FunctionDecl &decl, const VarDecl &param);

mlir::Value emitI64(mlir::OpBuilder &builder, mlir::Location loc,
                    int64_t value);

/// Writes the body of a function that compares two arrays or structs.
void writeEquality(ModuleLowering &module, mlir::func::FuncOp function,
                   const Type *type);

/// Writes the body of a function that visits the references in a value.
void writeTracer(ModuleLowering &module, mlir::func::FuncOp function,
                 const Type *type);

/// Compares numbers, bools and strings.
mlir::Value emitScalarComparison(mlir::OpBuilder &builder, mlir::Location loc,
                                 BinaryOp op, const Type *type, mlir::Value lhs,
                                 mlir::Value rhs);

inline fir::Signedness getSign(const Type *type) {
  return type->isInt() && !type->isSigned ? fir::Signedness::Unsigned
                                          : fir::Signedness::Signed;
}

class FunctionLowering {
public:
  FunctionLowering(ModuleLowering &module, mlir::func::FuncOp function);
  void emitFunction(const FunctionDecl &decl);
  /// \p now is the time at which the turn began; null in `Init`.
  void emitSteps(const Block &steps, mlir::Value now);
  void emitEquality(const EnumDecl &decl);
  void emitPrinter(const EnumDecl &decl);

private:
  // Blocks.
  bool isReachable() const {
    mlir::Block *block = builder.getInsertionBlock();
    return block->empty() ||
           !block->back().hasTrait<mlir::OpTrait::IsTerminator>();
  }
  /// Appends \p block to the function and continues in it.
  void startBlock(mlir::Block *block);
  void branch(mlir::Location loc, mlir::Block *target,
              mlir::ValueRange args = {}) {
    mlir::cf::BranchOp::create(builder, loc, target, args);
  }

  // Memory.
  mlir::Value makeLocal(mlir::Location loc, fir::RefType type,
                        mlir::StringAttr name = {},
                        mlir::StringAttr sourceType = {}, unsigned arg = 0);
  /// Memory that is free again after the statement.
  mlir::Value makeTemporary(mlir::Location loc, fir::RefType type);
  void freeTemporaries(size_t mark);
  mlir::Value getPlace(const VarDecl *var);
  /// Memory of a variable; \p arg numbers parameters from 1.
  mlir::Value declare(const VarDecl &var, unsigned arg = 0);
  mlir::Value load(mlir::Location loc, mlir::Value place) {
    return fir::LoadOp::create(
        builder, loc, llvm::cast<fir::RefType>(place.getType()).getPointee(),
        place);
  }
  void store(mlir::Location loc, mlir::Value value, mlir::Value place) {
    fir::StoreOp::create(builder, loc, value, place);
  }
  mlir::Value emitElement(mlir::Location loc, mlir::Value base,
                          const Type *element, mlir::Value index,
                          fir::Signedness sign, bool inbounds);

  void emitFill(mlir::Value slice, mlir::Value value, const Type *element);

  // Exprs.cpp.
  mlir::Value emitInt(mlir::Location loc, const Type *type, uint64_t value);
  mlir::Value emitBool(mlir::Location loc, bool value);
  mlir::Value emitFloat(mlir::Location loc, const Type *type, double value);
  mlir::Value emitStr(mlir::Location loc, llvm::StringRef value);
  /// Evaluates a scalar, slice or string.
  mlir::Value emitValue(const Expr &expr);
  /// Evaluates \p expr into memory that it does not read.
  void emitInto(const Expr &expr, mlir::Value place);
  /// The place of an array or struct, or of what can be assigned; values
  /// without one get a temporary.
  mlir::Value emitPlace(const Expr &expr);
  mlir::Value emitTable(const ArrayLiteralExpr &expr);
  mlir::Value emitFunctionValue(const FunctionDecl &decl);
  mlir::Value emitName(const NameExpr &expr);
  mlir::Value emitConstant(const ConstValue &value, const Type *type);
  mlir::Value emitUnary(const UnaryExpr &expr);
  mlir::Value emitBinary(const BinaryExpr &expr);
  mlir::Value emitLogical(const BinaryExpr &expr, mlir::Value lhs);
  /// \p place is the operator's, where the operation may trap.
  mlir::Value emitOperation(llvm::StringRef place, BinaryOp op,
                            const Type *type, mlir::Value lhs, mlir::Value rhs,
                            const Type *rhsType);
  mlir::Value emitIntOperation(llvm::StringRef place, BinaryOp op,
                               const Type *type, mlir::Value lhs,
                               mlir::Value rhs, const Type *rhsType);
  mlir::Value emitComparison(mlir::Location loc, BinaryOp op, const Type *type,
                             mlir::Value lhs, mlir::Value rhs) {
    return emitScalarComparison(builder, loc, op, type, lhs, rhs);
  }
  mlir::Value emitConvert(const ConvertExpr &expr);
  mlir::Value emitToI64(mlir::Location loc, mlir::Value value,
                        const Type *type);
  mlir::Value emitIndex(const Expr &index);
  mlir::Value emitSliceRange(const SliceRangeExpr &expr);
  mlir::Value emitMember(const MemberExpr &expr);
  mlir::Value emitSliceOf(mlir::Location loc, mlir::Value place,
                          const Type *array);
  /// Branches on \p condition without computing a value for `&&` and `||`.
  void emitBranch(const Expr &condition, mlir::Block *ifTrue,
                  mlir::Block *ifFalse);

  // Enums.cpp.
  mlir::Value emitIsText(mlir::Value bytes);
  mlir::Value emitTag(const EnumDecl &decl, uint64_t number);
  mlir::Value emitGetVariant(mlir::Value place, const EnumDecl &decl);
  mlir::Value emitPayload(mlir::Value place, unsigned variant);
  mlir::Value emitField(mlir::Value place, const Type *type, unsigned index);
  void emitConstruction(const Construction &construction, mlir::Value place);
  void emitBind(const VarDecl &var, mlir::Value from);
  mlir::Value emitVariantTest(mlir::Value variant, const EnumDecl &decl,
                              unsigned number);
  void emitOptionalConvert(const ConvertExpr &expr, mlir::Value place);
  mlir::Value emitTry(const TryExpr &expr);
  void emitDeclTuple(const DeclTupleStmt &stmt);
  void emitMatch(const MatchStmt &stmt);
  void emitSwitch(mlir::Value flag, llvm::ArrayRef<llvm::APInt> values,
                  llvm::ArrayRef<mlir::Block *> targets, mlir::Block *rest);
  void emitVariantSwitch(const MatchStmt &stmt, mlir::Value subject,
                         llvm::ArrayRef<mlir::Block *> blocks,
                         mlir::Block *rest);
  void emitIntervalSwitch(const MatchStmt &stmt, mlir::Value subject,
                          llvm::ArrayRef<mlir::Block *> blocks,
                          mlir::Block *rest);
  void emitStringTests(const MatchStmt &stmt, mlir::Value subject,
                       llvm::ArrayRef<mlir::Block *> blocks, mlir::Block *rest);
  mlir::Value emitFieldEquality(mlir::Value lhs, mlir::Value rhs,
                                const Type *type);
  mlir::Value emitEnumComparison(const BinaryExpr &expr);

  // Calls.cpp.
  /// Calls; \p place takes an array or struct.  Null for calls without value.
  mlir::Value emitCall(const CallExpr &expr, mlir::Value place);
  mlir::Value emitUserCall(const CallExpr &expr, mlir::Value place);
  mlir::Value emitMath(const CallExpr &expr);
  mlir::Value emitHash(const CallExpr &expr);
  mlir::Value emitNewSlice(const CallExpr &expr);
  void emitPrint(const CallExpr &expr);
  void emitPrintText(mlir::Location loc, llvm::StringRef text,
                     mlir::Value toError);
  void emitPrintValue(mlir::Location loc, mlir::Value value, const Type *type,
                      mlir::Value toError);
  mlir::Value emitArgument(const Expr &arg);

  // Tiles.cpp.
  void emitShapes(const FunctionDecl &decl, unsigned firstSize);
  mlir::Value emitSize(const ShapeSize &size);
  mlir::Value emitRow(const IndexExpr &expr);
  mlir::Value emitShapedArgument(const Expr &arg,
                                 llvm::SmallVectorImpl<mlir::Value> &sizes);

  // Stmts.cpp.
  void emitStatements(const Block &block);
  void emitStmt(const Stmt &stmt);
  void emitAssign(const AssignStmt &stmt);
  void emitInitialize(const Expr &value, mlir::Value place);
  void emitReplace(const Expr &value, mlir::Value place);
  void emitIf(const IfStmt *stmt);
  void emitWhile(const WhileStmt &stmt);
  void emitLoop(const LoopStmt &stmt);
  void emitForRange(const ForRangeStmt &stmt);
  void emitForEach(const ForEachStmt &stmt);
  void emitEvery(const EveryStmt &stmt);
  // Tests.cpp.
  void emitExpect(const ExpectStmt &stmt);
  void emitRegion(const RegionStmt &stmt);
  /// The handle of a region.
  mlir::Value getRegion(const VarDecl *var);
  void poisonLocals(const Block &block);
  void emitLoopBody(const Block &body, mlir::Block *breakTo,
                    mlir::Block *continueTo, mlir::Location loc);

  struct LoopTargets {
    mlir::Block *breakTo, *continueTo;
    size_t depth; ///< of `cleanups`
  };

  // Steps.cpp.
  mlir::Value emitSetting(const SettingDecl &setting);
  mlir::Value emitFact(const Fact &fact, const Type *type);
  mlir::Value emitInUnit(const InUnitExpr &expr);
  void emitRead(const ReadStmt &stmt);
  void emitMessage(const MessageStmt &stmt);
  void emitFailure(const MessageStmt &stmt, mlir::Value isOk);
  mlir::Value emitEmpty(mlir::Location loc, const Type *type);
  void emitWhen(const WhenStmt &stmt);
  void emitWait(const WaitStmt &stmt);
  void bind(const VarDecl &var, bool declares, mlir::Value value);

  // Defers.cpp.
  /// A way out of scopes: the cleanups from number `depth` on run first.
  struct Exit {
    mlir::Block *target;
    size_t depth;
  };
  /// A deferred block that is pending, and the exits that go through it.
  struct Cleanup {
    const DeferStmt *stmt;
    mlir::Block *entry; ///< null before the first exit
    llvm::SmallVector<Exit, 2> exits;
    mlir::Value region = {}; ///< ends this region instead; no `stmt`
  };
  int32_t getExitNumber(mlir::Block *target);
  mlir::Value getSelector();
  void selectExit(mlir::Block *target);
  /// Registers \p exit with the innermost cleanup and gives its entry.
  mlir::Block *enterCleanup(Exit exit);
  void emitExit(mlir::Block *target, size_t depth);
  void emitDeferred(const Cleanup &cleanup);
  /// Ends the scope of the innermost cleanup.
  void popCleanup();
  void emitDispatch(llvm::ArrayRef<Exit> exits);
  void emitReturn(const Expr *value);
  /// Leaves the function with \p result, or with what the result place holds.
  void emitLeave(mlir::Value result);
  void emitReturnBlock();

  ModuleLowering &module;
  mlir::func::FuncOp function;
  mlir::OpBuilder builder;
  /// The statement's location, for operations that cannot trap: locations are
  /// unique objects, and making one costs more than making an operation.
  mlir::Location here;
  mlir::Operation *lastLocal = nullptr; ///< last of the entry block's head
  mlir::Value resultPlace;              ///< aggregate result
  mlir::Value now;
  /// Of float operations: a tile may leave their order free.
  mlir::arith::FastMathFlags floatFlags = mlir::arith::FastMathFlags::none;
  llvm::DenseMap<const VarDecl *, mlir::Value> places;
  llvm::DenseMap<const VarDecl *, mlir::Value> regions; ///< handles
  llvm::SmallVector<mlir::Value> poisonable; ///< arrays and structs declared
  llvm::SmallVector<LoopTargets> loops;
  llvm::SmallVector<Cleanup> cleanups; ///< outermost first
  llvm::SmallVector<mlir::Value> selectors;
  unsigned deferNesting = 0;
  llvm::DenseMap<mlir::Block *, int32_t> exitNumbers;
  /// Kept so that their addresses, the keys above, are not used again.
  std::vector<std::unique_ptr<mlir::Block>> unusedBlocks;
  mlir::Block *returnBlock = nullptr;
  mlir::Value savedResult;
  llvm::SmallVector<mlir::Value> liveTemporaries;
  llvm::DenseMap<mlir::Type, llvm::SmallVector<mlir::Value>> freePlaces;
};

} // namespace flux

#endif // FLUX_LIB_CONVERSION_ASTTOFIR_LOWERING_H
