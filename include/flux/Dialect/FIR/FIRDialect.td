//===- FIRDialect.td - the FLUX intermediate representation ---------------===//
//
// Upstream dialects say what arithmetic and control flow mean in general; FIR
// holds what FLUX means: checks that trap, slices, strings, turns of an agent.
//
//===----------------------------------------------------------------------===//
#ifndef FLUX_DIALECT_FIR_FIRDIALECT_TD
#define FLUX_DIALECT_FIR_FIRDIALECT_TD

include "mlir/IR/OpBase.td"

def FIR_Dialect : Dialect {
  let name = "fir";
  let cppNamespace = "::flux::fir";
  let summary = "FLUX intermediate representation";
  let description = [{
    FIR holds what FLUX means and upstream dialects do not: arithmetic that
    traps, bounds-checked places, slices and strings. Everything whose meaning
    is the same comes from upstream: `func` for functions, `cf` for control
    flow, `arith` for wrapping integer and IEEE float arithmetic.

    Integers are signless, as in `arith`; operations whose result depends on
    the sign carry `signed` or `unsigned`. Arrays and structs live in memory
    behind `!fir.ref`; SSA values are scalars, references, slices and strings.
    An operation that can trap gives its place by its location.
  }];
  let useDefaultTypePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::func::FuncDialect"];
}

#endif // FLUX_DIALECT_FIR_FIRDIALECT_TD
