//===- Places.cpp - where FIR comes from in documents ---------------------===//
//
// What every form of code needs to tell places: the passes of MLIR may have
// wrapped locations, and symbols are not the names that people wrote.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/Places.h"
#include "flux/Dialect/FIR/FIR.h"

using namespace flux;

fir::Place fir::getPlace(mlir::Location location) {
  while (true) {
    if (auto range = llvm::dyn_cast<mlir::FileLineColRange>(location))
      return {range.getFilename(), range.getStartLine(),
              range.getStartColumn()};
    if (auto named = llvm::dyn_cast<mlir::NameLoc>(location))
      location = named.getChildLoc();
    else if (auto call = llvm::dyn_cast<mlir::CallSiteLoc>(location))
      location = call.getCallee();
    else if (auto fused = llvm::dyn_cast<mlir::FusedLoc>(location);
             fused && !fused.getLocations().empty())
      location = fused.getLocations()[0];
    else
      return {};
  }
}

llvm::StringRef fir::getSourceName(mlir::func::FuncOp function) {
  if (auto name = function->getAttrOfType<mlir::StringAttr>(sourceNameAttr))
    return name.getValue();
  return function.getName();
}
