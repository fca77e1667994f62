// A program that no document can become: it keeps a slice of a turn's memory in
// a global that the commit does not know, and another one in the state.  That
// random-programs.py would see the first depends on this.
//
// Nothing makes memory of WebAssembly, of C or a region of flux-vm unreadable.
// UNSUPPORTED: bytecode, c, wasm32
// RUN: %fluxc -O0 %s -o %t && not --crash %run %t 2>&1 | FileCheck %s
// CHECK: 7
// CHECK-NEXT: invalid memory access

fir.global @kept : !fir.slice<i64> = []
fir.global @lost : !fir.slice<i64> = []

func.func private @trace(%s: !fir.ref<!fir.slice<i64>> {fir.var}) {
  fir.keep %s : !fir.ref<!fir.slice<i64>>
  return
}

func.func private @roots() {
  %p = fir.address_of @kept : !fir.ref<!fir.slice<i64>>
  %by = func.constant @trace : (!fir.ref<!fir.slice<i64>>) -> ()
  fir.keep_root %p by %by : !fir.ref<!fir.slice<i64>>, (!fir.ref<!fir.slice<i64>>) -> ()
  return
}

func.func private @show(%place: !fir.ref<!fir.slice<i64>>) {
  %zero = arith.constant 0 : i64
  %s = fir.load %place : !fir.ref<!fir.slice<i64>>
  %p = fir.element signed %s[%zero] : !fir.slice<i64> -> !fir.ref<i64>
  %x = fir.load %p : !fir.ref<i64>
  %error = arith.constant false
  fir.intrinsic "print.i64"(%x, %error) : (i64, i1) -> ()
  %line = fir.str_const "\n"
  fir.intrinsic "print.str"(%line, %error) : (!fir.str, i1) -> ()
  fir.intrinsic "console.flush"() : () -> ()
  return
}

func.func @flux_main(%args: !fir.slice<!fir.str>) -> i32 {
  %roots = func.constant @roots : () -> ()
  %kept = fir.address_of @kept : !fir.ref<!fir.slice<i64>>
  %lost = fir.address_of @lost : !fir.ref<!fir.slice<i64>>
  // The first turn's memory is part of the program, the second one's is not.
  fir.commit %roots limit 4096 poison : () -> ()
  %n = arith.constant 4 : i64
  %v = arith.constant 7 : i64
  %s = fir.alloc %n : !fir.slice<i64>
  fir.fill %s with %v : !fir.slice<i64>, i64
  fir.store %s, %kept : !fir.ref<!fir.slice<i64>>
  fir.store %s, %lost : !fir.ref<!fir.slice<i64>>
  fir.commit %roots limit 4096 poison : () -> ()
  call @show(%kept) : (!fir.ref<!fir.slice<i64>>) -> ()
  call @show(%lost) : (!fir.ref<!fir.slice<i64>>) -> ()
  %status = arith.constant 0 : i32
  return %status : i32
}
