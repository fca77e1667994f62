// What the baseline compiler does not know goes to LLVM, and is an error when
// nothing else is allowed.

// RUN: %fluxc -O0 -c %s -o %t.o --timing 2>&1 | FileCheck %s
// RUN: llvm-nm %t.o | FileCheck %s --check-prefix=NM
// RUN: not %fluxc -O0 -c --codegen=baseline %s -o %t.o 2>&1 | FileCheck %s --check-prefix=WHY
// CHECK: codegen
// NM: T flux_main
// WHY: error: the baseline code generator cannot be used: an operation on a type that is not known [FLX0830]

func.func @flux_main(%a: i32, %b: i64) -> i32 {
  %c = arith.extsi %b : i64 to i128
  %d = arith.muli %c, %c : i128
  %e = arith.trunci %d : i128 to i32
  return %e : i32
}
