// RUN: %fluxc -O0 --verify-each --emit=llvm %s -o - | FileCheck %s

// Slices are two values: two parameters, two phis, two words of a result.
// CHECK-LABEL: define internal { ptr, i64 } @flux.choose(i8 zeroext range(i8 0, 2) %0, ptr %1, i64 range(i64 0, 281474976710656) %2, ptr %3, i64 range(i64 0, 281474976710656) %4)
// CHECK:         phi ptr
// CHECK-NEXT:    phi i64
// CHECK:         insertvalue { ptr, i64 } poison, ptr
// CHECK:         ret { ptr, i64 }
func.func @choose(%c: i1, %a: !fir.slice<i64>, %b: !fir.slice<i64>) -> !fir.slice<i64> {
  cf.cond_br %c, ^yes, ^no
^yes:
  cf.br ^end(%a : !fir.slice<i64>)
^no:
  cf.br ^end(%b : !fir.slice<i64>)
^end(%r: !fir.slice<i64>):
  return %r : !fir.slice<i64>
}

// CHECK-LABEL: @flux.call(
// CHECK:         %[[PAIR:.*]] = call { ptr, i64 } @flux.choose(i8 %{{.*}}, ptr %1, i64 %2, ptr %1, i64 %2)
// CHECK-NEXT:    extractvalue { ptr, i64 } %[[PAIR]], 0
// CHECK-NEXT:    %[[LEN:.*]] = extractvalue { ptr, i64 } %[[PAIR]], 1
// CHECK-NEXT:    ret i64 %[[LEN]]
func.func @call(%c: i1, %a: !fir.slice<i64>) -> i64 {
  %r = call @choose(%c, %a, %a) : (i1, !fir.slice<i64>, !fir.slice<i64>) -> !fir.slice<i64>
  %n = fir.len %r : !fir.slice<i64>
  return %n : i64
}

// Two edges from one branch to one block carry different values.
// CHECK-LABEL: @flux.same_target(
// CHECK:         br i1 %{{.*}}, label %[[END:.*]], label %[[EDGE:.*]]
// CHECK:       [[EDGE]]:
// CHECK-NEXT:    br label %[[END]]
// CHECK:       [[END]]:
// CHECK-NEXT:    phi i64 [ 1, %{{.*}} ], [ 2, %[[EDGE]] ]
func.func @same_target(%c: i1) -> i64 {
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  cf.cond_br %c, ^end(%one : i64), ^end(%two : i64)
^end(%r: i64):
  return %r : i64
}

// CHECK-LABEL: @flux.switch(
// CHECK:         switch i32 %0, label %[[DEFAULT:.*]] [
// CHECK-NEXT:      i32 1, label %[[DEFAULT2:.*]]
// CHECK-NEXT:      i32 -5, label %
// CHECK-NEXT:    ]
func.func @switch(%v: i32) -> i64 {
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  cf.switch %v : i32, [
    default: ^a(%one : i64),
    1: ^a(%two : i64),
    -5: ^b
  ]
^a(%r: i64):
  return %r : i64
^b:
  return %two : i64
}

// Blocks may stand in any order, and unreachable ones are dropped.
// CHECK-LABEL: @flux.order(
// CHECK-NEXT:    br label
// CHECK:         %[[X:.*]] = add i64 %0, 1
// CHECK-NEXT:    br label
// CHECK:         add i64 %[[X]], 2
// CHECK-NOT:     add
// CHECK:       }
func.func @order(%a: i64) -> i64 {
  %one = arith.constant 1 : i64
  cf.br ^first
^second:
  %two = arith.constant 2 : i64
  %y = arith.addi %x, %two : i64
  return %y : i64
^never:
  %z = arith.addi %a, %a : i64
  cf.br ^second
^first:
  %x = arith.addi %a, %one : i64
  cf.br ^second
}

// The program is what the runtime calls.
// CHECK-LABEL: define hidden i32 @flux_main(ptr %0, i64 range(i64 0, 281474976710656) %1)
// CHECK:         call void @flux_trap2(ptr {{.*}}, i64 ptrtoint (ptr @{{.*}} to i64), i64 4)
// CHECK-NEXT:    unreachable
func.func @flux_main(%args: !fir.slice<!fir.str>) -> i32 {
  %m = fir.str_const "stop"
  fir.trap %m
}
