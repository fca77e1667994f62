/* See ../libc.c. */
#ifndef FLUX_BENCH_STDLIB_H
#define FLUX_BENCH_STDLIB_H
#include <stddef.h>
void *malloc(size_t) __attribute__((malloc, alloc_size(1)));
void *calloc(size_t, size_t) __attribute__((malloc, alloc_size(1, 2)));
void *realloc(void *, size_t);
void free(void *);
_Noreturn void abort(void);
_Noreturn void exit(int);
#endif
