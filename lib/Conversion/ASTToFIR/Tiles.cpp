//===- Tiles.cpp - shapes, and what loops are told ------------------------===//
//
// All sizes of a tile are compared once, where it begins.  From then on the
// parameters with one size have one value as their length, so that the checks
// of their elements can be proved away together.
//
//===----------------------------------------------------------------------===//
#include "Lowering.h"

using namespace flux;
using mlir::Location;
using mlir::Value;

/// \p firstSize is the number of the argument with the first size that the
/// callers tell: those of shapes with several sizes.
void FunctionLowering::emitShapes(const FunctionDecl &decl,
                                  unsigned firstSize) {
  if (decl.tile.freeOrder)
    floatFlags = mlir::arith::FastMathFlags::reassoc;
  for (const VarDecl *param : decl.params) {
    llvm::ArrayRef<ShapeSize> shape = param->shape;
    if (shape.empty())
      continue;
    here = module.getLoc(param->name);
    bool isRow = shape.size() == 1;
    Value place = getPlace(param);
    Value slice = isRow ? load(here, place) : Value();
    for (const ShapeSize &size : shape) {
      Value told = isRow ? slice : function.getArgument(firstSize++);
      if (size.name && !places.contains(size.name)) {
        // The first parameter with the name says what it stands for.
        Value count =
            isRow ? fir::LenOp::create(builder, here, slice).getResult() : told;
        store(here, count, declare(*size.name));
        if (!isRow)
          continue;
      }
      Value same = fir::ShapeOp::create(builder, here, told, emitSize(size));
      if (isRow)
        store(here, same, place);
    }
  }
}

Value FunctionLowering::emitSize(const ShapeSize &size) {
  if (size.name)
    return load(here, getPlace(size.name));
  return emitI64(builder, here, int64_t(size.count));
}

/// A product of sizes whose product with all other sizes of a shape is the
/// number of its elements.
static Value emitProduct(mlir::OpBuilder &builder, Location loc, Value lhs,
                         Value rhs) {
  using Flags = mlir::arith::IntegerOverflowFlags;
  return mlir::arith::MulIOp::create(builder, loc, lhs, rhs,
                                     Flags::nsw | Flags::nuw);
}

Value FunctionLowering::emitRow(const IndexExpr &expr) {
  unsigned number = 0; // of the size that the index is below
  const Expr *root = expr.base;
  for (; llvm::isa<IndexExpr>(root); ++number)
    root = llvm::cast<IndexExpr>(root)->base;
  llvm::ArrayRef<ShapeSize> shape =
      llvm::cast<NameExpr>(root)->var->shape.drop_front(number);
  Value slice = emitValue(*expr.base);
  Value index = emitIndex(*expr.index);
  Value length = emitSize(shape.back());
  for (const ShapeSize &size : llvm::reverse(shape.drop_front().drop_back()))
    length = emitProduct(builder, here, emitSize(size), length);
  return fir::RowOp::create(builder, module.getLoc(expr.range), slice.getType(),
                            getSign(expr.index->type), slice, index,
                            emitSize(shape.front()), length);
}

/// Adds what each size of \p arg is to \p sizes, and gives its elements.
Value FunctionLowering::emitShapedArgument(
    const Expr &arg, llvm::SmallVectorImpl<Value> &sizes) {
  if (const auto *name = llvm::dyn_cast<NameExpr>(&arg)) {
    for (const ShapeSize &size : name->var->shape)
      sizes.push_back(emitSize(size));
    return emitValue(arg);
  }
  const auto &range = llvm::cast<SliceRangeExpr>(arg);
  Value slice = emitSliceRange(range);
  size_t first = sizes.size();
  for (const Expr *size : range.sizes) {
    Value value = emitIndex(*size);
    // Traps where the size is negative.
    sizes.push_back(fir::ConvertOp::create(
        builder, module.getLoc(size->range), value.getType(),
        fir::ConvertMode::Checked, fir::Signedness::Signed,
        fir::Signedness::Unsigned, value));
  }
  Location loc = module.getLoc(range.range);
  Value count = sizes.back();
  for (size_t i = sizes.size() - 1; i > first; --i)
    count = fir::MulOp::create(builder, loc, count.getType(),
                               fir::Signedness::Signed, sizes[i - 1], count);
  return fir::ShapeOp::create(builder, loc, slice, count);
}

mlir::DictionaryAttr ModuleLowering::describeTile(const TileOptions &options) {
  llvm::SmallVector<mlir::NamedAttribute> entries = {builder.getNamedAttr(
      "category", builder.getStringAttr(options.category))};
  if (options.lanes)
    entries.push_back(builder.getNamedAttr(
        "lanes", builder.getI32IntegerAttr(int32_t(options.lanes))));
  if (options.unroll)
    entries.push_back(builder.getNamedAttr(
        "unroll", builder.getI32IntegerAttr(int32_t(options.unroll))));
  return builder.getDictionaryAttr(entries);
}
