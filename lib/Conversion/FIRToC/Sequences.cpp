//===- Sequences.cpp - slices, strings, regions and the runtime -----------===//
//
// A slice is a struct of an address and a length, passed by value.  What needs
// one of a certain type is a helper; all else is a function of runtime/c.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "flux/Frontend/Builtins.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace flux;
using namespace flux::c;

void FunctionWriter::addSequenceHandlers() {
  on<fir::SliceOfOp, &FunctionWriter::writeSliceOf>();
  on<fir::SubsliceOp, &FunctionWriter::writeSubslice>();
  on<fir::ShapeOp, &FunctionWriter::writeShape>();
  on<fir::RowOp, &FunctionWriter::writeRow>();
  on<fir::SubstrOp, &FunctionWriter::writeSubstr>();
  on<fir::LenOp, &FunctionWriter::writeLen>();
  on<fir::FillOp, &FunctionWriter::writeFill>();
  on<fir::AllocOp, &FunctionWriter::writeAlloc>();
  on<fir::RegionEnterOp, &FunctionWriter::writeRegionEnter>();
  on<fir::RegionExitOp, &FunctionWriter::writeRegionExit>();
  on<fir::RegionOfOp, &FunctionWriter::writeRegionOf>();
  on<fir::StrConstOp, &FunctionWriter::writeStrConst>();
  on<fir::StrBytesOp, &FunctionWriter::writeStrBytes>();
  on<fir::StrFromBytesOp, &FunctionWriter::writeStrFromBytes>();
  on<fir::StrCmpOp, &FunctionWriter::writeStrCmp>();
}

static Expr makeCall(std::string text, Effect effect) {
  Expr call = {std::move(text)};
  call.effect = effect;
  call.isCall = true;
  return call;
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

void FunctionWriter::writeSliceOf(fir::SliceOfOp op) {
  auto array = llvm::cast<fir::ArrayType>(op.getArray().getType().getPointee());
  Expr base = take(op.getArray());
  std::string data = base.object();
  if (!base.constType.empty())
    data = "(" + module.getPointerName(array.getElement()) + ")" + data;
  Expr slice = {"((" + module.getName(op.getType()) + "){" + data + ", " +
                std::to_string(array.getCount()) + "})"};
  slice.effect = base.effect;
  set(op, std::move(slice));
}

void FunctionWriter::writeLen(fir::LenOp op) {
  Expr operand = take(op.getOperand());
  Expr length = {operand.at(Level::Primary) + ".length"};
  length.effect = operand.effect;
  if (auto array = op.getOperand().getDefiningOp<fir::SliceOfOp>())
    length = {std::to_string(
        llvm::cast<fir::ArrayType>(array.getArray().getType().getPointee())
            .getCount())};
  set(op, std::move(length));
}

void FunctionWriter::writeSubslice(fir::SubsliceOp op) {
  std::string helper = module.useHelper("part", module.getName(op.getType()));
  llvm::SmallVector<Expr> operands = takeAll(op->getOperands());
  std::string text = helper + "(" + trapArguments();
  Effect effect = Effect::Traps;
  for (const Expr &operand : operands) {
    text += ", " + operand.text;
    effect = std::max(effect, operand.effect);
  }
  set(op, makeCall(text + ")", effect));
}

void FunctionWriter::writeShape(fir::ShapeOp op) {
  std::string helper = module.useHelper("shape", module.getName(op.getType()));
  Expr slice = take(op.getSlice()), count = take(op.getCount());
  set(op, makeCall(helper + "(" + trapArguments() + ", " + slice.text + ", " +
                       count.text + ")",
                   std::max({Effect::Traps, slice.effect, count.effect})));
}

void FunctionWriter::writeRow(fir::RowOp op) {
  std::string helper = module.useHelper("row", module.getName(op.getType()));
  Expr slice = take(op.getSlice()), index = take(op.getIndex());
  Expr count = take(op.getCount()), length = take(op.getLength());
  Effect effect =
      std::max({slice.effect, index.effect, count.effect, length.effect});
  std::string row = index.text;
  if (!op.getInbounds()) {
    bool isSigned = op.getSign() == fir::Signedness::Signed;
    row = module.use(isSigned ? "flux_index" : "flux_index_unsigned") + "(" +
          trapArguments() + ", " + row + ", " + count.text + ")";
    effect = std::max(effect, Effect::Traps);
  }
  set(op, makeCall(helper + "(" + slice.text + ", " + row + ", " + length.text +
                       ")",
                   effect));
}

void FunctionWriter::writeFill(fir::FillOp op) {
  mlir::Type element = op.getSlice().getType().getElement();
  Expr slice = take(op.getSlice()), value = take(op.getValue());
  if (module.getType(element).size == 0)
    return;
  bool isPlace = llvm::isa<fir::RefType>(op.getValue().getType());
  bool isArray = llvm::StringRef(module.getName(element)).contains('[');
  std::string kind = isPlace ? isArray ? "fill_arrays" : "fill_from" : "fill";
  std::string helper = module.useHelper(
      kind, module.getName(op.getSlice().getType()), "", element);
  addStatement(helper + "(" + slice.text + ", " +
               passArgument(op.getValue(), value) + ");");
}

void FunctionWriter::writeAlloc(fir::AllocOp op) {
  mlir::Type element = op.getType().getElement();
  std::string helper =
      module.useHelper(op.getRegion() ? "new_in" : "new",
                       module.getName(op.getType()), "", element);
  Expr count = take(op.getCount());
  std::string text = helper + "(" + trapArguments() + ", ";
  Effect effect = std::max(Effect::Traps, count.effect);
  if (op.getRegion())
    text += take(op.getRegion()).text + ", ";
  set(op, makeCall(text + count.text + ")", effect));
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

void FunctionWriter::writeRegionEnter(fir::RegionEnterOp op) {
  std::string name = names.make("region");
  declarations.push_back(module.use("flux_region") + " " + name + ";");
  Expr size = take(op.getSize());
  addStatement(module.use("flux_region_enter") + "(" + trapArguments() + ", &" +
               name + ", " + size.text + ");");
  values[op.getResult()] = {"&" + name, Level::Unary};
}

void FunctionWriter::writeRegionExit(fir::RegionExitOp op) {
  std::string name = op.getPoison() ? "flux_region_poison" : "flux_region_exit";
  addStatement(module.use(name) + "(" + take(op.getRegion()).text + ");");
}

void FunctionWriter::writeRegionOf(fir::RegionOfOp op) {
  values[op.getResult()] = {"&" + module.getRegion(op.getNameAttr().getAttr()),
                            Level::Unary};
}

//===----------------------------------------------------------------------===//
// Strings
//===----------------------------------------------------------------------===//

void FunctionWriter::writeStrConst(fir::StrConstOp op) {
  values[op.getResult()] = module.getString(op.getValue());
}

void FunctionWriter::writeSubstr(fir::SubstrOp op) {
  std::string text = module.use("flux_str_part") + "(" + trapArguments();
  Effect effect = Effect::Traps;
  for (const Expr &operand : takeAll(op->getOperands())) {
    text += ", " + operand.text;
    effect = std::max(effect, operand.effect);
  }
  set(op, makeCall(text + ")", effect));
}

void FunctionWriter::writeStrBytes(fir::StrBytesOp op) {
  Expr str = take(op.getStr());
  set(op, makeCall(module.use("flux_str_bytes") + "(" + str.text + ")",
                   str.effect));
}

void FunctionWriter::writeStrFromBytes(fir::StrFromBytesOp op) {
  Expr bytes = take(op.getBytes());
  set(op, makeCall(module.use("flux_str_from_bytes") + "(" + trapArguments() +
                       ", " + bytes.text + ")",
                   std::max(Effect::Traps, bytes.effect)));
}

void FunctionWriter::writeStrCmp(fir::StrCmpOp op) {
  fir::StrPredicate predicate = op.getPredicate();
  bool isEquality =
      predicate == fir::StrPredicate::Eq || predicate == fir::StrPredicate::Ne;
  Expr lhs = take(op.getLhs()), rhs = take(op.getRhs());
  std::string call =
      module.use(isEquality ? "flux_str_equal" : "flux_str_compare") + "(" +
      lhs.text + ", " + rhs.text + ")";
  Expr result =
      makeCall(call, std::max({Effect::Reads, lhs.effect, rhs.effect}));
  if (predicate == fir::StrPredicate::Ne) {
    result = result.getNegation();
  } else if (!isEquality) {
    static constexpr const char *signs[] = {"", "", "<", "<=", ">", ">="};
    static constexpr const char *opposites[] = {"", "", ">=", ">", "<=", "<"};
    result.text = call + " " + signs[unsigned(predicate)] + " 0";
    result.negated = call + " " + opposites[unsigned(predicate)] + " 0";
    result.level = Level::Relation;
    result.isCall = false;
  }
  set(op, std::move(result));
}

//===----------------------------------------------------------------------===//
// Built-in functions
//===----------------------------------------------------------------------===//

void FunctionWriter::addRuntimeHandlers() {
  on<fir::IntrinsicOp, &FunctionWriter::writeIntrinsic>();
  on<fir::KeepOp, &FunctionWriter::writeKeep>();
  on<fir::KeepRootOp, &FunctionWriter::writeKeepRoot>();
  on<fir::KeepRegionOp, &FunctionWriter::writeKeepRegion>();
  on<fir::CommitOp, &FunctionWriter::writeCommit>();
}

void FunctionWriter::writeIntrinsic(fir::IntrinsicOp op) {
  llvm::StringRef name = op.getName();
  auto [moduleName, functionName] = name.split('.');
  const Builtin *builtin = findBuiltin(moduleName, functionName);
  bool traps = builtin && builtin->lowering == BuiltinLowering::RuntimeTraps;
  bool isPure = name.starts_with("math.") || name.starts_with("bits.");
  mlir::Type type =
      op.getArgs().empty() ? mlir::Type() : op.getArgs()[0].getType();
  std::string callee = ("flux_" + name).str();
  std::replace(callee.begin(), callee.end(), '.', '_');
  bool ofInteger = moduleName == "bits" && functionName != "of_float" &&
                   functionName != "to_float";
  if (name == "bits.swap_bytes" && type.isInteger(8))
    return set(op.getResult(0), take(op.getArgs()[0]));
  if (ofInteger)
    callee = module.useHelper(
        functionName, "u" + std::to_string(type.getIntOrFloatBitWidth()));
  else if (moduleName == "math")
    module.use(callee += type.isF32() ? "_f32" : "_f64");
  else
    module.use(callee);
  std::string text = callee + "(";
  Effect effect = isPure ? Effect::None
                  : name == "text.find_invalid" || name == "hash.str" ||
                          name == "error.text"
                      ? Effect::Reads
                  : moduleName == "text" ? Effect::Traps
                                         : Effect::Writes;
  llvm::StringRef comma = "";
  if (traps) {
    text += trapArguments();
    comma = ", ";
  }
  for (const Expr &operand : takeAll(op.getArgs())) {
    text += (comma + operand.text).str();
    comma = ", ";
    effect = std::max(effect, operand.effect);
  }
  text += ")";
  if (op.getNumResults())
    return set(op.getResult(0), makeCall(text, effect));
  addStatement(text + ";");
}

//===----------------------------------------------------------------------===//
// The state of an agent
//===----------------------------------------------------------------------===//

void FunctionWriter::writeKeep(fir::KeepOp op) {
  uint64_t size = 1; // of a byte of a string
  if (auto slice =
          llvm::dyn_cast<fir::SliceType>(op.getSlot().getType().getPointee()))
    size = module.getType(slice.getElement()).size;
  std::string each = "NULL";
  if (op.getEach())
    each = "(" + module.use("flux_tracer") + ")" +
           take(op.getEach()).at(Level::Primary) + ".call";
  module.use("flux_tracer");
  addStatement(module.use("flux_state_keep") + "(" +
               take(op.getSlot()).address() + ", " + std::to_string(size) +
               ", " + each + ");");
}

void FunctionWriter::writeKeepRoot(fir::KeepRootOp op) {
  Expr by = take(op.getBy());
  addStatement(module.use("flux_state_root") + "(" + trapArguments() + ", " +
               take(op.getPlace()).address() + ", (" +
               module.use("flux_tracer") + ")" + by.at(Level::Primary) +
               ".call);");
}

void FunctionWriter::writeKeepRegion(fir::KeepRegionOp op) {
  addStatement(module.use("flux_state_region") + "(" +
               take(op.getRegion()).text + ");");
}

void FunctionWriter::writeCommit(fir::CommitOp op) {
  Expr roots = take(op.getRoots());
  addStatement(module.use(op.getPoison() ? "flux_agent_commit_poison"
                                         : "flux_agent_commit") +
               "(" + frameArgument() + ", " + roots.at(Level::Primary) +
               ".call, " + std::to_string(op.getLimit()) + ");");
}
