// Constants fold; what would trap stays, also when nothing uses it.
// RUN: %flux-opt -canonicalize -cse %s | FileCheck %s

// CHECK-LABEL: func.func @constants
func.func @constants() -> (i8, i8, i8, i8, i8, i8, i8, i8) {
  %3 = arith.constant 3 : i8
  %m7 = arith.constant -7 : i8
  %200 = arith.constant 200 : i8
  %n = arith.constant 2 : i64
  // CHECK-DAG: %[[SUM:.*]] = arith.constant -4 : i8
  // CHECK-DAG: %[[DIFF:.*]] = arith.constant 10 : i8
  // CHECK-DAG: %[[PROD:.*]] = arith.constant -21 : i8
  // CHECK-DAG: %[[QUOT:.*]] = arith.constant -2 : i8
  // CHECK-DAG: %[[REM:.*]] = arith.constant -1 : i8
  // CHECK-DAG: %[[UQUOT:.*]] = arith.constant 66 : i8
  // CHECK-DAG: %[[SHL:.*]] = arith.constant 12 : i8
  %a = fir.add signed %3, %m7 : i8
  %b = fir.sub signed %3, %m7 : i8
  %c = fir.mul signed %3, %m7 : i8
  %d = fir.div signed %m7, %3 : i8
  %e = fir.rem signed %m7, %3 : i8
  %f = fir.div unsigned %200, %3 : i8
  %g = fir.shl signed %3, %n : i8
  %h = fir.shr signed %m7, %n : i8
  // CHECK: return %[[SUM]], %[[DIFF]], %[[PROD]], %[[QUOT]], %[[REM]], %[[UQUOT]], %[[SHL]], %[[QUOT]]
  return %a, %b, %c, %d, %e, %f, %g, %h : i8, i8, i8, i8, i8, i8, i8, i8
}

// CHECK-LABEL: func.func @traps_stay
func.func @traps_stay(%x: i8, %s: !fir.slice<i8>, %i: i64) {
  %0 = arith.constant 0 : i8
  %m1 = arith.constant -1 : i8
  %min = arith.constant -128 : i8
  %max = arith.constant 127 : i8
  %8 = arith.constant 8 : i64
  %nan = arith.constant 0x7FC00000 : f32
  // CHECK: fir.add signed
  %a = fir.add signed %max, %max : i8
  // CHECK: fir.sub unsigned
  %b = fir.sub unsigned %0, %max : i8
  // CHECK: fir.mul signed
  %c = fir.mul signed %min, %m1 : i8
  // CHECK: fir.div signed
  %d = fir.div signed %min, %m1 : i8
  // CHECK: fir.rem signed
  %e = fir.rem signed %min, %m1 : i8
  // CHECK: fir.div unsigned
  %f = fir.div unsigned %x, %0 : i8
  // CHECK: fir.neg
  %g = fir.neg %min : i8
  // CHECK: fir.shl signed
  %h = fir.shl signed %x, %8 : i8
  // CHECK: fir.convert checked
  %j = fir.convert checked signed %m1 : i8 to unsigned i64
  // CHECK: fir.convert checked
  %k = fir.convert checked signed %nan : f32 to signed i8
  // CHECK: fir.add signed
  %l = fir.add signed %x, %x : i8
  // CHECK: fir.element signed
  %m = fir.element signed %s[%i] : !fir.slice<i8> -> !fir.ref<i8>
  // CHECK-NEXT: return
  return
}

// CHECK-LABEL: func.func @neutral
// CHECK-SAME: %[[X:.*]]: i32
func.func @neutral(%x: i32) -> (i32, i32, i32, i32, i32, i32) {
  %0 = arith.constant 0 : i32
  %1 = arith.constant 1 : i32
  %a = fir.add signed %0, %x : i32
  %b = fir.mul unsigned %x, %1 : i32
  %c = fir.div signed %x, %1 : i32
  // CHECK: %[[ZERO:.*]] = arith.constant 0 : i32
  %d = fir.sub signed %x, %x : i32
  %e = fir.rem signed %x, %1 : i32
  %f = fir.mul signed %x, %0 : i32
  // CHECK-NEXT: return %[[X]], %[[X]], %[[X]], %[[ZERO]], %[[ZERO]], %[[ZERO]]
  return %a, %b, %c, %d, %e, %f : i32, i32, i32, i32, i32, i32
}

// CHECK-LABEL: func.func @conversions
// CHECK-SAME: %[[X:.*]]: i32, %[[Y:.*]]: f64
func.func @conversions(%x: i32, %y: f64) -> (i64, i64, i16, i32, i8, i8, i8) {
  // CHECK-DAG: %[[M1:.*]] = arith.constant -1 : i8
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i8
  // CHECK-DAG: arith.extsi %[[X]] : i32 to i64
  %a = fir.convert checked signed %x : i32 to signed i64
  // CHECK-DAG: arith.extui %[[X]] : i32 to i64
  %b = fir.convert checked unsigned %x : i32 to signed i64
  // CHECK-DAG: arith.trunci %[[X]] : i32 to i16
  %c = fir.convert wrapping signed %x : i32 to unsigned i16
  %d = fir.convert wrapping signed %x : i32 to unsigned i32
  %big = arith.constant 1.0e10 : f64
  %e = fir.convert saturating signed %big : f64 to unsigned i8
  %nan = arith.constant 0x7FF8000000000000 : f64
  %f = fir.convert saturating signed %nan : f64 to signed i8
  %m = arith.constant -0.5 : f64
  %g = fir.convert checked signed %m : f64 to unsigned i8
  // CHECK-NOT: fir.convert
  %unused = fir.convert saturating signed %y : f64 to signed i8
  // CHECK: return %{{.*}}, %{{.*}}, %{{.*}}, %[[X]], %[[M1]], %[[ZERO]], %[[ZERO]]
  return %a, %b, %c, %d, %e, %f, %g : i64, i64, i16, i32, i8, i8, i8
}

// CHECK-LABEL: func.func @elements
// CHECK-SAME: %[[A:.*]]: !fir.ref<!fir.array<4 x i8>>
func.func @elements(%a: !fir.ref<!fir.array<4 x i8>>) -> (i8, i8, i64, i64) {
  %3 = arith.constant 3 : i64
  %4 = arith.constant 4 : i64
  %s = fir.slice_of %a : !fir.ref<!fir.array<4 x i8>> -> !fir.slice<i8>
  // CHECK: fir.element signed %[[A]][%{{.*}}] inbounds
  %p = fir.element signed %s[%3] : !fir.slice<i8> -> !fir.ref<i8>
  // CHECK: fir.element signed %[[A]][%{{.*}}] : !fir.ref<!fir.array<4 x i8>>
  %q = fir.element signed %a[%4] : !fir.ref<!fir.array<4 x i8>> -> !fir.ref<i8>
  %x = fir.load %p : !fir.ref<i8>
  %y = fir.load %q : !fir.ref<i8>
  %n = fir.len %s : !fir.slice<i8>
  %t = fir.str_const "four"
  %b = fir.str_bytes %t : !fir.slice<i8>
  %m = fir.len %b : !fir.slice<i8>
  // CHECK-NOT: fir.len
  return %x, %y, %n, %m : i8, i8, i64, i64
}
