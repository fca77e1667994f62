// Checks that ranges and conditions prove go; the others stay.
// RUN: %flux-opt -pass-pipeline='builtin.module(func.func(fir-eliminate-checks))' %s | FileCheck %s

// A loop over a slice: index and counter.
// CHECK-LABEL: func.func @over_slice
// CHECK: fir.element signed %{{.*}}[%{{.*}}] inbounds
// CHECK: arith.addi %{{.*}} overflow<nsw>
func.func @over_slice(%s: !fir.slice<i64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %n = fir.len %s : !fir.slice<i64>
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

// The loop goes one too far.
// CHECK-LABEL: func.func @one_too_far
// CHECK-NOT: inbounds
// CHECK: return
func.func @one_too_far(%s: !fir.slice<i64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %n = fir.len %s : !fir.slice<i64>
  %more = arith.cmpi sle, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %e = fir.element signed %s[%0] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %3 = fir.add signed %0, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// The loop counts down past zero.
// CHECK-LABEL: func.func @below_zero
// CHECK-NOT: inbounds
// CHECK: return
func.func @below_zero(%s: !fir.slice<i64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %zero, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %n = fir.len %s : !fir.slice<i64>
  %more = arith.cmpi slt, %0, %n : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %e = fir.element signed %s[%0] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %3 = fir.sub signed %0, %one : i64
  fir.store %3, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// Counting down from the end to zero.
// CHECK-LABEL: func.func @downwards
// CHECK: arith.subi %{{.*}} overflow<nsw>
// CHECK: fir.element signed %{{.*}}[%{{.*}}] inbounds
func.func @downwards(%s: !fir.slice<i64>) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %i = fir.local "i" : !fir.ref<i64>
  %n = fir.len %s : !fir.slice<i64>
  fir.store %n, %i : !fir.ref<i64>
  cf.br ^head
^head:
  %0 = fir.load %i : !fir.ref<i64>
  %more = arith.cmpi sgt, %0, %zero : i64
  cf.cond_br %more, ^body, ^exit
^body:
  %1 = fir.sub signed %0, %one : i64
  fir.store %1, %i : !fir.ref<i64>
  %e = fir.element signed %s[%1] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// The length that was compared is that of another slice.
// CHECK-LABEL: func.func @other_slice
// CHECK-NOT: inbounds
// CHECK: return
func.func @other_slice(%s: !fir.slice<i64>, %t: !fir.slice<i64>, %i: i64) {
  %zero = arith.constant 0 : i64
  %n = fir.len %t : !fir.slice<i64>
  %low = arith.cmpi sge, %i, %zero : i64
  cf.cond_br %low, ^a, ^exit
^a:
  %high = arith.cmpi slt, %i, %n : i64
  cf.cond_br %high, ^b, ^exit
^b:
  %e = fir.element signed %s[%i] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %zero, %e : !fir.ref<i64>
  cf.br ^exit
^exit:
  return
}

// The index changes after the condition.
// CHECK-LABEL: func.func @changed_index
// CHECK-NOT: inbounds
// CHECK: return
func.func @changed_index(%s: !fir.slice<i64>, %start: i64) {
  %zero = arith.constant 0 : i64
  %two = arith.constant 2 : i64
  %i = fir.local "i" : !fir.ref<i64>
  fir.store %start, %i : !fir.ref<i64>
  %0 = fir.load %i : !fir.ref<i64>
  %n = fir.len %s : !fir.slice<i64>
  %low = arith.cmpi sge, %0, %zero : i64
  cf.cond_br %low, ^a, ^exit
^a:
  %high = arith.cmpi slt, %0, %n : i64
  cf.cond_br %high, ^b, ^exit
^b:
  %1 = fir.load %i : !fir.ref<i64>
  %2 = fir.add signed %1, %two : i64
  fir.store %2, %i : !fir.ref<i64>
  %3 = fir.load %i : !fir.ref<i64>
  %e = fir.element signed %s[%3] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %zero, %e : !fir.ref<i64>
  cf.br ^exit
^exit:
  return
}

// Where both sides meet, neither condition holds.
// CHECK-LABEL: func.func @after_join
// CHECK-NOT: inbounds
// CHECK: return
func.func @after_join(%a: !fir.ref<!fir.array<8 x i64>>, %i: i64) {
  %zero = arith.constant 0 : i64
  %eight = arith.constant 8 : i64
  %high = arith.cmpi ult, %i, %eight : i64
  %less = arith.cmpi slt, %i, %eight : i64
  cf.cond_br %less, ^then, ^join
^then:
  cf.br ^join
^join:
  %e = fir.element signed %a[%i] : !fir.ref<!fir.array<8 x i64>> -> !fir.ref<i64>
  fir.store %zero, %e : !fir.ref<i64>
  return
}

// A remainder is below its divisor, but may be negative.
// CHECK-LABEL: func.func @remainder
// CHECK: fir.element signed %arg0[%{{.*}}] : 
// CHECK: fir.element signed %arg0[%{{.*}}] inbounds
func.func @remainder(%a: !fir.ref<!fir.array<8 x i64>>, %x: i64, %y: i8) {
  %zero = arith.constant 0 : i64
  %eight = arith.constant 8 : i64
  %0 = fir.rem signed %x, %eight : i64
  %e = fir.element signed %a[%0] : !fir.ref<!fir.array<8 x i64>> -> !fir.ref<i64>
  fir.store %zero, %e : !fir.ref<i64>
  %wide = fir.convert wrapping unsigned %y : i8 to signed i64
  %1 = fir.rem signed %wide, %eight : i64
  %f = fir.element signed %a[%1] : !fir.ref<!fir.array<8 x i64>> -> !fir.ref<i64>
  fir.store %zero, %f : !fir.ref<i64>
  return
}

// A check that was passed says what holds after it, not before it.
// CHECK-LABEL: func.func @after_check
// CHECK: fir.element signed %arg0[%arg1] :
// CHECK: fir.element signed %arg0[%arg1] inbounds
func.func @after_check(%s: !fir.slice<i64>, %i: i64) {
  %one = arith.constant 1 : i64
  %e = fir.element signed %s[%i] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %f = fir.element signed %s[%i] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %f : !fir.ref<i64>
  return
}

// Wrapping sums prove nothing.
// CHECK-LABEL: func.func @wrapping
// CHECK-NOT: inbounds
// CHECK: return
func.func @wrapping(%s: !fir.slice<i64>, %i: i64, %k: i64) {
  %zero = arith.constant 0 : i64
  %low = arith.cmpi sge, %i, %zero : i64
  cf.cond_br %low, ^a, ^exit
^a:
  %sum = arith.addi %i, %k : i64
  %n = fir.len %s : !fir.slice<i64>
  %high = arith.cmpi slt, %sum, %n : i64
  cf.cond_br %high, ^b, ^exit
^b:
  %e = fir.element signed %s[%i] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %zero, %e : !fir.ref<i64>
  cf.br ^exit
^exit:
  return
}

// A counter without a bound may overflow; one that is bounded by an i32 may not.
// CHECK-LABEL: func.func @counters
// CHECK: fir.add signed
// CHECK: arith.addi %{{.*}} overflow<nsw>
func.func @counters(%n: i32, %c: i64) -> i64 {
  %one = arith.constant 1 : i64
  %0 = fir.add signed %c, %one : i64
  %wide = fir.convert checked signed %n : i32 to signed i64
  %1 = fir.add signed %wide, %one : i64
  %2 = arith.xori %0, %1 : i64
  return %2 : i64
}

// Unsigned numbers: the range must be known to be below half.
// CHECK-LABEL: func.func @unsigned
// CHECK: fir.add unsigned
// CHECK: arith.addi %{{.*}} overflow<nuw>
// CHECK: fir.sub unsigned
func.func @unsigned(%x: i32, %y: i8) -> i32 {
  %one = arith.constant 1 : i32
  %0 = fir.add unsigned %x, %one : i32
  %wide = fir.convert checked unsigned %y : i8 to unsigned i32
  %1 = fir.add unsigned %wide, %one : i32
  %2 = fir.sub unsigned %1, %0 : i32
  return %2 : i32
}

// Shifts, divisions, conversions.
// CHECK-LABEL: func.func @others
// CHECK: arith.shli
// CHECK: fir.shl
// CHECK: arith.divsi
// CHECK: fir.div
// CHECK: fir.convert wrapping signed %{{.*}} : i64 to unsigned i8
// CHECK: fir.convert checked signed %{{.*}} : i64 to signed i8
func.func @others(%x: i64, %y: i64) -> (i64, i64, i64, i64, i8, i8) {
  %c31 = arith.constant 31 : i64
  %c255 = arith.constant 255 : i64
  %one = arith.constant 1 : i64
  %amount = arith.andi %y, %c31 : i64
  %0 = fir.shl signed %x, %amount : i64
  %1 = fir.shl signed %x, %y : i64
  %divisor = arith.addi %amount, %one overflow<nsw> : i64
  %2 = fir.div signed %x, %divisor : i64
  %3 = fir.div signed %x, %amount : i64
  %byte = arith.andi %x, %c255 : i64
  %4 = fir.convert checked signed %byte : i64 to unsigned i8
  %5 = fir.convert checked signed %byte : i64 to signed i8
  return %0, %1, %2, %3, %4, %5 : i64, i64, i64, i64, i8, i8
}

// The slice is another one in each round: its length is, too.
// CHECK-LABEL: func.func @shrinking
// CHECK-NOT: inbounds
// CHECK: return
func.func @shrinking(%s: !fir.slice<i64>, %i: i64) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %ok = arith.cmpi sge, %i, %zero : i64
  cf.cond_br %ok, ^start, ^exit
^start:
  %n = fir.len %s : !fir.slice<i64>
  %fits = arith.cmpi slt, %i, %n : i64
  cf.cond_br %fits, ^enter, ^exit
^enter:
  cf.br ^head(%s : !fir.slice<i64>)
^head(%t: !fir.slice<i64>):
  %e = fir.element signed %t[%i] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %m = fir.len %t : !fir.slice<i64>
  %u = fir.subslice %t[%one, %m] : !fir.slice<i64>
  cf.br ^head(%u : !fir.slice<i64>)
^exit:
  return
}

// The bound grows and shrinks in an outer loop while the index is kept.
// CHECK-LABEL: func.func @outer_bound
// CHECK-NOT: inbounds
// CHECK: return
func.func @outer_bound(%a: !fir.ref<!fir.array<8 x i64>>, %n: i64, %c: i1) {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  cf.br ^outer(%zero : i64)
^outer(%i: i64):
  %less = arith.cmpi slt, %i, %n : i64
  cf.cond_br %less, ^inner, ^exit
^inner:
  %e = fir.element signed %a[%i] : !fir.ref<!fir.array<8 x i64>> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %next = fir.add signed %i, %one : i64
  cf.cond_br %c, ^outer(%next : i64), ^outer(%zero : i64)
^exit:
  return
}

// Rows below the number of rows, and elements below their length.
// CHECK-LABEL: func.func @rows
// CHECK: fir.row signed %{{.*}}[%{{.*}}] of %{{.*}} by %{{.*}} inbounds
// CHECK: fir.element signed %{{.*}}[%{{.*}}] inbounds
// CHECK: fir.row signed %{{.*}}[%{{.*}}] of %{{.*}} by %{{.*}} : !fir.slice<i64>
func.func @rows(%s: !fir.slice<i64>, %m: i64, %n: i64) {
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
  %below = arith.cmpi slt, %1, %n : i64
  cf.cond_br %below, ^first, ^next
^first:
  %row = fir.row signed %s[%1] of %m by %n : !fir.slice<i64>
  %e = fir.element signed %row[%1] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  cf.br ^next
^next:
  %after = fir.add signed %1, %one : i64
  %last = fir.row signed %s[%after] of %m by %n : !fir.slice<i64>
  %f = fir.element signed %last[%zero] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %f : !fir.ref<i64>
  fir.store %after, %i : !fir.ref<i64>
  cf.br ^head
^exit:
  return
}

// Numbers without a sign: what is below a length is in the lower half; what a
// condition says is below something can grow by one, and be taken away.
// CHECK-LABEL: func.func @conditions
// CHECK: fir.element unsigned %{{.*}}[%{{.*}}] inbounds
// CHECK: arith.addi %{{.*}} overflow<nuw>
// CHECK: arith.subi %{{.*}} overflow<nuw>
// CHECK: arith.addi %{{.*}} overflow<nuw>
// CHECK: fir.add unsigned
// CHECK: fir.sub unsigned
func.func @conditions(%s: !fir.slice<i64>, %i: i64, %a: i64, %b: i64) -> i64 {
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %n = fir.len %s : !fir.slice<i64>
  %inside = arith.cmpi ult, %i, %n : i64
  cf.cond_br %inside, ^first, ^second
^first:
  %e = fir.element unsigned %s[%i] : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %one, %e : !fir.ref<i64>
  %next = fir.add unsigned %i, %two : i64
  return %next : i64
^second:
  %ordered = arith.cmpi uge, %a, %b : i64
  cf.cond_br %ordered, ^third, ^fourth
^third:
  %gap = fir.sub unsigned %a, %b : i64
  return %gap : i64
^fourth:
  %more = fir.add unsigned %a, %one : i64
  %most = fir.add unsigned %b, %one : i64
  %sum = fir.sub unsigned %more, %most : i64
  return %sum : i64
}

// Halves, remainders and shifts are in the lower half whatever they are made of.
// CHECK-LABEL: func.func @halves
// CHECK: arith.addi %{{.*}} overflow<nuw>
// CHECK: fir.element unsigned %{{.*}}[%{{.*}}] inbounds
// CHECK: fir.mul unsigned
func.func @halves(%x: i64, %table: !fir.ref<!fir.array<16 x i64>>) -> i64 {
  %two = arith.constant 2 : i64
  %sixteen = arith.constant 16 : i64
  %half = fir.div unsigned %x, %two : i64
  %sum = fir.add unsigned %half, %half : i64
  %rest = fir.rem unsigned %x, %sixteen : i64
  %e = fir.element unsigned %table[%rest] : !fir.ref<!fir.array<16 x i64>> -> !fir.ref<i64>
  %value = fir.load %e : !fir.ref<i64>
  %product = fir.mul unsigned %half, %sum : i64
  %all = arith.xori %product, %value : i64
  return %all : i64
}

// The length as a number without a sign: what is left of a division by it is an
// index.
// CHECK-LABEL: func.func @rest
// CHECK: fir.element unsigned %{{.*}}[%{{.*}}] inbounds
// CHECK: fir.element unsigned %{{.*}}[%{{.*}}] : !fir.slice<i64>
func.func @rest(%s: !fir.slice<i64>, %x: i64) -> i64 {
  %one = arith.constant 1 : i64
  %len = fir.len %s : !fir.slice<i64>
  %n = fir.convert checked signed %len : i64 to unsigned i64
  %some = arith.cmpi uge, %n, %one : i64
  cf.cond_br %some, ^first, ^second
^first:
  %rest = fir.rem unsigned %x, %n : i64
  %e = fir.element unsigned %s[%rest] : !fir.slice<i64> -> !fir.ref<i64>
  %value = fir.load %e : !fir.ref<i64>
  return %value : i64
^second:
  %f = fir.element unsigned %s[%x] : !fir.slice<i64> -> !fir.ref<i64>
  %other = fir.load %f : !fir.ref<i64>
  return %other : i64
}
