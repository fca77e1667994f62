// What an agent keeps at the end of a turn, and static regions.
//
// RUN: %flux-opt %s | %flux-opt | FileCheck %s
// RUN: %fluxc -O0 %s -o %t && %run %t
// RUN: %fluxc -O2 %s -o %t && %run %t

// CHECK: fir.region @pool size 64
fir.region @pool size 64
// CHECK: fir.global @names : !fir.slice<!fir.str> = []
fir.global @names : !fir.slice<!fir.str> = []

// CHECK-LABEL: func.func private @trace_str
func.func private @trace_str(%s: !fir.ref<!fir.str>) {
  // CHECK: fir.keep %{{.*}} : !fir.ref<!fir.str>
  fir.keep %s : !fir.ref<!fir.str>
  return
}

// CHECK-LABEL: func.func private @trace
func.func private @trace(%s: !fir.ref<!fir.slice<!fir.str>>) {
  %each = func.constant @trace_str : (!fir.ref<!fir.str>) -> ()
  // CHECK: fir.keep %{{.*}} each %{{.*}} : (!fir.ref<!fir.str>) -> () : !fir.ref<!fir.slice<!fir.str>>
  fir.keep %s each %each : (!fir.ref<!fir.str>) -> () : !fir.ref<!fir.slice<!fir.str>>
  return
}

// CHECK-LABEL: func.func private @roots
func.func private @roots() {
  // CHECK: %[[R:.*]] = fir.region_of @pool
  %r = fir.region_of @pool
  // CHECK: fir.keep_region %[[R]]
  fir.keep_region %r
  %p = fir.address_of @names : !fir.ref<!fir.slice<!fir.str>>
  %by = func.constant @trace : (!fir.ref<!fir.slice<!fir.str>>) -> ()
  // CHECK: fir.keep_root %{{.*}} by %{{.*}} : !fir.ref<!fir.slice<!fir.str>>, (!fir.ref<!fir.slice<!fir.str>>) -> ()
  fir.keep_root %p by %by : !fir.ref<!fir.slice<!fir.str>>, (!fir.ref<!fir.slice<!fir.str>>) -> ()
  return
}

// CHECK-LABEL: func.func @flux_main
func.func @flux_main(%args: !fir.slice<!fir.str>) -> i32 {
  %n = arith.constant 2 : i64
  %r = fir.region_of @pool
  %s = fir.alloc %n in %r : !fir.slice<i64>
  %roots = func.constant @roots : () -> ()
  // CHECK: fir.commit %{{.*}} limit 4096 : () -> ()
  fir.commit %roots limit 4096 : () -> ()
  // CHECK: fir.commit %{{.*}} limit 0 poison : () -> ()
  fir.commit %roots limit 0 poison : () -> ()
  %status = arith.constant 0 : i32
  return %status : i32
}
