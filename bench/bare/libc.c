/*===- libc.c - as much of C as the benchmarks need, on every target -------===*\
 *
 * There is no C library for other machines on this one, so the C programs of
 * bench/native get this: the start of a program, text of numbers, and a heap.  What they
 * spend their time in is their own code and the heap, which therefore is a quick one: a
 * list of free blocks for each size.  memcpy and its kin are those of FLUX's runtime,
 * which FLUX's programs have, too, and in WebAssembly instructions of the engine.
 *
\*===----------------------------------------------------------------------===*/
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*===--- the machine -------------------------------------------------------===*/

#if defined(__wasm__)

#define HOST(NAME) __attribute__((import_module("flux"), import_name(#NAME))) host_##NAME
_Noreturn void HOST(exit)(int status);
int HOST(write)(int handle, const void *data, int length);

int __main_argc_argv(int, char **);

_Noreturn void exit(int status) { host_exit(status); }

static void write_all(const char *data, size_t length) { host_write(1, data, (int)length); }

static char *more(size_t size) {
  static const size_t page = 65536;
  size_t before = __builtin_wasm_memory_grow(0, (size + page - 1) / page);
  return before == (size_t)-1 ? NULL : (char *)(before * page);
}

/* One instruction each. */
void *memcpy(void *restrict to, const void *restrict from, size_t size) {
  return __builtin_memcpy(to, from, size);
}
void *memmove(void *to, const void *from, size_t size) {
  return __builtin_memmove(to, from, size);
}
void *memset(void *to, int byte, size_t size) { return __builtin_memset(to, byte, size); }

__attribute__((export_name("_start"))) void _start(void) {
  static char name[] = "program", *arguments[] = {name, NULL};
  exit(__main_argc_argv(1, arguments));
}

#else

/* Both kinds of processors number the calls of Linux alike. */
enum { SYS_write = 64, SYS_exit_group = 94, SYS_mmap = 222 };

static long call(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
#elif defined(__riscv)
  register long a7 __asm__("a7") = number;
  register long a0 __asm__("a0") = a;
  register long a1 __asm__("a1") = b;
  register long a2 __asm__("a2") = c;
  register long a3 __asm__("a3") = d;
  register long a4 __asm__("a4") = e;
  register long a5 __asm__("a5") = f;
  __asm__ volatile("ecall"
                   : "+r"(a0)
                   : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
                   : "memory");
  return a0;
#else
#error "start code for this processor is not written"
#endif
}

int main(int, char **);

_Noreturn void exit(int status) {
  for (;;)
    call(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

static void write_all(const char *data, size_t length) {
  call(SYS_write, 1, (long)data, (long)length, 0, 0, 0);
}

static char *more(size_t size) {
  enum { read_write = 3, private_anonymous = 0x22 };
  long address = call(SYS_mmap, 0, (long)size, read_write, private_anonymous, -1, 0);
  return address < 0 && address > -4096 ? NULL : (char *)address;
}

__attribute__((used)) static _Noreturn void start(long *stack) {
  exit(main((int)stack[0], (char **)(stack + 1)));
}

#if defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tb start\n");
#else
__asm__(".globl _start\n_start:\n\tmv a0, sp\n\tandi sp, sp, -16\n\ttail start\n");
#endif
#endif

_Noreturn void abort(void) { exit(134); }

double sqrt(double x) { return __builtin_sqrt(x); }

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length])
    ++length;
  return length;
}

/*===--- the heap ----------------------------------------------------------===*/

/* What stands in the 16 bytes before each block, which keep it aligned for vectors. */
struct header {
  size_t class;
  struct header *next; /* while the block is free */
};

enum {
  step = 16,
  small = 1024, /* up to here there is a class for each multiple of `step` */
  small_classes = small / step + 1,
  classes = small_classes + 40, /* above, one for each power of two */
  chunk = 1 << 20,
};

static struct header *free_blocks[classes];
static char *next_byte, *chunk_end;

static size_t class_of(size_t size) {
  if (size <= small)
    return (size + step - 1) / step;
  size_t class = small_classes;
  for (size_t most = 2 * small; most < size; most *= 2)
    ++class;
  return class;
}

static size_t size_of(size_t class) {
  return class < small_classes ? class * step : (size_t)small << (class - small_classes + 1);
}

void *malloc(size_t size) {
  size_t class = class_of(size);
  struct header *block = free_blocks[class];
  if (block) {
    free_blocks[class] = block->next;
    return (char *)block + 16;
  }
  size_t bytes = size_of(class) + 16;
  if ((size_t)(chunk_end - next_byte) < bytes) {
    size_t wanted = bytes > chunk ? bytes : chunk;
    next_byte = more(wanted);
    if (!next_byte)
      abort();
    chunk_end = next_byte + wanted;
  }
  block = (struct header *)next_byte;
  next_byte += bytes;
  block->class = class;
  return (char *)block + 16;
}

void free(void *address) {
  if (!address)
    return;
  struct header *block = (struct header *)((char *)address - 16);
  block->next = free_blocks[block->class];
  free_blocks[block->class] = block;
}

void *calloc(size_t count, size_t size) {
  return memset(malloc(count * size), 0, count * size);
}

void *realloc(void *address, size_t size) {
  if (!address)
    return malloc(size);
  size_t old = size_of(((struct header *)((char *)address - 16))->class);
  if (size <= old)
    return address;
  void *copy = memcpy(malloc(size), address, old);
  free(address);
  return copy;
}

/*===--- text of numbers ---------------------------------------------------===*/

static char *put_number(char *to, unsigned long long number, int digits) {
  char text[24], *at = text + sizeof text;
  for (; number || digits > 0; number /= 10, --digits)
    *--at = (char)('0' + number % 10);
  size_t length = (size_t)(text + sizeof text - at);
  memcpy(to, at, length);
  return to + length;
}

static char *put_signed(char *to, long long number) {
  if (number < 0)
    *to++ = '-';
  return put_number(to, number < 0 ? -(unsigned long long)number : (unsigned long long)number, 1);
}

static int starts(const char *text, const char *with) {
  while (*with && *text == *with)
    ++text, ++with;
  return !*with;
}

/* Knows %d, %u, %lld, %llu and %.9f of what is neither large nor below 0. */
static size_t format(char *to, const char *text, va_list values) {
  char *start = to;
  while (*text) {
    if (*text != '%') {
      *to++ = *text++;
    } else if (starts(text, "%d")) {
      to = put_signed(to, va_arg(values, int));
      text += 2;
    } else if (starts(text, "%u")) {
      to = put_number(to, va_arg(values, unsigned), 1);
      text += 2;
    } else if (starts(text, "%lld")) {
      to = put_signed(to, va_arg(values, long long));
      text += 4;
    } else if (starts(text, "%llu")) {
      to = put_number(to, va_arg(values, unsigned long long), 1);
      text += 4;
    } else if (starts(text, "%.9f")) {
      unsigned long long billionths =
          (unsigned long long)(va_arg(values, double) * 1e9 + 0.5);
      to = put_number(to, billionths / 1000000000, 1);
      *to++ = '.';
      to = put_number(to, billionths % 1000000000, 9);
      text += 4;
    } else {
      abort();
    }
  }
  *to = '\0';
  return (size_t)(to - start);
}

int printf(const char *text, ...) {
  char line[512];
  va_list values;
  va_start(values, text);
  size_t length = format(line, text, values);
  va_end(values);
  write_all(line, length);
  return (int)length;
}

int sprintf(char *to, const char *text, ...) {
  va_list values;
  va_start(values, text);
  size_t length = format(to, text, values);
  va_end(values);
  return (int)length;
}

/* LLVM makes these of printf where it can. */
int putchar(int character) {
  char byte = (char)character;
  write_all(&byte, 1);
  return character;
}

int puts(const char *text) {
  write_all(text, strlen(text));
  write_all("\n", 1);
  return 0;
}
