// At -O0 the checks must not leave FastISel, which SelectionDAG is many times
// slower than.
// RUN: %fluxc -O0 --emit=llvm %s -o %t.ll
// RUN: llc -O0 -mcpu=x86-64-v2 -pass-remarks-missed=sdagisel %t.ll -o %t.s 2>&1 | FileCheck --allow-empty --check-prefix=MISSED %s
// RUN: FileCheck %s < %t.s

// MISSED-NOT: FastISel missed

// CHECK-LABEL: flux.sum:
// CHECK:         callq flux_check_index
// CHECK:         callq flux_add_i64
// CHECK:         callq flux_mul_i64
// CHECK-LABEL: flux.negate:
// CHECK:         subq
// CHECK:         jo
// CHECK-LABEL: flux.shift:
// CHECK:         cmpq $64
// CHECK-NEXT:    jae
func.func @sum(%a: i64, %s: !fir.slice<i64>, %i: i64) -> i64 {
  %0 = fir.element signed %s[%i] : !fir.slice<i64> -> !fir.ref<i64>
  %1 = fir.load %0 : !fir.ref<i64>
  %2 = fir.add signed %a, %1 : i64
  %3 = fir.mul signed %2, %1 : i64
  return %3 : i64
}
func.func @negate(%a: i64) -> i64 {
  %0 = fir.neg %a : i64
  return %0 : i64
}
func.func @shift(%a: i64, %n: i64) -> i64 {
  %0 = fir.shl signed %a, %n : i64
  return %0 : i64
}
func.func @others(%a: i64, %b: i32, %n: i64, %f: f64) -> i1 {
  %true = arith.constant true
  %x = fir.local "x" : !fir.ref<i1>
  %s = fir.local "s" : !fir.ref<!fir.str>
  %k = fir.str_const "k"
  fir.store %true, %x : !fir.ref<i1>
  fir.store %k, %s : !fir.ref<!fir.str>
  %0 = fir.div signed %a, %n : i64
  %1 = fir.rem unsigned %b, %b : i32
  %2 = fir.shl signed %1, %n : i32
  %3 = fir.neg %2 : i32
  %4 = fir.abs %3 : i32
  %5 = fir.convert checked signed %n : i64 to unsigned i8
  %6 = fir.add unsigned %5, %5 : i8
  %7 = fir.mul signed %6, %6 : i8
  %8 = fir.convert checked signed %f : f64 to unsigned i32
  %9 = arith.cmpf olt, %f, %f : f64
  %10 = fir.load %x : !fir.ref<i1>
  %11 = arith.cmpi eq, %9, %10 : i1
  %12 = arith.select %11, %9, %10 : i1
  %13 = fir.load %s : !fir.ref<!fir.str>
  %14 = fir.str_cmp eq %13, %k
  fir.intrinsic "print.bool"(%14, %true) : (i1, i1) -> ()
  fir.intrinsic "print.f64"(%f, %true) : (f64, i1) -> ()
  %15 = call @others(%0, %4, %n, %f) : (i64, i32, i64, f64) -> i1
  cf.cond_br %15, ^end(%14 : i1), ^end(%12 : i1)
^end(%r: i1):
  return %r : i1
}
