// RUN: %flux-opt --mlir-print-debuginfo -pass-pipeline='builtin.module(fir-inline)' %s | FileCheck %s

// A body of one block stands before the call; its locals are those of the
// caller, for the whole call.
// CHECK-LABEL: func.func @single
// CHECK-NEXT: fir.local "x" {arg = 1 : i32} : !fir.ref<i64> loc(#[[LOCAL:.*]])
// CHECK-NEXT: fir.store %arg0
// CHECK-NEXT: fir.load
// CHECK-NEXT: %[[SUM:.*]] = fir.add signed {{.*}} loc(#[[SUM_LOC:.*]])
// CHECK-NEXT: return %[[SUM]]
func.func @single(%a: i64) -> i64 {
  %0 = call @increment(%a) : (i64) -> i64 loc("doc.md":10:4)
  return %0 : i64
}
// What nothing calls any more stays as a declaration.
// CHECK: func.func private @increment(i64) -> i64 loc(
func.func private @increment(%a: i64) -> i64 {
  %x = fir.local "x" {arg = 1 : i32} : !fir.ref<i64> loc("doc.md":1:1)
  fir.store %a, %x : !fir.ref<i64>
  %0 = fir.load %x : !fir.ref<i64>
  %1 = fir.add signed %0, %0 : i64 loc("doc.md":2:9)
  return %1 : i64
}

// Several blocks, of which one traps; returns lead to what follows the call.
// CHECK-LABEL: func.func @blocks
// CHECK: cf.cond_br %{{.*}}, ^bb1, ^bb2
// CHECK: ^bb1:
// CHECK: fir.trap
// CHECK: ^bb2:
// CHECK: %[[Q:.*]] = fir.div signed %arg0, %arg1
// CHECK: cf.br ^bb3(%[[Q]] : i64)
// CHECK: ^bb3(%[[R:.*]]: i64
// CHECK: return %[[R]]
func.func @blocks(%a: i64, %b: i64) -> i64 {
  %0 = call @divide(%a, %b) : (i64, i64) -> i64
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

// Callees come first, whatever the order in the module: two calls, of which one
// stood in the other's callee.
// CHECK-LABEL: func.func @outer
// CHECK-NOT: call
// CHECK: fir.mul signed {{.*}} loc(#[[NESTED:.*]])
// CHECK: return
func.func @outer(%a: i64) -> i64 {
  %0 = call @middle(%a) : (i64) -> i64 loc("doc.md":30:1)
  return %0 : i64
}
func.func private @middle(%a: i64) -> i64 {
  %0 = call @inner(%a) : (i64) -> i64 loc("doc.md":20:1)
  return %0 : i64
}
func.func private @inner(%a: i64) -> i64 {
  %0 = fir.mul signed %a, %a : i64 loc("doc.md":3:3)
  return %0 : i64
}

// Recursion, bodies that only trap, tiles, arrays, what others may call by
// name: all these stay calls.
// CHECK-LABEL: func.func @calls
// CHECK: call @even
// CHECK: call @fail
// CHECK: call @tile
// CHECK: call @table
// CHECK: call @public
// CHECK: call @elsewhere
// CHECK: return
func.func @calls(%a: i64) {
  %0 = call @even(%a) : (i64) -> i64
  call @fail() : () -> ()
  call @tile() : () -> ()
  call @table() : () -> ()
  call @public() : () -> ()
  call @elsewhere() : () -> ()
  return
}
func.func private @even(%a: i64) -> i64 {
  %0 = call @odd(%a) : (i64) -> i64
  return %0 : i64
}
func.func private @odd(%a: i64) -> i64 {
  %0 = call @even(%a) : (i64) -> i64
  return %0 : i64
}
func.func private @fail() {
  %text = fir.str_const "always"
  fir.trap %text
}
func.func private @tile() attributes {fir.tile = {category = "map"}} {
  return
}
func.func private @table() {
  %0 = fir.local : !fir.ref<!fir.array<1000 x i64>>
  return
}
func.func @public() {
  return
}
func.func private @elsewhere()

// A function whose address is taken keeps its body.
// CHECK-LABEL: func.func @address
// CHECK-NOT: call @taken
// CHECK: return
// CHECK: func.func private @taken(%
func.func @address(%a: i64) -> i64 {
  %f = constant @taken : (i64) -> i64
  %0 = call @taken(%a) : (i64) -> i64
  %1 = call_indirect %f(%0) : (i64) -> i64
  return %1 : i64
}
func.func private @taken(%a: i64) -> i64 {
  return %a : i64
}

// A place in an inlined body names the function and the place of its call.
// CHECK-DAG: #[[CALL:.*]] = loc("doc.md":10:4)
// CHECK-DAG: #[[AT:.*]] = loc("increment"(#[[CALL]]))
// CHECK-DAG: #[[BODY:.*]] = loc("doc.md":2:9)
// CHECK-DAG: #[[SUM_LOC]] = loc(callsite(#[[BODY]] at #[[AT]]))
// CHECK-DAG: #[[IN:.*]] = loc("doc.md":3:3)
// CHECK-DAG: #[[C20:.*]] = loc("doc.md":20:1)
// CHECK-DAG: #[[C30:.*]] = loc("doc.md":30:1)
// CHECK-DAG: #[[INNER:.*]] = loc("inner"(#[[C20]]))
// CHECK-DAG: #[[MIDDLE:.*]] = loc("middle"(#[[C30]]))
// CHECK-DAG: #[[ONCE:.*]] = loc(callsite(#[[IN]] at #[[INNER]]))
// CHECK-DAG: #[[NESTED]] = loc(callsite(#[[ONCE]] at #[[MIDDLE]]))
