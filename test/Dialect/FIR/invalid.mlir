// Bad uses are refused with what to do instead.
// RUN: %flux-opt %s -verify-diagnostics -split-input-file > %t

// expected-error @+1 {{a place cannot hold '!fir.ref<i8>'; use i1, i8, i16, i32, i64, f32, f64 or a fir type other than !fir.ref}}
func.func private @f(!fir.ref<!fir.ref<i8>>)

// -----

// expected-error @+1 {{a slice cannot hold 'i7'}}
func.func private @f(!fir.slice<i7>)

// -----

// expected-error @+1 {{an array cannot hold 'index'}}
func.func private @f(!fir.array<3 x index>)

// -----

// expected-error @+1 {{a struct cannot hold 'f16'}}
func.func private @f(!fir.struct<"S", i8, f16>)

// -----

func.func @f(%x: i1) {
  // expected-error @+1 {{does not convert i1; use arith.extui or a comparison}}
  %0 = fir.convert checked signed %x : i1 to signed i8
  return
}

// -----

func.func @f(%x: f32) {
  // expected-error @+1 {{floats have no low bits to keep; use 'checked' or 'saturating'}}
  %0 = fir.convert wrapping signed %x : f32 to signed i8
  return
}

// -----

func.func @f(%x: f32) {
  // expected-error @+1 {{floats are read as 'signed'}}
  %0 = fir.convert checked unsigned %x : f32 to signed i8
  return
}

// -----

// expected-note @+1 {{prior use here}}
func.func @f(%x: i32, %y: i64) {
  // expected-error @+1 {{use of value '%y' expects different type than prior uses: 'i32' vs 'i64'}}
  %0 = fir.add signed %x, %y : i32
  return
}

// -----

func.func @f(%x: !fir.ref<!fir.array<2 x i8>>) {
  // expected-error @+1 {{an SSA value cannot be of type '!fir.array<2 x i8>'; use fir.copy}}
  %0 = fir.load %x : !fir.ref<!fir.array<2 x i8>>
  return
}

// -----

func.func @f(%x: !fir.ref<!fir.struct<"S">>, %y: !fir.struct<"S">) {
  // expected-error @+1 {{an SSA value cannot be of type '!fir.struct<"S">'; use fir.copy}}
  fir.store %y, %x : !fir.ref<!fir.struct<"S">>
  return
}

// -----

func.func @f(%x: !fir.ref<i8>) {
  // expected-error @+1 {{needs the place of a struct, not '!fir.ref<i8>'}}
  %0 = fir.field %x[0] : !fir.ref<i8> -> !fir.ref<i8>
  return
}

// -----

func.func @f(%x: !fir.ref<!fir.struct<"S", i8, i8>>) {
  // expected-error @+1 {{field 2 does not exist; struct 'S' has 2 fields, from 0}}
  %0 = fir.field %x[2] : !fir.ref<!fir.struct<"S", i8, i8>> -> !fir.ref<i8>
  return
}

// -----

func.func @f(%x: !fir.ref<!fir.struct<"S", i8, i8>>) {
  // expected-error @+1 {{gives '!fir.ref<i16>', must give '!fir.ref<i8>'}}
  %0 = fir.field %x[1] : !fir.ref<!fir.struct<"S", i8, i8>> -> !fir.ref<i16>
  return
}

// -----

func.func @f(%x: !fir.ref<i8>, %i: i64) {
  // expected-error @+1 {{needs a slice or the place of an array, not '!fir.ref<i8>'}}
  %0 = fir.element signed %x[%i] : !fir.ref<i8> -> !fir.ref<i8>
  return
}

// -----

func.func @f(%x: !fir.slice<i8>, %i: i64) {
  // expected-error @+1 {{gives '!fir.ref<i16>', must give '!fir.ref<i8>'}}
  %0 = fir.element signed %x[%i] : !fir.slice<i8> -> !fir.ref<i16>
  return
}

// -----

func.func @f(%x: !fir.ref<i8>) {
  // expected-error @+1 {{needs the place of an array, not '!fir.ref<i8>'}}
  %0 = fir.slice_of %x : !fir.ref<i8> -> !fir.slice<i8>
  return
}

// -----

func.func @f(%x: !fir.ref<!fir.array<2 x i8>>) {
  // expected-error @+1 {{gives '!fir.slice<i16>', must give '!fir.slice<i8>'}}
  %0 = fir.slice_of %x : !fir.ref<!fir.array<2 x i8>> -> !fir.slice<i16>
  return
}

// -----

// expected-error @+1 {{value does not match type 'i64'}}
fir.global @g : i64 = "text"

// -----

// expected-error @+1 {{value does not match type '!fir.array<2 x i8>'}}
fir.global @g : !fir.array<2 x i8> = dense<[1, 2, 3]> : tensor<3xi8>

// -----

// expected-error @+1 {{value does not match type '!fir.slice<i8>'}}
fir.global @g : !fir.slice<i8> = [1 : i8]

// -----

// expected-error @+1 {{'fill' needs an array type and the value of one element in brackets}}
fir.global @g : !fir.array<2 x i8> = fill 0 : i8

// -----

func.func @f() {
  // expected-error @+1 {{no fir.global is named @g}}
  %0 = fir.address_of @g : !fir.ref<i8>
  return
}

// -----

fir.global @g : i8 = 0 : i8
func.func @f() {
  // expected-error @+1 {{gives '!fir.ref<i16>', must give '!fir.ref<i8>'}}
  %0 = fir.address_of @g : !fir.ref<i16>
  return
}

// -----

func.func @f(%s: !fir.slice<!fir.array<2 x i8>>, %v: i8) {
  // expected-error @+1 {{fills '!fir.slice<!fir.array<2 x i8>>' with 'i8', needs '!fir.ref<!fir.array<2 x i8>>'}}
  fir.fill %s with %v : !fir.slice<!fir.array<2 x i8>>, i8
  return
}

// -----

func.func @f(%s: !fir.slice<i16>) {
  // expected-error @+1 {{bytes are !fir.slice<i8>, not '!fir.slice<i16>'}}
  %0 = fir.str_from_bytes %s : !fir.slice<i16>
  return
}

// -----

func.func @f(%s: !fir.str) {
  // expected-error @+1 {{bytes are !fir.slice<i8>, not '!fir.slice<i32>'}}
  %0 = fir.str_bytes %s : !fir.slice<i32>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'math.sin' is not a built-in function}}
  fir.intrinsic "math.sin"() : () -> ()
  return
}

// -----

func.func @f(%x: i64) {
  // expected-error @+1 {{'math.sqrt' is used as '(i64) -> i64', but it is '(x: float) -> float'}}
  %0 = fir.intrinsic "math.sqrt"(%x) : (i64) -> i64
  return
}

// -----

func.func @f(%x: i32, %n: i64) {
  // expected-error @+1 {{'bits.rotate_left' is used as '(i32, i64) -> i64', but it is '(x: int, n: i64) -> int'}}
  %0 = fir.intrinsic "bits.rotate_left"(%x, %n) : (i32, i64) -> i64
  return
}

// -----

// expected-error @+1 {{a variant is a !fir.struct, not 'i8'}}
func.func private @f(!fir.enum<"E", i8>)

// -----

// expected-error @+1 {{'T' needs an alignment of 1, 2, 4, 8 or 16, and a size that is a multiple of it}}
func.func private @f(!fir.named<"T", 12, 8>)

// -----

func.func @f(%x: !fir.ref<i8>) {
  // expected-error @+1 {{needs the place of an enum, not '!fir.ref<i8>'}}
  fir.set_variant %x[0] : !fir.ref<i8>
  return
}

// -----

func.func @f(%x: !fir.ref<!fir.enum<"E", !fir.struct<"A", i8>>>) {
  // expected-error @+1 {{variant 1 does not exist; enum 'E' has 1 variants, from 0}}
  fir.set_variant %x[1] : !fir.ref<!fir.enum<"E", !fir.struct<"A", i8>>>
  return
}

// -----

func.func @f(%x: !fir.ref<!fir.enum<"E", !fir.struct<"A", i8>>>) {
  // expected-error @+1 {{gives 'i16', must give 'i8'}}
  %0 = fir.get_variant %x : !fir.ref<!fir.enum<"E", !fir.struct<"A", i8>>> -> i16
  return
}

// -----

func.func @f(%x: !fir.ref<!fir.enum<"E", !fir.struct<"A", i8>>>) {
  // expected-error @+1 {{must give '!fir.ref<!fir.struct<"A", i8>>'}}
  %0 = fir.payload %x[0] : !fir.ref<!fir.enum<"E", !fir.struct<"A", i8>>> -> !fir.ref<i8>
  return
}

// -----

func.func @f(%x: !fir.slice<i8>) {
  // expected-error @+1 {{changes between !fir.named and the type it names}}
  %0 = fir.retype %x : !fir.slice<i8> -> !fir.slice<i16>
  return
}

// -----

func.func @f(%x: i64) {
  // expected-error @+1 {{is about i8, i16, i32 and i64}}
  %0 = fir.fits signed %x : i64 to signed f32
  return
}

// -----

// expected-error @+1 {{value does not match type}}
fir.global constant @g : !fir.enum<"E", !fir.struct<"A", i8>> = [1 : i8, [2 : i8]]

// -----

func.func @f(%r: !fir.region) {
  // expected-error @+1 {{ends a region that no fir.region_enter of this function began}}
  fir.region_exit %r
  return
}

// -----

// expected-error @+1 {{needs a size of at least one byte}}
fir.region @pool size 0

// -----

func.func @f() {
  // expected-error @+1 {{no fir.region is named @pool}}
  %r = fir.region_of @pool
  return
}

// -----

func.func @f(%s: !fir.ref<i64>) {
  // expected-error @+1 {{needs the place of a slice or string, not '!fir.ref<i64>'}}
  fir.keep %s : !fir.ref<i64>
  return
}

// -----

func.func @f(%s: !fir.ref<!fir.str>, %f: (!fir.ref<i8>) -> ()) {
  // expected-error @+1 {{bytes of a string hold no references}}
  fir.keep %s each %f : (!fir.ref<i8>) -> () : !fir.ref<!fir.str>
  return
}

// -----

func.func @f(%s: !fir.ref<!fir.slice<!fir.str>>, %f: (!fir.ref<i8>) -> ()) {
  // expected-error @+1 {{visits by a function that takes '!fir.ref<!fir.str>' and gives nothing, not '(!fir.ref<i8>) -> ()'}}
  fir.keep %s each %f : (!fir.ref<i8>) -> () : !fir.ref<!fir.slice<!fir.str>>
  return
}

// -----

func.func @f(%s: !fir.ref<!fir.str>, %f: () -> ()) {
  // expected-error @+1 {{visits by a function that takes '!fir.ref<!fir.str>' and gives nothing, not '() -> ()'}}
  fir.keep_root %s by %f : !fir.ref<!fir.str>, () -> ()
  return
}

// -----

func.func @f(%f: (i64) -> ()) {
  // expected-error @+1 {{visits by a function that takes nothing and gives nothing, not '(i64) -> ()'}}
  fir.commit %f limit 1 : (i64) -> ()
  return
}

// -----

func.func @f(%f: () -> ()) {
  // expected-error @+1 {{limit is negative}}
  fir.commit %f limit -1 : () -> ()
  return
}

// -----

func.func @f(%s: !fir.ref<i64>, %n: i64) {
  // expected-error @+1 {{operand #0 must be address and number of elements}}
  %0 = "fir.row"(%s, %n, %n, %n) {sign = 0 : i32} : (!fir.ref<i64>, i64, i64, i64) -> !fir.ref<i64>
  return
}

// -----

func.func @f(%n: i32, %m: i64) {
  // expected-error @+1 {{operand #0 must be}}
  %0 = fir.shape %n has %m : i32
  return
}
