//===- Lowering.h - the parts of the walk from FIR to C --------*- C++ -*-===//
//
// ModuleWriter holds what all functions share: types, names, constants, places
// of traps, helpers and the runtime's text.  FunctionWriter walks one function;
// its methods stand in one file for each family of operations.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_LIB_CONVERSION_FIRTOC_LOWERING_H
#define FLUX_LIB_CONVERSION_FIRTOC_LOWERING_H

#include "Code.h"
#include "RuntimeText.h"
#include "flux/Conversion/FIRToC.h"
#include "flux/Dialect/FIR/FIR.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <map>

namespace flux::c {

/// How the values of a FIR type look in C.
struct TypeInfo {
  std::string name; ///< of the type, of an array that of its elements' type
  std::string shortName; ///< as part of other names: "i64", "Point"
  uint64_t size = 0;     ///< bytes in memory, on every machine
  uint64_t align = 1;
  bool isAggregate = false;
  bool isDefined = false;          ///< its definition is written
  bool isLaidOut = false;          ///< of a record: its size is known
  std::vector<std::string> fields; ///< of a struct; of an enum its variants
};

/// Gives each name once.
class NameTable {
public:
  /// Keeps \p name for others.
  void reserve(llvm::StringRef name) { taken.insert(name); }
  /// \p wanted as a C name, or something like it that is not taken.
  std::string make(llvm::StringRef wanted);

private:
  llvm::StringSet<> taken;
};

/// The letters of \p name that C allows, others as `_`.
std::string toIdentifier(llvm::StringRef name);
/// True for words that mean something where the program stands in the file.
bool isReserved(llvm::StringRef name);
/// \p bytes as a string literal; empty if they are too many for one.
std::string quote(llvm::StringRef bytes);

class ModuleWriter {
public:
  ModuleWriter(mlir::ModuleOp source, const FIRToCOptions &options);
  bool run(llvm::raw_ostream &os);

  //===--- types (Types.cpp) ----------------------------------------------===//

  const TypeInfo &getType(mlir::Type type);
  /// The declaration of an object of \p type: `int64_t a[3]`.
  std::string declare(mlir::Type type, const std::string &name);
  /// The declaration of a pointer to \p type: `int64_t (*a)[3]`.
  std::string declarePointer(mlir::Type type, const std::string &name);
  /// The type of a value, as in a cast.
  std::string getName(mlir::Type type) { return declare(type, ""); }
  std::string getPointerName(mlir::Type type) {
    return declarePointer(type, "");
  }
  /// The name of a field of a struct, or of the fields of a variant.
  const std::string &getField(mlir::Type type, unsigned index);
  /// `static int64_t fx_fib(const flux_frame *caller, ` and the parameters.
  std::string getSignature(mlir::FunctionType type, llvm::StringRef declarator,
                           llvm::ArrayRef<std::string> names);

  //===--- constants (Constants.cpp) --------------------------------------===//

  /// An integer or float of \p type.
  std::string getNumber(mlir::Attribute value, mlir::Type type);
  /// A `flux_str` as an expression.
  Expr getString(llvm::StringRef text);
  std::string getInitializer(mlir::Attribute value, mlir::Type type);

  //===--- symbols --------------------------------------------------------===//

  const std::string &getFunction(mlir::StringAttr symbol);
  const std::string &getGlobal(mlir::StringAttr symbol);
  bool isConstant(mlir::StringAttr symbol);
  const std::string &getRegion(mlir::StringAttr symbol);
  mlir::func::FuncOp getFunctionOp(mlir::StringAttr symbol) {
    return functionOps.lookup(symbol);
  }

  /// The number of a place that can trap or call, in the table of places.
  unsigned getPlace(mlir::func::FuncOp function, const fir::Place &place);
  /// A name of the runtime: what the file does not contain in the end is left
  /// out.
  std::string use(llvm::StringRef name) { return name.str(); }
  /// A checked operation: writes its helper at first use.
  /// \p from and \p to are short names of numbers, or \p from is the type of
  /// a slice of \p element.
  std::string useHelper(llvm::StringRef operation, llvm::StringRef from,
                        llvm::StringRef to = "", mlir::Type element = {});
  void refuse(mlir::Location location, llvm::StringRef what);
  bool writesLines() const { return options.lines; }

private:
  std::string makeNumberHelper(llvm::StringRef operation, llvm::StringRef from,
                               llvm::StringRef to, const std::string &name);
  std::string makeSliceHelper(llvm::StringRef operation, llvm::StringRef slice,
                              mlir::Type element, const std::string &name);
  std::string makeTrap(llvm::StringRef pattern, llvm::StringRef type,
                       llvm::StringRef resultType,
                       llvm::ArrayRef<std::string> values);
  std::string getKey(mlir::Type type);
  TypeInfo &nameRecord(mlir::Type type);
  std::string getShortName(mlir::Type type);
  TypeInfo &find(mlir::Type type);
  void define(mlir::Type type);
  void defineStruct(fir::StructType type, TypeInfo &info);
  void defineEnum(fir::EnumType type, TypeInfo &info);
  void layOut(mlir::Type type, TypeInfo &info);
  void readNames();
  void nameVariants();
  mlir::Type resolve(mlir::Type type);
  std::string writeField(mlir::Type type, const std::string &name,
                         uint64_t offset, uint64_t &end32, bool isFirst);
  std::string getZero(mlir::Type type);
  std::string getElements(mlir::Attribute value, mlir::Type element,
                          uint64_t count, bool fill);
  void defineGlobal(fir::GlobalOp op);
  void defineFunction(mlir::func::FuncOp op);
  void reachItems(llvm::StringRef text);
  void writePlaces(llvm::raw_ostream &os);
  void writeMain(llvm::raw_ostream &os);
  std::string makeData(mlir::Type element, mlir::Attribute value,
                       uint64_t count);

  mlir::ModuleOp source;
  const FIRToCOptions &options;
  bool failed = false;
  RuntimeText runtime;
  NameTable names;

  llvm::StringMap<std::unique_ptr<TypeInfo>> types; ///< by key
  llvm::DenseMap<mlir::Type, TypeInfo *> typeCache;
  llvm::StringSet<> namedTypes;                ///< whose name says all
  llvm::DenseSet<mlir::Type> variantTypes;     ///< the fields of variants
  std::map<std::string, mlir::Type> fullTypes; ///< by name
  llvm::StringMap<std::vector<std::string>> fieldNames; ///< by key
  llvm::StringMap<std::string> variantNames;            ///< by key
  llvm::SmallVector<mlir::Type> openTypes; ///< to be defined in the end

  llvm::DenseMap<mlir::StringAttr, mlir::func::FuncOp> functionOps;
  llvm::DenseMap<mlir::StringAttr, fir::GlobalOp> globalOps;
  llvm::DenseMap<mlir::StringAttr, fir::RegionOp> regionOps;
  llvm::DenseMap<mlir::StringAttr, std::string> functionNames, globalNames,
      regionNames;
  llvm::SmallVector<fir::GlobalOp> startedGlobals; ///< filled by main
  bool hasEntry = false;

  // The parts of the file.
  std::string forward, definitions; ///< of types
  std::string starts;
  /// What can be left out if nothing leads to it.
  struct Item {
    std::string name, prototype, text;
    bool isUsed = false;
  };
  std::vector<Item> data, functions, helpers;
  llvm::StringSet<> helperNames;
  llvm::StringMap<std::string> dataNames; ///< by text

  llvm::StringMap<unsigned> placeNumbers;
  std::vector<std::string> places;
};

class FunctionWriter {
public:
  FunctionWriter(ModuleWriter &module, mlir::func::FuncOp function);
  void run(llvm::raw_ostream &os, const std::string &signatureName,
           bool isStatic);

private:
  //===--- values (Function.cpp) ------------------------------------------===//

  /// Takes the expression of an operand; an expression that was not yet
  /// evaluated becomes part of what it is put into.
  Expr take(mlir::Value value);
  /// The same, as something that can be written twice: a name, a constant.
  Expr takeStable(mlir::Value value);
  /// Takes operands that are evaluated in C's own order.
  llvm::SmallVector<Expr> takeAll(mlir::ValueRange operands);
  /// Defines the result of an operation.
  void set(mlir::Value result, Expr value);
  void setPlace(mlir::Value result, std::string text, Effect effect,
                bool isAddress = false);
  /// Evaluates what has to come before something with \p effect.
  void settle(Effect effect);
  void materialize(mlir::Value value);
  void declareLater(mlir::Value value, const std::string &name);
  void addStatement(std::string text, Effect effect = Effect::Writes);
  bool isShared(mlir::Value value);
  /// `caller, 7`: for a trap at the current place.
  std::string trapArguments();
  /// `flux_at(&here, 7)`: the frame for a call.
  std::string frameArgument();

  //===--- control flow (Structure.cpp) -----------------------------------===//

  struct Flow {
    mlir::Block *next = nullptr;       ///< what follows in the text
    mlir::Block *breakTo = nullptr;    ///< where `break` goes
    mlir::Block *continueTo = nullptr; ///< where `continue` goes
    bool inSwitch = false;             ///< `break` ends a case
  };
  void findLoops();
  /// The code of a block and what it dominates; true if control gets to its
  /// end.
  bool writeTree(mlir::Block *block, Flow flow);
  bool writeBlock(mlir::Block *block, Flow flow);
  bool writeJump(mlir::Block *from, mlir::Block *to, mlir::ValueRange operands,
                 Flow flow);
  bool writeCondBranch(mlir::cf::CondBranchOp op, Flow flow);
  bool writeSwitch(mlir::cf::SwitchOp op, Flow flow);
  void assignArguments(mlir::Block *to, mlir::ValueRange operands);
  std::string getLabel(mlir::Block *block);
  bool isFollower(mlir::Block *block) const { return followers.count(block); }
  void declareBlockArguments();

  //===--- operations -----------------------------------------------------===//

  using Handler = void (*)(FunctionWriter &, mlir::Operation *);
  template <typename Op, auto Method>
  void on();
  void addHandlers();
  void addArithmeticHandlers();
  void addUpstreamHandlers();
  void addMemoryHandlers();
  void addSequenceHandlers();
  void addRuntimeHandlers();
  void writeOperation(mlir::Operation *op);

  void writeReturn(mlir::func::ReturnOp op);
  void writeCall(mlir::func::CallOp op);
  void writeCallIndirect(mlir::func::CallIndirectOp op);
  void writeFunctionConstant(mlir::func::ConstantOp op);
  void writeTrap(fir::TrapOp op);
  void finishCall(mlir::Operation *op, std::string text);
  std::string passArgument(mlir::Value value, const Expr &expr);

  Expr takeArgument(mlir::Value value, bool isSigned);
  void writeChecked(mlir::Operation *op, llvm::StringRef name, bool isSigned);
  void writeAdd(fir::AddOp op);
  void writeSub(fir::SubOp op);
  void writeMul(fir::MulOp op);
  void writeDiv(fir::DivOp op);
  void writeRem(fir::RemOp op);
  void writeNeg(fir::NegOp op);
  void writeAbs(fir::AbsOp op);
  void writeShl(fir::ShlOp op);
  void writeShr(fir::ShrOp op);
  void writeSaturating(mlir::Operation *op, llvm::StringRef name,
                       bool isSigned);
  void writeAddSat(fir::AddSatOp op);
  void writeSubSat(fir::SubSatOp op);
  void writeConvert(fir::ConvertOp op);
  void writeFits(fir::FitsOp op);

  void writeConstant(mlir::arith::ConstantOp op);
  void writeIntegerOp(mlir::Operation *op);
  void writeFloatOp(mlir::Operation *op);
  void writeDivision(mlir::Operation *op);
  void writeShift(mlir::Operation *op);
  void writeCast(mlir::Operation *op);
  void writeMinMax(mlir::Operation *op);
  void writeNegF(mlir::arith::NegFOp op);
  void writeCmpI(mlir::arith::CmpIOp op);
  void writeCmpF(mlir::arith::CmpFOp op);
  void writeSelect(mlir::arith::SelectOp op);

  void writeLocal(fir::LocalOp op);
  void writeLoad(fir::LoadOp op);
  void writeStore(fir::StoreOp op);
  void writeCopy(fir::CopyOp op);
  void writePoison(fir::PoisonOp op);
  void writeField(fir::FieldOp op);
  void writeElement(fir::ElementOp op);
  void writeSetVariant(fir::SetVariantOp op);
  void writeGetVariant(fir::GetVariantOp op);
  void writePayload(fir::PayloadOp op);
  void writeRetype(fir::RetypeOp op);
  void writeAddressOf(fir::AddressOfOp op);

  void writeSliceOf(fir::SliceOfOp op);
  void writeSubslice(fir::SubsliceOp op);
  void writeShape(fir::ShapeOp op);
  void writeRow(fir::RowOp op);
  void writeSubstr(fir::SubstrOp op);
  void writeLen(fir::LenOp op);
  void writeFill(fir::FillOp op);
  void writeAlloc(fir::AllocOp op);
  void writeRegionEnter(fir::RegionEnterOp op);
  void writeRegionExit(fir::RegionExitOp op);
  void writeRegionOf(fir::RegionOfOp op);
  void writeKeep(fir::KeepOp op);
  void writeKeepRoot(fir::KeepRootOp op);
  void writeKeepRegion(fir::KeepRegionOp op);
  void writeCommit(fir::CommitOp op);
  void writeStrConst(fir::StrConstOp op);
  void writeStrBytes(fir::StrBytesOp op);
  void writeStrFromBytes(fir::StrFromBytesOp op);
  void writeStrCmp(fir::StrCmpOp op);
  void writeIntrinsic(fir::IntrinsicOp op);
  /// An integer read as one with or without a sign, for comparisons.
  Expr readAs(mlir::Value value, bool isSigned);
  /// The low bits, or the same value in more bits.
  Expr convertInteger(const Expr &value, mlir::Type from, bool fromSigned,
                      mlir::Type to);

  ModuleWriter &module;
  mlir::func::FuncOp function;
  llvm::DenseMap<mlir::TypeID, Handler> handlers;
  NameTable names;
  Code *code = nullptr; ///< where statements go
  fir::Place place;

  llvm::DenseMap<mlir::Value, Expr> values;
  /// Values that are not evaluated yet, in the order of their definitions.
  llvm::SetVector<mlir::Value> pending;
  std::vector<std::string> declarations;
  std::vector<std::string> variables; ///< their names
  llvm::StringSet<> declared;
  llvm::SmallVector<std::string> paramNames;
  llvm::DenseMap<mlir::Operation *, std::string> localNames;
  /// Locals that nobody reads.
  llvm::DenseSet<mlir::Operation *> deadLocals;
  bool hasFrame = false;

  mlir::DominanceInfo dominance;
  llvm::DenseMap<mlir::Block *, unsigned> order; ///< reverse post-order
  llvm::DenseMap<mlir::Block *, llvm::DenseSet<mlir::Block *>> loops;
  llvm::DenseMap<mlir::Block *, llvm::SmallVector<mlir::Block *>> children;
  llvm::DenseSet<mlir::Block *> followers; ///< written behind what leads there
  llvm::DenseMap<mlir::Block *, std::string> labels;
  unsigned numTemporaries = 0;
};

template <typename Op, auto Method>
void FunctionWriter::on() {
  handlers[mlir::TypeID::get<Op>()] = [](FunctionWriter &writer,
                                         mlir::Operation *op) {
    if constexpr (std::is_invocable_v<decltype(Method), FunctionWriter &, Op>)
      (writer.*Method)(llvm::cast<Op>(op));
    else
      (writer.*Method)(op);
  };
}

} // namespace flux::c

#endif // FLUX_LIB_CONVERSION_FIRTOC_LOWERING_H
