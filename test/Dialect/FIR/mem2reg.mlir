// Scalar locals become SSA values; aggregates and places that escape stay.
// RUN: %flux-opt -mem2reg -canonicalize %s | FileCheck %s

// CHECK-LABEL: func.func @loop
// CHECK-NOT: fir.local
// CHECK: cf.br ^[[HEAD:.*]](%{{.*}}, %{{.*}} : i64, i64)
// CHECK: ^[[HEAD]](%[[SUM:.*]]: i64, %{{.*}}: i64):
// CHECK: return %[[SUM]] : i64
func.func @loop(%n: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %sum = fir.local "sum" {source_type = "i64"} : !fir.ref<i64>
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %sum : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %1 = fir.load %sum : !fir.ref<i64>
  %2 = fir.add signed %1, %0 : i64
  fir.store %2, %sum : !fir.ref<i64>
  %3 = arith.addi %0, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  %4 = fir.load %sum : !fir.ref<i64>
  return %4 : i64
}

// CHECK-LABEL: func.func @views
// CHECK-NOT: fir.load
func.func @views(%c: i1, %s: !fir.slice<i8>, %t: !fir.str) -> (i64, i64) {
  %a = fir.local : !fir.ref<!fir.slice<i8>>
  %b = fir.local : !fir.ref<!fir.str>
  cf.cond_br %c, ^then, ^join
^then:
  fir.store %s, %a : !fir.ref<!fir.slice<i8>>
  fir.store %t, %b : !fir.ref<!fir.str>
  cf.br ^join
^join:
  %0 = fir.load %a : !fir.ref<!fir.slice<i8>>
  %1 = fir.load %b : !fir.ref<!fir.str>
  %2 = fir.len %0 : !fir.slice<i8>
  %3 = fir.len %1 : !fir.str
  return %2, %3 : i64, i64
}

// CHECK-LABEL: func.func @stay
// CHECK-COUNT-2: fir.local
func.func @stay(%x: i32) -> i32 {
  %a = fir.local : !fir.ref<!fir.array<1 x i32>>
  %b = fir.local : !fir.ref<i32>
  fir.store %x, %b : !fir.ref<i32>
  call @use(%b) : (!fir.ref<i32>) -> ()
  %zero = arith.constant 0 : i64
  %p = fir.element signed %a[%zero] : !fir.ref<!fir.array<1 x i32>> -> !fir.ref<i32>
  fir.store %x, %p : !fir.ref<i32>
  %0 = fir.load %b : !fir.ref<i32>
  return %0 : i32
}
func.func private @use(!fir.ref<i32>)
