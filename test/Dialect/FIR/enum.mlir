// Tagged unions: what is printed can be read again, and variants that are
// known fold.
// RUN: %flux-opt %s -canonicalize -o %t.mlir && FileCheck %s < %t.mlir
// RUN: %flux-opt %t.mlir -o %t2.mlir && diff %t.mlir %t2.mlir

!shape = !fir.enum<"Shape", !fir.struct<"Circle", f64>, !fir.struct<"Empty">>
!tree = !fir.enum<"Tree", !fir.struct<"Leaf">, !fir.struct<"Node", !fir.slice<!fir.named<"Tree", 24, 8>>>>

// CHECK: fir.global constant @flux.const.UNIT : !fir.enum<"Shape", !fir.struct<"Circle", f64>, !fir.struct<"Empty">> = [0 : i8, [1.000000e+00]]
fir.global constant @flux.const.UNIT : !shape = [0 : i8, [1.0 : f64]]

// CHECK-LABEL: func.func private @make
func.func private @make(%place: !fir.ref<!shape> {fir.result}, %r: f64) -> i8 {
  // CHECK:      %[[TAG:.*]] = arith.constant 0 : i8
  // CHECK-NEXT: fir.set_variant %arg0[0]
  fir.set_variant %place[0] : !fir.ref<!shape>
  // CHECK-NEXT: %[[PAYLOAD:.*]] = fir.payload %arg0[0]
  %payload = fir.payload %place[0] : !fir.ref<!shape> -> !fir.ref<!fir.struct<"Circle", f64>>
  %field = fir.field %payload[0] : !fir.ref<!fir.struct<"Circle", f64>> -> !fir.ref<f64>
  fir.store %r, %field : !fir.ref<f64>
  // CHECK-NOT: fir.get_variant
  %tag = fir.get_variant %place : !fir.ref<!shape> -> i8
  // CHECK: return %[[TAG]] : i8
  return %tag : i8
}

// Another place may be part of the same value.
// CHECK-LABEL: func.func private @other
func.func private @other(%a: !fir.ref<!shape> {fir.result}, %b: !fir.ref<!shape>) -> i8 {
  fir.set_variant %a[0] : !fir.ref<!shape>
  fir.set_variant %b[1] : !fir.ref<!shape>
  // CHECK: %[[TAG:.*]] = fir.get_variant %arg0
  %tag = fir.get_variant %a : !fir.ref<!shape> -> i8
  // CHECK: return %[[TAG]] : i8
  return %tag : i8
}

// CHECK-LABEL: func.func private @retype
func.func private @retype(%kids: !fir.slice<!fir.named<"Tree", 24, 8>>) -> !fir.slice<!fir.named<"Tree", 24, 8>> {
  // CHECK-NOT: fir.retype
  %0 = fir.retype %kids : !fir.slice<!fir.named<"Tree", 24, 8>> -> !fir.slice<!tree>
  %1 = fir.retype %0 : !fir.slice<!tree> -> !fir.slice<!fir.named<"Tree", 24, 8>>
  // CHECK: return %arg0
  return %1 : !fir.slice<!fir.named<"Tree", 24, 8>>
}

// CHECK-LABEL: func.func private @fits
func.func private @fits(%x: i64, %y: f64) -> (i1, i1) {
  // CHECK: fir.fits signed %arg0 : i64 to unsigned i8
  %0 = fir.fits signed %x : i64 to unsigned i8
  // CHECK: fir.fits signed %arg1 : f64 to signed i32
  %1 = fir.fits signed %y : f64 to signed i32
  return %0, %1 : i1, i1
}
