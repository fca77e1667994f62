// Innermost loops get a copy without checks, behind a condition that says that
// none of the checks would fail.
// RUN: %flux-opt -pass-pipeline='builtin.module(func.func(fir-version-loops))' %s | FileCheck %s

// CHECK-LABEL: func.func @over_slice
// The condition: the number of rounds, and the last index.
// CHECK: %[[START:.*]] = fir.load %[[I:.*]] : !fir.ref<i64>
// CHECK: arith.cmpi ult, %[[START]], %{{.*}} : i64
// CHECK: arith.cmpi ult, %[[N:.*]], %{{.*}} : i64
// CHECK: %[[LEN:.*]] = fir.len
// CHECK: %[[LAST:.*]] = arith.subi %[[N]], %{{.*}} : i64
// CHECK: arith.cmpi slt, %[[LAST]], %[[LEN]] : i64
// CHECK: cf.cond_br %{{.*}}, ^[[FAST:.*]], ^[[SLOW:.*]]
// CHECK: ^[[FAST]]:
// CHECK: fir.element signed %{{.*}}[%{{.*}}] inbounds
// CHECK: ^[[SLOW]]:
// CHECK: fir.element signed %{{.*}}[%{{.*}}] : !fir.slice<i64>
func.func @over_slice(%s: !fir.slice<i64>, %n: i64) {
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
  %1 = fir.load %i : !fir.ref<i64>
  %e = fir.element signed %s[%1] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %2 = fir.load %i : !fir.ref<i64>
  %3 = fir.add signed %2, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// A row of a matrix, and a variable that walks down a column.
// CHECK-LABEL: func.func @matrix
// CHECK: cf.cond_br %{{.*}}, ^[[FAST:.*]], ^{{.*}}
// CHECK: ^[[FAST]]:
// CHECK: arith.muli %{{.*}} overflow<nsw>
// CHECK: arith.addi %{{.*}} overflow<nsw>
// CHECK: fir.element signed %{{.*}}[%{{.*}}] inbounds
// CHECK: fir.element signed %{{.*}}[%{{.*}}] inbounds
// CHECK: arith.addi %{{.*}} overflow<nsw>
// CHECK: arith.addi %{{.*}} overflow<nsw>
// CHECK: fir.mul signed
func.func @matrix(%s: !fir.slice<i64>, %row: i64, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  %at = fir.local "at" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  fir.store %zero, %at : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %1 = fir.load %i : !fir.ref<i64>
  %p = fir.mul signed %row, %n : i64
  %q = fir.add signed %p, %1 : i64
  %e = fir.element signed %s[%q] : !fir.slice<i64> -> !fir.ref<i64>
  %a = fir.load %at : !fir.ref<i64>
  %f = fir.element signed %s[%a] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  fir.store %one, %f : !fir.ref<i64>
  %b = fir.add signed %a, %n : i64
  fir.store %b, %at : !fir.ref<i64>
  %2 = fir.load %i : !fir.ref<i64>
  %3 = fir.add signed %2, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// The first index may be below zero: it is compared, too.
// CHECK-LABEL: func.func @before
// CHECK: arith.cmpi sge
// CHECK: cf.cond_br
// CHECK: arith.subi %{{.*}} overflow<nsw>
// CHECK: fir.element signed %{{.*}}[%{{.*}}] inbounds
func.func @before(%s: !fir.slice<i64>, %start: i64, %n: i64) {
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %start, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %1 = fir.load %i : !fir.ref<i64>
  %p = fir.sub signed %1, %one : i64
  %e = fir.element signed %s[%p] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %3 = fir.add signed %1, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// The index falls while the counter grows.
// CHECK-LABEL: func.func @falling
// CHECK-NOT: inbounds
// CHECK: return
func.func @falling(%s: !fir.slice<i64>, %n: i64) {
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
  %1 = fir.load %i : !fir.ref<i64>
  %p = fir.sub signed %n, %1 : i64
  %e = fir.element signed %s[%p] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %3 = fir.add signed %1, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// Behind the increment the counter may be the bound itself.
// CHECK-LABEL: func.func @behind_increment
// CHECK-NOT: inbounds
// CHECK: return
func.func @behind_increment(%s: !fir.slice<i64>, %n: i64) {
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
  %1 = fir.load %i : !fir.ref<i64>
  %3 = fir.add signed %1, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  %2 = fir.load %i : !fir.ref<i64>
  %e = fir.element signed %s[%2] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// The slice changes in the loop; so may what a function gets the place of.
// CHECK-LABEL: func.func @changing
// CHECK-NOT: inbounds
// CHECK: return
func.func private @change(!fir.ref<i64>)
func.func @changing(%s: !fir.slice<i64>, %t: !fir.slice<i64>, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  %k = fir.local "k" : !fir.ref<i64>
  %v = fir.local "v" : !fir.ref<!fir.slice<i64>>
  fir.store %s, %v : !fir.ref<!fir.slice<i64>>
  fir.store %zero, %k : !fir.ref<i64>
  call @change(%k) : (!fir.ref<i64>) -> ()
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %1 = fir.load %i : !fir.ref<i64>
  %l = fir.load %v : !fir.ref<!fir.slice<i64>>
  %e = fir.element signed %l[%1] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  fir.store %t, %v : !fir.ref<!fir.slice<i64>>
  %m = fir.load %k : !fir.ref<i64>
  %f = fir.element signed %s[%m] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %f : !fir.ref<i64>
  %3 = fir.add signed %1, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// Products of three numbers below 2^20 fit i64.
// CHECK-LABEL: func.func @three
// CHECK: arith.constant 1048576 : i64
// CHECK: arith.muli {{.*}} overflow<nsw>
// CHECK: fir.element signed %{{.*}}[%{{.*}}] inbounds
// CHECK: fir.mul signed
func.func @three(%s: !fir.slice<i64>, %a: i64, %b: i64, %n: i64) {
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
  %1 = fir.load %i : !fir.ref<i64>
  %p = arith.muli %1, %a overflow<nsw> : i64
  %q = fir.mul signed %p, %b : i64
  %e = fir.element signed %s[%q] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %3 = arith.addi %1, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// Products of four may leave the range of i64.
// CHECK-LABEL: func.func @four
// CHECK-NOT: inbounds
// CHECK: return
func.func @four(%s: !fir.slice<i64>, %a: i64, %b: i64, %n: i64) {
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
  %1 = fir.load %i : !fir.ref<i64>
  %p = arith.muli %1, %a overflow<nsw> : i64
  %r = arith.muli %p, %a overflow<nsw> : i64
  %q = fir.mul signed %r, %b : i64
  %e = fir.element signed %s[%q] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %3 = arith.addi %1, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// A product that is divided by a number: of factors below 2^30, since those
// below 2^31 could leave the range of i64.
// CHECK-LABEL: func.func @triangle
// CHECK: arith.constant 1073741824 : i64
// CHECK: arith.muli {{.*}} overflow<nsw>
// CHECK: fir.mul signed
func.func @triangle(%a: i64, %n: i64) -> f64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %nothing = arith.constant 0.0 : f64
  %i = fir.local "i" : !fir.ref<i64>
  %sum = fir.local "sum" : !fir.ref<f64>
  fir.store %zero, %i : !fir.ref<i64>
  fir.store %nothing, %sum : !fir.ref<f64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %1 = fir.load %i : !fir.ref<i64>
  %p = arith.addi %1, %a overflow<nsw> : i64
  %q = arith.addi %p, %one overflow<nsw> : i64
  %r = fir.mul signed %p, %q : i64
  %h = arith.divsi %r, %two : i64
  %t = fir.add signed %h, %a : i64
  %f = arith.sitofp %t : i64 to f64
  %s = fir.load %sum : !fir.ref<f64>
  %u = arith.addf %s, %f : f64
  fir.store %u, %sum : !fir.ref<f64>
  %3 = arith.addi %1, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  %v = fir.load %sum : !fir.ref<f64>
  return %v : f64
}

// A step that is not made in every round.
// CHECK-LABEL: func.func @sometimes
// CHECK-NOT: inbounds
// CHECK: return
func.func @sometimes(%s: !fir.slice<i64>, %c: i1, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  %at = fir.local "at" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  fir.store %zero, %at : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %a = fir.load %at : !fir.ref<i64>
  %e = fir.element signed %s[%a] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  cf.cond_br %c, ^step, ^next
^step:
  %b = fir.add signed %a, %one : i64
  fir.store %b, %at : !fir.ref<i64>
  cf.br ^next
^next:
  %1 = fir.load %i : !fir.ref<i64>
  %3 = arith.addi %1, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// Calls take longer than checks.
// CHECK-LABEL: func.func @calls
// CHECK-NOT: inbounds
// CHECK: return
func.func private @other()
func.func @calls(%s: !fir.slice<i64>, %n: i64) {
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
  %e = fir.element signed %s[%0] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  call @other() : () -> ()
  %1 = fir.load %i : !fir.ref<i64>
  %3 = arith.addi %1, %one overflow<nsw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// A column: the row of each round is tested by the last, its element once.
// CHECK-LABEL: func.func @column
// CHECK: cf.cond_br %{{.*}}, ^[[FAST:.*]], ^{{.*}}
// CHECK: ^[[FAST]]:
// CHECK: fir.row signed %{{.*}}[%{{.*}}] of %{{.*}} by %{{.*}} inbounds
// CHECK: fir.len
// CHECK: fir.element signed %{{.*}}[%{{.*}}] inbounds
func.func @column(%s: !fir.slice<i64>, %j: i64, %m: i64, %n: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi slt, %0, %m : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %1 = fir.load %i : !fir.ref<i64>
  %row = fir.row signed %s[%1] of %m by %n : !fir.slice<i64>
  %len = fir.len %row : !fir.slice<i64>
  %before = fir.sub signed %len, %one : i64
  %e = fir.element signed %row[%j] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %before, %e : !fir.ref<i64>
  %2 = fir.load %i : !fir.ref<i64>
  %3 = fir.add signed %2, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// A loop that counts without a sign, and an index below the variable.
// CHECK-LABEL: func.func @unsigned
// CHECK: arith.cmpi ult
// CHECK: %[[BEFORE:.*]] = arith.subi
// CHECK: arith.cmpi sge, %[[BEFORE]]
// CHECK: cf.cond_br %{{.*}}, ^[[FAST:.*]], ^{{.*}}
// CHECK: ^[[FAST]]:
// CHECK: arith.subi %{{.*}} overflow<nsw, nuw>
// CHECK: fir.element unsigned %{{.*}}[%{{.*}}] inbounds
// CHECK: fir.sub unsigned
func.func @unsigned(%s: !fir.slice<i64>, %start: i64, %n: i64) {
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %start, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi ult, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %1 = fir.load %i : !fir.ref<i64>
  %before = fir.sub unsigned %1, %one : i64
  %e = fir.element unsigned %s[%before] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %2 = fir.load %i : !fir.ref<i64>
  %3 = arith.addi %2, %one overflow<nuw> : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}
