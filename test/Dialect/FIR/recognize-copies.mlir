// Loops that copy bytes within bounds become calls.
// RUN: %flux-opt -pass-pipeline='builtin.module(func.func(fir-recognize-copies))' %s | FileCheck %s

// `for i, c in from { to[i] = c }`
// CHECK-LABEL: func.func @for_each
// CHECK: %[[FIRST:.*]] = fir.load
// CHECK: arith.cmpi slt, %[[FIRST]], %[[N:.*]] : i64
// CHECK: cf.cond_br
// CHECK: %[[TO:.*]] = fir.subslice %{{.*}}[%[[FIRST]], %[[N]]]
// CHECK: %[[FROM:.*]] = fir.subslice %{{.*}}[%[[FIRST]], %[[N]]]
// CHECK: fir.intrinsic "memory.copy"(%[[TO]], %[[FROM]])
// CHECK-NOT: fir.element
// CHECK: return
func.func @for_each(%to: !fir.slice<i8>, %from: !fir.slice<i8>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %v = fir.local "to" : !fir.ref<!fir.slice<i8>>
  %i = fir.local "i" : !fir.ref<i64>
  %c = fir.local "c" : !fir.ref<i8>
  fir.store %to, %v : !fir.ref<!fir.slice<i8>>
  %n = fir.len %from : !fir.slice<i8>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %e = fir.element signed %from[%0] inbounds : !fir.slice<i8> -> !fir.ref<i8>
  %x = fir.load %e : !fir.ref<i8>
  fir.store %x, %c : !fir.ref<i8>
  %t = fir.load %v : !fir.ref<!fir.slice<i8>>
  %1 = fir.load %i : !fir.ref<i64>
  %f = fir.element signed %t[%1] inbounds : !fir.slice<i8> -> !fir.ref<i8>
  %y = fir.load %c : !fir.ref<i8>
  fir.store %y, %f : !fir.ref<i8>
  %2 = fir.load %i : !fir.ref<i64>
  %3 = arith.addi %2, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// It may trap.
// CHECK-LABEL: func.func @checked
// CHECK-NOT: memory.copy
// CHECK: return
func.func @checked(%to: !fir.slice<i8>, %from: !fir.slice<i8>, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %e = fir.element signed %from[%0] inbounds : !fir.slice<i8> -> !fir.ref<i8>
  %x = fir.load %e : !fir.ref<i8>
  %f = fir.element signed %to[%0] : !fir.slice<i8> -> !fir.ref<i8>
  fir.store %x, %f : !fir.ref<i8>
  %2 = fir.load %i : !fir.ref<i64>
  %3 = arith.addi %2, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// The counter is used behind the loop; the byte is changed on the way; the
// index is that of the next round; the elements are not bytes.
// CHECK-LABEL: func.func @used_later
// CHECK-NOT: memory.copy
// CHECK: return
func.func @used_later(%to: !fir.slice<i8>, %from: !fir.slice<i8>, %n: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %e = fir.element signed %from[%0] inbounds : !fir.slice<i8> -> !fir.ref<i8>
  %x = fir.load %e : !fir.ref<i8>
  %f = fir.element signed %to[%0] inbounds : !fir.slice<i8> -> !fir.ref<i8>
  fir.store %x, %f : !fir.ref<i8>
  %3 = arith.addi %0, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  %4 = fir.load %i : !fir.ref<i64>
  return %4 : i64
}

// CHECK-LABEL: func.func @changed
// CHECK-NOT: memory.copy
// CHECK: return
func.func @changed(%to: !fir.slice<i8>, %from: !fir.slice<i8>, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %bit = arith.constant 32 : i8
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %e = fir.element signed %from[%0] inbounds : !fir.slice<i8> -> !fir.ref<i8>
  %x = fir.load %e : !fir.ref<i8>
  %y = arith.ori %x, %bit : i8
  %f = fir.element signed %to[%0] inbounds : !fir.slice<i8> -> !fir.ref<i8>
  fir.store %y, %f : !fir.ref<i8>
  %3 = arith.addi %0, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// CHECK-LABEL: func.func @next
// CHECK-NOT: memory.copy
// CHECK: return
func.func @next(%to: !fir.slice<i8>, %from: !fir.slice<i8>, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %e = fir.element signed %from[%0] inbounds : !fir.slice<i8> -> !fir.ref<i8>
  %x = fir.load %e : !fir.ref<i8>
  %3 = arith.addi %0, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  %1 = fir.load %i : !fir.ref<i64>
  %f = fir.element signed %to[%1] inbounds : !fir.slice<i8> -> !fir.ref<i8>
  fir.store %x, %f : !fir.ref<i8>
  cf.br ^head
^exit:
  return
}

// CHECK-LABEL: func.func @numbers
// CHECK-NOT: memory.copy
// CHECK: return
func.func @numbers(%to: !fir.slice<i64>, %from: !fir.slice<i64>, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %e = fir.element signed %from[%0] inbounds : !fir.slice<i64> -> !fir.ref<i64>
  %x = fir.load %e : !fir.ref<i64>
  %f = fir.element signed %to[%0] inbounds : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %x, %f : !fir.ref<i64>
  %3 = arith.addi %0, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}
