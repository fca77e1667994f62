// Settings, devices and agents: what is printed is read again, and what names
// nothing is refused.
// RUN: %flux-opt %s | %flux-opt | FileCheck %s
// RUN: %flux-opt %S/Inputs/agents-invalid.mlir --split-input-file --verify-diagnostics

// CHECK: fir.setting @s : f64 = 2.000000e+00 : f64 in "degC"
fir.setting @s : f64 = 2.0 : f64 in "degC"
// CHECK: fir.setting inferred @t : !fir.str
fir.setting inferred @t : !fir.str
// CHECK: fir.supervise "all"
fir.supervise "all" {max_restarts = 3 : i64, time = 5 : i64, backoff = 0 : i64, escalate = "stop"}
func.func @f(%x: f64, %n: i64) {
  // CHECK: fir.setting_value @s : f64
  %0 = fir.setting_value @s : f64
  // CHECK: fir.fact "device_id" : !fir.str
  %1 = fir.fact "device_id" : !fir.str
  // CHECK: fir.sensor_read "motion" from "digital" 17 driver "gpio" : i1
  %2 = fir.sensor_read "motion" from "digital" 17 driver "gpio" : i1
  // CHECK: fir.tell "publish"(%{{.*}}) to "cloud" : (f64) -> i1
  %3 = fir.tell "publish"(%x) to "cloud" : (f64) -> i1
  // CHECK: fir.delegate "work"() to "cloud" within 5 : () -> i1
  %4 = fir.delegate "work"() to "cloud" within 5 : () -> i1
  // CHECK: fir.ask "get"(%{{.*}}) to "cloud" within 5 : (i64) -> (i1, f64)
  %5:2 = fir.ask "get"(%n) to "cloud" within 5 : (i64) -> (i1, f64)
  // CHECK: fir.receive "set" from "cloud" : i1, f64
  %6:2 = fir.receive "set" from "cloud" : i1, f64
  // CHECK: fir.receive topic "alarms" : i1
  %7 = fir.receive topic "alarms" : i1
  // CHECK: fir.reply %{{.*}} : f64
  fir.reply %x : f64
  // CHECK: fir.subscribe "alarms"
  fir.subscribe "alarms"
  // CHECK: fir.emit "alarms"(%{{.*}} : f64)
  fir.emit "alarms"(%x : f64)
  // CHECK: fir.emit "alarms"{{$}}
  fir.emit "alarms"
  // CHECK: fir.barrier "b" with ["x", "y"] within 7
  %8 = fir.barrier "b" with ["x", "y"] within 7
  // CHECK: fir.grant "IO_READ" on "i2c" to "x" within 3
  fir.grant "IO_READ" on "i2c" to "x" within 3
  // CHECK: fir.revoke "IO_READ" from "x"
  fir.revoke "IO_READ" from "x"
  // CHECK: fir.restart "x"
  fir.restart "x"
  // CHECK: fir.restart{{$}}
  fir.restart
  return
}
