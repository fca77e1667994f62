// RUN: %fluxc -O0 --verify-each --emit=llvm %s -o - | FileCheck %s

// Only bounds that can be crossed are compared.

// CHECK-LABEL: @flux.narrow_signed(
// CHECK:         %[[LOW:.*]] = trunc i64 %0 to i32
// CHECK-NEXT:    %[[BACK:.*]] = sext i32 %[[LOW]] to i64
// CHECK-NEXT:    icmp ne i64 %[[BACK]], %0
// CHECK:         ret i32 %[[LOW]]
func.func @narrow_signed(%a: i64) -> i32 {
  %0 = fir.convert checked signed %a : i64 to signed i32
  return %0 : i32
}
// CHECK-LABEL: @flux.signed_to_unsigned(
// CHECK:         icmp ugt i64 %0, 255
// CHECK-NOT:     icmp
// CHECK:       }
func.func @signed_to_unsigned(%a: i64) -> i8 {
  %0 = fir.convert checked signed %a : i64 to unsigned i8
  return %0 : i8
}
// CHECK-LABEL: @flux.same_width(
// CHECK:         icmp ugt i64 %0, 9223372036854775807
// CHECK:         icmp slt i64 %0, 0
func.func @same_width(%a: i64) -> i64 {
  %0 = fir.convert checked unsigned %a : i64 to signed i64
  %1 = fir.convert checked signed %0 : i64 to unsigned i64
  return %1 : i64
}
// CHECK-LABEL: @flux.widen(
// CHECK-NEXT:    zext i8 %0 to i64
// CHECK-NEXT:    sext i8 %0 to i64
// CHECK-NOT:     icmp
// CHECK:         ret
func.func @widen(%a: i8) -> i64 {
  %0 = fir.convert checked unsigned %a : i8 to signed i64
  %1 = fir.convert checked signed %a : i8 to signed i64
  %2 = arith.addi %0, %1 : i64
  return %2 : i64
}
// CHECK-LABEL: @flux.widen_negative(
// CHECK:         icmp slt i8 %0, 0
// CHECK:         sext i8 %0 to i64
func.func @widen_negative(%a: i8) -> i64 {
  %0 = fir.convert checked signed %a : i8 to unsigned i64
  return %0 : i64
}

// Bounds of floats are exact; NaN is unordered and fails.
// CHECK-LABEL: @flux.f64_to_i32(
// CHECK:         fcmp ule double %0, 0xC1E0000000200000
// CHECK:         fcmp uge double %0, 0x41E0000000000000
// CHECK:         fptosi double %0 to i32
// CHECK:         bitcast double %0 to i64
func.func @f64_to_i32(%a: f64) -> i32 {
  %0 = fir.convert checked signed %a : f64 to signed i32
  return %0 : i32
}
// CHECK-LABEL: @flux.f32_to_i32(
// CHECK:         fcmp ult float %0, 0xC1E0000000000000
// CHECK:         fcmp uge float %0, 0x41E0000000000000
// CHECK:         bitcast float %0 to i32
func.func @f32_to_i32(%a: f32) -> i32 {
  %0 = fir.convert checked signed %a : f32 to signed i32
  return %0 : i32
}
// CHECK-LABEL: @flux.f64_to_u64(
// CHECK:         fcmp ule double %0, -1.000000e+00
// CHECK:         fcmp uge double %0, 0x43F0000000000000
// CHECK:         fptoui double %0 to i64
func.func @f64_to_u64(%a: f64) -> i64 {
  %0 = fir.convert checked signed %a : f64 to unsigned i64
  return %0 : i64
}
// Through a signed type that holds all values.
// CHECK-LABEL: @flux.f64_to_u32(
// CHECK:         fptosi double %0 to i64
// CHECK:         trunc i64
func.func @f64_to_u32(%a: f64) -> i32 {
  %0 = fir.convert checked signed %a : f64 to unsigned i32
  return %0 : i32
}

// CHECK-LABEL: @flux.saturate(
// CHECK:         %[[NEG:.*]] = icmp slt i64 %0, 0
// CHECK:         %[[LOW:.*]] = select i1 %[[NEG]], i64 0, i64 %0
// CHECK:         icmp sgt i64 %[[LOW]], 65535
// CHECK:         trunc i64 %{{.*}} to i16
// CHECK:         @llvm.fptosi.sat.i32.f64
func.func @saturate(%a: i64, %b: f64) -> i32 {
  %0 = fir.convert saturating signed %a : i64 to unsigned i16
  %1 = fir.convert saturating signed %b : f64 to signed i32
  return %1 : i32
}
// CHECK-LABEL: @flux.wrap(
// CHECK-NEXT:    trunc i64 %0 to i8
// CHECK-NEXT:    sext i8
func.func @wrap(%a: i64) -> i32 {
  %0 = fir.convert wrapping signed %a : i64 to signed i8
  %1 = fir.convert wrapping signed %0 : i8 to unsigned i32
  return %1 : i32
}
