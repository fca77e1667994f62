//===- Memory.cpp - places: locals, fields, elements ----------------------===//
//
// A place is an object as C writes it, `p.list.data[i]`; its address is only
// taken where it is passed on.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "llvm/ADT/StringExtras.h"

using namespace flux;
using namespace flux::c;

void FunctionWriter::addMemoryHandlers() {
  on<fir::LocalOp, &FunctionWriter::writeLocal>();
  on<fir::LoadOp, &FunctionWriter::writeLoad>();
  on<fir::StoreOp, &FunctionWriter::writeStore>();
  on<fir::CopyOp, &FunctionWriter::writeCopy>();
  on<fir::PoisonOp, &FunctionWriter::writePoison>();
  on<fir::FieldOp, &FunctionWriter::writeField>();
  on<fir::ElementOp, &FunctionWriter::writeElement>();
  on<fir::SetVariantOp, &FunctionWriter::writeSetVariant>();
  on<fir::GetVariantOp, &FunctionWriter::writeGetVariant>();
  on<fir::PayloadOp, &FunctionWriter::writePayload>();
  on<fir::RetypeOp, &FunctionWriter::writeRetype>();
  on<fir::AddressOfOp, &FunctionWriter::writeAddressOf>();
}

void FunctionWriter::writeLocal(fir::LocalOp op) {
  if (deadLocals.contains(op))
    return;
  std::string &name = localNames[op];
  if (name.empty()) {
    name = names.make(
        op.getName().value_or("v" + std::to_string(++numTemporaries)));
    declarations.push_back(module.declare(op.getType().getPointee(), name) +
                           ";");
    variables.push_back(name);
  }
  values[op.getResult()] = {name};
}

void FunctionWriter::writeLoad(fir::LoadOp op) {
  Expr ref = take(op.getRef());
  Expr value = {ref.object()};
  if (ref.isAddress)
    value.level = Level::Unary;
  value.effect = std::max(ref.effect, Effect::Reads);
  set(op, std::move(value));
}

void FunctionWriter::writeStore(fir::StoreOp op) {
  auto local = op.getRef().getDefiningOp<fir::LocalOp>();
  bool isParameter =
      local && llvm::isa<mlir::BlockArgument>(op.getValue()) &&
      localNames.lookup(local) == values.lookup(op.getValue()).text &&
      !localNames.lookup(local).empty();
  if (isParameter)
    return;
  Expr value = take(op.getValue());
  if (local && deadLocals.contains(local)) {
    if (value.effect >= Effect::Traps)
      addStatement(
          (value.isCall ? value.text : "(void)" + value.at(Level::Unary)) +
          ";");
    return;
  }
  Expr ref = take(op.getRef());
  addStatement(ref.object() + " = " + passArgument(op.getValue(), value) + ";");
}

void FunctionWriter::writeCopy(fir::CopyOp op) {
  mlir::Type type = op.getSource().getType().getPointee();
  Expr source = take(op.getSource()), target = take(op.getTarget());
  if (module.getType(type).size == 0)
    return;
  if (llvm::isa<fir::ArrayType>(type)) {
    addStatement("memmove(" + target.address() + ", " + source.address() +
                 ", sizeof(" + module.getName(type) + "));");
    return;
  }
  addStatement(target.object() + " = " + source.object() + ";");
}

void FunctionWriter::writePoison(fir::PoisonOp op) {
  Expr place = take(op.getPlace());
  std::string name = module.getName(op.getPlace().getType().getPointee());
  addStatement(module.use("flux_poison") + "(" + place.address() + ", sizeof(" +
               name + "));");
}

/// A part of \p base.
static Expr makePart(const Expr &base, std::string text, ModuleWriter &module,
                     mlir::Type pointee) {
  Expr part = {std::move(text)};
  part.effect = base.effect;
  if (!base.constType.empty())
    part.constType = module.getPointerName(pointee);
  return part;
}

void FunctionWriter::writeField(fir::FieldOp op) {
  mlir::Type record = op.getRef().getType().getPointee();
  Expr base = take(op.getRef());
  set(op, makePart(base,
                   base.memberPrefix() + module.getField(record, op.getIndex()),
                   module, op.getResult().getType().getPointee()));
}

void FunctionWriter::writePayload(fir::PayloadOp op) {
  mlir::Type type = op.getRef().getType().getPointee();
  mlir::Type fields = op.getResult().getType().getPointee();
  Expr base = take(op.getRef());
  if (module.getType(fields).size == 0) {
    Expr part = {"(" + module.getPointerName(fields) + ")" + base.address()};
    part.level = Level::Unary;
    part.effect = base.effect;
    part.isAddress = true;
    return set(op, std::move(part));
  }
  set(op, makePart(base,
                   base.memberPrefix() + "as." +
                       module.getField(type, op.getVariant()),
                   module, fields));
}

void FunctionWriter::writeGetVariant(fir::GetVariantOp op) {
  Expr base = take(op.getRef());
  Expr tag = {base.memberPrefix() + "tag"};
  tag.effect = std::max(base.effect, Effect::Reads);
  set(op, std::move(tag));
}

void FunctionWriter::writeSetVariant(fir::SetVariantOp op) {
  Expr base = take(op.getRef());
  addStatement(base.memberPrefix() +
               "tag = " + std::to_string(op.getVariant()) + ";");
}

void FunctionWriter::writeElement(fir::ElementOp op) {
  auto slice = llvm::dyn_cast<fir::SliceType>(op.getBase().getType());
  bool isChecked = !op.getInbounds();
  std::optional<int64_t> known;
  if (auto constant = op.getIndex().getDefiningOp<mlir::arith::ConstantOp>())
    known = llvm::cast<mlir::IntegerAttr>(constant.getValue()).getInt();
  uint64_t count = 0;
  if (!slice) {
    count = llvm::cast<fir::ArrayType>(
                llvm::cast<fir::RefType>(op.getBase().getType()).getPointee())
                .getCount();
    if (known && uint64_t(*known) < count)
      isChecked = false;
  }
  if (slice && isChecked) {
    // The slice is written twice, for its length.
    Expr peek = values.lookup(op.getBase());
    bool isSimple = llvm::all_of(peek.text, [](char c) {
      return llvm::isAlnum(c) || c == '_' || c == '.' || c == '-' || c == '>';
    });
    if (!isSimple || peek.effect > Effect::Reads)
      materialize(op.getBase());
  }
  Expr base = take(op.getBase());
  Expr index = take(op.getIndex());
  Effect effect = std::max(base.effect, index.effect);
  std::string text = index.text;
  if (isChecked) {
    bool isSigned = op.getSign() == fir::Signedness::Signed;
    std::string length =
        slice ? base.at(Level::Primary) + ".length" : std::to_string(count);
    text = module.use(isSigned ? "flux_index" : "flux_index_unsigned") + "(" +
           trapArguments() + ", " + text + ", " + length + ")";
    effect = std::max(effect, Effect::Traps);
  }
  Expr place = makePart(base,
                        (slice ? base.at(Level::Primary) + ".data"
                               : base.object(Level::Primary)) +
                            "[" + text + "]",
                        module, op.getResult().getType().getPointee());
  place.effect = effect;
  set(op, std::move(place));
}

void FunctionWriter::writeRetype(fir::RetypeOp op) {
  Expr value = take(op.getOperand());
  set(op, std::move(value));
}

void FunctionWriter::writeAddressOf(fir::AddressOfOp op) {
  mlir::StringAttr symbol = op.getGlobalAttr().getAttr();
  Expr value = {module.getGlobal(symbol)};
  if (module.isConstant(symbol))
    value.constType = module.getPointerName(op.getType().getPointee());
  values[op.getResult()] = value;
}
