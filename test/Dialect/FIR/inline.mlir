// FIR may be inlined; a body that only traps is left alone, because MLIR drops
// the terminator of a single inlined block.
// RUN: %flux-opt -inline %s | FileCheck %s

// CHECK-LABEL: func.func @caller
// CHECK: fir.trap
// CHECK: fir.div signed
// CHECK: call @fail
func.func @caller(%a: i64, %b: i64) -> i64 {
  %0 = call @divide(%a, %b) : (i64, i64) -> i64
  call @fail() : () -> ()
  return %0 : i64
}
func.func private @divide(%a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %negative = arith.cmpi slt, %b, %zero : i64
  cf.cond_br %negative, ^no, ^yes
^no:
  %text = fir.str_const "negative"
  fir.trap %text
^yes:
  %0 = fir.div signed %a, %b : i64
  return %0 : i64
}
func.func private @fail() {
  %text = fir.str_const "always"
  fir.trap %text
}
