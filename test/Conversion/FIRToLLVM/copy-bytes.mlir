// RUN: %fluxc -O2 --verify-each --emit=llvm %s -o - | FileCheck %s

// A few bytes of known number are copied without a call, unless the target
// begins within the source.
// CHECK-LABEL: @flux.copy(
// CHECK:         icmp ult i64 %{{.*}}, 3
// CHECK:         call void @flux_memory_copy(ptr %0, i64 3, ptr %2, i64 3)
// CHECK:         call void @llvm.memmove.p0.p0.i64(ptr align 1 %0, ptr align 1 %2, i64 3, i1 false)
func.func @copy(%to: !fir.slice<i8>, %from: !fir.slice<i8>) {
  %0 = arith.constant 0 : i64
  %3 = arith.constant 3 : i64
  %t = fir.subslice %to[%0, %3] : !fir.slice<i8>
  %f = fir.subslice %from[%0, %3] : !fir.slice<i8>
  fir.intrinsic "memory.copy"(%t, %f) : (!fir.slice<i8>, !fir.slice<i8>) -> ()
  return
}
