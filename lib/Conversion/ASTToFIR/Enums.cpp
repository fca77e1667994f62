//===- Enums.cpp - enums, match and what may fail -------------------------===//
//
// An enum without fields is an integer.  Every other enum lives in memory, as a
// struct does; its values are made, matched and compared in place.  Equality
// is a function for each type, so that the code stays linear in the size of
// the types.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"
#include "flux/Frontend/Builtins.h"

using namespace flux;
using llvm::cast;
using llvm::dyn_cast;
using llvm::isa;
using mlir::Location;
using mlir::Value;
namespace arith = mlir::arith;

//===----------------------------------------------------------------------===//
// Types and constants
//===----------------------------------------------------------------------===//

mlir::Type ModuleLowering::getEnumType(const EnumDecl &decl) {
  if (!decl.hasPayload())
    return builder.getIntegerType(decl.getTagWidth());
  llvm::SmallVector<mlir::Type> variants;
  for (const VariantDecl &variant : decl.variants) {
    llvm::SmallVector<mlir::Type> fields;
    for (const FieldDecl &field : variant.fields)
      fields.push_back(getType(field.type));
    variants.push_back(fir::StructType::get(&context, variant.name, fields));
  }
  return fir::EnumType::get(
      &context, qualify(decl.module, decl.getDisplayName()), variants);
}

mlir::Type ModuleLowering::getElementType(const Type *element) {
  if (!element->containsRecursive())
    return getType(element);
  return fir::NamedType::get(&context, element->str(), element->getSize(),
                             element->getAlign());
}

mlir::Attribute ModuleLowering::getVariantAttribute(const ConstValue &value,
                                                    const Type *type) {
  const EnumDecl &decl = *type->enumDecl;
  auto number = builder.getIntegerAttr(
      builder.getIntegerType(decl.getTagWidth()), int64_t(value.intValue));
  if (!decl.hasPayload())
    return number;
  llvm::SmallVector<mlir::Attribute> fields;
  for (auto [field, fieldDecl] :
       llvm::zip(value.elements, decl.variants[size_t(value.intValue)].fields))
    fields.push_back(getAttribute(field, fieldDecl.type));
  return builder.getArrayAttr({number, builder.getArrayAttr(fields)});
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Value FunctionLowering::emitTag(const EnumDecl &decl, uint64_t number) {
  mlir::Type type = builder.getIntegerType(decl.getTagWidth());
  return arith::ConstantOp::create(
      builder, here,
      mlir::IntegerAttr::get(type, llvm::APInt(decl.getTagWidth(), number)));
}

Value FunctionLowering::emitGetVariant(Value place, const EnumDecl &decl) {
  return fir::GetVariantOp::create(
      builder, here, builder.getIntegerType(decl.getTagWidth()), place);
}

Value FunctionLowering::emitPayload(Value place, unsigned variant) {
  auto type =
      cast<fir::EnumType>(cast<fir::RefType>(place.getType()).getPointee());
  return fir::PayloadOp::create(builder, here,
                                fir::RefType::get(type.getVariant(variant)),
                                place, variant);
}

Value FunctionLowering::emitField(Value place, const Type *type,
                                  unsigned index) {
  return fir::FieldOp::create(builder, here, module.getRefType(type), place,
                              index);
}

void FunctionLowering::emitConstruction(const Construction &construction,
                                        Value place) {
  fir::SetVariantOp::create(builder, here, place, construction.number);
  if (construction.fields.empty())
    return;
  Value payload = emitPayload(place, construction.number);
  for (auto [index, value] : construction.fields)
    emitInitialize(*value, emitField(payload, value->type, index));
}

/// Copies what lies at \p from to memory of its own.
void FunctionLowering::emitBind(const VarDecl &var, Value from) {
  if (var.name == "_")
    return;
  Value local = declare(var);
  if (var.type->isAggregate())
    fir::CopyOp::create(builder, here, from, local);
  else
    store(here, load(here, from), local);
}

Value FunctionLowering::emitVariantTest(Value variant, const EnumDecl &decl,
                                        unsigned number) {
  return arith::CmpIOp::create(builder, here, arith::CmpIPredicate::eq, variant,
                               emitTag(decl, number));
}

/// True if \p bytes are UTF-8.
Value FunctionLowering::emitIsText(Value bytes) {
  const Builtin &search = *findBuiltin("text", "find_invalid");
  mlir::Type i64 = builder.getI64Type();
  Value place = fir::IntrinsicOp::create(builder, here, i64,
                                         module.getBuiltinName(search), bytes)
                    .getResults()[0];
  return arith::CmpIOp::create(builder, here, arith::CmpIPredicate::slt, place,
                               emitI64(builder, here, 0));
}

/// `T?(x)`.
void FunctionLowering::emitOptionalConvert(const ConvertExpr &expr,
                                           Value place) {
  const Type *from = expr.operand->type;
  const Type *to = expr.type->enumDecl->variants[SomeVariant].fields[0].type;
  Value value = emitValue(*expr.operand);
  mlir::Type type = module.getType(to);
  Value fits =
      to->isStr()
          ? emitIsText(value)
          : fir::FitsOp::create(builder, here, builder.getI1Type(),
                                getSign(from), getSign(to), value, type);
  auto *some = new mlir::Block, *none = new mlir::Block,
       *join = new mlir::Block;
  mlir::cf::CondBranchOp::create(builder, here, fits, some, none);
  startBlock(some);
  fir::SetVariantOp::create(builder, here, place, SomeVariant);
  auto mode = from->isFloat() ? fir::ConvertMode::Saturating
                              : fir::ConvertMode::Wrapping;
  Value converted;
  if (to->isStr())
    converted = fir::StrFromBytesOp::create(builder, here, type, value);
  else
    converted = fir::ConvertOp::create(builder, here, type, mode, getSign(from),
                                       getSign(to), value);
  store(here, converted, emitField(emitPayload(place, SomeVariant), to, 0));
  branch(here, join);
  startBlock(none);
  fir::SetVariantOp::create(builder, here, place, NoneVariant);
  branch(here, join);
  startBlock(join);
}

//===----------------------------------------------------------------------===//
// Passing on failures
//===----------------------------------------------------------------------===//

/// Evaluates the operand of `?` and leaves the function on failure; gives the
/// place of the fields of `some` or `ok`.
Value FunctionLowering::emitTry(const TryExpr &expr) {
  const Type *type = expr.operand->type;
  const EnumDecl &decl = *type->enumDecl;
  unsigned good = type->isOption() ? SomeVariant : OkVariant;
  Value place = emitPlace(*expr.operand);
  auto *success = new mlir::Block, *failure = new mlir::Block;
  mlir::cf::CondBranchOp::create(
      builder, here, emitVariantTest(emitGetVariant(place, decl), decl, good),
      success, failure);

  startBlock(failure);
  unsigned bad = type->isOption() ? NoneVariant : ErrVariant;
  fir::SetVariantOp::create(builder, here, resultPlace, bad);
  if (type->isResult()) {
    const Type *error = type->getErrorType();
    Value from = emitField(emitPayload(place, ErrVariant), error, 0);
    Value to = emitField(emitPayload(resultPlace, ErrVariant), error, 0);
    if (error->isAggregate())
      fir::CopyOp::create(builder, here, from, to);
    else
      store(here, load(here, from), to);
  }
  emitLeave({});

  startBlock(success);
  return emitPayload(place, good);
}

void FunctionLowering::emitDeclTuple(const DeclTupleStmt &stmt) {
  Value place = emitPlace(*stmt.init);
  for (auto [index, var] : llvm::enumerate(stmt.vars))
    emitBind(*var, emitField(place, var->type, index));
}

//===----------------------------------------------------------------------===//
// match
//===----------------------------------------------------------------------===//

void FunctionLowering::emitMatch(const MatchStmt &stmt) {
  const Type *type = stmt.subject->type;
  Location loc = here;
  Value subject =
      type->isAggregate() ? emitPlace(*stmt.subject) : emitValue(*stmt.subject);
  llvm::SmallVector<mlir::Block *> blocks;
  for (size_t i = 0; i < stmt.arms.size(); ++i)
    blocks.push_back(new mlir::Block);
  auto *rest = new mlir::Block;
  if (type->isEnum())
    emitVariantSwitch(stmt, subject, blocks, rest);
  else if (type->isStr())
    emitStringTests(stmt, subject, blocks, rest);
  else
    emitIntervalSwitch(stmt, subject, blocks, rest);

  mlir::Block *join = nullptr;
  auto leave = [&] {
    if (!isReachable())
      return;
    if (!join)
      join = new mlir::Block;
    branch(here, join);
  };
  for (auto [arm, block] : llvm::zip(stmt.arms, blocks)) {
    startBlock(block);
    here = loc;
    for (const Pattern &pattern : arm.patterns)
      for (auto [index, var] : llvm::enumerate(pattern.bindings))
        if (var->name != "_")
          emitBind(*var, emitField(emitPayload(subject, pattern.variant),
                                   var->type, index));
    emitStatements(*arm.body);
    leave();
  }
  if (rest->hasNoPredecessors()) {
    delete rest;
  } else {
    startBlock(rest);
    here = loc;
    if (stmt.elseBlock) {
      emitStatements(*stmt.elseBlock);
      leave();
    } else {
      fir::UnreachableOp::create(builder, loc); // MATCH-2
    }
  }
  if (join)
    startBlock(join);
}

void FunctionLowering::emitSwitch(Value flag,
                                  llvm::ArrayRef<llvm::APInt> values,
                                  llvm::ArrayRef<mlir::Block *> targets,
                                  mlir::Block *rest) {
  if (values.empty())
    return branch(here, rest);
  llvm::SmallVector<mlir::ValueRange> noOperands(targets.size());
  mlir::cf::SwitchOp::create(builder, here, flag, rest, mlir::ValueRange(),
                             values, targets, noOperands);
}

void FunctionLowering::emitVariantSwitch(const MatchStmt &stmt, Value subject,
                                         llvm::ArrayRef<mlir::Block *> blocks,
                                         mlir::Block *rest) {
  const EnumDecl &decl = *stmt.subject->type->enumDecl;
  Value variant = decl.hasPayload() ? emitGetVariant(subject, decl) : subject;
  llvm::SmallVector<llvm::APInt> values;
  llvm::SmallVector<mlir::Block *> targets;
  for (auto [arm, block] : llvm::zip(stmt.arms, blocks))
    for (const Pattern &pattern : arm.patterns) {
      values.push_back(llvm::APInt(decl.getTagWidth(), pattern.variant));
      targets.push_back(block);
    }
  // One test is enough for two arms, and a jump for one.
  mlir::Block *other = stmt.elseBlock ? rest : targets.back();
  if (values.size() == 1 && !stmt.elseBlock)
    return branch(here, other);
  if (values.size() == (stmt.elseBlock ? 1 : 2)) {
    mlir::cf::CondBranchOp::create(
        builder, here,
        emitVariantTest(variant, decl, unsigned(values[0].getZExtValue())),
        targets[0], other);
    return;
  }
  emitSwitch(variant, values, targets, rest);
}

/// Few values become cases of a switch, long ranges become comparisons behind
/// it; no value belongs to two patterns here.
void FunctionLowering::emitIntervalSwitch(const MatchStmt &stmt, Value subject,
                                          llvm::ArrayRef<mlir::Block *> blocks,
                                          mlir::Block *rest) {
  constexpr __int128 maxRange = 64;
  constexpr size_t maxCases = 4096;
  unsigned width = cast<mlir::IntegerType>(subject.getType()).getWidth();
  auto makeInt = [&](__int128 value) {
    return llvm::APInt(width, uint64_t(value), /*isSigned=*/false,
                       /*implicitTrunc=*/true);
  };
  struct Range {
    __int128 low, high;
    mlir::Block *target;
  };
  llvm::SmallVector<Range> ranges;
  llvm::SmallVector<llvm::APInt> values;
  llvm::SmallVector<mlir::Block *> targets;
  for (auto [arm, block] : llvm::zip(stmt.arms, blocks))
    for (const Pattern &pattern : arm.patterns)
      for (auto [low, high] : pattern.intervals) {
        if (low != high &&
            (high - low >= maxRange || values.size() > maxCases)) {
          ranges.push_back({low, high, block});
          continue;
        }
        for (__int128 value = low; value <= high; ++value) {
          values.push_back(makeInt(value));
          targets.push_back(block);
        }
      }
  if (width == 1) { // FastISel switches on no i1
    mlir::Block *sides[2] = {rest, rest};
    for (auto [value, target] : llvm::zip(values, targets))
      sides[value.getBoolValue()] = target;
    mlir::cf::CondBranchOp::create(builder, here, subject, sides[1], sides[0]);
    return;
  }
  mlir::Block *next = ranges.empty() ? rest : new mlir::Block;
  emitSwitch(subject, values, targets, next);
  for (size_t i = 0; i < ranges.size(); ++i) {
    auto [low, high, target] = ranges[i];
    startBlock(next);
    next = i + 1 < ranges.size() ? new mlir::Block : rest;
    auto constant = [&](__int128 value) -> Value {
      return arith::ConstantOp::create(
          builder, here,
          mlir::IntegerAttr::get(subject.getType(), makeInt(value)));
    };
    // As unsigned numbers, what is below `low` is far above.
    Value above = arith::SubIOp::create(builder, here, subject, constant(low));
    Value isInside = arith::CmpIOp::create(
        builder, here, arith::CmpIPredicate::ule, above, constant(high - low));
    mlir::cf::CondBranchOp::create(builder, here, isInside, target, next);
  }
}

void FunctionLowering::emitStringTests(const MatchStmt &stmt, Value subject,
                                       llvm::ArrayRef<mlir::Block *> blocks,
                                       mlir::Block *rest) {
  for (auto [arm, block] : llvm::zip(stmt.arms, blocks))
    for (const Pattern &pattern : arm.patterns) {
      auto *next = new mlir::Block;
      Value isEqual =
          fir::StrCmpOp::create(builder, here, fir::StrPredicate::Eq, subject,
                                emitStr(here, pattern.strValue));
      mlir::cf::CondBranchOp::create(builder, here, isEqual, block, next);
      startBlock(next);
    }
  branch(here, rest);
}

//===----------------------------------------------------------------------===//
// Equality
//===----------------------------------------------------------------------===//

/// A function without place in the document; every call of it has one.
mlir::func::FuncOp ModuleLowering::makeHelper(const llvm::Twine &symbol,
                                              mlir::FunctionType type,
                                              llvm::StringRef name) {
  auto function = mlir::func::FuncOp::create(
      builder, locations.get(nullptr), symbol.str(), type,
      {builder.getNamedAttr(fir::sourceNameAttr, builder.getStringAttr(name))});
  function.setPrivate();
  return function;
}

mlir::func::FuncOp ModuleLowering::getEquality(const Type *type) {
  mlir::func::FuncOp &slot = equalities[type];
  if (slot)
    return slot;
  mlir::Type ref = getRefType(type);
  mlir::func::FuncOp function = slot = makeHelper(
      "flux.equal." + llvm::Twine(numEqualities++),
      builder.getFunctionType({ref, ref}, builder.getI1Type()), "==");
  if (type->isEnum())
    FunctionLowering(*this, function).emitEquality(*type->enumDecl);
  else
    writeEquality(*this, function, type);
  return function;
}

/// The body of an equality function: equal variants, then equal fields.
void FunctionLowering::emitEquality(const EnumDecl &decl) {
  Value lhs = function.getArgument(0), rhs = function.getArgument(1);
  auto *same = new mlir::Block, *differ = new mlir::Block,
       *equal = new mlir::Block;
  Value variant = emitGetVariant(lhs, decl);
  Value isSame = arith::CmpIOp::create(builder, here, arith::CmpIPredicate::eq,
                                       variant, emitGetVariant(rhs, decl));
  mlir::cf::CondBranchOp::create(builder, here, isSame, same, differ);

  startBlock(same);
  llvm::SmallVector<llvm::APInt> values;
  llvm::SmallVector<mlir::Block *> targets;
  for (auto [number, variantDecl] : llvm::enumerate(decl.variants))
    if (!variantDecl.fields.empty()) {
      values.push_back(llvm::APInt(decl.getTagWidth(), number));
      targets.push_back(new mlir::Block);
    }
  emitSwitch(variant, values, targets, equal);
  for (auto [value, block] : llvm::zip(values, targets)) {
    unsigned number = unsigned(value.getZExtValue());
    startBlock(block);
    Value left = emitPayload(lhs, number), right = emitPayload(rhs, number);
    for (auto [index, field] : llvm::enumerate(decl.variants[number].fields)) {
      auto *next = new mlir::Block;
      mlir::cf::CondBranchOp::create(
          builder, here,
          emitFieldEquality(emitField(left, field.type, index),
                            emitField(right, field.type, index), field.type),
          next, differ);
      startBlock(next);
    }
    branch(here, equal);
  }
  startBlock(equal);
  mlir::func::ReturnOp::create(builder, here, emitBool(here, true));
  startBlock(differ);
  mlir::func::ReturnOp::create(builder, here, emitBool(here, false));
}

/// Compares what lies at two places.
Value FunctionLowering::emitFieldEquality(Value lhs, Value rhs,
                                          const Type *type) {
  if (!type->isAggregate())
    return emitComparison(here, BinaryOp::Eq, type, load(here, lhs),
                          load(here, rhs));
  auto call = mlir::func::CallOp::create(
      builder, here, module.getEquality(type), mlir::ValueRange{lhs, rhs});
  return call.getResult(0);
}

/// `a == b` and `a != b` of what lives in memory.
Value FunctionLowering::emitEnumComparison(const BinaryExpr &expr) {
  const Type *type = expr.lhs->type;
  Value lhs = emitPlace(*expr.lhs), result;
  Construction right;
  if (type->isEnum())
    right = getConstruction(expr.rhs);
  if (right.variant && right.fields.empty())
    result = emitVariantTest(emitGetVariant(lhs, *type->enumDecl),
                             *type->enumDecl, right.number);
  else
    result = emitFieldEquality(lhs, emitPlace(*expr.rhs), type);
  if (expr.op == BinaryOp::Ne)
    result = arith::XOrIOp::create(builder, here, result, emitBool(here, true));
  return result;
}

//===----------------------------------------------------------------------===//
// print
//===----------------------------------------------------------------------===//

mlir::func::FuncOp ModuleLowering::getPrinter(const Type *type) {
  mlir::func::FuncOp &slot = printers[type];
  if (slot)
    return slot;
  mlir::Type value =
      type->isAggregate() ? mlir::Type(getRefType(type)) : getType(type);
  mlir::func::FuncOp function = slot = makeHelper(
      "flux.print." + llvm::Twine(numPrinters++),
      builder.getFunctionType({value, builder.getI1Type()}, {}), "print");
  FunctionLowering(*this, function).emitPrinter(*type->enumDecl);
  return function;
}

/// The body of a printing function: `Variant(field, field)`.
void FunctionLowering::emitPrinter(const EnumDecl &decl) {
  Value value = function.getArgument(0), toError = function.getArgument(1);
  Value variant = decl.hasPayload() ? emitGetVariant(value, decl) : value;
  llvm::SmallVector<llvm::APInt> values;
  llvm::SmallVector<mlir::Block *> targets;
  for (size_t i = 0; i < decl.variants.size(); ++i) {
    values.push_back(llvm::APInt(decl.getTagWidth(), i));
    targets.push_back(new mlir::Block);
  }
  auto *rest = new mlir::Block, *end = new mlir::Block;
  emitSwitch(variant, values, targets, rest);
  for (auto [number, block] : llvm::enumerate(targets)) {
    const VariantDecl &variantDecl = decl.variants[number];
    startBlock(block);
    std::string text = variantDecl.name.str();
    Value payload;
    if (!variantDecl.fields.empty())
      payload = emitPayload(value, unsigned(number));
    for (auto [index, field] : llvm::enumerate(variantDecl.fields)) {
      emitPrintText(here, text + (index ? ", " : "("), toError);
      text.clear();
      Value place = emitField(payload, field.type, index);
      emitPrintValue(here,
                     field.type->isAggregate() ? place : load(here, place),
                     field.type, toError);
    }
    emitPrintText(here, text + (payload ? ")" : ""), toError);
    branch(here, end);
  }
  startBlock(rest);
  fir::UnreachableOp::create(builder, here);
  startBlock(end);
  mlir::func::ReturnOp::create(builder, here);
}
