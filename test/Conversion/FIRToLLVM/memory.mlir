// RUN: %fluxc -O0 --verify-each --emit=llvm %s -o - | FileCheck %s
// RUN: %fluxc -O2 --verify-each --emit=llvm %s -o - | FileCheck --check-prefix=OPT %s

// CHECK-DAG: @flux.numbers = private constant [3 x i16] [i16 1, i16 -2, i16 3], align 2
// CHECK-DAG: @flux.same = private constant [4 x i16] [i16 7, i16 7, i16 7, i16 7], align 2
// CHECK-DAG: @flux.flags = private constant [2 x i8] c"\01\00", align 1
// CHECK-DAG: @flux.zeros = private constant [1000 x i64] zeroinitializer, align 8
// CHECK-DAG: @flux.fours = private constant [2 x double] [double 4.000000e+00, double 4.000000e+00], align 8
// CHECK-DAG: @flux.names = private constant [2 x { ptr, i64 }] [{ ptr, i64 } { ptr @{{.*}}, i64 1 }, { ptr, i64 } { ptr @{{.*}}, i64 2 }], align 8
// CHECK-DAG: @flux.pair = private constant { i8, i32, i8 } { i8 1, i32 5, i8 -1 }, align 4
// CHECK-DAG: @flux.count = internal global i64 7, align 8
// CHECK-DAG: private unnamed_addr constant [3 x i8] c"bc\00", align 1
// CHECK-NOT: @flux.unused
fir.global constant @numbers : !fir.array<3 x i16> = dense<[1, -2, 3]> : tensor<3xi16>
fir.global constant @same : !fir.array<4 x i16> = dense<7> : tensor<4xi16>
fir.global constant @flags : !fir.array<2 x i1> = dense<[true, false]> : tensor<2xi1>
fir.global constant @zeros : !fir.array<1000 x i64> = fill [0]
fir.global constant @fours : !fir.array<2 x f64> = fill [4.0]
fir.global constant @names : !fir.array<2 x !fir.str> = ["a", "bc"]
fir.global constant @pair : !fir.struct<"Pair", i1, i32, i8> = [true, 5 : i32, -1 : i8]
fir.global constant @unused : i64 = 1
fir.global @count : i64 = 7
func.func @globals() -> i64 {
  %0 = fir.address_of @numbers : !fir.ref<!fir.array<3 x i16>>
  %1 = fir.address_of @same : !fir.ref<!fir.array<4 x i16>>
  %2 = fir.address_of @flags : !fir.ref<!fir.array<2 x i1>>
  %3 = fir.address_of @zeros : !fir.ref<!fir.array<1000 x i64>>
  %4 = fir.address_of @fours : !fir.ref<!fir.array<2 x f64>>
  %5 = fir.address_of @names : !fir.ref<!fir.array<2 x !fir.str>>
  %6 = fir.address_of @pair : !fir.ref<!fir.struct<"Pair", i1, i32, i8>>
  %7 = fir.address_of @count : !fir.ref<i64>
  %8 = fir.load %7 : !fir.ref<i64>
  return %8 : i64
}

// A bool is a byte, a string two words.  Checks before a local do not move its
// alloca out of the entry block.
// CHECK-LABEL: @flux.locals(
// CHECK-NEXT:    %a = alloca i8, align 1
// CHECK-NEXT:    %s = alloca { ptr, i64 }, align 8
// CHECK-NEXT:    %big = alloca [4 x i32], align 16
// CHECK-NEXT:    trunc i8 %0 to i1
// CHECK:         br i1
// CHECK:         zext i1 %{{.*}} to i8
// CHECK-NEXT:    store i8 %{{.*}}, ptr %a, align 1
// CHECK-NEXT:    store ptr %1, ptr %s, align 8
// CHECK-NEXT:    %[[LEN:.*]] = getelementptr inbounds nuw i8, ptr %s, i64 8
// CHECK-NEXT:    store i64 %2, ptr %[[LEN]], align 8
// CHECK-NEXT:    load i8, ptr %a
// CHECK-NEXT:    trunc i8 %{{.*}} to i1
// CHECK-NEXT:    load ptr, ptr %s, align 8
// OPT-LABEL:   @flux.locals(
func.func @locals(%b: i1, %t: !fir.str, %n: i64) -> !fir.str {
  %a = fir.local "a" : !fir.ref<i1>
  %m = fir.div unsigned %n, %n : i64
  %s = fir.local "s" : !fir.ref<!fir.str>
  %big = fir.local "big" : !fir.ref<!fir.array<4 x i32>>
  fir.store %b, %a : !fir.ref<i1>
  fir.store %t, %s : !fir.ref<!fir.str>
  %c = fir.load %a : !fir.ref<i1>
  %d = fir.load %s : !fir.ref<!fir.str>
  return %d : !fir.str
}

// What is passed by reference is the callee's alone.
// CHECK-LABEL: define internal void @flux.aggregates(ptr noalias nonnull align 4 dereferenceable(12) %0, ptr noalias nonnull readonly align 4 dereferenceable(12) %1)
// CHECK-NEXT:    call void @llvm.memcpy.p0.p0.i64(ptr align 4 %0, ptr align 4 %1, i64 12, i1 false)
// CHECK-NEXT:    %[[FIELD:.*]] = getelementptr inbounds nuw i8, ptr %0, i64 4
// CHECK-NEXT:    store i32 1, ptr %[[FIELD]], align 4
// CHECK-NEXT:    store i8 1, ptr %0, align 1
func.func @aggregates(%r: !fir.ref<!fir.struct<"Pair", i1, i32, i8>> {fir.result},
                      %p: !fir.ref<!fir.struct<"Pair", i1, i32, i8>>) {
  %one = arith.constant 1 : i32
  %true = arith.constant true
  fir.copy %p to %r : !fir.ref<!fir.struct<"Pair", i1, i32, i8>>
  %f = fir.field %r[1] : !fir.ref<!fir.struct<"Pair", i1, i32, i8>> -> !fir.ref<i32>
  fir.store %one, %f : !fir.ref<i32>
  %g = fir.field %r[0] : !fir.ref<!fir.struct<"Pair", i1, i32, i8>> -> !fir.ref<i1>
  fir.store %true, %g : !fir.ref<i1>
  return
}

// Optimisations are told what lengths and bools can be.
// OPT-LABEL: @flux.read(
// OPT:         load i8, ptr %{{.*}}, align 1, !range ![[BOOL:[0-9]+]]
// OPT:         load i64, ptr %{{.*}}, align 8, !range ![[LENGTH:[0-9]+]]
func.func @read(%p: !fir.ref<!fir.struct<"S", !fir.str, i1>>) -> i64 {
  %0 = fir.field %p[1] : !fir.ref<!fir.struct<"S", !fir.str, i1>> -> !fir.ref<i1>
  %1 = fir.load %0 : !fir.ref<i1>
  %2 = fir.field %p[0] : !fir.ref<!fir.struct<"S", !fir.str, i1>> -> !fir.ref<!fir.str>
  %3 = fir.load %2 : !fir.ref<!fir.str>
  %4 = fir.len %3 : !fir.str
  cf.cond_br %1, ^a, ^b
^a:
  return %4 : i64
^b:
  %c = arith.constant 0 : i64
  return %c : i64
}

// CHECK-LABEL: @flux.elements(
// CHECK-NEXT:    call void @flux_check_index(ptr {{.*}}, i64 %[[I:.*]], i64 %1)
// CHECK-NEXT:    getelementptr inbounds nuw i64, ptr %0, i64 %[[I]]
// CHECK:         call void @flux_check_index(ptr {{.*}}, i64 %[[I]], i64 3)
// CHECK-NEXT:    getelementptr inbounds nuw i64, ptr %2, i64 %[[I]]
// CHECK-NOT:     call
// CHECK:         getelementptr inbounds nuw i64, ptr %2, i64 2
// CHECK-NEXT:    getelementptr inbounds nuw i64, ptr %0, i64 %[[I]]
// OPT-LABEL:   @flux.elements(
// OPT:           icmp uge i64 %[[I:.*]], %1
// OPT-NEXT:      br i1
// OPT:           getelementptr inbounds nuw i64, ptr %0, i64 %[[I]]
// OPT:           icmp uge i64 %[[I]], 3
// OPT-NEXT:      br i1
// OPT:           call void @flux_trap2(ptr @{{.*}}, i64 %[[I]], i64 %1)
// OPT:           call void @flux_trap2(ptr @{{.*}}, i64 %[[I]], i64 3)
func.func @elements(%s: !fir.slice<i64>, %a: !fir.ref<!fir.array<3 x i64>>, %i: i64) -> i64 {
  %two = arith.constant 2 : i64
  %0 = fir.element signed %s[%i] : !fir.slice<i64> -> !fir.ref<i64>
  %1 = fir.load %0 : !fir.ref<i64>
  %2 = fir.element unsigned %a[%i] : !fir.ref<!fir.array<3 x i64>> -> !fir.ref<i64>
  %3 = fir.load %2 : !fir.ref<i64>
  %4 = fir.element signed %a[%two] : !fir.ref<!fir.array<3 x i64>> -> !fir.ref<i64>
  %5 = fir.element signed %s[%i] inbounds : !fir.slice<i64> -> !fir.ref<i64>
  fir.store %3, %5 : !fir.ref<i64>
  return %1 : i64
}

// OPT-DAG: ![[BOOL]] = !{i8 0, i8 2}
// OPT-DAG: ![[LENGTH]] = !{i64 0, i64 281474976710656}
