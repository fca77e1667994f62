/* See ../libc.c. */
#ifndef FLUX_BENCH_MATH_H
#define FLUX_BENCH_MATH_H
double sqrt(double);
#endif
