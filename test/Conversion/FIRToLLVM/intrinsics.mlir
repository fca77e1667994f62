// RUN: %fluxc -O0 --verify-each --emit=llvm %s -o - | FileCheck %s

// CHECK-LABEL: @flux.print(
// CHECK:         call void @flux_print_i64(i64 %0, i8 0)
// CHECK-NEXT:    zext i1 %{{.*}} to i8
// CHECK-NEXT:    call void @flux_print_bool(i8 %{{.*}}, i8 1)
// CHECK-NEXT:    call void @flux_print_str(ptr @{{.*}}, i64 4, i8 0)
// CHECK-NEXT:    call void @flux_agent_turn_end()
func.func @print(%a: i64, %b: i1) {
  %false = arith.constant false
  %true = arith.constant true
  %s = fir.str_const "text"
  fir.intrinsic "print.i64"(%a, %false) : (i64, i1) -> ()
  fir.intrinsic "print.bool"(%b, %true) : (i1, i1) -> ()
  fir.intrinsic "print.str"(%s, %false) : (!fir.str, i1) -> ()
  fir.intrinsic "agent.turn_end"() : () -> ()
  return
}

// CHECK-LABEL: @flux.math(
// CHECK:         @llvm.sqrt.f32
// CHECK:         @llvm.floor.f32
// CHECK:         @llvm.ceil.f32
// CHECK:         @llvm.trunc.f32
// CHECK:         @llvm.roundeven.f32
// CHECK:         @llvm.fabs.f32
func.func @math(%a: f32) -> f32 {
  %0 = fir.intrinsic "math.sqrt"(%a) : (f32) -> f32
  %1 = fir.intrinsic "math.floor"(%0) : (f32) -> f32
  %2 = fir.intrinsic "math.ceil"(%1) : (f32) -> f32
  %3 = fir.intrinsic "math.trunc"(%2) : (f32) -> f32
  %4 = fir.intrinsic "math.round"(%3) : (f32) -> f32
  %5 = fir.intrinsic "math.abs"(%4) : (f32) -> f32
  return %5 : f32
}

// CHECK-LABEL: @flux.bits(
// CHECK-NEXT:    %[[N:.*]] = trunc i64 %1 to i8
// CHECK-NEXT:    %[[L:.*]] = call i8 @llvm.fshl.i8(i8 %0, i8 %0, i8 %[[N]])
// CHECK-NEXT:    %[[M:.*]] = trunc i64 %1 to i8
// CHECK-NEXT:    %[[R:.*]] = call i8 @llvm.fshr.i8(i8 %[[L]], i8 %[[L]], i8 %[[M]])
// CHECK-NEXT:    call i8 @llvm.ctlz.i8(i8 %[[R]], i1 false)
// CHECK-NEXT:    zext i8 %{{.*}} to i64
// CHECK-NEXT:    call i8 @llvm.cttz.i8(i8 %[[R]], i1 false)
// CHECK-NEXT:    zext
// CHECK-NEXT:    call i64 @llvm.ctpop.i64(
// CHECK-NEXT:    call i64 @llvm.bswap.i64(
func.func @bits(%a: i8, %n: i64) -> i64 {
  %0 = fir.intrinsic "bits.rotate_left"(%a, %n) : (i8, i64) -> i8
  %1 = fir.intrinsic "bits.rotate_right"(%0, %n) : (i8, i64) -> i8
  %2 = fir.intrinsic "bits.swap_bytes"(%1) : (i8) -> i8
  %3 = fir.intrinsic "bits.leading_zeros"(%2) : (i8) -> i64
  %4 = fir.intrinsic "bits.trailing_zeros"(%2) : (i8) -> i64
  %5 = fir.intrinsic "bits.count_ones"(%4) : (i64) -> i64
  %6 = fir.intrinsic "bits.swap_bytes"(%5) : (i64) -> i64
  return %6 : i64
}

// Functions that can trap take the place of their call.
// CHECK-LABEL: @flux.runtime(
// CHECK:         call { ptr, i64 } @flux_text_fixed(ptr {{.*}}, double %0, i64 2)
// CHECK:         %[[N:.*]] = call i64 @flux_file_write(i64 1, ptr %{{.*}}, i64 %{{.*}})
// CHECK-NEXT:    call { ptr, i64 } @flux_error_text(i64 %[[N]])
// CHECK:         call void @flux_process_exit(ptr {{.*}}, i32 3)
// CHECK-NEXT:    unreachable
func.func @runtime(%a: f64) {
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %three = arith.constant 3 : i32
  %0 = fir.intrinsic "text.fixed"(%a, %two) : (f64, i64) -> !fir.str
  %1 = fir.str_bytes %0 : !fir.slice<i8>
  %2 = fir.intrinsic "file.write"(%one, %1) : (i64, !fir.slice<i8>) -> i64
  %3 = fir.intrinsic "error.text"(%2) : (i64) -> !fir.str
  fir.intrinsic "process.exit"(%three) : (i32) -> ()
  fir.unreachable
}

// CHECK-DAG: declare dso_local void @flux_print_bool(i8 zeroext, i8 zeroext) #[[READS:[0-9]+]]
// CHECK-DAG: declare dso_local void @flux_process_exit(ptr, i32) #[[EXIT:[0-9]+]]
// CHECK-DAG: attributes #[[READS]] = { nounwind memory(argmem: read, inaccessiblemem: readwrite) }
// CHECK-DAG: attributes #[[EXIT]] = { cold noreturn nounwind }
