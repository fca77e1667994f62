//===- Places.cpp - where FIR comes from in documents ---------------------===//
//
// What every form of code needs to tell places: the passes of MLIR may have
// wrapped locations, and symbols are not the names that people wrote.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/Places.h"
#include "flux/Dialect/FIR/FIR.h"

using namespace flux;

mlir::NameLoc fir::getInlinedCall(mlir::CallSiteLoc location) {
  return llvm::dyn_cast<mlir::NameLoc>(location.getCaller());
}

fir::Place fir::getPlace(mlir::Location location) {
  mlir::StringAttr function;
  while (true) {
    if (auto range = llvm::dyn_cast<mlir::FileLineColRange>(location))
      return {range.getFilename(), range.getStartLine(), range.getStartColumn(),
              function};
    if (auto named = llvm::dyn_cast<mlir::NameLoc>(location)) {
      location = named.getChildLoc();
    } else if (auto call = llvm::dyn_cast<mlir::CallSiteLoc>(location)) {
      if (mlir::NameLoc inlined = getInlinedCall(call))
        function = inlined.getName();
      location = call.getCallee();
    } else if (auto fused = llvm::dyn_cast<mlir::FusedLoc>(location);
               fused && !fused.getLocations().empty()) {
      location = fused.getLocations()[0];
    } else {
      return {.function = function};
    }
  }
}

llvm::StringRef fir::getSourceName(mlir::func::FuncOp function) {
  if (auto name = function->getAttrOfType<mlir::StringAttr>(sourceNameAttr))
    return name.getValue();
  return function.getName();
}
