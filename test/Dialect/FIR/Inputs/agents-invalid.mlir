// expected-error @below {{value does not match type 'f64'}}
fir.setting @s : f64 = 2 : i64
// -----
// expected-error @below {{cannot leave the program}}
fir.setting @s : !fir.slice<i8>
// -----
fir.setting @s : f64
func.func @f() {
  // expected-error @below {{gives 'i64', must give 'f64'}}
  %0 = fir.setting_value @s : i64
  return
}
// -----
func.func @f() {
  // expected-error @below {{no fir.setting is named @s}}
  %0 = fir.setting_value @s : i64
  return
}
// -----
func.func @f(%x: !fir.slice<i8>) {
  // expected-error @below {{a value of type '!fir.slice<i8>' cannot leave the program}}
  %0 = fir.tell "m"(%x) to "a" : (!fir.slice<i8>) -> i1
  return
}
// -----
func.func @f() {
  // expected-error @below {{has no agent}}
  %0 = fir.tell "m"() to "" : () -> i1
  return
}
// -----
func.func @f() {
  // expected-error @below {{a time is positive}}
  %0 = fir.delegate "m"() to "a" within 0 : () -> i1
  return
}
// -----
func.func @f() {
  // expected-error @below {{'IO_REED' is not a capability}}
  fir.grant "IO_REED" to "a"
  return
}
// -----
func.func @f() {
  // expected-error @below {{has no agents}}
  %0 = fir.barrier "b" with []
  return
}
// -----
// expected-error @below {{'some' is not a strategy}}
fir.supervise "some" {max_restarts = 3 : i64, time = 5 : i64, backoff = 0 : i64, escalate = "stop"}
