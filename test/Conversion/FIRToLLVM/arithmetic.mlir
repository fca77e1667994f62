// RUN: %fluxc -O1 --verify-each --emit=llvm %s -o - | FileCheck %s
// RUN: %fluxc -O0 --verify-each --emit=llvm %s -o - | FileCheck --check-prefix=CALL %s

// One intrinsic or compare, one branch; what is reported is extended in the
// trap block.  The first operand is computed back there, so that the hot path may
// overwrite it.
// CHECK-LABEL: define internal i32 @flux.add(i32 %0, i32 %1)
// CHECK:         %[[BOTH:.*]] = call { i32, i1 } @llvm.sadd.with.overflow.i32(i32 %0, i32 %1)
// CHECK-NEXT:    %[[SUM:.*]] = extractvalue { i32, i1 } %[[BOTH]], 0
// CHECK-NEXT:    %[[BAD:.*]] = extractvalue { i32, i1 } %[[BOTH]], 1
// CHECK-NEXT:    br i1 %[[BAD]], label %[[TRAP:[0-9]+]], label %[[NEXT:[0-9]+]], !prof
// CHECK:       [[NEXT]]:
// CHECK-NEXT:    ret i32 %[[SUM]]
// CHECK:       [[TRAP]]:
// CHECK-NEXT:    %[[LHS:.*]] = sub i32 %[[SUM]], %1
// CHECK-NEXT:    %[[A:.*]] = sext i32 %[[LHS]] to i64
// CHECK-NEXT:    %[[B:.*]] = sext i32 %1 to i64
// CHECK-NEXT:    call void @flux_trap2(ptr @{{.*}}, i64 %[[A]], i64 %[[B]])
// CHECK-NEXT:    unreachable
// Without optimisation, a call is smaller and takes less time to compile.
// CALL-LABEL: define internal i32 @flux.add(
// CALL-NEXT:    %[[SUM:.*]] = call i32 @flux_add_i32(ptr getelementptr (i8, ptr @{{.*}}, i64 {{.*}}), i32 %0, i32 %1)
// CALL-NEXT:    ret i32 %[[SUM]]
func.func @add(%a: i32, %b: i32) -> i32 {
  %0 = fir.add signed %a, %b : i32
  return %0 : i32
}

// CHECK-LABEL: @flux.unsigned(
// CHECK:         @llvm.usub.with.overflow.i8(i8 %0, i8 %1)
// CHECK:         @llvm.umul.with.overflow.i8(
// CHECK:         %[[LHS:.*]] = add i8 %{{.*}}, %1
// CHECK:         zext i8 %[[LHS]] to i64
func.func @unsigned(%a: i8, %b: i8) -> i8 {
  %0 = fir.sub unsigned %a, %b : i8
  %1 = fir.mul unsigned %0, %b : i8
  return %1 : i8
}

// A constant factor turns the overflow of an unsigned product into a compare.
// CHECK-LABEL: @flux.times_ten(
// CHECK-NEXT:    %[[BAD:.*]] = icmp ugt i8 %0, 25
// CHECK-NEXT:    br i1 %[[BAD]],
// CHECK:         mul nuw i8 %0, 10
func.func @times_ten(%a: i8) -> i8 {
  %b = arith.constant 10 : i8
  %0 = fir.mul unsigned %a, %b : i8
  return %0 : i8
}

// Constants leave no check, unless they overflow.
// CHECK-LABEL: @flux.constants(
// CHECK-NEXT:    ret i8 42
func.func @constants() -> i8 {
  %a = arith.constant 40 : i8
  %b = arith.constant 2 : i8
  %0 = fir.add signed %a, %b : i8
  return %0 : i8
}
// CHECK-LABEL: @flux.overflowing(
// CHECK:         @llvm.sadd.with.overflow.i8(i8 100, i8 100)
func.func @overflowing() -> i8 {
  %a = arith.constant 100 : i8
  %0 = fir.add signed %a, %a : i8
  return %0 : i8
}

// CHECK-LABEL: @flux.divide(
// CHECK:         icmp eq i64 %1, 0
// CHECK:         %[[MIN:.*]] = icmp eq i64 %0, -9223372036854775808
// CHECK:         %[[ONE:.*]] = icmp eq i64 %1, -1
// CHECK:         and i1 %[[ONE]], %[[MIN]]
// CHECK:         sdiv i64 %0, %1
// CHECK:         call void @flux_trap1(
// CHECK:         call void @flux_trap2(
func.func @divide(%a: i64, %b: i64) -> i64 {
  %0 = fir.div signed %a, %b : i64
  return %0 : i64
}
// CHECK-LABEL: @flux.divide_unsigned(
// CHECK:         icmp eq i64 %1, 0
// CHECK-NOT:     icmp
// CHECK:         urem i64 %0, %1
// CHECK:       }
func.func @divide_unsigned(%a: i64, %b: i64) -> i64 {
  %0 = fir.rem unsigned %a, %b : i64
  return %0 : i64
}
// CHECK-LABEL: @flux.divide_by_ten(
// CHECK-NEXT:    sdiv i64 %0, 10
// CHECK-NEXT:    ret
func.func @divide_by_ten(%a: i64) -> i64 {
  %b = arith.constant 10 : i64
  %0 = fir.div signed %a, %b : i64
  return %0 : i64
}
// CHECK-LABEL: @flux.divide_by_minus_one(
// CHECK-NOT:     icmp eq i64 %{{.*}}, 0
// CHECK:         icmp eq i64 %0, -9223372036854775808
// CHECK:         srem i64 %0, -1
func.func @divide_by_minus_one(%a: i64) -> i64 {
  %b = arith.constant -1 : i64
  %0 = fir.rem signed %a, %b : i64
  return %0 : i64
}
// CHECK-LABEL: @flux.divide_by_zero(
// CHECK:         br i1 true
// CHECK:         call void @flux_trap1(
func.func @divide_by_zero(%a: i64) -> i64 {
  %b = arith.constant 0 : i64
  %0 = fir.div signed %a, %b : i64
  return %0 : i64
}

// CHECK-LABEL: @flux.negate(
// CHECK:         @llvm.ssub.with.overflow.i16(i16 0, i16 %0)
// CHECK:         icmp eq i16 %{{.*}}, -32768
// CHECK:         select
func.func @negate(%a: i16) -> i16 {
  %0 = fir.neg %a : i16
  %1 = fir.abs %0 : i16
  return %1 : i16
}

// The amount is compared as unsigned: a negative one is too great.
// CHECK-LABEL: @flux.shift(
// CHECK:         icmp uge i64 %1, 32
// CHECK:         shl i32
// CHECK:         ashr i32 %{{.*}}, 5
// CHECK:         lshr i32 %{{.*}}, 31
// CHECK:         ret
func.func @shift(%a: i32, %n: i64) -> i32 {
  %five = arith.constant 5 : i64
  %last = arith.constant 31 : i64
  %0 = fir.shl signed %a, %n : i32
  %1 = fir.shr signed %0, %five : i32
  %2 = fir.shr unsigned %1, %last : i32
  return %2 : i32
}
// CHECK-LABEL: @flux.shift_too_far(
// CHECK:         br i1 true
func.func @shift_too_far(%a: i32) -> i32 {
  %n = arith.constant 32 : i64
  %0 = fir.shl unsigned %a, %n : i32
  return %0 : i32
}

// CHECK-LABEL: @flux.saturate(
// CHECK:         @llvm.sadd.sat.i32
// CHECK:         @llvm.usub.sat.i32
func.func @saturate(%a: i32, %b: i32) -> i32 {
  %0 = fir.add_sat signed %a, %b : i32
  %1 = fir.sub_sat unsigned %0, %b : i32
  return %1 : i32
}

// FastISel compares no bools.
// CHECK-LABEL: define internal zeroext i1 @flux.bools(i8 zeroext range(i8 0, 2) %0, i8 zeroext range(i8 0, 2) %1)
// CHECK:         xor i1
// CHECK:         xor i1 %{{.*}}, true
// CHECK-NOT:     select
// CHECK:       }
func.func @bools(%a: i1, %b: i1) -> i1 {
  %0 = arith.cmpi eq, %a, %b : i1
  %1 = arith.cmpi ne, %0, %b : i1
  %2 = arith.select %1, %a, %b : i1
  return %2 : i1
}

// CHECK-LABEL: @flux.plain(
// CHECK:         add nsw i64
// CHECK:         mul i64
// CHECK:         icmp ult i64
// CHECK:         uitofp i64 %{{.*}} to double
// CHECK:         @llvm.minimum.f64
// CHECK:         fcmp une double
func.func @plain(%a: i64, %b: i64, %c: f64) -> i1 {
  %0 = arith.addi %a, %b overflow<nsw> : i64
  %1 = arith.muli %0, %b : i64
  %2 = arith.minui %0, %1 : i64
  %3 = arith.uitofp %2 : i64 to f64
  %4 = arith.minimumf %3, %c : f64
  %5 = arith.cmpf une, %3, %4 : f64
  return %5 : i1
}
