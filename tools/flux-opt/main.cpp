//===- main.cpp - flux-opt, MLIR's pass driver with FIR -------------------===//
//
// Reads FIR as text, runs upstream passes on it and prints it: for tests and
// for people who look at what the compiler does.
//
//===----------------------------------------------------------------------===//
#include "flux/Dialect/FIR/FIR.h"
#include "flux/Dialect/FIR/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/Extensions/InlinerExtension.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<flux::fir::FIRDialect, mlir::arith::ArithDialect,
                  mlir::cf::ControlFlowDialect, mlir::func::FuncDialect,
                  mlir::math::MathDialect>();
  mlir::func::registerInlinerExtension(registry);
  mlir::registerTransformsPasses();
  flux::fir::registerFIRPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "FLUX IR optimizer driver\n", registry));
}
