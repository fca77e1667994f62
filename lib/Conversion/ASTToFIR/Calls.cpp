//===- Calls.cpp - calls of functions and built-ins -----------------------===//
//
// Scalars, strings and slices travel by value, arrays and structs by the place
// of something that cannot change during the call.
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

/// True if \p expr names memory whose contents may change.
static bool isMutablePlace(const Expr *expr) {
  while (true) {
    if (auto *name = dyn_cast<NameExpr>(expr))
      return name->var && name->var->isMutable();
    if (auto *member = dyn_cast<MemberExpr>(expr)) {
      expr = member->base;
    } else if (auto *tryExpr = dyn_cast<TryExpr>(expr)) {
      expr = tryExpr->operand;
    } else if (auto *index = dyn_cast<IndexExpr>(expr)) {
      if (!index->base->type->isArray())
        return true;
      expr = index->base;
    } else {
      return false;
    }
  }
}

Value FunctionLowering::emitArgument(const Expr &arg) {
  if (arg.isVarArg)
    return emitPlace(arg);
  if (!arg.type->isAggregate())
    return emitValue(arg);
  Value place = emitPlace(arg);
  if (!isMutablePlace(&arg))
    return place;
  Value copy = makeTemporary(here, module.getRefType(arg.type));
  fir::CopyOp::create(builder, here, place, copy);
  return copy;
}

Value FunctionLowering::emitCall(const CallExpr &expr, Value place) {
  if (!expr.builtin)
    return emitUserCall(expr, place);
  const Builtin &builtin = *expr.builtin;
  if (builtin.lowering == BuiltinLowering::Special) {
    if (builtin.module == "math")
      return emitMath(expr);
    if (builtin.name == "slice")
      return emitNewSlice(expr);
    if (builtin.name == "hash")
      return emitHash(expr);
    if (builtin.name == "discard") {
      emitArgument(*expr.args[0]);
      return {};
    }
    emitPrint(expr);
    return {};
  }

  llvm::SmallVector<Value> args;
  for (const Expr *arg : expr.args)
    args.push_back(emitValue(*arg));
  llvm::SmallVector<mlir::Type, 1> results;
  if (!expr.type->isVoid())
    results.push_back(module.getType(expr.type));
  Location loc = module.getLoc(expr.range);
  auto call = fir::IntrinsicOp::create(builder, loc, results,
                                       module.getBuiltinName(builtin), args);
  if (builtin.signature.ends_with("never"))
    fir::UnreachableOp::create(builder, loc);
  return results.empty() ? Value() : call.getResults()[0];
}

Value FunctionLowering::emitUserCall(const CallExpr &expr, Value place) {
  Value target = expr.target ? emitValue(*expr.target) : Value();
  llvm::SmallVector<Value> args;
  if (place)
    args.push_back(place);
  llvm::SmallVector<Value> sizes; // of shapes, which come last
  for (auto [index, arg] : llvm::enumerate(expr.args)) {
    bool isShaped = expr.callee && expr.callee->params[index]->shape.size() > 1;
    args.push_back(isShaped ? emitShapedArgument(*arg, sizes)
                            : emitArgument(*arg));
  }
  args.append(sizes);
  if (target) {
    auto call = mlir::func::CallIndirectOp::create(
        builder, module.getLoc(expr.range), target, args);
    return call.getNumResults() ? call.getResult(0) : Value();
  }
  auto call = mlir::func::CallOp::create(builder, module.getLoc(expr.range),
                                         module.getFunction(expr.callee), args);
  return call.getNumResults() ? call.getResult(0) : Value();
}

Value FunctionLowering::emitMath(const CallExpr &expr) {
  llvm::SmallVector<Value, 2> args;
  for (const Expr *arg : expr.args)
    args.push_back(emitValue(*arg));
  Location loc = module.getLoc(expr.range);
  const Type *type = expr.type;
  if (expr.builtin->name == "abs") {
    if (type->isFloat())
      return fir::IntrinsicOp::create(builder, loc, args[0].getType(),
                                      module.getBuiltinName(*expr.builtin),
                                      args)
          .getResults()[0];
    return type->isSigned ? fir::AbsOp::create(builder, loc, args[0]) : args[0];
  }
  bool isMin = expr.builtin->name == "min";
  Value a = args[0], b = args[1];
  if (type->isFloat())
    return isMin
               ? mlir::arith::MinimumFOp::create(builder, loc, a, b).getResult()
               : mlir::arith::MaximumFOp::create(builder, loc, a, b)
                     .getResult();
  if (type->isSigned)
    return isMin ? mlir::arith::MinSIOp::create(builder, loc, a, b).getResult()
                 : mlir::arith::MaxSIOp::create(builder, loc, a, b).getResult();
  return isMin ? mlir::arith::MinUIOp::create(builder, loc, a, b).getResult()
               : mlir::arith::MaxUIOp::create(builder, loc, a, b).getResult();
}

Value FunctionLowering::emitNewSlice(const CallExpr &expr) {
  Value count = emitValue(*expr.args[0]);
  const Expr &element = *expr.args[1];
  Value value =
      element.type->isAggregate() ? emitPlace(element) : emitValue(element);
  Value region = expr.regionVar ? getRegion(expr.regionVar) : Value();
  Location loc = module.getLoc(expr.range);
  Value slice = fir::AllocOp::create(builder, loc, module.getType(expr.type),
                                     count, region);
  emitFill(slice, value, element.type);
  return slice;
}

//===----------------------------------------------------------------------===//
// print
//===----------------------------------------------------------------------===//

void FunctionLowering::emitPrintValue(Location loc, Value value,
                                      const Type *type, Value toError) {
  if (type->isEnum()) {
    mlir::func::CallOp::create(builder, loc, module.getPrinter(type),
                               mlir::ValueRange{value, toError});
    return;
  }
  llvm::StringRef name;
  if (type->isInt()) {
    value = emitToI64(loc, value, type);
    name = type->isSigned ? "print.i64" : "print.u64";
  } else if (type->isFloat()) {
    name = type->width == 32 ? "print.f32" : "print.f64";
  } else {
    name = type->isBool() ? "print.bool" : "print.str";
  }
  fir::IntrinsicOp::create(builder, loc, mlir::TypeRange(),
                           builder.getStringAttr(name),
                           mlir::ValueRange{value, toError});
}

void FunctionLowering::emitPrintText(Location loc, llvm::StringRef text,
                                     Value toError) {
  fir::IntrinsicOp::create(builder, loc, mlir::TypeRange(),
                           builder.getStringAttr("print.str"),
                           mlir::ValueRange{emitStr(loc, text), toError});
}

/// All values are computed before the first is written, as in every call; text
/// that stands together is written together.
void FunctionLowering::emitPrint(const CallExpr &expr) {
  llvm::SmallVector<Value> values;
  for (const Expr *arg : expr.args)
    values.push_back(isa<StrLiteralExpr>(arg) ? Value() : emitArgument(*arg));

  Location loc = module.getLoc(expr.range);
  llvm::StringRef name = expr.builtin->name;
  Value toError = emitBool(loc, name.starts_with("e"));
  std::string text;
  auto flush = [&] {
    if (text.empty())
      return;
    emitPrintText(loc, text, toError);
    text.clear();
  };
  for (auto [arg, value] : llvm::zip(expr.args, values)) {
    if (!value) {
      text += cast<StrLiteralExpr>(arg)->value;
      continue;
    }
    flush();
    emitPrintValue(loc, value, arg->type, toError);
  }
  if (name.ends_with("ln"))
    text += '\n';
  flush();
}
