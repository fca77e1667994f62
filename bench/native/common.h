/*===- common.h - what the C versions of the benchmarks share --------------===*\
 *
 * Every benchmark NAME exists as NAME.flux.md, NAME.c and NAME.rs: the same
 * algorithm, sizes and result, so that only the compilers differ.  The amount of
 * work is a base plus the number of command-line arguments (`35 + args.len` in
 * FLUX, WORK(35) in C): none are given, but no compiler can know that, so none can
 * compute the result at compile time.
 *
 * Build with: clang -O2 NAME.c -lm
 *
\*===----------------------------------------------------------------------===*/
#ifndef FLUX_BENCH_COMMON_H
#define FLUX_BENCH_COMMON_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FLUX neither contracts nor reassociates floating-point operations. */
#pragma STDC FP_CONTRACT OFF

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

/* For use in main(int argc, char **argv). */
#define WORK(BASE) ((BASE) + argc - 1)

#endif
