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

void FunctionLowering::emitShapes(const FunctionDecl &decl) {
  if (decl.tile.freeOrder)
    floatFlags = mlir::arith::FastMathFlags::reassoc;
  for (const VarDecl *param : decl.params) {
    if (!param->dimension && !param->count)
      continue;
    here = module.getLoc(param->name);
    Value place = getPlace(param);
    Value slice = load(here, place);
    Value count;
    if (!param->dimension) {
      count = emitI64(builder, here, int64_t(param->count));
    } else if (Value known = places.lookup(param->dimension)) {
      count = load(here, known);
    } else { // the first parameter with the name says what it stands for
      count = fir::LenOp::create(builder, here, slice);
      store(here, count, declare(*param->dimension));
    }
    store(here, fir::ShapeOp::create(builder, here, slice, count), place);
  }
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
