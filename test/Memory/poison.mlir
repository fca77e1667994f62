// A program that no document can become: it reads a region that has ended.
// That random-programs.py would see it depends on this.
//
// RUN: %fluxc -O0 %s -o %t && %run %t | FileCheck %s
// CHECK: -2459565876494606883

func.func @flux_main(%args: !fir.slice<!fir.str>) -> i32 {
  %size = arith.constant 64 : i64
  %r = fir.region_enter %size
  %n = arith.constant 4 : i64
  %s = fir.alloc %n in %r : !fir.slice<i64>
  %v = arith.constant 7 : i64
  fir.fill %s with %v : !fir.slice<i64>, i64
  fir.region_exit %r poison
  %zero = arith.constant 0 : i64
  %p = fir.element signed %s[%zero] : !fir.slice<i64> -> !fir.ref<i64>
  %x = fir.load %p : !fir.ref<i64>
  %error = arith.constant false
  fir.intrinsic "print.i64"(%x, %error) : (i64, i1) -> ()
  %status = arith.constant 0 : i32
  return %status : i32
}
