/* See ../libc.c. */
#ifndef FLUX_BENCH_STDIO_H
#define FLUX_BENCH_STDIO_H
int printf(const char *, ...) __attribute__((format(printf, 1, 2)));
int sprintf(char *, const char *, ...) __attribute__((format(printf, 2, 3)));
#endif
