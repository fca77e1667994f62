// Small slices that stay in their function lie in its frame, and so do regions.
// RUN: %flux-opt -fir-promote-regions %s | FileCheck %s

// CHECK-LABEL: func.func @region
// CHECK: %[[A:.*]] = fir.local : !fir.ref<!fir.array<4 x i64>>
// CHECK-NOT: fir.region
// CHECK: fir.slice_of %[[A]]
// CHECK-NOT: fir.alloc
// CHECK: return
func.func @region(%i: i64) -> i64 {
  %size = arith.constant 64 : i64
  %four = arith.constant 4 : i64
  %zero = arith.constant 0 : i64
  %r = fir.region_enter %size
  %s = fir.alloc %four in %r : !fir.slice<i64>
  fir.fill %s with %zero : !fir.slice<i64>, i64
  %e = fir.element signed %s[%i] : !fir.slice<i64> -> !fir.ref<i64>
  %x = fir.load %e : !fir.ref<i64>
  fir.region_exit %r
  return %x : i64
}

// What is kept elsewhere may be kept no longer than the region.
// CHECK-LABEL: func.func @kept_in_region
// CHECK-NOT: fir.region
// CHECK-NOT: fir.alloc
// CHECK: return
func.func @kept_in_region(%list: !fir.slice<!fir.slice<i64>>, %i: i64) {
  %size = arith.constant 64 : i64
  %four = arith.constant 4 : i64
  %r = fir.region_enter %size
  %s = fir.alloc %four in %r : !fir.slice<i64>
  %e = fir.element signed %list[%i] : !fir.slice<!fir.slice<i64>> -> !fir.ref<!fir.slice<i64>>
  fir.store %s, %e : !fir.ref<!fir.slice<i64>>
  fir.region_exit %r
  return
}

// It would be full.
// CHECK-LABEL: func.func @full
// CHECK: fir.region_enter
// CHECK: fir.alloc
// CHECK: fir.alloc
// CHECK: fir.region_exit
func.func @full() {
  %size = arith.constant 63 : i64
  %four = arith.constant 4 : i64
  %r = fir.region_enter %size
  %s = fir.alloc %four in %r : !fir.slice<i64>
  %t = fir.alloc %four in %r : !fir.slice<i64>
  fir.region_exit %r
  return
}

// Its memory is looked at after its end.
// CHECK-LABEL: func.func @poisoned
// CHECK: fir.alloc
func.func @poisoned() {
  %size = arith.constant 64 : i64
  %four = arith.constant 4 : i64
  %r = fir.region_enter %size
  %s = fir.alloc %four in %r : !fir.slice<i64>
  fir.region_exit %r poison
  return
}

// Others allocate in it, or it may not begin at all.
// CHECK-LABEL: func.func @lent
// CHECK: fir.region_enter
// CHECK: fir.alloc
// CHECK: fir.region_enter
// CHECK: fir.region_enter
// CHECK: return
func.func private @make(!fir.region)
func.func @lent(%n: i64) {
  %size = arith.constant 64 : i64
  %four = arith.constant 4 : i64
  %negative = arith.constant -1 : i64
  %r = fir.region_enter %size
  %s = fir.alloc %four in %r : !fir.slice<i64>
  call @make(%r) : (!fir.region) -> ()
  fir.region_exit %r
  %q = fir.region_enter %n
  fir.region_exit %q
  %p = fir.region_enter %negative
  fir.region_exit %p
  return
}

// Each round needs memory of its own: the region may be full in the third.
// CHECK-LABEL: func.func @many
// CHECK: fir.region_enter
// CHECK: fir.alloc
func.func @many(%more: i1) {
  %size = arith.constant 64 : i64
  %four = arith.constant 4 : i64
  %r = fir.region_enter %size
  cf.br ^loop
^loop:
  %s = fir.alloc %four in %r : !fir.slice<i64>
  cf.cond_br %more, ^loop, ^exit
^exit:
  fir.region_exit %r
  return
}

// CHECK-LABEL: func.func @region_in_loop
// CHECK-NOT: fir.region
// CHECK-NOT: fir.alloc
// CHECK: return
func.func @region_in_loop(%more: i1) {
  %size = arith.constant 64 : i64
  %four = arith.constant 4 : i64
  cf.br ^loop
^loop:
  %r = fir.region_enter %size
  %s = fir.alloc %four in %r : !fir.slice<i64>
  fir.region_exit %r
  cf.cond_br %more, ^loop, ^exit
^exit:
  return
}

// Memory of the turn: through a variable, parts, and a function that sums.
// CHECK-LABEL: func.func @turn
// CHECK-NOT: fir.alloc
// CHECK: return
func.func @turn(%i: i64) -> i64 {
  %four = arith.constant 4 : i64
  %zero = arith.constant 0 : i64
  %v = fir.local "v" : !fir.ref<!fir.slice<i64>>
  %s = fir.alloc %four : !fir.slice<i64>
  fir.fill %s with %zero : !fir.slice<i64>, i64
  fir.store %s, %v : !fir.ref<!fir.slice<i64>>
  %l = fir.load %v : !fir.ref<!fir.slice<i64>>
  %p = fir.subslice %l[%zero, %i] : !fir.slice<i64>
  %x = call @first(%p) : (!fir.slice<i64>) -> i64
  return %x : i64
}
func.func private @first(%s: !fir.slice<i64>) -> i64 {
  %zero = arith.constant 0 : i64
  %v = fir.local "s" {arg = 1 : i32} : !fir.ref<!fir.slice<i64>>
  fir.store %s, %v : !fir.ref<!fir.slice<i64>>
  %l = fir.load %v : !fir.ref<!fir.slice<i64>>
  %e = fir.element signed %l[%zero] : !fir.slice<i64> -> !fir.ref<i64>
  %x = fir.load %e : !fir.ref<i64>
  return %x : i64
}

// CHECK-LABEL: func.func @returned
// CHECK: fir.alloc
func.func @returned(%i: i64) -> !fir.slice<i64> {
  %four = arith.constant 4 : i64
  %s = fir.alloc %four : !fir.slice<i64>
  %p = fir.subslice %s[%i, %four] : !fir.slice<i64>
  return %p : !fir.slice<i64>
}

// CHECK-LABEL: func.func @stored
// CHECK: fir.alloc
func.func @stored(%list: !fir.slice<!fir.slice<i64>>, %i: i64) {
  %four = arith.constant 4 : i64
  %s = fir.alloc %four : !fir.slice<i64>
  %e = fir.element signed %list[%i] : !fir.slice<!fir.slice<i64>> -> !fir.ref<!fir.slice<i64>>
  fir.store %s, %e : !fir.ref<!fir.slice<i64>>
  return
}

// The function that is called keeps it, or may.
// CHECK-LABEL: func.func @passed
// CHECK: fir.alloc
// CHECK: fir.alloc
// CHECK: fir.alloc
func.func private @unknown(!fir.slice<i64>)
func.func @passed(%list: !fir.slice<!fir.slice<i64>>, %i: i64, %f: (!fir.slice<i64>) -> i64) {
  %four = arith.constant 4 : i64
  %s = fir.alloc %four : !fir.slice<i64>
  call @keep(%list, %s) : (!fir.slice<!fir.slice<i64>>, !fir.slice<i64>) -> ()
  %t = fir.alloc %four : !fir.slice<i64>
  call @unknown(%t) : (!fir.slice<i64>) -> ()
  %u = fir.alloc %four : !fir.slice<i64>
  %x = call_indirect %f(%u) : (!fir.slice<i64>) -> i64
  return
}
func.func private @keep(%list: !fir.slice<!fir.slice<i64>>, %s: !fir.slice<i64>) {
  %zero = arith.constant 0 : i64
  %e = fir.element signed %list[%zero] : !fir.slice<!fir.slice<i64>> -> !fir.ref<!fir.slice<i64>>
  fir.store %s, %e : !fir.ref<!fir.slice<i64>>
  return
}

// The slice of the round before is still there.
// CHECK-LABEL: func.func @two_rounds
// CHECK: fir.alloc
func.func @two_rounds(%start: !fir.slice<i64>, %more: i1) -> i64 {
  %four = arith.constant 4 : i64
  %zero = arith.constant 0 : i64
  %before = fir.local "before" : !fir.ref<!fir.slice<i64>>
  fir.store %start, %before : !fir.ref<!fir.slice<i64>>
  cf.br ^loop
^loop:
  %s = fir.alloc %four : !fir.slice<i64>
  fir.fill %s with %zero : !fir.slice<i64>, i64
  %l = fir.load %before : !fir.ref<!fir.slice<i64>>
  %e = fir.element signed %l[%zero] : !fir.slice<i64> -> !fir.ref<i64>
  %x = fir.load %e : !fir.ref<i64>
  fir.store %s, %before : !fir.ref<!fir.slice<i64>>
  cf.cond_br %more, ^loop, ^exit
^exit:
  return %x : i64
}

// CHECK-LABEL: func.func @each_round
// CHECK-NOT: fir.alloc
// CHECK: return
func.func @each_round(%more: i1) -> i64 {
  %four = arith.constant 4 : i64
  %zero = arith.constant 0 : i64
  %v = fir.local "v" : !fir.ref<!fir.slice<i64>>
  cf.br ^loop
^loop:
  %s = fir.alloc %four : !fir.slice<i64>
  fir.fill %s with %zero : !fir.slice<i64>, i64
  fir.store %s, %v : !fir.ref<!fir.slice<i64>>
  %l = fir.load %v : !fir.ref<!fir.slice<i64>>
  %e = fir.element signed %l[%zero] : !fir.slice<i64> -> !fir.ref<i64>
  %x = fir.load %e : !fir.ref<i64>
  cf.cond_br %more, ^loop, ^exit
^exit:
  return %x : i64
}

// Too large for a frame, or of a length that is not known.
// CHECK-LABEL: func.func @large
// CHECK: fir.alloc
// CHECK: fir.alloc
// CHECK: return
func.func @large(%n: i64) {
  %many = arith.constant 65 : i64
  %s = fir.alloc %many : !fir.slice<i64>
  %t = fir.alloc %n : !fir.slice<i64>
  return
}

// A function that calls itself with the slice: not followed for ever.
// CHECK-LABEL: func.func @recursive
func.func @recursive(%s: !fir.slice<i64>) {
  %four = arith.constant 4 : i64
  %t = fir.alloc %four : !fir.slice<i64>
  call @recursive(%t) : (!fir.slice<i64>) -> ()
  return
}
