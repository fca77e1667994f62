// RUN: %flux-opt -pass-pipeline='builtin.module(func.func(fir-forward-locals))' %s | FileCheck %s

// The store stays, for debuggers.
// CHECK-LABEL: func.func @once
// CHECK: fir.store %arg0
// CHECK-NOT: fir.load
// CHECK: return %arg0
func.func @once(%a: i64) -> i64 {
  %x = fir.local "x" : !fir.ref<i64>
  fir.store %a, %x : !fir.ref<i64>
  %0 = fir.load %x : !fir.ref<i64>
  return %0 : i64
}

// Also in a loop, where each round has its own value.
// CHECK-LABEL: func.func @loop
// CHECK: %[[I:.*]] = fir.load %[[COUNTER:.*]] :
// CHECK: %[[SQUARE:.*]] = fir.mul signed %[[I]], %[[I]]
// CHECK: fir.store %[[SQUARE]]
// CHECK-NEXT: fir.add signed %[[I]], %[[SQUARE]]
func.func @loop(%n: i64) {
  %zero = arith.constant 0 : i64
  %i = fir.local "i" : !fir.ref<i64>
  %x = fir.local "x" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %square = fir.mul signed %0, %0 : i64
  fir.store %square, %x : !fir.ref<i64>
  %1 = fir.load %x : !fir.ref<i64>
  %2 = fir.add signed %0, %1 : i64
  fir.store %2, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// Not where another path leads to the load, where there are two stores, or
// where the place may be written by others.
// CHECK-LABEL: func.func @unknown
// CHECK-COUNT-3: fir.load
// CHECK: return
func.func private @change(!fir.ref<i64>)
func.func @unknown(%a: i64, %c: i1) -> i64 {
  %x = fir.local "x" : !fir.ref<i64>
  %y = fir.local "y" : !fir.ref<i64>
  %z = fir.local "z" : !fir.ref<i64>
  fir.store %a, %y : !fir.ref<i64>
  fir.store %a, %z : !fir.ref<i64>
  call @change(%z) : (!fir.ref<i64>) -> ()
  cf.cond_br %c, ^set, ^use
^set:
  fir.store %a, %x : !fir.ref<i64>
  fir.store %a, %y : !fir.ref<i64>
  cf.br ^use
^use:
  %0 = fir.load %x : !fir.ref<i64>
  %1 = fir.load %y : !fir.ref<i64>
  %2 = fir.load %z : !fir.ref<i64>
  %3 = fir.add signed %0, %1 : i64
  %4 = fir.add signed %3, %2 : i64
  return %4 : i64
}
