//===- Aggregates.cpp - equality, hashes and references of aggregates -----===//
//
// Comparing or hashing an array or struct, or visiting what its references lead
// to, is a call of a function made for its type, when it is first needed: code
// stays small where large types meet many times, and the optimiser inlines what
// is worth it.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using mlir::Location;
using mlir::Value;
using mlir::ValueRange;
namespace arith = mlir::arith;
namespace cf = mlir::cf;

namespace {

/// Writes the body of a helper function: visits the parts of a value in order.
class PartWriter {
public:
  PartWriter(ModuleLowering &module, mlir::func::FuncOp function)
      : module(module), builder(function.getContext()), loc(function.getLoc()),
        region(function.getBody()) {
    builder.setInsertionPointToEnd(function.addEntryBlock());
  }
  void writeEquality(const Type *type);
  void writeHash(const Type *type);
  void writeEnumHash(const Type *type);
  void writeTracer(const Type *type);

private:
  mlir::Block *addBlock(mlir::TypeRange args = {}) {
    auto *block = new mlir::Block;
    region.push_back(block);
    for (mlir::Type arg : args)
      block->addArgument(arg, loc);
    return block;
  }
  Value load(Value place) {
    return fir::LoadOp::create(
        builder, loc, llvm::cast<fir::RefType>(place.getType()).getPointee(),
        place);
  }
  Value emitConstant(uint64_t value) {
    return emitI64(builder, loc, int64_t(value));
  }
  Value emitField(Value place, const Type *type, unsigned index) {
    return fir::FieldOp::create(builder, loc, module.getRefType(type), place,
                                index);
  }
  Value emitElement(Value place, const Type *type, Value index) {
    return fir::ElementOp::create(builder, loc, module.getRefType(type),
                                  fir::Signedness::Signed, place, index,
                                  /*inbounds=*/true);
  }
  Value emitEqual(const Type *type, Value a, Value b);
  Value emitHashed(const Type *type, Value hash, Value place);
  /// Calls \p visit for each field of each variant, in the block of that, and
  /// continues behind.
  void emitVariants(const EnumDecl &decl, Value place,
                    llvm::function_ref<void(const Type *, Value)> visit);
  void emitTrace(const Type *type, Value place);
  /// Runs \p visit for the indices 0 to \p count - 1, of which there is one at
  /// least, and continues behind; gives what the last round gave, or null.
  Value emitElementLoop(uint64_t count, Value first,
                        llvm::function_ref<Value(Value, Value)> visit);

  ModuleLowering &module;
  mlir::OpBuilder builder;
  Location loc;
  mlir::Region &region;
};

} // namespace

Value PartWriter::emitElementLoop(
    uint64_t count, Value first,
    llvm::function_ref<Value(Value, Value)> visit) {
  llvm::SmallVector<mlir::Type, 2> types = {builder.getI64Type()};
  llvm::SmallVector<Value, 2> start = {emitConstant(0)};
  if (first) {
    types.push_back(first.getType());
    start.push_back(first);
  }
  mlir::Block *body = addBlock(types);
  cf::BranchOp::create(builder, loc, body, start);
  builder.setInsertionPointToEnd(body);
  Value index = body->getArgument(0);
  Value result = visit(index, first ? Value(body->getArgument(1)) : Value());
  mlir::Block *done = addBlock();
  llvm::SmallVector<Value, 2> next = {
      arith::AddIOp::create(builder, loc, index, emitConstant(1))};
  Value isEnd = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                      next.front(), emitConstant(count));
  if (result)
    next.push_back(result);
  cf::CondBranchOp::create(builder, loc, isEnd, done, ValueRange(), body, next);
  builder.setInsertionPointToEnd(done);
  return result;
}

//===----------------------------------------------------------------------===//
// Equality
//===----------------------------------------------------------------------===//

Value PartWriter::emitEqual(const Type *type, Value a, Value b) {
  if (!type->isAggregate())
    return emitScalarComparison(builder, loc, BinaryOp::Eq, type, load(a),
                                load(b));
  return mlir::func::CallOp::create(builder, loc, module.getEquality(type),
                                    ValueRange{a, b})
      .getResult(0);
}

void PartWriter::writeEquality(const Type *type) {
  mlir::Block &entry = region.front();
  Value a = entry.getArgument(0), b = entry.getArgument(1);
  mlir::Block *differs = addBlock();
  auto returnBool = [&](bool value) {
    Value result =
        arith::ConstantOp::create(builder, loc, builder.getBoolAttr(value));
    mlir::func::ReturnOp::create(builder, loc, result);
  };
  if (type->isStruct()) {
    for (auto [index, field] : llvm::enumerate(type->decl->fields)) {
      Value equal = emitEqual(field.type, emitField(a, field.type, index),
                              emitField(b, field.type, index));
      mlir::Block *next = addBlock();
      cf::CondBranchOp::create(builder, loc, equal, next, ValueRange(), differs,
                               ValueRange());
      builder.setInsertionPointToEnd(next);
    }
  } else {
    const Type *element = type->element;
    emitElementLoop(type->count, Value(), [&](Value index, Value) -> Value {
      Value equal = emitEqual(element, emitElement(a, element, index),
                              emitElement(b, element, index));
      mlir::Block *step = addBlock();
      cf::CondBranchOp::create(builder, loc, equal, step, ValueRange(), differs,
                               ValueRange());
      builder.setInsertionPointToEnd(step);
      return nullptr;
    });
  }
  returnBool(true);
  builder.setInsertionPointToEnd(differs);
  if (differs->hasNoPredecessors()) // a struct without fields
    differs->erase();
  else
    returnBool(false);
}

void flux::writeEquality(ModuleLowering &module, mlir::func::FuncOp function,
                         const Type *type) {
  PartWriter(module, function).writeEquality(type);
}

//===----------------------------------------------------------------------===//
// Hashes
//===----------------------------------------------------------------------===//

/// The finaliser of SplitMix64 over \p hash and \p word; docs/language.md says
/// it (GEN-7), and runtime/rt/Strings.cpp does the same.
static Value emitMix(mlir::OpBuilder &builder, Location loc, Value hash,
                     Value word) {
  auto constant = [&](uint64_t value) {
    return emitI64(builder, loc, int64_t(value));
  };
  auto fold = [&](Value value, uint64_t shift) -> Value {
    Value high = arith::ShRUIOp::create(builder, loc, value, constant(shift));
    return arith::XOrIOp::create(builder, loc, value, high);
  };
  Value z = arith::XOrIOp::create(builder, loc, hash, word);
  z = arith::AddIOp::create(builder, loc, z, constant(0x9e3779b97f4a7c15));
  z = arith::MulIOp::create(builder, loc, fold(z, 30),
                            constant(0xbf58476d1ce4e5b9));
  z = arith::MulIOp::create(builder, loc, fold(z, 27),
                            constant(0x94d049bb133111eb));
  return fold(z, 31);
}

/// The hash of a number, bool or string.
static Value emitScalarHash(mlir::OpBuilder &builder, Location loc,
                            const Type *type, Value value) {
  mlir::Type i64 = builder.getI64Type();
  if (type->isStr())
    return fir::IntrinsicOp::create(builder, loc, i64,
                                    builder.getStringAttr("hash.str"), value)
        .getResults()[0];
  if (!type->isInt() || (!type->isSigned && type->width < 64))
    value = arith::ExtUIOp::create(builder, loc, i64, value);
  else if (type->width < 64)
    value = arith::ExtSIOp::create(builder, loc, i64, value);
  return emitMix(builder, loc, emitI64(builder, loc, 0), value);
}

/// \p hash with the part in \p place added.
Value PartWriter::emitHashed(const Type *type, Value hash, Value place) {
  Value part = type->isAggregate()
                   ? mlir::func::CallOp::create(builder, loc,
                                                module.getHash(type), place)
                         .getResult(0)
                   : emitScalarHash(builder, loc, type, load(place));
  return emitMix(builder, loc, hash, part);
}

/// The number of the variant, then its fields.
void PartWriter::writeEnumHash(const Type *type) {
  const EnumDecl &decl = *type->enumDecl;
  Value place = region.front().getArgument(0);
  mlir::Type i64 = builder.getI64Type();
  Value variant = fir::GetVariantOp::create(
      builder, loc, builder.getIntegerType(decl.getTagWidth()), place);
  Value number = arith::ExtUIOp::create(builder, loc, i64, variant);
  Value first = emitMix(builder, loc, emitConstant(0), number);
  mlir::Block *done = addBlock(i64);
  llvm::SmallVector<llvm::APInt> values;
  llvm::SmallVector<mlir::Block *> targets;
  for (auto [index, variantDecl] : llvm::enumerate(decl.variants))
    if (!variantDecl.fields.empty()) {
      values.push_back(llvm::APInt(decl.getTagWidth(), index));
      targets.push_back(addBlock());
    }
  llvm::SmallVector<mlir::ValueRange> noOperands(targets.size());
  cf::SwitchOp::create(builder, loc, variant, done, ValueRange(first), values,
                       targets, noOperands);
  for (auto [value, block] : llvm::zip(values, targets)) {
    builder.setInsertionPointToEnd(block);
    unsigned index = unsigned(value.getZExtValue());
    auto enumType = llvm::cast<fir::EnumType>(
        llvm::cast<fir::RefType>(place.getType()).getPointee());
    Value payload = fir::PayloadOp::create(
        builder, loc, fir::RefType::get(enumType.getVariant(index)), place,
        index);
    Value hash = first;
    for (auto [number, field] : llvm::enumerate(decl.variants[index].fields))
      hash =
          emitHashed(field.type, hash, emitField(payload, field.type, number));
    cf::BranchOp::create(builder, loc, done, hash);
  }
  builder.setInsertionPointToEnd(done);
  mlir::func::ReturnOp::create(builder, loc, done->getArgument(0));
}

void PartWriter::writeHash(const Type *type) {
  Value place = region.front().getArgument(0);
  if (type->isEnum())
    return writeEnumHash(type);
  uint64_t count = type->isArray() ? type->count : type->decl->fields.size();
  Value hash = emitConstant(count);
  if (type->isStruct()) {
    for (auto [index, field] : llvm::enumerate(type->decl->fields))
      hash = emitHashed(field.type, hash, emitField(place, field.type, index));
  } else {
    hash = emitElementLoop(count, hash, [&](Value index, Value sum) {
      return emitHashed(type->element, sum,
                        emitElement(place, type->element, index));
    });
  }
  mlir::func::ReturnOp::create(builder, loc, hash);
}

mlir::func::FuncOp ModuleLowering::getHash(const Type *type) {
  if (mlir::func::FuncOp known = hashes.lookup(type))
    return known;
  auto function = mlir::func::FuncOp::create(
      builder, mlir::UnknownLoc::get(&context),
      "flux.hash<" + type->str() + ">",
      builder.getFunctionType(getRefType(type), builder.getI64Type()));
  function.setPrivate();
  hashes[type] = function;
  PartWriter(*this, function).writeHash(type);
  return function;
}

Value FunctionLowering::emitHash(const CallExpr &expr) {
  const Expr &arg = *expr.args[0];
  Value value = emitArgument(arg);
  if (!arg.type->isAggregate())
    return emitScalarHash(builder, here, arg.type, value);
  return mlir::func::CallOp::create(builder, here, module.getHash(arg.type),
                                    value)
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// References
//===----------------------------------------------------------------------===//

void PartWriter::emitVariants(
    const EnumDecl &decl, Value place,
    llvm::function_ref<void(const Type *, Value)> visit) {
  Value variant = fir::GetVariantOp::create(
      builder, loc, builder.getIntegerType(decl.getTagWidth()), place);
  mlir::Block *done = addBlock();
  llvm::SmallVector<llvm::APInt> values;
  llvm::SmallVector<mlir::Block *> targets;
  for (auto [index, variantDecl] : llvm::enumerate(decl.variants))
    if (llvm::any_of(variantDecl.fields, [](const FieldDecl &field) {
          return field.type->holdsReference();
        })) {
      values.push_back(llvm::APInt(decl.getTagWidth(), index));
      targets.push_back(addBlock());
    }
  llvm::SmallVector<mlir::ValueRange> noOperands(targets.size());
  cf::SwitchOp::create(builder, loc, variant, done, ValueRange(), values,
                       targets, noOperands);
  auto enumType = llvm::cast<fir::EnumType>(
      llvm::cast<fir::RefType>(place.getType()).getPointee());
  for (auto [value, block] : llvm::zip(values, targets)) {
    builder.setInsertionPointToEnd(block);
    unsigned index = unsigned(value.getZExtValue());
    Value payload = fir::PayloadOp::create(
        builder, loc, fir::RefType::get(enumType.getVariant(index)), place,
        index);
    for (auto [number, field] : llvm::enumerate(decl.variants[index].fields))
      if (field.type->holdsReference())
        visit(field.type, emitField(payload, field.type, number));
    cf::BranchOp::create(builder, loc, done);
  }
  builder.setInsertionPointToEnd(done);
}

static Value emitFunctionOf(mlir::OpBuilder &builder, Location loc,
                            mlir::func::FuncOp function) {
  return mlir::func::ConstantOp::create(builder, loc,
                                        function.getFunctionType(),
                                        mlir::FlatSymbolRefAttr::get(function));
}

/// Visits the references in \p place, which holds some.
void PartWriter::emitTrace(const Type *type, Value place) {
  if (type->isAggregate()) {
    mlir::func::CallOp::create(builder, loc, module.getTracer(type), place);
    return;
  }
  Value each;
  if (type->isSlice() && type->element->holdsReference())
    each = emitFunctionOf(builder, loc, module.getTracer(type->element));
  fir::KeepOp::create(builder, loc, place, each);
}

void PartWriter::writeTracer(const Type *type) {
  Value place = region.front().getArgument(0);
  auto visit = [&](const Type *part, Value partPlace) {
    emitTrace(part, partPlace);
  };
  if (!type->isAggregate()) {
    emitTrace(type, place);
  } else if (type->isEnum()) {
    emitVariants(*type->enumDecl, place, visit);
  } else if (type->isStruct()) {
    for (auto [index, field] : llvm::enumerate(type->decl->fields))
      if (field.type->holdsReference())
        emitTrace(field.type, emitField(place, field.type, index));
  } else if (type->count != 0) {
    emitElementLoop(type->count, Value(), [&](Value index, Value) -> Value {
      emitTrace(type->element, emitElement(place, type->element, index));
      return nullptr;
    });
  }
  mlir::func::ReturnOp::create(builder, loc);
}

void flux::writeTracer(ModuleLowering &module, mlir::func::FuncOp function,
                       const Type *type) {
  PartWriter(module, function).writeTracer(type);
}

/// The runtime changes references through the argument (`var`).
mlir::func::FuncOp ModuleLowering::getTracer(const Type *type) {
  if (mlir::func::FuncOp known = tracers.lookup(type))
    return known;
  mlir::func::FuncOp function =
      makeHelper("flux.trace." + llvm::Twine(tracers.size()),
                 builder.getFunctionType(getRefType(type), {}), "keep");
  function.setArgAttr(0, fir::varParamAttr, builder.getUnitAttr());
  tracers[type] = function;
  writeTracer(*this, function, type);
  return function;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// What a variable of the agent's state holds before `Init` sets it, which no
/// program can see: a function that traps, so that no function is ever null.
mlir::FlatSymbolRefAttr ModuleLowering::getUnsetFunction(const Type *type) {
  mlir::func::FuncOp &function = unsetFunctions[type];
  if (!function) {
    Location loc = mlir::UnknownLoc::get(&context);
    function = mlir::func::FuncOp::create(
        builder, loc, "flux.unset<" + type->str() + ">",
        llvm::cast<mlir::FunctionType>(getType(type)));
    function.setPrivate();
    mlir::OpBuilder body =
        mlir::OpBuilder::atBlockEnd(function.addEntryBlock());
    Value message = fir::StrConstOp::create(
        body, loc, fir::StrType::get(&context),
        body.getStringAttr("a function was called before it was set"));
    fir::TrapOp::create(body, loc, message);
  }
  return mlir::FlatSymbolRefAttr::get(function);
}
