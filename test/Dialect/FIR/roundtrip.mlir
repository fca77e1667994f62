// Every operation and type of FIR prints as it parses.
// RUN: %flux-opt %s | %flux-opt | FileCheck %s

// CHECK: fir.global constant @answer : i64 = 42 : i64
fir.global constant @answer : i64 = 42 : i64
// CHECK: fir.global @flux.state.name : !fir.str = "anna" {source_type = "str"}
fir.global @flux.state.name : !fir.str = "anna" {source_type = "str"}
// CHECK: fir.global constant @table : !fir.array<3 x i16> = dense<[1, 2, 3]> : tensor<3xi16>
fir.global constant @table : !fir.array<3 x i16> = dense<[1, 2, 3]> : tensor<3xi16>
// CHECK: fir.global constant @points : !fir.array<2 x !fir.struct<"P", f32, i1>> =
fir.global constant @points : !fir.array<2 x !fir.struct<"P", f32, i1>> =
  [[1.0 : f32, true], [2.0 : f32, false]]
// CHECK: fir.global constant @zeros : !fir.array<1000 x i8> = fill [0 : i8]
fir.global constant @zeros : !fir.array<1000 x i8> = fill [0 : i8]

// CHECK-LABEL: func.func private @types(
// CHECK-SAME: !fir.ptr, !fir.agent, !fir.capability, !fir.bytecode, !fir.region, !fir.any, !fir.struct<"Empty">, !fir.slice<!fir.slice<f64>>
func.func private @types(!fir.ptr, !fir.agent, !fir.capability, !fir.bytecode,
  !fir.region, !fir.any, !fir.struct<"Empty">, !fir.slice<!fir.slice<f64>>)

// CHECK-LABEL: func.func @arithmetic
func.func @arithmetic(%a: i32, %n: i64, %f: f64) {
  // CHECK: fir.add signed %{{.*}}, %{{.*}} : i32
  %0 = fir.add signed %a, %a : i32
  // CHECK: fir.sub unsigned %{{.*}}, %{{.*}} : i32
  %1 = fir.sub unsigned %a, %a : i32
  // CHECK: fir.mul signed
  %2 = fir.mul signed %a, %a : i32
  // CHECK: fir.div signed
  %3 = fir.div signed %a, %a : i32
  // CHECK: fir.rem unsigned
  %4 = fir.rem unsigned %a, %a : i32
  // CHECK: fir.neg %{{.*}} : i32
  %5 = fir.neg %a : i32
  // CHECK: fir.abs %{{.*}} : i32
  %6 = fir.abs %a : i32
  // CHECK: fir.shl unsigned %{{.*}}, %{{.*}} : i32
  %7 = fir.shl unsigned %a, %n : i32
  // CHECK: fir.shr signed %{{.*}}, %{{.*}} : i32
  %8 = fir.shr signed %a, %n : i32
  // CHECK: fir.add_sat signed
  %9 = fir.add_sat signed %a, %a : i32
  // CHECK: fir.sub_sat unsigned
  %10 = fir.sub_sat unsigned %a, %a : i32
  // CHECK: fir.convert checked signed %{{.*}} : i32 to unsigned i8
  %11 = fir.convert checked signed %a : i32 to unsigned i8
  // CHECK: fir.convert saturating signed %{{.*}} : f64 to signed i64
  %12 = fir.convert saturating signed %f : f64 to signed i64
  // CHECK: fir.convert wrapping unsigned %{{.*}} : i32 to signed i16
  %13 = fir.convert wrapping unsigned %a : i32 to signed i16
  return
}

// CHECK-LABEL: func.func @places
func.func @places(%i: i64, %arg: !fir.ref<!fir.struct<"P", f32, i1>>) {
  // CHECK: fir.local "x" {source_type = "i64"} : !fir.ref<i64>
  %x = fir.local "x" {source_type = "i64"} : !fir.ref<i64>
  // CHECK: fir.local : !fir.ref<!fir.array<4 x !fir.struct<"P", f32, i1>>>
  %a = fir.local : !fir.ref<!fir.array<4 x !fir.struct<"P", f32, i1>>>
  // CHECK: fir.local "p" {arg = 2 : i32} : !fir.ref<i1>
  %p = fir.local "p" {arg = 2 : i32} : !fir.ref<i1>
  // CHECK: fir.store %{{.*}}, %{{.*}} : !fir.ref<i64>
  fir.store %i, %x : !fir.ref<i64>
  // CHECK: fir.load %{{.*}} : !fir.ref<i64>
  %0 = fir.load %x : !fir.ref<i64>
  // CHECK: fir.element signed %{{.*}}[%{{.*}}] : !fir.ref<!fir.array<4 x !fir.struct<"P", f32, i1>>> -> !fir.ref<!fir.struct<"P", f32, i1>>
  %1 = fir.element signed %a[%0] : !fir.ref<!fir.array<4 x !fir.struct<"P", f32, i1>>> -> !fir.ref<!fir.struct<"P", f32, i1>>
  // CHECK: fir.copy %{{.*}} to %{{.*}} : !fir.ref<!fir.struct<"P", f32, i1>>
  fir.copy %arg to %1 : !fir.ref<!fir.struct<"P", f32, i1>>
  // CHECK: fir.field %{{.*}}[1] : !fir.ref<!fir.struct<"P", f32, i1>> -> !fir.ref<i1>
  %2 = fir.field %1[1] : !fir.ref<!fir.struct<"P", f32, i1>> -> !fir.ref<i1>
  // CHECK: fir.poison %{{.*}} : !fir.ref<i1>
  fir.poison %2 : !fir.ref<i1>
  // CHECK: fir.address_of @table : !fir.ref<!fir.array<3 x i16>>
  %3 = fir.address_of @table : !fir.ref<!fir.array<3 x i16>>
  // CHECK: fir.slice_of %{{.*}} : !fir.ref<!fir.array<3 x i16>> -> !fir.slice<i16>
  %4 = fir.slice_of %3 : !fir.ref<!fir.array<3 x i16>> -> !fir.slice<i16>
  // CHECK: fir.element unsigned %{{.*}}[%{{.*}}] inbounds : !fir.slice<i16> -> !fir.ref<i16>
  %5 = fir.element unsigned %4[%i] inbounds : !fir.slice<i16> -> !fir.ref<i16>
  return
}

// CHECK-LABEL: func.func @slices
func.func @slices(%n: i64, %v: i8) -> i64 {
  // CHECK: fir.alloc %{{.*}} : !fir.slice<i8>
  %0 = fir.alloc %n : !fir.slice<i8>
  // CHECK: %[[R:.*]] = fir.region_enter %{{.*}}
  %r = fir.region_enter %n
  // CHECK: fir.alloc %{{.*}} in %[[R]] : !fir.slice<i8>
  %in = fir.alloc %n in %r : !fir.slice<i8>
  // CHECK: fir.region_exit %[[R]] poison
  fir.region_exit %r poison
  // CHECK: fir.fill %{{.*}} with %{{.*}} : !fir.slice<i8>, i8
  fir.fill %0 with %v : !fir.slice<i8>, i8
  // CHECK: fir.subslice %{{.*}}[%{{.*}}, %{{.*}}] : !fir.slice<i8>
  %1 = fir.subslice %0[%n, %n] : !fir.slice<i8>
  // CHECK: fir.shape %{{.*}} has %{{.*}} : !fir.slice<i8>
  %shaped = fir.shape %1 has %n : !fir.slice<i8>
  // CHECK: fir.shape %{{.*}} has %{{.*}} : i64
  %size = fir.shape %n has %n : i64
  // CHECK: fir.row signed %{{.*}}[%{{.*}}] of %{{.*}} by %{{.*}} : !fir.slice<i8>
  %row = fir.row signed %shaped[%n] of %size by %n : !fir.slice<i8>
  // CHECK: fir.row unsigned %{{.*}}[%{{.*}}] of %{{.*}} by %{{.*}} inbounds : !fir.slice<i8>
  %known = fir.row unsigned %row[%n] of %n by %n inbounds : !fir.slice<i8>
  // CHECK: fir.str_from_bytes %{{.*}} : !fir.slice<i8>
  %2 = fir.str_from_bytes %1 : !fir.slice<i8>
  // CHECK: fir.substr %{{.*}}[%{{.*}}, %{{.*}}]
  %3 = fir.substr %2[%n, %n]
  // CHECK: fir.str_bytes %{{.*}} : !fir.slice<i8>
  %4 = fir.str_bytes %3 : !fir.slice<i8>
  // CHECK: fir.str_const "a\0Ab"
  %5 = fir.str_const "a\nb"
  // CHECK: fir.str_cmp le %{{.*}}, %{{.*}}
  %6 = fir.str_cmp le %5, %3
  // CHECK: fir.len %{{.*}} : !fir.str
  %7 = fir.len %3 : !fir.str
  // CHECK: fir.len %{{.*}} : !fir.slice<i8>
  %8 = fir.len %4 : !fir.slice<i8>
  return %8 : i64
}

// CHECK-LABEL: func.func @machine
func.func @machine(%f: f64, %e: i1) {
  // CHECK: fir.intrinsic "math.sqrt"(%{{.*}}) : (f64) -> f64
  %0 = fir.intrinsic "math.sqrt"(%f) : (f64) -> f64
  // CHECK: fir.intrinsic "print.f64"(%{{.*}}, %{{.*}}) : (f64, i1) -> ()
  fir.intrinsic "print.f64"(%0, %e) : (f64, i1) -> ()
  // CHECK: fir.intrinsic "agent.turn_end"() : () -> ()
  fir.intrinsic "agent.turn_end"() : () -> ()
  cf.cond_br %e, ^bb1, ^bb2
^bb1:
  %1 = fir.str_const "no"
  // CHECK: fir.trap %{{.*}}
  fir.trap %1
^bb2:
  // CHECK: fir.unreachable
  fir.unreachable
}
