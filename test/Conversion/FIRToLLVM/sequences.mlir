// RUN: %fluxc -O1 --verify-each --emit=llvm %s -o - | FileCheck %s
// RUN: %fluxc -O0 --verify-each --emit=llvm %s -o - | FileCheck --check-prefix=CALL %s

// CHECK-LABEL: @flux.subslice(
// CHECK-NEXT:    %[[B:.*]] = icmp ugt i64 %3, %1
// CHECK-NEXT:    %[[A:.*]] = icmp ugt i64 %2, %3
// CHECK-NEXT:    or i1 %[[A]], %[[B]]
// CHECK:         getelementptr inbounds nuw i32, ptr %0, i64 %2
// CHECK-NEXT:    sub nuw nsw i64 %3, %2
// CHECK:         call void @flux_trap3(ptr @{{.*}}, i64 %2, i64 %3, i64 %1)
// CALL-LABEL: @flux.subslice(
// CALL-NEXT:    call void @flux_check_range(ptr getelementptr {{.*}}, i64 %2, i64 %3, i64 %1)
// CALL-NEXT:    getelementptr
func.func @subslice(%s: !fir.slice<i32>, %lo: i64, %hi: i64) -> !fir.slice<i32> {
  %0 = fir.subslice %s[%lo, %hi] : !fir.slice<i32>
  return %0 : !fir.slice<i32>
}
// One bound is visibly right: one comparison is left, or none.
// CHECK-LABEL: @flux.prefix(
// CHECK-NEXT:    icmp ugt i64 %2, %1
// CHECK-NEXT:    br i1
// CHECK-LABEL: @flux.whole(
// CHECK-NEXT:    insertvalue
// CALL-LABEL: @flux.whole(
// CALL-NEXT:    insertvalue
func.func @prefix(%s: !fir.slice<i32>, %hi: i64) -> !fir.slice<i32> {
  %zero = arith.constant 0 : i64
  %0 = fir.subslice %s[%zero, %hi] : !fir.slice<i32>
  return %0 : !fir.slice<i32>
}
func.func @whole(%s: !fir.slice<i32>) -> !fir.slice<i32> {
  %zero = arith.constant 0 : i64
  %hi = fir.len %s : !fir.slice<i32>
  %0 = fir.subslice %s[%zero, %hi] : !fir.slice<i32>
  return %0 : !fir.slice<i32>
}

// CHECK-LABEL: @flux.strings(
// CHECK-NEXT:    call void @flux_str_check_range(ptr @{{.*}}, ptr %0, i64 %1, i64 1, i64 %2)
// CHECK-NEXT:    %[[P:.*]] = getelementptr inbounds nuw i8, ptr %0, i64 1
// CHECK-NEXT:    %[[N:.*]] = sub nuw nsw i64 %2, 1
// CHECK-NEXT:    call void @flux_str_check_utf8(ptr @{{.*}}, ptr %[[P]], i64 %[[N]])
// CHECK-NEXT:    %[[EQ:.*]] = call i1 @flux_str_equal(ptr %[[P]], i64 %[[N]], ptr @{{.*}}, i64 5)
// CHECK-NEXT:    xor i1 %[[EQ]], true
// CHECK-NEXT:    %[[CMP:.*]] = call i32 @flux_str_compare(
// CHECK-NEXT:    icmp sge i32 %[[CMP]], 0
func.func @strings(%s: !fir.str, %hi: i64) -> i1 {
  %one = arith.constant 1 : i64
  %0 = fir.substr %s[%one, %hi]
  %1 = fir.str_bytes %0 : !fir.slice<i8>
  %2 = fir.str_from_bytes %1 : !fir.slice<i8>
  %k = fir.str_const "hello"
  %3 = fir.str_cmp ne %2, %k
  %4 = fir.str_cmp ge %2, %k
  %5 = arith.andi %3, %4 : i1
  return %5 : i1
}

// CHECK-LABEL: @flux.fill(
// CHECK:         %[[NEW:.*]] = call ptr @flux_alloc(ptr @{{.*}}, i64 %0, i64 8)
// CHECK:         call void @llvm.assume(
// CHECK-NEXT:    %[[SIZE:.*]] = mul nuw nsw i64 %0, 8
// CHECK-NEXT:    call void @llvm.memset.p0.i64(ptr align 8 %[[NEW]], i8 0, i64 %[[SIZE]], i1 false)
// CHECK:         call void @llvm.memset.p0.i64({{.*}}, i8 -1,
// CHECK:         icmp eq i64 %0, 0
// CHECK:         %[[I:.*]] = phi i64 [ 0,
// CHECK-NEXT:    %[[AT:.*]] = getelementptr inbounds nuw double, ptr %[[NEW]], i64 %[[I]]
// CHECK-NEXT:    store double %1, ptr %[[AT]], align 8
func.func @fill(%n: i64, %v: f64) {
  %zero = arith.constant 0.0 : f64
  %ones = arith.constant -1 : i64
  %0 = fir.alloc %n : !fir.slice<f64>
  fir.fill %0 with %zero : !fir.slice<f64>, f64
  %1 = fir.alloc %n : !fir.slice<i64>
  fir.fill %1 with %ones : !fir.slice<i64>, i64
  fir.fill %0 with %v : !fir.slice<f64>, f64
  return
}
// CHECK-LABEL: @flux.fill_aggregate(
// CHECK:         call void @llvm.memcpy.p0.p0.i64(ptr align 8 %{{.*}}, ptr align 8 %2, i64 16, i1 false)
func.func @fill_aggregate(%s: !fir.slice<!fir.array<2 x i64>>, %v: !fir.ref<!fir.array<2 x i64>>) {
  fir.fill %s with %v : !fir.slice<!fir.array<2 x i64>>, !fir.ref<!fir.array<2 x i64>>
  return
}

// CHECK-DAG: declare dso_local noalias nonnull align 16 ptr @flux_alloc(ptr, i64, i64) #[[ALLOC:[0-9]+]]
// CHECK-DAG: declare dso_local zeroext i1 @flux_str_equal(ptr, i64, ptr, i64) #[[PURE:[0-9]+]]
// CHECK-DAG: attributes #[[PURE]] = { nounwind willreturn memory(argmem: read) }
// CHECK-DAG: attributes #[[ALLOC]] = { nounwind memory(argmem: readwrite, inaccessiblemem: readwrite) }
