// Tagged unions: the variant's number, then its fields, aligned for all variants
// (ENUM-2); where code is optimised, small ones come back in registers.
// RUN: %fluxc -O0 --emit=llvm %s -o - | FileCheck %s
// RUN: %fluxc -O2 --emit=llvm %s -o - | FileCheck --check-prefix=O2 %s

!color = !fir.struct<"Color">
!shape = !fir.enum<"Shape", !fir.struct<"Circle", f64>, !fir.struct<"Text", !fir.str, i8>, !fir.struct<"Empty">>
!small = !fir.enum<"Small", !fir.struct<"A", i8, i8>, !fir.struct<"B", i16>>
!flags = !fir.enum<"Flags", !fir.struct<"On", i1>, !fir.struct<"Off">>

// CHECK: @flux.shape = internal global <{ i8, [7 x i8], { { ptr, i64 }, i8 } }> <{ i8 1, [7 x i8] zeroinitializer, { { ptr, i64 }, i8 } { { ptr, i64 } { ptr @{{.*}}, i64 4 }, i8 7 } }>, align 8
fir.global @shape : !shape = [1 : i8, ["text", 7 : i8]]
// CHECK: @flux.shapes = internal global <{ <{ i8, [1 x i8], { i8, i8 } }>, <{ i8, [1 x i8], { i16 } }> }>
// CHECK-SAME: <{ i8 0, [1 x i8] zeroinitializer, { i8, i8 } { i8 1, i8 2 } }>, <{ i8, [1 x i8], { i16 } }> <{ i8 1, [1 x i8] zeroinitializer, { i16 } { i16 3 } }> }>, align 2
fir.global @shapes : !fir.array<2 x !small> = [[0 : i8, [1 : i8, 2 : i8]], [1 : i8, [3 : i16]]]
// CHECK: @flux.filled = internal global [3 x <{ i8, {}, [1 x i8] }>]
fir.global @filled : !fir.array<3 x !flags> = fill [[1 : i8, []]]

// CHECK-LABEL: double @flux.set(
// CHECK:         %[[PLACE:.*]] = alloca { i8, [3 x i64] }
// CHECK-NEXT:    store i8 0, ptr %[[PLACE]], align 1
// CHECK-NEXT:    %[[CIRCLE:.*]] = getelementptr inbounds nuw i8, ptr %[[PLACE]], i64 8
// CHECK-NEXT:    store double %0, ptr %[[CIRCLE]], align 8
// CHECK-NEXT:    %[[TEXT:.*]] = getelementptr inbounds nuw i8, ptr %[[PLACE]], i64 8
// CHECK-NEXT:    %[[BYTE:.*]] = getelementptr inbounds nuw i8, ptr %[[TEXT]], i64 16
// CHECK-NEXT:    store i8 0, ptr %[[BYTE]], align 1
func.func @set(%r: f64) -> f64 {
  %place = fir.local : !fir.ref<!shape>
  fir.set_variant %place[0] : !fir.ref<!shape>
  %payload = fir.payload %place[0] : !fir.ref<!shape> -> !fir.ref<!fir.struct<"Circle", f64>>
  %field = fir.field %payload[0] : !fir.ref<!fir.struct<"Circle", f64>> -> !fir.ref<f64>
  fir.store %r, %field : !fir.ref<f64>
  %text = fir.payload %place[1] : !fir.ref<!shape> -> !fir.ref<!fir.struct<"Text", !fir.str, i8>>
  %byte = fir.field %text[1] : !fir.ref<!fir.struct<"Text", !fir.str, i8>> -> !fir.ref<i8>
  %zero = arith.constant 0 : i8
  fir.store %zero, %byte : !fir.ref<i8>
  %back = fir.load %field : !fir.ref<f64>
  return %back : f64
}

// CHECK-LABEL: i8 @flux.get(
// CHECK:         load i8, ptr %0, align 1{{$}}
// O2-LABEL: i8 @flux.get(
// O2:         load i8, ptr %0, align 1, !range ![[RANGE:[0-9]+]]
func.func @get(%place: !fir.ref<!small> {fir.name = "place"}) -> i8 {
  %tag = fir.get_variant %place : !fir.ref<!small> -> i8
  return %tag : i8
}

// CHECK-LABEL: void @flux.make(ptr noalias
// CHECK:         store i8 1, ptr %0, align 1
// CHECK-NEXT:    ret void
// O2-LABEL: i32 @flux.make()
// O2-NEXT:    %[[PLACE:.*]] = alloca { i8, [1 x i16] }
// O2-NEXT:    store i8 1, ptr %[[PLACE]], align 1
// O2-NEXT:    %[[WORD:.*]] = load i32, ptr %[[PLACE]], align 2
// O2-NEXT:    ret i32 %[[WORD]]
func.func @make(%place: !fir.ref<!small> {fir.result}) {
  fir.set_variant %place[1] : !fir.ref<!small>
  return
}

// CHECK-LABEL: i8 @flux.use(
// CHECK:         call void @flux.make(ptr %[[PLACE:.*]])
// CHECK-NEXT:    call i8 @flux.get(ptr %[[PLACE]])
// O2-LABEL: i8 @flux.use(
// O2:         %[[WORD:.*]] = call i32 @flux.make()
// O2-NEXT:    store i32 %[[WORD]], ptr %[[PLACE:.*]], align 2
// O2-NEXT:    call i8 @flux.get(ptr %[[PLACE]])
func.func @use() -> i8 {
  %place = fir.local : !fir.ref<!small>
  call @make(%place) : (!fir.ref<!small>) -> ()
  %tag = call @get(%place) : (!fir.ref<!small>) -> i8
  return %tag : i8
}

// Scalars that share no word with another variant keep their type.
// O2-LABEL: { i8, i64, i64 } @flux.three(
// O2-LABEL: { i8, double } @flux.real(
func.func @three(%place: !fir.ref<!fir.enum<"R", !fir.struct<"ok", i64, i64>, !fir.struct<"err", i8, i64>>> {fir.result}) {
  return
}
func.func @real(%place: !fir.ref<!fir.enum<"O", !fir.struct<"none">, !fir.struct<"some", f64>>> {fir.result}) {
  return
}

// CHECK-LABEL: zeroext i1 @flux.fits(
// CHECK:         %[[LOW:.*]] = trunc i64 %0 to i32
// CHECK-NEXT:    %[[BACK:.*]] = sext i32 %[[LOW]] to i64
// CHECK-NEXT:    icmp ne i64 %[[BACK]], %0
// CHECK:         icmp slt i64 %0, 0
// CHECK:         fcmp ule float %1, -1.000000e+00
// CHECK-NEXT:    fcmp uge float %1, 2.560000e+02
func.func @fits(%x: i64, %y: f32) -> i1 {
  %a = fir.fits signed %x : i64 to signed i32
  %b = fir.fits signed %x : i64 to unsigned i64
  %c = fir.fits signed %y : f32 to unsigned i8
  %d = fir.fits unsigned %x : i64 to unsigned i64
  %e = arith.andi %a, %b : i1
  %f = arith.andi %c, %d : i1
  %g = arith.andi %e, %f : i1
  return %g : i1
}

// O2: ![[RANGE]] = !{i8 0, i8 2}
